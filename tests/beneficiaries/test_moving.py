"""The rules of movements recorded by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.choices import MovementKind as Kind
from beneficiaries.household.moving import EFFECTS, Standing, fits_in_time, possible_kinds, split_refusal

SINCE = date(2023, 12, 31)
TODAY = date(2024, 6, 15)
DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31))
CLASSES = st.sampled_from(["poor", "near_poor", "not_poor"])


def listed(poverty_class="poor", **more):
    return Standing(poverty_class, SINCE, **{"members": 3, "named": 3} | more)


@pytest.mark.parametrize(
    ("poverty_class", "possible", "impossible"),
    [
        ("poor", {Kind.EXITED_POOR, Kind.POOR_TO_NEAR}, {Kind.NEW_POOR, Kind.EXITED_NEAR_POOR}),
        ("near_poor", {Kind.EXITED_NEAR_POOR, Kind.NEAR_TO_POOR}, {Kind.RELAPSED_POOR, Kind.EXITED_POOR}),
        ("not_poor", {Kind.NEW_POOR, Kind.NEW_NEAR_POOR}, {Kind.RELAPSED_POOR, Kind.EXITED_POOR}),
    ],
)
def test_what_can_happen_depends_on_the_class_in_force(poverty_class, possible, impossible):
    kinds = set(possible_kinds(listed(poverty_class)))
    assert possible <= kinds
    assert not impossible & kinds


def test_who_was_poor_before_relapses_and_does_not_arise_newly():
    kinds = possible_kinds(listed("not_poor", was_listed=True))
    assert {Kind.RELAPSED_POOR, Kind.RELAPSED_NEAR_POOR} <= set(kinds)
    assert Kind.NEW_POOR not in kinds


def test_a_household_with_survivors_does_not_end_by_a_death():
    assert Kind.DECEASED not in possible_kinds(listed())
    assert Kind.DECEASED in possible_kinds(listed(members=1, named=1))


def test_head_and_part_are_chosen_among_members_known_by_name():
    kinds = possible_kinds(listed(named=0))
    assert Kind.HEAD_CHANGED not in kinds
    assert Kind.SPLIT not in kinds


def test_only_who_moved_away_can_come_back_and_who_was_merged_is_no_more():
    def gone(why):
        return Standing("", None, was_listed=True, left=why, left_on=SINCE)

    assert Kind.MOVED_IN in possible_kinds(gone("moved_out"))
    assert Kind.MOVED_IN not in possible_kinds(gone("deceased"))
    assert possible_kinds(gone("merged")) == []


@given(CLASSES, st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_every_kind_offered_has_an_effect_and_none_begins_the_class_in_force(name, was_listed, people, named):
    kinds = possible_kinds(Standing(name, SINCE, was_listed, members=people, named=named))
    assert len(kinds) == len(set(kinds))
    assert all(EFFECTS[kind].begins != name for kind in kinds)


@given(DAYS)
def test_a_movement_lies_after_the_class_in_force_began_and_not_in_the_future(on):
    assert fits_in_time(listed(), on, TODAY) == (SINCE < on <= TODAY)


def test_a_household_can_be_taken_up_again_on_the_very_day_it_left():
    gone = Standing("", None, left="moved_out", left_on=SINCE)
    assert fits_in_time(gone, SINCE, TODAY)
    assert not fits_in_time(gone, SINCE - timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("moving", "refusal"), [((), "nobody"), ((9,), "strangers"), ((1, 2), "head_stays"), ((2, 3), "")]
)
def test_who_may_split_off(moving, refusal):
    assert split_refusal(moving, (1, 2, 3), head=1) == refusal
