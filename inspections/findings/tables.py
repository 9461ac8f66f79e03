"""The list of findings."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartphone_support.web.tables import DASH, BaseTable, StateColumn, TitleColumn
from smartphone_support.web.templatetags.web import badge, due_words

from ..choices import SEVERITY_BADGES, FindingState, Severity
from .words import came_from, subject_of


def severity_badge(severity: str) -> SafeString:
    return badge(SEVERITY_BADGES[Severity(severity)], Severity(severity).label)


def deadline(record: Any) -> SafeString:
    """The day, and while the finding is open how far away it is; overdue in words, never by colour alone."""
    if record.due is None:
        return SafeString(DASH)
    day = date_format(record.due, "SHORT_DATE_FORMAT")
    if record.state != FindingState.OPEN:
        return SafeString(day)
    tone = "overdue" if record.is_overdue else "quiet"
    return format_html('<div>{} <small class="{}">{}</small></div>', day, tone, due_words(record.due))


class FindingTable(BaseTable):
    """Findings with who mends them and by when."""

    kind = TitleColumn(
        verbose_name=_("Finding"),
        accessor="get_kind_display",
        order_by="kind",
        linkify=("inspections:finding_detail", {"pk": tables.A("pk")}),
    )
    subject = tables.Column(verbose_name=pgettext_lazy("finding", "About"), accessor="pk", orderable=False)
    severity = tables.Column(verbose_name=_("Severity"))
    responsible = tables.Column(
        verbose_name=_("Who mends it"), accessor="responsible__short_name", empty_values=()
    )
    due = tables.Column(verbose_name=_("To be remedied by"), empty_values=())
    state = StateColumn(verbose_name=_("State"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, own_only: bool = False, **kwargs: Any) -> None:
        """`own_only`: an operator, to whom all of them are its own."""
        super().__init__(*args, exclude=["responsible"] if own_only else [], **kwargs)

    def render_kind(self, record: Any, value: Any) -> SafeString:
        number = _now("no. %(number)s") % {"number": record.pk}
        return format_html("{} <small>{} · {}</small>", value, number, came_from(record))

    def render_subject(self, record: Any) -> SafeString:
        return format_html("<div>{} <small>{}</small></div>", *subject_of(record))

    def render_severity(self, value: Any, record: Any) -> SafeString:
        return severity_badge(record.severity)

    def render_due(self, record: Any) -> SafeString:
        return deadline(record)

    def render_responsible(self, record: Any) -> str:
        return record.responsible.short_name if record.responsible else _now("Nobody yet")
