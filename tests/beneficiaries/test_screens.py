"""What a register officer does between upload and register: answers, corrections, reasons, revert."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries import workflow
from beneficiaries.imports.memory import options_of
from beneficiaries.models import BatchRow, LayoutMemory, ListBatch
from beneficiaries.worklist import waiting_for
from smartphone_support.audit.models import AuditEntry

from .conftest import household, identity
from .test_memory import asking, columns_question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages_in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def officer(client, cast):
    cast.log_in(client, "hue-dolisa")
    return client


def address(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def text(response):
    return response.content.decode()


# --- upload ---------------------------------------------------------------------------------------


def upload(officer, desk, **data):
    known = {"kind": "annual", "year": 2023, "file": desk.file(household(1))}
    return officer.post(address("batch_create"), known | data)


def test_a_monthly_list_is_uploaded_with_its_month(officer, desk):
    answer = upload(officer, desk, kind="monthly", year=2024, month=2)
    batch = ListBatch.objects.get()
    assert answer.url == address("batch_detail", batch.pk)
    assert (batch.kind, f"{batch.period}", f"{batch.effective_on}") == ("monthly", "2024-02-01", "2024-02-29")
    assert "Movements of 02/2024" in text(officer.get(answer.url))


def test_a_monthly_list_without_its_month_is_asked_for_it(officer, desk):
    page = text(upload(officer, desk, kind="monthly", month=""))
    assert "Choose the month whose movements the list holds." in page
    assert not ListBatch.objects.exists()


def test_two_lists_of_one_period_are_told_apart_and_warned_of(officer, desk, cast):
    first = desk.read(household(1), file=desk.file(household(1), name="thang-mot.xlsx"))
    answer = upload(officer, desk, file=desk.file(household(2), name="ban-sua.xlsx"))
    page = text(officer.get(answer.url))
    assert "Another list of this period waits already." in page
    assert "thang-mot.xlsx" in page
    assert address("batch_detail", first.pk) in page
    second = desk.work(ListBatch.objects.latest("pk"))
    assert "ban-sua.xlsx" in text(officer.get(address("batch_detail", first.pk)))
    details = [item.detail for item in waiting_for(cast("hue-dolisa"))]
    assert ["thang-mot.xlsx" in detail for detail in details] == [True, False]
    workflow.reject_batch(second, actor=cast("hue-dolisa"))
    assert "ban-sua.xlsx" not in text(officer.get(address("batch_detail", first.pk)))


# --- how to read the file -------------------------------------------------------------------------


ENCODING = {
    "kind": "encoding", "sheet": "Danh sách", "column": "",
    "params": {"guess": "tcvn3", "by": "font", "samples": [["NguyÔn V¨n An", "Nguyễn Văn An"]]},
}  # fmt: skip
DATES = {
    "kind": "date_order", "sheet": "Danh sách", "column": "C",
    "params": {"guess": "dmy", "samples": [["03/04/1960", "1960-04-03", "1960-03-04"]], "dmy": 0, "mdy": 0,
               "open": 9},
}  # fmt: skip
DISTRICT = {"kind": "district", "sheet": "", "column": "", "params": {"guess": "481", "file_name": "x.xlsx"}}


def fields_of(response):
    """Every field of the form as it is prefilled."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_every_question_is_shown_with_examples_and_one_answer_settles_all(officer, desk):
    batch = asking(desk, columns_question(), ENCODING, DATES, DISTRICT)
    shown = text(officer.get(address("batch_detail", batch.pk)))
    assert address("batch_layout", batch.pk) in shown
    page = officer.get(address("batch_layout", batch.pk))
    for words in ("Nguyễn Văn An", "NguyÔn V¨n An", "day 3, month 4, year 1960", "day 4, month 3, year 1960",
                  "Tên ông bà", "9 cells can be read either way."):  # fmt: skip
        assert words in text(page)
    typed = fields_of(page)
    assert sorted(typed.values()) == ["", "", "", "481", "dmy", "head_name", "tcvn3"]
    column = {letter: next(n for n in typed if n.endswith(f"-{letter}")) for letter in "ABCD"}
    answer = officer.post(
        address("batch_layout", batch.pk), typed | {column["C"]: "birth_date", column["D"]: "address"}
    )
    assert answer.url == address("batch_detail", batch.pk)
    batch.refresh_from_db()
    said = options_of(batch)
    assert batch.state == "uploaded"
    assert said.columns == {"s" * 64: {"B": "head_name", "C": "birth_date", "D": "address"}}
    assert (said.encodings, said.date_orders, said.district_code) == (
        {"Danh sách": "tcvn3"}, {"Danh sách!C": "dmy"}, "481",
    )  # fmt: skip


