"""Completing households by hand, recording what happened to them, and the queue of incomplete ones."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import DASH, BaseTable, TitleColumn
from smartphone_support.web.views import ConfirmPage, ListPage

from ..choices import MovementKind
from ..household.completeness import INCOMPLETE, LACKING, NEEDED, lacking_words
from ..household.forms import HouseholdForm, MovementForm
from ..household.moving import LISTED, possible_kinds
from ..models import Household, PovertySpell
from ..tables import class_badge
from ..workflow.households import change_household
from ..workflow.movements import record_movement, standing_of
from ..workflow.undoing import latest_by_hand, undo_movement
from .households import HouseholdPage, HouseholdStep

CHANGES = ("beneficiaries.view_household", "beneficiaries.change_register")


class HouseholdChange(HouseholdStep):
    """Complete or correct a household's facts; old and new stay on the record."""

    permission_required = CHANGES
    form_class = HouseholdForm
    page_heading = gettext_lazy("Complete or correct the household")
    submit_label = gettext_lazy("Save the changes")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"household": self.object}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        change_household(
            self.object,
            changes=form.changes(),
            devices=form.device_days(),
            device_source=data["device_source"],
            evidence=data["evidence"],
            reason=data["reason"],
            expected=data["expected"],
            actor=self.request.user,
        )
        messages.success(self.request, _("The household is changed; old and new values are on the record."))
        return redirect(self.get_success_url())


CONSEQUENCES = {
    MovementKind.EXITED_POOR: gettext_lazy("From that day on the household counts as not poor."),
    MovementKind.EXITED_NEAR_POOR: gettext_lazy("From that day on the household counts as not poor."),
    MovementKind.NEAR_TO_POOR: gettext_lazy("From that day on the household counts as poor."),
    MovementKind.POOR_TO_NEAR: gettext_lazy("From that day on the household counts as near-poor."),
    MovementKind.NEW_POOR: gettext_lazy("From that day on the household counts as poor."),
    MovementKind.NEW_NEAR_POOR: gettext_lazy("From that day on the household counts as near-poor."),
    MovementKind.RELAPSED_POOR: gettext_lazy("From that day on the household counts as poor again."),
    MovementKind.RELAPSED_NEAR_POOR: gettext_lazy(
        "From that day on the household counts as near-poor again."
    ),
    MovementKind.MOVED_OUT: gettext_lazy(
        "The household leaves the register of the province; its page stays."
    ),
    MovementKind.DECEASED: gettext_lazy("The household leaves the register; its page stays."),
    MovementKind.MOVED_IN: gettext_lazy(
        "The household stands in its new commune from now on; its class stays."
    ),
    MovementKind.HEAD_CHANGED: gettext_lazy("The household stays the same one, under its new head."),
    MovementKind.SPLIT: gettext_lazy("Those who leave form a household of their own with its own page."),
    MovementKind.MERGED: gettext_lazy(
        "Its people go to the other household; this one leaves the register and its page stays."
    ),
}


class HouseholdMovement(HouseholdStep):
    """First what happened, of what can happen to this household; then the form of that kind."""

    permission_required = CHANGES
    form_class = MovementForm
    template_name = "beneficiaries/household_movement.html"
    submit_label = gettext_lazy("Record the movement")

    @property
    def kind(self) -> str:
        return self.request.GET.get("kind", "")

    def get_page_heading(self) -> str:
        if self.kind in MovementKind.values:
            return str(MovementKind(self.kind).label)
        return _("Record a movement")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            return self._choose()
        self._known_kind()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._known_kind()
        return super().post(request, *args, **kwargs)

    def _known_kind(self) -> None:
        if self.kind not in CONSEQUENCES:
            raise Http404

    def _choose(self) -> HttpResponse:
        page = {
            "breadcrumbs": self.get_breadcrumbs(),
            "page_heading": self.get_page_heading(),
            "lead": self.get_lead(),
            "object": self.object,
            "kinds": [
                (kind, MovementKind(kind).label, CONSEQUENCES[MovementKind(kind)])
                for kind in possible_kinds(standing_of(self.object))
            ],
            "undoable": latest_by_hand(self.object),
            "class_now": class_badge(getattr(self.object, "class_as_of", None)),
        }
        return TemplateResponse(self.request, "beneficiaries/household_kinds.html", page)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "household": self.object,
            "kind": self.kind,
            "standing": standing_of(self.object),
            "user": self.request.user,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = CONSEQUENCES[MovementKind(self.kind)]
        return super().get_context_data(**kwargs) | {"consequence": words}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        movement = record_movement(
            self.object,
            kind=self.kind,
            effective_on=data["effective_on"],
            decision_number=data["decision_number"],
            decision_date=data["decision_date"],
            note=data["note"],
            details=form.details(),
            expected=data["expected"],
            actor=self.request.user,
        )
        words = _("Recorded: %(kind)s. It can be taken back while nothing followed.")
        messages.success(self.request, words % {"kind": movement.get_kind_display()})
        return redirect(self.get_success_url())


