"""From the Ministry's decision to approved quotas and the districts' lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import RegisterVersion
from programs.models import FundingSource, Program
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import Decision, Method, PlanState, VersionKind
from ..models import AllocationRound, DistrictList, DistrictQuota, ListLine, QuotaPlan
from ..permissions import may_approve_plan, may_prepare_plan, may_record_round
from ..rules.apportionment import Apportionment, ApportionmentError, largest_remainder
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.facts import eligible_per_district, listed_households, rule_of
from ..rules.ranking import priority, ranked
from .steps import locked, move, need_reason, require, require_state, step
from .versions import keep_version

OPEN_PLANS = frozenset({PlanState.DRAFT, PlanState.RETURNED})


def record_round(
    program: Program,
    *,
    actor: Any,
    funding_source: FundingSource,
    name: str,
    device_kind: str,
    total: int,
    decision_number: str,
    decision_date: date,
    issuer: str,
) -> AllocationRound:
    """Record the Ministry's allocation decision: so many devices to the province, as of its date.

    Refuses a source without an eligibility rule, one of another plan, a date in the future, a total
    below one, and a decision recorded before.
    """
    require(may_record_round(actor, program))
    if funding_source.program_id != program.pk:
        raise Refusal(_("This source does not belong to the plan."))
    if rule_of(funding_source.kind) is None:
        raise Refusal(_("No eligibility rule is laid down for this source yet."))
    if decision_date > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if total < 1:
        raise Refusal(_("The total must be at least 1."))
    with step():
        round_ = AllocationRound.objects.create(
            program=program, funding_source=funding_source, name=name, device_kind=device_kind, total=total,
            decision_number=decision_number, decision_date=decision_date, issuer=issuer, created_by=actor,
        )  # fmt: skip
        after = {"total": total, "decision": decision_number, "date": decision_date, "device": device_kind}
        record("allocations.round.record", round_, actor=actor, after=after)
    return round_


def round_rule(round_: AllocationRound) -> RuleSet:
    """The eligibility rule of the round's source; a round is never recorded without one."""
    rule = rule_of(round_.funding_source.kind)
    if rule is None:
        raise Refusal(_("No eligibility rule is laid down for this source yet."))
    return rule


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a quota plan would say: the frozen inputs and the result."""

    inputs: dict[str, Any]
    result: Apportionment


def draft_plan(round_: AllocationRound) -> PlanDraft:
    """Count the eligible households per district as of the round's date and share out its total.

    Weight and cap of a district are its eligible households. Refuses where nobody is eligible, or
    where the total is more than all eligible households.
    """
    rule, on = round_rule(round_), round_.as_of
    # Taken before the register is read: should a list be written meanwhile, the plan shows as outdated.
    version = RegisterVersion.objects.filter(province=round_.program.province).values_list(
        "version", flat=True
    )
    register_version = version.first() or 0
    households = listed_households(round_.program.province, on, except_round=round_.pk)
    counts = eligible_per_district(round_.program, rule, on, households)
    weights = {district.code: count.eligible for district, count in counts}
    try:
        result = largest_remainder(weights, round_.total, weights)
    except ApportionmentError as error:
        raise Refusal(apportionment_sentence(error)) from error
    districts = [
        {"code": district.code, "name": district.name, "weight": count.eligible, "cap": count.eligible}
        | count.as_dict()
        for district, count in counts
    ]
    inputs = {
        "seats": round_.total,
        "as_of": on.isoformat(),
        "rule": rule.code,
        "register_version": register_version,
        "districts": districts,
    }
    return PlanDraft(inputs, result)


def apportionment_sentence(error: ApportionmentError) -> str:
    """Why seats could not be shared out, for a person."""
    if error.code == "too_many_seats":
        return (
            _("%(seats)s devices are more than the %(capacity)s households that may get one.") % error.params
        )
    if error.code == "no_weights":
        return _("No household qualifies, so nothing can be shared out.")
    if error.code == "missing_cap":
        return _("“%(unit)s” has no cap.") % error.params
    return _("Seats, weights and caps must be whole numbers, zero or more.")


def recompute(plan: QuotaPlan) -> Apportionment:
    """The plan's method once more, on its frozen inputs."""
    districts = plan.inputs["districts"]
    weights = {row["code"]: row["weight"] for row in districts}
    return largest_remainder(weights, plan.inputs["seats"], {row["code"]: row["cap"] for row in districts})


