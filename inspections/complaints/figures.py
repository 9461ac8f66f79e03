"""How many complaints came in, and how they were answered: the measure of the plan's goal that none arises.

Plan 413/KH-UBND promises that no complaint arises. Denunciations are counted nowhere: a number alone would
tell that there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from ..choices import RUNNING, ClockStep, ComplaintKind
from ..models import Complaint, ComplaintTerm


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the complaints received in a year. `timed`: answered ones that had a deadline; `in_time` of them."""

    received: int = 0
    complaints: int = 0
    running: int = 0
    overdue: int = 0
    answered: int = 0
    timed: int = 0
    in_time: int = 0
    upheld: int = 0
    refused: int = 0


def figures(user: Any, year: int) -> Figures:
    """What the person sees of a year, without denunciations."""
    rows = Complaint.objects.visible_to(user).exclude(kind=ComplaintKind.DENUNCIATION)
    terms = ComplaintTerm.objects.filter(complaint=OuterRef("pk"), step=ClockStep.ANSWER).order_by("-pk")
    answered = Q(answered_on__isnull=False)
    timed = answered & Q(answer_due__isnull=False)
    found = (
        Complaint.objects.filter(pk__in=rows.values("pk"), received_on__year=year)
        .annotate(answer_due=Subquery(terms.values("due")[:1]))
        .aggregate(
            received=Count("pk"),
            complaints=Count("pk", filter=Q(kind=ComplaintKind.COMPLAINT)),
            running=Count("pk", filter=Q(state__in=RUNNING)),
            overdue=Count("pk", filter=Q(state__in=RUNNING, due__lt=timezone.localdate())),
            answered=Count("pk", filter=answered),
            timed=Count("pk", filter=timed),
            in_time=Count("pk", filter=timed & Q(answered_on__lte=F("answer_due"))),
            upheld=Count("pk", filter=Q(upheld=True)),
            refused=Count("pk", filter=Q(state="refused")),
        )
    )
    return Figures(**found)
