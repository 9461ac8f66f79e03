"""Periodic reports: prepared from the data, corrected by people, issued by the leader, then frozen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, need_reason, require, require_state, say, step
from smartphone_support.web.errors import Refusal

from ..choices import ProgramState, ReportKind, ReportState
from ..models import PeriodicReport, Program
from ..permits.work import may_issue, may_prepare
from ..reporting import build, digest_of, text_keys
from ..rules.stretches import title_of
from .obstacles import written
from .opening import open_dues

say(
    (
        (
            ("one_report_a_period", "periodicreport.first_day"),
            lambda: _("There is a report for this period already: open that one."),
        ),
    )
)
RELATED = ("program__province",)
#: Longest text of one section.
LONGEST = 20_000


def prepare_report(
    program: Program, *, actor: Any, kind: str, first: date, last: date, title: str = ""
) -> PeriodicReport:
    """Begin a report: its figures are computed from the data, its texts are written by people."""
    require(may_prepare(actor, program))
    if last < first:
        raise Refusal(_("The last day lies before the first."))
    if first > timezone.localdate():
        raise Refusal(_("This period has not begun: there is nothing to report yet."))
    title = " ".join(written(title).split())[:300] or title_of(ReportKind(kind), first, last)
    with step():
        program = locked(Program.objects.select_related("province"), program.pk)
        if program.state == ProgramState.DRAFT:
            raise Refusal(_("The plan is not in force: nothing can be recorded for it."))
        if last.year < program.first_year or first.year > program.last_year:
            raise Refusal(
                _("The plan is for %(years)s; the days of the report lie outside.") % {"years": program.years}
            )
        # A report counts every due owed, not only those somebody has worked on.
        open_dues(program, _known(last))
        report = PeriodicReport.objects.create(
            program=program, kind=kind, first_day=first, last_day=last, title=title, prepared_by=actor,
            figures=build(program, first, _known(last)), computed_at=timezone.now(),
        )  # fmt: skip
        after = {"title": title, "kind": kind, "first": first, "last": last}
        record("programs.periodicreport.prepare", report, actor=actor, after=after)
    return report


def refresh_report(report: PeriodicReport, *, actor: Any) -> PeriodicReport:
    """Compute the figures again, from the data as it is now; the texts stay."""
    with step():
        report = _locked(report)
        require(may_prepare(actor, report.program))
        require_state(report, {ReportState.DRAFT})
        open_dues(report.program, _known(report.last_day))
        figures = build(report.program, report.first_day, _known(report.last_day))
        move(report, ReportState.DRAFT, figures=figures, computed_at=timezone.now())
        record("programs.periodicreport.refresh", report, actor=actor)
    return report


def write_texts(
    report: PeriodicReport, *, actor: Any, texts: dict[str, str], title: str | None = None, seen: str = ""
) -> PeriodicReport:
    """Write what people say in the sections, and the report's title; sections not named stay as they are.

    `seen`: the digest of what the person wrote over; another one is refused, so that nobody's words are lost.
    """
    with step():
        report = _locked(report)
        require(may_prepare(actor, report.program))
        require_state(report, {ReportState.DRAFT})
        _require_seen(report, seen)
        before = dict(report.texts)
        known = text_keys(report.figures)
        new = before | {key: _paragraphs(text) for key, text in texts.items() if key in known}
        new = {key: text for key, text in new.items() if text}
        heading = report.title if title is None else " ".join(written(title).split())[:300]
        if not heading:
            raise Refusal(_("The report needs a title."))
        if new == before and heading == report.title:
            raise Refusal(_("Nothing was changed."))
        changed = sorted(key for key in {*before, *new} if before.get(key) != new.get(key))
        move(report, ReportState.DRAFT, texts=new, title=heading)
        record(
            "programs.periodicreport.write", report, actor=actor,
            before={key: before.get(key, "") for key in changed},
            after={key: new.get(key, "") for key in changed} | {"title": heading},
        )  # fmt: skip
    return report


def issue_report(
    report: PeriodicReport, *, actor: Any, number: str, issued_on: date, seen: str = ""
) -> PeriodicReport:
    """Issue it under its number and date: figures and texts never change from here on.

    `seen`: the digest of what the leader read. Refuses figures computed before the period's last day had
    passed, where it has passed meanwhile.
    """
    number = " ".join(written(number).split())[:60]
    if not number:
        raise Refusal(_("The report needs its number."))
    with step():
        report = _locked(report)
        require_state(report, {ReportState.DRAFT})
        require(may_issue(actor, report))
        _require_seen(report, seen)
        today = timezone.localdate()
        if issued_on > today:
            raise Refusal(_("The day of issue lies in the future."))
        if issued_on < report.first_day:
            raise Refusal(_("The day of issue lies before the period the report is about."))
        if report.computed_at is None or _is_stale(report, today):
            raise Refusal(
                _("The figures were computed before the period ended: have them computed again first.")
            )
        used = PeriodicReport.objects.filter(
            program=report.program, state=ReportState.ISSUED, number=number, issued_on__year=issued_on.year
        )
        if used.exists():
            raise Refusal(_("Another report of this year has this number already."))
        move(report, ReportState.ISSUED, number=number, issued_on=issued_on, issued_by=actor)
        after = {"number": number, "issued_on": issued_on}
        record("programs.periodicreport.issue", report, actor=actor, after=after)
    return report


def cancel_report(report: PeriodicReport, *, actor: Any, reason: str) -> PeriodicReport:
    """Give a draft up; another one may then be prepared for the period."""
    with step():
        report = _locked(report)
        require(may_prepare(actor, report.program))
        require_state(report, {ReportState.DRAFT})
        reason = need_reason(reason)
        move(report, ReportState.CANCELLED)
        record("programs.periodicreport.cancel", report, actor=actor, reason=reason)
    return report


def _require_seen(report: PeriodicReport, seen: str) -> None:
    if seen and seen != digest_of(report):
        raise Refusal(_("The report was changed since you opened this page: read it again first."))


def _is_stale(report: PeriodicReport, today: date) -> bool:
    computed = timezone.localtime(report.computed_at).date()
    return computed <= report.last_day < today


def _locked(report: PeriodicReport) -> PeriodicReport:
    return locked(PeriodicReport.objects.select_related(*RELATED), report.pk)


def _known(last: date) -> date:
    """Of a running period nothing is known after today."""
    return min(last, timezone.localdate())


def _paragraphs(text: str) -> str:
    kept = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text.replace("\r\n", "\n"))
    lines = (line.strip() for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)[:LONGEST]
