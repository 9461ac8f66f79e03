"""What else is known of a household: who shares its numbers or name, and what other lists and sources say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from beneficiaries.choices import DuplicateState
from beneficiaries.models import DuplicateCandidate, Household, HouseholdMember

from ..models import ListLine, Support
from ..rules.facts import from_snapshot
from ..rules.snapshots import FIELDS, facts_on, plain, spoken

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Rows beside a household; empty lists where there is nothing."""

    same_number: list[Any]
    namesakes: list[Household]
    lines: list[ListLine]
    supports: list[Support]
    devices: list[Any]
    pairs: list[DuplicateCandidate]

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.same_number, self.namesakes, self.lines, self.supports, self.devices, self.pairs)
        )


def acquaintances_of(line: ListLine) -> Acquaintances:
    """Everything that may mean the household is served twice; of the same province."""
    household = line.household
    standing = Household.objects.standing().filter(province=household.province_id).exclude(pk=household.pk)
    standing = standing.select_related("commune", "district")
    numbers = {household.national_id, line.snapshot.get("national_id", "")}
    numbers |= set(household.members.exclude(national_id="").values_list("national_id", flat=True))
    numbers.discard("")
    heads = list(standing.filter(national_id__in=numbers)[:SHOWN])
    people = HouseholdMember.objects.filter(
        national_id__in=numbers, household__in=standing, position__gt=0
    ).select_related("household__commune", "household__district")
    members = [person for person in people[:SHOWN] if person.household_id not in {row.pk for row in heads}]
    namesakes = standing.filter(head_name_folded=household.head_name_folded).exclude(
        pk__in=[row.pk for row in heads]
    )
    lines = ListLine.objects.filter(household=household).exclude(pk=line.pk)
    supports = Support.objects.filter(household=household).exclude(line=line)
    pairs = DuplicateCandidate.objects.filter(
        Q(first=household) | Q(second=household), state=DuplicateState.OPEN
    )
    return Acquaintances(
        same_number=[*heads, *members],
        namesakes=sorted(namesakes[:SHOWN], key=lambda row: row.birth_year != household.birth_year),
        lines=list(lines.select_related("district_list__district", "district_list__round")[:SHOWN]),
        supports=list(supports.select_related("round", "contribution", "district")[:SHOWN]),
        devices=list(household.earlier_devices.order_by("received_on")),
        pairs=list(pairs.select_related("first", "second")[:SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact on the list, as of the day and today, in words; `differs` where they are not all the same."""

    label: Any
    cells: tuple[str, str, str]
    differs: bool


def facts_beside(line: ListLine) -> tuple[list[FactRow], date]:
    """Facts frozen with the line | as of the day of allocation | today, and today's day."""
    round_, today = line.round, timezone.localdate()
    province = round_.program.province
    frozen = plain(from_snapshot(line.household_id, line.snapshot, commune_code=line.commune.code))
    frozen["district_code"] = line.district_list.district.code
    keys = [line.household_id]
    then = facts_on(province, round_.as_of, keys, except_round=round_.pk).get(line.household_id)
    now = facts_on(province, today, keys, except_round=round_.pk).get(line.household_id)
    columns = [frozen, plain(then) if then else {}, plain(now) if now else {}]
    codes = {column.get(name) for column in columns for name in ("commune_code", "district_code")}
    areas: Any = type(line.commune)._default_manager.filter(code__in=[code for code in codes if code])
    places = {area.code: area.name for area in areas.order_by("-pk")}
    rows = []
    for name, label in FIELDS.items():
        known = [column.get(name) for column in columns]
        words = [
            spoken(name, value, places) if column else ""
            for column, value in zip(columns, known, strict=True)
        ]
        rows.append(FactRow(label, (words[0], words[1], words[2]), any(word != words[0] for word in words)))
    return rows, today
