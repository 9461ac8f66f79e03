"""What allocation adds to a household's story: its lists, decisions over it, and the way of its support."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.story import Event
from beneficiaries.models import Household
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import SYSTEM
from smartphone_support.web.templatetags.web import badge

from .choices import Decision, HoldReason, ListState, Verdict
from .models import ApprovalDecision, HandOver, ListLine, Support

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
    yield from _supports(household, user)


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
        links=((_("Why?"), reverse("allocations:line_why", args=[line.pk])),),
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


#: What was done with a support → the words, the icon, the tone. Hand-overs come from their own records.
STEPS: dict[str, tuple[Any, str, str]] = {
    "assign": (gettext_lazy("Assigned to an operator"), "truck", "now"),
    "hold": (gettext_lazy("Put on hold"), "circle-pause", "bad"),
    "release": (gettext_lazy("No longer on hold"), "circle-play", "now"),
    "take_off": (gettext_lazy("Taken off by an amendment"), "circle-minus", "idle"),
    "undeliverable": (gettext_lazy("Cannot be delivered"), "circle-x", "bad"),
    "recover": (gettext_lazy("Device taken back"), "undo-2", "bad"),
}


def _supports(household: Household, user: Any) -> Iterable[Event]:
    """The way of each support this reader may see, from the record, and its hand-overs."""
    rows = Support.objects.visible_to(user).filter(household=household)
    supports = {str(row.pk): row for row in rows.select_related("round", "contribution", *_ADDED)}
    if not supports:
        return
    for support in supports.values():
        if support.amendment_line is not None:
            yield _added(support)
    entries = AuditEntry.objects.filter(
        object_type=Support._meta.label_lower,
        object_id__in=supports,
        action__in=[f"allocations.support.{verb}" for verb in STEPS],
    )
    for entry in entries.order_by("pk"):
        yield _step(supports[entry.object_id], entry)
    hand_overs = HandOver.objects.filter(support__in=supports.values()).select_related(
        "device", "recorded_by", "support__round", "support__contribution"
    )
    for hand_over in hand_overs.order_by("pk"):
        yield _handed_over(hand_over)


_ADDED = ("amendment_line__amendment__recorded_by", "amendment_line__amendment__district_list__district")


def _added(support: Support) -> Event:
    amendment = support.amendment_line.amendment  # type: ignore[union-attr]  # asked before
    return Event(
        amendment.decision_date or timezone.localtime(support.created_at).date(),
        _("Approved to receive: %(form)s") % {"form": support.get_form_display()},
        "smartphone",
        details=(support.amendment_line.reason,),  # type: ignore[union-attr]  # as above
        source=_("Decision %(number)s") % {"number": amendment.decision_number},
        source_url=reverse("allocations:amendment_detail", args=[amendment.pk]),
        who=str(amendment.recorded_by or ""),
        recorded_at=support.created_at,
    )


def _step(support: Support, entry: AuditEntry) -> Event:
    title, icon, tone = STEPS[entry.action.rpartition(".")[2]]
    operator = entry.after.get("operator", "")
    why = entry.after.get("why", "")
    reason = entry.reason or entry.after.get("reason", "")
    details = (operator, str(HoldReason(why).label) if why in HoldReason.values else "", reason)
    return Event(
        timezone.localtime(entry.at).date(),
        str(title),
        icon,
        badge=badge(tone, title),
        details=tuple(filter(None, details)),
        source=str(support.round or support.contribution),
        source_url=reverse("allocations:support_detail", args=[support.pk]),
        who=_("The system") if entry.actor_name == SYSTEM else entry.actor_name,
        recorded_at=entry.at,
    )


def _handed_over(hand_over: HandOver) -> Event:
    receiver = f"{hand_over.receiver_name} ({hand_over.get_receiver_display()})"
    got = str(hand_over.device) if hand_over.device else hand_over.get_form_display()
    return Event(
        hand_over.handed_on,
        _("Handed over"),
        "hand-helping",
        badge=badge(hand_over.badge, hand_over.get_state_display()),
        details=tuple(filter(None, (got, receiver, hand_over.reversed_reason))),
        source=str(hand_over.support.round or hand_over.support.contribution),
        source_url=reverse("allocations:support_detail", args=[hand_over.support_id]),
        who=str(hand_over.recorded_by),
        recorded_at=hand_over.recorded_at,
    )
