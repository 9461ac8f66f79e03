"""The register's households as plain facts as of a day: the bridge from the database to the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from beneficiaries.models import EarlierDevice, Household, HouseholdMember, PovertySpell
from programs.models import Program
from smartphone_support.areas.choices import Designation
from smartphone_support.areas.models import AdministrativeArea, AreaDesignation

from ..choices import Decision, ListState
from ..models import ListLine, Support
from .eligibility import NEAR_POOR, POOR, HouseholdFacts, RuleSet, Tally, tally

_FIELDS = (
    "head_name", "birth_year", "gender", "national_id", "phone", "commune_id", "district_id", "village",
    "merit", "social_policy", "ethnicity", "is_ethnic_minority", "no_labour_capacity", "has_need",
)  # fmt: skip
#: Unknown counts as no: nothing is given for a status nobody recorded.
_FLAGS = ("merit", "social_policy", "is_ethnic_minority", "no_labour_capacity")
_CODES = ("commune__code", "district__code")

# One household as read: its id, its class that day (None: none), and its columns.
_Row = tuple[int, str | None, dict[str, Any]]


def households_as_of(
    province: AdministrativeArea,
    on: date,
    *,
    households: Collection[int] | None = None,
    rule: RuleSet | None = None,
    except_round: int | None = None,
) -> list[HouseholdFacts]:
    """Households of the province as facts as of `on`; a fixed number of queries whatever the size.

    With `households` (their ids) every one of them, whatever its class, also one that left the register:
    then its class is None. Else with `rule` everyone who could meet it: of a class or a policy it admits,
    or everyone where it asks for neither; without it every poor and near-poor household. One of which
    only the district is known waits in the register until its commune says who it is: it is never among
    those, only among `households` asked for. `except_round`: what that round gives does not count as
    served. Ages are read for `households` and for rules that ask for them.
    """
    devices = earlier_devices(province, households)
    served = served_households(province, except_round=except_round)
    difficult = difficult_communes(province, on)
    wants_ages = rule.asks_ages if rule is not None else households is not None
    ages = _ages(province, on, households) if wants_ages else {}
    rows = []
    for household_id, poverty_class, known in _rows(province, on, households, rule):
        codes = known.pop("commune__code") or "", known.pop("district__code")
        known |= {name: bool(known[name]) for name in _FLAGS}
        known["commune_id"] = known["commune_id"] or 0
        own_year = known["birth_year"]
        rows.append(
            HouseholdFacts(
                id=household_id,
                poverty_class=poverty_class,
                commune_code=codes[0],
                district_code=codes[1],
                difficult_commune=known["commune_id"] in difficult,
                devices=tuple(devices.get(household_id, ())),
                # A household whose members nobody listed has its head at least.
                ages=ages.get(household_id, _age(on, own_year) if wants_ages else ()),
                served=served.get(household_id, ""),
                **known,
            )
        )
    return rows


def _rows(
    province: AdministrativeArea, on: date, wanted: Collection[int] | None, rule: RuleSet | None
) -> Iterator[_Row]:
    if wanted is not None:
        yield from _of_households(Household.objects.filter(province=province, pk__in=wanted), on)
        return
    placed = Household.objects.standing().filter(province=province, commune__isnull=False)
    if rule is not None and not rule.asks_class:
        yield from _of_households(placed, on)
        return
    seen = set()
    for row in _of_spells(province, on, rule.classes if rule is not None else {POOR, NEAR_POOR}):
        seen.add(row[0])
        yield row
    if rule is not None and rule.policies:
        policies = Q()
        for name in sorted(rule.policies):
            policies |= Q(**{name: True})
        yield from (row for row in _of_households(placed.filter(policies), on) if row[0] not in seen)


def _of_spells(province: AdministrativeArea, on: date, classes: Collection[str]) -> Iterator[_Row]:
    """From the spells, which know the class of a day by index: the way of all poor and near-poor ones."""
    spells = PovertySpell.objects.in_force(on).filter(
        household__province=province,
        poverty_class__in=classes,
        household__merged_into__isnull=True,
        household__removed_at__isnull=True,
        household__commune__isnull=False,
    )
    names = (*_FIELDS, *_CODES)
    for values in spells.values_list(
        *(f"household__{name}" for name in names), "household_id", "poverty_class"
    ):
        yield values[-2], values[-1], dict(zip(names, values, strict=False))


def _of_households(households: Any, on: date) -> Iterator[_Row]:
    names = (*_FIELDS, *_CODES)
    columns = (*names, "pk", "class_as_of", "merged_into_id", "removed_at")
    for values in households.as_of(on).values_list(*columns):
        household_id, poverty_class, merged_into, removed_at = values[len(names) :]
        gone = merged_into is not None or removed_at is not None
        yield household_id, None if gone else poverty_class, dict(zip(names, values, strict=False))


def earlier_devices(
    province: AdministrativeArea, households: Collection[int] | None = None
) -> dict[int, list[tuple[str, date]]]:
    """Household → earlier devices as (kind, day received); of the province, or of some households."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = EarlierDevice.objects.filter(household__province=province).order_by("received_on", "id")
    if households is not None:
        rows = rows.filter(household__in=households)
    for household, kind, received in rows.values_list("household_id", "kind", "received_on"):
        found[household].append((kind, received))
    return found


