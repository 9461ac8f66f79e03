"""Old binary workbooks (.xls) for tests, written record by record: BIFF8 and BIFF5 in an OLE2 container."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class XlsSheet:
    """``cells`` by (row, column) from 0: text, number, or an error as bytes; ``fonts`` their font's index."""

    name: str
    cells: Mapping[tuple[int, int], object]
    fonts: Mapping[tuple[int, int], int] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, biff8: bool, wide: bool = False) -> bytes:
    """A string with its length in one byte, or in two (``wide``)."""
    length = struct.pack("<H" if wide else "<B", len(text))
    if not biff8:
        return length + text.encode("cp1252")
    try:
        return length + b"\x00" + text.encode("latin-1")
    except UnicodeEncodeError:
        return length + b"\x01" + text.encode("utf-16-le")


def _cell(row: int, column: int, value: object, style: int, biff8: bool) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, str):
        return _record(0x0204, place + _text(value, biff8, wide=True))
    if isinstance(value, bytes):
        return _record(0x0205, place + value + b"\x01")
    return _record(0x0203, place + struct.pack("<d", value))


def _sheet(sheet: XlsSheet, biff8: bool) -> bytes:
    out = [_record(0x0809, struct.pack("<HHHH", 0x0600 if biff8 else 0x0500, 0x0010, 0, 0) + b"\x00" * 8)]
    for column in sheet.hidden_columns:
        out.append(_record(0x007D, struct.pack("<HHHHHH", column, column, 2000, 0, 1, 0)))
    for row in sheet.hidden_rows:
        out.append(_record(0x0208, struct.pack("<HHHHHHI", row, 0, 5, 255, 0, 0, 0x20)))
    for (row, column), value in sorted(sheet.cells.items()):
        out.append(_cell(row, column, value, sheet.fonts.get((row, column), 0), biff8))
    for number, ((row, column), text) in enumerate(sheet.notes.items(), 1):
        if biff8:
            out.append(_record(0x005D, struct.pack("<HHHHH", 0x15, 18, 0x19, number, 0) + b"\x00" * 12))
            out.append(_record(0x01B6, struct.pack("<HHHHHH", 0, 0, 0, 0, 0, len(text)) + b"\x00" * 6))
            out.append(_record(0x003C, b"\x01" + text.encode("utf-16-le")))
            out.append(_record(0x001C, struct.pack("<HHHH", row, column, 0, number) + b"\x00\x00\x00"))
        else:
            out.append(_record(0x001C, struct.pack("<HHH", row, column, len(text)) + text.encode("cp1252")))
    return b"".join(out) + _record(0x000A)


def xls_bytes(
    sheets: Sequence[XlsSheet], fonts: Sequence[str] = ("Arial",), *, biff8: bool = True, extra: bytes = b""
) -> bytes:
    """A workbook; cell style n uses font n (the fifth font on is numbered one higher, as in real files)."""
    head = [_record(0x0809, struct.pack("<HHHH", 0x0600 if biff8 else 0x0500, 0x0005, 0, 0) + b"\x00" * 8)]
    head.append(_record(0x0042, struct.pack("<H", 1200 if biff8 else 1252)))
    for font in fonts:
        head.append(
            _record(0x0031, struct.pack("<HHHHH4B", 220, 0, 8, 400, 0, 0, 0, 0, 0) + _text(font, biff8))
        )
    for number in range(len(fonts)):
        index = number if number < 4 else number + 1
        head.append(_record(0x00E0, struct.pack("<HH", index, 0) + b"\x00" * (16 if biff8 else 12)))
    bounds = [_text(sheet.name, biff8) for sheet in sheets]
    size = sum(map(len, head)) + sum(4 + 6 + len(name) for name in bounds) + len(extra) + 4
    bodies = [_sheet(sheet, biff8) for sheet in sheets]
    for sheet, name, body in zip(sheets, bounds, bodies, strict=True):
        head.append(_record(0x0085, struct.pack("<IBB", size, 1 if sheet.hidden else 0, 0) + name))
        size += len(body)
    stream = b"".join(head) + extra + _record(0x000A) + b"".join(bodies)
    return _container("Workbook" if biff8 else "Book", stream)


def write_xls(path: Path, sheets: Sequence[XlsSheet], fonts: Sequence[str] = ("Arial",), **more) -> Path:
    path.write_bytes(xls_bytes(sheets, fonts, **more))
    return path


def _container(name: str, stream: bytes) -> bytes:
    """One stream in one FAT sector's reach: up to 60 kB."""
    stream = stream.ljust(4096, b"\x00")
    count = -(-len(stream) // 512)
    stream = stream.ljust(count * 512, b"\x00")
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(title: str, kind: int, child: int, first: int, size: int) -> bytes:
        letters = title.encode("utf-16-le") + b"\x00\x00" if title else b""
        return (
            letters.ljust(64, b"\x00")
            + struct.pack("<HBBIII", len(letters), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + b"\x00" * 36
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + struct.pack("<128I", *table) + directory + stream
