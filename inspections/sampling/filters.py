"""Filters of a round's sample; the drop-downs offer only what this sample holds."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet, QuickSelect

from ..choices import SampleState
from ..models import SampledHousehold


def _seen(request: Any, column: str) -> Any:
    rows = SampledHousehold.objects.visible_to(request.user)
    return rows.filter(round=request.resolver_match.kwargs["pk"]).values(column)


def communes_of_sample(request: Any) -> Any:
    return AdministrativeArea.objects.filter(pk__in=_seen(request, "support__commune")).order_by("name")


def inspectors_of_sample(request: Any) -> Any:
    return User.objects.filter(pk__in=_seen(request, "inspector")).order_by("full_name")


class SampleFilter(BaseFilterSet):
    commune = django_filters.ModelChoiceFilter(
        field_name="support__commune", label=_("Commune"), queryset=communes_of_sample, widget=QuickSelect
    )
    inspector = django_filters.ModelChoiceFilter(
        label=_("Inspector"), queryset=inspectors_of_sample, null_label=_("Nobody yet")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=SampleState.choices, empty_label=_("All"))

    class Meta:
        model = SampledHousehold
        fields = ["commune", "inspector", "state"]
