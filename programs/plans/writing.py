"""A sketch written as the groups, tasks and parties of a draft plan. Only the workflow calls this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation

from ..choices import TimingKind
from ..docx_reading import plain_name
from ..models import (
    Coordination,
    DeadlineRules,
    FundingSource,
    Party,
    PlanTask,
    Program,
    TaskGroup,
    TaskTrigger,
)
from ..rules.proposing import proposed
from ..rules.timing import Timing
from .matching import PartyBook, key_of_name
from .sketch import Answers, SketchRow

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_DEADLINES = (
    "month_day", "quarter_days", "year_day", "year_month", "review_day", "review_month", "event_days",
    "soon_days",
)  # fmt: skip


def write_rows(program: Program, rows: Sequence[SketchRow], answers: Answers, book: PartyBook) -> None:
    """Put the rows in the place of the draft's groups and tasks. A task that stays keeps its events, and the
    meaning of its timing while the words are the same; a new one gets those proposed."""
    kept = _kept_events(program)
    meanings = {
        task.pk: (task.timing_text, Timing(TimingKind(task.timing_kind), task.due_by))
        for task in PlanTask.objects.filter(group__program=program)
    }
    program.groups.all().delete()
    parties = _Parties(program, answers, book)
    group = None
    positions = {"group": 0, "task": 0}
    for row in rows:
        if row.is_group or group is None:
            positions = {"group": positions["group"] + 1, "task": 0}
            group = TaskGroup.objects.create(
                program=program, position=positions["group"], number=row.number, name=row.content
            )
            continue
        positions["task"] += 1
        text, meaning = meanings.get(row.task, ("", None))
        timing = meaning if meaning is not None and text == row.timing else answers.timing(row.timing)
        task = _write_task(group, positions["task"], row, timing, parties)
        events = kept.get(row.task)
        if events is None:
            operators = parties.are_operators(row.lead)
            events = list(proposed(TimingKind(task.timing_kind), task.content, led_by_operators=operators))
        TaskTrigger.objects.bulk_create(
            TaskTrigger(task=task, event=event, effect=effect) for event, effect in events
        )
    # A party no task names any more was a name in a row that is gone.
    program.parties.filter(led_tasks=None, coordinated_tasks=None).delete()


def _write_task(
    group: TaskGroup, position: int, row: SketchRow, timing: Timing | None, parties: _Parties
) -> PlanTask:
    timing = timing or Timing(TimingKind.UNSTATED)
    task = PlanTask.objects.create(
        group=group, position=position, number=row.number, content=row.content, lead=parties.of(row.lead),
        timing_text=row.timing, timing_kind=timing.kind, due_by=timing.due_by,
    )  # fmt: skip
    for order, printed in enumerate(row.coordinators, start=1):
        party = parties.of(plain_name(printed))
        Coordination.objects.create(task=task, party=party, position=order, printed=printed[:220])
    return task


def _kept_events(program: Program) -> dict[int, list[tuple[str, str]]]:
    kept: dict[int, list[tuple[str, str]]] = {
        pk: [] for pk in PlanTask.objects.filter(group__program=program).values_list("pk", flat=True)
    }
    rows = TaskTrigger.objects.filter(task__group__program=program).order_by("pk")
    for task, event, effect in rows.values_list("task", "event", "effect"):
        kept[task].append((event, effect))
    return kept


class _Parties:
    """The plan's parties by the key of their name, made when a row first names them."""

    def __init__(self, program: Program, answers: Answers, book: PartyBook) -> None:
        self.program, self.answers, self.book = program, answers, book
        parties = list(program.parties.order_by("-pk"))
        self.by_key = {key_of_name(party.name): party for party in parties}
        self.by_name = {party.name: party for party in parties}

    def of(self, name: str) -> Party:
        """The party of exactly this name, or of another spelling of it."""
        if name in self.by_name:
            return self.by_name[name]
        key = key_of_name(name)
        if key not in self.by_key:
            party = Party.objects.create(program=self.program, name=name)
            party.organisations.set(self.answers.organisations(name, self.book) or [])
            self.by_key[key] = party
        return self.by_key[key]

    def are_operators(self, name: str) -> bool:
        kinds = [organisation.kind for organisation in self.of(name).organisations.all()]
        return bool(kinds) and set(kinds) == {OrganisationKind.OPERATOR}


# --- what a plan takes over from another ------------------------------------------------------------


def take_over_settings(program: Program, source: Program) -> None:
    """Sources of funding and deadlines of another plan of the province."""
    for one in source.funding_sources.all():
        FundingSource.objects.get_or_create(
            program=program, kind=one.kind, defaults={"name": one.name, "legal_basis": one.legal_basis}
        )
    rules = DeadlineRules.objects.filter(program=source).first()
    if rules is not None:
        values = {name: getattr(rules, name) for name in _DEADLINES}
        DeadlineRules.objects.update_or_create(program=program, defaults=values)


def copy_tasks(program: Program, source: Program, *, years: int) -> None:
    """Groups, tasks, parties and events of the source; fixed days so many years later, in words too."""
    parties = {}
    for party in source.parties.prefetch_related("organisations"):
        parties[party.pk] = Party.objects.create(program=program, name=party.name)
        parties[party.pk].organisations.set(active(party.organisations.all()))
    groups = source.groups.prefetch_related("tasks__coordinations", "tasks__triggers")
    for group in groups:
        new_group = TaskGroup.objects.create(
            program=program, position=group.position, number=group.number, name=group.name
        )
        for task in group.tasks.all():
            new = PlanTask.objects.create(
                group=new_group, position=task.position, number=task.number, content=task.content,
                lead=parties[task.lead_id], timing_kind=task.timing_kind,
                timing_text=later_words(task.timing_text, years),
                due_by=later(task.due_by, years) if task.due_by else None,
            )  # fmt: skip
            Coordination.objects.bulk_create(
                Coordination(
                    task=new, party=parties[line.party_id], position=line.position, printed=line.printed
                )
                for line in task.coordinations.all()
            )
            TaskTrigger.objects.bulk_create(
                TaskTrigger(task=new, event=one.event, effect=one.effect) for one in task.triggers.all()
            )


def active(organisations: Iterable[Organisation]) -> list[Organisation]:
    return [organisation for organisation in organisations if organisation.is_active]


def later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def later_words(text: str, years: int) -> str:
    """The years a text names, so many years later."""
    return _YEAR.sub(lambda found: str(int(found[0]) + years), text)
