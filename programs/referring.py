"""A file of reference data on its way in: read, compared row by row, written when confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from import_export.results import RowResult
from tablib import Dataset

from smartphone_support.audit.recording import record
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from .reference import HolidayResource, ReferenceResource
from .workflow.opening import follow_calendar
from .working_days import work_calendar

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
ROWS_AT_MOST = 20_000
#: The header stands in one of the first rows: letterheads and titles may come before it.
_HEADER_WITHIN = 20


@dataclass(frozen=True)
class ReferenceRow:
    """One row of the file: where it stands, what it is, what it would do or what is wrong with it."""

    number: int
    outcome: str
    title: str
    changes: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class ReferencePreview:
    rows: list[ReferenceRow] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def is_clean(self) -> bool:
        return not self.count(WRONG)

    @property
    def has_work(self) -> bool:
        return bool(self.count(NEW) or self.count(CHANGED))


def read_reference(path: str | Path, resource: ReferenceResource) -> tuple[Dataset, list[int]]:
    """The file's rows under the resource's own headers, and their numbers in the sheet.

    Refused with one sentence: a file that cannot be read, without the needed columns, or too long.
    """
    try:
        with open_workbook(path) as workbook:
            for sheet in workbook:
                if sheet.visible:
                    return _dataset(sheet, resource)
    except SpreadsheetRefused:
        raise Refusal(
            _("The file cannot be read as a workbook: save it anew as .xlsx, .ods or .csv.")
        ) from None
    raise Refusal(_("The file has no sheet to read."))


def _dataset(sheet: Any, resource: ReferenceResource) -> tuple[Dataset, list[int]]:
    wanted = {fold(header): header for header in resource.headers()}
    dataset, numbers = Dataset(headers=resource.headers()), []
    places: dict[str, int] = {}
    for number, values in sheet:
        if not places:
            found = {wanted.get(fold(as_text(value))): place for place, value in enumerate(values)}
            if set(wanted.values()) <= set(found):
                places = {header: place for header, place in found.items() if header}
            elif number > _HEADER_WITHIN:
                break
            continue
        row = [values[place] if place < len(values) else None for place in places.values()]
        if any(as_text(value) for value in row):
            by_header = dict(zip(places, row, strict=True))
            dataset.append([by_header[header] for header in resource.headers()])
            numbers.append(number)
        if len(numbers) > ROWS_AT_MOST:
            raise Refusal(_("The file has more than %(n)s rows.") % {"n": ROWS_AT_MOST})
    if not places:
        raise Refusal(
            _("These columns are needed in one header row: %(columns)s.")
            % {"columns": ", ".join(resource.headers())}
        )
    return dataset, numbers


def preview_reference(
    dataset: Dataset, numbers: Sequence[int], resource: ReferenceResource
) -> ReferencePreview:
    """What the file would do, row by row; nothing stays written."""
    result = resource.import_data(dataset, dry_run=True, use_transactions=True, raise_errors=False)
    twice = _repeated(dataset, numbers, resource)
    rows = []
    for number, values, outcome in zip(numbers, dataset.dict, result.rows, strict=True):
        rows.append(_row(number, values, outcome, resource, twice.get(number)))
    return ReferencePreview(rows)


def apply_reference(
    dataset: Dataset, numbers: Sequence[int], resource: ReferenceResource, *, actor: Any
) -> ReferencePreview:
    """Write the file: all rows or none. Each new or changed row is on the record."""
    if not actor.has_perm("programs.import_reference"):
        raise Refusal(_("Only an administrator may change reference data."))
    with transaction.atomic():
        preview = preview_reference(dataset, numbers, resource)
        if not preview.is_clean:
            raise Refusal(_("Rows are wrong: mend them in the file and upload it again."))
        calendar = work_calendar()
        result = resource.import_data(dataset, dry_run=False, use_transactions=True, raise_errors=True)
        for row, outcome in zip(preview.rows, result.rows, strict=True):
            if row.outcome not in (NEW, CHANGED):
                continue
            instance = outcome.instance
            record(
                f"{instance._meta.label_lower}.{'create' if row.outcome == NEW else 'change'}",
                instance,
                actor=actor,
                before={name: old for name, old, _new in row.changes if row.outcome == CHANGED},
                after={name: new for name, _old, new in row.changes},
            )
        if isinstance(resource, HolidayResource) and preview.has_work:
            follow_calendar(calendar, actor=actor)
    return preview


def _repeated(dataset: Dataset, numbers: Sequence[int], resource: ReferenceResource) -> dict[int, str]:
    """Row number → the sentence for a row whose key an earlier row has already."""
    seen: dict[tuple[str, ...], int] = {}
    told = {}
    for number, values in zip(numbers, dataset.dict, strict=True):
        key = tuple(fold(as_text(values[column])) for column in resource.key)
        if key in seen:
            told[number] = _("Row %(row)s already names the same one.") % {"row": seen[key]}
        seen.setdefault(key, number)
    return told


def _row(
    number: int, values: dict[str, Any], result: Any, resource: ReferenceResource, repeated: str | None
) -> ReferenceRow:
    title = " · ".join(filter(None, (as_text(values[header]) for header in resource.headers()[:3])))
    problems = [repeated] if repeated else []
    if result.import_type in (RowResult.IMPORT_TYPE_ERROR, RowResult.IMPORT_TYPE_INVALID):
        problems += _sentences(result, resource)
    if problems:
        return ReferenceRow(number, WRONG, title, problems=tuple(problems))
    if result.import_type == RowResult.IMPORT_TYPE_SKIP:
        return ReferenceRow(number, UNCHANGED, title)
    is_new = result.import_type == RowResult.IMPORT_TYPE_NEW
    changes = _changes(None if is_new else result.original, result.instance, resource)
    return ReferenceRow(number, NEW if is_new else CHANGED, title, tuple(changes))


def _changes(old: Any, new: Any, resource: ReferenceResource) -> list[tuple[str, str, str]]:
    told = []
    for column in resource.get_export_fields():
        was = str(column.export(old)) if old is not None else ""
        becomes = str(column.export(new))
        if was != becomes:
            told.append((column.column_name, was, becomes))
    return told


def _sentences(result: Any, resource: ReferenceResource) -> list[str]:
    """What is wrong with a row, each sentence with its column where one is known."""
    told: list[str] = []
    found = getattr(result, "validation_error", None)
    if isinstance(found, ValidationError):
        columns = {column.attribute: column.column_name for column in resource.get_export_fields()}
        fields = found.message_dict if hasattr(found, "error_dict") else {"": found.messages}
        for name, messages in fields.items():
            told += [f"{columns[name]}: {text}" if name in columns else str(text) for text in messages]
    for error in result.errors:
        if isinstance(error.error, ValueError) and str(error.error):
            told.append(str(error.error))
        else:
            told.append(_("The row cannot be taken over as it stands."))
    return told or [_("The row cannot be taken over as it stands.")]
