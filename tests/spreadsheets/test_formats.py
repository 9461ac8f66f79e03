"""One table in every kind of file people send, read to the same rows."""

import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl.comments import Comment

from smartphone_support.spreadsheets.limits import Limits
from smartphone_support.spreadsheets.preflight import check_file
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook

from .building import MAIN, ods_xml, raw_xlsx, sheet_xml, write_ods, write_xlsx
from .old_binary import XlsSheet, write_xls

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
TABLE = [
    ["STT", "Họ và tên", "Số CCCD", "Ghi chú"],
    ["1", "Hồ Văn Đông", "046059105929", "nhà ở; xa\nđường"],
    ["2", "Nguyễn Thị Thúy", "067163482855", None],
]


def read(path, **more):
    """Sheets by name with their rows read."""
    with open_workbook(path, **more) as workbook:
        return {sheet.name: (sheet, list(sheet)) for sheet in workbook}


def rows_of(path, **more):
    [(_sheet, rows)] = read(path, **more).values()
    return rows


def csv_bytes(delimiter, encoding, line="\r\n"):
    def field(value):
        text = value or ""
        return f'"{text}"' if set(text) & set(f'"\n{delimiter}') else text

    lines = line.join(delimiter.join(map(field, row)) for row in TABLE) + line
    if encoding == "cp1258":
        # Code page 1258 writes tones after their letter.
        for whole, parts in {"ọ": "o\u0323", "ồ": "ô\u0300", "ễ": "ê\u0303", "ị": "i\u0323", "ở": "ơ\u0309",
                             "ú": "u\u0301", "ố": "ô\u0301", "ờ": "ơ\u0300"}.items():  # fmt: skip
            lines = lines.replace(whole, parts)
    return lines.encode(encoding)


# -- text files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_whatever_its_separator_and_encoding(tmp_path, delimiter, encoding):
    path = tmp_path / "danh sach.xlsx"
    path.write_bytes(csv_bytes(delimiter, encoding))
    assert check_file(path).kind == "csv"
    expected = [(n, [v for v in row if v is not None]) for n, row in enumerate(TABLE, 1)]
    assert [(n, values) for n, values in rows_of(path)] == expected


def test_code_page_1258_is_read_and_its_lone_tones_are_composed_by_cleaning(tmp_path):
    from smartphone_support.spreadsheets.cells import as_text

    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(";", "cp1258"))
    assert check_file(path).encoding == "cp1258"
    assert [as_text(values[1]) for _n, values in rows_of(path)] == [row[1] for row in TABLE]


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_and_empty_lines_keep_row_numbers(tmp_path, line):
    path = tmp_path / "a.csv"
    path.write_bytes(f"a;b{line}{line};;{line}1;2{line}".encode())
    assert rows_of(path) == [(1, ["a", "b"]), (4, ["1", "2"])]


def test_excels_own_line_about_the_separator_is_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\nSTT;Tên\n1;Kê Lơ\n2;Kê Tuyn\n".encode())
    assert rows_of(path)[0] == (2, ["STT", "Tên"])


def test_bytes_of_tcvn3_and_vni_are_told_by_their_words(tmp_path):
    from tests.vietnamese.test_legacy import NAMES, to_tcvn3, to_vni

    for encoding, write in (("tcvn3", to_tcvn3), ("vni", to_vni)):
        path = tmp_path / f"{encoding}.csv"
        lines = ["STT;" + write("Họ và tên") + ";" + write("Giới tính")]
        lines += [f"{n};{write(name)};{write('Nữ')}" for n, name in enumerate(NAMES, 1)]
        path.write_bytes("\n".join(lines).encode("latin-1"))
        [(sheet, rows)] = read(path).values()
        assert (sheet.encoding, sheet.encoding_by) == (encoding, "content")
        assert rows[0] == (1, ["STT", "Họ và tên", "Giới tính"])
        assert [values[1].lower() for _n, values in rows[1:]] == [name.lower() for name in NAMES]
        assert 0 < len(sheet.legacy_samples) <= 8
        assert (write("Họ và tên"), "Họ và tên") in sheet.legacy_samples


