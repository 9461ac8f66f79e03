"""Working days: weekdays that are no public holiday, and weekend days worked to make up for one.

Monday to Friday; Labour Code 45/2019/QH14, art. 112, for the holidays. Which days are holidays is data: the
packaged ones of fixed date, and what the administrator entered for the year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .choices import HolidayKind
from .models import Holiday

_SATURDAY = 5
#: No calendar is asked for more: a guard against a typing slip in a year.
_LONGEST = 3660


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The exceptions to Monday to Friday. Pure: plain days in, plain answers out."""

    holidays: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices work that day; a make-up day counts even where it is entered as a holiday too."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 where they are in the wrong order."""
        days = min((last - first).days + 1, _LONGEST)
        return sum(self.is_working(first + timedelta(days=offset)) for offset in range(days))

    def last_of(self, first: date, days: int) -> date:
        """The day on which the `days`-th working day from `first` on, itself included, is reached.

        `first` for none; at most ten years ahead, whatever was entered as holidays.
        """
        day, left = first, days - self.is_working(first)
        for _step in range(_LONGEST):
            if left <= 0:
                break
            day += timedelta(days=1)
            left -= self.is_working(day)
        return day


def work_calendar(exceptions: Iterable[tuple[date, str]] | None = None) -> WorkCalendar:
    """The calendar of what is entered, one query; or of the given (day, kind)."""
    rows = Holiday.objects.values_list("day", "kind") if exceptions is None else exceptions
    kinds: dict[str, set[date]] = {kind: set() for kind in HolidayKind.values}
    for day, kind in rows:
        kinds[kind].add(day)
    return WorkCalendar(frozenset(kinds[HolidayKind.HOLIDAY]), frozenset(kinds[HolidayKind.WORKING_DAY]))
