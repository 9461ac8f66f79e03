"""The clocks of complaints: how many working days each step of each kind has, and by which article."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage, Page

from ..choices import ClockStep, ComplaintKind
from ..complaints.forms import ClockEndForm, ClockForm
from ..models import ComplaintClock
from ..permits.complaints import ASSIGN, VIEW, may_set_clocks
from ..workflow.clocks import end_clock, enter_clock
from .complaints import complaint_crumbs


def clock_crumbs() -> list[Crumb]:
    return [*complaint_crumbs(), Crumb(_("Clocks"), reverse("inspections:clock_list"))]


class ClockList(Page):
    """What is in force today for each kind and step, and everything that was or will be."""

    permission_required = VIEW
    template_name = "inspections/clock_list.html"
    page_heading = gettext_lazy("Clocks of complaints")
    lead = gettext_lazy(
        "How many working days a step may take. Nothing is filled in beforehand: without a clock no deadline "
        "is counted."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return complaint_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = list(ComplaintClock.objects.visible_to(user).select_related("entered_by"))
        today = timezone.localdate()
        running = {
            (row.kind, row.step): row
            for row in reversed(rows)
            if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)
        }
        table = [
            (kind.label, [(step.label, running.get((kind, step))) for step in ClockStep])
            for kind in ComplaintKind
        ]
        return super().get_context_data(**kwargs) | {
            "table": table,
            "steps": ClockStep.labels,
            "clocks": rows,
            "none_entered": not rows,
            "today": today,
            "may_set": user.province is not None and may_set_clocks(user, user.province.pk),
        }


class ClockCreate(FormPage):
    """Enter a clock; the one before ends the day before."""

    form_class = ClockForm
    permission_required = ASSIGN
    page_heading = gettext_lazy("Enter a clock")
    submit_label = gettext_lazy("Enter the clock")
    lead = gettext_lazy(
        "Running deadlines stay as they are; running steps without a deadline that began under this clock "
        "get one."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return clock_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("inspections:clock_list")

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        clock, reached = enter_clock(user.province, actor=user, **form.cleaned_data)
        done = _("The clock “%(clock)s” is entered.") % {"clock": clock}
        if reached:
            more = ngettext(
                "%(count)s running complaint got its deadline by it.",
                "%(count)s running complaints got their deadline by it.",
                reached,
            )
            done = f"{done} {more % {'count': localize(reached)}}"
        messages.success(self.request, done)
        return redirect("inspections:clock_list")


class ClockEnd(StepPage):
    """Say until which day a clock holds."""

    model = ComplaintClock
    extra_form_class = ClockEndForm
    page_heading = gettext_lazy("Set the last day of a clock")
    verb = gettext_lazy("Set the last day")
    success_url_name = "inspections:clock_list"

    def has_permission(self) -> bool:
        return may_set_clocks(self.request.user, self.object.province_id)

    def get_breadcrumbs(self) -> list[Crumb]:
        return clock_crumbs()

    def get_success_url(self) -> str:
        return reverse("inspections:clock_list")

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_consequence(self) -> str:
        return _("After that day “%(clock)s” counts no deadline any more; those it counted stay.") % {
            "clock": self.object
        }

    def perform(self, reason: str) -> str:
        last = self.form.cleaned_data["last_day"]
        end_clock(self.object, actor=self.request.user, last_day=last)
        return _("The clock holds until %(day)s.") % {"day": f"{last:%d/%m/%Y}"}
