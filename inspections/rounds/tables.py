"""The lists of rounds and checklists."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.tables import BaseTable, NumberColumn, StateColumn, TitleColumn


class RoundTable(BaseTable):
    """Inspection rounds with whose they are and how far they have come."""

    name = TitleColumn(verbose_name=_("Round"), linkify=("inspections:round_detail", {"pk": tables.A("pk")}))
    kind = tables.Column(verbose_name=_("Kind"))
    whose = tables.Column(verbose_name=_("Whose round"), accessor="pk", order_by="district__code")
    days = tables.Column(verbose_name=_("Days of the fieldwork"), accessor="pk", order_by="fieldwork_from")
    unit_count = NumberColumn(verbose_name=_("Inspected units"))
    state = StateColumn(verbose_name=_("State"))

    class Meta(BaseTable.Meta):
        order_by = "-days"

    def render_whose(self, record: Any) -> str:
        return record.district.name if record.district else _now("The province")

    def render_days(self, record: Any) -> SafeString:
        first, last = f"{record.fieldwork_from:%d/%m/%Y}", f"{record.fieldwork_to:%d/%m/%Y}"
        return format_html('<span class="date">{} – {}</span>', first, last)
