"""Files that must not be opened, each refused quickly and with little memory."""

import struct
import tracemalloc
import zipfile

import pytest

from smartphone_support.spreadsheets.limits import Limits
from smartphone_support.spreadsheets.preflight import check_file
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook

from .building import MAIN, ods_xml, raw_xlsx, sheet_xml, write_ods, write_xlsx, zip_bytes

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal_of(path, **limits) -> str:
    """The code of the refusal; fails when finding it took 50 MB of Python's memory."""
    tracemalloc.start()
    try:
        with pytest.raises(SpreadsheetRefused) as refused:
            check_file(path, Limits(**limits))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "image"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "image"),
        (b"{\\rtf1 x}", "word"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "html"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "xml_spreadsheet",
        ),
        ("Kính gửi: Ủy ban nhân dân xã\nĐề nghị gửi danh sách trước ngày 15.\n".encode(), "text"),
        (b'{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n', "text"),
        (b"\x06Nguyen" + b" " * 48 + b"\x06\x00N\x00" + b" \x00" * 53, "lock_file"),
        (b"\x01\x02\xff\xfe" * 400, "not_workbook"),
        (OLE2 + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), "word"),
        (OLE2 + b"\x00" * 600 + "PowerPoint Document".encode("utf-16-le"), "powerpoint"),
        (OLE2 + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE2 + b"\x00" * 600, "not_workbook"),
        (zip_bytes({"word/document.xml": "<w/>", "[Content_Types].xml": "<T/>"}), "word"),
        (zip_bytes({"ppt/presentation.xml": "<p/>", "[Content_Types].xml": "<T/>"}), "powerpoint"),
        (zip_bytes({"xl/workbook.bin": b"\x00", "[Content_Types].xml": "<T/>"}), "xlsb"),
        (zip_bytes({"photo.jpg": b"\xff\xd8"}), "archive"),
        (zip_bytes({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "word"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
def test_a_file_is_judged_by_its_content_and_not_by_its_name(tmp_path, content, code):
    path = tmp_path / "danh sach.xlsx"
    path.write_bytes(content)
    assert refusal_of(path) == code


def test_an_honest_workbook_passes_with_its_facts(tmp_path):
    path = write_xlsx(tmp_path / "a.bin", {"Một": [["a", 1], [], ["b", 2]], "Hai": [["c"]]}, hidden=["Hai"])
    kind = check_file(path)
    assert kind.kind == "xlsx"
    assert [(s.name, s.visible, s.last_row, s.last_column) for s in kind.sheets] == [
        ("Một", True, 3, 2),
        ("Hai", False, 1, 1),
    ]


def test_hidden_rows_and_columns_are_reported(tmp_path):
    xml = (
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" hidden="1"/></cols><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'
        "</sheetData></worksheet>"
    )
    path = raw_xlsx(tmp_path / "a.xlsx", xml)
    [facts] = check_file(path).sheets
    assert (facts.hidden_rows, facts.hidden_columns) == ({2}, ["B", "C"])
    with open_workbook(path) as workbook:
        [sheet] = [(s.hidden_rows, s.hidden_columns, list(s)) for s in workbook]
    assert sheet == (frozenset({2}), ("B", "C"), [(1, [1]), (2, [2])])


def test_a_truncated_workbook_is_damaged(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [["a"] * 5] * 200})
    path.write_bytes(path.read_bytes()[:-300])
    assert refusal_of(path) == "damaged"


def test_a_workbook_with_a_broken_part_is_damaged(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [[f"chữ {n}" for n in range(9)]] * 300})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    content[start : start + 200] = b"\xaa" * 200
    path.write_bytes(content)
    assert refusal_of(path) == "damaged"


def test_a_file_over_the_size_limit_is_too_big(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"S": [["a"]]})
    assert refusal_of(path, file_bytes=1000) == "too_big"


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1"])
def test_a_cell_far_outside_is_refused_however_it_is_quoted(tmp_path, cell, quote):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = f"{CELL}<row r='{row}'><c r={quote}{cell}{quote}><v>1</v></c></row>"
    assert refusal_of(raw_xlsx(tmp_path / "a.xlsx", sheet_xml(data))) == "far_cell"


def test_a_far_cell_in_another_encoding_is_refused_too(tmp_path):
    xml = f'<?xml version="1.0" encoding="UTF-16"?>{sheet_xml(CELL.replace("A1", "XFD9"))}'
    assert refusal_of(raw_xlsx(tmp_path / "a.xlsx", xml.encode("utf-16"))) == "far_cell"


