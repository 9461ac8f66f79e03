"""Day first or month first? What a whole column of dates says about its order. Pure functions.

"05/03/1961" alone can be the 5th of March or the 3rd of May. A column usually tells: one "25/03/1970" is
possible only with the day first. Real dates of a workbook are no evidence: their order is fixed, although a
computer with American settings may have swapped day and month while they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from smartphone_support.vietnamese.text import fold

_DATE = re.compile(
    r"'?\s*(\d{1,2})\s*[/.\-\\, ]\s*(\d{1,2})\s*[/.\-\\, ]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}.*)?$"
)
_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What a column says about the order of day and month.

    ``order`` is "dmy" or "mdy"; ``dmy``, ``mdy`` and ``open`` count the texts that fit only day first, only
    month first, or both with two different days. ``samples`` are up to five (text, read day first, read
    month first). Not ``settled``: a person must say which order holds.

    ``swapped`` counts real dates whose day and month a computer with American settings has probably swapped:
    it makes a real date of "05/03/1961", the 3rd of May, and leaves "25/03/1961" a text. Such dates are never
    changed here; ``swapped_samples`` are up to five (as stored, with day and month exchanged).
    """

    order: str = "dmy"
    dmy: int = 0
    mdy: int = 0
    open: int = 0
    samples: tuple[tuple[str, date, date], ...] = ()
    settled: bool = True
    swapped: int = 0
    swapped_samples: tuple[tuple[date, date], ...] = ()

    def doubts(self, value: object) -> bool:
        """Whether this cell of the column could be another day than the one read."""
        if isinstance(value, date):
            return bool(self.swapped) and _exchanged(value) is not None
        if self.settled or not isinstance(value, str):
            return False
        found = both_readings(value)
        return found is not None and None not in found and found[0] != found[1]


def column_order(values: Iterable[object]) -> DateOrder:
    """Weigh the texts of one column, and its real dates against them; other values count for nothing.

    Without evidence to the contrary a Vietnamese list has the day first. Evidence for the month first settles
    nothing while other cells could be either; evidence for both never does.
    """
    counts = {"dmy": 0, "mdy": 0, "open": 0}
    samples: dict[str, tuple[str, date, date]] = {}
    dates: list[date] = []
    for value in values:
        if isinstance(value, date):
            dates.append(value)
            continue
        found = both_readings(value) if isinstance(value, str) else None
        if found is None or found[0] == found[1]:
            continue
        day_first, month_first = found
        if day_first and month_first:
            counts["open"] += 1
            if len(samples) < _SAMPLES:
                samples.setdefault(str(value), (str(value).strip(), day_first, month_first))
        else:
            counts["dmy" if day_first else "mdy"] += 1
    month_wins = bool(counts["mdy"]) and not counts["dmy"]
    settled = not counts["mdy"] or (month_wins and not counts["open"])
    swapped = _swapped(dates, counts)
    pairs = tuple(dict.fromkeys((stored, day) for stored, day in swapped))[:_SAMPLES]
    return DateOrder(
        "mdy" if month_wins else "dmy",
        **counts,
        samples=tuple(samples.values()),
        settled=settled,
        swapped=len(swapped),
        swapped_samples=pairs,
    )


def _swapped(dates: list[date], counts: dict[str, int]) -> list[tuple[date, date]]:
    """Real dates beside texts, where every text has a day beyond 12 and no real date has one.

    By chance that happens to a text with 61 of 100 days and to a date with 39 of 100: together with at most
    two columns in a hundred, or nothing is said.
    """
    if counts["open"] or counts["mdy"] or counts["dmy"] < 3 or any(day.day > 12 for day in dates):
        return []
    found = [(_plain_day(day), other) for day in dates if (other := _exchanged(day)) is not None]
    return found if counts["dmy"] + 2 * len(found) >= 8 and len(found) > 1 else []


def _exchanged(value: date) -> date | None:
    """The date with day and month exchanged, if that is another day."""
    return _day(value.year, value.day, value.month) if value.day <= 12 and value.day != value.month else None


def _plain_day(value: date) -> date:
    return date(value.year, value.month, value.day)


def both_readings(text: str) -> tuple[date | None, date | None] | None:
    """The text read day first and month first, each None where no such day exists; None for no such text.

    Two-digit years are read as 19xx: only whether the day exists matters here.
    """
    if len(text) > 40:
        return None
    match = _DATE.match(fold(text))
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    year += 1900 if year < 100 else 0
    return _day(year, second, first), _day(year, first, second)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
