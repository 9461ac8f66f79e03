"""Filters of findings; every drop-down offers only what the person may see."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.accounts.roles import Role
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.filters import BaseFilterSet

from ..choices import FindingKind, FindingState, Severity
from ..models import Finding, InspectionRound

#: Open and its day passed.
LATE = ("late", _("Overdue"))
IN_TIME = ("in_time", _("In time"))


def overdue(today: Any = None) -> Q:
    """As `Finding.is_overdue`, for a query."""
    return Q(state=FindingState.OPEN, due__lt=today or timezone.localdate())


def rounds_of_findings(request: Any) -> Any:
    own = Finding.objects.visible_to(request.user).values("round")
    return InspectionRound.objects.filter(pk__in=own)


def districts_of_findings(request: Any) -> Any:
    own = Finding.objects.visible_to(request.user).values("district")
    return AdministrativeArea.objects.filter(pk__in=own).order_by("code")


def menders_of_findings(request: Any) -> Any:
    own = Finding.objects.visible_to(request.user).values("responsible")
    return Organisation.objects.filter(pk__in=own).order_by("kind", "short_name")


class FindingFilter(BaseFilterSet):
    q = django_filters.CharFilter(label=_("Head of household, or words of it"), method="search")
    round = django_filters.ModelChoiceFilter(
        label=_("Inspection round"), queryset=rounds_of_findings, null_label=_("Outside the rounds")
    )
    kind = django_filters.ChoiceFilter(label=_("Finding"), choices=FindingKind.choices, empty_label=_("All"))
    severity = django_filters.ChoiceFilter(
        label=_("Severity"), choices=Severity.choices, empty_label=_("All")
    )
    district = django_filters.ModelChoiceFilter(label=_("District"), queryset=districts_of_findings)
    responsible = django_filters.ModelChoiceFilter(
        label=_("Who mends it"), queryset=menders_of_findings, null_label=_("Nobody yet")
    )
    due = django_filters.ChoiceFilter(
        label=_("Deadline"), choices=(LATE, IN_TIME), empty_label=_("All"), method="by_deadline"
    )

    class Meta:
        model = Finding
        fields = ["round", "kind", "severity", "district", "responsible"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        dropped = []
        if user.role == Role.OPERATOR_OFFICER:
            dropped = ["responsible"]
        elif user.district is not None:
            dropped = ["district"]
        for name in dropped:
            del self.filters[name]
            self.form.fields.pop(name, None)

    def search(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        """By the name of a head the reader may see, tone marks or not, or by words of the description."""
        by_name = Q(names_household=True, support__household__head_name_folded__contains=fold(value))
        return rows.filter(by_name | Q(description__icontains=value))

    def by_deadline(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        late = overdue()
        return rows.filter(late) if value == LATE[0] else rows.exclude(late)
