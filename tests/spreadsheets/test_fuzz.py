"""Damaged and hostile files of every kind end in a refusal or in a clean reading, never in anything else.

A few hundred seeds run with the suite; FUZZ_SEEDS=5000 runs as many, FUZZ_FIRST says with which to begin.
"""

import io
import os
import random
import re
import zipfile
from datetime import date, datetime, time

import pytest

from smartphone_support.spreadsheets.limits import Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook

from .building import ods_xml, write_ods, write_xlsx
from .old_binary import XlsSheet, xls_bytes

FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
SEEDS = int(os.environ.get("FUZZ_SEEDS", "240"))
IN_ONE_TEST = 20
LIMITS = Limits(child_seconds=60, child_cpu_seconds=5)
CODES = {
    "empty_file", "too_big", "lock_file", "word", "powerpoint", "pdf", "image", "html", "xml_spreadsheet",
    "text", "archive", "not_workbook", "damaged", "password", "xlsb", "bomb", "hostile_xml",
    "too_many_sheets", "too_many_cells", "far_cell", "no_sheet", "unreadable", "too_heavy",
}  # fmt: skip
VALUES = (str, int, float, bool, date, datetime, time, type(None))
ROWS = [["STT", "Họ và tên", "Ngày sinh", "Số CCCD"]] + [
    [n, "NguyÔn V¨n §øc" if n % 3 else "Hồ Văn Đông", date(1961, 3, n), "04605910592"] for n in range(1, 12)
]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Small honest files, by kind."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    folder = tmp_path_factory.mktemp("good")
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    for cell in book.active["B"]:
        cell.font = Font(name=".VnTime")
    book.active["A1"].comment = Comment("Xem lại", "Xã")
    book.active["E2"] = "=A2+1"
    book.active.row_dimensions[4].hidden = True
    book.save(folder / "fonts.xlsx")
    text = (
        '<table:table-cell office:value-type="string" table:style-name="old">'
        "<text:p>Hé nghÌo</text:p></table:table-cell>"
    )
    number = (
        '<table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="3"/>'
    )
    styles = (
        '<style:style style:name="old" style:family="table-cell">'
        '<style:text-properties style:font-name=".VnTime"/></style:style>'
    )
    row = f'<table:table-row table:number-rows-repeated="2">{text}{number}</table:table-row>'
    content = ods_xml(f'<table:table table:name="S">{row * 5}</table:table>', styles)
    cells = {(r, c): v for r, values in enumerate(ROWS) for c, v in enumerate(values) if isinstance(v, int)}
    cells |= {(r, 5): "NguyÔn" for r in range(9)} | {(9, 5): b"\x2a"}
    sheets = [XlsSheet("S", cells, {(3, 5): 1}, hidden_rows=[2], notes={(0, 0): "Xem"}), XlsSheet("T", {})]
    table = "\n".join(";".join(f'"{value}"' for value in values) for values in ROWS)
    return {
        "xlsx": write_xlsx(folder / "a.xlsx", {"Một": ROWS, "Hai": [["x"]]}, hidden=["Hai"]).read_bytes(),
        "fonts": (folder / "fonts.xlsx").read_bytes(),
        "ods": write_ods(folder / "a.ods", content).read_bytes(),
        "xls": xls_bytes(sheets, ["Arial", ".VnTime"]),
        "xls5": xls_bytes(sheets, ["Arial", ".VnTime"], biff8=False),
        "csv": table.encode(),
        "csv16": table.encode("utf-16"),
        "csvtcvn3": table.encode("latin-1", "replace"),
    }


# -- ways to spoil a file -----------------------------------------------------------------------------


def flip_bits(chance, content):
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20, 100))):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def cut_off(chance, content):
    return content[: chance.randrange(len(content))]


def move_bytes(chance, content):
    first, last = sorted(chance.randrange(len(content)) for _ in range(2))
    piece = content[first : min(last, first + 500)]
    return chance.choice(
        (content[:first] + content[last:], content[:first] + piece * 3 + content[first:], content[first:])
    )


def overwrite(chance, content):
    at, spoiled = chance.randrange(len(content)), bytearray(content)
    length = chance.choice((1, 2, 4, 8, 64))
    spoiled[at : at + length] = chance.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * length
    return bytes(spoiled)


