"""The review workbook (phiếu rà soát) a district downloads, answers in Excel or LibreOffice, and uploads.

Only its own list is in it, ranked. The answer columns are open, the rest is locked without a password:
the lock is a courtesy, the keys are the protection. Every row has a key that only this installation
can make, and a hidden sheet names the list and its version under a signature over all keys. The last column
repeats a part of the key, so that columns sorted apart from each other are noticed. A second sheet takes the
households the district found in the field.

Its words are Vietnamese whatever the language of the screen: it is a paper of the office.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from beneficiaries.choices import Gender
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
from smartphone_support.web.templatetags.web import masked_id

from ..choices import Decision, SupportForm
from ..models import DistrictList, ListLine
from .form_words import BUNDLE_WORDS, EARLIER_CASH_WORDS, FormWords

SHEET = "Phiếu rà soát"
KEY_SHEET = "_khoa"
KIND = "phieu-ra-soat-1"
_SALT = "allocations.review_workbook"

#: Header, width and whether the district writes in it. The reader finds columns by these headers.
COLUMNS = (
    ("number", "STT", 6, False),
    ("key", "Mã dòng", 17, False),
    ("head_name", "Chủ hộ", 25, False),
    ("birth_year", "Năm sinh", 7, False),
    ("gender", "Giới tính", 7, False),
    ("national_id", "Số CCCD", 15, False),
    ("village", "Thôn", 17, False),
    ("commune", "Xã", 17, False),
    ("poverty_class", "Diện", 16, False),
    ("priority", "Ưu tiên", 7, False),
    ("has_need", "Có nhu cầu?", 10, True),
    ("decision", "Ý kiến huyện", 12, True),
    ("reason", "Lý do", 24, True),
    ("support_form", "Hình thức hỗ trợ", 18, True),
    ("note", "Ghi chú", 18, True),
    ("verdict_reason", "Ý kiến của Sở", 20, False),
    ("mark", "Mã đối chiếu", 8, False),
)
INDEX = {name: index for index, (name, *_rest) in enumerate(COLUMNS, start=1)}
#: The second sheet, for households that are not on the list: one a row, nothing of it locked.
ADDED_SHEET = "Hộ bổ sung"
ADDED_COLUMNS = (
    ("number", "STT", 6),
    ("head_name", "Họ và tên chủ hộ", 27),
    ("birth_year", "Năm sinh", 9),
    ("national_id", "Số CCCD", 16),
    ("village", "Thôn", 18),
    ("commune", "Xã", 18),
    ("has_need", "Có nhu cầu?", 10),
    ("decision", "Ý kiến huyện", 13),
    ("support_form", "Hình thức hỗ trợ", 19),
    ("reason", "Lý do bổ sung", 28),
    ("note", "Ghi chú", 20),
)
ADDED_INDEX = {name: index for index, (name, *_rest) in enumerate(ADDED_COLUMNS, start=1)}
ADDED_FIRST_ROW = 5
_ADDED_ROWS = 40

DECISION_WORDS: dict[Any, str] = {Decision.KEEP: "Giữ", Decision.RESERVE: "Dự phòng", Decision.DROP: "Loại"}
#: As every workbook said before it named its round's level; what one of today says: `form_words`.
FORM_WORDS: dict[Any, str] = {SupportForm.BUNDLE: BUNDLE_WORDS, SupportForm.CASH: EARLIER_CASH_WORDS}
NEED_WORDS: dict[Any, str] = {True: "Có", False: "Không", None: ""}
GENDER_WORDS = {Gender.MALE: "Nam", Gender.FEMALE: "Nữ", "": ""}
CLASS_WORDS = {"poor": "Nghèo", "near_poor": "Cận nghèo"}

_INSTRUCTION = (
    "Điền các cột nền vàng. Ý kiến huyện: Giữ, Dự phòng hoặc Loại; Loại phải ghi lý do. Số hộ Giữ không vượt "
    "chỉ tiêu. Được lọc, ẩn dòng, chèn thêm cột; muốn sắp xếp thì bỏ bảo vệ trang tính (không có mật khẩu). "
    "Không sửa cột Mã dòng, không xóa dòng. Hộ chưa có trong danh sách: ghi ở trang “Hộ bổ sung”. Lưu dạng "
    ".xlsx hoặc .ods rồi tải lên hệ thống."
)
_ADDED_INSTRUCTION = (
    "Mỗi hộ một dòng: họ tên chủ hộ, năm sinh, số CCCD (nếu có), thôn, xã. Ý kiến huyện: Giữ hoặc Dự phòng; "
    "để trống là Dự phòng. Hệ thống đối chiếu với sổ hộ nghèo, hộ cận nghèo và xếp hộ đủ điều kiện vào thứ "
    "tự ưu tiên; hộ chưa có trong sổ được chuyển cho cơ quan quản lý sổ hộ."
)
_ANSWER_FILL = NOTE_FILL
_HEADER_ROW = 8


def row_key(district_list: DistrictList, line_id: int, version: int | None = None) -> str:
    """A row's key: the line and a code that binds it to this list and version (None: the present one)."""
    value = f"{district_list.pk}:{version or district_list.version}:{line_id}"
    return f"{line_id}-{salted_hmac(f'{_SALT}.row', value, algorithm='sha256').hexdigest()[:10]}"


