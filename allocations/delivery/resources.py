"""Exports of the delivery: one line a support, numbers with their middle hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.fields import Field

from smartphone_support.spreadsheets.streaming import DAY, NUMBER
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import HandOverState
from ..models import Support

COLUMNS = (
    "number", "round", "head_name", "national_id", "phone", "village", "commune", "district", "form",
    "operator", "state", "reason", "assigned_on", "delivered_on", "imei", "paid",
)  # fmt: skip
WIDTHS = (8, 20, 28, 16, 14, 22, 22, 24, 24, 16, 18, 30, 12, 12, 18, 12)


class DeliveryResource(resources.ModelResource):
    """The supports of the progress page as a list; made of a queryset of `export_rows`."""

    number = Field(column_name=_("No."))
    round = Field(column_name=_("Round"))
    head_name = Field(column_name=_("Head of household"))
    national_id = Field(column_name=_("Identity number"))
    phone = Field(column_name=_("Phone"))
    village = Field(column_name=_("Village"))
    commune = Field(column_name=_("Commune"))
    district = Field(column_name=_("District"))
    form = Field(column_name=_("Form of support"))
    operator = Field(column_name=_("Operator"))
    state = Field(column_name=_("State"))
    reason = Field("reason", column_name=_("Reason"))
    assigned_on = Field(column_name=_("Assigned on"))
    delivered_on = Field("delivered_on", column_name=_("Handed over on"))
    imei = Field(column_name="IMEI")
    paid = Field(column_name=_("Paid, VND"))

    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"number": NUMBER, "assigned_on": DAY, "delivered_on": DAY, "paid": NUMBER}

    class Meta:
        model = Support
        fields = COLUMNS
        export_order = COLUMNS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.written = 0

    def dehydrate_number(self, support: Support) -> int:
        self.written += 1
        return self.written

    def dehydrate_round(self, support: Support) -> str:
        return str(support.round or support.contribution or "")

    def dehydrate_head_name(self, support: Support) -> str:
        return support.household.head_name

    def dehydrate_national_id(self, support: Support) -> str:
        return masked_id(support.household.national_id)

    def dehydrate_phone(self, support: Support) -> str:
        return masked_phone(support.household.phone)

    def dehydrate_village(self, support: Support) -> str:
        return support.household.village

    def dehydrate_commune(self, support: Support) -> str:
        return support.commune.name

    def dehydrate_district(self, support: Support) -> str:
        return support.district.name

    def dehydrate_form(self, support: Support) -> str:
        return str(support.get_form_display())

    def dehydrate_operator(self, support: Support) -> str:
        return support.operator.short_name if support.operator else ""

    def dehydrate_state(self, support: Support) -> str:
        return str(support.get_state_display())

    def dehydrate_assigned_on(self, support: Support) -> date | None:
        return localtime(support.assigned_at).date() if support.assigned_at else None

    def _record(self, support: Support) -> Any:
        standing = [row for row in support.hand_overs.all() if row.state != HandOverState.REVERSED]
        return standing[0] if standing else None

    def dehydrate_imei(self, support: Support) -> str:
        record = self._record(support)
        return record.device.imei if record and record.device else ""

    def dehydrate_paid(self, support: Support) -> int | None:
        record = self._record(support)
        return record.cash_amount if record else None


def export_rows(supports: Any) -> Any:
    """What the resource reads, in as few queries as there are kinds of rows."""
    related = ("round", "contribution", "household", "commune", "district", "operator")
    rows = supports.select_related(*related).prefetch_related("hand_overs__device")
    return rows.order_by("round", "district__code", "commune__code", "household__head_name_key", "pk")
