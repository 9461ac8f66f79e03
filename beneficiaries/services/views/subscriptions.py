"""Subscriptions: the list, one of them with what it was when, and the list as a workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.spreadsheets.writing import (
    fit_height,
    prepare_print,
    set_widths,
    sheet_title,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, ListPage

from ...choices import SUBSCRIPTION_BADGES
from ...models import ServiceSubscription, SubscriptionSpell
from ..filters import SubscriptionFilter
from ..permits import number_for
from ..tables import SubscriptionTable, without_operator

LIST_CRUMB = gettext_lazy("Telecom services")
_RELATED = ("household__commune", "household__district", "operator")


class SubscriptionList(ListPage):
    permission_required = "beneficiaries.view_servicesubscription"
    model = ServiceSubscription
    table_class = SubscriptionTable
    filterset_class = SubscriptionFilter
    template_name = "services/subscription_list.html"
    page_heading = LIST_CRUMB
    lead = gettext_lazy("Households whose mobile or fixed broadband service is supported each month.")
    empty_title = gettext_lazy("No subscription yet")
    empty_text = gettext_lazy("Subscriptions begin with an operator's monthly update.")

    def get_table_kwargs(self) -> dict[str, Any]:
        return without_operator(self.request.user)

    def get_queryset(self) -> Any:
        return super().get_queryset().standing().select_related(*_RELATED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "manages": user.has_perm("beneficiaries.manage_service"),
            "query": self.request.GET.urlencode(),
        }


class SubscriptionDetail(DetailPage):
    permission_required = "beneficiaries.view_servicesubscription"
    model = ServiceSubscription
    template_name = "services/subscription_detail.html"
    context_object_name = "subscription"

    def get_queryset(self) -> Any:
        spells = SubscriptionSpell.objects.filter(superseded_at=None).select_related(
            "line__report__operator", "recorded_by"
        )
        rows = super().get_queryset().select_related(*_RELATED)
        return rows.prefetch_related(Prefetch("spells", spells.order_by("valid_from", "pk"), "standing"))

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("services:subscription_list"))]

    def get_page_heading(self) -> str:
        return _("%(service)s of %(name)s") % {
            "service": self.object.get_service_display(), "name": self.object.household.head_name,
        }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Any = self.object
        user: Any = self.request.user
        home = row.household
        place = ", ".join(home.places)
        facts = [
            (_("Household"), home.head_name),
            (_("Where they live"), place),
            (_("Operator"), row.operator.name),
            (_("Service"), row.get_service_display()),
            (_("Subscriber number"), number_for(user, row.number)),
            (_("Level"), _("%(n)s đồng a month") % {"n": number_format(row.level, force_grouping=True)}),
            (_("Supported from"), date_format(row.started_on, "SHORT_DATE_FORMAT")),
            (_("Supported until"), date_format(row.ended_on, "SHORT_DATE_FORMAT") if row.ended_on else ""),
            (_("Reason"), row.reason),
        ]
        return super().get_context_data(**kwargs) | {
            "facts": facts,
            "spells": row.standing,
            "badges": SUBSCRIPTION_BADGES,
            "sees_household": user.has_perm("beneficiaries.view_household"),
            "sees_reports": user.has_perm("beneficiaries.view_operatorreport"),
        }


class SubscriptionExport(SubscriptionList):
    """The filtered list as a workbook; taking it is on the record. Identity numbers are not in it, subscriber
    numbers whole only in an operator's own."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        found = SubscriptionFilter(request.GET, self.get_queryset(), request=request)
        rows = found.qs.order_by("household__district__code", "household__head_name_key", "pk")
        content, count = subscription_workbook(rows, timezone.localdate(), request.user)
        after = {"subscriptions": count, "filters": request.GET.urlencode()}
        record("beneficiaries.servicesubscription.export", None, actor=request.user, after=after)
        return send_bytes(content, f"Dich vu vien thong - {timezone.localdate():%Y-%m-%d}.xlsx")


def subscription_workbook(rows: Any, on: Any, reader: Any) -> tuple[bytes, int]:
    """One line a subscription, as of today, and how many they are."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = sheet_title(_("Telecom services"))
    header = [
        _("No."), _("Head of household"), _("Village"), _("Commune"), _("District"), _("Operator"),
        _("Service"), _("Subscriber number"), _("Level (đồng a month)"), _("Supported from"),
        _("Supported until"), _("State"), _("Reason"),
    ]  # fmt: skip
    title = _("Subscriptions supported, as of %(day)s") % {"day": f"{on:%d/%m/%Y}"}
    write_line(sheet, 1, title, last=len(header), bold=True, size=14)
    widths = (6, 24, 18, 18, 18, 12, 18, 14, 12, 12, 12, 22, 28)
    write_header(sheet, 3, header)
    fit_height(sheet, 3, header, widths)
    count = 0
    for count, row in enumerate(rows.iterator(2000), 1):
        home = row.household
        values = [
            count, home.head_name, home.village, home.commune.name if home.commune else "",
            home.district.name, row.operator.short_name, row.get_service_display(),
            number_for(reader, row.number), row.level, row.started_on, row.ended_on,
            row.get_state_display(), row.reason,
        ]  # fmt: skip
        write_row(sheet, 3 + count, values)
        fit_height(sheet, 3 + count, values, widths)
    set_widths(sheet, widths)
    prepare_print(sheet, header_rows=(3, 3))
    content = BytesIO()
    book.save(content)
    return content.getvalue(), count
