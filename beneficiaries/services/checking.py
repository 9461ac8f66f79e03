"""Operators' lines against the register: the facts of many lines in few queries, then the pure checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from django.utils import timezone

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import PovertyClass
from ..models import Household, HouseholdMember, PovertySpell, ServiceLevel, SubscriptionSpell
from .areas import difficult_days
from .rules.checks import Checked, Line, Setting, check_change, check_listed
from .rules.facts import Days, Facts, Held, LevelInForce, Stretch

#: Values a query asks for at once: databases set a limit. The number of queries grows by seven with each.
_AT_ONCE = 5_000
_DAY = timedelta(days=1)
T = TypeVar("T")


def check_update(
    lines: Sequence[Line], *, province: AdministrativeArea, operator: Organisation, month: date
) -> list[Checked]:
    """The verdict on each line of a monthly update, in the lines' order; `month` is any day of it."""
    last = (month.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
    return _check(lines, province, operator, last, check_change)


def check_request(
    lines: Sequence[Line], *, province: AdministrativeArea, operator: Organisation, as_of: date
) -> list[Checked]:
    """The verdict on each line of a list to confirm, as of a day."""

    def check(line: Line, facts: Facts, setting: Setting) -> Checked:
        return check_listed(line, facts, as_of, setting)

    return _check(lines, province, operator, as_of, check)


def _check(
    lines: Sequence[Line],
    province: AdministrativeArea,
    operator: Organisation,
    last_day: date,
    check: Callable[[Line, Facts, Setting], Checked],
) -> list[Checked]:
    difficult = difficult_days(province)
    setting = Setting(last_day, timezone.localdate(), levels_of(province), bool(difficult))
    facts = facts_of([line.national_id for line in lines], province, operator, difficult)
    return [check(line, facts.get(line.national_id, Facts()), setting) for line in with_repeats(lines, facts)]


def with_repeats(lines: Iterable[Line], facts: dict[str, Facts]) -> Iterator[Line]:
    """The lines, those about a person or household of an earlier line with the earlier one's place."""
    first: dict[object, tuple[str, int]] = {}
    for line in lines:
        found = facts.get(line.national_id)
        key: object = found.households if found and len(found.households) == 1 else line.national_id
        place = (line.sheet, line.row)
        earlier = first.setdefault(key, place) if key else place
        yield replace(line, repeats=earlier if earlier != place else None)


def levels_of(province: AdministrativeArea) -> list[LevelInForce]:
    """Every level entered for the province or packaged for all."""
    rows = ServiceLevel.objects.filter(province=province) | ServiceLevel.objects.filter(province=None)
    return [
        LevelInForce(
            level.service,
            level.amount,
            Days(level.valid_from, level.valid_to + _DAY if level.valid_to else None),
            level.citation,
            own=level.province_id is not None,
        )
        for level in rows
    ]


def facts_of(
    numbers: Iterable[str],
    province: AdministrativeArea,
    operator: Organisation,
    difficult: dict[int, tuple[Days, ...]],
) -> dict[str, Facts]:
    """What the register knows of the households of these identity numbers (heads' and members')."""
    households = households_of(numbers, province)
    ids = sorted({pk for found in households.values() for pk in found})
    supported = supported_days(ids)
    communes = communes_of(ids)
    held = held_by(ids, operator)
    facts = {}
    for number, found in households.items():
        pk = found[0]
        facts[number] = Facts(
            found,
            tuple(supported.get(pk, ())),
            difficult.get(communes.get(pk) or 0, ()),
            tuple(held.get(pk, ())),
        )
    return facts


def _chunks(values: Collection[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def households_of(numbers: Iterable[str], province: AdministrativeArea) -> dict[str, tuple[int, ...]]:
    """Identity number → standing households whose head or member has it."""
    found: dict[str, set[int]] = defaultdict(set)
    standing = Household.objects.filter(province=province).standing()
    members = HouseholdMember.objects.filter(household__in=standing)
    for chunk in _chunks(sorted({number for number in numbers if number})):
        for number, pk in standing.filter(national_id__in=chunk).values_list("national_id", "pk"):
            found[number].add(pk)
        for number, pk in members.filter(national_id__in=chunk).values_list("national_id", "household_id"):
            found[number].add(pk)
    return {number: tuple(sorted(pks)) for number, pks in found.items()}


def supported_days(households: Collection[int]) -> dict[int, list[Days]]:
    """Household → the days it was poor or near-poor, as known now."""
    classes = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
    found: dict[int, list[Days]] = defaultdict(list)
    for chunk in _chunks(households):
        rows = PovertySpell.objects.filter(
            household__in=chunk, superseded_at__isnull=True, poverty_class__in=classes
        )
        for pk, begin, until in rows.values_list("household_id", "valid_from", "valid_to"):
            found[pk].append(Days(begin, until))
    return found


def communes_of(households: Collection[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in _chunks(households):
        found.update(Household.objects.filter(pk__in=chunk).values_list("pk", "commune_id"))
    return found


def held_by(households: Collection[int], operator: Organisation | None) -> dict[int, list[Held]]:
    """Household → its subscriptions with every stretch of them; `mine` are the operator's."""
    stretches: dict[tuple[int, int, int, str, str], list[Stretch]] = defaultdict(list)
    for chunk in _chunks(households):
        rows = SubscriptionSpell.objects.filter(
            subscription__household__in=chunk, superseded_at__isnull=True
        ).order_by("valid_from", "pk")
        for spell in rows.select_related("subscription"):
            held = spell.subscription
            key = (held.household_id, held.pk, held.operator_id, held.service, held.number)
            days = Days(spell.valid_from, spell.valid_to)
            stretches[key].append(Stretch(days, spell.state, spell.level))
    own = operator.pk if operator else None
    found: dict[int, list[Held]] = defaultdict(list)
    for (household, pk, owner, service, number), parts in stretches.items():
        found[household].append(Held(pk, owner == own, service, number, tuple(parts)))
    return found
