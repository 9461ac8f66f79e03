"""Watches the cells of one date column while it is read, and says afterwards which are in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from smartphone_support.spreadsheets.dates import DateOrder, column_order

from .records import Question

_SHOWN = 5


@dataclass(slots=True)
class DateColumn:
    """One column: the order it is read in, whether a person told it, and the cells met.

    ``cells`` holds (row, first row of the household, value) of texts and real dates.
    """

    sheet: str
    letter: str
    order: str = "dmy"
    is_told: bool = False
    cells: list[tuple[int, int, object]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The column's key in ``ReadOptions.date_orders``."""
        return f"{self.sheet}!{self.letter}"

    def watch(self, row: int, household_row: int, value: object) -> None:
        if isinstance(value, str | date):
            self.cells.append((row, household_row, value))

    def weigh(self) -> DateOrder:
        return column_order(value for _row, _household, value in self.cells)

    def doubtful(self, found: DateOrder) -> Iterator[tuple[int, int, object]]:
        """Cells that could be another day than the one read. What a person told is no doubt any more."""
        if not self.is_told or found.swapped:
            for row, household_row, value in self.cells:
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
