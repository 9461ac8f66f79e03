"""Counts of certificates and of information deprivation, by commune, and the households behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from smartphone_support.areas.models import AdministrativeArea

from ..choices import AssessmentOccasion, PovertyClass
from ..models import Household, InformationDeprivation, PovertyCertificate, PovertySpell, RegisterVersion

LISTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
_PLACE = ("household__commune", "household__district")


def latest_year(province: AdministrativeArea | None) -> int:
    """The year of the latest annual list, whose certificates count now; this year without a list."""
    held = RegisterVersion.objects.filter(province=province).values_list("latest_annual", flat=True).first()
    return held.year if held else timezone.localdate().year


# --- certificates ---------------------------------------------------------------------------------


@dataclass
class CertificateCount:
    """A commune's poor and near-poor households and how many have the year's certificate.

    ``commune`` is None for households of which only the district is known.
    """

    commune: AdministrativeArea | None
    district: AdministrativeArea
    poor: int = 0
    near_poor: int = 0
    certified: int = 0
    copies: int = 0

    @property
    def households(self) -> int:
        return self.poor + self.near_poor

    @property
    def missing(self) -> int:
        return self.households - self.certified


def certificate_counts(
    user: Any, on: date, year: int, district: AdministrativeArea | None = None
) -> list[CertificateCount]:
    """Per commune of the user's scope: households poor or near-poor on that day, with and without the
    certificate of that year (Đắk Nông's plan II.3)."""
    held = PovertyCertificate.objects.filter(household=OuterRef("household"), year=year)
    rows = (
        _listed(user, on, district)
        .annotate(certified=Exists(held), copied=Exists(held.filter(has_certified_copy=True)))
        .values(*_PLACE, "poverty_class")
        .annotate(
            n=Count("pk"),
            with_one=Count("pk", filter=Q(certified=True)),
            with_copy=Count("pk", filter=Q(copied=True)),
        )
        .order_by()
    )
    areas = _areas(row[name] for row in rows for name in _PLACE)
    counts: dict[tuple[int | None, int], CertificateCount] = {}
    for row in rows:
        commune, home = row["household__commune"], row["household__district"]
        count = counts.setdefault((commune, home), CertificateCount(areas.get(commune), areas[home]))
        if row["poverty_class"] == PovertyClass.POOR:
            count.poor += row["n"]
        else:
            count.near_poor += row["n"]
        count.certified += row["with_one"]
        count.copies += row["with_copy"]
    return sorted(counts.values(), key=_place_order)


def without_certificate(user: Any, on: date, year: int) -> Any:
    """Households poor or near-poor on that day that have no certificate of that year."""
    held = PovertyCertificate.objects.filter(household=OuterRef("pk"), year=year)
    return (
        Household.objects.visible_to(user)
        .filter(pk__in=_in_force(on).values("household"))
        .filter(~Exists(held))
        .select_related("commune", "district")
        .as_of(on)
        .order_by("district__code", "commune__code", "village", "head_name_key", "pk")
    )


# --- information deprivation ----------------------------------------------------------------------


@dataclass
class Assessed:
    """Households assessed at one occasion: how many, and how many lack which indicator."""

    households: int = 0
    lacks_telecom: int = 0
    lacks_means: int = 0
    lacks_any: int = 0


@dataclass
class DeprivationCount:
    """A commune's households of one class: all of them, before and after support."""

    commune: AdministrativeArea | None
    district: AdministrativeArea
    poverty_class: str
    households: int = 0
    before: Assessed = field(default_factory=Assessed)
    after: Assessed = field(default_factory=Assessed)


def deprivation_counts(
    user: Any, on: date, district: AdministrativeArea | None = None
) -> list[DeprivationCount]:
    """Per commune and class of that day: indicators 11 and 12 at the latest review and after support.

    Decree 07/2021/NĐ-CP; Plan 413 IV.2.b. Each household counts by its latest assessment of the occasion
    up to that day.
    """
    listed = _listed(user, on, district).values(*_PLACE, "poverty_class").annotate(n=Count("pk")).order_by()
    parts = {
        occasion: list(
            latest_assessments(user, on, occasion, district)
            .values(*_PLACE, "poverty_class")
            .annotate(
                n=Count("pk"),
                telecom=Count("pk", filter=Q(lacks_telecom=True)),
                means=Count("pk", filter=Q(lacks_means=True)),
                any=Count("pk", filter=Q(lacks_telecom=True) | Q(lacks_means=True)),
            )
            .order_by()
        )
        for occasion in AssessmentOccasion.values
    }
    every = [*listed, *(row for rows in parts.values() for row in rows)]
    areas = _areas(row[name] for row in every for name in _PLACE)
    counts: dict[tuple[int | None, int, str], DeprivationCount] = {}

    def count_of(row: dict[str, Any]) -> DeprivationCount:
        commune, home, name = row["household__commune"], row["household__district"], row["poverty_class"]
        return counts.setdefault(
            (commune, home, name), DeprivationCount(areas.get(commune), areas[home], name)
        )

    for row in listed:
        count_of(row).households = row["n"]
    for occasion, rows in parts.items():
        for row in rows:
            assessed = Assessed(row["n"], row["telecom"], row["means"], row["any"])
            if occasion == AssessmentOccasion.REVIEW:
                count_of(row).before = assessed
            else:
                count_of(row).after = assessed
    order = {name: place for place, name in enumerate(PovertyClass.values)}
    return sorted(counts.values(), key=lambda c: (*_place_order(c), order[c.poverty_class]))


def latest_assessments(user: Any, on: date, occasion: str, district: AdministrativeArea | None = None) -> Any:
    """Each household's latest assessment of the occasion up to that day, of households poor or near-poor
    on that day, with `poverty_class`."""
    same = InformationDeprivation.objects.filter(occasion=occasion, assessed_on__lte=on)
    later = same.filter(household=OuterRef("household"), assessed_on__gt=OuterRef("assessed_on"))
    spell = PovertySpell.objects.in_force(on).filter(household=OuterRef("household"))
    return (
        same.filter(household__in=_seen(user, district))
        .filter(~Exists(later))
        .annotate(poverty_class=Subquery(spell.values("poverty_class")[:1]))
        .filter(poverty_class__in=LISTED)
    )


# --- shared ---------------------------------------------------------------------------------------


def _in_force(on: date) -> Any:
    return PovertySpell.objects.in_force(on).filter(poverty_class__in=LISTED)


def _seen(user: Any, district: AdministrativeArea | None) -> Any:
    seen = Household.objects.visible_to(user)
    return seen.filter(district=district) if district else seen


def _listed(user: Any, on: date, district: AdministrativeArea | None) -> Any:
    return _in_force(on).filter(household__in=_seen(user, district))


def _areas(pks: Iterable[int | None]) -> dict[int | None, AdministrativeArea]:
    return {area.pk: area for area in AdministrativeArea.objects.filter(pk__in={pk for pk in pks if pk})}


def _place_order(count: CertificateCount | DeprivationCount) -> tuple[str, bool, str]:
    return (count.district.code, count.commune is None, count.commune.code if count.commune else "")
