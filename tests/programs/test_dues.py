"""Dues: opened by the calendar and by events, reported, accepted, returned, seen by the system itself."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection  # noqa: F401 - the mark below asks for it
from django.utils import translation

from programs.choices import DueState, TaskEvent
from programs.models import DueEvidence, PlanTask, TaskDue, TaskTrigger
from programs.workflow.dues import (
    accept_due,
    extend_due,
    nothing_arose,
    open_dues,
    open_on_request,
    report_due,
    return_due,
    set_deadlines,
)
from programs.workflow.happenings import happened, undone
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from ..together import at_once

FEBRUARY = date(2024, 2, 20)
ON_POSTGRES = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="row locks of several connections"
)


@pytest.fixture(autouse=True)
def in_february(time_machine):
    time_machine.move_to("2024-02-20T09:00+07:00")
    with translation.override("en"):
        yield


@pytest.fixture
def opened(daknong):
    """The plan of Đắk Nông with the dues up to the end of February 2024."""
    open_dues(daknong, date(2024, 2, 29))
    return daknong


def due(program, label, organisation, key):
    group, number = label.split(".")
    return TaskDue.objects.get(
        task__group__program=program, task__group__number=group, task__number=number,
        organisation__code=organisation, period_key=key,
    )  # fmt: skip


def task(program, label):
    group, number = label.split(".")
    return PlanTask.objects.get(group__program=program, group__number=group, number=number)


def keys(program, label):
    rows = TaskDue.objects.filter(task=task(program, label)).order_by("period_key", "organisation__code")
    return [(row.period_key, row.organisation.code) for row in rows]


def test_periods_open_for_every_leading_organisation_from_the_day_the_plan_is_followed(opened):
    assert keys(opened, "II.2") == [("2024-01", "daknong-dolisa"), ("2024-02", "daknong-dolisa")]
    assert {organisation for _key, organisation in keys(opened, "II.5")} == {
        "daknong-mobifone", "daknong-viettel", "daknong-vnpt"
    }  # fmt: skip
    assert keys(opened, "II.4") == [] == keys(opened, "III.1")
    assert keys(opened, "IV.2") == [("2024", "daknong-dic")]


def test_opening_again_opens_nothing_and_goes_on_where_it_stood(opened):
    before = TaskDue.objects.count()
    assert open_dues(opened, date(2024, 2, 29)) == 0
    opened.dues_until = None  # as a page that was loaded before
    assert open_dues(opened, date(2024, 2, 10)) == 0
    assert TaskDue.objects.count() == before
    assert open_dues(opened, date(2024, 3, 31)) == 4  # II.2, and II.5 for three operators
    assert keys(opened, "II.2")[-1] == ("2024-03", "daknong-dolisa")


def test_a_plan_asks_for_nothing_before_its_own_years(daknong):
    """Signed in December for the next years."""
    daknong.issued_on = daknong.in_force_from = date(2023, 12, 25)
    daknong.first_year, daknong.dues_until = 2024, None
    daknong.save()
    open_dues(daknong, date(2024, 2, 29))
    assert {key[:4] for key in TaskDue.objects.values_list("period_key", flat=True)} == {"2024"}


def test_what_fell_due_before_the_plan_was_in_force_was_never_owed(daknong):
    """The review of the year falls due on 15 December, the inspection at the end of the year."""
    daknong.in_force_from = date(2023, 12, 19)
    daknong.first_year, daknong.dues_until = 2023, None
    daknong.save()
    open_dues(daknong, date(2023, 12, 31))
    assert keys(daknong, "II.1") == []
    assert keys(daknong, "IV.2") == [("2023", "daknong-dic")]
    assert tell(daknong, TaskEvent.ANNUAL_REVIEW, about=daknong, on=date(2023, 12, 20)) == []


def test_a_draft_and_a_closed_plan_ask_for_nothing(daknong):
    for state in ("draft", "closed"):
        daknong.state = state
        assert open_dues(daknong, date(2024, 2, 29)) == 0


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_open_each_due_once(daknong):
    counts = at_once(*[lambda: open_dues(type(daknong).objects.get(pk=daknong.pk), date(2024, 6, 30))] * 4)
    assert sorted(counts)[:3] == [0, 0, 0]
    assert TaskDue.objects.filter(task__group__program=daknong).count() == max(counts)
    assert len(keys(daknong, "II.2")) == 6


def test_a_report_is_made_accepted_and_on_the_record(cast, opened):
    row = due(opened, "I.1", "daknong-dic", "2024")
    officer, leader = cast("daknong-dic"), cast("daknong-dic-leader")
    paper = SimpleUploadedFile("bai.pdf", b"%PDF-1.4 bai")
    row = report_due(
        row, actor=officer, report="Đăng 3 bài.\nPhát 2 buổi.", file=paper, link="https://a.vn/1"
    )
    assert (row.state, row.done_on) == (DueState.REPORTED, FEBRUARY)
    assert {shown.label for shown in row.evidence.all()} == {"bai.pdf", "https://a.vn/1"}
    with pytest.raises(PermissionDenied):
        accept_due(row, actor=officer)
    row = accept_due(row, actor=leader)
    assert (row.state, row.decided_by) == (DueState.ACCEPTED, leader)
    actions = AuditEntry.objects.filter(action__startswith="programs.taskdue").values_list(
        "action", flat=True
    )
    assert list(actions.order_by("sequence")) == [
        "programs.taskdue.report_done", "programs.taskdue.accept"
    ]  # fmt: skip
    assert verify().broken_at is None


def test_what_is_returned_says_why_and_is_reported_again(cast, opened):
    row = due(opened, "II.1", "daknong-dolisa", "2024-R")
    dolisa, officer = cast("daknong-dolisa"), cast("daknong-dic")
    row = report_due(row, actor=dolisa, report="Đã rà soát.")
    with pytest.raises(Refusal, match="reason"):
        return_due(row, actor=officer, reason="  ")
    row = return_due(row, actor=officer, reason="Thiếu số liệu huyện Cư Jút.")
    assert (row.state, row.return_reason) == (DueState.RETURNED, "Thiếu số liệu huyện Cư Jút.")
    row = report_due(row, actor=dolisa, report="Đã bổ sung.")
    assert (row.state, row.return_reason) == (DueState.REPORTED, "")
    assert accept_due(row, actor=officer).state == DueState.ACCEPTED


def test_nothing_arose_is_an_answer_where_the_plan_foresees_it(cast, opened):
    row = due(opened, "II.2", "daknong-dolisa", "2024-01")
    row = nothing_arose(row, actor=cast("daknong-dolisa"), note="Không có biến động.")
    assert (row.state, row.reported_by) == (DueState.NOTHING_AROSE, cast("daknong-dolisa"))
    other = due(opened, "II.5", "daknong-viettel", "2024-01")
    with pytest.raises(Refusal, match="report what was done"):
        nothing_arose(other, actor=cast("daknong-viettel"))


def test_only_the_leading_organisation_reports(cast, opened):
    row = due(opened, "II.5", "daknong-viettel", "2024-02")
    for username in ("daknong-dic", "daknong-dolisa", "daknong-666", "daknong-ppc", "hue-viettel"):
        with pytest.raises(PermissionDenied):
            report_due(row, actor=cast(username), report="x")


def test_days_that_cannot_be_are_refused(cast, opened):
    open_dues(opened, date(2024, 3, 31))
    dolisa = cast("daknong-dolisa")
    with pytest.raises(Refusal, match="begins on 01/03/2024"):
        report_due(due(opened, "II.2", "daknong-dolisa", "2024-03"), actor=dolisa, report="x")
    row = due(opened, "II.2", "daknong-dolisa", "2024-02")
    with pytest.raises(Refusal, match="future"):
        report_due(row, actor=dolisa, report="x", done_on=date(2024, 2, 21))
    with pytest.raises(Refusal, match="before the period"):
        report_due(row, actor=dolisa, report="x", done_on=date(2024, 1, 31))
    with pytest.raises(Refusal, match="what was done"):
        report_due(row, actor=dolisa, report=" \n\x00 ")


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(cast, opened):
    row = due(opened, "II.1", "daknong-dolisa", "2024-R")
    row = report_due(row, actor=cast("daknong-dolisa"), report="Đã rà soát.")
    officer, leader = cast("daknong-dic"), cast("daknong-dic-leader")
    results = at_once(
        lambda: accept_due(row, actor=officer), lambda: return_due(row, actor=leader, reason="Thiếu.")
    )
    assert sum(isinstance(result, str) for result in results) == 1
    row.refresh_from_db()
    assert row.state in {DueState.ACCEPTED, DueState.RETURNED}


def test_an_authoritys_request_opens_a_due_of_its_own(cast, opened):
    rows = open_on_request(
        task(opened, "IV.1"), actor=cast("daknong-dic"), requested_on=date(2024, 2, 19),
        subject="Công văn 12/UBND-KGVX ngày 19/02/2024",
    )  # fmt: skip
    assert [(row.organisation.code, row.due_on) for row in rows] == [("daknong-dic", date(2024, 3, 4))]
    again = open_on_request(
        task(opened, "IV.1"), actor=cast("daknong-dic"), requested_on=FEBRUARY, subject="Công văn khác"
    )
    assert {row.period_key for row in rows + again} == {"request:1", "request:2"}
    with pytest.raises(PermissionDenied):
        open_on_request(task(opened, "IV.1"), actor=cast("daknong-666"), requested_on=FEBRUARY, subject="x")


def test_a_request_has_a_day_within_the_plan_and_not_in_the_future(cast, opened):
    officer, asked = cast("daknong-dic"), task(opened, "IV.1")
    for day, words in ((date(2024, 2, 21), "future"), (date(2023, 12, 31), "lies outside")):
        with pytest.raises(Refusal, match=words):
            open_on_request(asked, actor=officer, requested_on=day, subject="Công văn")
    type(opened).objects.filter(pk=opened.pk).update(state="closed")  # while the officer's page was open
    with pytest.raises(Refusal, match="not in force"):
        open_on_request(asked, actor=officer, requested_on=FEBRUARY, subject="Công văn")
    assert keys(opened, "IV.1") == [("2024", "daknong-dic")]


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_two_dues(cast, daknong):
    officer, asked = cast("daknong-dic"), task(daknong, "IV.1")
    at_once(*[lambda: open_on_request(asked, actor=officer, requested_on=FEBRUARY, subject="Công văn")] * 3)
    assert [key for key, _code in keys(daknong, "IV.1")] == ["request:1", "request:2", "request:3"]


def test_another_day_needs_a_reason_and_a_day_within_the_period(cast, opened):
    row = due(opened, "IV.2", "daknong-dic", "2024")
    with pytest.raises(Refusal):
        extend_due(row, actor=cast("daknong-dic"), due_on=date(2025, 1, 31), reason="")
    with pytest.raises(Refusal, match="before"):
        extend_due(row, actor=cast("daknong-dic"), due_on=date(2023, 12, 31), reason="x")
    row = extend_due(row, actor=cast("daknong-dic"), due_on=date(2025, 1, 31), reason="Mưa lũ")
    assert row.due_on == date(2025, 1, 31)


def test_new_settings_move_open_dues_and_leave_what_people_touched(cast, opened):
    officer, dolisa = cast("daknong-dic"), cast("daknong-dolisa")
    done = nothing_arose(due(opened, "II.2", "daknong-dolisa", "2024-01"), actor=dolisa)
    longer = due(opened, "II.5", "daknong-vnpt", "2024-02")
    extend_due(longer, actor=officer, due_on=date(2024, 3, 20), reason="Mới triển khai")
    set_deadlines(opened, actor=officer, month_day=10)
    days = {row.pk: row.due_on for row in TaskDue.objects.all()}
    assert days[done.pk] == date(2024, 2, 5)
    assert days[longer.pk] == date(2024, 3, 20)
    # 10 March 2024 is a Sunday.
    assert days[due(opened, "II.5", "daknong-viettel", "2024-02").pk] == date(2024, 3, 11)
    with pytest.raises(Refusal, match="1 to 28"):
        set_deadlines(opened, actor=officer, month_day=31)
    with pytest.raises(PermissionDenied):
        set_deadlines(opened, actor=cast("daknong-viettel"), month_day=3)


# --- what happens elsewhere -----------------------------------------------------------------------


def tell(program, event, *, about, **known):
    known = {"label": "QĐ 12/QĐ-BTTTT", "on": FEBRUARY, "actor": None} | known
    return happened(event, province=program.province, about=about, **known)


def test_an_event_fulfils_the_due_of_its_period_even_before_it_was_opened(cast, daknong):
    (row,) = tell(daknong, TaskEvent.MONTHLY_CHANGES, about=daknong, period=date(2024, 3, 1))
    assert (row.period_key, row.organisation.code, row.state) == ("2024-03", "daknong-dolisa", "accepted")
    assert (row.done_on, row.decided_by) == (FEBRUARY, None)
    open_dues(daknong, date(2024, 4, 30))
    assert keys(daknong, "II.2").count(("2024-03", "daknong-dolisa")) == 1


def test_telling_it_twice_changes_nothing(daknong):
    tell(daknong, TaskEvent.MONTHLY_CHANGES, about=daknong)
    assert tell(daknong, TaskEvent.MONTHLY_CHANGES, about=daknong) == []
    assert DueEvidence.objects.count() == 1


def test_only_the_operator_that_reported_is_done(opened, cast):
    viettel = cast("daknong-viettel").organisation
    tell(opened, TaskEvent.OPERATOR_REPORT, about=viettel, organisation=viettel, period=date(2024, 1, 1))
    states = {row.organisation.code: row.state for row in TaskDue.objects.filter(period_key="2024-01")}
    assert states["daknong-viettel"] == "accepted"
    assert states["daknong-vnpt"] == states["daknong-mobifone"] == "open"


def test_a_decision_opens_what_the_list_and_the_devices_fulfil(opened):
    round_, proposal = opened.groups.first(), opened.groups.last()  # any records stand for those of the apps
    rows = tell(opened, TaskEvent.ALLOCATION_DECIDED, about=round_)
    assert {(row.task.label, row.state, row.due_on) for row in rows} == {
        ("III.1", "open", date(2024, 3, 5)), ("III.2", "open", date(2024, 3, 5))
    }  # fmt: skip
    (part,) = tell(opened, TaskEvent.LIST_APPROVED, about=proposal, of=round_, completes=False)
    assert part.state == "open"
    (last,) = tell(opened, TaskEvent.LIST_APPROVED, about=opened, of=round_)
    assert (last.task.label, last.state) == ("III.1", "accepted")
    assert TaskDue.objects.get(task__number="2", task__group__number="III").state == "open"
    # A list of a round that opened nothing concerns no due.
    assert tell(opened, TaskEvent.LIST_APPROVED, about=opened.bases.model(), of=proposal) == []


def test_a_record_that_was_a_part_of_the_work_completes_it_later(opened):
    """The devices missing from a shipment are found: the same shipment, told again."""
    round_, shipment = opened.groups.first(), opened.groups.last()
    tell(opened, TaskEvent.ALLOCATION_DECIDED, about=round_)
    received = {"about": shipment, "of": round_}
    tell(opened, TaskEvent.DEVICES_RECEIVED, **received, label="18 thiết bị", completes=False)
    (row,) = tell(opened, TaskEvent.DEVICES_RECEIVED, **received, label="20 thiết bị")
    assert (row.task.label, row.state) == ("III.2", "accepted")
    assert [shown.label for shown in row.evidence.all()] == ["20 thiết bị"]
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("accepted", FEBRUARY)


def test_what_arose_overtakes_the_answer_that_nothing_did(cast, opened):
    row = due(opened, "II.2", "daknong-dolisa", "2024-01")
    nothing_arose(row, actor=cast("daknong-dolisa"), note="Không có biến động.")
    tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened, period=date(2024, 1, 1))
    row.refresh_from_db()
    assert (row.state, row.report, row.reported_by) == ("accepted", "", None)
    undone(opened, actor=None)
    row.refresh_from_db()
    assert row.state == "open"


def test_a_report_the_system_had_settled_waits_again_with_its_day(cast, opened):
    row = due(opened, "II.1", "daknong-dolisa", "2024-R")
    report_due(row, actor=cast("daknong-dolisa"), report="Đã rà soát.")
    tell(opened, TaskEvent.ANNUAL_REVIEW, about=opened)
    undone(opened, actor=None)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("reported", FEBRUARY)


def test_what_is_taken_back_opens_the_due_again(opened):
    (row,) = tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened)
    undone(opened, actor=None)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("open", None)
    assert row.evidence.get().withdrawn_at is not None
    (row,) = tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened)
    assert row.state == "accepted"


def test_a_due_another_record_shows_stays_done(opened):
    other = opened.groups.first()
    (row,) = tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened)
    tell(opened, TaskEvent.MONTHLY_CHANGES, about=other)
    undone(other, actor=None)
    row.refresh_from_db()
    assert row.state == "accepted"


def test_a_due_its_record_had_opened_goes_with_it_unless_somebody_worked_on_it(cast, opened):
    round_ = opened.groups.first()
    tell(opened, TaskEvent.ALLOCATION_DECIDED, about=round_)
    worked = TaskDue.objects.get(task__group__number="III", task__number="2")
    report_due(worked, actor=cast("daknong-dic"), report="Đã nhận 10 máy.")
    undone(round_, actor=None)
    assert list(TaskDue.objects.filter(task__group__number="III")) == [worked]


def test_an_event_does_not_undo_what_a_person_accepted(cast, opened):
    row = due(opened, "II.1", "daknong-dolisa", "2024-R")
    report_due(row, actor=cast("daknong-dolisa"), report="Đã rà soát.")
    accept_due(row, actor=cast("daknong-dic"))
    tell(opened, TaskEvent.ANNUAL_REVIEW, about=opened)
    undone(opened, actor=None)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("accepted", cast("daknong-dic"))


def test_before_the_plan_is_followed_and_after_its_end_events_concern_no_due(opened):
    assert tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened, period=date(2023, 12, 1)) == []
    assert tell(opened, TaskEvent.MONTHLY_CHANGES, about=opened, period=date(2026, 1, 1)) == []


def test_the_other_provinces_plan_hears_nothing(plans):
    tell(plans["daknong-2023"], TaskEvent.MONTHLY_CHANGES, about=plans["daknong-2023"])
    assert not TaskDue.objects.filter(task__group__program=plans["hue-413"]).exists()


def test_each_duty_the_system_can_see_has_its_events(plans):
    seen = TaskTrigger.objects.values_list("task__group__program__code", "event").distinct()
    for code in plans:
        events = {event for program, event in seen if program == code}
        expected = set(TaskEvent) - ({"quotas_approved", "district_list_signed", "contribution_received"}
                                     if code == "daknong-2023" else
                                     {"confirmation_requested", "confirmation_answered"})  # fmt: skip
        assert events == expected, code
