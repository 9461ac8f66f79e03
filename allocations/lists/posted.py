"""What of a list was publicly posted, and whether it may be signed: every kept household, long enough.

How many working days is set per round (no rule for smartphone lists could be found; 0: no posting is asked
for). What counts is who was posted, not which version: a household that is kept must have hung out as a kept
one, in the posting of its commune or of the whole list, for that many working days that are over. So a list
changed after its posting needs a new posting only for what was added; whoever was taken off needs none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.working_days import WorkCalendar, work_calendar

from ..choices import Decision
from ..models import DistrictList, ListLine, ListVersion, Objection, PublicPosting


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting: the commune (None: the whole list), its days, the kept households of its version."""

    commune: int | None
    from_day: date
    to_day: date
    households: frozenset[int]


@dataclass(slots=True)
class Coverage:
    """Kept households that were never posted long enough, and those whose posting is not over.

    `ends`: the last day of the postings that still run.
    """

    unposted: set[int] = field(default_factory=set)
    running: set[int] = field(default_factory=set)
    ends: date | None = None

    @property
    def is_complete(self) -> bool:
        return not self.unposted and not self.running


def coverage(
    kept: Mapping[int, int], postings: Collection[Posted], *, days: int, today: date, calendar: WorkCalendar
) -> Coverage:
    """Which of the kept households (→ their commune) the postings cover; pure.

    A posting counts with at least `days` working days; it is over from the day after its last one.
    """
    found = Coverage()
    if days <= 0:
        return found
    left = set(kept)
    long_enough = [one for one in postings if calendar.count(one.from_day, one.to_day) >= days]
    for over in (True, False):
        for one in long_enough:
            if (one.to_day < today) is not over:
                continue
            here = {pk for pk in left & one.households if one.commune is None or one.commune == kept[pk]}
            left -= here
            if here and not over:
                found.running |= here
                found.ends = max(found.ends or one.to_day, one.to_day)
    found.unposted = left
    return found


def suggested_days(days: int, calendar: WorkCalendar, today: date) -> tuple[date, date]:
    """From the next working day on, so that the round's working days are full: (first, last)."""
    first = calendar.last_of(today, 1)
    return first, calendar.last_of(first, max(days, 1))


def postings_of(district_list: DistrictList) -> list[Posted]:
    """The list's postings that stand, each with the households its version kept; two queries."""
    rows = PublicPosting.objects.filter(district_list=district_list, withdrawn_at=None).order_by("id")
    postings = list(rows.values_list("list_version", "commune_id", "from_day", "to_day"))
    versions = ListVersion.objects.filter(
        district_list=district_list, number__in={number for number, *_rest in postings}
    )
    kept = {
        number: frozenset(line[1] for line in lines if line[3] == Decision.KEEP)
        for number, lines in versions.order_by("id").values_list("number", "lines")
    }
    return [
        Posted(commune, from_day, to_day, kept.get(number, frozenset()))
        for number, commune, from_day, to_day in postings
    ]


def coverage_of(district_list: DistrictList, *, today: date | None = None) -> Coverage:
    """Which of the list's kept households their postings cover today; no query where none is asked for."""
    days = district_list.round.posting_days
    if not days:
        return Coverage()
    lines = ListLine.objects.filter(district_list=district_list, decision=Decision.KEEP)
    return coverage(
        dict(lines.values_list("household_id", "commune_id")),
        postings_of(district_list),
        days=days,
        today=today or timezone.localdate(),
        calendar=work_calendar(),
    )


def objections_of(district_list: DistrictList) -> Any:
    """Objections to the list's postings that stand."""
    return Objection.objects.filter(posting__district_list=district_list, posting__withdrawn_at=None)


def not_signable(district_list: DistrictList) -> str:
    """Why the list cannot be signed yet on account of its posting, as one sentence; "" where it can.

    Objections that are written down want their answer whether the round asks for a posting or not.
    """
    open_ = objections_of(district_list).filter(outcome="").count()
    if open_:
        return ngettext(
            "%(count)s objection to the posted list is not answered: answer it first.",
            "%(count)s objections to the posted list are not answered: answer them first.",
            open_,
        ) % {"count": localize(open_)}
    found = coverage_of(district_list)
    if found.unposted:
        line = (
            ListLine.objects.filter(district_list=district_list, household__in=found.unposted)
            .select_related("commune")
            .order_by("position")[0]
        )
        return ngettext(
            "%(count)s kept household was not publicly posted for %(days)s working days, No. %(number)s "
            "“%(name)s” of %(commune)s: post the list, or what was added to it, first.",
            "%(count)s kept households were not publicly posted for %(days)s working days, the first is No. "
            "%(number)s “%(name)s” of %(commune)s: post the list, or what was added to it, first.",
            len(found.unposted),
        ) % {
            "count": localize(len(found.unposted)),
            "days": district_list.round.posting_days,
            "number": line.position,
            "name": line.snapshot.get("head_name", ""),
            "commune": line.commune.name_in_text,
        }
    if found.ends is not None:
        return _("The public posting lasts until %(last)s: the list can be signed from %(next)s on.") % {
            "last": f"{found.ends:%d/%m/%Y}",
            "next": f"{found.ends + timedelta(days=1):%d/%m/%Y}",
        }
    return ""
