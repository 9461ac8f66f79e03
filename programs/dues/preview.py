"""What other deadlines would do: a year's days under the present and the entered settings, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ..choices import TO_DO, TimingKind
from ..models import DeadlineRules, PlanTask, Program, TaskDue
from ..rules.cadence import MONTHS, Deadlines, Period, period_words, periods
from ..workflow.opening import Timetable
from ..working_days import work_calendar


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """A period's due day now and then; `moves`: how many open dues would go along."""

    period: str
    now: date
    then: date
    moves: int

    @property
    def changes(self) -> bool:
        return self.now != self.then


@dataclass(frozen=True, slots=True)
class PreviewKind:
    """The tasks of one rhythm with their days of the year."""

    kind: str
    tasks: tuple[str, ...]
    days: tuple[PreviewDay, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    year: int
    kinds: tuple[PreviewKind, ...]

    @property
    def moves(self) -> int:
        return sum(day.moves for kind in self.kinds for day in kind.days)

    @property
    def changes(self) -> int:
        return sum(day.changes for kind in self.kinds for day in kind.days)


def preview(program: Program, year: int, then: Deadlines) -> Preview:
    """The year's days of every rhythm the plan has; nothing is written. Four queries."""
    rules = DeadlineRules.objects.filter(program=program).first()
    now = rules.as_rules() if rules else Deadlines()
    calendar = work_calendar()
    tasks: dict[TimingKind, list[PlanTask]] = {}
    in_order = PlanTask.objects.filter(group__program=program).select_related("group")
    for task in in_order.order_by("group__position", "position"):
        if MONTHS[TimingKind(task.timing_kind)]:
            tasks.setdefault(TimingKind(task.timing_kind), []).append(task)
    moving = _moving(program, Timetable(now, calendar))
    first, last = date(year, 1, 1), date(year, 12, 31)
    kinds = []
    for kind, rows in tasks.items():
        pairs = zip(
            periods(kind, first, last, now, calendar), periods(kind, first, last, then, calendar),
            strict=True,
        )  # fmt: skip
        days = tuple(
            PreviewDay(period_words(was.key), was.due, becomes.due, _moves(rows, was, becomes, moving))
            for was, becomes in pairs
        )
        kinds.append(PreviewKind(str(kind.label), tuple(row.label for row in rows), days))
    return Preview(year, tuple(kinds))


def _moving(program: Program, table: Timetable) -> Counter[tuple[int, str]]:
    """Open dues of each task and period whose day is still the one the settings gave."""
    found: Counter[tuple[int, str]] = Counter()
    rows = TaskDue.objects.filter(task__group__program=program, state__in=sorted(TO_DO))
    for due in rows.exclude(period_end=None).select_related("task"):
        period = table.period_of(due.task, due.opened_on)
        if period is not None and period.key == due.period_key and period.due == due.due_on:
            found[due.task_id, due.period_key] += 1
    return found


def _moves(tasks: list[PlanTask], was: Period, becomes: Period, moving: Counter[tuple[int, str]]) -> int:
    if was.due == becomes.due:
        return 0
    return sum(moving[task.pk, was.key] for task in tasks)
