"""The proof sheet of a quota plan: as a workbook, its sentences for the screen, and its inputs as a CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import translation
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from smartphone_support.spreadsheets.writing import (
    prepare_print,
    safe_text,
    set_widths,
    write_header,
    write_line,
    write_row,
)

from ..choices import DeviceKind, Method, PlanState, WeightBasis
from ..models import QuotaPlan
from ..rules.apportionment_inputs import Basis
from ..rules.apportionment_words import CAPS, HOW, RECOMPUTE, TIES, WEIGHED
from .annex import day_in_words

SHEET = "Bảng tính chỉ tiêu"
_PLACE = ("Mã", "Huyện, thị xã, thành phố", "Hộ trong danh sách", "Hộ đủ điều kiện", "Trọng số")
_AVERAGES = (
    "Đã có từ vòng trước", "Được trong vòng", "Thứ tự máy đầu – cuối", "Thương của máy cuối",
    "Thương của máy kế tiếp",
)  # fmt: skip
#: Method → headings of its own figures, between the place and the result.
FIGURES: dict[str, tuple[str, ...]] = {
    Method.LARGEST_REMAINDER: ("Số máy chính xác", "Phần nguyên", "Phần dư", "Thêm theo phần dư"),
    Method.SAINTE_LAGUE: _AVERAGES,
    Method.DHONDT: _AVERAGES,
    Method.EQUAL: ("Đã có từ vòng trước", "Phần bằng nhau", "Thêm từ số còn lẻ"),
    Method.MANUAL: ("Số máy chính xác", "Chênh lệch"),
}
_RESULT = ("Tối đa", "Vượt mức tối đa", "Được phân bổ")
#: Device → what the sheet's title calls it.
DEVICES: dict[str, str] = {
    DeviceKind.SMARTPHONE: "ĐIỆN THOẠI THÔNG MINH",
    DeviceKind.TABLET: "MÁY TÍNH BẢNG",
    DeviceKind.CASH: "HỖ TRỢ BẰNG TIỀN",
}
#: Stands behind the name of a district where figures were equal.
TIED = "*"


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What stands around the figures: what is shared out how, and how to compute it again."""

    told: str
    basis_reason: str
    sentences: list[str]
    recompute: str
    command: str


def plan_words(plan: QuotaPlan) -> PlanWords:
    """The plan's explanation in the language of the moment."""
    basis = Basis.from_dict(plan.inputs.get("basis"))
    told = _("%(total)s devices, shared out by “%(method)s” as of %(day)s.") % {
        "total": localize(plan.round_total),
        "method": plan.get_method_display(),
        "day": date_format(plan.round.decision_date, "SHORT_DATE_FORMAT"),
    }
    weighed = str(WEIGHED[basis.kind])
    if basis.kind == WeightBasis.CLASSES:
        factors = _("Poor ×%(poor)s, near-poor ×%(near_poor)s, others ×%(other)s.") % {
            "poor": basis.poor, "near_poor": basis.near_poor, "other": basis.other,
        }  # fmt: skip
        weighed = f"{weighed} {factors}"
    sentences = [weighed, str(HOW[plan.method])]
    if plan.method != Method.MANUAL:
        sentences += [str(CAPS), str(TIES)]
    return PlanWords(told, basis.reason, sentences, str(RECOMPUTE), command(plan))


def command(plan: QuotaPlan) -> str:
    """What recomputes the plan from its downloaded inputs."""
    return (
        f"python manage.py apportion --seats {plan.round_total} --method {plan.method} --caps --json "
        f'< "{inputs_file_name(plan)}"'
    )


