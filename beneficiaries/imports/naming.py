"""Which list named a household last.

A list names a household by a row of its own, also where it changes nothing: those rows say it, so that a
list need not rewrite the thousands of households it leaves as they are. ``Household.source`` is the list
that wrote the household last, or after a merge the one that named the other household.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from ..choices import BatchState, Outcome, RowDecision
from ..models import BatchRow, Household, ListBatch
from ..querysets import HouseholdQuerySet

NAMED = Q(outcome__in=[Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED]) | Q(
    outcome=Outcome.AMBIGUOUS, decision__in=[RowDecision.SAME, RowDecision.NEW]
)


def latest_list(household: Household) -> ListBatch | None:
    """The list in the register that named the household last; None: no list ever did."""
    rows = BatchRow.objects.filter(NAMED, household=household, batch__state=BatchState.APPLIED)
    latest = rows.select_related("batch").order_by("-batch__applied_at", "-batch").first()
    named, wrote = latest.batch if latest else None, household.source
    if named is None or wrote is None:
        return named or wrote
    return max(named, wrote, key=lambda batch: (batch.applied_at is not None, batch.applied_at, batch.pk))


def named_last_by(households: HouseholdQuerySet, batch_id: int) -> HouseholdQuerySet:
    """Those of the households which that list named, and none after it."""
    own = BatchRow.objects.filter(NAMED, household=OuterRef("pk"))
    found = households.filter(Q(source=batch_id) | Exists(own.filter(batch=batch_id)))
    lists = ListBatch.objects.filter(state=BatchState.APPLIED)
    batch = lists.filter(pk=batch_id).first()
    later = list(
        lists.filter(province=batch.province_id, applied_at__gt=batch.applied_at).values_list("pk", flat=True)
        if batch and batch.applied_at
        else ()
    )
    if later:
        found = found.exclude(source__in=later).filter(~Exists(own.filter(batch__in=later)))
    return found
