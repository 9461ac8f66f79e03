"""What a quota plan would say: its frozen inputs, its result by every method, and the result once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.formats import localize
from django.utils.translation import gettext as _

from beneficiaries.models import RegisterVersion
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.errors import Refusal

from ..choices import Decision, Method, PlanState, WeightBasis
from ..models import AllocationRound, ListLine, QuotaPlan, Support
from ..rules.apportionment import METHODS, Apportionment, ApportionmentError, apportion
from ..rules.apportionment_inputs import Basis, count_households
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.facts import households_as_of
from .rounds import round_rule


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """What the officer chooses for a plan.

    `seats`: devices this wave shares out, None for all that are left of the round. `caps`: district
    code → at most so many, below the households that qualify. `given`: district code → quota set by
    hand, for that method alone; it and a basis other than who qualifies need a reason.
    """

    method: str = Method.LARGEST_REMAINDER
    method_reason: str = ""
    seats: int | None = None
    basis: Basis = field(default_factory=Basis)
    caps: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a quota plan would say: the frozen inputs and the result."""

    inputs: dict[str, Any]
    result: Apportionment


def next_wave(round_: AllocationRound) -> int:
    """The wave a new plan of the round would be of: one after the last approved."""
    done = round_.plans.filter(state=PlanState.APPROVED).aggregate(last=Max("wave"))["last"]
    return (done or 0) + 1


def left_to_share(round_: AllocationRound) -> int:
    """Devices no approved plan has given out, or that were given back since."""
    return round_.total - round_.given


def had_their_turn(round_: AllocationRound) -> set[int]:
    """Households some list of the round keeps or that it gave a support, however that ended.

    A later wave passes them over: one whose support ended comes on again by an amendment alone.
    """
    kept = ListLine.objects.filter(round=round_, decision=Decision.KEEP).values_list(
        "household_id", flat=True
    )
    served = Support.objects.filter(round=round_).values_list("household_id", flat=True)
    return {*kept, *served}


def dropped_before(round_: AllocationRound) -> dict[int, str]:
    """Household → why its district took it out in an earlier wave; it does not count in a later one."""
    lines = ListLine.objects.filter(round=round_, decision=Decision.DROP).order_by("pk")
    return dict(lines.values_list("household_id", "reason"))


def households_of_wave(round_: AllocationRound, wave: int, rule: RuleSet) -> list[HouseholdFacts]:
    """Who could meet the round's rule as of its date; in a later wave its own lists count as serving."""
    return households_as_of(
        round_.program.province, round_.as_of, rule=rule, except_round=round_.pk if wave == 1 else None
    )


def plan_inputs(round_: AllocationRound, choices: PlanChoices) -> dict[str, Any]:
    """Count the households per district as of the round's date, and make weights and caps of them.

    A cap is the district's households that qualify, or what was entered below that. Refuses a later
    wave with nothing left, more devices than are left, and a cap above the households that qualify.
    The register is read here, so the result is to be frozen.
    """
    rule, on, wave = round_rule(round_), round_.as_of, next_wave(round_)
    seats = _seats(round_, choices.seats)
    # Who qualifies is the plain weight: factors and a reason typed for another one do not belong to it.
    basis = Basis() if choices.basis.kind == WeightBasis.ELIGIBLE else choices.basis
    # Taken before the register is read: should a list be written meanwhile, the plan shows as outdated.
    version = RegisterVersion.objects.filter(province=round_.program.province)
    register_version = version.values_list("version", flat=True).first() or 0
    areas = {
        area.code: area.name
        for area in AdministrativeArea.objects.districts_of(round_.program.province).as_of(on)
    }
    counts = count_households(
        households_of_wave(round_, wave, rule),
        rule,
        on,
        areas,
        taken=had_their_turn(round_) if wave > 1 else frozenset(),
        dropped=dropped_before(round_) if wave > 1 else frozenset(),
    )
    districts = []
    for code, count in counts.items():
        cap = choices.caps.get(code, count.eligible)
        if cap > count.eligible:
            raise Refusal(
                _("“%(district)s” can get %(eligible)s at most: so many of its households qualify.")
                % {"district": areas[code], "eligible": localize(count.eligible)}
            )
        row = {"code": code, "name": areas[code], **count.as_dict(), "cap": cap}
        row["weight"] = basis.weight(row)
        if choices.method == Method.MANUAL:
            row["given"] = choices.given.get(code, 0)
        districts.append(row)
    return {
        "seats": seats, "as_of": on.isoformat(), "rule": rule.code, "register_version": register_version,
        "wave": wave, "basis": basis.as_dict(), "districts": districts,
    }  # fmt: skip


