"""Every column a household list may have: its field, the ways its header is written, how it is cleaned.

The spellings were gathered from real lists and templates; a new one is a word added here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smartphone_support.spreadsheets import cells
from smartphone_support.spreadsheets.headers import HeaderWord
from smartphone_support.vietnamese.text import fold

from .records import ERROR, WARNING

Cleaner = Callable[[object], tuple[Any, str | None]]

#: Problem codes that leave the cell's value in place, only doubtful.
WARNING_CODES = frozenset({
    "leading_zero_restored", "bad_phone", "id_mismatch", "duplicate_in_file", "ambiguous_date", "bad_date",
    "bad_gender", "unclear_tick", "unknown_district", "row_not_understood", "test_row",
})  # fmt: skip


def level_of(code: str) -> str:
    return WARNING if code in WARNING_CODES else ERROR


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is a field of the records, or a helper the layouts combine."""

    name: str
    cleaner: Cleaner
    aliases: tuple[str, ...]
    parents: tuple[str, ...] = ()
    partial: bool = True

    @property
    def word(self) -> HeaderWord:
        return HeaderWord(self.name, self.aliases, self.parents, self.partial)


def _clean_ethnicity(value: object) -> tuple[str, str | None]:
    text, code = cells.clean_plain(value)
    return cells.title_case_name(text or ""), code


_UNIT = re.compile(r"\s*(?:dong|vnd|d)?\s*(?:/\s*thang)?$")
_THOUSANDS = re.compile(r"\d{1,3}(?:[. ,]\d{3})+")


def _clean_level(value: object) -> tuple[int | None, str | None]:
    """A monthly level in đồng: 130000, "130.000", "130.000 đồng/tháng"."""
    if isinstance(value, str):
        value = _UNIT.sub("", fold(value)).strip()
        value = re.sub(r"[. ,]", "", value) if _THOUSANDS.fullmatch(value) else value
    return cells.clean_integer(value, highest=100_000_000)


_CLASS_PARENTS = ("Phân loại hộ", "Phân loại", "Diện hộ", "Loại hộ", "Kết quả rà soát", "Đối tượng", "Hộ")
_POLICY_PARENTS = (
    "Đối tượng chính sách",
    "Gia đình chính sách",
    "Diện chính sách",
    "Đối tượng",
    "Chính sách",
)
_DEPRIVATION_PARENTS = (
    "Thiếu hụt", "Chỉ số thiếu hụt", "Chiều thiếu hụt", "Thiếu hụt thông tin", "Thông tin",
    "Các chỉ số thiếu hụt", "Chỉ tiêu thiếu hụt",
)  # fmt: skip

