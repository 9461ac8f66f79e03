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
    """``order`` is "dmy" or "mdy"; ``dmy``, ``mdy`` and ``open`` count the texts that fit only day first,
    only month first, or both with two different days. ``samples`` are up to five (text, read day first, read
    month first). Not ``settled``: a person must say which order holds."""

    order: str = "dmy"
    dmy: int = 0
    mdy: int = 0
    open: int = 0
    samples: tuple[tuple[str, date, date], ...] = ()
    settled: bool = True


def column_order(values: Iterable[object]) -> DateOrder:
    """Weigh the texts of one column; other values count for nothing.

    Without evidence to the contrary a Vietnamese list has the day first. Evidence for the month first settles
    nothing while other cells could be either; evidence for both never does.
    """
    counts = {"dmy": 0, "mdy": 0, "open": 0}
    samples: dict[str, tuple[str, date, date]] = {}
    for value in values:
        if not isinstance(value, str):
            continue
        found = both_readings(value)
        if found is None:
            continue
        day_first, month_first = found
        if day_first and month_first:
            if day_first != month_first:
                counts["open"] += 1
                if len(samples) < _SAMPLES:
                    samples.setdefault(value, (value.strip(), day_first, month_first))
        elif day_first:
            counts["dmy"] += 1
        elif month_first:
            counts["mdy"] += 1
    month_wins = bool(counts["mdy"]) and not counts["dmy"]
    settled = not counts["mdy"] or (month_wins and not counts["open"])
    return DateOrder(
        "mdy" if month_wins else "dmy", **counts, samples=tuple(samples.values()), settled=settled
    )


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
