"""What the checked households say about all of them: page and workbook."""

from __future__ import annotations

import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import send_bytes
from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.components import Tab
from smartphone_support.web.views import DetailPage

from ..models import InspectionRound
from ..permits.sampling import may_see_frame
from ..rules.estimates import Estimate
from ..sampling.estimating import Estimates, estimates_of
from ..sampling.strata import merged_words
from .sampling import RoundQuery


class EstimateList(RoundQuery, DetailPage):
    """Every question with its share and interval: overall, of one district, or one question by district."""

    template_name = "inspections/estimate_list.html"
    page_heading = gettext_lazy("Estimates")
    context_object_name = "round"
    lead = gettext_lazy(
        "What the answers of the drawn households say about all households that received support, with the "
        "interval that holds the true share in 95 of 100 samples."
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("checklist_c")

    def has_permission(self) -> bool:
        return may_see_frame(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = estimates_of(self.object)
        if found is None:
            return context | {"found": None}
        asked = self.request.GET
        place = asked.get("district", "") if asked.get("district") in found.districts else ""
        question = next((one for one in found.questions if one.item.code == asked.get("question")), None)
        if question is not None:
            rows = [
                shown(found.districts[code], "", question.districts[code], f"?district={code}")
                for code in found.districts
            ]
            rows.append(shown(_("Whole sample"), "", question.overall, "?", total=True))
        else:
            rows = [
                shown(
                    one.item.text, one.item.code, one.districts[place] if place else one.overall,
                    f"?question={one.item.code}",
                )
                for one in found.questions
            ]  # fmt: skip
        return context | {
            "found": found,
            "question": question,
            "place": found.districts.get(place, ""),
            "rows": rows,
            "tabs": [] if question else _tabs(found, place),
            "merged": _merged(found, question, place),
        }


def _tabs(found: Estimates, place: str) -> list[Tab]:
    counts = {code: max((_behind(one.districts[code]) for one in found.questions), default=0)
              for code in found.districts}  # fmt: skip
    names = {"": _("Whole sample"), **found.districts}
    counts[""] = found.response.answered
    return [
        Tab(name, counts[code], f"?district={code}" if code else "?", code == place)
        for code, name in names.items()
    ]


def _behind(one: Estimate) -> int:
    return one.answers + one.not_applicable


def _merged(found: Estimates, question: Any, place: str) -> list[str]:
    """Strata taken together for any of the shown estimates, each group once."""
    chosen = [question] if question else found.questions
    groups = [one.districts[place].merged if place else one.overall.merged for one in chosen]
    return merged_words(found.places, dict.fromkeys(names for group in groups for names in group))


def shown(name: str, code: str, one: Estimate, url: str, *, total: bool = False) -> dict[str, Any]:
    """An estimate as the page shows it: in per cent, the bar in hundredths of its width."""
    row: dict[str, Any] = {"name": name, "code": code, "one": one, "url": url, "total": total}
    if one.share is None or one.low is None or one.high is None:
        return row
    low, high = 100 * one.low, 100 * one.high
    return row | {
        "share": percent(one.share),
        "interval": f"{percent(one.low)} – {percent(one.high)}",
        "bar": {"low": f"{low:.2f}", "width": f"{max(high - low, 0.6):.2f}", "at": f"{100 * one.share:.2f}"},
    }


def percent(share: float) -> str:
    """One decimal, in the reader's way: 97,4 %."""
    return f"{localize(round(100 * share, 1))} %"


class EstimateExport(EstimateList):
    """All questions, overall and for every district, as a workbook; its download is on the record."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = estimates_of(self.object)
        if found is None:
            raise Http404
        content = write_estimates(self.object, found)
        after = {"draw": found.draw.pk, "answered": found.response.answered}
        record("inspections.inspectionround.export", self.object, actor=request.user, after=after)
        return send_bytes(content, f"Uoc luong - {self.object.name}.xlsx")


#: The workbook is an office paper: its words are Vietnamese whatever the screen's language.
COLUMNS = (
    ("Phạm vi", 24), ("Mã", 7), ("Câu hỏi", 44), ("Tỷ lệ đạt", 11), ("Cận dưới 95 %", 11),
    ("Cận trên 95 %", 11), ("Số hộ trả lời đạt", 11), ("Số hộ trả lời đạt/không đạt", 13),
    ("Không áp dụng", 11), ("Chưa có trả lời", 11), ("Ghi chú", 40),
)  # fmt: skip


def write_estimates(round_: InspectionRound, found: Estimates) -> bytes:
    """The estimates as the content of an .xlsx file: proportions as numbers, empty where nobody answered."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Ước lượng"
    last = len(COLUMNS)
    said = found.response
    write_line(sheet, 1, "ƯỚC LƯỢNG TỪ MẪU KIỂM TRA", last=last, bold=True, size=14)
    write_line(sheet, 2, round_.name, last=last, bold=True)
    write_line(
        sheet, 3, f"Mẫu {said.drawn} hộ, rút từ {found.draw.frame_size} hộ đã nhận hỗ trợ tính đến ngày "
        f"{found.draw.as_of:%d/%m/%Y}; đã kiểm tra {said.answered} hộ, trong đó {said.by_substitutes} hộ dự "
        f"phòng; {said.silent} hộ chưa có kết quả. Không tính các hộ bổ sung theo rủi ro.",
        last=last, italic=True, size=12,
    )  # fmt: skip
    sheet.row_dimensions[3].height = 34
    write_header(sheet, 5, [title for title, _width in COLUMNS])
    set_widths(sheet, [width for _title, width in COLUMNS])
    prepare_print(sheet, header_rows=(5, 5), landscape=True)
    row = 6
    for code, name in {"": "Toàn bộ mẫu", **found.districts}.items():
        for question in found.questions:
            one = question.districts[code] if code else question.overall
            write_row(sheet, row, _cells(found, name, question.item, one), bold=not code)
            for column in (4, 5, 6):
                sheet.cell(row=row, column=column).number_format = "0.0%"
            row += 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(found: Estimates, name: str, item: Any, one: Estimate) -> list[Any]:
    note = " | ".join(merged_words(found.places, one.merged))
    shares = [None if value is None else round(value, 6) for value in (one.share, one.low, one.high)]
    counts = [one.passed, one.answers, one.not_applicable, one.silent]
    return [name, item.code, item.text, *shares, *counts, f"Gộp tầng: {note}" if note else ""]
