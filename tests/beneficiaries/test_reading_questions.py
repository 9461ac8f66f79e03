"""What a file does not settle by itself is asked, read by the guess meanwhile, and obeyed once answered."""

from datetime import date

import pytest

from beneficiaries.imports.options import ReadOptions, place_key
from tests.spreadsheets.lists import HONG_VAN, flat, head, line, national

from .test_reading import seen

ODD_HEADER = ["Nr", "Người đứng tên", "Ngày ra đời", "Giấy tờ", "Nơi sinh sống", "Nhóm"]
ODD = [
    ODD_HEADER,
    [1, "Hồ Văn Đông", "14/08/1961", "046061000001", "Xã Hồng Vân", "Hộ nghèo"],
    [2, "Kăn Thị Thơ", "02/03/1963", "046163000002", "Xã Hồng Thủy", "Hộ cận nghèo"],
    [3, "Hồ Thị Sen", "21/11/1980", "046180000003", "Xã Hồng Vân", "Hộ nghèo"],
]
MAPPING = {"B": "head_name", "C": "birth_date", "D": "national_id", "E": "commune", "F": "poverty_class"}


def kinds(result):
    return [(question.kind, question.settled) for question in result.questions]


# -- columns ------------------------------------------------------------------------------------------


def test_a_table_nobody_recognises_is_asked_about_with_examples(read):
    [question] = read(ODD).questions
    assert (question.kind, question.sheet, question.settled) == ("columns", "Trang 1", False)
    assert question.params["headers"] == dict(zip("ABCDEF", ODD_HEADER, strict=True))
    assert question.params["samples"]["B"] == ["Hồ Văn Đông", "Kăn Thị Thơ", "Hồ Thị Sen"]
    assert question.params["header_rows"] == [1]


def test_the_answer_is_obeyed_in_every_file_of_that_layout(read):
    signature = read(ODD).questions[0].params["signature"]
    options = ReadOptions(columns={signature: MAPPING})
    longer = [*ODD, [4, "Hồ Văn Năm", "1950", None, "Xã Hồng Vân", "Hộ nghèo"]]
    result = read(longer, options=options, name="b.xlsx")
    assert [(h.row, h.head_name, h.commune_code, h.poverty_class) for h in result.households] == [
        (2, "Hồ Văn Đông", "20047", "poor"),
        (3, "Kăn Thị Thơ", "20104", "near_poor"),
        (4, "Hồ Thị Sen", "20047", "poor"),
        (5, "Hồ Văn Năm", "20047", "poor"),
    ]
    assert result.households[0].birth_date == date(1961, 8, 14)
    assert all(settled for _kind, settled in kinds(result))


def test_an_answer_overrules_what_the_reader_would_have_recognised(read):
    rows = [
        ["STT", "Họ và tên", "Họ và tên chủ hộ", "Xã", "Diện"],
        [1, "Người Khai Thay", "Hồ Văn Đông", "Xã Hồng Vân", "HN"],
    ]
    result = read(rows)
    assert kinds(result) == [("columns", False)]
    signature = result.questions[0].params["signature"]
    told = {"C": "head_name", "D": "commune", "E": "poverty_class"}
    answered = read(rows, options=ReadOptions(columns={signature: told}))
    assert [household.head_name for household in answered.households] == ["Hồ Văn Đông"]
    assert kinds(answered) == [("columns", True)]


def test_a_class_or_commune_that_an_unknown_column_may_hold_is_asked_for(read):
    header = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Xã", "Mức sống"]
    result = read([header, [1, "Hồ Văn Đông", "1961", "Hồng Vân", "Nghèo"]])
    assert (kinds(result), result.households) == ([("columns", False)], [])
    header = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Phân loại hộ", "Nơi sinh sống"]
    assert kinds(read([header, [1, "Hồ Văn Đông", "1961", "HN", "Hồng Vân"]])) == [("columns", False)]


def test_a_mapping_without_class_is_refused(refusal, read):
    signature = read(ODD).questions[0].params["signature"]
    options = ReadOptions(columns={signature: {"B": "head_name", "E": "commune"}})
    assert refusal(ODD, options=options).code == "no_class"


def test_sums_beside_a_list_are_no_question_but_people_are(read):
    sums = [
        ["Nội dung", "Số lượng", "Tỷ lệ"],
        ["Tổng thể", 120, "3%"],
        ["Trong đó", 20, "1%"],
        ["Khác", 1, "0"],
    ]
    assert kinds(read(national(head(1, 1)), sums)) == []
    assert kinds(read(national(head(1, 1)), ODD)) == [("columns", False)]


# -- district -----------------------------------------------------------------------------------------


