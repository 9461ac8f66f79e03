"""Where a round, a list or a proposal stands, and who is next: the strips above their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.web.components import Step

from ..choices import ListState, PlanState, ProposalState
from ..models import AllocationRound, ApprovalDecision, DistrictList, Proposal, QuotaPlan


def short(moment: datetime | date | None) -> str:
    """A moment as its day, dd/mm/yyyy."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return f"{moment:%d/%m/%Y}" if moment else ""


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


# Which of the five steps a list is at, by its state.
_LIST_STEP = {
    ListState.DRAFTING: 0,
    ListState.RETURNED: 0,
    ListState.AWAITING_SIGNATURE: 1,
    ListState.SUBMITTED: 2,
    ListState.APPRAISING: 2,
    ListState.ACCEPTED: 3,
    ListState.PROPOSED: 4,
    ListState.APPROVED: 5,
}


def decision_of(proposal: Proposal | None) -> ApprovalDecision | None:
    if proposal is None:
        return None
    return ApprovalDecision.objects.filter(proposal=proposal).first()


def list_steps(row: DistrictList) -> list[Step]:
    """Review, signature, appraisal, proposal, approval: who did it and when, or who is next."""
    at = _LIST_STEP[ListState(row.state)]
    decision = decision_of(row.proposal) if row.state == ListState.APPROVED else None
    people = [
        (_("Review"), _joined(row.reviewed_by, short(row.reviewed_at)), _("District officer")),
        (_("Signature"), _joined(row.signed_by, short(row.submitted_at)), _("District leader")),
        (_("Appraisal"), _joined(row.appraised_by, short(row.appraised_at)), _("Programme officer")),
        (_("Proposal"), row.proposal.number if row.proposal else "", _("Programme officer")),
        (
            _("Approval"),
            _joined(decision.number, short(decision.date)) if decision else "",
            _("Provincial People's Committee"),
        ),
    ]
    return _steps(people, at)


def round_steps(round_: AllocationRound, plan: QuotaPlan | None, lists: int, approved: int) -> list[Step]:
    """Decision, quota plan, approved quotas, district lists, approved households.

    `plan` is the latest one; `lists` and `approved` count the lists of its wave in all districts, also
    those the reader does not see.
    """
    decided = f"{round_.decision_number} · {short(round_.decision_date)}"
    prepared = _joined(plan.prepared_by, short(plan.prepared_at)) if plan else ""
    quota_decision = _joined(plan.decision_number, short(plan.decision_date)) if plan else ""
    done = _("%(done)s of %(all)s districts") % {"done": approved, "all": lists} if lists else ""
    if plan is None or plan.state in {PlanState.DRAFT, PlanState.RETURNED}:
        at = 1
    elif plan.state == PlanState.SUBMITTED:
        at = 2
    else:
        at = 5 if lists and approved == lists else 3 if not approved else 4
    later = plan is not None and plan.wave > 1
    making = _("Quota plan, wave %(wave)s") % {"wave": plan.wave} if plan and later else _("Quota plan")
    people = [
        (_("Allocation decision"), decided, ""),
        (making, prepared, _("Programme officer")),
        (_("Approved quotas"), quota_decision, _("Programme leader")),
        (_("District lists"), "", _("Districts")),
        (_("Approved households"), done, _("Provincial People's Committee")),
    ]
    return _steps(people, at)


def proposal_steps(proposal: Proposal, decision: ApprovalDecision | None) -> list[Step]:
    """Drawn up, submitted, decided."""
    at = {ProposalState.DRAFT: 0, ProposalState.SUBMITTED: 2, ProposalState.APPROVED: 3}[
        ProposalState(proposal.state)
    ]
    people = [
        (_("Drawn up"), _joined(proposal.prepared_by, short(proposal.prepared_at)), _("Programme officer")),
        (_("Submission"), short(proposal.submitted_at), _("Programme officer")),
        (
            _("PPC's decision"),
            _joined(decision.number, short(decision.date)) if decision else "",
            _("Programme leader records it"),
        ),
    ]
    return _steps(people, at)


def _steps(people: list[tuple[str, str, str]], at: int) -> list[Step]:
    """(label, who did it, who will) → steps; those before `at` are done, `at` is where it stands."""
    steps = []
    for index, (label, done, to_do) in enumerate(people):
        status = "done" if index < at else "here" if index == at else "next"
        steps.append(Step(label, done if status == "done" else to_do, status))
    return steps


@dataclass(frozen=True, slots=True)
class Phase:
    """A round's state in one word, from its plan and its lists."""

    tone: str
    label: str


def round_phase(plan_state: str | None, lists: int, approved: int) -> Phase:
    """`plan_state` of the round's plan, how many lists it has and how many of them are approved."""
    if plan_state is None:
        return Phase("idle", _("Decision recorded"))
    if plan_state == PlanState.RETURNED:
        return Phase("bad", _("Quota plan returned"))
    if plan_state == PlanState.SUBMITTED:
        return Phase("wait", _("Quota plan awaiting approval"))
    if plan_state != PlanState.APPROVED:
        return Phase("idle", _("Quota plan being made"))
    if lists and approved == lists:
        return Phase("ok", _("All lists approved"))
    return Phase("now", _("Lists under way"))
