"""What crosses no border: names of other districts, numbers in full, papers of households that are gone."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from beneficiaries import workflow
from beneficiaries.duplicates.finding import search_register
from beneficiaries.exports import exporting
from beneficiaries.household.story import story_of
from beneficiaries.models import (
    BatchProblem,
    DuplicateCandidate,
    Household,
    PovertyCertificate,
    RegisterExport,
)
from beneficiaries.presenting import numbers_hidden, shown_cell, shown_value
from beneficiaries.workflow.certificates import record_certificate, record_deprivation
from beneficiaries.workflow.households import change_household
from beneficiaries.workflow.movements import Details, record_movement
from beneficiaries.workflow.undoing import latest_by_hand, undo_movement
from smartphone_support.accounts.roles import PERMISSIONS
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.storing import store
from smartphone_support.web.errors import Refusal

from ..together import at_once
from .conftest import household as listed
from .twins import area, settle, twins

pytestmark = pytest.mark.django_db
NUMBER = "046061000001"


@pytest.fixture
def officer(cast):
    return cast("hue-dolisa")


def pair_of(one, two, **known):
    first, second = sorted((one, two), key=lambda household: household.pk)
    return DuplicateCandidate.objects.create(
        province=one.province, first=first, second=second, score=90, **known
    )


def move(household, actor, kind, **details):
    household.refresh_from_db()
    return record_movement(
        household, kind=kind, effective_on=date(2024, 3, 15), note="theo đơn", details=Details(**details),
        expected=household.updated_at, actor=actor,
    )  # fmt: skip


# --- names of other districts ---------------------------------------------------------------------


def told(household, reader):
    return " ".join(event.title for event in story_of(household, reader))


def elsewhere(own):
    """A household of another district than ``own``, under a name of its own."""
    communes = area("46").children.exclude(pk=own.district_id).first().children.order_by("code")
    return settle("Kăn Xa Lạ", commune=communes.first().code, national_id="046061000009")


@pytest.mark.parametrize("state", ["different", "same"])
def test_a_district_does_not_read_the_name_of_another_districts_household(cast, officer, state):
    own = settle(national_id=NUMBER)
    far = elsewhere(own)
    pair_of(own, far, state=state, decided_by=officer, decided_at=timezone.now())
    assert "Kăn Xa Lạ" in told(own, officer)
    reader = cast(f"hue-{own.district.code}")
    assert "Kăn Xa Lạ" not in told(own, reader)
    assert "Found to be" in told(own, reader)


def test_a_merge_undone_gives_no_name_of_another_district_away(cast, officer):
    own = settle(national_id=NUMBER)
    pair = pair_of(own, elsewhere(own))
    merge = workflow.merge_pair(pair, kept=own.pk, actor=officer)
    workflow.undo_merge(merge, reason="nhầm", actor=officer)
    own.refresh_from_db()
    assert "Kăn Xa Lạ" in told(own, officer)
    assert "Kăn Xa Lạ" not in told(own, cast(f"hue-{own.district.code}"))


# --- numbers in full ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["046061000001", "046 061 000 001", "046.061.000.001", "Hồ Văn Brôi 046061000001", "046061000001, A Lưới",
     "0912-345-678", "+84912345678"],
)  # fmt: skip
def test_a_number_is_masked_in_the_record_however_it_was_typed(typed):
    shown = numbers_hidden(typed)
    assert "***" in shown
    assert sum(sign.isdigit() for sign in shown) <= 6


@pytest.mark.parametrize("typed", ["Nguyễn Văn Đức", "20044", "23/04/1961", "thôn 4"])
def test_what_is_no_number_stays_as_it_was_typed(typed):
    assert numbers_hidden(typed) == typed


@pytest.mark.parametrize(
    "code", ["bad_birth_date", "row_not_understood", "unknown_commune", "bad_national_id"]
)
def test_a_number_in_the_wrong_cell_is_masked_all_the_same(code):
    problem = BatchProblem(code=code, value="046 061 000 001")
    assert "061" not in shown_value(problem)
    assert "061000" not in shown_cell("note", "CCCD 046061000001")


def test_an_export_that_failed_does_not_keep_the_number_searched_for(officer):
    export = RegisterExport.objects.create(owner=officer, file_format="csv", filters=f"q={NUMBER}")
    exporting.fail_export(str(export.pk), None, "It was interrupted.")
    export.refresh_from_db()
    assert export.failure
    assert NUMBER not in export.filters


def test_full_numbers_are_not_fetched_without_the_right_any_more(client, cast, officer, monkeypatch):
    cast.log_in(client, "hue-dolisa")
    stored = store(ContentFile(b"a", name="so-ho.csv"), actor=officer)
    export = RegisterExport.objects.create(owner=officer, file_format="csv", file=stored, is_full=True)
    role = officer.memberships.get().role
    address = reverse("beneficiaries:export_file", args=[export.pk])
    assert client.get(address).status_code == 200
    monkeypatch.setitem(PERMISSIONS, role, PERMISSIONS[role] - {"beneficiaries.reveal_identity"})
    assert client.get(address).status_code == 403


# --- households that are gone ---------------------------------------------------------------------


def test_an_entry_merged_twice_leads_to_the_household_that_stands(client, cast, officer):
    one, two = twins()
    three = settle(national_id="191999888")
    workflow.merge_pair(pair_of(one, two), kept=two.pk, actor=officer)
    workflow.merge_pair(pair_of(two, three), kept=three.pk, actor=officer)
    cast.log_in(client, "hue-dolisa")
    answer = client.get(reverse("beneficiaries:household_detail", args=[one.pk]))
    assert answer.url == reverse("beneficiaries:household_detail", args=[three.pk])


def test_nothing_is_recorded_for_a_household_that_was_merged_meanwhile(officer, monkeypatch):
    one, two = twins()
    monkeypatch.setattr("beneficiaries.permissions._in_scope", lambda user, household: True)  # asked before
    workflow.merge_pair(pair_of(one, two), kept=one.pk, actor=officer)
    with pytest.raises(Refusal, match="merged with another"):
        record_certificate(two, year=2024, number="7/GCN-HN.HCN", actor=officer)
    with pytest.raises(Refusal, match="merged with another"):
        record_deprivation(
            two, assessed_on=date(2024, 1, 1), occasion="review", lacks_telecom=True, lacks_means=None,
            actor=officer,
        )  # fmt: skip
    assert not PovertyCertificate.objects.exists()


def test_a_household_merged_meanwhile_takes_nobody_in(officer):
    one, two = twins()
    third = settle("Kăn Mrai", national_id="046061000003")
    workflow.merge_pair(pair_of(one, two), kept=one.pk, actor=officer)
    with pytest.raises(Refusal, match="has left the register itself"):
        move(third, officer, "merged", other=two)


def test_a_row_is_not_decided_to_be_a_household_that_was_merged_since(desk, officer):
    desk.register(listed(1, F=None), *map(listed, range(2, 9)), year=2022)
    batch = desk.read(listed(1, F=None, H="Thôn 9"), *map(listed, range(2, 9)), year=2023)
    row = batch.rows.get(outcome="ambiguous")
    candidate = Household.objects.get(head_name=row.head_name)
    kept = Household.objects.exclude(pk=candidate.pk).first()
    workflow.merge_pair(pair_of(candidate, kept), kept=kept.pk, actor=officer)
    with pytest.raises(Refusal, match="read the file again"):
        workflow.decide_row(row, decision="same", household_id=candidate.pk, actor=officer)


def test_a_merge_is_not_undone_when_the_kept_households_former_number_went_to_another(officer):
    one, two = twins()
    merge = workflow.merge_pair(pair_of(one, two), kept=one.pk, from_absorbed=["national_id"], actor=officer)
    one.refresh_from_db()
    assert one.national_id == two.national_id
    settle("Kăn Mrai", national_id=NUMBER)
    with pytest.raises(Refusal, match="had before"):
        workflow.undo_merge(merge, reason="nhầm", actor=officer)


def test_people_do_not_come_back_from_a_household_that_was_merged_since(officer):
    one, two = twins()
    third = settle("Kăn Mrai", national_id="046061000003", people=[("Kăn Con", date(2010, 1, 1))])
    move(third, officer, "merged", other=two)
    workflow.merge_pair(pair_of(one, two), kept=one.pk, actor=officer)
    with pytest.raises(Refusal, match="no longer in the register"):
        undo_movement(latest_by_hand(third), reason="nhầm", actor=officer)


def test_the_pairs_of_a_split_that_is_taken_back_leave_the_queue(officer):
    one = settle(national_id=NUMBER, people=[("Kăn Con", date(1990, 1, 1))])
    son = one.members.get(position=1)
    movement = move(one, officer, "split", members=(son.pk,), head=son.pk, poverty_class="poor")
    pair_of(one, movement.other)
    undo_movement(movement, reason="nhầm", actor=officer)
    assert not DuplicateCandidate.objects.exists()


# --- at the same moment ---------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_paper_is_never_lost_to_a_merge_at_the_same_moment(cast, attempt):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    officer = cast("hue-dolisa")
    one, two = twins()
    pair = pair_of(one, two)
    at_once(
        lambda: workflow.merge_pair(pair, kept=one.pk, actor=officer),
        lambda: record_certificate(two, year=2024, number="7/GCN-HN.HCN", actor=officer),
    )
    standing = Household.objects.standing()
    assert not PovertyCertificate.objects.exclude(household__in=standing).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_undoing_a_merge_and_changing_the_household_follow_each_other(cast, attempt):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    officer = cast("hue-dolisa")
    one, two = twins()
    merge = workflow.merge_pair(pair_of(one, two), kept=one.pk, actor=officer)
    one.refresh_from_db()
    results = at_once(
        lambda: workflow.undo_merge(merge, reason="nhầm", actor=officer),
        lambda: workflow.undo_merge(merge, reason="nhầm", actor=officer),
        lambda: change_household(
            one, changes={"village": "Thôn 9"}, reason="theo đơn", expected=one.updated_at, actor=officer
        ),
        lambda: search_register(area("46")),
    )
    assert sum(isinstance(result, str) for result in results) == 2
    assert verify().broken_at is None
    assert AuditEntry.objects.filter(action="beneficiaries.household.unmerge").count() == (
        Household.objects.standing().count() - 1
    )


@pytest.mark.parametrize("district", ["9" * 5000, "²", "٣", "-1", "x"])
@pytest.mark.parametrize("page", ["household_list", "household_export"])
def test_an_address_with_no_such_district_shows_nothing_and_breaks_nothing(client, cast, page, district):
    settle(national_id=NUMBER)
    cast.log_in(client, "hue-dolisa")
    answer = client.get(reverse(f"beneficiaries:{page}"), {"district": district})
    assert answer.status_code == 200
    assert "Hồ Văn Brôi" not in answer.content.decode()
