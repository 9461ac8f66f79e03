"""The pages of a plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.components import Tab
from smartphone_support.web.views import DetailPage, ListPage

from ..choices import ProgramState
from ..dues.progress import progress_by_task, with_progress
from ..dues.standing import clock_of
from ..indicators import indicators
from ..matrix import count, found, matrix, own_tasks, states_times
from ..models import Program
from ..permits.dues import may_set_deadlines
from ..tables import ProgramTable
from .living import MATRIX, dues_lag, plan_views


class ProgramList(ListPage):
    """The province's plans; with one plan only, that plan."""

    model = Program
    permission_required = "programs.view_program"
    table_class = ProgramTable
    page_heading = _("Plans")
    lead = _("The plans of your province.")
    empty_title = _("No plan")
    empty_text = _("A plan belongs to a province; this account does not, or no plan has been loaded yet.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        plans = list(self.get_queryset()[:2])
        if len(plans) == 1:
            return redirect("programs:program_detail", pk=plans[0].pk)
        return super().get(request, *args, **kwargs)


class ProgramDetail(DetailPage):
    """A plan as printed: number and date, bases, objectives, and the matrix of its tasks.

    In the address: `mine=1` keeps the tasks the person's organisation leads or coordinates, `q` searches.
    """

    model = Program
    permission_required = "programs.view_program"
    template_name = "programs/program_detail.html"
    context_object_name = "program"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_matrix()

    def get_page_heading(self) -> str:
        return str(self.object.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        program: Program = self.object
        query = " ".join(self.request.GET.get("q", "")[:200].split())
        mine = self.request.GET.get("mine") == "1"
        whole = matrix(program, self.request.user.organisation)  # type: ignore[union-attr]  # logged in
        hits = found(whole, query)
        own = own_tasks(hits)
        user, clock = self.request.user, clock_of(program, timezone.localdate())
        progress = progress_by_task(program, user, clock)
        return super().get_context_data(**kwargs) | {
            "groups": with_progress(own if mine else hits, progress),
            "shows_progress": bool(progress),
            "views": plan_views(program, user, MATRIX),
            "lag": dues_lag(program, user, clock),
            "may_set_deadlines": may_set_deadlines(user, program),
            "may_open": may_set_deadlines(user, program) and program.state == ProgramState.IN_FORCE,
            "indicators": indicators(program, user, clock.today),
            "bases": program.bases.all(),
            "sources": program.funding_sources.all(),
            "parties": program.parties.all(),
            "tabs": self._tabs(count(hits), count(own), query, mine),
            "query": query,
            "mine": mine,
            "has_own": bool(own_tasks(whole)),
            "states_times": states_times(whole),
        }

    def _tabs(self, every: int, own: int, query: str, mine: bool) -> list[Tab]:
        page = reverse("programs:program_detail", args=[self.object.pk])
        search = {"q": query} if query else {}

        def address(**parameters: str) -> str:
            return f"{page}?{urlencode(parameters)}" if parameters else page

        return [
            Tab(gettext("All tasks"), every, address(**search), current=not mine),
            Tab(gettext("My organisation's tasks"), own, address(mine="1", **search), current=mine),
        ]
