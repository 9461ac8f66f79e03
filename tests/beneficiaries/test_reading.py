"""Lists written by the test, read through the front door."""

from datetime import date

import pytest

from beneficiaries.imports.options import ReadOptions, place_key
from beneficiaries.imports.reading import problems_by_household
from smartphone_support.areas.gazetteer import Gazetteer
from tests.spreadsheets.lists import (
    A_LUOI,
    FLAT_HEADER,
    HONG_VAN,
    NATIONAL_HEADER,
    SIGNATURES,
    exits,
    flat,
    head,
    line,
    member,
    national,
)

HUE = Gazetteer.packaged("46")


def seen(result):
    return [(problem.row, problem.column, problem.code, problem.level) for problem in result.problems]


# -- the national workbook: one row a person --------------------------------------------------------


def test_one_row_a_person_becomes_households_with_members(read):
    result = read(
        national(head(1, 1), member(2), member(3, "Hồ Văn Hai"), head(4, 2, "Hồ Thị Sen", G="Nữ", H=None))
    )
    first, second = result.households
    assert (first.row, first.head_name, first.birth_date, first.gender) == (
        8,
        "Hồ Văn Đông",
        date(1961, 8, 14),
        "male",
    )
    assert (first.district_code, first.commune_code, first.village) == ("481", "20047", "Thôn A Năm")
    assert (first.poverty_class, first.member_count, first.ethnicity) == ("poor", 1, "Tà Ôi")
    assert (first.decision_number, first.decision_date) == ("121/QĐ-UBND", date(2023, 12, 15))
    assert (first.b1_score, first.b2_score, first.poverty_cause) == (83, 40, "Thiếu vốn")
    assert [(m.row, m.name, m.relation, m.birth_year) for m in first.members] == [
        (8, "Hồ Văn Đông", "Chủ hộ", 1961),
        (9, "Kăn Thơ", "Vợ", 1963),
        (10, "Hồ Văn Hai", "Vợ", 1963),
    ]
    assert (second.row, second.head_name, len(second.members)) == (11, "Hồ Thị Sen", 1)
    assert seen(result) == []


def test_a_field_the_sheet_has_no_column_for_is_not_known(read):
    [household] = read(national(head(1, 1))).households
    assert {"merit", "is_ethnic_minority", "members", "poverty_class", "birth_year"} <= household.known
    assert not {"phone", "social_policy", "has_need", "household_code"} & household.known
    assert (household.merit, household.is_ethnic_minority) == (False, True)
    assert (household.social_policy, household.has_need, household.phone) == (None, None, "")


def test_the_title_tells_which_class_a_sheet_of_exits_is(read):
    address = "Thôn Tân Hòa, Xã Đông Sơn, Huyện A Lưới"
    row = [
        1,
        1,
        "Kê Lơ",
        "Chủ hộ",
        "Nữ",
        "23/06/1948",
        None,
        "Tà Ôi",
        address,
        191,
        30,
        None,
        None,
        None,
        75,
        1,
    ]
    result = read(exits("THOÁT NGHÈO", row), exits("THOÁT CẬN NGHÈO", row))
    assert [h.poverty_class for h in result.households] == ["exited_poor", "exited_near_poor"]
    assert {(h.commune_code, h.district_code, h.village) for h in result.households} == {
        ("20098", "481", "Thôn Tân Hòa")
    }


def test_a_mark_on_a_members_row_marks_the_household(read):
    [household] = read(national(head(1, 1), member(2, W="x"))).households
    assert household.merit is True


def test_problems_stand_at_their_cell_and_belong_to_their_household(read):
    result = read(national(head(1, 1), member(2, F="31/02/1960", H="0461942458"), head(3, 2, AA="bốn")))
    assert seen(result) == [
        (9, "F", "bad_birth_date", "error"),
        (9, "H", "bad_national_id", "error"),
        (10, "AA", "bad_number", "error"),
    ]
    grouped = {
        household.row: [p.code for p in problems] for household, problems in problems_by_household(result)
    }
    assert grouped == {8: ["bad_birth_date", "bad_national_id"], 10: ["bad_number"]}
    assert not any(household.blocked for household in result.households)
    assert result.households[0].members[1].national_id == ""


def test_a_lost_zero_comes_back_with_a_warning(read):
    result = read(national(head(1, 1, H=46061000001)))
    assert result.households[0].national_id == "046061000001"
    assert seen(result) == [(8, "H", "leading_zero_restored", "warning")]


