"""The list of complaints as a file. Denunciations are on none, and no sender is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export import resources
from import_export.fields import Field

from smartphone_support.spreadsheets.streaming import DAY

from ..choices import ComplaintKind
from ..models import Complaint

COLUMNS = (
    "number", "kind", "subject", "channel", "received_on", "commune", "district", "assigned_to", "state",
    "due", "answered_on", "answer_number", "upheld", "closed_reason",
)  # fmt: skip
WIDTHS = (14, 24, 26, 18, 12, 22, 24, 22, 18, 12, 12, 20, 14, 40)


class ComplaintResource(resources.ModelResource):
    """One line a complaint; made of a queryset of `export_rows`."""

    number = Field("number", column_name=_("Receipt number"))
    kind = Field(column_name=_("Kind"))
    subject = Field(column_name=pgettext_lazy("complaint", "About"))
    channel = Field(column_name=_("Came by"))
    received_on = Field("received_on", column_name=_("Received on"))
    commune = Field(column_name=_("Commune"))
    district = Field(column_name=_("District"))
    assigned_to = Field(column_name=_("Handled by"))
    state = Field(column_name=_("State"))
    due = Field("due", column_name=_("Due"))
    answered_on = Field("answered_on", column_name=_("Answered on"))
    answer_number = Field("answer_number", column_name=_("Number of the letter"))
    upheld = Field(column_name=_("Sender was right"))
    closed_reason = Field("closed_reason", column_name=_("Reason"))

    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"received_on": DAY, "due": DAY, "answered_on": DAY}

    class Meta:
        model = Complaint
        fields = COLUMNS
        export_order = COLUMNS

    def dehydrate_kind(self, row: Complaint) -> str:
        return str(row.get_kind_display())

    def dehydrate_subject(self, row: Complaint) -> str:
        return str(row.get_subject_display())

    def dehydrate_channel(self, row: Complaint) -> str:
        return str(row.get_channel_display())

    def dehydrate_commune(self, row: Complaint) -> str:
        return row.commune.name if row.commune else ""

    def dehydrate_district(self, row: Complaint) -> str:
        return row.district.name if row.district else ""

    def dehydrate_assigned_to(self, row: Complaint) -> str:
        return row.assigned_to.short_name if row.assigned_to else ""

    def dehydrate_state(self, row: Complaint) -> str:
        return str(row.get_state_display())

    def dehydrate_upheld(self, row: Complaint) -> str:
        return "" if row.upheld is None else str(_("Yes") if row.upheld else _("No"))


def export_rows(rows: Any) -> Any:
    """What the resource reads; never a denunciation."""
    kept = rows.exclude(kind=ComplaintKind.DENUNCIATION)
    return kept.select_related("commune", "district", "assigned_to").order_by("received_on", "pk")
