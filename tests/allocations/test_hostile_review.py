"""Review workbooks as nobody should send them: told by sheet, cell or row, and the list stays as it is."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allocations import workflow
from allocations.lists.review_reading import receive_upload
from allocations.lists.review_workbook import ADDED_FIRST_ROW, ADDED_SHEET, INDEX, SHEET
from allocations.models import ReviewUpload
from smartphone_support.documents.models import StoredFile
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.web.errors import Refusal

from .test_review_workbook import FIRST, Paper, officer, paper  # noqa: F401 - its fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(paper, officer):  # noqa: F811 - the fixtures above
    """The sentence; fails where anything was kept or changed."""

    def call(content=None):
        before = list(paper.list.lines.values_list("pk", "decision", "reason", "has_need", "note"))
        file = SimpleUploadedFile("phieu.xlsx", paper.bytes() if content is None else content)
        with pytest.raises(Refusal) as refusal:
            receive_upload(paper.list, file, actor=officer)
        assert not ReviewUpload.objects.exists()
        assert not StoredFile.objects.exists()
        assert list(paper.list.lines.values_list("pk", "decision", "reason", "has_need", "note")) == before
        return str(refusal.value)

    return call


KINDS = {
    "an old photo": (b"GIF89a" + b"\x00" * 100, "picture|photo|image"),
    "a web page": (b"<!doctype html><table><tr><td>STT</td></tr></table>", "web page"),
    "rich text": (b"{\\rtf1 STT}", "Word"),
    "noise": (bytes(range(256)) * 40, "workbook"),
}


@pytest.mark.parametrize(("content", "words"), KINDS.values(), ids=KINDS)
def test_another_kind_of_file_named_as_a_workbook_is_told(refused, content, words):
    sentence = refused(content)
    assert any(word in sentence for word in words.split("|")), sentence


def test_a_file_larger_than_a_workbook_can_be_is_refused_before_it_is_read(refused, monkeypatch):
    monkeypatch.setattr("allocations.lists.review_opening.LIMITS", Limits(file_bytes=MEGABYTE))
    assert "MB" in refused(b"PK\x03\x04" + b"0" * 2_000_000)


@pytest.mark.parametrize("name", ["decision", "reason", "has_need", "support_form", "note"])
def test_an_answer_that_is_a_formula_without_a_result_is_told_by_its_cell(paper, refused, name):  # noqa: F811
    """Read as empty, a need would be unknown and a reason gone."""
    paper.write(2, **{name: "=VLOOKUP(A1,Z:Z,1)"})
    cell = paper.sheet.cell(FIRST + 1, INDEX[name]).coordinate
    assert f"the formula in {cell} has no result" in refused()


def test_a_formula_that_ended_in_an_error_is_told_too(paper, refused):  # noqa: F811
    cell = paper.sheet.cell(FIRST, INDEX["note"])
    cell.value, cell.data_type = "#N/A", "e"
    assert f"the formula in {cell.coordinate} has no result" in refused()


def test_a_formula_in_a_locked_or_an_added_column_harms_nobody(paper, officer):  # noqa: F811
    paper.write(1, village="=1+1")
    paper.sheet.cell(FIRST, len(INDEX) + 3).value = "=ROW()"
    assert paper.upload(officer).changes == []


def test_an_added_household_with_a_formula_is_told_by_its_cell(paper, refused):  # noqa: F811
    paper.add(head_name="Người Lạ", birth_year=1980, decision="=A1", village="Thôn 9")
    assert f"Sheet “{ADDED_SHEET}”: the formula in H{ADDED_FIRST_ROW} has no result" in refused()


def test_a_header_merged_over_its_neighbour_is_told_by_the_column_it_swallowed(paper, refused):  # noqa: F811
    header = {"start_row": FIRST - 1, "end_row": FIRST - 1}
    paper.sheet.merge_cells(**header, start_column=INDEX["decision"], end_column=INDEX["reason"])
    assert "the column “Lý do” is missing" in refused()


@pytest.mark.parametrize("name", ["has_need", "note"])
def test_a_column_whose_answers_would_all_be_lost_is_missed(paper, refused, name):  # noqa: F811
    """Without the column every need would become unknown, every note empty."""
    paper.sheet.cell(FIRST - 1, INDEX[name]).value = None
    assert "is missing. Put it back" in refused()


def test_a_parent_merged_over_the_header_is_no_harm(paper, officer):  # noqa: F811
    paper.sheet.cell(FIRST - 2, INDEX["has_need"]).value = "Phần huyện trả lời"
    row = {"start_row": FIRST - 2, "end_row": FIRST - 2}
    paper.sheet.merge_cells(**row, start_column=INDEX["has_need"], end_column=INDEX["note"])
    paper.write(2, decision="Loại", reason="Đã mất")
    assert [change["position"] for change in paper.upload(officer).changes] == [2]


def test_a_hundred_thousand_empty_rows_are_refused_by_their_number_and_a_few_thousand_are_read(
    paper,  # noqa: F811
    officer,  # noqa: F811
    refused,
):
    paper.write(2, decision="Loại", reason="Đã mất")
    paper.sheet.cell(100_000, 3).value = " "
    assert "far cell C100000" in refused()
    paper.sheet.cell(100_000, 3).value = None
    for row in range(FIRST + 20, FIRST + 5_000):
        paper.sheet.cell(row, 3).value = " "
    assert [change["position"] for change in paper.upload(officer).changes] == [2]


def test_formatted_but_empty_rows_to_the_end_of_the_sheet_are_no_rows(paper, officer):  # noqa: F811
    """What a paste of whole columns leaves: a hundred thousand rows with a height and no cell."""
    paper.write(2, decision="Loại", reason="Đã mất")
    for row in range(FIRST + 20, FIRST + 100_000):
        paper.sheet.row_dimensions[row].height = 15
    assert [change["position"] for change in paper.upload(officer).changes] == [2]


def test_every_row_of_another_district_under_the_own_hidden_sheet_is_refused(story, officer):  # noqa: F811
    """The list pasted whole from another district's workbook: not one of its households is taken."""
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    mine, other = Paper(lists["481"]), Paper(lists["483"])
    for number, row in enumerate(other.rows(), start=FIRST):
        for column, value in enumerate(row, start=1):
            mine.sheet.cell(number, column).value = value
    with pytest.raises(Refusal, match=r"Row 9 \(.+\): its key belongs to the list “Huyện Nam Đông"):
        mine.upload(officer)
    assert not ReviewUpload.objects.exists()


