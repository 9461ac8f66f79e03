"""A list to confirm: checked, sent, decided line by line, asked of a district, answered (task II.4)."""

import io
import json
from datetime import date

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from beneficiaries.models import ConfirmationLine, ConfirmationRequest
from beneficiaries.services.confirmation_answer import answer_letter, answer_workbook
from beneficiaries.services.workflow.confirmations import (
    answer_question,
    answer_request,
    decide_by_verdict,
    decide_lines,
    submit_request,
    upload_request,
    withdraw_request,
)
from programs.loading import load_plans
from programs.models import TaskDue
from smartphone_support.documents import docx
from smartphone_support.jobs.running import execute
from smartphone_support.web.errors import Refusal
from tests.spreadsheets.building import write_xlsx
from tests.together import at_once

from .conftest import DIFFICULT, HEADER

AS_OF = date(2024, 3, 31)
NOW = date(2024, 4, 8)


@pytest.fixture(autouse=True)
def in_april():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def desk(counter, cast):
    """Households 1 and 2 are on the list, 3 is not poor any more, 4 lives in A Lưới."""
    load_plans()
    counter.household(1)
    counter.household(2)
    counter.household(3, classed="not_poor")
    counter.household(4, commune=DIFFICULT)
    return counter


def asked(desk, *lines, by="hue-viettel", send=True):
    """A list of the operator, read and, unless told otherwise, sent."""
    actor = desk.cast(by)
    request = upload_request(desk.file(*lines), as_of=AS_OF, operator=actor.organisation, actor=actor)
    execute(str(request.job.key))
    request.refresh_from_db()
    if send:
        assert submit_request(request, actor=actor) == 0
        request.refresh_from_db()
    return request


def four(desk, **known):
    return asked(desk, desk.line(1), desk.line(2), desk.line(3), desk.line(4), **known)


def by_name(request):
    return {line.subscriber_name.split()[-1]: line for line in request.lines.all()}


@pytest.fixture
def dic(cast):
    return cast("hue-dic")


def test_each_line_gets_its_verdict_as_of_the_day(desk):
    request = asked(desk, desk.line(1), desk.line(3), desk.line(9), desk.line(2, level=70000), send=False)

    told = {name: [r["code"] for r in line.reasons] for name, line in by_name(request).items()}
    assert told == {"1": [], "3": ["not_on_list"], "9": ["unknown_person"], "2": ["other_level"]}
    assert request.state == "read"
    assert request.counts == {"good": 1, "refused": 3}


def test_what_another_operator_supports_is_not_told(desk):
    desk.apply(desk.line(1), by="hue-vnpt")

    line = by_name(asked(desk, desk.line(1), send=False))["1"]

    assert [r["code"] for r in line.reasons] == ["other_service"]
    assert "vnpt" not in str(line.reasons).lower()


def test_sending_begins_the_clock(desk):
    request = four(desk)

    # Ten working days after Monday 08/04/2024; the day of the Hùng Kings counts only where it was entered.
    assert request.submitted_on == NOW
    assert request.due_on == date(2024, 4, 22)


def test_the_due_of_task_ii_4_opens_and_is_done_by_the_answer(desk, cast):
    desk.household(21, commune="24637")
    request = asked(desk, desk.line(21), by="daknong-viettel")
    due = TaskDue.objects.get(task__group__program__code="daknong-2023", task__timing_kind="on_request")
    assert (due.state, due.organisation.code) == ("open", "daknong-dic")
    assert due.due_on == request.due_on

    officer = cast("daknong-dic")
    decide_by_verdict(request, "good", expected=1, actor=officer)
    answer_request(request, number="12/TB-STTTT", actor=officer)

    due.refresh_from_db()
    assert (due.state, due.done_on) == ("accepted", NOW)
    assert [one.label for one in due.evidence.all()] == ["Danh sách của Viettel tính đến 31/03/2024"]


def test_withdrawing_forgets_the_due(desk, cast):
    desk.household(21, commune="24637")
    request = asked(desk, desk.line(21), by="daknong-viettel")
    actor = cast("daknong-viettel")
    with pytest.raises(Refusal, match="reason"):
        withdraw_request(request, actor=actor)

    withdraw_request(request, actor=actor, reason="Gửi nhầm")

    assert not TaskDue.objects.filter(task__timing_kind="on_request").exists()
    with pytest.raises(Refusal, match="not taken"):
        decide_by_verdict(request, "good", expected=1, actor=cast("daknong-dic"))


