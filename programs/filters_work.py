"""Filters of activities, obstacles and reports."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.filters import BaseFilterSet, DayFilter

from .choices import ActivityKind, ObstacleState, ReportKind, ReportState
from .models import CommunicationActivity, Obstacle, PeriodicReport, PlanTask


def _organisations(rows: Any) -> Any:
    return Organisation.objects.filter(pk__in=rows.order_by().values("organisation")).order_by("kind", "code")


def organisations_of_activities(request: Any) -> Any:
    return _organisations(CommunicationActivity.objects.visible_to(request.user))


def organisations_of_obstacles(request: Any) -> Any:
    return _organisations(Obstacle.objects.visible_to(request.user))


def _tasks(rows: Any) -> Any:
    tasks = PlanTask.objects.filter(pk__in=rows.order_by().values("task")).select_related("group")
    return tasks.order_by("group__program", "group__position", "position")


def tasks_of_activities(request: Any) -> Any:
    return _tasks(CommunicationActivity.objects.visible_to(request.user))


def tasks_of_obstacles(request: Any) -> Any:
    return _tasks(Obstacle.objects.visible_to(request.user))


class _OwnOrAll(BaseFilterSet):
    """Who sees the own organisation alone is not asked which one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.has_perm("programs.follow_program"):
            del self.filters["organisation"]
            self.form.fields.pop("organisation", None)


class ActivityFilter(_OwnOrAll):
    q = django_filters.CharFilter(label=_("Words of it"), method="search")
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=organisations_of_activities
    )
    kind = django_filters.ChoiceFilter(
        label=pgettext_lazy("activity", "Kind"), choices=ActivityKind.choices, empty_label=_("All")
    )
    task = django_filters.ModelChoiceFilter(
        label=_("Task"), queryset=tasks_of_activities, null_label=_("Of no single task")
    )
    since = DayFilter(label=_("From"), field_name="held_on", lookup_expr="gte")
    until = DayFilter(label=_("To"), field_name="held_on", lookup_expr="lte")

    class Meta:
        model = CommunicationActivity
        fields = ["organisation", "kind", "task"]

    def search(
        self, rows: QuerySet[CommunicationActivity], name: str, value: str
    ) -> QuerySet[CommunicationActivity]:
        words = Q(title__icontains=value) | Q(channel__icontains=value) | Q(place__icontains=value)
        return rows.filter(words)


class ObstacleFilter(_OwnOrAll):
    q = django_filters.CharFilter(label=_("Words of it"), method="search")
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=organisations_of_obstacles
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ObstacleState.choices, empty_label=_("All"))
    task = django_filters.ModelChoiceFilter(
        label=_("Task"), queryset=tasks_of_obstacles, null_label=_("Of no single task")
    )

    class Meta:
        model = Obstacle
        fields = ["organisation", "state", "task"]

    def search(self, rows: QuerySet[Obstacle], name: str, value: str) -> QuerySet[Obstacle]:
        return rows.filter(Q(title__icontains=value) | Q(detail__icontains=value) | Q(wish__icontains=value))


class ReportFilter(BaseFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ReportKind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=ReportState.choices, empty_label=_("All"))

    class Meta:
        model = PeriodicReport
        fields = ["kind", "state"]
