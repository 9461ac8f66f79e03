"""From a read and checked list to the rows kept of it, and back to what the checks take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from smartphone_support.jobs.running import Progress

from ..models import OperatorReportLine
from ..models.services import OperatorLine
from .reading import ReadLine, read_operator_file
from .rules.checks import NOTES, READ_PROBLEMS, Checked, Line
from .wording import pack, unpack

Row = TypeVar("Row", bound=OperatorLine)


def read_rows(
    sent: Any,
    model: type[Row],
    check: Callable[[Sequence[Line]], list[Checked]],
    progress: Progress,
    **owner: Any,
) -> tuple[list[Row], list[dict[str, Any]]]:
    """The unsaved rows of the file an operator sent, each checked, and what was seen of its sheets.

    `sent` has a `file`, a `province`; `owner` names it to its rows. Raises Refusal on a file that is no list.
    """
    progress.report(0, 0, "reading")
    read = read_operator_file(
        sent.file.file.path, sent.province, name=sent.file.name,
        report=lambda done, total: progress.report(done, total, "reading"),
    )  # fmt: skip
    progress.report(0, len(read.lines), "matching")
    rows = _rows_of(model, read.lines, check([line.line for line in read.lines]), **owner)
    progress.report(len(rows), len(rows), "staging")
    return rows, read.sheets


def _rows_of(
    model: type[Row], read: Sequence[ReadLine], checked: Sequence[Checked], **owner: Any
) -> list[Row]:
    """Unsaved rows of a list, one a line; `owner` names the list they belong to."""
    rows = []
    for line, verdict in zip(read, checked, strict=True):
        record = line.record
        rows.append(
            model(
                sheet=record.sheet[:60],
                row=record.row,
                change=record.change,
                national_id=record.national_id[:20],
                subscriber_name=record.head_name[:120],
                number=record.subscriber[:20],
                service=record.service,
                level=record.level,
                on=record.on,
                note=record.reason[:300],
                household_id=verdict.household,
                verdict=verdict.verdict,
                reasons=pack(verdict.reasons),
                **owner,
            )
        )
    return rows


def line_of(row: OperatorLine) -> Line:
    """A kept row as the checks take it again; what the reader found is among its reasons."""
    found = tuple(reason for reason in unpack(row.reasons) if reason.code in READ_PROBLEMS | NOTES)
    return Line(
        row.change, row.national_id, row.service, row.level, row.on, row.number, found, row.sheet, row.row
    )


def differs(row: OperatorLine, checked: Checked) -> bool:
    """Whether the check says something else of the row than when it was kept."""
    was = (row.verdict, row.household_id, row.reasons)
    return was != (checked.verdict, checked.household, pack(checked.reasons))


def take(row: OperatorLine, checked: Checked) -> None:
    """Let the row say what the check says now; the caller writes it."""
    row.verdict, row.household_id = checked.verdict, checked.household
    row.reasons = pack(checked.reasons)


def counts_of(rows: Iterable[OperatorLine]) -> dict[str, int]:
    """Lines by verdict, and those in order by change: what a preview shows above its pages."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.verdict] += 1
        if isinstance(row, OperatorReportLine) and row.verdict == "good":
            counts[row.change] += 1
    return dict(counts)
