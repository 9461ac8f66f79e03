"""Eligibility rules: read by who sees rounds, drawn up by the officer, put into force by the leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.web.components import Crumb, steps_to
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, Page, PermissionMixin

from ..choices import RuleState
from ..forms_rules import InForceForm, PreviewForm, RuleForm, RuleHeadForm
from ..lists.lifecycles import short
from ..models import EligibilityRuleSet
from ..permits.rules import may_approve_rule, may_change_rule
from ..rules.eligibility import RuleSet
from ..rules.ranking import TIE_BREAKER
from ..rules.stored import rule_of_rows
from ..rules.wording import said
from ..workflow import rules as workflow
from .rounds import eligible_table


def rule_crumbs(rule_set: EligibilityRuleSet | None = None) -> list[Crumb]:
    """The way to a rule's pages."""
    crumbs = [Crumb(_("Rules"), reverse("allocations:rule_list"))]
    if rule_set is not None:
        url = reverse("allocations:rule_detail", args=[rule_set.pk])
        crumbs.append(Crumb(rule_title(rule_set), url))
    return crumbs


def rule_title(rule_set: EligibilityRuleSet) -> str:
    return str(said(rule_set.name)) or str(rule_set.get_funding_kind_display())


@dataclass(slots=True)
class SourceRules:
    """A source of the plan with its rules: the one in force, the open draft, and former ones."""

    source: FundingSource
    present: EligibilityRuleSet | None = None
    rule: RuleSet | None = None
    draft: EligibilityRuleSet | None = None
    former: list[EligibilityRuleSet] | None = None

    @property
    def article_8(self) -> bool:
        """Whose classes and levels nobody here knows until they are entered from the text."""
        return self.source.kind == FundingKind.PROVINCIAL_BUDGET


class RuleList(Page):
    """Every source of the plan with its rule in force, its draft and its former rules."""

    permission_required = "allocations.view_allocationround"
    template_name = "allocations/rule_list.html"
    page_heading = gettext_lazy("Rules of eligibility and priority")
    lead = gettext_lazy(
        "Per source: who may get a device and in which order, with the legal basis of every condition."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        programs = Program.objects.visible_to(user).standing()
        sources = FundingSource.objects.filter(program__in=programs).select_related("program").order_by("pk")
        rows = EligibilityRuleSet.objects.visible_to(user).prefetch_related("conditions", "ranks")
        found = {(row.program_id, row.kind): SourceRules(row, former=[]) for row in sources}
        for row in rows.order_by("-version"):
            entry = found.get((row.program_id, row.funding_kind))
            if entry is None:
                continue
            row.title = rule_title(row)
            row.is_open = is_open(row, today)
            if row.state == RuleState.IN_FORCE:
                entry.present, entry.rule = row, rule_of_rows(row)
            elif row.state == RuleState.RETIRED:
                entry.former.append(row)  # type: ignore[union-attr]  # made above
            else:
                entry.draft = row
        return super().get_context_data(**kwargs) | {
            "sources": list(found.values()),
            "tie_breaker": TIE_BREAKER,
            "may_prepare": user.has_perm("allocations.prepare_rule"),
        }


class _RuleQuery(PermissionMixin):
    model = EligibilityRuleSet
    success_url_name = "allocations:rule_detail"

    def get_queryset(self) -> Any:
        related = ("program__province", "prepared_by", "approved_by")
        rows = super().get_queryset()
        return rows.select_related(*related).prefetch_related("conditions", "ranks")

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object)


class RuleCreate(FormPage):
    """Begin a draft: for which source, empty or copied."""

    permission_required = "allocations.prepare_rule"
    form_class = RuleForm
    page_heading = gettext_lazy("Draw up rules")
    lead = gettext_lazy("A draft changes nothing until the leader puts it into force.")
    submit_label = gettext_lazy("Begin the draft")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        wanted = {name: self.request.GET[name] for name in ("source", "copy_of") if name in self.request.GET}
        return {name: value for name, value in wanted.items() if value.isdigit()}

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:rule_list")

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        row = workflow.create_rule(
            data["source"].program, actor=self.request.user, funding_kind=data["source"].kind,
            name=data["name"], citation=data["citation"], copy_of=data["copy_of"],
        )  # fmt: skip
        messages.success(self.request, _("The draft is begun: add its conditions and ranks."))
        return redirect("allocations:rule_detail", pk=row.pk)


