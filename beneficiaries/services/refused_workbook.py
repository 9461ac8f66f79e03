"""The refused lines of an update as a workbook in the layout of updates, with the reasons behind each.

Mended, it is uploaded like any update: the reader passes over the columns it does not know.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from smartphone_support.spreadsheets.writing import (
    BAD_FILL,
    fit_height,
    prepare_print,
    set_widths,
    write_cell,
    write_header,
    write_line,
    write_row,
)

from ..choices import LineVerdict, ServiceChange, ServiceKind
from ..models import OperatorReport, OperatorReportLine
from .wording import said

#: The header as operators' own files have it: these words are read back.
HEADER = ("STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ", "Mức hỗ trợ (đồng/tháng)",
          "Biến động", "Ngày hiệu lực", "Lý do")  # fmt: skip
CHANGES = {
    ServiceChange.NEW: "Hỗ trợ mới", ServiceChange.STOPPED: "Ngừng hỗ trợ",
    ServiceChange.LEVEL_CHANGED: "Thay đổi mức", ServiceChange.SUSPENDED: "Tạm dừng",
    ServiceChange.RESTORED: "Khôi phục",
}  # fmt: skip
SERVICES = {ServiceKind.MOBILE: "Di động mặt đất", ServiceKind.FIXED: "Băng rộng cố định"}
WIDTHS = (6, 26, 16, 14, 20, 14, 16, 13, 28, 14, 60)
HEADER_ROW = 3


def line_cells(number: int, line: Any) -> list[Any]:
    """A line's cells in the order of `HEADER`; what was not understood is left empty."""
    return [
        number, line.subscriber_name, line.national_id, line.number, SERVICES.get(line.service, ""),
        line.level, CHANGES.get(line.change, ""), f"{line.on:%d/%m/%Y}" if line.on else "", line.note,
    ]  # fmt: skip


def refused_name(report: OperatorReport) -> str:
    stem = report.file.name.rsplit(".", 1)[0] if report.file else ""
    return _("%(file)s - refused lines.xlsx") % {"file": stem}


def refused_workbook(report: OperatorReport) -> bytes:
    """Every refused line with where it stood and why it was refused."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "CAP NHAT"
    name = report.operator.short_name.upper()
    title = f"{name} - CẬP NHẬT DANH SÁCH ĐƯỢC HỖ TRỢ DỊCH VỤ VIỄN THÔNG CÔNG ÍCH"
    last = len(WIDTHS)
    write_line(sheet, 1, f"{title} THÁNG {report.month:%m/%Y}", last=last, bold=True, size=13)
    write_line(
        sheet, 2, _("Refused lines: mend them by their reasons, and upload this workbook again."),
        last=last, italic=True, size=11,
    )  # fmt: skip
    header = [*HEADER, "Vị trí trong tệp", "Nguyên nhân từ chối"]
    write_header(sheet, HEADER_ROW, header)
    fit_height(sheet, HEADER_ROW, header, WIDTHS)
    columns = {row["name"]: row["columns"] for row in report.sheets}
    lines = report.lines.filter(verdict=LineVerdict.REFUSED).order_by("pk")
    for number, line in enumerate(lines.iterator(2000), 1):
        row = HEADER_ROW + number
        values = [*line_cells(number, line), *_why(line, columns.get(line.sheet, {}))]
        write_row(sheet, row, values)
        fit_height(sheet, row, values, WIDTHS)
        for reason in line.reasons:
            place = _COLUMN.get(reason["field"])
            if place:
                cell = sheet.cell(row=row, column=place)
                if cell.value in (None, "") and reason["value"]:
                    # What the reader did not understand stands in no field of the line.
                    write_cell(sheet, row, place, str(reason["value"]))
                cell.fill = BAD_FILL
    set_widths(sheet, WIDTHS)
    prepare_print(sheet, header_rows=(HEADER_ROW, HEADER_ROW))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


#: Where a field of a line stands in the workbook.
_COLUMN = {
    "subscriber_name": 2,
    "national_id": 3,
    "number": 4,
    "service": 5,
    "level": 6,
    "change": 7,
    "on": 8,
}


def _why(line: OperatorReportLine, columns: dict[str, str]) -> list[str]:
    told = said(line.reasons, columns, in_full=True)
    place = _("sheet %(sheet)s, row %(row)s") % {"sheet": line.sheet, "row": line.row}
    why = [
        f"{one.sentence} ({one.article})" if one.article else one.sentence for one in told if not one.is_note
    ]
    return [place, " ".join(why)]
