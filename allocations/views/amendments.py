"""Amendments of approved lists: drawn up, submitted, decided; what they change stays readable."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from beneficiaries.models import Household
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.components import Crumb, Step
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import AmendmentKind, AmendmentState, ListState
from ..filters_supports import AmendmentFilter
from ..forms import ApprovalForm
from ..forms_supports import AmendmentForm, ChangeForm
from ..lists.digest import amendment_untouched
from ..lists.lifecycles import short
from ..lists.reserves import others_named
from ..models import Amendment, AmendmentLine, DistrictList
from ..permits.supports import may_amend, may_change_amendment, may_decide_amendment
from ..tables_supports import AmendmentTable
from ..workflow.returns import held_quota
from .lists import RELATED as LIST_RELATED
from .lists import list_crumbs

RELATED = (
    "round__program__province", "district_list__round", "district_list__district", "prepared_by",
    "recorded_by",
)  # fmt: skip


class AmendmentList(ListPage):
    """Amendments of the province; a district sees those of its lists."""

    model = Amendment
    permission_required = "allocations.view_districtlist"
    table_class = AmendmentTable
    filterset_class = AmendmentFilter
    template_name = "allocations/amendment_list.html"
    page_heading = gettext_lazy("Amendments")
    lead = gettext_lazy(
        "Decisions after approval that add, replace or take out households. The approved list stays."
    )
    empty_title = gettext_lazy("No amendment yet")
    empty_text = gettext_lazy(
        "An amendment is drawn up on the page of an approved list, or of a support that cannot be delivered."
    )

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related("round", "district_list__district")
            .annotate(removed=Count("lines__removes"), added=Count("lines__adds"))
        )


class AmendmentCreate(FormPage):
    """Begin an amendment of an approved list."""

    model = DistrictList
    form_class = AmendmentForm
    page_heading = gettext_lazy("Draw up an amendment")
    lead = gettext_lazy("It changes the approved list only by a decision of its own; the list itself stays.")
    submit_label = gettext_lazy("Draw up the amendment")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*LIST_RELATED)

    def has_permission(self) -> bool:
        return may_amend(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != ListState.APPROVED:
            messages.warning(
                request, _("Only an approved list is amended; this one can still be changed itself.")
            )
            return redirect("allocations:list_detail", pk=self.object.pk)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:list_detail", args=[self.object.pk])

    def get_initial(self) -> dict[str, Any]:
        return {"kind": AmendmentKind.REPLACE}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        amendment = workflow.draft_amendment(
            self.object, actor=self.request.user, kind=known["kind"], number=known["number"],
            day=known["date"], reason=known["reason"],
        )  # fmt: skip
        messages.success(self.request, _("The amendment is drawn up. Now say who goes and who comes."))
        return redirect("allocations:amendment_detail", pk=amendment.pk)


class _AmendmentQuery(PermissionMixin):
    model = Amendment
    success_url_name = "allocations:amendment_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        amendment: Amendment = self.object
        return [
            *list_crumbs(amendment.district_list),
            Crumb(str(amendment), reverse(self.success_url_name, args=[amendment.pk])),
        ]


class AmendmentDetail(_AmendmentQuery, DetailPage):
    """Who goes, who comes and why; what it means for the quota; after the decision its digest."""

    permission_required = "allocations.view_districtlist"
    template_name = "allocations/amendment_detail.html"
    context_object_name = "amendment"

    def get_breadcrumbs(self) -> list[Crumb]:
        return list_crumbs(self.object.district_list)

    def get_page_heading(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        amendment, user = self.object, self.request.user
        draft = amendment.state == AmendmentState.DRAFT
        submitted = amendment.state == AmendmentState.SUBMITTED
        prepares = may_change_amendment(user, amendment)
        related = ("removes__household", "removes__commune", "adds__commune", "reserve_line")
        lines = list(amendment.lines.select_related(*related).order_by("position"))
        return super().get_context_data(**kwargs) | {
            "steps": amendment_steps(amendment),
            "lines": lines,
            "held": held_quota(amendment.district_list),
            "going": sum(1 for line in lines if line.removes and line.removes.is_live),
            "coming": sum(1 for line in lines if line.adds_id),
            "intact": amendment.state == AmendmentState.APPROVED and amendment_untouched(amendment),
            "may_change": prepares and draft,
            "may_submit": prepares and draft and bool(lines),
            "may_decide": submitted and may_decide_amendment(user, amendment),
        }


def amendment_steps(amendment: Amendment) -> list[Step]:
    """Drawn up, submitted, decided."""
    order = {AmendmentState.DRAFT: 0, AmendmentState.SUBMITTED: 2, AmendmentState.APPROVED: 3}
    at = order.get(AmendmentState(amendment.state), 0)
    details = [
        f"{amendment.prepared_by} · {short(amendment.prepared_at)}",
        short(amendment.submitted_at),
        f"{amendment.decision_number} · {short(amendment.decision_date)}",
    ]
    waits = [_("Programme officer"), _("Programme officer"), _("Programme leader records it")]
    labels = [_("Drawn up"), _("Submission"), _("PPC's decision")]
    steps = []
    for index, label in enumerate(labels):
        status = "done" if index < at else "here" if index == at else "next"
        steps.append(Step(label, details[index] if status == "done" else waits[index], status))
    return steps


class AmendmentAddLine(_AmendmentQuery, FormPage):
    """Add one change to a draft: the next reserve is proposed; any other one needs a reason."""

    form_class = ChangeForm
    template_name = "allocations/amendment_line.html"
    page_heading = gettext_lazy("Add a change")
    submit_label = gettext_lazy("Add the change")

    def has_permission(self) -> bool:
        return may_change_amendment(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != AmendmentState.DRAFT:
            messages.warning(request, _("Only a draft is changed."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        typed = fold(self.request.GET.get("q", ""))
        found = others_named(self.object.district_list, typed) if len(typed) > 1 else []
        return super().get_form_kwargs() | {"amendment": self.object, "found": found}

    def get_initial(self) -> dict[str, Any]:
        return {"removes": self.request.GET.get("removes", "")}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        adds = None
        if known.get("adds"):
            adds = Household.objects.standing().filter(pk=known["adds"]).first()
        workflow.add_amendment_line(
            self.object, actor=self.request.user, removes=known.get("removes"), adds=adds,
            reason=known["reason"], skip_reason=known.get("skip_reason", ""),
        )  # fmt: skip
        messages.success(self.request, _("The change is added."))
        return redirect(self.get_cancel_url())


class AmendmentRemoveLine(PermissionMixin, View):
    """POST: take a change out of a draft again."""

    model = Amendment
    http_method_names = ["post"]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def has_permission(self) -> bool:
        return may_change_amendment(self.request.user, self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("line", "")
        line = get_object_or_404(
            AmendmentLine,
            pk=key if key.isascii() and key.isdigit() and len(key) < 15 else 0,
            amendment=self.object,
        )
        try:
            workflow.remove_amendment_line(line, actor=request.user)
            messages.success(request, _("The change is taken out."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("allocations:amendment_detail", pk=self.object.pk)


class _AmendmentStep(_AmendmentQuery, StepPage):
    def numbers(self) -> dict[str, Any]:
        amendment = self.object
        removed = amendment.lines.filter(removes__isnull=False).count()
        added = amendment.lines.filter(adds__isnull=False).count()
        return {
            "out": ngettext("%(n)s household goes", "%(n)s households go", removed)
            % {"n": localize(removed)},
            "in": ngettext("%(n)s comes", "%(n)s come", added) % {"n": localize(added)},
            "district": amendment.district_list.district.name_in_text,
        }


class AmendmentSubmit(_AmendmentStep):
    may = may_change_amendment
    states = frozenset({AmendmentState.DRAFT})
    page_heading = gettext_lazy("Submit the amendment")
    verb = gettext_lazy("Submit the amendment")

    def get_consequence(self) -> str:
        return _("%(district)s: %(out)s, %(in)s. Proposed to the PPC; nothing changes before it decides.") % (
            self.numbers()
        )

    def perform(self, reason: str) -> str:
        workflow.submit_amendment(self.object, actor=self.request.user)
        return _("The amendment is submitted; the leader records the PPC's decision.")


class AmendmentReturn(_AmendmentStep):
    may = may_decide_amendment
    states = frozenset({AmendmentState.SUBMITTED})
    page_heading = gettext_lazy("Return the amendment")
    verb = gettext_lazy("Return the amendment")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _("The amendment goes back to %(maker)s as a draft.") % {"maker": self.object.prepared_by}

    def perform(self, reason: str) -> str:
        workflow.return_amendment(self.object, actor=self.request.user, reason=reason)
        return _("The amendment is returned.")


class AmendmentCancel(_AmendmentStep):
    may = may_change_amendment
    states = frozenset({AmendmentState.DRAFT})
    page_heading = gettext_lazy("Give the amendment up")
    verb = gettext_lazy("Give the amendment up")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _("The draft with %(count)s changes is given up; its households are free for another one.") % {
            "count": localize(self.object.lines.count())
        }

    def perform(self, reason: str) -> str:
        workflow.cancel_amendment(self.object, actor=self.request.user, reason=reason)
        return _("The amendment is given up.")


class AmendmentDecide(_AmendmentStep):
    may = may_decide_amendment
    states = frozenset({AmendmentState.SUBMITTED})
    page_heading = gettext_lazy("Record the PPC's decision")
    verb = gettext_lazy("Record the decision")
    extra_form_class = ApprovalForm

    def get_consequence(self) -> str:
        return _(
            "%(district)s: %(out)s, %(in)s. Supports end and begin at once; after that the amendment never "
            "changes."
        ) % (self.numbers())

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        amendment = workflow.decide_amendment(
            self.object, actor=self.request.user, number=known["number"], day=known["date"],
            signer=known["signer"],
        )  # fmt: skip
        return _("Decision %(number)s is recorded.") % {"number": amendment.decision_number}
