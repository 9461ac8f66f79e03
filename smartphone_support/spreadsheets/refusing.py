"""Refusals shared by the checks of all formats."""

from __future__ import annotations

from typing import NoReturn

from .cellref import cell_name, column_letter
from .facts import SheetFacts
from .limits import Limits
from .refusals import SpreadsheetRefused


def refuse(code: str, **params: str | int) -> NoReturn:
    """Raise the refusal ``code``."""
    raise SpreadsheetRefused(code, params)


def refuse_far(sheet: SheetFacts, row: int, column: int) -> NoReturn:
    """A cell far outside any table: the reader would allocate everything up to it."""
    refuse("far_cell", sheet=sheet.name, cell=cell_name(row, column))


def is_far(sheet: SheetFacts, row: int, column: int, limits: Limits) -> bool:
    """Whether a cell, or the used area with it, lies beyond the limits."""
    return row > limits.rows or column > limits.columns or sheet.last_row * sheet.last_column > limits.area


def hide_columns(sheet: SheetFacts, first: int, last: int) -> None:
    """Note hidden columns, counted from 1, fifty at most: "all to the right" is no news."""
    sheet.hidden_columns += [column_letter(n - 1) for n in range(max(first, 1), min(last, first + 50) + 1)]
