"""Entering and ending the clocks of complaints: how many working days a step has, and by which article."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import ClockStep, ComplaintKind
from ..models import Complaint, ComplaintClock
from ..permits.complaints import may_set_clocks
from ..rules.clocks import MOST_DAYS
from .complaint_terms import STEP_OF, count_anew
from .steps import locked, require, step


def enter_clock(
    province: AdministrativeArea,
    *,
    actor: Any,
    kind: str,
    step_: str,
    days: int,
    citation: str,
    valid_from: date,
) -> tuple[ComplaintClock, int]:
    """Enter a clock; the one in force before ends the day before. Returns it and how many running
    complaints that had no deadline got one by it.

    Deadlines that run already stay as they are: they were counted by the clock of their day.
    """
    kind, step_, citation = ComplaintKind(kind), ClockStep(step_), clean_text(citation)[:300]
    with step():
        require(may_set_clocks(actor, province.pk))
        if not citation:
            raise Refusal(_("Name the law or decision, with its article, that gives these days."))
        if not 0 < days <= MOST_DAYS:
            raise Refusal(_("A step has between 1 and %(most)s working days.") % {"most": MOST_DAYS})
        own = ComplaintClock.objects.select_for_update().filter(province=province, kind=kind, step=step_)
        if own.filter(valid_from__gte=valid_from).exists():
            raise Refusal(_("A clock that begins on this day or later is entered already."))
        before = own.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
        ended = list(before.values_list("pk", flat=True))
        before.update(valid_to=valid_from - timedelta(days=1))
        clock = ComplaintClock.objects.create(
            province=province, kind=kind, step=step_, days=days, citation=citation, valid_from=valid_from,
            entered_by=actor,
        )  # fmt: skip
        reached = _give_deadlines(clock, actor=actor)
        after = {
            "kind": str(kind), "step": str(step_), "days": days, "citation": citation, "from": valid_from,
            "ended": ended,
        }  # fmt: skip
        record("inspections.complaintclock.enter_clock", clock, actor=actor, after=after)
    return clock, reached


def _give_deadlines(clock: ComplaintClock, *, actor: Any) -> int:
    """Running complaints of this kind and step without a deadline whose step began under this clock.

    The number told to who enters the clock counts no denunciation.
    """
    state = next(state for state, step_ in STEP_OF.items() if step_ == clock.step)
    waiting = Complaint.objects.select_for_update().filter(
        province=clock.province, kind=clock.kind, state=state, due__isnull=True
    )
    reached = 0
    for complaint in waiting:
        due = count_anew(complaint, actor=actor, why=_("The clock was entered later."))
        if due is not None:
            complaint.due = due
            complaint.save(update_fields=["due"])
            reached += not complaint.is_confidential
    return reached


def end_clock(clock: ComplaintClock, *, actor: Any, last_day: date) -> ComplaintClock:
    """Say until which day a clock holds; deadlines counted by it stay."""
    with step():
        clock = locked(ComplaintClock.objects.select_related("province"), clock.pk)
        require(may_set_clocks(actor, clock.province_id))
        if clock.valid_to is not None and clock.valid_to < timezone.localdate():
            raise Refusal(_("This clock has ended already."))
        if last_day < clock.valid_from:
            raise Refusal(_("The last day lies before the first."))
        before, clock.valid_to = clock.valid_to, last_day
        clock.save(update_fields=["valid_to"])
        record(
            "inspections.complaintclock.end", clock, actor=actor, before={"to": before},
            after={"to": last_day},
        )  # fmt: skip
    return clock