def test_a_field_chosen_twice_is_named_at_its_column_and_nothing_is_kept(officer, desk):
    batch = asking(desk, columns_question())
    typed = fields_of(officer.get(address("batch_layout", batch.pk)))
    second = next(name for name in typed if name.endswith("-C"))
    page = text(officer.post(address("batch_layout", batch.pk), typed | {second: "head_name"}))
    assert "“Name of the head” is chosen for column B already" in page
    assert f'href="#id_{second}"' in page
    assert not LayoutMemory.objects.exists()


def test_the_same_layout_on_many_sheets_is_asked_once(officer, desk):
    batch = asking(desk, *(columns_question(sheet=f"Xã {n}") for n in range(20)))
    page = text(officer.get(address("batch_layout", batch.pk)))
    assert page.count("What does each column hold?") == 1
    assert "Xã 19" in page


def test_examples_of_long_numbers_are_masked(officer, desk):
    question = columns_question(samples={"A": ["1"], "B": ["Hồ Văn Nam"], "C": [identity(3)], "D": [""]})
    page = text(officer.get(address("batch_layout", asking(desk, question).pk)))
    assert identity(3) not in page
    assert f"{identity(3)[:3]}******{identity(3)[-3:]}" in page


def test_what_is_remembered_is_listed_for_the_own_office_and_can_be_forgotten(officer, desk, cast, client):
    batch = asking(desk, columns_question())
    columns = {"s" * 64: {"B": "head_name", "D": "address"}}
    workflow.answer_questions(batch, workflow.Answers(columns=columns), actor=cast("hue-dolisa"))
    page = text(officer.get(address("batch_layouts")))
    assert "Tên ông bà" in page
    memory = LayoutMemory.objects.get()
    cast.log_in(client, "daknong-dolisa")
    assert "Tên ông bà" not in text(client.get(address("batch_layouts")))
    assert client.post(address("batch_layout_forget", memory.pk)).status_code == 404
    cast.log_in(client, "hue-dolisa")
    client.post(address("batch_layout_forget", memory.pk))
    assert not LayoutMemory.objects.exists()


def test_others_see_who_has_to_answer(client, desk, cast):
    batch = asking(desk, columns_question())
    cast.log_in(client, "hue-dic")
    page = text(client.get(address("batch_detail", batch.pk)))
    assert f"{batch.uploaded_by} has to answer that first." in page
    assert address("batch_layout", batch.pk) not in page
    assert client.get(address("batch_layout", batch.pk)).status_code == 403


# --- cells corrected in place ---------------------------------------------------------------------


@pytest.fixture
def faulty(desk):
    return desk.read(household(1, F="1234567"), household(2, C=None), household(3, D="31/02/1960"))


def problem(batch, code):
    return batch.problems.get(code=code)


def test_a_correction_taken_back_lets_the_file_speak_again(officer, desk, faulty):
    number = problem(faulty, "bad_national_id")
    officer.post(address("batch_correct", faulty.pk), {f"cell-{number.pk}": identity(1)})
    batch = desk.work(ListBatch.objects.get(pk=faulty.pk))
    key = f"{number.row}|{number.column}|{number.sheet}"
    assert key in text(officer.get(address("batch_corrections", batch.pk)))
    officer.post(address("batch_withdraw", batch.pk), {"cell": key})
    batch = desk.work(ListBatch.objects.get(pk=batch.pk))
    assert problem(batch, "bad_national_id").value == "1234567"
    assert "Nothing has been corrected" in text(officer.get(address("batch_corrections", batch.pk)))


