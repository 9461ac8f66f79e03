"""The delivery workbook (phiếu bàn giao) an operator downloads, fills in on the way, and uploads.

Only its own households that still wait are in it. Every row has a key that only this installation can make
and that binds it to the round and the operator; rows may be sorted, hidden, left out or put in several files.

Its words are Vietnamese whatever the language of the screen: it is a paper of the office.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from openpyxl import Workbook
from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from smartphone_support.accounts.models import Organisation
from smartphone_support.spreadsheets.writing import (
    NOTE_FILL,
    lock_but_arrange,
    offer_words,
    prepare_print,
    set_widths,
    write_header,
    write_hidden,
    write_line,
    write_row,
)
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.templatetags.web import masked_id

from ..choices import PaymentMeans, Receiver, SupportForm
from ..models import AllocationRound, Support
from .reasons import WORDS

SHEET = "Phiếu bàn giao"
KEY_SHEET = "_khoa"
KIND = "phieu-ban-giao-1"
_SALT = "allocations.delivery_workbook"

#: Name, header, width and whether the operator writes in it. The reader finds columns by these headers.
COLUMNS = (
    ("number", "STT", 6, False),
    ("key", "Mã dòng", 17, False),
    ("head_name", "Chủ hộ", 24, False),
    ("national_id", "Số CCCD", 15, False),
    ("village", "Thôn", 16, False),
    ("commune", "Xã", 16, False),
    ("district", "Huyện", 16, False),
    ("phone", "Điện thoại", 12, False),
    ("form", "Hình thức hỗ trợ", 16, False),
    ("result", "Kết quả", 14, True),
    ("handed_on", "Ngày bàn giao", 12, True),
    ("receiver", "Người nhận", 18, True),
    ("receiver_name", "Họ tên người nhận", 22, True),
    ("receiver_relation", "Quan hệ với chủ hộ", 14, True),
    ("receiver_national_id", "Số CCCD người nhận", 15, True),
    ("model", "Hãng và kiểu máy", 18, True),
    ("imei", "IMEI", 18, True),
    ("sim_number", "Số SIM", 21, True),
    ("phone_number", "Số thuê bao", 12, True),
    ("package", "Gói cước", 12, True),
    ("invoice_number", "Số hóa đơn", 12, True),
    ("invoice_date", "Ngày hóa đơn", 12, True),
    ("seller", "Bên bán", 18, True),
    ("invoice_amount", "Giá trên hóa đơn", 12, True),
    ("cash_amount", "Số tiền chi trả", 12, True),
    ("payment_means", "Hình thức chi trả", 14, True),
    ("why", "Lý do không giao được", 22, True),
    ("note", "Ghi chú", 20, True),
)
INDEX = {name: index for index, (name, *_rest) in enumerate(COLUMNS, start=1)}
#: Columns the operator writes in.
ANSWERS = tuple(name for name, _title, _width, is_open in COLUMNS if is_open)
#: Written as text, so that no digit is lost.
AS_TEXT = frozenset(
    {
        "imei",
        "sim_number",
        "phone_number",
        "receiver_national_id",
        "invoice_number",
        "handed_on",
        "invoice_date",
    }
)

DELIVERED, NOT_DELIVERED = "delivered", "not_delivered"
RESULT_WORDS = {DELIVERED: "Đã bàn giao", NOT_DELIVERED: "Không giao được"}
RECEIVER_WORDS: dict[Any, str] = {
    Receiver.HEAD: "Chủ hộ",
    Receiver.MEMBER: "Thành viên trong hộ",
    Receiver.AUTHORISED: "Người được ủy quyền",
}
FORM_WORDS: dict[Any, str] = {SupportForm.BUNDLE: "Máy kèm dịch vụ", SupportForm.CASH: "Tiền"}
MEANS_WORDS: dict[Any, str] = {PaymentMeans.CASH: "Tiền mặt", PaymentMeans.TRANSFER: "Chuyển khoản"}
CHOICES: dict[str, dict[Any, str]] = {
    "result": RESULT_WORDS,
    "receiver": RECEIVER_WORDS,
    "payment_means": MEANS_WORDS,
    "why": WORDS,
}
BY_WORD: dict[str, dict[str, str]] = {
    name: {fold(word): str(value) for value, word in words.items()} for name, words in CHOICES.items()
}

_INSTRUCTION = (
    "Điền các cột nền vàng khi bàn giao; hộ chưa bàn giao thì để trống. Ngày ghi dạng 25/03/2024. IMEI gồm "
    "15 chữ số (bấm *#06#). Hộ nhận tiền: điền hóa đơn từ ngày 12/12/2022 và số tiền chi trả. Không giao "
    "được: chọn kết quả và lý do. Được lọc, sắp xếp, ẩn hoặc bỏ bớt dòng. Không sửa cột Mã dòng. Lưu dạng "
    ".xlsx hoặc .ods rồi tải lên."
)
_HEADER_ROW = 6


def row_key(round_id: int, operator_id: int, support_id: int) -> str:
    """A row's key: the support and a code that binds it to the round and the operator."""
    value = f"{round_id}:{operator_id}:{support_id}"
    return f"{support_id}-{salted_hmac(f'{_SALT}.row', value, algorithm='sha256').hexdigest()[:10]}"


