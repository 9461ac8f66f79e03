"""The export of findings: one line a finding, no numbers of people or devices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export import resources
from import_export.fields import Field

from smartphone_support.spreadsheets.streaming import DAY, NUMBER

from ..models import Finding
from .words import came_from, subject_of

COLUMNS = (
    "number", "finding", "about", "place", "district", "source", "severity", "description", "cause",
    "responsible", "opened_on", "due", "overdue", "state", "remedy", "closed_on", "closed_reason",
)  # fmt: skip
WIDTHS = (8, 26, 28, 30, 22, 26, 14, 50, 30, 26, 12, 14, 10, 20, 50, 12, 30)


class FindingResource(resources.ModelResource):
    """The findings of the list as the reader sees them; made of a queryset of `findings_seen`."""

    number = Field("pk", column_name=_("No."))
    finding = Field(column_name=_("Finding"))
    about = Field(column_name=pgettext_lazy("finding", "About"))
    place = Field(column_name=_("Place"))
    district = Field(column_name=_("District"))
    source = Field(column_name=_("Came from"))
    severity = Field(column_name=_("Severity"))
    description = Field("description", column_name=_("Description"))
    cause = Field("cause", column_name=_("Cause"))
    responsible = Field(column_name=_("Who mends it"))
    opened_on = Field(column_name=_("Opened"))
    due = Field("due", column_name=_("To be remedied by"))
    overdue = Field(column_name=_("Overdue"))
    state = Field(column_name=_("State"))
    remedy = Field(column_name=_("What was done"))
    closed_on = Field(column_name=_("Closed on"))
    closed_reason = Field("closed_reason", column_name=_("Reason"))

    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"number": NUMBER, "opened_on": DAY, "due": DAY, "closed_on": DAY}

    class Meta:
        model = Finding
        fields = COLUMNS
        export_order = COLUMNS

    def dehydrate_finding(self, finding: Finding) -> str:
        return str(finding.get_kind_display())

    def dehydrate_about(self, finding: Finding) -> str:
        return subject_of(finding)[0]

    def dehydrate_place(self, finding: Finding) -> str:
        return str(subject_of(finding)[1])

    def dehydrate_district(self, finding: Finding) -> str:
        return finding.district.name if finding.district else ""

    def dehydrate_source(self, finding: Finding) -> str:
        return came_from(finding)

    def dehydrate_severity(self, finding: Finding) -> str:
        return str(finding.get_severity_display())

    def dehydrate_responsible(self, finding: Finding) -> str:
        return finding.responsible.name if finding.responsible else ""

    def dehydrate_opened_on(self, finding: Finding) -> date:
        return localtime(finding.opened_at).date()

    def dehydrate_overdue(self, finding: Finding) -> str:
        return _now("overdue") if finding.is_overdue else ""

    def dehydrate_state(self, finding: Finding) -> str:
        return str(finding.get_state_display())

    def dehydrate_remedy(self, finding: Finding) -> str:
        """The last report: earlier ones were not accepted."""
        return "".join(row.text for row in list(finding.remediations.all())[-1:])

    def dehydrate_closed_on(self, finding: Finding) -> date | None:
        return localtime(finding.closed_at).date() if finding.closed_at else None


def export_rows(findings: Any) -> Any:
    return findings.prefetch_related("remediations").order_by("-pk")