def test_what_was_decided_and_said_of_rows_outlives_a_correction(officer, desk, cast):
    desk.register(household(1), household(2), household(3, F=None), year=2022)
    batch = desk.read(household(1, F="1234567"), household(3, F=None, H="Thôn 9"), year=2023)
    row = batch.rows.get(outcome="ambiguous")
    candidate = row.candidates[0]["household"]
    workflow.decide_row(row, decision="same", household_id=candidate, actor=cast("hue-dolisa"))
    gone = batch.rows.filter(outcome="gone").latest("pk")
    workflow.give_reasons(batch, {gone.pk: "moved_out"}, actor=cast("hue-dolisa"))
    number = problem(batch, "bad_national_id")
    officer.post(address("batch_correct", batch.pk), {f"cell-{number.pk}": identity(1)})
    batch = desk.work(ListBatch.objects.get(pk=batch.pk))
    again = batch.rows.get(outcome="ambiguous")
    assert (again.decision, again.household_id) == ("same", candidate)
    assert batch.counts["undecided"] == 0
    assert batch.rows.get(outcome="gone", household=gone.household_id).reason == "moved_out"


def test_cells_of_a_reading_gone_by_are_not_corrected(officer, desk, faulty):
    stale = problem(faulty, "bad_national_id").pk
    workflow.read_again(faulty, actor=faulty.uploaded_by)
    desk.work(ListBatch.objects.get(pk=faulty.pk))
    officer.post(address("batch_correct", faulty.pk), {f"cell-{stale}": identity(1)})
    faulty.refresh_from_db()
    assert (faulty.state, faulty.reading) == ("awaiting_confirmation", {})


def test_those_who_only_look_get_no_fields(client, cast, faulty):
    cast.log_in(client, "hue-dic")
    page = text(client.get(address("batch_rows", faulty.pk), {"outcome": "errors", "cause": "every"}))
    assert "1234567" not in page  # masked
    assert 'name="cell-' not in page
    for name in ("batch_correct", "batch_communes", "batch_withdraw", "batch_mended", "batch_reasons"):
        assert client.post(address(name, faulty.pk)).status_code == 403


# --- the error workbook sent back -----------------------------------------------------------------


def download(officer, batch):
    return load_workbook(io.BytesIO(officer.get(address("batch_error_workbook", batch.pk)).content))


def send(officer, batch, book):
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("sua.xlsx", content.getvalue())
    return officer.post(address("batch_mended", batch.pk), {"file": file})


def row_of(sheet, code_cell):
    return next(row for row in sheet.iter_rows(min_row=5) if f"{row[2].value}{row[1].value}" == code_cell)


def test_rows_sorted_deleted_or_with_columns_added_are_understood(officer, desk, faulty):
    book = download(officer, faulty)
    sheet = book["Errors"]
    name = problem(faulty, "missing_head_name")
    row_of(sheet, f"{name.column}{name.row}")[4].value = "Hồ Văn Nam"
    sheet.insert_cols(2)
    sheet.delete_rows(5)
    send(officer, faulty, book)
    faulty.refresh_from_db()
    assert options_of(faulty).corrections == {(name.sheet, name.row, name.column): "Hồ Văn Nam"}


def refused(officer, batch, book):
    page = text(send(officer, batch, book))
    batch.refresh_from_db()
    assert (batch.state, batch.reading) == ("awaiting_confirmation", {})
    return page


def test_an_unchanged_or_foreign_or_tampered_workbook_is_refused_with_a_sentence(officer, desk, faulty):
    assert "No value of this workbook was changed" in refused(officer, faulty, download(officer, faulty))
    other = desk.read(household(9, F="7654321"), year=2024, file=desk.file(household(9, F="7654321"),
                                                                          name="nam-2024.xlsx"))  # fmt: skip
    assert "Annual list 2024 (nam-2024.xlsx)" in refused(officer, faulty, download(officer, other))
    book = download(officer, faulty)
    sheet = book["Errors"]
    sheet["N5"].value = sheet["N5"].value.replace("|F|", "|G|").replace("|C|", "|G|")
    assert "the hidden keys of rows 5 were changed" in refused(officer, faulty, book)
    plain = download(officer, faulty)
    for sheet in plain:
        sheet.delete_cols(14)
    assert "This is no workbook of rows in error" in refused(officer, faulty, plain)


def test_a_key_of_another_list_does_not_pass_under_this_lists_name(officer, desk, faulty):
    other = desk.read(household(9, F="7654321"), year=2024)
    book, foreign = download(officer, faulty)["Errors"], download(officer, other)
    foreign["Errors"]["N1"].value = book["N1"].value
    row_of(foreign["Errors"], f"F{problem(other, 'bad_national_id').row}")[4].value = identity(9)
    assert "were changed" in refused(officer, faulty, foreign)


# --- communes chosen once -------------------------------------------------------------------------


# --- households gone ------------------------------------------------------------------------------


