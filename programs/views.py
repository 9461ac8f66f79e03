"""The pages of a plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.components import Tab
from smartphone_support.web.views import DetailPage, ListPage

from .matrix import count, found, matrix, own_tasks
from .models import Program
from .tables import ProgramTable


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
        return super().get_context_data(**kwargs) | {
            "groups": own if mine else hits,
            "bases": program.bases.all(),
            "sources": program.funding_sources.all(),
            "parties": program.parties.all(),
            "tabs": self._tabs(count(hits), count(own), query, mine),
            "query": query,
            "mine": mine,
            "has_own": bool(own_tasks(whole)),
            "states_times": any(row.task.timing_text for group in whole for row in group.rows),
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
