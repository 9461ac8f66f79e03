"""Steps of a round: planned, announced, fieldwork opened and closed, concluded, closed, called off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allocations.papers.office import committee, department_name
from programs.models import Program
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage

from ..choices import RoundKind, RoundState, SampleState
from ..models import InspectionRound
from ..permits.rounds import may_conclude, may_run
from ..rounds.forms import AnnounceForm, ClosingForm, ConclusionForm, FieldworkDaysForm, RoundForm
from ..rounds.prefill import conclusion_draft, report_draft
from ..workflow import rounds as workflow
from .rounds import RELATED, round_crumbs


class RoundCreate(FormPage):
    """Plan a round: of the province, or of the planner's own district."""

    permission_required = "inspections.plan_round"
    form_class = RoundForm
    template_name = "inspections/round_form.html"
    page_heading = gettext_lazy("Plan an inspection round")
    submit_label = gettext_lazy("Plan the round")

    def get_lead(self) -> str:
        own = self.request.user.district  # type: ignore[union-attr]  # logged in
        if own is not None:
            return _("A round of %(district)s: its leader concludes it. Team and units come next.") % {
                "district": own.name_in_text
            }
        return _("A round of the province. Team and units come next, then the decision on the team.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"period_from": today.replace(month=1, day=1), "period_to": today, "as_of": today}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("inspections:round_list")

    def form_valid(self, form: Any) -> HttpResponse:
        program = Program.objects.visible_to(self.request.user).in_force().order_by("pk").last()
        if program is None:
            raise Refusal(_("The province has no plan in the system yet."))
        round_ = workflow.plan_round(program, actor=self.request.user, **form.cleaned_data)
        messages.success(
            self.request, _("“%(round)s” is planned. Next: its team and its units.") % {"round": round_}
        )
        return redirect("inspections:round_detail", pk=round_.pk)


class _RoundQuery:
    """A round this person may take a step of."""

    model: Any = InspectionRound
    object: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)  # type: ignore[misc]  # a mixin

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("inspections:round_detail", args=[self.object.pk])


