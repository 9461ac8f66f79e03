"""Settlement: months and đồng by operator, service and district, down to the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.audit.recording import record
from smartphone_support.documents import docx, pdf
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import Page

from ...choices import ServiceKind
from ...models import ServiceSubscription
from ..figures import Line, lines, totals, whole
from ..filters import districts_of, operators_of
from ..forms import PeriodForm
from ..late import last_month
from ..permits import may_follow
from ..rules.checks import PROGRAMME_BEGAN
from ..settling import method, names_of, settlement_paper, settlement_workbook, sums
from .subscriptions import LIST_CRUMB

PAGE_ROWS = 50
RENDERERS = {"docx": (docx.render, docx.DOCX), "pdf": (pdf.render, pdf.PDF)}
HEADING = gettext_lazy("Settlement of services")


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    @property
    def query(self) -> str:
        return f"first={self.first:%m/%Y}&last={self.last:%m/%Y}"


class _Settled(Page):
    """What the pages of the settlement share: the months asked for, the subscriptions a person sees."""

    permission_required = "beneficiaries.view_servicesubscription"

    @property
    def period(self) -> Period:
        """The months in the address; otherwise those of the year until the last month that is over."""
        form = PeriodForm(self.request.GET)
        data = form.cleaned_data if form.is_valid() else {}
        latest = last_month(timezone.localdate())
        end = min(data.get("last") or latest, latest)
        end = max(end, PROGRAMME_BEGAN.replace(day=1))
        first = max(data.get("first") or end.replace(month=1), PROGRAMME_BEGAN.replace(day=1))
        return Period(*whole(min(first, end), end))

    def subscriptions(self) -> Any:
        return ServiceSubscription.objects.visible_to(self.request.user).standing()

    def lines(self) -> list[Line]:
        period = self.period
        return lines(self.subscriptions(), period.first, period.last)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("services:subscription_list"))]


class Settlement(_Settled):
    template_name = "services/settlement.html"
    page_heading = HEADING
    lead = gettext_lazy("What the months of support sum to, computed anew from every subscription's days.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = self.period
        found = totals(self.lines())
        form = PeriodForm(self.request.GET or None, initial={"first": period.first, "last": period.last})
        return super().get_context_data(**kwargs) | {
            "form": form, "period": period, "totals": found, "sums": sums(found), "method": method(),
            "services": dict(ServiceKind.choices),
            "papers": may_follow(self.request.user),
        }  # fmt: skip


class SettlementLines(_Settled):
    """The lines one figure is made of."""

    template_name = "services/settlement_lines.html"
    page_heading = gettext_lazy("Lines of the settlement")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [
            *super().get_breadcrumbs(),
            Crumb(str(HEADING), f"{reverse('services:settlement')}?{self.period.query}"),
        ]

    def subscriptions(self) -> Any:
        rows, asked = super().subscriptions(), self.request.GET
        if asked.get("service") in ServiceKind.values:
            rows = rows.filter(service=asked["service"])
        operator, district = self._chosen()
        if asked.get("operator"):
            rows = rows.filter(operator=operator) if operator else rows.none()
        if asked.get("district"):
            rows = rows.filter(household__district=district) if district else rows.none()
        return rows

    def _chosen(self) -> tuple[Any, Any]:
        """The operator and the district the address names, of those the person may choose."""
        asked, user = self.request.GET, self.request.user
        return (
            next((row for row in operators_of(user) if str(row.pk) == asked.get("operator")), None),
            next((row for row in districts_of(user) if str(row.pk) == asked.get("district")), None),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.lines()
        page = Paginator(found, PAGE_ROWS).get_page(self.request.GET.get("page"))
        asked, user = self.request.GET, self.request.user
        named = names_of(list(page), user)
        operator, district = self._chosen()
        chosen = [
            *([operator.short_name] if operator else ()),
            *(str(label) for key, label in ServiceKind.choices if key == asked.get("service")),
            *([district.name] if district else ()),
        ]
        return super().get_context_data(**kwargs) | {
            "period": self.period, "page": page, "chosen": chosen, "count": len(found),
            "months": sum(line.months for line in found), "amount": sum(line.amount for line in found),
            "rows": [
                {"line": line, "name": named[line.subscription][0], "number": named[line.subscription][1],
                 "service": ServiceKind(line.service).label}
                for line in page
            ],
        }  # fmt: skip


class SettlementWorkbook(_Settled):
    """Totals and lines as a workbook; taking it is on the record."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        period, found = self.period, self.lines()
        content = settlement_workbook(totals(found), found, period.first, period.last, request.user)
        after = {"from": period.first, "to": period.last, "lines": len(found)}
        record("beneficiaries.servicesubscription.export", None, actor=request.user, after=after)
        return send_bytes(content, f"Quyet toan dich vu {period.first:%Y-%m} {period.last:%Y-%m}.xlsx")


class SettlementPaper(_Settled):
    """The totals as a paper of the department: for whoever sees the whole province."""

    extension = "docx"

    def has_permission(self) -> bool:
        return super().has_permission() and may_follow(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        period = self.period
        render, content_type = RENDERERS[self.extension]
        paper = settlement_paper(
            user.province, totals(self.lines()), period.first, period.last, timezone.localdate()
        )
        name = _("Settlement of services")
        return send_bytes(render(paper), f"{name}.{self.extension}", content_type)
