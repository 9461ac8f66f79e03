"""When a step of a complaint is due: counted by the clock in force, extended with a reason, not invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.working_days import work_calendar
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import RUNNING, ClockStep, ComplaintState
from ..models import Complaint, ComplaintClock, ComplaintTerm
from ..permits.complaints import may_assign
from ..rules.clocks import MOST_AHEAD, Clock, clock_of, due_day
from .steps import locked, need_reason, require, require_state, step

#: The step whose clock runs in a state.
STEP_OF = {
    ComplaintState.RECEIVED: ClockStep.TAKE_UP,
    ComplaintState.ASSIGNED: ClockStep.ANSWER,
    ComplaintState.APPEALED: ClockStep.ANSWER_APPEAL,
}


def locked_complaint(pk: int) -> Complaint:
    """The complaint as it is now, with what its steps ask for."""
    related = ("province", "assigned_to", "handler", "household", "answered_by")
    return locked(Complaint.objects.select_related(*related), pk)


def note(verb: str, complaint: Complaint, *, actor: Any, reason: str = "", **facts: Any) -> None:
    """Put a step on the record: never who sent it nor what was written. Of a denunciation the bare step: its
    reasons and places stay with the complaint, where only named people read them."""
    hidden = complaint.is_confidential
    record(
        f"inspections.complaint.{verb}", complaint, actor=actor, after={} if hidden else facts,
        reason="" if hidden else reason, chain=complaint.province.code,
    )  # fmt: skip


def clocks_of(province_id: int) -> list[Clock]:
    """Every clock the province has entered."""
    rows = ComplaintClock.objects.filter(province=province_id)
    return [Clock(row.kind, row.step, row.days, row.citation, row.valid_from, row.valid_to) for row in rows]


def begin_term(complaint: Complaint, step_: str, started: date, *, actor: Any, why: str = "") -> date | None:
    """Count when a step that began on `started` is due; None where no clock is entered for it.

    Called inside the step that begins it; the caller writes the day into the complaint.
    """
    clock = clock_of(clocks_of(complaint.province_id), complaint.kind, step_, started)
    due = due_day(started, clock.days, work_calendar()) if clock else None
    ComplaintTerm.objects.create(
        complaint=complaint, step=step_, started_on=started, due=due, reason=why[:300], set_by=actor,
        days=clock.days if clock else None, citation=clock.citation if clock else "",
    )  # fmt: skip
    return due


def count_anew(complaint: Complaint, *, actor: Any, why: str) -> date | None:
    """The running step's due day by the clocks as they are now; None where none fits."""
    step_ = STEP_OF[ComplaintState(complaint.state)]
    latest = complaint.terms.filter(step=step_).last()
    started = latest.started_on if latest else complaint.received_on
    return begin_term(complaint, step_, started, actor=actor, why=why)


def extend_due(complaint: Complaint, *, actor: Any, to: date, reason: str) -> Complaint:
    """Give the running step until a later working day, with the reason the sender is told."""
    reason = need_reason(reason)[:300]
    with step():
        complaint = locked_complaint(complaint.pk)
        require(may_assign(actor, complaint))
        require_state(complaint, RUNNING)
        if complaint.due is None:
            raise Refusal(_("No deadline runs here: no clock is entered for this step."))
        today = timezone.localdate()
        if to <= complaint.due or to < today:
            raise Refusal(
                _("The new day must lie after the present one, %(due)s, and not before today.")
                % {"due": f"{complaint.due:%d/%m/%Y}"}
            )
        if to > today + MOST_AHEAD:
            raise Refusal(_("The new day lies more than two years ahead: check its year."))
        if not work_calendar().is_working(to):
            raise Refusal(_("%(day)s is no working day.") % {"day": f"{to:%d/%m/%Y}"})
        step_ = STEP_OF[ComplaintState(complaint.state)]
        latest = complaint.terms.filter(step=step_).last()
        ComplaintTerm.objects.create(
            complaint=complaint, step=step_, due=to, reason=reason, set_by=actor,
            started_on=latest.started_on if latest else complaint.received_on,
            days=latest.days if latest else None, citation=latest.citation if latest else "",
        )  # fmt: skip
        before, complaint.due = complaint.due, to
        complaint.save(update_fields=["due"])
        note("extend_due", complaint, actor=actor, reason=reason, due=to, was=before)
    return complaint
