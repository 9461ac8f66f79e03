"""May this person prepare rules, levels and designations, or put a rule into force?"""

from __future__ import annotations

from typing import Any

from programs.models import Program
from smartphone_support.accounts.scope import in_province

from ..models import EligibilityRuleSet


def may_prepare_rules(user: Any, program: Program) -> bool:
    """The officer of the province's department."""
    return user.has_perm("allocations.prepare_rule") and in_province(user, program.province_id)


def may_change_rule(user: Any, rule_set: EligibilityRuleSet) -> bool:
    return may_prepare_rules(user, rule_set.program)


def may_approve_rule(user: Any, rule_set: EligibilityRuleSet) -> bool:
    """The leader of the province, and never the person who prepared the rule."""
    in_place = user.has_perm("allocations.approve_rule") and in_province(user, rule_set.program.province_id)
    return in_place and user.pk != rule_set.prepared_by_id


def may_designate(user: Any) -> bool:
    """Communes named in a decision are entered by whoever prepares the rules that look at them."""
    return user.has_perm("allocations.prepare_rule") and user.province is not None
