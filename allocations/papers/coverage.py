"""Coverage as a workbook: counts only, no household is named."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from allocations.money.unserved import EARLIER, NO_NEED, STANDINGS, UNDER_WAY, UNSERVED, Coverage
from programs.choices import FundingKind
from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)

#: Its words are Vietnamese whatever the language of the screen: it is a paper of the office.
TITLES = {
    FundingKind.PUBLIC_UTILITY_TELECOM: "Chương trình viễn thông công ích",
    FundingKind.PROVINCIAL_BUDGET: "Ngân sách tỉnh",
    FundingKind.MOBILISED: "Nguồn huy động hợp pháp",
    FundingKind.SOCIALISED: "Nguồn xã hội hóa",
    EARLIER: "Đã có máy từ trước",
    UNDER_WAY: "Trong danh sách đang lập",
    NO_NEED: "Không có nhu cầu",
    UNSERVED: "Chưa được hỗ trợ",
}


def coverage_workbook(rows: Sequence[Coverage], whole: Coverage, on: date) -> bytes:
    """One row a place, one column a standing; the columns add up to the households."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Mức độ bao phủ"
    titles = [
        "STT",
        "Địa bàn",
        "Hộ nghèo, cận nghèo, chính sách",
        *(TITLES[name] for name in STANDINGS),
        "Đã bàn giao",
    ]
    last = len(titles)
    title = "TỔNG HỢP HỖ TRỢ ĐIỆN THOẠI THÔNG MINH CHO HỘ NGHÈO, CẬN NGHÈO VÀ GIA ĐÌNH CHÍNH SÁCH"
    write_line(sheet, 1, title, last=last, bold=True, size=14)
    write_line(sheet, 2, f"(Tính đến ngày {on:%d/%m/%Y})", last=last, italic=True)
    write_header(sheet, 4, titles)
    sheet.row_dimensions[4].height = 48
    for number, row in enumerate(rows, 1):
        write_row(sheet, number + 4, [number, row.area.name, *_figures(row)])
    write_row(sheet, len(rows) + 5, ["", "Tổng cộng", *_figures(whole)], bold=True)
    set_widths(sheet, [6, 30, *[13] * (last - 2)])
    prepare_print(sheet, header_rows=(4, 4))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _figures(row: Coverage) -> list[int]:
    return [row.listed, *(row.of[name] for name in STANDINGS), row.delivered]
