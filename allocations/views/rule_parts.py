"""Conditions and ranks of a draft: added, rewritten, moved, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import FormPage, PermissionMixin

from ..choices import ConditionKind, RuleState
from ..forms_rules import ConditionForm, RankForm
from ..models import EligibilityRuleSet, PriorityRank, RuleCondition
from ..permits.rules import may_change_rule
from ..workflow import rules as workflow
from .rules import rule_crumbs

#: Kind of condition → what it asks, for who chooses one.
KINDS: dict[str, Any] = {
    ConditionKind.CLASS_IN: gettext_lazy("The household has one of the chosen classes on the day."),
    ConditionKind.CLASS_OR_POLICY: gettext_lazy(
        "The household has one of the chosen classes, or a policy status although it is not poor."
    ),
    ConditionKind.NO_EARLIER_DEVICE: gettext_lazy("The household got none of the chosen devices by the day."),
    ConditionKind.NEED: gettext_lazy("The household has not said that it needs no smartphone."),
    ConditionKind.NOT_SERVED: gettext_lazy("No other round, source or contribution serves the household."),
    ConditionKind.MEMBER_AGED: gettext_lazy("Somebody of the household is of the chosen age."),
}


class _DraftPage(FormPage):
    """A form about a part of a draft; outside a draft the page leads back to the rule."""

    model = EligibilityRuleSet

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program")

    @property
    def rule_set(self) -> EligibilityRuleSet:
        row: EligibilityRuleSet = self.object
        return row

    def has_permission(self) -> bool:
        return may_change_rule(self.request.user, self.rule_set)

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs(self.rule_set)

    def get_cancel_url(self) -> str:
        return reverse("allocations:rule_detail", args=[self.rule_set.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.rule_set.state != RuleState.DRAFT:
            messages.warning(request, _("Only a draft can be changed; this rule is no draft any more."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)


class ConditionKinds(_DraftPage):
    """What a new condition shall ask: one thing per page."""

    template_name = "allocations/rule_condition_kinds.html"
    page_heading = gettext_lazy("What does the condition ask?")
    form_class = RankForm  # never shown: the kinds are links

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = reverse("allocations:rule_condition_create", args=[self.rule_set.pk])
        kinds = [(ConditionKind(kind).label, words, f"{page}?kind={kind}") for kind, words in KINDS.items()]
        return super().get_context_data(**kwargs) | {"kinds": kinds}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(request.path)


class _ConditionPage(_DraftPage):
    template_name = "allocations/rule_part.html"
    condition: RuleCondition | None = None

    @cached_property
    def kind(self) -> str:
        raise NotImplementedError

    def get_form(self, form_class: Any = None) -> Any:
        return ConditionForm(kind=self.kind, **self.get_form_kwargs())

    def get_lead(self) -> Any:
        return KINDS[self.kind]

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        workflow.save_condition(
            self.rule_set, actor=self.request.user, kind=self.kind, params=form.params,
            citation=data["citation"], sentence=data["sentence"], valid_from=data["valid_from"],
            valid_to=data["valid_to"], condition=self.condition,
        )  # fmt: skip
        return redirect(self.get_cancel_url())


class ConditionCreate(_ConditionPage):
    """A new condition of the kind in the address."""

    page_heading = gettext_lazy("Add a condition")
    submit_label = gettext_lazy("Add the condition")

    @cached_property
    def kind(self) -> str:
        wanted = self.request.GET.get("kind", "")
        return wanted if wanted in KINDS else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            return redirect("allocations:rule_condition_kinds", pk=self.rule_set.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            return redirect("allocations:rule_condition_kinds", pk=self.rule_set.pk)
        return super().post(request, *args, **kwargs)


class _PartQuery(PermissionMixin):
    """A part of a rule of the person's province, found through its rule."""

    part_model: type[RuleCondition] | type[PriorityRank]
    part: Any

    def find_subject(self) -> None:
        visible = EligibilityRuleSet.objects.visible_to(self.request.user)
        rows = self.part_model._default_manager.filter(rule_set__in=visible)
        self.part = get_object_or_404(rows.select_related("rule_set__program"), pk=self.kwargs["pk"])
        self.object = self.part.rule_set

    def has_permission(self) -> bool:
        return may_change_rule(self.request.user, self.object)


class ConditionChange(_PartQuery, _ConditionPage):
    """A condition of a draft, rewritten; its kind stays."""

    part_model = RuleCondition
    page_heading = gettext_lazy("Change the condition")
    submit_label = gettext_lazy("Save the condition")

    @cached_property
    def kind(self) -> str:
        return str(self.part.kind)

    def get_initial(self) -> dict[str, Any]:
        return ConditionForm.initial_of(self.part)

    def form_valid(self, form: Any) -> HttpResponse:
        self.condition = self.part
        return super().form_valid(form)


class RankCreate(_DraftPage):
    """A new rank behind the others."""

    form_class = RankForm
    template_name = "allocations/rule_part.html"
    page_heading = gettext_lazy("Add a rank")
    lead: Any = gettext_lazy("It comes behind the ranks there are; move it up afterwards.")
    submit_label = gettext_lazy("Add the rank")
    rank: PriorityRank | None = None

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.save_rank(self.rule_set, actor=self.request.user, rank=self.rank, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class RankChange(_PartQuery, RankCreate):
    """A rank of a draft, rewritten."""

    part_model = PriorityRank
    page_heading = gettext_lazy("Change the rank")
    lead: Any = ""
    submit_label = gettext_lazy("Save the rank")

    def get_initial(self) -> dict[str, Any]:
        return RankForm.initial_of(self.part)

    def form_valid(self, form: Any) -> HttpResponse:
        self.rank = self.part
        return super().form_valid(form)


class _PartRemove(_PartQuery, StepPage):
    states = frozenset({RuleState.DRAFT})
    tone = "danger"
    success_url_name = "allocations:rule_detail"

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object)

    def has_permission(self) -> bool:
        return may_change_rule(self.request.user, self.object)

    def perform(self, reason: str) -> str:
        workflow.remove_part(self.part, actor=self.request.user)
        return _("Taken out of the draft.")


class ConditionRemove(_PartRemove):
    part_model = RuleCondition
    page_heading = gettext_lazy("Take out the condition")
    verb = gettext_lazy("Take out the condition")

    def get_consequence(self) -> str:
        return _("The draft no longer asks: “%(condition)s”.") % {"condition": self.part}


class RankRemove(_PartRemove):
    part_model = PriorityRank
    page_heading = gettext_lazy("Take out the rank")
    verb = gettext_lazy("Take out the rank")

    def get_consequence(self) -> str:
        return _("Rank %(rank)s is taken out: “%(words)s”; those behind it move up.") % {
            "rank": self.part.position,
            "words": self.part,
        }


class _PartMove(_PartQuery, View):
    """One place up or down; only by POST, then back to the rule."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            workflow.move_part(self.part, actor=request.user, up=request.POST.get("way") == "up")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("allocations:rule_detail", pk=self.object.pk)


class ConditionMove(_PartMove):
    part_model = RuleCondition


class RankMove(_PartMove):
    part_model = PriorityRank
