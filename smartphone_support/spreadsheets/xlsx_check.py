"""The parts of an .xlsx or .xlsm: its sheets, their bounds, hidden rows, notes and fonts. No macro is run."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from smartphone_support.vietnamese.legacy import encoding_of_font

from .cellref import split_reference
from .facts import FileKind, FontUse, LegacyRows, RichText, SheetFacts
from .limits import Limits
from .plain_xml import PlainScan
from .refusing import hide_columns, is_far, refuse, refuse_far
from .zipcheck import Archive

_OLD_FONT = re.compile(rb"""<rFont\s+val\s*=\s*["'](?:\.vn|vni)""", re.IGNORECASE)
_OnStart = Callable[[str, dict[str, str]], None]


class XlsxCheck:
    """One pass over the archive."""

    def __init__(self, archive: Archive, size: int, limits: Limits) -> None:
        self.archive, self.limits = archive, limits
        self.result = FileKind("xlsx", size)
        self.strings = 0
        self.fonts: dict[str, FontUse] = {}

    def run(self) -> FileKind:
        result = self.result
        targets = self._relations("_rels/.rels", "")
        workbook = next(
            (t for t, kind in targets.values() if kind.endswith("/officeDocument")), "xl/workbook.xml"
        )
        folder, base = posixpath.split(workbook)
        relations = self._relations(f"{folder}/_rels/{base}.rels", folder)
        facts = self._sheets(workbook, relations)
        if not result.sheets:
            refuse("no_sheet")
        for target, kind in relations.values():
            if kind.endswith("/styles"):
                self.fonts = _legacy_styles(self.archive, target)
        for sheet in result.sheets:
            self._read_comments(sheet)
        self._check_parts(facts, {target.lower() for target, _ in (*targets.values(), *relations.values())})
        names = [name.lower() for name in self.archive.entries]
        result.has_macros = any(name.endswith("vbaproject.bin") for name in names)
        result.has_external_links = any("externallinks/" in name for name in names)
        return result

    def _sheets(self, workbook: str, relations: dict[str, tuple[str, str]]) -> dict[str, SheetFacts]:
        sheets: list[tuple[str, str, str]] = []

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                relation = next((v for k, v in attributes.items() if k.endswith("}id")), "")
                sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))

        if not self.archive.parse_named(workbook, on_start):
            refuse("no_sheet" if self.archive.entries else "damaged")
        if len(sheets) > self.limits.sheets:
            refuse("too_many_sheets", sheets=len(sheets), limit=self.limits.sheets)
        facts: dict[str, SheetFacts] = {}
        for name, state, relation in sheets:
            target, kind = relations.get(relation, ("", ""))
            if not kind.endswith("/worksheet"):
                continue  # chart sheets hold no rows
            if self.archive.find(target) is None:
                refuse("damaged")
            facts[target.lower()] = sheet = SheetFacts(name, target, state == "visible")
            self.result.sheets.append(sheet)
        return facts

    def _relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode", "").lower() != "external":
                target = attributes.get("Target", "")
                target = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                found[attributes.get("Id", "")] = (posixpath.normpath(target), attributes.get("Type", ""))

        self.archive.parse_named(name, on_start)
        return found

    def _check_parts(self, sheets: dict[str, SheetFacts], targets: set[str]) -> None:
        """Every part is inflated; whatever could be XML is parsed."""
        for name, entry in self.archive.entries.items():
            lowered = name.lower()
            sheet = sheets.get(lowered)
            if sheet is not None:
                self._check_sheet(entry, sheet)
            elif lowered.endswith((".xml", ".rels", ".vml")) or (
                lowered in targets and not lowered.endswith(".bin")
            ):
                self._check_other(entry)
            else:
                for _ in self.archive.inflate(entry):
                    pass

    def _check_sheet(self, entry: zipfile.ZipInfo, sheet: SheetFacts) -> None:
        scan = PlainScan(sheet, self.limits)
        self.archive.parse(entry, expat.ParserCreate(), scan.see)
        if scan.finish() and not self.fonts:
            return
        sheet.cells = sheet.last_row = sheet.last_column = 0
        sheet.hidden_rows.clear()
        sheet.hidden_columns.clear()
        legacy = LegacyRows(sheet)
        self.archive.parse_again(entry, _parser(_watch_cells(sheet, self.limits, self.fonts, legacy)))
        legacy.close()

    def _check_other(self, entry: zipfile.ZipInfo) -> None:
        """A part that should hold no cells: it is parsed fully if it has any, or too many strings.

        Strings that change to an old font on the way are kept.
        """
        table, fonts, strings, tail = False, False, 0, b""

        def see(data: bytes) -> None:
            nonlocal table, fonts, strings, tail
            whole = tail + data
            fonts = fonts or bool(_OLD_FONT.search(whole))
            table = table or b"sheetData" in whole or b"\x00" in whole
            strings += (
                whole.count(b"<si>") + whole.count(b"<si ") + whole.count(b"<si/") + whole.count(b":si")
            )
            tail = whole[-60:]

        self.archive.parse(entry, expat.ParserCreate(), see)
        if fonts:
            reader = _RichStrings()
            self.archive.parse_named(entry.filename, reader.start, reader.end, reader.text)
            self.result.rich_texts |= reader.found
        if table or strings > self.limits.strings:
            other, count = SheetFacts(""), 0
            on_cell = _watch_cells(other, self.limits, {}, LegacyRows(other))

            def on_start(tag: str, attributes: dict[str, str]) -> None:
                nonlocal count
                if tag.rpartition(":")[2] == "si":
                    count += 1
                    if count > self.limits.strings:
                        refuse("too_many_cells", sheet="", limit=self.limits.strings)
                else:
                    on_cell(tag, attributes)

            self.archive.parse_again(entry, _parser(on_start))

    # -- what the fast reader does not tell ------------------------------------------------------

    def _read_comments(self, sheet: SheetFacts) -> None:
        folder, base = posixpath.split(sheet.part)
        relations = self._relations(f"{folder}/_rels/{base}.rels", folder)
        address, inside = "", False
        pieces: list[str] = []

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal address, pieces, inside
            if tag == "comment":
                address, pieces = attributes.get("ref", ""), []
            inside = tag == "t"

        def on_end(tag: str) -> None:
            nonlocal inside
            inside = False
            if tag == "comment" and all(split_reference(address)):
                sheet.note(address, "".join(pieces))

        def on_text(text: str) -> None:
            if inside:
                pieces.append(text)

        for target, kind in relations.values():
            if kind.endswith("/comments"):
                self.archive.parse_named(target, on_start, on_end, on_text)


