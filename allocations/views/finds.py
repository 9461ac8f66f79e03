"""Households found in the field that the register does not know: for the register's officer to settle."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.web.components import Crumb
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import BaseTable, IdentityColumn
from smartphone_support.web.templatetags.web import badge
from smartphone_support.web.views import ConfirmPage, ListPage

from .. import workflow
from ..filters import districts_of, rounds_of
from ..forms_lists import SettleForm
from ..models import FieldHousehold
from ..permits.lists import may_settle_find
from ..workflow.finds import FOR_THE_REGISTER


class FindTable(BaseTable):
    """Finds with who found them, where, and what became of them."""

    head_name = tables.Column(
        verbose_name=gettext_lazy("Head of household"), attrs={"td": {"class": "title"}}
    )
    birth_year = tables.Column(verbose_name=gettext_lazy("Birth year"))
    national_id = IdentityColumn(verbose_name=gettext_lazy("Identity number"))
    place = tables.Column(
        verbose_name=gettext_lazy("Village, commune"), accessor="pk", order_by="commune_name"
    )
    district = tables.Column(
        verbose_name=gettext_lazy("District"), accessor="upload__district_list__district__name",
        order_by="upload__district_list__district__code",
    )  # fmt: skip
    match = tables.Column(verbose_name=gettext_lazy("Register"))
    applied = tables.Column(
        verbose_name=gettext_lazy("Reported"), accessor="upload__applied_at", attrs={"td": {"class": "date"}}
    )
    settled = tables.Column(verbose_name=gettext_lazy("Outcome"), accessor="pk", order_by="settled_at")

    class Meta(BaseTable.Meta):
        order_by = ("settled", "-applied")

    def render_birth_year(self, value: int) -> str:
        return str(value)

    def render_place(self, record: FieldHousehold) -> str:
        return ", ".join(part for part in (record.village, record.commune_name) if part) or "–"

    def render_district(self, value: str, record: FieldHousehold) -> SafeString:
        return format_html("{} <small>{}</small>", value, record.upload.district_list.round.name)

    def render_applied(self, value: Any) -> str:
        return f"{localtime(value):%d/%m/%Y}"

    def render_match(self, record: FieldHousehold) -> SafeString:
        return badge("wait", record.get_match_display())

    def render_settled(self, record: FieldHousehold) -> Any:
        if record.settled_at is not None:
            return format_html("{} <small>{}</small>", badge("ok", _("Settled")), record.settled_note)
        if not getattr(self.request, "may_settle", False):
            return badge("idle", _("Open"))
        url = reverse("allocations:find_settle", args=[record.pk])
        label = _("Settle %(name)s") % {"name": record.head_name}
        return format_html(
            '<a class="btn btn-sm btn-outline-primary" href="{}" aria-label="{}">{}</a>',
            url,
            label,
            _("Settle"),
        )


class FindFilter(BaseFilterSet):
    round = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Round"), field_name="upload__district_list__round", queryset=rounds_of
    )
    district = django_filters.ModelChoiceFilter(
        label=gettext_lazy("District"), field_name="upload__district_list__district", queryset=districts_of
    )
    open = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), method="by_state", empty_label=gettext_lazy("All"),
        choices=[("1", gettext_lazy("Open")), ("0", gettext_lazy("Settled"))],
    )  # fmt: skip

    class Meta:
        model = FieldHousehold
        fields = ["round", "district", "open"]

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(settled_at__isnull=value == "1")


class FindList(ListPage):
    """Finds of confirmed workbooks which the register does not know, or cannot tell apart."""

    model = FieldHousehold
    permission_required = "allocations.view_districtlist"
    table_class = FindTable
    filterset_class = FindFilter
    template_name = "allocations/find_list.html"
    page_heading = gettext_lazy("Households found in the field")
    lead = gettext_lazy(
        "Districts met these households while reviewing their lists; the register does not know them, or "
        "several of the register fit. Who keeps the register finds out and settles them."
    )
    empty_title = gettext_lazy("No household waits for the register")
    empty_text = gettext_lazy("Households appear here when a district adds them in its review workbook.")

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        self.request.may_settle = user.has_perm("beneficiaries.change_register") or user.has_perm(  # type: ignore[attr-defined]  # for the table
            "allocations.appraise_districtlist"
        )
        related = ("upload__district_list__district", "upload__district_list__round")
        rows = super().get_queryset().filter(match__in=FOR_THE_REGISTER, upload__applied_at__isnull=False)
        return rows.select_related(*related)


class FindSettle(ConfirmPage):
    """Say what became of a household; the list does not change."""

    model = FieldHousehold
    page_heading = gettext_lazy("Settle a household found in the field")
    verb = gettext_lazy("Settle the household")
    extra_form_class = SettleForm

    def get_queryset(self) -> Any:
        related = ("upload__district_list__round__program", "upload__district_list__district")
        rows = super().get_queryset().filter(match__in=FOR_THE_REGISTER, upload__applied_at__isnull=False)
        return rows.select_related(*related)

    def has_permission(self) -> bool:
        return may_settle_find(self.request.user, self.object)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Households found in the field"), reverse("allocations:find_list"))]

    def get_consequence(self) -> str:
        find: FieldHousehold = self.object
        return _(
            "“%(name)s”, found by %(district)s: your note is kept and the household waits no longer. The "
            "list does not change; once the register has it, the district adds it with a later workbook."
        ) % {"name": find.head_name, "district": find.upload.district_list.district.name_in_text}

    def get_success_url(self) -> str:
        return reverse("allocations:find_list")

    def perform(self, reason: str) -> str:
        workflow.settle_find(self.object, actor=self.request.user, note=self.form.cleaned_data["note"])
        return _("“%(name)s” is settled.") % {"name": self.object.head_name}
