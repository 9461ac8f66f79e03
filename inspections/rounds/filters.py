"""Filters of the list of rounds."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet

from ..choices import RoundKind, RoundState
from ..models import InspectionRound


def districts_of_rounds(request: Any) -> Any:
    """Districts with a round of their own among those the person sees."""
    own = InspectionRound.objects.visible_to(request.user).values("district")
    return AdministrativeArea.objects.filter(pk__in=own).order_by("code")


class RoundFilter(BaseFilterSet):
    year = django_filters.NumberFilter(label=_("Year"), method="of_year", min_value=2000, max_value=2100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=RoundKind.choices, empty_label=_("All"))
    district = django_filters.ModelChoiceFilter(label=_("District's own round"), queryset=districts_of_rounds)
    state = django_filters.ChoiceFilter(label=_("State"), choices=RoundState.choices, empty_label=_("All"))

    class Meta:
        model = InspectionRound
        fields = ["kind", "district", "state"]

    def of_year(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(fieldwork_from__year=int(value))
