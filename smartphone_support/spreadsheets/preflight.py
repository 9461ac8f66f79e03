"""Look at an uploaded file: what it is by content, and whether it is safe to read.

A 5 kB workbook with one cell at XFD1048576 makes the fast reader allocate 549 GB and abort; a few
megabytes can unpack to gigabytes. So the archive is unpacked here as a stream that is counted, and
every XML part goes through expat. What the fast reader does not tell (hidden rows and columns, notes, fonts
from before Unicode, formulas without a result) is collected on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from .delimited import delimiter_of, encoding_of, sample_of
from .facts import FileKind, SheetFacts
from .limits import DEFAULT_LIMITS, Limits
from .ods_check import OdsCheck
from .refusing import refuse
from .xls_check import OLE2, XlsCheck
from .xlsx_check import XlsxCheck
from .zipcheck import Archive

__all__ = ["FileKind", "Inspection", "SheetFacts", "check_file"]

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"<div", b"<script")
#: Unpacked bytes beyond which looking takes long enough to let the reader begin meanwhile.
_LARGE = 2 * 1024 * 1024
#: The one sheet of a text file.
CSV_SHEET = "CSV"


def check_file(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """Decide by content what the file is; raise ``SpreadsheetRefused`` when it must not be opened.

    Codes: empty_file, too_big, lock_file, word, powerpoint, pdf, image, html, xml_spreadsheet, text,
    archive, not_workbook, damaged, password, xlsb, bomb, hostile_xml, too_many_sheets, too_many_cells,
    far_cell, no_sheet, unreadable.
    """
    with Inspection(path, limits) as inspection:
        return inspection.run()


class Inspection(AbstractContextManager["Inspection"]):
    """The check in two steps: kind and promised sizes at once, every part in ``run``.

    ``is_large`` says that ``run`` takes a while; ``kind`` is then known already.
    """

    def __init__(self, path: str | Path, limits: Limits) -> None:
        self.is_large = False
        self.kind = ""
        self._run: Callable[[], FileKind]
        path = Path(path)
        try:
            size = path.stat().st_size
            self._file = path.open("rb")
        except OSError:
            refuse("unreadable")
        try:
            head = self._file.read(4096)
            if size > limits.file_bytes:
                refuse("too_big", size=size // (1024 * 1024), limit=limits.file_bytes // (1024 * 1024))
            if head.startswith(b"PK"):
                archive = Archive(self._file, limits)
                self.kind, self.is_large = archive.kind, archive.promised > _LARGE
                check = XlsxCheck if archive.kind == "xlsx" else OdsCheck
                self._run = check(archive, size, limits).run
            elif head.startswith(OLE2):
                self._run = XlsCheck(self._file, size, limits).run
            else:
                _refuse_known(head, size)
                self._file.seek(0)
                kind = _check_text(self._file.read(), limits)
                self._run = lambda: kind
        except OSError:
            self._file.close()
            refuse("unreadable")
        except BaseException:
            self._file.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def run(self) -> FileKind:
        """What the file holds."""
        try:
            return self._run()
        except OSError:
            refuse("unreadable")


def _refuse_known(head: bytes, size: int) -> None:
    """Refuse what is recognisably something else than a table."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not size:
        refuse("empty_file")
    if head.startswith(b"%PDF"):
        refuse("pdf")
    if head.startswith(_IMAGES) or (head.startswith(b"BM") and b"\x00" in head):
        refuse("image")
    if head.startswith(b"{\\rtf"):
        refuse("word")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        refuse("xml_spreadsheet")
    if start.startswith(_HTML) or b"<html" in head.lower():
        refuse("html")
    if size == 165 and b"\x00" in head:
        refuse("lock_file")


def _check_text(content: bytes, limits: Limits) -> FileKind:
    """A text file of separated values; its rows are counted, not read."""
    encoding = encoding_of(content)
    if not encoding:
        refuse("not_workbook")
    try:
        delimiter = delimiter_of(sample_of(content, encoding))
    except ValueError:
        delimiter = ""
    if not delimiter or content.lstrip()[:1] in (b"<", b"{"):
        refuse("text")
    lines = content.count(b"\n") or content.count(b"\r")
    sheet = SheetFacts(CSV_SHEET, last_row=lines + 1)
    sheet.cells = lines + 1 + content.count(delimiter.encode())
    if sheet.cells > limits.cells:
        refuse("too_many_cells", sheet=CSV_SHEET, limit=limits.cells)
    return FileKind("csv", len(content), [sheet], encoding=encoding, delimiter=delimiter)
