"""The table of a round's sample."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.tables import BaseTable, StateColumn, TitleColumn

from ..choices import SampleKind, SampleState


class SampleTable(BaseTable):
    """Households of the sample by commune: how they came into it, who visits them, where they stand."""

    household = TitleColumn(
        verbose_name=_("Head of household"),
        accessor="support__household__head_name",
        order_by="support__household__head_name_key",
        note="support__household__village",
    )
    commune = tables.Column(
        verbose_name=_("Commune"),
        accessor="pk",
        order_by=("support__district__code", "support__commune__code"),
        attrs={"td": {"class": "commune-cell"}},
    )
    kind = tables.Column(verbose_name=_("In the sample as"), accessor="pk", orderable=False)
    inspector = tables.Column(verbose_name=_("Inspector"), accessor="inspector__full_name")
    state = StateColumn(verbose_name=_("State"))
    action = tables.Column(verbose_name="", accessor="pk", orderable=False, attrs={"td": {"class": "num"}})

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=[] if replaces else ["action"], **kwargs)

    def render_commune(self, record: Any) -> SafeString:
        support = record.support
        return format_html("<div>{} <small>{}</small></div>", support.commune.name, support.district.name)

    def render_kind(self, record: Any) -> SafeString:
        if record.kind == SampleKind.RISK:
            return format_html("<div>{} <small>{}</small></div>", record.get_kind_display(), record.reason)
        words = _now("No. %(order)s of its stratum") % {"order": record.order}
        if record.replaces is not None:
            words = _now("for %(household)s") % {"household": record.replaces.support.household}
        return format_html("<div>{} <small>{}</small></div>", record.get_kind_display(), words)

    def render_state(self, record: Any) -> SafeString:
        shown = StateColumn.render(self.columns["state"].column, record)
        if record.state == SampleState.REPLACED:
            return format_html("<div>{} <small>{}</small></div>", shown, record.reason)
        return shown

    def render_action(self, record: Any) -> SafeString:
        if record.state != SampleState.PENDING or record.draw_id is None:
            return SafeString("")
        return format_html(
            '<a class="btn btn-sm btn-outline-secondary" href="{}">{}</a>',
            reverse("inspections:sample_replace", args=[record.pk]),
            _now("Call a substitute"),
        )
