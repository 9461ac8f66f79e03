"""The demo's dues: opened by the calendar, most of them settled, the last ones in every state."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from programs.choices import TO_DO, TimingKind
from programs.dues.reminding import reporters_of
from programs.models import TaskDue
from programs.workflow.dues import accept_due, nothing_arose, open_dues, report_due, return_due
from programs.workflow.opening import upcoming
from smartphone_support.accounts.models import User

from .offices import Office

#: Of the dues of a task that have fallen due, the last ones of each organisation are not all settled.
LAST = 2
#: In some months a rhythm "if anything arises" has nothing to report.
QUIET_MONTHS = frozenset({3, 6, 9})


def play_dues(office: Office) -> None:
    """Open the plan's dues up to now and tell what became of them; words and days are invented."""
    today = timezone.localdate()
    open_dues(office.program, upcoming(today))
    people: dict[int, User] = {}
    by_task: dict[tuple[int, int], list[TaskDue]] = {}
    rows = TaskDue.objects.filter(
        task__group__program=office.program, state__in=sorted(TO_DO), due_on__lt=today
    )
    for due in rows.select_related("task__group__program", "organisation").order_by("due_on", "pk"):
        by_task.setdefault((due.task_id, due.organisation_id), []).append(due)
        if due.organisation_id not in people:
            reporters = reporters_of(due.organisation)
            if reporters:
                people[due.organisation_id] = reporters[0]
    for number, ((_task, organisation), dues) in enumerate(sorted(by_task.items())):
        if organisation in people:
            _tell(dues, people[organisation], office, number)


def _tell(dues: list[TaskDue], person: User, office: Office, number: int) -> None:
    """All but the last are settled; of the last one is returned, waits, or is overdue, in turn."""
    last = LAST if len(dues) > 2 * LAST else 1
    for due in dues[:-last]:
        _settle(due, person, office)
    for place, due in enumerate(dues[-last:]):
        turn = (number + place) % 4
        if turn == 0:
            _report(due, person)
        elif turn == 1:
            _report(due, person)
            return_due(due, actor=_accepter(due, office), reason="Bổ sung số liệu và văn bản kèm theo")
        elif turn == 2:
            _settle(due, person, office)


def _settle(due: TaskDue, person: User, office: Office) -> None:
    if due.task.timing_kind == TimingKind.MONTHLY_IF_ANY and due.opened_on.month in QUIET_MONTHS:
        nothing_arose(due, actor=person)
        return
    _report(due, person)
    accept_due(due, actor=_accepter(due, office))


def _report(due: TaskDue, person: User) -> None:
    report_due(due, actor=person, report="Đã thực hiện theo kế hoạch (số liệu minh họa).", done_on=_day(due))


def _day(due: TaskDue) -> date:
    """A few days before its day; in every seventh month some days late."""
    days = -3 if due.opened_on.month == 7 else 2
    return min(max(due.opened_on, due.due_on - timedelta(days=days)), timezone.localdate())


def _accepter(due: TaskDue, office: Office) -> User:
    """Its own officers' reports are accepted by the leader."""
    own = due.organisation_id == office.organisation("dic").pk
    return office.leader if own else office.officer
