"""A plan made here: a draft by the officer, put in force by the leader, closed when its time is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, move, need_reason, require, require_state, step
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import ProgramState, TaskEvent, TriggerEffect
from ..models import LegalBasis, Party, PlanReading, PlanTask, Program, TaskTrigger
from ..permits.plans import may_approve_plan, may_change_plan, may_prepare_plans
from ..plans.matching import party_book
from ..plans.sketch import Answers, SketchRow, check_rows, fingerprint, rows_of_program, unknown_timings
from ..plans.writing import copy_tasks, take_over_settings, write_rows
from ..rules.timing import Timing
from ..signals import plan_loaded
from .opening import open_dues, upcoming

DRAFT = frozenset({ProgramState.DRAFT})
#: A plan of more years than this is a slip of the keyboard.
MOST_YEARS = 15


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What stands above a plan: number and date stay blank until they are known."""

    title: str
    first_year: int
    last_year: int
    number: str = ""
    issued_on: date | None = None


# --- a draft ----------------------------------------------------------------------------------------


def begin_draft(province: AdministrativeArea, head: PlanHead, *, actor: Any, **known: Any) -> Program:
    """The row of a new draft, without its record: who calls this writes the tasks and says what was made."""
    require(may_prepare_plans(actor) and actor.province == province)
    values = _checked(head)
    return Program.objects.create(
        code=_code(province, head), province=province, state=ProgramState.DRAFT, prepared_by=actor,
        place=province.short_name, **values, **known,
    )  # fmt: skip


def copy_plan(source: Program, head: PlanHead, *, actor: Any) -> Program:
    """A draft with the groups, tasks, parties, events, sources and deadlines of another plan of the province.

    Fixed days move by as many years as the plan does. Organisations no longer active are left out.
    """
    with step():
        source = Program.objects.select_related("province").get(pk=source.pk)
        require(may_change_plan(actor, source))
        if source.state == ProgramState.DRAFT:
            raise Refusal(_("A draft is no model for another plan: finish it first."))
        program = begin_draft(
            source.province, head, actor=actor, made_from=source, objectives=source.objectives,
            contents=source.contents, funding_text=source.funding_text, closing_line=source.closing_line,
        )  # fmt: skip
        LegalBasis.objects.bulk_create(
            LegalBasis(
                program=program, document_id=one.document_id, position=one.position, printed=one.printed
            )
            for one in source.bases.all()
        )
        copy_tasks(program, source, years=head.first_year - source.first_year)
        take_over_settings(program, source)
        after = {"title": program.title, "made_from": str(source), "tasks": _task_count(program)}
        record("programs.program.draft", program, actor=actor, after=after)
    return program


def change_plan(program: Program, head: PlanHead, *, actor: Any) -> Program:
    """Change number, date, title and years of a draft."""
    with step():
        program = _locked_draft(program, actor)
        values = _checked(head)
        before = {name: getattr(program, name) for name in values if getattr(program, name) != values[name]}
        Program.objects.filter(pk=program.pk).update(**values)
        if before:
            after = {name: values[name] for name in before}
            record("programs.program.change", program, actor=actor, before=before, after=after)
        program.refresh_from_db()
    return program


def change_rows(program: Program, rows: Sequence[SketchRow], *, seen: str, actor: Any) -> list[Party]:
    """Write a draft's corrected rows; returns parties that are new and that no organisation stands behind.

    `seen`: the fingerprint of the rows the person's page showed. An unknown timing is kept as not stated
    until its meaning is chosen on the task's page.
    """
    with step():
        program = _locked_draft(program, actor)
        present = rows_of_program(program)
        if fingerprint(present) != seen:
            raise Refusal(_("Somebody corrected these rows meanwhile: look at the page again."))
        check_rows(rows)
        own = {row.task for row in present if row.task}
        for row in rows:
            row.task = row.task if row.task in own else 0
        known = set(program.parties.values_list("pk", flat=True))
        book = party_book(program.province)
        write_rows(program, rows, Answers(), book)
        after = {"tasks": _task_count(program), "groups": program.groups.count()}
        before = {"tasks": len(own), "groups": sum(row.is_group for row in present)}
        record("programs.program.change_rows", program, actor=actor, before=before, after=after)
    new = program.parties.exclude(pk__in=known).filter(organisations=None)
    return list(new)


def set_party(party: Party, organisations: Collection[int], *, actor: Any) -> Party:
    """Say which organisations of the province stand behind a party of a draft; none is an answer too."""
    with step():
        program = _locked_draft(party.program, actor)
        book = party_book(program.province)
        chosen = [pk for pk in organisations if pk in book.everybody]
        before = sorted(party.organisations.values_list("code", flat=True))
        party.organisations.set(chosen)
        after = sorted(party.organisations.values_list("code", flat=True))
        if before != after:
            record(
                "programs.program.change_party", program, actor=actor,
                before={"party": party.name, "organisations": before}, after={"organisations": after},
            )  # fmt: skip
    return party