COLUMNS: tuple[Column, ...] = (
    Column("order", cells.clean_plain, ("STT", "TT", "Số TT", "Số thứ tự", "S TT", "No"), partial=False),
    Column(
        "household_order", cells.clean_plain, ("STT hộ", "STT chủ hộ", "Số thứ tự hộ", "TT hộ"), partial=False
    ),
    Column(
        "member_order",
        cells.clean_plain,
        ("STT thành viên hộ", "STT thành viên", "TT thành viên"),
        partial=False,
    ),
    Column(
        "head_name",
        cells.clean_name,
        (
            "Họ và tên chủ hộ",
            "Chủ hộ",
            "Họ tên chủ hộ",
            "Tên chủ hộ",
            "Hộ gia đình ông/bà",
            "Họ và tên",
            "Tên hộ",
            "Họ tên",
            "Họ, tên chủ hộ và thành viên trong hộ",
            "Họ, tên chủ hộ",
            "Họ và tên người đại diện hộ",
            "Người đại diện hộ",
            "Chủ hộ cũ",
            "Họ và tên chủ hộ cũ",
        ),
    ),
    Column(
        "member_name",
        cells.clean_name,
        ("Họ và tên thành viên", "Thành viên", "Họ tên thành viên", "Tên thành viên"),
    ),
    Column(
        "relation",
        cells.clean_plain,
        ("Quan hệ với chủ hộ", "QHVCH", "QH với chủ hộ", "Quan hệ", "QH", "Mối quan hệ"),
    ),
    Column(
        "birth_date",
        cells.clean_birth_date,
        (
            "Ngày sinh",
            "Năm sinh",
            "Ngày, tháng, năm sinh",
            "Ngày tháng năm sinh",
            "NS",
            "Sinh năm",
            "Ngày/tháng/năm sinh",
            "Ngày sinh chủ hộ",
            "Năm sinh chủ hộ",
        ),
    ),
    Column("birth_year_male", cells.clean_birth_date, ("Nam",), ("Năm sinh", "Ngày sinh"), partial=False),
    Column("birth_year_female", cells.clean_birth_date, ("Nữ",), ("Năm sinh", "Ngày sinh"), partial=False),
    Column("gender", cells.clean_gender, ("Giới tính", "Nam/Nữ", "Giới", "Phái", "GT")),
    Column(
        "national_id",
        cells.clean_national_id,
        (
            "CCCD",
            "Số CCCD/CMND",
            "Số CMND/CCCD của chủ hộ",
            "Số CCCD/ĐDCN",
            "Số CMND",
            "Số CCCD",
            "CMND/CCCD",
            "CMND",
            "CMT",
            "Số CMT",
            "Số định danh",
            "Số định danh cá nhân",
            "Số ĐDCN",
            "ĐDCN",
            "Số căn cước",
            "Căn cước công dân",
            "Căn cước",
            "CMTND",
            "CCCD/CMND",
            "CCCD/CMT",
            "Số CMTND",
        ),
    ),
    Column("id_issue", cells.clean_plain, ("Ngày cấp", "Nơi cấp", "Ngày, nơi cấp")),
    Column("ethnicity", _clean_ethnicity, ("Dân tộc", "DT", "Thành phần dân tộc")),
    Column(
        "is_ethnic_minority",
        cells.clean_tick,
        (
            "DTTS",
            "Hộ DTTS",
            "Dân tộc thiểu số",
            "Hộ dân tộc thiểu số",
            "Dân tộc tại chỗ",
            "Hộ DTTC",
            "Hộ DTTS tại chỗ",
        ),
    ),
    Column(
        "member_count",
        cells.clean_integer,
        (
            "Số nhân khẩu",
            "Nhân khẩu",
            "Số khẩu",
            "Số NK",
            "Nhân khẩu trong hộ",
            "Tổng số khẩu",
            "Khẩu",
            "Số thành viên",
        ),
    ),
    Column("age", cells.clean_plain, ("Tuổi",), partial=False),
    Column(
        "village",
        cells.clean_plain,
        (
            "Thôn",
            "Thôn/TDP",
            "Thôn/TDP/Bản",
            "Địa chỉ/Thôn",
            "Thôn, bon, buôn, tổ dân phố",
            "Tổ dân phố",
            "TDP",
            "Bản",
            "Buôn",
            "Bon",
            "Xóm",
            "Ấp",
            "Khu vực",
            "KV",
            "Thôn, bon, buôn, TDP",
            "Thôn, bản",
            "Thôn, tổ dân phố",
            "Thôn/Tổ dân phố",
            "Thôn/bản/TDP",
        ),
    ),
    Column(
        "commune",
        cells.clean_plain,
        (
            "Xã",
            "Phường/ Xã",
            "Phường/Xã",
            "Xã/Phường",
            "Xã/Phường/Thị trấn",
            "Xã, phường, TT",
            "Xã (P, TT)",
            "Xã, phường, thị trấn",
            "Xã/phường/TT",
            "Tên xã",
            "Phường",
        ),
    ),
    Column(
        "commune_code",
        cells.clean_plain,
        ("Mã xã", "Mã phường/xã", "Mã xã/phường", "Mã ĐVHC xã"),
        partial=False,
    ),
    Column(
        "district",
        cells.clean_plain,
        (
            "Huyện",
            "Huyện/Thành phố",
            "Huyện/TX/TP",
            "Quận/Huyện",
            "Huyện, thị xã, thành phố",
            "Huyện/thị xã/thành phố",
            "Tên huyện",
        ),
    ),
    Column("district_code", cells.clean_plain, ("Mã huyện", "Mã quận/huyện", "Mã ĐVHC huyện"), partial=False),
    Column("province", cells.clean_plain, ("Tỉnh", "Tỉnh/Thành phố", "Tỉnh/TP", "Tên tỉnh"), partial=False),
    Column("province_code", cells.clean_plain, ("Mã tỉnh",), partial=False),
    Column(
        "address",
        cells.clean_plain,
        (
            "Địa chỉ",
            "Nơi thường trú",
            "Địa chỉ thường trú",
            "Chỗ ở hiện nay",
            "Nơi ở",
            "Địa chỉ hiện nay",
            "Hộ khẩu thường trú",
        ),
    ),
    Column(
        "household_code",
        cells.clean_plain,
        ("Mã hộ", "Mã hộ nghèo", "Mã số hộ", "Mã HGĐ", "ID hộ", "Mã hộ gia đình"),
    ),
    Column(
        "poverty_class",
        cells.clean_plain,
        (
            "Phân loại hộ",
            "Kết quả rà soát",
            "Phân loại",
            "Diện hộ",
            "Loại hộ",
            "Đối tượng hộ",
            "Hộ nghèo/cận nghèo",
            "Đối tượng",
            "Diện",
        ),
    ),
    Column("class_poor", cells.clean_tick, ("Hộ nghèo", "HN", "Nghèo"), partial=False),
    Column("class_near_poor", cells.clean_tick, ("Hộ cận nghèo", "HCN", "Cận nghèo"), partial=False),
    Column("quick_form", cells.clean_plain, ("Phiếu A",), partial=False),
    Column("b1_score", cells.clean_integer, ("B1", "Phiếu B1", "Điểm B1", "Tổng điểm B1"), partial=False),
    Column("b2_score", cells.clean_integer, ("B2", "Phiếu B2", "Điểm B2", "Tổng điểm B2"), partial=False),
    Column(
        "merit",
        cells.clean_tick,
        (
            "Người có công",
            "NCC",
            "Hộ chính sách có công",
            "Có thành viên NCC",
            "Hộ có người có công",
            "Có thành viên là người có công với cách mạng",
            "Người có công với cách mạng",
            "Hộ CS",
            "Hộ người có công",
            "Gia đình người có công",
        ),
    ),
    Column("merit", cells.clean_tick, ("Gia đình chính sách", "GĐCS"), partial=False),
    Column(
        "social_policy",
        cells.clean_tick,
        (
            "Bảo trợ xã hội",
            "BTXH",
            "Hộ BTXH",
            "Đối tượng BTXH",
            "Đối tượng bảo trợ xã hội",
            "Gia đình chính sách xã hội",
            "GĐ chính sách xã hội",
            "GĐCSXH",
        ),
    ),
    Column(
        "no_labour_capacity",
        cells.clean_tick,
        (
            "Không có khả năng lao động",
            "Hộ không có khả năng lao động",
            "Hộ KCKNLĐ",
            "Không có KNLĐ",
            "KNLĐ",
            "Không còn khả năng lao động",
        ),
    ),
    Column("poverty_cause", cells.clean_plain, ("Nguyên nhân nghèo", "Nguyên nhân")),
    Column(
        "decision_number",
        cells.clean_plain,
        (
            "Quyết định công nhận",
            "QDCN",
            "QĐCN",
            "Số quyết định",
            "Số QĐ",
            "Số quyết định công nhận",
        ),
    ),
    Column(
        "decision_date",
        cells.clean_date,
        ("Ngày ban hành QĐ", "Ngày QĐ", "Ngày quyết định", "Ngày ban hành quyết định", "Ngày ký"),
    ),
    Column(
        "phone",
        cells.clean_phone,
        ("Điện thoại", "Số điện thoại", "SĐT", "ĐT", "Số ĐT", "Di động", "Điện thoại liên hệ"),
    ),
    Column(
        "has_need",
        cells.clean_tick,
        (
            "Nhu cầu hỗ trợ ĐTTM",
            "Có nhu cầu hỗ trợ",
            "Nhu cầu hỗ trợ",
            "Có nhu cầu",
            "Nhu cầu",
            "Đăng ký nhu cầu",
        ),
    ),
    Column("form", cells.clean_plain, ("Hình thức hỗ trợ", "Nhận máy", "Nhận tiền")),
    Column("signature", cells.clean_plain, ("Ký nhận", "Chữ ký", "Ký tên", "Người nhận ký")),
    Column("note", cells.clean_plain, ("Ghi chú", "GhiChu", "Lý do", "GC")),
    Column(
        "certificate_number",
        cells.clean_plain,
        ("Số GCN", "Giấy chứng nhận", "Số giấy chứng nhận", "Số GCN hộ nghèo", "GCN"),
    ),
    Column(
        "certificate_date",
        cells.clean_date,
        ("Ngày cấp GCN", "Ngày cấp giấy chứng nhận", "Ngày GCN"),
    ),
    Column(
        "lacks_telecom",
        cells.clean_tick,
        (
            "11. Dịch vụ viễn thông",
            "Thiếu hụt dịch vụ viễn thông",
            "Sử dụng dịch vụ viễn thông",
            "Chỉ số 11",
            "DVVT",
        ),
    ),
    Column(
        "lacks_means",
        cells.clean_tick,
        (
            "12. Phương tiện tiếp cận thông tin",
            "Phương tiện tiếp cận thông tin",
            "Phương tiện phục vụ tiếp cận thông tin",
            "Chỉ số 12",
            "PT thông tin",
            "PTTT",
        ),
    ),
    Column(
        "reviewed_on", cells.clean_date, ("Thời gian rà soát", "Ngày rà soát", "Ngày điều tra"), partial=False
    ),
    Column("reviewer", cells.clean_plain, ("Người rà soát", "Rà soát viên", "Điều tra viên"), partial=False),
    # Columns of movements: what happened, to whom, from where.
    Column(
        "movement",
        cells.clean_plain,
        ("Biến động", "Loại biến động", "Nội dung biến động", "Lý do biến động", "Hình thức biến động"),
    ),
    Column(
        "new_head",
        cells.clean_name,
        ("Chủ hộ mới", "Họ tên chủ hộ mới", "Họ và tên chủ hộ mới", "Tên chủ hộ mới"),
    ),
    Column(
        "other_place",
        cells.clean_plain,
        ("Nơi chuyển đến", "Nơi chuyển đi", "Nơi đến", "Nơi đi", "Chuyển từ", "Chuyển đến"),
    ),
    Column(
        "other_name",
        cells.clean_name,
        ("Tách từ hộ", "Tách từ hộ ông/bà", "Hộ gốc", "Nhập vào hộ", "Nhập vào hộ ông/bà"),
    ),
    # Columns of an operator's update.
    Column(
        "subscriber_name", cells.clean_name, ("Họ tên chủ thuê bao", "Họ và tên chủ thuê bao", "Chủ thuê bao")
    ),
    Column("starts_on", cells.clean_date, ("Ngày hiệu lực", "Ngày bắt đầu", "Ngày thay đổi", "Từ ngày")),
    Column("subscriber", cells.clean_plain, ("Số thuê bao", "Thuê bao", "Số thuê bao/mã khách hàng")),
    Column("service", cells.clean_plain, ("Loại dịch vụ", "Dịch vụ", "Dịch vụ viễn thông")),
    Column("support_level", _clean_level, ("Mức hỗ trợ", "Định mức hỗ trợ")),
)


