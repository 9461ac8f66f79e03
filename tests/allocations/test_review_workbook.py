"""The review workbook: out, answered, and back; and every way it can be wrong."""

import io
import shutil
import subprocess

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allocations import workflow
from allocations.lists.review_reading import receive_upload
from allocations.lists.review_workbook import (
    ADDED_FIRST_ROW,
    ADDED_INDEX,
    ADDED_SHEET,
    COLUMNS,
    INDEX,
    KEY_SHEET,
    SHEET,
    write_review_workbook,
)
from allocations.models import ReviewUpload
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db

FIRST = 9


class Paper:
    """A downloaded workbook on somebody's desk."""

    def __init__(self, district_list):
        self.list = district_list
        self.book = openpyxl.load_workbook(io.BytesIO(write_review_workbook(district_list)))
        self.sheet = self.book[SHEET]

    def write(self, position, **answers):
        for name, value in answers.items():
            self.sheet.cell(FIRST - 1 + position, INDEX[name]).value = value
        return self

    def add(self, row=ADDED_FIRST_ROW, **cells):
        """A household on the second sheet."""
        for name, value in cells.items():
            self.book[ADDED_SHEET].cell(row, ADDED_INDEX[name]).value = value
        return self

    def rows(self):
        return [list(row) for row in self.sheet.iter_rows(min_row=FIRST, values_only=True)]

    def copy(self, position, to):
        """The line's row once more, as with Ctrl+C and Ctrl+V."""
        for column, value in enumerate(self.rows()[position - 1], start=1):
            self.sheet.cell(to, column).value = value
        return self

    def reorder(self, letters):
        """Some columns upside down, the others as they were: what sorting a part of a sheet does."""
        for letter in letters:
            cells = [self.sheet[f"{letter}{row}"] for row in range(FIRST, self.sheet.max_row + 1)]
            for cell, value in zip(cells, [cell.value for cell in reversed(cells)], strict=True):
                cell.value = value
        return self

    def bytes(self):
        content = io.BytesIO()
        self.book.save(content)
        return content.getvalue()

    def upload(self, actor, district_list=None):
        file = SimpleUploadedFile("phieu.xlsx", self.bytes())
        return receive_upload(district_list or self.list, file, actor=actor)


@pytest.fixture
def officer(cast):
    return cast("hue-481")


@pytest.fixture
def paper(a_luoi):
    return Paper(a_luoi)


def test_the_workbook_holds_every_line_in_rank_order(paper, a_luoi):
    header = [cell.value for cell in paper.sheet[FIRST - 1]]
    assert header == [title for _name, title, _width, _open in COLUMNS]
    rows = list(paper.sheet.iter_rows(min_row=FIRST, values_only=True))
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row[INDEX["decision"] - 1] for row in rows] == ["Giữ"] * 3 + ["Dự phòng"] * 3
    assert [row[2] for row in rows] == [line.snapshot["head_name"] for line in a_luoi.lines.all()]


def test_identity_numbers_in_it_are_masked(paper, a_luoi):
    number = a_luoi.lines.first().snapshot["national_id"]
    shown = paper.sheet.cell(FIRST, INDEX["national_id"]).value
    assert shown == f"{number[:3]}******{number[-3:]}"
    assert number not in str([list(row) for row in paper.sheet.values])


def test_only_the_answers_are_unlocked_and_chosen_from_drop_downs(paper):
    locked = {name: paper.sheet.cell(FIRST, INDEX[name]).protection.locked for name in INDEX}
    assert {name for name, is_locked in locked.items() if not is_locked} == {
        "has_need", "decision", "reason", "support_form", "note",
    }  # fmt: skip
    assert paper.sheet.protection.sheet
    assert not paper.sheet.protection.autoFilter
    lists = [rule.formula1 for rule in paper.sheet.data_validations.dataValidation]
    assert '"Giữ,Dự phòng,Loại"' in lists
    assert paper.book[KEY_SHEET].sheet_state == "hidden"


