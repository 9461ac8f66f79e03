"""May this person prepare rules, levels and designations, or put a rule into force?"""

from __future__ import annotations

from typing import Any

from programs.models import Program
from smartphone_support.accounts.scope import in_province

from ..models import DesignationEntry, EligibilityRuleSet, SupportLevel
from .makers import has_worked_on


def may_prepare_rules(user: Any, program: Program) -> bool:
    """The officer of the province's department."""
    return user.has_perm("allocations.prepare_rule") and in_province(user, program.province_id)


def may_change_rule(user: Any, rule_set: EligibilityRuleSet) -> bool:
    return may_prepare_rules(user, rule_set.program)


def may_approve_rule(user: Any, rule_set: EligibilityRuleSet) -> bool:
    """The leader of the province, and never a person who prepared or changed the rule."""
    in_place = user.has_perm("allocations.approve_rule") and in_province(user, rule_set.program.province_id)
    return in_place and user.pk != rule_set.prepared_by_id and not has_worked_on(user, rule_set)


def may_approve_level(user: Any, level: SupportLevel) -> bool:
    """The leader of the province, and never the person who entered the level."""
    in_place = user.has_perm("allocations.approve_rule") and in_province(user, level.program.province_id)
    return in_place and user.pk != level.entered_by_id


def may_approve_designation(user: Any, entry: DesignationEntry) -> bool:
    """The leader of the province, and never the person who entered the communes."""
    in_place = user.has_perm("allocations.approve_rule") and in_province(user, entry.province_id)
    return in_place and user.pk != entry.entered_by_id


def may_designate(user: Any) -> bool:
    """Communes named in a decision are entered by whoever prepares the rules that look at them."""
    return user.has_perm("allocations.prepare_rule") and user.province is not None
