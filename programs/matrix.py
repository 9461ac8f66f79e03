"""The task matrix of a plan as a person reads it: every task, or those of one organisation, or a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.vietnamese.text import fold

from .models import Party, PlanTask, Program, TaskGroup


class Part(models.TextChoices):
    """What an organisation has to do with a task."""

    LEADS = "leads", _("You lead")
    COORDINATES = "coordinates", _("You coordinate")
    NONE = "", ""


@dataclass(frozen=True)
class NamedParty:
    """A party in the words printed for it in this cell."""

    printed: str
    party: Party

    @property
    def is_line(self) -> bool:
        """Whether it is printed as one of several lines, with a dash before it."""
        return self.printed.startswith("- ")

    @property
    def behind(self) -> list[Organisation]:
        """The organisations it stands for, unless its name says it already."""
        organisations = list(self.party.organisations.all())
        return [] if [o.name for o in organisations] == [self.party.name] else organisations


@dataclass(frozen=True)
class MatrixRow:
    task: PlanTask
    lead: NamedParty
    coordinators: tuple[NamedParty, ...]
    part: Part
    #: Where its dues stand (`dues.progress.TaskProgress`); None before anybody asks, or where there are none.
    progress: Any = None

    def text(self) -> str:
        """All that a search within the plan looks at."""
        names = (self.lead.printed, *(named.printed for named in self.coordinators))
        return " ".join((self.task.label, self.task.content, *names, self.task.timing_text))


@dataclass(frozen=True)
class MatrixGroup:
    group: TaskGroup
    rows: tuple[MatrixRow, ...]


def matrix(program: Program, organisation: Organisation | None = None) -> list[MatrixGroup]:
    """The whole matrix, each row with the organisation's part in it.

    `program` comes from `Program.objects.with_matrix()`; nothing more is read from the database.
    """
    parties = {party.pk: party for party in program.parties.all()}
    own = {
        party.pk
        for party in parties.values()
        if organisation and any(member.pk == organisation.pk for member in party.organisations.all())
    }
    return [
        MatrixGroup(group, tuple(_row(task, group, parties, own) for task in group.tasks.all()))
        for group in program.groups.all()
    ]


def _row(task: PlanTask, group: TaskGroup, parties: dict[int, Party], own: set[int]) -> MatrixRow:
    task.group = group  # the label needs it, and it is already here
    lead = parties[task.lead_id]
    coordinators = tuple(
        NamedParty(line.printed or parties[line.party_id].name, parties[line.party_id])
        for line in task.coordinations.all()
    )
    part = Part.NONE
    if lead.pk in own:
        part = Part.LEADS
    elif any(named.party.pk in own for named in coordinators):
        part = Part.COORDINATES
    return MatrixRow(task, NamedParty(lead.name, lead), coordinators, part)


def found(groups: list[MatrixGroup], query: str) -> list[MatrixGroup]:
    """Rows that hold every word of the query, in any order, accents or not; the group's name counts too."""
    words = fold(query).split()

    def holds(text: str) -> bool:
        folded = fold(text)
        return all(word in folded for word in words)

    return _kept(groups, lambda group, row: holds(f"{group.name} {row.text()}"))


def own_tasks(groups: list[MatrixGroup]) -> list[MatrixGroup]:
    """Rows in which the organisation has a part."""
    return _kept(groups, lambda _group, row: row.part != Part.NONE)


def count(groups: list[MatrixGroup]) -> int:
    return sum(len(group.rows) for group in groups)


def _kept(groups: list[MatrixGroup], wanted: Callable[[TaskGroup, MatrixRow], bool]) -> list[MatrixGroup]:
    """The groups with their wanted rows only; a group without any goes."""
    kept = (MatrixGroup(g.group, tuple(row for row in g.rows if wanted(g.group, row))) for g in groups)
    return [group for group in kept if group.rows]


def states_times(groups: list[MatrixGroup]) -> bool:
    """Whether any task prints a timing; Plan 413/KH-UBND prints none."""
    return any(row.task.timing_text for group in groups for row in group.rows)