def test_an_identity_number_is_held_against_sex_year_and_the_rows_before(read):
    result = read(national(head(1, 1), head(2, 2, H="046061000001"), head(3, 3, H="046161000099")))
    assert seen(result) == [(9, "H", "duplicate_in_file", "warning"), (10, "H", "id_mismatch", "warning")]
    assert result.problems[0].params == {"sheet": "Trang 1", "row": 8}


# -- places -------------------------------------------------------------------------------------------


def test_a_commune_nobody_knows_blocks_its_household_only(read):
    result = read(national(head(1, 1), head(2, 2, L="Xã Hồng Lam", M=None)))
    assert seen(result) == [(9, "L", "unknown_commune", "error")]
    assert [household.blocked for household in result.households] == [False, True]
    assert result.households[1].district_code == "481"


def test_a_code_helps_where_the_name_is_misspelt(read):
    result = read(national(head(1, 1, L="Xã Hồng Vâm")))
    assert (result.households[0].commune_code, seen(result)) == ("20047", [])


def test_a_code_that_contradicts_the_name_is_not_guessed_away(read):
    result = read(national(head(1, 1, M="20050"), head(2, 2)))
    assert seen(result) == [(8, "M", "ambiguous_commune", "error")]
    assert "Xã Hồng Hạ (Huyện A Lưới)" in result.problems[0].params["candidates"]


def test_a_name_of_two_communes_without_district_is_ambiguous(read):
    result = read(national(head(1, 1, J=None, K=None, L="Xã Hương Phong", M=None), head(2, 2)))
    assert seen(result) == [(8, "L", "ambiguous_commune", "error")]


def test_a_misspelt_district_is_only_a_warning_when_the_commune_is_clear(read):
    result = read(national(head(1, 1, J="Huyện A Lứơi Mới", K=None)))
    assert seen(result) == [(8, "J", "unknown_district", "warning")]
    assert result.households[0].district_code == "481"


def test_one_household_of_another_province_is_an_error_of_its_row(read):
    result = read(national(head(1, 1), head(2, 2, I="Tỉnh Quảng Trị")))
    assert seen(result) == [(9, "I", "unknown_commune", "error")]


# -- the flat list: one row a household ---------------------------------------------------------------


def test_sections_give_the_place_and_totals_and_signatures_are_no_households(read):
    nam_dong = ["B", None, "HUYỆN NAM ĐÔNG"]
    result = read(
        flat(A_LUOI, HONG_VAN, line(1), ["II", None, "xã hồng hạ"], line(2), nam_dong,
             ["I", None, "Xã Hương Xuân (12 hộ)"], line(3), *SIGNATURES)
    )  # fmt: skip
    assert [(h.row, h.district_code, h.commune_code) for h in result.households] == [
        (12, "481", "20047"),
        (14, "481", "20050"),
        (17, "483", "20179"),
    ]
    assert seen(result) == []
    assert (result.sheets[0].header_rows, result.sheets[0].first_row, result.sheets[0].last_row) == (
        [7, 8, 9],
        12,
        17,
    )


def test_marks_below_merged_parents_say_class_and_policy(read):
    near = line(2, J=None, K="Có", L="1", M="X")
    first, second = read(flat(A_LUOI, HONG_VAN, line(1), near)).households
    assert (first.poverty_class, first.merit, first.social_policy) == ("poor", False, False)
    assert (second.poverty_class, second.merit, second.social_policy) == ("near_poor", True, True)
    assert second.household_code == "2"


@pytest.mark.parametrize("marks", [{"J": None}, {"K": "x"}])
def test_no_class_or_both_is_an_error_that_blocks(read, marks):
    result = read(flat(A_LUOI, HONG_VAN, line(1, **marks), line(2)))
    assert seen(result) == [(12, "J", "unknown_class", "error")]
    assert [household.blocked for household in result.households] == [True, False]


def test_a_missing_name_is_an_error_and_the_household_is_still_listed(read):
    result = read(flat(A_LUOI, HONG_VAN, line(1, C=None), line(2)))
    assert seen(result) == [(12, "C", "missing_head_name", "error")]
    assert [(h.row, h.head_name, h.blocked) for h in result.households] == [
        (12, "", True),
        (13, "Hồ Văn Đông", False),
    ]


