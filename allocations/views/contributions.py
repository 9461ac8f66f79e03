"""Contributions of donors: pledged, received, matched to households that nothing else serves."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allocations.choices import ContributionKind, ContributionState, SupportState
from allocations.filters import districts_of
from allocations.models import Contribution, Support
from allocations.money.forms import MatchQuery, PledgeForm, ReceiptForm
from allocations.money.unserved import unserved_households
from allocations.permits.money import may_manage_contribution, may_record_receipt
from allocations.workflow.contributions import (
    OPEN,
    close_contribution,
    match_households,
    pledge_contribution,
    receive_contribution,
    unmatch_household,
)
from smartphone_support.audit.recording import record
from smartphone_support.documents.scans import store_scan
from smartphone_support.documents.storing import send
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.forms import MoneyField
from smartphone_support.web.tables import BaseTable, DateColumn, NumberColumn, StateColumn, TitleColumn
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage, Page, PermissionMixin

SEES = "allocations.view_contribution"
CONTRIBUTIONS = gettext_lazy("Contributions")
PER_PAGE = 100


def contribution_crumbs(contribution: Contribution | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(CONTRIBUTIONS), reverse("allocations:contribution_list"))]
    if contribution is not None:
        crumbs.append(
            Crumb(str(contribution), reverse("allocations:contribution_detail", args=[contribution.pk]))
        )
    return crumbs


def in_words(contribution: Contribution, quantity: int) -> str:
    """ "12 smartphones" or "5.000.000 VND": a quantity of what is given."""
    if contribution.kind == ContributionKind.MONEY:
        return _("%(amount)s VND") % {"amount": localize(quantity)}
    return f"{localize(quantity)} {contribution.get_device_kind_display().lower()}"


class ContributionTable(BaseTable):
    donor_name = TitleColumn(
        verbose_name=gettext_lazy("Donor"),
        linkify=("allocations:contribution_detail", [tables.A("pk")]),
        note="purpose",
    )
    pledged_on = DateColumn(verbose_name=gettext_lazy("Pledged on"))
    kind = tables.Column(verbose_name=gettext_lazy("What is given"))
    pledged = NumberColumn(verbose_name=gettext_lazy("Pledged"))
    received = NumberColumn(verbose_name=gettext_lazy("Received"))
    allotted = NumberColumn(verbose_name=gettext_lazy("Given to households"))
    state = StateColumn(verbose_name=gettext_lazy("State"))

    class Meta(BaseTable.Meta):
        model = Contribution
        fields = ("donor_name", "pledged_on", "kind", "pledged", "received", "allotted", "state")
        order_by = "-pledged_on"

    def render_kind(self, record: Any) -> str:
        if record.kind == ContributionKind.MONEY:
            return _("Money, VND")
        return str(record.get_device_kind_display())


class ContributionFilter(BaseFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("What is given"), choices=ContributionKind.choices, empty_label=gettext_lazy("All")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=ContributionState.choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Contribution
        fields = ["kind", "state"]


class ContributionList(ListPage):
    model = Contribution
    permission_required = SEES
    table_class = ContributionTable
    filterset_class = ContributionFilter
    template_name = "allocations/contribution_list.html"
    page_heading = CONTRIBUTIONS
    lead = gettext_lazy(
        "What donors pledged and gave (Plan 413/KH-UBND, section III), for households that no other source "
        "serves."
    )
    empty_title = gettext_lazy("No contribution yet")
    empty_text = gettext_lazy("Record a pledge when a donor makes one; its receipt follows.")


class ContributionCreate(FormPage):
    """A pledge."""

    form_class = PledgeForm
    page_heading = gettext_lazy("Record a pledge")
    lead = gettext_lazy("A pledge is what a donor promised; what arrived is recorded afterwards.")
    submit_label = gettext_lazy("Record the pledge")

    def has_permission(self) -> bool:
        user = self.request.user
        return user.has_perm("allocations.manage_contribution") or user.has_perm(
            "allocations.pledge_contribution"
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_breadcrumbs(self) -> list[Crumb]:
        return contribution_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:contribution_list")

    def form_valid(self, form: Any) -> HttpResponse:
        facts = dict(form.cleaned_data)
        source = facts.pop("funding_source")
        contribution = pledge_contribution(source, actor=self.request.user, **facts)
        messages.success(
            self.request, _("The pledge of “%(donor)s” is recorded.") % {"donor": contribution.donor_name}
        )
        return redirect("allocations:contribution_detail", pk=contribution.pk)


class OfContribution(PermissionMixin):
    """A page of one contribution."""

    model = Contribution
    context_object_name = "contribution"
    success_url_name = "allocations:contribution_detail"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.select_related("program__province", "funding_source", "organisation", "recorded_by")

    def get_breadcrumbs(self) -> list[Crumb]:
        return contribution_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("allocations:contribution_detail", args=[self.object.pk])


class ContributionDetail(OfContribution, DetailPage):
    """A contribution: its receipts, and, for those who see households, who got what."""

    permission_required = SEES
    template_name = "allocations/contribution_detail.html"

    def get_breadcrumbs(self) -> list[Crumb]:
        return contribution_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        is_open = row.state in OPEN
        supports = (
            Support.objects.visible_to(user)
            .filter(contribution=row)
            .select_related("household", "commune", "district")
            .order_by("district__code", "commune__code", "household__head_name_key", "pk")
        )
        page = Paginator(supports, PER_PAGE).get_page(self.request.GET.get("page"))
        manages = may_manage_contribution(user, row.program)
        return super().get_context_data(**kwargs) | {
            "facts": [
                (_("Donor"), f"{row.donor_name} ({row.get_donor_kind_display().lower()})"),
                (_("Source"), row.funding_source.name),
                (_("Through"), row.organisation or "–"),
                (_("Pledged"), f"{in_words(row, row.pledged)}, {row.pledged_on:%d/%m/%Y}"),
                (_("Received"), in_words(row, row.received)),
                (_("Given to households"), in_words(row, row.allotted)),
                (_("Purpose"), row.purpose or "–"),
                *([(_("Closed because"), row.closed_reason)] if row.closed_reason else []),
            ],
            "receipts": [
                (receipt, in_words(row, receipt.quantity))
                for receipt in row.receipts.select_related("recorded_by", "file")
            ],
            "page_obj": page,
            "sees_households": user.has_perm("allocations.view_support"),
            "may_receive": is_open and may_record_receipt(user, row),
            "may_match": manages and row.state == ContributionState.RECEIVED and row.allotted < row.received,
            "may_close": manages and is_open,
            "manages": manages,
            "unmatchable": {SupportState.APPROVED, SupportState.ASSIGNED, SupportState.ON_HOLD},
        }


class ContributionReceive(OfContribution, FormPage):
    """A part that arrived."""

    form_class = ReceiptForm
    page_heading = gettext_lazy("Record what was received")
    submit_label = gettext_lazy("Record the receipt")

    def has_permission(self) -> bool:
        return may_record_receipt(self.request.user, self.object)

    def get_lead(self) -> str:
        return _("%(donor)s pledged %(pledged)s; %(received)s have arrived so far.") % {
            "donor": self.object.donor_name,
            "pledged": in_words(self.object, self.object.pledged),
            "received": in_words(self.object, self.object.received),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"contribution": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        facts = dict(form.cleaned_data)
        facts["file"] = store_scan(facts["file"], actor=self.request.user)
        receive_contribution(self.object, actor=self.request.user, **facts)
        messages.success(self.request, _("The receipt is recorded."))
        return redirect(self.get_cancel_url())


class ContributionMatch(OfContribution, Page):
    """Choose households that nothing serves: ranked poor before near-poor, per district, tick and promise."""

    permission_required = ("allocations.manage_contribution", "beneficiaries.view_household")
    template_name = "allocations/contribution_match.html"
    page_heading = gettext_lazy("Choose households")

    def has_permission(self) -> bool:
        return super().has_permission() and may_manage_contribution(self.request.user, self.object.program)

    def find_subject(self) -> None:
        self.object = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_lead(self) -> str:
        left = self.object.received - self.object.allotted
        words = _(
            "%(left)s are left of the contribution of %(donor)s. Only households that no source serves are "
            "shown."
        )
        return words % {"left": in_words(self.object, left), "donor": self.object.donor_name}

    def candidates(self) -> Any:
        rows = unserved_households(self.object.program.province)
        district = self.request.GET.get("district", "")
        if district.isdecimal() and len(district) < 15:
            rows = rows.filter(district_id=int(district))
        # Poor before near-poor before policy households; a declared need before one nobody asked for.
        return rows.select_related("commune", "district").order_by(
            F("class_now").desc(nulls_last=True),
            F("has_need").desc(nulls_last=True),
            "district__code",
            "commune__code",
            "head_name_key",
            "pk",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.POST.getlist("household")
        chosen = [int(key) for key in typed if key.isdecimal() and len(key) < 15]
        try:
            each = 1
            if self.object.kind == ContributionKind.MONEY:
                try:
                    each = MoneyField().clean(request.POST.get("each", ""))
                except ValidationError as error:
                    raise Refusal(_("Say how much a household gets.")) from error
            supports = match_households(self.object, chosen, actor=request.user, each=each)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self.render_to_response(self.get_context_data(chosen=set(chosen)))
        done = ngettext(
            "%(count)s household gets something of this contribution.",
            "%(count)s households get something of this contribution.",
            len(supports),
        )
        messages.success(request, done % {"count": localize(len(supports))})
        return redirect(self.get_cancel_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.candidates(), PER_PAGE).get_page(self.request.GET.get("page"))
        context = {"chosen": set(), "typed_each": self.request.POST.get("each", "")} | kwargs
        return super().get_context_data(**context) | {
            "contribution": self.object,
            "page_obj": page,
            "filter": MatchQuery(self.request.GET, districts=districts_of(self.request)),
            "left": self.object.received - self.object.allotted,
            "is_money": self.object.kind == ContributionKind.MONEY,
            "cancel_url": self.get_cancel_url(),
        }


class ContributionUnmatch(ConfirmPage):
    """Take a household off a contribution before the hand-over."""

    model = Support
    permission_required = ("allocations.view_support", "allocations.manage_contribution")
    needs_reason = True
    tone = "danger"
    page_heading = gettext_lazy("Take the household off the contribution")
    verb = gettext_lazy("Take it off")

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(contribution__isnull=False)
        return rows.select_related("household", "contribution__program__province")

    def has_permission(self) -> bool:
        return super().has_permission() and may_manage_contribution(
            self.request.user, self.object.contribution.program
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        return contribution_crumbs(self.object.contribution)

    def get_consequence(self) -> str:
        words = _(
            "“%(name)s” gets nothing of the contribution of %(donor)s; its share can be given to another "
            "household."
        )
        return words % {
            "name": self.object.household.head_name,
            "donor": self.object.contribution.donor_name,
        }

    def get_success_url(self) -> str:
        return reverse("allocations:contribution_detail", args=[self.object.contribution_id])

    def perform(self, reason: str) -> str:
        unmatch_household(self.object, actor=self.request.user, reason=reason)
        return _("The household is taken off.")


class ContributionClose(OfContribution, ConfirmPage):
    permission_required = "allocations.manage_contribution"
    needs_reason = True
    page_heading = gettext_lazy("Close the contribution")
    verb = gettext_lazy("Close the contribution")

    def has_permission(self) -> bool:
        return super().has_permission() and may_manage_contribution(self.request.user, self.object.program)

    def get_consequence(self) -> str:
        words = _(
            "%(received)s of %(pledged)s were received, %(allotted)s given to households. Nothing more is "
            "expected."
        )
        return words % {
            "received": in_words(self.object, self.object.received),
            "pledged": in_words(self.object, self.object.pledged),
            "allotted": in_words(self.object, self.object.allotted),
        }

    def perform(self, reason: str) -> str:
        close_contribution(self.object, actor=self.request.user, reason=reason)
        return _("The contribution is closed.")


class ContributionFile(OfContribution, DetailPage):
    """The scan of one receipt."""

    permission_required = SEES

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> FileResponse:
        receipt = self.object.receipts.filter(pk=kwargs["receipt"], file__isnull=False).first()
        if receipt is None:
            raise Http404
        record(
            "allocations.contribution.download", self.object, actor=request.user,
            after={"file": receipt.file.name},
        )  # fmt: skip
        return send(receipt.file)
