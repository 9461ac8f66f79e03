"""The decision's annex and the plan's proof sheet, read back."""

import io

import openpyxl
import pytest

from allocations.models import DistrictList
from allocations.papers.annex import COLUMNS, closing_sentence, roman, write_annex
from allocations.papers.proof_sheet import write_proof

pytestmark = pytest.mark.django_db


def table(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return sheet, [list(row) for row in sheet.iter_rows(values_only=True)]


def households(rows):
    return [row for row in rows[7:] if isinstance(row[0], int)]


@pytest.fixture
def two_lists(story):
    story.household("20047", "near_poor", merit=True, phone="0914000111", head_name="Hồ Văn Vui")
    story.households(c20044=5, c20161=6)
    return story.lists(total=6)


def annex(proposal, **known):
    lists = DistrictList.objects.filter(proposal=proposal).order_by("district__code")
    return table(write_annex(proposal, lists, **({"in_full": True} | known)))


def test_the_annex_holds_exactly_the_approved_lines(two_lists, story):
    decision = story.decided(*two_lists.values())
    _sheet, rows = annex(decision.proposal)
    printed = [(row[0], row[1], row[4], row[6], row[7], row[8]) for row in households(rows)]
    lines = [
        line
        for row in two_lists.values()
        for line in row.lines.filter(decision="keep").order_by("commune__code", "position")
    ]
    tick = {True: "x", False: None}
    assert printed == [
        (
            number, line.snapshot["head_name"], line.snapshot["national_id"],
            tick[line.snapshot["poverty_class"] == "poor"],
            tick[line.snapshot["poverty_class"] == "near_poor"],
            tick[line.snapshot["merit"]],
        )
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    assert decision.households == len(printed) == 6


def test_districts_and_communes_are_grouped_with_subtotals(two_lists, story):
    _sheet, rows = annex(story.decided(*two_lists.values()).proposal)
    groups = [(row[0], row[1]) for row in rows[7:] if row[1] and str(row[1]).endswith("hộ")]
    assert groups == [
        ("I", "Huyện A Lưới: 3 hộ"), ("1", "Thị trấn A Lưới: 2 hộ"), ("2", "Xã Hồng Vân: 1 hộ"),
        ("II", "Huyện Nam Đông: 3 hộ"), ("1", "Thị trấn Khe Tre: 3 hộ"), (None, "Tổng cộng: 6 hộ"),
    ]  # fmt: skip
    total = next(row for row in rows if row[1] == "Tổng cộng: 6 hộ")
    assert total[6:10] == [5, 1, 1, 0]


def test_it_names_its_decision_closes_as_lists_do_and_carries_the_digest(two_lists, story):
    decision = story.decided(*two_lists.values())
    sheet, rows = annex(decision.proposal)
    text = [row[0] for row in rows if isinstance(row[0], str)]
    day = "ngày 05 tháng 02 năm 2024"
    assert f"(Kèm theo Quyết định số 210/QĐ-UBND {day} của Ủy ban nhân dân tỉnh Thừa Thiên Huế)" in text
    assert "Danh sách này gồm có 6 (sáu) hộ./." in text
    assert f"Mã kiểm tra nội dung (SHA-256): {decision.digest}" in text
    assert "DỰ THẢO" not in text
    assert sheet.print_title_rows == "$7:$7"
    assert (sheet.page_setup.orientation, sheet.HeaderFooter.differentFirst) == ("landscape", True)
    assert {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value} == {"Times New Roman"}


def test_before_the_decision_it_is_a_draft(two_lists, story):
    _sheet, rows = annex(story.proposed(*two_lists.values()))
    assert rows[0][0] == "DỰ THẢO"
    assert "số …/QĐ-UBND ngày … tháng … năm …" in rows[4][0]
    assert not any("SHA-256" in str(row[0]) for row in rows)


def test_who_may_not_see_numbers_gets_them_masked(two_lists, story):
    _sheet, rows = annex(story.decided(*two_lists.values()).proposal, in_full=False)
    assert all("******" in row[4] for row in households(rows))
    assert "091***0111" in [row[10] for row in households(rows)]


def test_the_header_is_that_of_the_approval_dossier(two_lists, story):
    _sheet, rows = annex(story.proposed(*two_lists.values()))
    assert rows[6] == [title for title, _width in COLUMNS]


def test_closing_sentence_and_roman_numbers():
    assert closing_sentence(164) == "Danh sách này gồm có 164 (một trăm sáu mươi tư) hộ./."
    assert closing_sentence(1500) == "Danh sách này gồm có 1.500 (một nghìn năm trăm) hộ./."
    assert closing_sentence(14) == "Danh sách này gồm có 14 (mười bốn) hộ./."
    assert [roman(n) for n in (1, 4, 8, 9, 14, 40)] == ["I", "IV", "VIII", "IX", "XIV", "XL"]


def test_the_proof_sheet_says_how_every_quota_came_about(story):
    story.households(c20044=5, c20161=2)
    plan = story.plan(total=3)
    _sheet, rows = table(write_proof(plan))
    body = {row[0]: row for row in rows[6:] if row[0]}
    assert body["481"][2:] == [5, 5, 5, "2,1428", 2, "1/7", None, 5, None, 2]
    assert body["483"][2:] == [2, 2, 2, "0,8571", 0, "6/7", 1, 2, None, 1]
    total = next(row for row in rows if row[1] == "Tổng cộng")
    assert (total[2:5], total[-1]) == ([7, 7, 7], 3)
