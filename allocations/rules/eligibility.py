"""Who may get a device, as data: conditions with their sentence, their legal citation and their test.

Pure: a condition looks at plain facts of a household as of a day. A source of money has one rule set
at a time; a round freezes the one it was recorded under as JSON. The articles of the smartphone section
of Circular 14/2022/TT-BTTTT are not numbered here because their numbers could not be verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..choices import ConditionKind, RankKind
from .wording import (
    CIRCULAR_14,
    CIRCULAR_14_STORED,
    MINISTRY_SOURCE,
    PER_HOUSEHOLD_STORED,
    TELECOM_STORED,
    Text,
    condition_sentence,
    excluded_phrase,
    rank_sentence,
    said,
)

__all__ = ["CIRCULAR_14", "NEAR_POOR", "POOR", "VTCI", "Condition", "HouseholdFacts", "Rank", "RuleSet",
           "Tally", "Text", "tally"]  # fmt: skip

POOR = "poor"
NEAR_POOR = "near_poor"
#: Which tie-breaker a frozen rule means; there is one so far (ranking.TIE_BREAKER).
TIE_BREAKER_CODE = "commune_name_birth_number"
#: Kind of condition → code of its findings. A second condition of a kind gets a number behind.
CODES: Mapping[str, str] = {
    ConditionKind.CLASS_IN: "class_as_of",
    ConditionKind.CLASS_OR_POLICY: "class_or_policy",
    ConditionKind.NO_EARLIER_DEVICE: "earlier_device",
    ConditionKind.NEED: "need",
    ConditionKind.NOT_SERVED: "served",
    ConditionKind.MEMBER_AGED: "member_aged",
}


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """A household as of a day, in plain values.

    `poverty_class` is "poor", "near_poor", another word, or None for a household not in the register
    that day. `devices` are the earlier devices: (kind, day received). `has_need` None: nobody asked.
    `served` names what else serves it (a round's list, approved or under way, or a contribution), ""
    for nothing. `ages` are those of the members by birth year, whose year is known; they are read only
    for rules that ask for them.
    """

    id: int
    poverty_class: str | None
    head_name: str = ""
    birth_year: int | None = None
    gender: str = ""
    national_id: str = ""
    phone: str = ""
    district_code: str = ""
    commune_code: str = ""
    commune_id: int = 0
    district_id: int = 0
    village: str = ""
    merit: bool = False
    social_policy: bool = False
    ethnicity: str = ""
    is_ethnic_minority: bool = False
    no_labour_capacity: bool = False
    difficult_commune: bool = False
    has_need: bool | None = None
    devices: tuple[tuple[str, date], ...] = ()
    ages: tuple[int, ...] = ()
    served: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `holds(facts, on)` is True where the household meets it as of the day `on`.

    `words` and `basis` are the sentence and citation as stored; without `words` the kind's own sentence
    is said. Outside its dates of validity (both days included) a condition does not apply.
    """

    code: str
    kind: str
    classes: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    words: str = ""
    basis: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    @property
    def sentence(self) -> Text:
        return said(self.words) if self.words else condition_sentence(self.kind, **self._tested())

    @property
    def excluded(self) -> Text:
        return excluded_phrase(self.kind, classes=self.classes, source=self.source)

    @property
    def citation(self) -> Text:
        return said(self.basis)

    @property
    def params(self) -> dict[str, Any]:
        """What is tested, as RuleCondition.params stores it: only what is set."""
        pairs = {
            "classes": list(self.classes), "policies": list(self.policies), "devices": list(self.devices),
            "age_from": self.age_from, "age_to": self.age_to,
        }  # fmt: skip
        return {name: value for name, value in pairs.items() if value not in (None, [])}

    def _tested(self) -> dict[str, Any]:
        return {
            "classes": self.classes, "policies": self.policies, "devices": self.devices,
            "age_from": self.age_from, "age_to": self.age_to, "source": self.source,
        }  # fmt: skip

    def applies(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def holds(self, facts: HouseholdFacts, on: date) -> bool:
        if self.kind == ConditionKind.CLASS_IN:
            return facts.poverty_class in self.classes
        if self.kind == ConditionKind.CLASS_OR_POLICY:
            return facts.poverty_class in self.classes or any(getattr(facts, name) for name in self.policies)
        if self.kind == ConditionKind.NO_EARLIER_DEVICE:
            return not any(kind in self.devices and received <= on for kind, received in facts.devices)
        if self.kind == ConditionKind.NEED:
            return facts.has_need is not False
        if self.kind == ConditionKind.MEMBER_AGED:
            return any(self.has_age(age) for age in facts.ages)
        return not facts.served

    def has_age(self, age: int) -> bool:
        return (self.age_from is None or self.age_from <= age) and (self.age_to is None or age <= self.age_to)

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code, "kind": str(self.kind), "params": self.params, "sentence": self.words,
            "citation": self.basis, "valid_from": _iso(self.valid_from), "valid_to": _iso(self.valid_to),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], source: str) -> Condition:
        params = data.get("params") or {}
        return cls(
            code=data["code"], kind=data["kind"],
            classes=tuple(params.get("classes", ())), policies=tuple(params.get("policies", ())),
            devices=tuple(params.get("devices", ())),
            age_from=params.get("age_from"), age_to=params.get("age_to"),
            words=data.get("sentence", ""), basis=data.get("citation", ""),
            valid_from=_day(data.get("valid_from")), valid_to=_day(data.get("valid_to")), source=source,
        )  # fmt: skip


