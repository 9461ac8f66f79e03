"""An organisation in the plan: how its dues stand, and how many were done in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from smartphone_support.accounts.models import Organisation

from ..choices import DONE, DueState
from ..models import Party, Program, TaskDue
from .progress import ShownCount, shown_counts
from .standing import Clock, Counts, counted

#: Reported or done by its day. What was returned does not count until it is reported again.
IN_TIME = Q(state__in=sorted({*DONE, DueState.REPORTED}), done_on__lte=F("due_on"))


def fallen_due(clock: Clock) -> Q:
    """Dues that can be judged: their day has passed, or the work was reported already."""
    return Q(due_on__lt=clock.today) | Q(state__in=sorted({*DONE, DueState.REPORTED}))


@dataclass(frozen=True, slots=True)
class OnTime:
    """Of the dues that can be judged, how many were done by their day."""

    in_time: int
    judged: int

    @property
    def percent(self) -> int | None:
        """Rounded down: 100 only where really all were in time."""
        return self.in_time * 100 // self.judged if self.judged else None


def on_time(dues: Any, clock: Clock) -> OnTime:
    """One query."""
    judged = fallen_due(clock)
    found = dues.order_by().aggregate(
        judged=Count("pk", filter=judged), in_time=Count("pk", filter=judged & IN_TIME)
    )
    return OnTime(found["in_time"], found["judged"])


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A line of the list of organisations."""

    organisation: Organisation
    url: str
    counts: Counts
    shown: tuple[ShownCount, ...]
    on_time: OnTime


def organisations_of(program: Program) -> QuerySet[Organisation]:
    """Who leads or coordinates anything in the plan."""
    parties = Party.objects.filter(program=program)
    return Organisation.objects.filter(parties__in=parties, is_active=True).distinct()


def organisation_rows(program: Program, user: Any, clock: Clock) -> list[OrganisationRow]:
    """Every organisation that leads a task, those with the most overdue first; three queries."""
    dues = TaskDue.objects.visible_to(user).filter(task__group__program=program)
    counts = {key[0]: value for key, value in counted(dues, clock, "organisation").items()}
    judged = fallen_due(clock)
    shares = {
        row["organisation"]: OnTime(row["in_time"], row["judged"])
        for row in dues.order_by()
        .values("organisation")
        .annotate(judged=Count("pk", filter=judged), in_time=Count("pk", filter=judged & IN_TIME))
    }
    leading = organisations_of(program).filter(parties__led_tasks__group__program=program)
    rows = [
        OrganisationRow(
            organisation,
            reverse("programs:organisation_detail", args=[program.pk, organisation.pk]),
            counts.get(organisation.pk, Counts()),
            shown_counts(program, counts.get(organisation.pk, Counts()), organisation=organisation.pk),
            shares.get(organisation.pk, OnTime(0, 0)),
        )
        for organisation in leading.distinct().order_by("kind", "code")
    ]
    return sorted(rows, key=lambda row: -row.counts.overdue)
