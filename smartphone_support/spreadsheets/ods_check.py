"""The parts of an .ods: its sheets, their bounds, hidden rows and sheets, notes and fonts."""

from __future__ import annotations

from xml.parsers import expat

from smartphone_support.vietnamese.legacy import encoding_of_font

from .cellref import cell_name
from .facts import FileKind, FontUse, LegacyRows, SheetFacts
from .limits import Limits
from .refusing import hide_columns, is_far, refuse, refuse_far
from .zipcheck import Archive

_HIDDEN = ("collapse", "filter")


class OdsCheck:
    """One pass over the archive; styles come before content, wherever they stand."""

    def __init__(self, archive: Archive, size: int, limits: Limits) -> None:
        self.archive, self.limits = archive, limits
        self.result = FileKind("ods", size)
        self.styles = _Styles()

    def run(self) -> FileKind:
        for name in ("styles.xml", "content.xml"):
            entry = self.archive.find(name)
            if entry is not None:
                parser = expat.ParserCreate()
                reader = _Content(self.result, self.styles, self.limits) if name == "content.xml" else None
                parser.StartElementHandler = reader.start if reader else self.styles.start
                if reader:
                    parser.buffer_text = True
                    parser.EndElementHandler = reader.end
                    parser.CharacterDataHandler = reader.text
                self.archive.parse(entry, parser)
                if reader and reader.legacy:
                    reader.legacy.close()
        for name, entry in self.archive.entries.items():
            lowered = name.lower()
            if lowered in ("styles.xml", "content.xml", "mimetype"):
                continue
            if lowered.endswith((".xml", ".rdf")):
                self.archive.parse(entry, expat.ParserCreate())
            else:
                for _ in self.archive.inflate(entry):
                    pass
        if not self.result.sheets:
            refuse("no_sheet")
        return self.result


class _Styles:
    """Fonts of cell styles with their ancestors, and styles of sheets that are not shown."""

    def __init__(self) -> None:
        self.faces: dict[str, str] = {}
        self.fonts: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.hidden_tables: set[str] = set()
        self.style = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:font-face":
            self.faces[attributes.get("style:name", "")] = attributes.get("svg:font-family", "")
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
            self.parents[self.style] = attributes.get("style:parent-style-name", "")
        elif tag == "style:text-properties" and self.style:
            name = attributes.get("style:font-name")
            font = self.faces.get(name, name) if name else attributes.get("fo:font-family")
            if font:
                self.fonts[self.style] = font
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_tables.add(self.style)

    def use_of(self, style: str) -> FontUse:
        """What the font of a style stores; ("", False) for Unicode."""
        for _ in range(8):
            if style in self.fonts:
                return encoding_of_font(self.fonts[style])
            style = self.parents.get(style, "")
            if not style:
                break
        return "", False

    @property
    def has_legacy(self) -> bool:
        return any(encoding_of_font(font)[0] for font in self.fonts.values())


class _Content:
    """The handlers of content.xml."""

    def __init__(self, result: FileKind, styles: _Styles, limits: Limits) -> None:
        self.result, self.styles, self.limits = result, styles, limits
        self.sheet = SheetFacts("")
        self.row = self.column = self.row_repeat = 0
        self.in_table = 0
        self.column_styles: list[tuple[int, str]] = []
        self.columns = 0
        self.row_style = ""
        self.uses: dict[str, FontUse] = {}
        self.watch_fonts: bool | None = None
        self.legacy: LegacyRows | None = None
        self.note: list[str] | None = None
        self.in_paragraph = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            self._cell(attributes)
        elif tag == "table:table-row":
            self._row(attributes)
        elif tag == "table:table-column":
            self._column(attributes)
        elif tag == "table:table":
            self._table(attributes)
        elif tag == "office:annotation":
            self.note = []
        elif tag == "text:p":
            self.in_paragraph = True
        elif tag.startswith("style:"):
            self.styles.start(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "text:p":
            self.in_paragraph = False
            if self.note:
                self.note.append("\n")
        elif tag == "office:annotation":
            if self.note is not None and self.row and self.column:
                self.sheet.note(cell_name(self.row, self.column), "".join(self.note))
            self.note = None

    def text(self, text: str) -> None:
        if self.note is not None and self.in_paragraph:
            self.note.append(text)

    def _table(self, attributes: dict[str, str]) -> None:
        sheets = self.result.sheets
        if len(sheets) >= self.limits.sheets:
            refuse("too_many_sheets", sheets=len(sheets) + 1, limit=self.limits.sheets)
        self.sheet = SheetFacts(attributes.get("table:name", ""))
        self.sheet.visible = attributes.get("table:style-name", "") not in self.styles.hidden_tables
        sheets.append(self.sheet)
        if self.legacy:
            self.legacy.close()
        self.legacy = LegacyRows(self.sheet) if self.styles.has_legacy else None
        self.row = self.column = self.columns = 0
        self.column_styles = []

    def _column(self, attributes: dict[str, str]) -> None:
        times = _repeat(attributes, "columns")
        if attributes.get("table:visibility") in _HIDDEN:
            hide_columns(self.sheet, self.columns + 1, self.columns + times)
        self.columns += times
        self.column_styles.append((self.columns, attributes.get("table:default-cell-style-name", "")))

    def _row(self, attributes: dict[str, str]) -> None:
        self.row_repeat, self.column = _repeat(attributes, "rows"), 0
        self.row_style = attributes.get("table:default-cell-style-name", "")
        if attributes.get("table:visibility") in _HIDDEN and self.row < self.limits.rows:
            last = min(self.row + self.row_repeat, self.limits.rows)
            self.sheet.hidden_rows.update(range(self.row + 1, last + 1))
        self.row += self.row_repeat

    def _cell(self, attributes: dict[str, str]) -> None:
        if not self.result.sheets:
            return
        sheet, times = self.sheet, _repeat(attributes, "columns")
        first = self.column + 1
        self.column += times
        kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
        if kind is None and "table:formula" not in attributes:
            return
        if (
            kind is None or attributes.get("calcext:value-type") == "error"
        ) and "table:formula" in attributes:
            sheet.miss(cell_name(self.row, first))
        sheet.cells += times * self.row_repeat
        sheet.last_row, sheet.last_column = (
            max(sheet.last_row, self.row),
            max(sheet.last_column, self.column),
        )
        if sheet.cells > self.limits.cells:
            refuse("too_many_cells", sheet=sheet.name, limit=self.limits.cells)
        if is_far(sheet, self.row, self.column, self.limits):
            refuse_far(sheet, self.row, self.column)
        if self.legacy is not None and kind == "string":
            self._note_font(self.legacy, attributes.get("table:style-name", ""), first)

    def _note_font(self, legacy: LegacyRows, style: str, first: int) -> None:
        if not style:
            style = self.row_style or next((s for last, s in self.column_styles if first <= last), "")
        use = self.uses.get(style)
        if use is None:
            use = self.uses[style] = self.styles.use_of(style)
        if use[0]:
            for row in range(self.row - self.row_repeat + 1, self.row + 1):
                for column in range(first, self.column + 1):
                    legacy.add(row, column, use)


def _repeat(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"table:number-{name}-repeated", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
