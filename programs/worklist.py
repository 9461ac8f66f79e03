"""What the plan asks of a person's organisation, for the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from smartphone_support.accounts.roles import Role
from smartphone_support.web.worklist import WorkItem

from .models import Party, PlanTask

# Their work is not lists that come and go but the duties of the plan itself.
ROLES = frozenset({Role.PARTNER, Role.OPERATOR_OFFICER, Role.INSPECTOR})


def waiting_for(user: Any) -> list[WorkItem]:
    """The tasks the person's organisation leads, then those it coordinates, each a link into the plan."""
    if user.role not in ROLES:
        return []
    own = set(Party.objects.filter(organisations=user.organisation).values_list("pk", flat=True))
    tasks = PlanTask.objects.visible_to(user).of(user.organisation).select_related("group", "lead")
    in_order = sorted(tasks, key=lambda task: (task.lead_id not in own, task.group.position, task.position))
    return [_item(task, leads=task.lead_id in own) for task in in_order]


def awaited_by(user: Any) -> list[WorkItem]:
    """Nothing: what others do for a plan shows in the work itself, not in the plan's text."""
    return []


def _item(task: PlanTask, *, leads: bool) -> WorkItem:
    if leads:
        detail = _("Your organisation leads")
    else:
        detail = _("Your organisation coordinates with %(lead)s") % {"lead": task.lead.name}
    if task.timing_text:
        detail = f"{detail} · {task.timing_text}"
    return WorkItem(
        title=f"{task.label}. {Truncator(task.content).chars(160)}",
        detail=detail,
        url=f"{reverse('programs:program_detail', args=[task.group.program_id])}?mine=1#task-{task.pk}",
        verb=_("View task"),
    )
