"""The annex of a plan read from a Word document."""

import io
import unicodedata
import zipfile

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.docx_reading import (
    CONTINUED,
    MERGED,
    NO_GROUP,
    NO_LEAD,
    SEVERAL_LEADS,
    read_annex,
)
from programs.loading import packaged_plan
from smartphone_support.web.errors import Refusal

from .docx_rows import APPENDIX, HEADER, SEED, add, packaged_rows, printed_rows, saved, table_file

DIC, DOLISA = "Sở Thông tin và Truyền thông", "Sở Lao động - Thương binh và Xã hội"


@pytest.fixture(autouse=True)
def english():
    """Refusals are matched in the words of the code."""
    with translation.override("en"):
        yield


def cells(annex):
    return [(r.number, r.content, r.lead, "\n".join(r.coordinators), r.timing) for r in annex.rows]


def task(**known):
    values = {"number": "1", "content": "Việc", "lead": DIC, "coordinators": "", "timing": "Hàng tháng"}
    return tuple((values | known).values())


GROUP = ("I", "Nhóm", "", "", "")


def test_the_packaged_annex_is_read_cell_for_cell():
    seed = packaged_plan(SEED)
    content = table_file(packaged_rows(), before=seed["reference_line"], after=seed["closing_line"])

    annex = read_annex(content)

    assert cells(annex) == packaged_rows()
    assert (annex.reference_line, annex.closing_line) == (seed["reference_line"], seed["closing_line"])
    assert len(annex.tasks) == 11
    assert not any(row.problems for row in annex.rows)
    assert annex.missing == ()


@pytest.mark.skipif(not APPENDIX.exists(), reason="the handed-over annex is not at hand")
def test_the_handed_over_annex_equals_the_packaged_one():
    annex = read_annex(table_file(printed_rows()))

    assert cells(annex) == packaged_rows()


def test_rows_are_numbered_as_one_goes_down_the_page():
    annex = read_annex(table_file([GROUP, task(), task(number="2")]))

    assert [row.row for row in annex.rows] == [2, 3, 4]


@pytest.mark.parametrize("again", [True, False])
def test_pages_that_split_the_table_make_no_difference(again):
    content = table_file(packaged_rows(), split=(3, 9), header_again=again)

    assert cells(read_annex(content)) == packaged_rows()


def test_a_header_in_other_words_and_another_order_is_understood():
    header = ("TT", "Thời gian hoàn thành", "Nội dung nhiệm vụ", "Đơn vị phối hợp", "Cơ quan chủ trì")
    rows = [
        (n, timing, content, coordinators, lead) for n, content, lead, coordinators, timing in packaged_rows()
    ]

    assert cells(read_annex(table_file(rows, header))) == packaged_rows()


def test_a_header_of_two_rows_is_one():
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    top = add(table, ("STT", "Nội dung", "Đơn vị thực hiện", "", "Thời gian"))
    top.cells[2].merge(top.cells[3])
    add(table, ("", "", "Chủ trì", "Phối hợp", ""))
    add(table, ("(1)", "(2)", "(3)", "(4)", "(5)"))
    add(table, GROUP)
    add(table, task())

    assert cells(read_annex(saved(document))) == [GROUP, task()]


def test_decomposed_letters_are_composed():
    rows = [tuple(unicodedata.normalize("NFD", cell) for cell in row) for row in packaged_rows()]
    header = tuple(unicodedata.normalize("NFD", cell) for cell in HEADER)

    assert cells(read_annex(table_file(rows, header))) == packaged_rows()


def test_a_heading_over_all_columns_is_a_group():
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    add(table, HEADER)
    row = add(table, ("II", "Giám sát", "", "", ""))
    row.cells[1].merge(row.cells[4])
    add(table, task())

    assert cells(read_annex(saved(document)))[0] == ("II", "Giám sát", "", "", "")


def test_a_lead_merged_over_several_tasks_leads_each_of_them():
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    for row in (HEADER, GROUP, task(), task(number="2", lead="", timing="Hàng năm")):
        add(table, row)
    table.cell(2, 2).merge(table.cell(3, 2))

    annex = read_annex(saved(document))

    assert [row.lead for row in annex.tasks] == [DIC, DIC]
    assert annex.tasks[1].problems == [MERGED]


def test_a_cell_torn_by_a_page_break_is_put_together():
    rows = [GROUP, task(content="Tổ chức kiểm tra và"), ("", "xác nhận các danh sách", "", "", "")]

    annex = read_annex(table_file(rows))

    assert [row.content for row in annex.tasks] == ["Tổ chức kiểm tra và xác nhận các danh sách"]
    assert annex.tasks[0].problems == [CONTINUED]


