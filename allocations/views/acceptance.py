"""Acceptances: drawn up from what was recorded, looked at household by household, confirmed by the leader."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.components import Crumb, steps_to
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.steps import StepPage
from smartphone_support.web.tables import BaseTable, DateColumn, NumberColumn, StateColumn, TitleColumn
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage, PermissionMixin

from ..choices import AcceptanceState
from ..delivery.forms import AcceptanceForm, operators_of
from ..models import Acceptance, HandOver
from ..permits.delivery import PREPARE, may_change_acceptance, may_confirm_acceptance
from ..workflow.acceptance import (
    collect_again,
    confirm_acceptance,
    leave_out,
    prepare_acceptance,
    return_acceptance,
    submit_acceptance,
)
from .delivery import rounds_of_supports

ACCEPTANCES = gettext_lazy("Acceptances")
SEES = "allocations.view_acceptance"
PER_PAGE = 100


def acceptance_crumbs(acceptance: Acceptance | None = None) -> list[Crumb]:
    crumbs = [Crumb(str(ACCEPTANCES), reverse("allocations:acceptance_list"))]
    if acceptance is not None:
        crumbs.append(Crumb(str(acceptance), reverse("allocations:acceptance_detail", args=[acceptance.pk])))
    return crumbs


def volume_words(acceptance: Acceptance) -> str:
    """ "12 devices and 3 households in cash, 25.500.000 VND"."""
    words = ngettext("%(count)s device", "%(count)s devices", acceptance.devices) % {
        "count": localize(acceptance.devices)
    }
    if acceptance.cash_households:
        words = _("%(devices)s and %(cash)s households in cash") % {
            "devices": words,
            "cash": localize(acceptance.cash_households),
        }
    if acceptance.amount is not None:
        words = _("%(volume)s, %(amount)s VND") % {"volume": words, "amount": localize(acceptance.amount)}
    return words


class AcceptanceTable(BaseTable):
    number = TitleColumn(
        verbose_name=gettext_lazy("Acceptance"),
        linkify=("allocations:acceptance_detail", {"pk": tables.A("pk")}),
    )
    date = DateColumn(verbose_name=gettext_lazy("Date"))
    round = tables.Column(
        verbose_name=gettext_lazy("Round or contribution"),
        accessor="source",
        order_by=("round__name", "contribution__donor_name"),
    )
    operator = tables.Column(
        verbose_name=gettext_lazy("Delivered by"),
        accessor="deliverer",
        order_by=("operator__short_name", "district__code"),
    )
    to_day = DateColumn(verbose_name=gettext_lazy("Hand-overs until"))
    devices = NumberColumn(verbose_name=gettext_lazy("Devices"))
    cash_households = NumberColumn(verbose_name=gettext_lazy("In cash"))
    amount = NumberColumn(verbose_name=gettext_lazy("Amount, VND"))
    state = StateColumn(verbose_name=gettext_lazy("State"))

    class Meta(BaseTable.Meta):
        order_by = "-date"


class AcceptanceFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Round"), queryset=lambda request: rounds_of_supports(request.user)
    )
    operator = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Operator"), queryset=lambda request: operators_of(request.user)
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=AcceptanceState.choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Acceptance
        fields = ["round", "operator", "state"]


class AcceptanceList(ListPage):
    model = Acceptance
    permission_required = SEES
    table_class = AcceptanceTable
    filterset_class = AcceptanceFilter
    template_name = "allocations/acceptance_list.html"
    page_heading = ACCEPTANCES
    lead = gettext_lazy("What was delivered in a period and by whom, as the department confirmed it.")
    empty_title = gettext_lazy("No acceptance yet")
    empty_text = gettext_lazy("The department draws one up when hand-overs are recorded.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round", "operator", "district", "contribution")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_prepare = self.request.user.has_perm(PREPARE)
        return super().get_context_data(**kwargs) | {"may_prepare": may_prepare}


class AcceptanceCreate(FormPage):
    """Operator and period; everything recorded in it and not accepted yet is taken in."""

    permission_required = PREPARE
    form_class = AcceptanceForm
    page_heading = gettext_lazy("Draw up an acceptance")
    lead = gettext_lazy(
        "It takes in every hand-over of the period that is not accepted yet; each can be left out with a "
        "reason."
    )
    submit_label = gettext_lazy("Draw up the acceptance")

    def get_breadcrumbs(self) -> list[Crumb]:
        return acceptance_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("allocations:acceptance_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {
            name: self.request.GET.get(name)
            for name in ("round", "operator", "district", "contribution")
            if name in self.request.GET
        }

    def form_valid(self, form: Any) -> HttpResponse:
        told = form.cleaned_data
        acceptance = prepare_acceptance(
            *form.chosen(), actor=self.request.user, number=told["number"], day=told["date"],
            from_day=told["from_day"], to_day=told["to_day"],
        )  # fmt: skip
        messages.success(self.request, _("Drawn up: %(volume)s.") % {"volume": volume_words(acceptance)})
        return redirect("allocations:acceptance_detail", pk=acceptance.pk)


class AcceptancePage(PermissionMixin):
    model = Acceptance
    success_url_name = "allocations:acceptance_detail"

    def get_queryset(self) -> Any:
        related = (
            "round__program__province", "contribution__program__province", "operator", "district",
            "prepared_by", "confirmed_by",
        )  # fmt: skip
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return acceptance_crumbs(self.object)


class AcceptanceDetail(AcceptancePage, DetailPage):
    """The volumes and the hand-overs behind them."""

    permission_required = SEES
    template_name = "allocations/acceptance_detail.html"
    context_object_name = "acceptance"

    def get_page_heading(self) -> str:
        return _("Acceptance %(number)s, %(operator)s") % {
            "number": self.object.number,
            "operator": self.object.deliverer,
        }

    def get_breadcrumbs(self) -> list[Crumb]:
        return acceptance_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        related = ("support__household", "support__commune", "support__district", "device")
        # A district sees every count and its own households' names.
        mine_to_see = HandOver.objects.visible_to(user).filter(acceptance=row)
        records = mine_to_see.select_related(*related).order_by(
            "support__district__code", "support__commune__code", "pk"
        )
        draft, submitted = row.state == AcceptanceState.DRAFT, row.state == AcceptanceState.SUBMITTED
        mine = may_change_acceptance(user, row)
        facts = [
            *delivered_facts(row),
            (_("Date"), f"{row.date:%d/%m/%Y}"),
            (_("Days of the hand-overs"), f"{row.from_day:%d/%m/%Y} – {row.to_day:%d/%m/%Y}"),
            (_("Prepared by"), row.prepared_by),
            (_("Confirmed by"), row.confirmed_by),
        ]
        return super().get_context_data(**kwargs) | {
            "steps": steps_to(row.state, [(s.value, str(s.label)) for s in AcceptanceState]),
            "facts": facts,
            "page_obj": Paginator(records, PER_PAGE).get_page(self.request.GET.get("page", 1)),
            "left_out": left_out_of(row) if mine else [],
            "may_change": draft and mine,
            "may_confirm": submitted and may_confirm_acceptance(user, row),
        }


def delivered_facts(row: Acceptance) -> list[tuple[Any, Any]]:
    """What was delivered and by whom."""
    if row.contribution is not None:
        return [(_("Contribution"), row.contribution)]
    if row.operator is not None:
        return [(_("Round"), row.round), (_("Operator"), row.operator.name)]
    return [(_("Round"), row.round), (_("District that handed over itself"), row.district)]


def left_out_of(acceptance: Acceptance) -> list[tuple[HandOver, str]]:
    """Records left out of this acceptance and still in none, with the reason the record of steps keeps."""
    entries = AuditEntry.objects.filter(
        action="allocations.acceptance.leave_out",
        object_type=acceptance._meta.label_lower,
        object_id=str(acceptance.pk),
    )
    reasons = {key: entry.reason for entry in entries for key in entry.after.get("hand_overs", [])}
    rows = HandOver.objects.filter(pk__in=reasons, acceptance=None).select_related("support__household")
    return [(row, reasons[row.pk]) for row in rows]


class AcceptanceLeaveOut(AcceptancePage, ConfirmPage):
    """Take the ticked hand-overs out of the draft, with the reason."""

    page_heading = gettext_lazy("Leave hand-overs out")
    verb = gettext_lazy("Leave them out")
    needs_reason = True
    template_name = "allocations/acceptance_leave_out.html"

    def has_permission(self) -> bool:
        return may_change_acceptance(self.request.user, self.object)

    @property
    def chosen(self) -> list[HandOver]:
        """The ticked ones that stand in this acceptance; anything else in the address is nothing."""
        typed = self.request.GET.getlist("record") + self.request.POST.getlist("record")
        keys = {int(key) for key in typed if key.isdecimal() and key.isascii() and len(key) < 12}
        return list(self.object.hand_overs.filter(pk__in=keys).select_related("support__household"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.object.state != AcceptanceState.DRAFT or not self.chosen:
            messages.warning(request, _("Tick the hand-overs to leave out of the draft."))
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse(self.success_url_name, args=[self.object.pk])

    def get_consequence(self) -> str:
        return ngettext(
            "%(count)s hand-over leaves this acceptance; it can be accepted another time.",
            "%(count)s hand-overs leave this acceptance; they can be accepted another time.",
            len(self.chosen),
        ) % {"count": localize(len(self.chosen))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"chosen": self.chosen}

    def perform(self, reason: str) -> str:
        keys = [row.pk for row in self.chosen]
        acceptance = leave_out(self.object, keys, actor=self.request.user, reason=reason)
        return _("Left out; now %(volume)s.") % {"volume": volume_words(acceptance)}


class AcceptanceStep(AcceptancePage, StepPage):
    """A step over an acceptance, with its volume said before."""


class AcceptanceCollect(AcceptanceStep):
    may = may_change_acceptance
    states = frozenset({AcceptanceState.DRAFT})
    page_heading = gettext_lazy("Take in the rest of the period")
    verb = gettext_lazy("Take in the rest")
    consequence = gettext_lazy("Every hand-over of the period that is in no acceptance is taken in.")

    def perform(self, reason: str) -> str:
        count = collect_again(self.object, actor=self.request.user)
        return ngettext("%(count)s hand-over taken in.", "%(count)s hand-overs taken in.", count) % {
            "count": localize(count)
        }


class AcceptanceSubmit(AcceptanceStep):
    may = may_change_acceptance
    states = frozenset({AcceptanceState.DRAFT})
    page_heading = gettext_lazy("Submit the acceptance")
    verb = gettext_lazy("Submit the acceptance")

    def get_consequence(self) -> str:
        return _("%(volume)s go to the leader for confirmation.") % {"volume": volume_words(self.object)}

    def perform(self, reason: str) -> str:
        submit_acceptance(self.object, actor=self.request.user)
        return _("The acceptance is with the leader.")


class AcceptanceReturn(AcceptanceStep):
    may = may_confirm_acceptance
    states = frozenset({AcceptanceState.SUBMITTED})
    page_heading = gettext_lazy("Return the acceptance")
    verb = gettext_lazy("Return the acceptance")
    tone = "danger"
    needs_reason = True
    consequence = gettext_lazy("It goes back to the officer; nothing is confirmed.")

    def perform(self, reason: str) -> str:
        return_acceptance(self.object, actor=self.request.user, reason=reason)
        return _("The acceptance is returned.")


class AcceptanceConfirm(AcceptanceStep):
    may = may_confirm_acceptance
    states = frozenset({AcceptanceState.SUBMITTED})
    page_heading = gettext_lazy("Confirm the acceptance")
    verb = gettext_lazy("Confirm the volumes")

    def get_consequence(self) -> str:
        if self.object.round is None:
            return _(
                "%(volume)s of the contribution of %(donor)s are confirmed; after that nothing of it changes."
            ) % {"volume": volume_words(self.object), "donor": self.object.deliverer}
        return _(
            "%(volume)s of %(operator)s are confirmed and count as spent; after that nothing of it changes."
        ) % {"volume": volume_words(self.object), "operator": self.object.deliverer}

    def perform(self, reason: str) -> str:
        confirm_acceptance(self.object, actor=self.request.user)
        return _("The acceptance is confirmed.")
