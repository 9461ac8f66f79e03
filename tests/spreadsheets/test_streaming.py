"""Long lists written row by row: what is read back is what was given, and never a formula."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from smartphone_support.spreadsheets import streaming
from smartphone_support.spreadsheets.streaming import (
    DAY,
    FORMATS,
    NUMBER,
    YEAR,
    Column,
    write_csv,
    write_ods,
    write_xlsx,
)

COLUMNS = [
    Column("STT", 6, NUMBER),
    Column("Họ & tên", 28),
    Column("Ngày sinh", 12, DAY),
    Column("Năm", 8, YEAR),
]
ROWS = [
    (1, "Hồ Văn Brôi", date(1961, 3, 5), 1961),
    (2, '=HYPERLINK("x")', None, 1970),
    (3, "  hai  khoảng trắng\nhai dòng <b> & '", date(1899, 12, 31), None),
    (4, "", date(2024, 2, 29), 2024),
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=40)


def written(write, rows=ROWS, columns=COLUMNS, title="Sổ hộ"):
    target = io.BytesIO()
    assert write(target, title, columns, iter(rows)) == len(rows)
    target.seek(0)
    return target


def test_a_workbook_holds_texts_numbers_and_days_as_such():
    sheet = load_workbook(written(write_xlsx)).active
    assert sheet.title == "Sổ hộ"
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == ["STT", "Họ & tên", "Ngày sinh", "Năm"]
    assert [cell.value for cell in rows[0]][:2] == [1, "Hồ Văn Brôi"]
    assert rows[0][2].value.date() == date(1961, 3, 5)
    assert rows[0][2].number_format == "dd/mm/yyyy"
    assert rows[0][3].number_format == "0"  # a year is no amount: 1961, not 1.961
    assert (rows[1][1].value, rows[1][1].data_type) == ('=HYPERLINK("x")', "s")
    assert rows[2][1].value == ROWS[2][1]
    assert rows[3][1].value is None
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "C2")


@given(st.lists(TEXTS.filter(lambda text: text.strip() and not text.startswith("_")), max_size=20))
def test_every_text_comes_back_from_a_workbook(texts):
    book = CalamineWorkbook.from_filelike(written(write_xlsx, [(text,) for text in texts], [Column("a")]))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == texts


def test_what_excel_would_read_as_an_escaped_letter_stays_what_it_is():
    with zipfile.ZipFile(written(write_xlsx, [("_x0041_",)], [Column("a")])) as book:
        assert "_x005F_x0041_" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_longer_list_than_a_sheet_holds_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(streaming, "SHEET_ROWS", 3)
    book = load_workbook(written(write_xlsx, [(n,) for n in range(7)], [Column("a", kind=NUMBER)]))
    assert [sheet.title for sheet in book] == ["Sổ hộ", "Sổ hộ (2)", "Sổ hộ (3)"]
    assert [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)] == list(range(7))


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_list_of_nobody_is_a_sheet_with_its_header(form):
    book = CalamineWorkbook.from_filelike(written(FORMATS[form][0], []))
    assert book.get_sheet_by_index(0).to_python() == [[column.title for column in COLUMNS]]


def test_an_open_document_holds_texts_numbers_and_days_as_such():
    rows = CalamineWorkbook.from_filelike(written(write_ods)).get_sheet_by_index(0).to_python()
    assert rows[1] == [1, "Hồ Văn Brôi", date(1961, 3, 5), 1961]
    assert rows[2][1] == '=HYPERLINK("x")'
    assert rows[3][1] == ROWS[2][1]


def test_a_plain_table_is_read_by_excel_as_unicode_and_calculates_nothing():
    content = written(write_csv).getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["1", "Hồ Văn Brôi", "05/03/1961", "1961"]
    assert rows[2][1].startswith("'=")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "'=", '"='])
def test_no_cell_of_a_plain_table_begins_like_a_formula(start):
    assert streaming.plain_csv(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_libreoffice_opens_it(form, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / f"list.{form}"
    path.write_bytes(written(FORMATS[form][0]).getvalue())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    # 76 is UTF-8.
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    shown = list(csv.reader((tmp_path / "list.csv").open(encoding="utf-8", newline="")))
    assert shown[1] == ["1", "Hồ Văn Brôi", "05/03/1961", "1961"]
    assert shown[2][1] == '=HYPERLINK("x")'