def support_of(key: str, round_id: int, operator_id: int) -> int | None:
    """The support a key names, or None where this round and operator never got such a key."""
    number, _dash, _code = key.partition("-")
    if not number.isdecimal() or not number.isascii() or len(number) > 12:
        return None
    expected = row_key(round_id, operator_id, int(number))
    return int(number) if constant_time_compare(expected, key) else None


def waiting_supports(round_: AllocationRound, operator: Organisation, user: Any) -> Any:
    """The households of a workbook: assigned to the operator, waiting, in the order of the way there."""
    rows = Support.objects.visible_to(user).filter(round=round_, operator=operator, state="assigned")
    related = rows.select_related("household", "commune", "district")
    return related.order_by(
        "district__code", "commune__code", "household__village", "household__head_name_key", "pk"
    )


def file_name(round_: AllocationRound, operator: Organisation) -> str:
    return f"Phieu ban giao - {operator.short_name} - {round_.name}".replace("/", "-") + ".xlsx"


def write_delivery_workbook(
    round_: AllocationRound, operator: Organisation, supports: Iterable[Support]
) -> bytes:
    """The workbook as the content of an .xlsx file. Telephone numbers stand whole: they are needed."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = len(COLUMNS)
    write_line(sheet, 1, operator.name.upper(), last=9, bold=True, size=12)
    write_line(
        sheet, 2, "PHIẾU BÀN GIAO ĐIỆN THOẠI THÔNG MINH CHO HỘ ĐƯỢC HỖ TRỢ", last=last, bold=True, size=14
    )
    told = f"{round_.name} (Quyết định {round_.decision_number} ngày {round_.decision_date:%d/%m/%Y})"
    write_line(sheet, 3, told, last=last, size=12)
    write_line(sheet, 4, _INSTRUCTION, last=last, italic=True, size=11, centred=False)
    sheet.row_dimensions[4].height = 34
    write_header(sheet, _HEADER_ROW, [title for _name, title, _width, _open in COLUMNS])
    sheet.row_dimensions[_HEADER_ROW].height = 32
    count = 0
    for count, support in enumerate(supports, start=1):
        _write_support(
            sheet, _HEADER_ROW + count, count, support, row_key(round_.pk, operator.pk, support.pk)
        )
    set_widths(sheet, [width for _name, _title, width, _open in COLUMNS])
    _write_rules(sheet, _HEADER_ROW + 1, _HEADER_ROW + max(1, count))
    prepare_print(sheet, header_rows=(_HEADER_ROW, _HEADER_ROW), freeze_column="D")
    _write_told(book.create_sheet(KEY_SHEET), round_, operator)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_support(sheet: Worksheet, row: int, number: int, support: Support, key: str) -> None:
    household = support.household
    values = {
        "number": number,
        "key": key,
        "head_name": household.head_name,
        "national_id": masked_id(household.national_id),
        "village": household.village,
        "commune": support.commune.name,
        "district": support.district.name,
        "phone": household.phone,
        "form": FORM_WORDS[SupportForm(support.form)],
    }
    write_row(sheet, row, [values.get(name) for name, *_rest in COLUMNS])
    for name, _title, _width, is_open in COLUMNS:
        cell = sheet.cell(row=row, column=INDEX[name])
        if is_open:
            cell.protection = Protection(locked=False)
            cell.fill = NOTE_FILL
        if name in AS_TEXT:
            cell.number_format = "@"
        if name == "number":
            cell.number_format = "0"
            cell.alignment = Alignment(horizontal="center", vertical="top")


def _write_rules(sheet: Worksheet, first: int, last: int) -> None:
    """Drop-downs, the lock and the filter."""
    for name, words in CHOICES.items():
        letter = get_column_letter(INDEX[name])
        offer_words(sheet, f"{letter}{first}:{letter}{last}", list(words.values()), allow_blank=True)
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{get_column_letter(len(COLUMNS))}{last}"
    lock_but_arrange(sheet)


def _write_told(sheet: Worksheet, round_: AllocationRound, operator: Organisation) -> None:
    """Which workbook it is: only to say so in words when it comes back to another round or operator."""
    told = {
        "loai": KIND,
        "dot": str(round_.pk),
        "ten_dot": round_.name,
        "doanh_nghiep": str(operator.pk),
        "ten": operator.name,
    }
    write_hidden(sheet, told.items())
