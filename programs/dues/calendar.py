"""Dues laid out by day: a month in weeks, a year in months, with holidays, and the periods still to come."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from smartphone_support.accounts.models import Organisation

from ..choices import HolidayKind, ProgramState
from ..models import Holiday, PlanTask, Program, TaskDue
from ..rules.cadence import period_words
from ..workflow.opening import span, timetable
from .progress import list_address
from .standing import TONES, Clock, Standing

#: Tone of a period whose dues are not open yet.
PLANNED = "idle"
_WEEK = 7
#: Items a day of a month shows before the others are folded.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Item:
    """What falls due on a day: one due, or the dues of several organisations for one task and standing."""

    label: str
    text: str
    detail: str
    tone: str
    state: Any
    url: str
    number: int = 1
    urgency: int = 0


@dataclass(slots=True)
class Day:
    day: date
    in_month: bool = True
    is_today: bool = False
    is_off: bool = False
    holiday: str = ""
    made_up: str = ""
    items: list[Item] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(item.number for item in self.items)

    @property
    def first(self) -> list[Item]:
        """What a cell shows at once: the most urgent."""
        return self.items if len(self.items) <= SHOWN + 1 else self.items[:SHOWN]

    @property
    def rest(self) -> list[Item]:
        """What unfolds below it: the last day of a year may hold every task of a plan."""
        return self.items[len(self.first) :]

    @property
    def tone(self) -> str:
        """The most urgent of the day."""
        return min(self.items, key=lambda item: item.urgency).tone if self.items else ""

    @property
    def spoken(self) -> str:
        """ "05/02/2024: 3 kỳ, Quá hạn", for who cannot see the tone."""
        worst = min(self.items, key=lambda item: item.urgency).state if self.items else ""
        words = ngettext("%(n)s due", "%(n)s dues", self.number) % {"n": self.number}
        return f"{self.day:%d/%m/%Y}: {words}, {worst}"

    @property
    def is_empty(self) -> bool:
        """Nothing to read: a phone leaves the day out."""
        return not (self.in_month and (self.items or self.holiday or self.made_up or self.is_today))


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def number(self) -> int:
        return sum(day.number for week in self.weeks for day in week if day.in_month)


_URGENCY = {standing: place for place, standing in enumerate(Standing)}
_LAST = len(_URGENCY)


def weeks_of(first: date) -> list[list[date]]:
    """The days of the weeks, Monday first, that a month lies in."""
    return months.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)


def last_of_month(first: date) -> date:
    return first.replace(day=months.monthrange(first.year, first.month)[1])


def month_of(first: date, items: Mapping[date, list[Item]], today: date) -> Month:
    """One month; two holiday queries at most are made by `months_of` for many."""
    return months_of([first], items, today)[0]


def months_of(firsts: Iterable[date], items: Mapping[date, list[Item]], today: date) -> list[Month]:
    """Months laid out with what falls due and the holidays entered; one query."""
    firsts = list(firsts)
    off, made_up = _exceptions(
        firsts[0] - timedelta(days=_WEEK), last_of_month(firsts[-1]) + timedelta(days=_WEEK)
    )
    found = []
    for first in firsts:
        weeks = tuple(
            tuple(
                Day(
                    day,
                    in_month=day.month == first.month,
                    is_today=day == today,
                    is_off=day not in made_up and (day.weekday() > 4 or day in off),
                    holiday=off.get(day, ""),
                    made_up=made_up.get(day, ""),
                    items=list(items.get(day, ())) if day.month == first.month else [],
                )
                for day in week
            )
            for week in weeks_of(first)
        )
        found.append(Month(first, weeks))
    return found


def _exceptions(first: date, last: date) -> tuple[dict[date, str], dict[date, str]]:
    off: dict[date, str] = {}
    made_up: dict[date, str] = {}
    for day, name, kind in Holiday.objects.filter(day__range=(first, last)).values_list(
        "day", "name", "kind"
    ):
        (off if kind == HolidayKind.HOLIDAY else made_up)[day] = name
    return off, made_up


def items_by_day(
    program: Program, dues: Any, clock: Clock, query: Mapping[str, str]
) -> dict[date, list[Item]]:
    """What falls due, day by day, the most urgent first. `query`: filters that go on into the lists."""
    by_key: dict[tuple[date, int, Standing], list[TaskDue]] = {}
    for due in dues.select_related("task__group", "organisation"):
        by_key.setdefault((due.due_on, due.task_id, clock.standing(due)), []).append(due)
    found: dict[date, list[Item]] = {}
    for (day, task, standing), rows in by_key.items():
        if len(rows) == 1:
            url = reverse("programs:due_detail", args=[rows[0].pk])
        else:
            known = dict(query) | {
                "task": task, "state": standing.value, "since": f"{day:%d/%m/%Y}",
                "until": f"{day:%d/%m/%Y}",
            }  # fmt: skip
            url = list_address(program, **known)
        found.setdefault(day, []).append(_item(rows, standing, url))
    for items in found.values():
        items.sort(key=lambda item: (item.urgency, item.label))
    return found


def _item(rows: list[TaskDue], standing: Standing, url: str) -> Item:
    task = rows[0].task
    if len(rows) == 1:
        detail = f"{rows[0].period_words} · {rows[0].organisation.short_name}"
    else:
        n = len({row.organisation_id for row in rows})
        words = ngettext("%(n)s organisation", "%(n)s organisations", n) % {"n": n}
        detail = f"{rows[0].period_words} · {words}"
    return Item(
        task.label, Truncator(task.content).chars(60), detail, TONES[standing], standing.label, url,
        len(rows), _URGENCY[standing],
    )  # fmt: skip


def planned_by_day(
    program: Program,
    first: date,
    last: date,
    *,
    organisation: Organisation | None = None,
    group: int | None = None,
) -> dict[date, list[Item]]:
    """Periods that fall due in the stretch and whose dues are not open yet: told, and not to be acted on.

    `organisation`: only those it leads.
    """
    if program.state != ProgramState.IN_FORCE:
        return {}
    begin, end = span(program)
    if program.dues_until is not None:
        begin = max(begin, program.dues_until + timedelta(days=1))
    # A year's due falls at its end: its period may have begun long before.
    end = min(end, last)
    tasks = PlanTask.objects.filter(group__program=program).select_related("group")
    wanted = Q()
    if organisation is not None:
        wanted &= Q(lead__organisations=organisation)
    if group is not None:
        wanted &= Q(group=group)
    tasks = tasks.filter(wanted).prefetch_related("lead__organisations")
    open_keys = set(
        TaskDue.objects.filter(task__group__program=program, due_on__gte=first).values_list(
            "task", "period_key"
        )
    )
    table = timetable(program)
    found: dict[date, list[Item]] = {}
    for task in tasks:
        leading = [one for one in task.lead.organisations.all() if one.is_active]
        if organisation is not None:
            leading = [one for one in leading if one.pk == organisation.pk]
        for period in table.periods(task, begin, end) if leading else ():
            if (
                first <= period.due <= last
                and period.first >= begin
                and (task.pk, period.key) not in open_keys
            ):
                found.setdefault(period.due, []).append(_planned(program, task, period.key, len(leading)))
    return found


def _planned(program: Program, task: PlanTask, key: str, number: int) -> Item:
    words = ngettext("%(n)s organisation", "%(n)s organisations", number) % {"n": number}
    return Item(
        task.label, Truncator(task.content).chars(60), f"{period_words(key)} · {words}", PLANNED,
        pgettext("due", "Not open yet"),
        f"{reverse('programs:program_detail', args=[program.pk])}#task-{task.pk}", number, _LAST,
    )  # fmt: skip


def merged(*parts: Mapping[date, list[Item]]) -> dict[date, list[Item]]:
    found: dict[date, list[Item]] = {}
    for part in parts:
        for day, items in part.items():
            found.setdefault(day, []).extend(items)
    return found


def year_of(text: str, default: int) -> int:
    """A year of an address; what is none is the default."""
    return int(text) if text.isascii() and text.isdigit() and 1990 <= int(text[:5]) <= 2100 else default


def month_from(text: str, default: date) -> date:
    """The first day of a month of an address ("2024-02"); what is none is the default's month."""
    year, _dash, month = text.partition("-")
    if month.isascii() and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12:
        known = year_of(year, 0)
        if known:
            return date(known, int(month), 1)
    return default.replace(day=1)


def month_words(first: date) -> str:
    """ "Tháng 02/2024"."""
    return _("Month %(month)s/%(year)s") % {"month": f"{first.month:02d}", "year": first.year}