def mark_of(key: str) -> str:
    """What the last column repeats of a row's key; a letter before it, lest it be taken for a number."""
    return f"K{key[-4:]}"


def identity(district_list: DistrictList) -> dict[str, str]:
    """What the hidden sheet says of the workbook."""
    return {
        "loai": KIND,
        "danh_sach": str(district_list.pk),
        "phien_ban": str(district_list.version),
        "huyen": district_list.district.name,
        "ma_huyen": district_list.district.code,
        "dot": district_list.round.name,
        "ma_dot": str(district_list.round_id),
    }


def signature(told: dict[str, str], keys: Iterable[str]) -> str:
    """HMAC over the hidden sheet and every row's key, whatever their order."""
    text = "\n".join([*(f"{name}={told[name]}" for name in sorted(told)), *sorted(keys)])
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def is_signed(told: dict[str, str], keys: Iterable[str], given: str) -> bool:
    return constant_time_compare(signature(told, keys), given)


def file_name(district_list: DistrictList) -> str:
    wave = [f"lan {district_list.wave}"] if district_list.wave > 1 else []
    round_name, version = district_list.round.name, f"v{district_list.version}"
    parts = ["Phieu ra soat", district_list.district.name, round_name, *wave, version]
    return " - ".join(parts).replace("/", "-") + ".xlsx"


