"""Watches the cells of one date column while it is read, and says afterwards which are in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from smartphone_support.spreadsheets.dates import DateOrder, column_order

from .quick import plain_date
from .records import Question

_SHOWN = 5
_WEIGHED = 50


@dataclass(slots=True)
class DateColumn:
    """One column: the order it is read in, whether a person told it, and the cells met.

    ``cells`` holds (row, first row of the household, value) of the texts and real dates that may be in doubt.
    Of the many plain dd/mm/yyyy only some are weighed, the rest is counted: the order comes out the same.
    """

    sheet: str
    letter: str
    order: str = "dmy"
    is_told: bool = False
    cells: list[tuple[int, int, object]] = field(default_factory=list)
    plain: list[tuple[int, int, object]] = field(default_factory=list)
    first_day: list[object] = field(default_factory=list)
    dmy: int = 0

    @property
    def key(self) -> str:
        """The column's key in ``ReadOptions.date_orders``."""
        return f"{self.sheet}!{self.letter}"

    def read_plain(self, row: int, household_row: int, value: object) -> date | None:
        """The day of a plain dd/mm/yyyy in a column with the day first; other cells are kept for weighing."""
        day = plain_date(value) if self.order == "dmy" else None
        if day is None:
            if isinstance(value, str | date):
                self.cells.append((row, household_row, value))
        elif day.day > 12:
            self.dmy += 1
            if self.dmy <= _WEIGHED:
                self.first_day.append(value)
        elif day.day != day.month:
            self.plain.append((row, household_row, value))
        return day

    def weigh(self) -> DateOrder:
        odd = (value for _row, _household, value in self.cells)
        both = (value for _row, _household, value in self.plain[:_WEIGHED])
        found = column_order(chain(both, self.first_day, odd))
        counted = {"dmy": max(0, self.dmy - _WEIGHED), "open": max(0, len(self.plain) - _WEIGHED)}
        return replace(found, dmy=found.dmy + counted["dmy"], open=found.open + counted["open"])

    def doubtful(self, found: DateOrder) -> Iterator[tuple[int, int, object]]:
        """Cells that could be another day than the one read. What a person told is no doubt any more."""
        if not self.is_told or found.swapped:
            for row, household_row, value in chain(self.plain, self.cells):
                if found.doubts(value) and not (self.is_told and isinstance(value, str)):
                    yield row, household_row, value

    def question(self, found: DateOrder) -> Question | None:
        """What a person has to say of it, None when the column itself settles its order."""
        if found.settled:
            return None
        samples = [[text, first.isoformat(), other.isoformat()] for text, first, other in found.samples]
        params = {
            "guess": found.order,
            "samples": samples[:_SHOWN],
            "dmy": found.dmy,
            "mdy": found.mdy,
            "open": found.open,
        }
        return Question("date_order", self.sheet, self.letter, params, settled=self.is_told)
