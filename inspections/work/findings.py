"""What waits in findings: to be remedied by one side, to be verified by the other; overdue ones on both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.web.worklist import WorkItem

from ..choices import FindingState
from ..findings.filters import overdue
from ..models import Finding
from ..permits.findings import MANAGE, REMEDY, managed_by

OPEN, REMEDIED = FindingState.OPEN, FindingState.REMEDIED


def waiting_for(user: Any) -> list[WorkItem]:
    """Findings to remedy, for the responsible side; to verify or to give to somebody, for their managers."""
    items: list[WorkItem] = []
    if user.has_perm(REMEDY):
        items += _items(_own(user, OPEN), _("Remedy findings, %(round)s"), _("Report remedies"), "open", user)
    if user.has_perm(MANAGE):
        reported = Q(remediations__accepted=None, remediations__reported_by=user)
        rows = _managed(user, REMEDIED).exclude(reported)
        items += _items(rows, _("Verify remedies, %(round)s"), _("Verify"), "verify")
        rows = _managed(user, OPEN).filter(responsible=None)
        items += _items(rows, _("Say who mends findings, %(round)s"), _("Name who mends them"), "open")
    return items


def awaited_by(user: Any) -> list[WorkItem]:
    """What the other side has: findings others remedy, remedies others verify."""
    items: list[WorkItem] = []
    if user.has_perm(MANAGE):
        rows = _managed(user, OPEN).exclude(responsible=None)
        if user.organisation is not None:
            rows = rows.exclude(responsible=user.organisation)
        items += _items(rows, _("Findings others remedy, %(round)s"), _("View findings"), "open")
    if user.has_perm(REMEDY):
        rows = _own(user, REMEDIED)
        items += _items(rows, _("Remedies to be verified, %(round)s"), _("View findings"), "verify", user)
    return items


def _seen(user: Any) -> Any:
    """The findings seen, without the joins that would count one twice."""
    return Finding.objects.filter(pk__in=Finding.objects.visible_to(user).values("pk")).order_by()


def _own(user: Any, state: str) -> Any:
    return _seen(user).filter(state=state, responsible=user.organisation, responsible__isnull=False)


def _managed(user: Any, state: str) -> Any:
    return _seen(user).filter(managed_by(user), state=state)


def _items(rows: Any, title: str, verb: str, part: str, own: Any = None) -> Iterable[WorkItem]:
    """One item a round, with how many and how many are overdue; `own`: only the person's own side's."""
    found = rows.values("round_id", "round__name").annotate(
        count=Count("pk", distinct=True),
        late=Count("pk", filter=overdue(), distinct=True),
        first=Min("due", filter=Q(state=OPEN)),
    )
    for row in found.order_by("round_id"):
        query = f"part={part}&round={row['round_id'] or 'null'}"
        if own is not None and own.district is not None:
            query += f"&responsible={own.organisation.pk}"
        yield WorkItem(
            title=title % {"round": row["round__name"] or _("outside the rounds")},
            detail=_detail(row["count"], row["late"]),
            url=f"{reverse('inspections:finding_list')}?{query}",
            verb=verb,
            due=row["first"],
            late=row["first"] is not None and row["first"] < timezone.localdate(),
        )


def _detail(count: int, late: int) -> str:
    words = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": localize(count)}
    if not late:
        return words
    return _("%(findings)s, of which %(late)s overdue") % {"findings": words, "late": localize(late)}
