"""Periods and due days: none missed, none twice, whatever the year, the settings and the holidays."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.choices import TimingKind
from programs.rules.cadence import MONTHS, Deadlines, due_after, period_of, period_words, periods
from programs.working_days import WorkCalendar

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
PERIODIC = st.sampled_from([kind for kind, months in MONTHS.items() if months])
SETTINGS = st.builds(
    Deadlines,
    month_day=st.integers(1, 28),
    quarter_days=st.integers(0, 90),
    year=st.tuples(st.integers(1, 31), st.integers(1, 12)),
    review=st.tuples(st.integers(1, 31), st.integers(1, 12)),
    event_days=st.integers(1, 120),
)


@st.composite
def calendars(draw):
    """Some holidays, a long Tết among them, and weekends worked to make up for them."""
    around = draw(DAYS)
    tet = {around + timedelta(days=n) for n in range(draw(st.integers(0, 12)))}
    return WorkCalendar(frozenset(tet | set(draw(st.lists(DAYS, max_size=8)))),
                        frozenset(draw(st.lists(DAYS, max_size=4))))  # fmt: skip


@given(PERIODIC, DAYS, st.integers(0, 1500), SETTINGS, calendars())
def test_periods_follow_each_other_without_gap_or_overlap(kind, first, length, settings, calendar):
    last = first + timedelta(days=length)
    found = list(periods(kind, first, last, settings, calendar))
    assert found[0].first <= first <= found[0].last
    assert found[-1].first <= last <= found[-1].last
    for one, following in pairwise(found):
        assert following.first == one.last + timedelta(days=1)
    assert len({period.key for period in found}) == len(found)


@given(PERIODIC, DAYS, SETTINGS, calendars())
def test_a_day_lies_in_one_period_whoever_asks(kind, day, settings, calendar):
    period = period_of(kind, day, settings, calendar)
    assert period.first <= day <= period.last
    for other in (period.first, period.last):
        assert period_of(kind, other, settings, calendar) == period
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    assert (period.first.day, months) == (1, MONTHS[kind])
    assert (period.last + timedelta(days=1)).day == 1


@given(PERIODIC, DAYS, SETTINGS, calendars())
def test_dues_fall_on_working_days(kind, day, settings, calendar):
    assert calendar.is_working(period_of(kind, day, settings, calendar).due)


@given(DAYS, SETTINGS, calendars())
def test_an_events_due_is_its_nth_working_day(day, settings, calendar):
    due = due_after(day, settings, calendar)
    assert calendar.is_working(due)
    assert calendar.count(day + timedelta(days=1), due) == settings.event_days


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_settings_without_such_a_day_mean_the_months_last(year, month):
    settings = Deadlines(year=(31, month))
    due = period_of(TimingKind.YEARLY, date(year, 6, 1), settings, WorkCalendar(made_up=_all(year))).due
    assert (due.year, due.month) == (year, month)
    assert (due + timedelta(days=1)).day == 1


def _all(year):
    first = date(year, 1, 1)
    return frozenset(first + timedelta(days=n) for n in range(366))


TET_2024 = WorkCalendar(
    holidays=frozenset(
        {date(2024, 1, 1), date(2024, 4, 18), date(2024, 4, 30), date(2024, 5, 1), date(2024, 9, 2),
         date(2024, 9, 3), *(date(2024, 2, day) for day in range(8, 15))}
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "day", "key", "due"),
    [
        # 5 February is a Monday; 5 May a Sunday, so Monday the 6th; 5 October a Saturday, so Monday the 7th.
        ("monthly", date(2024, 1, 31), "2024-01", date(2024, 2, 5)),
        ("monthly", date(2024, 4, 1), "2024-04", date(2024, 5, 6)),
        ("monthly_if_any", date(2024, 9, 15), "2024-09", date(2024, 10, 7)),
        # 5 January 2025 is a Sunday.
        ("monthly", date(2024, 12, 31), "2024-12", date(2025, 1, 6)),
        # The leap day belongs to February, whose due is Tuesday 5 March.
        ("monthly", date(2024, 2, 29), "2024-02", date(2024, 3, 5)),
        ("quarterly", date(2024, 3, 31), "2024-Q1", date(2024, 4, 10)),
        ("half_yearly", date(2024, 7, 1), "2024-H2", date(2025, 1, 10)),
        # 15 December 2024 is a Sunday.
        ("review_period", date(2024, 10, 1), "2024-R", date(2024, 12, 16)),
        ("yearly", date(2024, 1, 1), "2024", date(2024, 12, 31)),
        ("continuous", date(2024, 8, 1), "2024", date(2024, 12, 31)),
        ("unstated", date(2024, 8, 1), "2024", date(2024, 12, 31)),
    ],
)
def test_days_counted_by_hand(kind, day, key, due):
    period = period_of(TimingKind(kind), day, Deadlines(), TET_2024)
    assert (period.key, period.due) == (key, due)


def test_tet_stands_between_an_event_and_its_due():
    # After Friday 2 February 2024: Monday to Wednesday, and after Tết seven more from Thursday the 15th.
    assert due_after(date(2024, 2, 2), Deadlines(), TET_2024) == date(2024, 2, 23)


@pytest.mark.parametrize("kind", ["on_request", "on_allocation", "by_date"])
def test_what_only_an_event_opens_has_no_periods(kind):
    assert period_of(TimingKind(kind), date(2024, 1, 1), Deadlines(), WorkCalendar()) is None
    assert list(periods(TimingKind(kind), date.min, date.max, Deadlines(), WorkCalendar())) == []


def test_every_timing_has_its_rhythm():
    assert set(MONTHS) == set(TimingKind)


@pytest.mark.parametrize(
    ("key", "words"),
    [("2024-02", "Tháng 02/2024"), ("2024-Q4", "Quý IV/2024"), ("2024-H2", "6 tháng cuối năm 2024"),
     ("2024", "Năm 2024"), ("2024-R", "Kỳ rà soát năm 2024"), ("request:1", "request:1")],
)  # fmt: skip
def test_periods_in_words(key, words):
    assert period_words(key) == words
