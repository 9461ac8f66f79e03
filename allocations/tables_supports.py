"""The lists of supports and amendments."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.tables import (
    BaseTable,
    DateColumn,
    IdentityColumn,
    NumberColumn,
    StateColumn,
    TitleColumn,
)
from smartphone_support.web.templatetags.web import badge

from .choices import SupportState


class SupportTable(BaseTable):
    """Supports with where they stand. A tick per row where this person assigns operators."""

    tick = tables.Column(
        accessor="pk", orderable=False, verbose_name=_("Tick"),
        attrs={"th": {"class": "tick"}, "td": {"class": "tick"}},
    )  # fmt: skip
    household = TitleColumn(
        verbose_name=_("Head of household"),
        accessor="household__head_name",
        order_by="household__head_name_key",
        note="household__birth_year",
        linkify=("allocations:support_detail", {"pk": tables.A("pk")}),
    )
    national_id = IdentityColumn(
        verbose_name=_("Identity number"), accessor="household__national_id", orderable=False
    )
    commune = tables.Column(
        verbose_name=_("Address"), accessor="pk", order_by=("district__code", "commune__code")
    )
    source = tables.Column(verbose_name=_("Source"), accessor="pk", orderable=False)
    operator = tables.Column(verbose_name=_("Operator"), accessor="operator__short_name")
    state = StateColumn(verbose_name=_("State"))
    delivered_on = DateColumn(verbose_name=_("Handed over"))

    class Meta(BaseTable.Meta):
        order_by = ""

    def __init__(self, *args: Any, ticks: bool, for_operator: bool, **kwargs: Any) -> None:
        hidden = [] if ticks else ["tick"]
        self.for_operator = for_operator
        if for_operator:
            hidden.append("operator")
        super().__init__(*args, exclude=hidden, **kwargs)

    def render_tick(self, record: Any) -> SafeString:
        if record.state not in {SupportState.APPROVED, SupportState.ASSIGNED}:
            return SafeString("")
        return format_html(
            '<input type="checkbox" class="form-check-input" name="row" value="{}" aria-label="{}">',
            str(record.pk),
            _now("Choose %(name)s") % {"name": record.household},
        )

    def render_commune(self, record: Any) -> SafeString:
        return format_html("<div>{} <small>{}</small></div>", record.commune.name, record.district.name)

    def render_source(self, record: Any) -> str:
        return str(record.round or record.contribution)

    def render_state(self, record: Any) -> SafeString:
        shown = badge(record.badge, record.get_state_display())
        # Why is a matter of class or of a complaint: not for operators.
        if record.state == SupportState.ON_HOLD and not self.for_operator:
            return format_html("<div>{} <small>{}</small></div>", shown, record.get_hold_reason_display())
        return shown


class AmendmentTable(BaseTable):
    """Amendments with what they change and the decision that closed them."""

    number = TitleColumn(
        verbose_name=_("Amendment"), linkify=("allocations:amendment_detail", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "title code"}},
    )  # fmt: skip
    kind = tables.Column(verbose_name=_("Kind"), accessor="get_kind_display", order_by="kind")
    district = tables.Column(
        verbose_name=_("District"),
        accessor="district_list__district__name",
        order_by="district_list__district__code",
    )
    round = tables.Column(verbose_name=_("Round"), accessor="round__name", order_by="round__decision_date")
    date = DateColumn(verbose_name=_("Date"))
    removed = NumberColumn(verbose_name=_("Taken off"))
    added = NumberColumn(verbose_name=_("Added"))
    state = StateColumn(verbose_name=_("State"))
    decision_number = tables.Column(verbose_name=_("PPC's decision"))

    class Meta(BaseTable.Meta):
        order_by = ""
