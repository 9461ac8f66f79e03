"""The workbook of bad rows: what DOLISA sends back to the communes to be mended."""

from __future__ import annotations

import hashlib
from io import BytesIO

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from smartphone_support.spreadsheets.writing import (
    BAD_FILL,
    NOTE_FILL,
    prepare_print,
    set_widths,
    sheet_title,
    write_cell,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.templatetags.web import masked_id

from ..imports.messages import problem_message, problem_title
from ..imports.options import Cell
from ..models import BatchProblem, BatchRow, ListBatch
from ..presenting import Wording

HEADER_ROW = 4
WIDTHS = (18, 8, 7, 26, 22, 50, 28, 12, 12, 16, 20, 20, 14)
#: The hidden last column: what the workbook is, and each row's cell with a code only this site can make.
KEY_COLUMN = len(WIDTHS) + 1
KEY_TITLE = "Mã ô"
KIND = "bang-sua-loi-1"
VALUE_COLUMN = 5
_SALT = "beneficiaries.error_workbook"


def mark(batch: ListBatch, value_title: str) -> str:
    """What the workbook says of itself in its hidden column: kind, list, header of the cells to mend."""
    return f"{KIND}|{batch.pk}|{value_title}"


def cell_key(batch: ListBatch, cell: Cell, value: str) -> str:
    """A cell's key: its place, a digest of what stood there, and a code that binds both to this list."""
    sheet, row, column = cell
    content = f"{row}|{column}|{sheet}|{digest(value)}"
    code = salted_hmac(_SALT, f"{batch.pk}:{content}", algorithm="sha256").hexdigest()[:12]
    return f"{content}|{code}"


def read_key(batch: ListBatch, key: str) -> tuple[Cell, str] | None:
    """The cell and the digest of its former value; None for a key not made for this list."""
    content, _bar, code = key.rpartition("|")
    expected = salted_hmac(_SALT, f"{batch.pk}:{content}", algorithm="sha256").hexdigest()[:12]
    if not constant_time_compare(expected, code):
        return None
    row, column, rest = content.split("|", 2)
    sheet, _bar, former = rest.rpartition("|")
    return (sheet, int(row), column), former


def digest(value: str) -> str:
    return hashlib.sha256(clean_text(value).encode()).hexdigest()[:10]


def error_workbook(batch: ListBatch) -> bytes:
    """Every error at its cell, with the household it belongs to; warnings on a second sheet."""
    book = Workbook()
    book.remove(book.active)
    rows = _rows_by_place(batch)
    for level, title in (("error", _("Errors")), ("warning", _("To be checked"))):
        problems = batch.problems.filter(level=level).order_by("position")
        if level == "error" or problems.exists():
            _write_sheet(book, sheet_title(title), batch, problems, rows, bad=level == "error")
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def file_name(batch: ListBatch) -> str:
    stem = batch.file.name.rsplit(".", 1)[0]
    return _("%(file)s - rows in error.xlsx") % {"file": stem}


def _rows_by_place(batch: ListBatch) -> dict[tuple[str, int], BatchRow]:
    named = batch.problems.values_list("household_row", flat=True)
    rows = batch.rows.filter(row__in=named.distinct()).select_related("commune__parent")
    return {(row.sheet, row.row): row for row in rows if row.row is not None}


def _write_sheet(book, title, batch, problems, rows, *, bad):  # type: ignore[no-untyped-def]  # openpyxl has no types
    sheet = book.create_sheet(title)
    header = [
        _("Sheet"), _("Row"), _("Column"), _("Problem"), _("Value in the file (mend it here)"),
        _("How to mend it"),
        _("Head of household"), _("Birth date"), _("Birth year"), _("Identity number"), _("Village"),
        _("Commune"), _("Class"),
    ]  # fmt: skip
    last = len(header)
    write_line(sheet, 1, _("ROWS OF THE LIST THAT NEED MENDING"), last=last, bold=True, size=14)
    sent = date_format(batch.uploaded_at, "SHORT_DATETIME_FORMAT")
    write_line(
        sheet, 2, _("File “%(file)s”, uploaded %(time)s") % {"file": batch.file.name, "time": sent},
        last=last, italic=True, size=11,
    )  # fmt: skip
    write_line(
        sheet, 3, _("Mend the values in column E and upload this workbook on the page of the list."),
        last=last, italic=True, size=11,
    )  # fmt: skip
    write_header(sheet, HEADER_ROW, [*header, KEY_TITLE])
    write_cell(sheet, 1, KEY_COLUMN, mark(batch, header[VALUE_COLUMN - 1]))
    sheet.column_dimensions[get_column_letter(KEY_COLUMN)].hidden = True
    wording = Wording()
    for number, problem in enumerate(problems.iterator(2000), HEADER_ROW + 1):
        write_row(
            sheet,
            number,
            _values(problem, rows, wording),
            fill=None if problem.value else NOTE_FILL if bad else None,
        )
        if bad and problem.value:
            sheet.cell(row=number, column=VALUE_COLUMN).fill = BAD_FILL
        if problem.column:
            cell = (problem.sheet, problem.row, problem.column)
            write_cell(sheet, number, KEY_COLUMN, cell_key(batch, cell, problem.value))
    set_widths(sheet, WIDTHS)
    prepare_print(sheet, header_rows=(HEADER_ROW, HEADER_ROW), freeze_column="D")


def _values(problem: BatchProblem, rows: dict[tuple[str, int], BatchRow], wording: Wording) -> list[object]:
    place = [problem.sheet, problem.row, problem.column, problem_title(problem.code)]
    told = [problem.value, problem_message(problem)]
    row = rows.get((problem.sheet, problem.household_row or problem.row))
    if row is None:
        return [*place, *told, *[""] * 7]
    record = row.record
    commune = row.commune
    return [
        *place,
        *told,
        row.head_name,
        wording.value("birth_date", record["birth_date"]) if record.get("birth_date") else "",
        str(record.get("birth_year", "")),
        masked_id(record.get("national_id", "")),
        record.get("village", ""),
        f"{commune.name}, {commune.parent.name}" if commune and commune.parent else "",
        wording.value("poverty_class", record.get("poverty_class", "")),
    ]
