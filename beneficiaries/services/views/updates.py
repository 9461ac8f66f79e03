"""Pages of operators' monthly updates: the list, sending one, its preview, who is late."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send, send_bytes
from smartphone_support.web.components import Crumb, Step, Tab, steps_to
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import DetailPage, FormPage, ListPage, Page, PermissionMixin

from ...choices import LineVerdict, OperatorReportState, ServiceChange
from ...models import OperatorReport
from .. import late
from ..figures import month_of
from ..filters import ReportFilter
from ..forms import UpdateForm
from ..permits import may_confirm, may_follow, may_report, may_take_back, number_for, own_operator
from ..refused_workbook import refused_name, refused_workbook
from ..rules.checks import NOTES, PROGRAMME_BEGAN
from ..tables import ReportTable, without_operator
from ..wording import said, title_of
from ..workflow import reports

PAGE_ROWS = 50
LIST_CRUMB = gettext_lazy("Operators' monthly updates")
State = OperatorReportState
#: States in which the lines stand in the database.
PREVIEWED = frozenset({State.AWAITING_CONFIRMATION, State.APPLIED, State.REVERTED})


def crumbs(report: OperatorReport | None = None) -> list[Crumb]:
    found = [Crumb(str(LIST_CRUMB), reverse("services:report_list"))]
    if report is not None:
        found.append(Crumb(report_title(report), reverse("services:report_detail", args=[report.pk])))
    return found


def report_title(report: OperatorReport) -> str:
    return _("%(operator)s, %(month)s") % {
        "operator": report.operator.short_name, "month": f"{report.month:%m/%Y}",
    }  # fmt: skip


class ReportList(ListPage):
    permission_required = "beneficiaries.view_operatorreport"
    model = OperatorReport
    table_class = ReportTable
    filterset_class = ReportFilter
    template_name = "services/report_list.html"
    page_heading = LIST_CRUMB
    lead = gettext_lazy("What each operator began, stopped, changed, suspended or restored in a month.")
    empty_title = gettext_lazy("No update yet")
    empty_text = gettext_lazy(
        "Each operator uploads its file of the month, or says that nothing arose; every line is checked "
        "against the register before anything is written."
    )

    def get_table_kwargs(self) -> dict[str, Any]:
        return without_operator(self.request.user)

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("operator", "file", "uploaded_by")
        return rows.defer("sheets").order_by("-month", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "may_report": may_report(user, own_operator(user)),
            "may_follow": may_follow(user),
        }


class ReportCreate(FormPage):
    """Upload the file of a month, or say in one click that nothing arose."""

    permission_required = "beneficiaries.send_operatorreport"
    form_class = UpdateForm
    template_name = "services/report_create.html"
    page_heading = gettext_lazy("Send the update of a month")
    lead = gettext_lazy(
        "The file is read and every line checked first. Nothing is written before you confirm."
    )
    submit_label = gettext_lazy("Upload and check the lines")

    def has_permission(self) -> bool:
        return may_report(self.request.user, own_operator(self.request.user))

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_cancel_url(self) -> str:
        return reverse("services:report_list")

    def get_initial(self) -> dict[str, Any]:
        return {"month": _asked_month(self.request) or late.last_month(timezone.localdate())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        month = self.get_initial()["month"]
        over = reports.last_day_of(month) <= timezone.localdate()
        return context | {"nothing_month": month if over else None}

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        data = form.cleaned_data
        report = reports.upload_report(
            data["file"], month=data["month"], operator=user.organisation, actor=user
        )
        return redirect("services:report_detail", report.pk)


def _asked_month(request: HttpRequest) -> date | None:
    """The month in the address, where it is one of the programme's that has begun."""
    month = month_of(request.GET.get("month", ""))
    if month is None or not PROGRAMME_BEGAN.replace(day=1) <= month <= timezone.localdate():
        return None
    return month


