"""How a file is to be read: answered once, remembered for sender and layout, never mixed between senders."""

import pytest

from beneficiaries import workflow
from beneficiaries.imports.memory import before_of, options_of
from beneficiaries.models import LayoutMemory, ListBatch
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .conftest import household

pytestmark = pytest.mark.django_db
HEADERS = {"A": "TT", "B": "Tên ông bà", "C": "Năm", "D": "Chỗ ở"}
FIELDS = {"B": "head_name", "C": "birth_date", "D": "address"}


def columns_question(signature="s" * 64, sheet="Danh sách", **params):
    known = {"signature": signature, "headers": HEADERS, "guess": {"B": "head_name"}, "header_rows": [3],
             "samples": {letter: ["1", "2"] for letter in HEADERS}}  # fmt: skip
    return {"kind": "columns", "sheet": sheet, "column": "", "params": known | params, "settled": False}


def asking(desk, *questions, **upload):
    """A batch whose reading ended with these questions."""
    batch = desk.upload(household(1), **upload)
    ListBatch.objects.filter(pk=batch.pk).update(state="awaiting_layout", questions=list(questions))
    batch.job.state = "done"
    batch.job.save()
    return ListBatch.objects.get(pk=batch.pk)


@pytest.fixture
def dolisa(cast):
    return cast("hue-dolisa")


def test_answers_reach_the_next_reading_and_are_remembered_for_the_sender(desk, dolisa):
    batch = asking(desk, columns_question())
    answers = workflow.Answers(columns={"s" * 64: FIELDS})
    batch = workflow.answer_questions(batch, answers, actor=dolisa)
    assert (batch.state, batch.job.state) == ("uploaded", "queued")
    assert options_of(batch).columns == {"s" * 64: FIELDS}
    assert (options_of(batch).kind, options_of(batch).file_name) == ("annual", "danh-sach.xlsx")
    memory = LayoutMemory.objects.get()
    assert memory.columns["B"] == {"field": "head_name", "header": "Tên ông bà"}
    later = desk.upload(household(2), year=2024)
    assert options_of(later).columns == {"s" * 64: FIELDS}
    elsewhere = desk.upload(household(3), by="daknong-dolisa", province="67")
    assert options_of(elsewhere).columns == {}


def test_what_was_said_of_one_file_is_said_of_that_file_only(desk, dolisa):
    questions = [
        {"kind": "encoding", "sheet": "Danh sách", "column": "", "params": {"guess": "tcvn3"}},
        {"kind": "date_order", "sheet": "Danh sách", "column": "D", "params": {"guess": "dmy"}},
        {"kind": "district", "sheet": "", "column": "", "params": {"guess": ""}},
    ]
    batch = asking(desk, *questions)
    answers = workflow.Answers(
        encodings={"Danh sách": "unicode"}, date_orders={"Danh sách!D": "mdy"}, district_code="481"
    )
    said = options_of(workflow.answer_questions(batch, answers, actor=dolisa))
    assert (said.encodings, said.date_orders) == ({"Danh sách": "unicode"}, {"Danh sách!D": "mdy"})
    assert said.district_code == "481"
    later = options_of(desk.upload(household(2), year=2024))
    assert (later.encodings, later.date_orders, later.district_code) == ({}, {}, "")


@pytest.mark.parametrize(
    "columns",
    [{}, {"B": "head_name", "C": "head_name"}, {"C": "birth_date"}],
    ids=["none", "twice", "no name"],
)
def test_an_answer_nobody_can_read_by_is_refused_and_nothing_is_remembered(desk, dolisa, columns):
    batch = asking(desk, columns_question())
    answers = workflow.Answers(columns={"s" * 64: columns} if columns else {})
    with pytest.raises(Refusal):
        workflow.answer_questions(batch, answers, actor=dolisa)
    batch.refresh_from_db()
    assert (batch.state, batch.reading, LayoutMemory.objects.count()) == ("awaiting_layout", {}, 0)


@pytest.mark.parametrize("who", ["hue-dic", "daknong-dolisa"])
def test_only_the_provinces_register_officer_answers_or_forgets(desk, cast, dolisa, who):
    batch = asking(desk, columns_question())
    answers = workflow.Answers(columns={"s" * 64: FIELDS})
    with pytest.raises(Refusal):
        workflow.answer_questions(batch, answers, actor=cast(who))
    workflow.answer_questions(batch, answers, actor=dolisa)
    with pytest.raises(Refusal):
        workflow.forget_layout(LayoutMemory.objects.get(), actor=cast(who))


