"""Clocks of complaints, pure: due days in working days, days left, which clock is in force."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.clocks import Clock, clock_of, days_left, due_day, is_late
from programs.working_days import WorkCalendar

MONDAY = date(2030, 3, 4)
DAYS = st.dates(date(2023, 1, 1), date(2032, 12, 31))


@st.composite
def calendars(draw):
    near = st.lists(st.integers(-40, 120), max_size=20).map(
        lambda offsets: frozenset(MONDAY + timedelta(days=offset) for offset in offsets)
    )
    return WorkCalendar(draw(near), draw(near))


NEAR = st.integers(-30, 60).map(lambda offset: MONDAY + timedelta(days=offset))


@given(NEAR, st.integers(1, 60), calendars())
def test_a_term_has_its_working_days_and_ends_on_one(started, days, calendar):
    due = due_day(started, days, calendar)
    assert due > started
    assert calendar.is_working(due)
    assert calendar.count(started + timedelta(days=1), due) == days


@given(NEAR, st.integers(1, 59), calendars())
def test_a_longer_term_never_ends_earlier(started, days, calendar):
    assert due_day(started, days, calendar) < due_day(started, days + 1, calendar)


@given(NEAR, st.integers(1, 40), calendars())
def test_beginning_a_day_later_never_ends_earlier(started, days, calendar):
    assert due_day(started, days, calendar) <= due_day(started + timedelta(days=1), days, calendar)


@given(NEAR, st.integers(1, 40), calendars())
def test_on_the_day_it_begins_all_its_days_are_left(started, days, calendar):
    due = due_day(started, days, calendar)
    assert days_left(started, due, calendar) == days
    assert days_left(due, due, calendar) == 0


@given(NEAR, NEAR, calendars())
def test_days_left_fall_by_one_each_working_day_and_only_then(today, due, calendar):
    tomorrow = today + timedelta(days=1)
    fallen = days_left(today, due, calendar) - days_left(tomorrow, due, calendar)
    assert fallen == calendar.is_working(tomorrow)


def test_weekends_holidays_and_make_up_days():
    friday = date(2030, 3, 8)
    assert due_day(friday, 1, WorkCalendar()) == date(2030, 3, 11)
    assert due_day(friday, 1, WorkCalendar(frozenset({date(2030, 3, 11)}))) == date(2030, 3, 12)
    assert due_day(friday, 1, WorkCalendar(made_up=frozenset({date(2030, 3, 9)}))) == date(2030, 3, 9)


def test_a_term_without_days_is_none():
    with pytest.raises(ValueError, match="at least one"):
        due_day(MONDAY, 0, WorkCalendar())


CLOCKS = st.lists(
    st.builds(
        Clock, st.sampled_from(["feedback", "complaint"]), st.sampled_from(["take_up", "answer"]),
        st.integers(1, 90), st.just("Điều 1"), DAYS, st.none() | DAYS,
    ),
    max_size=8,
)  # fmt: skip


@given(CLOCKS, DAYS)
def test_the_clock_is_one_in_force_and_no_newer_one_is(clocks, on):
    found = clock_of(clocks, "feedback", "answer", on)
    fitting = [row for row in clocks if row.kind == "feedback" and row.step == "answer"]
    fitting = [row for row in fitting if row.valid_from <= on and (row.valid_to or on) >= on]
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting
        assert found.valid_from == max(row.valid_from for row in fitting)


def test_without_a_due_day_nothing_is_late():
    assert not is_late(MONDAY, None)
    assert not is_late(MONDAY, MONDAY)
    assert is_late(MONDAY, MONDAY - timedelta(days=1))