def test_a_name_that_looks_like_a_formula_stays_text(story):
    story.household("20044", head_name="=HYPERLINK(1)")
    cell = Paper(story.lists(total=1)["481"]).sheet.cell(FIRST, INDEX["head_name"])
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_an_untouched_workbook_changes_nothing(paper, officer):
    upload = paper.upload(officer)
    assert upload.changes == []
    assert upload.counts == {
        "keep": 3, "reserve": 3, "drop": 0, "lines": 6, "changed": 0, "hidden_rows": 0,
        "found": 0, "added": 0, "repeated": 0, "altered": [],
    }  # fmt: skip


def test_answers_come_back_as_a_difference_and_are_applied(paper, officer, a_luoi):
    paper.write(1, decision="loại ", reason="  Đã chuyển   đi ").write(
        4, decision="GIỮ", support_form="Tiền 500.000 đồng"
    )
    paper.write(5, has_need="Không", note="Ở xa")
    upload = paper.upload(officer)
    assert [(change["position"], change["after"]) for change in upload.changes] == [
        (1, {"decision": "drop", "reason": "Đã chuyển đi"}),
        (4, {"decision": "keep", "support_form": "cash"}),
        (5, {"has_need": False, "note": "Ở xa"}),
    ]
    assert upload.changes[0]["before"] == {"decision": "keep", "reason": ""}
    workflow.apply_review_upload(upload, actor=officer)
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (3, 2)
    assert Paper(a_luoi).upload(officer).changes == []


def test_rows_in_any_order_added_columns_and_hidden_rows_are_read(paper, officer):
    paper.write(2, decision="Loại", reason="Đã mất")
    rows = [list(row) for row in paper.sheet.iter_rows(min_row=FIRST, values_only=True)]
    for number, row in enumerate(reversed(rows), start=FIRST):
        for column, value in enumerate(row, start=1):
            paper.sheet.cell(number, column).value = value
    paper.sheet.insert_cols(3)
    paper.sheet.cell(FIRST - 1, 3).value = "Cán bộ rà soát"
    paper.sheet.row_dimensions[FIRST + 1].hidden = True
    upload = paper.upload(officer)
    assert [change["position"] for change in upload.changes] == [2]
    assert upload.counts["hidden_rows"] == 1


def test_words_under_the_table_are_ignored(paper, officer):
    paper.sheet.cell(FIRST + 8, 3).value = "Người lập phiếu"
    assert paper.upload(officer).changes == []


def wrong(paper, officer, words):
    with pytest.raises(Refusal, match=words):
        paper.upload(officer)
    assert not ReviewUpload.objects.exists()
    assert [line.decision for line in paper.list.lines.all()] == ["keep"] * 3 + ["reserve"] * 3


