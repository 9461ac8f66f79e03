"""What is known of a file before its rows are read: plain values, filled in by the checks of each format."""

from __future__ import annotations

from dataclasses import dataclass, field

#: How a cell's text is stored by its font: encoding ("tcvn3", "vni") and whether it draws capitals only.
FontUse = tuple[str, bool]
#: A text in several fonts, piece by piece; None where the font is the cell's own.
RichText = tuple[tuple[FontUse | None, str], ...]

MOST_COMMENTS = 500
LONGEST_COMMENT = 1_000
MOST_UNCALCULATED = 10_000
_BRIEF = 500


@dataclass(slots=True)
class SheetFacts:
    """What only the file's own structure tells of a sheet.

    ``legacy`` holds, by row, (column, encoding, capitals) of the cells in a font from before Unicode.
    ``uncalculated`` are formulas without a usable result: never calculated, or an error such as #N/A.
    """

    name: str
    part: str = ""
    visible: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[str] = field(default_factory=list)
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    comments: dict[str, str] = field(default_factory=dict)
    uncalculated: set[str] = field(default_factory=set)
    legacy: dict[int, tuple[tuple[int, str, bool], ...]] = field(default_factory=dict)

    def note(self, address: str, text: str) -> None:
        """Keep a comment, within bounds."""
        text = text.strip()
        if text and len(self.comments) < MOST_COMMENTS:
            self.comments[address] = text[:LONGEST_COMMENT]

    def miss(self, address: str) -> None:
        """Keep the address of a formula without a result, within bounds."""
        if len(self.uncalculated) < MOST_UNCALCULATED:
            self.uncalculated.add(address)


@dataclass(slots=True)
class FileKind:
    """A file that may be opened: ``kind`` is "xlsx", "xls", "ods" or "csv".

    ``rich_texts`` are texts in several fonts, at least one of them from before Unicode, by the whole text.
    ``encoding`` and ``delimiter`` belong to "csv".
    """

    kind: str
    size: int
    sheets: list[SheetFacts] = field(default_factory=list)
    has_macros: bool = False
    has_external_links: bool = False
    rich_texts: dict[str, RichText] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""

    @property
    def cells(self) -> int:
        return sum(sheet.cells for sheet in self.sheets)

    @property
    def is_brief(self) -> bool:
        """Whether little is to be remembered of it: no old fonts, few hidden rows, notes and formulas."""
        noted = sum(
            len(sheet.hidden_rows) + len(sheet.comments) + len(sheet.uncalculated) + len(sheet.legacy)
            for sheet in self.sheets
        )
        return noted + len(self.rich_texts) <= _BRIEF

    @property
    def area(self) -> int:
        return max((sheet.last_row * sheet.last_column for sheet in self.sheets), default=0)


class LegacyRows:
    """Collects which cells of a sheet are in an old font; equal rows share one tuple."""

    def __init__(self, sheet: SheetFacts) -> None:
        self.sheet = sheet
        self.same: dict[tuple[tuple[int, str, bool], ...], tuple[tuple[int, str, bool], ...]] = {}
        self.row = 0
        self.cells: list[tuple[int, str, bool]] = []

    def add(self, row: int, column: int, use: FontUse) -> None:
        """A cell, row and column from 1; rows come in order."""
        if row != self.row:
            self.close()
            self.row = row
        self.cells.append((column - 1, *use))

    def close(self) -> None:
        if self.cells:
            cells = tuple(self.cells)
            known = self.sheet.legacy.get(self.row, ())
            self.sheet.legacy[self.row] = known + self.same.setdefault(cells, cells)
            self.cells = []
