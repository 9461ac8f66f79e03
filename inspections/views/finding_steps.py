"""The steps over a finding: report, verify, change, extend, close, drop; hold or recover its support."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage

from ..choices import FindingState
from ..findings.forms import ChangeFindingForm, ExtendForm, RemedyForm, VerifyForm
from ..findings.words import subject_of
from ..permits.findings import may_decide_support, may_manage, may_report_remedy, may_verify
from ..workflow import findings as workflow
from ..workflow.findings import UNSETTLED, may_close_without_remedy
from ..workflow.supports_of_findings import may_be_held, may_be_recovered
from .findings import FindingQuery, finding_crumbs


class FindingStep(FindingQuery, StepPage):
    """A step of whoever manages the finding."""

    may = may_manage
    states = frozenset({FindingState.OPEN})
    needs_reason = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.is_open():
            messages.warning(request, _("This step is not open for the finding as it is now."))
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def is_open(self) -> bool:
        return True

    def about(self) -> str:
        return subject_of(self.object)[0]


class FindingRemedy(FindingQuery, FormPage):
    """Report what was done, with its evidence."""

    form_class = RemedyForm
    template_name = "inspections/finding_remedy.html"
    page_heading = gettext_lazy("Report how it was remedied")
    submit_label = gettext_lazy("Report the remedy")

    def has_permission(self) -> bool:
        return may_report_remedy(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != FindingState.OPEN:
            messages.warning(request, _("This step is not open for the finding as it is now."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse("inspections:finding_detail", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = self.object.remediations.filter(accepted=False).order_by("-pk").first()
        return super().get_context_data(**kwargs) | {"finding": self.object, "last": last}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        workflow.report_remedy(
            self.object, actor=self.request.user, text=known["text"], evidence=known["evidence"] or None
        )
        messages.success(self.request, _("The remedy is reported; somebody else verifies it."))
        return redirect(self.get_cancel_url())


class FindingVerify(FindingStep):
    """Say whether it is remedied; never the person who reported it."""

    may = may_verify
    states = frozenset({FindingState.REMEDIED})
    needs_reason = False
    page_heading = gettext_lazy("Verify the remedy")
    verb = gettext_lazy("Record the verdict")
    extra_form_class = VerifyForm
    template_name = "inspections/finding_verify.html"
    consequence = gettext_lazy(
        "Accepted, the finding is closed. Not accepted, it is open again for the responsible side, which "
        "reads your note; its deadline stays as it is."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        remedy = self.object.remediations.select_related("evidence", "reported_by").order_by("-pk").first()
        return super().get_context_data(**kwargs) | {"finding": self.object, "remedy": remedy}

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        workflow.verify(self.object, actor=self.request.user, accepted=known["accepted"], note=known["note"])
        if known["accepted"]:
            return _("The remedy is accepted and the finding closed.")
        return _("The finding is open again; the responsible side reads your note.")


class FindingChange(FindingStep):
    """Another severity, another organisation, the cause."""

    page_heading = gettext_lazy("Change the finding")
    verb = gettext_lazy("Change the finding")
    extra_form_class = ChangeFindingForm
    consequence = gettext_lazy(
        "Whoever is named here has to mend it and sees it; an organisation no longer named does not see it "
        "any more. The deadline stays as it is."
    )

    def get_initial(self) -> dict[str, Any]:
        finding = self.object
        known = {
            "severity": finding.severity,
            "responsible": finding.responsible_id,
            "cause": finding.cause,
        }
        return super().get_initial() | known

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.offer(self.object, self.request.user)
        return form

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        workflow.change_finding(
            self.object, actor=self.request.user, severity=known["severity"],
            responsible=known["responsible"], cause=known["cause"], reason=reason,
        )  # fmt: skip
        return _("The finding is changed.")


class FindingExtend(FindingStep):
    """More time, with the reason."""

    page_heading = gettext_lazy("Extend the deadline")
    verb = gettext_lazy("Extend the deadline")
    extra_form_class = ExtendForm

    def get_consequence(self) -> str:
        due = self.object.due
        if due is None:
            return _("The finding has no deadline yet.")
        return _("It is to be remedied by %(day)s. The earlier day and your reason stay in the history.") % {
            "day": f"{due:%d/%m/%Y}"
        }

    def perform(self, reason: str) -> str:
        due = self.form.cleaned_data["due"]
        workflow.extend(self.object, actor=self.request.user, due=due, reason=reason)
        return _("The deadline is now %(day)s.") % {"day": f"{due:%d/%m/%Y}"}


class FindingClose(FindingStep):
    """Close without a remedy to verify."""

    page_heading = gettext_lazy("Close the finding")
    verb = gettext_lazy("Close the finding")
    consequence = gettext_lazy(
        "The finding is closed without a report: a reminder was given, or the support was recovered. It "
        "cannot be opened again."
    )

    def is_open(self) -> bool:
        return may_close_without_remedy(self.object)

    def perform(self, reason: str) -> str:
        workflow.close(self.object, actor=self.request.user, reason=reason)
        return _("The finding is closed.")


class FindingDrop(FindingStep):
    """Not upheld after a second look."""

    states = UNSETTLED
    page_heading = gettext_lazy("Do not uphold the finding")
    verb = gettext_lazy("Do not uphold it")
    tone = "danger"
    consequence = gettext_lazy(
        "The finding stays readable with your reason and counts no more; the answers of the check stay as "
        "they were given."
    )

    def perform(self, reason: str) -> str:
        workflow.drop(self.object, actor=self.request.user, reason=reason)
        return _("The finding is not upheld.")


class SupportStep(FindingStep):
    """A decision of the department over the household's support."""

    may = may_decide_support
    states = UNSETTLED
    tone = "danger"

    def get_breadcrumbs(self) -> list[Crumb]:
        return finding_crumbs(self.object)


class FindingHold(SupportStep):
    """Nothing is handed over until it is decided."""

    page_heading = gettext_lazy("Put the support on hold")
    verb = gettext_lazy("Put on hold")

    def is_open(self) -> bool:
        return may_be_held(self.object.support)

    def get_consequence(self) -> str:
        return _(
            "Nothing is handed over to “%(name)s” until the department decides; its place in the quota stays "
            "taken."
        ) % {"name": self.about()}

    def perform(self, reason: str) -> str:
        workflow.hold_for(self.object, actor=self.request.user, reason=reason)
        return _("The support is on hold.")


class FindingRecover(SupportStep):
    """The support ends; its device is taken back on the page of the hand-over."""

    page_heading = gettext_lazy("Recover the support")
    verb = gettext_lazy("Recover the support")

    def is_open(self) -> bool:
        return may_be_recovered(self.object.support)

    def get_consequence(self) -> str:
        return _(
            "The support of “%(name)s” ends as recovered and what was spent is counted back. Its device is "
            "then taken back on the page of the hand-over; the household may be approved again."
        ) % {"name": self.about()}

    def perform(self, reason: str) -> str:
        workflow.recover_for(self.object, actor=self.request.user, reason=reason)
        return _("The support is recovered; take its device back next.")
