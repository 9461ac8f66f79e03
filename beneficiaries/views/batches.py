"""Pages of lists on their way into the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send, send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import BatchKind, BatchState, GoneReason, MovementKind, Outcome
from ..forms import UploadForm
from ..imports.messages import problem_title
from ..mending.error_workbook import error_workbook, file_name
from ..models import BatchRow, ListBatch, RegisterVersion
from ..permissions import may_change_batch
from ..presenting import PLACE_CODES, Wording, shown_causes, shown_places
from ..tables import BatchTable, batch_title
from .preview import (
    BALANCE,
    ERRORS,
    MOST_SHEETS,
    PARTS,
    commune_choices,
    lead_of,
    lifecycle_of,
    movement_counts,
    nothing_to_do,
    reason_counts,
    rivals_of,
    shown_problems,
    shown_row,
    shown_sheets,
    tabs_of,
    total_of,
    twin_of,
)

PAGE_ROWS = 50
#: Places a page offers communes for; each has every commune of the province in its drop-down.
PAGE_PLACES = 8
#: `?cause=` for every error cell, whatever is wrong with it.
EVERY_ERROR = "every"
#: States in which the preview stands in the database.
PREVIEWED = frozenset({
    BatchState.AWAITING_CONFIRMATION, BatchState.APPLYING, BatchState.APPLIED, BatchState.REVERTED,
})  # fmt: skip
LIST_CRUMB = gettext_lazy("List imports")


class BatchList(ListPage):
    permission_required = "beneficiaries.view_listbatch"
    model = ListBatch
    table_class = BatchTable
    template_name = "beneficiaries/batch_list.html"
    page_heading = LIST_CRUMB
    lead = gettext_lazy("Lists of poor and near-poor households, from the uploaded file to the register.")
    empty_title = gettext_lazy("No list has been uploaded yet")
    empty_text = gettext_lazy(
        "The register officer uploads the annual list; it is shown and checked before anything is written."
    )

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("file", "uploaded_by")
        if self.state:
            rows = rows.filter(state=self.state)
        return rows.defer("sheets", "balance", "causes", "reading", "questions", "brakes")

    @property
    def state(self) -> str:
        """The one state asked for in the address, "" for all."""
        wanted = self.request.GET.get("state", "")
        return wanted if wanted in BatchState.values else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "state": self.state,
            "state_words": BatchState(self.state).label if self.state else "",
        }


class BatchCreate(FormPage):
    permission_required = "beneficiaries.import_list"
    form_class = UploadForm
    template_name = "beneficiaries/batch_create.html"
    page_heading = gettext_lazy("Upload a list")
    lead = gettext_lazy(
        "The file is read and compared first. Nothing reaches the register before you confirm."
    )
    submit_label = gettext_lazy("Upload and read the list")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list"))]

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:batch_list")

    def get_initial(self) -> dict[str, Any]:
        person: Any = self.request.user
        return {"year": expected_year(person.province)}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        person: Any = self.request.user
        batch = workflow.upload_list(
            data["file"],
            kind=data["kind"],
            period=data["period"],
            effective_on=data["effective_on"],
            province=person.province,
            actor=person,
        )
        if rivals_of(batch):
            messages.warning(
                self.request,
                _("Another list of this period waits already. Only one of them should be written."),
            )
        return redirect("beneficiaries:batch_detail", batch.pk)


def expected_year(province: Any) -> int:
    """The year whose list comes next: after the latest in the register, but never one still to come."""
    latest = RegisterVersion.objects.filter(province=province).values_list("latest_annual", flat=True).first()
    today = timezone.localdate()
    this = today.year if today.month == 12 else today.year - 1
    return min(latest.year + 1, today.year) if latest else this


class BatchPage(PermissionMixin):
    """What every page about one batch shares."""

    model = ListBatch
    permission_required: str | tuple[str, ...] = "beneficiaries.view_listbatch"
    request: HttpRequest
    object: ListBatch

    def get_queryset(self) -> Any:
        return ListBatch.objects.visible_to(self.request.user).select_related(
            "file", "job", "province", "uploaded_by", "confirmed_by"
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = [Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list"))]
        if self.request.resolver_match and self.request.resolver_match.url_name not in (
            "batch_detail",
            "batch_rows",
        ):
            address = reverse("beneficiaries:batch_detail", args=[self.object.pk])
            crumbs.append(Crumb(batch_title(self.object), address))
        return crumbs


class BatchDetail(BatchPage, DetailPage):
    """A batch in whatever state it is: how far the work is, the preview, or what was written."""

    template_name = "beneficiaries/batch_detail.html"
    context_object_name = "batch"

    def get_page_heading(self) -> str:
        if self.object.kind == BatchKind.MONTHLY:
            return batch_title(self.object)
        year = str(self.object.period.year)
        return _("List of poor and near-poor households %(year)s") % {"year": year}

    def get_lead(self) -> str:
        return lead_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        context = super().get_context_data(**kwargs)
        context |= {
            "may_change": may_change_batch(self.request.user, batch),
            "steps": lifecycle_of(batch),
            "is_working": batch.state in (BatchState.UPLOADED, BatchState.APPLYING)
            or workflow.is_reverting(batch),
            "twin": twin_of(batch),
            "rivals": rivals_of(batch),
            "counts": batch.counts,
            "answer": self._may_answer(batch),
        }
        if batch.state == BatchState.APPLIED and context["may_change"] and not context["is_working"]:
            context |= {"revertible": True, "revert_obstacle": workflow.revert_obstacle(batch)}
        if batch.state in PREVIEWED and batch.counts:
            context |= self._preview(batch)
        return context

    def _may_answer(self, batch: ListBatch) -> bool:
        waits = batch.state == BatchState.AWAITING_LAYOUT
        return waits and may_change_batch(self.request.user, batch)

    def _preview(self, batch: ListBatch) -> dict[str, Any]:
        part = self.request.GET.get("outcome", ERRORS)
        if part not in PARTS:
            part = ERRORS
        context: dict[str, Any] = {
            "part": part,
            "tabs": tabs_of(batch, part),
            "nothing_to_do": nothing_to_do(batch),
            "total": total_of(batch.balance),
            "off": sum(row["off"] for row in batch.balance),
            "monthly": batch.kind == BatchKind.MONTHLY,
            # Cells, reasons and doubtful rows may be worked on.
            "open": batch.state == BatchState.AWAITING_CONFIRMATION
            and may_change_batch(self.request.user, batch),
            "corrected": len(batch.reading.get("corrections", ())) + len(batch.reading.get("communes", ())),
        }
        if part == BALANCE:
            return context
        if part == ERRORS:
            return context | self._errors(batch)
        page = self._page(self._rows(batch, part))
        wording = Wording.of_rows(page.object_list)
        context |= {"page": page, "rows": [shown_row(row, wording) for row in page.object_list]}
        if batch.kind == BatchKind.MONTHLY:
            context["kinds"] = movement_counts(batch, part)
            context["kind"] = self.request.GET.get("kind", "")
        if part == Outcome.GONE:
            context |= {"reasons": reason_counts(batch), "reason_choices": GoneReason.choices}
            context["communes"] = [row for row in batch.balance if row["gone"]]
            unsaid = self._rows(batch, part).filter(reason__in=workflow.OPEN_REASONS)
            context["unsaid"] = unsaid.order_by().count()
        return context

    def _errors(self, batch: ListBatch) -> dict[str, Any]:
        code = self.request.GET.get("cause", "")
        if code == EVERY_ERROR or any(cause["code"] == code for cause in batch.causes):
            return self._cells(batch, code)
        page = self._page(self._rows(batch, Outcome.BLOCKED))
        return {
            "error_causes": shown_causes(batch.causes, "error"),
            "warning_causes": shown_causes(batch.causes, "warning"),
            "page": page,
            "rows": [shown_row(row, Wording()) for row in page.object_list],
            "sheets": shown_sheets(batch),
            "more_sheets": max(0, len(batch.sheets) - MOST_SHEETS),
        }

    def _cells(self, batch: ListBatch, code: str) -> dict[str, Any]:
        """The cells of one cause, or of every error, each with its field to mend it."""
        wanted = {"level": "error"} if code == EVERY_ERROR else {"code": code}
        page = self._page(batch.problems.filter(**wanted).order_by("position"))
        title = _("Every cell in error") if code == EVERY_ERROR else problem_title(code)
        context: dict[str, Any] = {"cause": code, "cause_title": title, "page": page}
        if code in PLACE_CODES:
            places = Paginator(shown_places(batch), PAGE_PLACES).get_page(self.request.GET.get("places"))
            context |= {"places": places, "districts": commune_choices(batch)}
        return context | {"problems": shown_problems(batch, list(page.object_list))}

    def _rows(self, batch: ListBatch, outcome: str) -> QuerySet[BatchRow]:
        rows = (
            batch.rows.filter(outcome=outcome)
            .select_related("commune__parent", "old_commune")
            .order_by("position")
        )
        chosen = self.request.GET.get("commune", "")
        communes = [row["commune"] for row in batch.balance if str(row["commune"]) == chosen]
        if communes:
            rows = rows.filter(commune=communes[0])
        if self.request.GET.get("kind") in MovementKind.values:
            rows = rows.filter(movement=self.request.GET["kind"])
        why = self.request.GET.get("why")
        if outcome == Outcome.GONE and why in GoneReason.values:
            rows = rows.filter(reason__in=workflow.OPEN_REASONS if why == GoneReason.UNKNOWN else [why])
        return rows

    def _page(self, rows: Any) -> Any:
        return Paginator(rows, PAGE_ROWS).get_page(self.request.GET.get("page"))


class BatchFile(BatchPage, View):
    """The file as it came; who took it is on the record.

    It holds every identity number in full, so only those who send lists get it back.
    """

    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        record(
            "beneficiaries.listbatch.download",
            self.object,
            actor=request.user,
            after={"file": self.object.file.name},
        )
        return send(self.object.file)


class BatchErrorWorkbook(BatchPage, View):
    """The bad rows as a workbook to send back."""

    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.state not in PREVIEWED or not self.object.causes:
            raise Refusal(_("This list has no rows in error to download."))
        name = file_name(self.object)
        content = error_workbook(self.object)
        record("beneficiaries.listbatch.download", self.object, actor=request.user, after={"file": name})
        return send_bytes(content, name)
