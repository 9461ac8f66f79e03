"""Files nobody may open, each with words of its sentence: for every door that takes files."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from .building import raw_xlsx, sheet_xml, write_xlsx, zip_bytes

_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def _with_cell(reference: str, quote: str = '"') -> Callable[[Path], bytes]:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = f"{_CELL}<row r={quote}{row}{quote}><c r={quote}{reference}{quote}><v>1</v></c></row>"
    return lambda folder: raw_xlsx(folder / "hostile.xlsx", sheet_xml(data)).read_bytes()


def _with_prolog(prolog: str, encoding: str = "utf-8") -> Callable[[Path], bytes]:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{prolog}{sheet_xml(_CELL)}'.encode(encoding)
    return lambda folder: raw_xlsx(folder / "hostile.xlsx", xml).read_bytes()


def _bomb(folder: Path) -> bytes:
    path = raw_xlsx(folder / "hostile.xlsx", sheet_xml(_CELL))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    return path.read_bytes()


def _hidden_bomb(folder: Path) -> bytes:
    content = bytearray(raw_xlsx(folder / "hostile.xlsx", sheet_xml(_CELL + " " * 40_000_000)).read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    content[entry + 24 : entry + 28] = struct.pack("<I", 500)
    return bytes(content)


def _cut_short(folder: Path) -> bytes:
    content = write_xlsx(folder / "hostile.xlsx", {"S": [["STT", "Họ và tên"]] * 50}).read_bytes()
    return content[: len(content) * 2 // 3]


def _word(folder: Path) -> bytes:
    return zip_bytes({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})


def _locked(folder: Path) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")


#: What it is → how it is made (in a folder), and words of its sentence in English.
HOSTILE: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "a Word file renamed": (_word, "This is a Word document"),
    "a damaged zip": (_cut_short, "damaged or incomplete"),
    "a password": (_locked, "protected by a password"),
    "a far cell": (_with_cell("XFD1048576"), "far cell XFD1048576"),
    "a far cell in single quotes": (_with_cell("XFD1048576", "'"), "far cell XFD1048576"),
    "a stray cell below": (_with_cell("A1048576"), "far cell A1048576"),
    "a file of the server": (
        _with_prolog('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "for safety",
    ),
    "an entity bomb": (_with_prolog("<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>"), "for safety"),
    "a declaration in UTF-16": (_with_prolog("<!DOCTYPE x>", "utf-16"), "for safety"),
    "an entity in an attribute": (
        lambda folder: raw_xlsx(folder / "hostile.xlsx", sheet_xml('<row r="&x;"/>')).read_bytes(),
        "for safety",
    ),
    "a size bomb": (_bomb, "unpacks to far more"),
    "a bomb of false size": (_hidden_bomb, "unpacks to far more"),
}
