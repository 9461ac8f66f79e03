"""The template of every .docx paper: fonts, styles, margins, letterhead and title. Made in code, once."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
#: Widths of the letterhead's two halves, in millimetres.
LEFT, RIGHT = 72, 93

_BOTH, _LEFT, _CENTRE = WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
#: Style → size (pt), alignment, space before and after (pt), first line's indent (mm), kept with the next.
STYLES = {
    "VBThan": (14, _BOTH, 3, 3, 12.7, False),  # body
    "VBThang": (14, _BOTH, 3, 3, 0, False),  # body without indent
    "VBMuc": (14, _LEFT, 6, 3, 12.7, True),  # heading
    "VBGiua": (14, _CENTRE, 0, 0, 0, True),  # centred: kind, summary
    "VBCanCu": (14, _BOTH, 3, 3, 12.7, False),  # legal bases
    "VBDau": (12, _CENTRE, 0, 0, 0, True),  # letterhead
    "VBKy": (14, _CENTRE, 0, 0, 0, True),  # signatures
    "VBNoiNhan": (11, _LEFT, 0, 0, 0, False),
    "VBBang": (11, _LEFT, 1, 1, 0, False),  # cells
    "VBGhiChu": (11, _LEFT, 3, 0, 0, False),
    "VBKe": (2, _CENTRE, 5, 2, 0, True),  # a rule
    "VBCach": (2, _LEFT, 0, 8, 0, True),  # room before the signatures
    "VBHet": (2, _LEFT, 0, 6, 0, False),  # what has to stand behind a table
}


@cache
def letter() -> bytes:
    """The template as a file. Its marks are filled by `docx.render`."""
    document = Document()
    _styles(document)
    _page(document)
    body = document.element.body
    for paragraph in list(document.paragraphs):
        body.remove(paragraph._p)
    _line(document, "{%p for paper in papers %}")
    _letterhead(document)
    _line(document, "", "VBHet")
    _line(document, "{{ paper.kind }}", "VBGiua", bold=True)
    _optional(document, "summary", "VBGiua", bold=True)
    _rule(document.add_paragraph(style="VBKe"), 58, 58)
    _optional(document, "addressee", "VBGiua")
    _optional(document, "authority", "VBGiua", bold=True)
    _line(document, "{%p for basis in paper.bases %}")
    _line(document, "{{ basis }}", "VBCanCu", italic=True)
    _line(document, "{%p endfor %}")
    _optional(document, "enacting", "VBGiua", bold=True)
    _line(document, "{{ paper.body }}")
    _line(document, "{{ paper.end }}")
    _line(document, "{%p endfor %}")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal)
    for name, (size, align, before, after, indent, keep) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size = Pt(size)
        shape = style.paragraph_format
        shape.alignment, shape.line_spacing, shape.keep_with_next = align, 1.0, keep
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        if indent:
            shape.first_line_indent = Mm(indent)


def _font(style: Any) -> None:
    """The font for every script, or Word takes another one for letters with marks."""
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = ""
    section.first_page_header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    run = number.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            sign = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
        else:
            sign = OxmlElement("w:instrText")
            sign.text = text
        run._r.append(sign)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ title }}", "", ""
    properties.language = "vi-VN"


def _letterhead(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    # The nation's name needs the whole half: no margins inside the cells.
    margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
    for half, width in zip(table._tbl.tblGrid.gridCol_lst, (LEFT, RIGHT), strict=True):
        half.w = Mm(width)
    left, right = table.rows[0].cells
    left.width, right.width = Mm(LEFT), Mm(RIGHT)
    first = left.paragraphs[0]
    first.style, first.text = "VBDau", "{%p if paper.parent %}"
    _line(left, "{{ paper.parent }}", "VBDau")
    _line(left, "{%p endif %}")
    _line(left, "{{ paper.issuer }}", "VBDau", bold=True)
    _rule(left.add_paragraph(style="VBKe"), 23, 23)
    _optional(left, "number", "VBDau", size=13)
    _optional(left, "draft", "VBDau", bold=True, italic=True)
    right.paragraphs[0].style = "VBDau"
    run = right.paragraphs[0].add_run("{{ paper.nation }}")
    run.bold, run.font.size = True, Pt(12)
    _line(right, "{{ paper.motto }}", "VBDau", bold=True, size=13)
    _rule(right.add_paragraph(style="VBKe"), 21, 21)
    _optional(right, "place_day", "VBDau", italic=True, size=13)


def _optional(where: Any, name: str, style: str, **look: Any) -> None:
    """A line that is left out where the paper has no such text."""
    _line(where, f"{{%p if paper.{name} %}}")
    _line(where, f"{{{{ paper.{name} }}}}", style, **look)
    _line(where, "{%p endif %}")


def _line(
    where: Any, text: str, style: str = "VBThan", *, bold: bool = False, italic: bool = False, size: float = 0
) -> None:
    paragraph = where.add_paragraph(style=style)
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)


def _rule(paragraph: Any, left: float, right: float) -> None:
    """A line across, so far in from the left and the right, in millimetres."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        )
    )
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(left), Mm(right)
