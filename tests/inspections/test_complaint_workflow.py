"""The way of a complaint: written down, taken up, answered, appealed, closed; deadlines by the clocks."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from inspections.choices import ComplaintState
from inspections.complaints.figures import figures
from inspections.models import Complaint, ComplaintTerm
from inspections.workflow import complaint_answers, complaint_terms, complaints
from inspections.workflow.clocks import end_clock, enter_clock
from programs.models import Holiday
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents.paper import Paper
from smartphone_support.web.errors import Refusal
from tests.complaint_rows import said, written_down

from .field_rows import served

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 3, 4)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast):
    from programs.loading import load_plans

    load_plans()
    return cast("hue-dic")


def on(day):
    return time_machine.travel(f"{day}T03:00:00Z", tick=False)


def office(code):
    return Organisation.objects.get(code=code)


def clock(officer, step="answer", days=5, *, kind="feedback", since=date(2024, 1, 1)):
    return enter_clock(
        officer.province,
        actor=officer,
        kind=kind,
        step_=step,
        days=days,
        citation="Điều 28",
        valid_from=since,
    )


def taken_up(officer, to="hue-481", **known):
    row = written_down(officer, **known)
    return complaints.take_up(row, actor=officer, organisation=office(to))


def answered(officer, answerer, **known):
    row = taken_up(officer, **known)
    return complaint_answers.answer(
        row, actor=answerer, text="Đã bàn giao ngày 05/3.", answered_on=timezone.localdate(), upheld=True,
        number="7/TB",
    )  # fmt: skip


def test_the_whole_way_with_an_appeal(officer, cast):
    district = cast("hue-481")
    with on(MONDAY):
        for step, days in (("take_up", 2), ("answer", 5), ("answer_appeal", 10)):
            clock(officer, step, days)
        row = written_down(officer, district=cast.area("481"))
        assert (row.state, row.due) == ("received", date(2030, 3, 6))
    with on(date(2030, 3, 5)):
        row = complaints.take_up(row, actor=officer, organisation=office("hue-481"), handler=district)
        assert (row.state, row.due, row.handler) == ("assigned", date(2030, 3, 12), district)
    with on(date(2030, 3, 11)):
        row = complaint_answers.answer(
            row, actor=district, text="Không có cơ sở.", answered_on=date(2030, 3, 11), upheld=False
        )
        assert row.state == "answered"
    with on(date(2030, 3, 13)):
        row = complaint_answers.write_appeal(
            row, actor=officer, text="Không đồng ý", appealed_on=date(2030, 3, 12)
        )
        assert (row.state, row.due, row.handler) == ("appealed", date(2030, 3, 26), None)
        with pytest.raises(PermissionDenied):  # who answered first
            complaint_answers.answer_appeal(
                row, actor=district, text="Vẫn vậy", answered_on=date(2030, 3, 13), upheld=False
            )
        row = complaints.assign(
            row, actor=officer, organisation=office("hue-dic"), handler=officer, reason="Xem lại"
        )
        row = complaint_answers.answer_appeal(
            row, actor=officer, text="Có cơ sở.", answered_on=date(2030, 3, 13), upheld=True, number="9/TB"
        )
        assert (row.state, row.upheld, row.answer) == ("answered", True, "Không có cơ sở.")
        with pytest.raises(Refusal, match="appealed once already"):
            complaint_answers.write_appeal(row, actor=officer, text="Nữa", appealed_on=date(2030, 3, 13))
        row = complaints.close_complaint(row, actor=officer)
        assert row.state == "closed"
    verbs = AuditEntry.objects.filter(object_type="inspections.complaint", object_id=str(row.pk))
    assert [entry.action.rpartition(".")[2] for entry in verbs.order_by("pk")] == [
        "record", "take_up", "reply", "appeal", "hand_on", "reply_to_appeal", "close",
    ]  # fmt: skip


def test_the_record_names_no_sender_and_no_word_of_what_was_said(officer, cast):
    row = answered(officer, cast("hue-481"), content="Lời riêng tư", sender_phone="0914000111")
    entries = AuditEntry.objects.filter(object_id=str(row.pk), object_type="inspections.complaint")
    kept = str(list(entries.values()))
    assert "record" in kept
    for secret in ("Lời riêng tư", "0914000111", "Trần Văn Mực", "Đã bàn giao"):
        assert secret not in kept


def test_without_a_clock_no_deadline_is_invented(officer):
    row = taken_up(officer)
    assert row.due is None
    assert not row.is_overdue
    with pytest.raises(Refusal, match="no clock is entered"):
        complaint_terms.extend_due(
            row, actor=officer, to=timezone.localdate() + timedelta(days=9), reason="Cần thêm"
        )


def test_a_clock_entered_later_gives_running_ones_their_deadline_and_moves_no_other(officer):
    with on(MONDAY):
        first = taken_up(officer)
        _clock, reached = clock(officer, days=3)
        assert reached == 1
        first.refresh_from_db()
        assert first.due == date(2030, 3, 7)
    with on(date(2030, 3, 5)):
        clock(officer, days=20, since=date(2030, 3, 5))
        first.refresh_from_db()
        assert first.due == date(2030, 3, 7)
        assert taken_up(officer).due == date(2030, 4, 2)


def test_a_clock_that_begins_tomorrow_is_not_used_today(officer):
    with on(MONDAY):
        clock(officer, days=3, since=date(2030, 3, 5))
        assert taken_up(officer).due is None


def test_clocks_refuse_what_makes_no_sense_and_who_may_not(officer, cast):
    known = {"kind": "feedback", "step_": "answer", "days": 5, "citation": "Điều 1", "valid_from": MONDAY}
    for wrong in ({"days": 0}, {"days": 501}, {"citation": "  "}):
        with pytest.raises(Refusal):
            enter_clock(officer.province, actor=officer, **(known | wrong))
    with pytest.raises(PermissionDenied):
        enter_clock(officer.province, actor=cast("hue-481"), **known)
    with pytest.raises(PermissionDenied):
        enter_clock(cast("daknong-dic").province, actor=officer, **known)
    row, _reached = enter_clock(officer.province, actor=officer, **known)
    with pytest.raises(Refusal, match="entered already"):
        enter_clock(officer.province, actor=officer, **known)
    with pytest.raises(Refusal, match="before the first"):
        end_clock(row, actor=officer, last_day=MONDAY - timedelta(days=1))
    assert end_clock(row, actor=officer, last_day=MONDAY).valid_to == MONDAY


def test_an_extension_keeps_the_old_day_and_its_reason(officer):
    with on(MONDAY):
        clock(officer, days=2)
        row = taken_up(officer)
        Holiday.objects.create(day=date(2030, 3, 8), kind="holiday", name="Nghỉ")
        for day in (row.due, date(2030, 3, 1), date(2030, 3, 9), date(2030, 3, 8), date(2035, 1, 3)):
            with pytest.raises(Refusal):
                complaint_terms.extend_due(row, actor=officer, to=day, reason="Xác minh thêm")
        row = complaint_terms.extend_due(row, actor=officer, to=date(2030, 3, 12), reason="Xác minh thêm")
    assert row.due == date(2030, 3, 12)
    terms = ComplaintTerm.objects.filter(complaint=row, step="answer")
    assert [(term.due, term.reason) for term in terms] == [
        (date(2030, 3, 6), ""), (date(2030, 3, 12), "Xác minh thêm"),
    ]  # fmt: skip


def test_refused_or_sent_elsewhere_it_ends_with_its_reason(officer):
    with pytest.raises(Refusal, match="reason is missing"):
        complaints.refuse(written_down(officer), actor=officer, reason=" ")
    row = complaints.refuse(written_down(officer), actor=officer, reason="Không thuộc phạm vi")
    assert (row.state, row.closed_reason, row.due) == ("refused", "Không thuộc phạm vi", None)
    row = complaints.transfer_out(taken_up(officer), actor=officer, body="Công an huyện", reason="Thẩm quyền")
    assert (row.state, row.transferred_to) == ("refused", "Công an huyện")
    for door in (complaints.refuse, complaints.close_complaint):
        with pytest.raises(Refusal, match="Look at the page again"):
            door(row, actor=officer, reason="Lần nữa")


def test_it_goes_only_to_people_who_may_answer(officer, cast):
    row = written_down(officer)
    for organisation in (office("hue-front"), office("daknong-dic")):
        with pytest.raises(Refusal, match="may answer"):
            complaints.take_up(row, actor=officer, organisation=organisation)
    for handler in (cast("hue-481-leader"), cast("hue-474")):
        with pytest.raises(Refusal, match="Choose a person"):
            complaints.take_up(row, actor=officer, organisation=office("hue-481"), handler=handler)
    with pytest.raises(PermissionDenied):
        complaints.take_up(row, actor=cast("hue-481"), organisation=office("hue-481"))


def test_a_district_writes_down_what_is_of_its_own_area(officer, cast):
    row = written_down(cast("hue-481"))
    assert row.district == cast.area("481")
    with pytest.raises(Refusal, match="your own district"):
        written_down(cast("hue-481"), commune=cast.area("20161"))
    with pytest.raises(PermissionDenied):
        written_down(cast("hue-481-leader"))


def test_the_household_brings_its_district_and_its_support(officer, cast):
    support = served(1)
    row = written_down(officer, household=support.household)
    assert (row.support, row.district) == (support, support.district)
    with pytest.raises(PermissionDenied):  # a household the district does not see
        written_down(cast("hue-474"), household=support.household)
    other = written_down(officer)
    linked = complaints.link(other, actor=officer, household=support.household)
    assert (linked.support, linked.district) == (support, support.district)
    assert complaints.link(other, actor=officer).household is None


def test_days_and_words_that_make_no_sense_are_refused(officer, cast):
    today = timezone.localdate()
    for day in (today + timedelta(days=1), today - timedelta(days=400)):
        with pytest.raises(Refusal, match="Check the day"):
            written_down(officer, received_on=day)
    with pytest.raises(Refusal, match="content is missing"):
        written_down(officer, content=" \x00 ")
    row = taken_up(officer)
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(Refusal, match="It was answered between"):
            complaint_answers.answer(row, actor=cast("hue-481"), text="Rồi", answered_on=day, upheld=None)


def test_what_comes_by_the_public_form_is_not_written_down_by_the_office(officer):
    with pytest.raises(Refusal, match="public form"):
        complaints.record_complaint(
            said(), actor=officer, province=officer.province, channel="public_form",
            received_on=timezone.localdate(),
        )  # fmt: skip


def test_another_kind_is_counted_by_its_own_clock(officer):
    with on(MONDAY):
        clock(officer, "take_up", 2)
        clock(officer, "take_up", 10, kind="complaint")
        row = written_down(officer)
        row = complaints.classify(
            row, actor=officer, kind="complaint", subject="conduct", reason="Xâm phạm quyền lợi"
        )
        assert (row.kind, row.subject, row.due) == ("complaint", "conduct", date(2030, 3, 18))
        with pytest.raises(Refusal, match="already"):
            complaints.classify(row, actor=officer, kind="complaint", subject="conduct", reason="Lại")


def test_the_figures_count_what_was_answered_in_time(officer, cast):
    with on(MONDAY):
        clock(officer, days=2)
        late, in_time = taken_up(officer), taken_up(officer)
        written_down(officer, "complaint")
        written_down(officer, "denunciation")
        complaint_answers.answer(in_time, actor=cast("hue-481"), text="Rồi", answered_on=MONDAY, upheld=True)
    with on(date(2030, 3, 8)):
        complaint_answers.answer(
            late, actor=cast("hue-481"), text="Rồi", answered_on=date(2030, 3, 7), upheld=False
        )
        found = figures(officer, 2030)
    assert (found.received, found.complaints, found.running) == (3, 1, 1)
    assert (found.answered, found.timed, found.in_time, found.upheld) == (2, 2, 1, 1)
    assert figures(officer, 2029).received == 0
    assert figures(cast("daknong-dic"), 2030).received == 0


@pytest.mark.parametrize("number", ["", "7/TB-UBND"])
def test_the_letter_says_what_was_answered_and_is_a_draft_until_numbered(officer, cast, number):
    from inspections.papers.complaints import answer_letter

    row = taken_up(officer)
    row = complaint_answers.answer(
        row, actor=cast("hue-481"), text="Một.\nHai.", answered_on=timezone.localdate(), upheld=True,
        number=number,
    )  # fmt: skip
    paper = answer_letter(Complaint.objects.get(pk=row.pk))
    texts = list(paper.texts())
    assert isinstance(paper, Paper)
    assert paper.is_draft == (number == "")
    assert ("Số: 07/TB-UBND" in texts) == (number != "")
    assert "ỦY BAN NHÂN DÂN HUYỆN A LƯỚI" in texts
    assert {"Một.", "Hai./."} <= set(texts)
    assert any("có cơ sở" in text for text in texts)


def test_running_states_are_those_with_a_step():
    from inspections.choices import RUNNING

    assert set(complaint_terms.STEP_OF) == set(RUNNING)
    assert ComplaintState.ANSWERED not in RUNNING
