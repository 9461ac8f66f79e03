"""Inspected units: chosen, notified, their reports; and their minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.documents.storing import send
from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, PermissionMixin

from ..choices import MinutesState, RoundState
from ..models import InspectedUnit, InspectionMinutes
from ..offline import unit_panel
from ..papers.kinds import papers_of
from ..permits.rounds import may_hand_in_report, may_read_minutes, may_run, may_write_minutes
from ..rounds.forms import MinutesForm, NoticeForm, ReportForm, SignedCopyForm, UnitsForm
from ..rounds.prefill import minutes_draft
from ..workflow import minutes as minutes_workflow
from ..workflow import units as workflow
from .round_steps import _RoundQuery
from .rounds import round_crumbs


class UnitAdd(_RoundQuery, FormPage):
    """Choose the units a round inspects."""

    form_class = UnitsForm
    template_name = "inspections/unit_add.html"
    page_heading = gettext_lazy("Choose the units to inspect")
    submit_label = gettext_lazy("Take the chosen units")

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"round_": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        areas = [*known.get("districts", ()), *known["communes"]]
        added = workflow.add_units(
            self.object, actor=self.request.user, areas=areas, operators=known["operators"]
        )
        words = ngettext("%(count)s unit was added.", "%(count)s units were added.", len(added))
        messages.success(self.request, words % {"count": localize(len(added))})
        return redirect(self.get_cancel_url())


def minutes_of(unit: InspectedUnit) -> InspectionMinutes | None:
    """The unit's minutes, where there are any."""
    return InspectionMinutes.objects.filter(unit=unit).select_related("scan", "written_by").first()


def blocks_of(minutes: InspectionMinutes) -> list[tuple[str, str]]:
    """The blocks of minutes with their headings."""
    return [
        (_("For the inspected unit"), minutes.unit_people),
        (_("Contents examined"), minutes.contents),
        (_("What was done well"), minutes.strengths),
        (_("Shortcomings"), minutes.shortcomings),
        (_("Opinion of the unit"), minutes.opinion),
        (_("Recommendations and deadlines"), minutes.recommendations),
    ]


class UnitQuery(PermissionMixin):
    """An inspected unit as this person sees it."""

    model = InspectedUnit
    permission_required: Any = "inspections.view_inspectionround"

    def get_queryset(self) -> Any:
        related = ("round__program__province", "round__district__parent", "round__checklist_a",
                   "round__checklist_b", "area__parent__parent", "organisation", "report")  # fmt: skip
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        page = Crumb(str(self.object), self.get_cancel_url())
        return [*round_crumbs(self.object.round), page]

    def get_cancel_url(self) -> str:
        return reverse("inspections:unit_detail", args=[self.object.pk])

    def get_success_url(self) -> str:
        return self.get_cancel_url()


class UnitDetail(UnitQuery, DetailPage):
    """A unit: its notice, outline, report, checks and minutes."""

    template_name = "inspections/unit_detail.html"
    context_object_name = "unit"

    def get_page_heading(self) -> str:
        return str(self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, user = self.object, self.request.user
        round_, minutes = unit.round, minutes_of(unit)
        readable = minutes is not None and may_read_minutes(user, minutes)
        writes = may_write_minutes(user, unit) and round_.state in minutes_workflow.WRITING
        signed = minutes is not None and minutes.state == MinutesState.SIGNED
        runs = may_run(user, round_)
        return super().get_context_data(**kwargs) | {
            "round": round_,
            "facts": self._facts(unit),
            "minutes": minutes if readable else None,
            "minutes_blocks": blocks_of(minutes) if readable and minutes is not None else [],
            "paper_links": papers_of(unit, user),
            "writes": writes and not signed,
            "signs": writes and minutes is not None and not signed,
            "notifies": runs and round_.state in workflow.NOTIFYING,
            "removes": runs and round_.state in workflow.CHOOSING and unit.notice_date is None,
            "reports": may_hand_in_report(user, unit) and round_.state in workflow.REPORTING and not signed,
            "shows_outline": round_.state not in {RoundState.CONCLUDED, RoundState.CLOSED},
            "checks_panel": unit_panel.panel(unit, user),
        }

    def _facts(self, unit: InspectedUnit) -> list[tuple[str, Any]]:
        notice = " · ".join(
            part
            for part in (unit.notice_number, f"{unit.notice_date:%d/%m/%Y}" if unit.notice_date else "")
            if part
        )
        received = unit.report_received_on
        return [
            (_("Kind of unit"), unit.get_kind_display()),
            (_("Notice"), notice or _("Not sent yet")),
            (_("Day of the visit"), f"{unit.visit_on:%d/%m/%Y}" if unit.visit_on else ""),
            (_("The unit's report"), f"{received:%d/%m/%Y}" if received else _("Not received yet")),
        ]


class UnitRemove(UnitQuery, ConfirmPage):
    """Take a unit out of the round."""

    page_heading = gettext_lazy("Take the unit out of the round")
    verb = gettext_lazy("Take the unit out")
    tone = "danger"

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object.round)

    def get_consequence(self) -> str:
        return _("“%(unit)s” is not inspected in this round.") % {"unit": self.object}

    def get_success_url(self) -> str:
        return reverse("inspections:round_detail", args=[self.object.round_id])

    def perform(self, reason: str) -> str:
        name = str(self.object)
        workflow.remove_unit(self.object, actor=self.request.user)
        return _("“%(unit)s” was taken out.") % {"unit": name}


