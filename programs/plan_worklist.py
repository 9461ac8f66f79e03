"""What plans being made ask of a person, for the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from smartphone_support.web.worklist import WorkItem

from .choices import ProgramState
from .models import PlanReading, Program


def waiting_for(user: Any) -> list[WorkItem]:
    """Documents read and drafts begun, for the officer; drafts to put in force, for the leader."""
    if user.has_perm("programs.manage_program"):
        readings = PlanReading.objects.visible_to(user).open().select_related("file")
        return [
            *(
                _item(str(one), _("Document of a plan, read"), "programs:program_reading", one.pk, _("Go on"))
                for one in readings
            ),
            *(_draft(plan, _("Complete")) for plan in _drafts(user)),
        ]
    if user.has_perm("programs.approve_program"):
        return [_draft(plan, _("Look through, put in force")) for plan in _drafts(user)]
    return []


def awaited_by(user: Any) -> list[WorkItem]:
    """Nothing: a draft stands with its officer and its leader at once."""
    return []


def _drafts(user: Any) -> Any:
    return Program.objects.visible_to(user).filter(state=ProgramState.DRAFT).order_by("pk")


def _draft(plan: Program, verb: str) -> WorkItem:
    return _item(plan.title, _("Draft plan"), "programs:program_draft", plan.pk, verb)


def _item(title: str, detail: str, url_name: str, pk: int, verb: str) -> WorkItem:
    url = reverse(url_name, args=[pk])
    return WorkItem(title=Truncator(title).chars(160), detail=detail, url=url, verb=verb)