def set_task(task: PlanTask, timing: Timing, events: Collection[tuple[str, str]], *, actor: Any) -> PlanTask:
    """Say what the printed timing of a draft's task means, and which events of the system concern it."""
    with step():
        program = _locked_draft(task.group.program, actor)
        events = sorted({(TaskEvent(event).value, TriggerEffect(effect).value) for event, effect in events})
        if (timing.kind == "by_date") != (timing.due_by is not None):
            raise Refusal(_("A fixed day belongs to the timing “By a fixed day”, and only to it."))
        task = PlanTask.objects.select_related("group").get(pk=task.pk)
        was = {"timing": task.timing_kind, "due_by": task.due_by, "events": _events(task)}
        task.timing_kind, task.due_by = timing.kind, timing.due_by
        task.save(update_fields=["timing_kind", "due_by"])
        task.triggers.all().delete()
        TaskTrigger.objects.bulk_create(
            TaskTrigger(task=task, event=event, effect=effect) for event, effect in events
        )
        after = {"timing": task.timing_kind, "due_by": task.due_by, "events": _events(task)}
        if was != after:
            record(
                "programs.program.change_events", program, actor=actor,
                before={"task": task.label, **was}, after=after,
            )  # fmt: skip
    return task


def _events(task: PlanTask) -> list[list[str]]:
    return sorted([one.event, one.effect] for one in task.triggers.all())


def delete_draft(program: Program, *, actor: Any) -> None:
    """Delete a draft with its tasks; what was deleted stays on the record."""
    with step():
        program = _locked_draft(program, actor)
        before = {"title": program.title, "years": f"{program.first_year}-{program.last_year}",
                  "tasks": _task_count(program)}  # fmt: skip
        now = timezone.now()
        PlanReading.objects.filter(program=program).update(program=None, discarded_at=now)
        record("programs.program.delete", program, actor=actor, before=before)
        program.groups.all().delete()
        try:
            program.delete()
        except models.ProtectedError:
            raise Refusal(
                _("Something already rests on this draft, such as a budget line: it cannot be deleted.")
            ) from None


# --- in force and closed ----------------------------------------------------------------------------


def lacking(program: Program) -> list[str]:
    """Sentences that say what a draft still needs before it can be put in force."""
    found = []
    tasks = list(
        PlanTask.objects.filter(group__program=program)
        .select_related("group", "lead")
        .prefetch_related("lead__organisations")
    )
    if not tasks:
        found.append(_("The plan has no task."))
    nobody = list(dict.fromkeys(t.lead.name for t in tasks if not _has_active(t.lead)))
    found += [
        _("No organisation stands behind “%(party)s”, which leads tasks.") % {"party": name}
        for name in nobody
    ]
    unclear = unknown_timings(
        [row for row in rows_of_program(program) if row.is_group or row.task in _unstated(tasks)], Answers()
    )
    if unclear:
        places = ", ".join(place for question in unclear for place in question.places)
        found.append(
            ngettext(
                "The timing of task %(tasks)s is not understood: say on its page when it is due.",
                "The timing of tasks %(tasks)s is not understood: say on their pages when they are due.",
                len(unclear),
            )
            % {"tasks": places}
        )
    years = range(program.first_year, program.last_year + 1)
    found += [
        _("Task %(task)s is due on %(day)s, outside the plan's years: give it another day.")
        % {"task": task.label, "day": f"{task.due_by:%d/%m/%Y}"}
        for task in tasks
        if task.due_by is not None and task.due_by.year not in years
    ]
    return found


def _has_active(party: Party) -> bool:
    return any(organisation.is_active for organisation in party.organisations.all())


def _unstated(tasks: Sequence[PlanTask]) -> set[int]:
    """Tasks that print a timing nobody gave a meaning."""
    return {task.pk for task in tasks if task.timing_kind == "unstated" and task.timing_text}


