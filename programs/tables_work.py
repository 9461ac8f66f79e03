"""The lists of activities, obstacles and reports."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from smartphone_support.web.tables import (
    DASH,
    BaseTable,
    DateColumn,
    NumberColumn,
    StateColumn,
    TitleColumn,
)
from smartphone_support.web.templatetags.web import badge

from .models import CommunicationActivity


def place_of(activity: CommunicationActivity) -> str:
    """The place and the commune, what is known of them."""
    parts = [activity.place]
    if activity.commune is not None and activity.commune.name not in activity.place:
        parts.append(activity.commune.name)
    return ", ".join(part for part in parts if part)


class ActivityTable(BaseTable):
    title = TitleColumn(verbose_name=_("Content"), linkify=("programs:activity_detail", [tables.A("pk")]))
    held_on = DateColumn(verbose_name=_("Day"))
    organisation = tables.Column(verbose_name=_("Organisation"), accessor="organisation__short_name")
    place = tables.Column(verbose_name=pgettext_lazy("activity", "Place"), accessor="pk", orderable=False)
    people_reached = NumberColumn(verbose_name=_("People"))
    task = tables.Column(verbose_name=_("Task"), order_by=("task__group__position", "task__position"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, own_only: bool = False, **kwargs: Any) -> None:
        """`own_only`: to this reader all of them are the own organisation's."""
        super().__init__(*args, exclude=["organisation"] if own_only else [], **kwargs)

    def render_title(self, record: Any, value: Any) -> SafeString:
        note = " · ".join(part for part in (str(record.get_kind_display()), record.channel) if part)
        taken_back = (
            format_html(" {}", badge("idle", pgettext("activity", "Taken back")))
            if record.cancelled_at
            else ""
        )
        return format_html("{} <small>{}{}</small>", value, note, taken_back)

    def render_place(self, record: Any) -> str:
        return place_of(record) or DASH

    def render_task(self, record: Any) -> str:
        return record.task.label if record.task else DASH


class ObstacleTable(BaseTable):
    title = TitleColumn(verbose_name=_("Difficulty"), linkify=("programs:obstacle_detail", [tables.A("pk")]))
    raised_at = DateColumn(verbose_name=_("Raised"))
    organisation = tables.Column(verbose_name=_("Organisation"), accessor="organisation__short_name")
    task = tables.Column(verbose_name=_("Task"), order_by=("task__group__position", "task__position"))
    state = StateColumn(verbose_name=_("State"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, own_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=["organisation"] if own_only else [], **kwargs)

    def render_title(self, record: Any, value: Any) -> SafeString:
        note = _now("summed up for the provincial People's Committee") if record.for_committee else ""
        return format_html("{} <small>{}</small>", value, note) if note else format_html("{}", value)

    def render_raised_at(self, value: Any) -> str:
        return date_format(localtime(value), "SHORT_DATE_FORMAT")

    def render_task(self, record: Any) -> str:
        return record.task.label if record.task else DASH


class ReportTable(BaseTable):
    title = TitleColumn(verbose_name=_("Report"), linkify=("programs:report_detail", [tables.A("pk")]))
    kind = tables.Column(verbose_name=_("Kind"), attrs={"td": {"class": "code"}})
    first_day = DateColumn(verbose_name=_("From"))
    last_day = DateColumn(verbose_name=_("To"))
    number = tables.Column(verbose_name=_("Number"), attrs={"td": {"class": "code"}})
    issued_on = DateColumn(verbose_name=_("Date"))
    state = StateColumn(verbose_name=_("State"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def render_kind(self, record: Any) -> str:
        return str(record.get_kind_display())
