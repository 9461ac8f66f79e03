"""Completing households and recording movements by hand, through the one door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from beneficiaries.choices import BatchState
from beneficiaries.models import (
    EarlierDevice,
    Household,
    HouseholdMember,
    ListBatch,
    Movement,
    PovertySpell,
    RegisterVersion,
)
from beneficiaries.workflow.households import change_household, reveal_identity
from beneficiaries.workflow.movements import Details, record_movement
from beneficiaries.workflow.undoing import latest_by_hand, undo_movement
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal
from tests.together import at_once

from .conftest import household, identity

pytestmark = pytest.mark.django_db
ON = date(2024, 3, 15)


@pytest.fixture
def officer(cast):
    return cast("hue-dolisa")


@pytest.fixture
def known(desk):
    """One household of the list of 2023, with three members."""
    desk.register(household(1), household(2))
    one = Household.objects.get(national_id=identity(1))
    for position, name in enumerate([one.head_name, "Hồ Thị Mẹ", "Hồ Văn Con"]):
        HouseholdMember.objects.create(
            household=one, position=position, name=name, relation="Chủ hộ" if position == 0 else "Con",
            birth_year=one.birth_year + position, national_id="" if position else one.national_id,
            birth_date=None if position else one.birth_date,
        )  # fmt: skip
    Household.objects.filter(pk=one.pk).update(member_count=3)
    return Household.objects.get(pk=one.pk)


def change(one, actor, **changes):
    extra = {k: changes.pop(k) for k in ("devices", "evidence", "expected") if k in changes}
    extra.setdefault("expected", one.updated_at)
    return change_household(one, changes=changes, reason="Theo sổ hộ khẩu", actor=actor, **extra)


def move(one, actor, kind, on=ON, **details):
    one.refresh_from_db()
    return record_movement(
        one, kind=kind, effective_on=on, decision_number="12/QĐ-UBND", decision_date=on,
        details=Details(**details), expected=one.updated_at, actor=actor,
    )  # fmt: skip


def class_on(one, day=None, **known_at):
    return Household.objects.as_of(day or timezone.localdate(), **known_at).get(pk=one.pk).class_as_of


# --- facts ----------------------------------------------------------------------------------------


def test_a_change_is_written_and_told_with_old_and_new(known, officer, cast):
    commune = cast.area("20050")
    change(known, officer, village="Thôn 9", commune=commune, phone="0987654321", national_id="046060000999")
    known.refresh_from_db()
    assert (known.village, known.commune, known.district.code) == ("Thôn 9", commune, "481")
    assert known.members.get(position=0).national_id == "046060000999"
    entry = AuditEntry.objects.get(action="beneficiaries.household.change")
    told = {field: (old, new) for field, old, new in entry.after["changes"]}
    assert told["village"][1] == "Thôn 9"
    assert told["commune_code"][1] == "20050"
    assert entry.reason == "Theo sổ hộ khẩu"
    assert "046060000999" not in str(entry.after)
    assert "0987654321" not in str(entry.after)


def test_a_page_that_somebody_overtook_changes_nothing(known, officer):
    seen = known.updated_at
    change(known, officer, village="Thôn 9")
    with pytest.raises(Refusal, match="Somebody changed this household"):
        change(known, officer, village="Thôn 1", expected=seen)
    assert Household.objects.get(pk=known.pk).village == "Thôn 9"


def test_a_number_of_another_household_is_refused_by_its_name(known, officer):
    other = Household.objects.get(national_id=identity(2))
    with pytest.raises(Refusal, match=other.head_name):
        change(known, officer, national_id=identity(2))


def test_a_policy_status_needs_a_paper_and_a_change_a_reason(known, officer):
    with pytest.raises(Refusal, match="paper"):
        change(known, officer, merit=True)
    change(known, officer, merit=True, evidence="QĐ 15/QĐ-LĐTBXH")
    known.refresh_from_db()
    assert known.merit is True
    with pytest.raises(Refusal, match="Say why"):
        change_household(
            known, changes={"village": "X"}, reason=" ", expected=known.updated_at, actor=officer
        )


def test_an_earlier_device_is_recorded_and_taken_back(known, officer):
    change(known, officer, devices={"tablet": date(2022, 9, 1)})
    assert EarlierDevice.objects.get(household=known).received_on == date(2022, 9, 1)
    known.refresh_from_db()
    change(known, officer, devices={"tablet": None})
    assert not EarlierDevice.objects.filter(household=known).exists()


def test_nothing_to_change_is_said(known, officer):
    with pytest.raises(Refusal, match="Nothing differs"):
        change(known, officer, village=known.village)


@pytest.mark.parametrize("who", ["hue-dic", "hue-481", "daknong-dolisa", "admin"])
def test_nobody_but_the_provinces_register_officer_changes(known, cast, who):
    with pytest.raises(Refusal):
        change(known, cast(who), village="Thôn 9")
    with pytest.raises(Refusal):
        move(known, cast(who), "moved_out")


def test_a_list_that_is_being_written_is_waited_for(known, officer):
    ListBatch.objects.update(state=BatchState.APPLYING)
    with pytest.raises(Refusal, match="list is being written"):
        change(known, officer, village="Thôn 9")


def test_previews_are_made_anew_only_where_lists_would_find_another_household(known, officer):
    before = RegisterVersion.objects.get(province=known.province).version
    change(known, officer, phone="0987654321")
    assert RegisterVersion.objects.get(province=known.province).version == before
    known.refresh_from_db()
    change(known, officer, village="Thôn 9")
    assert RegisterVersion.objects.get(province=known.province).version == before + 1


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_people_saving_the_same_page_one_is_told(known, officer):
    results = at_once(
        lambda: change(known, officer, village="Thôn A"), lambda: change(known, officer, village="Thôn B")
    )
    assert sum(isinstance(result, str) for result in results) == 1


# --- movements ------------------------------------------------------------------------------------


def test_an_exit_begins_a_class_and_leaves_the_past_alone(known, officer):
    before = timezone.now()
    movement = move(known, officer, "exited_poor")
    assert class_on(known, ON - timedelta(days=1)) == "poor"
    assert class_on(known, ON) == "not_poor"
    assert class_on(known, ON, known_at=before) == "poor"
    spell = PovertySpell.objects.get(household=known, poverty_class="not_poor")
    assert (spell.reason, spell.decision_number) == ("exited_poor", "12/QĐ-UBND")
    assert (movement.kind, movement.recorded_by) == ("exited_poor", officer)


@pytest.mark.parametrize(
    ("kind", "on", "words"),
    [
        ("new_poor", ON, "does not fit"),
        ("exited_near_poor", ON, "does not fit"),
        ("exited_poor", date(2023, 12, 31), "after"),
        ("exited_poor", date(2099, 1, 1), "future"),
    ],
)
def test_what_contradicts_the_register_is_refused(known, officer, kind, on, words):
    with pytest.raises(Refusal, match=words):
        move(known, officer, kind, on)
    assert not Movement.objects.exists()


def test_a_movement_rests_on_a_decision_or_a_note(known, officer):
    with pytest.raises(Refusal, match="decision"):
        record_movement(known, kind="moved_out", effective_on=ON, expected=known.updated_at, actor=officer)


def test_who_moves_away_leaves_the_register_and_can_come_back(known, officer, cast):
    move(known, officer, "moved_out")
    assert class_on(known) is None
    assert PovertySpell.objects.get(household=known, superseded_at=None).ended_by == "moved_out"
    move(known, officer, "moved_in", date(2024, 5, 1), commune=cast.area("20050"), poverty_class="near_poor")
    assert class_on(known) == "near_poor"
    known.refresh_from_db()
    assert known.commune.code == "20050"


def test_a_move_within_the_province_keeps_household_and_class(known, officer, cast):
    hue = cast.area("19750")
    move(known, officer, "moved_in", commune=hue, village="Tổ 3")
    known.refresh_from_db()
    assert (known.commune, known.district.code, known.village) == (hue, "474", "Tổ 3")
    assert class_on(known) == "poor"
    assert Movement.objects.get().from_commune.code == "20047"


def test_a_new_head_leads_the_same_household(known, officer):
    mother = known.members.get(name="Hồ Thị Mẹ")
    move(known, officer, "head_changed", head=mother.pk, head_gone="deceased")
    after = Household.objects.get(pk=known.pk)
    assert (after.head_name, after.national_id) == ("Hồ Thị Mẹ", mother.national_id)
    assert after.head_name_folded == "ho thi me"
    assert after.member_count == 2
    assert next(m.name for m in after.members.order_by("position")) == "Hồ Thị Mẹ"


def test_a_part_that_splits_off_is_a_household_of_its_own(known, officer):
    son = known.members.get(name="Hồ Văn Con")
    movement = move(known, officer, "split", members=(son.pk,), head=son.pk, poverty_class="near_poor")
    new = movement.other
    assert (new.head_name, new.commune, new.member_count) == ("Hồ Văn Con", known.commune, 1)
    assert class_on(new) == "near_poor"
    assert class_on(known) == "poor"
    known.refresh_from_db()
    assert known.member_count == 2
    assert Movement.objects.get(household=new).other == known


def test_the_people_of_a_merged_household_go_to_the_other_one(known, officer):
    other = Household.objects.get(national_id=identity(2))
    move(known, officer, "merged", other=other)
    assert class_on(known) is None
    assert class_on(other) == "poor"
    assert set(other.members.values_list("name", flat=True)) >= {"Hồ Thị Mẹ", "Hồ Văn Con"}


def test_the_last_of_a_household_dies(known, officer):
    with pytest.raises(Refusal, match="does not fit"):
        move(known, officer, "deceased")
    HouseholdMember.objects.filter(household=known, position__gt=0).delete()
    Household.objects.filter(pk=known.pk).update(member_count=1)
    move(known, officer, "deceased")
    assert class_on(known) is None


def test_who_was_poor_before_relapses(known, officer):
    move(known, officer, "exited_poor")
    move(known, officer, "relapsed_near_poor", date(2024, 6, 1))
    assert class_on(known) == "near_poor"


# --- taking back ----------------------------------------------------------------------------------


def facts(*households):
    """Everything a movement may touch, as it stands."""
    names = ("head_name", "national_id", "birth_year", "commune_id", "district_id", "village", "member_count")
    return [
        (
            Household.objects.values_list(*names).get(pk=one.pk),
            list(one.members.order_by("position").values_list("name", "position", "relation")),
            list(
                one.spells.filter(superseded_at=None)
                .order_by("valid_from")
                .values_list("poverty_class", "valid_from", "valid_to", "reason", "ended_by")
            ),
        )
        for one in households
    ]


@pytest.mark.parametrize("kind", ["exited_poor", "moved_out", "moved_in", "head_changed", "split", "merged"])
def test_taking_back_puts_everything_as_it_was(known, officer, cast, kind):
    other = Household.objects.get(national_id=identity(2))
    son = known.members.get(name="Hồ Văn Con").pk
    details = {
        "moved_in": {"commune": cast.area("20050")},
        "head_changed": {"head": son, "head_gone": "moved_out"},
        "split": {"head": son, "members": (son,), "poverty_class": "poor"},
        "merged": {"other": other},
    }
    before = facts(known, other)
    moment = timezone.now()
    movement = move(known, officer, kind, **details.get(kind, {}))
    between = timezone.now()
    known.refresh_from_db()
    undo_movement(movement, reason="Ghi nhầm", actor=officer)
    assert facts(known, other) == before
    assert not Movement.objects.filter(superseded_at=None).exists()
    assert latest_by_hand(known) is None
    # What was believed in between stays answerable.
    assert class_on(known, ON, known_at=moment) == "poor"
    if kind == "exited_poor":
        assert class_on(known, ON, known_at=between) == "not_poor"
    if kind == "split":
        assert movement.other not in Household.objects.standing()


def test_a_movement_can_be_taken_back_and_recorded_again(known, officer):
    undo_movement(move(known, officer, "exited_poor"), reason="Ghi nhầm", actor=officer)
    move(known, officer, "poor_to_near")
    assert class_on(known) == "near_poor"


def test_only_the_latest_is_taken_back(known, officer):
    first = move(known, officer, "poor_to_near")
    move(known, officer, "exited_near_poor", date(2024, 5, 1))
    with pytest.raises(Refusal, match="latest"):
        undo_movement(first, reason="Ghi nhầm", actor=officer)


def test_a_list_that_followed_closes_the_way_back(known, officer, desk):
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        movement = move(known, officer, "poor_to_near")
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        desk.register(household(1), household(2), year=2024)
    known.refresh_from_db()
    assert latest_by_hand(known) is None
    with pytest.raises(Refusal, match="latest"):
        undo_movement(movement, reason="Ghi nhầm", actor=officer)


def test_a_split_household_that_lives_on_is_not_put_back(known, officer):
    son = known.members.get(name="Hồ Văn Con").pk
    movement = move(known, officer, "split", head=son, members=(son,), poverty_class="poor")
    change(movement.other, officer, village="Thôn 9")
    with pytest.raises(Refusal, match="gone its own way"):
        undo_movement(movement, reason="Ghi nhầm", actor=officer)


def test_reading_a_number_in_full_is_counted(known, officer):
    reveal_identity(known, actor=officer, reason="Đối chiếu")
    assert [(r.what, r.times) for r in known.readings.all()] == [("identity", 1)]
