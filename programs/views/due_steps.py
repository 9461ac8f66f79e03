"""The steps over a due: report, nothing arose, accept, return, extend; and one on an authority's request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage

from ..choices import TO_DO, DueState, ProgramState
from ..dues.forms import ExtendDueForm, NothingForm, ReportForm, RequestForm
from ..dues.progress import list_address
from ..models import PlanTask
from ..permits.dues import may_accept, may_extend, may_open, may_report
from ..workflow import dues as workflow
from ..workflow.dues import IF_ANY
from .dues import DueQuery
from .living import plan_crumbs


class DueStep(DueQuery, StepPage):
    """A step over the due; its task and period stand above the form."""

    template_name = "programs/due_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"due": self.object}


class DueReport(DueQuery, FormPage):
    """Say what was done, with what shows it."""

    form_class = ReportForm
    template_name = "programs/due_report.html"
    page_heading = gettext_lazy("Report what was done")
    submit_label = gettext_lazy("Send the report")

    def has_permission(self) -> bool:
        return may_report(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state not in TO_DO:
            messages.warning(
                request,
                _("“%(object)s” is now “%(state)s”; this step is not open.")
                % {"object": self.object, "state": self.object.get_state_display()},
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        due = self.object
        today = timezone.localdate()
        return super().get_initial() | {"report": due.report, "done_on": due.done_on or today}

    def get_cancel_url(self) -> str:
        return self.page_of_due()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"due": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        workflow.report_due(
            self.object, actor=self.request.user, report=known["report"], done_on=known["done_on"],
            file=known["file"], link=known["link"],
        )  # fmt: skip
        messages.success(
            self.request, _("The report is sent; the department in charge of the plan accepts or returns it.")
        )
        return redirect(self.get_cancel_url())


class DueNothing(DueStep):
    """Answer that nothing arose."""

    may = may_report
    states = TO_DO
    page_heading = gettext_lazy("Nothing arose")
    verb = gettext_lazy("Record that nothing arose")
    extra_form_class = NothingForm
    consequence = gettext_lazy(
        "It is recorded that nothing arose in this period. The due is done then; nobody has to accept it."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.task.timing_kind not in IF_ANY:
            messages.warning(
                request, _("This task is not one of “if anything arises”: report what was done.")
            )
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def perform(self, reason: str) -> str:
        workflow.nothing_arose(self.object, actor=self.request.user, note=self.form.cleaned_data["note"])
        return _("It is recorded that nothing arose.")


class DueAccept(DueStep):
    """Accept what was reported; never by who reported it."""

    may = may_accept
    states = frozenset({DueState.REPORTED})
    page_heading = gettext_lazy("Accept the report")
    verb = gettext_lazy("Accept the report")
    consequence = gettext_lazy("The due is done; its report stays as it is.")

    def perform(self, reason: str) -> str:
        workflow.accept_due(self.object, actor=self.request.user)
        return _("The report is accepted.")


class DueReturn(DueStep):
    """Send a report back with the reason."""

    may = may_accept
    states = frozenset({DueState.REPORTED})
    page_heading = gettext_lazy("Return the report")
    verb = gettext_lazy("Return the report")
    needs_reason = True
    consequence = gettext_lazy(
        "The organisation reads your reason and reports again; the due day stays as it is."
    )

    def perform(self, reason: str) -> str:
        workflow.return_due(self.object, actor=self.request.user, reason=reason)
        return _("The report is returned.")


class DueExtend(DueStep):
    """Another day, with the reason."""

    may = may_extend
    states = frozenset({*TO_DO, DueState.REPORTED})
    page_heading = gettext_lazy("Extend the due day")
    verb = gettext_lazy("Extend the due day")
    extra_form_class = ExtendDueForm
    needs_reason = True

    def get_consequence(self) -> str:
        return _("It falls due on %(day)s. The earlier day and your reason stay in the history.") % {
            "day": f"{self.object.due_on:%d/%m/%Y}"
        }

    def perform(self, reason: str) -> str:
        due_on = self.form.cleaned_data["due_on"]
        workflow.extend_due(self.object, actor=self.request.user, due_on=due_on, reason=reason)
        return _("It now falls due on %(day)s.") % {"day": f"{due_on:%d/%m/%Y}"}


class TaskRequest(FormPage):
    """Open a due of a task because an authority asks for it: one for every organisation that leads it."""

    model = PlanTask
    form_class = RequestForm
    template_name = "programs/task_request.html"
    page_heading = gettext_lazy("Open a due on an authority's request")
    submit_label = gettext_lazy("Open the due")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__program__province", "lead")

    def has_permission(self) -> bool:
        return may_open(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.group.program.state != ProgramState.IN_FORCE:
            messages.warning(
                request, _("The plan is not in force: nothing can be asked of its organisations.")
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self) -> list[Crumb]:
        return plan_crumbs(self.object.group.program)

    def get_cancel_url(self) -> str:
        page = reverse("programs:program_detail", args=[self.object.group.program_id])
        return f"{page}#task-{self.object.pk}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        leading = self.object.lead.organisations.filter(is_active=True)
        return super().get_context_data(**kwargs) | {"task": self.object, "leading": list(leading)}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        dues = workflow.open_on_request(
            self.object, actor=self.request.user, requested_on=known["requested_on"],
            subject=known["subject"], due_on=known["due_on"],
        )  # fmt: skip
        messages.success(
            self.request,
            ngettext("%(n)s due is open, by %(day)s.", "%(n)s dues are open, by %(day)s.", len(dues))
            % {"n": len(dues), "day": f"{dues[0].due_on:%d/%m/%Y}"},
        )
        if len(dues) == 1:
            return redirect("programs:due_detail", pk=dues[0].pk)
        return redirect(list_address(self.object.group.program, task=self.object.pk, period="events"))
