"""Dues come into being here: one per period and leading organisation, one per event and organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, need_reason, require, require_state, step
from smartphone_support.web.errors import Refusal

from ..choices import TO_DO, DueState, ProgramState, TimingKind
from ..models import DeadlineRules, PlanTask, Program, TaskDue
from ..permits.dues import may_extend, may_open, may_set_deadlines
from ..rules.cadence import (
    FIXED_DAY,
    Calendar,
    Deadlines,
    Period,
    due_after,
    due_by,
    period_of,
    periods,
)
from ..working_days import work_calendar


@dataclass(frozen=True, slots=True)
class Timetable:
    """The deadlines of a plan and the calendar they are counted in.

    `first`: the plan's first day; what fell due before it was never asked by this plan.
    """

    deadlines: Deadlines
    calendar: Calendar
    first: date = date.min

    def periods(self, task: PlanTask, first: date, last: date) -> Iterable[Period]:
        """The task's periods that share a day with the stretch; a fixed day is one period."""
        if task.timing_kind == TimingKind.BY_DATE and task.due_by is not None:
            if first <= task.due_by:
                yield Period(FIXED_DAY, first, task.due_by, due_by(task.due_by, self.calendar))
            return
        for period in periods(TimingKind(task.timing_kind), first, last, self.deadlines, self.calendar):
            if period.due >= self.first:
                yield period

    def period_of(self, task: PlanTask, day: date) -> Period | None:
        """The period that holds the day; None for a task whose dues only events open."""
        if task.timing_kind == TimingKind.BY_DATE and task.due_by is not None:
            return Period(FIXED_DAY, day, task.due_by, due_by(task.due_by, self.calendar))
        period = period_of(TimingKind(task.timing_kind), day, self.deadlines, self.calendar)
        return period if period is not None and period.due >= self.first else None

    def due_after(self, event: date) -> date:
        return due_after(event, self.deadlines, self.calendar)


def timetable(program: Program) -> Timetable:
    """The plan's settings, or the packaged ones where its officer never set any; two queries."""
    rules = DeadlineRules.objects.filter(program=program).first()
    return Timetable(rules.as_rules() if rules else Deadlines(), work_calendar(), span(program)[0])


def span(program: Program) -> tuple[date, date]:
    """First and last day on which the plan asks for anything: never before its own years, its signature or
    the day it came into force."""
    first = date(program.first_year, 1, 1)
    known = [day for day in (program.in_force_from, program.issued_on) if day is not None]
    return max([first, *known]), date(program.last_year, 12, 31)


def open_dues(program: Program, until: date) -> int:
    """Open the dues of every period that begins by `until`; returns how many came.

    Running it again opens nothing. Nobody acts here but the calendar: the entry in the record has no actor.
    """
    if program.state != ProgramState.IN_FORCE or (program.dues_until and until <= program.dues_until):
        return 0
    first, last = span(program)
    last = min(last, until)
    with transaction.atomic():
        # Whoever comes second waits here, and finds everything open.
        kept = Program.objects.select_for_update().get(pk=program.pk)
        if kept.dues_until and until <= kept.dues_until:
            return 0
        if kept.dues_until:
            first = max(first, kept.dues_until)
        count = _open_periods(program, first, last)
        Program.objects.filter(pk=program.pk).update(dues_until=until)
        if count:
            record(
                "programs.program.open_dues", program, actor=None,
                after={"dues": count, "until": until}, chain=program.province.code,
            )  # fmt: skip
    program.dues_until = until
    return count


def _open_periods(program: Program, first: date, last: date) -> int:
    if last < first:
        return 0
    table = timetable(program)
    tasks = PlanTask.objects.filter(group__program=program).prefetch_related("lead__organisations")
    wanted = [
        _due(task, organisation, period)
        for task in tasks
        for period in table.periods(task, first, last)
        for organisation in task.lead.organisations.all()
        if organisation.is_active
    ]
    before = TaskDue.objects.filter(task__group__program=program).count()
    TaskDue.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=500)
    return TaskDue.objects.filter(task__group__program=program).count() - before


def _due(task: PlanTask, organisation: Organisation, period: Period) -> TaskDue:
    return TaskDue(
        task=task, organisation=organisation, period_key=period.key, opened_on=period.first,
        period_end=period.last, due_on=period.due,
    )  # fmt: skip


def due_of_period(task: PlanTask, organisation: Organisation, period: Period) -> TaskDue:
    """The due of this period, opened if nobody has needed it yet."""
    values = {"opened_on": period.first, "period_end": period.last, "due_on": period.due}
    due, _created = TaskDue.objects.get_or_create(
        task=task, organisation=organisation, period_key=period.key, defaults=values
    )
    return due


def open_on_request(
    task: PlanTask, *, actor: Any, requested_on: date, subject: str, due_on: date | None = None
) -> list[TaskDue]:
    """Open a due of the task on an authority's request, for every organisation that leads it.

    `subject`: whose request, with number and date. `due_on`: the day it asks for; by default the plan's
    working days after an event.
    """
    require(may_open(actor, task))
    subject = need_reason(subject)[:300]
    if requested_on > timezone.localdate():
        raise Refusal(_("The day of the request lies in the future."))
    if due_on is not None and due_on < requested_on:
        raise Refusal(_("The due day lies before the day of the request."))
    with step():
        # Requests of one plan are numbered one after another.
        program = locked(Program.objects.all(), task.group.program_id)
        if program.state != ProgramState.IN_FORCE:
            raise Refusal(_("The plan is not in force: nothing can be asked of its organisations."))
        first, last = span(program)
        if not first <= requested_on <= last:
            raise Refusal(
                _("The plan runs from %(first)s to %(last)s; the request lies outside.")
                % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
            )
        day = due_on or timetable(program).due_after(requested_on)
        number = TaskDue.objects.filter(task=task, period_key__startswith="request:").count()
        organisations = list(task.lead.organisations.filter(is_active=True))
        if not organisations:
            raise Refusal(_("No organisation stands behind “%(party)s”.") % {"party": task.lead.name})
        dues = [
            TaskDue.objects.create(
                task=task, organisation=organisation, period_key=f"request:{number + place}",
                subject=subject, opened_on=requested_on, due_on=day,
            )
            for place, organisation in enumerate(organisations, start=1)
        ]  # fmt: skip
        for due in dues:
            record("programs.taskdue.open_due", due, actor=actor, after={"subject": subject, "due_on": day})
    return dues