def test_the_hidden_sheet_of_another_district_is_refused_with_the_own_rows(story, officer):  # noqa: F811
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    mine, other = Paper(lists["481"]), Paper(lists["483"])
    for row in other.book["_khoa"].iter_rows():
        for cell in row:
            mine.book["_khoa"][cell.coordinate].value = cell.value
    with pytest.raises(Refusal, match="workbook of huyện Nam Đông"):
        mine.upload(officer)


def test_a_sheet_of_somebodys_own_is_passed_over_unless_it_is_the_list_again(paper, officer, refused):  # noqa: F811
    own = paper.book.create_sheet("Ghi chép", 0)
    own.append(["STT", "Chủ hộ", "Ghi chú"])
    own.append([1, "Ai Đó", "Đã gọi điện"])
    assert paper.upload(officer).changes == []
    ReviewUpload.objects.all().delete()
    StoredFile.objects.all().delete()
    again = paper.book.copy_worksheet(paper.sheet)
    again.title = "Bản sao"
    assert f"Sheets “{SHEET}” and “Bản sao” both hold the list" in refused()


def test_signs_nobody_sees_are_no_part_of_an_answer(paper, officer):  # noqa: F811
    paper.write(2, note="_x0000_a\u200bb\ufeff").write(3, note="_x0000_")
    (change,) = paper.upload(officer).changes
    assert change["after"] == {"note": "ab"}


def test_what_a_district_writes_comes_out_again_as_text(paper, officer):  # noqa: F811
    """A note that looks like a formula is no formula in the next workbook."""
    cell = paper.sheet.cell(FIRST, INDEX["note"])
    cell.value, cell.data_type = '=HYPERLINK("http://x";"bấm")', "s"
    upload = paper.upload(officer)
    workflow.apply_review_upload(upload, actor=officer)
    paper.list.refresh_from_db()
    cell = Paper(paper.list).sheet.cell(FIRST, INDEX["note"])
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x";"bấm")')
