"""What inspections do when something happens in the apps below."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _

from beneficiaries.models import Household
from beneficiaries.signals import household_in_use
from programs.models import Program
from programs.signals import plan_loaded
from smartphone_support.audit.hiding import show_only

from .choices import ChecklistState, ComplaintKind
from .models import ChecklistItem, Complaint
from .rounds.checklists import load_checklists

# An entry's number and verb alone would tell who reads the record that there is a denunciation.
show_only(Complaint, Complaint.objects.visible_to)


@receiver(household_in_use, dispatch_uid="inspections.household_in_use")
def named_in_a_complaint(households: QuerySet[Household], **kwargs: Any) -> str:
    """The first of these households a complaint is about, as a sentence; "" for none.

    Denunciations are left out: the answer would tell of one. Their household stays readable from them.
    """
    rows = Complaint.objects.filter(household__in=households).exclude(kind=ComplaintKind.DENUNCIATION)
    found = rows.select_related("household").order_by("pk").first()
    if found is None:
        return ""
    words = {"name": found.household, "kind": found.get_kind_display(), "number": found.number}
    return _("“%(name)s” is what a %(kind)s is about (no. %(number)s).") % words


@receiver(pre_delete, sender=ChecklistItem, dispatch_uid="inspections.question_in_force")
def questions_in_force_stay(instance: ChecklistItem, **kwargs: Any) -> None:
    """Refuse to delete a question of a version in force or retired, also past the doors.

    PostgreSQL refuses it itself; on SQLite a rule of the database would stop the emptying of a test database.
    """
    if instance.checklist.state != ChecklistState.DRAFT:
        raise IntegrityError("approved rows never change")


@receiver(plan_loaded, dispatch_uid="inspections.plan_loaded")
def packaged_checklists(program: Program, **kwargs: Any) -> int:
    """A plan comes with the packaged checklists."""
    return load_checklists(program)
