"""Proposals to the PPC and the decision that closes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.forms import ReasonForm
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import Decision, ProposalState
from ..filters import ProposalFilter
from ..forms import ApprovalForm, ProposalForm
from ..lists.digest import decision_digest, untouched
from ..lists.lifecycles import decision_of, proposal_steps
from ..models import AllocationRound, DistrictList, ListLine, Proposal
from ..papers import annex
from ..permits.rounds import may_prepare_proposal, may_record_decision
from ..tables import ProposalTable
from .lists import households
from .rounds import round_crumbs


class ProposalList(ListPage):
    """Proposals of the province; a district sees those that hold its list."""

    model = Proposal
    permission_required = "allocations.view_proposal"
    table_class = ProposalTable
    filterset_class = ProposalFilter
    template_name = "allocations/proposal_list.html"
    page_heading = gettext_lazy("Proposals")
    lead = gettext_lazy("Accepted lists bundled for the PPC's decision.")
    empty_title = gettext_lazy("No proposal yet")
    empty_text = gettext_lazy(
        "A proposal is drawn up on the round's page once a district's list is accepted."
    )

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        mine = Q(lists__district=user.district) if user.district else Q()
        return (
            super()
            .get_queryset()
            .select_related("round", "decision")
            .annotate(
                districts=Count("lists", filter=mine, distinct=True),
                households=Sum("lists__kept", filter=mine, default=0),
            )
        )


class ProposalCreate(FormPage):
    """Choose accepted lists of a round and give the proposal its number."""

    model = AllocationRound
    form_class = ProposalForm
    page_heading = gettext_lazy("Draw up a proposal")
    lead = gettext_lazy(
        "The lists go to the PPC together; until its decision nothing in them can be changed."
    )
    submit_label = gettext_lazy("Draw up the proposal")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("program")

    def has_permission(self) -> bool:
        return may_prepare_proposal(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:round_detail", args=[self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"round_": self.object, "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        known = form.cleaned_data
        proposal = workflow.create_proposal(
            self.object,
            actor=self.request.user,
            lists=known["lists"],
            number=known["number"],
            day=known["date"],
        )
        messages.success(
            self.request,
            _("Proposal %(number)s is drawn up. Check it, then submit it.") % {"number": proposal},
        )
        return redirect("allocations:proposal_detail", pk=proposal.pk)


class _ProposalQuery(PermissionMixin):
    model = Proposal
    success_url_name = "allocations:proposal_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round__program__province", "prepared_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        proposal: Proposal = self.object
        return [
            *round_crumbs(proposal.round),
            Crumb(
                _("Proposal %(number)s") % {"number": proposal},
                reverse(self.success_url_name, args=[proposal.pk]),
            ),
        ]

    @staticmethod
    def may_prepare(user: Any, proposal: Any) -> bool:
        return may_prepare_proposal(user, proposal.round)


def lists_of(proposal: Proposal, user: Any) -> Any:
    """The proposal's lists this person sees: a district only its own."""
    rows = DistrictList.objects.visible_to(user).filter(proposal=proposal)
    return rows.select_related("round__program__province", "district").order_by("district__code")


