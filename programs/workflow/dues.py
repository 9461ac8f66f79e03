"""What organisations say of their dues, and what the department answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, need_reason, require, require_state, step
from smartphone_support.documents.storing import store
from smartphone_support.web.errors import Refusal

from ..choices import TO_DO, DueState, TimingKind
from ..models import DueEvidence, TaskDue
from ..permits.dues import may_accept, may_report
from .opening import extend_due, open_dues, open_on_request, set_deadlines

__all__ = [
    "accept_due",
    "extend_due",
    "nothing_arose",
    "open_dues",
    "open_on_request",
    "report_due",
    "return_due",
    "set_deadlines",
]

RELATED = ("task__group__program__province", "organisation")
#: Longest report a person writes.
LONGEST = 5_000


def _locked(due: TaskDue) -> TaskDue:
    return locked(TaskDue.objects.select_related(*RELATED), due.pk)


def report_due(
    due: TaskDue, *, actor: Any, report: str, done_on: date | None = None, file: File[Any] | None = None,
    link: str = "",
) -> TaskDue:  # fmt: skip
    """Say what was done, with a file or an address as evidence; waits then for the department.

    Also after it was returned. Refuses a report of a period that has not begun, and a day in the future.
    """
    with step():
        due = _locked(due)
        require(may_report(actor, due))
        require_state(due, TO_DO)
        today = timezone.localdate()
        done_on = done_on or today
        _check_day(due, done_on, today)
        report = _written(report)
        if not report:
            raise Refusal(_("Say in a sentence what was done."))
        now = timezone.now()
        move(
            due, DueState.REPORTED, report=report, reported_by=actor, reported_at=now, done_on=done_on,
            return_reason="", decided_by=None, decided_at=None,
        )  # fmt: skip
        evidence = []
        if file is not None:
            stored = store(file, actor=actor)
            evidence.append(DueEvidence(label=stored.name, file=stored))
        if link:
            evidence.append(DueEvidence(label=link[:300], link=link))
        for shown in evidence:
            shown.due, shown.happened_on, shown.added_by = due, done_on, actor
            shown.save()
        record(
            "programs.taskdue.report_done", due, actor=actor,
            after={"report": report, "done_on": done_on, "evidence": [shown.label for shown in evidence]},
        )  # fmt: skip
    return due


#: Timings for which "nothing arose" is an answer the plan itself foresees.
IF_ANY = frozenset({TimingKind.MONTHLY_IF_ANY})


def nothing_arose(due: TaskDue, *, actor: Any, note: str = "") -> TaskDue:
    """Answer that nothing arose in the period: recorded, not silence. Nobody has to accept it.

    For a task "hàng tháng nếu có phát sinh" once its period has begun; other tasks are reported.
    """
    with step():
        due = _locked(due)
        require(may_report(actor, due))
        require_state(due, TO_DO)
        if due.task.timing_kind not in IF_ANY:
            raise Refusal(_("This task is not one of “if anything arises”: report what was done."))
        today = timezone.localdate()
        _check_day(due, today, today)
        now = timezone.now()
        move(
            due, DueState.NOTHING_AROSE, report=_written(note), reported_by=actor, reported_at=now,
            done_on=today, return_reason="", decided_by=None, decided_at=None,
        )  # fmt: skip
        record("programs.taskdue.nothing_arose", due, actor=actor, after={"note": due.report})
    return due


def accept_due(due: TaskDue, *, actor: Any) -> TaskDue:
    """Accept what was reported."""
    with step():
        due = _locked(due)
        require_state(due, {DueState.REPORTED})
        require(may_accept(actor, due))
        move(due, DueState.ACCEPTED, decided_by=actor, decided_at=timezone.now())
        record("programs.taskdue.accept", due, actor=actor, before={"state": DueState.REPORTED})
    return due


def return_due(due: TaskDue, *, actor: Any, reason: str) -> TaskDue:
    """Send what was reported back, with the reason; the organisation reports again."""
    with step():
        due = _locked(due)
        require_state(due, {DueState.REPORTED})
        require(may_accept(actor, due))
        reason = need_reason(reason)[:500]
        move(
            due, DueState.RETURNED, return_reason=reason, decided_by=actor, decided_at=timezone.now(),
            reminded_on=None,
        )  # fmt: skip
        record("programs.taskdue.return", due, actor=actor, reason=reason)
    return due


def _check_day(due: TaskDue, done_on: date, today: date) -> None:
    if due.opened_on > today:
        raise Refusal(
            _("This period begins on %(day)s: there is nothing to report yet.")
            % {"day": f"{due.opened_on:%d/%m/%Y}"}
        )
    if done_on > today:
        raise Refusal(_("The day the work was done lies in the future."))
    if done_on < due.opened_on:
        raise Refusal(
            _("The day the work was done lies before the period, which began on %(day)s.")
            % {"day": f"{due.opened_on:%d/%m/%Y}"}
        )


def _written(text: str) -> str:
    """Text of several lines as typed, without signs no database keeps."""
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n"))
    return "\n".join(line.rstrip() for line in kept.strip().split("\n"))[:LONGEST]
