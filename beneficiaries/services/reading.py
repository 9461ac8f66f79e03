"""An operator's file: checked before it is kept, and read into lines with what the reader found at each.

The same reader as for lists (``imports.reading``). An operator has no page to say how a file is to be read:
what a file does not settle by itself is refused in one sentence that says how to write it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.web.errors import Refusal

from ..imports.checking import check_upload, checked_before, upload_limits
from ..imports.kinds import OPERATOR
from ..imports.messages import refusal_message
from ..imports.options import ReadOptions
from ..imports.reading import read_workbook
from ..imports.records import Problem, Question, ReadResult, SubscriptionRecord
from ..imports.units import Units
from .rules.checks import NOTES, READ_PROBLEMS, Line, Reason

__all__ = ["MOST_LINES", "OperatorFile", "ReadLine", "check_upload", "read_operator_file"]

#: A province has some ten thousand poor and near-poor households; a longer list is another file.
MOST_LINES = 50_000

#: The reader's names of an operator's columns, and those of a line.
FIELDS = {
    "subscriber_name": "subscriber_name", "head_name": "subscriber_name", "national_id": "national_id",
    "subscriber": "number", "service": "service", "support_level": "level", "movement": "change",
    "starts_on": "on", "note": "note",
}  # fmt: skip

_ROWS = _(
    "The operator's update has a header row with the subscriber's name, identity number, subscriber number, "
    "service, level, change and day in force."
)
_REFUSALS = {
    "annual_list": _("Sheet “%(sheet)s” lists the households of a review, not an operator's subscribers."),
    "monthly_list": _(
        "Sheet “%(sheet)s” lists a month's movements of households, not an operator's subscribers."
    ),
    "supported_list": _(
        "Sheet “%(sheet)s” lists households supported with smartphones, not an operator's subscribers."
    ),
    "no_table": _("No list of subscribers was found."),
    "empty": _("The workbook holds no subscriber: check that the list is in it."),
}
_QUESTIONS = {
    "columns": _("Which column of sheet “%(sheet)s” holds what is not certain."),
    "encoding": _(
        "Sheet “%(sheet)s” seems to be written in an old font (TCVN3, VNI): convert it to Unicode and upload "
        "it again."
    ),
    "date_order": _(
        "In sheet “%(sheet)s”, column %(column)s, day and month can be read in both orders: write every "
        "day as dd/mm/yyyy."
    ),
}


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the file and what the reader found at its cells."""

    record: SubscriptionRecord
    found: tuple[Reason, ...] = ()

    @property
    def line(self) -> Line:
        """As the checks take it."""
        record = self.record
        return Line(
            record.change, record.national_id, record.service, record.level, record.on, record.subscriber,
            self.found, record.sheet, record.row,
        )  # fmt: skip


@dataclass(slots=True)
class OperatorFile:
    """Everything read. `sheets` is what is kept of each sheet: its name, header rows and the column letter of
    each field of a line, for pointing at cells later."""

    lines: list[ReadLine] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)


def read_operator_file(
    path: str | Path,
    province: AdministrativeArea,
    *,
    name: str = "",
    report: Callable[[int, int], None] = lambda done, total: None,
) -> OperatorFile:
    """The lines of an operator's workbook; a file that is no such list is a ``Refusal`` with its sentence."""
    units = Units(province, timezone.localdate())
    options = ReadOptions(kind=OPERATOR, file_name=name)

    def read(options: ReadOptions) -> ReadResult:
        limits, seen = upload_limits(), checked_before(path)
        return read_workbook(path, units.gazetteer, limits, report, options, seen)

    try:
        result = read(options)
        if _fonts(result):
            result = read(replace(options, encodings=_fonts(result)))
    except SpreadsheetRefused as refused:
        raise Refusal(_refusal(refused)) from refused
    for question in result.questions:
        if not question.settled and question.kind in _QUESTIONS:
            raise Refusal(_question(question))
    if not result.subscriptions:
        raise Refusal(f"{_REFUSALS['no_table']} {_ROWS}")
    if len(result.subscriptions) > MOST_LINES:
        sentence = _("The list has %(n)s lines, more than the %(limit)s a province can have: split it.")
        raise Refusal(str(sentence) % {"n": len(result.subscriptions), "limit": MOST_LINES})
    return _packed(result)


def _fonts(result: ReadResult) -> dict[str, str]:
    """Sheets in an old font that is known by the font's name: that is no guess."""
    return {
        question.sheet: str(question.params["guess"])
        for question in result.questions
        if question.kind == "encoding" and not question.settled and question.params.get("by") == "font"
    }


def _refusal(refused: SpreadsheetRefused) -> str:
    sentence = _REFUSALS.get(refused.code)
    if sentence is None:
        return refusal_message(refused)
    said = str(sentence) % {"sheet": "", **refused.params}
    return said if refused.code == "empty" else f"{said} {_ROWS}"


def _question(question: Question) -> str:
    said = str(_QUESTIONS[question.kind]) % {"sheet": question.sheet, "column": question.column}
    return f"{said} {_ROWS}" if question.kind == "columns" else said


def _packed(result: ReadResult) -> OperatorFile:
    found: dict[tuple[str, int | None], list[Reason]] = defaultdict(list)
    columns = {info.name: info.columns for info in result.sheets}
    for problem in result.problems:
        reason = _reason(problem, columns.get(problem.sheet, {}))
        if reason is not None:
            found[(problem.sheet, problem.household_row or problem.row)].append(reason)
    file = OperatorFile()
    for record in result.subscriptions:
        file.lines.append(ReadLine(record, tuple(found.get((record.sheet, record.row), ()))))
    for info in result.sheets:
        if info.columns and not info.skipped:
            file.sheets.append({
                "name": info.name, "header_rows": info.header_rows, "first_row": info.first_row,
                "last_row": info.last_row,
                "columns": {FIELDS[name]: letter for letter, name in info.columns.items() if name in FIELDS},
            })  # fmt: skip
    return file


def _reason(problem: Problem, columns: dict[str, str]) -> Reason | None:
    """What the reader found, as a reason; None for what does not concern the line."""
    if problem.code not in READ_PROBLEMS | NOTES:
        return None
    name = FIELDS.get(columns.get(problem.column, ""), "")
    if not name:
        return None
    return Reason(problem.code, name, problem.value)
