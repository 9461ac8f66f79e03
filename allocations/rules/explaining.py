"""Why a household qualifies or not, condition by condition, and why it has its rank. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.choices import PovertyClass

from ..choices import ConditionKind
from .eligibility import Condition, HouseholdFacts, RuleSet, Text
from .wording import POLICIES


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition beside a household: what it asks, on what basis, whether it is met, and what the
    register says, in the reader's language."""

    code: str
    sentence: Text
    citation: Text
    met: bool
    says: str


def explain(rule: RuleSet, facts: HouseholdFacts, on: date) -> list[Explained]:
    """Every condition that applies on the day; the household qualifies exactly when all are met."""
    return [
        Explained(
            condition.code,
            condition.sentence,
            condition.citation,
            condition.holds(facts, on),
            _register_says(condition, facts, on),
        )
        for condition in rule.in_force(on)
    ]


@dataclass(frozen=True, slots=True)
class ExplainedRank:
    """The household's rank and who is in it."""

    position: int
    sentence: Text
    citation: Text


def explain_rank(rule: RuleSet, facts: HouseholdFacts) -> ExplainedRank:
    position = rule.rank(facts)
    for rank in rule.ranks:
        if rank.position == position:
            return ExplainedRank(position, rank.sentence, rank.citation)
    return ExplainedRank(position, _("every other household"), "")


def _register_says(condition: Condition, facts: HouseholdFacts, on: date) -> str:
    if condition.kind in (ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY):
        return _class(facts, on, with_policies=condition.kind == ConditionKind.CLASS_OR_POLICY)
    if condition.kind == ConditionKind.NO_EARLIER_DEVICE:
        return _devices(condition, facts)
    if condition.kind == ConditionKind.NEED:
        if facts.has_need is None:
            return _("nobody has asked the household yet")
        return _("the household said that it needs one") if facts.has_need else _("the household said no")
    if condition.kind == ConditionKind.MEMBER_AGED:
        return _members(condition, facts)
    return _("served by: %(name)s") % {"name": facts.served} if facts.served else _("nothing else serves it")


def _class(facts: HouseholdFacts, on: date, *, with_policies: bool) -> str:
    day = f"{on:%d/%m/%Y}"
    if facts.poverty_class is None:
        words = _("no class on %(day)s") % {"day": day}
    else:
        label = PovertyClass(facts.poverty_class).label
        words = _("%(class)s on %(day)s") % {"class": label, "day": day}
    if not with_policies:
        return words
    held = [str(label) for name, label in POLICIES.items() if getattr(facts, name)]
    return "; ".join([words, ", ".join(held) or _("no policy status")])


def _devices(condition: Condition, facts: HouseholdFacts) -> str:
    found = [
        _("%(device)s, received on %(received)s")
        % {"device": EarlierKind(kind).label, "received": f"{received:%d/%m/%Y}"}
        for kind, received in facts.devices
        if kind in condition.devices
    ]
    return "; ".join(found) or _("no earlier device on record")


def _members(condition: Condition, facts: HouseholdFacts) -> str:
    if not facts.ages:
        return _("no member's birth year is known")
    fitting = sum(condition.has_age(age) for age in facts.ages)
    words = {"ages": ", ".join(str(age) for age in sorted(facts.ages)), "count": fitting}
    return _("ages of the members: %(ages)s; %(count)s of the age") % words
