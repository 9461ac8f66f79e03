"""The records of an .xls (BIFF5 and BIFF8): sheets, bounds, hidden rows, notes and fonts.

The reader itself is calamine in its fence; where the records do not hold together they tell nothing here, and
the reader decides whether the file is damaged.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO

from smartphone_support.vietnamese.legacy import encoding_of_font

from .cellref import cell_name
from .facts import FileKind, FontUse, LegacyRows, SheetFacts
from .limits import Limits
from .ole2 import OLE2, BrokenContainerError, stream_of
from .refusing import hide_columns, is_far, refuse, refuse_far

__all__ = ["OLE2", "XlsCheck"]

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FONT, _XF = 0x0809, 0x000A, 0x002F, 0x0085, 0x0031, 0x00E0
_ROW, _COLINFO, _NOTE, _OBJ, _TXO, _CONTINUE = 0x0208, 0x007D, 0x001C, 0x005D, 0x01B6, 0x003C
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})
_NUMBERS = frozenset({0x0203, 0x027E})
_RECORD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH")


class XlsCheck:
    """Judges an old binary file by its streams, then walks through the records of its workbook."""

    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        file.seek(0)
        self.content, self.limits = file.read(), limits
        self.result = FileKind("xls", size)
        self.fonts: list[FontUse] = []
        self.styles: dict[int, FontUse] = {}
        self.count = 0
        self.is_biff8 = True

    def run(self) -> FileKind:
        self._refuse_other()
        try:
            stream = stream_of(self.content, ("Workbook", "Book"))
            for offset, sheet in self._globals(stream):
                if not 0 < offset < len(stream):
                    raise BrokenContainerError
                _SheetRecords(sheet, self.limits, self.styles, self.is_biff8).read(stream, offset)
        except (BrokenContainerError, struct.error, IndexError):
            return FileKind("xls", self.result.size)
        if not self.result.sheets:
            refuse("no_sheet")
        return self.result

    def _refuse_other(self) -> None:
        """Names of the streams stand in the container as UTF-16."""

        def has(stream: str) -> bool:
            return stream.encode("utf-16-le") in self.content

        if has("EncryptedPackage"):
            refuse("password")
        if not (has("Workbook") or has("Book")):
            if has("WordDocument"):
                refuse("word")
            refuse("powerpoint" if has("PowerPoint Document") else "not_workbook")

    def _globals(self, stream: bytes) -> list[tuple[int, SheetFacts]]:
        sheets: list[tuple[int, SheetFacts]] = []
        at, end = 0, len(stream) - 4
        while at <= end:
            kind, length = _RECORD.unpack_from(stream, at)
            data = stream[at + 4 : at + 4 + length]
            at += 4 + length
            if kind == _EOF:
                break
            if kind == _BOF:
                self.is_biff8 = struct.unpack_from("<H", data)[0] >= 0x0600
            elif kind == _FILEPASS:
                refuse("password")
            elif kind == _BOUNDSHEET and len(data) > 7 and data[5] == 0:
                sheet = SheetFacts(self._name(data, 6), visible=data[4] & 3 == 0)
                sheets.append((struct.unpack_from("<I", data)[0], sheet))
                self.result.sheets.append(sheet)
                if len(sheets) > self.limits.sheets:
                    refuse("too_many_sheets", sheets=len(sheets), limit=self.limits.sheets)
            elif kind == _FONT:
                self.fonts.append(encoding_of_font(self._name(data, 14)))
                if len(self.fonts) == 4:
                    self.fonts.append(("", False))  # number 4 is never written
            elif kind == _XF:
                font = struct.unpack_from("<H", data)[0]
                if font < len(self.fonts) and self.fonts[font][0]:
                    self.styles[self.count] = self.fonts[font]
                self.count += 1
        return sheets

    def _name(self, data: bytes, at: int) -> str:
        length = data[at]
        if not self.is_biff8:
            return data[at + 1 : at + 1 + length].decode("cp1252", "replace")
        if data[at + 1] & 1:
            return data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
        return data[at + 2 : at + 2 + length].decode("latin-1")


class _SheetRecords:
    """One sheet's records."""

    def __init__(self, sheet: SheetFacts, limits: Limits, styles: dict[int, FontUse], is_biff8: bool) -> None:
        self.sheet, self.limits, self.styles, self.is_biff8 = sheet, limits, styles, is_biff8
        self.legacy = LegacyRows(sheet)
        self.object = 0
        self.texts: dict[int, str] = {}
        self.awaited = 0
        self.handlers: dict[int, Callable[[bytes], None]] = {
            _ROW: self._row, _COLINFO: self._columns, _MULRK: self._many, _FORMULA: self._formula,
            _BOOLERR: self._error, _NOTE: self._note, _OBJ: self._object, _TXO: self._text_object,
            _CONTINUE: self._continued,
            **dict.fromkeys(_TEXTS, self._text), **dict.fromkeys(_NUMBERS, self._number),
        }  # fmt: skip

    def read(self, stream: bytes, at: int) -> None:
        handlers, end, depth = self.handlers, len(stream) - 4, 0
        while at <= end:
            kind, length = _RECORD.unpack_from(stream, at)
            handler = handlers.get(kind)
            if handler is not None and depth == 1:
                handler(stream[at + 4 : at + 4 + length])
            elif kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            at += 4 + length
        self.legacy.close()

    def _see(self, row: int, column: int, cells: int = 1) -> None:
        sheet = self.sheet
        sheet.cells += cells
        sheet.last_row, sheet.last_column = max(sheet.last_row, row), max(sheet.last_column, column)
        if sheet.cells > self.limits.cells:
            refuse("too_many_cells", sheet=sheet.name, limit=self.limits.cells)
        if is_far(sheet, row, column, self.limits):
            refuse_far(sheet, row, column)

    def _number(self, data: bytes) -> None:
        row, column, _style = _CELL.unpack_from(data)
        self._see(row + 1, column + 1)

    def _text(self, data: bytes) -> None:
        row, column, style = _CELL.unpack_from(data)
        self._see(row + 1, column + 1)
        use = self.styles.get(style)
        if use is not None:
            self.legacy.add(row + 1, column + 1, use)

    def _many(self, data: bytes) -> None:
        row, _first = struct.unpack_from("<HH", data)
        self._see(row + 1, struct.unpack_from("<H", data, len(data) - 2)[0] + 1, (len(data) - 6) // 6)

    def _formula(self, data: bytes) -> None:
        self._text(data)
        if data[12:14] == b"\xff\xff" and data[6] == 2:
            row, column, _style = _CELL.unpack_from(data)
            self.sheet.miss(cell_name(row + 1, column + 1))

    def _error(self, data: bytes) -> None:
        row, column, _style = _CELL.unpack_from(data)
        self._see(row + 1, column + 1)
        if data[7] == 1:
            self.sheet.miss(cell_name(row + 1, column + 1))

    def _row(self, data: bytes) -> None:
        if data[12] & 0x20:
            self.sheet.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)

    def _columns(self, data: bytes) -> None:
        first, last, _width, _style, options = struct.unpack_from("<HHHHH", data)
        if options & 1:
            hide_columns(self.sheet, first + 1, last + 1)

    # -- notes: an object, its text, and last the cell it belongs to ------------------------------

    def _object(self, data: bytes) -> None:
        self.object = struct.unpack_from("<H", data, 6)[0] if len(data) >= 8 else 0

    def _text_object(self, data: bytes) -> None:
        self.awaited = struct.unpack_from("<H", data, 10)[0] if len(data) >= 12 else 0

    def _continued(self, data: bytes) -> None:
        if self.awaited and data:
            length, self.awaited = self.awaited, 0
            wide = data[0] & 1
            piece = data[1 : 1 + (2 * length if wide else length)]
            self.texts[self.object] = piece.decode("utf-16-le" if wide else "latin-1", "replace")

    def _note(self, data: bytes) -> None:
        row, column, _flags, number = struct.unpack_from("<HHHH", data)
        old = data[6 : 6 + number].decode("cp1252", "replace")
        self.sheet.note(cell_name(row + 1, column + 1), self.texts.get(number, "") if self.is_biff8 else old)
