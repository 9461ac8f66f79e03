"""Allocation rounds: recording an allocation decision and seeing how far a round has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page

from .. import workflow
from ..choices import DeviceKind, ListState, PlanState, SupportForm
from ..forms import RoundForm, RoundTermsForm
from ..lists.lifecycles import round_phase, round_steps
from ..models import AllocationRound, DistrictList, QuotaPlan
from ..permits.rounds import may_prepare_plan, may_prepare_proposal, may_record_round
from ..rules.eligibility import NEAR_POOR, POOR, RuleSet, Tally
from ..rules.facts import eligible_per_district, households_as_of
from ..rules.ranking import TIE_BREAKER
from ..rules.stored import level_in_force, rule_in_force, rule_of_rows
from ..rules.wording import said
from ..tables import RoundTable
from ..waves import AT_WORK, district_quotas, left_over, waves_of
from ..workflow.plan_drafts import left_to_share
from ..workflow.returns import held_quotas
from ..workflow.rounds import may_change_round, round_rule

#: The part of a round's households that meet every condition; the other parts are conditions' codes.
QUALIFY = "qualify"


def round_crumbs(round_: AllocationRound | None = None) -> list[Crumb]:
    """The way to a round's pages."""
    crumbs = [Crumb(_("Allocation rounds"), reverse("allocations:round_list"))]
    if round_ is not None:
        crumbs.append(Crumb(round_.name, reverse("allocations:round_detail", args=[round_.pk])))
    return crumbs


def eligible_table(
    program: Any, rule: RuleSet, on: date, *, round_: AllocationRound | None = None, links_of: Any = None
) -> dict[str, Any]:
    """Households per district as of a day, with the rule in words: what `_eligible.html` shows.

    With a round what it gives itself does not count as served. `links_of`: the person led from a figure to
    the households behind it, who may see them; a district's people only from its own figures and the sums.
    """
    households = households_as_of(
        program.province, on, rule=rule, except_round=round_.pk if round_ is not None else None
    )
    rows = eligible_per_district(program, rule, on, households)
    total = Tally(sum(row.listed for _d, row in rows), sum(row.eligible for _d, row in rows))
    for _district, row in rows:
        for code, count in row.excluded.items():
            total.excluded[code] = total.excluded.get(code, 0) + count
    codes = [condition for condition in rule.conditions if condition.code in total.excluded]
    links = links_of is not None and links_of.has_perm("beneficiaries.view_household")
    url = reverse("allocations:round_households", args=[round_.pk]) if round_ is not None and links else ""
    own = links_of.district if links else None

    def cell(count: int, part: str, district: Any = None) -> tuple[int, str]:
        query = {"part": part} | ({"district": district.code} if district is not None else {})
        seen = own is None or district is None or own.pk == district.pk
        return count, f"{url}?{urlencode(query)}" if url and count and seen else ""

    return {
        "rule": rule,
        "as_of": on,
        "listed_label": listed_label(rule),
        "exclusions": codes,
        "rows": [
            (
                district,
                row.listed,
                [cell(row.excluded.get(c.code, 0), c.code, district) for c in codes],
                cell(row.eligible, QUALIFY, district),
            )
            for district, row in rows
        ],
        "total": total,
        "total_excluded": [cell(total.excluded[c.code], c.code) for c in codes],
        "total_eligible": cell(total.eligible, QUALIFY),
        "tie_breaker": TIE_BREAKER,
    }


def listed_label(rule: RuleSet) -> str:
    """Who is looked at at all, as the heading of a column."""
    if not rule.asks_class:
        return _("In the register")
    if rule.policies:
        return _("Of the class or policy")
    return _("Poor and near-poor") if rule.classes == {POOR, NEAR_POOR} else _("Of the class")