def test_a_register_that_changed_stops_the_sending_once(desk, cast):
    request = asked(desk, desk.line(1), send=False)
    household = by_name(request)["1"].household
    desk.becomes(household, "not_poor", date(2024, 3, 1))
    actor = cast("hue-viettel")

    assert submit_request(request, actor=actor) == 1
    request.refresh_from_db()
    assert (request.state, by_name(request)["1"].verdict) == ("read", "refused")
    assert submit_request(request, actor=actor) == 0


def test_all_in_order_are_confirmed_and_all_with_something_found_are_not(desk, dic):
    request = four(desk)

    with pytest.raises(Refusal, match="instead of"):
        decide_by_verdict(request, "good", expected=2, actor=dic)
    assert decide_by_verdict(request, "good", expected=3, actor=dic) == 3
    assert decide_by_verdict(request, "refused", expected=1, actor=dic) == 1

    lines = by_name(request)
    assert [lines[name].decision for name in "1234"] == ["confirmed", "confirmed", "refused", "confirmed"]
    assert "31/03/2024" in lines["3"].decision_reason


def test_deciding_against_the_check_needs_a_reason(desk, dic):
    request = four(desk)
    lines = by_name(request)

    with pytest.raises(Refusal, match="say why it is confirmed"):
        decide_lines(request, [lines["3"].pk], "confirmed", actor=dic)
    with pytest.raises(Refusal, match="say why it is not confirmed"):
        decide_lines(request, [lines["1"].pk], "refused", actor=dic)
    decide_lines(request, [lines["3"].pk], "confirmed", actor=dic, reason="Có quyết định bổ sung")
    decide_lines(request, [lines["1"].pk], "refused", actor=dic, reason="Trùng danh sách khác")

    lines = by_name(request)
    assert (lines["3"].decision, lines["1"].decision) == ("confirmed", "refused")


def test_a_decision_is_never_overwritten_by_an_old_page(desk, dic):
    request = four(desk)
    key = by_name(request)["1"].pk
    assert decide_lines(request, [key], "confirmed", actor=dic) == 1
    assert decide_lines(request, [key], "confirmed", actor=dic) == 0, "the same again changes nothing"

    with pytest.raises(Refusal, match="decided already"):
        decide_lines(request, [key], "refused", actor=dic, reason="x")
    assert decide_lines(request, [key], "open", actor=dic) == 1
    assert decide_lines(request, [key], "refused", actor=dic, reason="x") == 1


def test_the_district_is_asked_and_says_whether_it_is_right(desk, dic, cast):
    request = four(desk)
    line = by_name(request)["4"]
    decide_lines(request, [line.pk], "asked", actor=dic, reason="Hộ còn ở xã không?")
    own, other = cast("hue-481"), cast("hue-474")
    assert ConfirmationLine.objects.visible_to(own).get().pk == line.pk
    assert not ConfirmationLine.objects.visible_to(other).exists()
    assert not ConfirmationRequest.objects.visible_to(other).exists()

    with pytest.raises(PermissionDenied):
        answer_question(line, right=True, text="", actor=other)
    with pytest.raises(Refusal, match="what is not right"):
        answer_question(line, right=False, text=" ", actor=own)
    answer_question(line, right=False, text="Đã chuyển đi", actor=own)
    line.refresh_from_db()
    assert (line.district_says_right, line.district_answer) == (False, "Đã chuyển đi")

    decide_lines(request, [line.pk], "refused", actor=dic, reason="Đã chuyển đi")
    with pytest.raises(Refusal, match="nothing to answer"):
        answer_question(line, right=True, text="", actor=own)


