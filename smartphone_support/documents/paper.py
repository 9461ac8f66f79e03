"""An official paper as data, in the layout of Decree 30/2020/NĐ-CP; `docx` and `pdf` render the same one.

A paper knows no database and no format. Builders fill it, renderers print every text of it in the order of
`texts`. Widths are in millimetres and only their proportion counts: a table fills the width of its page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .words import DOTS, DRAFT, MOTTO, NATION

Align = Literal["left", "center", "right", "justify"]

# What XML 1.0 cannot hold, and what a renderer would take for a line or page break.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def printable(text: object) -> str:
    """The text as both formats can print it: letters composed, controls made spaces, nothing else changed."""
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", str(text)))


@dataclass(frozen=True)
class Letterhead:
    """The upper left of a paper: the body above the issuing one, the issuing body, its symbol."""

    parent: str
    issuer: str
    symbol: str

    nation: str = NATION
    motto: str = MOTTO


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; `lead` stands before its text in bold ("Điều 1.")."""

    text: str
    lead: str = ""
    align: Align = "justify"
    indent: bool = True
    bold: bool = False
    italic: bool = False

    @property
    def set_as(self) -> Align:
        """Dots to write on are never stretched: a justified line of few words would be torn apart."""
        return "left" if self.align == "justify" and DOTS[:6] in self.text else self.align


@dataclass(frozen=True)
class Heading:
    """A heading inside the body, bold: at the left with the indent of the text, or centred."""

    text: str
    centred: bool = False


@dataclass(frozen=True)
class Note:
    """Small print: what was left out, the digest."""

    text: str


@dataclass(frozen=True)
class Column:
    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    """Cells of a row. `spans`: how many columns each takes; empty: one each. A group is bold."""

    cells: tuple[str, ...]
    spans: tuple[int, ...] = ()
    bold: bool = False
    italic: bool = False
    height: float = 0  # millimetres at least; room for a signature


@dataclass(frozen=True)
class Table:
    """A table whose header is repeated on every page; rows never break across pages."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size: float = 11  # points

    def __post_init__(self) -> None:
        for row in self.rows:
            spans = row.spans or (1,) * len(row.cells)
            if len(spans) != len(row.cells) or sum(spans) != len(self.columns):
                raise ValueError(f"a row of {sum(spans)} columns in a table of {len(self.columns)}")


Block = Paragraph | Heading | Note | Table


@dataclass(frozen=True)
class Signature:
    """Who signs: lines of capitals ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), a hint in italics, the name."""

    titles: tuple[str, ...]
    name: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Annex:
    """What begins on a page of its own behind the paper, with page numbers of its own."""

    title: str
    summary: str
    reference: str
    blocks: tuple[Block, ...]
    landscape: bool = True
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One official paper.

    `number` is the whole line ("Số: 15/TTr-STTTT"), empty for minutes without one; `place_day` the place
    and day of signing. `authority` and `enacting` ("QUYẾT ĐỊNH:") frame the bases of a decision. `recipients`
    are the lines of "Nơi nhận"; with them the first signature stands beside, without them all of them side
    by side. `is_draft` prints "DỰ THẢO".
    """

    letterhead: Letterhead
    kind: str
    summary: str
    place_day: str
    number: str = ""
    addressee: str = ""
    authority: str = ""
    bases: tuple[str, ...] = ()
    enacting: str = ""
    blocks: tuple[Block, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    is_draft: bool = False

    def texts(self) -> Iterator[str]:
        """Every text the paper prints, from top to bottom, as `printable`; empty ones are left out."""
        head = self.letterhead
        found = [head.parent, head.issuer, self.number, DRAFT if self.is_draft else ""]
        found += [head.nation, head.motto, self.place_day, self.kind, self.summary, self.addressee]
        found += [self.authority, *self.bases, self.enacting, *_block_texts(self.blocks)]
        found += [RECIPIENTS, *self.recipients] if self.recipients else []
        found += _signature_texts(self.signatures)
        for annex in self.annexes:
            found += [annex.title, annex.summary, annex.reference, *_block_texts(annex.blocks)]
            found += _signature_texts(annex.signatures)
        return (printable(text) for text in found if printable(text).strip())

    def rows(self) -> int:
        """Rows of all its tables."""
        blocks = (*self.blocks, *(block for annex in self.annexes for block in annex.blocks))
        return sum(len(block.rows) for block in blocks if isinstance(block, Table))


RECIPIENTS = "Nơi nhận:"


def _block_texts(blocks: tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        if isinstance(block, Table):
            found += [column.title for column in block.columns]
            found += [cell for row in block.rows for cell in row.cells]
        elif isinstance(block, Paragraph):
            found += [block.lead, block.text]
        else:
            found.append(block.text)
    return found


def _signature_texts(signatures: tuple[Signature, ...]) -> list[str]:
    return [text for one in signatures for text in (*one.titles, one.hint, one.name)]
