"""Monthly lists and operators' updates, as written by hand."""

from datetime import date

import pytest

from beneficiaries.choices import MovementKind
from beneficiaries.imports.kinds import movement_of
from beneficiaries.imports.options import ReadOptions
from beneficiaries.imports.records import SubscriptionRecord

HEADER = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Số CCCD", "Xã", "Huyện", "Số quyết định", "Ghi chú"]


def row(number, *more, name="Hồ Văn Đông"):
    values = [number, name, "14/08/1961", f"0460610000{number:02}", "Xã Hồng Vân", "Huyện A Lưới"]
    return [*values, f"{number}/QĐ-UBND", *more]


def month(title, *rows, header=HEADER):
    return [[f"DANH SÁCH {title} THÁNG 02/2024"], [], header, *rows]


@pytest.mark.parametrize(
    ("title", "kind", "poverty_class"),
    [
        ("HỘ NGHÈO PHÁT SINH MỚI", "new_poor", "poor"),
        ("HỘ CẬN NGHÈO PHÁT SINH MỚI", "new_near_poor", "near_poor"),
        ("HỘ TÁI NGHÈO", "relapsed_poor", "poor"),
        ("HỘ TÁI CẬN NGHÈO", "relapsed_near_poor", "near_poor"),
        ("HỘ CẬN NGHÈO TRỞ THÀNH HỘ NGHÈO", "near_to_poor", "poor"),
        ("HỘ NGHÈO TRỞ THÀNH HỘ CẬN NGHÈO", "poor_to_near", "near_poor"),
        ("HỘ THOÁT NGHÈO", "exited_poor", "exited_poor"),
        ("HỘ THOÁT CẬN NGHÈO", "exited_near_poor", "exited_near_poor"),
        ("HỘ CHUYỂN ĐI NƠI KHÁC", "moved_out", None),
        ("HỘ CHUYỂN ĐẾN", "moved_in", None),
        ("HỘ ĐƠN THÂN CHẾT", "deceased", None),
        ("HỘ THAY ĐỔI CHỦ HỘ", "head_changed", None),
        ("HỘ TÁCH HỘ", "split", None),
        ("HỘ NHẬP HỘ", "merged", None),
        ("HỘ ĐIỀU CHỈNH THÔNG TIN", "corrected", None),
    ],
)
def test_the_title_of_a_sheet_says_what_happened(read, title, kind, poverty_class):
    result = read(month(title, row(1), ["Tổng cộng: 1 hộ./."]), options=ReadOptions(kind="monthly"))
    assert (result.households, result.problems) == ([], [])
    [movement] = result.movements
    household = movement.household
    assert (movement.kind, household.poverty_class) == (kind, poverty_class)
    assert (household.head_name, household.commune_code, household.decision_number) == (
        "Hồ Văn Đông", "20047", "1/QĐ-UBND",
    )  # fmt: skip


def test_every_kind_of_movement_has_words():
    named = {movement_of(text) for text in (
        "phát sinh mới", "phát sinh cận nghèo", "tái nghèo", "tái cận nghèo", "cận nghèo thành nghèo",
        "nghèo thành cận nghèo", "thoát nghèo", "thoát cận nghèo", "chuyển đi", "chuyển đến", "chết",
        "đổi chủ hộ", "tách hộ", "nhập hộ", "điều chỉnh",
    )}  # fmt: skip
    assert named == set(MovementKind.values)


def test_one_sheet_with_a_column_of_movements(read):
    rows = [
        [*HEADER[:-1], "Biến động"],
        row(1, "Thoát nghèo"),
        row(2, "Tái nghèo"),
        row(3, "Chuyển đi"),
        row(4, "không rõ"),
    ]
    result = read(rows)
    assert [movement.kind for movement in result.movements] == [
        "exited_poor",
        "relapsed_poor",
        "moved_out",
        "",
    ]
    [problem] = result.problems
    assert (problem.row, problem.column, problem.code) == (5, "H", "unknown_movement")
    assert result.movements[3].household.blocked


