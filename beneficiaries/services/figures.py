"""What services sum to: months and đồng by operator, service and district, and how lists moved.

Everything is computed from the spells that stand; nothing is kept, so nothing can differ from its lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from smartphone_support.areas.models import AdministrativeArea

from ..choices import LIVE, SubscriptionState
from ..models import ServiceSubscription, SubscriptionSpell
from .rules.counting import end_of, months_counted
from .rules.facts import Days, Stretch

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription with what it counts for: the months, and their đồng."""

    subscription: int
    household: int
    operator: int
    operator_name: str
    service: str
    district: int
    district_name: str
    months: int
    amount: int


@dataclass(frozen=True, slots=True)
class Total:
    """One row of the settlement."""

    operator: int
    operator_name: str
    service: str
    district: int
    district_name: str
    subscriptions: int
    months: int
    amount: int


def lines(subscriptions: Any, first: date, last: date) -> list[Line]:
    """What each of the subscriptions (a query set) counts for between two days, those with nothing left out.

    Only months that are over count: the last day has to have come.
    """
    stretches = _stretches(subscriptions, first, last)
    rows = subscriptions.filter(pk__in=sorted(stretches)) if len(stretches) < 5_000 else subscriptions
    found = []
    for row in rows.values(
        "pk",
        "household_id",
        "operator_id",
        "operator__short_name",
        "service",
        "household__district_id",
        "household__district__name",
        "household__district__code",
    ).order_by("operator__code", "service", "household__district__code", "household__head_name_key", "pk"):
        counted = months_counted(stretches.get(row["pk"], ()), first, last)
        if counted:
            found.append(
                Line(
                    row["pk"], row["household_id"], row["operator_id"], row["operator__short_name"],
                    row["service"], row["household__district_id"], row["household__district__name"],
                    len(counted), sum(month.level for month in counted),
                )
            )  # fmt: skip
    return found


def _stretches(subscriptions: Any, first: date, last: date) -> dict[int, list[Stretch]]:
    spells = SubscriptionSpell.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        subscription__in=subscriptions.order_by().values("pk"), superseded_at__isnull=True,
        state=SubscriptionState.ACTIVE, valid_from__lte=last,
    )  # fmt: skip
    found: dict[int, list[Stretch]] = defaultdict(list)
    for pk, begin, until, state, level in spells.values_list(
        "subscription_id", "valid_from", "valid_to", "state", "level"
    ):
        found[pk].append(Stretch(Days(begin, until), state, level))
    return found


def totals(found: Iterable[Line]) -> list[Total]:
    """The lines summed by operator, service and district, in the lines' order."""
    groups: dict[tuple[int, str, int], list[Line]] = defaultdict(list)
    for line in found:
        groups[(line.operator, line.service, line.district)].append(line)
    return [
        Total(
            rows[0].operator, rows[0].operator_name, rows[0].service, rows[0].district,
            rows[0].district_name, len(rows), sum(row.months for row in rows),
            sum(row.amount for row in rows),
        )
        for rows in groups.values()
    ]  # fmt: skip


def settlement(province: AdministrativeArea, first: date, last: date) -> list[Total]:
    """The province's totals between two days, for reports: every operator, service and district."""
    rows = ServiceSubscription.objects.standing().filter(household__province=province)
    return totals(lines(rows, first.replace(day=1), last))


@dataclass(frozen=True, slots=True)
class Movement:
    """How one operator's list of one service moved between two days."""

    operator_name: str
    service: str
    start: int
    new: int
    ended: int
    end: int
    suspended: int


def movements(province: AdministrativeArea, first: date, last: date) -> list[Movement]:
    """Subscriptions on the lists before the first day, begun, ended, and on them at the end of the last day.

    `start + new - ended = end`; `suspended` are those of `end` that were suspended then.
    """
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    spells = SubscriptionSpell.objects.filter(
        subscription__household__province=province, superseded_at__isnull=True, state__in=sorted(LIVE)
    )
    days: dict[int, tuple[tuple[str, str], list[tuple[date, date | None, str]]]] = {}
    for pk, name, service, begin, until, state in spells.values_list(
        "subscription_id", "subscription__operator__short_name", "subscription__service", "valid_from",
        "valid_to", "state",
    ).order_by("valid_from", "pk"):  # fmt: skip
        days.setdefault(pk, ((name, service), []))[1].append((begin, until, state))
    for key, parts in days.values():
        _count(counts[key], parts, first, last)
    return [
        Movement(name, service, *(found[word] for word in ("start", "new", "ended", "end", "suspended")))
        for (name, service), found in sorted(counts.items())
    ]


def _count(
    found: Counter[str], parts: Sequence[tuple[date, date | None, str]], first: date, last: date
) -> None:
    begin, end = parts[0][0], parts[-1][1]
    found["start"] += begin < first and (end is None or end >= first)
    found["new"] += first <= begin <= last
    found["ended"] += end is not None and first <= end <= last and begin <= last
    now = next(
        (state for start, until, state in parts if start <= last and (until is None or until > last)), ""
    )
    found["end"] += bool(now)
    found["suspended"] += bool(now) and now != SubscriptionState.ACTIVE


def month_of(text: str) -> date | None:
    """The first day of a month written 2024-03; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def whole(first: date, last: date) -> tuple[date, date]:
    """From the first day of the first month to the last day of the last one."""
    return first.replace(day=1), end_of(last)
