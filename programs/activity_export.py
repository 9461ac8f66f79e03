"""The export of activities: one line each, nothing about single people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export import resources
from import_export.fields import Field

from smartphone_support.spreadsheets.streaming import DAY, NUMBER

from .models import CommunicationActivity

COLUMNS = (
    "held_on", "organisation", "kind", "title", "channel", "place", "commune", "district", "people_reached",
    "task", "link", "has_file",
)  # fmt: skip
WIDTHS = (12, 34, 24, 50, 28, 28, 22, 22, 14, 10, 40, 10)


class ActivityResource(resources.ModelResource):
    """The activities of the list as the reader sees them."""

    held_on = Field("held_on", column_name=_("Day"))
    organisation = Field("organisation__name", column_name=_("Organisation"))
    kind = Field(column_name=pgettext_lazy("activity", "Kind"))
    title = Field("title", column_name=_("Content"))
    channel = Field("channel", column_name=_("Channel"))
    place = Field("place", column_name=pgettext_lazy("activity", "Place"))
    commune = Field(column_name=_("Commune"))
    district = Field(column_name=_("District"))
    people_reached = Field("people_reached", column_name=_("People reached"))
    task = Field(column_name=_("Task"))
    link = Field("link", column_name=pgettext_lazy("activity", "Web address"))
    has_file = Field(column_name=_("Photo or scan"))

    widths = dict(zip(COLUMNS, WIDTHS, strict=True))
    kinds = {"held_on": DAY, "people_reached": NUMBER}

    class Meta:
        model = CommunicationActivity
        fields = COLUMNS
        export_order = COLUMNS

    def dehydrate_kind(self, activity: CommunicationActivity) -> str:
        return str(activity.get_kind_display())

    def dehydrate_commune(self, activity: CommunicationActivity) -> str:
        return activity.commune.name if activity.commune else ""

    def dehydrate_district(self, activity: CommunicationActivity) -> str:
        parent = activity.commune.parent if activity.commune else None
        return parent.name if parent else ""

    def dehydrate_task(self, activity: CommunicationActivity) -> str:
        return activity.task.label if activity.task else ""

    def dehydrate_has_file(self, activity: CommunicationActivity) -> str:
        return "x" if activity.file_id else ""
