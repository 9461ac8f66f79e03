"""A workbook once written, saved again as offices save it: in fonts from before Unicode, as text, as .ods.

Rows, columns and what a reader can get out of them stay the same.
"""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import load_workbook
from openpyxl.styles import Font

from smartphone_support.vietnamese.legacy import TCVN3, VNI, convert, from_tcvn3, from_vni

_FONTS = {TCVN3: ".VnTime", VNI: "VNI-Times"}
_CAPITALS = ".VnTimeH"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


@cache
def _letters(encoding: str) -> dict[str, str]:
    """What a file stores for each accented letter."""
    if encoding == TCVN3:
        stored = [chr(code) for code in (*range(0xA1, 0x100), 0xAD)]
        return {letter: code for code in stored if (letter := from_tcvn3(code)) != code}
    marks = "ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË"
    pairs = ["".join(pair) for pair in product("aeouyôöAEOUYÔÖ", marks)]
    alone = list("íìæóòôöîñÍÌÆÓÒÔÖÎÑ")
    return {letter: code for code in (*pairs, *alone) if len(letter := from_vni(code)) == 1}


def in_old_font(text: str, encoding: str) -> tuple[str, str] | None:
    """The text as a file of the old encoding stores it, and its font; None where the font lacks a letter."""
    if text.isascii():
        return text, _FONTS[encoding]
    font, source = _FONTS[encoding], text
    if encoding == TCVN3 and text == text.upper():
        # The fonts of capitals draw every code as a capital; text is stored in small letters.
        font, source = _CAPITALS, text.lower()
    letters = _letters(encoding)
    stored = "".join(letters.get(letter, letter) for letter in source)
    return (stored, font) if convert(stored, encoding, font == _CAPITALS) == text else None


def save_in_old_font(source: str | Path, target: str | Path, encoding: str) -> None:
    """The workbook with its Vietnamese in TCVN3 or VNI; what the font lacks stays Unicode, in Times."""
    book = load_workbook(source)
    fonts = {name: Font(name=name) for name in (*_FONTS.values(), _CAPITALS, "Times New Roman")}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    found = in_old_font(cell.value, encoding)
                    cell.value, name = found or (cell.value, "Times New Roman")
                    cell.data_type = "s"
                    cell.font = fonts[name]
    book.save(target)


def save_as_csv(
    source: str | Path, target: str | Path, *, delimiter: str = ";", encoding: str = "utf-8-sig"
) -> None:
    """The first sheet as text, as Excel shows it: every row as wide as the widest."""
    sheet = load_workbook(source, read_only=True).worksheets[0]
    rows = [[_shown(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    width = max(map(len, rows))
    with Path(target).open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([*row, *[""] * (width - len(row))] for row in rows)


def save_as_ods(source: str | Path, target: str | Path) -> None:
    """The workbook as LibreOffice saves it: values only."""
    parts = [_ODS_HEAD]
    for sheet in load_workbook(source, read_only=True):
        parts.append(f"<table:table table:name={quoteattr(sheet.title)}>")
        for row in sheet.iter_rows(values_only=True):
            cells = "".join(map(_ods_cell, row)) or "<table:table-cell/>"
            parts.append(f"<table:table-row>{cells}</table:table-row>")
        parts.append("</table:table>")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        archive.writestr("content.xml", "".join([*parts, _ODS_TAIL]))


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    shown = "<text:p>" + escape(_shown(value)).replace("  ", " <text:s/>") + "</text:p>"
    if isinstance(value, date):
        kind = f'"date" office:date-value="{value:%Y-%m-%d}"'
    elif isinstance(value, int | float):
        kind = f'"float" office:value="{value}"'
    else:
        kind = '"string"'
    return f"<table:table-cell office:value-type={kind}>{shown}</table:table-cell>"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date | datetime) else str(value)
