"""Who read what of a household: noted in passing, never in the way of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ..choices import Reading
from ..models import Household, HouseholdReading

logger = logging.getLogger(__name__)
SHOWN = 20
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


def note_export(households: QuerySet[Household], user: Any) -> None:
    """Note that `user` took these households out in an exported list: one more time today for each.

    One statement whatever their number: an export of the whole register must not wait for its own record.
    """
    chosen, params = households.order_by().values("id").query.sql_with_params()
    table = connection.ops.quote_name(HouseholdReading._meta.db_table)
    day = connection.ops.adapt_datefield_value(timezone.localdate())
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    # "WHERE true" tells SQLite that ON CONFLICT belongs to the INSERT, not to a join.
    statement = (
        f'INSERT INTO {table} (household_id, user_id, "on", what, times, last_at) '  # noqa: S608 - see below
        f"SELECT chosen.id, %s, %s, %s, 1, %s FROM ({chosen}) AS chosen WHERE true "
        'ON CONFLICT (household_id, user_id, "on", what) DO UPDATE SET '
        f"times = {table}.times + 1, last_at = excluded.last_at"
    )  # its pieces are the model's table and the ORM's own statement; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk, day, Reading.EXPORT, now, *params])


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
