"""The zip around an .xlsx or .ods: listed, judged by its sizes, inflated as a counted stream, parsed.

Every XML part goes through expat, never through patterns alone (single quotes, UTF-16 and entities beat
those); a document type or an entity refuses the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from .limits import Limits
from .refusing import refuse

_CHUNK = 64 * 1024


class Archive:
    """An open zip whose directory has been read and whose promised sizes are within the limits."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self.file, self.limits = file, limits
        self.unpacked = 0
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeDecodeError):
            refuse("damaged")
        self.entries = {entry.filename: entry for entry in entries}
        if len(entries) > limits.entries:
            refuse("bomb")
        if len(entries) != len(self.entries):
            refuse("damaged")
        if any(entry.flag_bits & 0x1 for entry in entries):
            refuse("password")
        self.kind = self._kind()
        self._check_declared_sizes()

    @property
    def promised(self) -> int:
        """Bytes all parts say they unpack to."""
        return sum(entry.file_size for entry in self.entries.values())

    def find(self, name: str) -> zipfile.ZipInfo | None:
        """A part by name, in any case."""
        if name in self.entries:
            return self.entries[name]
        lowered = name.lower()
        return next((entry for key, entry in self.entries.items() if key.lower() == lowered), None)

    def _kind(self) -> str:
        names = {name.lower() for name in self.entries}
        entry = self.find("mimetype")
        if entry is not None:
            mimetype = b"".join(self.inflate(entry)).strip()[:200]
            if mimetype.endswith((b"opendocument.spreadsheet", b"opendocument.spreadsheet-template")):
                return "ods"
            refuse("word" if mimetype.endswith(b"opendocument.text") else "archive")
        if "xl/workbook.bin" in names:
            refuse("xlsb")
        if "[content_types].xml" in names or any(name.startswith("xl/") for name in names):
            if any(name.startswith("word/") for name in names):
                refuse("word")
            if any(name.startswith("ppt/") for name in names):
                refuse("powerpoint")
            return "xlsx"
        return refuse("archive")

    def _check_declared_sizes(self) -> None:
        total = 0
        for entry in self.entries.values():
            total += entry.file_size
            tight = entry.file_size > self.limits.ratio * max(entry.compress_size, 1)
            if total > self.limits.unpacked_bytes or (entry.file_size > self.limits.suspect_bytes and tight):
                refuse("bomb")

    def inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of one part, counted against what its header promises."""
        self.file.seek(entry.header_offset)
        header = self.file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            refuse("damaged")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self.file.seek(name_length + extra_length, 1)
        left, counted, checksum = entry.compress_size, 0, 0
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse("damaged")
        inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        try:
            while left > 0:
                packed = self.file.read(min(_CHUNK, left))
                if not packed:
                    refuse("damaged")
                left -= len(packed)
                while packed:
                    position = self.file.tell()
                    data = inflater.decompress(packed, 4 * _CHUNK) if inflater else packed
                    packed = inflater.unconsumed_tail if inflater else b""
                    counted += len(data)
                    self.unpacked += len(data)
                    if counted > entry.file_size or self.unpacked > self.limits.unpacked_bytes:
                        refuse("bomb")
                    checksum = zlib.crc32(data, checksum)
                    yield data
                    self.file.seek(position)
                if inflater and inflater.eof:
                    break
        except zlib.error:
            refuse("damaged")
        if counted != entry.file_size or checksum != entry.CRC:
            refuse("damaged")

    def parse(
        self,
        entry: zipfile.ZipInfo,
        parser: expat.XMLParserType,
        see: Callable[[bytes], None] = lambda data: None,
    ) -> None:
        """Feed one part to expat, each piece of bytes also to ``see``."""
        parser.StartDoctypeDeclHandler = _hostile
        parser.EntityDeclHandler = _hostile
        parser.ExternalEntityRefHandler = _hostile
        try:
            for data in self.inflate(entry):
                parser.Parse(data, False)
                see(data)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            undefined = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
            refuse("hostile_xml" if error.code == undefined else "damaged")
        except (ValueError, RecursionError):
            refuse("damaged")

    def parse_again(self, entry: zipfile.ZipInfo, parser: expat.XMLParserType) -> None:
        """Parse a part seen before; its bytes are not counted twice."""
        before = self.unpacked
        self.unpacked = max(0, before - entry.file_size)
        self.parse(entry, parser)
        self.unpacked = before

    def parse_named(
        self,
        name: str,
        on_start: Callable[[str, dict[str, str]], None],
        on_end: Callable[[str], None] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> bool:
        """Parse a small part found by name, if it is there; names of elements without their prefixes."""
        entry = self.find(name)
        if entry is None:
            return False
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: on_start(tag.rpartition("}")[2], attributes)
        if on_end is not None:
            parser.EndElementHandler = lambda tag: on_end(tag.rpartition("}")[2])
        if on_text is not None:
            parser.CharacterDataHandler = on_text
        before = self.unpacked
        self.parse(entry, parser)
        self.unpacked = before
        return True


def _hostile(*_: object) -> NoReturn:
    """A workbook never declares a document type or an entity; only an attack does."""
    refuse("hostile_xml")
