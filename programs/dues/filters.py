"""Filters of dues; every drop-down offers only what the person may see."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartphone_support.accounts.models import Organisation
from smartphone_support.web.filters import BaseFilterSet, DayFilter

from ..choices import DueState
from ..models import PlanTask, Program, TaskDue, TaskGroup
from ..rules.cadence import period_words
from .standing import Clock, Standing

RETURNED = ("returned", pgettext_lazy("due", "Returned"))
NOTHING_AROSE = ("nothing_arose", pgettext_lazy("due", "Nothing arose"))
STATES = [*Standing.choices, RETURNED, NOTHING_AROSE]
#: Dues opened by an event or a request, not by a period.
EVENTS = ("events", _("Opened by an event or request"))
PERIOD = re.compile(r"\d{4}(-(\d\d|Q[1-4]|H[12]|R))?\Z")


class GroupChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.name}"[:80]


class GroupFilter(django_filters.ModelChoiceFilter):
    field_class = GroupChoice


class DueFilter(BaseFilterSet):
    """Organisation, group, task, state, period, and the days between which it falls due."""

    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=Organisation.objects.none(), field_name="organisation"
    )
    group = GroupFilter(label=_("Task group"), queryset=TaskGroup.objects.none(), field_name="task__group")
    task = django_filters.ModelChoiceFilter(label=_("Task"), queryset=PlanTask.objects.none())
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=_("All"), method="by_state"
    )
    period = django_filters.ChoiceFilter(
        label=_("Period"), choices=(), empty_label=_("All"), method="by_period"
    )
    since = DayFilter(label=_("Due from"), field_name="due_on", lookup_expr="gte")
    until = DayFilter(label=_("Due until"), field_name="due_on", lookup_expr="lte")

    class Meta:
        model = TaskDue
        fields: list[str] = []

    def __init__(self, *args: Any, program: Program, clock: Clock, **kwargs: Any) -> None:
        self.clock = clock
        super().__init__(*args, **kwargs)
        # The drop-downs offer what the unfiltered dues hold.
        self._offer(program, kwargs["queryset"])

    def _offer(self, program: Program, rows: QuerySet[TaskDue]) -> None:
        plain = rows.order_by()
        fields: Any = self.form.fields
        if "organisation" in fields:
            own = Organisation.objects.filter(pk__in=plain.values("organisation"))
            fields["organisation"].queryset = own.order_by("kind", "short_name")
            if not self.request.user.has_perm("programs.follow_program"):
                self.drop("organisation")
        fields["group"].queryset = TaskGroup.objects.filter(program=program)
        if "task" in fields:
            tasks = PlanTask.objects.filter(group__program=program).select_related("group")
            fields["task"].queryset = tasks.order_by("group__position", "position")
        if "period" in fields:
            fields["period"].choices = [("", _("All")), *_periods(plain)]

    def drop(self, name: str) -> None:
        del self.filters[name]
        self.form.fields.pop(name, None)

    def by_state(self, rows: QuerySet[TaskDue], name: str, value: str) -> QuerySet[TaskDue]:
        if value == RETURNED[0]:
            return rows.filter(state=DueState.RETURNED)
        if value == NOTHING_AROSE[0]:
            return rows.filter(state=DueState.NOTHING_AROSE)
        return rows.filter(self.clock.where(value))

    def by_period(self, rows: QuerySet[TaskDue], name: str, value: str) -> QuerySet[TaskDue]:
        if value == EVENTS[0]:
            return rows.filter(Q(period_end__isnull=True))
        return rows.filter(period_key=value)


class CalendarFilter(DueFilter):
    """As the list's, without what the calendar itself says; the shown month or year stays in the address."""

    month = django_filters.CharFilter(widget=forms.HiddenInput, method="kept")
    year = django_filters.CharFilter(widget=forms.HiddenInput, method="kept")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("task", "period", "since", "until"):
            self.drop(name)

    def kept(self, rows: QuerySet[TaskDue], name: str, value: str) -> QuerySet[TaskDue]:
        return rows

    @property
    def is_active(self) -> bool:
        names = [name for name in self.form.fields if name not in ("month", "year")]
        return bool(self.form.is_bound and any(self.form[name].data for name in names))


def _periods(rows: QuerySet[TaskDue]) -> list[tuple[str, Any]]:
    """The periods there are, the latest first; then what events opened."""
    keys = set(rows.filter(period_end__isnull=False).values_list("period_key", flat=True).distinct())
    known = sorted((key for key in keys if PERIOD.match(key)), reverse=True)
    return [*((key, period_words(key)) for key in known), EVENTS]
