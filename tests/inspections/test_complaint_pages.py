"""The pages of complaints: who sees which, what they show, what waits for whom, files and the whole story."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from allocations.models import DistrictList, ListLine, Objection, PublicPosting
from beneficiaries.models import HouseholdReading
from inspections.models import Complaint, ComplaintClock
from inspections.work.complaints import awaited_by, waiting_for
from inspections.workflow import complaint_answers, complaints
from inspections.workflow.clocks import enter_clock
from programs.loading import load_plans
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.models import AuditEntry
from tests.complaint_rows import PDF, written_down

from .field_rows import served

pytestmark = pytest.mark.django_db
LIST = "inspections:complaint_list"


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast):
    load_plans()
    return cast("hue-dic")


def office(code):
    return Organisation.objects.get(code=code)


def page(name, row):
    return reverse(f"inspections:complaint_{name}", args=[row.pk])


def day(value):
    return f"{value:%d/%m/%Y}"


@pytest.fixture
def handled(officer, cast):
    """Feedback about a served household of A Lưới, given to its district."""
    row = written_down(
        officer, household=served(1).household, sender_phone="0914000999", sender_address="Số nhà kín"
    )
    return complaints.take_up(row, actor=officer, organisation=office("hue-481"))


def test_a_district_and_an_operator_see_their_own_and_no_others(handled, officer, cast, visit):
    complaints.take_up(
        other := written_down(officer, district=cast.area("474")), actor=officer,
        organisation=office("hue-viettel"),
    )  # fmt: skip
    seen = {
        "hue-dic": {handled, other}, "hue-ppc": {handled, other}, "hue-481": {handled}, "hue-474": {other},
        "hue-viettel": {other}, "hue-vnpt": set(), "daknong-dic": set(), "hue-inspector": set(),
    }  # fmt: skip
    for username, rows in seen.items():
        found = set(Complaint.objects.visible_to(cast(username)))
        assert found == rows, username
        for row in (handled, other):
            status = visit(username, page("detail", row)).status_code
            assert status == (200 if row in rows else 404), username


def test_a_viewer_reads_the_telephone_masked_and_no_address(handled, visit):
    full = visit("hue-481", page("detail", handled)).content.decode()
    assert "0914000999" in full
    assert "Số nhà kín" in full
    masked = visit("hue-ppc", page("detail", handled)).content.decode()
    assert "091***0999" in masked
    assert "0914000999" not in masked
    assert "Số nhà kín" not in masked


def test_no_sender_stands_in_the_list_or_its_file(handled, visit, client):
    assert "Trần Văn Mực" not in visit("hue-dic", reverse(LIST)).content.decode()
    found = visit("hue-dic", reverse(LIST), q="văn mực").content.decode()
    assert handled.number in found
    answer = visit("hue-dic", reverse("inspections:complaint_export"), q="văn mực")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert handled.number in cells
    assert not [cell for cell in cells if "Mực" in cell or "0914000999" in cell or "chưa nhận" in cell]
    entry = AuditEntry.objects.get(action="inspections.complaint.export")
    assert entry.after == {"complaints": 1, "filters": ["q"], "format": "xlsx"}


def test_written_down_taken_up_and_answered_through_the_pages(officer, cast, client):
    household = served(1).household
    cast.log_in(client, "hue-dic")
    answer = client.post(
        reverse("inspections:complaint_create") + f"?household={household.pk}",
        {"channel": "paper", "received_on": day(timezone.localdate()), "kind": "complaint",
         "subject": "not_listed", "content": "Không có tên", "scan": io.BytesIO(PDF)},
    )  # fmt: skip
    row = Complaint.objects.get()
    assert answer.url == reverse("inspections:complaint_receipt")
    assert (row.household, row.channel, row.recorded_by) == (household, "paper", officer)
    assert (row.commune, row.district) == (household.commune, household.district)
    handler = cast("hue-481")
    client.post(page("take_up", row), {"handler": f"p{handler.pk}"})
    row.refresh_from_db()
    assert (row.state, row.assigned_to.code, row.handler) == ("assigned", "hue-481", handler)
    cast.log_in(client, "hue-481")
    shown = client.get(page("answer", row)).content.decode()
    assert "Không có tên" in shown
    client.post(
        page("answer", row),
        {
            "upheld": "no",
            "text": "Hộ ở danh sách dự phòng",
            "number": "3/TB",
            "answered_on": day(timezone.localdate()),
        },
    )
    row.refresh_from_db()
    assert (row.state, row.upheld, row.answer_number) == ("answered", False, "3/TB")
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        letter = client.get(page(f"letter_{kind}", row))
        assert letter.content.startswith(start)
    assert AuditEntry.objects.filter(action="inspections.complaint.download").count() == 2


def test_an_answer_that_does_not_say_who_was_right_is_not_taken(handled, client, cast):
    cast.log_in(client, "hue-481")
    known = {"text": "Rồi", "answered_on": day(timezone.localdate())}
    assert client.post(page("answer", handled), known).status_code == 200
    handled.refresh_from_db()
    assert handled.state == "assigned"
    client.post(page("answer", handled), known | {"upheld": "none"})
    handled.refresh_from_db()
    assert (handled.state, handled.upheld) == ("answered", None)


def test_a_letter_is_not_printed_before_there_is_an_answer(handled, visit):
    assert visit("hue-481", page("letter_pdf", handled)).url == page("detail", handled)


def test_without_clocks_the_pages_say_so_and_show_no_deadline(handled, visit, client, cast, officer):
    text = visit("hue-dic", reverse("inspections:clock_list")).content.decode()
    assert "No clock is entered" in text
    assert "no deadline is counted" in visit("hue-dic", page("detail", handled)).content.decode()
    assert not ComplaintClock.objects.exists()
    client.post(
        reverse("inspections:clock_create"),
        {
            "kind": "feedback",
            "step_": "answer",
            "days": "7",
            "citation": "Điều 9",
            "valid_from": "01/01/2024",
        },
    )
    handled.refresh_from_db()
    assert handled.due is not None
    text = visit("hue-dic", reverse("inspections:clock_list")).content.decode()
    assert "Điều 9" in text
    assert "No clock is entered" not in text
    assert visit("hue-481", reverse("inspections:clock_create")).status_code == 403


def test_what_waits_for_whom(officer, cast):
    leader, district, operator = cast("hue-dic-leader"), cast("hue-481"), cast("hue-viettel")
    enter_clock(
        officer.province, actor=officer, kind="feedback", step_="answer", days=1, citation="Điều 1",
        valid_from=date(2024, 1, 1),
    )  # fmt: skip
    row = written_down(officer, district=cast.area("481"))

    def waits(user):
        return [item.verb for item in waiting_for(user) if row.number in item.title]

    assert (waits(officer), waits(leader), waits(district)) == (["Take up"], ["Take up"], [])
    complaints.take_up(row, actor=officer, organisation=office("hue-481"))
    assert (waits(officer), waits(district), waits(operator)) == ([], ["Answer"], [])
    Complaint.objects.filter(pk=row.pk).update(due=timezone.localdate() - timedelta(days=2))
    assert [row.number in item.title for item in awaited_by(officer)] == [True]
    complaint_answers.answer(row, actor=district, text="Rồi", answered_on=timezone.localdate(), upheld=True)
    assert (waits(officer), waits(district), awaited_by(officer)) == ([], [], [])
    complaint_answers.write_appeal(row, actor=district, text="Chưa", appealed_on=timezone.localdate())
    assert (waits(officer), waits(district)) == (["Hand it on"], [])
    complaints.assign(row, actor=leader, organisation=office("hue-dic"), handler=officer, reason="Xem lại")
    assert waits(officer) == ["Answer the appeal"]


def test_many_waiting_are_one_line(officer):
    for _ in range(7):
        written_down(officer)
    (item,) = waiting_for(officer)
    assert "7" in item.detail
    assert item.url.endswith("?part=received")


def test_the_overdue_ones_are_a_part_of_the_list(handled, visit):
    Complaint.objects.filter(pk=handled.pk).update(due=timezone.localdate() - timedelta(days=5))
    text = visit("hue-dic", reverse(LIST), part="late").content.decode()
    assert handled.number in text
    assert "late" in text
    assert handled.number not in visit("hue-dic", reverse(LIST), part="received").content.decode()


def test_a_household_is_found_and_linked_within_the_scope(handled, officer, cast, client):
    inside, outside = served(2).household, served(3, commune="20161").household
    cast.log_in(client, "hue-481")
    found = client.get(page("link", handled), {"q": inside.national_id}).content.decode()
    assert inside.head_name in found
    # What was typed stands in the box and in the address; nothing of the register beside it.
    typed = (f'value="{inside.national_id}"', f"?q={inside.national_id}")
    for place in typed:
        found = found.replace(place, "")
    assert inside.national_id not in found
    assert client.post(page("link", handled), {"household": str(inside.pk)}).status_code == 302
    handled.refresh_from_db()
    assert handled.household == inside
    for wrong in (str(outside.pk), "x", "9" * 30):
        assert client.post(page("link", handled), {"household": wrong}).status_code == 404
    client.post(page("link", handled), {"household": ""})
    handled.refresh_from_db()
    assert (handled.household, handled.support) == (None, None)


@pytest.fixture
def objection(cast, officer):
    """Somebody objected to a line of a posted list of A Lưới."""
    from tests.allocations.conftest import Story

    story = Story(cast)
    story.households(c20044=3)
    lists = story.lists(2)
    row: DistrictList = lists["481"]
    line = ListLine.objects.filter(district_list=row).first()
    today = timezone.localdate()
    posting = PublicPosting.objects.create(
        district_list=row, list_version=row.version, place="Nhà văn hóa thôn 1", from_day=today, to_day=today,
        recorded_by=cast("hue-481"),
    )  # fmt: skip
    return Objection.objects.create(
        posting=posting, line=line, received_on=today, content="Hộ này có máy rồi", from_whom="Bà Tám",
        recorded_by=cast("hue-481"),
    )  # fmt: skip


def test_an_objection_becomes_one_complaint(objection, visit, client, cast):
    listed = visit("hue-481", reverse("inspections:complaint_objections")).content.decode()
    url = reverse("inspections:complaint_create") + f"?objection={objection.pk}"
    assert url in listed
    shown = visit("hue-481", url).content.decode()
    assert "Hộ này có máy rồi" in shown
    known = {
        "channel": "posting", "received_on": day(objection.received_on), "kind": "feedback",
        "subject": "wrongly_listed", "content": objection.content, "sender_name": objection.from_whom,
    }  # fmt: skip
    assert client.post(url, known).status_code == 302
    row = Complaint.objects.get()
    assert (row.objection, row.household, row.channel) == (objection, objection.line.household, "posting")
    again = client.post(url, known)
    assert "already written down" in again.content.decode()
    assert url not in visit("hue-481", reverse("inspections:complaint_objections")).content.decode()
    assert visit("hue-474", url).status_code == 404


def test_the_whole_story_shows_lists_with_reasons_and_notes_the_reading(objection, officer, cast, visit):
    line = objection.line
    row = written_down(officer, household=line.household)
    text = visit("hue-dic", page("story", row)).content.decode()
    assert line.round.name in text
    assert "Rank" in text
    assert "The register:" in text
    assert line.household.national_id not in text
    assert HouseholdReading.objects.filter(household=line.household, user=officer, what="page").exists()
    assert visit("hue-481", page("story", row)).status_code == 200
    assert visit("hue-474", page("story", row)).status_code == 404


def test_an_operator_reads_no_story_of_a_household(handled, officer, visit):
    complaints.assign(handled, actor=officer, organisation=office("hue-viettel"), reason="Lỗi máy")
    assert visit("hue-viettel", page("detail", handled)).status_code == 200
    assert visit("hue-viettel", page("story", handled)).status_code == 403
    text = visit("hue-viettel", page("detail", handled)).content.decode()
    assert page("story", handled) not in text
    assert reverse("beneficiaries:household_detail", args=[handled.household_id]) not in text


def test_the_story_of_nothing_is_not_found(officer, visit):
    assert visit("hue-dic", page("story", written_down(officer))).status_code == 404


def test_the_households_story_tells_of_complaints(handled, visit):
    url = reverse("beneficiaries:household_detail", args=[handled.household_id])
    assert handled.number in visit("hue-481", url).content.decode()


def test_a_step_that_is_not_open_leads_back(handled, visit):
    for name in ("take_up", "refuse", "close"):
        assert visit("hue-dic", page(name, handled)).url == page("detail", handled), name