def test_a_decision_taken_back_keeps_what_the_district_said(desk, dic, cast):
    request = four(desk)
    line = by_name(request)["4"]
    decide_lines(request, [line.pk], "asked", actor=dic, reason="Hộ còn ở xã không?")
    answer_question(line, right=False, text="Đã chuyển đi", actor=cast("hue-481"))
    decide_lines(request, [line.pk], "refused", actor=dic, reason="Đã chuyển đi")

    decide_lines(request, [line.pk], "open", actor=dic)
    line.refresh_from_db()
    assert (line.decision, line.district_answer, line.question) == (
        "asked", "Đã chuyển đi", "Hộ còn ở xã không?",
    )  # fmt: skip
    assert (line.district_says_right, line.decision_reason) == (False, "")
    decide_lines(request, [line.pk], "open", actor=dic)
    line.refresh_from_db()
    assert (line.decision, line.district_answer, line.question, line.district) == ("open", "", "", None)


def test_a_district_is_offered_no_file_it_may_not_have(client, cast, desk, dic):
    request = four(desk)
    decide_lines(request, [by_name(request)["4"].pk], "asked", actor=dic, reason="?")
    decide_lines(request, [by_name(request)["4"].pk], "confirmed", actor=dic)
    decide_by_verdict(request, "good", expected=2, actor=dic)
    decide_by_verdict(request, "refused", expected=1, actor=dic)
    answer_request(request, number="1/TB", actor=dic)
    cast.log_in(client, "hue-481")

    page = client.get(reverse("services:confirmation_detail", args=[request.pk]))

    assert page.status_code == 200
    for name in ("workbook", "letter_docx", "letter_pdf", "file"):
        address = reverse(f"services:confirmation_{name}", args=[request.pk])
        assert address not in page.content.decode()
        assert client.get(address).status_code == 403


def test_a_day_after_the_lists_is_told_as_such(desk):
    request = asked(desk, desk.line(1, on="05/04/2024"), send=False)

    assert [one["code"] for one in request.lines.get().reasons] == ["date_after_list"]


def test_a_wrong_number_is_hidden_in_the_letter_too(desk, dic):
    request = asked(desk, desk.line(1, card="04606100000123"))
    decide_by_verdict(request, "refused", expected=1, actor=dic)

    assert "04606100000123" not in "\n".join(answer_letter(request).texts())
    assert "046********123" in by_name(request)["1"].decision_reason


def test_what_is_decided_is_asked_no_more_on_the_districts_page(client, cast, desk, dic):
    request = four(desk)
    line = by_name(request)["4"]
    decide_lines(request, [line.pk], "asked", actor=dic, reason="Hộ còn ở xã không?")
    cast.log_in(client, "hue-481")
    page = reverse("services:question_answer", args=[line.pk])
    assert 'name="text"' in client.get(page).content.decode()
    client.post(page, {"right": "no", "text": "Đã chuyển đi"})
    decide_lines(request, [line.pk], "refused", actor=dic, reason="x")

    shown = client.get(page).content.decode()

    assert "Đã chuyển đi" in shown
    assert 'name="text"' not in shown


def test_a_line_without_a_household_is_asked_of_nobody(desk, dic):
    request = asked(desk, desk.line(9))

    with pytest.raises(Refusal, match="no district can be asked"):
        decide_lines(request, [request.lines.get().pk], "asked", actor=dic, reason="?")


def test_an_answer_needs_every_line_decided_and_a_number(desk, dic, cast):
    request = four(desk)
    decide_by_verdict(request, "good", expected=3, actor=dic)

    with pytest.raises(Refusal, match="1 line is not decided"):
        answer_request(request, number="1", actor=dic)
    decide_by_verdict(request, "refused", expected=1, actor=dic)
    with pytest.raises(Refusal, match="number"):
        answer_request(request, number="  ", actor=dic)
    with pytest.raises(PermissionDenied):
        answer_request(request, number="1", actor=cast("hue-dic-leader"))
    answer_request(request, number="120/TB-STTTT", note="Đề nghị rà soát", actor=dic)
    with pytest.raises(Refusal, match="not taken"):
        answer_request(request, number="121", actor=dic)


@pytest.fixture
def answered(desk, dic):
    request = four(desk)
    decide_by_verdict(request, "good", expected=3, actor=dic)
    decide_by_verdict(request, "refused", expected=1, actor=dic)
    return answer_request(request, number="120/TB-STTTT", note="Đề nghị rà soát", actor=dic)


