"""The pages, as each role gets them."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.models import AllocationRound, DistrictList, ListLine, Proposal, QuotaPlan, ReviewUpload
from allocations.worklist import awaited_by, waiting_for
from beneficiaries.models import EarlierDevice
from smartphone_support.audit.models import AuditEntry

from .conftest import delete_behind_the_programs_back
from .test_lists import DROP, upload
from .test_review_workbook import Paper

pytestmark = pytest.mark.django_db

EVERYBODY = ["hue-dic", "hue-dic-leader", "hue-dolisa", "hue-481", "hue-481-leader", "hue-483", "hue-viettel",
             "hue-inspector", "hue-finance", "hue-ppc", "daknong-dic", "daknong-667", "admin"]  # fmt: skip


def url(name, *keys):
    return reverse(f"allocations:{name}", args=keys)


def opened(client, cast, address):
    """What each person gets at an address: those with 200, those with 403; all others get 404."""
    found = {200: set(), 403: set(), 404: set()}
    for username in EVERYBODY:
        cast.log_in(client, username)
        found[client.get(address).status_code].add(username)
    return found[200], found[403]


PROVINCE = {"hue-dic", "hue-dic-leader", "hue-dolisa", "hue-ppc"}
A_LUOI = {"hue-481", "hue-481-leader"}
FIGURES = PROVINCE | A_LUOI | {"hue-483", "hue-finance"}
LISTS = PROVINCE | A_LUOI


def test_a_round_is_seen_in_its_province_by_those_who_see_figures(a_luoi, client, cast):
    assert opened(client, cast, url("round_detail", a_luoi.round_id)) == (FIGURES, set())


def test_a_draft_plan_is_seen_by_those_who_make_or_approve_it(story, client, cast):
    story.households(c20044=6)
    plan = story.plan()
    assert opened(client, cast, url("quotaplan_detail", plan.pk)) == ({"hue-dic", "hue-dic-leader"}, set())


def test_an_approved_plan_and_its_proof_sheet_are_seen_by_all_who_see_figures(a_luoi, client, cast):
    plan = QuotaPlan.objects.get()
    assert opened(client, cast, url("quotaplan_detail", plan.pk)) == (FIGURES, set())
    assert opened(client, cast, url("quotaplan_proof", plan.pk)) == (FIGURES, set())


def test_only_the_leader_opens_the_approval(story, client, cast):
    story.households(c20044=6)
    plan = story.plan()
    assert opened(client, cast, url("quotaplan_approve", plan.pk)) == ({"hue-dic-leader"}, {"hue-dic"})


def test_a_list_is_seen_by_the_province_and_its_own_district(a_luoi, client, cast):
    assert opened(client, cast, url("list_detail", a_luoi.pk)) == (LISTS, set())


@pytest.mark.parametrize("name", ["list_workbook", "list_upload", "list_request_signature"])
def test_only_the_districts_officer_reviews(a_luoi, client, cast, name):
    assert opened(client, cast, url(name, a_luoi.pk)) == ({"hue-481"}, LISTS - {"hue-481"})


@pytest.mark.parametrize("name", ["list_sign", "list_send_back"])
def test_only_the_districts_leader_signs(a_luoi, client, cast, name):
    workflow.request_signature(a_luoi, actor=cast("hue-481"))
    assert opened(client, cast, url(name, a_luoi.pk)) == ({"hue-481-leader"}, LISTS - {"hue-481-leader"})


@pytest.mark.parametrize("name", ["list_accept_clean", "list_accept", "list_return"])
def test_only_the_programme_officer_appraises(a_luoi, story, client, cast, name):
    story.appraising(a_luoi)
    assert opened(client, cast, url(name, a_luoi.pk)) == ({"hue-dic"}, LISTS - {"hue-dic"})


def test_only_the_programme_officer_opens_an_appraisal(a_luoi, story, client, cast):
    story.signed(a_luoi)
    assert opened(client, cast, url("list_open_appraisal", a_luoi.pk)) == ({"hue-dic"}, LISTS - {"hue-dic"})


def test_only_the_leader_records_the_decision(a_luoi, story, client, cast):
    proposal = story.proposed(a_luoi)
    assert opened(client, cast, url("proposal_detail", proposal.pk)) == (LISTS, set())
    leader = {"hue-dic-leader"}
    assert opened(client, cast, url("proposal_decide", proposal.pk)) == (leader, LISTS - leader)


def test_an_upload_is_checked_by_the_district_and_looked_at_by_the_department(a_luoi, client, cast):
    held = upload(a_luoi, cast("hue-481"), p1={"decision": "drop", "reason": "Đã mất"})
    seen, refused = opened(client, cast, url("upload_detail", held.pk))
    assert (seen, refused) == ({"hue-481", "hue-dic"}, LISTS - {"hue-481", "hue-dic"})
    assert opened(client, cast, url("upload_confirm", held.pk))[0] == {"hue-481"}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("round_list", FIGURES | {"daknong-dic", "daknong-667"}),
        ("list_list", LISTS | {"hue-483", "daknong-dic", "daknong-667"}),
    ],
)
def test_lists_of_things_open_for_those_with_the_right_in_every_province(a_luoi, client, cast, name, seen):
    found, refused = opened(client, cast, url(name))
    assert (found, refused) == (seen, set(EVERYBODY) - seen)


def test_a_list_page_shows_only_what_one_may_see(a_luoi, client, cast):
    for username, there in (("hue-481", True), ("hue-483", False), ("daknong-dic", False), ("hue-ppc", True)):
        cast.log_in(client, username)
        assert ("Huyện A Lưới" in client.get(url("list_list")).content.decode()) is there


def test_identity_numbers_are_masked_on_the_screen(a_luoi, visit):
    number = a_luoi.lines.first().snapshot["national_id"]
    page = visit("hue-481", url("list_detail", a_luoi.pk)).content.decode()
    assert f"{number[:3]}******{number[-3:]}" in page
    assert number not in page


def post(client, cast, username, address, **data):
    cast.log_in(client, username)
    response = client.post(address, data, follow=True)
    return response, [str(message) for message in response.context["messages"]] if response.context else []


def test_the_whole_way_by_the_pages(story, client, cast):
    """Steps 2 to 4 as people take them: every POST through its page."""
    story.households(c20044=6, c20161=2)
    source = story.source()
    response, _ = post(
        client, cast, "hue-dic", url("round_create"), funding_source=source.pk, name="Đợt 1/2024",
        device_kind="smartphone", total=4, decision_number="88/QĐ-BTTTT", decision_date="15/01/2024",
        issuer="Bộ Thông tin và Truyền thông",
    )  # fmt: skip
    round_ = AllocationRound.objects.get()
    assert response.redirect_chain[-1][0] == url("round_detail", round_.pk)
    post(client, cast, "hue-dic", url("quotaplan_create", round_.pk))
    plan = QuotaPlan.objects.get()
    post(client, cast, "hue-dic", url("quotaplan_submit", plan.pk))
    decision = {"decision_number": "120/QĐ-UBND", "decision_date": "20/01/2024"}
    post(client, cast, "hue-dic-leader", url("quotaplan_approve", plan.pk), **decision)
    row = DistrictList.objects.get(district__code="481")
    file = SimpleUploadedFile("phieu.xlsx", Paper(row).write(1, decision="Loại", reason="Đã mất").bytes())
    post(client, cast, "hue-481", url("list_upload", row.pk), file=file)
    held = ReviewUpload.objects.get()
    _, said = post(client, cast, "hue-481", url("upload_confirm", held.pk))
    assert said == ["1 line was written."]
    post(client, cast, "hue-481", url("list_request_signature", row.pk))
    post(client, cast, "hue-481-leader", url("list_sign", row.pk))
    post(client, cast, "hue-dic", url("list_open_appraisal", row.pk))
    post(client, cast, "hue-dic", url("list_accept_clean", row.pk))
    post(client, cast, "hue-dic", url("list_accept", row.pk))
    known = {"number": "15/TTr-STTTT", "date": "01/02/2024", "lists": [row.pk]}
    post(client, cast, "hue-dic", url("proposal_create", round_.pk), **known)
    proposal = Proposal.objects.get()
    post(client, cast, "hue-dic", url("proposal_submit", proposal.pk))
    known = {"number": "210/QĐ-UBND", "date": "05/02/2024", "signer": "Phó Chủ tịch"}
    _, said = post(client, cast, "hue-dic-leader", url("proposal_decide", proposal.pk), **known)
    assert said == ["Decision 210/QĐ-UBND is recorded: 2 households approved."]
    row.refresh_from_db()
    assert (row.state, row.kept) == ("approved", 2)


def test_a_confirm_clicked_twice_writes_once_and_says_so(a_luoi, client, cast):
    held = upload(a_luoi, cast("hue-481"), p1=DROP)
    post(client, cast, "hue-481", url("upload_confirm", held.pk))
    _, said = post(client, cast, "hue-481", url("upload_confirm", held.pk))
    assert said == ["This upload is already applied or discarded."]
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (2, 2)


def test_a_bad_workbook_is_refused_on_its_page(a_luoi, client, cast):
    file = SimpleUploadedFile("phieu.xlsx", b"Ho ten;Nam sinh")
    response, _ = post(client, cast, "hue-481", url("list_upload", a_luoi.pk), file=file)
    assert "This is no review workbook of the system" in response.content.decode()
    assert not ReviewUpload.objects.exists()


def test_the_workbook_is_a_download_that_is_on_the_record(a_luoi, visit):
    response = visit("hue-481", url("list_workbook", a_luoi.pk))
    assert response["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames == [
        "Phiếu rà soát",
        "Hộ bổ sung",
        "_khoa",
    ]
    assert AuditEntry.objects.filter(action="allocations.districtlist.download").count() == 1


def test_the_proof_sheet_is_a_download_that_is_on_the_record(a_luoi, visit):
    plan = a_luoi.round.plans.get()
    visit("hue-finance", reverse("allocations:quotaplan_proof", args=[plan.pk]))
    entry = AuditEntry.objects.get(action="allocations.quotaplan.download")
    assert (entry.object_id, entry.organisation_name) == (str(plan.pk), "Sở Tài chính")


def test_a_plan_made_early_in_the_morning_bears_the_day_people_had(story, visit):
    story.households(c20044=2)
    plan = story.plan(total=1)
    QuotaPlan.objects.filter(pk=plan.pk).update(prepared_at=datetime(2024, 3, 1, 23, 30, tzinfo=UTC))
    page = visit("hue-dic", reverse("allocations:quotaplan_detail", args=[plan.pk])).content.decode()
    assert "02/03/2024" in page
    assert "01/03/2024" not in page


def test_a_line_is_accepted_and_returned_in_place(a_luoi, story, client, cast):
    story.appraising(a_luoi)
    first, second = a_luoi.lines.all()[:2]
    cast.log_in(client, "hue-dic")
    header = {"HX-Request": "true"}
    page = client.post(
        url("line_verdict", first.pk), {"verdict": "accepted"}, headers=header
    ).content.decode()
    assert page.strip().startswith(f'<tr id="line-{first.pk}"')
    assert 'id="list-progress" hx-swap-oob="true"' in page
    known = {"verdict": "returned", "reason": "Nghi trùng"}
    assert "Nghi trùng" in client.post(url("line_verdict", second.pk), known, headers=header).content.decode()
    assert [line.verdict for line in a_luoi.lines.all()[:2]] == ["accepted", "returned"]


def test_a_failing_line_stays_and_says_why(a_luoi, story, client, cast):
    line = a_luoi.lines.first()
    EarlierDevice.objects.create(household=line.household, kind="tablet", received_on=date(2022, 9, 14))
    story.appraising(a_luoi)
    cast.log_in(client, "hue-dic")
    known = {"data": {"verdict": "accepted"}, "headers": {"HX-Request": "true"}}
    assert "Line 1 cannot be accepted" in client.post(url("line_verdict", line.pk), **known).content.decode()


def test_addresses_of_lines_hold_beyond_a_thousand_of_them(a_luoi, story, client, cast, settings):
    """A number written for people (2.984) is no selector."""
    settings.LANGUAGE_CODE = "vi"
    row = story.appraising(a_luoi)
    line = a_luoi.lines.first()
    ListLine.objects.filter(pk=line.pk).update(id=123456)
    cast.log_in(client, "hue-dic")
    page = client.get(url("list_detail", row.pk)).content.decode()
    assert 'id="line-123456"' in page
    assert 'hx-target="#line-123456"' in page
    assert "123.456" not in page


def test_only_the_department_gives_verdicts_in_its_own_province(a_luoi, story, client, cast):
    story.appraising(a_luoi)
    line = a_luoi.lines.first()
    given = {}
    for username in EVERYBODY:
        cast.log_in(client, username)
        given[username] = client.post(url("line_verdict", line.pk), {"verdict": "accepted"}).status_code
    assert {username for username, code in given.items() if code == 302} == {"hue-dic"}
    assert {username for username, code in given.items() if code == 403} == LISTS - {"hue-dic"}


def test_a_late_page_says_where_the_list_is(a_luoi, story, visit):
    story.signed(a_luoi)
    response = visit("hue-481", url("list_request_signature", a_luoi.pk))
    assert response.status_code == 302
    assert response.url == url("list_detail", a_luoi.pk)


def test_the_annex_is_masked_and_whole_only_for_a_reason_that_stays(a_luoi, story, visit, client):
    proposal = story.decided(a_luoi).proposal
    number = a_luoi.lines.first().snapshot["national_id"]

    def text(answer):
        return str(list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values))

    for username in ("hue-ppc", "hue-dic"):
        assert number not in text(visit(username, url("proposal_annex", proposal.pk)))
    full = url("proposal_annex_full", proposal.pk)
    assert full in visit("hue-dic", url("proposal_detail", proposal.pk)).content.decode()
    assert "required" in client.post(full, {"reason": " "}).content.decode()
    assert number in text(client.post(full, {"reason": "In kèm quyết định"}))
    entries = AuditEntry.objects.filter(action="allocations.proposal.download").order_by("id")
    assert [(entry.after["in_full"], entry.reason) for entry in entries] == [
        (False, ""), (False, ""), (True, "In kèm quyết định"),
    ]  # fmt: skip
    assert visit("hue-ppc", full).status_code == 403
    assert full not in visit("hue-ppc", url("proposal_detail", proposal.pk)).content.decode()


def test_a_district_finds_only_its_own_list_in_the_annex(story, visit):
    story.households(c20044=6, c20161=6)
    proposal = story.decided(*story.lists(total=4).values()).proposal
    content = visit("hue-483", url("proposal_annex", proposal.pk)).content
    text = str(list(openpyxl.load_workbook(io.BytesIO(content)).active.values))
    assert "Huyện Nam Đông" in text
    assert "Huyện A Lưới" not in text
    assert "Phụ lục (trích)" in text


def test_a_changed_list_shows_on_the_proposals_page(a_luoi, story, visit):
    proposal = story.decided(a_luoi).proposal
    assert (
        "The same: nothing was changed"
        in visit("hue-ppc", url("proposal_detail", proposal.pk)).content.decode()
    )
    delete_behind_the_programs_back(a_luoi.lines.last())
    assert (
        "Differs: the lists were changed"
        in visit("hue-ppc", url("proposal_detail", proposal.pk)).content.decode()
    )


def test_who_qualifies_is_shown_for_the_day_typed_in(story, visit):
    story.households(c20044=6)
    story.household("20161", since=date(2024, 3, 1))
    known = {"funding_source": story.source().pk, "decision_date": "15/01/2024"}
    page = visit("hue-dic", url("round_eligible"), **known).content.decode()
    assert "Households that qualify on 15/01/2024" in page
    assert "Circular 14/2022/TT-BTTTT" in page
    assert "Choose the source" in visit("hue-dic", url("round_eligible")).content.decode()


def titles(items):
    return [item.title for item in items]


def test_work_waits_for_the_right_person_at_every_step(story, cast):
    story.households(c20044=6)
    officer, leader = cast("hue-dic"), cast("hue-dic-leader")
    round_ = story.round()
    assert titles(waiting_for(officer)) == ["Make the quota plan of Đợt 1/2024"]
    plan = story.plan(round_)
    assert (titles(waiting_for(officer)), titles(waiting_for(leader))) == ([], ["Quota plan of Đợt 1/2024"])
    assert titles(awaited_by(officer)) == ["Quota plan of Đợt 1/2024"]
    story.approve(plan)
    row = DistrictList.objects.select_related("district", "round__program__province").get()
    assert titles(waiting_for(cast("hue-481"))) == ["Review the list of huyện A Lưới, Đợt 1/2024"]
    assert waiting_for(cast("hue-483")) == waiting_for(cast("daknong-dic")) == []
    workflow.request_signature(row, actor=cast("hue-481"))
    assert titles(waiting_for(cast("hue-481-leader"))) == ["Sign the list of huyện A Lưới, Đợt 1/2024"]
    workflow.sign_and_submit(row, actor=cast("hue-481-leader"))
    assert titles(waiting_for(officer)) == ["Appraise the list of huyện A Lưới, Đợt 1/2024"]
    workflow.open_appraisal(row, actor=officer)
    workflow.accept_clean_lines(row, actor=officer)
    workflow.accept_list(row, actor=officer)
    assert titles(waiting_for(officer)) == ["Draw up the proposal for Đợt 1/2024"]


@pytest.mark.parametrize("username", ["hue-dic", "hue-dic-leader", "hue-481", "hue-481-leader", "hue-ppc"])
def test_the_work_list_asks_few_questions(a_luoi, story, cast, django_assert_max_num_queries, username):
    story.round(number="99/QĐ-BTTTT")
    user = cast(username)
    with django_assert_max_num_queries(28):
        waiting_for(user)
        awaited_by(user)


def test_a_list_page_asks_the_same_however_many_lines_it_has(story, visit):
    asked = []
    for number, (commune, kept) in enumerate((("20044", 3), ("20161", 60))):
        story.households(**{f"c{commune}": kept})
        round_ = story.round(total=kept, number=f"{number}/QĐ-BTTTT", name=f"Đợt {number}")
        row = story.appraising(list(story.lists(total=kept, round_=round_).values())[-1])
        visit("hue-dic", url("list_detail", row.pk))
        with CaptureQueriesContext(connection) as queries:
            page = visit("hue-dic", url("list_detail", row.pk)).content.decode()
        asked.append(len(queries))
    assert page.count(" data-line") >= 50
    assert asked[0] == asked[1]


def test_empty_lists_of_things_say_why(visit):
    assert "No round yet" in visit("hue-dic", url("round_list")).content.decode()
    assert "No list yet" in visit("hue-481", url("list_list")).content.decode()
    assert "No proposal yet" in visit("hue-dic", url("proposal_list")).content.decode()


def test_who_sees_no_list_sees_the_approved_quotas(a_luoi, visit):
    page = visit("hue-finance", url("round_detail", a_luoi.round_id)).content.decode()
    assert "Approved quotas of the districts" in page
    assert "Huyện Nam Đông" in page
    assert "Quota plan awaiting" not in page


@pytest.mark.parametrize("name", ["list_workbook", "list_upload"])
def test_a_list_that_is_not_under_review_has_no_workbook(a_luoi, story, visit, name):
    story.signed(a_luoi)
    response = visit("hue-481", url(name, a_luoi.pk))
    assert (response.status_code, response.url) == (302, url("list_detail", a_luoi.pk))