def write_review_workbook(district_list: DistrictList) -> bytes:
    """The list's workbook as it stands now, as the content of an .xlsx file."""
    lines = list(district_list.lines.select_related("commune").order_by("position"))
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    _write_heading(sheet, district_list)
    write_header(sheet, _HEADER_ROW, [title for _name, title, _width, _open in COLUMNS])
    sheet.row_dimensions[_HEADER_ROW].height = 32
    keys = []
    forms = FormWords.of(district_list.round)
    for offset, line in enumerate(lines, start=1):
        key = row_key(district_list, line.pk)
        keys.append(key)
        _write_line(sheet, _HEADER_ROW + offset, line, key, forms)
    set_widths(sheet, [width for _name, _title, width, _open in COLUMNS])
    _write_rules(sheet, _HEADER_ROW + 1, _HEADER_ROW + max(1, len(lines)), forms)
    prepare_print(sheet, header_rows=(_HEADER_ROW, _HEADER_ROW), freeze_column="D")
    _write_added_sheet(book.create_sheet(ADDED_SHEET), forms)
    _write_keys(book.create_sheet(KEY_SHEET), identity(district_list), keys)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_heading(sheet: Worksheet, district_list: DistrictList) -> None:
    last, half = len(COLUMNS), 7
    round_ = district_list.round
    write_line(
        sheet, 1, f"ỦY BAN NHÂN DÂN {district_list.district.name}".upper(), last=half, bold=True, size=12
    )
    write_line(sheet, 1, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", first=half + 1, last=last, bold=True, size=12)
    write_line(sheet, 2, "Độc lập - Tự do - Hạnh phúc", first=half + 1, last=last, bold=True, size=13)
    title = "PHIẾU RÀ SOÁT DANH SÁCH HỘ ĐƯỢC HỖ TRỢ ĐIỆN THOẠI THÔNG MINH"
    write_line(sheet, 4, title, last=last, bold=True, size=14)
    wave = f", lần {district_list.wave}" if district_list.wave > 1 else ""
    told = (
        f"{district_list.district.name} · {round_.name}{wave} (Quyết định {round_.decision_number} ngày "
        f"{round_.decision_date:%d/%m/%Y}) · Chỉ tiêu {district_list.quota} hộ · Phiên bản "
        f"{district_list.version}"
    )
    write_line(sheet, 5, told, last=last, size=12)
    write_line(sheet, 6, _INSTRUCTION, last=last, italic=True, size=11, centred=False)
    sheet.row_dimensions[6].height = 34


def class_words(snapshot: dict[str, object]) -> str:
    """ "Nghèo · có công · CSXH": class and policy status as the list prints them."""
    words = [CLASS_WORDS.get(str(snapshot.get("poverty_class")), "")]
    words += ["có công"] if snapshot.get("merit") else []
    words += ["CSXH"] if snapshot.get("social_policy") else []
    return " · ".join(word for word in words if word)


def _write_line(sheet: Worksheet, row: int, line: ListLine, key: str, forms: FormWords) -> None:
    facts = line.snapshot
    # A line opened before its round's form was asked for says the usual one; coming back, that is a change.
    form = line.support_form if line.support_form in forms.given else forms.usual
    values = {
        "number": line.position,
        "key": key,
        "head_name": facts.get("head_name", ""),
        "birth_year": facts.get("birth_year"),
        "gender": GENDER_WORDS.get(facts.get("gender", ""), ""),
        "national_id": masked_id(facts.get("national_id")),
        "village": facts.get("village", ""),
        "commune": line.commune.name,
        "poverty_class": class_words(facts),
        "priority": line.priority,
        "has_need": NEED_WORDS[line.has_need],
        "decision": DECISION_WORDS[Decision(line.decision)],
        "reason": line.reason,
        "support_form": forms.word(form),
        "note": line.note,
        "verdict_reason": line.verdict_reason,
        "mark": mark_of(key),
    }
    write_row(sheet, row, [values[name] for name, *_rest in COLUMNS])
    for name, _title, _width, is_open in COLUMNS:
        cell = sheet.cell(row=row, column=INDEX[name])
        if is_open:
            cell.protection = Protection(locked=False)
            cell.fill = _ANSWER_FILL
        if name in {"birth_year", "number", "priority"}:
            cell.number_format = "0"
            cell.alignment = Alignment(horizontal="center", vertical="top")


def _write_rules(sheet: Worksheet, first: int, last: int, forms: FormWords) -> None:
    """Drop-downs, the lock, the filter, and red for a dropped row that lacks its reason."""
    for name, words in (
        ("has_need", [NEED_WORDS[True], NEED_WORDS[False]]),
        ("decision", list(DECISION_WORDS.values())),
        ("support_form", forms.offered),
    ):
        letter = get_column_letter(INDEX[name])
        offer_words(sheet, f"{letter}{first}:{letter}{last}", words, allow_blank=name == "has_need")
    decision, reason = (get_column_letter(INDEX[name]) for name in ("decision", "reason"))
    missing = FormulaRule(
        formula=[f'AND(${decision}{first}="{DECISION_WORDS[Decision.DROP]}",LEN(TRIM(${reason}{first}))=0)'],
        fill=PatternFill("solid", bgColor="FFFDE2E1"),
    )
    sheet.conditional_formatting.add(f"{reason}{first}:{reason}{last}", missing)
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{get_column_letter(len(COLUMNS))}{last}"
    lock_but_arrange(sheet)


def _write_added_sheet(sheet: Worksheet, forms: FormWords) -> None:
    """The empty table for households found in the field, with the same words to choose from."""
    last, header = len(ADDED_COLUMNS), ADDED_FIRST_ROW - 1
    write_line(sheet, 1, "HỘ BỔ SUNG (CHƯA CÓ TRONG DANH SÁCH)", last=last, bold=True, size=14)
    write_line(sheet, 2, _ADDED_INSTRUCTION, last=last, italic=True, size=11, centred=False)
    sheet.row_dimensions[2].height = 34
    write_header(sheet, header, [title for _name, title, _width in ADDED_COLUMNS])
    set_widths(sheet, [width for _name, _title, width in ADDED_COLUMNS])
    end = ADDED_FIRST_ROW + _ADDED_ROWS - 1
    for row in range(ADDED_FIRST_ROW, end + 1):
        write_row(sheet, row, [""] * last, fill=_ANSWER_FILL)
    for name, words in (
        ("has_need", [NEED_WORDS[True], NEED_WORDS[False]]),
        ("decision", [DECISION_WORDS[Decision.KEEP], DECISION_WORDS[Decision.RESERVE]]),
        ("support_form", forms.offered),
    ):
        letter = get_column_letter(ADDED_INDEX[name])
        offer_words(sheet, f"{letter}{ADDED_FIRST_ROW}:{letter}{end}", words, allow_blank=True)
    prepare_print(sheet, header_rows=(header, header), freeze_column="C")


def _write_keys(sheet: Worksheet, told: dict[str, str], keys: list[str]) -> None:
    write_hidden(sheet, [*told.items(), ("chu_ky", signature(told, keys))])