def test_the_workbook_has_a_row_a_line_with_result_and_reason(answered):
    sheet = openpyxl.load_workbook(io.BytesIO(answer_workbook(answered, answered.uploaded_by))).active
    rows = list(sheet.iter_rows(min_row=5, values_only=True))

    assert [row[7] for row in rows] == ["Xác nhận", "Xác nhận", "Không xác nhận", "Xác nhận"]
    assert [bool(row[8]) for row in rows] == [False, False, True, False]
    assert "Thông tư 14/2022" in rows[2][8]
    assert rows[0][3] == by_name(answered)["1"].national_id
    assert [row[1] for row in rows] == [4, 5, 6, 7], "one sheet: its rows' numbers say where"


@pytest.mark.parametrize("reader", ["hue-dic", "hue-dic-leader", "hue-ppc"])
def test_nobody_but_the_operator_reads_whole_numbers_in_the_workbook(answered, cast, reader):
    sheet = openpyxl.load_workbook(io.BytesIO(answer_workbook(answered, cast(reader)))).active
    line = by_name(answered)["1"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert line.national_id not in text
    assert line.number not in text
    assert f"{line.national_id[:3]}******{line.national_id[-3:]}" in text


def test_a_list_of_two_sheets_is_looked_at_again_in_the_order_it_was_read(desk):
    actor = desk.cast("hue-viettel")
    head = [["DANH SÁCH"], [], HEADER]
    sheets = {"A": [*head, desk.line(2), desk.line(1)], "B": [*head, desk.line(1)]}
    path = write_xlsx(desk.folder / "hai-trang.xlsx", sheets)
    file = SimpleUploadedFile("hai-trang.xlsx", path.read_bytes())
    request = upload_request(file, as_of=AS_OF, operator=actor.organisation, actor=actor)
    execute(str(request.job.key))
    request.refresh_from_db()
    assert request.counts == {"good": 2, "refused": 1}
    assert submit_request(request, actor=actor) == 0


def test_the_letter_says_how_many_and_hides_numbers(answered):
    paper = answer_letter(answered)
    text = "\n".join(paper.texts())

    assert "120/TB-STTTT" in text
    assert "ngày 08 tháng 4 năm 2024" in text
    assert "3 (ba)" in text
    assert "Đề nghị rà soát" in text
    assert by_name(answered)["1"].national_id not in text
    assert not paper.is_draft
    assert docx.render(paper).startswith(b"PK")


def test_operators_see_their_own_and_nobody_what_was_not_sent(desk, cast):
    request = four(desk, send=False)

    def sees(name):
        return ConfirmationRequest.objects.visible_to(cast(name)).filter(pk=request.pk).exists()

    names = ("hue-viettel", "hue-vnpt", "hue-dic", "hue-ppc", "daknong-viettel", "hue-481", "hue-finance")
    assert [name for name in names if sees(name)] == ["hue-viettel"]
    submit_request(request, actor=cast("hue-viettel"))
    assert [name for name in names if sees(name)] == ["hue-viettel", "hue-dic", "hue-ppc"]


@pytest.mark.parametrize(("as_of", "words"), [(date(2024, 4, 9), "future"), (date(2022, 12, 1), "began")])
def test_a_day_that_cannot_be_is_refused(desk, cast, as_of, words):
    actor = cast("hue-viettel")
    with pytest.raises(Refusal, match=words):
        upload_request(desk.file(desk.line(1)), as_of=as_of, operator=actor.organisation, actor=actor)


def test_a_file_that_is_no_list_says_so_on_the_request(desk):
    request = asked(desk, send=False)

    assert request.state == "failed"
    assert request.failure


def test_the_command_takes_the_same_steps(desk, cast, tmp_path, capsys):
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(desk.file(desk.line(1), desk.line(3)).read())
    command = ["import_list", str(path), "--kind=confirmation", "--province=46", "--period=2024-03"]

    call_command(*command, "--as=hue-viettel", "--apply", "--json")

    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["new"], told["errors"]) == ("submitted", 1, 1)
    request = ConfirmationRequest.objects.get(pk=told["batch"])
    assert request.as_of == AS_OF
    with pytest.raises(SystemExit):
        call_command(*command, "--as=hue-dic", "--operator=hue-viettel")


# --- the pages ----------------------------------------------------------------------------------------