@pytest.fixture
def shrunk(desk):
    desk.register(*map(household, range(6)), year=2022)
    return desk.read(*map(household, range(2)), year=2023)


def reasons(batch):
    return sorted(batch.rows.filter(outcome="gone").values_list("reason", flat=True))


def test_reasons_are_given_row_by_row_to_the_ticked_ones_and_to_all(officer, shrunk):
    gone = list(shrunk.rows.filter(outcome="gone").order_by("position"))
    where = address("batch_reasons", shrunk.pk)
    officer.post(where, {"scope": "chosen", "reason": "deceased", "row": [gone[0].pk, gone[1].pk]})
    officer.post(where, {"scope": "all", "reason": "exited"})
    assert reasons(shrunk) == ["deceased", "deceased", "exited", "exited"]
    officer.post(
        where, {"scope": "each", f"reason-{gone[2].pk}": "moved_out", f"reason-{gone[3].pk}": "exited"}
    )
    assert reasons(shrunk) == ["deceased", "deceased", "exited", "moved_out"]
    page = text(officer.get(address("batch_rows", shrunk.pk), {"outcome": "gone", "why": "deceased"}))
    assert "2 households" in page
    entries = AuditEntry.objects.filter(action="beneficiaries.listbatch.give_reason")
    assert [entry.after for entry in entries.order_by("pk")] == [
        {"deceased": 2}, {"exited": 2}, {"moved_out": 1},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [{"scope": "all"}, {"scope": "all", "reason": "vanished"}, {"scope": "chosen", "reason": "exited"},
     {"scope": "chosen", "reason": "exited", "row": ["999999"]}, {"scope": "each"}, {}],
)  # fmt: skip
def test_half_an_answer_gives_no_reason(officer, shrunk, typed):
    officer.post(address("batch_reasons", shrunk.pk), typed)
    assert reasons(shrunk) == [""] * 4


def test_reasons_for_one_commune_leave_the_others(officer, desk):
    tay_loc = [["A", None, "THÀNH PHỐ HUẾ"], ["I", None, "Phường Tây Lộc", *[None] * 5, 9]]
    desk.register(household(1), household(2), *tay_loc, household(3), household(4), year=2022)
    batch = desk.read(household(1), *tay_loc, household(3), year=2023)
    commune = batch.rows.filter(outcome="gone").earliest("position").commune_id
    officer.post(
        address("batch_reasons", batch.pk), {"scope": "all", "reason": "moved_out", "commune": commune}
    )
    assert reasons(batch) == ["", "moved_out"]


def test_the_confirm_page_says_what_is_still_open(officer, desk):
    desk.register(*map(household, range(4)), year=2022)
    batch = desk.read(household(2, D="31/02/1960"), household(1), year=2023)
    page = text(officer.get(address("batch_confirm", batch.pk)))
    assert "1 faulty cell stays empty" in page
    assert "For 2 households no longer listed nobody has said why." in page
    officer.post(address("batch_reasons", batch.pk), {"scope": "all", "reason": "exited"})
    assert "nobody has said why" not in text(officer.get(address("batch_confirm", batch.pk)))


# --- monthly movements ----------------------------------------------------------------------------


def test_a_monthly_preview_shows_movements_old_and_new_class_and_counts(officer, desk):
    batch = desk.read(household(1), household(2), household(3))
    rows = list(batch.rows.order_by("position"))
    for row, kind, old, new in zip(rows, ("near_to_poor", "near_to_poor", "deceased"), ("near_poor",) * 3,
                                   ("poor", "poor", ""), strict=True):  # fmt: skip
        BatchRow.objects.filter(pk=row.pk).update(
            movement=kind, outcome="changed", old_class=old, new_class=new
        )
    ListBatch.objects.filter(pk=batch.pk).update(kind="monthly", period="2024-02-01")
    page = text(officer.get(address("batch_rows", batch.pk), {"outcome": "changed"}))
    assert "Near-poor → Poor" in page
    assert "Near-poor → not in the register" in page
    assert "From near-poor to poor 2" in page
    assert "outcome=gone" not in page
    only = text(officer.get(address("batch_rows", batch.pk), {"outcome": "changed", "kind": "deceased"}))
    assert rows[2].head_name in only
    assert rows[0].head_name not in only


# --- revert ---------------------------------------------------------------------------------------