def proof_matches(plan: QuotaPlan) -> bool:
    """Whether the frozen inputs still give the stored proof, the stored quotas and the round's total."""
    try:
        result = recompute(plan)
    except (ApportionmentError, KeyError, TypeError):
        return False
    quotas = dict(plan.quotas.values_list("district__code", "quota"))
    proof = [row.as_dict() for row in result.proof]
    return proof == plan.proof and result.shares == quotas and sum(quotas.values()) == plan.round_total


def prepare_quota_plan(round_: AllocationRound, *, actor: Any) -> QuotaPlan:
    """Make the round's quota plan, or make it anew while it is a draft or was returned."""
    with step():
        round_ = locked(
            AllocationRound.objects.select_related("program__province", "funding_source"), round_.pk
        )
        require(may_prepare_plan(actor, round_))
        plan = QuotaPlan.objects.filter(round=round_).first()
        if plan is not None:
            require_state(plan, OPEN_PLANS, _("The quota plan of this round awaits approval or is approved."))
        draft = draft_plan(round_)
        fields = {
            "method": Method.LARGEST_REMAINDER,
            "round_total": round_.total,
            "allocated": sum(draft.result.shares.values()),
            "inputs": draft.inputs,
            "proof": [row.as_dict() for row in draft.result.proof],
            "prepared_by": actor,
            "prepared_at": timezone.now(),
        }
        if plan is None:
            plan = QuotaPlan.objects.create(round=round_, **fields)
        else:
            move(plan, PlanState.DRAFT, version=plan.version + 1, return_reason="", **fields)
            plan.quotas.all().delete()
        _write_quotas(plan, draft)
        after = {"version": plan.version, "quotas": draft.result.shares, "as_of": draft.inputs["as_of"]}
        record("allocations.quotaplan.prepare", plan, actor=actor, after=after)
    return plan


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
        record("allocations.quotaplan.approve", plan, actor=actor, after=after)
    return plan


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
    """One list for each district that has a quota."""
    round_, rule = plan.round, round_rule(plan.round)
    # Merges and lists taken back ask who stands on a list: they wait here, or this waits for them.
    RegisterVersion.objects.get_or_create(province=round_.program.province)
    RegisterVersion.objects.select_for_update().get(province=round_.program.province)
    households: dict[int, list[HouseholdFacts]] = defaultdict(list)
    for facts in listed_households(round_.program.province, round_.as_of, except_round=round_.pk):
        if not rule.failed(facts, round_.as_of):
            households[facts.district_id].append(facts)
    lists = []
    for quota in plan.quotas.filter(quota__gt=0).select_related("district"):
        order = ranked(households[quota.district_id])
        kept = min(quota.quota, len(order))
        opened = DistrictList.objects.create(
            round=round_, district=quota.district, quota=quota.quota, kept=kept
        )
        ListLine.objects.bulk_create(
            (_line(opened, facts, position) for position, facts in enumerate(order, start=1)), batch_size=500
        )
        keep_version(opened, VersionKind.OPENED, actor=plan.approved_by)
        lists.append(opened)
    return lists


def _line(district_list: DistrictList, facts: HouseholdFacts, position: int) -> ListLine:
    return ListLine(
        district_list=district_list,
        round_id=district_list.round_id,
        household_id=facts.id,
        commune_id=facts.commune_id,
        position=position,
        priority=priority(facts),
        snapshot=snapshot(facts),
        decision=Decision.KEEP if position <= district_list.kept else Decision.RESERVE,
        has_need=facts.has_need,
    )


def snapshot(facts: HouseholdFacts) -> dict[str, Any]:
    """The facts a line is ranked and printed by, in plain values, frozen with it."""
    return {
        "head_name": facts.head_name,
        "birth_year": facts.birth_year,
        "gender": facts.gender,
        "national_id": facts.national_id,
        "phone": facts.phone,
        "village": facts.village,
        "poverty_class": facts.poverty_class,
        "merit": facts.merit,
        "social_policy": facts.social_policy,
    }
