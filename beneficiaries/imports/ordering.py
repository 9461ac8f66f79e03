"""The order of lists in time: which period the register has reached, and what a list would skip.

Everything is computed from the applied lists, so that a revert moves it back.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.errors import Refusal

from ..choices import BatchKind, BatchState
from ..models import ListBatch


def latest_period(province: AdministrativeArea, *, kind: str = "") -> date | None:
    """The latest period of the province's applied lists (of one kind), None while there is none."""
    applied = ListBatch.objects.filter(province=province, state=BatchState.APPLIED)
    if kind:
        applied = applied.filter(kind=kind)
    latest: date | None = applied.aggregate(latest=Max("period"))["latest"]
    return latest


def refuse_older(province: AdministrativeArea, period: date) -> None:
    """Refuse a list of an earlier period than the register has reached; the same period again is allowed."""
    latest = latest_period(province)
    if latest and period < latest:
        raise Refusal(
            _("The register already holds the list of %(latest)s; one of %(period)s is older.")
            % {"latest": f"{latest:%m/%Y}", "period": f"{period:%m/%Y}"}
        )


def skipped_months(batch: ListBatch) -> str:
    """A sentence that names the months between a monthly list and the latest list, "" when none is missing.

    Months without any change have no list, so this is said and not refused.
    """
    latest = latest_period(batch.province)
    if batch.kind != BatchKind.MONTHLY or latest is None:
        return ""
    missing = list(months_between(latest, batch.period))
    if not missing:
        return ""
    first, last = f"{missing[0]:%m/%Y}", f"{missing[-1]:%m/%Y}"
    if first == last:
        return _("No list of %(month)s was written before this one: go on only if nothing changed then.") % {
            "month": first
        }
    return _(
        "No list of %(first)s to %(last)s was written before this one: go on only if nothing changed then."
    ) % {"first": first, "last": last}


def months_between(earlier: date, later: date) -> list[date]:
    """The first days of the months strictly between two."""
    start, stop = earlier.year * 12 + earlier.month, later.year * 12 + later.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, stop)]
