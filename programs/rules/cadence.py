"""Which periods a task has, and by which working day each falls due.

The plans print a rhythm ("Hàng tháng"), never a day: the days are settings of the plan (`Deadlines`). A day
on which offices do not work moves to the next working day: Civil Code 91/2015/QH13, art. 148(5).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from ..choices import TimingKind


class Calendar(Protocol):
    """What a calendar of working days has to answer."""

    def last_of(self, first: date, days: int) -> date: ...


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When dues of each rhythm fall due, before the move to a working day.

    - `month_day`: day of the month after a monthly period;
    - `quarter_days`: days after the last day of a quarter or half-year;
    - `year`, `review`: (day, month) within the year itself; a day its month lacks is the month's last;
    - `event_days`: working days after an event, the day after it being the first.
    """

    month_day: int = 5
    quarter_days: int = 10
    year: tuple[int, int] = (31, 12)
    review: tuple[int, int] = (15, 12)
    event_days: int = 10


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both included, with the key that names it for ever and its working due day."""

    key: str
    first: date
    last: date
    due: date


#: Months one period of a timing covers; 0: the timing has no periods, only events or one fixed day.
MONTHS = {
    TimingKind.CONTINUOUS: 12,
    TimingKind.REVIEW_PERIOD: 12,
    TimingKind.MONTHLY: 1,
    TimingKind.MONTHLY_IF_ANY: 1,
    TimingKind.QUARTERLY: 3,
    TimingKind.HALF_YEARLY: 6,
    TimingKind.ON_REQUEST: 0,
    TimingKind.ON_ALLOCATION: 0,
    TimingKind.ON_AUTHORITY_REQUEST_OR_YEARLY: 12,
    TimingKind.YEARLY: 12,
    TimingKind.BY_DATE: 0,
    # Plan 413/KH-UBND states no times in its section IV: its duties are looked at once a year.
    TimingKind.UNSTATED: 12,
}


def period_of(kind: TimingKind, day: date, deadlines: Deadlines, calendar: Calendar) -> Period | None:
    """The period of this timing that holds the day; None where the timing has no periods."""
    months = MONTHS[kind]
    if not months:
        return None
    first_month = (day.month - 1) // months * months + 1
    first = date(day.year, first_month, 1)
    last = _last_of_month(day.year, first_month + months - 1)
    due = _due(kind, first, last, deadlines)
    return Period(_key(kind, first, months), first, last, calendar.last_of(due, 1))


def periods(
    kind: TimingKind, first: date, last: date, deadlines: Deadlines, calendar: Calendar
) -> Iterator[Period]:
    """Every period that shares a day with `first` to `last`, in order, none twice and none left out."""
    day = first
    while day <= last:
        period = period_of(kind, day, deadlines, calendar)
        if period is None:
            return
        yield period
        if period.last == date.max:
            return
        day = period.last + timedelta(days=1)


def due_after(event: date, deadlines: Deadlines, calendar: Calendar) -> date:
    """The due day of what an event opened: its `event_days`-th working day after the event's own day."""
    return calendar.last_of(event + timedelta(days=1), deadlines.event_days)


def due_by(day: date, calendar: Calendar) -> date:
    """The working day of a task due by a fixed day."""
    return calendar.last_of(day, 1)


def _due(kind: TimingKind, first: date, last: date, deadlines: Deadlines) -> date:
    months = MONTHS[kind]
    if months == 1:
        following = last + timedelta(days=1)
        return following.replace(day=deadlines.month_day)
    if months in (3, 6):
        return last + timedelta(days=deadlines.quarter_days)
    day, month = deadlines.review if kind == TimingKind.REVIEW_PERIOD else deadlines.year
    return date(first.year, month, min(day, monthrange(first.year, month)[1]))


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _key(kind: TimingKind, first: date, months: int) -> str:
    if months == 1:
        return f"{first.year}-{first.month:02d}"
    if months == 3:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if months == 6:
        return f"{first.year}-H{(first.month + 5) // 6}"
    return f"{first.year}-R" if kind == TimingKind.REVIEW_PERIOD else f"{first.year}"


#: Key of the only due of a task that has one fixed day.
FIXED_DAY = "by-day"
_ROMAN = ("I", "II", "III", "IV")


def period_words(key: str) -> str:
    """A period's key as people name it: "2024-02" is "Tháng 02/2024"; anything else stays as it is."""
    if key == FIXED_DAY:
        return _("By the day the plan names")
    year, _dash, part = key.partition("-")
    if not year.isdigit() or len(year) != 4:
        return key
    if not part:
        return _("Year %(year)s") % {"year": year}
    if part == "R":
        return _("Review of %(year)s") % {"year": year}
    if part.isdigit():
        return _("Month %(month)s/%(year)s") % {"month": part, "year": year}
    if part.startswith("Q") and part[1:] in "1234":
        return _("Quarter %(quarter)s/%(year)s") % {"quarter": _ROMAN[int(part[1:]) - 1], "year": year}
    if part == "H1":
        return _("First half of %(year)s") % {"year": year}
    if part == "H2":
        return _("Second half of %(year)s") % {"year": year}
    return key
