"""A due of an operator with a file as its evidence, as the test of addresses needs it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from programs.models import DueEvidence, PlanTask, Program, TaskDue
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.documents.storing import store


def dues_of(prefix: str, program: Program) -> dict[str, Any]:
    """What Viettel owes of a task it leads, its evidence, the task, and Viettel's page of the plan."""
    operator = Organisation.objects.get(code=f"{prefix}-viettel")
    actor = User.objects.get(username=f"{prefix}-viettel")
    task = PlanTask.objects.filter(group__program=program, lead__organisations=operator).order_by("pk")[0]
    due = TaskDue.objects.create(
        task=task, organisation=operator, period_key="2024-01", opened_on=date(2024, 1, 1),
        period_end=date(2024, 1, 31), due_on=date(2024, 2, 5),
    )  # fmt: skip
    evidence = DueEvidence.objects.create(
        due=due, label="tep.pdf", happened_on=date(2024, 2, 1), added_by=actor,
        file=store(ContentFile(b"%PDF-1.4", name="tep.pdf"), actor=actor),
    )  # fmt: skip
    return {
        "due": due,
        "evidence": evidence,
        "plan_task": task,
        "plan_organisation": {"pk": program.pk, "organisation": operator.pk},
    }
