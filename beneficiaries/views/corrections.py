"""Mending a list on its page: cells one by one, places once for all their rows, or the workbook sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.errors import Refusal
from smartphone_support.web.views import DetailPage, FormPage

from .. import workflow
from ..choices import BatchState
from ..forms import MendedForm
from ..imports.memory import before_of, said_of
from ..imports.options import Cell
from ..mending.mended_workbook import read_mended
from ..models import ListBatch
from ..presenting import shown_cell
from .batches import PAGE_ROWS, BatchPage
from .layout import IMPORT


class CellsCorrect(BatchPage, View):
    """Cells of the file given another text, several at once."""

    permission_required = IMPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = {
            name.removeprefix("cell-"): str(text)
            for name, text in request.POST.items()
            if name.startswith("cell-") and str(text).strip()
        }
        pks = [int(pk) for pk in typed if pk.isascii() and pk.isdecimal() and len(pk) < 18]
        problems = list(self.object.problems.filter(pk__in=pks).exclude(column=""))
        if len(problems) < len(typed):
            raise Refusal(_("The list was read again meanwhile: look at its cells once more."))
        corrections = {(p.sheet, p.row, p.column): typed[str(p.pk)] for p in problems}
        workflow.correct_cells(self.object, corrections, actor=request.user)
        messages.success(request, corrected_words(len(corrections)))
        return redirect("beneficiaries:batch_detail", self.object.pk)


def corrected_words(number: int) -> str:
    return ngettext(
        "%(n)s cell is corrected; the list is being read again.",
        "%(n)s cells are corrected; the list is being read again.",
        number,
    ) % {"n": localize(number)}


class CommunesChoose(BatchPage, View):
    """Which commune a place as written means, once for all its rows."""

    permission_required = IMPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pairs = zip(request.POST.getlist("place"), request.POST.getlist("commune"), strict=False)
        chosen = {key: code for key, code in pairs if key and code}
        workflow.choose_communes(self.object, chosen, actor=request.user)
        messages.success(
            request,
            ngettext(
                "The commune of %(n)s place is chosen; the list is being read again.",
                "The communes of %(n)s places are chosen; the list is being read again.",
                len(chosen),
            )
            % {"n": localize(len(chosen))},
        )
        return redirect("beneficiaries:batch_detail", self.object.pk)


class Corrections(BatchPage, DetailPage):
    """Every cell and place corrected so far, old and new, each to be taken back."""

    permission_required = IMPORT
    template_name = "beneficiaries/batch_corrections.html"
    context_object_name = "batch"
    page_heading = gettext_lazy("Corrections")
    lead = gettext_lazy("The file stays as it came; these cells and places are read as you said.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        cells = shown_corrections(batch)
        return super().get_context_data(**kwargs) | {
            "page": Paginator(cells, PAGE_ROWS).get_page(self.request.GET.get("page")),
            "places": chosen_places(batch),
            "open": batch.state == BatchState.AWAITING_CONFIRMATION,
            "is_reading": batch.state == BatchState.UPLOADED,
        }


class CorrectionsWithdraw(BatchPage, View):
    """Cells (``cell``: "row|column|sheet", or ``all``) or a ``place`` read as the file has them again."""

    permission_required = IMPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        place = request.POST.get("place", "")
        if place:
            workflow.choose_communes(self.object, {place: ""}, actor=request.user)
        elif "all" in request.POST:
            cells = list(said_of(self.object).corrections)
            workflow.withdraw_corrections(self.object, cells, actor=request.user)
        else:
            cell = _cell_of(request.POST.get("cell", ""))
            workflow.withdraw_corrections(self.object, [cell] if cell else [], actor=request.user)
        messages.success(request, _("Taken back; the list is being read again."))
        return redirect("beneficiaries:batch_detail", self.object.pk)


class MendedUpload(BatchPage, FormPage):
    """The workbook of rows in error, mended in Excel: cells that changed become corrections."""

    permission_required = IMPORT
    form_class = MendedForm
    template_name = "beneficiaries/batch_mended.html"
    page_heading = gettext_lazy("Upload the mended rows")
    lead = gettext_lazy(
        "Download the rows in error, mend their values in Excel, and upload that workbook here. "
        "Cells that were changed become corrections; everything else stays."
    )
    submit_label = gettext_lazy("Take the mended cells over")

    def get_cancel_url(self) -> str:
        return reverse("beneficiaries:batch_detail", args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        if self.object.state != BatchState.AWAITING_CONFIRMATION:
            raise Refusal(_("The list is not open for corrections now."))
        mended = read_mended(form.cleaned_data["file"], self.object)
        if not mended:
            raise Refusal(_("No value of this workbook was changed: mend column E and save it first."))
        workflow.correct_cells(self.object, mended, actor=self.request.user)
        messages.success(self.request, corrected_words(len(mended)))
        return redirect("beneficiaries:batch_corrections", self.object.pk)


def shown_corrections(batch: ListBatch) -> list[dict[str, Any]]:
    """Corrected cells in the order of the file: where, what stood there, what is read."""
    said, before = said_of(batch), before_of(batch)
    sheets = {sheet["name"]: sheet["columns"] for sheet in batch.sheets}
    order = {name: index for index, name in enumerate(sheets)}
    cells = sorted(said.corrections, key=lambda c: (order.get(c[0], 99), c[1], len(c[2]), c[2]))
    return [
        {
            "cell": f"{column}{row}",
            "sheet": sheet,
            "key": f"{row}|{column}|{sheet}",
            "old": shown_cell(sheets.get(sheet, {}).get(column, ""), before.get((sheet, row, column), "")),
            "new": shown_cell(sheets.get(sheet, {}).get(column, ""), said.corrections[sheet, row, column]),
        }
        for sheet, row, column in cells
    ]


def chosen_places(batch: ListBatch) -> list[dict[str, str]]:
    """Places whose commune was chosen, as the file writes them without accents."""
    communes = said_of(batch).communes
    areas = AdministrativeArea.objects.as_of(batch.effective_on).communes_of(batch.province)
    names = {
        area.code: f"{area.name}, {area.parent.name}" if area.parent else area.name
        for area in areas.filter(code__in=communes.values()).select_related("parent")
    }
    shown = []
    for key, code in sorted(communes.items()):
        district, _bar, commune = key.partition("|")
        written = ", ".join(part for part in (commune, district) if part)
        shown.append({"key": key, "written": written, "commune": names.get(code, code)})
    return shown


def _cell_of(text: str) -> Cell | None:
    row, _bar, rest = text.partition("|")
    column, _bar, sheet = rest.partition("|")
    return (sheet, int(row), column) if row.isascii() and row.isdecimal() and len(row) < 9 else None
