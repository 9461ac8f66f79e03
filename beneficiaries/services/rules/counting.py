"""Which months count for settlement, and what they sum to. Pure.

A month counts for a subscription that is supported on the month's last day, at the level of that day. No text
was found that says how part of a month counts, so this is a rule of the programme, said on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import states
from .facts import Stretch


@dataclass(frozen=True, slots=True)
class Month:
    """A month that counts: its last day, and the đồng it is supported with."""

    last_day: date
    level: int


def last_days(first: date, last: date) -> Iterator[date]:
    """The last day of every month that begins in the month of `first` or later and ends by `last`."""
    day = end_of(first)
    while day <= last:
        yield day
        day = end_of(day + timedelta(days=1))


def end_of(day: date) -> date:
    """The last day of the month a day lies in."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = day.replace(day=1, year=day.year + year, month=month + 1)
    return first.replace(day=min(day.day, end_of(first).day))


def months_counted(stretches: Iterable[Stretch], first: date, last: date) -> list[Month]:
    """The months of a subscription that count between two days; its stretches do not overlap."""
    active = [stretch for stretch in stretches if stretch.state == states.ACTIVE]
    found = []
    for day in last_days(first, last):
        stretch = next((one for one in active if one.days.covers(day)), None)
        if stretch is not None:
            found.append(Month(day, stretch.level))
    return found
