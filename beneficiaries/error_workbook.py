"""The workbook of bad rows: what DOLISA sends back to the communes to be mended."""

from __future__ import annotations

from io import BytesIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook

from smartphone_support.spreadsheets.writing import (
    BAD_FILL,
    NOTE_FILL,
    prepare_print,
    set_widths,
    sheet_title,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.templatetags.web import masked_id

from .imports.messages import problem_message, problem_title
from .models import BatchProblem, BatchRow, ListBatch
from .presenting import Wording

HEADER_ROW = 4
WIDTHS = (18, 8, 7, 26, 22, 50, 28, 12, 12, 16, 20, 20, 14)


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
        _("Sheet"), _("Row"), _("Column"), _("Problem"), _("Value in the file"), _("How to mend it"),
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
    write_header(sheet, HEADER_ROW, header)
    wording = Wording()
    for number, problem in enumerate(problems.iterator(2000), HEADER_ROW + 1):
        write_row(
            sheet,
            number,
            _values(problem, rows, wording),
            fill=None if problem.value else NOTE_FILL if bad else None,
        )
        if bad and problem.value:
            sheet.cell(row=number, column=5).fill = BAD_FILL
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
