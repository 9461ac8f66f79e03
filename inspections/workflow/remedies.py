"""How a finding is mended: the responsible side reports it with evidence, somebody else verifies it."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import store_scan
from smartphone_support.web.errors import Refusal

from ..choices import FindingState
from ..models import Finding, Remediation
from ..permits.findings import is_responsible, may_report_remedy, may_verify
from .steps import locked, move, need_reason, require, require_state, step

RELATED = (
    "program__province", "district", "round", "unit__area", "unit__organisation", "complaint", "responsible",
    "support__household__province", "support__district",
)  # fmt: skip
#: The longest report kept on the page; more belongs into the evidence.
LONGEST_TEXT = 4000


def locked_finding(pk: int) -> Finding:
    """The finding as it is now, locked, with what the steps look at."""
    return locked(Finding.objects.select_related(*RELATED), pk)


def clean_words(text: str) -> str:
    """What somebody wrote over several lines, without signs no database keeps."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable()).strip()


def report_remedy(
    finding: Finding, *, actor: Any, text: str, evidence: File[Any] | None = None
) -> Remediation:
    """Say what was done, with a photo or scan. The finding then waits for somebody else to verify it.

    Evidence may be left out by the responsible side, which answers for its word; who enters a report that
    came on paper adds the paper.
    """
    text = clean_words(text)[:LONGEST_TEXT]
    if not text:
        raise Refusal(_("Say what was done to remedy it."))
    with step():
        finding = locked_finding(finding.pk)
        require(may_report_remedy(actor, finding))
        require_state(finding, {FindingState.OPEN})
        if evidence is None and not is_responsible(actor, finding):
            raise Refusal(
                _("You enter the report for %(organisation)s: add its paper or photo as the evidence.")
                % {"organisation": finding.responsible or _("another organisation")}
            )
        remedy = Remediation.objects.create(
            finding=finding, text=text, reported_by=actor, evidence=store_scan(evidence, actor=actor)
        )
        move(finding, FindingState.REMEDIED)
        after = {
            "state": finding.state,
            "remedy": remedy.pk,
            "evidence": remedy.evidence.sha256 if remedy.evidence else "",
        }
        before = {"state": FindingState.OPEN.value}
        record("inspections.finding.report_remedy", finding, actor=actor, before=before, after=after)
    return remedy


def verify(finding: Finding, *, actor: Any, accepted: bool, note: str = "") -> Remediation:
    """Say whether the finding is remedied: accepted closes it, not accepted opens it again, with the reason.

    Never by the person who reported the remedy.
    """
    note = " ".join(clean_words(note).split())[:300]
    if not accepted and not note:
        raise Refusal(_("Say what is still missing, so that it can be mended."))
    with step():
        finding = locked_finding(finding.pk)
        require(may_verify(actor, finding))
        require_state(finding, {FindingState.REMEDIED})
        remedy = Remediation.objects.select_for_update().filter(finding=finding).latest("pk")
        now = timezone.now()
        remedy.accepted, remedy.verified_by = accepted, actor
        remedy.verified_at, remedy.verdict_note = now, note
        remedy.save(update_fields=["accepted", "verified_by", "verified_at", "verdict_note"])
        before = {"state": finding.state}
        if accepted:
            move(
                finding, FindingState.CLOSED, closed_by=actor, closed_at=now,
                closed_reason=need_reason(note or _("The remedy was accepted.")),
            )  # fmt: skip
        else:
            move(finding, FindingState.OPEN)
        action = f"inspections.finding.{'accept_remedy' if accepted else 'refuse_remedy'}"
        after = {"state": finding.state, "remedy": remedy.pk}
        record(action, finding, actor=actor, before=before, after=after, reason=note)
    return remedy