def _seats(round_: AllocationRound, wanted: int | None) -> int:
    left = left_to_share(round_)
    if left < 1:
        raise Refusal(_("Every device of this round is shared out; nothing was given back."))
    if wanted is None:
        return left
    if not 1 <= wanted <= left:
        raise Refusal(
            _("Between 1 and %(left)s devices can be shared out now; %(wanted)s was entered.")
            % {"left": localize(left), "wanted": localize(wanted)}
        )
    return wanted


def draft_plan(round_: AllocationRound, choices: PlanChoices | None = None) -> PlanDraft:
    """Count the households of today's register as of the round's date and share out by the method.

    Refuses what `plan_inputs` refuses, where nobody qualifies, where the devices are more than the
    caps allow, quotas set by hand without a reason or with another sum, and weights without a reason.
    """
    choices = choices or PlanChoices()
    if choices.method == Method.MANUAL and not choices.method_reason.strip():
        raise Refusal(_("Say why the quotas are set by hand: the reason is missing."))
    if choices.basis.kind != WeightBasis.ELIGIBLE and not choices.basis.reason.strip():
        raise Refusal(_("Say by which decision or for which reason districts are weighted like this."))
    inputs = plan_inputs(round_, choices)
    try:
        result = share_out(choices.method, inputs)
    except ApportionmentError as error:
        raise Refusal(apportionment_sentence(error, names_of(inputs))) from error
    return PlanDraft(inputs, result)


def names_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """District code → name, of a plan's inputs."""
    return {row["code"]: row["name"] for row in inputs["districts"]}


def share_out(method: str, inputs: Mapping[str, Any]) -> Apportionment:
    """The method on a plan's inputs. Raises ApportionmentError."""
    rows = inputs["districts"]
    return apportion(
        method,
        {row["code"]: row["weight"] for row in rows},
        inputs["seats"],
        {row["code"]: row["cap"] for row in rows},
        given={row["code"]: row["given"] for row in rows} if method == Method.MANUAL else None,
    )


def by_every_method(inputs: Mapping[str, Any]) -> dict[str, Apportionment]:
    """Method → its result on the same inputs, for choosing; those that compute alone."""
    return {method: share_out(method, inputs) for method in METHODS}


def apportionment_sentence(error: ApportionmentError, names: Mapping[str, str] | None = None) -> str:
    """Why seats could not be shared out, for a person; `names` of the districts by code."""
    params = {name: localize(value) for name, value in error.params.items()}
    if "unit" in params:
        params["unit"] = (names or {}).get(params["unit"], params["unit"])
    sentences = {
        "too_many_seats": _("%(seats)s devices are more than the %(capacity)s households that may get one."),
        "no_weights": _("No household qualifies, so nothing can be shared out."),
        "missing_cap": _("“%(unit)s” has no cap."),
        "missing_share": _("“%(unit)s” has no quota."),
        "unknown_unit": _("“%(unit)s” is no district of this plan."),
        "over_cap": _("“%(unit)s” was given %(share)s, but can get %(cap)s at most."),
        "wrong_sum": _("The quotas entered sum to %(sum)s; %(seats)s are to be shared out."),
        "unknown_method": _("“%(method)s” is no method of sharing out."),
        "bad_number": _("Seats, weights and caps must be whole numbers, zero or more."),
    }
    return sentences[error.code] % params


def recompute(plan: QuotaPlan) -> Apportionment:
    """The plan's method once more, on its frozen inputs."""
    return share_out(plan.method, plan.inputs)


def proof_matches(plan: QuotaPlan) -> bool:
    """Whether the frozen inputs still give the weights, the stored proof, the quotas and the total."""
    try:
        result = recompute(plan)
        basis = Basis.from_dict(plan.inputs.get("basis"))
        weighed = all(basis.weight(row) == row["weight"] for row in plan.inputs["districts"])
    except (ApportionmentError, KeyError, TypeError, ValueError):
        return False
    stored = {code: (weight, cap, quota) for code, weight, cap, quota in plan.quotas.values_list(
        "district__code", "weight", "cap", "quota"
    )}  # fmt: skip
    frozen = {
        row["code"]: (row["weight"], row["cap"], result.shares[row["code"]])
        for row in plan.inputs["districts"]
    }
    proof = [row.as_dict() for row in result.proof]
    total = sum(quota for _weight, _cap, quota in stored.values())
    return weighed and proof == plan.proof and frozen == stored and total == plan.round_total