class ReportPage(PermissionMixin):
    """What every page about one update shares."""

    model = OperatorReport
    permission_required: str | tuple[str, ...] = "beneficiaries.view_operatorreport"
    request: HttpRequest
    object: OperatorReport

    def get_queryset(self) -> Any:
        return OperatorReport.objects.visible_to(self.request.user).select_related(
            "operator", "province", "file", "job", "uploaded_by", "confirmed_by", "reverted_by"
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs(self.object)


class ReportDetail(ReportPage, DetailPage):
    """An update in whatever state it is: how far the work is, the preview, what was written."""

    template_name = "services/report_detail.html"
    context_object_name = "report"

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_page_heading(self) -> str:
        return _("Update of services %(month)s, %(operator)s") % {
            "month": f"{self.object.month:%m/%Y}", "operator": self.object.operator.short_name,
        }  # fmt: skip

    def get_lead(self) -> str:
        return lead_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.object, self.request.user
        context = super().get_context_data(**kwargs)
        context |= {
            "steps": steps_of(report),
            "is_working": report.state == State.UPLOADED,
            "may_confirm": may_confirm(user, report),
            "confirmable": bool(report.counts.get("good") or report.counts.get("nothing")),
        }
        if may_take_back(user, report) and report.state == State.APPLIED:
            context |= {"takes_back": True, "obstacle": reports.take_back_obstacle(report)}
        if report.state in PREVIEWED and not report.nothing_arose:
            context |= self._preview(report)
        return context

    def _preview(self, report: OperatorReport) -> dict[str, Any]:
        parts = parts_of(report)
        part = self.request.GET.get("part", "")
        if part not in {key for key, _label, _n, _tone in parts}:
            part = next((key for key, _label, n, _tone in parts if n), "refused")
        rows = rows_of_part(report, part)
        reason = self.request.GET.get("reason", "")
        context: dict[str, Any] = {"part": part, "tabs": tabs_of(report, parts, part), "reason": reason}
        if part == LineVerdict.REFUSED:
            context["kinds"] = reason_counts(rows)
            if reason:
                rows = rows.filter(pk__in=[row.pk for row in rows if reason in codes_of(row)])
        page = Paginator(rows.select_related("household"), PAGE_ROWS).get_page(self.request.GET.get("page"))
        columns = {sheet["name"]: sheet["columns"] for sheet in report.sheets}
        user = self.request.user
        shown = [
            {
                "row": row, "said": said(row.reasons, columns.get(row.sheet, {})),
                "number": number_for(user, row.number),
            }
            for row in page
        ]  # fmt: skip
        return context | {"page": page, "rows": shown}


def codes_of(row: Any) -> list[str]:
    return [reason["code"] for reason in row.reasons]


def reason_counts(rows: Any) -> list[dict[str, Any]]:
    """The reasons of refused lines with how many have each, the most frequent first."""
    counts: dict[str, int] = {}
    for reasons in rows.values_list("reasons", flat=True):
        for code in {reason["code"] for reason in reasons} - NOTES:
            counts[code] = counts.get(code, 0) + 1
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"value": code, "label": title_of(code), "n": n} for code, n in found]


def parts_of(report: OperatorReport) -> list[tuple[str, str, int, str]]:
    """The counted parts of a preview: key, words, lines, tone."""
    counts = report.counts
    changes = [(str(change), str(change.label), counts.get(change, 0), "") for change in ServiceChange]
    nothing = (str(LineVerdict.NOTHING), _("Nothing to do"), counts.get("nothing", 0), "")
    refused = (str(LineVerdict.REFUSED), _("Refused"), counts.get("refused", 0), "bad")
    return [refused, *changes, nothing]


def rows_of_part(report: OperatorReport, part: str) -> Any:
    rows = report.lines.order_by("pk")
    if part in LineVerdict.values:
        return rows.filter(verdict=part)
    return rows.filter(verdict=LineVerdict.GOOD, change=part)


def tabs_of(report: OperatorReport, parts: list[tuple[str, str, int, str]], part: str) -> list[Tab]:
    address = reverse("services:report_detail", args=[report.pk])
    return [Tab(label, n, f"{address}?part={key}", part == key, tone) for key, label, n, tone in parts]


def _moment(value: Any) -> str:
    return str(date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))


