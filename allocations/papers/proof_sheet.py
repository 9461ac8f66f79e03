"""The proof sheet of a quota plan as a workbook: inputs, exact shares, remainders, rounds, result."""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)

from ..choices import PlanState
from ..models import QuotaPlan
from .annex import day_in_words

SHEET = "Bảng tính chỉ tiêu"
HEADERS = (
    "Mã", "Huyện, thị xã, thành phố", "Hộ nghèo, cận nghèo", "Hộ đủ điều kiện", "Số máy chính xác",
    "Phần nguyên", "Phần dư", "Thêm theo phần dư", "Vượt mức tối đa", "Được phân bổ",
)  # fmt: skip
_WIDTHS = (7, 30, 12, 12, 14, 10, 16, 12, 12, 12)


def write_proof(plan: QuotaPlan) -> bytes:
    """One block a round of the method, then the quotas; the same figures as on the screen."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = len(HEADERS)
    round_ = plan.round
    write_line(sheet, 1, "BẢNG TÍNH PHÂN BỔ CHỈ TIÊU ĐIỆN THOẠI THÔNG MINH", last=last, bold=True, size=14)
    told = (
        f"{round_.name}: {plan.round_total} máy theo Quyết định số {round_.decision_number} "
        f"{day_in_words(round_.decision_date)} của {round_.issuer}"
    )
    write_line(sheet, 2, told, last=last, size=12)
    if plan.state == PlanState.APPROVED and plan.decision_date:
        decided = f"Phê duyệt tại Quyết định số {plan.decision_number} {day_in_words(plan.decision_date)}"
    else:
        decided = "DỰ THẢO"
    write_line(sheet, 3, decided, last=last, italic=True, size=12)
    rule = (
        "Phương pháp số dư lớn nhất: số máy chính xác = tổng số máy × hộ đủ điều kiện của huyện ÷ tổng hộ "
        "đủ điều kiện; mỗi huyện nhận phần nguyên, số máy còn lại lần lượt cho huyện có phần dư lớn hơn; "
        "bằng nhau thì huyện nhiều hộ hơn, rồi mã huyện nhỏ hơn. Không huyện nào nhận quá số hộ đủ điều kiện."
    )
    write_line(sheet, 4, rule, last=last, size=11, centred=False)
    sheet.row_dimensions[4].height = 46
    write_header(sheet, 6, HEADERS)
    sheet.row_dimensions[6].height = 32
    set_widths(sheet, _WIDTHS)
    prepare_print(sheet, header_rows=(6, 6))
    _write_rounds(sheet, plan)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_rounds(sheet: Worksheet, plan: QuotaPlan) -> None:
    districts = {row["code"]: row for row in plan.inputs["districts"]}
    row, given = 7, 0
    for number, members in groupby(plan.proof, key=lambda proof: proof["round"]):
        if number > 1:
            _put(
                sheet,
                row,
                ["", f"Vòng {number}: phân bổ lại {plan.round_total - given} máy", *[""] * 8],
                bold=True,
            )
            row += 1
        for proof in members:
            place = districts[proof["code"]]
            _put(
                sheet,
                row,
                [
                    proof["code"], place["name"], place["listed"], proof["weight"],
                    proof["exact"].replace(".", ","), proof["floor"],
                    f"{proof['remainder']}/{proof['denominator']}", proof["extra"], proof["cut"],
                    proof["share"],
                ],
            )  # fmt: skip
            given += proof["share"]
            row += 1
    listed = sum(place["listed"] for place in districts.values())
    eligible = sum(place["eligible"] for place in districts.values())
    _put(sheet, row, ["", "Tổng cộng", listed, eligible, "", "", "", "", "", plan.allocated], bold=True)


def _put(sheet: Worksheet, row: int, values: list[Any], *, bold: bool = False) -> None:
    write_row(sheet, row, values, bold=bold)
    for column in range(3, len(HEADERS) + 1):
        sheet.cell(row, column).alignment = Alignment(horizontal="right", vertical="top")


def file_name(plan: QuotaPlan) -> str:
    return f"Bang tinh chi tieu - {plan.round.name} - v{plan.version}.xlsx".replace("/", "-")
