"""Filters of the list of complaints; nothing typed here ever finds a denunciation by what it says."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocations.filters import districts_of
from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.roles import Role
from smartphone_support.web.filters import BaseFilterSet, DayFilter

from ..choices import ComplaintChannel, ComplaintKind, ComplaintSubject
from ..models import Complaint
from ..rules.receipts import typed_number


def handlers_seen(request: Any) -> Any:
    """Organisations that handle something this person sees."""
    own = Complaint.objects.visible_to(request.user).exclude(kind=ComplaintKind.DENUNCIATION)
    return Organisation.objects.filter(pk__in=own.values("assigned_to")).order_by("short_name")


class ComplaintFilter(BaseFilterSet):
    q = django_filters.CharFilter(label=_("Number, sender or words"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ComplaintKind.choices, empty_label=_("All"))
    subject = django_filters.ChoiceFilter(
        label=pgettext_lazy("complaint", "About"),
        choices=ComplaintSubject.choices,
        empty_label=_("All"),
        method="about",
    )
    channel = django_filters.ChoiceFilter(
        label=_("Came by"), choices=ComplaintChannel.choices, empty_label=_("All"), method="came_by"
    )
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=districts_of, method="in_place")
    assigned_to = django_filters.ModelChoiceFilter(
        label=_("Handled by"), queryset=handlers_seen, method="handled_by"
    )
    since = DayFilter(label=_("Received from"), field_name="received_on", lookup_expr="gte")
    until = DayFilter(label=_("Received until"), field_name="received_on", lookup_expr="lte")

    class Meta:
        model = Complaint
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        if user.district is not None or user.role == Role.OPERATOR_OFFICER:
            for name in ("district", "assigned_to"):
                del self.filters[name]
                self.form.fields.pop(name, None)

    @staticmethod
    def _open(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
        """Whatever a filter asks of the matter itself is asked of what is no denunciation."""
        return rows.exclude(kind=ComplaintKind.DENUNCIATION)

    def search(self, rows: QuerySet[Complaint], name: str, value: str) -> QuerySet[Complaint]:
        """A receipt number, or words of the sender's name or the content."""
        by_words = Q(sender_name__icontains=value) | Q(content__icontains=value)
        return rows.filter(
            Q(number__iexact=typed_number(value)) | by_words & ~Q(kind=ComplaintKind.DENUNCIATION)
        )

    def about(self, rows: QuerySet[Complaint], name: str, value: str) -> QuerySet[Complaint]:
        return self._open(rows).filter(subject=value)

    def came_by(self, rows: QuerySet[Complaint], name: str, value: str) -> QuerySet[Complaint]:
        return self._open(rows).filter(channel=value)

    def in_place(self, rows: QuerySet[Complaint], name: str, value: Any) -> QuerySet[Complaint]:
        return self._open(rows).filter(district=value)

    def handled_by(self, rows: QuerySet[Complaint], name: str, value: Any) -> QuerySet[Complaint]:
        return self._open(rows).filter(assigned_to=value)
