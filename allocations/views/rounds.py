"""Allocation rounds: recording the Ministry's decision and seeing how far a round has come."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page

from .. import workflow
from ..choices import DeviceKind, ListState, PlanState
from ..forms import RoundForm
from ..lists.lifecycles import round_phase, round_steps
from ..models import AllocationRound, DistrictList, QuotaPlan
from ..permissions import may_prepare_plan, may_prepare_proposal
from ..rules.eligibility import RULES, Tally
from ..rules.facts import eligible_per_district
from ..rules.ranking import RANKS, TIE_BREAKER
from ..tables import RoundTable
from ..workflow.plans import round_rule


def round_crumbs(round_: AllocationRound | None = None) -> list[Crumb]:
    """The way to a round's pages."""
    crumbs = [Crumb(_("Allocation rounds"), reverse("allocations:round_list"))]
    if round_ is not None:
        crumbs.append(Crumb(round_.name, reverse("allocations:round_detail", args=[round_.pk])))
    return crumbs


def eligible_table(program: Any, rule: Any, on: Any) -> dict[str, Any]:
    """Households per district as of a day, with the rule in words: what `_eligible.html` shows."""
    rows = eligible_per_district(program, rule, on)
    total = Tally(sum(row.listed for _d, row in rows), sum(row.eligible for _d, row in rows))
    for _district, row in rows:
        for code, count in row.excluded.items():
            total.excluded[code] = total.excluded.get(code, 0) + count
    codes = [condition for condition in rule.conditions if condition.code in total.excluded]
    return {
        "rule": rule,
        "as_of": on,
        "exclusions": codes,
        "rows": [(district, row, [row.excluded.get(c.code, 0) for c in codes]) for district, row in rows],
        "total": total,
        "total_excluded": [total.excluded[c.code] for c in codes],
        "ranks": RANKS,
        "tie_breaker": TIE_BREAKER,
    }


class RoundList(ListPage):
    """The province's rounds with their state."""

    model = AllocationRound
    permission_required = "allocations.view_allocationround"
    table_class = RoundTable
    template_name = "allocations/round_list.html"
    page_heading = gettext_lazy("Allocation rounds")
    lead = gettext_lazy(
        "Each round is one decision of the Ministry: so many devices to the province, as of its date."
    )
    empty_title = gettext_lazy("No round yet")
    empty_text = gettext_lazy(
        "A round begins when the department records the Ministry's allocation decision."
    )

    def get_queryset(self) -> Any:
        plans = QuotaPlan.objects.filter(round=OuterRef("pk")).order_by("-id")
        done = Q(lists__state=ListState.APPROVED)
        return (
            super()
            .get_queryset()
            .annotate(
                plan_state=Subquery(plans.values("state")[:1]),
                list_count=Count("lists"),
                lists_approved=Count("lists", filter=done),
                approved=Sum("lists__kept", filter=done, default=0),
            )
        )

    def get_table_data(self) -> Any:
        rows = list(super().get_table_data())
        for row in rows:
            row.phase = round_phase(row.plan_state, row.list_count, row.lists_approved)
        return rows


class RoundCreate(FormPage):
    """Record the Ministry's decision; the households that qualify on its day are shown beside."""

    permission_required = "allocations.manage_round"
    form_class = RoundForm
    template_name = "allocations/round_create.html"
    page_heading = gettext_lazy("Record an allocation decision")
    lead = gettext_lazy(
        "The Ministry's decision says how many devices the province gets; its date decides who qualifies."
    )
    submit_label = gettext_lazy("Record the decision")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:round_list")

    def form_valid(self, form: Any) -> HttpResponse:
        source = form.cleaned_data["funding_source"]
        round_ = workflow.record_round(source.program, actor=self.request.user, **form.cleaned_data)
        messages.success(
            self.request, _("“%(round)s” is recorded. Next: the quota plan.") % {"round": round_}
        )
        return redirect("allocations:round_detail", pk=round_.pk)


class RoundEligible(Page):
    """Part of the form: who qualifies per district on the day typed in (htmx)."""

    permission_required = "allocations.manage_round"
    template_name = "allocations/_eligible.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = RoundForm(self.request.GET, user=self.request.user)
        form.is_valid()
        source, day = form.cleaned_data.get("funding_source"), form.cleaned_data.get("decision_date")
        if source is not None and day is not None:
            context |= eligible_table(source.program, RULES[source.kind], day)
        return context


class RoundDetail(DetailPage):
    """A round: its decision, quotas, and the districts' lists with their state."""

    model = AllocationRound
    permission_required = "allocations.view_allocationround"
    template_name = "allocations/round_detail.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        related = ("program__province", "funding_source", "created_by")
        return super().get_queryset().select_related(*related)

    def get_page_heading(self) -> str:
        return self.object.name

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        round_, user = self.object, self.request.user
        plan = QuotaPlan.objects.visible_to(user).filter(round=round_).select_related("prepared_by").first()
        lists = list(DistrictList.objects.visible_to(user).filter(round=round_).select_related("district"))
        states = list(round_.lists.values_list("state", flat=True))
        done = len(states), states.count(ListState.APPROVED)
        context |= {
            "plan": plan,
            "lists": lists,
            "phase": round_phase(plan.state if plan else None, *done),
            "steps": round_steps(round_, plan, *done),
            "facts": self._facts(round_),
            "kept": sum(row.kept for row in lists),
            "quota": sum(row.quota for row in lists),
            "may_plan": may_prepare_plan(user, round_) and (plan is None or plan.state != PlanState.APPROVED),
            "may_propose": may_prepare_proposal(user, round_) and ListState.ACCEPTED in states,
            "proposals": round_.proposals.visible_to(user).annotate(households=Sum("lists__kept", default=0)),
        }
        if plan is not None and plan.state == PlanState.APPROVED and not lists:
            quotas = plan.quotas.filter(quota__gt=0).select_related("district")
            context |= {"quotas": quotas, "quota": plan.allocated}
        if plan is None:
            context["eligible"] = eligible_table(round_.program, round_rule(round_), round_.as_of)
        return context

    def _facts(self, round_: AllocationRound) -> list[tuple[str, Any]]:
        return [
            (_("Decision"), f"{round_.decision_number}, {round_.decision_date:%d/%m/%Y}"),
            (_("Issued by"), round_.issuer),
            (_("Source"), round_.funding_source.name),
            (_("Device"), DeviceKind(round_.device_kind).label),
            (_("Number of devices"), round_.total),
            (_("Recorded by"), round_.created_by),
        ]
