"""The organisations of a plan: all of them for its followers, each with its own page."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.components import Crumb
from smartphone_support.web.tables import DASH
from smartphone_support.web.views import Page

from ..choices import ObstacleState
from ..dues.organisations import OnTime, on_time, organisation_rows, organisations_of
from ..dues.progress import list_address, progress_by_task, shown_counts, with_progress
from ..dues.standing import Standing, counts_of
from ..dues.tables import state_badge, with_rows
from ..matrix import matrix, own_tasks, states_times
from ..models import CommunicationActivity, Obstacle, Program
from .living import ORGANISATIONS, PlanMixin

#: Rows shown of what has pages of its own.
SHOWN = 5
URGENT = 10


class OrganisationList(PlanMixin, Page):
    """Every organisation that leads a task: how its dues stand, how many were in time."""

    permission_required = "programs.follow_program"
    template_name = "programs/organisation_list.html"
    page_heading = gettext_lazy("Organisations of the plan")
    lead = gettext_lazy("Those that lead a task, the most overdue first.")
    plan_view = ORGANISATIONS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = organisation_rows(self.program, self.request.user, self.clock)
        return super().get_context_data(**kwargs) | {
            "rows": [(row, percent_words(row.on_time)) for row in rows]
        }


def percent_words(share: OnTime) -> str:
    return DASH if share.percent is None else f"{share.percent}%"


class OrganisationDetail(PlanMixin, Page):
    """One organisation: its tasks, its dues, how many were in time, its activities and obstacles.

    Followers of the plan open any organisation's page, everybody else the own one's.
    """

    template_name = "programs/organisation_detail.html"
    plan_view = ORGANISATIONS

    def find_subject(self) -> None:
        super().find_subject()
        user: Any = self.request.user
        pk = self.kwargs["organisation"]
        own = user.organisation is not None and user.organisation.pk == pk
        if not own and not user.has_perm("programs.follow_program"):
            raise Http404
        rows = Organisation.objects.filter(pk=pk)
        if not own:
            rows = rows.filter(pk__in=organisations_of(self.program).values("pk"))
        found = rows.first()
        if found is None:
            raise Http404
        self.object = found

    def get_page_heading(self) -> str:
        return str(self.object.name)

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = super().get_breadcrumbs()
        if self.request.user.has_perm("programs.follow_program"):
            page = reverse("programs:organisation_list", args=[self.program.pk])
            crumbs.append(Crumb(_("Organisations of the plan"), page))
        return crumbs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation, program = self.object, self.program
        user: Any = self.request.user
        dues = self.dues.filter(organisation=organisation)
        counts = counts_of(dues, self.clock)
        share = on_time(dues, self.clock)
        whole = Program.objects.with_matrix().get(pk=program.pk)
        tasks = matrix(whole, organisation)
        progress = progress_by_task(program, user, self.clock, organisation=organisation)
        to_do = dues.filter(self.clock.where(Standing.OVERDUE) | self.clock.where(Standing.SOON)).order_by(
            "due_on", "pk"
        )
        return super().get_context_data(**kwargs) | {
            "organisation": organisation,
            "of_another": organisation != user.organisation,
            "groups": with_progress(own_tasks(tasks), progress),
            "states_times": states_times(tasks),
            "counts": shown_counts(program, counts, organisation=self._filter()),
            "total": counts.total,
            "all_url": list_address(program, organisation=self._filter()),
            "share": share,
            "percent": percent_words(share),
            "urgent": [(due, state_badge(due, self.clock)) for due in with_rows(to_do)[:URGENT]],
            **self._activities(),
            **self._obstacles(),
        }

    def _filter(self) -> int | None:
        """Only followers have a filter by organisation."""
        return self.object.pk if self.request.user.has_perm("programs.follow_program") else None

    def _list(self, name: str) -> str:
        """The address of a list, of this organisation alone."""
        chosen = self._filter()
        return f"{reverse(name)}?organisation={chosen}" if chosen else reverse(name)

    def _activities(self) -> dict[str, Any]:
        rows = CommunicationActivity.objects.visible_to(self.request.user).standing()
        rows = rows.filter(program=self.program, organisation=self.object)
        return {
            "activity_count": rows.count(),
            "activities": list(rows.order_by("-held_on", "-pk")[:SHOWN]),
            "activity_url": self._list("programs:activity_list"),
        }

    def _obstacles(self) -> dict[str, Any]:
        rows = Obstacle.objects.visible_to(self.request.user).exclude(state=ObstacleState.WITHDRAWN)
        rows = rows.filter(program=self.program, organisation=self.object)
        return {
            "obstacle_count": rows.count(),
            "obstacles": list(rows.order_by("-raised_at", "-pk")[:SHOWN]),
            "obstacle_url": self._list("programs:obstacle_list"),
        }
