"""The deadlines of a plan: the settings, how the year's days come out of them, and opening dues by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import ConfirmPage, FormPage

from ..choices import ProgramState
from ..dues.forms import DeadlinesForm
from ..dues.preview import preview
from ..models import DeadlineRules
from ..permits.dues import may_set_deadlines
from ..workflow import dues as workflow
from ..workflow.opening import span, upcoming
from .living import PlanMixin


class Deadlines(PlanMixin, FormPage):
    """The settings. “Preview” shows the running year's days before anything is written; “Save” moves the
    dues that are still open."""

    form_class = DeadlinesForm
    template_name = "programs/deadlines.html"
    page_heading = gettext_lazy("Deadlines of the plan")
    lead = gettext_lazy(
        "The plan prints a rhythm, never a day: the days are set here. A day that is no working day moves "
        "to the next working day."
    )

    def has_permission(self) -> bool:
        return may_set_deadlines(self.request.user, self.program)

    def get_form_kwargs(self) -> dict[str, Any]:
        rules = DeadlineRules.objects.filter(program=self.program).first()
        return super().get_form_kwargs() | {"instance": rules or DeadlineRules(program=self.program)}

    def get_cancel_url(self) -> str:
        return reverse("programs:program_detail", args=[self.program.pk])

    @property
    def year(self) -> int:
        """The running year, kept within the plan's."""
        return min(max(self.clock.today.year, self.program.first_year), self.program.last_year)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        return self.render_to_response(self.get_context_data(form=form, previewed=form.is_valid()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        rules = form.instance
        if form.is_bound and form.is_valid():
            rules = DeadlineRules(program=self.program, **form.cleaned_data)
        return context | {"preview": preview(self.program, self.year, rules.as_rules())}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        moves = preview(
            self.program, self.year, DeadlineRules(program=self.program, **known).as_rules()
        ).moves
        workflow.set_deadlines(self.program, actor=self.request.user, **known)
        messages.success(
            self.request,
            ngettext(
                "The deadlines are saved; %(n)s open due of this year moved.",
                "The deadlines are saved; %(n)s open dues of this year moved.",
                moves,
            )
            % {"n": localize(moves)},
        )
        return redirect("programs:deadlines", pk=self.program.pk)


class OpenDues(PlanMixin, ConfirmPage):
    """Open the dues of all periods that have begun, where the daily run has not done it."""

    page_heading = gettext_lazy("Open the dues of running periods")
    verb = gettext_lazy("Open the dues")

    def has_permission(self) -> bool:
        return may_set_deadlines(self.request.user, self.program)

    def get_consequence(self) -> str:
        return _(
            "The dues of every period that begins by %(day)s are opened for the organisations that lead the "
            "tasks; those already open stay as they are. The daily run (manage.py remind) does the same."
        ) % {"day": f"{min(upcoming(self.clock.today), span(self.program)[1]):%d/%m/%Y}"}

    def get_success_url(self) -> str:
        return reverse("programs:due_list", args=[self.program.pk])

    def perform(self, reason: str) -> str:
        if self.program.state != ProgramState.IN_FORCE:
            raise Refusal(_("The plan is not in force: nothing can be asked of its organisations."))
        count = workflow.open_dues(self.program, min(upcoming(self.clock.today), span(self.program)[1]))
        return ngettext("%(n)s due is opened.", "%(n)s dues are opened.", count) % {"n": localize(count)}