def test_an_unknown_section_makes_its_households_errors_until_the_next(read):
    result = read(flat(A_LUOI, ["I", None, "Xã Không Có"], line(1), HONG_VAN, line(2)))
    assert [(p.row, p.code, p.value, p.params) for p in result.problems] == [
        (
            12,
            "unknown_commune",
            "Xã Không Có",
            {"section_row": 11, "place": place_key("Huyện A Lưới", "Xã Không Có")},
        )
    ]
    assert [household.commune_code for household in result.households] == ["", "20047"]


def test_a_header_repeated_inside_the_table_is_no_household(read):
    result = read(flat(A_LUOI, HONG_VAN, line(1), *SIGNATURES, *FLAT_HEADER, line(2)))
    assert [household.row for household in result.households] == [12, 23]
    assert seen(result) == []


def test_people_whose_names_look_like_totals_or_signatures_are_people(read):
    header = [["Họ và tên chủ hộ", "Ngày sinh", "Xã", "Huyện", "Phân loại hộ"]]
    names = ["Tống Công", "Trương Ban", "Tòng Văn Cộng", "Chu Tích", "Hồ Văn Đông"]
    rows = [[name, "1961", "Hồng Vân", "A Lưới", "Hộ nghèo"] for name in names]
    assert [household.head_name for household in read(flat(*rows, header=header)).households] == names


def test_class_and_village_may_be_section_rows_too(read):
    header = [["STT", "Họ và tên chủ hộ", "Ngày sinh", "Số CCCD", "Xã", "Huyện"]]
    rows = [
        ["I", "HỘ NGHÈO"],
        [None, "Thôn 3"],
        [1, "Hồ Văn Đông", "1961", None, "Hồng Vân", "A Lưới"],
        ["II", "HỘ CẬN NGHÈO"],
        [1, "Kăn Sen", "1963", None, "Hồng Vân", "A Lưới"],
    ]
    result = read(flat(*rows, header=header))
    assert [(h.poverty_class, h.village) for h in result.households] == [
        ("poor", "Thôn 3"),
        ("near_poor", "Thôn 3"),
    ]


def test_one_sheet_for_each_commune_takes_the_commune_from_its_name(read):
    result = read(**{"Xã Hồng Vân": flat(line(1)), "Hồng Hạ": flat(line(2))})
    assert [household.commune_code for household in result.households] == ["20047", "20050"]


def test_a_row_that_is_neither_household_nor_heading_is_reported(read):
    result = read(flat(A_LUOI, HONG_VAN, line(1), [None, None, "Chưa rà soát xong"], line(2)))
    assert seen(result) == [(13, "C", "row_not_understood", "warning")]
    assert len(result.households) == 2


def test_columns_in_another_order_and_other_words_read_the_same(read):
    header = [
        [
            "TT",
            "SĐT",
            "Xã (P, TT)",
            "Diện hộ",
            "HỌ VÀ TÊN CHỦ HỘ",
            "Số định danh",
            "Nam/Nữ",
            "Năm sinh",
            "Huyện",
        ]
    ]
    row = [
        1,
        912345678,
        "X. Hồng Vân",
        "Hộ cận nghèo",
        "HỒ VĂN ĐÔNG",
        "046061000001",
        "Nam",
        1961,
        "H. A Lưới",
    ]
    [household] = read(flat(row, header=header)).households
    assert (household.head_name, household.phone, household.national_id) == (
        "Hồ Văn Đông",
        "0912345678",
        "046061000001",
    )
    assert (household.birth_date, household.birth_year, household.gender) == (None, 1961, "male")
    assert (household.commune_code, household.poverty_class) == ("20047", "near_poor")


# -- sheets and refusals ------------------------------------------------------------------------------


def test_hidden_sheets_and_sheets_without_a_list_are_left_out_and_said(read):
    result = read(
        national(head(1, 1)), Ẩn=national(head(1, 1)), HDSD=[["Hướng dẫn"]], Trống=[], hidden=["Ẩn"]
    )
    assert {sheet.name: sheet.skipped for sheet in result.sheets} == {
        "Trang 1": "", "Ẩn": "hidden", "HDSD": "no_table", "Trống": "empty",
    }  # fmt: skip
    assert len(result.households) == 1


