"""The register's households as plain facts as of a day: the bridge from the database to the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from beneficiaries.models import EarlierDevice, PovertySpell
from programs.models import Program
from smartphone_support.areas.models import AdministrativeArea

from ..choices import Decision, ListState
from ..models import ListLine
from .eligibility import NEAR_POOR, POOR, RULES, HouseholdFacts, RuleSet, Tally, tally

_FIELDS = (
    "head_name", "birth_year", "gender", "national_id", "phone", "commune_id", "district_id", "village",
    "merit", "social_policy", "has_need",
)  # fmt: skip


def listed_households(
    province: AdministrativeArea, on: date, *, except_round: int | None = None
) -> list[HouseholdFacts]:
    """Every poor or near-poor household of the province as of `on`, with what the rules look at.

    Three queries whatever the size. `except_round`: lists of that round do not count as served
    elsewhere.
    """
    spells = PovertySpell.objects.in_force(on).filter(
        household__province=province,
        poverty_class__in=[POOR, NEAR_POOR],
        household__merged_into__isnull=True,
        household__removed_at__isnull=True,
        # One of which only the district is known waits in the register until its commune says who it is.
        household__commune__isnull=False,
    )
    devices = earlier_devices(province)
    served = served_households(province, except_round=except_round)
    columns = [f"household__{name}" for name in _FIELDS]
    columns += ["household__commune__code", "household__district__code", "household_id", "poverty_class"]
    rows = []
    for values in spells.values_list(*columns):
        known = dict(zip(_FIELDS, values, strict=False))
        commune_code, district_code, household_id, poverty_class = values[len(_FIELDS) :]
        known |= {"merit": bool(known["merit"]), "social_policy": bool(known["social_policy"])}
        rows.append(
            HouseholdFacts(
                id=household_id,
                poverty_class=poverty_class,
                commune_code=commune_code,
                district_code=district_code,
                devices=tuple(devices.get(household_id, ())),
                served=served.get(household_id, ""),
                **known,
            )
        )
    return rows


def earlier_devices(province: AdministrativeArea) -> dict[int, list[tuple[str, date]]]:
    """Household → earlier devices as (kind, day received)."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = EarlierDevice.objects.filter(household__province=province).order_by("received_on", "id")
    for household, kind, received in rows.values_list("household_id", "kind", "received_on"):
        found[household].append((kind, received))
    return found


def served_households(
    province: AdministrativeArea, *, except_round: int | None = None, approved_only: bool = False
) -> dict[int, str]:
    """Household → name of another round whose list keeps it.

    A list still under way counts too: else the same households would head the list of every round
    that is open at the same time, and one of them would have to be dropped in the end.
    """
    rows = ListLine.objects.filter(round__program__province=province, decision=Decision.KEEP)
    if approved_only:
        rows = rows.filter(district_list__state=ListState.APPROVED)
    return dict(rows.exclude(round_id=except_round).values_list("household_id", "round__name"))


def rule_of(kind: str) -> RuleSet | None:
    """The rule set of a kind of funding source, or None where none is laid down."""
    return RULES.get(kind)


def eligible_per_district(
    program: Program, rule: RuleSet, on: date, households: Iterable[HouseholdFacts] | None = None
) -> list[tuple[AdministrativeArea, Tally]]:
    """Every district that existed on that day with its count, in the order of codes."""
    districts = AdministrativeArea.objects.districts_of(program.province).as_of(on)
    if households is None:
        households = listed_households(program.province, on)
    by_code = {district.code: district for district in districts}
    counts = tally(households, rule, on, by_code)
    return [(by_code[code], row) for code, row in counts.items() if code in by_code]