def test_lines_with_dashes_in_one_cell_are_parties_of_their_own():
    several = "- Sở Y tế;\n- Sở Giáo dục\nvà Đào tạo;\n– Sở Tài chính; - Báo Đắk Nông."

    annex = read_annex(table_file([GROUP, task(coordinators=several)]))

    assert annex.tasks[0].coordinators == [
        "- Sở Y tế;", "- Sở Giáo dục và Đào tạo;", "- Sở Tài chính;", "- Báo Đắk Nông.",
    ]  # fmt: skip


def test_bullets_made_by_word_are_dashes():
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    for row in (HEADER, GROUP, task()):
        add(table, row)
    cell = table.cell(2, 3)
    cell.text = "Sở Y tế"
    cell.add_paragraph("Sở Tài chính")
    for paragraph in cell.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(properties.makeelement(qn("w:numPr"), {}))

    annex = read_annex(saved(document))

    assert annex.tasks[0].coordinators == ["- Sở Y tế", "- Sở Tài chính"]


def test_text_taken_out_by_a_tracked_change_is_not_read():
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    for row in (HEADER, GROUP, task()):
        add(table, row)
    paragraph = table.cell(2, 1).paragraphs[0]._p
    gone = paragraph.makeelement(qn("w:del"), {})
    run = paragraph.makeelement(qn("w:r"), {})
    text = paragraph.makeelement(qn("w:t"), {})
    text.text = " bỏ"
    run.append(text)
    gone.append(run)
    paragraph.append(gone)

    assert read_annex(saved(document)).tasks[0].content == "Việc"


def test_what_is_odd_is_told_of_its_row():
    rows = [
        task(lead=""),
        task(number="2", lead=f"- {DIC};\n- {DOLISA}."),
        GROUP,
        task(number=""),
    ]

    annex = read_annex(table_file(rows))

    assert annex.rows[0].problems == [NO_LEAD, NO_GROUP]
    assert annex.rows[1].problems == [SEVERAL_LEADS, NO_GROUP]
    assert (annex.rows[1].lead, annex.rows[1].coordinators) == (DIC, [f"- {DOLISA}"])
    assert annex.rows[3].number == "1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old .doc"),
        (b"just text", "no Word document"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(content, words):
    with pytest.raises(Refusal, match=words):
        read_annex(content)


def rezipped(content, change=None, more=()):
    """The document with its text changed, and other parts added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if change and name == "word/document.xml" else part)
        for name, part in more:
            new.writestr(name, part)
    return made.getvalue()


def test_hostile_documents_are_not_opened():
    good = table_file([GROUP, task()])
    deep = b"<w:p>" * 500 + b"</w:p>" * 500
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    hostile = {
        "macros": rezipped(good, more=[("word/vbaProject.bin", b"x")]),
        "ordinary": rezipped(good, lambda part: part.replace(b"?>", b"?>" + entity, 1)),
        "not built": rezipped(good, more=[("word/media/a.bin", b"\x00" * 30_000_000)]),
        "was not opened": rezipped(good, lambda part: part.replace(b"<w:body>", b"<w:body>" + deep)),
        "damaged": rezipped(good, lambda part: part[:-40]),
    }  # fmt: skip
    for words, content in hostile.items():
        with pytest.raises(Refusal, match=words):
            read_annex(content)


def test_a_document_without_such_a_table_is_refused():
    with pytest.raises(Refusal, match="no table with the columns"):
        read_annex(table_file([("1", "a", "b")], header=("STT", "Họ tên", "Địa chỉ")))
    with pytest.raises(Refusal, match="no task below"):
        read_annex(table_file([GROUP]))
    with pytest.raises(Refusal, match="more than"):
        read_annex(table_file([task(number=str(n)) for n in range(150)]))


GOOD = table_file([GROUP, task()])


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    with pytest.raises(Refusal):
        read_annex(b"PK" + content)


@settings(max_examples=60)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(1, 40))
def test_a_damaged_document_is_read_or_refused_never_worse(place, byte, length):
    content = GOOD[:place] + bytes([byte]) * length + GOOD[place + length :]
    try:
        annex = read_annex(content)
    except Refusal:
        return
    assert annex.tasks


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)


@settings(max_examples=40)
@given(st.lists(st.tuples(LETTERS, LETTERS, LETTERS, LETTERS, LETTERS), min_size=1, max_size=6))
def test_whatever_cells_say_every_row_keeps_its_place(rows):
    try:
        annex = read_annex(table_file(rows))
    except Refusal:
        return
    numbers = [row.row for row in annex.rows]
    assert numbers == sorted(set(numbers))
    assert all(1 < number <= len(rows) + 1 for number in numbers)
