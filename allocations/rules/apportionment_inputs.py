"""What a quota plan is computed from: households counted per district, and the weights made of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ..choices import WeightBasis
from .eligibility import NEAR_POOR, POOR, HouseholdFacts, RuleSet


@dataclass(slots=True)
class DistrictCount:
    """Households of one district as of the day.

    `listed`: all that were looked at. `excluded`: by the first condition they fail. In a later wave
    `taken` are those that had their turn in an earlier one, `dropped` those the district took out
    there. `eligible` are the others, by class `poor`, `near_poor` and `other`.
    """

    listed: int = 0
    eligible: int = 0
    poor: int = 0
    near_poor: int = 0
    other: int = 0
    taken: int = 0
    dropped: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def count_households(
    households: Iterable[HouseholdFacts],
    rule: RuleSet,
    on: date,
    districts: Iterable[str],
    *,
    taken: Collection[int] = frozenset(),
    dropped: Collection[int] = frozenset(),
) -> dict[str, DistrictCount]:
    """Count per district code, also for districts without households; in the order of codes.

    Households of other districts than those named are left out: they have no list to stand on.
    """
    counts = {code: DistrictCount() for code in sorted(districts)}
    for facts in households:
        count = counts.get(facts.district_code)
        if count is None:
            continue
        count.listed += 1
        failed = rule.failed(facts, on)
        if facts.id in taken:
            count.taken += 1
        elif failed:
            count.excluded[failed[0]] = count.excluded.get(failed[0], 0) + 1
        elif facts.id in dropped:
            count.dropped += 1
        else:
            count.eligible += 1
            name = facts.poverty_class if facts.poverty_class in (POOR, NEAR_POOR) else "other"
            setattr(count, str(name), getattr(count, str(name)) + 1)
    return counts


@dataclass(frozen=True, slots=True)
class Basis:
    """How a district's weight is made of its counts; with `kind` CLASSES each class counts so many times.

    `reason` names the decision or the grounds of a basis other than the households that qualify.
    """

    kind: str = WeightBasis.ELIGIBLE
    poor: int = 1
    near_poor: int = 1
    other: int = 1
    reason: str = ""

    def weight(self, count: Mapping[str, Any]) -> int:
        """The weight of a district, of its counts as `DistrictCount.as_dict` gives them."""
        if self.kind == WeightBasis.LISTED:
            return int(count["listed"])
        if self.kind == WeightBasis.CLASSES:
            classes = (("poor", self.poor), ("near_poor", self.near_poor), ("other", self.other))
            return sum(factor * int(count[name]) for name, factor in classes)
        return int(count["eligible"])

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"kind": str(self.kind)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> Basis:
        """As frozen with a plan; plans made before there was a choice counted who qualifies."""
        return cls(**data) if data else cls()
