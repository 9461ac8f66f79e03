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
    officer, leader = (User.objects.get(username=f"{prefix}-{who}") for who in ("dic", "dic-leader"))
    rules = {kind: _drawn_up(program, kind, officer) for kind in ("provincial_budget", "socialised")}
    draft = rules["provincial_budget"]
    communes = AdministrativeArea.objects.communes_of(program.province).order_by("code")[:2]
    named, waiting = (
        workflow.designate_communes(
            actor=officer, communes=[commune], citation="Văn bản minh họa", valid_from=date(2023, 1, 1)
        )
        for commune in communes
    )
    (designation,) = workflow.approve_designation(named, actor=leader)
    waiting_level = workflow.add_level(
        program, actor=officer, funding_kind=FundingKind.SOCIALISED, form="cash", amount=1,
        citation="Văn bản minh họa", valid_from=date(2023, 1, 1),
    )  # fmt: skip
    return {
        "rule": program.rule_sets.get(funding_kind=FundingKind.PUBLIC_UTILITY_TELECOM),
        "draft_rule": draft,
        "submitted_rule": workflow.submit_rule(rules["socialised"], actor=officer),
        "condition": draft.conditions.get(),
        "rank": draft.ranks.get(),
        "level": program.support_levels.get(funding_kind=FundingKind.PUBLIC_UTILITY_TELECOM),
        "submitted_level": waiting_level,
        "designation": designation,
        "designation_entry": waiting,
    }


def _drawn_up(program: Program, kind: str, officer: User) -> EligibilityRuleSet:
    basis = "Văn bản minh họa"
    draft = workflow.create_rule(program, actor=officer, funding_kind=kind, name="Minh họa", citation=basis)
    workflow.save_condition(draft, actor=officer, kind="need", params={}, citation=basis)
    workflow.save_rank(draft, actor=officer, kinds=["other"], citation=basis)
    return draft