class _RichStrings:
    """Collects strings that change their font on the way."""

    def __init__(self) -> None:
        self.found: dict[str, RichText] = {}
        self.pieces: list[tuple[FontUse | None, str]] = []
        self.use: FontUse | None = None
        self.inside = False
        self.keeps_spaces = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.pieces, self.use = [], None
        elif tag == "r":
            self.use = None
        elif tag == "rFont":
            encoding, capitals = encoding_of_font(attributes.get("val", ""))
            self.use = (encoding, capitals)
        if tag == "t":
            self.pieces.append((self.use, ""))
            self.keeps_spaces = any(
                name.endswith("space") and value == "preserve" for name, value in attributes.items()
            )
        self.inside = tag == "t"

    def text(self, text: str) -> None:
        if self.inside:
            use, before = self.pieces[-1]
            self.pieces[-1] = (use, before + text)

    def end(self, tag: str) -> None:
        self.inside = False
        if tag == "t" and not self.keeps_spaces and self.pieces:
            # As the reader does with spaces nobody said to keep.
            use, text = self.pieces[-1]
            self.pieces[-1] = (use, text.strip())
        if tag == "si" and any(use and use[0] for use, _ in self.pieces) and len(self.found) < 100_000:
            self.found["".join(text for _, text in self.pieces)] = tuple(self.pieces)


def _legacy_styles(archive: Archive, target: str) -> dict[str, FontUse]:
    """Number of a cell's style → what its font stores, for styles in an old font."""
    fonts: list[FontUse] = []
    styles: dict[str, FontUse] = {}
    path: list[str] = []
    count = 0

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        path.append(tag)
        if tag == "font" and path[-2:-1] == ["fonts"]:
            fonts.append(("", False))
        elif tag == "name" and path[-3:-1] == ["fonts", "font"]:
            fonts[-1] = encoding_of_font(attributes.get("val", ""))
        elif tag == "xf" and path[-2:-1] == ["cellXfs"]:
            number = attributes.get("fontId", "")
            if number.isdecimal() and len(number) < 6 and int(number) < len(fonts) and fonts[int(number)][0]:
                styles[str(count)] = fonts[int(number)]
            count += 1

    def on_end(tag: str) -> None:
        path.pop()

    archive.parse_named(target, on_start, on_end)
    return styles


def _parser(on_start: _OnStart) -> expat.XMLParserType:
    parser = expat.ParserCreate(intern={})
    parser.StartElementHandler = on_start
    return parser


def _watch_cells(
    sheet: SheetFacts, limits: Limits, fonts: dict[str, FontUse], legacy: LegacyRows
) -> _OnStart:
    """A handler of elements that looks at every cell of a sheet."""
    row = column = 0
    style = ""

    def on_value(attributes: dict[str, str]) -> None:
        # Only cells with a value make the reader allocate.
        nonlocal style
        if row > sheet.last_row:
            sheet.last_row = row
        if column > sheet.last_column:
            sheet.last_column = column
        if is_far(sheet, row, column, limits):
            refuse_far(sheet, row, column)
        if style and style in fonts:
            legacy.add(row, column, fonts[style])
            style = ""

    def on_cell(attributes: dict[str, str]) -> None:
        nonlocal row, column, style
        sheet.cells += 1
        reference = attributes.get("r")
        if reference:
            row_of_cell, column = split_reference(reference)
            row = row_of_cell or row
        else:
            column += 1
        style = attributes.get("s", "0")
        if sheet.cells > limits.cells:
            refuse("too_many_cells", sheet=sheet.name, limit=limits.cells)

    def on_row(attributes: dict[str, str]) -> None:
        nonlocal row, column
        number = attributes.get("r", "")
        row = int(number) if number.isdecimal() and len(number) < 9 else row + 1
        column = 0
        if attributes.get("hidden") in ("1", "true"):
            sheet.hidden_rows.add(row)

    def on_column(attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        is_hidden = attributes.get("hidden") in ("1", "true")
        if is_hidden and first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
            hide_columns(sheet, int(first), int(last))

    local = {"v": on_value, "is": on_value, "c": on_cell, "row": on_row, "col": on_column}

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        handler = local.get(tag) or (local.get(tag.rpartition(":")[2]) if ":" in tag else None)
        if handler:
            handler(attributes)

    return on_start