def test_rows_and_cells_without_addresses_are_counted(tmp_path):
    data = "<row><c><v>1</v></c></row>" * 60
    assert refusal_of(raw_xlsx(tmp_path / "a.xlsx", sheet_xml(data)), rows=50) == "far_cell"


def test_coloured_but_empty_cells_far_outside_do_no_harm(tmp_path):
    data = f'{CELL}<row r="1048576"><c r="A1048576" s="1"/></row>'
    path = raw_xlsx(tmp_path / "a.xlsx", sheet_xml(data))
    assert check_file(path).sheets[0].last_row == 1
    with open_workbook(path) as workbook:
        assert [list(sheet) for sheet in workbook] == [[(1, [1])]]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>",
        "<!DOCTYPE x SYSTEM 'http://example.invalid/x.dtd'>",
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/app.xml"]
)
def test_document_types_and_entities_are_refused_in_every_part(tmp_path, prolog, encoding, part):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{prolog}{sheet_xml(CELL)}'.encode(encoding)
    assert refusal_of(raw_xlsx(tmp_path / "a.xlsx", sheet_xml(CELL), {part: xml})) == "hostile_xml"


def test_an_undeclared_entity_in_an_attribute_is_refused(tmp_path):
    xml = sheet_xml('<row r="&x;"><c r="A1"><v>1</v></c></row>')
    assert refusal_of(raw_xlsx(tmp_path / "a.xlsx", xml)) == "hostile_xml"


def test_a_part_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    raw_xlsx(path, sheet_xml(CELL))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    assert refusal_of(path) == "bomb"


def test_a_false_size_in_the_header_does_not_hide_a_bomb(tmp_path):
    path = raw_xlsx(tmp_path / "a.xlsx", sheet_xml(CELL + " " * 40_000_000))
    content = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    content[entry + 24 : entry + 28] = struct.pack("<I", 500)
    path.write_bytes(content)
    assert refusal_of(path) == "bomb"


def test_too_many_cells_sheets_strings_and_parts_are_refused(tmp_path):
    wide = write_xlsx(tmp_path / "a.xlsx", {"S": [range(20)] * 20})
    many = write_xlsx(tmp_path / "b.xlsx", {f"S{n}": [[1]] for n in range(5)})
    strings = f'<sst xmlns="{MAIN}">{"<si/>" * 50}</sst>'
    texts = raw_xlsx(tmp_path / "c.xlsx", sheet_xml(CELL), {"xl/sharedStrings.xml": strings})
    parts = raw_xlsx(tmp_path / "d.xlsx", sheet_xml(CELL), {f"p{n}": b"" for n in range(40)})
    assert refusal_of(wide, cells=300) == "too_many_cells"
    assert refusal_of(many, sheets=4) == "too_many_sheets"
    assert refusal_of(texts, strings=40) == "too_many_cells"
    assert refusal_of(parts, entries=30) == "bomb"


def test_a_workbook_without_sheets_is_refused(tmp_path):
    path = raw_xlsx(tmp_path / "a.xlsx", sheet_xml(CELL), {"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'})
    assert refusal_of(path) == "no_sheet"


def test_links_to_other_workbooks_are_noted_and_not_followed(tmp_path):
    link = f'<externalLink xmlns="{MAIN}"/>'
    path = raw_xlsx(tmp_path / "a.xlsx", sheet_xml(CELL), {"xl/externalLinks/externalLink1.xml": link})
    assert check_file(path).has_external_links


def test_encrypted_parts_count_as_a_password(tmp_path):
    content = bytearray(zip_bytes({"xl/workbook.xml": "<w/>"}))
    content[6:8] = b"\x01\x00"
    entry = content.index(b"PK\x01\x02")
    content[entry + 8 : entry + 10] = b"\x01\x00"
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refusal_of(path) == "password"


def ods(path, table: str):
    return write_ods(path, ods_xml(table))


def test_an_opendocument_sheet_is_read(tmp_path):
    cell = (
        '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    )
    path = ods(
        tmp_path / "a.ods",
        f'<table:table table:name="S"><table:table-row>{cell}</table:table-row></table:table>',
    )
    with open_workbook(path) as workbook:
        assert [(sheet.name, list(sheet)) for sheet in workbook] == [("S", [(1, [7])])]


def test_repeated_cells_of_an_opendocument_sheet_are_counted(tmp_path):
    cell = (
        '<table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="16000"/>'
    )
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    path = ods(tmp_path / "a.ods", f'<table:table table:name="S">{row}</table:table>')
    assert refusal_of(path) in ("too_many_cells", "far_cell")
