"""A round's waves: what each shared out, what came back of it, and where its lists stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from .choices import ListState
from .models import AllocationRound, DistrictList, QuotaPlan
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
    """The round's waves in order, with the latest plan of each this person may see; three queries."""
    plans: dict[int, QuotaPlan] = {}
    for plan in QuotaPlan.objects.visible_to(user).filter(round=round_).order_by("id"):
        plans[plan.wave] = plan
    done = Q(state=ListState.APPROVED)
    counts = {
        row["wave"]: row
        for row in DistrictList.objects.filter(round=round_)
        .order_by()
        .values("wave")
        .annotate(lists=Count("pk", filter=AT_WORK), approved=Count("pk", filter=done), sum_kept=Sum("kept"))
    }
    returned = dict(round_.returns.order_by().values_list("district_list__wave").annotate(count=Sum("count")))
    numbers = sorted({*plans, *counts})
    return [
        Wave(
            number,
            plans.get(number),
            returned.get(number, 0),
            counts.get(number, {}).get("lists", 0),
            counts.get(number, {}).get("approved", 0),
            counts.get(number, {}).get("sum_kept", 0),
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
