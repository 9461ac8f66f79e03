"""From the Ministry's decision to approved quotas and the districts' lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from beneficiaries.models import RegisterVersion
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import Decision, Method, PlanState, VersionKind
from ..happenings import tell_quotas
from ..models import AllocationRound, DistrictList, DistrictQuota, ListLine, QuotaPlan
from ..permits.rounds import may_approve_plan, may_prepare_plan
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.facts import snapshot
from ..rules.ranking import priority, ranked
from .plan_drafts import (
    PlanChoices,
    PlanDraft,
    draft_plan,
    dropped_before,
    had_their_turn,
    households_of_wave,
    left_to_share,
    next_wave,
    proof_matches,
)
from .rounds import round_rule as round_rule  # callers still ask here
from .steps import locked, move, need_reason, require, require_state, step
from .versions import keep_version

OPEN_PLANS = frozenset({PlanState.DRAFT, PlanState.RETURNED})


def prepare_quota_plan(
    round_: AllocationRound, *, actor: Any, choices: PlanChoices | None = None
) -> QuotaPlan:
    """Make the quota plan of the round's next wave, or make it anew while it is a draft or was returned.

    Refuses while a plan of the round awaits approval, and when nothing is left to share out.
    """
    choices = choices or PlanChoices()
    with step():
        round_ = locked(
            AllocationRound.objects.select_related("program__province", "funding_source"), round_.pk
        )
        require(may_prepare_plan(actor, round_))
        plan = open_plan(round_)
        if plan is not None:
            require_state(plan, OPEN_PLANS, _("The quota plan of this round awaits approval or is approved."))
        draft, by_hand = draft_plan(round_, choices), choices.method == Method.MANUAL
        total = draft.inputs["seats"]
        fields = {
            "method": choices.method,
            # A reason typed before another method was chosen says nothing of this one.
            "method_reason": " ".join(choices.method_reason.split()) if by_hand else "",
            "round_total": total,
            "allocated": sum(draft.result.shares.values()),
            "inputs": draft.inputs,
            "proof": [row.as_dict() for row in draft.result.proof],
            "prepared_by": actor,
            "prepared_at": timezone.now(),
        }
        if plan is None:
            plan = QuotaPlan.objects.create(round=round_, wave=next_wave(round_), **fields)
        else:
            fields |= {"version": plan.version + 1, "submitted_at": None, "return_reason": ""}
            move(plan, PlanState.DRAFT, **fields)
            plan.quotas.all().delete()
        _write_quotas(plan, draft)
        after = {
            "wave": plan.wave, "version": plan.version, "method": plan.method,
            "quotas": draft.result.shares, "as_of": draft.inputs["as_of"],
        }  # fmt: skip
        reason = plan.method_reason or draft.inputs["basis"]["reason"]
        record("allocations.quotaplan.prepare", plan, actor=actor, after=after, reason=reason)
    return plan


def open_plan(round_: AllocationRound) -> QuotaPlan | None:
    """The round's plan that is not approved yet; there is one at most."""
    return QuotaPlan.objects.filter(round=round_).exclude(state=PlanState.APPROVED).first()


def discard_quota_plan(plan: QuotaPlan, *, actor: Any, reason: str) -> AllocationRound:
    """Put a draft or a returned plan aside. What it was stays in the audit record."""
    reason = need_reason(reason)
    with step():
        plan = _locked_plan(plan)
        require(may_prepare_plan(actor, plan.round))
        require_state(plan, OPEN_PLANS)
        before = {
            "wave": plan.wave, "version": plan.version, "method": plan.method,
            "quotas": dict(plan.quotas.values_list("district__code", "quota")),
        }  # fmt: skip
        record("allocations.quotaplan.discard", plan, actor=actor, before=before, reason=reason)
        round_ = plan.round
        plan.quotas.all().delete()
        plan.delete()
    return round_


def _write_quotas(plan: QuotaPlan, draft: PlanDraft) -> None:
    districts = {area.code: area for area in plan.round.program.province.children.as_of(plan.round.as_of)}
    DistrictQuota.objects.bulk_create(
        DistrictQuota(
            plan=plan,
            district=districts[row["code"]],
            weight=row["weight"],
            cap=row["cap"],
            quota=draft.result.shares[row["code"]],
        )
        for row in draft.inputs["districts"]
    )


def _locked_plan(plan: QuotaPlan) -> QuotaPlan:
    # The round first, always: whoever makes, approves or reads a plan takes the same locks in the same order.
    locked(AllocationRound.objects.all(), plan.round_id)
    return locked(
        QuotaPlan.objects.select_related("round__program__province", "round__funding_source"), plan.pk
    )


def submit_quota_plan(plan: QuotaPlan, *, actor: Any) -> QuotaPlan:
    """Send a draft or a returned plan to the leader."""
    with step():
        plan = _locked_plan(plan)
        require(may_prepare_plan(actor, plan.round))
        require_state(plan, OPEN_PLANS)
        before = {"state": plan.state}
        move(plan, PlanState.SUBMITTED, submitted_at=timezone.now(), return_reason="")
        record("allocations.quotaplan.submit", plan, actor=actor, before=before, after={"state": plan.state})
    return plan


