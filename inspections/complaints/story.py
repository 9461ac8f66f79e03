"""What complaints add to a household's story: when they were received, answered and appealed.

Denunciations are not in it: the story is read and printed by people who are not named for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from beneficiaries.household.story import Event
from beneficiaries.models import Household
from smartphone_support.web.templatetags.web import badge

from ..choices import ComplaintKind, ComplaintState
from ..models import Complaint


def complaint_events(household: Household, user: Any) -> Iterable[Event]:
    """When something about the household was received, answered, appealed, as far as the reader sees it."""
    for row in complaints_about(household, user):
        yield _event(row, row.received_on, _("%(kind)s received") % {"kind": row.get_kind_display()})
        if row.answered_on:
            yield _event(row, row.answered_on, _("Complaint answered"), by=row.answered_by)
        if row.appealed_on:
            yield _event(row, row.appealed_on, _("The answer was appealed"))
        if row.appeal_answered_on:
            yield _event(row, row.appeal_answered_on, _("Appeal answered"), by=row.appeal_answered_by)


def household_now(complaint: Complaint, user: Any) -> Household | None:
    """The household a complaint is about, where this person sees it; of a double entry the kept one."""
    household = complaint.household
    while household is not None and household.merged_into is not None:
        household = household.merged_into
    if household is None or not Household.objects.visible_to(user).filter(pk=household.pk).exists():
        return None
    return household


def complaints_about(household: Household, user: Any) -> Any:
    own = Q(household=household) | Q(household__merged_into=household)
    rows = Complaint.objects.visible_to(user).filter(own)
    related = ("answered_by", "appeal_answered_by", "assigned_to", "recorded_by")
    return rows.exclude(kind=ComplaintKind.DENUNCIATION).select_related(*related).order_by("pk")


def _event(row: Complaint, on: Any, title: str, *, by: Any = None) -> Event:
    outcome = ""
    if row.upheld is not None and row.state in (ComplaintState.ANSWERED, ComplaintState.CLOSED):
        outcome = _("The sender was right") if row.upheld else _("The sender was not right")
    return Event(
        on,
        title,
        "message-square-text",
        badge=badge(row.badge, row.get_state_display()),
        details=tuple(filter(None, (str(row.get_subject_display()), outcome if by else ""))),
        source=row.number,
        source_url=reverse("inspections:complaint_detail", args=[row.pk]),
        who=str(by or ""),
        recorded_at=row.recorded_at,
    )
