"""The zip around a .docx, judged before anything of it is read: sizes, kind, hostile XML.

The tables of a plan's annex lie in one part, `word/document.xml`; nothing else is unpacked.
"""

from __future__ import annotations

import io
from xml.parsers import expat

from django.utils.translation import gettext as _
from lxml import etree

from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.refusing import refuse
from smartphone_support.spreadsheets.zipcheck import Archive
from smartphone_support.web.errors import Refusal

#: A plan of a province is some hundred kilobytes; pictures of seals and signatures make some megabytes.
LIMITS = Limits(file_bytes=10 * MEGABYTE, unpacked_bytes=60 * MEGABYTE, suspect_bytes=4 * MEGABYTE, ratio=60)
#: The text itself: a plan of a hundred pages has some megabytes of XML.
TEXT_BYTES = 20 * MEGABYTE
#: Elements inside each other; Word nests some twenty, a nested table adds five.
DEEPEST = 120
_DOCUMENT = "word/document.xml"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


class _DocxArchive(Archive):
    """Accepts a Word document instead of a workbook."""

    def _kind(self) -> str:
        names = {name.lower() for name in self.entries}
        if _DOCUMENT not in names:
            refuse("not_docx")
        if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            refuse("macros")
        return "docx"


def document_of(content: bytes) -> etree._Element:
    """The document's root element. Refuses, in one sentence, what is no .docx or must not be opened."""
    _refuse_others(content)
    try:
        archive = _DocxArchive(io.BytesIO(content), LIMITS)
        entry = archive.find(_DOCUMENT)
        if entry is None or entry.file_size > TEXT_BYTES:
            refuse("bomb")
        pieces: list[bytes] = []
        depth = deepest = 0

        def begin(_name: str, _attributes: object) -> None:
            nonlocal depth, deepest
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                refuse("bomb")

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        archive.parse(entry, parser, pieces.append)
    except SpreadsheetRefused as refused:
        raise Refusal(_sentence(refused.code)) from None
    # expat has seen every byte: no document type, no entity. Still nothing is resolved or fetched.
    quiet = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(b"".join(pieces), quiet)
    except etree.XMLSyntaxError:
        raise Refusal(_sentence("damaged")) from None


def _refuse_others(content: bytes) -> None:
    if not content:
        raise Refusal(_("The file is empty."))
    if len(content) > LIMITS.file_bytes:
        raise Refusal(
            _("The file is larger than %(limit)s MB: take pictures out of it and upload it again.")
            % {"limit": LIMITS.file_bytes // MEGABYTE}
        )
    if content.startswith(_OLE2):
        raise Refusal(_("This is an old .doc or a file with a password: save it anew as .docx without one."))
    if content.startswith(b"%PDF") or content.startswith(_IMAGES):
        raise Refusal(_("This is a PDF or a picture: upload the plan as a Word file (.docx)."))
    if not content.startswith(b"PK"):
        raise Refusal(_sentence("not_docx"))


def _sentence(code: str) -> str:
    if code == "macros":
        return _("The file holds macros: save it anew as .docx, which has none.")
    if code == "password":
        return _("The file has a password: save it without one.")
    if code in ("bomb", "hostile_xml"):
        return _("The file is not built like an ordinary document and was not opened: save it anew as .docx.")
    if code == "damaged":
        return _("The file is damaged: open it in Word, save it anew as .docx, and upload that.")
    return _("This is no Word document: upload the plan as a .docx file.")
