"""Making a quota plan: choose method, weights and caps, with every method's result side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import FormPage

from .. import workflow
from ..choices import Method, WeightBasis
from ..forms_quotas import QuotaPlanForm, plan_initial
from ..models import AllocationRound, QuotaPlan
from ..permits.rounds import may_prepare_plan
from ..rules.apportionment import BY_HAND, METHODS, ApportionmentError
from ..rules.apportionment_words import CAPS, FAVOURS, HOW, TIES, WEIGHED
from ..rules.ranking import TIE_BREAKER
from ..workflow.plan_drafts import (
    PlanChoices,
    apportionment_sentence,
    by_every_method,
    left_to_share,
    names_of,
    next_wave,
    plan_inputs,
)
from ..workflow.plans import OPEN_PLANS, open_plan, round_rule
from .rounds import listed_label, round_crumbs


class QuotaPlanCreate(FormPage):
    """Choose how the devices are shared out and see what each way gives; then make the plan."""

    model = AllocationRound
    form_class = QuotaPlanForm
    template_name = "allocations/quotaplan_create.html"
    submit_label = gettext_lazy("Make the quota plan")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program__province", "funding_source")

    def has_permission(self) -> bool:
        return may_prepare_plan(self.request.user, self.object)

    @cached_property
    def plan(self) -> QuotaPlan | None:
        """The round's plan under way, if there is one."""
        return open_plan(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._elsewhere() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._elsewhere() or super().post(request, *args, **kwargs)

    def _elsewhere(self) -> HttpResponse | None:
        """Where there is nothing to make: to the plan that awaits approval, or back to the round."""
        if self.plan is not None and self.plan.state not in OPEN_PLANS:
            messages.warning(self.request, _("The quota plan of this round awaits approval or is approved."))
            return redirect("allocations:quotaplan_detail", pk=self.plan.pk)
        if left_to_share(self.object) < 1:
            sentence = _("Every device of this round is shared out; nothing was given back.")
            messages.warning(self.request, sentence)
            return redirect(self.get_cancel_url())
        return None

    def get_page_heading(self) -> str:
        wave = next_wave(self.object)
        if wave == 1:
            return _("Make the quota plan")
        return _("Make the quota plan of wave %(wave)s") % {"wave": wave}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_success_url(self) -> str:
        return self.get_breadcrumbs()[-1].url

    @property
    def final(self) -> bool:
        """Whether the plan is to be made, not only computed with other choices."""
        return self.request.POST.get("action") != "compare"

    def get_form_kwargs(self) -> dict[str, Any]:
        province, on = self.object.program.province, self.object.as_of
        areas = AdministrativeArea.objects.districts_of(province).as_of(on)
        return super().get_form_kwargs() | {
            "districts": [(area.code, area.name) for area in areas.order_by("code")],
            "final": self.final,
        }

    def get_initial(self) -> dict[str, Any]:
        return plan_initial(self.plan) if self.plan is not None else {"seats": left_to_share(self.object)}

    def form_valid(self, form: QuotaPlanForm) -> HttpResponse:
        if not self.final:
            return self.render_to_response(self.get_context_data(form=form))
        plan = workflow.prepare_quota_plan(self.object, actor=self.request.user, choices=form.choices)
        messages.success(self.request, _("The quota plan is made. Check the proof, then submit it."))
        return redirect("allocations:quotaplan_detail", pk=plan.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: QuotaPlanForm = context["form"]
        rule = round_rule(self.object)
        return context | {
            "rule": rule,
            "listed_label": listed_label(rule),
            "tie_breaker": TIE_BREAKER,
            "left": left_to_share(self.object),
            "round": self.object,
            "method_choices": _told(form, "method", FAVOURS, HOW),
            "basis_choices": _told(form, "basis", WEIGHED),
            "caps_words": CAPS,
            "ties_words": TIES,
            "comparison": compared(self.object, form),
        }


def _told(form: QuotaPlanForm, name: str, *words: Any) -> list[tuple[Any, list[str]]]:
    """Each radio of a field with the sentences that explain it."""
    return [(radio, [table[radio.data["value"]] for table in words]) for radio in form[name]]


def compared(round_: AllocationRound, form: QuotaPlanForm) -> dict[str, Any]:
    """The districts' counts and every method's quotas on the form's choices, or why there are none.

    Each quota comes with its difference from the chosen method's, so that the eye finds what choosing
    another one would change.
    """
    choices = form.choices
    refusal = ""
    try:
        inputs = plan_inputs(round_, choices)
    except Refusal as error:
        # The counts alone, so that the caps and the number of devices can be mended in place.
        refusal = str(error)
        inputs = plan_inputs(round_, PlanChoices())
    results: dict[str, dict[str, int]] = {}
    if not refusal:
        try:
            results = {method: found.shares for method, found in by_every_method(inputs).items()}
        except ApportionmentError as error:
            refusal = apportionment_sentence(error, names_of(inputs))
    chosen = choices.given if choices.method == BY_HAND else results.get(choices.method, {})
    rows = []
    for row in inputs["districts"]:
        code = row["code"]
        quotas = [
            (Method(method).label, shares[code], shares[code] - chosen.get(code, 0), method == choices.method)
            for method, shares in results.items()
        ]
        rows.append((row, form.cap(code), form.given(code), quotas))
    return {
        "refusal": refusal,
        "rows": rows,
        "methods": [(method, Method(method).label, method == choices.method) for method in METHODS]
        if results
        else [],
        "weighted": choices.basis.kind != WeightBasis.ELIGIBLE,
        "later": inputs["wave"] > 1,
        "seats": inputs["seats"],
        "listed": sum(row["listed"] for row in inputs["districts"]),
        "eligible": sum(row["eligible"] for row in inputs["districts"]),
        "weight": sum(row["weight"] for row in inputs["districts"]),
        "caps": sum(row["cap"] for row in inputs["districts"]),
        "given": sum(choices.given.values()),
        "by_hand": choices.method == BY_HAND,
    }