def write_inputs(plan: QuotaPlan) -> bytes:
    """Code, weight, cap, quota and name of each district; the first four are what the command reads."""
    quotas = dict(plan.quotas.values_list("district__code", "quota"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["code", "weight", "cap", "quota", "name"])
    for row in plan.inputs["districts"]:
        code = row["code"]
        writer.writerow([code, row["weight"], row["cap"], quotas.get(code, 0), safe_text(row["name"])])
    # The mark tells spreadsheet programs that the names are UTF-8.
    return out.getvalue().encode("utf-8-sig")


def write_proof(plan: QuotaPlan) -> bytes:
    """One block a round of the method, then the quotas; the same figures as on the screen."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    figures = FIGURES[plan.method]
    headers = (*_PLACE, *figures, *_RESULT)
    last = len(headers)
    title = f"BẢNG TÍNH PHÂN BỔ CHỈ TIÊU {DEVICES[plan.round.device_kind]}"
    write_line(sheet, 1, title, last=last, bold=True, size=14)
    round_ = plan.round
    wave = f", lần {plan.wave}" if plan.wave > 1 else ""
    told = (
        f"{round_.name}{wave}: {localize(plan.round_total)} máy theo Quyết định số {round_.decision_number} "
        f"{day_in_words(round_.decision_date)} của {round_.issuer}"
    )
    write_line(sheet, 2, told, last=last, size=12)
    if plan.state == PlanState.APPROVED and plan.decision_date:
        decided = f"Phê duyệt tại Quyết định số {plan.decision_number} {day_in_words(plan.decision_date)}"
    else:
        decided = "DỰ THẢO"
    write_line(sheet, 3, decided, last=last, italic=True, size=12)
    with translation.override("vi"):
        words = plan_words(plan)
        method = plan.get_method_display()
    reasons = [f"Lý do: {reason}" for reason in (plan.method_reason, words.basis_reason) if reason]
    lines = [f"Phương pháp: {method}.", *words.sentences, *reasons]
    write_line(sheet, 4, " ".join(lines), last=last, size=11, centred=False)
    sheet.row_dimensions[4].height = 80
    write_header(sheet, 6, headers)
    sheet.row_dimensions[6].height = 46
    set_widths(sheet, (7, 28, 11, 11, 11, *[15] * len(figures), 10, 10, 11))
    prepare_print(sheet, header_rows=(6, 6))
    row = _write_rounds(sheet, plan, last)
    _write_foot(sheet, plan, words, row + 1, last)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_rounds(sheet: Worksheet, plan: QuotaPlan, last: int) -> int:
    """The blocks of the rounds and the sum; returns the first row after them."""
    districts = {row["code"]: row for row in plan.inputs["districts"]}
    row, given = 7, 0
    for number, members in groupby(plan.proof, key=lambda proof: proof["round"]):
        if number > 1:
            again = f"Vòng {number}: phân bổ lại {localize(plan.round_total - given)} máy"
            _put(sheet, row, ["", again, *[""] * (last - 2)], bold=True)
            row += 1
        for proof in members:
            place = districts[proof["code"]]
            name = f"{place['name']} {TIED}" if proof["tie"] else place["name"]
            values = [proof["code"], name, place["listed"], place["eligible"], proof["weight"]]
            cap = "" if proof["cap"] is None else proof["cap"]
            _put(
                sheet, row, [*values, *_figures(plan.method, proof), cap, proof["cut"] or "", proof["share"]]
            )
            given += proof["share"]
            row += 1
    sums = [sum(place[name] for place in districts.values()) for name in ("listed", "eligible", "weight")]
    _put(sheet, row, ["", "Tổng cộng", *sums, *[""] * (last - 6), plan.allocated], bold=True)
    return row + 1


def _figures(method: str, proof: dict[str, Any]) -> list[Any]:
    if method == Method.LARGEST_REMAINDER:
        part = f"{proof['remainder']}/{proof['denominator']}"
        return [_comma(proof["exact"]), proof["floor"], part, proof["extra"] or ""]
    if method == Method.EQUAL:
        return [proof["held"], proof["whole"], proof["extra"] or ""]
    if method == Method.MANUAL:
        return [_comma(proof["exact"]), _comma(proof["difference"])]
    order = last = ""
    if proof["won"]:
        order = f"{proof['first']} – {proof['last']}"
        last = f"{proof['weight']} ÷ {proof['divisor']} = {_comma(proof['quotient'])}"
    following = f"{proof['weight']} ÷ {proof['next_divisor']} = {_comma(proof['next_quotient'])}"
    return [proof["held"], proof["won"], order, last, following]


def _write_foot(sheet: Worksheet, plan: QuotaPlan, words: PlanWords, row: int, last: int) -> None:
    """What the mark of ties means, and how anybody computes the sheet again."""
    lines = []
    if any(proof["tie"] for proof in plan.proof):
        lines.append(f"{TIED} Số bằng nhau: huyện có trọng số lớn hơn trước, rồi mã huyện nhỏ hơn.")
    if plan.method in (Method.SAINTE_LAGUE, Method.DHONDT):
        lines.append(
            "Kiểm tra: trong mỗi vòng, không thương của máy kế tiếp nào lớn hơn thương của máy cuối ở bất kỳ "
            "huyện nào; vì vậy không máy nào lẽ ra thuộc về huyện khác."
        )
    lines += [words.recompute, words.command]
    for line in lines:
        write_line(sheet, row, line, last=last, size=11, centred=False)
        sheet.row_dimensions[row].height = 32
        row += 1


def _comma(figure: str) -> str:
    return figure.replace(".", ",")


def _put(sheet: Worksheet, row: int, values: list[Any], *, bold: bool = False) -> None:
    write_row(sheet, row, values, bold=bold)
    for column in range(3, len(values) + 1):
        sheet.cell(row, column).alignment = Alignment(horizontal="right", vertical="top")


def _name(plan: QuotaPlan) -> str:
    wave = f" - lan {plan.wave}" if plan.wave > 1 else ""
    return f"{plan.round.name}{wave} - v{plan.version}".replace("/", "-").replace('"', "")


def file_name(plan: QuotaPlan) -> str:
    return f"Bang tinh chi tieu - {_name(plan)}.xlsx"


def inputs_file_name(plan: QuotaPlan) -> str:
    return f"So lieu dau vao - {_name(plan)}.csv"