def test_an_empty_workbook_and_an_empty_list_are_refused(refusal):
    assert refusal([]).code == "empty"
    assert refusal(national()).code == "empty"
    assert refusal(flat(A_LUOI, HONG_VAN, *SIGNATURES)).code == "empty"


def test_a_workbook_without_a_list_is_refused(refusal):
    assert refusal([["Thực đơn", "Giá"], ["Bún bò", 30000]]).code == "no_table"


def dak_nong(number):
    return head(number, number, I="Tỉnh Đăk Nông", J="Huyện Tuy Đức", K="667", L="Xã Quảng Trực", M="24736")


def test_another_provinces_list_is_refused_by_name(refusal):
    refused = refusal(national(dak_nong(1), dak_nong(2)))
    assert (refused.code, refused.params["province"]) == ("other_province", "Đắk Nông")


def test_another_province_is_recognised_by_its_communes_alone(refusal):
    rows = [[1, None, "HUYỆN TUY ĐỨC"], ["I", None, "Xã Quảng Trực"], line(1), line(2)]
    refused = refusal(flat(*rows))
    assert (refused.code, refused.params["province"]) == ("other_province", "Đắk Nông")


def test_a_province_without_a_table_is_named_as_written(refusal):
    refused = refusal(national(head(1, 1, I="Tỉnh Quảng Trị")))
    assert (refused.code, refused.params["province"]) == ("other_province", "Tỉnh Quảng Trị")


TITLE = ["DANH SÁCH HỘ NGHÈO PHÁT SINH MỚI THÁNG 02/2024"]
MONTH_HEADER = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Xã", "Huyện"]
MONTH = [TITLE, MONTH_HEADER, [1, "Hồ Văn Đông", "1961", "Hồng Vân", "A Lưới"]]
OPERATOR_HEADER = ["STT", "Họ tên chủ hộ", "Số CCCD", "Số thuê bao", "Loại dịch vụ", "Mức hỗ trợ"]
UPDATE = [OPERATOR_HEADER, [1, "Hồ Văn Đông", None, "0912345678", "Di động", 60000]]


@pytest.mark.parametrize(
    ("rows", "expected", "code"),
    [
        (MONTH, "annual", "monthly_list"),
        (UPDATE, "annual", "operator_list"),
        (UPDATE, "monthly", "operator_list"),
        (national(head(1, 1)), "monthly", "annual_list"),
        (national(head(1, 1)), "operator", "annual_list"),
    ],
)
def test_lists_of_another_kind_than_asked_for_are_refused(refusal, rows, expected, code):
    assert refusal(rows, options=ReadOptions(kind=expected)).code == code


@pytest.mark.parametrize(
    "title",
    [
        "PHIẾU RÀ SOÁT DANH SÁCH HỘ ĐƯỢC HỖ TRỢ ĐIỆN THOẠI THÔNG MINH",
        "DANH SÁCH HỘ ĐƯỢC HỖ TRỢ ĐIỆN THOẠI THÔNG MINH",
    ],
)
def test_our_own_review_workbook_or_annex_is_no_annual_list_but_can_be_read(refusal, read, title):
    header = ["STT", "Chủ hộ", "Năm sinh", "Xã", "Diện"]
    rows = [[title], header, [1, "Hồ Văn Đông", 1961, "Xã Hồng Vân", "Nghèo"]]
    assert refusal(rows, options=ReadOptions(kind="annual")).code == "supported_list"
    [household] = read(rows).households
    assert (household.head_name, household.commune_code, household.poverty_class) == (
        "Hồ Văn Đông", "20047", "poor",
    )  # fmt: skip


def test_a_list_that_nowhere_says_its_class_is_refused(refusal):
    plain = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Xã"]
    assert refusal([["DANH SÁCH HỘ"], plain, [1, "Hồ Văn Đông", "1961", "Hồng Vân"]]).code == "no_class"


def test_extra_columns_are_kept_in_the_sheets_facts(read):
    rows = national(head(1, 1))
    rows[4] = [*NATIONAL_HEADER, "Số sổ đỏ"]
    sheet = read(rows).sheets[0]
    assert sheet.unmapped == {"AB": "Số sổ đỏ"}
    assert (sheet.columns["C"], sheet.columns["AA"]) == ("head_name", "member_count")
    assert (sheet.header_rows, sheet.first_row, sheet.last_row) == ([5, 6, 7], 8, 8)
