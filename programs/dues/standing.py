"""Where a due stands today: overdue, due soon, with time left, reported, done. Never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..choices import DONE, TO_DO, DueState
from ..models import DeadlineRules, Program

#: Days a due counts as “soon” where the plan's officer never set them.
SOON_DAYS = DeadlineRules._meta.get_field("soon_days").default


class Standing(models.TextChoices):
    """Exactly one holds of every due, in the order in which they ask for attention."""

    OVERDUE = "overdue", _("Overdue")
    SOON = "soon", _("Due soon")
    OPEN = "open", pgettext_lazy("due", "Time left")
    REPORTED = "reported", pgettext_lazy("due", "Reported")
    DONE = "done", pgettext_lazy("due", "Done")


TONES = {
    Standing.OVERDUE: "bad",
    Standing.SOON: "wait",
    Standing.OPEN: "idle",
    Standing.REPORTED: "now",
    Standing.DONE: "ok",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Today, and how many days ahead count as soon."""

    today: date
    soon_days: int = SOON_DAYS

    @property
    def soon_until(self) -> date:
        return self.today + timedelta(days=self.soon_days)

    def standing(self, due: Any) -> Standing:
        """Where a due with `state` and `due_on` stands."""
        if due.state in DONE:
            return Standing.DONE
        if due.state == DueState.REPORTED:
            return Standing.REPORTED
        if due.due_on < self.today:
            return Standing.OVERDUE
        return Standing.SOON if due.due_on <= self.soon_until else Standing.OPEN

    def where(self, standing: str) -> Q:
        """The dues of a standing, for a query; the same split as `standing`."""
        to_do = Q(state__in=sorted(TO_DO))
        return {
            Standing.OVERDUE: to_do & Q(due_on__lt=self.today),
            Standing.SOON: to_do & Q(due_on__range=(self.today, self.soon_until)),
            Standing.OPEN: to_do & Q(due_on__gt=self.soon_until),
            Standing.REPORTED: Q(state=DueState.REPORTED),
            Standing.DONE: Q(state__in=sorted(DONE)),
        }[Standing(standing)]


def clock_of(program: Program, today: date) -> Clock:
    """The plan's own days of “soon”; one query."""
    days = DeadlineRules.objects.filter(program=program).values_list("soon_days", flat=True).first()
    return Clock(today, SOON_DAYS if days is None else days)


@dataclass(slots=True)
class Counts:
    """How many dues stand where."""

    of: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))

    @property
    def total(self) -> int:
        return sum(self.of.values())

    @property
    def overdue(self) -> int:
        return self.of[Standing.OVERDUE]

    @property
    def to_do(self) -> int:
        return self.of[Standing.OVERDUE] + self.of[Standing.SOON] + self.of[Standing.OPEN]

    def add(self, other: Counts) -> None:
        for standing, number in other.of.items():
            self.of[standing] += number

    def shown(self) -> Iterable[tuple[Standing, int]]:
        """Those that are not nought, the most urgent first."""
        return ((standing, number) for standing, number in self.of.items() if number)


def urgent_first(dues: Any) -> Any:
    """What is to be done by its day, then what waits to be accepted, then what is done, the latest first."""
    done = Q(state__in=sorted(DONE))
    rank = Case(When(done, then=2), When(state=DueState.REPORTED, then=1), default=0)
    day = Case(When(done, then=None), default=F("due_on"), output_field=models.DateField(null=True))
    return dues.order_by(rank, day, "-due_on", "task__group__position", "task__position", "pk")


def counted(dues: Any, clock: Clock, *fields: str) -> dict[tuple[Any, ...], Counts]:
    """Counts per value of the fields, one query: `counted(dues, clock, "task", "organisation")`."""
    numbers = {standing.value: Count("pk", filter=clock.where(standing)) for standing in Standing}
    found = dues.order_by().values(*fields).annotate(**{f"n_{name}": n for name, n in numbers.items()})
    return {tuple(row[name] for name in fields): _counts(row) for row in found}


def counts_of(dues: Any, clock: Clock) -> Counts:
    """Counts of all of them, one query."""
    numbers = {f"n_{s.value}": Count("pk", filter=clock.where(s)) for s in Standing}
    return _counts(dues.order_by().aggregate(**numbers))


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts({standing: row[f"n_{standing.value}"] or 0 for standing in Standing})
