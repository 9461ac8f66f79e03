"""Reads a province's register into plain values: four queries, whatever its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from smartphone_support.areas.models import AdministrativeArea

from ..models import Household, HouseholdMember, PovertySpell
from .register import RegisterHousehold, RegisterMember

_OWN = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "is_ethnic_minority",
    "village", "member_count", "phone", "merit", "social_policy", "no_labour_capacity", "b1_score",
    "b2_score", "poverty_cause", "household_code", "has_need",
)  # fmt: skip
_PERSON = ("name", "relation", "birth_date", "birth_year", "gender", "national_id", "ethnicity")
_CHUNK = 5_000


def load_register(
    province: AdministrativeArea, household_ids: Iterable[int] | None = None
) -> dict[int, RegisterHousehold]:
    """Every household of the province (or the named ones) with its members and its open class."""
    with hashed_joins():
        return _load(province, household_ids)


@contextmanager
def hashed_joins() -> Iterator[None]:
    """Have PostgreSQL join whole tables by hash. Right after a large list its statistics still say "empty",
    and going through one table for each row of another takes minutes instead of tenths of a second.

    A plan that cannot do without such a loop looks so dear then that PostgreSQL would compile it first, for
    longer than it runs: hence no compiling either.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('jit')")
        before = cursor.fetchone()
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = %s; SET LOCAL jit = %s", before)


def _load(province: AdministrativeArea, household_ids: Iterable[int] | None) -> dict[int, RegisterHousehold]:
    households = Household.objects.standing().filter(province=province)
    members = HouseholdMember.objects.filter(household__in=households)
    spells = PovertySpell.objects.filter(
        household__in=households, valid_to__isnull=True, superseded_at__isnull=True
    )
    if household_ids is not None:
        wanted = list(household_ids)
        households = households.filter(pk__in=wanted)
        members, spells = members.filter(household__in=wanted), spells.filter(household__in=wanted)
    register: dict[int, RegisterHousehold] = {}
    columns = households.values_list("pk", "district__code", "commune__code", *_OWN)
    for pk, district, commune, *values in columns.iterator(_CHUNK):
        own = dict(zip(_OWN, values, strict=True))
        register[pk] = RegisterHousehold(pk, district_code=district, commune_code=commune or "", **own)
    ordered = members.order_by("household_id", "position").values_list("household_id", *_PERSON)
    for pk, *values in ordered.iterator(_CHUNK):
        register[pk].members.append(RegisterMember(*values))
    for pk, poverty_class, since in spells.values_list(
        "household_id", "poverty_class", "valid_from"
    ).iterator(_CHUNK):
        register[pk].poverty_class, register[pk].class_since = poverty_class, since
    merged = Household.objects.filter(province=province, merged_into__isnull=False).exclude(national_id="")
    for kept, number in merged.order_by("pk").values_list("merged_into", "national_id"):
        if kept in register and number != register[kept].national_id:
            register[kept].former_ids += (number,)
    return register