def return_quota_plan(plan: QuotaPlan, *, actor: Any, reason: str) -> QuotaPlan:
    """Give a submitted plan back to the officer, with the reason."""
    reason = need_reason(reason)
    with step():
        plan = _locked_plan(plan)
        require(may_approve_plan(actor, plan))
        require_state(plan, {PlanState.SUBMITTED})
        move(plan, PlanState.RETURNED, return_reason=reason)
        record("allocations.quotaplan.return", plan, actor=actor, after={"state": plan.state}, reason=reason)
    return plan


def approve_quota_plan(
    plan: QuotaPlan, *, actor: Any, decision_number: str, decision_date: date
) -> QuotaPlan:
    """Record the PPC's decision on the quotas and open every district's list, ranked.

    The first `quota` households of a district are kept, the others stand in reserve in their order.
    The person who prepared the plan cannot approve it.
    """
    with step():
        plan = _locked_plan(plan)
        require(may_approve_plan(actor, plan))
        require_state(plan, {PlanState.SUBMITTED})
        _check_decision(decision_number, decision_date, plan.round.decision_date)
        if not proof_matches(plan):
            raise Refusal(_("The proof does not give these quotas; return the plan to be made anew."))
        _give(plan)
        move(
            plan,
            PlanState.APPROVED,
            approved_by=actor,
            approved_at=timezone.now(),
            decision_number=decision_number.strip(),
            decision_date=decision_date,
        )
        lists = _open_lists(plan)
        after = {"state": plan.state, "decision": decision_number, "date": decision_date, "lists": len(lists)}
        tell_quotas(plan, actor=actor)
        record("allocations.quotaplan.approve", plan, actor=actor, after=after)
    return plan


def _give(plan: QuotaPlan) -> None:
    """Count the plan's devices as given out; never more than the round has."""
    left = left_to_share(plan.round)
    if plan.allocated > left:
        raise Refusal(
            _("The plan shares out %(plan)s devices, but %(left)s are left; return it to be made anew.")
            % {"plan": localize(plan.allocated), "left": localize(left)}
        )
    AllocationRound.objects.filter(pk=plan.round_id).update(given=F("given") + plan.allocated)
    plan.round.given += plan.allocated


def _check_decision(number: str, day: date, not_before: date) -> None:
    if not number.strip():
        raise Refusal(_("The decision's number is missing."))
    if day > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if day < not_before:
        raise Refusal(
            _("The decision cannot be dated before %(day)s.") % {"day": not_before.strftime("%d/%m/%Y")}
        )


def _open_lists(plan: QuotaPlan) -> list[DistrictList]:
    """One list for each district that has a quota, of the plan's wave.

    In a later wave who had their turn in an earlier one stands on no list again, and who was dropped
    there stands on it as dropped, with the same reason, for the district to look at once more.
    """
    round_, rule = plan.round, round_rule(plan.round)
    taken: set[int] = set()
    dropped: dict[int, str] = {}
    if plan.wave > 1:
        # A reserve that moves up on an earlier wave's list waits here, or this waits for it.
        list(DistrictList.objects.filter(round=round_).select_for_update(of=("self",)).order_by("pk"))
    # Merges and lists taken back ask who stands on a list: they wait here, or this waits for them.
    RegisterVersion.objects.get_or_create(province=round_.program.province)
    RegisterVersion.objects.select_for_update().get(province=round_.program.province)
    if plan.wave > 1:
        taken, dropped = had_their_turn(round_), dropped_before(round_)
    households: dict[int, list[HouseholdFacts]] = defaultdict(list)
    for facts in households_of_wave(round_, plan.wave, rule):
        if facts.id not in taken and not rule.failed(facts, round_.as_of):
            households[facts.district_id].append(facts)
    lists = []
    for quota in plan.quotas.filter(quota__gt=0).select_related("district"):
        order = ranked(households[quota.district_id], rule)
        kept = {facts.id for facts in [facts for facts in order if facts.id not in dropped][: quota.quota]}
        opened = DistrictList.objects.create(
            round=round_, district=quota.district, wave=plan.wave, quota=quota.quota, kept=len(kept)
        )
        lines = (_line(opened, facts, position, rule) for position, facts in enumerate(order, start=1))
        ListLine.objects.bulk_create((_answered(line, kept, dropped) for line in lines), batch_size=500)
        keep_version(opened, VersionKind.OPENED, actor=plan.approved_by)
        lists.append(opened)
    return lists


def _line(district_list: DistrictList, facts: HouseholdFacts, position: int, rule: RuleSet) -> ListLine:
    return ListLine(
        district_list=district_list,
        round_id=district_list.round_id,
        household_id=facts.id,
        commune_id=facts.commune_id,
        position=position,
        priority=priority(facts, rule),
        snapshot=snapshot(facts),
        decision=Decision.RESERVE,
        support_form=district_list.round.usual_form,
        has_need=facts.has_need,
    )


def _answered(line: ListLine, kept: set[int], dropped: dict[int, str]) -> ListLine:
    """The line as the district finds it: kept within the quota, dropped as before, or in reserve."""
    if line.household_id in kept:
        line.decision = Decision.KEEP
    elif line.household_id in dropped:
        line.decision, line.reason = Decision.DROP, dropped[line.household_id]
    return line
