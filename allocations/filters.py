"""Filters of the lists; every drop-down offers only what the person may see."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet

from .choices import ListState, ProposalState
from .models import AllocationRound, DistrictList, Proposal


def rounds_of(request: Any) -> Any:
    return AllocationRound.objects.visible_to(request.user)


def districts_of(request: Any) -> Any:
    """The districts whose lists the person sees: all of the province, or the own one."""
    user = request.user
    if user.province is None:
        return AdministrativeArea.objects.none()
    rows = AdministrativeArea.objects.districts_of(user.province)
    return rows.filter(pk=user.district.pk) if user.district else rows


WAVES = (("first", _("First wave")), ("later", _("Later waves")))


class DistrictListFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=rounds_of)
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=districts_of)
    wave = django_filters.ChoiceFilter(label=_("Wave"), choices=WAVES, empty_label=_("All"), method="in_wave")
    state = django_filters.ChoiceFilter(label=_("State"), choices=ListState.choices, empty_label=_("All"))

    class Meta:
        model = DistrictList
        fields = ["round", "district", "wave", "state"]

    def in_wave(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(wave=1) if value == "first" else rows.filter(wave__gt=1)


class ProposalFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(label=_("Round"), queryset=rounds_of)
    state = django_filters.ChoiceFilter(label=_("State"), choices=ProposalState.choices, empty_label=_("All"))

    class Meta:
        model = Proposal
        fields = ["round", "state"]
