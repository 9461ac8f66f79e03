"""What allocation adds to a household's story: the lists it stood on and the decision that approved it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.household.story import Event
from beneficiaries.models import Household
from smartphone_support.web.templatetags.web import badge

from .choices import Decision, ListState, Verdict
from .models import ApprovalDecision, ListLine

TONES = {Decision.KEEP: "ok", Decision.RESERVE: "wait", Decision.DROP: "idle"}


def allocation_events(household: Household, user: Any) -> Iterable[Event]:
    """One event for each list line the reader may see, and one for the decision that approved its list."""
    lines = (
        ListLine.objects.visible_to(user)
        .filter(household=household)
        .select_related(
            "district_list__district", "district_list__proposal", "round", "district_list__reviewed_by"
        )
    )
    proposals = {line.district_list.proposal_id for line in lines if line.district_list.proposal_id}
    decisions = {
        decision.proposal_id: decision
        for decision in ApprovalDecision.objects.filter(proposal__in=proposals).select_related("recorded_by")
    }
    for line in lines:
        yield _listed(line)
        decision = decisions.get(line.district_list.proposal_id or 0)
        approved = line.district_list.state == ListState.APPROVED
        if decision is not None and approved and line.decision == Decision.KEEP:
            yield _approved(line, decision)


def _listed(line: ListLine) -> Event:
    district_list = line.district_list
    verdict = ""
    if line.verdict != Verdict.PENDING:
        words = _("Appraisal: %(verdict)s") % {"verdict": line.get_verdict_display()}
        verdict = f"{words} ({line.verdict_reason})" if line.verdict_reason else words
    details = (
        _("priority %(rank)s, line %(position)s")
        % {"rank": str(line.priority), "position": str(line.position)},
        line.reason,
        verdict,
    )
    return Event(
        timezone.localtime(district_list.created_at).date(),
        _("On the list of %(district)s, %(round)s")
        % {"district": district_list.district.name_in_text, "round": line.round.name},
        "layout-list",
        badge=badge(TONES[Decision(line.decision)], line.get_decision_display()),
        details=tuple(filter(None, details)),
        source=district_list.get_state_display(),
        source_url=reverse("allocations:list_detail", args=[district_list.pk]),
        who=str(district_list.reviewed_by or ""),
        recorded_at=district_list.created_at,
    )


def _approved(line: ListLine, decision: ApprovalDecision) -> Event:
    return Event(
        decision.date,
        _("Approved to receive: %(form)s") % {"form": line.get_support_form_display()},
        "smartphone",
        source=_("Decision %(number)s") % {"number": decision.number},
        source_url=reverse("allocations:proposal_detail", args=[decision.proposal_id]),
        who=str(decision.recorded_by),
        recorded_at=decision.recorded_at,
    )