class RuleDetail(_RuleQuery, DetailPage):
    """A rule: its conditions and ranks in words, where it stands, and what comes next."""

    permission_required = "allocations.view_allocationround"
    template_name = "allocations/rule_detail.html"
    context_object_name = "rule_set"

    def get_page_heading(self) -> str:
        return rule_title(self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: EligibilityRuleSet = self.object
        rule, user = rule_of_rows(row), self.request.user
        draft = row.state == RuleState.DRAFT
        may_change = may_change_rule(user, row) and draft
        conditions = sorted(row.conditions.all(), key=lambda part: part.position)
        ranks = sorted(row.ranks.all(), key=lambda part: part.position)
        return super().get_context_data(**kwargs) | {
            "rule": rule,
            "conditions": list(zip(conditions, rule.conditions, strict=True)),
            "ranks": list(zip(ranks, rule.ranks, strict=True)),
            "tie_breaker": TIE_BREAKER,
            "facts": self._facts(row),
            "steps": self._steps(row),
            "may_change": may_change,
            "missing": workflow.what_is_missing(row) if may_change else [],
            "may_decide": may_approve_rule(user, row) and row.state == RuleState.SUBMITTED,
            "may_copy": may_change_rule(user, row),
            "rounds": row.rounds.visible_to(user),
        }

    def _facts(self, row: EligibilityRuleSet) -> list[tuple[str, Any]]:
        return [
            (_("Source"), row.get_funding_kind_display()),
            (_("Version"), row.version),
            (_("Legal basis"), said(row.citation)),
            (_("In force"), in_force_words(row)),
            (_("Prepared by"), row.prepared_by or _("packaged with the program")),
            (
                _("Approved by"),
                row.approved_by or ("" if row.prepared_by else _("packaged with the program")),
            ),
        ]

    def _steps(self, row: EligibilityRuleSet) -> Any:
        states = [RuleState.DRAFT, RuleState.SUBMITTED, RuleState.IN_FORCE]
        if row.state == RuleState.RETIRED:
            states.append(RuleState.RETIRED)
        details = {
            "draft": str(row.prepared_by or ""),
            "in_force": short(row.valid_from) if row.valid_from else "",
            "retired": short(row.valid_to) if row.valid_to else "",
        }
        return steps_to(row.state, [(state.value, str(state.label)) for state in states], details)


def is_open(row: EligibilityRuleSet, on: date) -> bool:
    """Whether the rule is in force that day, which a rule approved for a later day is not yet."""
    return (
        row.valid_from is not None and row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
    )


def in_force_words(row: EligibilityRuleSet) -> str:
    """From when until when, in words; "" for a draft."""
    if row.valid_from is None:
        return ""
    if row.valid_to is None:
        return _("from %(day)s") % {"day": f"{row.valid_from:%d/%m/%Y}"}
    days = {"from": f"{row.valid_from:%d/%m/%Y}", "to": f"{row.valid_to:%d/%m/%Y}"}
    return _("%(from)s to %(to)s") % days


class RulePreview(_RuleQuery, DetailPage):
    """How many households of the register would qualify by a rule as of a day."""

    permission_required = "allocations.view_allocationround"
    template_name = "allocations/rule_preview.html"
    context_object_name = "rule_set"
    page_heading = gettext_lazy("Who would qualify")
    lead = gettext_lazy("By the register as it is now, as of the day; nothing is written.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        typed = self.request.GET if "day" in self.request.GET else None
        day: date = timezone.localdate()
        form = PreviewForm(typed, initial={"day": day})
        if typed is not None:
            if not form.is_valid():
                return context | {"form": form}
            day = form.cleaned_data["day"]
        rule = rule_of_rows(self.object)
        return context | {"form": form} | eligible_table(self.object.program, rule, day)


class RuleChange(_RuleQuery, FormPage):
    """Name and legal basis of a draft."""

    form_class = RuleHeadForm
    page_heading = gettext_lazy("Name and legal basis")
    submit_label = gettext_lazy("Save the rule")

    def has_permission(self) -> bool:
        return may_change_rule(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name, "citation": self.object.citation}

    def get_cancel_url(self) -> str:
        return reverse("allocations:rule_detail", args=[self.object.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state != RuleState.DRAFT:
            messages.warning(request, _("Only a draft can be changed; this rule is no draft any more."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.change_rule(self.object, actor=self.request.user, **form.cleaned_data)
        return redirect(self.get_cancel_url())


class RuleSubmit(_RuleQuery, StepPage):
    may = may_change_rule
    states = frozenset({RuleState.DRAFT})
    page_heading = gettext_lazy("Submit the rule")
    verb = gettext_lazy("Submit the rule")

    def get_consequence(self) -> str:
        words = {"conditions": self.object.conditions.count(), "ranks": self.object.ranks.count()}
        return (
            _(
                "%(conditions)s conditions and %(ranks)s ranks go to the leader, who puts them into force; "
                "afterwards you cannot change them."
            )
            % words
        )

    def perform(self, reason: str) -> str:
        workflow.submit_rule(self.object, actor=self.request.user)
        return _("The rule is with the leader.")


class RuleReturn(_RuleQuery, StepPage):
    may = may_approve_rule
    states = frozenset({RuleState.SUBMITTED})
    page_heading = gettext_lazy("Return the rule")
    verb = gettext_lazy("Return the rule")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _("The rule goes back to %(maker)s as a draft.") % {"maker": self.object.prepared_by}

    def perform(self, reason: str) -> str:
        workflow.return_rule(self.object, actor=self.request.user, reason=reason)
        return _("The rule is returned.")


class RuleApprove(_RuleQuery, StepPage):
    may = may_approve_rule
    states = frozenset({RuleState.SUBMITTED})
    page_heading = gettext_lazy("Put the rule into force")
    verb = gettext_lazy("Put the rule into force")
    extra_form_class = InForceForm

    def get_consequence(self) -> str:
        row: EligibilityRuleSet = self.object
        rows = EligibilityRuleSet.objects.filter(program=row.program, funding_kind=row.funding_kind)
        present = rows.filter(state=RuleState.IN_FORCE).first()
        if present is None:
            return _(
                "Rounds of this source can be recorded from that day on. It is the source's first rule; it "
                "can only be replaced afterwards, not changed."
            )
        return _(
            "It replaces version %(version)s, which ends the day before; rounds already recorded keep "
            "theirs. It can only be replaced afterwards, not changed."
        ) % {"version": present.version}

    def perform(self, reason: str) -> str:
        workflow.approve_rule(self.object, actor=self.request.user, **self.form.cleaned_data)
        return _("The rule is in force.")


class RuleDiscard(_RuleQuery, StepPage):
    may = may_change_rule
    states = frozenset({RuleState.DRAFT})
    page_heading = gettext_lazy("Discard the draft")
    verb = gettext_lazy("Discard the draft")
    tone = "danger"
    discarded = False

    def get_consequence(self) -> str:
        words = {"conditions": self.object.conditions.count(), "ranks": self.object.ranks.count()}
        return _("The draft is thrown away with its %(conditions)s conditions and %(ranks)s ranks.") % words

    def get_success_url(self) -> str:
        return reverse("allocations:rule_list") if self.discarded else super().get_success_url()

    def perform(self, reason: str) -> str:
        workflow.discard_rule(self.object, actor=self.request.user)
        self.discarded = True
        return _("The draft is discarded.")