CELLS = {
    "unknown decision": (
        lambda paper: paper.write(2, decision="Giũ nhé").write(5, decision="?"),
        "row 10, 13, column L: “Giũ nhé” is none of Giữ, Dự phòng, Loại",
    ),
    "no decision": (
        lambda paper: paper.write(2, decision=None),
        "row 10, column L is empty: choose one of Giữ, Dự phòng, Loại",
    ),
    "unknown form": (lambda paper: paper.write(2, support_form="Máy"), "row 10, column N"),
    "unknown need": (lambda paper: paper.write(2, has_need="có lẽ"), "row 10, column K"),
    "drop without reason": (
        lambda paper: paper.write(1, decision="Loại").write(3, decision="Loại", reason=" "),
        "without a reason: rows 9, 11, column M",
    ),
    "kept without need": (lambda paper: paper.write(1, has_need="Không"), "without need: rows 9"),
    "over quota": (
        lambda paper: paper.write(4, decision="Giữ").write(5, decision="Giữ"),
        "5 households are kept, 2 more than the quota of 3",
    ),
    "long reason": (lambda paper: paper.write(4, reason="x" * 301), "longer than 300 characters in M12"),
    "forged key": (
        lambda paper: paper.write(2, key="1-0123456789"),
        r"column B were changed, rows 10 \(.+\)",
    ),
    "swapped line": (
        lambda paper: paper.write(2, key=str(paper.sheet.cell(FIRST, 2).value).replace("-", "0-")),
        "column B were changed, rows 10",
    ),
    "a key that is no number": (lambda paper: paper.write(2, key="²-0123456789"), "were changed, rows 10"),
    "another line's key": (
        lambda paper: paper.write(2, key=paper.sheet.cell(FIRST, 2).value, mark=None),
        r"Row 10 has the key of “.*” \(No. 1\) but names “.*” \(No. 2\)",
    ),
    "another line's key and the mark of its own": (
        lambda paper: paper.write(2, key=paper.sheet.cell(FIRST, 2).value),
        "Row 10 .*the key and the last column do not belong together",
    ),
    "answers sorted apart from the keys": (
        lambda paper: paper.reorder("LMNOPQ"),
        "Row 9 .*the key and the last column do not belong together",
    ),
    "names sorted apart from the keys": (lambda paper: paper.reorder("CDEF"), "Row 9 has the key of"),
    "a row twice with two answers": (
        lambda paper: paper.copy(2, FIRST + 7).write(8, decision="Loại", reason="Đã mất"),
        "Rows 10 and 16 are both “.*” and say different things",
    ),
    "a copied row with another name": (
        lambda paper: paper.copy(2, FIRST + 7).write(8, head_name="Ai Đó"),
        "Rows 10 and 16 have the key of “.*”, but one of them names “Ai Đó”: clear the key",
    ),
    "a second column of answers": (
        lambda paper: setattr(paper.sheet["S8"], "value", "Ý kiến huyện"),
        "Columns L and S both have the header “Ý kiến huyện”",
    ),
    "answers' header changed": (
        lambda paper: setattr(paper.sheet["L8"], "value", "Ý kiến"),
        "the column “Ý kiến huyện” is missing",
    ),
    "missing row": (
        lambda paper: paper.sheet.delete_rows(FIRST + 1),
        "1 household of the list is missing.*No. 2 .",
    ),
    "key emptied": (lambda paper: paper.write(3, key=None), "1 household of the list is missing.*No. 3 ."),
    "an answer for nobody": (
        lambda paper: paper.write(8, decision="Giữ"),
        "row 16 has an answer, but neither",
    ),
    "key sheet edited": (
        lambda paper: setattr(paper.book[KEY_SHEET]["B5"], "value", "999"),
        "hidden key sheet was changed",
    ),
    "version edited": (
        lambda paper: setattr(paper.book[KEY_SHEET]["B3"], "value", "7"),
        "belongs to version 7",
    ),
    "key sheet removed": (lambda paper: paper.book.remove(paper.book[KEY_SHEET]), "no review workbook"),
    "header removed": (
        lambda paper: paper.sheet.delete_rows(FIRST - 1),
        "row of headers with “Mã dòng” is miss",
    ),
    "header of the added sheet removed": (
        lambda paper: (paper.book[ADDED_SHEET].delete_rows(4), paper.add(head_name="Ai Đó")),
        "Sheet “Hộ bổ sung”: the row of headers is missing",
    ),
    "list twice": (lambda paper: paper.book.copy_worksheet(paper.sheet), "both hold the list"),
}


@pytest.mark.parametrize(("spoil", "words"), CELLS.values(), ids=CELLS)
def test_a_spoilt_workbook_is_refused_with_its_place_and_changes_nothing(paper, officer, spoil, words):
    spoil(paper)
    wrong(paper, officer, words)