def lead_of(report: OperatorReport) -> str:
    """What was sent, and what became of it: one line."""
    if report.nothing_arose:
        words = _("%(who)s said on %(time)s that nothing arose in the month.")
        text = words % {"who": report.uploaded_by, "time": _moment(report.uploaded_at)}
    else:
        text = report.file.name if report.file else ""
    if report.state == State.APPLIED and report.applied_at and not report.nothing_arose:
        done = _("Written on %(time)s by %(who)s.") % {
            "time": _moment(report.applied_at), "who": report.confirmed_by,
        }  # fmt: skip
        return f"{text} · {done}"
    if report.state == State.AWAITING_CONFIRMATION:
        nothing = _("Nothing has been written yet.")
        return f"{text} · {nothing}"
    return text


def steps_of(report: OperatorReport) -> list[Step]:
    if report.state in (State.REJECTED, State.FAILED, State.REVERTED) or report.nothing_arose:
        return []
    details = {str(State.UPLOADED): f"{report.uploaded_by}, {_moment(report.uploaded_at)}"}
    if report.confirmed_by:
        details[str(State.AWAITING_CONFIRMATION)] = str(report.confirmed_by)
    states = [
        (str(State.UPLOADED), _("Uploaded and read")),
        (str(State.AWAITING_CONFIRMATION), _("Checked and confirmed")),
        (str(State.APPLIED), _("Written")),
    ]
    return steps_to(report.state, states, details)


class ReportFile(ReportPage, View):
    """The file as it came, for the operator that sent it: it holds identity numbers in full."""

    def has_permission(self) -> bool:
        return super().has_permission() and may_confirm(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.file is None:
            raise Refusal(_("This update has no file: nothing arose in the month."))
        name = self.object.file.name
        record("beneficiaries.operatorreport.download", self.object, actor=request.user, after={"file": name})
        return send(self.object.file)


class ReportRefused(ReportPage, View):
    """The refused lines in the layout they came in, with the reasons: to be mended and uploaded again."""

    def has_permission(self) -> bool:
        return super().has_permission() and may_confirm(self.request.user, self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.state not in PREVIEWED or not self.object.counts.get("refused"):
            raise Refusal(_("This update has no refused lines."))
        name = refused_name(self.object)
        content = refused_workbook(self.object)
        record("beneficiaries.operatorreport.download", self.object, actor=request.user, after={"file": name})
        return send_bytes(content, name)


class ReportMonths(Page):
    """Operators by month: whose update is written, who said that nothing arose, who is late."""

    permission_required = "beneficiaries.view_operatorreport"
    template_name = "services/report_months.html"
    page_heading = gettext_lazy("Who is late")
    lead = gettext_lazy("Each operator's update of each month.")

    def has_permission(self) -> bool:
        return may_follow(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        today = timezone.localdate()
        try:
            year = int(self.request.GET.get("year", today.year))
        except ValueError:
            year = today.year
        year = min(max(year, 2023), today.year)
        rows = late.matrix(user.province, year, today)
        return super().get_context_data(**kwargs) | {
            "year": str(year),
            "before": year - 1 if year > 2023 else None,
            "after": year + 1 if year < today.year else None,
            "rows": rows,
            "months": [
                (date(year, n, 1), [(row.operator, row.cells[n - 1][1]) for row in rows])
                for n in range(1, 13)
            ],
        }


class ReportNothing(PermissionMixin, View):
    """One click: nothing arose in the month."""

    permission_required = "beneficiaries.send_operatorreport"

    def find_subject(self) -> None:
        """The own operator; the month stands in the form."""

    def has_permission(self) -> bool:
        return may_report(self.request.user, own_operator(self.request.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        try:
            month = month_of(request.POST.get("month", ""))
            if month is None:
                raise Refusal(_("Write the month as mm/yyyy."))
            report = reports.nothing_arose(month=month, operator=user.organisation, actor=user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("services:report_create")
        done = _("Nothing arose in %(month)s: written down.") % {"month": f"{month:%m/%Y}"}
        messages.success(request, done)
        return redirect("services:report_detail", report.pk)
