"""Write workbooks people open in Excel or LibreOffice: one look, safe cells, ready to print.

A thin layer over openpyxl. Whatever a cell's text begins with (=, +, -, @), it stays text: a name typed by
somebody else must never become a formula on a third person's machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Times New Roman"
_THIN = Side(style="thin", color="FF7F7F7F")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEADER_FILL = PatternFill("solid", fgColor="FFDDE7F0")
BAD_FILL = PatternFill("solid", fgColor="FFFDE2E1")
NOTE_FILL = PatternFill("solid", fgColor="FFFFF4CE")
_HEADER = {
    "font": Font(name=FONT, size=11, bold=True),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": BORDER,
    "fill": HEADER_FILL,
}
_BODY_FONT = Font(name=FONT, size=11)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TEXT = 32_767
#: Points of a line in the common font.
_LINE_HEIGHT = 15
_BAD_IN_TITLE = re.compile(r"[\\/*?:\[\]']")


def write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write a value so that text stays text; rows and columns count from 1.

    Dates show as dd/mm/yyyy; identity and telephone numbers given as text keep their zeros.
    """
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = safe_text(value)
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "dd/mm/yyyy hh:mm"
        elif isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"
        elif isinstance(value, int) and not isinstance(value, bool):
            cell.number_format = "#,##0"
    return cell


def safe_text(text: str) -> str:
    """The text without what a workbook cannot hold, at most as long as a cell may be."""
    return _ILLEGAL.sub("", text)[:_LONGEST_TEXT]


def write_row(
    sheet: Worksheet,
    row: int,
    values: Sequence[Any],
    *,
    bold: bool = False,
    fill: PatternFill | None = None,
    border: bool = True,
) -> None:
    """Write one body row from column A on, in the common font."""
    font = Font(name=FONT, size=11, bold=True) if bold else _BODY_FONT
    for column, value in enumerate(values, 1):
        cell = write_cell(sheet, row, column, value)
        cell.font = font
        cell.alignment = _WRAPPED
        if border:
            cell.border = BORDER
        if fill is not None:
            cell.fill = fill


def fit_height(sheet: Worksheet, row: int, values: Sequence[Any], widths: Sequence[float]) -> None:
    """Make a row as high as its longest wrapped text needs; `widths` as given to `set_widths`.

    Excel does so by itself when it opens a file; LibreOffice leaves rows one line high, and texts overlap.
    """
    lines = max((_lines_of(value, width) for value, width in zip(values, widths, strict=False)), default=1)
    if lines > 1:
        sheet.row_dimensions[row].height = _LINE_HEIGHT * lines


def _lines_of(value: Any, width: float) -> int:
    if not isinstance(value, str):
        return 1
    return sum(max(1, ceil(len(part) / width)) for part in value.split("\n"))


def write_header(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Write a header row from column A on."""
    for column, title in enumerate(titles, 1):
        style_header(write_cell(sheet, row, column, title))


def style_header(cell: Cell) -> None:
    """Give one cell the look of a header."""
    for name, value in _HEADER.items():
        setattr(cell, name, value)


def write_line(
    sheet: Worksheet,
    row: int,
    text: str,
    *,
    first: int = 1,
    last: int,
    bold: bool = False,
    italic: bool = False,
    size: int = 13,
    centred: bool = True,
) -> Cell:
    """Write a line of text merged over the columns ``first`` to ``last``: letterhead, title, signature."""
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    cell = write_cell(sheet, row, first, text)
    cell.font = Font(name=FONT, size=size, bold=bold, italic=italic)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
    return cell


def set_widths(sheet: Worksheet, widths: Iterable[float] | Mapping[str, float]) -> None:
    """Column widths in characters, from column A on or by letter."""
    if isinstance(widths, Mapping):
        for letter, width in widths.items():
            sheet.column_dimensions[letter].width = width
        return
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def offer_words(sheet: Worksheet, cells: str, words: Sequence[str], *, allow_blank: bool) -> None:
    """A drop-down of the words over the cells; the spreadsheet itself refuses anything else.

    A comma parts the words in the file's format, so none of them keeps one.
    """
    rule = DataValidation(
        type="list",
        formula1='"{}"'.format(",".join(word.replace(",", "") for word in words)),
        allow_blank=allow_blank,
        showErrorMessage=True,
        errorTitle="Không có trong danh mục",
        error="Chọn một trong: " + "; ".join(words),
    )
    rule.add(cells)
    sheet.add_data_validation(rule)


def lock_but_arrange(sheet: Worksheet) -> None:
    """Lock the sheet without a password: open cells are written in; filtering, sorting, widths and columns
    stay allowed, because they do not touch the keys."""
    lock = sheet.protection
    lock.sheet = True
    # In openpyxl True means forbidden.
    lock.autoFilter = lock.sort = lock.formatCells = lock.formatColumns = lock.formatRows = False
    lock.insertColumns = False


def write_hidden(sheet: Worksheet, told: Iterable[tuple[str, str]]) -> None:
    """Facts about the workbook itself, name and value a row, on a hidden and locked sheet."""
    sheet.sheet_state = "hidden"
    for row, (name, value) in enumerate(told, start=1):
        write_cell(sheet, row, 1, name)
        write_cell(sheet, row, 2, value)
    sheet.protection.sheet = True


def prepare_print(
    sheet: Worksheet, *, header_rows: tuple[int, int], landscape: bool = True, freeze_column: str = "A"
) -> None:
    """A4, one page wide, the header repeated on every page and kept in view on the screen.

    Margins and the page number of Decree 30/2020/NĐ-CP, Appendix I: 20 mm above and below, 30 mm left, 15 mm
    right; the number centred at the top.
    """
    first, last = header_rows
    sheet.freeze_panes = f"{freeze_column}{last + 1}"
    sheet.print_title_rows = f"{first}:{last}"
    setup = sheet.page_setup
    setup.orientation = "landscape" if landscape else "portrait"
    setup.paperSize = sheet.PAPERSIZE_A4
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left, margins.right = 30 / 25.4, 15 / 25.4
    margins.top = margins.bottom = 20 / 25.4
    sheet.oddHeader.center.text = "&P"
    # The first page shows no number.
    sheet.HeaderFooter.differentFirst = True


def sheet_title(text: str, taken: Iterable[str] = ()) -> str:
    """A name Excel accepts for a sheet: at most 31 characters, none of its forbidden ones, not taken."""
    base = " ".join(_BAD_IN_TITLE.sub(" ", safe_text(text)).split()) or "Sheet"
    used = {name.casefold() for name in taken}
    title, number = base[:31], 2
    while title.casefold() in used:
        ending = f" ({number})"
        title, number = base[: 31 - len(ending)] + ending, number + 1
    return title
