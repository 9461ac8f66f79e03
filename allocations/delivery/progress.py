"""How far the delivery is: supports counted by state, per district, commune and operator; who waits long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import SupportState

#: Parts of the delivery: name → states. Withdrawn supports are in none of them.
PARTS: dict[str, tuple[str, ...]] = {
    "unassigned": (SupportState.APPROVED,),
    "waiting": (SupportState.ASSIGNED,),
    "delivered": (SupportState.DELIVERED,),
    "confirmed": (SupportState.CONFIRMED,),
    "hold": (SupportState.ON_HOLD,),
    "undeliverable": (SupportState.UNDELIVERABLE,),
    "recovered": (SupportState.RECOVERED,),
}
#: Nobody set a day by which a device must be there; the page's reader says what is long.
LONG_DAYS = 30


@dataclass(slots=True)
class Progress:
    """The supports of one district, commune or operator, by part."""

    label: str
    key: int | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Approved and still meant to be given or given: without those that ended."""
        ended = self.counts.get("undeliverable", 0) + self.counts.get("recovered", 0)
        return sum(self.counts.values()) - ended

    @property
    def done(self) -> int:
        return self.counts.get("delivered", 0) + self.counts.get("confirmed", 0)

    def __getattr__(self, name: str) -> int:
        if name in PARTS:
            return self.counts.get(name, 0)
        raise AttributeError(name)


_COUNTS = {name: Count("pk", filter=Q(state__in=states)) for name, states in PARTS.items()}


def part_counts(supports: Any) -> dict[str, int]:
    """Part → number of supports; one query."""
    counted: dict[str, int] = supports.order_by().aggregate(**_COUNTS)
    return counted


def by_area(supports: Any, level: str) -> list[Progress]:
    """Progress per district or per commune (`level`: the field), in the order of codes; two queries."""
    rows = list(supports.order_by().values(level).annotate(**_COUNTS))
    areas = AdministrativeArea.objects.in_bulk([row[level] for row in rows])
    found = [
        Progress(areas[row[level]].name, row[level], {name: row[name] for name in PARTS}) for row in rows
    ]
    return sorted(found, key=lambda row: areas[row.key or 0].code)


def by_operator(supports: Any) -> list[Progress]:
    """Progress per operator; those without one come last; two queries."""
    rows = list(supports.order_by().values("operator").annotate(**_COUNTS))
    names = Organisation.objects.in_bulk([row["operator"] for row in rows if row["operator"]])
    found = []
    for row in rows:
        operator = names.get(row["operator"])
        label = operator.short_name if operator else _("No operator yet")
        found.append(Progress(label, row["operator"], {name: row[name] for name in PARTS}))
    return sorted(found, key=lambda row: (row.key is None, row.label))


def summed(rows: Iterable[Progress]) -> Progress:
    total = Progress(_("Total"), None, dict.fromkeys(PARTS, 0))
    for row in rows:
        for name, count in row.counts.items():
            total.counts[name] += count
    return total


def waiting_long(supports: Any, days: int) -> Any:
    """Assigned to an operator `days` days ago or longer and not handed over, the longest first."""
    before = timezone.now() - timedelta(days=days)
    rows = supports.filter(state=SupportState.ASSIGNED, assigned_at__lte=before)
    return rows.select_related("household", "district", "commune", "operator", "round").order_by(
        "assigned_at", "pk"
    )
