"""An approved list as it stands today: what was approved, with what decided amendments changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from ..choices import LIVE_SUPPORT, AmendmentState, SupportState
from ..models import Amendment, AmendmentLine, DistrictList, Support


@dataclass(frozen=True, slots=True)
class Standing:
    """Households of an approved list: approved by the decision, taken off and added since, live today.

    `lost` are those whose support ended otherwise (undeliverable, recovered) and were not replaced.
    """

    approved: int
    taken_off: int
    added: int
    lost: int
    live: int


def standing_of(row: DistrictList) -> Standing:
    """Two queries. Approved, less taken off and lost, plus added, is live; supports say which is which."""
    own = Q(line__district_list=row) | Q(amendment_line__amendment__district_list=row)
    counts = Support.objects.filter(own).aggregate(
        taken_off=Count("pk", filter=Q(state=SupportState.WITHDRAWN)),
        added=Count("pk", filter=Q(amendment_line__isnull=False)),
        lost=Count("pk", filter=Q(state__in=[SupportState.UNDELIVERABLE, SupportState.RECOVERED])),
        live=Count("pk", filter=Q(state__in=LIVE_SUPPORT)),
    )
    return Standing(approved=row.kept, **counts)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided amendment with its lines in order."""

    amendment: Amendment
    lines: list[AmendmentLine]


def amendments_since(lists: Iterable[DistrictList]) -> list[Decided]:
    """What was decided after the approval of these lists, the earliest decision first."""
    rows = Amendment.objects.filter(district_list__in=list(lists), state=AmendmentState.APPROVED)
    rows = rows.select_related("district_list__district", "round").order_by("decision_date", "pk")
    related = ("removes__household", "removes__commune", "adds__commune", "reserve_line")
    lines: dict[int, list[AmendmentLine]] = {}
    changes = AmendmentLine.objects.filter(amendment__in=rows).select_related(*related)
    for line in changes.order_by("amendment", "position"):
        lines.setdefault(line.amendment_id, []).append(line)
    return [Decided(row, lines.get(row.pk, [])) for row in rows]
