"""The lists of rounds, district lists and proposals."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.tables import BaseTable, DateColumn, NumberColumn, StateColumn, TitleColumn
from smartphone_support.web.templatetags.web import badge, bar


class RoundTable(BaseTable):
    """Rounds with how far they have come."""

    name = TitleColumn(verbose_name=_("Round"), linkify=("allocations:round_detail", {"pk": tables.A("pk")}))
    decision_number = tables.Column(verbose_name=_("Decision"))
    decision_date = DateColumn(verbose_name=_("Date"))
    total = NumberColumn(verbose_name=_("Devices"))
    approved = NumberColumn(verbose_name=_("Households approved"))
    phase = tables.Column(verbose_name=_("State"), orderable=False, accessor="phase")

    class Meta(BaseTable.Meta):
        order_by = "-decision_date"

    def render_phase(self, value: Any) -> SafeString:
        return badge(value.tone, value.label)


class DistrictListTable(BaseTable):
    """District lists with their state and quota."""

    district = TitleColumn(
        verbose_name=_("District"),
        accessor="district__name",
        order_by="district__code",
        linkify=("allocations:list_detail", {"pk": tables.A("pk")}),
    )
    round = tables.Column(
        verbose_name=_("Round"), accessor="round_in_text", order_by=("round__decision_date", "wave")
    )
    state = StateColumn(verbose_name=_("State"))
    quota = NumberColumn(verbose_name=_("Quota"))
    kept = NumberColumn(verbose_name=_("Kept"))
    share = tables.Column(
        verbose_name=_("Of the quota"), accessor="pk", orderable=False, attrs={"td": {"class": "bar-cell"}}
    )
    submitted_at = DateColumn(verbose_name=_("Submitted on"))

    def render_share(self, record: Any) -> SafeString:
        return bar(record.kept, record.quota, "", record.district.name)


class ProposalTable(BaseTable):
    """Proposals with what they hold and the decision that closed them."""

    number = TitleColumn(
        verbose_name=_("Proposal"), linkify=("allocations:proposal_detail", {"pk": tables.A("pk")})
    )
    date = DateColumn(verbose_name=_("Date"))
    round = tables.Column(verbose_name=_("Round"), accessor="round__name", order_by="round__decision_date")
    districts = NumberColumn(verbose_name=_("Number of districts"))
    households = NumberColumn(verbose_name=_("Number of households"))
    state = StateColumn(verbose_name=_("State"))
    decision = tables.Column(
        verbose_name=_("PPC's decision"), accessor="decision__number", order_by="decision__date"
    )

    def render_decision(self, value: Any, record: Any) -> SafeString:
        return format_html("{} <small>{}</small>", value, record.decision.date.strftime("%d/%m/%Y"))
