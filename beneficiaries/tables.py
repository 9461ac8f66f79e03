"""Tables of lists and households."""

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
    IdentityColumn,
    NumberColumn,
    StateColumn,
    TitleColumn,
)
from smartphone_support.web.templatetags.web import badge

from .choices import BatchKind
from .models import Household, ListBatch
from .presenting import class_label

CLASS_TONES = {"poor": "now", "near_poor": "wait", "not_poor": "idle"}


def class_badge(poverty_class: str | None) -> Any:
    return (
        badge(CLASS_TONES[poverty_class], class_label(poverty_class))
        if poverty_class in CLASS_TONES
        else DASH
    )


class CountColumn(NumberColumn):
    """One of a batch's counts."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(accessor=f"counts__{key}", orderable=False, **kwargs)


class BatchTable(BaseTable):
    list = TitleColumn(
        accessor="pk",
        verbose_name=gettext_lazy("List"),
        linkify=("beneficiaries:batch_detail", [tables.A("pk")]),
        order_by=("period", "pk"),
    )
    state = StateColumn(verbose_name=gettext_lazy("State"))
    households = CountColumn("households", verbose_name=gettext_lazy("Households"))
    new = CountColumn("new", verbose_name=gettext_lazy("New"))
    changed = CountColumn("changed", verbose_name=gettext_lazy("Changed"))
    gone = CountColumn("gone", verbose_name=gettext_lazy("No longer listed"))
    errors = CountColumn("errors", verbose_name=gettext_lazy("Errors"))
    uploaded_by = tables.Column(verbose_name=gettext_lazy("Uploaded by"), orderable=False)
    uploaded_at = DateColumn(verbose_name=gettext_lazy("Uploaded"))

    class Meta(BaseTable.Meta):
        model = ListBatch
        fields = (
            "list",
            "state",
            "households",
            "new",
            "changed",
            "gone",
            "errors",
            "uploaded_by",
            "uploaded_at",
        )

    def render_list(self, record: ListBatch) -> Any:
        return format_html("{} <small>{}</small>", batch_title(record), record.file.name)


def batch_title(batch: ListBatch) -> str:
    """What a list is called: "Annual list 2023", "Movements of 02/2024"."""
    if batch.kind == BatchKind.MONTHLY:
        return _("Movements of %(month)s") % {"month": f"{batch.period:%m/%Y}"}
    return _("%(kind)s %(year)s") % {"kind": batch.get_kind_display(), "year": str(batch.period.year)}


class HouseholdTable(BaseTable):
    head_name = TitleColumn(
        verbose_name=gettext_lazy("Head of household"),
        order_by=("head_name_key", "pk"),
        linkify=("beneficiaries:household_detail", [tables.A("pk")]),
    )
    birth_year = tables.Column(
        verbose_name=gettext_lazy("Birth year"),
        localize=False,
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )
    national_id = IdentityColumn(verbose_name=gettext_lazy("Identity number"), orderable=False)
    village = tables.Column(verbose_name=gettext_lazy("Village"), orderable=False)
    commune = tables.Column(verbose_name=gettext_lazy("Commune"), order_by=("commune__code", "pk"))
    class_as_of = tables.Column(verbose_name=gettext_lazy("Class"), orderable=False)
    member_count = NumberColumn(verbose_name=gettext_lazy("Persons"), orderable=False)
    policy = tables.Column(verbose_name=gettext_lazy("Policy status"), empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        model = Household
        fields = (
            "head_name", "birth_year", "national_id", "village", "commune", "class_as_of", "member_count",
            "policy",
        )  # fmt: skip

    def render_class_as_of(self, value: str) -> Any:
        return class_badge(value)

    def render_commune(self, record: Household) -> Any:
        commune = record.commune.name if record.commune else "–"
        return format_html("<div>{} <small>{}</small></div>", commune, record.district.name)

    def render_policy(self, record: Household) -> str:
        words = [_("merit")] if record.merit else []
        words += [_("social policy")] if record.social_policy else []
        return ", ".join(words) or DASH