def _with_parents(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Under a merged parent the same words are surer: "Hộ nghèo" under "Phân loại hộ"."""
    extra = [
        Column("class_poor", cells.clean_tick, ("Hộ nghèo", "HN", "Nghèo"), _CLASS_PARENTS, partial=False),
        Column(
            "class_near_poor",
            cells.clean_tick,
            ("Hộ cận nghèo", "HCN", "Cận nghèo"),
            _CLASS_PARENTS,
            partial=False,
        ),
        Column(
            "merit", cells.clean_tick, ("Người có công", "NCC", "Có công"), _POLICY_PARENTS, partial=False
        ),
        Column(
            "social_policy",
            cells.clean_tick,
            ("Bảo trợ xã hội", "BTXH", "CSXH"),
            _POLICY_PARENTS,
            partial=False,
        ),
    ]
    extra += [
        Column(name, cells.clean_tick, words, _DEPRIVATION_PARENTS, partial=False)
        for name, words in (
            ("lacks_telecom", ("11", "Dịch vụ viễn thông", "Viễn thông")),
            ("lacks_means", ("12", "Phương tiện tiếp cận thông tin", "Tiếp cận TT", "Tiếp cận thông tin")),
        )
    ]
    return (*columns, *extra)


ALL_COLUMNS = _with_parents(COLUMNS)
VOCABULARY = tuple(column.word for column in ALL_COLUMNS)
CLEANERS: dict[str, Cleaner] = {column.name: column.cleaner for column in ALL_COLUMNS}

#: Columns whose cells are dates: the whole column tells whether day or month stands first.
DATE_COLUMNS = frozenset({
    "birth_date", "birth_year_male", "birth_year_female", "decision_date", "certificate_date",
    "reviewed_on", "starts_on",
})  # fmt: skip

#: Where a column name is not the record's field, the fields it makes known.
FIELDS_OF = {
    "member_name": ("members",),
    "relation": ("members",),
    "birth_date": ("birth_date", "birth_year"),
    "birth_year_male": ("birth_year", "gender"),
    "birth_year_female": ("birth_year", "gender"),
    "commune": ("commune_code",),
    "district": ("district_code",),
    "address": ("village", "commune_code", "district_code"),
    "class_poor": ("poverty_class",),
    "class_near_poor": ("poverty_class",),
}