_RANK_TESTS: Mapping[str, Any] = {
    RankKind.MERIT: lambda facts: facts.merit,
    RankKind.SOCIAL_POLICY: lambda facts: facts.social_policy,
    RankKind.ETHNIC_MINORITY: lambda facts: facts.is_ethnic_minority,
    RankKind.DIFFICULT_COMMUNE: lambda facts: facts.difficult_commune,
    RankKind.POOR: lambda facts: facts.poverty_class == POOR,
    RankKind.NEAR_POOR: lambda facts: facts.poverty_class == NEAR_POOR,
    RankKind.NO_LABOUR: lambda facts: facts.no_labour_capacity,
    RankKind.OTHER: lambda facts: True,
}


@dataclass(frozen=True, slots=True)
class Rank:
    """One rank of the order of support: who passes all its tests and none of a rank above."""

    position: int
    kinds: tuple[str, ...]
    words: str = ""
    basis: str = ""
    source: str = ""

    @property
    def sentence(self) -> Text:
        return said(self.words) if self.words else rank_sentence(self.kinds, self.source)

    @property
    def citation(self) -> Text:
        return said(self.basis)

    def passes(self, facts: HouseholdFacts) -> bool:
        return all(_RANK_TESTS[kind](facts) for kind in self.kinds)

    def as_dict(self) -> dict[str, Any]:
        return {
            "position": self.position, "kinds": [str(kind) for kind in self.kinds], "sentence": self.words,
            "citation": self.basis,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], source: str) -> Rank:
        return cls(
            data["position"], tuple(data["kinds"]), data.get("sentence", ""), data.get("citation", ""), source
        )


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All conditions of a source of money, and its ranks; a household has to meet every condition."""

    code: str
    title: str
    conditions: tuple[Condition, ...]
    ranks: tuple[Rank, ...] = ()
    source: str = ""
    version: int = 1
    basis: str = ""

    @property
    def name(self) -> Text:
        return said(self.title)

    @property
    def citation(self) -> Text:
        return said(self.basis)

    def in_force(self, on: date) -> tuple[Condition, ...]:
        """The conditions that apply on that day."""
        return tuple(condition for condition in self.conditions if condition.applies(on))

    def failed(self, facts: HouseholdFacts, on: date) -> tuple[str, ...]:
        """Codes of the conditions the household does not meet; empty: eligible."""
        return tuple(condition.code for condition in self.in_force(on) if not condition.holds(facts, on))

    def condition(self, code: str) -> Condition:
        return next(condition for condition in self.conditions if condition.code == code)

    def rank(self, facts: HouseholdFacts) -> int:
        """The first rank whose tests the household all passes; one behind the last for every other one."""
        for rank in self.ranks:
            if rank.passes(facts):
                return rank.position
        return self.last_rank + 1

    @property
    def last_rank(self) -> int:
        return max((rank.position for rank in self.ranks), default=0)

    @property
    def rank_words(self) -> dict[int, Text]:
        """Rank → who is in it, in the order of support."""
        return {rank.position: rank.sentence for rank in self.ranks}

    @property
    def classes(self) -> frozenset[str]:
        """Classes that some condition of class admits."""
        return frozenset(word for condition in self.conditions for word in condition.classes)

    @property
    def policies(self) -> frozenset[str]:
        """Policies that make eligible without a class."""
        return frozenset(word for condition in self.conditions for word in condition.policies)

    @property
    def asks_class(self) -> bool:
        kinds = (ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY)
        return any(condition.kind in kinds for condition in self.conditions)

    @property
    def asks_ages(self) -> bool:
        return any(condition.kind == ConditionKind.MEMBER_AGED for condition in self.conditions)

    def as_dict(self) -> dict[str, Any]:
        """Everything needed to judge and rank by this rule again, as JSON keeps it."""
        return {
            "code": self.code, "name": self.title, "source": self.source, "version": self.version,
            "citation": self.basis, "conditions": [condition.as_dict() for condition in self.conditions],
            "ranks": [rank.as_dict() for rank in self.ranks], "tie_breaker": TIE_BREAKER_CODE,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RuleSet:
        source = data["source"]
        return cls(
            code=data["code"], title=data["name"], source=source, version=data["version"],
            basis=data.get("citation", ""),
            conditions=tuple(Condition.from_dict(row, source) for row in data["conditions"]),
            ranks=tuple(Rank.from_dict(row, source) for row in data["ranks"]),
        )  # fmt: skip


def coded(kinds: Iterable[str]) -> list[str]:
    """The codes of conditions of these kinds, in order; a second one of a kind is numbered."""
    seen: dict[str, int] = {}
    codes = []
    for kind in kinds:
        seen[kind] = seen.get(kind, 0) + 1
        codes.append(CODES[kind] if seen[kind] == 1 else f"{CODES[kind]}_{seen[kind]}")
    return codes


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _vtci(code: str, kind: str, basis: str = CIRCULAR_14_STORED, **known: Any) -> Condition:
    return Condition(code=code, kind=kind, basis=basis, source=MINISTRY_SOURCE, **known)


#: The packaged rule of the public-utility programme; every round recorded before rules were data has it.
VTCI = RuleSet(
    code="vtci",
    title=TELECOM_STORED,
    source=MINISTRY_SOURCE,
    basis=CIRCULAR_14_STORED,
    conditions=(
        _vtci("class_as_of", ConditionKind.CLASS_IN.value, classes=(POOR, NEAR_POOR)),
        _vtci("earlier_device", ConditionKind.NO_EARLIER_DEVICE.value, devices=("tablet", "svmtce")),
        _vtci("need", ConditionKind.NEED.value),
        _vtci("served", ConditionKind.NOT_SERVED.value, PER_HOUSEHOLD_STORED),
    ),
    ranks=tuple(
        Rank(position, (kind.value,), basis=CIRCULAR_14_STORED, source=MINISTRY_SOURCE)
        for position, kind in enumerate(
            (RankKind.MERIT, RankKind.SOCIAL_POLICY, RankKind.POOR, RankKind.NEAR_POOR), start=1
        )
    ),
)


@dataclass(slots=True)
class Tally:
    """Households of one district: all that were looked at, those excluded (by the first condition they
    fail) and those eligible."""

    listed: int = 0
    eligible: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"listed": self.listed, "eligible": self.eligible, "excluded": self.excluded}


def tally(
    households: Iterable[HouseholdFacts], rule: RuleSet, on: date, districts: Iterable[str] = ()
) -> dict[str, Tally]:
    """Per district code, how many households are listed, excluded and eligible; sorted by code."""
    tallies = {code: Tally() for code in districts}
    for facts in households:
        row = tallies.setdefault(facts.district_code, Tally())
        row.listed += 1
        failed = rule.failed(facts, on)
        if failed:
            row.excluded[failed[0]] = row.excluded.get(failed[0], 0) + 1
        else:
            row.eligible += 1
    return dict(sorted(tallies.items()))
