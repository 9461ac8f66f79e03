"""Filters of supports and amendments; every drop-down offers only what the person may see."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.roles import Role
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.filters import BaseFilterSet, QuickSelect

from .choices import AmendmentKind, AmendmentState, HoldReason, SupportState
from .filters import districts_of
from .models import AllocationRound, Amendment, Support


def rounds_of_supports(request: Any) -> Any:
    """Rounds of the supports this person sees: an operator sees no other round."""
    own = Support.objects.visible_to(request.user).values("round").distinct()
    return AllocationRound.objects.filter(pk__in=own)


def communes_of_supports(request: Any) -> Any:
    own = Support.objects.visible_to(request.user).values("commune").distinct()
    return AdministrativeArea.objects.filter(pk__in=own).order_by("name")


def operators_of(request: Any) -> Any:
    """The province's active operators."""
    if request.user.province is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(
        kind="operator", is_active=True, province__in=[request.user.province]
    ).order_by("short_name")


class SupportFilter(BaseFilterSet):
    q = django_filters.CharFilter(label=_("Head of household"), method="search")
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=rounds_of_supports)
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=districts_of)
    commune = django_filters.ModelChoiceFilter(
        label=_("Commune"), queryset=communes_of_supports, widget=QuickSelect
    )
    operator = django_filters.ModelChoiceFilter(
        label=_("Operator"), queryset=operators_of, null_label=_("None yet")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=SupportState.choices, empty_label=_("All"))
    hold = django_filters.ChoiceFilter(
        label=_("Why on hold"), choices=HoldReason.choices, empty_label=_("All"), method="held"
    )

    class Meta:
        model = Support
        fields = ["round", "district", "commune", "operator", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        dropped = []
        if user.role == Role.OPERATOR_OFFICER:
            dropped = ["operator", "hold"]
        elif user.district is not None:
            dropped = ["district"]
        for name in dropped:
            del self.filters[name]
            self.form.fields.pop(name, None)

    def search(self, rows: QuerySet[Support], name: str, value: str) -> QuerySet[Support]:
        """By the head's name, with or without tone marks, from any word on."""
        return rows.filter(household__head_name_folded__contains=fold(value))

    def held(self, rows: QuerySet[Support], name: str, value: str) -> QuerySet[Support]:
        return rows.filter(state=SupportState.ON_HOLD, hold_reason=value)


def rounds_of(request: Any) -> Any:
    return AllocationRound.objects.visible_to(request.user)


class AmendmentFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=rounds_of)
    district = django_filters.ModelChoiceFilter(
        label=_("District"), queryset=districts_of, field_name="district_list__district"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AmendmentKind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=AmendmentState.choices, empty_label=_("All")
    )

    class Meta:
        model = Amendment
        fields = ["round", "kind", "state"]
