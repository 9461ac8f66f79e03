"""Recording a round under the rule in force on its day, and mending what may be mended of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import FundingSource, Program
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import DeviceKind, PlanState, SupportForm
from ..happenings import tell_allocated
from ..models import AllocationRound, BudgetLine
from ..permits.rounds import may_record_round
from ..rules.eligibility import RuleSet
from ..rules.stored import frozen, frozen_rule, level_in_force, rule_in_force
from .steps import locked, require, step

#: Longest public posting a round can ask for, in working days.
MOST_POSTING_DAYS = 60


def round_rule(round_: AllocationRound) -> RuleSet:
    """The eligibility rule the round froze when it was recorded."""
    return frozen_rule(round_)


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
    posting_days: int = 0,
    unit_cost: int | None = None,
    budget_line: BudgetLine | None = None,
) -> AllocationRound:
    """Record an allocation decision: so many devices (or supports in cash), as of the decision's date.

    The rule of the source that is in force that day is frozen with the round, and so is the level of
    support in cash (VND a household), where one is in force. Refuses a source without a rule, a cash
    round without a level, a source or budget line of another plan, a date in the future, a total below
    one, and a decision recorded before.
    """
    require(may_record_round(actor, program))
    if funding_source.program_id != program.pk:
        raise Refusal(_("This source does not belong to the plan."))
    if decision_date > timezone.localdate():
        raise Refusal(_("The decision's date lies in the future."))
    if total < 1:
        raise Refusal(_("The total must be at least 1."))
    check_terms(funding_source, posting_days, unit_cost, budget_line)
    with step():
        rule_set = rule_in_force(program, funding_source.kind, decision_date)
        if rule_set is None:
            raise Refusal(
                _("No eligibility rule of “%(source)s” is in force on %(day)s: enter the rule first.")
                % {"source": funding_source, "day": f"{decision_date:%d/%m/%Y}"}
            )
        level = level_in_force(program, funding_source.kind, SupportForm.CASH, decision_date)
        if device_kind == DeviceKind.CASH and level is None:
            raise Refusal(
                _(
                    "No level of support in cash of “%(source)s” is in force on %(day)s: "
                    "enter the level first."
                )
                % {"source": funding_source, "day": f"{decision_date:%d/%m/%Y}"}
            )
        round_ = AllocationRound.objects.create(
            program=program, funding_source=funding_source, name=name, device_kind=device_kind, total=total,
            decision_number=decision_number, decision_date=decision_date, issuer=issuer, created_by=actor,
            rule_set=rule_set, rule=frozen(rule_set), posting_days=posting_days, unit_cost=unit_cost,
            cash_amount=level.amount if level else None, budget_line=budget_line,
        )  # fmt: skip
        after = {
            "total": total, "decision": decision_number, "date": decision_date, "device": device_kind,
            "source": funding_source.kind, "rule": round_.rule["code"],
            "rule_version": rule_set.version, "cash": round_.cash_amount,
        }  # fmt: skip
        tell_allocated(round_, actor=actor)
        record("allocations.round.record", round_, actor=actor, after=after | _terms(round_))
    return round_


def change_round(
    round_: AllocationRound,
    *,
    actor: Any,
    name: str,
    posting_days: int,
    unit_cost: int | None,
    budget_line: BudgetLine | None,
) -> AllocationRound:
    """Mend name, days of posting, cost or budget line while no quota plan of the round is approved.

    What the decision says (source, day, total) never changes: a wrong one is another round.
    """
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("The round needs a name."))
    with step():
        # The approval of a quota plan takes the same lock first.
        round_ = locked(
            AllocationRound.objects.select_related("program__province", "funding_source"), round_.pk
        )
        require(may_record_round(actor, round_.program))
        if not may_change_round(round_):
            raise Refusal(_("A quota plan of this round is approved: the round cannot be changed any more."))
        check_terms(round_.funding_source, posting_days, unit_cost, budget_line)
        before = {"name": round_.name} | _terms(round_)
        round_.name, round_.posting_days = name, posting_days
        round_.unit_cost, round_.budget_line = unit_cost, budget_line
        round_.save(update_fields=["name", "posting_days", "unit_cost", "budget_line"])
        after = {"name": name} | _terms(round_)
        record("allocations.round.change", round_, actor=actor, before=before, after=after)
    return round_


def may_change_round(round_: AllocationRound) -> bool:
    """Whether no quota plan is approved yet."""
    return not round_.plans.filter(state=PlanState.APPROVED).exists()


def check_terms(
    source: FundingSource, posting_days: int, unit_cost: int | None, budget_line: BudgetLine | None
) -> None:
    """Refuse days, a cost or a budget line that cannot be."""
    if not 0 <= posting_days <= MOST_POSTING_DAYS:
        raise Refusal(
            _("The days of public posting must be between 0 and %(most)s.") % {"most": MOST_POSTING_DAYS}
        )
    if unit_cost is not None and unit_cost < 1:
        raise Refusal(_("The cost of a device must be more than 0; leave it empty where it is not known."))
    if budget_line is not None and budget_line.funding_source_id != source.pk:
        raise Refusal(_("The budget line belongs to another source."))


def _terms(round_: AllocationRound) -> dict[str, Any]:
    return {
        "posting_days": round_.posting_days,
        "unit_cost": round_.unit_cost,
        "budget_line": round_.budget_line_id,
    }
