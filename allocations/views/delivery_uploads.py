"""Delivery workbooks: out to the operator, back again, looked at row by row, recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.household.readings import note_export
from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.web.components import Crumb, Tab
from smartphone_support.web.steps import StepPage
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..delivery.forms import DeliveryWorkbookForm, operators_of
from ..delivery.judging import HAND_OVER, HOLD, PROBLEM, SAME, UNDELIVERABLE
from ..delivery.reading import receive_delivery_upload
from ..delivery.reasons import WORDS
from ..delivery.workbook import file_name, waiting_supports, write_delivery_workbook
from ..models import AllocationRound, DeliveryUpload
from ..permits.delivery import DELIVER, is_operator, may_apply_delivery, may_upload_delivery
from ..workflow.uploads import CHANGING, apply_delivery_upload, discard_delivery_upload
from .delivery import delivery_crumbs, rounds_of_supports

#: Outcome → its words and tone.
OUTCOMES: dict[str, tuple[Any, str]] = {
    PROBLEM: (gettext_lazy("To mend"), "bad"),
    HAND_OVER: (gettext_lazy("Handed over"), "ok"),
    UNDELIVERABLE: (gettext_lazy("Not delivered"), "wait"),
    HOLD: (gettext_lazy("Goes on hold"), "bad"),
    SAME: (gettext_lazy("Recorded already"), "idle"),
}


class WorkbookPage(PermissionMixin):
    """A round and one operator's workbook of it: the own one, or `?operator=` for the department."""

    model = AllocationRound
    operator: Organisation | None = None

    def get_queryset(self) -> Any:
        return rounds_of_supports(self.request.user).select_related("program__province")

    def has_permission(self) -> bool:
        user: Any = self.request.user
        if not user.has_perm(DELIVER) or user.district is not None:
            return False
        wanted = user.organisation.pk if is_operator(user) else self.request.GET.get("operator", "")
        if wanted:
            key = int(wanted) if str(wanted).isdecimal() and len(str(wanted)) < 12 else 0
            self.operator = get_object_or_404(operators_of(user), pk=key)
            return may_upload_delivery(user, self.object, self.operator)
        return True

    def get_breadcrumbs(self) -> list[Crumb]:
        return delivery_crumbs()

    def choose_operator(self) -> HttpResponse:
        messages.info(self.request, _("Choose the operator whose workbook it is."))
        return redirect("allocations:delivery_home")


