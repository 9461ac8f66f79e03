"""Who read what of a household: noted in passing, never in the way of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from .choices import Reading
from .models import Household, HouseholdReading

logger = logging.getLogger(__name__)
SHOWN = 20
CHUNK = 1_000
_PATIENCE_MS = 250


def note_reading(household: Household, user: Any, what: str = Reading.PAGE) -> None:
    """Count that `user` read `what` of the household today. A database that is busy or down loses the
    count, not the page."""
    now = timezone.now()
    mine = HouseholdReading.objects.filter(household=household, user=user, on=timezone.localdate(), what=what)
    try:
        with _impatient(), transaction.atomic():
            if not mine.update(times=F("times") + 1, last_at=now):
                HouseholdReading.objects.create(
                    household=household, user=user, on=timezone.localdate(), what=what, last_at=now
                )
    except DatabaseError:
        logger.warning("a reading of household %s was not noted", household.pk, exc_info=True)


def note_export(household_ids: Iterable[int], user: Any) -> None:
    """Note that `user` took these households out in an exported list: one more time today for each."""
    today, now = timezone.localdate(), timezone.now()
    ids = list(household_ids)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with transaction.atomic():
            known = HouseholdReading.objects.filter(
                user=user, on=today, what=Reading.EXPORT, household__in=chunk
            )
            have = set(known.values_list("household_id", flat=True))
            known.update(times=F("times") + 1, last_at=now)
            HouseholdReading.objects.bulk_create(
                [
                    HouseholdReading(household_id=pk, user=user, on=today, what=Reading.EXPORT, last_at=now)
                    for pk in chunk
                    if pk not in have
                ],
                ignore_conflicts=True,
            )


def readings_of(household: Household) -> list[HouseholdReading]:
    """The latest readings, newest first."""
    return list(household.readings.select_related("user")[:SHOWN])


@contextmanager
def _impatient() -> Iterator[None]:
    """SQLite has one writer: while a list is being written a page would wait for it half a minute."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
