"""The department's appraisal of a submitted list, line by line or as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import PermissionMixin

from .. import workflow
from ..choices import ListState, Verdict
from ..lists.listing import counts_of, dress
from ..models import ListLine
from ..permissions import may_appraise
from ..rules.stored import frozen_rule
from ..workflow.appraisal import RETURNABLE
from .lists import _ListQuery, households
from .steps import StepPage


class ListOpenAppraisal(_ListQuery, StepPage):
    may = may_appraise
    states = frozenset({ListState.SUBMITTED})
    page_heading = gettext_lazy("Open the appraisal")
    verb = gettext_lazy("Open the appraisal")

    def get_consequence(self) -> str:
        return _(
            "The %(households)s of %(district)s are checked against today's register, and you appraise them."
        ) % {
            "households": households(self.object.kept),
            "district": self.object.district.name_in_text,
        }

    def perform(self, reason: str) -> str:
        workflow.open_appraisal(self.object, actor=self.request.user)
        return _("The appraisal is open.")


class LineVerdict(PermissionMixin, View):
    """POST `verdict` (accepted, returned, pending) and `reason` for one line; answers the row
    (htmx) or the page."""

    model = ListLine
    http_method_names = ["post"]

    def get_queryset(self) -> Any:
        related = ("district_list__round__program__province", "district_list__district", "commune")
        return super().get_queryset().select_related(*related)

    def has_permission(self) -> bool:
        return may_appraise(self.request.user, self.object.district_list)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        line, refusal = self.object, ""
        verdict = request.POST.get("verdict", "")
        if verdict not in Verdict.values:
            return HttpResponse(status=400)
        try:
            workflow.set_line_verdict(
                line, verdict, actor=request.user, reason=request.POST.get("reason", "")
            )
        except Refusal as sentence:
            refusal = str(sentence)
        if not request.headers.get("HX-Request"):
            if refusal:
                messages.error(request, refusal)
            return redirect(
                f"{reverse('allocations:list_detail', args=[line.district_list_id])}#line-{line.pk}"
            )
        line = dress(self.get_queryset().get(pk=line.pk), frozen_rule(line.district_list.round))
        row = line.district_list
        context = {
            "line": line, "list": row, "counts": counts_of(row), "refusal": refusal, "verdicts": True,
            "appraising": row.state == ListState.APPRAISING,
        }  # fmt: skip
        return render(request, "allocations/_line_answer.html", context)


class ListAcceptClean(_ListQuery, StepPage):
    may = may_appraise
    states = frozenset({ListState.APPRAISING})
    page_heading = gettext_lazy("Accept the clean lines")
    verb = gettext_lazy("Accept the clean lines")

    def get_consequence(self) -> str:
        counts = counts_of(self.object)
        return ngettext(
            "%(count)s kept line that no check flags is accepted; %(flagged)s flagged ones stay to "
            "be looked at.",
            "%(count)s kept lines that no check flags are accepted; %(flagged)s flagged ones stay to "
            "be looked at.",
            counts["waiting_clean"],
        ) % {"count": localize(counts["waiting_clean"]), "flagged": localize(counts["flagged"])}

    def perform(self, reason: str) -> str:
        count = workflow.accept_clean_lines(self.object, actor=self.request.user)
        return ngettext("%(count)s line is accepted.", "%(count)s lines are accepted.", count) % {
            "count": localize(count)
        }


class ListAccept(_ListQuery, StepPage):
    may = may_appraise
    states = frozenset({ListState.APPRAISING})
    page_heading = gettext_lazy("Accept the list")
    verb = gettext_lazy("Accept the list")

    def get_consequence(self) -> str:
        return _("The list of %(district)s with %(households)s is accepted and can go into a proposal.") % {
            "households": households(self.object.kept),
            "district": self.object.district.name_in_text,
        }

    def perform(self, reason: str) -> str:
        workflow.accept_list(self.object, actor=self.request.user)
        return _("The list is accepted.")


class ListReturn(_ListQuery, StepPage):
    may = may_appraise
    states = RETURNABLE
    page_heading = gettext_lazy("Return the list to the district")
    verb = gettext_lazy("Return the list")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        counts = counts_of(self.object)
        return _(
            "The list goes back to %(district)s with your reason and %(count)s returned lines; it has to "
            "be reviewed, signed and submitted again."
        ) % {"district": self.object.district.name_in_text, "count": localize(counts["returned"])}

    def perform(self, reason: str) -> str:
        workflow.return_list(self.object, actor=self.request.user, reason=reason)
        return _("The list is returned to the district.")