class DeliveryWorkbook(WorkbookPage, DetailPage):
    """The workbook as it stands now; its download is on the record, with the telephone numbers in it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.operator is None:
            return self.choose_operator()
        supports = waiting_supports(self.object, self.operator, request.user)
        if not supports:
            messages.info(request, _("No household of this round waits for a hand-over."))
            return redirect("allocations:delivery_home")
        content = write_delivery_workbook(self.object, self.operator, supports)
        note_export(Household.objects.filter(supports__in=supports.order_by().values("pk")), request.user)
        after = {
            "operator": self.operator.short_name,
            "households": len(supports),
            "full_phone_numbers": True,
        }
        record("allocations.support.download", self.object, actor=request.user, after=after)
        return send_bytes(content, file_name(self.object, self.operator))


class DeliveryUploadCreate(WorkbookPage, FormPage):
    """Give a filled-in workbook back; what it would record is shown first."""

    form_class = DeliveryWorkbookForm
    page_heading = gettext_lazy("Upload the delivery workbook")
    submit_label = gettext_lazy("Read the workbook")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.choose_operator() if self.operator is None else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.choose_operator() if self.operator is None else super().post(request, *args, **kwargs)

    def get_lead(self) -> str:
        if self.operator is None:
            return ""
        return _("%(round)s, %(operator)s. Nothing is recorded before you have seen and confirmed it.") % {
            "round": self.object.name,
            "operator": self.operator.short_name,
        }

    def get_cancel_url(self) -> str:
        return reverse("allocations:delivery_home")

    def form_valid(self, form: Any) -> HttpResponse:
        operator: Any = self.operator
        upload = receive_delivery_upload(
            self.object, operator, form.cleaned_data["file"], actor=self.request.user
        )
        return redirect("allocations:delivery_upload_detail", pk=upload.pk)


class UploadPage(PermissionMixin):
    model = DeliveryUpload
    success_url_name = "allocations:delivery_upload_detail"

    def get_queryset(self) -> Any:
        related = ("round__program__province", "operator", "file", "uploaded_by")
        return super().get_queryset().select_related(*related)

    def get_breadcrumbs(self) -> list[Crumb]:
        return delivery_crumbs()


class DeliveryUploadDetail(UploadPage, DetailPage):
    """What an uploaded workbook would record, row by row, or why not."""

    template_name = "allocations/delivery_upload.html"
    context_object_name = "upload"
    page_heading = gettext_lazy("Check the delivery workbook")

    def has_permission(self) -> bool:
        return may_apply_delivery(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upload, path = self.object, self.request.path
        counts = upload.counts
        present = [name for name in OUTCOMES if counts.get(name)]
        wanted = self.request.GET.get("part", "")
        current = wanted if wanted in present else (present[0] if present else PROBLEM)
        tabs = [
            Tab(
                str(words),
                counts[name],
                f"{path}?part={name}",
                name == current,
                "bad" if tone == "bad" else "",
            )
            for name, (words, tone) in OUTCOMES.items()
            if name in present
        ]
        changing = sum(counts.get(name, 0) for name in CHANGING)
        return super().get_context_data(**kwargs) | {
            "tabs": tabs,
            "rows": [shown_row(row) for row in upload.rows if row["outcome"] == current],
            "current": current,
            "counts": counts,
            "changing": changing,
            "confirmable": upload.is_open and changing,
            "again": reverse("allocations:delivery_upload", args=[upload.round_id])
            + f"?operator={upload.operator_id}",
        }


def shown_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the page shows it: what it would record in words."""
    facts = row.get("facts") or {}
    said = [facts.get("imei"), facts.get("package"), facts.get("phone_number")]
    if facts.get("cash_amount"):
        said += [
            _("%(amount)s VND") % {"amount": localize(facts["cash_amount"])},
            facts.get("invoice_number"),
        ]
    day = facts.get("handed_on") or ""
    if day:
        year, month, date = day.split("-")
        said.insert(0, f"{date}/{month}/{year}")
    if row["outcome"] == UNDELIVERABLE:
        said = [WORDS.get(row["why"], ""), row.get("note", "")]
    words, tone = OUTCOMES[row["outcome"]]
    return row | {
        "said": " · ".join(part for part in said if part),
        "words": words,
        "tone": tone,
        "where": row.get("title") or row.get("column") or "",
    }


class DeliveryUploadConfirm(UploadPage, StepPage):
    may = may_apply_delivery
    page_heading = gettext_lazy("Record what the workbook says")
    verb = gettext_lazy("Record the rows")

    def get_consequence(self) -> str:
        counts = self.object.counts
        parts = [
            ngettext(
                "%(count)s hand-over is recorded.", "%(count)s hand-overs are recorded.", counts[HAND_OVER]
            )
            % {"count": localize(counts[HAND_OVER])}
        ]
        if counts[UNDELIVERABLE]:
            parts.append(
                _("%(count)s households are reported as not delivered.")
                % {"count": localize(counts[UNDELIVERABLE])}
            )
        if counts[HOLD]:
            parts.append(
                _("%(count)s households go on hold for the department.") % {"count": localize(counts[HOLD])}
            )
        if counts[PROBLEM]:
            parts.append(
                _("%(count)s rows stay out until they are mended.") % {"count": localize(counts[PROBLEM])}
            )
        return " ".join(parts)

    def get_success_url(self) -> str:
        return reverse("allocations:delivery_upload_detail", args=[self.object.pk])

    def perform(self, reason: str) -> str:
        apply_delivery_upload(self.object, actor=self.request.user)
        return _("The workbook is recorded.")


class DeliveryUploadDiscard(UploadPage, StepPage):
    may = may_apply_delivery
    page_heading = gettext_lazy("Discard the upload")
    verb = gettext_lazy("Discard the upload")
    consequence = gettext_lazy("The workbook is put aside; nothing was recorded.")

    def get_success_url(self) -> str:
        return reverse("allocations:delivery_home")

    def perform(self, reason: str) -> str:
        discard_delivery_upload(self.object, actor=self.request.user)
        return _("The upload is discarded; nothing was recorded.")
