"""What waits for a person in the allocation of devices, and what they wait for from others."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from .choices import DISTRICT_STATES, Decision, ListState, PlanState, ProposalState
from .models import AllocationRound, DistrictList, Proposal, QuotaPlan
from .permits.rounds import may_approve_plan, may_record_decision
from .waves import AT_WORK
from .work import delivery, lists, quotas, rules, supports


def waiting_for(user: Any) -> list[WorkItem]:
    """Steps this person may take now, the oldest matter first."""
    items: list[WorkItem] = rules.waiting_for(user)
    if user.has_perm("allocations.prepare_quotaplan"):
        items += _rounds_without_plan(user) + _plans_to_submit(user)
    if user.has_perm("allocations.approve_quotaplan"):
        items += _plans_to_approve(user)
    items += quotas.waiting_for(user)
    if user.has_perm("allocations.review_districtlist"):
        items += _lists_to_review(user)
    items += lists.waiting_for(user)
    if user.has_perm("allocations.sign_districtlist"):
        items += _lists_to_sign(user)
    if user.has_perm("allocations.appraise_districtlist"):
        items += _lists_to_appraise(user)
    if user.has_perm("allocations.prepare_proposal"):
        items += _lists_to_propose(user) + _proposals(user, ProposalState.DRAFT)
    if user.has_perm("allocations.record_decision"):
        items += _proposals(user, ProposalState.SUBMITTED)
    items += supports.waiting_for(user)
    items += delivery.waiting_for(user)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """What this person handed on and somebody else has now."""
    items: list[WorkItem] = rules.awaited_by(user)
    if user.has_perm("allocations.prepare_quotaplan"):
        plans = QuotaPlan.objects.visible_to(user).filter(state=PlanState.SUBMITTED).select_related("round")
        items += [
            _plan_item(plan, _("with the programme leader for approval"), _("View plan")) for plan in plans
        ]
    if user.has_perm("allocations.appraise_districtlist"):
        items += _with_districts(user)
    if user.has_perm("allocations.review_districtlist"):
        items += _handed_on(
            user, {ListState.AWAITING_SIGNATURE: _("with the district's leader for signature")}
        )
    if user.has_perm("allocations.sign_districtlist") or user.has_perm("allocations.review_districtlist"):
        items += _handed_on(
            user,
            {
                ListState.SUBMITTED: _("waits for the department's appraisal"),
                ListState.APPRAISING: _("is being appraised by the department"),
                ListState.ACCEPTED: _("is accepted and waits for a proposal"),
                ListState.PROPOSED: _("waits for the PPC's decision"),
            },
        )
    if user.has_perm("allocations.prepare_proposal"):
        items += _proposals(
            user, ProposalState.SUBMITTED, detail=_("with the programme leader for the PPC's decision")
        )
    items += lists.awaited_by(user)
    items += supports.awaited_by(user)
    items += delivery.awaited_by(user)
    return items


def _households(count: int) -> str:
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": localize(count)}


def _lists(user: Any) -> Any:
    return (
        DistrictList.objects.visible_to(user)
        .filter(AT_WORK)
        .select_related("round", "district")
        .order_by("round_id", "district__code")
    )


def _rounds_without_plan(user: Any) -> list[WorkItem]:
    rounds = AllocationRound.objects.visible_to(user).filter(plans=None).order_by("id")
    return [
        WorkItem(
            title=_("Make the quota plan of %(round)s") % {"round": round_.name},
            detail=ngettext("%(count)s device to share out", "%(count)s devices to share out", round_.total)
            % {"count": localize(round_.total)},
            url=reverse("allocations:round_detail", args=[round_.pk]),
            verb=_("Make plan"),
        )
        for round_ in rounds
    ]


def _plan_item(plan: QuotaPlan, detail: str, verb: str) -> WorkItem:
    name = plan.round.name
    if plan.wave > 1:
        name = _("%(round)s, wave %(wave)s") % {"round": name, "wave": plan.wave}
    return WorkItem(
        title=_("Quota plan of %(round)s") % {"round": name},
        detail=detail,
        url=reverse("allocations:quotaplan_detail", args=[plan.pk]),
        verb=verb,
    )


def _plans_to_submit(user: Any) -> list[WorkItem]:
    states = (PlanState.DRAFT, PlanState.RETURNED)
    plans = QuotaPlan.objects.visible_to(user).filter(state__in=states).select_related("round").order_by("id")
    items = []
    for plan in plans:
        if plan.state == PlanState.RETURNED:
            items.append(
                _plan_item(plan, _("returned: %(reason)s") % {"reason": plan.return_reason}, _("Mend plan"))
            )
        else:
            items.append(_plan_item(plan, _("made, not submitted yet"), _("Submit plan")))
    return items


def _plans_to_approve(user: Any) -> list[WorkItem]:
    rows = QuotaPlan.objects.visible_to(user).filter(state=PlanState.SUBMITTED)
    rows = rows.select_related("round__program", "prepared_by").order_by("id")
    items = []
    for plan in (row for row in rows if may_approve_plan(user, row)):
        detail = _("%(total)s devices, prepared by %(maker)s") % {
            "total": plan.round_total,
            "maker": plan.prepared_by,
        }
        items.append(_plan_item(plan, detail, _("Approve plan")))
    return items


def _list_item(row: DistrictList, title: str, detail: str, verb: str) -> WorkItem:
    return WorkItem(title, detail, reverse("allocations:list_detail", args=[row.pk]), verb)


def _lists_to_review(user: Any) -> list[WorkItem]:
    items = []
    for row in _lists(user).filter(state__in=DISTRICT_STATES):
        title = _("Review the list of %(district)s, %(round)s") % {
            "district": row.district.name_in_text,
            "round": row.round_in_text,
        }
        detail = _("quota %(quota)s, %(kept)s kept") % {
            "quota": localize(row.quota),
            "kept": localize(row.kept),
        }
        if row.return_reason:
            detail = _("returned: %(reason)s") % {"reason": row.return_reason}
        items.append(_list_item(row, title, detail, _("Review list")))
    return items


def _lists_to_sign(user: Any) -> list[WorkItem]:
    rows = (
        _lists(user)
        .filter(state=ListState.AWAITING_SIGNATURE)
        .exclude(reviewed_by=user)
        .select_related("reviewed_by")
    )
    return [
        _list_item(
            row,
            _("Sign the list of %(district)s, %(round)s")
            % {"district": row.district.name_in_text, "round": row.round_in_text},
            _("%(households)s, reviewed by %(person)s")
            % {"households": _households(row.kept), "person": row.reviewed_by},
            _("Sign list"),
        )
        for row in rows
    ]


def _lists_to_appraise(user: Any) -> list[WorkItem]:
    to_look_at = Q(lines__decision=Decision.KEEP) & ~Q(lines__check_result="ok")
    rows = _lists(user).filter(state__in=(ListState.SUBMITTED, ListState.APPRAISING))
    items = []
    for row in rows.annotate(flagged=Count("lines", filter=to_look_at)):
        title = _("Appraise the list of %(district)s, %(round)s") % {
            "district": row.district.name_in_text,
            "round": row.round_in_text,
        }
        detail = _("%(households)s, %(flagged)s to look at") % {
            "households": _households(row.kept),
            "flagged": row.flagged,
        }
        if row.state == ListState.SUBMITTED:
            items.append(_list_item(row, title, detail, _("Open appraisal")))
        else:
            url = reverse("allocations:list_appraisal", args=[row.pk])
            items.append(WorkItem(title, detail, url, _("Go on appraising")))
    return items


def _lists_to_propose(user: Any) -> list[WorkItem]:
    accepted = Q(lists__state=ListState.ACCEPTED)
    rounds = (
        AllocationRound.objects.visible_to(user)
        .annotate(ready=Count("lists", filter=accepted))
        .filter(ready__gt=0)
    )
    return [
        WorkItem(
            title=_("Draw up the proposal for %(round)s") % {"round": round_.name},
            detail=ngettext("%(count)s accepted list", "%(count)s accepted lists", round_.ready)
            % {"count": round_.ready},
            url=reverse("allocations:proposal_create", args=[round_.pk]),
            verb=_("Draw up proposal"),
        )
        for round_ in rounds.order_by("id")
    ]


def _proposals(user: Any, state: str, *, detail: str = "") -> list[WorkItem]:
    rows = Proposal.objects.visible_to(user).filter(state=state).select_related("round__program")
    deciding = state == ProposalState.SUBMITTED and not detail
    items = []
    for row in rows.annotate(districts=Count("lists")).order_by("id"):
        if deciding and not may_record_decision(user, row):
            continue
        said = detail or (row.return_reason and _("returned: %(reason)s") % {"reason": row.return_reason})
        count = ngettext("%(count)s district list", "%(count)s district lists", row.districts) % {
            "count": row.districts
        }
        if state == ProposalState.DRAFT:
            verb = _("Submit proposal")
        else:
            verb = _("View proposal") if detail else _("Record decision")
        title = _("Proposal %(number)s, %(round)s") % {"number": row, "round": row.round.name}
        url = reverse("allocations:proposal_detail", args=[row.pk])
        items.append(WorkItem(title, said or count, url, verb))
    return items


def _with_districts(user: Any) -> list[WorkItem]:
    """One line a round: how many districts are still at work on their lists."""
    holds = Q(lists__quota__gt=0)
    busy = holds & Q(lists__state__in=(*DISTRICT_STATES, ListState.AWAITING_SIGNATURE))
    rounds = AllocationRound.objects.visible_to(user).annotate(
        busy=Count("lists", filter=busy), of=Count("lists", filter=holds)
    )
    return [
        WorkItem(
            title=_("District lists of %(round)s") % {"round": round_.name},
            detail=_("%(busy)s of %(all)s districts are still reviewing or signing")
            % {"busy": round_.busy, "all": round_.of},
            url=reverse("allocations:round_detail", args=[round_.pk]),
            verb=_("View lists"),
        )
        for round_ in rounds.filter(busy__gt=0).order_by("id")
    ]


def _handed_on(user: Any, details: dict[ListState, str]) -> list[WorkItem]:
    return [
        _list_item(
            row,
            _("List of %(district)s, %(round)s")
            % {"district": row.district.name_in_text, "round": row.round_in_text},
            details[row.state],
            _("View list"),
        )
        for row in _lists(user).filter(state__in=details)
    ]