FILES = {
    "word": (b"PK\x03\x04", "damaged"),
    "text": (b"Ho ten;Nam sinh\n", "no review workbook"),
    "empty": (b"", "empty"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_workbook_is_refused(a_luoi, officer, content, words):
    with pytest.raises(Refusal, match=words):
        receive_upload(a_luoi, SimpleUploadedFile("phieu.xlsx", content), actor=officer)


def test_a_word_document_renamed_is_refused(a_luoi, officer, tmp_path):
    import zipfile

    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", "<document/>")
    with pytest.raises(Refusal, match="Word document"):
        receive_upload(a_luoi, SimpleUploadedFile("phieu.xlsx", path.read_bytes()), actor=officer)


def test_another_workbook_is_refused(a_luoi, officer):
    book = openpyxl.Workbook()
    book.active.append(["STT", "Họ và tên", "Năm sinh"])
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(Refusal, match="no review workbook"):
        receive_upload(a_luoi, SimpleUploadedFile("x.xlsx", content.getvalue()), actor=officer)


def test_the_workbook_of_another_district_is_refused(story, officer):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    with pytest.raises(
        Refusal, match="workbook of huyện Nam Đông, Đợt 1/2024; this list is that of huyện A Lưới"
    ):
        Paper(lists["483"]).upload(officer, lists["481"])


def test_a_workbook_of_an_older_version_is_refused(paper, officer, a_luoi):
    paper.write(1, decision="Loại", reason="Đã mất")
    workflow.apply_review_upload(
        Paper(a_luoi).write(2, decision="Loại", reason="x").upload(officer), actor=officer
    )
    a_luoi.refresh_from_db()
    with pytest.raises(Refusal, match="at version 2, this workbook belongs to version 1"):
        paper.upload(officer, a_luoi)


def test_the_same_workbook_of_another_installation_is_refused(paper, officer, settings):
    settings.SECRET_KEY = "another"
    with pytest.raises(Refusal, match="were changed"):
        paper.upload(officer)


def saved_by_libreoffice(content, folder, kind):
    """What LibreOffice makes of the workbook when it saves it as another kind."""
    source = folder / "in" / "phieu.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(folder), str(source)], check=True, timeout=240
    )
    return folder / f"phieu.{kind}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_saved_by_libreoffice_comes_back_whole(paper, a_luoi, officer, tmp_path, kind):
    paper.write(1, decision="Loại", reason="Đã chuyển đi").write(4, decision="Giữ", note="=1+1")
    # A formula counts by its result.
    paper.add(head_name="Người Lạ", birth_year=1980, national_id="046180000001", village="Thôn 9")
    saved = saved_by_libreoffice(paper.bytes(), tmp_path, kind)
    upload = receive_upload(a_luoi, SimpleUploadedFile(saved.name, saved.read_bytes()), actor=officer)
    assert [(change["position"], change["after"]) for change in upload.changes] == [
        (1, {"decision": "drop", "reason": "Đã chuyển đi"}),
        (4, {"decision": "keep", "note": "2"}),
    ]
    find = upload.found.get()
    assert (find.head_name, find.birth_year, find.national_id, find.village) == (
        "Người Lạ", 1980, "046180000001", "Thôn 9",
    )  # fmt: skip
    if kind == "xlsx":
        book = openpyxl.load_workbook(saved)
        assert book[SHEET].protection.sheet
        assert book[KEY_SHEET].sheet_state != "visible"
        assert book[SHEET].data_validations.dataValidation


def test_a_row_copied_whole_is_read_once_and_said_so(paper, officer):
    paper.write(2, note="Ở xa").copy(2, FIRST + 7)
    upload = paper.upload(officer)
    assert [change["position"] for change in upload.changes] == [2]
    assert (upload.counts["repeated"], upload.counts["lines"]) == (1, 6)


def test_a_name_corrected_by_hand_is_not_taken_over_but_told(paper, officer, a_luoi):
    paper.write(2, head_name="Hồ Viết Đạt (sửa)")
    upload = paper.upload(officer)
    assert upload.changes == []
    assert upload.counts["altered"] == [[10, a_luoi.lines.get(position=2).snapshot["head_name"]]]


def test_a_row_of_another_lists_workbook_is_refused_by_its_list(story, officer):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    paper, other = Paper(lists["481"]), Paper(lists["483"])
    for column, value in enumerate(other.rows()[0], start=1):
        paper.sheet.cell(FIRST + 6, column).value = value
    name = other.rows()[0][INDEX["head_name"] - 1]
    with pytest.raises(Refusal, match=rf"Row 15 \({name}\): its key belongs to the list “Huyện Nam Đông"):
        paper.upload(officer)


def test_a_row_of_an_older_version_is_refused_by_its_version(paper, officer, a_luoi):
    workflow.apply_review_upload(
        Paper(a_luoi).write(2, decision="Loại", reason="x").upload(officer), actor=officer
    )
    a_luoi.refresh_from_db()
    now = Paper(a_luoi).write(3, key=paper.rows()[2][INDEX["key"] - 1])
    with pytest.raises(
        Refusal, match=r"Row 11 \(.*\): its key belongs to version 1 of the list, .* at version 2"
    ):
        now.upload(officer, a_luoi)