def test_a_broken_letter_does_not_spoil_the_others(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(";", "utf-8") * 9 + b"10;H\xe1\xbb")
    assert check_file(path).encoding == "utf-8"
    rows = rows_of(path)
    assert rows[1][1][1] == "Hồ Văn Đông"
    assert rows[-1][1] == ["10", "H\ufffd"]


def test_a_quote_that_never_ends_is_damage_and_not_memory(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a;b\n1;2\n3;4\n5;"' + b"x;" * 100_000)
    with pytest.raises(SpreadsheetRefused) as refused:
        read(path)
    assert refused.value.code in ("damaged", "text")


def test_too_many_values_in_a_text_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1;2;3\n" * 500)
    with pytest.raises(SpreadsheetRefused) as refused:
        check_file(path, Limits(cells=1_000))
    assert refused.value.code == "too_many_cells"


# -- fonts from before Unicode ----------------------------------------------------------------------


def mixed_book(path):
    from openpyxl.styles import Font

    book = Book()
    sheet = book.active
    sheet.append(["Hä vµ tªn", "Họ và tên", "NguyÔn V¨n ¸nh", "Hoï vaø teân"])
    for cell, font in zip(sheet[1], (".VnTime", "Times New Roman", ".VnTimeH", "VNI-Times"), strict=True):
        cell.font = Font(name=font)
    sheet.append(["½ ngày", "Nguyễn"])
    book.create_sheet("Hai").append(["Hä vµ tªn"])
    book.save(path)
    return path


def test_only_the_cells_of_old_fonts_are_converted(tmp_path):
    sheets = read(mixed_book(tmp_path / "a.xlsx"))
    sheet, rows = sheets["Sheet"]
    assert rows == [(1, ["Họ và tên", "Họ và tên", "NGUYỄN VĂN ÁNH", "Họ và tên"]), (2, ["½ ngày", "Nguyễn"])]
    assert (sheet.encoding, sheet.encoding_by) == ("tcvn3", "font")
    assert ("Hoï vaø teân", "Họ và tên") in sheet.legacy_samples
    assert sheets["Hai"][1] == [(1, ["Hä vµ tªn"])]
    assert (sheets["Hai"][0].encoding, sheets["Hai"][0].encoding_by) == ("unicode", "")


def test_attributes_are_complete_before_the_first_row(tmp_path):
    with open_workbook(mixed_book(tmp_path / "a.xlsx")) as workbook:
        sheet = next(iter(workbook))
        assert (sheet.encoding, len(sheet.legacy_samples)) == ("tcvn3", 3)


def test_what_a_person_says_of_a_sheet_holds(tmp_path):
    path = mixed_book(tmp_path / "a.xlsx")
    sheet, rows = read(path, encodings={"Sheet": "unicode"})["Sheet"]
    assert (sheet.encoding, sheet.encoding_by, rows[0][1][0]) == ("unicode", "", "Hä vµ tªn")
    sheet, rows = read(path, encodings={"Hai": "tcvn3"})["Hai"]
    assert (sheet.encoding, sheet.encoding_by, rows) == ("tcvn3", "told", [(1, ["Họ và tên"])])


def test_a_template_in_an_old_font_with_unicode_text_is_unicode(tmp_path):
    from openpyxl.styles import Font

    book = Book()
    for row in TABLE:
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.font = Font(name=".VnTime")
    book.save(tmp_path / "a.xlsx")
    [(sheet, rows)] = read(tmp_path / "a.xlsx").values()
    assert (sheet.encoding, sheet.encoding_by, sheet.legacy_samples) == ("unicode", "", ())
    assert rows[1][1][1] == "Hồ Văn Đông"


def test_a_text_that_changes_its_font_on_the_way_is_converted_piece_by_piece(tmp_path):
    strings = (
        f'<sst xmlns="{MAIN}"><si><r><rPr><rFont val=".VnTime"/></rPr><t>Hé nghÌo</t></r>'
        '<r><rPr><rFont val="Arial"/></rPr><t xml:space="preserve"> năm µ</t></r></si></sst>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    data = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        sheet_xml(data),
        {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": relations},
    )
    [(sheet, rows)] = read(path).values()
    assert rows == [(1, ["Hộ nghèo năm µ"])]
    assert (sheet.encoding, sheet.encoding_by) == ("tcvn3", "font")


def test_plain_fonts_are_judged_by_whole_columns_and_never_by_single_cells(tmp_path):
    from tests.vietnamese.test_legacy import NAMES, to_tcvn3

    rows = [["Hä vµ tªn", "Họ và tên"], *([to_tcvn3(name), name] for name in NAMES)]
    [(sheet, read_rows)] = read(write_xlsx(tmp_path / "a.xlsx", {"S": rows})).values()
    assert (sheet.encoding, sheet.encoding_by) == ("tcvn3", "content")
    assert [values[0].lower() for _n, values in read_rows] == [row[1].lower() for row in rows]
    assert [values[1] for _n, values in read_rows] == [row[1] for row in rows]
    [(sheet, read_rows)] = read(write_xlsx(tmp_path / "b.xlsx", {"S": rows[:3]})).values()
    assert (sheet.encoding, read_rows[0][1][0]) == ("unicode", "Hä vµ tªn")


# -- what stands beside the values --------------------------------------------------------------------


def test_notes_formulas_without_results_and_errors_are_told(tmp_path):
    book = Book()
    sheet = book.active
    sheet.append(["Tên", "=1+1", "x", 5])
    sheet["A1"].comment = Comment("Xem lại hộ này", "Xã")
    sheet["C1"].value, sheet["C1"].data_type = "#N/A", "e"
    book.save(tmp_path / "a.xlsx")
    [(sheet, rows)] = read(tmp_path / "a.xlsx").values()
    assert rows == [(1, ["Tên", None, None, 5])]
    assert sheet.uncalculated == {"B1", "C1"}
    assert sheet.comments == {"A1": "Xem lại hộ này"}


def test_a_formula_counts_with_the_result_the_file_holds(tmp_path):
    data = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="shared" si="0"/><v></v></c></row>'
    [(sheet, rows)] = read(raw_xlsx(tmp_path / "a.xlsx", sheet_xml(data))).values()
    assert (rows, sheet.uncalculated) == ([(1, [2])], {"B1"})


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_sheet_is_judged_alike_however_its_elements_are_written(tmp_path, prefix):
    """With prefixes each cell is parsed; without, its bytes are searched."""
    rows = "".join(
        f'<{prefix}row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if n % 7 == 3 else ""}>'
        f'<{prefix}c r="B{n}"><{prefix}v>{n}</{prefix}v></{prefix}c></{prefix}row>'
        for n in range(1, 400)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<{prefix}worksheet xmlns{":x" if prefix else ""}="{main}"><{prefix}cols>'
        f'<{prefix}col min="3" max="4" hidden="1"/></{prefix}cols>'
        f"<{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    )
    [facts] = check_file(raw_xlsx(tmp_path / "a.xlsx", xml)).sheets
    assert (facts.cells, facts.last_row, facts.last_column) == (399, 399, 2)
    assert facts.hidden_rows == {n for n in range(1, 400) if n % 7 == 3}
    assert facts.hidden_columns == ["C", "D"]


def test_macros_are_noted_and_the_values_read(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsm", {"S": [["a", 1]]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\x00" * 50)
    assert check_file(path).has_macros
    assert rows_of(path) == [(1, ["a", 1])]


# -- OpenDocument -------------------------------------------------------------------------------------


def test_an_opendocument_tells_fonts_hidden_rows_sheets_and_notes(tmp_path):
    styles = (
        '<style:style style:name="old" style:family="table-cell"><style:text-properties '
        'style:font-name=".VnTime"/></style:style>'
        '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    text = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p>{}</table:table-cell>'
    note = "<office:annotation><text:p>Xem lại</text:p></office:annotation>"
    first = text.format(' table:style-name="old"', "Hé nghÌo", note) + text.format("", "Hé nghÌo", "")
    table = (
        '<table:table table:name="Một"><table:table-column table:default-cell-style-name="old"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        f"<table:table-row>{first}</table:table-row>"
        f'<table:table-row table:visibility="filter">{text.format("", "Hé nghÌo", "")}</table:table-row>'
        '<table:table-row><table:table-cell table:formula="of:=1+1"/></table:table-row></table:table>'
        f'<table:table table:name="Hai" table:style-name="off"><table:table-row>{text.format("", "a", "")}'
        "</table:table-row></table:table>"
    )
    sheets = read(write_ods(tmp_path / "a.ods", ods_xml(table, styles)))
    sheet, rows = sheets["Một"]
    assert rows[:2] == [(1, ["Hộ nghèo", "Hé nghÌo"]), (2, ["Hộ nghèo"])]
    assert (sheet.encoding_by, sheet.hidden_rows, sheet.hidden_columns) == ("font", {2}, ("B", "C"))
    assert (sheet.comments, sheet.uncalculated) == ({"A1": "Xem lại"}, {"A3"})
    assert not sheets["Hai"][0].visible


# -- the old binary format ----------------------------------------------------------------------------


@pytest.mark.parametrize("biff8", [True, False], ids=["BIFF8", "BIFF5"])
def test_an_old_binary_workbook_tells_what_the_new_ones_tell(tmp_path, biff8):
    first = XlsSheet(
        "Danh sach",
        {(0, 0): "Hé nghÌo", (0, 1): 7, (1, 0): "Hé nghÌo", (2, 2): b"\x2a", (3, 0): "THÞ"},
        {(0, 0): 1, (3, 0): 5},
        hidden_rows=[1],
        hidden_columns=[1],
        notes={(0, 0): "Xem lai"},
    )
    fonts = ["Arial", ".VnTime", "Arial", "Arial", "Arial", ".VnTimeH"]
    path = write_xls(
        tmp_path / "a.xlsx", [first, XlsSheet("An", {(0, 0): "a"}, hidden=True)], fonts, biff8=biff8
    )
    sheets = read(path)
    sheet, rows = sheets["Danh sach"]
    assert rows == [(1, ["Hộ nghèo", 7]), (2, ["Hé nghÌo"]), (4, ["THỊ"])]
    assert (sheet.encoding, sheet.encoding_by) == ("tcvn3", "font")
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.last_row) == ({2}, ("B",), 4)
    assert (sheet.comments, sheet.uncalculated) == ({"A1": "Xem lai"}, {"C3"})
    assert not sheets["An"][0].visible


def test_old_binary_workbooks_are_limited_and_refused_with_a_password(tmp_path):
    from .old_binary import xls_bytes

    path = tmp_path / "a.xls"
    path.write_bytes(xls_bytes([XlsSheet("S", {(500, 0): 1})]))
    with pytest.raises(SpreadsheetRefused) as refused:
        check_file(path, Limits(rows=400))
    assert refused.value.code == "far_cell"
    path.write_bytes(xls_bytes([XlsSheet("S", {(0, 0): 1})], extra=b"\x2f\x00\x06\x00" + b"\x00" * 6))
    with pytest.raises(SpreadsheetRefused) as refused:
        check_file(path)
    assert refused.value.code == "password"


# -- through another program --------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample workbooks are not here")
@pytest.mark.parametrize("name", ["67-list-tcvn3-small", "46-operator-viettel-2024-03"])
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_libreoffice_makes_of_a_sample_reads_the_same(tmp_path, name, kind):
    source = SAMPLES / f"{name}.xlsx"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    ours, theirs = read(source), read(tmp_path / f"{name}.{kind}")
    assert check_file(tmp_path / f"{name}.{kind}").kind == kind
    assert {n: rows for n, (_s, rows) in theirs.items()} == {n: rows for n, (_s, rows) in ours.items()}
    assert [s.encoding_by for s, _ in theirs.values()] == [s.encoding_by for s, _ in ours.values()]


def test_dates_times_and_long_texts_pass_the_fence_whole(tmp_path):
    long = "Ghi chú rất dài. " * 1_900
    rows = [[date(1961, 3, 5), long, n, 1.5, True] for n in range(120)]
    read_rows = rows_of(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [values for _n, values in read_rows] == rows
