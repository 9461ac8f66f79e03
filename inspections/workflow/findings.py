"""Findings: opened by rule or by hand, given to whoever mends them, closed or not upheld."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from allocations.choices import HoldReason, SupportState
from allocations.models import Support
from allocations.workflow.supports import hold_support, recover_support
from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import FindingKind, FindingState, RoundState, Severity
from ..models import Complaint, FieldCheck, Finding, InspectedUnit, InspectionRound
from ..permits.findings import may_decide_support, may_manage, may_open
from .finding_parts import (
    check_due,
    check_responsible,
    check_together,
    first_due,
    kept,
    place_of,
    responsible_for,
)
from .finding_rules import open_findings_of
from .remedies import LONGEST_TEXT, clean_words, locked_finding, report_remedy, verify
from .steps import locked, move, need_reason, require, require_state, step

__all__ = [
    "change_finding", "close", "drop", "extend", "hold_for", "open_finding", "open_findings_of",
    "recover_for", "report_remedy", "verify",
]  # fmt: skip

#: Rounds that find something: from the first visit until the round is closed.
FINDING_STATES = frozenset({RoundState.FIELDWORK, RoundState.MINUTES, RoundState.CONCLUDED})
UNSETTLED = frozenset({FindingState.OPEN, FindingState.REMEDIED})


def open_finding(
    program: Program,
    *,
    actor: Any,
    kind: str,
    severity: str,
    description: str,
    cause: str = "",
    round: InspectionRound | None = None,
    unit: InspectedUnit | None = None,
    check: FieldCheck | None = None,
    complaint: Complaint | None = None,
    support: Support | None = None,
    responsible: Organisation | None = None,
    due: date | None = None,
) -> Finding:
    """Write down a finding of a round (a unit, a check, a household of it) or of a complaint.

    `responsible` and `due` None: as the rules propose. Refuses a round that finds nothing now, subjects that
    do not belong together, a deadline that lies behind, and the same finding twice.
    """
    kind, severity = FindingKind(kind), Severity(severity)
    description, cause = clean_words(description)[:LONGEST_TEXT], clean_words(cause)[:LONGEST_TEXT]
    if not description:
        raise Refusal(_("Say what was found."))
    with step():
        if round is not None:
            related = ("program__province", "district")
            round = locked(InspectionRound.objects.select_related(*related), round.pk)
        elif complaint is not None:
            require(Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists())
            complaint = locked(Complaint.objects.select_related("assigned_to"), complaint.pk)
        else:
            raise Refusal(_("A finding belongs to an inspection round or a complaint."))
        require(may_open(actor, program.province_id, round=round, complaint=complaint))
        if round is not None:
            require_state(round, FINDING_STATES)
        if support is not None:  # who serves it now, not when the page was opened
            support = Support.objects.select_related("district", "operator").get(pk=support.pk)
        check_together(program, round, unit, check, complaint, support)
        district = place_of(round, unit, complaint, support)
        if responsible is None:
            responsible = responsible_for(kind, support=support, unit=unit, district=district)
        else:
            check_responsible(actor, program, responsible, support, district)
        due = due or first_due(severity)
        check_due(due)
        known = {
            "program": program, "round": round, "unit": unit, "complaint": complaint, "support": support,
            "kind": kind, "description": description,
        }  # fmt: skip
        if Finding.objects.filter(**known, state__in=UNSETTLED).exists():
            raise Refusal(_("This finding is already written down."))
        finding = Finding.objects.create(
            **known, check_row=check, district=district, severity=severity, cause=cause,
            responsible=responsible, due=due, opened_by=actor,
        )  # fmt: skip
        record("inspections.finding.open_finding", finding, actor=actor, after=kept(finding))
    return finding


# --- on its way -------------------------------------------------------------------------------------


def change_finding(
    finding: Finding,
    *,
    actor: Any,
    severity: str,
    responsible: Organisation | None,
    reason: str,
    cause: str = "",
) -> Finding:
    """Name another severity or organisation, or the cause, with the reason; the deadline stays as it is."""
    reason, severity = need_reason(reason)[:300], Severity(severity)
    cause = clean_words(cause)[:LONGEST_TEXT]
    with step():
        finding = locked_finding(finding.pk)
        require(may_manage(actor, finding))
        require_state(finding, {FindingState.OPEN})
        if responsible is not None and responsible.pk != finding.responsible_id:
            check_responsible(actor, finding.program, responsible, finding.support, finding.district)
        before = kept(finding) | {"cause": finding.cause}
        finding.severity, finding.responsible, finding.cause = severity, responsible, cause
        after = kept(finding) | {"cause": cause}
        if before == after:
            raise Refusal(_("Nothing was changed."))
        finding.save(update_fields=["severity", "responsible", "cause"])
        record("inspections.finding.change", finding, actor=actor, before=before, after=after, reason=reason)
    return finding


def extend(finding: Finding, *, actor: Any, due: date, reason: str) -> Finding:
    """Give more time, with the reason. The earlier deadlines stay in the history."""
    reason = need_reason(reason)[:300]
    with step():
        finding = locked_finding(finding.pk)
        require(may_manage(actor, finding))
        require_state(finding, {FindingState.OPEN})
        check_due(due)
        if finding.due is not None and due <= finding.due:
            raise Refusal(
                _("An extension ends after %(day)s, the day it has now.") % {"day": f"{finding.due:%d/%m/%Y}"}
            )
        before = {"due": finding.due}
        finding.due = due
        finding.save(update_fields=["due"])
        record(
            "inspections.finding.extend", finding, actor=actor, before=before, after={"due": due},
            reason=reason,
        )  # fmt: skip
    return finding


def close(finding: Finding, *, actor: Any, reason: str) -> Finding:
    """Close without a remedy to verify: a reminder that was given, or a support that was recovered.

    Everything else is closed by verifying how it was remedied.
    """
    reason = need_reason(reason)[:300]
    with step():
        finding = locked_finding(finding.pk)
        require(may_manage(actor, finding))
        require_state(finding, {FindingState.OPEN})
        if not may_close_without_remedy(finding):
            raise Refusal(
                _("Only a reminder, or a finding whose support was recovered, is closed without a remedy.")
            )
        _settle(finding, FindingState.CLOSED, "close", actor, reason)
    return finding


def may_close_without_remedy(finding: Finding) -> bool:
    recovered = finding.support is not None and finding.support.state == SupportState.RECOVERED
    return recovered or finding.severity == Severity.REMINDER


def drop(finding: Finding, *, actor: Any, reason: str) -> Finding:
    """Not upheld after a second look, with the reason; the answer it came from stays as it was given."""
    reason = need_reason(reason)[:300]
    with step():
        finding = locked_finding(finding.pk)
        require(may_manage(actor, finding))
        require_state(finding, UNSETTLED)
        _settle(finding, FindingState.DROPPED, "drop", actor, reason)
    return finding


def _settle(finding: Finding, to: FindingState, verb: str, actor: Any, reason: str) -> None:
    before = {"state": finding.state}
    move(finding, to, closed_by=actor, closed_at=timezone.now(), closed_reason=reason)
    record(
        f"inspections.finding.{verb}", finding, actor=actor, before=before, after={"state": finding.state},
        reason=reason,
    )  # fmt: skip


# --- the household's support ------------------------------------------------------------------------


def hold_for(finding: Finding, *, actor: Any, reason: str) -> Support:
    """Put the household's support on hold for this finding: nothing is handed over until it is decided."""
    reason = need_reason(reason)
    with step():
        finding, held = _for_support(finding, actor)
        support = hold_support(held, actor=actor, why=HoldReason.FINDING, reason=_reason(finding, reason))
        after = {"support": support.pk, "state": support.state}
        record("inspections.finding.hold_support", finding, actor=actor, after=after, reason=reason[:300])
    return support


def recover_for(finding: Finding, *, actor: Any, reason: str) -> Support:
    """Recover the household's support for this finding; its device comes back by its hand-over."""
    reason = need_reason(reason)
    with step():
        finding, given = _for_support(finding, actor)
        support = recover_support(given, actor=actor, reason=_reason(finding, reason))
        after = {"support": support.pk, "state": support.state}
        record("inspections.finding.recover_support", finding, actor=actor, after=after, reason=reason[:300])
    return support


def _for_support(finding: Finding, actor: Any) -> tuple[Finding, Support]:
    """The finding, locked, and its support, which this person may hold or recover."""
    finding = locked_finding(finding.pk)
    if finding.support is None:
        raise Refusal(_("This finding names no household's support."))
    require(may_decide_support(actor, finding))
    require_state(finding, UNSETTLED)
    return finding, finding.support


def _reason(finding: Finding, reason: str) -> str:
    return (_("Finding no. %(number)s: %(reason)s") % {"number": finding.pk, "reason": reason})[:300]
