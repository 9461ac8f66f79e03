"""The workbook of bad rows coming back mended: which cells changed, and to what.

Rows may come in any order, some may be missing, columns may be added. What counts is the hidden key of
each row; a workbook of another list, or one whose keys were changed, is refused by one sentence.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.headers import HeaderWord, Table, find_table
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Row, open_workbook
from smartphone_support.web.errors import Refusal

from ..imports.messages import refusal_message
from ..imports.options import Cell
from ..models import ListBatch
from ..tables import batch_title
from .error_workbook import KEY_TITLE, KIND, digest, read_key

LIMITS = Limits(file_bytes=10 * MEGABYTE, sheets=20, cells=1_500_000, rows=100_000)
_SHOWN_ROWS = 10


def read_mended(upload: File[Any], batch: ListBatch) -> dict[Cell, str]:
    """The new texts of cells changed in an error workbook of this batch."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        sheets = _sheets(copy.name)
    marks = [text for _name, rows in sheets for text in _marks(rows)]
    if not marks:
        raise Refusal(
            _("This is no workbook of rows in error: download it from the list's page and mend that one.")
        )
    mended: dict[Cell, tuple[str, str, int]] = {}
    for name, rows in sheets:
        _read_sheet(name, rows, batch, marks[0], mended)
    return {cell: text for cell, (text, _sheet, _row) in mended.items()}


def _sheets(path: str) -> list[tuple[str, list[Row]]]:
    try:
        with open_workbook(path, LIMITS) as workbook:
            return [(sheet.name, list(sheet)) for sheet in workbook]
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused


def _marks(rows: Sequence[Row]) -> list[str]:
    """What the hidden column says of the workbook, in the rows above the table."""
    cells = (value for _number, values in rows[:10] for value in values if isinstance(value, str))
    return [cell for cell in cells if cell.startswith(f"{KIND}|")]


def _read_sheet(
    name: str, rows: list[Row], batch: ListBatch, mark: str, mended: dict[Cell, tuple[str, str, int]]
) -> None:
    _kind, number, title = [*mark.split("|", 2), "", ""][:3]
    words = (HeaderWord("key", (KEY_TITLE,), partial=False), HeaderWord("value", (title,), partial=False))
    table = find_table(rows, words, minimum=2, required=frozenset({"key"}))
    if table is None:
        return
    if number != str(batch.pk):
        raise Refusal(_other_list(number, batch))
    forged = []
    for row, values in rows:
        key = _key(values, table)
        if row < table.first_row or not key:
            continue
        known = read_key(batch, key)
        if known is None:
            forged.append(row)
            continue
        cell, former = known
        text = _text(values, table, "value")
        if digest(text) == former:
            continue
        other = mended.setdefault(cell, (text, name, row))
        if other[0] != text:
            raise Refusal(
                _(
                    "Row %(row)s of sheet “%(sheet)s” and row %(other)s of sheet “%(other_sheet)s” mend the "
                    "same cell differently: keep one of them."
                )
                % {"row": row, "sheet": name, "other": other[2], "other_sheet": other[1]}
            )
    if forged:
        shown = ", ".join(str(row) for row in forged[:_SHOWN_ROWS])
        raise Refusal(
            _(
                "Sheet “%(sheet)s”: the hidden keys of rows %(rows)s were changed. Download the workbook "
                "again, and mend only the values."
            )
            % {"sheet": name, "rows": shown + ("…" if len(forged) > _SHOWN_ROWS else "")}
        )


def _other_list(number: str, batch: ListBatch) -> str:
    other = None
    if number.isdecimal() and len(number) < 12:
        own = ListBatch.objects.filter(province=batch.province, pk=int(number))
        other = own.select_related("file").first()
    own_name = f"{batch_title(batch)} ({batch.file.name})"
    if other is None:
        return _("This workbook belongs to another list than %(own)s.") % {"own": own_name}
    return _("This workbook belongs to %(other)s, not to %(own)s.") % {
        "other": f"{batch_title(other)} ({other.file.name})",
        "own": own_name,
    }


def _key(values: Sequence[Any], table: Table) -> str:
    """As it was written: names of sheets may hold double spaces."""
    index = table.index("key")
    value = values[index] if index is not None and index < len(values) else None
    return value if isinstance(value, str) else ""


def _text(values: Sequence[Any], table: Table, name: str) -> str:
    index = table.index(name)
    return as_text(values[index]) if index is not None and index < len(values) else ""
