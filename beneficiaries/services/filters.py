"""Filters of services, kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.filters import BaseFilterSet

from ..choices import OperatorReportState, ServiceKind, SubscriptionState
from ..models import OperatorReport, ServiceSubscription
from .permits import own_operator


def operators_of(user: Any) -> QuerySet[Organisation]:
    """The operators of the person's province; for an operator itself."""
    rows = Organisation.objects.filter(kind=OrganisationKind.OPERATOR, province=user.province)
    own = own_operator(user)
    return rows.filter(pk=own.pk) if own else rows.order_by("code")


def districts_of(user: Any) -> QuerySet[AdministrativeArea]:
    if user.province is None:
        return AdministrativeArea.objects.none()
    rows = AdministrativeArea.objects.districts_of(user.province)
    return rows.filter(pk=user.district.pk) if user.district is not None else rows


class OfOperators(BaseFilterSet):
    """Takes the operator's filter away where there is only the own one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user if self.request else None
        fields = self.form.fields
        if user is None:
            return
        fields["operator"].queryset = operators_of(user)
        if own_operator(user):
            del fields["operator"]
        if "district" in fields:
            fields["district"].queryset = districts_of(user)
            if user.district is not None:
                del fields["district"]


class SubscriptionFilter(OfOperators):
    q = django_filters.CharFilter(label=_("Name, subscriber or identity number"), method="search")
    operator = django_filters.ModelChoiceFilter(label=_("Operator"), queryset=Organisation.objects.none())
    service = django_filters.ChoiceFilter(label=_("Service"), choices=ServiceKind, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=SubscriptionState, empty_label=_("All"))
    district = django_filters.ModelChoiceFilter(
        label=_("District"), queryset=AdministrativeArea.objects.none(), field_name="household__district"
    )

    class Meta:
        model = ServiceSubscription
        fields = ("q", "operator", "service", "state", "district")

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Names without accents in any part; numbers whole."""
        digits = "".join(value.split())
        if digits.isdigit():
            return rows.filter(Q(number=digits) | Q(household__national_id=digits))
        return rows.filter(Q(household__head_name_folded__contains=fold(value)) | Q(number=digits))


class ReportFilter(OfOperators):
    operator = django_filters.ModelChoiceFilter(label=_("Operator"), queryset=Organisation.objects.none())
    state = django_filters.ChoiceFilter(label=_("State"), choices=OperatorReportState, empty_label=_("All"))

    class Meta:
        model = OperatorReport
        fields = ("operator", "state")
