"""A paper as .docx: offices go on editing it in Word or LibreOffice.

The frame (letterhead, title, fonts, margins, the page number) is a template filled by docxtpl; body, tables,
signatures and annexes are put in where its marks stand. Those are written as XML directly: an annex of
1,500 rows is some hundred thousand elements, and an object for each of them would take minutes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from secrets import token_hex
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from .docx_template import letter
from .paper import (
    RECIPIENTS,
    Align,
    Annex,
    Block,
    Heading,
    Note,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
    printable,
)
from .words import DRAFT

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_JC = {"left": "left", "center": "center", "right": "right", "justify": "both"}
_KEPT_LINES = 2
_TEXT = "word/document.xml"
_HEADER = re.compile(r'<w:headerReference w:type="(default|first)" r:id="([^"]+)"/>')
_TWIPS = 1440 / 25.4  # a millimetre
# A4 less the margins of Decree 30/2020/NĐ-CP, Appendix I: 30 mm left, 15 mm right, 20 mm above and below.
PORTRAIT, LANDSCAPE = 165, 252
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def render(paper: Paper, *more: Paper) -> bytes:
    """The paper as a .docx file; more papers follow in the same file, each on a page of its own."""
    papers = (paper, *more)
    token = token_hex(8)
    template = DocxTemplate(io.BytesIO(letter()))
    frames = [_frame(one, f"{token}-{index}") for index, one in enumerate(papers)]
    template.render({"papers": frames, "title": paper.kind}, jinja_env=SandboxedEnvironment(autoescape=True))
    framed = io.BytesIO()
    template.save(framed)
    return _rewritten(framed, lambda document: _filled(document, papers, token))


def _rewritten(file: io.BytesIO, change: Callable[[str], str]) -> bytes:
    """The file with its text changed. As text: moving so many elements into a tree takes a minute."""
    content = io.BytesIO()
    with ZipFile(file) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part.decode()).encode() if name == _TEXT else part)
    return content.getvalue()


def _filled(document: str, papers: Sequence[Paper], token: str) -> str:
    """The template's text with every paper's own parts in the places of their marks."""
    start, end = document.rindex("<w:sectPr"), document.rindex("</w:sectPr>") + len("</w:sectPr>")
    header = dict(_HEADER.findall(document[start:end]))
    parts, done = [], 0
    for index, paper in enumerate(papers):
        is_last = index == len(papers) - 1
        for name, xml in (("body", _body(paper)), ("end", _end(paper, header, is_last=is_last))):
            mark = document.index(f">{token}-{index}-{name}<", done)
            parts.append(document[done : document.rindex("<w:p>", done, mark)])
            parts += xml
            done = document.index("</w:p>", mark) + len("</w:p>")
    annexes = papers[-1].annexes
    section = _section(header, landscape=bool(annexes) and annexes[-1].landscape)
    return "".join([*parts, document[done:start], section, document[end:]])


def _frame(paper: Paper, token: str) -> dict[str, Any]:
    """What the template prints itself, and the marks where the rest goes."""
    head = paper.letterhead
    texts = {
        "parent": head.parent, "issuer": head.issuer, "nation": head.nation, "motto": head.motto,
        "number": paper.number, "place_day": paper.place_day, "kind": paper.kind, "summary": paper.summary,
        "addressee": paper.addressee, "authority": paper.authority, "enacting": paper.enacting,
        "draft": DRAFT if paper.is_draft else "",
    }  # fmt: skip
    frame: dict[str, Any] = {name: _safe(text) for name, text in texts.items()}
    return frame | {
        "bases": [_safe(basis) for basis in paper.bases],
        "body": f"{token}-body",
        "end": f"{token}-end",
    }


def _safe(text: str) -> Markup:
    """Escaped as XML, and braces as numbers: docxtpl would take "{_{" for a sign of its own."""
    escaped = escape(printable(text)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(escaped)  # noqa: S704  # escaped in the line above


def _body(paper: Paper) -> Iterator[str]:
    yield from _blocks(paper.blocks, PORTRAIT, signed=bool(paper.signatures))


def _end(paper: Paper, header: dict[str, str], *, is_last: bool) -> Iterator[str]:
    """Signatures, recipients and annexes; every section but the file's last one ends here."""
    yield from _closing(paper)
    landscape = False
    for annex in paper.annexes:
        yield _section_end(header, landscape=landscape)
        landscape = annex.landscape
        yield from _annex(annex)
    # Behind a table there has to be a paragraph; where a section ends it is the one that says so.
    yield _p("", style="VBHet") if is_last else _section_end(header, landscape=landscape)


def _closing(paper: Paper) -> Iterator[str]:
    yield _p("", style="VBCach")
    if paper.recipients:
        lines = "".join(_p(line, style="VBNoiNhan") for line in paper.recipients)
        left = _p(RECIPIENTS, style="VBNoiNhan", bold=True, italic=True, size=12) + lines
        right = "".join(_signature(one) for one in paper.signatures[:1]) or _p("")
        yield _plain_table([PORTRAIT * 0.5, PORTRAIT * 0.5], [left, right])
    elif paper.signatures:
        yield from _side_by_side(paper.signatures, PORTRAIT)


def _side_by_side(signatures: tuple[Signature, ...], width: float) -> Iterator[str]:
    yield _plain_table([width / len(signatures)] * len(signatures), [_signature(one) for one in signatures])


def _signature(one: Signature) -> str:
    lines = [_p(title, style="VBKy", bold=True) for title in one.titles]
    lines += [_p(one.hint, style="VBKy", italic=True)] if one.hint else []
    return "".join([*lines, *[_p("", style="VBKy")] * 3, _p(one.name, style="VBKy", bold=True)])