class _UnitForm(UnitQuery, FormPage):
    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, self.save(form.cleaned_data))
        return redirect(self.get_cancel_url())

    def save(self, known: dict[str, Any]) -> str:
        raise NotImplementedError


class UnitNotice(_UnitForm):
    """The notice sent to the unit, and the day of the visit."""

    form_class = NoticeForm
    page_heading = gettext_lazy("Record the notice to the unit")
    lead = gettext_lazy("The notice with the outline can be downloaded from the unit's page.")
    submit_label = gettext_lazy("Record the notice")

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object.round)

    def get_initial(self) -> dict[str, Any]:
        unit = self.object
        return {
            "notice_number": unit.notice_number, "notice_date": unit.notice_date or timezone.localdate(),
            "visit_on": unit.visit_on or unit.round.fieldwork_from,
        }  # fmt: skip

    def save(self, known: dict[str, Any]) -> str:
        workflow.record_notice(self.object, actor=self.request.user, **known)
        return _("The notice is recorded.")


class UnitReport(_UnitForm):
    """The unit hands in its report, or the department takes in what came on paper."""

    form_class = ReportForm
    page_heading = gettext_lazy("Hand in the unit's report")
    lead = gettext_lazy(
        "By the outline of the notice. A later report replaces it until the minutes are signed."
    )
    submit_label = gettext_lazy("Hand in the report")

    def has_permission(self) -> bool:
        return may_hand_in_report(self.request.user, self.object)

    def save(self, known: dict[str, Any]) -> str:
        workflow.receive_report(self.object, actor=self.request.user, **known)
        return _("The report is handed in.")


class UnitReportFile(UnitQuery, DetailPage):
    """The unit's report as it came."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.report is None:
            raise Http404
        return send(self.object.report)


class MinutesWrite(_UnitForm):
    """Write the minutes; a first version is put together from the checks and findings."""

    form_class = MinutesForm
    template_name = "inspections/minutes_form.html"
    page_heading = gettext_lazy("Minutes of the inspection")
    submit_label = gettext_lazy("Save the minutes")

    def has_permission(self) -> bool:
        return may_write_minutes(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        minutes = minutes_of(self.object)
        if minutes is not None and minutes.state == MinutesState.SIGNED:
            messages.warning(request, _("These minutes are signed by both sides and never change."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_lead(self) -> str:
        if minutes_of(self.object) is not None:
            return str(self.object)
        return _("%(unit)s. The text below was put together from the checks and findings: correct it.") % {
            "unit": self.object
        }

    def get_initial(self) -> dict[str, Any]:
        minutes = minutes_of(self.object)
        if minutes is not None:
            return {name: getattr(minutes, name) for name in MinutesForm.base_fields}
        return {name: value for name, value in minutes_draft(self.object).items() if value}

    def save(self, known: dict[str, Any]) -> str:
        minutes_workflow.write_minutes(self.object, actor=self.request.user, **known)
        return _("The minutes are saved. Print them, have both sides sign, then add the signed copy.")


class MinutesSign(UnitQuery, StepPage):
    """Add the copy signed by both sides; the minutes never change afterwards."""

    may = may_write_minutes
    extra_form_class = SignedCopyForm
    page_heading = gettext_lazy("Add the signed minutes")
    verb = gettext_lazy("Both sides have signed")
    consequence = gettext_lazy("The minutes never change after this, and the inspected unit reads them here.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        minutes = minutes_of(self.object)
        if minutes is None or minutes.state == MinutesState.SIGNED:
            messages.warning(request, _("There are no unsigned minutes of this unit."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def perform(self, reason: str) -> str:
        minutes_workflow.sign_minutes(self.object, actor=self.request.user, **self.form.cleaned_data)
        return _("The minutes are signed by both sides.")


class MinutesScan(UnitQuery, DetailPage):
    """The signed copy, for whoever reads the minutes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        minutes = minutes_of(self.object)
        if minutes is None or minutes.scan is None or not may_read_minutes(request.user, minutes):
            raise Http404
        return send(minutes.scan)
