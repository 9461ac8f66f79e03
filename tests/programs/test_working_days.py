"""Working days: Monday to Friday, less holidays, plus days made up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.models import Holiday
from programs.working_days import WorkCalendar, work_calendar

FRIDAY = date(2024, 4, 26)
days = st.dates(date(2023, 1, 1), date(2025, 12, 31))


def test_a_weekend_and_the_holidays_are_passed_over():
    calendar = WorkCalendar(holidays=frozenset({date(2024, 4, 29), date(2024, 4, 30), date(2024, 5, 1)}))
    assert calendar.last_of(FRIDAY, 1) == FRIDAY
    assert calendar.last_of(FRIDAY, 2) == date(2024, 5, 2)
    assert calendar.count(FRIDAY, date(2024, 5, 3)) == 3


def test_a_saturday_made_up_for_is_worked():
    saturday = FRIDAY + timedelta(days=1)
    assert WorkCalendar().last_of(saturday, 1) == date(2024, 4, 29)
    assert WorkCalendar(made_up=frozenset({saturday})).last_of(saturday, 1) == saturday


def test_days_in_the_wrong_order_are_none():
    assert WorkCalendar().count(FRIDAY, FRIDAY - timedelta(days=3)) == 0


@given(first=days, wanted=st.integers(1, 40), holidays=st.frozensets(days, max_size=20))
def test_the_last_day_is_the_first_that_makes_the_count_full(first, wanted, holidays):
    calendar = WorkCalendar(holidays=holidays)
    last = calendar.last_of(first, wanted)
    assert calendar.count(first, last) == wanted
    assert calendar.is_working(last)
    assert calendar.count(first, last - timedelta(days=1)) == wanted - 1


@pytest.mark.django_db
def test_the_calendar_is_what_was_entered():
    Holiday.objects.update_or_create(day=date(2024, 2, 12), defaults={"name": "Tết", "kind": "holiday"})
    Holiday.objects.update_or_create(day=date(2024, 5, 4), defaults={"name": "Làm bù", "kind": "working_day"})
    calendar = work_calendar()
    assert not calendar.is_working(date(2024, 2, 12))
    assert calendar.is_working(date(2024, 5, 4))