class RoundList(ListPage):
    """The province's rounds with their state."""

    model = AllocationRound
    permission_required = "allocations.view_allocationround"
    table_class = RoundTable
    template_name = "allocations/round_list.html"
    page_heading = gettext_lazy("Allocation rounds")
    lead = gettext_lazy(
        "Each round is one allocation decision: so many devices of a source to the province, as of its date."
    )
    empty_title = gettext_lazy("No round yet")
    empty_text = gettext_lazy("A round begins when the department records an allocation decision.")

    def get_queryset(self) -> Any:
        plans = QuotaPlan.objects.filter(round=OuterRef("pk")).order_by("-id")
        done = Q(lists__state=ListState.APPROVED)
        holding = Q(lists__quota__gt=0)
        return (
            super()
            .get_queryset()
            .annotate(
                plan_state=Subquery(plans.values("state")[:1]),
                list_count=Count("lists", filter=holding),
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
    """Record an allocation decision; the households that qualify on its day are shown beside."""

    permission_required = "allocations.manage_round"
    form_class = RoundForm
    template_name = "allocations/round_create.html"
    page_heading = gettext_lazy("Record an allocation decision")
    lead = gettext_lazy(
        "The decision says how many devices the province gets of a source; its date decides who qualifies."
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
    template_name = "allocations/_round_eligible.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = RoundForm(self.request.GET, user=self.request.user)
        form.is_valid()
        source, day = form.cleaned_data.get("funding_source"), form.cleaned_data.get("decision_date")
        if source is None or day is None:
            return context
        found = rule_in_force(source.program, source.kind, day)
        level = level_in_force(source.program, source.kind, SupportForm.CASH, day)
        cash = form.cleaned_data.get("device_kind") == DeviceKind.CASH
        context |= {"source": source, "as_of": day, "level": level, "needs_level": cash and level is None}
        if level is not None:
            context["level_citation"] = said(level.citation)
        if found is not None:
            context["eligible"] = eligible_table(source.program, rule_of_rows(found), day)
        return context


class RoundChange(FormPage):
    """Name, posting, cost and budget line, while no quota plan is approved."""

    model = AllocationRound
    form_class = RoundTermsForm
    page_heading = gettext_lazy("Mend the round")
    lead = gettext_lazy(
        "What the decision itself says never changes: a wrong one is recorded as another round."
    )
    submit_label = gettext_lazy("Save the round")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program__province", "funding_source", "budget_line")

    def has_permission(self) -> bool:
        return may_record_round(self.request.user, self.object.program)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_change_round(self.object):
            messages.warning(
                request,
                _("A quota plan of this round is approved: the round cannot be changed any more."),
            )
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        source = self.object.funding_source
        return super().get_form_kwargs() | {"user": self.request.user, "source": source}

    def get_initial(self) -> dict[str, Any]:
        round_: AllocationRound = self.object
        return {
            "name": round_.name, "posting_days": round_.posting_days, "unit_cost": round_.unit_cost,
            "budget_line": round_.budget_line,
        }  # fmt: skip

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:round_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        workflow.change_round(self.object, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The round is mended."))
        return redirect(self.get_cancel_url())


class RoundDetail(DetailPage):
    """A round: its decision, quotas, and the districts' lists with their state."""

    model = AllocationRound
    permission_required = "allocations.view_allocationround"
    template_name = "allocations/round_detail.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        related = ("program__province", "funding_source", "created_by", "budget_line", "rule_set")
        return super().get_queryset().select_related(*related)

    def get_page_heading(self) -> str:
        return self.object.name

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        round_, user = self.object, self.request.user
        plan = QuotaPlan.objects.visible_to(user).filter(round=round_).select_related("prepared_by").first()
        lists = list(
            DistrictList.objects.visible_to(user)
            .filter(round=round_)
            .select_related("district", "round")
            .order_by("wave", "district__code")
        )
        held = held_quotas(lists)
        states = list(round_.lists.filter(AT_WORK).values_list("state", flat=True))
        waves = waves_of(round_, user)
        present = next((wave for wave in waves if plan is not None and wave.number == plan.wave), None)
        left = left_to_share(round_)
        context |= {
            "plan": plan,
            "lists": lists,
            "phase": round_phase(plan.state if plan else None, len(states), states.count(ListState.APPROVED)),
            "steps": round_steps(
                round_, plan, present.lists if present else 0, present.approved if present else 0
            ),
            "facts": self._facts(round_),
            "held": [(row, held[row.pk]) for row in lists],
            "kept": sum(holds.used for holds in held.values()),
            "quota": sum(holds.quota for holds in held.values()),
            "rule": round_rule(round_),
            "tie_breaker": TIE_BREAKER,
            "may_change": may_record_round(user, round_.program) and may_change_round(round_),
            "may_plan": may_prepare_plan(user, round_)
            and (plan is None or plan.state == PlanState.APPROVED)
            and left > 0,
            "waves": waves,
            "many_waves": len(waves) > 1 or round_.returns.exists(),
            "left": left,
            "returns": round_.returns.visible_to(user).select_related("district_list__district"),
            "left_over": left_over(lists) if may_prepare_plan(user, round_) else [],
            "may_propose": may_prepare_proposal(user, round_) and ListState.ACCEPTED in states,
            "proposals": round_.proposals.visible_to(user).annotate(households=Sum("lists__kept", default=0)),
        }
        if not lists:
            quotas = district_quotas(round_)
            context |= {"quotas": quotas, "quota": sum(row.quota for row in quotas)}
        if plan is None:
            context["eligible"] = eligible_table(
                round_.program, round_rule(round_), round_.as_of, round_=round_, links_of=user
            )
        return context

    def _facts(self, round_: AllocationRound) -> list[tuple[str, Any]]:
        rows = [
            (_("Decision"), f"{round_.decision_number}, {round_.decision_date:%d/%m/%Y}"),
            (_("Issued by"), round_.issuer),
            (_("Source"), round_.funding_source.name),
            (_("Device"), DeviceKind(round_.device_kind).label),
            (_("Number of devices"), round_.total),
            (_("Recorded by"), round_.created_by),
            (_("Rule"), self._rule(round_)),
        ]
        if round_.posting_days:
            rows.append((_("Days of public posting"), round_.posting_days))
        if round_.unit_cost:
            rows.append((_("Cost of a device, VND"), round_.unit_cost))
        if round_.cash_amount:
            rows.append((_("Support in cash, VND a household"), round_.cash_amount))
        if round_.budget_line:
            rows.append((_("Budget line"), round_.budget_line))
        return rows

    def _rule(self, round_: AllocationRound) -> Any:
        name = str(round_rule(round_).name)
        if round_.rule_set_id is None:
            return name
        url = reverse("allocations:rule_detail", args=[round_.rule_set_id])
        return format_html('<a href="{}">{}</a>', url, name)
