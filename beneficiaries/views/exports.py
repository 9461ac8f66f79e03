"""The register as a file: in which format, with which numbers and why; long ones from a page of their own."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from smartphone_support.documents.storing import plain_name, send
from smartphone_support.spreadsheets.streaming import FORMATS
from smartphone_support.web.components import Crumb
from smartphone_support.web.views import DetailPage, FormPage, PermissionMixin

from ..exports import exporting
from ..forms import ExportForm
from ..models import Household, RegisterExport
from .households import REGISTER


class HouseholdExport(FormPage):
    """Asks for format and numbers, then sends the households the list shows; it is on the record."""

    model = Household
    permission_required = ("beneficiaries.view_household", "beneficiaries.export_household")
    form_class = ExportForm
    page_heading = gettext_lazy("Export the register")
    submit_label = gettext_lazy("Export")

    def get_lead(self) -> str:
        number = exporting.export_rows(self.request.GET.urlencode(), self.request.user)[0].count()
        return _("%(n)s households, as the list shows them. Your name, the time and the filters stay on the "
                 "record.") % {"n": f"{number:,}".replace(",", ".")}  # fmt: skip

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(REGISTER), reverse("beneficiaries:household_list"))]

    def get_cancel_url(self) -> str:
        return f"{reverse('beneficiaries:household_list')}?{self.request.GET.urlencode()}"

    def get_form_kwargs(self) -> dict[str, Any]:
        may_reveal = self.request.user.has_perm("beneficiaries.reveal_identity")
        return super().get_form_kwargs() | {"may_reveal": may_reveal}

    def form_valid(self, form: Any) -> HttpResponse:
        order = exporting.Order(
            file_format=form.cleaned_data["file_format"],
            filters=self.request.GET.urlencode(),
            is_full=form.cleaned_data.get("is_full", False),
            reason=form.cleaned_data.get("reason", "").strip(),
        )
        rows = exporting.export_rows(order.filters, self.request.user)[0]
        if rows.count() > exporting.AT_ONCE:
            export = exporting.start_export(order, actor=self.request.user)
            return redirect("beneficiaries:export_detail", export.pk)
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        _written, name = exporting.write_export(target, order, actor=self.request.user)
        target.seek(0)
        response = FileResponse(target, as_attachment=True, filename=plain_name(name))
        response["Content-Type"] = FORMATS[order.file_format][1]
        return response  # type: ignore[return-value]  # a response all the same


class ExportPage(PermissionMixin):
    model = RegisterExport
    permission_required: str | tuple[str, ...] = "beneficiaries.export_household"
    object: RegisterExport

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("job", "file", "owner")


class ExportDetail(ExportPage, DetailPage):
    """How far a long export is, and the file once it is there."""

    template_name = "beneficiaries/export_detail.html"
    context_object_name = "export"
    page_heading = gettext_lazy("Export of the register")
    lead = gettext_lazy("The file is written in the background; it can be fetched here for one day.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(REGISTER), reverse("beneficiaries:household_list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"until": self.object.created_at + exporting.KEPT}


class ExportFile(ExportPage, View):
    """The file, for whoever asked for it, as long as it is kept."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = self.object.file
        if stored is None or self.object.created_at + exporting.KEPT < timezone.now():
            raise Http404
        if self.object.is_full and not request.user.has_perm("beneficiaries.reveal_identity"):
            raise PermissionDenied
        return send(stored)
