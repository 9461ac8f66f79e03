"""What the plan asks of a person's organisation and of the department in charge, for the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from .choices import DueState
from .dues.progress import list_address
from .dues.standing import Clock, Standing
from .models import DeadlineRules, TaskDue

RELATED = ("task__group__program", "organisation")


def waiting_for(user: Any) -> list[WorkItem]:
    """Own dues that are overdue, returned or due soon; reports of others to accept or return."""
    if user.province is None:
        return []
    items: list[WorkItem] = []
    if _reports(user):
        items += _items(_pressing(user), _("Report what was done"), own=True)
    if accepted := _to_accept(user):
        rows = _seen(user).filter(accepted, state=DueState.REPORTED).exclude(reported_by=user)
        items += _items(rows, _("Accept or return"), state=Standing.REPORTED)
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """Own reports nobody has accepted yet; for the department in charge, what other organisations owe."""
    if user.province is None:
        return []
    items: list[WorkItem] = []
    if _reports(user):
        rows = _seen(user).filter(organisation=user.organisation, state=DueState.REPORTED)
        items += _items(rows, _("View"), state=Standing.REPORTED, own=True)
    if user.has_perm("programs.manage_program"):
        late = _seen(user).late(timezone.localdate()).exclude(organisation=user.organisation)  # type: ignore[attr-defined]  # its own queryset
        items += _items(late, _("View"), state=Standing.OVERDUE)
    return items


def duties(user: Any) -> list[WorkItem]:
    """Own dues with time left: listed, but not counted as waiting."""
    if not _reports(user) or user.province is None:
        return []
    pressing = _pressing(user).values("pk")
    rows = _seen(user).filter(organisation=user.organisation, state=DueState.OPEN).exclude(pk__in=pressing)
    return _items(rows, _("View"), own=True)


def _reports(user: Any) -> bool:
    return user.organisation is not None and user.has_perm("programs.report_taskdue")


def _to_accept(user: Any) -> Q | None:
    """Whose reports the person accepts; None: nobody's. The same split as `permits.dues.may_accept`."""
    own = Q(organisation=user.organisation)
    others, own_too = user.has_perm("programs.accept_taskdue"), user.has_perm("programs.accept_own_taskdue")
    if others and own_too:
        return Q(pk__isnull=False)
    if others:
        return ~own
    return own if own_too else None


def _seen(user: Any) -> Any:
    return TaskDue.objects.visible_to(user).filter(task__group__program__state="in_force")


def _pressing(user: Any) -> Any:
    """Own dues that are returned, overdue, or due within the days of the plan that count as soon."""
    today = timezone.localdate()
    rules = DeadlineRules.objects.filter(program__province=user.province).values_list("program", "soon_days")
    soon = Q(due_on__lte=Clock(today).soon_until)
    known = list(rules)
    if known:
        soon &= ~Q(task__group__program__in=[program for program, _days in known])
    for program, days in known:
        soon |= Q(task__group__program=program, due_on__lte=Clock(today, days).soon_until)
    own = _seen(user).filter(organisation=user.organisation)
    return own.filter(Q(state=DueState.RETURNED) | Q(state=DueState.OPEN) & soon)


@dataclass(slots=True)
class _Gathered:
    """The dues of one task that wait in the same way."""

    first: TaskDue
    number: int = 0
    returned: int = 0
    organisations: set[str] | None = None


def _items(rows: Any, verb: str, *, state: str = "", own: bool = False) -> list[WorkItem]:
    """One item a task: leading to its due, or to the list of them where there are several."""
    gathered: dict[int, _Gathered] = {}
    for due in rows.select_related(*RELATED).order_by("due_on", "pk"):
        of_task = gathered.setdefault(due.task_id, _Gathered(due, organisations=set()))
        of_task.number += 1
        of_task.returned += due.state == DueState.RETURNED
        if of_task.organisations is not None:
            of_task.organisations.add(due.organisation.short_name)
    return [_item(of_task, verb, state, own) for of_task in gathered.values()]


def _item(of_task: _Gathered, verb: str, state: str, own: bool) -> WorkItem:
    due = of_task.first
    if of_task.number == 1:
        url = reverse("programs:due_detail", args=[due.pk])
    else:
        url = list_address(due.task.group.program, task=due.task_id, state=state)
    return WorkItem(
        title=f"{due.task.label}. {Truncator(due.task.content).chars(90)}",
        detail=" · ".join(_details(of_task, own)),
        url=url,
        verb=verb,
        due=_day(due),
    )


def _day(due: TaskDue) -> date | None:
    """The day counts for who has to act; a report that waits to be accepted is not late any more."""
    return None if due.state == DueState.REPORTED else due.due_on


def _details(of_task: _Gathered, own: bool) -> Iterable[str]:
    due, number = of_task.first, of_task.number
    if number == 1:
        yield due.period_words
    else:
        yield ngettext("%(n)s due", "%(n)s dues", number) % {"n": number}
        yield _("the first: %(period)s") % {"period": due.period_words}
    if of_task.returned:
        yield _("returned: report again")
    if not own and of_task.organisations:
        names = sorted(of_task.organisations)
        yield (
            names[0]
            if len(names) == 1
            else ngettext("%(n)s organisation", "%(n)s organisations", len(names)) % {"n": len(names)}
        )
