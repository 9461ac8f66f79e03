"""Look at an uploaded file before anything opens it: what it is by content, and whether it is safe.

A 5 kB workbook with one cell at XFD1048576 makes the fast reader allocate 549 GB and abort; a few
megabytes can unpack to gigabytes. So the archive is unpacked here as a stream that is counted, and
every XML part goes through expat, never through patterns on its text (single quotes, UTF-16 and
entities beat those). What the fast reader does not tell (hidden rows and columns) is collected on the way.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from .cellref import cell_name, column_letter, split_reference
from .limits import DEFAULT_LIMITS, Limits
from .refusals import SpreadsheetRefused

_CHUNK = 64 * 1024
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"<div", b"<script")


@dataclass(slots=True)
class SheetFacts:
    """What only the XML of a sheet tells."""

    name: str
    part: str = ""
    visible: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[str] = field(default_factory=list)
    cells: int = 0
    last_row: int = 0
    last_column: int = 0


@dataclass(slots=True)
class FileKind:
    """A file that may be opened: ``kind`` is "xlsx", "xls" or "ods"."""

    kind: str
    size: int
    sheets: list[SheetFacts] = field(default_factory=list)
    has_macros: bool = False
    has_external_links: bool = False

    @property
    def cells(self) -> int:
        return sum(sheet.cells for sheet in self.sheets)

    @property
    def area(self) -> int:
        return max((sheet.last_row * sheet.last_column for sheet in self.sheets), default=0)


def check_file(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """Decide by content what the file is; raise ``SpreadsheetRefused`` when it must not be opened.

    Codes: empty_file, too_big, lock_file, word, powerpoint, pdf, image, html, xml_spreadsheet, text,
    archive, not_workbook, damaged, password, xlsb, bomb, hostile_xml, too_many_sheets, too_many_cells,
    far_cell, no_sheet.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
            if size > limits.file_bytes:
                _refuse("too_big", size=size // (1024 * 1024), limit=limits.file_bytes // (1024 * 1024))
            if head.startswith(b"PK"):
                return _ZipCheck(file, size, limits).run()
            if head.startswith(_OLE2):
                return _check_ole2(file, size)
    except OSError:
        _refuse("unreadable")
    return _refuse_other(head, size)


def _refuse(code: str, **params: str | int) -> NoReturn:
    raise SpreadsheetRefused(code, params)


def _refuse_other(head: bytes, size: int) -> NoReturn:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not size:
        _refuse("empty_file")
    if head.startswith(b"%PDF"):
        _refuse("pdf")
    if head.startswith(_IMAGES):
        _refuse("image")
    if head.startswith(b"{\\rtf"):
        _refuse("word")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        _refuse("xml_spreadsheet")
    if start.startswith(_HTML) or b"<html" in head.lower():
        _refuse("html")
    if size == 165:
        _refuse("lock_file")
    try:
        head[:-4].decode("utf-8") if size > len(head) else head.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("not_workbook")
    _refuse("not_workbook" if b"\x00" in head else "text")


def _check_ole2(file: BinaryIO, size: int) -> FileKind:
    """Old binary container: names of its streams stand in it as UTF-16."""
    file.seek(0)
    content = file.read()

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        _refuse("password")
    if has("WordDocument"):
        _refuse("word")
    if has("PowerPoint Document"):
        _refuse("powerpoint")
    if not (has("Workbook") or has("Book")):
        _refuse("not_workbook")
    return FileKind("xls", size)


class _ZipCheck:
    """One pass over a workbook packed as zip."""

    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        self.file, self.size, self.limits = file, size, limits
        self.unpacked = 0
        self.strings = 0

    def run(self) -> FileKind:
        try:
            with zipfile.ZipFile(self.file) as archive:
                self.entries = {entry.filename: entry for entry in archive.infolist()}
                self.count = len(archive.infolist())
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeDecodeError):
            _refuse("damaged")
        if self.count > self.limits.entries:
            _refuse("bomb")
        if self.count != len(self.entries):
            _refuse("damaged")
        if any(entry.flag_bits & 0x1 for entry in self.entries.values()):
            _refuse("password")
        kind = self._kind()
        self._check_declared_sizes()
        return self._check_ods() if kind == "ods" else self._check_xlsx()

    def _kind(self) -> str:
        names = {name.lower() for name in self.entries}
        if "mimetype" in names:
            entry = next(e for name, e in self.entries.items() if name.lower() == "mimetype")
            mimetype = b"".join(self._inflate(entry)).strip()[:200]
            if mimetype.endswith(b"opendocument.spreadsheet"):
                return "ods"
            _refuse("word" if mimetype.endswith(b"opendocument.text") else "archive")
        if "xl/workbook.bin" in names:
            _refuse("xlsb")
        if "[content_types].xml" in names or any(name.startswith("xl/") for name in names):
            if any(name.startswith("word/") for name in names):
                _refuse("word")
            if any(name.startswith("ppt/") for name in names):
                _refuse("powerpoint")
            return "xlsx"
        _refuse("archive")

    def _check_declared_sizes(self) -> None:
        total = 0
        for entry in self.entries.values():
            total += entry.file_size
            tight = entry.file_size > self.limits.ratio * max(entry.compress_size, 1)
            if total > self.limits.unpacked_bytes or (entry.file_size > self.limits.suspect_bytes and tight):
                _refuse("bomb")

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of one part, counted against what its header promises."""
        self.file.seek(entry.header_offset)
        header = self.file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            _refuse("damaged")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self.file.seek(name_length + extra_length, 1)
        left, counted = entry.compress_size, 0
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse("damaged")
        inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        try:
            while left > 0:
                packed = self.file.read(min(_CHUNK, left))
                if not packed:
                    _refuse("damaged")
                left -= len(packed)
                while packed:
                    position = self.file.tell()
                    data = inflater.decompress(packed, 4 * _CHUNK) if inflater else packed
                    packed = inflater.unconsumed_tail if inflater else b""
                    counted += len(data)
                    self.unpacked += len(data)
                    if counted > entry.file_size or self.unpacked > self.limits.unpacked_bytes:
                        _refuse("bomb")
                    yield data
                    self.file.seek(position)
                if inflater and inflater.eof:
                    break
        except zlib.error:
            _refuse("damaged")
        if counted != entry.file_size:
            _refuse("damaged")

    def _parse(self, entry: zipfile.ZipInfo, parser: expat.XMLParserType) -> None:
        parser.StartDoctypeDeclHandler = _hostile
        parser.EntityDeclHandler = _hostile
        parser.ExternalEntityRefHandler = _hostile
        try:
            for data in self._inflate(entry):
                parser.Parse(data, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            undefined = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
            _refuse("hostile_xml" if error.code == undefined else "damaged")
        except (ValueError, RecursionError):
            _refuse("damaged")

    def _parse_simple(self, name: str, on_start: Callable[[str, dict[str, str]], None]) -> bool:
        """Parse a small part found by name (any case), if it is there."""
        entry = self._find(name)
        if entry is None:
            return False
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = on_start
        self._parse(entry, parser)
        return True

    def _find(self, name: str) -> zipfile.ZipInfo | None:
        if name in self.entries:
            return self.entries[name]
        lowered = name.lower()
        return next((entry for key, entry in self.entries.items() if key.lower() == lowered), None)

    # -- xlsx -----------------------------------------------------------------------------------

    def _check_xlsx(self) -> FileKind:
        result = FileKind("xlsx", self.size)
        targets = self._relations("_rels/.rels", "")
        workbook = next(
            (t for t, kind in targets.values() if kind.endswith("/officeDocument")), "xl/workbook.xml"
        )
        folder, base = posixpath.split(workbook)
        relations = self._relations(f"{folder}/_rels/{base}.rels", folder)
        sheets: list[tuple[str, str, str]] = []

        def on_start(name: str, attributes: dict[str, str]) -> None:
            if name.endswith("}sheet") or name == "sheet":
                relation = next((v for k, v in attributes.items() if k.endswith("}id")), "")
                sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))

        if not self._parse_simple(workbook, on_start):
            _refuse("no_sheet" if self.entries else "damaged")
        if len(sheets) > self.limits.sheets:
            _refuse("too_many_sheets", sheets=len(sheets), limit=self.limits.sheets)
        facts: dict[str, SheetFacts] = {}
        for name, state, relation in sheets:
            target, kind = relations.get(relation, ("", ""))
            if not kind.endswith("/worksheet"):
                continue  # chart sheets hold no rows
            if self._find(target) is None:
                _refuse("damaged")
            facts[target.lower()] = sheet = SheetFacts(name, target, state == "visible")
            result.sheets.append(sheet)
        if not result.sheets:
            _refuse("no_sheet")
        self._check_parts(facts, {target.lower() for target, _ in (*targets.values(), *relations.values())})
        names = [name.lower() for name in self.entries]
        result.has_macros = any(name.endswith("vbaproject.bin") for name in names)
        result.has_external_links = any("externallinks/" in name for name in names)
        return result

    def _relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith("Relationship") and attributes.get("TargetMode", "").lower() != "external":
                target = attributes.get("Target", "")
                target = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                found[attributes.get("Id", "")] = (posixpath.normpath(target), attributes.get("Type", ""))

        self._parse_simple(name, on_start)
        return found

    def _check_parts(self, sheets: dict[str, SheetFacts], targets: set[str]) -> None:
        """Every part is inflated once; whatever could be XML is parsed."""
        other = SheetFacts("")
        for name, entry in self.entries.items():
            lowered = name.lower()
            sheet = sheets.get(lowered)
            if (
                sheet is not None
                or lowered.endswith((".xml", ".rels", ".vml"))
                or (lowered in targets and not lowered.endswith(".bin"))
            ):
                self._parse(entry, self._sheet_parser(sheet or other))
            else:
                for _ in self._inflate(entry):
                    pass

    def _sheet_parser(self, sheet: SheetFacts) -> expat.XMLParserType:
        """expat with one handler for all parts; it counts cells, rows and shared strings."""
        limits = self.limits
        parser = expat.ParserCreate(intern={})
        row = column = 0
        seen = ""

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, seen
            if tag == "v" or tag == "is":
                # Only cells with a value make the reader allocate.
                if row > sheet.last_row:
                    sheet.last_row = row
                if column > sheet.last_column:
                    sheet.last_column = column
                if _is_far(sheet, row, column, limits):
                    _refuse("far_cell", sheet=sheet.name, cell=cell_name(row, column))
            elif tag == "c":
                sheet.cells += 1
                reference = attributes.get("r")
                if reference:
                    seen = reference
                    row_of_cell, column = split_reference(reference)
                    row = row_of_cell or row
                else:
                    column += 1
                if sheet.cells > limits.cells:
                    _refuse("too_many_cells", sheet=sheet.name, limit=limits.cells)
            elif tag == "row":
                number = attributes.get("r", "")
                row = int(number) if number.isdecimal() and len(number) < 9 else row + 1
                column = 0
                if attributes.get("hidden") in ("1", "true"):
                    sheet.hidden_rows.add(row)
            elif tag == "si":
                self.strings += 1
                if self.strings > limits.strings:
                    _refuse("too_many_cells", sheet="", limit=limits.strings)
            elif tag == "col":
                if attributes.get("hidden") in ("1", "true"):
                    _hide_columns(sheet, attributes)
            elif ":" in tag:
                on_start(tag.rpartition(":")[2], attributes)

        parser.StartElementHandler = on_start
        return parser

    # -- ods ------------------------------------------------------------------------------------

    def _check_ods(self) -> FileKind:
        result = FileKind("ods", self.size)
        for name, entry in self.entries.items():
            if name.lower() == "content.xml":
                parser = expat.ParserCreate()
                parser.StartElementHandler = self._ods_handler(result)
                self._parse(entry, parser)
            elif name.lower().endswith((".xml", ".rdf")):
                self._parse(entry, expat.ParserCreate())
            elif name.lower() != "mimetype":
                for _ in self._inflate(entry):
                    pass
        if not result.sheets:
            _refuse("no_sheet")
        return result

    def _ods_handler(self, result: FileKind) -> Callable[[str, dict[str, str]], None]:
        limits = self.limits
        row = column = row_repeat = 0

        def repeat(attributes: dict[str, str], name: str) -> int:
            text = attributes.get(f"table:number-{name}-repeated", "1")
            return int(text) if text.isdecimal() and len(text) < 9 else 1

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, row_repeat
            if tag == "table:table":
                if len(result.sheets) >= limits.sheets:
                    _refuse("too_many_sheets", sheets=len(result.sheets) + 1, limit=limits.sheets)
                result.sheets.append(SheetFacts(attributes.get("table:name", "")))
                row = column = 0
            elif tag == "table:table-row":
                row_repeat, column = repeat(attributes, "rows"), 0
                row += row_repeat
            elif tag in ("table:table-cell", "table:covered-table-cell") and result.sheets:
                sheet, times = result.sheets[-1], repeat(attributes, "columns")
                column += times
                if "office:value-type" not in attributes and "table:formula" not in attributes:
                    return
                sheet.cells += times * row_repeat
                sheet.last_row, sheet.last_column = max(sheet.last_row, row), max(sheet.last_column, column)
                if sheet.cells > limits.cells:
                    _refuse("too_many_cells", sheet=sheet.name, limit=limits.cells)
                if _is_far(sheet, row, column, limits):
                    _refuse("far_cell", sheet=sheet.name, cell=cell_name(row, column))

        return on_start


def _is_far(sheet: SheetFacts, row: int, column: int, limits: Limits) -> bool:
    return row > limits.rows or column > limits.columns or sheet.last_row * sheet.last_column > limits.area


def _hide_columns(sheet: SheetFacts, attributes: dict[str, str]) -> None:
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
        for number in range(int(first), min(int(last), int(first) + 50) + 1):
            sheet.hidden_columns.append(column_letter(number - 1))


def _hostile(*_: object) -> NoReturn:
    """A workbook never declares a document type or an entity; only an attack does."""
    _refuse("hostile_xml")
