"""Who may get a device, as data: conditions with their sentence, their legal citation and their test.

Pure: a condition looks at plain facts of a household as of a day. A source of money has one rule set;
sources without one cannot have a round yet. The articles of the smartphone section of Circular
14/2022/TT-BTTTT are not numbered here because their numbers could not be verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

POOR = "poor"
NEAR_POOR = "near_poor"


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """A household as of a day, in plain values.

    `poverty_class` is "poor", "near_poor", another word, or None for a household not in the register
    that day. `devices` are the earlier devices: (kind, day received). `has_need` None: nobody asked.
    `served` names another round whose list keeps the household, approved or under way, "" for none.
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
    has_need: bool | None = None
    devices: tuple[tuple[str, date], ...] = ()
    served: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `holds(facts, on)` is True where the household meets it as of the day `on`."""

    code: str
    sentence: Text
    excluded: Text
    citation: Text
    holds: Callable[[HouseholdFacts, date], bool]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All conditions of a source of money; a household has to meet every one."""

    code: str
    name: Text
    conditions: tuple[Condition, ...]

    def failed(self, facts: HouseholdFacts, on: date) -> tuple[str, ...]:
        """Codes of the conditions the household does not meet; empty: eligible."""
        return tuple(condition.code for condition in self.conditions if not condition.holds(facts, on))

    def condition(self, code: str) -> Condition:
        return next(condition for condition in self.conditions if condition.code == code)


CIRCULAR_14 = _("Circular 14/2022/TT-BTTTT, section on support with smartphones")

VTCI = RuleSet(
    code="vtci",
    name=_("Public-utility telecommunications programme"),
    conditions=(
        Condition(
            "class_as_of",
            _("Poor or near-poor household on the day the Ministry allocated the devices."),
            _("not poor or near-poor"),
            CIRCULAR_14,
            lambda facts, on: facts.poverty_class in (POOR, NEAR_POOR),
        ),
        Condition(
            "earlier_device",
            _("No tablet of the programme and no device of “Sóng và máy tính cho em” received by that day."),
            _("already has a device"),
            CIRCULAR_14,
            lambda facts, on: not any(received <= on for _kind, received in facts.devices),
        ),
        Condition(
            "need",
            _("The household has not declared that it does not need a smartphone."),
            _("declared no need"),
            CIRCULAR_14,
            lambda facts, on: facts.has_need is not False,
        ),
        Condition(
            "served",
            _(
                "No list of another round, approved or under way, keeps the household: "
                "one device a household."
            ),
            _("on a list of another round"),
            _("Circular 14/2022/TT-BTTTT, section on support with smartphones (support is per household)"),
            lambda facts, on: not facts.served,
        ),
    ),
)

#: Kind of funding source → its rule set.
RULES: Mapping[str, RuleSet] = {"public_utility_telecom": VTCI}


@dataclass(slots=True)
class Tally:
    """Households of one district: all poor and near-poor ones, those excluded (by the first
    condition they fail) and those eligible."""

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
