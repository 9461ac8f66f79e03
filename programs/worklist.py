"""What the plan asks of a person's organisation, for the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from smartphone_support.accounts.roles import Role
from smartphone_support.web.worklist import WorkItem

from .matrix import MatrixRow, Part, matrix, own_tasks
from .models import Program

# Their work is not lists that come and go but the duties of the plan itself.
ROLES = frozenset({Role.PARTNER, Role.OPERATOR_OFFICER, Role.INSPECTOR})


def waiting_for(user: Any) -> list[WorkItem]:
    """The tasks the person's organisation leads, then those it coordinates, each a link into the plan."""
    if user.role not in ROLES:
        return []
    items: dict[Part, list[WorkItem]] = {Part.LEADS: [], Part.COORDINATES: []}
    for program in Program.objects.visible_to(user).with_matrix():
        page = reverse("programs:program_detail", args=[program.pk])
        for group in own_tasks(matrix(program, user.organisation)):
            for row in group.rows:
                items[row.part].append(_item(row, f"{page}?mine=1#task-{row.task.pk}"))
    return items[Part.LEADS] + items[Part.COORDINATES]


def awaited_by(user: Any) -> list[WorkItem]:
    """Nothing: what others do for a plan shows in the work itself, not in the plan's text."""
    return []


def _item(row: MatrixRow, url: str) -> WorkItem:
    if row.part == Part.LEADS:
        detail = _("Your organisation leads")
    else:
        detail = _("Your organisation coordinates with %(lead)s") % {"lead": row.lead.printed}
    if row.task.timing_text:
        detail = f"{detail} · {row.task.timing_text}"
    title = f"{row.task.label}. {Truncator(row.task.content).chars(160)}"
    return WorkItem(title=title, detail=detail, url=url, verb=_("View task"))
