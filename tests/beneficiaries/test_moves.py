"""What one line of a monthly list does to a household: the rules, without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.choices import MovementKind, Outcome
from beneficiaries.imports.moves import NEWCOMERS, kind_of_change, moved, plan
from beneficiaries.imports.records import MovementRecord

from .builders import known, listed, person, written
from .test_matching import records

WIFE = person("Kăn Mrai", "046173000002", "1973-02-01", relation="Vợ")
CHILD = person("Hồ Văn Bé", year=2015, relation="Con")


def line(kind, record=None, **beside):
    record = record or listed(poverty_class=None)
    silent = replace(record, known=record.known - {"members"})
    return MovementRecord(kind, silent, **beside)


def outcome(kind, household, **more):
    found = plan(line(kind), household, **more)
    return found.outcome, found.problem, found.new_class


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("near_to_poor", "near_poor", "poor"),
        ("poor_to_near", "poor", "near_poor"),
        ("exited_poor", "poor", "not_poor"),
        ("exited_near_poor", "near_poor", "not_poor"),
        ("relapsed_poor", "not_poor", "poor"),
        ("relapsed_near_poor", "", "near_poor"),
        ("new_poor", "not_poor", "poor"),
        ("moved_out", "near_poor", ""),
        ("deceased", "poor", ""),
        ("merged", "not_poor", ""),
    ],
)
def test_a_movement_leads_from_one_class_to_another(kind, before, after):
    found = plan(line(kind), known(poverty_class=before))
    assert (found.outcome, found.new_class) == (Outcome.CHANGED, after)
    change = found.changes[-1]
    assert (change.field, change.old, change.new) == ("poverty_class", before, after)


@pytest.mark.parametrize(
    ("kind", "before", "problem"),
    [
        ("exited_poor", "not_poor", "movement_no_change"),
        ("exited_poor", "near_poor", "movement_other_class"),
        ("exited_near_poor", "", "movement_left"),
        ("near_to_poor", "poor", "movement_no_change"),
        ("poor_to_near", "not_poor", "movement_other_class"),
        ("new_poor", "poor", "movement_no_change"),
        ("new_near_poor", "near_poor", "movement_no_change"),
        ("moved_out", "", "movement_left"),
        ("deceased", "", "movement_left"),
        ("moved_in", "poor", "movement_lives_here"),
        ("moved_in", "", "movement_no_class"),
        ("split", "poor", "movement_known"),
        ("head_changed", "poor", "movement_no_new_head"),
    ],
)
def test_what_contradicts_the_register_is_blocked_with_its_reason(kind, before, problem):
    assert outcome(kind, known(poverty_class=before))[:2] == (Outcome.BLOCKED, problem)


@pytest.mark.parametrize("kind", sorted(set(MovementKind) - NEWCOMERS))
def test_what_happens_to_a_household_nobody_knows_is_blocked(kind):
    assert outcome(kind, None)[:2] == (Outcome.BLOCKED, "movement_unknown")


def test_a_newcomer_gets_the_class_of_its_kind_or_the_one_stated():
    assert outcome("new_near_poor", None)[2] == "near_poor"
    assert outcome("moved_in", None)[:2] == (Outcome.BLOCKED, "movement_no_class")
    told = line("moved_in", listed(poverty_class=None, note="Hộ cận nghèo, chuyển đến từ tỉnh khác"))
    assert plan(told, None).new_class == "near_poor"
    assert outcome("split", None, origin_class="poor") == (Outcome.NEW, "", "poor")


@pytest.mark.parametrize("kind", sorted(set(MovementKind) - {"head_changed", "corrected"}))
def test_what_was_done_already_changes_nothing(kind):
    assert outcome(kind, known(poverty_class="poor"), done=True) == (Outcome.UNCHANGED, "", "poor")


def test_a_household_that_comes_from_another_commune_is_the_same_one_there():
    found = plan(line("moved_in", listed(commune_code="20071", poverty_class=None)), known())
    assert (found.outcome, found.new_class, found.fields) == (
        Outcome.CHANGED,
        "poor",
        {"commune_code": "20071"},
    )


def test_a_correction_changes_fields_and_never_the_class():
    found = plan(line("corrected", listed(member_count=6, poverty_class="near_poor")), known())
    assert (found.new_class, found.fields) == ("poor", {"member_count": 6})
    assert outcome("corrected", known())[0] == Outcome.UNCHANGED


def head_changed(household, name, note=""):
    return plan(line("head_changed", listed(poverty_class=None, note=note), new_head=name), household)


def test_a_new_head_brings_along_what_is_known_of_that_member():
    found = head_changed(known(others=[WIFE, CHILD]), "KĂN MRAI")
    assert (found.fields["head_name"], found.fields["national_id"]) == ("Kăn Mrai", "046173000002")
    assert [(one.name, one.relation) for one in found.members] == [
        ("Kăn Mrai", "Chủ hộ"),
        ("Hồ Văn Brôi", "Chồng"),
        ("Hồ Văn Bé", "Con"),
    ]
    assert found.new_class == "poor"


def test_the_former_head_leaves_where_the_note_says_that_he_died():
    found = head_changed(known(others=[WIFE, CHILD]), "Kăn Mrai", note="Chủ hộ cũ đã chết")
    assert [one.name for one in found.members] == ["Kăn Mrai", "Hồ Văn Bé"]
    assert found.changes[-1].details["left"] == ["Hồ Văn Brôi"]


def test_of_a_new_head_from_outside_only_the_name_is_known():
    found = head_changed(known(others=[CHILD]), "Lê Thị Mới")
    assert (found.fields["national_id"], found.fields["birth_date"]) == ("", None)
    assert [one.name for one in found.members] == ["Lê Thị Mới", "Hồ Văn Brôi", "Hồ Văn Bé"]


def test_a_head_already_changed_changes_nothing():
    household = known(others=[WIFE])
    after = moved(household, head_changed(household, "Kăn Mrai"))
    assert head_changed(after, "Kăn Mrai").outcome == Outcome.UNCHANGED


KINDS = st.sampled_from(sorted(MovementKind))
CLASSES = st.sampled_from(["", "poor", "near_poor", "not_poor"])


@given(records(), records(), KINDS, CLASSES)
def test_a_plan_is_what_its_changes_say(record, before, kind, poverty_class):
    household = replace(written(before), poverty_class=poverty_class)
    found = plan(MovementRecord(kind, record, new_head="Lê Thị Mới"), household)
    if found.outcome == Outcome.CHANGED:
        after = moved(household, found)
        assert after != household
        assert {change.field for change in found.changes} - {"members", "poverty_class"} == set(found.fields)
        assert ("poverty_class" in [c.field for c in found.changes]) == (after.poverty_class != poverty_class)
    else:
        assert not found.changes
        assert (found.outcome == Outcome.BLOCKED) == bool(found.problem)


@given(CLASSES, CLASSES, st.booleans())
def test_the_kind_a_change_of_class_amounts_to_leads_to_that_class(old, new, was_listed):
    kind = kind_of_change(old, new, was_listed=was_listed)
    if kind:
        household = replace(known(), poverty_class=old)
        assert plan(line(kind), household).new_class == new
    else:
        assert old == new or new == "" or (new == "not_poor" and old == "")


def test_who_was_poor_before_relapses_and_who_moved_away_comes_back():
    assert kind_of_change("not_poor", "poor", was_listed=True) == "relapsed_poor"
    assert kind_of_change("not_poor", "near_poor", was_listed=False) == "new_near_poor"
    assert kind_of_change("", "poor", was_listed=True, left_by="moved_out") == "moved_in"
