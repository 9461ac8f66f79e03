"""The matrix alive: beside each task, where the dues of its leading organisations stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from smartphone_support.accounts.models import Organisation

from ..matrix import MatrixGroup
from ..models import Program, TaskDue
from .standing import TONES, Clock, Counts, Standing, counted


@dataclass(frozen=True, slots=True)
class ShownCount:
    """A number of dues of one standing and the list that shows them."""

    number: int
    label: Any
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class OrganisationProgress:
    name: str
    url: str
    counts: tuple[ShownCount, ...]


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """The counts of a task over all its organisations, and of each where there are several."""

    counts: tuple[ShownCount, ...]
    organisations: tuple[OrganisationProgress, ...] = ()


def list_address(program: Program, **parameters: Any) -> str:
    """The list of dues, filtered."""
    page = reverse("programs:due_list", args=[program.pk])
    known = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{page}?{urlencode(known)}" if known else page


def shown_counts(program: Program, counts: Counts, **parameters: Any) -> tuple[ShownCount, ...]:
    return tuple(
        ShownCount(
            number, Standing(standing).label, TONES[standing],
            list_address(program, state=standing.value, **parameters),
        )
        for standing, number in counts.shown()
    )  # fmt: skip


def progress_by_task(
    program: Program, user: Any, clock: Clock, *, organisation: Organisation | None = None
) -> dict[int, TaskProgress]:
    """Task → its progress, of the dues this person sees (of one organisation where it is given); two
    queries whatever the plan's size."""
    rows = TaskDue.objects.visible_to(user).filter(task__group__program=program)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    found = counted(rows, clock, "task", "organisation")
    names = dict(
        Organisation.objects.filter(pk__in={leading for _task, leading in found}).values_list(
            "pk", "short_name"
        )
    )
    by_task: dict[int, dict[int, Counts]] = {}
    for (task, leading), counts in found.items():
        by_task.setdefault(task, {})[leading] = counts
    return {task: _of_task(program, task, parts, names) for task, parts in by_task.items()}


def _of_task(program: Program, task: int, parts: dict[int, Counts], names: dict[int, str]) -> TaskProgress:
    whole = Counts()
    for counts in parts.values():
        whole.add(counts)
    several = sorted(parts.items(), key=lambda part: names[part[0]]) if len(parts) > 1 else []
    return TaskProgress(
        shown_counts(program, whole, task=task),
        tuple(
            OrganisationProgress(
                names[organisation],
                reverse("programs:organisation_detail", args=[program.pk, organisation]),
                shown_counts(program, counts, task=task, organisation=organisation),
            )
            for organisation, counts in several
        ),
    )


def with_progress(groups: list[MatrixGroup], progress: dict[int, TaskProgress]) -> list[MatrixGroup]:
    """The matrix with each row's progress."""
    return [
        replace(group, rows=tuple(replace(row, progress=progress.get(row.task.pk)) for row in group.rows))
        for group in groups
    ]
