"""A review workbook coming back, opened: its hidden sheet, its list, its sheet of added households.

Tables are found by their headers, wherever people moved rows and columns; what the headers do not settle is
refused by name rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from beneficiaries.imports.messages import refusal_message
from smartphone_support.spreadsheets.cellref import cell_name, column_letter
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.headers import HeaderWord, Table, find_table, header_key
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Row, Sheet, open_workbook
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from .review_workbook import ADDED_COLUMNS, ADDED_SHEET, COLUMNS, KIND

# The largest district has some thousands of households; anything far beyond is no review workbook.
LIMITS = Limits(file_bytes=10 * MEGABYTE, sheets=20, cells=1_000_000, rows=30_000)
SHOWN_ROWS = 10

_TITLES = {name: title for name, title, _width, _open in COLUMNS}
_VOCABULARY = tuple(HeaderWord(name, (title,), partial=False) for name, title in _TITLES.items())
_ADDED_TITLES = {name: title for name, title, _width in ADDED_COLUMNS}
_ADDED_VOCABULARY = tuple(HeaderWord(name, (title,), partial=False) for name, title in _ADDED_TITLES.items())
#: Columns that must be there, once: without one its answers would all be lost unseen, and of two nobody
#: knows which is meant.
_NEEDED = ("key", "has_need", "decision", "reason", "support_form", "note")
_KEY = re.compile(r"\d+-[0-9a-f]{10}")


@dataclass(slots=True)
class SheetTable:
    """A table of a sheet: its header, the rows below it, which of them are hidden, and the addresses of
    formulas without a result."""

    sheet: str
    table: Table
    rows: list[Row]
    hidden: frozenset[int]
    uncalculated: frozenset[str] = frozenset()

    def raw(self, values: Sequence[Any], name: str) -> Any:
        index = self.table.index(name)
        return values[index] if index is not None and index < len(values) else None

    def cell(self, values: Sequence[Any], name: str) -> str:
        """The cell as a person sees it, cleaned; "" where there is no such column."""
        return as_text(self.raw(values, name))

    def key(self, values: Sequence[Any]) -> str:
        """The row's key, whatever case and spaces it was pasted with."""
        return fold(self.cell(values, "key")).replace(" ", "")

    def place(self, row: int, name: str) -> str:
        """The address of a cell: "M12"."""
        return cell_name(row, (self.table.index(name) or 0) + 1)

    def refuse_uncalculated(self, rows: Iterable[int], names: Iterable[str]) -> None:
        """Refuse where an answer is a formula without a result: read as empty it would be another answer."""
        if not self.uncalculated:
            return
        names = [name for name in names if name in self.table.columns]
        cells = [
            cell for row in rows for name in names if (cell := self.place(row, name)) in self.uncalculated
        ]
        if cells:
            raise Refusal(
                _(
                    "Sheet “%(sheet)s”: the formula in %(cells)s has no result. Write the value there, or "
                    "clear the cell."
                )
                % {"sheet": self.sheet, "cells": listed(cells)}
            )


@dataclass(slots=True)
class OpenedReview:
    """What the hidden sheet says, the list's table, and the tables of added households."""

    told: dict[str, str]
    main: SheetTable
    added: list[SheetTable] = field(default_factory=list)


def listed(numbers: Sequence[int] | Sequence[str]) -> str:
    """ "12, 40, 41" and how many more there are."""
    shown = ", ".join(str(number) for number in numbers[:SHOWN_ROWS])
    more = len(numbers) - SHOWN_ROWS
    return shown if more <= 0 else _("%(rows)s and %(more)s more") % {"rows": shown, "more": more}


def open_review(path: Path) -> OpenedReview:
    """Open a workbook of this system; any other file, or one whose tables cannot be told, is refused."""
    told: dict[str, str] = {}
    tables: list[SheetTable] = []
    added: list[SheetTable] = []
    lost = ""
    try:
        with open_workbook(path, LIMITS) as workbook:
            for sheet in workbook:
                rows = list(sheet)
                if key_rows := _told_by(rows):
                    told = key_rows
                    continue
                if found := _main_table(sheet, rows):
                    tables.append(found)
                elif extra := _added_table(sheet, rows):
                    added.append(extra)
                elif fold(sheet.name) == fold(ADDED_SHEET) and rows:
                    lost = sheet.name
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused
    if told.get("loai") != KIND:
        raise Refusal(
            _(
                "This is no review workbook of the system: download it from the list's page and fill "
                "that one in."
            )
        )
    _refuse_unclear(tables, lost)
    return OpenedReview(told, tables[0], added)


def _told_by(rows: Iterable[Row]) -> dict[str, str]:
    """What the hidden sheet says, wherever it stands and whatever it is called; {} for any other sheet."""
    told = {as_text(values[0]): as_text(values[1]) for _number, values in rows if len(values) > 1}
    return told if "loai" in told and "chu_ky" in told else {}


def _main_table(sheet: Sheet, rows: list[Row]) -> SheetTable | None:
    table = find_table(rows, _VOCABULARY, required=frozenset({"key"}))
    if table is None or "key" not in table.columns:
        return None
    found = SheetTable(sheet.name, table, [], sheet.hidden_rows, sheet.uncalculated)
    # A first household of words alone can look like a second header row; its key says what it is.
    found.rows = [
        (number, values)
        for number, values in rows
        if number >= table.first_row
        or (number > table.header_rows[0] and _KEY.fullmatch(found.key(values)) is not None)
    ]
    return found


def _added_table(sheet: Sheet, rows: list[Row]) -> SheetTable | None:
    table = find_table(rows, _ADDED_VOCABULARY, required=frozenset({"reason"}))
    if table is None or not {"head_name", "reason"} <= set(table.columns):
        return None
    below = [row for row in rows if row[0] > table.header_rows[0]]
    return SheetTable(sheet.name, table, below, sheet.hidden_rows, sheet.uncalculated)


def _refuse_unclear(tables: list[SheetTable], lost: str) -> None:
    if not tables:
        raise Refusal(
            _("The row of headers with “%(header)s” is missing: put it back, or download the workbook again.")
            % {"header": _TITLES["key"]}
        )
    if len(tables) > 1:
        raise Refusal(
            _("Sheets “%(first)s” and “%(second)s” both hold the list: keep only one of them.")
            % {"first": tables[0].sheet, "second": tables[1].sheet}
        )
    if lost:
        raise Refusal(
            _("Sheet “%(sheet)s”: the row of headers is missing or changed; put it back or delete the sheet.")
            % {"sheet": lost}
        )
    found = tables[0]
    missing = [_TITLES[name] for name in _NEEDED if name not in found.table.columns]
    if missing:
        raise Refusal(
            _("Sheet “%(sheet)s”: the column “%(header)s” is missing. Put it back, with this very header.")
            % {"sheet": found.sheet, "header": missing[0]}
        )
    for name in _NEEDED:
        again = [
            index
            for index, header in found.table.unmapped.items()
            if header_key(header) == header_key(_TITLES[name])
        ]
        if again:
            raise Refusal(
                _("Columns %(first)s and %(second)s both have the header “%(header)s”: delete one of them.")
                % {
                    "first": found.table.letter(name),
                    "second": column_letter(again[0]),
                    "header": _TITLES[name],
                }
            )