def difficult_communes(province: AdministrativeArea, on: date) -> set[int]:
    """Communes named extremely difficult by a decision in force on that day."""
    rows = AreaDesignation.objects.in_force(on).filter(
        kind=Designation.DIFFICULT, area__parent__parent=province
    )
    return set(rows.values_list("area_id", flat=True))


def _ages(
    province: AdministrativeArea, on: date, households: Collection[int] | None
) -> dict[int, tuple[int, ...]]:
    """Household → ages of its members that day, by birth year alone: lists often know no more."""
    rows = HouseholdMember.objects.filter(household__province=province)
    if households is not None:
        rows = rows.filter(household__in=households)
    found: dict[int, list[int]] = defaultdict(list)
    for household, year, born in rows.values_list("household_id", "birth_year", "birth_date").order_by("pk"):
        found[household] += _age(on, year or (born.year if born else None))
    return {household: tuple(ages) for household, ages in found.items()}


def _age(on: date, year: int | None) -> tuple[int, ...]:
    return (on.year - year,) if year is not None and year <= on.year else ()


def served_households(
    province: AdministrativeArea, *, except_round: int | None = None, approved_only: bool = False
) -> dict[int, str]:
    """Household → name of what serves it: a round or a contribution.

    Live supports count, of rounds and of contributions, wherever in the province the household lived
    when it got one; so do the kept lines of lists that have no support yet: those not approved yet, unless
    `approved_only`. A list under way counts because else the same households would head the list of every
    round that is open at the same time, and one of them would have to be dropped in the end.
    """
    found: dict[int, str] = {}
    lines = ListLine.objects.filter(
        round__program__province=province, decision=Decision.KEEP, support__isnull=True
    ).exclude(round_id=except_round)
    if approved_only:
        lines = lines.filter(district_list__state=ListState.APPROVED)
    found.update(lines.order_by("pk").values_list("household_id", "round__name"))
    supports = Support.objects.live().filter(household__province=province)
    columns = ("household_id", "round_id", "round__name", "contribution__donor_name")
    for household, round_id, round_name, donor in supports.values_list(*columns):
        if round_id is None or round_id != except_round:
            found[household] = round_name or donor
    return found


def eligible_per_district(
    program: Program, rule: RuleSet, on: date, households: Iterable[HouseholdFacts] | None = None
) -> list[tuple[AdministrativeArea, Tally]]:
    """Every district that existed on that day with its count, in the order of codes."""
    districts = AdministrativeArea.objects.districts_of(program.province).as_of(on)
    if households is None:
        households = households_as_of(program.province, on, rule=rule)
    by_code = {district.code: district for district in districts}
    counts = tally(households, rule, on, by_code)
    return [(by_code[code], row) for code, row in counts.items() if code in by_code]


def snapshot(facts: HouseholdFacts) -> dict[str, Any]:
    """The facts a line is judged, ranked and printed by, in plain values, frozen with it."""
    return {
        "head_name": facts.head_name,
        "birth_year": facts.birth_year,
        "gender": facts.gender,
        "national_id": facts.national_id,
        "phone": facts.phone,
        "village": facts.village,
        "commune_code": facts.commune_code,
        "poverty_class": facts.poverty_class,
        "merit": facts.merit,
        "social_policy": facts.social_policy,
        "ethnicity": facts.ethnicity,
        "is_ethnic_minority": facts.is_ethnic_minority,
        "no_labour_capacity": facts.no_labour_capacity,
        "difficult_commune": facts.difficult_commune,
        "has_need": facts.has_need,
        "devices": [[kind, received.isoformat()] for kind, received in facts.devices],
        "ages": list(facts.ages),
        "served": facts.served,
    }


def from_snapshot(household: int, known: Mapping[str, Any], *, commune_code: str = "") -> HouseholdFacts:
    """The facts a snapshot froze. Snapshots of earlier rounds hold less: `commune_code` is the line's own,
    and what they do not say counts as no."""
    return HouseholdFacts(
        id=household,
        poverty_class=known.get("poverty_class"),
        head_name=known.get("head_name", ""),
        birth_year=known.get("birth_year"),
        gender=known.get("gender", ""),
        national_id=known.get("national_id", ""),
        phone=known.get("phone", ""),
        village=known.get("village", ""),
        commune_code=known.get("commune_code", commune_code),
        ethnicity=known.get("ethnicity", ""),
        difficult_commune=bool(known.get("difficult_commune")),
        has_need=known.get("has_need"),
        devices=tuple((kind, date.fromisoformat(day)) for kind, day in known.get("devices", ())),
        ages=tuple(known.get("ages", ())),
        served=known.get("served", ""),
        merit=bool(known.get("merit")),
        social_policy=bool(known.get("social_policy")),
        is_ethnic_minority=bool(known.get("is_ethnic_minority")),
        no_labour_capacity=bool(known.get("no_labour_capacity")),
    )
