"""One paper, two formats: nothing is lost, nothing is read as markup, the layout is the Decree's."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import docx as python_docx
import pytest
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from smartphone_support.documents import docx, pdf
from smartphone_support.documents.paper import (
    Annex,
    Column,
    Heading,
    Letterhead,
    Note,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
)
from smartphone_support.documents.words import (
    GAP,
    counted,
    day_in_words,
    money,
    numbered,
    unnumbered,
)

HEAD = Letterhead("UBND TỈNH THỪA THIÊN HUẾ", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "STTTT")
TABLE = Table(
    (Column("STT", 10, "center"), Column("Họ và tên", 50), Column("Ghi chú", 30)),
    (Row(("I", "Huyện A Lưới"), (1, 2), bold=True), Row(("1", "Y - Bhăm Niê Kđăm", ""))),
)


def paper(**known):
    return Paper(
        **{
            "letterhead": HEAD, "kind": "TỜ TRÌNH", "summary": "Về việc phê duyệt danh sách",
            "place_day": "Thừa Thiên Huế, ngày 05 tháng 02 năm 2024", "number": "Số: 15/TTr-STTTT",
            "blocks": (Heading("1. Cơ sở"), Paragraph("Phê duyệt danh sách.", lead="Điều 1."), TABLE),
            "signatures": (Signature(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Trần Quang Bảo"),),
            "recipients": ("- Như trên;", "- Lưu: VT."),
            "annexes": (Annex("PHỤ LỤC", "DANH SÁCH", "(Kèm theo)", (TABLE, Note("Bản che bớt."))),),
        }
        | known
    )  # fmt: skip


def words_of(content: bytes) -> list[str]:
    """Every text of a .docx, in order, one entry a run."""
    document = python_docx.Document(io.BytesIO(content))
    return [node.text for node in document.element.body.iter(qualified("t")) if (node.text or "").strip()]


def qualified(name):
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def flat(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from flat(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from flat(inner)
    elif isinstance(value, str):
        yield value


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, TEXTS)
def test_any_text_survives_in_both_formats(head, body, cell):
    written = paper(
        summary=head,
        letterhead=Letterhead(head, body, "X"),
        blocks=(Paragraph(body, lead=head), Table((Column(cell, 10),), (Row((cell,)),))),
        annexes=(Annex(head, body, cell, (Note(cell),)),),
    )
    expected = [text.strip() for text in written.texts()]
    assert [text.strip() for text in words_of(docx.render(written)) if text.strip()] == expected
    in_data = {text.strip() for text in flat(pdf.as_data(written))}
    assert set(expected) <= in_data


@settings(deadline=None, max_examples=25)
@given(TEXTS, TEXTS)
def test_typst_sets_any_text_without_reading_it_as_markup(body, cell):
    written = paper(blocks=(Paragraph(body, lead=cell), Table((Column(cell, 10),), (Row((cell,)),))))
    assert pdf.render(written).startswith(b"%PDF")


@pytest.mark.parametrize(
    "text",
    ["A & B < C > “D” 'E' \"F\"", "{{ x }} {% if %} {_{ }_} {#", "#let x = 1; $a$ *b* _c_ @d \\ ` <e>",
     "Ngô Thị " + "Thúy " * 60, "Huyê\u0323n A Lưới"],
)  # fmt: skip
def test_signs_of_the_formats_themselves_are_text(text):
    written = paper(summary=text, bases=(text,), signatures=(Signature((text,), text),))
    assert words_of(docx.render(written)).count(" ".join(written.bases)) == (0 if "\u0323" in text else 3 + 1)
    assert pdf.render(written).startswith(b"%PDF")


def test_decomposed_letters_are_composed():
    assert "Huyện" in words_of(docx.render(paper(summary="Huyê\u0323n")))


def test_the_page_is_that_of_the_decree():
    document = python_docx.Document(io.BytesIO(docx.render(paper())))
    first, annex = document.sections
    for section in document.sections:
        margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
        assert [round(margin / Mm(1)) for margin in margins] == [30, 15, 20, 20]
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
    assert [round(size / Mm(1)) for size in (first.page_width, first.page_height)] == [210, 297]
    assert [round(size / Mm(1)) for size in (annex.page_width, annex.page_height)] == [297, 210]
    assert document.styles["VBThan"].font.size.pt == 14
    assert document.styles["Normal"].font.name == "Times New Roman"


def test_a_table_repeats_its_header_and_fills_the_width():
    xml = python_docx.Document(io.BytesIO(docx.render(paper()))).element.body.xml
    assert xml.count("<w:tblHeader/>") == 2
    grids = re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", xml, re.S)
    widths = [sum(int(w) for w in re.findall(r'w:w="(\d+)"', grid)) for grid in grids]
    portrait, landscape = round(165 * 1440 / 25.4), round(252 * 1440 / 25.4)
    assert [w for w in widths if abs(w - landscape) <= 3]
    assert all(w <= landscape + 3 for w in widths)
    assert [w for w in widths if abs(w - portrait) <= 3]


def test_several_papers_share_a_file_each_with_its_letterhead():
    texts = words_of(docx.render(paper(annexes=()), paper(kind="THÔNG BÁO", annexes=())))
    assert texts.count(HEAD.issuer) == 2
    assert texts.index("TỜ TRÌNH") < texts.index("THÔNG BÁO")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.render(paper(annexes=()), paper(annexes=()))))
    assert pages == 2


def test_a_draft_says_so():
    assert "DỰ THẢO" in words_of(docx.render(paper(is_draft=True)))
    assert "DỰ THẢO" not in words_of(docx.render(paper()))


def test_without_recipients_all_sign_side_by_side():
    three = tuple(Signature((title,)) for title in ("BÊN GIAO", "BÊN NHẬN", "UBND XÃ"))
    texts = words_of(docx.render(paper(signatures=three, recipients=())))
    assert [text for text in texts if text in {"BÊN GIAO", "BÊN NHẬN", "UBND XÃ", "Nơi nhận:"}] == [
        "BÊN GIAO", "BÊN NHẬN", "UBND XÃ",
    ]  # fmt: skip


def test_a_row_must_fill_its_table():
    with pytest.raises(ValueError, match="a row of 2 columns in a table of 3"):
        Table(TABLE.columns, (Row(("1", "2")),))


def test_no_path_of_a_machine_and_no_name_is_in_the_file():
    with zipfile.ZipFile(io.BytesIO(docx.render(paper()))) as file:
        assert b"python-docx" not in file.read("docProps/core.xml")


def test_numbers_days_and_amounts_are_written_as_papers_do():
    assert counted(1500) == "1.500 (một nghìn năm trăm)"
    assert counted(24) == "24 (hai mươi tư)"
    assert money(500_000) == "500.000 đồng (Năm trăm nghìn đồng)"
    assert numbered("5/TTr-STTTT") == "05/TTr-STTTT"
    assert numbered("15/TTr-STTTT") == "15/TTr-STTTT"
    assert unnumbered("15/TTr-STTTT") == f"{GAP}/TTr-STTTT"
    assert unnumbered("", "QĐ-UBND") == f"{GAP}/QĐ-UBND"
    assert day_in_words(date(2024, 2, 5)) == "ngày 05 tháng 02 năm 2024"
    assert day_in_words(date(2024, 3, 15)) == "ngày 15 tháng 3 năm 2024"
    assert day_in_words(None, year=2024) == f"ngày{GAP}tháng{GAP}năm 2024"
