"""Tables of subscriptions, updates and levels."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.tables import (
    DASH,
    BaseTable,
    DateColumn,
    NumberColumn,
    StateColumn,
    TitleColumn,
)

from ..models import OperatorReport, ServiceSubscription
from .permits import number_for, own_operator


def without_operator(user: Any) -> dict[str, Any]:
    """What a table is made with: an operator, who sees its own rows only, needs no column of operators."""
    return {"exclude": ("operator",)} if own_operator(user) else {}


class SubscriptionTable(BaseTable):
    household = TitleColumn(
        accessor="household__head_name",
        verbose_name=gettext_lazy("Head of household"),
        linkify=("services:subscription_detail", [tables.A("pk")]),
        order_by=("household__head_name_key", "pk"),
    )
    number = tables.Column(verbose_name=gettext_lazy("Subscriber number"), attrs={"td": {"class": "code"}})
    operator = tables.Column(
        accessor="operator__short_name",
        verbose_name=gettext_lazy("Operator"),
        order_by=("operator__code", "pk"),
    )
    service = tables.Column(verbose_name=gettext_lazy("Service"), attrs={"td": {"class": "service"}})
    level = NumberColumn(verbose_name=gettext_lazy("Level (đồng a month)"))
    commune = tables.Column(
        accessor="household__commune__name", verbose_name=gettext_lazy("Commune"),
        order_by=("household__district__code", "household__commune__code", "pk"),
    )  # fmt: skip
    started_on = DateColumn(verbose_name=gettext_lazy("Supported from"))
    state = StateColumn(verbose_name=gettext_lazy("State"))

    class Meta(BaseTable.Meta):
        model = ServiceSubscription
        fields = ("household", "number", "operator", "service", "level", "commune", "started_on", "state")

    def render_number(self, value: str) -> str:
        return number_for(self.request.user, value)

    def render_commune(self, value: str, record: ServiceSubscription) -> Any:
        return format_html("<div>{} <small>{}</small></div>", value, record.household.district.name)


class ReportTable(BaseTable):
    month = TitleColumn(
        verbose_name=gettext_lazy("Month"),
        linkify=("services:report_detail", [tables.A("pk")]),
        order_by=("month", "pk"),
    )
    operator = tables.Column(
        accessor="operator__short_name",
        verbose_name=gettext_lazy("Operator"),
        order_by=("operator__code", "pk"),
    )
    state = StateColumn(verbose_name=gettext_lazy("State"))
    good = NumberColumn(
        accessor="counts__good", verbose_name=gettext_lazy("In order"), orderable=False, default=DASH
    )
    refused = NumberColumn(
        accessor="counts__refused", verbose_name=gettext_lazy("Refused"), orderable=False, default=DASH
    )
    nothing = NumberColumn(
        accessor="counts__nothing", verbose_name=gettext_lazy("Nothing to do"), orderable=False, default=DASH
    )
    uploaded_by = tables.Column(verbose_name=gettext_lazy("Sent by"), orderable=False)
    uploaded_at = DateColumn(verbose_name=gettext_lazy("Sent"))

    class Meta(BaseTable.Meta):
        model = OperatorReport
        fields = ("month", "operator", "state", "good", "refused", "nothing", "uploaded_by", "uploaded_at")

    def render_month(self, record: OperatorReport) -> Any:
        note = _("Nothing arose") if record.nothing_arose else (record.file.name if record.file else "")
        return format_html("{} <small>{}</small>", f"{record.month:%m/%Y}", note)
