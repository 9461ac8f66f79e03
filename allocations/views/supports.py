"""Supports: who gets what from whom, and what the department decides about one on its way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartphone_support.accounts.roles import Role
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.components import Crumb, Step, Tab
from smartphone_support.web.errors import Refusal
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import AmendmentState, HoldReason, Moment, SupportState
from ..delivery.approvals import approval_days
from ..filters_supports import SupportFilter, operators_of
from ..forms_supports import AmendmentPaperForm, HoldForm, OperatorForm, ReleaseForm
from ..lists.lifecycles import decision_of, short
from ..lists.reserves import next_reserves
from ..models import EligibilitySnapshot, HandOver, Support
from ..permits.delivery import may_deliver
from ..permits.supports import may_amend, may_manage_support, may_report_undeliverable, sees_eligibility
from ..rules.snapshots import FIELDS, rule_for, spoken
from ..tables_supports import SupportTable
from ..workflow.amendments import list_of
from ..workflow.supports import OPEN, UNDELIVERED
from .lists import households

RELATED = (
    "household__commune", "household__district", "household__province", "district", "commune",
    "round__program__province", "contribution", "operator",
)  # fmt: skip
#: Part of the list → its states.
PARTS = {
    "": [],
    "waiting": [SupportState.APPROVED],
    "assigned": [SupportState.ASSIGNED],
    "hold": [SupportState.ON_HOLD],
    "delivered": [SupportState.DELIVERED],
    "confirmed": [SupportState.CONFIRMED],
    "ended": [SupportState.UNDELIVERABLE, SupportState.RECOVERED, SupportState.WITHDRAWN],
}


def support_crumbs(support: Support | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("Supports"), reverse("allocations:support_list"))]
    if support is not None:
        crumbs.append(Crumb(str(support.household), reverse("allocations:support_detail", args=[support.pk])))
    return crumbs


class SupportList(ListPage):
    """Supports the person sees: an operator those assigned to it, a district its own."""

    model = Support
    permission_required = "allocations.view_support"
    table_class = SupportTable
    filterset_class = SupportFilter
    template_name = "allocations/support_list.html"
    page_heading = gettext_lazy("Supports")
    lead = gettext_lazy(
        "Households approved to receive a device or cash, from the decision to the hand-over."
    )
    empty_title = gettext_lazy("No support yet")
    empty_text = gettext_lazy("Supports begin with the PPC's decision on a proposal, or with a contribution.")

    def get_queryset(self) -> Any:
        rows = super().get_queryset().order_by("district__code", "commune__code", "pk")
        states = PARTS.get(self.request.GET.get("part", ""), [])
        if states:
            rows = rows.filter(state__in=states)
        return rows.select_related("household", "district", "commune", "round", "contribution", "operator")

    def get_table_kwargs(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "ticks": user.has_perm("allocations.manage_support"),
            "for_operator": user.role == Role.OPERATOR_OFFICER,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        manages = self.request.user.has_perm("allocations.manage_support")
        open_ = context["filter"].qs.filter(state__in=OPEN).count() if manages else 0
        return context | {"tabs": self._tabs(), "manages": manages, "open_count": open_}

    def _tabs(self) -> list[Tab]:
        counts = {
            name or "all": Count("pk", filter=Q(state__in=states) if states else None)
            for name, states in PARTS.items()
        }
        found = Support.objects.visible_to(self.request.user).aggregate(**counts)
        labels = {
            "": _("All"), "waiting": _("Awaiting an operator"), "assigned": _("Awaiting hand-over"),
            "hold": _("On hold"), "delivered": _("Handed over"), "confirmed": _("Confirmed"),
            "ended": _("Ended"),
        }  # fmt: skip
        current = self.request.GET.get("part", "")
        return [
            Tab(
                label,
                found[name or "all"],
                f"{self.request.path}?part={name}" if name else self.request.path,
                name == (current if current in PARTS else ""),
                "bad" if name == "hold" else "",
            )
            for name, label in labels.items()
        ]


class SupportAssign(FormPage):
    """Give an operator to the ticked supports, or to all that the list's filters show."""

    form_class = OperatorForm
    template_name = "allocations/support_assign.html"
    page_heading = gettext_lazy("Assign an operator")
    submit_label = gettext_lazy("Assign the operator")
    permission_required = "allocations.manage_support"

    def get_breadcrumbs(self) -> list[Crumb]:
        return support_crumbs()

    def chosen(self) -> Any:
        """Open supports that are ticked; without a tick those the filters of the address show."""
        asked = self.request.GET
        rows = Support.objects.visible_to(self.request.user).filter(state__in=OPEN)
        keys = [key for key in asked.getlist("row") if key.isascii() and key.isdigit() and len(key) < 15]
        if keys:
            return rows.filter(pk__in=keys)
        states = PARTS.get(asked.get("part", ""), [])
        if states:
            rows = rows.filter(state__in=states)
        return SupportFilter(asked, queryset=rows, request=self.request).qs

    def get_cancel_url(self) -> str:
        query = self.request.GET.copy()
        query.pop("row", None)
        kept = query.urlencode()
        return reverse("allocations:support_list") + (f"?{kept}" if kept else "")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"operators": operators_of(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.chosen()
        places = list(
            rows.order_by()
            .values("district__name", "commune__name", "district__code", "commune__code")
            .annotate(count=Count("pk"), taken=Count("operator"))
            .order_by("district__code", "commune__code")
        )
        return super().get_context_data(**kwargs) | {
            "places": places,
            "total": sum(place["count"] for place in places),
            "taken": sum(place["taken"] for place in places),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        operator = form.cleaned_data["operator"]
        expected = self.request.POST.get("expected", "")
        chosen = list(self.chosen())
        if expected != str(len(chosen)):
            raise Refusal(
                _("By now it would be %(households)s: look at the numbers again.")
                % {"households": households(len(chosen))}
            )
        count = workflow.assign_operator(chosen, operator, actor=self.request.user)
        messages.success(
            self.request,
            ngettext(
                "%(count)s household is assigned to %(operator)s.",
                "%(count)s households are assigned to %(operator)s.",
                count,
            )
            % {"count": localize(count), "operator": operator.short_name},
        )
        return redirect(self.get_cancel_url())


class _SupportQuery(PermissionMixin):
    model = Support
    success_url_name = "allocations:support_detail"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_breadcrumbs(self) -> list[Crumb]:
        return support_crumbs(self.object)


class SupportDetail(_SupportQuery, DetailPage):
    """One household's support: decision, the facts of three moments, hand-over, history."""

    permission_required = "allocations.view_support"
    template_name = "allocations/support_detail.html"
    context_object_name = "support"

    def get_breadcrumbs(self) -> list[Crumb]:
        return support_crumbs()

    def get_page_heading(self) -> str:
        return str(self.object.household)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        support, user = self.object, self.request.user
        sees, manages = sees_eligibility(user), may_manage_support(user, support)
        district_list = list_of(support)
        change = support.amendment_line
        proposal = support.line.district_list.proposal if support.line else None
        hand_overs = HandOver.objects.visible_to(user).filter(support=support)
        hand_overs = hand_overs.select_related("device", "recorded_by")
        return super().get_context_data(**kwargs) | {
            "steps": support_steps(support),
            "sees_eligibility": sees,
            "household": support.household,
            "district_list": district_list,
            "decision": decision_of(proposal),
            "amendment": change.amendment if change else None,
            "moments": moments_of(support) if sees else None,
            "hand_overs": list(hand_overs.order_by("-pk")),
            "amendments": self._amendments() if sees else [],
            "may_hand_over": support.state in OPEN and may_deliver(user, support),
            "may_hold": manages and support.state in OPEN,
            "may_assign": manages and support.state in OPEN,
            "may_release": manages and support.state == SupportState.ON_HOLD,
            "may_amend": district_list is not None
            and may_amend(user, district_list)
            and support.state in UNDELIVERED | {SupportState.UNDELIVERABLE},
            "may_end": may_report_undeliverable(user, support) and support.state in UNDELIVERED,
            "may_recover": manages and support.state in {SupportState.DELIVERED, SupportState.CONFIRMED},
        }

    def _amendments(self) -> list[Any]:
        """Amendments that take this support off, decided or under way."""
        lines = self.object.amendment_lines.exclude(amendment__state=AmendmentState.CANCELLED)
        return [line.amendment for line in lines.select_related("amendment").order_by("pk")]


def support_steps(support: Support) -> list[Step]:
    """Approved, assigned, handed over, confirmed: when, or what it waits for."""
    order = [SupportState.APPROVED, SupportState.ASSIGNED, SupportState.DELIVERED, SupportState.CONFIRMED]
    state = SupportState(support.frozen_from or support.state)
    if state in order:
        at = order.index(state)
    else:  # ended: as far as it came
        at = 2 if support.delivered_on else 1 if support.assigned_at else 0
    # The day of the decision; a contribution has none, its households are chosen.
    decided = approval_days([support]).get(support.pk)
    done = [
        short(decided or support.created_at),
        short(support.assigned_at),
        short(support.delivered_on),
        short(support.confirmed_at),
    ]
    first = _("Chosen") if support.contribution_id else _("Approved")
    labels = [first, _("Operator assigned"), _("Handed over"), _("Confirmed by the department")]
    steps = []
    for index, label in enumerate(labels):
        status = "done" if index <= at else "here" if index == at + 1 else "next"
        steps.append(Step(label, done[index] if status == "done" else "", status))
    return steps


def moments_of(support: Support) -> dict[str, Any]:
    """The snapshots side by side: heads, and per fact its words at each moment (beside the moment's name,
    which a narrow screen shows in each cell) and whether they changed."""
    kept = {row.moment: row for row in EligibilitySnapshot.objects.filter(support=support).order_by("pk")}
    shown = [(Moment(moment), kept[moment]) for moment in Moment.values if moment in kept]
    _name_district(support, kept.get(Moment.AS_OF))
    codes = {
        row.facts.get(name)
        for _moment, row in shown
        for name in ("commune_code", "district_code")
        if row.facts.get(name)
    }
    areas = AdministrativeArea.objects.filter(code__in=codes).order_by("-pk")
    places = {area.code: area.name for area in areas}
    rule = rule_for(support.round)
    sentences = {condition.code: condition.sentence for condition in rule.conditions} if rule else {}
    rows = []
    for name, label in FIELDS.items():
        known = [row.facts[name] for _moment, row in shown if name in row.facts]
        if not known:
            continue
        words = [
            spoken(name, row.facts[name], places) if name in row.facts else None for _moment, row in shown
        ]
        cells = [(moment.label, word) for (moment, _row), word in zip(shown, words, strict=True)]
        rows.append({"label": label, "cells": cells, "changed": any(value != known[0] for value in known)})
    heads = [
        {
            "label": moment.label,
            "on": row.on,
            "known": bool(row.facts),
            "failed": [sentences.get(code, code) for code in row.failed],
        }
        for moment, row in shown
    ]
    return {"heads": heads, "rows": rows, "has_rule": rule is not None}


def _name_district(support: Support, first: EligibilitySnapshot | None) -> None:
    """Early snapshots did not keep the district of the day of allocation: it is that of the list."""
    own = list_of(support)
    if first is not None and first.facts and not first.facts.get("district_code") and own is not None:
        first.facts = first.facts | {"district_code": own.district.code}


class _SupportStep(_SupportQuery, StepPage):
    """A step of the department over one support."""

    may = may_manage_support

    def name(self) -> str:
        return str(self.object.household)


class SupportHold(_SupportStep):
    states = OPEN
    page_heading = gettext_lazy("Put the support on hold")
    verb = gettext_lazy("Put on hold")
    needs_reason = True
    extra_form_class = HoldForm

    def get_consequence(self) -> str:
        return _(
            "Nothing is handed over to “%(name)s” until the department decides; its place in the quota stays "
            "taken."
        ) % {"name": self.name()}

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        workflow.hold_support(self.object, actor=self.request.user, why=known["why"], reason=reason)
        return _("The support is on hold.")


class SupportRelease(_SupportStep):
    states = frozenset({SupportState.ON_HOLD})
    page_heading = gettext_lazy("Let the support go on")
    verb = gettext_lazy("Let it go on")
    needs_reason = True

    def get_form_class(self) -> Any:
        self.extra_form_class = ReleaseForm if self.moved() else None
        return super().get_form_class()

    def moved(self) -> bool:
        support = self.object
        return support.hold_reason == HoldReason.MOVED and support.household.district != support.district

    def get_consequence(self) -> str:
        support = self.object
        back = SupportState(support.frozen_from).label if support.frozen_from else ""
        parts = [
            _("On hold since %(day)s: %(reason)s")
            % {"day": short(support.held_at), "reason": support.reason},
            _(
                "“%(name)s” goes back to “%(state)s”; what the register says today does not hold it again, a "
                "later loss does."
            )
            % {"name": self.name(), "state": back},
        ]
        if self.moved():
            parts.append(
                _("The household lives in %(district)s now; handed over there, its operator is chosen anew.")
                % {"district": support.household.district.name_in_text}
            )
        return " ".join(parts)

    def perform(self, reason: str) -> str:
        moved = bool(self.form.cleaned_data.get("to_new_district"))
        workflow.release_support(self.object, actor=self.request.user, reason=reason, to_new_district=moved)
        return _("The support goes on.")


class SupportUndeliverable(_SupportStep):
    may = may_report_undeliverable
    states = UNDELIVERED
    page_heading = gettext_lazy("Say that it cannot be delivered")
    verb = gettext_lazy("Cannot be delivered")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _(
            "The support of “%(name)s” ends; 1 place and its money fall free for the next reserve. This "
            "cannot be taken back."
        ) % {"name": self.name()}

    def perform(self, reason: str) -> str:
        workflow.mark_undeliverable(self.object, actor=self.request.user, reason=reason)
        return _("The support ended as undeliverable.")


class SupportRecover(_SupportStep):
    states = frozenset({SupportState.DELIVERED, SupportState.CONFIRMED})
    page_heading = gettext_lazy("Take the device back")
    verb = gettext_lazy("Take the device back")
    tone = "danger"
    needs_reason = True

    def get_consequence(self) -> str:
        return _(
            "The device of “%(name)s”, handed over on %(day)s, is taken back and its money counted back. A "
            "household that left poverty after the hand-over keeps its device."
        ) % {"name": self.name(), "day": short(self.object.delivered_on)}

    def perform(self, reason: str) -> str:
        workflow.recover_support(self.object, actor=self.request.user, reason=reason)
        return _("The support is recovered.")


class SupportReplace(_SupportStep):
    """Draw up the amendment that puts the next reserve in this household's place."""

    states = UNDELIVERED | {SupportState.UNDELIVERABLE}
    page_heading = gettext_lazy("Propose the next reserve")
    verb = gettext_lazy("Draw up the amendment")
    extra_form_class = AmendmentPaperForm
    amendment_pk = 0

    @staticmethod
    def may(user: Any, support: Support) -> bool:  # type: ignore[override]  # a rule like the others
        district_list = list_of(support)
        return district_list is not None and may_amend(user, district_list)

    def get_consequence(self) -> str:
        district_list = list_of(self.object)
        reserves = next_reserves(district_list) if district_list else []
        if not reserves:
            return _("No reserve of this list can come on: an amendment can only take the household out.")
        first = reserves[0]
        return _(
            "“%(out)s” goes, “%(in)s” comes on: line %(number)s of the list, the next reserve that still "
            "qualifies (%(count)s in all). Nothing changes before the PPC decides."
        ) % {
            "out": self.name(),
            "in": first.household,
            "number": first.position,
            "count": localize(len(reserves)),
        }

    def get_success_url(self) -> str:
        if self.amendment_pk:
            return reverse("allocations:amendment_detail", args=[self.amendment_pk])
        return super().get_success_url()

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        self.amendment_pk = workflow.propose_replacement(
            self.object, actor=self.request.user, number=known["number"], day=known["date"],
            reason=known["reason"],
        ).pk  # fmt: skip
        return _("The amendment is drawn up. Check it, then submit it.")


class SupportWithdraw(SupportReplace):
    """Draw up the amendment that takes this household off the list."""

    states = UNDELIVERED
    page_heading = gettext_lazy("Take the household off the list")

    def get_consequence(self) -> str:
        return _(
            "An amendment is drawn up that takes “%(name)s” off the approved list; nobody comes on. Nothing "
            "changes before the PPC decides."
        ) % {"name": self.name()}

    def perform(self, reason: str) -> str:
        known = self.form.cleaned_data
        self.amendment_pk = workflow.propose_withdrawal(
            self.object, actor=self.request.user, number=known["number"], day=known["date"],
            reason=known["reason"],
        ).pk  # fmt: skip
        return _("The amendment is drawn up. Check it, then submit it.")