def test_a_list_without_communes_asks_for_the_district_its_name_says(read):
    rows = [["STT", "Họ và tên chủ hộ", "Ngày sinh", "Phân loại hộ"], [1, "Hồ Văn Đông", "1961", "Hộ nghèo"]]
    result = read(rows, name="DS huyện A Lưới 2023.xlsx")
    [question] = result.questions
    assert (question.kind, question.params["guess"]) == ("district", "481")
    [household] = result.households
    assert (household.district_code, household.commune_code, household.blocked) == ("481", "", False)
    assert "commune_code" not in household.known
    told = read(rows, options=ReadOptions(district_code="483", file_name="x.xlsx"))
    assert (told.households[0].district_code, kinds(told)) == ("483", [("district", True)])


def test_communes_of_two_districts_are_settled_by_one_answer(read):
    header = ["STT", "Họ và tên chủ hộ", "Xã", "Diện"]
    rows = [header, [1, "Hồ Văn Đông", "Quảng Thành", "HN"], [2, "Hồ Thị Sen", "Hương Phong", "HN"]]
    result = read(rows)
    if not any(problem.code == "ambiguous_commune" for problem in result.problems):
        pytest.fail("choose communes whose name two districts share")
    assert kinds(result) == [("district", False)]
    code = "481"
    told = read(rows, options=ReadOptions(district_code=code))
    assert not any(problem.code == "ambiguous_commune" for problem in told.problems)


# -- dates --------------------------------------------------------------------------------------------


def people(*days):
    return flat(HONG_VAN, *(line(n, D=day, F=None) for n, day in enumerate(days, 1)))


def born(result):
    return [household.birth_date for household in result.households]


def test_a_column_with_the_month_first_is_read_so_and_asked_about(read):
    rows = people("03/04/1960", "05/25/1961", "12/31/1962")
    result = read(rows)
    assert born(result) == [date(1960, 3, 4), date(1961, 5, 25), date(1962, 12, 31)]
    assert seen(result) == [(11, "D", "ambiguous_date", "warning")]
    [question] = result.questions
    assert (question.kind, question.column, question.params["guess"]) == ("date_order", "D", "mdy")
    assert question.params["samples"] == [["03/04/1960", "1960-04-03", "1960-03-04"]]


@pytest.mark.parametrize(("order", "first"), [("dmy", date(1960, 4, 3)), ("mdy", date(1960, 3, 4))])
def test_the_order_a_person_says_is_obeyed(read, order, first):
    rows = people("03/04/1960", "05/25/1961")
    result = read(rows, options=ReadOptions(date_orders={"Trang 1!D": order}))
    assert born(result) == [first, date(1961, 5, 25)]
    assert kinds(result) == [("date_order", True)]


def test_a_column_with_the_day_first_is_no_question(read):
    result = read(people("03/04/1960", "25/05/1961"))
    assert (born(result), kinds(result), seen(result)) == ([date(1960, 4, 3), date(1961, 5, 25)], [], [])


# -- communes, corrections, formulas ------------------------------------------------------------------


def test_a_place_chosen_once_holds_for_all_rows_that_write_it_so(read):
    rows = national(*(head(n, n, L="Xã Hồng Vâng", M=None) for n in (1, 2)))
    result = read(rows)
    assert {problem.code for problem in result.problems} == {"unknown_commune"}
    key = place_key("Huyện A Lưới", "Xã Hồng Vâng")
    assert {problem.params["place"] for problem in result.problems} == {key}
    chosen = read(rows, options=ReadOptions(communes={key: "20047"}))
    assert [household.commune_code for household in chosen.households] == ["20047", "20047"]
    assert chosen.problems == []


def test_corrected_cells_are_read_as_if_the_file_held_them(read):
    rows = national(head(1, 1, F="31/02/1960", H="0460610000"))
    assert len(read(rows).problems) == 2
    right = {("Trang 1", 8, "F"): "28/02/1960", ("Trang 1", 8, "H"): "046060000001"}
    result = read(rows, options=ReadOptions(corrections=right))
    assert (result.problems, result.households[0].birth_date) == ([], date(1960, 2, 28))
    elsewhere = {("Trang 2", 8, "F"): "28/02/1960"}
    assert len(read(rows, options=ReadOptions(corrections=elsewhere)).problems) == 2


def test_reading_twice_gives_the_same(read):
    rows = people("03/04/1960", "05/25/1961", "12/31/1962")
    assert read(rows) == read(rows)


def test_a_refusal_is_left_only_where_there_is_no_table(refusal):
    assert refusal([["Kính gửi: Ủy ban nhân dân huyện"], ["Về việc rà soát hộ nghèo"]]).code == "no_table"
