"""Everybody's waiting work, put together from the apps."""

from __future__ import annotations

from datetime import date
from typing import Any

from allocations import worklist as allocations_work
from beneficiaries import worklist as beneficiaries_work
from beneficiaries.services import confirmation_worklist as confirmation_work
from beneficiaries.services import worklist as services_work
from inspections import worklist as inspections_work
from programs import plan_worklist as making_work
from programs import work_worklist as plan_work
from programs import worklist as programs_work
from smartphone_support.web.worklist import WorkItem

APPS = (
    programs_work,
    plan_work,
    making_work,
    allocations_work,
    beneficiaries_work,
    services_work,
    confirmation_work,
    inspections_work,
)


def waiting_for(user: Any) -> list[WorkItem]:
    """What waits for this person: overdue first, then by due date, then as the apps list it."""
    return sorted((item for app in APPS for item in app.waiting_for(user)), key=_urgency)


def awaited_by(user: Any) -> list[WorkItem]:
    """What this person waits for from others."""
    return sorted((item for app in APPS for item in app.awaited_by(user)), key=_urgency)


def plan_duties(user: Any) -> list[WorkItem]:
    """Dues of the plan with time left: listed, but not counted as waiting."""
    duties: list[WorkItem] = programs_work.duties(user)
    return duties


def _urgency(item: WorkItem) -> tuple[bool, date]:
    return (not item.late, item.due or date.max)