def test_a_written_list_is_taken_back_with_a_reason(officer, desk):
    batch = desk.register(household(1), household(2))
    page = text(officer.get(address("batch_revert", batch.pk)))
    assert "2 households this list brought leave the register" in page
    assert "This field is required" in text(officer.post(address("batch_revert", batch.pk), {"reason": ""}))
    officer.post(address("batch_revert", batch.pk), {"reason": "Nhầm tệp"})
    batch = desk.work(ListBatch.objects.get(pk=batch.pk))
    assert batch.state == "reverted"
    page = text(officer.get(address("batch_detail", batch.pk)))
    assert "This list was taken out of the register again." in page
    assert "Nhầm tệp" in page


def test_a_list_others_were_built_on_says_why_it_stays(officer, desk):
    first = desk.register(household(1), year=2022)
    desk.register(household(1), household(2), year=2023)
    page = text(officer.get(address("batch_detail", first.pk)))
    assert "This list cannot be reverted now:" in page
    assert address("batch_revert", first.pk) not in page
    answer = officer.get(address("batch_revert", first.pk), follow=True)
    assert "was written to the register later" in text(answer)


# --- the work list --------------------------------------------------------------------------------


def test_unreadable_files_are_one_line_and_go_together(officer, desk, cast):
    for number in range(3):
        batch = desk.upload(household(number), file=desk.file(household(number), name=f"tep-{number}.xlsx"))
        ListBatch.objects.filter(pk=batch.pk).update(state="failed", failure="Không đọc được.")
    ListBatch.objects.update(job=None)
    (item, *_missing) = waiting_for(cast("hue-dolisa"))
    assert (item.title, "tep-2.xlsx: Không đọc được." in item.detail) == ("3 files could not be read", True)
    page = text(officer.get(item.url))
    assert address("batch_dismiss_failed") in page
    assert "3 files that could not be read" in text(officer.get(address("batch_dismiss_failed")))
    officer.post(address("batch_dismiss_failed"))
    assert set(ListBatch.objects.values_list("state", flat=True)) == {"rejected"}
    assert "could not be read" not in str([w.title for w in waiting_for(cast("hue-dolisa"))])


def test_a_list_with_questions_waits_on_the_work_list(desk, cast):
    batch = asking(desk, columns_question())
    item = waiting_for(cast("hue-dolisa"))[0]
    assert (item.url, item.verb) == (address("batch_layout", batch.pk), "Say how to read it")


# --- pages of any size ----------------------------------------------------------------------------

PARTS = [
    {"outcome": part} for part in ("errors", "new", "changed", "unchanged", "gone", "ambiguous", "balance")
]
CAUSES = [{"outcome": "errors", "cause": cause} for cause in ("every", "unknown_commune", "bad_national_id")]


def test_no_page_of_a_list_of_three_thousand_is_large(officer, desk):
    desk.register(*map(household, range(3000, 4500)), year=2022, reason="Thử")
    strange = [["I", None, f"Xã Lạ {n}", *[None] * 5, 9] for n in range(30)]
    rows = [household(n, F="1234567" if n % 3 else None) for n in range(3000)]
    spread = [row for n, row in enumerate(rows) for row in ((strange[n % 30], row) if n < 60 else (row,))]
    sections = [["A", None, "HUYỆN A LƯỚI"], ["I", None, "Xã Hồng Vân", *[None] * 5, 9]]
    batch = desk.read(*rows[60:], *spread[:120], sections=sections, year=2023)
    assert batch.counts["households"] == 3000
    for asked in (*PARTS, *CAUSES):
        page = officer.get(address("batch_rows", batch.pk), asked)
        assert len(page.content) < 200_000, (asked, len(page.content))


@pytest.mark.parametrize(
    "asked", [{"outcome": "gone"}, {"outcome": "errors", "cause": "every"}], ids=["gone", "cells"]
)
def test_pages_to_work_on_ask_as_often_for_many_rows(officer, desk, asked):
    counts = []
    for year, size in ((2022, 2), (2023, 6)):
        desk.register(*(household(n + 10) for n in range(size)), year=year, reason="Thử")
        batch = desk.read(*(household(n, F="12") for n in range(size)), year=year)
        officer.get(address("batch_rows", batch.pk), asked)
        with CaptureQueriesContext(connection) as queries:
            officer.get(address("batch_rows", batch.pk), asked)
        counts.append(len(queries))
        workflow.reject_batch(batch, actor=batch.uploaded_by)
    assert counts[0] == counts[1]
