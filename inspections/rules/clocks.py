"""Clocks of complaints in working days: which is in force, when a step is due, how many days are left. Pure.

The day something is received is not counted, the term begins on the next one (Civil Code 91/2015/QH13,
art. 147). How many days a step has is never written here: the province enters it with its article.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from programs.working_days import WorkCalendar

#: Guards against typing slips: no step of a complaint takes longer than two years of working days, and none
#: is extended further than that ahead.
MOST_DAYS = 500
MOST_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Clock:
    """`days` working days for a step of a kind, from a day to a day (None: until further notice)."""

    kind: str
    step: str
    days: int
    citation: str
    valid_from: date
    valid_to: date | None = None

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def clock_of(clocks: Iterable[Clock], kind: str, step: str, on: date) -> Clock | None:
    """The clock of a step that begins on that day: of several in force the newest; None where none is."""
    fitting = [row for row in clocks if (row.kind, row.step) == (kind, step) and row.is_in_force(on)]
    return max(fitting, key=lambda row: row.valid_from, default=None)


def due_day(started: date, days: int, calendar: WorkCalendar) -> date:
    """The last day of a term of `days` working days (at least one) that began on `started`, not counted."""
    if days < 1:
        raise ValueError("a term has at least one working day")
    return calendar.last_of(started + timedelta(days=1), days)


def days_left(today: date, due: date, calendar: WorkCalendar) -> int:
    """Working days from tomorrow to the due day; below zero: so many working days late."""
    if today <= due:
        return calendar.count(today + timedelta(days=1), due)
    return -calendar.count(due + timedelta(days=1), today)


def is_late(done: date, due: date | None) -> bool:
    """Whether something was done after its due day; without one nothing is late."""
    return due is not None and done > due
