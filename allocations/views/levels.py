"""Levels of support, and communes named in decisions: what rules and rounds rest on."""

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

from smartphone_support.areas.models import AreaDesignation
from smartphone_support.web.components import Crumb
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import ConfirmPage, FormPage, Page

from ..choices import EntryState
from ..forms_rules import DesignationForm, LastDayForm, LevelForm, sources_of
from ..models import DesignationEntry, SupportLevel
from ..permits.rules import may_approve_designation, may_approve_level, may_designate, may_prepare_rules
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
        related = ("program", "entered_by", "decided_by")
        levels = list(SupportLevel.objects.visible_to(user).select_related(*related))
        for row in levels:
            row.said = said(row.citation)
            row.may_decide = row.state == EntryState.SUBMITTED and may_approve_level(user, row)
            row.is_open = row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)
        by_source: dict[tuple[int, str], list[SupportLevel]] = {}
        for row in levels:
            by_source.setdefault((row.program_id, row.funding_kind), []).append(row)
        return super().get_context_data(**kwargs) | {
            "sources": [
                (source, by_source.get((source.program_id, source.kind), [])) for source in sources_of(user)
            ],
            "may_prepare": user.has_perm("allocations.prepare_rule"),
            "acts": user.has_perm("allocations.prepare_rule") or any(row.may_decide for row in levels),
        }


class LevelCreate(FormPage):
    permission_required = "allocations.prepare_rule"
    form_class = LevelForm
    page_heading = gettext_lazy("Enter a level of support")
    lead = gettext_lazy(
        "Only from the text itself: rounds recorded after the leader put it in force pay what stands here."
    )
    submit_label = gettext_lazy("Enter the level")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("source", "")
        known = wanted.isascii() and wanted.isdigit() and len(wanted) < 15
        return {"source": int(wanted)} if known else {}

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*rule_crumbs(), Crumb(_("Levels of support"), reverse("allocations:level_list"))]

    def get_cancel_url(self) -> str:
        return reverse("allocations:level_list")

    def form_valid(self, form: Any) -> HttpResponse:
        data = dict(form.cleaned_data)
        source = data.pop("source")
        workflow.add_level(source.program, actor=self.request.user, funding_kind=source.kind, **data)
        messages.success(self.request, _("The level is entered and waits for the leader."))
        return redirect("allocations:level_list")


class LevelStep(StepPage):
    """A step over one level; both ways it leads back to the list."""

    model = SupportLevel

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program", "entered_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [*rule_crumbs(), Crumb(_("Levels of support"), reverse("allocations:level_list"))]

    def get_success_url(self) -> str:
        return reverse("allocations:level_list")

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def words(self) -> dict[str, Any]:
        row: SupportLevel = self.object
        return {
            "source": row.get_funding_kind_display(),
            "form": row.get_form_display(),
            "amount": localize(row.amount),
            "day": f"{row.valid_from:%d/%m/%Y}",
            "citation": said(row.citation),
            "maker": row.entered_by,
        }


class LevelApprove(LevelStep):
    may = may_approve_level
    states = frozenset({EntryState.SUBMITTED})
    page_heading = gettext_lazy("Put the level in force")
    verb = gettext_lazy("Put the level in force")

    def get_consequence(self) -> str:
        return (
            _(
                "%(source)s, %(form)s: %(amount)s VND a household from %(day)s, by %(citation)s; entered by "
                "%(maker)s. Rounds recorded for its days pay it; afterwards it can only be ended."
            )
            % self.words()
        )

    def perform(self, reason: str) -> str:
        workflow.approve_level(self.object, actor=self.request.user)
        return _("The level is in force.")


class LevelReturn(LevelStep):
    may = may_approve_level
    states = frozenset({EntryState.SUBMITTED})
    page_heading = gettext_lazy("Return the level")
    verb = gettext_lazy("Return the level")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return (
            _(
                "%(source)s, %(form)s: %(amount)s VND a household from %(day)s does not come into force; "
                "%(maker)s enters it anew."
            )
            % self.words()
        )

    def perform(self, reason: str) -> str:
        workflow.return_level(self.object, actor=self.request.user, reason=reason)
        return _("The level is returned.")


class LevelEnd(LevelStep):
    states = frozenset({EntryState.IN_FORCE})
    page_heading = gettext_lazy("End the level of support")
    verb = gettext_lazy("Set the last day")
    extra_form_class = LastDayForm

    @staticmethod
    def may(user: Any, level: SupportLevel) -> bool:  # type: ignore[override]  # a rule like the others
        return may_prepare_rules(user, level.program)

    def get_consequence(self) -> str:
        return _("Rounds of later days no longer get this level; those already recorded keep it.")

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
            "entries": self._entries(),
            "may_designate": may_designate(user),
        }

    def _entries(self) -> list[DesignationEntry]:
        """Entered and not in force: those that wait for the leader, and those returned."""
        user = self.request.user
        rows = DesignationEntry.objects.visible_to(user).exclude(state=EntryState.IN_FORCE)
        entries = list(rows.select_related("entered_by").prefetch_related("communes__parent"))
        for entry in entries:
            entry.may_decide = entry.state == EntryState.SUBMITTED and may_approve_designation(user, entry)
        return entries


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
        entry = workflow.designate_communes(actor=self.request.user, **form.cleaned_data)
        count = entry.communes.count()
        words = ngettext(
            "%(count)s commune is entered and waits for the leader.",
            "%(count)s communes are entered and wait for the leader.",
            count,
        )
        messages.success(self.request, words % {"count": count})
        return redirect("allocations:designation_list")


class EntryStep(StepPage):
    """The leader's step over the communes of a decision."""

    model = DesignationEntry
    may = may_approve_designation
    states = frozenset({EntryState.SUBMITTED})

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("province", "entered_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        url = reverse("allocations:designation_list")
        return [*rule_crumbs(), Crumb(_("Extremely difficult communes"), url)]

    def get_success_url(self) -> str:
        return reverse("allocations:designation_list")

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def words(self) -> dict[str, Any]:
        communes = list(self.object.communes.order_by("code"))
        return {
            "count": localize(len(communes)),
            "names": ", ".join(commune.name for commune in communes),
            "citation": self.object.citation,
            "day": f"{self.object.valid_from:%d/%m/%Y}",
            "maker": self.object.entered_by,
        }


class DesignationApprove(EntryStep):
    page_heading = gettext_lazy("Put the communes in force")
    verb = gettext_lazy("Put the communes in force")

    def get_consequence(self) -> str:
        return (
            _(
                "By %(citation)s these count as extremely difficult from %(day)s: %(names)s (%(count)s in "
                "all, entered by %(maker)s). Ranks of rounds recorded for those days read them."
            )
            % self.words()
        )

    def perform(self, reason: str) -> str:
        workflow.approve_designation(self.object, actor=self.request.user)
        return _("The communes are in force.")


class DesignationReturn(EntryStep):
    page_heading = gettext_lazy("Return the communes")
    verb = gettext_lazy("Return the communes")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return (
            _("%(count)s communes of %(citation)s do not come into force; %(maker)s enters them anew.")
            % self.words()
        )

    def perform(self, reason: str) -> str:
        workflow.return_designation(self.object, actor=self.request.user, reason=reason)
        return _("The communes are returned.")


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
