from datetime import date

import openpyxl
import pytest

from smartphone_support.spreadsheets import writing


@pytest.fixture
def sheet():
    return openpyxl.Workbook().active


def saved(sheet, path):
    sheet.parent.save(path)
    return openpyxl.load_workbook(path).active


@pytest.mark.parametrize(
    "text", ["=1+1", "+84912345678", "-5", "@SUM(A1)", '=HYPERLINK("http://example.invalid")']
)
def test_text_never_becomes_a_formula(sheet, tmp_path, text):
    writing.write_row(sheet, 1, [text])
    cell = saved(sheet, tmp_path / "a.xlsx")["A1"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_an_identity_number_keeps_its_zero_and_a_date_its_form(sheet, tmp_path):
    writing.write_row(sheet, 1, ["046090019194", date(1961, 3, 5), 1500])
    read = saved(sheet, tmp_path / "a.xlsx")
    assert (read["A1"].value, read["A1"].number_format) == ("046090019194", "@")
    assert read["B1"].number_format == "dd/mm/yyyy"
    assert read["C1"].value == 1500


def test_characters_a_workbook_cannot_hold_are_left_out(sheet, tmp_path):
    writing.write_row(sheet, 1, ["a\x00b\x0bc\ud800", "x" * 40_000])
    read = saved(sheet, tmp_path / "a.xlsx")
    assert read["A1"].value == "abc"
    assert len(read["B1"].value) == 32_767


def test_the_header_is_repeated_on_every_printed_page(sheet, tmp_path):
    writing.write_line(sheet, 1, "DANH SÁCH", last=3, bold=True)
    writing.write_header(sheet, 2, ["STT", "Họ và tên", "Ghi chú"])
    writing.set_widths(sheet, [6, 30, 20])
    writing.prepare_print(sheet, header_rows=(2, 2))
    read = saved(sheet, tmp_path / "a.xlsx")
    assert (read.print_title_rows, read.freeze_panes) == ("$2:$2", "A3")
    assert (read.page_setup.orientation, int(read.page_setup.paperSize)) == ("landscape", 9)
    assert read.column_dimensions["B"].width == 30
    assert "A1:C1" in [str(merged) for merged in read.merged_cells.ranges]


def test_sheet_names_are_short_allowed_and_unique():
    title = writing.sheet_title("Thị trấn [A Lưới]: danh sách hộ nghèo 2023")
    assert len(title) <= 31
    assert not set(title) & set("[]:*?/\\")
    assert writing.sheet_title("Xã A", ["xã a"]) == "Xã A (2)"


def test_a_row_is_as_high_as_its_longest_text_needs():
    sheet = openpyxl.Workbook().active
    writing.fit_height(sheet, 1, ["ngắn", 123456789012], (10, 6))
    writing.fit_height(sheet, 2, ["a" * 11, "b\nc", None], (10, 6, 6))
    writing.fit_height(sheet, 3, ["một\nhai\n" + "d" * 21], (10,))
    assert [sheet.row_dimensions[row].height for row in (1, 2, 3)] == [None, 30, 75]