def _annex(annex: Annex) -> Iterator[str]:
    width = LANDSCAPE if annex.landscape else PORTRAIT
    yield _p(annex.title, style="VBGiua", bold=True)
    yield _p(annex.summary, style="VBGiua", bold=True)
    if annex.reference:
        yield _p(annex.reference, style="VBGiua", italic=True)
    yield _p("", style="VBKe", borders=(width * 0.36, width * 0.36))
    yield from _blocks(annex.blocks, width, signed=bool(annex.signatures))
    if annex.signatures:
        yield from _side_by_side(annex.signatures, width)


def _blocks(blocks: tuple[Block, ...], width: float, *, signed: bool) -> Iterator[str]:
    """The last lines stay with the signatures: nobody signs an empty page."""
    for place, block in enumerate(blocks, start=1):
        kept = signed and place > len(blocks) - _KEPT_LINES
        match block:
            case Table():
                yield from _table(block, width)
                yield _p("", style="VBHet")
            case Heading(text, centred):
                yield _p(text, style="VBGiua" if centred else "VBMuc", bold=True)
            case Note(text):
                yield _p(text, style="VBGhiChu", italic=True, kept=kept)
            case Paragraph():
                yield _paragraph(block, kept=kept)


def _paragraph(block: Paragraph, *, kept: bool) -> str:
    style = "VBThan" if block.indent else "VBThang"
    lead = _run(f"{block.lead} ", bold=True) if block.lead else ""
    text = _run(block.text, bold=block.bold, italic=block.italic)
    align = "" if block.set_as == "justify" else f'<w:jc w:val="{_JC[block.set_as]}"/>'
    keep = "<w:keepNext/>" * kept
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}{align}</w:pPr>{lead}{text}</w:p>'


def _table(table: Table, width: float) -> Iterator[str]:
    scale = width / sum(column.width for column in table.columns) * _TWIPS
    widths = [round(column.width * scale) for column in table.columns]
    yield '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
    yield f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    yield '<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>'
    yield "</w:tblPr>"
    yield _grid(widths)
    yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    for column, cell_width in zip(table.columns, widths, strict=True):
        yield _cell(
            column.title, cell_width, 1, "center", _properties(bold=True, size=table.size), middle=True
        )
    yield "</w:tr>"
    for row in table.rows:
        yield _row(row, table, widths)
    yield "</w:tbl>"


def _grid(widths: list[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _row(row: Row, table: Table, widths: list[int]) -> str:
    properties = _properties(bold=row.bold, italic=row.italic, size=table.size)
    height = f'<w:trHeight w:val="{round(row.height * _TWIPS)}" w:hRule="atLeast"/>' if row.height else ""
    parts = [f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>"]
    column = 0
    for cell, span in zip(row.cells, row.spans or (1,) * len(row.cells), strict=True):
        width = sum(widths[column : column + span])
        parts.append(_cell(cell, width, span, table.columns[column].align, properties))
        column += span
    parts.append("</w:tr>")
    return "".join(parts)


def _cell(text: str, width: int, span: int, align: Align, properties: str, *, middle: bool = False) -> str:
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    middle_xml = '<w:vAlign w:val="center"/>' if middle else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{grid}{middle_xml}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="VBBang"/><w:jc w:val="{_JC[align]}"/></w:pPr>'
        f'<w:r>{properties}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p></w:tc>'
    )


def _plain_table(widths: list[float], cells: list[str]) -> str:
    """One row without lines: signatures and recipients side by side, never torn apart."""
    twips = [round(width * _TWIPS) for width in widths]
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for w, cell in zip(twips, cells, strict=True)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"{_grid(twips)}<w:tr><w:trPr><w:cantSplit/></w:trPr>{inside}</w:tr></w:tbl>"
    )


def _p(
    text: str, *, style: str = "VBThan", bold: bool = False, italic: bool = False, size: float = 0,
    borders: tuple[float, float] | None = None, kept: bool = False,
) -> str:  # fmt: skip
    """A paragraph; `borders` draws a rule in its place, so far in from the left and the right (mm)."""
    rule = ""
    if borders:
        left, right = (round(inset * _TWIPS) for inset in borders)
        rule = (
            '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
            f'<w:ind w:left="{left}" w:right="{right}"/>'
        )
    run = _run(text, bold=bold, italic=italic, size=size) if text else ""
    keep = "<w:keepNext/>" * kept
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}{rule}</w:pPr>{run}</w:p>'


def _run(text: str, *, bold: bool = False, italic: bool = False, size: float = 0) -> str:
    properties = _properties(bold=bold, italic=italic, size=size)
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r>'


def _properties(*, bold: bool = False, italic: bool = False, size: float = 0) -> str:
    half = round(size * 2)
    inside = "<w:b/>" * bold + "<w:i/>" * italic
    inside += f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half else ""
    return f"<w:rPr>{inside}</w:rPr>" if inside else ""


def _section_end(header: dict[str, str], *, landscape: bool) -> str:
    section = _section(header, landscape=landscape)
    # As low as a line can be: on a full page it must not make an empty one behind it.
    low = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="VBHet"/>{low}{section}</w:pPr></w:p>'


def _section(header: dict[str, str], *, landscape: bool) -> str:
    """A4 with the margins of the Decree, numbers from 1, none on the first page."""
    references = "".join(
        f'<w:headerReference w:type="{kind}" r:id="{header[kind]}"/>' for kind in ("default", "first")
    )
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if landscape else 'w:w="11906" w:h="16838"'
    return (
        f"<w:sectPr>{references}"
        f'<w:type w:val="nextPage"/><w:pgSz {size}/>'
        '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567" w:footer="567"'
        ' w:gutter="0"/>'
        '<w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )
