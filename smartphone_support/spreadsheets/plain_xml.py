"""A quick look at the XML of a sheet, for the plain form every spreadsheet program writes.

Calling Python for each of half a million cells takes longer than reading them. A sheet whose cells all look
like ``<c r="B12"`` can be bounded by searching its bytes, piece by piece, row by row; as soon as anything is
written otherwise the sheet is not ``plain`` and is parsed cell by cell instead. expat sees every byte in
either case, so what counts as an attribute and what as text is never guessed.
"""

from __future__ import annotations

import re

from .cellref import split_reference
from .facts import SheetFacts
from .limits import Limits
from .refusing import hide_columns, is_far

_PIECE = 512 * 1024
_LONGEST_PIECE = 8 * 1024 * 1024
_COLUMNS = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')
_ROWS = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_ODD_CELL = re.compile(rb"<c[\t\r\n/>]")
_PREFIXED = re.compile(rb":(?:c|row|v|is|f|col)[\s/>]")
_HIDDEN_ROW = re.compile(rb"<row\s[^>]*\bhidden\s*=[^>]*>")
_HIDDEN_COLUMN = re.compile(rb"<col\s[^>]*\bhidden\s*=[^>]*>")
_NUMBER = re.compile(rb'\s(r|min|max|hidden)\s*=\s*"([0-9a-z]{1,7})"')
_NO_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f(?:[^>]*/>|(?:\s[^>]*)?>[^<]*</f>)'
    rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*\st="e"')
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9_-]+)""")


class PlainScan:
    """Takes a sheet's bytes with ``see`` and, at the end, ``finish``; ``plain`` tells whether it holds."""

    def __init__(self, sheet: SheetFacts, limits: Limits) -> None:
        self.sheet, self.limits = sheet, limits
        self.plain = True
        self.columns: set[bytes] = set()
        self._rest: list[bytes] = []
        self._held = 0
        self._started = False

    def see(self, data: bytes) -> None:
        if not self._started and data:
            self._started = True
            declared = _DECLARED.search(data[:200])
            self.plain = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
        self._rest.append(data)
        self._held += len(data)
        if self._held >= _PIECE:
            whole = b"".join(self._rest)
            cut = whole.rfind(b"<row")
            if cut > 0:
                self._look(whole[:cut])
                whole = whole[cut:]
            elif len(whole) > _LONGEST_PIECE:
                # One endless row: nothing a table needs.
                self.plain, whole = False, b""
            self._rest, self._held = [whole], len(whole)

    def finish(self) -> bool:
        """Look at what is left and set the sheet's bounds; False when it must be parsed cell by cell."""
        self._look(b"".join(self._rest))
        self._rest = []
        sheet = self.sheet
        sheet.last_column = max((split_reference(f"{c.decode()}1")[1] for c in self.columns), default=0)
        far = is_far(sheet, sheet.last_row, sheet.last_column, self.limits)
        return self.plain and not far and sheet.cells <= self.limits.cells

    def _look(self, piece: bytes) -> None:
        self._note_results(piece)
        if not self.plain:
            return
        rows = _ROWS.findall(piece)
        self.plain = (
            len(rows) == piece.count(b"<c ")
            and b"<!" not in piece
            and b"\x00" not in piece
            and not _ODD_CELL.search(piece)
            and not _PREFIXED.search(piece)
        )
        if self.plain and rows:
            self.sheet.cells += len(rows)
            self.sheet.last_row = max(self.sheet.last_row, max(map(int, set(rows))))
            self.columns.update(_COLUMNS.findall(piece))
        if b"hidden" in piece:
            self._note_hidden(piece)

    def _note_results(self, piece: bytes) -> None:
        if b"<f" in piece:
            for address in _NO_RESULT.findall(piece):
                self.sheet.miss(address.decode())
        if b' t="e"' in piece:
            for address in _ERROR.findall(piece):
                self.sheet.miss(address.decode())

    def _note_hidden(self, piece: bytes) -> None:
        for tag in (*_HIDDEN_ROW.findall(piece), *_HIDDEN_COLUMN.findall(piece)):
            found = dict(_NUMBER.findall(tag))
            if found.get(b"hidden") in (b"0", b"false"):
                continue
            numbers = [int(found[key]) for key in (b"r", b"min", b"max") if found.get(key, b"").isdigit()]
            if found.get(b"hidden") in (b"1", b"true") and tag.startswith(b"<row") and len(numbers) == 1:
                self.sheet.hidden_rows.add(numbers[0])
            elif found.get(b"hidden") in (b"1", b"true") and len(numbers) == 2:
                hide_columns(self.sheet, *numbers)
            else:
                self.plain = False