def test_what_is_forgotten_is_asked_again(desk, dolisa):
    workflow.answer_questions(
        asking(desk, columns_question()), workflow.Answers(columns={"s" * 64: FIELDS}), actor=dolisa
    )
    workflow.forget_layout(LayoutMemory.objects.get(), actor=dolisa)
    assert options_of(desk.upload(household(2), year=2024)).columns == {}
    entry = AuditEntry.objects.get(action="beneficiaries.layoutmemory.forget")
    assert entry.before == {"columns": FIELDS}


# --- cells corrected -------------------------------------------------------------------------------

F14, C15 = ("Danh sách", 14, "F"), ("Danh sách", 15, "C")


@pytest.fixture
def faulty(desk):
    return desk.read(household(1, F="1234567"), household(2, C=None))


def cell(batch, code):
    problem = batch.problems.get(code=code)
    return (problem.sheet, problem.row, problem.column)


def test_a_corrected_cell_is_read_anew_and_kept_with_what_stood_there(faulty, dolisa):
    number = cell(faulty, "bad_national_id")
    batch = workflow.correct_cells(faulty, {number: " 046070000001 "}, actor=dolisa)
    assert (batch.state, batch.job.state) == ("uploaded", "queued")
    assert options_of(batch).corrections == {number: "046070000001"}
    assert before_of(batch) == {number: "1234567"}
    entry = AuditEntry.objects.get(action="beneficiaries.listbatch.correct")
    (shown,) = entry.after.values()
    assert (shown, "1234567" in str(entry.before)) == ("046******001", False)


def test_correcting_back_to_what_the_file_says_leaves_no_correction(faulty, dolisa):
    number = cell(faulty, "bad_national_id")
    batch = workflow.correct_cells(faulty, {number: "046070000001"}, actor=dolisa)
    ListBatch.objects.filter(pk=batch.pk).update(state="awaiting_confirmation")
    batch = workflow.correct_cells(batch, {number: "1234567"}, actor=dolisa)
    assert (dict(options_of(batch).corrections), before_of(batch)) == ({}, {})


def test_a_withdrawn_correction_leaves_the_others(faulty, dolisa):
    number, name = cell(faulty, "bad_national_id"), cell(faulty, "missing_head_name")
    batch = workflow.correct_cells(faulty, {number: "046070000001", name: "Hồ Văn Nam"}, actor=dolisa)
    ListBatch.objects.filter(pk=batch.pk).update(state="awaiting_confirmation")
    batch = workflow.withdraw_corrections(batch, [number], actor=dolisa)
    assert options_of(batch).corrections == {name: "Hồ Văn Nam"}
    ListBatch.objects.filter(pk=batch.pk).update(state="awaiting_confirmation")
    with pytest.raises(Refusal):
        workflow.withdraw_corrections(batch, [number], actor=dolisa)


@pytest.mark.parametrize(
    "cells",
    [{}, {("Danh sách", 8, "F"): ""}, {("Khác", 8, "F"): "x"}, {("Danh sách", 0, "F"): "x"},
     {("Danh sách", 8, "f8"): "x"}, {("Danh sách", 8, "F"): "x" * 201}],
)  # fmt: skip
def test_nothing_is_read_again_for_no_correction_or_no_cell(faulty, dolisa, cells):
    with pytest.raises(Refusal):
        workflow.correct_cells(faulty, cells, actor=dolisa)
    faulty.refresh_from_db()
    assert (faulty.state, faulty.reading) == ("awaiting_confirmation", {})


def test_a_commune_is_chosen_once_for_a_place_and_only_among_the_provinces(faulty, dolisa):
    with pytest.raises(Refusal):
        workflow.choose_communes(faulty, {"|huong phong": "24637"}, actor=dolisa)
    batch = workflow.choose_communes(faulty, {"|huong phong": "20068"}, actor=dolisa)
    assert options_of(batch).communes == {"|huong phong": "20068"}
    ListBatch.objects.filter(pk=batch.pk).update(state="awaiting_confirmation")
    batch = workflow.choose_communes(batch, {"|huong phong": ""}, actor=dolisa)
    assert options_of(batch).communes == {}
