"""What happens elsewhere in the system opens and fulfils dues by itself, with the record as evidence.

The door where a thing happens calls `happened` once, inside its own transaction; nothing is found by
scanning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record

from ..choices import DueState, ProgramState, TaskEvent, TriggerEffect
from ..models import DueEvidence, PlanTask, Program, TaskDue, TaskTrigger
from ..subjects import key_of
from .opening import Timetable, due_of_period, span, timetable


def happened(
    event: TaskEvent,
    *,
    province: AdministrativeArea,
    about: models.Model,
    label: str,
    on: date,
    actor: Any,
    organisation: Organisation | None = None,
    of: models.Model | None = None,
    period: date | None = None,
    program: Program | None = None,
    task: PlanTask | None = None,
    completes: bool = True,
) -> list[TaskDue]:
    """Tell the plans of the province what happened; returns the dues it touched.

    Plans in force open dues for it, from their first day to their last. A due that is there is reached
    whenever its work is done: in the month a plan began in the middle of, after the plan's last day, and
    of a plan closed meanwhile.

    - `about`: the record that shows it, kept as evidence and linked under `label`;
    - `on`: the day it happened; `period`: a day of the period it stands for, by default the same;
    - `organisation`: only this leading organisation's dues; None: those of every leading one;
    - `of`: the record whose own due is meant, where an earlier event opened one; by default `about`;
    - `program`: only this plan, where the record belongs to one;
    - `task`: only this task, where a person named it;
    - `completes`: False where this is a part of the work only: kept as evidence, the due stays open.

    A due accepted already only gains the evidence. Saying the same again changes nothing.
    """
    day = period or on
    triggers = TaskTrigger.objects.filter(
        event=event,
        task__group__program__province=province,
        task__group__program__state__in=(ProgramState.IN_FORCE, ProgramState.CLOSED),
    ).select_related("task__group__program__province", "task__lead")
    if program is not None:
        triggers = triggers.filter(task__group__program=program)
    if task is not None:
        triggers = triggers.filter(task=task)
    tables: dict[int, Timetable] = {}
    touched = []
    for trigger in sorted(triggers, key=lambda trigger: _ORDER[TriggerEffect(trigger.effect)]):
        plan = trigger.task.group.program
        table = tables.setdefault(plan.pk, timetable(plan))
        happening = _Happening(event, about, label[:300], on, day, of or about, table, completes)
        for leading in _leading(trigger, organisation):
            due = happening.touch(trigger, leading)
            if due is not None:
                touched.append(due)
    for due in touched:
        record(
            "programs.taskdue.see_done", due, actor=actor,
            after={"event": event, "evidence": label, "state": due.state},
        )  # fmt: skip
    return touched


# A due is opened before the same event fulfils it.
_ORDER = {TriggerEffect.OPENS: 0, TriggerEffect.EVIDENCES: 1, TriggerEffect.FULFILS: 2}


def _leading(trigger: TaskTrigger, organisation: Organisation | None) -> Iterable[Organisation]:
    rows = trigger.task.lead.organisations.filter(is_active=True)
    return rows.filter(pk=organisation.pk) if organisation is not None else rows


class _Happening:
    """One event on its way to the dues it concerns."""

    def __init__(
        self, event: TaskEvent, about: models.Model, label: str, on: date, day: date, of: models.Model,
        table: Timetable, completes: bool,
    ) -> None:  # fmt: skip
        self.event, self.about, self.label, self.on, self.day = event, about, label, on, day
        self.of, self.table, self.completes = of, table, completes

    def touch(self, trigger: TaskTrigger, organisation: Organisation) -> TaskDue | None:
        if trigger.effect == TriggerEffect.OPENS:
            return self._open(trigger, organisation) if self._is_asked(trigger) else None
        due = self._meant(trigger, organisation)
        if due is None:
            return None
        new = self._show(due)
        # The same record may complete the work later: the rest of a shipment is found.
        if trigger.effect == TriggerEffect.FULFILS and self.completes and due.state != DueState.ACCEPTED:
            self._fulfil(due)
            new = True
        return due if new else None

    def _is_asked(self, trigger: TaskTrigger) -> bool:
        """Whether the plan is in force and the day one of its own."""
        plan = trigger.task.group.program
        first, last = span(plan)
        return plan.state == ProgramState.IN_FORCE and first <= self.day <= last

    def _fulfil(self, due: TaskDue) -> None:
        """Seen by the system itself: nobody has to accept it. A report that waits is settled with it, done on
        the day it names; an answer that nothing arose is overtaken by what arose, and stays in the history
        alone."""
        reported = due.done_on if due.state == DueState.REPORTED else None
        known: dict[str, Any] = {"done_on": min(reported or self.on, self.on), "decided_by": None}
        if due.state == DueState.NOTHING_AROSE:
            known |= {"report": "", "reported_by": None, "reported_at": None}
        rows = TaskDue.objects.filter(pk=due.pk).exclude(state=DueState.ACCEPTED)
        rows.update(state=DueState.ACCEPTED, decided_at=timezone.now(), **known)
        due.state, due.done_on = DueState.ACCEPTED, known["done_on"]

    def _open(self, trigger: TaskTrigger, organisation: Organisation) -> TaskDue | None:
        due, created = TaskDue.objects.get_or_create(
            task=trigger.task, organisation=organisation, period_key=key_of(self.about),
            defaults={
                "subject": self.label, "opened_on": self.on, "due_on": self.table.due_after(self.on),
            },
        )  # fmt: skip
        return due if created else None

    def _meant(self, trigger: TaskTrigger, organisation: Organisation) -> TaskDue | None:
        """The due an earlier event opened for the same record, or the due of the period."""
        period = self.table.period_of(trigger.task, self.day)
        rows = TaskDue.objects.filter(task=trigger.task, organisation=organisation)
        opened = rows.filter(period_key=key_of(self.of)).first()
        if opened is not None or period is None:
            return opened
        plan = trigger.task.group.program
        first, last = span(plan)
        if plan.state == ProgramState.IN_FORCE and period.first <= last and period.last >= first:
            return due_of_period(trigger.task, organisation, period)
        return rows.filter(period_key=period.key).first()

    def _show(self, due: TaskDue) -> bool:
        """Keep the evidence, in the words said last; False when it says the same already."""
        row, created = DueEvidence.objects.get_or_create(
            due=due, event=self.event, subject_key=key_of(self.about), withdrawn_at=None,
            defaults={"label": self.label, "happened_on": self.on},
        )  # fmt: skip
        if not created and row.label != self.label:
            DueEvidence.objects.filter(pk=row.pk).update(label=self.label)
            return True
        return created


def undone(about: models.Model, *, actor: Any) -> list[TaskDue]:
    """The record was taken back: its evidence stops counting, and a due nothing else shows opens again.

    A due that a person reported or accepted stays as they left it; a due the record itself had opened and
    nobody has worked on goes with it. Returns the dues it touched.
    """
    key = key_of(about)
    now = timezone.now()
    rows = DueEvidence.objects.filter(subject_key=key, withdrawn_at__isnull=True)
    dues = {row.due_id: row.happened_on for row in rows}
    rows.update(withdrawn_at=now)
    touched = []
    related = TaskDue.objects.select_related("task__group__program__province", "organisation")
    for due in related.filter(pk__in=dues).order_by("pk"):
        seen_by_system = due.state == DueState.ACCEPTED and due.decided_by_id is None
        if seen_by_system and not _is_fulfilled(due):
            state, done_on = _before(due, dues[due.pk])
            TaskDue.objects.filter(pk=due.pk).update(state=state, done_on=done_on, decided_at=None)
            due.state, due.done_on = state, done_on
        touched.append(due)
        record("programs.taskdue.unsee_done", due, actor=actor, after={"evidence": key, "state": due.state})
    _forget_opened(key, actor)
    return touched


def _before(due: TaskDue, happened_on: date) -> tuple[DueState, date | None]:
    """State and day of a due before the system saw it done: what was returned is returned again; a report
    waits again, done on the day it named, or on the day it was sent where the later event's day took its
    place."""
    if due.return_reason:
        return DueState.RETURNED, None
    if due.reported_by_id is None or due.reported_at is None:
        return DueState.OPEN, None
    sent = timezone.localtime(due.reported_at).date()
    theirs = due.done_on is not None and due.done_on != happened_on
    return DueState.REPORTED, due.done_on if theirs else sent


def _is_fulfilled(due: TaskDue) -> bool:
    """Whether evidence that counts still fulfils the due."""
    events = TaskTrigger.objects.filter(task=due.task, effect=TriggerEffect.FULFILS).values("event")
    return due.evidence.filter(withdrawn_at__isnull=True, event__in=events).exists()


def _forget_opened(key: str, actor: Any) -> None:
    opened = TaskDue.objects.select_related("task__group__program__province", "organisation")
    for due in opened.filter(period_key=key, state=DueState.OPEN, reported_by__isnull=True):
        if not due.evidence.exists():
            record("programs.taskdue.drop_due", due, actor=actor, before={"subject": due.subject})
            due.delete()
