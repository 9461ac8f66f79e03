"""Rows into a write-only sheet of openpyxl: fast, styled, and with every text kept a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Times New Roman"
THIN = Side(style="thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)

#: font, border and alignment of each kind of row.
STYLES = {
    "letterhead": (Font(name=FONT, size=12, bold=True), None, CENTRE),
    "title": (Font(name=FONT, size=13, bold=True), None, CENTRE),
    "subtitle": (Font(name=FONT, size=12, italic=True), None, CENTRE),
    "header": (Font(name=FONT, size=11, bold=True), BOX, CENTRE),
    "index": (Font(name=FONT, size=10, italic=True), BOX, CENTRE),
    "section": (Font(name=FONT, size=11, bold=True), BOX, None),
    "body": (Font(name=FONT, size=11), BOX, None),
    "plain": (Font(name=FONT, size=11), None, None),
    "signature": (Font(name=FONT, size=12, bold=True), None, None),
}


def new_workbook() -> Workbook:
    """A write-only workbook which says of itself that its people are invented."""
    book = Workbook(write_only=True)
    book.properties.creator = "smartphone_support.demo"
    book.properties.description = "Số liệu minh họa: không có người thật nào trong tệp này."
    return book


class SheetPen:
    """Appends rows to one sheet and knows the number of the row written last."""

    def __init__(self, book: Workbook, title: str, widths: Sequence[float] = ()) -> None:
        self._sheet = book.create_sheet(title)
        self._cells: dict[tuple[str, str, int], WriteOnlyCell] = {}
        self.title = title
        self.row = 0
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        for column, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(column)].width = width

    def write(self, values: Iterable[Any], style: str = "body") -> int:
        """Append a row and return its number. Blank cells get a cell only where the style has a border."""
        self.row += 1
        boxed = STYLES[style][1] is not None
        cells = [
            None if value is None and not boxed else self._cell(value, style, column)
            for column, value in enumerate(values)
        ]
        self._sheet.append(cells)
        return self.row

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        for _ in range(rows):
            self.row += 1
            self._sheet.append([])

    def merge(self, *ranges: str) -> None:
        """Merge cells; each range as "A4:AA4"."""
        for cells in ranges:
            self._sheet.merged_cells.add(cells)

    def _cell(self, value: Any, style: str, column: int) -> WriteOnlyCell:
        # A write-only cell is written out by append() and may then serve again: making 600,000 of
        # them anew, with their styles, takes three times as long.
        kind = "text" if isinstance(value, str) else "date" if isinstance(value, date) else "other"
        cell = self._cells.get((style, kind, column))
        if cell is None:
            cell = self._cells[style, kind, column] = WriteOnlyCell(self._sheet)
            font, border, alignment = STYLES[style]
            cell.font = font
            if border:
                cell.border = border
            if alignment:
                cell.alignment = alignment
            if kind == "date":
                cell.number_format = "dd/mm/yyyy"
            elif kind == "text" and style in ("body", "plain"):
                cell.number_format = "@"
        cell.value = value
        if kind == "text":
            cell.data_type = "s"  # never a formula, whatever the text begins with
        return cell


def save(book: Workbook, path: str | Path) -> None:
    """Write the workbook to the file."""
    book.save(path)
