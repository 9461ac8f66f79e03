"""Pages of lists on their way into the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send, send_bytes
from smartphone_support.web.components import Crumb
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import ConfirmPage, DetailPage, FormPage, ListPage, PermissionMixin

from .. import workflow
from ..choices import BatchState, Outcome, RowDecision
from ..error_workbook import error_workbook, file_name
from ..forms import UNDECIDED, DecisionForm, UploadForm
from ..models import BatchRow, Household, ListBatch, RegisterVersion
from ..permissions import may_change_batch
from ..presenting import (
    COMPARED,
    FIELD_LABELS,
    Wording,
    decision_words,
    facts_of,
    reasons_of,
    shown_causes,
    shown_problem,
    shown_value,
)
from ..tables import BatchTable, batch_title
from .preview import (
    BALANCE,
    ERRORS,
    PARTS,
    lead_of,
    lifecycle_of,
    nothing_to_do,
    shown_row,
    tabs_of,
    total_of,
    twin_of,
)

PAGE_ROWS = 50
#: States in which the preview stands in the database.
PREVIEWED = frozenset({BatchState.AWAITING_CONFIRMATION, BatchState.APPLYING, BatchState.APPLIED})
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
        return (
            super().get_queryset().select_related("file", "uploaded_by").defer("sheets", "balance", "causes")
        )


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
            "is_working": batch.state in (BatchState.UPLOADED, BatchState.APPLYING),
            "twin": twin_of(batch),
            "counts": batch.counts,
        }
        if batch.state in PREVIEWED and batch.counts:
            context |= self._preview(batch)
        return context

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
        }
        if part == BALANCE:
            return context
        if part == ERRORS:
            return context | self._errors(batch)
        page = self._page(self._rows(batch, part))
        wording = Wording.of_rows(page.object_list)
        return context | {"page": page, "rows": [shown_row(row, wording) for row in page.object_list]}

    def _errors(self, batch: ListBatch) -> dict[str, Any]:
        code = self.request.GET.get("cause", "")
        if any(cause["code"] == code for cause in batch.causes):
            page = self._page(batch.problems.filter(code=code).order_by("position"))
            problems = [(p, shown_value(p), shown_problem(p)) for p in page.object_list]
            causes = [c for level in ("error", "warning") for c in shown_causes(batch.causes, level)]
            title = next((cause.title for cause in causes if cause.code == code), code)
            return {"cause": code, "cause_title": title, "page": page, "problems": problems}
        page = self._page(self._rows(batch, Outcome.BLOCKED))
        return {
            "error_causes": shown_causes(batch.causes, "error"),
            "warning_causes": shown_causes(batch.causes, "warning"),
            "page": page,
            "rows": [shown_row(row, Wording()) for row in page.object_list],
            "sheets": batch.sheets,
        }

    def _rows(self, batch: ListBatch, outcome: str) -> QuerySet[BatchRow]:
        rows = (
            batch.rows.filter(outcome=outcome)
            .select_related("commune__parent", "old_commune")
            .order_by("position")
        )
        chosen = self.request.GET.get("commune", "")
        communes = [row["commune"] for row in batch.balance if str(row["commune"]) == chosen]
        return rows.filter(commune=communes[0]) if communes else rows

    def _page(self, rows: Any) -> Any:
        return Paginator(rows, PAGE_ROWS).get_page(self.request.GET.get("page"))


class BatchConfirm(BatchPage, ConfirmPage):
    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")
    template_name = "beneficiaries/batch_confirm.html"
    page_heading = gettext_lazy("Write the list to the register")
    verb = gettext_lazy("Write to the register")
    success_url_name = "beneficiaries:batch_detail"

    @property
    def needs_reason(self) -> bool:  # type: ignore[override]  # asked for only when the brake is on
        return bool(self.object.brakes)

    def get_consequence(self) -> str:
        counts = self.object.counts
        sentences = [
            _("%(new)s households are added, %(changed)s are changed, %(unchanged)s stay as they are.")
            % {key: localize(counts.get(key, 0)) for key in ("new", "changed", "unchanged")}
        ]
        if counts.get("gone"):
            sentences.append(
                ngettext(
                    "%(n)s household no longer listed counts as not poor from %(day)s.",
                    "%(n)s households no longer listed count as not poor from %(day)s.",
                    counts["gone"],
                )
                % {
                    "n": localize(counts["gone"]),
                    "day": date_format(self.object.effective_on, "SHORT_DATE_FORMAT"),
                }
            )
        return " ".join(sentences)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"batch": self.object, "counts": self.object.counts}

    def perform(self, reason: str) -> str:
        batch = workflow.confirm_batch(self.object, actor=self.request.user, reason=reason)
        if batch.state == BatchState.UPLOADED:
            messages.warning(self.request, batch.notice)
            return ""
        return _("Confirmed. The list is being written to the register.")


class BatchReject(BatchPage, ConfirmPage):
    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")
    page_heading = gettext_lazy("Cancel this list")
    verb = gettext_lazy("Cancel this list")
    tone = "danger"
    success_url_name = "beneficiaries:batch_detail"

    def get_consequence(self) -> str:
        n = self.object.counts.get("households", 0)
        return _("The %(n)s households read are dropped. The register stays as it is; the file is kept.") % {
            "n": localize(n)
        }

    def perform(self, reason: str) -> str:
        workflow.reject_batch(self.object, actor=self.request.user, reason=reason)
        return _("The list was cancelled. Nothing was written.")


class BatchReread(BatchPage, ConfirmPage):
    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")
    page_heading = gettext_lazy("Read the file again")
    verb = gettext_lazy("Read the file again")
    consequence = gettext_lazy(
        "The file is read and compared with the register once more. Nothing is written."
    )
    success_url_name = "beneficiaries:batch_detail"

    def perform(self, reason: str) -> str:
        workflow.read_again(self.object, actor=self.request.user)
        return _("The file is being read again.")


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


class RowDecide(FormPage):
    """One household of the list beside those of the register it may be; a person says which."""

    permission_required = ("beneficiaries.view_listbatch", "beneficiaries.import_list")
    template_name = "beneficiaries/row_decide.html"
    form_class = DecisionForm
    object: BatchRow

    def find_subject(self) -> None:
        batches = ListBatch.objects.visible_to(self.request.user)
        rows = BatchRow.objects.filter(batch__in=batches, outcome=Outcome.AMBIGUOUS)
        related = rows.select_related("batch__province", "batch__file", "commune__parent")
        self.object = get_object_or_404(related, pk=self.kwargs["pk"])

    def get_page_heading(self) -> str:
        return _("Which household is %(name)s?") % {"name": self.object.head_name}

    def get_lead(self) -> str:
        return _("Sheet “%(sheet)s”, row %(row)s: %(reasons)s.") % {
            "sheet": self.object.sheet, "row": self.object.row, "reasons": reasons_of(self.object),
        }  # fmt: skip

    def get_breadcrumbs(self) -> list[Crumb]:
        batch = self.object.batch
        address = reverse("beneficiaries:batch_rows", args=[batch.pk])
        return [
            Crumb(str(LIST_CRUMB), reverse("beneficiaries:batch_list")),
            Crumb(batch_title(batch), reverse("beneficiaries:batch_detail", args=[batch.pk])),
            Crumb(_("To be decided"), f"{address}?outcome=ambiguous"),
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        candidates = [c["household"] for c in self.object.candidates if c.get("household")]
        return super().get_form_kwargs() | {"candidates": candidates}

    def form_valid(self, form: Any) -> HttpResponse:
        decision, household_id = form.cleaned_data["decision"]
        workflow.decide_row(
            self.object, decision=decision, household_id=household_id, actor=self.request.user
        )
        waiting = self.object.batch.rows.filter(outcome=Outcome.AMBIGUOUS, decision="").order_by("position")
        following = (
            waiting.filter(position__gt=self.object.position).first()
            or waiting.exclude(pk=self.object.pk).first()
        )
        if decision and following:
            messages.success(
                self.request, _("Noted. %(n)s more to decide.") % {"n": localize(waiting.count())}
            )
            return redirect("beneficiaries:row_decide", following.pk)
        messages.success(self.request, _("Noted."))
        address = reverse("beneficiaries:batch_rows", args=[self.object.batch_id])
        return redirect(f"{address}?outcome=ambiguous")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        households = Household.objects.visible_to(self.request.user).filter(
            pk__in=[c["household"] for c in row.candidates if c.get("household")]
        )
        known = {h.pk: h for h in households.select_related("commune").as_of(timezone.localdate())}
        wording = Wording(
            [row.record.get("commune_code", ""), *(h.commune.code for h in known.values() if h.commune)]
        )
        listed = facts_of(row.record, wording)
        taken = set(
            row.batch.rows.filter(household__in=known).exclude(pk=row.pk).exclude(outcome=Outcome.GONE)
            .values_list("household", flat=True)
        )  # fmt: skip
        columns = []
        for candidate in row.candidates:
            household = known.get(candidate.get("household"))
            if household is not None:
                facts = facts_of(household, wording, poverty_class=household.class_as_of or "")
                columns.append({"household": household, "facts": facts, "taken": household.pk in taken})
        lines = [
            (FIELD_LABELS[name], listed[i], [(c["facts"][i], c["facts"][i] != listed[i]) for c in columns])
            for i, name in enumerate(COMPARED)
        ]
        return super().get_context_data(**kwargs) | {
            "row": row,
            "batch": row.batch,
            "columns": columns,
            "lines": lines,
            "twin": next((c for c in row.candidates if "row" in c), None),
            "members": [member["name"] for member in row.record.get("members", []) if member.get("name")],
            "decided": decision_words(row),
            "same": RowDecision.SAME,
            "undecided": UNDECIDED,
            "open": row.batch.state == BatchState.AWAITING_CONFIRMATION,
        }