def test_the_whole_way_on_the_pages(client, cast, desk):
    cast.log_in(client, "hue-viettel")
    file = desk.file(desk.line(1), desk.line(3), desk.line(4))
    client.post(reverse("services:confirmation_create"), {"as_of": "31/03/2024", "file": file})
    request = ConfirmationRequest.objects.get()
    page = reverse("services:confirmation_detail", args=[request.pk])
    assert client.get(page).status_code == 200
    execute(str(request.job.key))
    shown = client.get(page).content.decode()
    for hidden in ("poor", "nghèo đa chiều", "B1"):
        assert f">{hidden}<" not in shown
    client.post(reverse("services:confirmation_submit", args=[request.pk]))

    cast.log_in(client, "hue-dic")
    lines = by_name(request)
    verdicts = reverse("services:confirmation_verdicts", args=[request.pk])
    client.post(verdicts, {"action": "asked", "row": [lines["4"].pk], "reason": "Còn ở xã không?"})
    part = client.post(verdicts, {"one": f"confirmed-{lines['1'].pk}"}, headers={"HX-Request": "true"})
    assert 'hx-swap-oob="true"' in part.content.decode()
    client.get(reverse("services:confirmation_refuse_all", args=[request.pk]))
    client.post(reverse("services:confirmation_refuse_all", args=[request.pk]), {"expected": "1"})

    cast.log_in(client, "hue-481")
    assert "Còn ở xã không?" in client.get(reverse("services:question_list")).content.decode()
    answer = reverse("services:question_answer", args=[lines["4"].pk])
    assert client.get(answer).status_code == 200
    client.post(answer, {"right": "yes", "text": ""})

    cast.log_in(client, "hue-dic")
    client.post(verdicts, {"action": "confirmed", "row": [lines["4"].pk]})
    client.get(reverse("services:confirmation_answer", args=[request.pk]))
    client.post(reverse("services:confirmation_answer", args=[request.pk]), {"number": "5/TB-STTTT"})
    request.refresh_from_db()
    assert request.state == "answered"

    cast.log_in(client, "hue-viettel")
    assert client.get(page).status_code == 200
    for name in ("workbook", "letter_docx", "letter_pdf", "file"):
        assert client.get(reverse(f"services:confirmation_{name}", args=[request.pk])).status_code == 200
    assert client.get(reverse("services:confirmation_list")).status_code == 200


def test_the_page_asks_a_fixed_number_of_times(client, cast, desk, django_assert_max_num_queries):
    few = asked(desk, desk.line(1), desk.line(2))
    for number in range(100, 130):
        desk.household(number)
    many = asked(desk, *(desk.line(number) for number in range(100, 130)))
    cast.log_in(client, "hue-dic")
    counts = []
    for request in (few, many):
        with django_assert_max_num_queries(60) as asked_for:
            client.get(reverse("services:confirmation_detail", args=[request.pk]))
        counts.append(len(asked_for))
    assert counts[0] == counts[1]


# --- two people at once -------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_two_officers_answer_once(desk, dic):
    request = four(desk)
    decide_by_verdict(request, "good", expected=3, actor=dic)
    decide_by_verdict(request, "refused", expected=1, actor=dic)

    results = at_once(
        lambda: answer_request(request, number="1/TB", actor=dic),
        lambda: answer_request(request, number="2/TB", actor=dic),
    )

    assert sum(isinstance(result, ConfirmationRequest) for result in results) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_one_line_is_decided_once_by_two(desk, dic):
    request = four(desk)
    key = by_name(request)["1"].pk

    results = at_once(
        lambda: decide_lines(request, [key], "confirmed", actor=dic),
        lambda: decide_lines(request, [key], "refused", actor=dic, reason="x"),
    )

    assert sum(result == 1 for result in results) == 1
    assert sum("decided already" in str(result) for result in results) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_an_answer_exclude_each_other(desk, dic, cast):
    request = asked(desk, desk.line(1))
    decide_by_verdict(request, "good", expected=1, actor=dic)
    operator = cast("hue-viettel")

    results = at_once(
        lambda: answer_request(request, number="1/TB", actor=dic),
        lambda: withdraw_request(request, actor=operator, reason="x"),
    )

    assert sum(isinstance(result, ConfirmationRequest) for result in results) == 1
