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

from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, PermissionMixin

from .. import workflow
from ..choices import ListState, Verdict
from ..lists.acquaintances import acquaintances_of, facts_beside
from ..lists.appraising import Asked, Facets, appraisal_page, communes_of, facets_of
from ..lists.listing import counts_of, dress
from ..models import DistrictList, ListLine
from ..permits.rounds import may_appraise
from ..rules.check_words import FAIL, OK, WARN, check_title
from ..rules.stored import frozen_rule
from ..workflow.appraisal import RETURNABLE
from .lists import _ListQuery, households, list_crumbs


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


class AppraisalPage(_ListQuery, DetailPage):
    """The workbench: lines narrowed, judged with the keyboard or many at once, without losing the place."""

    template_name = "allocations/appraisal.html"
    context_object_name = "list"

    def has_permission(self) -> bool:
        return may_appraise(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state != ListState.APPRAISING:
            messages.warning(
                request,
                _("“%(object)s” is now “%(state)s”; this step is not open.")
                % {"object": self.object, "state": self.object.get_state_display()},
            )
            return redirect("allocations:list_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def get_page_heading(self) -> str:
        return _("Appraise the list of %(district)s") % {"district": self.object.district.name_in_text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, asked = self.object, Asked.of(self.request.GET)
        rule, facets = frozen_rule(row.round), facets_of(row)
        page = appraisal_page(row, asked, self.request.GET.get("page", 1), rule)
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "page_obj": page,
            "facets": facets,
            "tabs": self._tabs(asked, facets),
            "communes": communes_of(row),
            # The checks that flag a line, in words, with how many they flag.
            "checks": [(code, check_title(code, rule), count) for code, count in facets.checks.most_common()],
            "verdicts": Verdict.choices,
            "here": self.request.get_full_path(),
        }

    @staticmethod
    def _tabs(asked: Asked, facets: Facets) -> list[Tab]:
        flagged = facets.total - facets.results[OK]
        parts = [
            ("", _("All"), facets.total, ""),
            ("flagged", _("To look at"), flagged, "bad"),
            (FAIL, _("Does not qualify"), facets.results[FAIL], "bad"),
            (WARN, _("To be checked"), facets.results[WARN], ""),
            (OK, _("Clean"), facets.results[OK], ""),
        ]
        return [
            Tab(label, count, f"?{asked.query(result=name, decision='')}", name == asked.result, tone)
            for name, label, count, tone in parts
        ]


class ListVerdicts(_ListQuery, View):
    """POST: `one` (verdict-line) or `action` with the ticked `row`s and a `reason`; back to the same place,
    or only the answered row where the page asks for it (htmx)."""

    http_method_names = ["post"]

    def has_permission(self) -> bool:
        return may_appraise(self.request.user, self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, one = request.POST, request.POST.get("one", "")
        verdict, _dash, key = one.partition("-") if one else (asked.get("action", ""), "", "")
        keys = [key] if one else asked.getlist("row")
        if verdict not in Verdict.values or not all(
            key.isascii() and key.isdigit() and len(key) < 15 for key in keys
        ):
            return HttpResponse(status=400)
        refusal, count = "", 0
        try:
            count = workflow.set_verdicts(
                self.object, [int(key) for key in keys], verdict, actor=request.user,
                reason=asked.get("reason", ""),
            )  # fmt: skip
        except Refusal as sentence:
            refusal = str(sentence)
        if one and request.headers.get("HX-Request"):
            return self._row(int(key), refusal)
        if refusal:
            messages.error(request, refusal)
        elif not one:
            messages.success(
                request,
                ngettext("%(count)s line: “%(verdict)s”.", "%(count)s lines: “%(verdict)s”.", count)
                % {"count": localize(count), "verdict": Verdict(verdict).label},
            )
        return redirect(self._place(f"#line-{key}" if one else ""))

    def _place(self, anchor: str) -> str:
        """Back to the page the form was sent from, and nowhere else."""
        here = self.request.POST.get("here", "")
        own = reverse("allocations:list_appraisal", args=[self.object.pk])
        return (here if here.partition("?")[0] == own else own) + anchor

    def _row(self, key: int, refusal: str) -> HttpResponse:
        row = DistrictList.objects.select_related("round", "district").get(pk=self.object.pk)
        line = dress(
            ListLine.objects.select_related("commune").get(pk=key, district_list=row), frozen_rule(row.round)
        )
        context = {"line": line, "list": row, "facets": facets_of(row), "refusal": refusal}
        return render(self.request, "allocations/_appraisal_answer.html", context)


class LineFacts(DetailPage):
    """A line's household beside the register: on the list, as of the day, today; and who else has it.

    Only the part where the workbench asks for it (htmx)."""

    model = ListLine
    context_object_name = "line"

    def get_queryset(self) -> Any:
        related = (
            "district_list__round__program__province", "district_list__district", "round__program__province",
            "commune", "household",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def has_permission(self) -> bool:
        return may_appraise(self.request.user, self.object.district_list)

    def get_template_names(self) -> list[str]:
        part = bool(self.request.headers.get("HX-Request"))
        return ["allocations/_line_facts_row.html" if part else "allocations/line_facts.html"]

    def get_page_heading(self) -> str:
        return str(self.object.snapshot.get("head_name", ""))

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object.district_list)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, today = facts_beside(self.object)
        return super().get_context_data(**kwargs) | {
            "rows": rows,
            "today": today,
            "as_of": self.object.round.as_of,
            "others": acquaintances_of(self.object),
        }


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
