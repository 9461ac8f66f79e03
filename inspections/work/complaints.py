"""What waits in complaints. A denunciation waits for the people named for it alone, by its number."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import RUNNING, ComplaintKind, ComplaintState
from ..models import Complaint
from ..permits.complaints import ANSWER, ASSIGN, unnamed_denunciations

#: More than so many are one line that leads to the list.
_EACH = 5


def waiting_for(user: Any) -> list[WorkItem]:
    """To name readers, take up, give an appeal to somebody, or answer what the own organisation has."""
    items: list[WorkItem] = []
    if user.has_perm(ASSIGN):
        items += _unnamed(user)
        items += _listed(_of(user, ComplaintState.RECEIVED), "received", _("To be taken up"), _("Take up"))
        orphans = _of(user, ComplaintState.APPEALED).filter(handler__isnull=True)
        items += _listed(orphans, "appealed", _("Appeal to be given to a person"), _("Hand it on"))
    if user.has_perm(ANSWER) and user.organisation is not None:
        own = Complaint.objects.visible_to(user).filter(assigned_to=user.organisation)
        own = own.filter(Q(handler=user) | Q(handler__isnull=True))
        answers = own.filter(state=ComplaintState.ASSIGNED)
        appeals = own.filter(state=ComplaintState.APPEALED, handler=user).exclude(answered_by=user)
        items += _listed(answers, "assigned", _("To be answered"), _("Answer"))
        items += _listed(appeals, "appealed", _("Appeal to be answered"), _("Answer the appeal"))
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """What the department gave to others and is overdue there."""
    if not user.has_perm(ASSIGN):
        return []
    late = Complaint.objects.visible_to(user).filter(
        state__in=RUNNING - {ComplaintState.RECEIVED}, due__lt=timezone.localdate()
    )
    others = late.exclude(assigned_to=user.organisation)
    return _listed(others, "late", _("Overdue at who handles it"), _("View"))


def _of(user: Any, state: str) -> Any:
    return Complaint.objects.visible_to(user).filter(state=state)


def _listed(rows: Any, part: str, what: str, verb: str) -> list[WorkItem]:
    """Each as a line while they are few, else one line for all; the first due first."""
    found = list(rows.select_related("district").order_by("due", "pk")[: _EACH + 1])
    if len(found) <= _EACH:
        return [
            WorkItem(
                f"{what}: {row.number}", _about(row),
                reverse("inspections:complaint_detail", args=[row.pk]), verb, due=row.due,
            )
            for row in found
        ]  # fmt: skip
    count = rows.count()
    words = ngettext("%(count)s complaint", "%(count)s complaints", count) % {"count": localize(count)}
    due = min((row.due for row in found if row.due), default=None)
    return [WorkItem(what, words, reverse("inspections:complaint_list") + f"?part={part}", verb, due=due)]


def _about(row: Complaint) -> str:
    """Kind, subject and district; of a denunciation its kind alone."""
    if row.kind == ComplaintKind.DENUNCIATION:
        return str(row.get_kind_display())
    parts = (row.get_kind_display(), row.get_subject_display(), row.district.name if row.district else "")
    return " · ".join(str(part) for part in parts if part)


def _unnamed(user: Any) -> list[WorkItem]:
    count = unnamed_denunciations(user).count()
    if not count:
        return []
    words = ngettext(
        "%(count)s denunciation has nobody who reads it",
        "%(count)s denunciations have nobody who reads them",
        count,
    )
    return [
        WorkItem(
            _("Denunciations without a reader"), words % {"count": localize(count)},
            reverse("inspections:complaint_unnamed"), _("Name a reader"),
        )
    ]  # fmt: skip
