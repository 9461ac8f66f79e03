"""Which operator has sent which month: written, nothing arose, reported in the plan, waiting, or late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programs.choices import DueState, TaskEvent
from programs.models import TaskDue
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import OperatorReportState
from ..models import OperatorReport

APPLIED, NOTHING, REPORTED, WAITING, LATE, OPEN = (
    "applied", "nothing", "reported", "waiting", "late", "open",
)  # fmt: skip
TONES = {APPLIED: "ok", NOTHING: "idle", REPORTED: "now", WAITING: "wait", LATE: "bad", OPEN: ""}
#: What a due says once its operator has answered it, whether or not by an update.
_ANSWERED = {
    DueState.REPORTED: REPORTED, DueState.ACCEPTED: REPORTED, DueState.NOTHING_AROSE: NOTHING,
}  # fmt: skip
#: Days after the month's end until its update is late, where no plan says by when.
GRACE = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Cell:
    """One operator's month. `report` is the page of what was sent or reported, "" where nothing was."""

    status: str
    report: str = ""

    @property
    def words(self) -> str:
        return {
            APPLIED: pgettext("month of an operator", "Written"), NOTHING: _("Nothing arose"),
            REPORTED: _("Reported in the plan"), WAITING: _("Waiting for confirmation"),
            LATE: _("Late"), OPEN: "",
        }[self.status]  # fmt: skip

    @property
    def tone(self) -> str:
        return TONES[self.status]


@dataclass(frozen=True, slots=True)
class Row:
    operator: Organisation
    cells: list[tuple[date, Cell]]

    @property
    def late(self) -> int:
        return sum(1 for _month, cell in self.cells if cell.status == LATE)


def last_month(today: date) -> date:
    """The first day of the last month that is over."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def operators(province: AdministrativeArea) -> list[Organisation]:
    rows = Organisation.objects.filter(kind=OrganisationKind.OPERATOR, province=province, is_active=True)
    return list(rows.order_by("code"))


def matrix(province: AdministrativeArea, year: int, today: date) -> list[Row]:
    """Every operator's months of a year."""
    best: dict[tuple[int, date], OperatorReport] = {}
    sent = OperatorReport.objects.filter(province=province, month__year=year).exclude(
        state__in=[OperatorReportState.REJECTED, OperatorReportState.REVERTED]
    )
    for report in sent.only("operator", "month", "state", "nothing_arose").order_by("pk"):
        key = (report.operator_id, report.month)
        if key not in best or _rank(report) >= _rank(best[key]):
            best[key] = report
    months = [date(year, number, 1) for number in range(1, 13)]
    rows = operators(province)
    days, dues = deadlines(rows, months), answered(rows, months)
    return [
        Row(operator, [
            (month, _cell(
                best.get((operator.pk, month)), dues.get((operator.pk, month)),
                is_past=today > days[operator.pk, month],
            ))
            for month in months
        ])
        for operator in rows
    ]  # fmt: skip


def answered(rows: list[Organisation], months: list[date]) -> dict[tuple[int, date], TaskDue]:
    """The dues of the months their operators have answered: by an update, or on the due's own page."""
    keys = {f"{month:%Y-%m}": month for month in months}
    found = TaskDue.objects.fulfilled_by(TaskEvent.OPERATOR_REPORT).filter(
        organisation__in=rows, period_key__in=keys, state__in=_ANSWERED
    )
    return {(due.organisation_id, keys[due.period_key]): due for due in found.order_by("pk")}


def deadlines(rows: list[Organisation], months: list[date]) -> dict[tuple[int, date], date]:
    """By which day each operator's update of each month is awaited: what the plan asks, with extensions.

    A month the plan asks nothing of (before it came into force, or where its monthly task was changed) is
    awaited ten days after its end.
    """
    keys = {f"{month:%Y-%m}": month for month in months}
    asked = TaskDue.objects.fulfilled_by(TaskEvent.OPERATOR_REPORT).filter(
        organisation__in=rows, period_key__in=keys
    )
    days = {
        (row.pk, month): _next_month(month) + GRACE - timedelta(days=1) for row in rows for month in months
    }
    for operator, key, day in asked.order_by("due_on").values_list("organisation_id", "period_key", "due_on"):
        days[operator, keys[key]] = day
    return days


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _rank(report: OperatorReport) -> int:
    """What counts more: written changes, then that nothing arose, then what waits, then what failed."""
    if report.state == OperatorReportState.APPLIED:
        return 3 if report.nothing_arose else 4
    return 1 if report.state == OperatorReportState.FAILED else 2


def _cell(report: OperatorReport | None, due: TaskDue | None, *, is_past: bool) -> Cell:
    is_applied = report is not None and report.state == OperatorReportState.APPLIED
    if due is not None and not is_applied:
        return Cell(_ANSWERED[DueState(due.state)], reverse("programs:due_detail", args=[due.pk]))
    if report is None or report.state == OperatorReportState.FAILED:
        return Cell(LATE if is_past else OPEN)
    page = reverse("services:report_detail", args=[report.pk])
    if not is_applied:
        # Uploaded is not sent: what the operator has not confirmed by the day is late.
        return Cell(LATE if is_past else WAITING, page)
    return Cell(NOTHING if report.nothing_arose else APPLIED, page)


def missing_of(operator: Organisation, months: list[date]) -> list[date]:
    """Of these months, those the operator has neither sent nor answered."""
    known: Any = OperatorReport.objects.filter(operator=operator, month__in=months).exclude(
        state__in=[OperatorReportState.REJECTED, OperatorReportState.REVERTED, OperatorReportState.FAILED]
    )
    sent = set(known.values_list("month", flat=True)) | {
        month for _operator, month in answered([operator], months)
    }
    return [month for month in months if month not in sent]
