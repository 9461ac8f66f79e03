"""The living plan on its pages: matrix, list, calendar, one due and its steps, organisations, deadlines."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.choices import DueState, TaskEvent
from programs.dues.organisations import on_time
from programs.dues.standing import Clock, Standing, counts_of
from programs.dues.words import how_computed
from programs.models import DeadlineRules, Holiday, TaskDue
from programs.workflow.dues import accept_due, nothing_arose, open_dues, report_due
from programs.workflow.happenings import happened
from programs.workflow.opening import timetable
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry

from .test_dues import due, task

TODAY = date(2024, 3, 8)


@pytest.fixture(autouse=True)
def in_march(time_machine, client):
    """The monthly dues of February fell due on 5 March; those of March are open."""
    time_machine.move_to("2024-03-08T09:00+07:00")
    client.cookies["django_language"] = "en"


@pytest.fixture
def opened(daknong):
    open_dues(daknong, date(2024, 3, 31))
    return daknong


def page(name, *args):
    return reverse(f"programs:{name}", args=args)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def row_of(html, task):
    return html.partition(f'id="task-{task.pk}"')[2].partition("</tr>")[0]


# --- matrix ---------------------------------------------------------------------------------------


def test_the_matrix_shows_where_the_dues_of_each_task_and_organisation_stand(visit, opened):
    html = visit("daknong-dic", page("program_detail", opened.pk)).content.decode()
    row = row_of(html, task(opened, "II.5"))

    # Three operators; of each the months up to February are overdue, March has time left.
    months = TaskDue.objects.filter(task=task(opened, "II.5"), organisation__code="daknong-viettel").count()
    assert f"{3 * (months - 1)} overdue" in row
    assert "3 time left" in row
    assert "3 organisations" in row
    assert f'href="{page("due_list", opened.pk)}?state=overdue&amp;task={task(opened, "II.5").pk}"' in row
    viettel = Organisation.objects.get(code="daknong-viettel")
    assert page("organisation_detail", opened.pk, viettel.pk) in row


def test_a_partner_sees_in_the_matrix_only_its_own_dues(visit, opened):
    html = visit("daknong-viettel", page("program_detail", opened.pk)).content.decode()

    assert "overdue" in row_of(html, task(opened, "II.5"))
    assert "3 organisations" not in html
    assert "overdue" not in row_of(html, task(opened, "II.2"))


def test_the_matrix_costs_the_same_number_of_queries_for_many_dues(visit, client, opened):
    address = page("program_detail", opened.pk)
    visit("daknong-dic", address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    TaskDue.objects.exclude(task=task(opened, "II.5")).delete()
    with CaptureQueriesContext(connection) as few:
        client.get(address)

    assert len(many) == len(few)


# --- list -----------------------------------------------------------------------------------------


def labels(response):
    return re.findall(r'<span lang="vi">([IV]+\.\d)\.', response.content.decode())


def test_the_list_filters_by_organisation_group_state_period_and_day(visit, opened):
    address = page("due_list", opened.pk)
    viettel = Organisation.objects.get(code="daknong-viettel")

    found = visit("daknong-dic", address, organisation=viettel.pk, period="2024-02")
    assert labels(found) == ["II.5"]
    found = visit("daknong-dic", address, group=task(opened, "II.1").group_id, period="2024-02")
    assert sorted(labels(found)) == ["II.2", "II.5", "II.5", "II.5"]
    found = visit("daknong-dic", address, state="open", period="2024-03")
    assert sorted(labels(found)) == ["II.2", "II.5", "II.5", "II.5"]
    found = visit("daknong-dic", address, since="05/03/2024", until="05/03/2024")
    assert sorted(labels(found)) == ["II.2", "II.5", "II.5", "II.5"]
    assert labels(visit("daknong-dic", address, state="done")) == []


def test_an_organisation_sees_its_own_dues_and_no_filter_by_organisation(visit, opened):
    response = visit("daknong-dolisa", page("due_list", opened.pk), period="2024-02")

    assert labels(response) == ["II.2"]
    assert 'name="organisation"' not in response.content.decode()


def test_who_reported_and_what_shows_it_stand_in_the_list(visit, opened, cast):
    months = due(opened, "II.5", "daknong-viettel", "2024-02")
    report_due(months, actor=cast("daknong-viettel"), report="Đã cập nhật", link="https://example.vn/a")

    html = visit("daknong-dic", page("due_list", opened.pk), state="reported").content.decode()

    assert str(cast("daknong-viettel")) in html
    assert "https://example.vn/a" in html
    assert "done late, on 08/03/2024" in html


def test_the_export_holds_the_filtered_dues_and_stands_on_the_record(visit, opened, cast):
    report_due(
        due(opened, "II.5", "daknong-viettel", "2024-02"), actor=cast("daknong-viettel"), report="=1+1"
    )
    response = visit("daknong-dic", page("due_export", opened.pk), period="2024-02")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    header = next(number for number, row in enumerate(rows) if "Organisation" in row)
    lines = [dict(zip(rows[header], row, strict=True)) for row in rows[header + 1 :] if any(row)]

    assert [line["Task"] for line in lines] == ["II.2", "II.5", "II.5", "II.5"]
    (reported,) = [line for line in lines if line["State"] == "Reported"]
    assert reported["Overdue"] == "done late"
    assert reported["What was done"].lstrip("'") == "=1+1"
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert AuditEntry.objects.get(action="programs.taskdue.export").after["dues"] == 4


# --- calendar -------------------------------------------------------------------------------------


def test_the_month_shows_what_falls_due_with_its_state_and_the_holidays(visit, opened):
    Holiday.objects.create(day=date(2024, 4, 18), name="Giỗ Tổ Hùng Vương")
    march = text_of(visit("daknong-dic", page("due_calendar", opened.pk), month="2024-03"))
    april = text_of(visit("daknong-dic", page("due_calendar", opened.pk), month="2024-04"))

    assert "II.5 × 3 Overdue" in march
    assert "Month 02/2024 · 3 organisations" in march
    assert "today" in march
    assert "II.5 × 3 Time left" in april
    assert "Giỗ Tổ Hùng Vương" in april


def test_periods_still_to_come_are_told_as_not_open_yet(visit, opened):
    may = text_of(visit("daknong-dic", page("due_calendar", opened.pk), month="2024-05"))
    own = text_of(visit("daknong-667", page("due_calendar", opened.pk), month="2024-05"))

    # The dues of April fall due on 5 May, a Sunday: the Monday after.
    assert "Monday 06/05/2024 6 II.2 Not open yet" in may
    assert "II.5 × 3 Not open yet" in may
    assert "Not open yet" not in own  # a district leads nothing in this plan


def test_the_calendar_keeps_the_filters_and_the_month(visit, opened):
    viettel = Organisation.objects.get(code="daknong-viettel")
    response = visit("daknong-dic", page("due_calendar", opened.pk), month="2024-03", organisation=viettel.pk)
    html = response.content.decode()

    assert "× 3" not in html
    assert 'name="month" value="2024-03"' in html
    assert f"organisation={viettel.pk}&amp;month=2024-02" in html
    assert page("due_detail", due(opened, "II.5", "daknong-viettel", "2024-02").pk) in html


def test_the_year_marks_its_days_with_words_for_who_cannot_see_the_colour(visit, opened):
    html = visit("daknong-dic", page("due_calendar", opened.pk), year="2024").content.decode()

    assert 'aria-label="05/03/2024: 4 dues, Overdue"' in html
    assert html.count('class="calendar-small"') == 12


@pytest.mark.parametrize("asked", ["9999-99", "x", "2024-13", "²⁰²⁴-01", "0000-01", ""])
def test_an_address_with_no_month_shows_the_running_one(visit, opened, asked):
    response = visit("daknong-dic", page("due_calendar", opened.pk), month=asked)

    assert response.status_code == 200
    assert 'id="shown">Month 03/2024' in response.content.decode()


@pytest.mark.parametrize("asked", ["9999", "x", "²⁰²⁴"])
def test_an_address_with_no_year_shows_the_running_one(visit, opened, asked):
    html = visit("daknong-dic", page("due_calendar", opened.pk), year=asked).content.decode()

    assert 'id="shown">Year 2024' in html


# --- one due --------------------------------------------------------------------------------------


def test_the_page_of_a_due_says_how_its_day_was_computed(opened, cast):
    Holiday.objects.create(day=date(2024, 5, 6), name="Ngày nghỉ bù")
    open_dues(opened, date(2024, 4, 30))
    april = due(opened, "II.2", "daknong-dolisa", "2024-04")
    from django.utils import translation

    with translation.override("en"):
        said = how_computed(april, timetable(opened))

    assert said[0] == "Month 04/2024: due on day 5 of the following month."
    assert said[1].startswith(
        "Sunday 05/05/2024 is no working day: it moves to the next one, Tuesday 07/05/2024"
    )
    assert april.due_on == date(2024, 5, 7)
    assert len(said) == 2
    TaskDue.objects.filter(pk=april.pk).update(due_on=date(2024, 5, 20))
    april.refresh_from_db()
    with translation.override("en"):
        assert "20/05/2024" in how_computed(april, timetable(opened))[2]


def test_reporting_with_a_file_and_an_address_then_accepting(client, cast, opened):
    one = due(opened, "II.5", "daknong-viettel", "2024-02")
    cast.log_in(client, "daknong-viettel")
    file = SimpleUploadedFile("thang-2.pdf", b"%PDF-1.4 x")
    sent = {"report": "Gửi danh sách tháng 2", "done_on": "04/03/2024", "link": "https://example.vn/x"}
    response = client.post(page("due_report", one.pk), sent | {"file": file})

    assert response.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.done_on) == (DueState.REPORTED, date(2024, 3, 4))
    html = client.get(page("due_detail", one.pk)).content.decode()
    assert "thang-2.pdf" in html
    assert 'href="https://example.vn/x"' in html
    assert client.post(page("due_accept", one.pk)).status_code == 403

    shown = one.evidence.get(file__isnull=False)
    assert b"".join(client.get(page("due_evidence", shown.pk)).streaming_content) == b"%PDF-1.4 x"
    cast.log_in(client, "daknong-vnpt")
    assert client.get(page("due_evidence", shown.pk)).status_code == 404
    assert client.get(page("due_detail", one.pk)).status_code == 404

    cast.log_in(client, "daknong-dic")
    assert client.post(page("due_accept", one.pk)).status_code == 302
    one.refresh_from_db()
    assert one.state == DueState.ACCEPTED


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"report": ""}, "This field is required"),
        ({"done_on": "31/02/2024"}, "Write the day as dd/mm/yyyy"),
        ({"done_on": "09/03/2024"}, "lies in the future"),
        ({"link": "not an address"}, "Write the whole address"),
        ({"link": "javascript:alert(1)"}, "Write the whole address"),
        ({"file": SimpleUploadedFile("x.docm", b"PK")}, "without macros"),
    ],
)
def test_a_report_that_does_not_hold_is_answered_with_a_sentence(client, cast, opened, sent, said):
    one = due(opened, "II.5", "daknong-viettel", "2024-02")
    cast.log_in(client, "daknong-viettel")
    response = client.post(page("due_report", one.pk), {"report": "Đã làm", "done_on": "05/03/2024"} | sent)

    assert response.status_code == 200
    assert said in response.content.decode()
    one.refresh_from_db()
    assert one.state == DueState.OPEN


def test_nothing_arose_is_recorded_only_where_the_plan_foresees_it(client, cast, opened):
    cast.log_in(client, "daknong-dolisa")
    one = due(opened, "II.2", "daknong-dolisa", "2024-02")
    assert client.post(page("due_nothing", one.pk), {"note": "Không có biến động"}).status_code == 302
    one.refresh_from_db()
    assert one.state == DueState.NOTHING_AROSE

    cast.log_in(client, "daknong-viettel")
    monthly = due(opened, "II.5", "daknong-viettel", "2024-02")
    assert client.get(page("due_nothing", monthly.pk)).status_code == 302
    assert page("due_nothing", monthly.pk) not in client.get(page("due_detail", monthly.pk)).content.decode()


def test_a_returned_report_says_why_and_is_reported_again(client, cast, opened):
    one = due(opened, "II.5", "daknong-viettel", "2024-02")
    report_due(one, actor=cast("daknong-viettel"), report="Đã gửi")
    cast.log_in(client, "daknong-dic")
    assert client.post(page("due_return", one.pk), {"reason": ""}).status_code == 200
    client.post(page("due_return", one.pk), {"reason": "Thiếu danh sách ngừng"})

    cast.log_in(client, "daknong-viettel")
    returned = text_of(client.get(page("due_detail", one.pk)))
    assert "Thiếu danh sách ngừng" in returned
    assert "Done 08/03/2024" not in returned  # what was returned is not done
    form = client.get(page("due_report", one.pk)).content.decode()
    assert "Thiếu danh sách ngừng" in form
    assert "Đã gửi" in form
    client.post(page("due_report", one.pk), {"report": "Đã bổ sung", "done_on": "08/03/2024"})
    one.refresh_from_db()
    assert one.state == DueState.REPORTED


def test_extending_and_opening_on_request_from_the_pages(client, cast, opened):
    cast.log_in(client, "daknong-dic")
    one = due(opened, "II.5", "daknong-viettel", "2024-02")
    client.post(page("due_extend", one.pk), {"due_on": "20/03/2024", "reason": "Mất điện"})
    one.refresh_from_db()
    assert one.due_on == date(2024, 3, 20)
    assert "Mất điện" in client.get(page("due_detail", one.pk)).content.decode()

    inspection = task(opened, "IV.1")
    sent = {"subject": "Công văn 12/UBND-VX của UBND tỉnh", "requested_on": "07/03/2024"}
    response = client.post(page("task_request", inspection.pk), sent)
    made = TaskDue.objects.get(task=inspection, period_key__startswith="request:")
    assert response.url == page("due_detail", made.pk)
    assert "Công văn 12/UBND-VX" in client.get(response.url).content.decode()
    cast.log_in(client, "daknong-dolisa")
    assert client.get(page("task_request", inspection.pk)).status_code == 403


def test_evidence_links_to_a_page_only_for_who_may_open_it(client, cast, opened):
    one = due(opened, "I.1", "daknong-dic", "2024")
    happened(
        TaskEvent.ACTIVITY_HELD, province=opened.province, about=opened, label="Phóng sự",
        on=TODAY, actor=cast("daknong-dic"), organisation=one.organisation,
    )  # fmt: skip
    cast.log_in(client, "daknong-ppc")
    html = client.get(page("due_detail", one.pk)).content.decode()

    assert "<span>Phóng sự</span>" in html  # a plan is no registered subject: told, not linked


# --- organisations --------------------------------------------------------------------------------


def test_followers_open_any_organisation_others_their_own(visit, opened):
    viettel, vnpt = (Organisation.objects.get(code=f"daknong-{name}") for name in ("viettel", "vnpt"))
    address = page("organisation_detail", opened.pk, viettel.pk)

    for username in ("daknong-dic", "daknong-dic-leader", "daknong-ppc", "daknong-viettel"):
        assert visit(username, address).status_code == 200, username
    for username in ("daknong-vnpt", "daknong-dolisa", "daknong-666", "hue-dic"):
        assert visit(username, address).status_code == 404, username
    assert visit("daknong-dolisa", page("organisation_list", opened.pk)).status_code == 403
    other = Organisation.objects.get(code="hue-vnpt")
    assert visit("daknong-dic", page("organisation_detail", opened.pk, other.pk)).status_code == 404
    assert visit("daknong-vnpt", page("organisation_detail", opened.pk, vnpt.pk)).status_code == 200


def test_the_share_in_time_counts_what_can_be_judged(visit, opened, cast):
    actor = cast("daknong-dolisa")
    rows = TaskDue.objects.filter(organisation__code="daknong-dolisa", period_key__in=["2024-01", "2024-02"])
    TaskDue.objects.filter(organisation__code="daknong-dolisa").exclude(pk__in=rows.values("pk")).exclude(
        period_key="2024-03"
    ).delete()
    report_due(
        due(opened, "II.2", "daknong-dolisa", "2024-01"),
        actor=actor,
        report="Đã gửi",
        done_on=date(2024, 2, 5),
    )
    nothing_arose(due(opened, "II.2", "daknong-dolisa", "2024-02"), actor=actor)  # on 8 March: late

    found = on_time(TaskDue.objects.filter(organisation__code="daknong-dolisa"), Clock(TODAY))

    assert (found.in_time, found.judged, found.percent) == (1, 2, 50)
    html = visit(
        "daknong-dolisa", page("organisation_detail", opened.pk, actor.organisation.pk)
    ).content.decode()
    assert "50%" in html
    assert "1 of 2 dues" in html


# --- deadlines ------------------------------------------------------------------------------------

SETTINGS = {
    "month_day": 10, "quarter_days": 10, "year_day": 31, "year_month": 12, "review_day": 15,
    "review_month": 12, "event_days": 10, "soon_days": 7,
}  # fmt: skip


def test_the_preview_shows_the_days_and_writes_nothing_saving_moves_open_dues_only(client, cast, opened):
    done = due(opened, "II.5", "daknong-viettel", "2024-02")
    report_due(done, actor=cast("daknong-viettel"), report="Đã gửi")
    accept_due(done, actor=cast("daknong-dic"))
    still = due(opened, "II.5", "daknong-vnpt", "2024-02")
    cast.log_in(client, "daknong-dic")

    response = client.post(page("deadlines", opened.pk), SETTINGS | {"preview": "1"})
    shown = text_of(response)
    still.refresh_from_db()
    assert still.due_on == date(2024, 3, 5)
    assert not DeadlineRules.objects.filter(program=opened, month_day=10).exists()
    # January to March: II.2 once and II.5 three times each, less the one that is done.
    assert "saving moves 11 open dues" in shown
    assert "05/03/2024 → becomes Mon 11/03/2024" in shown  # 10 March 2024 is a Sunday
    assert "Nothing is saved yet." in shown

    response = client.post(page("deadlines", opened.pk), SETTINGS, follow=True)
    assert "11 open dues of this year moved" in text_of(response)
    still.refresh_from_db()
    done.refresh_from_db()
    assert (still.due_on, done.due_on) == (date(2024, 3, 11), date(2024, 3, 5))


def test_days_that_no_month_has_are_refused_at_their_field(client, cast, opened):
    cast.log_in(client, "daknong-dic")
    response = client.post(
        page("deadlines", opened.pk), SETTINGS | {"month_day": 29, "year_day": 31, "year_month": 2}
    )

    assert response.status_code == 200
    assert "less than or equal to 28" in response.content.decode()
    assert "February has no such day" in response.content.decode()


def test_only_the_officer_of_the_plan_sets_deadlines_and_opens_dues(visit, client, cast, daknong):
    for name in ("deadlines", "due_open"):
        assert visit("daknong-dic", page(name, daknong.pk)).status_code == 200
        for username in ("daknong-dic-leader", "daknong-dolisa", "daknong-ppc"):
            assert visit(username, page(name, daknong.pk)).status_code == 403, username
    assert "Open them now" in visit("daknong-dic", page("program_detail", daknong.pk)).content.decode()

    client.post(page("due_open", daknong.pk))

    assert due(daknong, "II.2", "daknong-dolisa", "2024-03").due_on == date(2024, 4, 5)
    assert "Open them now" not in client.get(page("program_detail", daknong.pk)).content.decode()


# --- the split ------------------------------------------------------------------------------------


def test_every_due_stands_in_exactly_one_place_in_python_and_in_the_database(opened, cast):
    report_due(
        due(opened, "II.5", "daknong-viettel", "2024-01"), actor=cast("daknong-viettel"), report="Đã gửi"
    )
    nothing_arose(due(opened, "II.2", "daknong-dolisa", "2024-01"), actor=cast("daknong-dolisa"))
    for today in (date(2024, 2, 29), date(2024, 3, 5), date(2024, 3, 6), date(2024, 4, 1), date(2025, 1, 1)):
        clock = Clock(today, 7)
        dues = list(TaskDue.objects.all())
        counts = counts_of(TaskDue.objects.all(), clock)
        assert counts.total == len(dues)
        for standing in Standing:
            found = set(TaskDue.objects.filter(clock.where(standing)).values_list("pk", flat=True))
            assert found == {one.pk for one in dues if clock.standing(one) == standing}
            assert counts.of[standing] == len(found)


def test_a_due_of_one_fixed_day_is_called_so(visit, opened):
    fixed = task(opened, "IV.1")
    fixed.timing_kind, fixed.due_by = "by_date", date(2024, 6, 30)
    fixed.save()
    TaskDue.objects.all().delete()
    opened.dues_until = None
    opened.save()
    open_dues(opened, date(2024, 3, 31))

    row = due(opened, "IV.1", "daknong-dic", "by-day")
    text = text_of(visit("daknong-dic", page("due_detail", row.pk)))
    assert "By the day the plan names" in text
    assert "by-day" not in text
    assert "by-day" not in text_of(visit("daknong-dic", page("due_list", opened.pk)))


def test_no_difficulty_is_reported_with_a_task_of_a_closed_plan(visit, opened):
    row = due(opened, "II.2", "daknong-dolisa", "2024-02")
    address = f"{page('obstacle_create')}?task={row.task_id}"
    assert address in visit("daknong-dolisa", page("due_detail", row.pk)).content.decode()
    type(opened).objects.filter(pk=opened.pk).update(state="closed")
    assert address not in visit("daknong-dolisa", page("due_detail", row.pk)).content.decode()


def test_the_page_of_another_organisation_does_not_say_that_the_reader_leads(visit, opened):
    viettel = Organisation.objects.get(code="daknong-viettel")
    address = page("organisation_detail", opened.pk, viettel.pk)
    own = row_of(visit("daknong-viettel", address).content.decode(), task(opened, "II.5"))
    assert "You lead" in own
    other = row_of(visit("daknong-dic", address).content.decode(), task(opened, "II.5"))
    assert "You lead" not in other
    assert "Leads" in other
