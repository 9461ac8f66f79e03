"""The queue of pairs and what becomes of two households that are one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beneficiaries import workflow
from beneficiaries.choices import DuplicateState
from beneficiaries.duplicates.finding import FIND, search_register
from beneficiaries.models import (
    DuplicateCandidate,
    EarlierDevice,
    Household,
    HouseholdMember,
    HouseholdMerge,
    Movement,
    PovertyCertificate,
    PovertySpell,
    RegisterVersion,
)
from beneficiaries.signals import household_merging, merge_undoing
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import execute
from smartphone_support.web.errors import Refusal

from ..together import at_once
from .conftest import household, identity
from .twins import BORN, area, settle, twins

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast):
    return cast("hue-dolisa")


@pytest.fixture
def pair(officer):
    twins()
    search_register(area("46"))
    return DuplicateCandidate.objects.get()


def merge(pair, officer, *, keep=None, **options):
    return workflow.merge_pair(pair, kept=keep or pair.first_id, actor=officer, **options)


# --- searching ------------------------------------------------------------------------------------


def test_a_search_puts_pairs_into_the_queue_once(officer):
    one, two = twins()
    settle("Kăn Mrai", birth_date=date(1970, 3, 4), birth_year=1970)
    found = search_register(area("46"))
    assert (found.added, found.withdrawn) == (1, 0)
    row = DuplicateCandidate.objects.get()
    assert (row.first, row.second, row.state) == (one, two, "open")
    assert row.reasons[0] in ("same_name", "same_birth")
    assert search_register(area("46")).added == 0
    assert DuplicateCandidate.objects.get() == row


def test_another_province_is_another_register(cast):
    settle(national_id="046061000001")
    settle(commune="24646", national_id="190123456")
    assert search_register(area("46")).added == 0


def test_pairs_are_found_across_districts(pair):
    third = settle(commune="19750", national_id="191999888")
    search_register(area("46"))
    found = DuplicateCandidate.objects.get(second=third)
    assert found.first == pair.first  # the second one's old card is another one
    assert "moved_far" in found.reasons


def test_an_open_pair_whose_likeness_is_gone_is_withdrawn_and_a_decided_one_stays(pair, officer):
    other_pair = DuplicateCandidate.objects.create(
        province=pair.province, first=pair.first, second=settle("Lê Bá Ân", birth_date=None), score=71
    )
    workflow.decide_different(other_pair, actor=officer)
    Household.objects.filter(pk=pair.second_id).update(
        head_name_folded="le van khac", head_name="Lê Văn Khác"
    )
    assert search_register(area("46")).withdrawn == 1
    assert list(DuplicateCandidate.objects.values_list("pk", "state")) == [(other_pair.pk, "different")]


def test_a_decided_pair_is_not_asked_again(pair, officer):
    workflow.decide_different(pair, actor=officer, note="Hai anh em sinh đôi")
    assert search_register(area("46")).added == 0
    pair.refresh_from_db()
    assert (pair.state, pair.note, pair.decided_by) == ("different", "Hai anh em sinh đôi", officer)
    entry = AuditEntry.objects.get(action="beneficiaries.duplicatecandidate.differ")
    assert (entry.reason, entry.object_id) == ("Hai anh em sinh đôi", str(pair.pk))


def test_an_open_pair_is_weighed_anew(pair):
    DuplicateCandidate.objects.update(score=71, reasons=["same_phone"])
    search_register(area("46"))
    row = DuplicateCandidate.objects.get()
    assert row.pk == pair.pk
    assert (row.score, row.reasons) == (pair.score, pair.reasons)


def test_every_list_written_is_followed_by_a_search(desk):
    desk.register(household(1), household(2, name="Kăn Mrei 1", D="02/03/1961", F="190000001"))
    job = Job.objects.get(kind=FIND)
    execute(str(job.key))
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 2)
    assert DuplicateCandidate.objects.count() == 1


def test_pairs_of_a_list_taken_back_leave_the_queue(desk, officer):
    batch = desk.register(household(1), household(2, name="Kăn Mrei 1", D="02/03/1961", F="190000001"))
    search_register(area("46"))
    assert DuplicateCandidate.objects.count() == 1
    workflow.revert_batch(batch, actor=officer, reason="nhầm tệp")
    for job in Job.objects.filter(state="queued").order_by("pk"):
        execute(str(job.key))
    for job in Job.objects.filter(kind=FIND, state="queued"):
        execute(str(job.key))
    assert not DuplicateCandidate.objects.exists()


def test_a_list_written_during_the_search_is_searched_too(pair, officer, monkeypatch):
    from beneficiaries.duplicates import finding

    original, calls = finding.find_pairs, []

    def slow(households):
        if not calls:
            settle(national_id="192777666")
            RegisterVersion.objects.update(version=5)
        calls.append(len(households))
        return original(households)

    monkeypatch.setattr(finding, "find_pairs", slow)
    execute(str(workflow.search_duplicates(area("46"), actor=officer).key))
    assert calls == [2, 3]
    assert DuplicateCandidate.objects.count() == 3


def test_only_the_register_officer_of_the_province_searches_and_decides(pair, cast):
    for who in ("hue-dic", "daknong-dolisa", "hue-481"):
        with pytest.raises(Refusal, match="Only a register officer"):
            workflow.search_duplicates(area("46"), actor=cast(who))
        with pytest.raises(Refusal, match="Only a register officer"):
            workflow.decide_different(pair, actor=cast(who))
        with pytest.raises(Refusal, match="Only a register officer"):
            merge(pair, cast(who))


def test_a_wrong_different_can_be_asked_again(pair, officer):
    workflow.decide_different(pair, actor=officer, note="nhầm")
    workflow.reopen_pair(pair, actor=officer)
    pair.refresh_from_db()
    assert (pair.state, pair.note, pair.decided_by) == ("open", "", None)


def test_whoever_comes_second_is_told(pair, officer):
    workflow.decide_different(pair, actor=officer)
    with pytest.raises(Refusal, match="Somebody was faster"):
        merge(pair, officer)
    assert not HouseholdMerge.objects.exists()


def test_a_pair_withdrawn_meanwhile_is_told(pair, officer):
    DuplicateCandidate.objects.all().delete()
    with pytest.raises(Refusal, match="no longer alike"):
        workflow.decide_different(pair, actor=officer)


# --- merging --------------------------------------------------------------------------------------


def test_the_absorbed_household_leaves_the_register_and_leads_to_the_kept_one(pair, officer):
    version = RegisterVersion.objects.get(province=pair.province).version
    done = merge(pair, officer, note="Cùng một người")
    absorbed = Household.objects.get(pk=pair.second_id)
    assert absorbed.merged_into_id == pair.first_id
    assert list(Household.objects.standing()) == [pair.first]
    pair.refresh_from_db()
    assert (pair.state, done.kept_id, done.reason) == ("same", pair.first_id, "Cùng một người")
    assert {(m.household_id, m.kind, m.other_id) for m in Movement.objects.all()} == {
        (pair.first_id, "merged", pair.second_id),
        (pair.second_id, "merged", pair.first_id),
    }
    assert RegisterVersion.objects.get(province=pair.province).version == version + 1
    entry = AuditEntry.objects.get(action="beneficiaries.household.merge")
    assert (entry.object_id, entry.reason) == (str(pair.first_id), "Cùng một người")
    assert search_register(area("46")).added == 0


def test_chosen_values_win_and_blanks_are_filled(officer):
    one = settle(national_id="046061000001", village="", phone="", ethnicity="Tà Ôi")
    settle(national_id="190123456", phone="0912345678", ethnicity="Pa Cô", household_code="17")
    search_register(area("46"))
    merge(DuplicateCandidate.objects.get(), officer, from_absorbed=["ethnicity"])
    one.refresh_from_db()
    assert (one.ethnicity, one.phone, one.household_code) == ("Pa Cô", "0912345678", "17")
    assert (one.national_id, one.village) == ("046061000001", "")


def test_the_number_of_the_absorbed_household_may_become_the_kept_one_s(pair, officer):
    merge(pair, officer, keep=pair.second_id, from_absorbed=["national_id"])
    kept = Household.objects.get(pk=pair.second_id)
    assert kept.national_id == "046061000001"
    assert kept.members.get(position=0).national_id == "046061000001"


def test_people_only_the_absorbed_household_has_are_taken_over(officer):
    wife, child = ("Kăn Mrai", date(1964, 6, 5)), ("Hồ Thị Lan", date(1999, 5, 6))
    one, _two = twins(people=[wife, child])
    HouseholdMember.objects.create(household=one, position=1, name="KĂN MRAI", birth_year=1964)
    search_register(area("46"))
    merge(DuplicateCandidate.objects.get(), officer)
    assert list(one.members.values_list("position", "name")) == [
        (0, "Hồ Văn Brôi"), (1, "KĂN MRAI"), (2, "Hồ Thị Lan"),
    ]  # fmt: skip


def test_of_two_different_heads_the_kept_one_stays_head(officer):
    one = settle(people=[("Kăn Mrai", date(1964, 6, 5))])
    settle(
        "Kăn Mrai",
        birth_date=date(1964, 6, 5),
        birth_year=1964,
        gender="female",
        people=[("Hồ Văn Brôi", BORN)],
    )
    search_register(area("46"))
    merge(DuplicateCandidate.objects.get(), officer, from_absorbed=["birth", "gender"])
    one.refresh_from_db()
    assert (one.head_name, one.birth_date, one.gender) == ("Hồ Văn Brôi", BORN, "male")
    assert one.members.count() == 2


def test_the_history_becomes_that_of_both(officer):
    """Named in 2022 with the old card, in 2023 with the new one: the first seemed gone, the second new."""
    old = settle(
        national_id="190123456",
        spells=[
            ("near_poor", date(2021, 12, 31), date(2022, 12, 31)),
            ("poor", date(2022, 12, 31), date(2023, 12, 31)),
            ("not_poor", date(2023, 12, 31), None, "not_listed"),
        ],
    )
    new = settle(national_id="046061000001", spells=[("poor", date(2023, 12, 20), None)])
    search_register(area("46"))
    before = timezone.now()
    merge(DuplicateCandidate.objects.get(), officer, keep=new.pk)

    def on(day, **known):
        return Household.objects.as_of(day, **known).get(pk=new.pk).class_as_of

    assert on(date(2022, 3, 1)) == "near_poor"
    assert on(date(2023, 3, 1)) == on(date(2024, 3, 1)) == "poor"
    assert on(date(2022, 3, 1), known_at=before) is None
    assert not PovertySpell.objects.filter(household=old, valid_to=None, superseded_at=None).exists()
    ended = PovertySpell.objects.get(household=old, ended_by="merged")
    assert ended.valid_to == timezone.localdate()


def test_certificates_and_devices_move_where_the_kept_household_has_none(pair, officer):
    one, two = pair.first, pair.second
    for house, year in ((one, 2023), (two, 2023), (two, 2022)):
        PovertyCertificate.objects.create(household=house, year=year, number=f"{house.pk}/{year}")
    EarlierDevice.objects.create(household=two, kind="tablet", received_on=date(2023, 1, 1))
    done = merge(pair, officer)
    assert set(one.certificates.values_list("year", "number")) == {
        (2023, f"{one.pk}/2023"),
        (2022, f"{two.pk}/2022"),
    }
    assert list(two.certificates.values_list("year", flat=True)) == [2023]
    assert [device.kind for device in one.earlier_devices.all()] == ["tablet"]
    workflow.undo_merge(done, reason="nhầm", actor=officer)
    assert set(two.certificates.values_list("year", flat=True)) == {2022, 2023}
    assert not one.earlier_devices.exists()


def test_open_pairs_of_the_absorbed_household_leave_the_queue(pair, officer):
    third = settle(national_id="191999888")
    search_register(area("46"))
    merge(pair, officer)
    rest = DuplicateCandidate.objects.filter(state="open")
    assert [(row.first_id, row.second_id) for row in rest] == [(pair.first_id, third.pk)]


def test_an_app_above_may_object(pair, officer):
    def objects(kept, absorbed, **kwargs):
        return f"{absorbed.pk} is needed"

    household_merging.connect(objects)
    try:
        with pytest.raises(Refusal, match=f"{pair.second_id} is needed"):
            merge(pair, officer)
    finally:
        household_merging.disconnect(objects)
    pair.refresh_from_db()
    assert pair.state == "open"


def test_while_a_list_is_being_written_nothing_is_merged(desk, pair, officer):
    batch = desk.read(household(1))
    workflow.confirm_batch(batch, actor=officer)
    with pytest.raises(Refusal, match="A list is being written"):
        merge(pair, officer)


def test_a_list_with_the_absorbed_number_finds_the_kept_household(desk, officer):
    desk.register(household(1), household(2, name="Kăn Mrei 1", D="02/03/1961", F="190000001"), year=2022)
    search_register(area("46"))
    pair = DuplicateCandidate.objects.get()
    kept = Household.objects.get(national_id=identity(1))
    merge(pair, officer, keep=kept.pk)
    batch = desk.read(household(2, name="Kăn Mrei 1", D="02/03/1961", F="190000001"), year=2023)
    assert [row.household_id for row in batch.rows.exclude(outcome="gone")] == [kept.pk]


# --- undoing --------------------------------------------------------------------------------------


def everything():
    """What the register says of every household: facts, people, classes in force, papers, devices."""
    spells = PovertySpell.objects.filter(superseded_at=None).order_by("household_id", "valid_from")
    no_ids = ("id", "recorded_at", "superseded_at")
    return {
        "households": list(Household.objects.order_by("pk").values()),
        "members": list(HouseholdMember.objects.order_by("household_id", "position").values()),
        "spells": [{k: v for k, v in row.items() if k not in no_ids} for row in spells.values()],
        "certificates": list(PovertyCertificate.objects.order_by("pk").values()),
        "devices": list(EarlierDevice.objects.order_by("pk").values()),
    }


@pytest.mark.parametrize("keep_first", [True, False])
def test_merged_and_undone_everything_is_as_before(officer, keep_first):
    one, two = twins(
        people=[("Kăn Mrai", date(1964, 6, 5))], phone="0912345678", village="Thôn 3", merit=True,
        birth_date=date(1961, 1, 1), spells=[("near_poor", date(2021, 12, 31), None)],
    )  # fmt: skip
    PovertyCertificate.objects.create(household=two, year=2022, number="7/GCN")
    EarlierDevice.objects.create(household=one, kind="tablet", received_on=date(2023, 1, 1))
    pair = DuplicateCandidate.objects.create(province=one.province, first=one, second=two, score=80)
    before = everything()
    choices = ["birth", "national_id", "place", "head_name"]
    done = merge(pair, officer, keep=(one if keep_first else two).pk, from_absorbed=choices)
    assert everything() != before
    workflow.undo_merge(done, reason="Hai anh em", actor=officer)
    assert everything() == before
    pair.refresh_from_db()
    assert pair.state == DuplicateState.OPEN
    assert not Movement.objects.filter(superseded_at=None).exists()
    done.refresh_from_db()
    assert (done.undone_by, done.undo_reason) == (officer, "Hai anh em")
    again = merge(pair, officer)
    assert again.pk != done.pk
    assert verify().broken_at is None


def test_undoing_needs_a_reason_and_the_right(pair, officer, cast):
    done = merge(pair, officer)
    with pytest.raises(Refusal, match="Say why"):
        workflow.undo_merge(done, reason=" ", actor=officer)
    with pytest.raises(Refusal, match="Only a register officer"):
        workflow.undo_merge(done, reason="x", actor=cast("hue-dic"))


def test_once_something_rests_on_it_a_merge_stays(pair, officer):
    done = merge(pair, officer)
    assert workflow.undo_obstacle(done) == ""
    Household.objects.filter(pk=pair.first_id).update(updated_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(Refusal, match="changed after the merge"):
        workflow.undo_merge(done, reason="nhầm", actor=officer)


def test_a_class_that_came_later_keeps_the_merge(pair, officer):
    done = merge(pair, officer)
    PovertySpell.objects.create(
        household=pair.first, poverty_class="poor", valid_from=date(2019, 1, 1), valid_to=date(2020, 1, 1)
    )
    assert "changed after the merge" in workflow.undo_obstacle(done)


def test_chains_of_merges_are_undone_from_the_end(pair, officer):
    third = settle(national_id="191999888")
    search_register(area("46"))
    first = merge(pair, officer)
    second = merge(DuplicateCandidate.objects.get(state="open"), officer, keep=third.pk)
    assert "was itself merged" in workflow.undo_obstacle(first)
    workflow.undo_merge(second, reason="nhầm", actor=officer)
    assert workflow.undo_obstacle(first) == ""
    with pytest.raises(Refusal, match="undone already"):
        workflow.undo_merge(second, reason="nhầm", actor=officer)


def test_an_app_above_may_keep_a_merge(pair, officer):
    done = merge(pair, officer)

    def objects(merge, **kwargs):
        return "a list was made of it"

    merge_undoing.connect(objects)
    try:
        assert workflow.undo_obstacle(done) == "a list was made of it"
    finally:
        merge_undoing.disconnect(objects)


# --- at the same moment ---------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_people_decide_one_pair(cast, attempt):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    officer = cast("hue-dolisa")
    twins()
    search_register(area("46"))
    pair = DuplicateCandidate.objects.get()
    results = at_once(
        lambda: workflow.decide_different(pair, actor=officer),
        lambda: merge(pair, officer),
        lambda: merge(pair, officer, keep=pair.second_id),
    )
    assert sum(isinstance(result, str) for result in results) == 2
    pair.refresh_from_db()
    assert HouseholdMerge.objects.count() == (pair.state == "same")
    assert Household.objects.standing().count() == (1 if pair.state == "same" else 2)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_searches_at_once_do_not_double_a_pair(cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    twins()
    results = at_once(*[lambda: search_register(area("46"))] * 3)
    assert sorted(result.added for result in results) == [0, 0, 1]
    assert DuplicateCandidate.objects.count() == 1