def random_bytes(chance, content):
    heads = (
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        content[:600],
    )
    return chance.choice(heads) + chance.randbytes(chance.choice((0, 1, 30, 600, 9_000)))


ODD = [
    "",
    "-1",
    "0",
    "99999999999",
    "1048576",
    "XFD1048576",
    "A0",
    "é",
    "&#65;",
    "1e308",
    "nan",
    "x" * 300,
    "A1:B2",
]


def spoil_xml(chance, part):
    """A part in which a number, a name, a tag or a whole element is another one."""
    for _ in range(chance.choice((1, 1, 3))):
        found = list(re.finditer(rb'"[^"]*"|>[^<]+<|<[^>]*>', part))
        if not found:
            return chance.randbytes(50)
        match = chance.choice(found)
        old, odd = match[0], chance.choice(ODD).encode()
        if old.startswith(b'"'):
            new = chance.choice((b'"' + odd + b'"', b"'" + odd + b"'", b"", b'"'))
        elif old.startswith(b">"):
            inner = chance.choice((odd, b"<![CDATA[7]]>", b"<!-- x -->7", b"&lt;&amp;", b"<v>1</v>"))
            new = b">" + inner + b"<"
        else:
            new = chance.choice((b"", old + old, b"<c><v>3</v></c>", b"<!DOCTYPE x>", old.lower(), old[:-1]))
        part = part[: match.start()] + new + part[match.end() :]
    return part


def spoil_zip(chance, content):
    """A whole zip again, with a part spoiled, lost, exchanged, doubled or renamed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = sorted(parts)
    one, other = chance.choice(names), chance.choice(names)
    how = chance.randrange(8)
    if how < 4:
        sheet = [name for name in names if "sheet" in name or "content" in name or "styles" in name]
        one = chance.choice(sheet or names)
        parts[one] = spoil_xml(chance, parts[one])
    elif how == 4:
        del parts[one]
    elif how == 5:
        parts[one], parts[other] = parts[other], parts[one]
    elif how == 6:
        parts[one.upper()] = parts[other]
    else:
        parts[one] = (
            parts[one]
            .decode("utf-8", "replace")
            .encode(chance.choice(("utf-16", "utf-8-sig", "latin-1")), "replace")
        )
    buffer = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


BYTES = (flip_bits, cut_off, move_bytes, overwrite, random_bytes)


def spoil(chance, kind, content):
    if content.startswith(b"PK") and chance.random() < 0.7:
        return spoil_zip(chance, content)
    if kind.startswith("xls") and content.startswith(b"\xd0") and chance.random() < 0.7:
        # Beyond container and table of sectors: the records.
        return content[:1536] + chance.choice((flip_bits, overwrite))(chance, content[1536:])
    return chance.choice(BYTES)(chance, content)


def check_reading(path):
    """Read everything; what comes out is of the types promised. Returns the refusal's code or ""."""
    try:
        with open_workbook(path, LIMITS) as workbook:
            for sheet in workbook:
                before = 0
                assert isinstance(sheet.name, str)
                assert sheet.encoding in ("unicode", "tcvn3", "vni")
                for number, values in sheet:
                    assert number > before
                    assert values
                    assert values[-1] is not None
                    assert all(isinstance(value, VALUES) for value in values)
                    before = number
    except SpreadsheetRefused as refused:
        code = refused.code
    else:
        code = ""
    assert code in CODES | {""}
    return code


def test_the_honest_files_are_read(good, tmp_path):
    for kind, content in good.items():
        path = tmp_path / kind
        path.write_bytes(content)
        assert check_reading(path) == "", kind


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, IN_ONE_TEST))
def test_a_spoiled_file_is_refused_or_read(good, tmp_path, first):
    kinds = sorted(good)
    for seed in range(first, min(first + IN_ONE_TEST, FIRST + SEEDS)):
        chance = random.Random(seed)
        kind = kinds[seed % len(kinds)]
        path = tmp_path / f"{seed}.{kind}"
        path.write_bytes(spoil(chance, kind, good[kind]))
        try:
            check_reading(path)
        except Exception as error:
            pytest.fail(f"seed {seed} ({kind}): {type(error).__name__}: {error}")
        path.unlink()
