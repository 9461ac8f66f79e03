"""An auditor's second opinion: the order of a list again, from its frozen rule and frozen facts alone."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import DistrictList
from .eligibility import HouseholdFacts, RuleSet
from .facts import from_snapshot
from .ranking import ranked


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A household where the rule puts it, beside where its line stands."""

    number: int
    rank: int
    position: int
    priority: int
    facts: HouseholdFacts

    @property
    def matches(self) -> bool:
        return (self.number, self.rank) == (self.position, self.priority)


def recompute_order(district_list: DistrictList, rule: RuleSet) -> list[Recomputed]:
    """The list's households in the order the rule gives them, each with its stored place; one query."""
    lines = {}
    columns = ("household_id", "position", "priority", "snapshot", "commune__code")
    for household, position, priority, known, commune in district_list.lines.values_list(*columns):
        lines[household] = (position, priority, from_snapshot(household, known, commune_code=commune))
    order = ranked((facts for _position, _priority, facts in lines.values()), rule)
    return [
        Recomputed(number, rule.rank(facts), lines[facts.id][0], lines[facts.id][1], facts)
        for number, facts in enumerate(order, start=1)
    ]
