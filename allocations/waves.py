"""A round's waves: what each shared out, what came back of it, and where its lists stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from smartphone_support.areas.models import AdministrativeArea

from .choices import ListState, PlanState
from .models import AllocationRound, DistrictList, DistrictQuota, QuotaPlan
from .workflow.returns import Held, held_quotas

#: Lists that hold a quota; one whose whole quota was given back has nothing to do any more.
AT_WORK = Q(quota__gt=0)


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a round, counting the lists of all districts, also those the reader does not see."""

    number: int
    plan: QuotaPlan | None
    returned: int
    lists: int
    approved: int
    kept: int


def waves_of(round_: AllocationRound, user: Any) -> list[Wave]:
    """The round's waves in order, with the latest plan of each this person may see; nine queries."""
    plans: dict[int, QuotaPlan] = {}
    for plan in QuotaPlan.objects.visible_to(user).filter(round=round_).order_by("id"):
        plans[plan.wave] = plan
    done = Q(state=ListState.APPROVED)
    counts: dict[int, Any] = {
        row["wave"]: row
        for row in DistrictList.objects.filter(round=round_)
        .order_by()
        .values("wave")
        .annotate(lists=Count("pk", filter=AT_WORK), approved=Count("pk", filter=done))
    }
    lists = list(DistrictList.objects.filter(round=round_))
    used: Counter[int] = Counter()
    for row, held in zip(lists, held_quotas(lists).values(), strict=True):
        used[row.wave] += held.used
    returned = dict(round_.returns.order_by().values_list("district_list__wave").annotate(count=Sum("count")))
    numbers = sorted({*plans, *counts})
    return [
        Wave(
            number,
            plans.get(number),
            returned.get(number, 0),
            counts.get(number, {}).get("lists", 0),
            counts.get(number, {}).get("approved", 0),
            used[number],
        )
        for number in numbers
    ]


def left_over(lists: Iterable[DistrictList]) -> list[tuple[DistrictList, Held]]:
    """Approved lists that hold more quota than their households use, with what each holds."""
    approved = [row for row in lists if row.state == ListState.APPROVED]
    if not approved:
        return []
    held = held_quotas(approved)
    return [(row, held[row.pk]) for row in approved if held[row.pk].free]


@dataclass(frozen=True, slots=True)
class DistrictShare:
    """What a district holds of a round, over all its waves."""

    district: AdministrativeArea
    quota: int


def district_quotas(round_: AllocationRound) -> list[DistrictShare]:
    """Approved quotas of the round less what was given back, per district in the order of codes."""
    allotted = DistrictQuota.objects.filter(plan__round=round_, plan__state=PlanState.APPROVED)
    held = dict(allotted.order_by().values_list("district").annotate(count=Sum("quota")))
    returned = round_.returns.order_by().values_list("district_list__district").annotate(count=Sum("count"))
    for district, count in returned:
        held[district] -= count
    areas = AdministrativeArea.objects.filter(pk__in=[key for key, quota in held.items() if quota])
    return [DistrictShare(area, held[area.pk]) for area in areas.order_by("code")]
