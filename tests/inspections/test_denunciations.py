"""Denunciations: seen by the people named for them alone, in no other place, and every opening is noted."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from beneficiaries.household.story import story_of
from inspections.complaints.figures import figures
from inspections.complaints.resources import ComplaintResource, export_rows
from inspections.complaints.whole_story import whole_story
from inspections.models import Complaint, ComplaintReader, ComplaintReading, Finding
from inspections.permits.complaints import unnamed_denunciations
from inspections.work.complaints import awaited_by, waiting_for
from inspections.workflow import complaint_answers, complaints
from inspections.workflow.denunciations import name_reader, take_off_reader
from inspections.workflow.findings import open_finding
from programs.loading import load_plans
from smartphone_support.accounts.models import Membership, Organisation
from smartphone_support.audit.hiding import entries_for
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import record, verify
from smartphone_support.spreadsheets.exporting import rows_of
from smartphone_support.web.errors import Refusal
from tests.cast import usernames
from tests.complaint_rows import written_down

from .field_rows import served

pytestmark = pytest.mark.django_db
SECRETS = ("Cán bộ Lê Mật thu tiền", "Người Tố Giác", "0914555666", "12 đường Kín")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast):
    load_plans()
    return cast("hue-dic")


@pytest.fixture
def secret(officer, cast):
    """A denunciation about a served household, in an overdue step, that nobody is named for yet."""
    row = written_down(
        officer, "denunciation", content=SECRETS[0], sender_name=SECRETS[1], sender_phone=SECRETS[2],
        sender_address=SECRETS[3], subject="fee", household=served(1).household,
    )  # fmt: skip
    Complaint.objects.filter(pk=row.pk).update(due=timezone.localdate() - timedelta(days=3))
    row.refresh_from_db()
    return row


@pytest.fixture
def named(secret, officer, cast):
    """The same, read by the leader alone."""
    name_reader(secret, actor=officer, person=cast("hue-dic-leader"))
    return secret


PAGES = (
    "detail", "file", "letter_docx", "letter_pdf", "take_up", "assign", "refuse", "transfer", "extend",
    "classify", "link", "answer", "appeal", "answer_appeal", "close", "story",
)  # fmt: skip


@pytest.mark.parametrize("username", usernames())
def test_who_is_not_named_finds_no_trace_of_it(username, named, client, cast):
    if username == "hue-dic-leader":
        pytest.skip("the reader")
    user = cast.log_in(client, username)
    for page in PAGES:
        url = reverse(f"inspections:complaint_{page}", args=[named.pk])
        assert client.get(url).status_code == 404, page
        if page in ("take_up", "answer", "classify", "link"):
            assert client.post(url).status_code == 404, page
    assert client.get(reverse("inspections:complaint_name", args=[named.pk])).status_code == 404
    assert not Complaint.objects.visible_to(user).exists()
    listed = reverse("inspections:complaint_list")
    for url in (
        reverse("home"), reverse("inspections:complaint_unnamed"), f"{listed}?kind=denunciation",
        f"{listed}?part=late", f"{listed}?q={named.number}", f"{listed}?q=thu+ti%E1%BB%81n",
    ):  # fmt: skip
        text = client.get(url).content.decode()
        typed = f'value="{named.number}"', f"q={named.number}"  # what was asked for comes back
        for words in typed:
            text = text.replace(words, "")
        assert not [word for word in (named.number, *SECRETS) if word in text], url
    assert not [item for item in (*waiting_for(user), *awaited_by(user)) if named.number in str(item)]
    if user.province is not None:
        assert figures(user, timezone.localdate().year).received == 0
    assert not ComplaintReading.objects.filter(user=user).exists()


def test_before_a_reader_is_named_who_assigns_sees_number_and_day_alone(secret, visit, cast):
    for username in usernames():
        user = cast(username)
        waits = username in ("hue-dic", "hue-dic-leader")
        assert unnamed_denunciations(user).filter(pk=secret.pk).exists() == waits, username
        assert any("without a reader" in item.title for item in waiting_for(user)) == waits, username
    for url in (
        reverse("inspections:complaint_unnamed"), reverse("inspections:complaint_name", args=[secret.pk])
    ):  # fmt: skip
        text = visit("hue-dic", url).content.decode()
        assert secret.number in text
        assert not [word for word in SECRETS if word in text]
    assert visit("hue-dic", reverse("inspections:complaint_detail", args=[secret.pk])).status_code == 404


def test_every_opening_by_the_reader_is_written_down_and_shown(named, visit, cast):
    leader = cast("hue-dic-leader")
    url = reverse("inspections:complaint_detail", args=[named.pk])
    for times in (1, 2):
        page = visit("hue-dic-leader", url)
        assert all(word in page.content.decode() for word in SECRETS)
        assert ComplaintReading.objects.filter(complaint=named, user=leader).count() == times
    assert page["Cache-Control"].count("no-store")
    for name in ("complaint_link", "complaint_classify", "complaint_story"):
        visit("hue-dic-leader", reverse(f"inspections:{name}", args=[named.pk]))
    assert ComplaintReading.objects.filter(complaint=named, user=leader).count() == 5


def test_a_page_that_may_not_be_opened_notes_nothing(named, visit, cast):
    # The leader is named but does not answer.
    url = reverse("inspections:complaint_answer", args=[named.pk])
    assert visit("hue-dic-leader", url).status_code == 403
    assert not ComplaintReading.objects.exists()


def test_readings_are_never_changed(named, visit, cast):
    from django.db import IntegrityError, transaction

    visit("hue-dic-leader", reverse("inspections:complaint_detail", args=[named.pk]))
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        ComplaintReading.objects.update(user=cast("hue-dic"))


def test_not_even_the_reader_finds_it_in_lists_files_or_the_households_story(named, visit, cast):
    leader, household = cast("hue-dic-leader"), named.household
    listed = visit("hue-dic-leader", reverse("inspections:complaint_list")).content.decode()
    assert named.number in listed
    assert not [word for word in (*SECRETS, "Money was asked for", household.head_name) if word in listed]
    for query in (
        {"q": "Mật"},
        {"subject": "fee"},
        {"channel": "phone"},
        {"district": household.district_id},
    ):
        page = visit("hue-dic-leader", reverse("inspections:complaint_list"), **query)
        assert named.number not in page.content.decode(), query
    found = visit("hue-dic-leader", reverse("inspections:complaint_list"), q=named.number)
    assert reverse("inspections:complaint_detail", args=[named.pk]) in found.content.decode()
    rows = export_rows(Complaint.objects.visible_to(leader))
    assert list(rows_of(ComplaintResource(), rows)) == []
    assert named.number not in str(story_of(household, leader))
    assert named.number not in str([str(row) for row in whole_story(household, leader)["complaints"]])
    items = [item for item in waiting_for(leader) if named.number in item.title]
    assert [item.detail for item in items] == ["Denunciation (tố cáo)"]


def test_the_record_knows_its_number_and_steps_and_nothing_else(named, officer, cast):
    leader = cast("hue-dic-leader")
    complaints.take_up(
        named, actor=leader, organisation=Organisation.objects.get(code="hue-dic"), handler=officer
    )
    complaint_answers.answer(
        named, actor=officer, text="Đã xác minh", answered_on=timezone.localdate(), upheld=True
    )
    entries = AuditEntry.objects.filter(object_type="inspections.complaint", object_id=str(named.pk))
    assert entries.count() >= 4
    assert {(str(entry.after), str(entry.before), entry.reason) for entry in entries} == {("{}", "{}", "")}
    assert "denunciation" not in str(list(entries.values("object_text", "after", "reason")))
    assert not any("denunciation" in entry.action for entry in entries)


def test_its_number_gives_no_count_away(officer):
    numbers = [written_down(officer).number for _ in range(3)]
    assert len({number[3:] for number in numbers}) == 3
    assert not any(number[3:].isdigit() for number in numbers)


# --- naming ---------------------------------------------------------------------------------------


def test_only_who_could_open_it_by_place_is_named(secret, officer, cast):
    for username in ("hue-474", "hue-viettel"):
        with pytest.raises(Refusal, match="another district or organisation"):
            name_reader(secret, actor=officer, person=cast(username))
    for username in ("hue-front", "daknong-dic", "hue-inspector"):
        with pytest.raises(Refusal, match="may not read complaints"):
            name_reader(secret, actor=officer, person=cast(username))
    assert not ComplaintReader.objects.exists()
    name_reader(secret, actor=officer, person=cast("hue-481-leader"))
    assert Complaint.objects.visible_to(cast("hue-481-leader")).filter(pk=secret.pk).exists()


def test_once_somebody_is_named_only_the_named_name_others(named, officer, cast):
    with pytest.raises(PermissionDenied):
        name_reader(named, actor=officer, person=officer)
    with pytest.raises(PermissionDenied):
        name_reader(named, actor=cast("hue-481"), person=cast("hue-481"))
    name_reader(named, actor=cast("hue-dic-leader"), person=officer)
    assert Complaint.objects.visible_to(officer).filter(pk=named.pk).exists()


def test_where_the_only_reader_is_gone_somebody_else_can_be_named(named, officer, cast):
    Membership.objects.filter(user=cast("hue-dic-leader")).update(is_active=False)
    assert unnamed_denunciations(officer).filter(pk=named.pk).exists()
    name_reader(named, actor=officer, person=officer)
    assert not unnamed_denunciations(officer).exists()


def test_the_last_reader_and_the_handler_are_not_taken_off(named, officer, cast):
    leader = cast("hue-dic-leader")
    with pytest.raises(Refusal, match="Name another reader first"):
        take_off_reader(named, actor=leader, person=leader)
    complaints.take_up(
        named, actor=leader, organisation=Organisation.objects.get(code="hue-dic"), handler=officer
    )
    assert Complaint.objects.visible_to(officer).filter(pk=named.pk).exists()
    with pytest.raises(Refusal, match="handles it"):
        take_off_reader(named, actor=leader, person=officer)
    take_off_reader(named, actor=officer, person=leader)
    assert not Complaint.objects.visible_to(leader).filter(pk=named.pk).exists()


def test_it_is_handled_by_a_person_who_becomes_a_reader(named, cast):
    leader = cast("hue-dic-leader")
    district = Organisation.objects.get(code="hue-481")
    with pytest.raises(Refusal, match="choose the person"):
        complaints.take_up(named, actor=leader, organisation=district)
    row = complaints.take_up(named, actor=leader, organisation=district, handler=cast("hue-481"))
    assert row.named.filter(user=cast("hue-481"), named_by=leader).exists()
    assert not Complaint.objects.visible_to(cast("hue-481-leader")).exists()


def test_what_turns_out_to_be_one_disappears_for_all_others(officer, cast):
    row = written_down(officer, content=SECRETS[0], district=cast.area("481"))
    assert Complaint.objects.visible_to(cast("hue-481")).exists()
    complaints.classify(row, actor=officer, kind="denunciation", subject="fee", reason="Tố cáo cán bộ")
    assert not Complaint.objects.visible_to(cast("hue-481")).exists()
    assert not Complaint.objects.visible_to(cast("hue-dic-leader")).exists()
    assert Complaint.objects.visible_to(officer).exists()
    assert "Tố cáo cán bộ" not in str(list(AuditEntry.objects.values()))


def test_only_who_assigns_takes_the_secrecy_away(named, cast):
    leader = cast("hue-dic-leader")
    name_reader(named, actor=leader, person=cast("hue-dolisa"))
    known = {"kind": "feedback", "subject": "fee", "reason": "Không phải tố cáo"}
    with pytest.raises(PermissionDenied):
        complaints.classify(named, actor=cast("hue-dolisa"), **known)
    row = complaints.classify(named, actor=leader, **known)
    assert Complaint.objects.visible_to(cast("hue-481")).filter(pk=row.pk).exists()


def test_no_finding_is_offered_that_others_would_read(named, visit):
    page = visit("hue-dic-leader", reverse("inspections:complaint_detail", args=[named.pk]))
    assert reverse("inspections:finding_of_complaint", args=[named.pk]) not in page.content.decode()


def test_no_finding_is_opened_from_it_by_its_address_either(secret, officer, visit):
    name_reader(secret, actor=officer, person=officer)
    address = reverse("inspections:finding_of_complaint", args=[secret.pk])
    assert visit("hue-dic", address).status_code == 403
    with pytest.raises(PermissionDenied):
        open_finding(
            secret.program, actor=officer, kind="fee_collected", severity="serious", description="Thu tiền",
            complaint=secret,
        )  # fmt: skip
    assert not Finding.objects.exists()


def test_who_reads_the_record_learns_of_none_and_the_chain_holds(secret, officer, client, cast):
    open_one = written_down(officer)
    name_reader(secret, actor=officer, person=officer)
    record("x.another", None, actor=officer)
    cast.log_in(client, "admin")
    listed = client.get(reverse("admin:audit_auditentry_changelist"), {"all": ""}).content.decode()
    assert "x.another" in listed, "the list is empty, so nothing is proven"
    for row in (secret, open_one):  # of every kind: a gap tells nothing
        assert row.number not in listed
    assert "inspections.complaint" not in listed
    kept = AuditEntry.objects.filter(object_type="inspections.complaint")
    assert kept.filter(object_id=str(secret.pk)).count() == 2
    for entry in kept:
        page = client.get(reverse("admin:audit_auditentry_change", args=[entry.pk]))
        assert page.status_code == 302, "an entry is opened by its address"
        assert "inspections.complaint" not in page.content.decode()
    assert verify().broken_at is None


def test_entries_are_shown_to_who_sees_the_row(secret, officer, cast):
    open_one = written_down(officer)
    name_reader(secret, actor=officer, person=officer)
    about = {
        username: set(
            entries_for(cast(username))
            .filter(object_type="inspections.complaint")
            .values_list("object_id", flat=True)
        )
        for username in ("hue-dic", "hue-dic-leader", "daknong-dic", "admin")
    }
    both = {str(secret.pk), str(open_one.pk)}
    assert about == {
        "hue-dic": both, "hue-dic-leader": both - {str(secret.pk)}, "daknong-dic": set(), "admin": set(),
    }  # fmt: skip


def test_who_wrote_it_down_gets_the_receipt_and_does_not_see_it_again(client, cast, officer):
    cast.log_in(client, "hue-481")
    page = client.post(
        reverse("inspections:complaint_create"),
        {
            "channel": "in_person", "received_on": f"{timezone.localdate():%d/%m/%Y}", "kind": "denunciation",
            "subject": "fee", "content": SECRETS[0], "sender_name": SECRETS[1],
        },
    )  # fmt: skip
    row = Complaint.objects.get()
    assert page.url == reverse("inspections:complaint_receipt")
    text = client.get(page.url).content.decode()
    assert row.number in text
    assert SECRETS[0] not in text
    assert client.get(page.url).status_code == 302
    assert client.get(reverse("inspections:complaint_detail", args=[row.pk])).status_code == 404


def test_a_year_with_only_a_denunciation_counts_nothing(named, cast):
    found = figures(cast("hue-dic-leader"), date.today().year)
    assert (found.received, found.running, found.overdue) == (0, 0, 0)
