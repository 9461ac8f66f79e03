"""Rows of rules for the walk of addresses: a draft, a submitted rule, a level, a commune of a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from allocations import workflow
from allocations.models import EligibilityRuleSet
from programs.choices import FundingKind
from programs.models import Program
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea


def rules_of(prefix: str, program: Program) -> dict[str, Any]:
    """What the officer of the province (`hue`, `daknong`) has drawn up."""
    officer = User.objects.get(username=f"{prefix}-dic")
    rules = {kind: _drawn_up(program, kind, officer) for kind in ("provincial_budget", "socialised")}
    draft = rules["provincial_budget"]
    commune = AdministrativeArea.objects.communes_of(program.province).order_by("code").first()
    (designation,) = workflow.designate_communes(
        actor=officer, communes=[commune], citation="Văn bản minh họa", valid_from=date(2023, 1, 1)
    )
    return {
        "rule": program.rule_sets.get(funding_kind=FundingKind.PUBLIC_UTILITY_TELECOM),
        "draft_rule": draft,
        "submitted_rule": workflow.submit_rule(rules["socialised"], actor=officer),
        "condition": draft.conditions.get(),
        "rank": draft.ranks.get(),
        "level": program.support_levels.get(funding_kind=FundingKind.PUBLIC_UTILITY_TELECOM),
        "designation": designation,
    }


def _drawn_up(program: Program, kind: str, officer: User) -> EligibilityRuleSet:
    basis = "Văn bản minh họa"
    draft = workflow.create_rule(program, actor=officer, funding_kind=kind, name="Minh họa", citation=basis)
    workflow.save_condition(draft, actor=officer, kind="need", params={}, citation=basis)
    workflow.save_rank(draft, actor=officer, kinds=["other"], citation=basis)
    return draft