def put_in_force(
    program: Program, *, actor: Any, number: str, issued_on: date, in_force_from: date,
    closes: Program | None = None,
) -> Program:  # fmt: skip
    """Put a draft in force under its number and date, and close the plan it replaces.

    The dues of periods that have begun open at once. Refuses a draft that lacks something, a number the
    province has already, and days that do not fit.
    """
    with step():
        program = locked(Program.objects.select_related("province"), program.pk)
        require(may_approve_plan(actor, program))
        require_state(program, DRAFT)
        missing = lacking(program)
        if missing:
            raise Refusal(" ".join(missing))
        number = clean_text(number)
        _check_signing(program, number, issued_on, in_force_from)
        _check_fixed_days(program, max(issued_on, in_force_from))
        if closes is not None:
            _close(closes, program, actor, in_force_from)
        move(
            program, ProgramState.IN_FORCE, number=number, issued_on=issued_on, in_force_from=in_force_from,
            approved_by=actor,
        )  # fmt: skip
        after = {"number": number, "issued_on": issued_on, "in_force_from": in_force_from,
                 "closes": str(closes) if closes else ""}  # fmt: skip
        # The sources of a new plan get the packaged rules, like those of a packaged one.
        plan_loaded.send(Program, program=program)
        open_dues(program, upcoming(timezone.localdate()))
        record("programs.program.put_in_force", program, actor=actor, after=after)
    return program


def _check_signing(program: Program, number: str, issued_on: date, in_force_from: date) -> None:
    if not number:
        raise Refusal(_("Give the number of the signed plan."))
    if issued_on > timezone.localdate():
        raise Refusal(_("The plan's date lies in the future."))
    if in_force_from < issued_on:
        raise Refusal(_("A plan cannot be in force before the day it is signed."))
    if in_force_from.year > program.last_year:
        raise Refusal(_("The day it comes into force lies behind the plan's last year."))
    same = Program.objects.filter(province=program.province, number__iexact=number).exclude(pk=program.pk)
    if same.filter(issued_on__year=issued_on.year).exists():
        raise Refusal(_("The province has a plan with this number of the same year."))


def _check_fixed_days(program: Program, first: date) -> None:
    """A task whose only day has passed already would never be asked of anybody."""
    tasks = PlanTask.objects.filter(group__program=program, due_by__lt=first).select_related("group")
    task = tasks.order_by("group__position", "position").first()
    if task is not None and task.due_by is not None:
        raise Refusal(
            _(
                "Task %(task)s is due on %(day)s, before the plan is in force: the officer gives it another "
                "day."
            )
            % {"task": task.label, "day": f"{task.due_by:%d/%m/%Y}"}
        )


def _close(closes: Program, program: Program, actor: Any, begins: date) -> None:
    if begins > timezone.localdate():
        raise Refusal(
            _("The new plan begins on %(day)s: until then the present one runs on. Close it on that day.")
            % {"day": f"{begins:%d/%m/%Y}"}
        )
    closes = locked(Program.objects.select_related("province"), closes.pk)
    if closes.province_id != program.province_id or closes.pk == program.pk:
        raise Refusal(_("The plan to close belongs to another province."))
    require_state(closes, {ProgramState.IN_FORCE})
    move(closes, ProgramState.CLOSED)
    record("programs.program.close", closes, actor=actor, after={"replaced_by": program.title})


def close_plan(program: Program, *, actor: Any, reason: str) -> Program:
    """Close a plan whose time is over: no more dues open; what is open can still be reported."""
    with step():
        program = locked(Program.objects.select_related("province"), program.pk)
        require(may_approve_plan(actor, program))
        require_state(program, {ProgramState.IN_FORCE})
        move(program, ProgramState.CLOSED)
        record("programs.program.close", program, actor=actor, reason=need_reason(reason))
    return program


# --- parts ------------------------------------------------------------------------------------------


def _locked_draft(program: Program, actor: Any) -> Program:
    program = locked(Program.objects.select_related("province"), program.pk)
    require(may_change_plan(actor, program))
    require_state(program, DRAFT)
    return program


def _task_count(program: Program) -> int:
    return PlanTask.objects.filter(group__program=program).count()


def _checked(head: PlanHead) -> dict[str, Any]:
    values = asdict(head)
    values["title"], values["number"] = clean_text(head.title), clean_text(head.number)
    if not values["title"]:
        raise Refusal(_("Give the plan a title."))
    if not 2000 <= head.first_year <= 2100 or not 2000 <= head.last_year <= 2100:
        raise Refusal(_("Write years with four digits, like 2026."))
    if head.last_year < head.first_year:
        raise Refusal(_("The last year lies before the first."))
    if head.last_year - head.first_year >= MOST_YEARS:
        raise Refusal(_("A plan cannot run longer than %(n)s years.") % {"n": MOST_YEARS})
    if head.issued_on is not None and head.issued_on > timezone.localdate():
        raise Refusal(_("The plan's date lies in the future."))
    return values


def _code(province: AdministrativeArea, head: PlanHead) -> str:
    """A code of its own: the province's number and the years, counted on where there is one already."""
    first = slugify(f"plan-{province.code}-{head.first_year}")[:34]
    taken = set(Program.objects.filter(code__startswith=first).values_list("code", flat=True))
    number = 1
    while (code := first if number == 1 else f"{first}-{number}") in taken:
        number += 1
    return code