class ProposalDetail(_ProposalQuery, DetailPage):
    """A proposal with its lists; after the decision every digest is recomputed and compared."""

    permission_required = "allocations.view_proposal"
    template_name = "allocations/proposal_detail.html"
    context_object_name = "proposal"

    def get_page_heading(self) -> str:
        return _("Proposal %(number)s") % {"number": self.object}

    def get_breadcrumbs(self) -> list[Crumb]:
        return round_crumbs(self.object.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        proposal, user = self.object, self.request.user
        decision = decision_of(proposal)
        lists = list(lists_of(proposal, user))
        rows = [(row, untouched(row) if decision else None) for row in lists]
        everything = proposal.lists.values_list("district__code", "digest") if decision else []
        return context | {
            "decision": decision,
            "steps": proposal_steps(proposal, decision),
            "rows": rows,
            "households": sum(row.kept for row in lists),
            "quota": sum(row.quota for row in lists),
            "intact": decision is not None
            and all(same for _row, same in rows)
            and decision.digest == decision_digest(everything),
            "in_full": user.has_perm("beneficiaries.export_household"),
            "may_submit": self.may_prepare(user, proposal) and proposal.state == ProposalState.DRAFT,
            "may_decide": may_record_decision(user, proposal) and proposal.state == ProposalState.SUBMITTED,
        }


class _ProposalStep(_ProposalQuery, StepPage):
    def total(self) -> str:
        return households(self.object.lists.aggregate(n=Sum("kept", default=0))["n"])


class ProposalSubmit(_ProposalStep):
    may = _ProposalQuery.may_prepare
    states = frozenset({ProposalState.DRAFT})
    page_heading = gettext_lazy("Submit the proposal")
    verb = gettext_lazy("Submit the proposal")

    def get_consequence(self) -> str:
        return _("%(households)s in %(lists)s district lists are proposed to the PPC for approval.") % {
            "households": self.total(),
            "lists": self.object.lists.count(),
        }

    def perform(self, reason: str) -> str:
        workflow.submit_proposal(self.object, actor=self.request.user)
        return _("The proposal is submitted; the leader records the PPC's decision.")


class ProposalReturn(_ProposalStep):
    may = may_record_decision
    states = frozenset({ProposalState.SUBMITTED})
    page_heading = gettext_lazy("Return the proposal")
    verb = gettext_lazy("Return the proposal")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _("The proposal goes back to %(maker)s as a draft.") % {"maker": self.object.prepared_by}

    def perform(self, reason: str) -> str:
        workflow.return_proposal(self.object, actor=self.request.user, reason=reason)
        return _("The proposal is returned.")


class ProposalCancel(_ProposalStep):
    may = _ProposalQuery.may_prepare
    states = frozenset({ProposalState.DRAFT})
    page_heading = gettext_lazy("Dissolve the proposal")
    verb = gettext_lazy("Dissolve the proposal")
    tone = "danger"
    needs_reason = True
    round_pk = 0

    def get_consequence(self) -> str:
        return _("The draft is removed; its %(lists)s lists are accepted lists again.") % {
            "lists": self.object.lists.count()
        }

    def get_success_url(self) -> str:
        if self.round_pk:
            return reverse("allocations:round_detail", args=[self.round_pk])
        return super().get_success_url()

    def perform(self, reason: str) -> str:
        self.round_pk = workflow.cancel_proposal(self.object, actor=self.request.user, reason=reason).pk
        return _("The proposal is dissolved.")


class ProposalDecide(_ProposalStep):
    may = may_record_decision
    states = frozenset({ProposalState.SUBMITTED})
    page_heading = gettext_lazy("Record the PPC's decision")
    verb = gettext_lazy("Approve the lists")
    extra_form_class = ApprovalForm

    def get_consequence(self) -> str:
        return _(
            "%(households)s in %(lists)s district lists are approved. After that nothing in them "
            "ever changes."
        ) % {
            "households": self.total(),
            "lists": self.object.lists.count(),
        }

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        decision = workflow.record_decision(
            self.object,
            actor=self.request.user,
            number=known["number"],
            day=known["date"],
            signer=known["signer"],
        )
        return _("Decision %(number)s is recorded: %(households)s approved.") % {
            "number": decision.number,
            "households": households(decision.households),
        }


def annex_file(proposal: Proposal, user: Any, *, in_full: bool, reason: str = "") -> HttpResponse:
    """The annex as a workbook, with its entry on the record."""
    lists = list(lists_of(proposal, user))
    content = annex.write_annex(
        proposal, lists, in_full=in_full, is_extract=len(lists) < proposal.lists.count()
    )
    named = ListLine.objects.filter(district_list__in=lists, decision=Decision.KEEP)
    after = {"households": named.count(), "in_full": in_full}
    record("allocations.proposal.download", proposal, actor=user, after=after, reason=reason)
    if in_full:
        note_export(Household.objects.filter(list_lines__in=named), user)
    return send_bytes(content, annex.file_name(proposal))


class ProposalAnnex(_ProposalQuery, DetailPage):
    """The annex as a workbook with hidden numbers, for whoever sees the proposal. On the record."""

    permission_required = "allocations.view_proposal"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return annex_file(self.object, request.user, in_full=False)


class ProposalAnnexInFull(_ProposalQuery, FormPage):
    """The annex with whole numbers: asks why, which stays on the record."""

    permission_required = ("allocations.view_proposal", "beneficiaries.export_household")
    form_class = ReasonForm
    template_name = "papers/form.html"
    page_heading = gettext_lazy("Download the annex with whole identity numbers")
    submit_label = gettext_lazy("Download the annex")

    def get_lead(self) -> str:
        return _("%(row)s. Your name, the time and the reason stay on the record.") % {"row": self.object}

    def get_cancel_url(self) -> str:
        return reverse("allocations:proposal_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return annex_file(self.object, self.request.user, in_full=True, reason=reason)
