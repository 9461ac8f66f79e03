"""The list of complaints; of a denunciation its number, kind, state and deadline alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from programs.working_days import WorkCalendar, work_calendar
from smartphone_support.web.tables import DASH, BaseTable, DateColumn, StateColumn, TitleColumn
from smartphone_support.web.templatetags.web import badge

from ..choices import RUNNING
from ..rules.clocks import days_left


def left_words(due: date, calendar: WorkCalendar, today: date | None = None) -> str:
    """How many working days are left, or how many it is late."""
    days = days_left(today or timezone.localdate(), due, calendar)
    if days < 0:
        words = ngettext("%(n)s working day late", "%(n)s working days late", -days)
        return words % {"n": localize(-days)}
    if days == 0:
        return _now("due today") if due == (today or timezone.localdate()) else _now("due on a day off")
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": localize(days)}


class ComplaintTable(BaseTable):
    """Complaints with what they are about, who has them and until when. Senders are named on no list."""

    number = TitleColumn(
        verbose_name=_("Receipt number"), linkify=("inspections:complaint_detail", {"pk": tables.A("pk")}),
        note="get_kind_display", attrs={"td": {"class": "title code"}},
    )  # fmt: skip
    subject = tables.Column(verbose_name=pgettext_lazy("complaint", "About"))
    received_on = DateColumn(verbose_name=_("Received on"))
    place = tables.Column(
        verbose_name=_("Where"), accessor="pk", order_by=("district__code", "commune__code", "pk")
    )
    assigned_to = tables.Column(verbose_name=_("Handled by"), accessor="pk", orderable=False)
    due = tables.Column(verbose_name=_("Due"), accessor="due", empty_values=(), order_by=("due", "pk"))
    state = StateColumn(verbose_name=_("State"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = work_calendar()

    def render_subject(self, record: Any) -> str:
        return DASH if record.is_confidential else str(record.get_subject_display())

    def render_place(self, record: Any) -> Any:
        if record.is_confidential or record.district is None:
            return DASH
        if record.commune is None:
            return record.district.name
        return format_html("<div>{} <small>{}</small></div>", record.commune.name, record.district.name)

    def render_assigned_to(self, record: Any) -> Any:
        if record.is_confidential or record.assigned_to is None:
            return DASH
        person = record.handler or ""
        return format_html("<div>{} <small>{}</small></div>", record.assigned_to.short_name, person)

    def render_due(self, record: Any) -> Any:
        if record.state not in RUNNING:
            return DASH
        if record.due is None:
            return SafeString(format_html('<span class="quiet">{}</span>', _now("no clock entered")))
        words = left_words(record.due, self.calendar)
        day = date_format(record.due, "SHORT_DATE_FORMAT")
        shown = badge("bad", words) if record.is_overdue else words
        return format_html("<div>{} <small>{}</small></div>", day, shown)
