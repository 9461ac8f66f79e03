"""Work that waits around activities, obstacles and periodic reports, for the home page."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartphone_support.web.worklist import WorkItem

from .choices import ObstacleState, ReportState
from .models import Obstacle, PeriodicReport

SHOWN = 20


def waiting_for(user: Any) -> list[WorkItem]:
    """Obstacles to answer; answers to read; drafts of reports to issue."""
    return [*_to_answer(user), *_answered(user), *_to_issue(user)]


def awaited_by(user: Any) -> list[WorkItem]:
    """Own obstacles the department has not answered; own drafts the leader has not issued."""
    found = []
    if user.has_perm("programs.raise_obstacle") and user.organisation is not None:
        own = Obstacle.objects.visible_to(user).filter(
            organisation=user.organisation, state=ObstacleState.OPEN
        )
        if not user.has_perm("programs.answer_obstacle"):
            found += [_item(row, _("The department in charge answers"), _("View")) for row in own[:SHOWN]]
    if user.has_perm("programs.prepare_periodicreport"):
        drafts = PeriodicReport.objects.visible_to(user).filter(state=ReportState.DRAFT, prepared_by=user)
        found += [
            _report(row, _("The leader issues it"), _("View")) for row in drafts.defer("figures")[:SHOWN]
        ]
    return found


def _to_answer(user: Any) -> list[WorkItem]:
    if not user.has_perm("programs.answer_obstacle"):
        return []
    rows = Obstacle.objects.visible_to(user).filter(state=ObstacleState.OPEN).exclude(raised_by=user)
    related = rows.select_related("organisation").order_by("raised_at", "pk")
    return [_item(row, row.organisation.short_name, _("Answer it")) for row in related[:SHOWN]]


def _answered(user: Any) -> list[WorkItem]:
    if not user.has_perm("programs.raise_obstacle") or user.organisation is None:
        return []
    rows = Obstacle.objects.visible_to(user).filter(
        organisation=user.organisation, state=ObstacleState.ANSWERED
    )
    words = _("The department has answered: settle it or ask again")
    return [_item(row, words, _("Read the answer")) for row in rows.order_by("answered_at", "pk")[:SHOWN]]


def _to_issue(user: Any) -> list[WorkItem]:
    if not user.has_perm("programs.issue_periodicreport"):
        return []
    rows = PeriodicReport.objects.visible_to(user).filter(state=ReportState.DRAFT)
    # Figures of a period that still ran when they were computed are computed again first.
    ready = rows.exclude(prepared_by=user).filter(computed_at__date__gt=F("last_day"))
    related = ready.select_related("prepared_by").defer("figures").order_by("last_day", "pk")
    return [_report(row, _("Prepared by %(person)s") % {"person": row.prepared_by}, _("Issue it"))
            for row in related[:SHOWN]]  # fmt: skip


def _item(row: Obstacle, detail: str, verb: str) -> WorkItem:
    day = localtime(row.raised_at)
    return WorkItem(
        title=_("Difficulty: %(title)s") % {"title": row.title},
        detail=f"{detail} · {day:%d/%m/%Y}",
        url=reverse("programs:obstacle_detail", args=[row.pk]),
        verb=verb,
    )


def _report(row: PeriodicReport, detail: str, verb: str) -> WorkItem:
    return WorkItem(
        title=row.title, detail=detail, url=reverse("programs:report_detail", args=[row.pk]), verb=verb
    )