class RoundChange(_RoundQuery, FormPage):
    """Change the terms while the round is only planned."""

    form_class = RoundForm
    template_name = "inspections/round_form.html"
    page_heading = gettext_lazy("Change the round")
    submit_label = gettext_lazy("Save the round")

    def has_permission(self) -> bool:
        return may_run(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state != RoundState.PLANNED:
            messages.warning(
                request, _("The decision on this round is recorded: its terms stay as they are.")
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return RoundForm.initial_of(self.object)

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.edit_round(self.object, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The round is saved."))
        return redirect(self.get_cancel_url())


class _RoundStep(_RoundQuery, StepPage):
    may = may_run
    success_url_name = "inspections:round_detail"
    template_name = "inspections/round_step.html"

    def typed(self) -> dict[str, Any]:
        """What the form asked beside the reason."""
        return {name: value for name, value in self.form.cleaned_data.items() if name != "reason"}


class RoundAnnounce(_RoundStep):
    """Record the decision on the team."""

    states = frozenset({RoundState.PLANNED})
    extra_form_class = AnnounceForm
    page_heading = gettext_lazy("Record the decision on the team")
    verb = gettext_lazy("Record the decision")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        lacking = workflow.lacking_to_announce(self.object)
        if lacking and self.object.state == RoundState.PLANNED:
            messages.warning(request, lacking)
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        district, province = self.object.district, self.object.program.province
        issuer = committee(district) if district is not None else department_name(province)
        return {"issuer": issuer, "decision_date": timezone.localdate()}

    def get_consequence(self) -> str:
        units, team = self.object.units.count(), self.object.team.filter(left_at=None).count()
        return _(
            "Units to inspect: %(units)s; people in the team: %(team)s. From now on the inspected districts "
            "see the round and its outline, and its terms no longer change."
        ) % {"units": localize(units), "team": localize(team)}

    def perform(self, reason: str) -> str:
        workflow.announce_round(self.object, actor=self.request.user, **self.typed())
        return _("The decision is recorded. Next: the notices to the units.")


class RoundMoveFieldwork(_RoundStep):
    states = workflow.MOVABLE
    extra_form_class = FieldworkDaysForm
    needs_reason = True
    page_heading = gettext_lazy("Put the fieldwork on other days")
    verb = gettext_lazy("Put it on these days")
    consequence = gettext_lazy("Days of visits already notified to units stay: tell the units yourself.")

    def get_initial(self) -> dict[str, Any]:
        return {"fieldwork_from": self.object.fieldwork_from, "fieldwork_to": self.object.fieldwork_to}

    def perform(self, reason: str) -> str:
        workflow.move_fieldwork(self.object, actor=self.request.user, reason=reason, **self.typed())
        return _("The fieldwork is on other days.")


class RoundOpenFieldwork(_RoundStep):
    """Let the team go out."""

    states = frozenset({RoundState.ANNOUNCED})
    page_heading = gettext_lazy("Open the fieldwork")
    verb = gettext_lazy("Open the fieldwork")

    def get_consequence(self) -> str:
        sampled = self.object.sample.exclude(state=SampleState.RESERVE)
        count, given = sampled.count(), sampled.exclude(inspector=None).count()
        if not count:
            return _(
                "No sample is drawn: only the units are inspected, no household is visited, and none can be "
                "drawn afterwards."
            )
        return _(
            "%(count)s households are to be visited, %(given)s of them are given to an inspector. After this "
            "the sample is not drawn again."
        ) % {"count": localize(count), "given": localize(given)}

    def perform(self, reason: str) -> str:
        workflow.open_fieldwork(self.object, actor=self.request.user)
        return _("The fieldwork is open.")


class RoundCloseFieldwork(_RoundStep):
    """End the visits."""

    states = frozenset({RoundState.FIELDWORK})
    page_heading = gettext_lazy("Close the fieldwork")
    verb = gettext_lazy("Close the fieldwork")

    def get_consequence(self) -> str:
        pending = self.object.sample.filter(state=SampleState.PENDING).count()
        done = self.object.sample.filter(state=SampleState.CHECKED).count()
        words = ngettext(
            "%(done)s household is checked, %(pending)s were not visited. The minutes of the units follow.",
            "%(done)s households are checked, %(pending)s were not visited. The minutes of the units follow.",
            done,
        )
        return words % {"done": localize(done), "pending": localize(pending)}

    def perform(self, reason: str) -> str:
        workflow.close_fieldwork(self.object, actor=self.request.user)
        return _("The fieldwork is closed. Next: the minutes of every unit.")


class RoundConclude(_RoundStep):
    """The leader's conclusion."""

    may = may_conclude
    states = frozenset({RoundState.MINUTES})
    extra_form_class = ConclusionForm
    page_heading = gettext_lazy("Conclude the round")
    verb = gettext_lazy("Conclude the round")
    consequence = gettext_lazy(
        "The conclusion is notified to the units and never changes. The text below was put together from the "
        "checks and findings: correct it."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"conclusion": conclusion_draft(self.object), "conclusion_date": timezone.localdate()}

    def perform(self, reason: str) -> str:
        workflow.conclude_round(self.object, actor=self.request.user, **self.typed())
        return _("“%(round)s” is concluded.") % {"round": self.object}


class RoundClose(_RoundStep):
    """The closing report."""

    states = frozenset({RoundState.CONCLUDED})
    extra_form_class = ClosingForm
    page_heading = gettext_lazy("Close the round with its report")
    verb = gettext_lazy("Close the round")

    def get_initial(self) -> dict[str, Any]:
        return {"closing_report": report_draft(self.object)}

    def get_consequence(self) -> str:
        open_ = self.object.findings.filter(state__in=("open", "remedied")).count()
        words = ngettext(
            "A closed round never changes. %(count)s finding is still open and is followed up as before.",
            "A closed round never changes. %(count)s findings are still open and are followed up as before.",
            open_,
        )
        return words % {"count": localize(open_)}

    def perform(self, reason: str) -> str:
        workflow.close_round(self.object, actor=self.request.user, **self.typed())
        return _("“%(round)s” is closed.") % {"round": self.object}


class RoundCancel(_RoundStep):
    """Call the round off."""

    states = workflow.CANCELLABLE
    needs_reason = True
    tone = "danger"
    page_heading = gettext_lazy("Call the round off")
    verb = gettext_lazy("Call the round off")

    def get_consequence(self) -> str:
        checks = self.object.checks.count()
        if self.object.kind == RoundKind.ANNUAL:
            return _(
                "The yearly inspection will be missing unless another round is planned. Checks that arrived "
                "are kept: %(checks)s."
            ) % {"checks": localize(checks)}
        return _("The round ends here. Checks that arrived are kept: %(checks)s.") % {
            "checks": localize(checks)
        }

    def perform(self, reason: str) -> str:
        workflow.cancel_round(self.object, actor=self.request.user, reason=reason)
        return _("The round is called off.")