def extend_due(due: TaskDue, *, actor: Any, due_on: date, reason: str) -> TaskDue:
    """Give an organisation another day, with the reason."""
    with step():
        due = locked(TaskDue.objects.select_related("task__group__program"), due.pk)
        require(may_extend(actor, due))
        require_state(due, {*TO_DO, DueState.REPORTED})
        if due_on < due.opened_on:
            raise Refusal(_("The new day lies before the beginning of the period."))
        if due_on == due.due_on:
            raise Refusal(_("The due already falls due on this day."))
        before = due.due_on
        TaskDue.objects.filter(pk=due.pk).update(due_on=due_on, reminded_on=None)
        due.due_on = due_on
        record(
            "programs.taskdue.extend", due, actor=actor, before={"due_on": before},
            after={"due_on": due_on}, reason=need_reason(reason),
        )  # fmt: skip
    return due


_SETTINGS = (
    "month_day", "quarter_days", "year_day", "year_month", "review_day", "review_month", "event_days",
    "soon_days",
)  # fmt: skip


def set_deadlines(program: Program, *, actor: Any, **settings: int) -> DeadlineRules:
    """Change when the plan's dues fall due. Open dues of periods move to their new day; what was reported
    or done, what a person gave another day, and what an event opened stay as they are."""
    require(may_set_deadlines(actor, program))
    with step():
        rules, _created = DeadlineRules.objects.select_for_update().get_or_create(program=program)
        before = {name: getattr(rules, name) for name in _SETTINGS}
        old = Timetable(rules.as_rules(), work_calendar())
        for name in _SETTINGS:
            setattr(rules, name, settings.get(name, before[name]))
        _check_settings(rules)
        rules.save()
        moved = _move_dues(program, old, Timetable(rules.as_rules(), old.calendar))
        after = {name: getattr(rules, name) for name in _SETTINGS} | {"moved": moved}
        record(
            "programs.program.set_deadlines", program, actor=actor, before=before, after=after,
            chain=program.province.code,
        )  # fmt: skip
    return rules


def _check_settings(rules: DeadlineRules) -> None:
    if not 1 <= rules.month_day <= 28:
        raise Refusal(_("The day of the month must be 1 to 28: every month has such a day."))
    if not 1 <= rules.event_days <= 120 or rules.quarter_days > 90 or rules.soon_days > 60:
        raise Refusal(_("Check the numbers of days: one of them is too large or nought."))
    for day, month in ((rules.year_day, rules.year_month), (rules.review_day, rules.review_month)):
        if not (1 <= month <= 12 and 1 <= day <= 31):
            raise Refusal(_("Check day and month: they are no day of a year."))


def follow_calendar(before: Calendar, *, actor: Any) -> int:
    """Holidays were entered: open dues whose day they change move with them (Civil Code 91/2015/QH13,
    art. 148(5)), those an event opened too; what a person gave another day stays. Returns how many."""
    after, moved = work_calendar(), 0
    for program in Program.objects.exclude(state=ProgramState.DRAFT).select_related("province"):
        table = timetable(program)
        old, new = Timetable(table.deadlines, before), Timetable(table.deadlines, after)
        count = _move_dues(program, old, new) + _move_events(program, old, new)
        if count:
            record(
                "programs.program.follow_calendar", program, actor=actor, after={"moved": count},
                chain=program.province.code,
            )  # fmt: skip
        moved += count
    return moved


def _move_dues(program: Program, old: Timetable, new: Timetable) -> int:
    """A due whose day is still the one the old settings gave it gets the new one."""
    days = {}
    for due in _to_do(program).exclude(period_end=None):
        was, now = old.period_of(due.task, due.opened_on), new.period_of(due.task, due.opened_on)
        if was and now and due.period_key == was.key and due.due_on == was.due:
            days[due] = now.due
    return _move(days)


def _move_events(program: Program, old: Timetable, new: Timetable) -> int:
    """The same for dues an event opened; an authority that asks may have named the day itself."""
    events = _to_do(program).filter(period_end=None).exclude(period_key__startswith="request:")
    days = {due: new.due_after(due.opened_on) for due in events if due.due_on == old.due_after(due.opened_on)}
    return _move(days)


def _to_do(program: Program) -> QuerySet[TaskDue]:
    rows = TaskDue.objects.filter(task__group__program=program, state__in=sorted(TO_DO))
    return rows.select_related("task")


def _move(days: Mapping[TaskDue, date]) -> int:
    moved = [due for due, day in days.items() if due.due_on != day]
    for due in moved:
        due.due_on = days[due]
    TaskDue.objects.bulk_update(moved, ["due_on"], batch_size=500)
    return len(moved)


def upcoming(today: date) -> date:
    """Up to which day dues are kept open: the end of the running month, and the year's own dues with it."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
