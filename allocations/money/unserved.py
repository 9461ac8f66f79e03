"""Where every poor, near-poor or policy household stands: served by which source, on the way, or not yet.

Plan 413/KH-UBND I.2.b aims at all of them that have a need. Each household is counted exactly once, under the
first of these that holds: a live support (by its source), an earlier device, kept on a list under way, no
need declared, not served. The columns of the coverage page therefore always add up to the households.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from allocations.choices import LIVE_SUPPORT, Decision, ListState
from allocations.models import ListLine, Support
from beneficiaries.choices import PovertyClass
from beneficiaries.models import EarlierDevice, Household, PovertySpell
from programs.choices import FundingKind
from smartphone_support.areas.models import AdministrativeArea

EARLIER, UNDER_WAY, NO_NEED, UNSERVED = "earlier", "under_way", "no_need", "unserved"
#: Standings a household may have, in the order of the columns.
SOURCES = tuple(kind.value for kind in FundingKind)
STANDINGS = (*SOURCES, EARLIER, UNDER_WAY, NO_NEED, UNSERVED)


def concerned_today(rows: QuerySet[Household], on: date) -> QuerySet[Any]:
    """Of these the households the plan means on a day: poor, near-poor (`class_now`) and policy ones."""
    spells = PovertySpell.objects.in_force(on).filter(
        household=OuterRef("pk"), poverty_class__in=[PovertyClass.POOR, PovertyClass.NEAR_POOR]
    )
    return (
        rows.filter(merged_into__isnull=True, removed_at__isnull=True)
        .annotate(class_now=Subquery(spells.values("poverty_class")[:1]))
        .filter(Q(class_now__isnull=False) | Q(merit=True) | Q(social_policy=True))
    )


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The households, each with its `standing`."""
    live = Support.objects.filter(household=OuterRef("pk"), state__in=LIVE_SUPPORT)
    source = live.annotate(kind=Coalesce("round__funding_source__kind", "contribution__funding_source__kind"))
    lines = ListLine.objects.filter(household=OuterRef("pk"), decision=Decision.KEEP).exclude(
        district_list__state=ListState.APPROVED
    )
    return rows.annotate(
        source_kind=Subquery(source.values("kind")[:1]),
        standing=Case(
            When(source_kind__isnull=False, then=F("source_kind")),
            When(Exists(EarlierDevice.objects.filter(household=OuterRef("pk"))), then=Value(EARLIER)),
            When(Exists(lines), then=Value(UNDER_WAY)),
            When(has_need=False, then=Value(NO_NEED)),
            default=Value(UNSERVED),
            output_field=CharField(),
        ),
    )


def unserved_households(province: AdministrativeArea, on: date | None = None) -> QuerySet[Any]:
    """Households of the province that are poor, near-poor or of a policy class, and that nothing serves."""
    rows = Household.objects.filter(province=province, commune__isnull=False)
    return with_standing(concerned_today(rows, on or timezone.localdate())).filter(standing=UNSERVED)


@dataclass(slots=True)
class Coverage:
    """How the households of a place stand; `of` by standing."""

    area: AdministrativeArea
    of: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANDINGS, 0))
    delivered: int = 0

    @property
    def listed(self) -> int:
        return sum(self.of.values())

    @property
    def in_need(self) -> int:
        """Households with a need: all but those who have a device from before or declared no need."""
        return self.listed - self.of[EARLIER] - self.of[NO_NEED]

    @property
    def served(self) -> int:
        return sum(self.of[kind] for kind in SOURCES)

    @property
    def unserved(self) -> int:
        return self.of[UNSERVED]


def coverage(user: Any, on: date, district: AdministrativeArea | None = None) -> list[Coverage]:
    """Per district of the user's province, or per commune of a district; two queries whatever the size."""
    province = user.province
    if province is None:
        return []
    level = "commune" if district is not None else "district"
    rows = Household.objects.filter(province=province)
    if district is not None:
        rows = rows.filter(district=district)
        areas = AdministrativeArea.objects.communes_of(district).as_of(on)
    else:
        areas = AdministrativeArea.objects.districts_of(province).as_of(on)
    if user.district is not None:
        rows = rows.filter(district=user.district)
        areas = areas.filter(Q(pk=user.district.pk) | Q(parent=user.district))
    found = {area.pk: Coverage(area) for area in areas.order_by("code")}
    counts = (
        with_standing(concerned_today(rows, on))
        .values(level, "standing")
        .annotate(households=Count("pk"))
        .order_by()
    )
    for row in counts:
        place = found.get(row[level]) or _late(found, row[level])
        place.of[row["standing"]] += row["households"]
    handed = (
        Support.objects.filter(
            household__in=concerned_today(rows, on).values("pk"), delivered_on__isnull=False
        )
        .filter(state__in=["delivered", "confirmed"])
        .values(f"household__{level}")
        .annotate(households=Count("pk"))
        .order_by()
    )
    for row in handed:
        place = found.get(row[f"household__{level}"]) or _late(found, row[f"household__{level}"])
        place.delivered += row["households"]
    return list(found.values())


def _late(found: dict[int, Coverage], pk: int | None) -> Coverage:
    """A place that is none of the day's (a household without a commune, a unit since merged)."""
    key = pk or 0
    if key not in found:
        area = AdministrativeArea.objects.get(pk=pk) if pk else AdministrativeArea(code="", name="–")
        found[key] = Coverage(area)
    return found[key]


def total(rows: list[Coverage], area: AdministrativeArea) -> Coverage:
    """The sum over places."""
    whole = Coverage(area, delivered=sum(row.delivered for row in rows))
    for row in rows:
        for standing, count in row.of.items():
            whole.of[standing] += count
    return whole
