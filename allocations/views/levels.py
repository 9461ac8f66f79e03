"""Levels of support, and communes named in decisions: what rules and rounds rest on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.areas.models import AreaDesignation
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import ConfirmPage, FormPage, Page

from ..forms_rules import DesignationForm, LastDayForm, LevelForm, sources_of
from ..models import SupportLevel
from ..permits.rules import may_designate, may_prepare_rules
from ..rules.wording import said
from ..workflow import levels as workflow
from .rules import rule_crumbs


class LevelList(Page):
    """Per source, how much each form of support is worth and since when."""

    permission_required = "allocations.view_allocationround"
    template_name = "allocations/level_list.html"
    page_heading = gettext_lazy("Levels of support")
    lead = gettext_lazy("How much a form of support is worth a household, with its legal basis and its days.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        levels = list(SupportLevel.objects.visible_to(user).select_related("entered_by"))
        for row in levels:
            row.said = said(row.citation)
            row.is_open = row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)
        by_source: dict[tuple[int, str], list[SupportLevel]] = {}
        for row in levels:
            by_source.setdefault((row.program_id, row.funding_kind), []).append(row)
        return super().get_context_data(**kwargs) | {
            "sources": [
                (source, by_source.get((source.program_id, source.kind), [])) for source in sources_of(user)
            ],
            "may_prepare": user.has_perm("allocations.prepare_rule"),
        }


class LevelCreate(FormPage):
    permission_required = "allocations.prepare_rule"
    form_class = LevelForm
    page_heading = gettext_lazy("Enter a level of support")
    lead = gettext_lazy("Only from the text itself: rounds recorded afterwards pay what stands here.")
    submit_label = gettext_lazy("Enter the level")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*rule_crumbs(), Crumb(_("Levels of support"), reverse("allocations:level_list"))]

    def get_cancel_url(self) -> str:
        return reverse("allocations:level_list")

    def form_valid(self, form: Any) -> HttpResponse:
        data = dict(form.cleaned_data)
        source = data.pop("source")
        workflow.add_level(source.program, actor=self.request.user, funding_kind=source.kind, **data)
        messages.success(self.request, _("The level is entered."))
        return redirect("allocations:level_list")


class LevelEnd(ConfirmPage):
    model = SupportLevel
    page_heading = gettext_lazy("End the level of support")
    verb = gettext_lazy("Set the last day")
    extra_form_class = LastDayForm

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program")

    def has_permission(self) -> bool:
        return may_prepare_rules(self.request.user, self.object.program)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*rule_crumbs(), Crumb(_("Levels of support"), reverse("allocations:level_list"))]

    def get_consequence(self) -> str:
        return _("Rounds of later days no longer get this level; those already recorded keep it.")

    def get_success_url(self) -> str:
        return reverse("allocations:level_list")

    def perform(self, reason: str) -> str:
        workflow.end_level(self.object, actor=self.request.user, **self.form.cleaned_data)
        return _("The last day is set.")


class DesignationList(Page):
    """Communes named in decisions, by decision."""

    permission_required = "allocations.view_allocationround"
    template_name = "allocations/designation_list.html"
    page_heading = gettext_lazy("Extremely difficult communes")
    lead = gettext_lazy("Ranks that look at the commune read them here, as of the round's day.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        rows = AreaDesignation.objects.visible_to(user).select_related("area__parent")
        decisions: dict[tuple[str, Any, Any], list[AreaDesignation]] = {}
        for row in rows.order_by("-valid_from", "citation", "area__code"):
            decisions.setdefault((row.citation, row.valid_from, row.valid_to), []).append(row)
        return super().get_context_data(**kwargs) | {
            "decisions": [
                (citation, first, last, last is None or last >= today, members)
                for (citation, first, last), members in decisions.items()
            ],
            "may_designate": may_designate(user),
        }


class DesignationCreate(FormPage):
    form_class = DesignationForm
    template_name = "allocations/designation_create.html"
    page_heading = gettext_lazy("Enter the communes of a decision")
    submit_label = gettext_lazy("Enter the communes")

    def has_permission(self) -> bool:
        return may_designate(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        url = reverse("allocations:designation_list")
        return [*rule_crumbs(), Crumb(_("Extremely difficult communes"), url)]

    def get_cancel_url(self) -> str:
        return reverse("allocations:designation_list")

    def form_valid(self, form: Any) -> HttpResponse:
        rows = workflow.designate_communes(actor=self.request.user, **form.cleaned_data)
        words = ngettext("%(count)s commune is entered.", "%(count)s communes are entered.", len(rows))
        messages.success(self.request, words % {"count": len(rows)})
        return redirect("allocations:designation_list")


class DesignationEnd(ConfirmPage):
    model = AreaDesignation
    page_heading = gettext_lazy("End the designation")
    verb = gettext_lazy("Set the last day")
    extra_form_class = LastDayForm

    def get_queryset(self) -> Any:
        if not self.request.user.has_perm("allocations.view_allocationround"):
            return AreaDesignation.objects.none()
        return super().get_queryset().select_related("area")

    def has_permission(self) -> bool:
        return may_designate(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        url = reverse("allocations:designation_list")
        return [*rule_crumbs(), Crumb(_("Extremely difficult communes"), url)]

    def get_consequence(self) -> str:
        return _("%(commune)s no longer counts as extremely difficult for rounds of later days.") % {
            "commune": self.object.area.name
        }

    def get_success_url(self) -> str:
        return reverse("allocations:designation_list")

    def perform(self, reason: str) -> str:
        workflow.end_designation(self.object, actor=self.request.user, **self.form.cleaned_data)
        return _("The last day is set.")