class HouseholdMovementUndo(HouseholdPage, ConfirmPage):
    """Take back the latest movement that was recorded by hand."""

    permission_required = CHANGES
    needs_reason = True
    tone = "danger"
    verb = gettext_lazy("Take it back")
    page_heading = gettext_lazy("Take back the latest movement")
    success_url_name = "beneficiaries:household_detail"

    def get_consequence(self) -> str:
        movement = latest_by_hand(self.object)
        if movement is None:
            return _("There is no movement recorded by hand that could be taken back.")
        return _("“%(kind)s” of %(day)s is taken back: class, place and people stand again as before it.") % {
            "kind": movement.get_kind_display(),
            "day": localize(movement.effective_on),
        }

    def perform(self, reason: str) -> str:
        movement = latest_by_hand(self.object)
        if movement is None:
            messages.info(self.request, _("There is no movement recorded by hand that could be taken back."))
            return ""
        undo_movement(movement, reason=reason, actor=self.request.user)
        return _("The movement is taken back.")


# --- the queue of incomplete households -----------------------------------------------------------


class IncompleteTable(BaseTable):
    head_name = TitleColumn(
        verbose_name=gettext_lazy("Head of household"),
        order_by=("head_name_key", "pk"),
        linkify=("beneficiaries:household_detail", [tables.A("pk")]),
    )
    commune = tables.Column(
        verbose_name=gettext_lazy("Commune"),
        order_by=("district__code", "commune__code", "pk"),
        empty_values=(),
    )
    class_as_of = tables.Column(verbose_name=gettext_lazy("Class"), orderable=False)
    lacks = tables.Column(verbose_name=gettext_lazy("What is missing"), empty_values=(), orderable=False)
    act = tables.Column(verbose_name="", empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        model = Household
        fields = ("head_name", "commune", "class_as_of", "lacks", "act")

    def __init__(self, *args: Any, may_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_change:
            self.columns.hide("act")

    def render_commune(self, record: Household) -> Any:
        commune = record.commune.name if record.commune else DASH
        return format_html("<div>{} <small>{}</small></div>", commune, record.district.name)

    def render_class_as_of(self, value: str) -> Any:
        return class_badge(value)

    def render_lacks(self, record: Household) -> str:
        return ", ".join(lacking_words(record))

    def render_act(self, record: Household) -> Any:
        url = reverse("beneficiaries:household_change", args=[record.pk])
        return format_html(
            '<a class="btn btn-sm btn-outline-primary" href="{}">{}'
            '<span class="visually-hidden"> {}</span></a>',
            url, _("Complete"), record.head_name,
        )  # fmt: skip


class IncompleteFilter(BaseFilterSet):
    district = django_filters.ModelChoiceFilter(
        label=gettext_lazy("District"), queryset=AdministrativeArea.objects.none()
    )
    lacks = django_filters.ChoiceFilter(
        label=gettext_lazy("What is missing"),
        choices=[(name, label) for name, (label, _why) in NEEDED.items()],
        method="lacking",
    )

    class Meta:
        model = Household
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.district is not None or user.province is None:
            del self.form.fields["district"]
            del self.filters["district"]
        else:
            self.form.fields["district"].queryset = AdministrativeArea.objects.districts_of(user.province)

    def lacking(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(LACKING[value])


class HouseholdIncomplete(ListPage):
    """Households that wait for completion: no device can be given to them as they stand."""

    model = Household
    permission_required = "beneficiaries.view_household"
    table_class = IncompleteTable
    filterset_class = IncompleteFilter
    template_name = "beneficiaries/incomplete_list.html"
    page_heading = gettext_lazy("To be completed")
    lead = gettext_lazy(
        "Poor and near-poor households that lack a fact without which no device can be given to them."
    )
    empty_title = gettext_lazy("No household waits for completion")
    empty_text = gettext_lazy("Households enter this list when a list brings them without a needed fact.")

    def get_queryset(self) -> Any:
        today = timezone.localdate()
        listed = PovertySpell.objects.in_force(today).filter(poverty_class__in=LISTED)
        return (
            super()
            .get_queryset()
            .filter(INCOMPLETE, pk__in=listed.values("household"))
            .select_related("commune", "district")
            .as_of(today)
            .order_by("district__code", "commune__code", "head_name_key", "pk")
        )

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return super().get_filterset_kwargs(filterset_class) | {"user": self.request.user}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": self.request.user.has_perm("beneficiaries.change_register")}