def test_one_sheet_with_the_movements_as_headings(read):
    rows = [["DANH SÁCH BIẾN ĐỘNG HỘ NGHÈO THÁNG 02/2024"], [], HEADER,
            [None, "I. Hộ nghèo phát sinh mới: 1 hộ"], row(1),
            [None, "II. Hộ thoát cận nghèo"], row(2)]  # fmt: skip
    assert [m.kind for m in read(rows).movements] == ["new_poor", "exited_near_poor"]


def test_the_reason_beside_a_line_says_it_where_nothing_else_does(read):
    header = [*HEADER[:-1], "Lý do"]
    rows = [
        ["DANH SÁCH BIẾN ĐỘNG THÁNG 02/2024"],
        header,
        row(1, "Chủ hộ đã chết"),
        row(2, "Chuyển đi Đà Nẵng"),
    ]
    first, second = read(rows).movements
    assert (first.kind, second.kind, second.other_place) == ("deceased", "moved_out", "Chuyển đi Đà Nẵng")


def test_new_head_other_place_and_other_household(read):
    changed = month("HỘ THAY ĐỔI CHỦ HỘ", row(1, "HỒ THỊ SEN"), header=[*HEADER[:-1], "Chủ hộ mới"])
    moved = month("HỘ CHUYỂN ĐẾN", row(2, "Xã Hồng Thủy"), header=[*HEADER[:-1], "Chuyển từ"])
    split = month("HỘ TÁCH HỘ", row(3, "Tách từ hộ ông Hồ Văn Bảy"))
    merged = month("HỘ NHẬP HỘ", row(4, "Hồ Văn Chín"), header=[*HEADER[:-1], "Nhập vào hộ"])
    result = read(changed, moved, split, merged)
    assert [(m.kind, m.new_head, m.other_place, m.other_name) for m in result.movements] == [
        ("head_changed", "Hồ Thị Sen", "", ""),
        ("moved_in", "", "Xã Hồng Thủy", ""),
        ("split", "", "", "Hồ Văn Bảy"),
        ("merged", "", "", "Hồ Văn Chín"),
    ]


def test_one_household_in_two_sheets_of_a_month_is_no_duplicate(read):
    result = read(month("HỘ THAY ĐỔI CHỦ HỘ", row(1)), month("HỘ THOÁT NGHÈO", row(1)))
    assert (len(result.movements), result.problems) == (2, [])


def test_an_operators_lines(read):
    header = ["STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ", "Mức hỗ trợ (đồng/tháng)",
              "Biến động", "Ngày hiệu lực", "Lý do"]  # fmt: skip
    rows = [
        ["VIETTEL - CẬP NHẬT DANH SÁCH THÁNG 03/2024"],
        [],
        header,
        [1, "Hồ Văn Đông", "046061000001", "0912345678", "Di động", "60.000 đồng", "Hỗ trợ mới",
         "04/03/2024"],
        [2, "Hồ Thị Sen", "04606100", "0234123456", "Vệ tinh", 130000, "?", "31/02/2024",
         "Không còn nhu cầu"],
    ]  # fmt: skip
    result = read(rows, options=ReadOptions(kind="operator"))
    first, second = result.subscriptions
    assert first == SubscriptionRecord(
        "Trang 1", 4, "new", "046061000001", "0912345678", "Hồ Văn Đông", "mobile", 60000, date(2024, 3, 4)
    )
    assert (second.change, second.service, second.level, second.on) == ("", "", 130000, None)
    assert second.reason == "Không còn nhu cầu"
    assert [(p.row, p.column, p.code) for p in result.problems] == [
        (5, "C", "bad_national_id"),
        (5, "E", "unknown_service"),
        (5, "G", "unknown_change"),
        (5, "H", "bad_date"),
    ]
