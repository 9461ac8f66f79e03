"""A day of the calendar on which much falls due: the most urgent first, the others folded below."""

from datetime import date

import pytest

from programs.dues.calendar import SHOWN, Day, Item


def day_with(number: int) -> Day:
    items = [Item(str(n), "Việc", "Năm 2025", "bad", "Quá hạn", f"/dues/{n}/") for n in range(number)]
    return Day(date(2025, 12, 31), items=items)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (SHOWN, SHOWN), (SHOWN + 1, SHOWN + 1), (SHOWN + 2, SHOWN), (40, SHOWN)]
)
def test_a_cell_shows_a_few_and_folds_the_others(number, shown):
    day = day_with(number)
    assert len(day.first) == shown
    assert [*day.first, *day.rest] == day.items


def test_nothing_is_folded_for_one_item_alone():
    assert day_with(SHOWN + 1).rest == []
