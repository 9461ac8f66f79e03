"""Quota plans: proof, submission, approval."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.models import RegisterVersion
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb, Step, steps_to
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, PermissionMixin

from .. import workflow
from ..choices import Method, PlanState, WeightBasis
from ..forms import QuotaDecisionForm
from ..lists.lifecycles import short
from ..models import QuotaPlan
from ..papers.proof_sheet import file_name, inputs_file_name, plan_words, write_inputs, write_proof
from ..permits.rounds import may_approve_plan, may_prepare_plan
from ..rules.apportionment_inputs import Basis
from ..rules.ranking import TIE_BREAKER
from ..workflow.plan_drafts import left_to_share, proof_matches
from ..workflow.plans import OPEN_PLANS, round_rule
from .rounds import listed_label, round_crumbs

#: Figures of the districts that are summed up for the province.
COUNTED = ("listed", "eligible", "weight")
#: Method → the table that proves it.
PROOFS = {
    Method.LARGEST_REMAINDER: "allocations/_proof_remainder.html",
    Method.SAINTE_LAGUE: "allocations/_proof_averages.html",
    Method.DHONDT: "allocations/_proof_averages.html",
    Method.EQUAL: "allocations/_proof_equal.html",
    Method.MANUAL: "allocations/_proof_manual.html",
}


class _PlanQuery(PermissionMixin):
    model = QuotaPlan
    success_url_name = "allocations:quotaplan_detail"

    def get_queryset(self) -> Any:
        related = ("round__program__province", "round__funding_source", "prepared_by", "approved_by")
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        plan: QuotaPlan = self.object
        return [
            *round_crumbs(plan.round),
            Crumb(_("Quota plan"), reverse(self.success_url_name, args=[plan.pk])),
        ]


class QuotaPlanDetail(_PlanQuery, DetailPage):
    """The plan with its proof, to be read and printed."""

    permission_required = "allocations.view_quotaplan"
    template_name = "allocations/quotaplan_detail.html"
    context_object_name = "plan"

    def get_page_heading(self) -> str:
        if self.object.wave > 1:
            return _("Quota plan of %(round)s, wave %(wave)s") % {
                "round": self.object.round.name,
                "wave": self.object.wave,
            }
        return _("Quota plan of %(round)s") % {"round": self.object.round.name}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        plan, user = self.object, self.request.user
        rule = round_rule(plan.round)
        names = {row["code"]: row for row in plan.inputs["districts"]}
        rounds = [
            (number, [(proof, names[proof["code"]]) for proof in members])
            for number, members in groupby(plan.proof, key=lambda proof: proof["round"])
        ]
        province = plan.round.program.province
        version = (
            RegisterVersion.objects.filter(province=province).values_list("version", flat=True).first() or 0
        )
        may_prepare = may_prepare_plan(user, plan.round) and plan.state in OPEN_PLANS
        return context | {
            "steps": _steps(plan),
            "rounds": rounds,
            "proof_template": PROOFS[plan.method],
            "quotas": plan.quotas.select_related("district").order_by("district__code"),
            "totals": {name: sum(row[name] for row in names.values()) for name in COUNTED},
            "weighted": Basis.from_dict(plan.inputs.get("basis")).kind != WeightBasis.ELIGIBLE,
            "lowered": [row for row in names.values() if row["cap"] < row["eligible"]],
            "matches": proof_matches(plan),
            "register_moved": plan.state != PlanState.APPROVED and version != plan.inputs["register_version"],
            "rest": left_to_share(plan.round) - (0 if plan.state == PlanState.APPROVED else plan.allocated),
            "words": plan_words(plan),
            "rule": rule,
            "listed_label": listed_label(rule),
            "tie_breaker": TIE_BREAKER,
            "may_submit": may_prepare,
            "may_decide": may_approve_plan(user, plan) and plan.state == PlanState.SUBMITTED,
        }


def _steps(plan: QuotaPlan) -> list[Step]:
    states = [PlanState.DRAFT, PlanState.SUBMITTED, PlanState.APPROVED]
    current = PlanState.DRAFT if plan.state == PlanState.RETURNED else plan.state
    details = {
        "draft": f"{plan.prepared_by} · {short(plan.prepared_at)}",
        "submitted": short(plan.submitted_at),
        "approved": f"{plan.decision_number} · {short(plan.decision_date)}" if plan.decision_date else "",
    }
    return steps_to(current, [(state.value, str(state.label)) for state in states], details)


class QuotaPlanSubmit(_PlanQuery, StepPage):
    states = OPEN_PLANS
    page_heading = gettext_lazy("Submit the quota plan")
    verb = gettext_lazy("Submit the quota plan")

    @staticmethod
    def may(user: Any, plan: Any) -> bool:
        return may_prepare_plan(user, plan.round)

    def get_consequence(self) -> str:
        count = self.object.quotas.filter(quota__gt=0).count()
        return ngettext(
            "%(total)s devices for %(count)s district go to the leader for approval; afterwards you "
            "cannot change the plan.",
            "%(total)s devices for %(count)s districts go to the leader for approval; "
            "afterwards you cannot change the plan.",
            count,
        ) % {"total": localize(self.object.round_total), "count": count}

    def perform(self, reason: str) -> str:
        workflow.submit_quota_plan(self.object, actor=self.request.user)
        return _("The quota plan is with the leader.")


class QuotaPlanReturn(_PlanQuery, StepPage):
    may = may_approve_plan
    states = frozenset({PlanState.SUBMITTED})
    page_heading = gettext_lazy("Return the quota plan")
    verb = gettext_lazy("Return the quota plan")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _("The plan goes back to %(maker)s, who makes it anew.") % {"maker": self.object.prepared_by}

    def perform(self, reason: str) -> str:
        workflow.return_quota_plan(self.object, actor=self.request.user, reason=reason)
        return _("The quota plan is returned.")


class QuotaPlanApprove(_PlanQuery, StepPage):
    may = may_approve_plan
    states = frozenset({PlanState.SUBMITTED})
    page_heading = gettext_lazy("Approve the quotas")
    verb = gettext_lazy("Record the decision and open the lists")
    extra_form_class = QuotaDecisionForm

    def get_consequence(self) -> str:
        count = self.object.quotas.filter(quota__gt=0).count()
        return ngettext(
            "%(total)s devices are allotted and the list of %(count)s district is opened, ranked by "
            "the statutory "
            "priority. The quotas cannot be changed afterwards.",
            "%(total)s devices are allotted and the lists of %(count)s districts are opened, ranked "
            "by the statutory "
            "priority. The quotas cannot be changed afterwards.",
            count,
        ) % {"total": localize(self.object.round_total), "count": count}

    def get_success_url(self) -> str:
        return reverse("allocations:round_detail", args=[self.object.round_id])

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])

    def perform(self, reason: str) -> str:
        workflow.approve_quota_plan(self.object, actor=self.request.user, **self.form.cleaned_data)
        return _("The quotas are approved; the districts have their lists.")


class QuotaPlanDiscard(_PlanQuery, StepPage):
    states = OPEN_PLANS
    page_heading = gettext_lazy("Discard the quota plan")
    verb = gettext_lazy("Discard the quota plan")
    tone = "danger"
    needs_reason = True

    @staticmethod
    def may(user: Any, plan: Any) -> bool:
        return may_prepare_plan(user, plan.round)

    def get_consequence(self) -> str:
        return _(
            "The plan for %(total)s devices is put aside; nothing of it was approved, and another plan can "
            "be made."
        ) % {"total": localize(self.object.round_total)}

    def get_success_url(self) -> str:
        return reverse("allocations:round_detail", args=[self.object.round_id])

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])

    def perform(self, reason: str) -> str:
        workflow.discard_quota_plan(self.object, actor=self.request.user, reason=reason)
        return _("The quota plan is discarded.")


class QuotaPlanInputs(_PlanQuery, DetailPage):
    """The plan's inputs as a CSV that `manage.py apportion` reads: figures of districts, no household."""

    permission_required = "allocations.view_quotaplan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan: QuotaPlan = self.object
        return send_bytes(write_inputs(plan), inputs_file_name(plan), "text/csv; charset=utf-8")


class QuotaPlanProof(_PlanQuery, DetailPage):
    """The proof sheet as a workbook; its download is on the record."""

    permission_required = "allocations.view_quotaplan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan: QuotaPlan = self.object
        content = write_proof(plan)
        record("allocations.quotaplan.download", plan, actor=request.user, after={"version": plan.version})
        return send_bytes(content, file_name(plan))
