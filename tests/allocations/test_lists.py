"""A district's list: review, signature, appraisal, proposal, decision."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from allocations import workflow
from allocations.choices import ListState, ProposalState
from allocations.lists.digest import list_digest, untouched
from allocations.models import ApprovalDecision, DistrictList, ListLine
from beneficiaries.models import EarlierDevice
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from .conftest import delete_behind_the_programs_back

pytestmark = pytest.mark.django_db


def upload(row, actor, **answers):
    """An upload that changes lines by position: `p1={"decision": "drop", "reason": "…"}`."""
    lines = {line.position: line for line in row.lines.all()}
    changes = []
    for key, after in answers.items():
        line = lines[int(key[1:])]
        before = {name: getattr(line, name) for name in after}
        known = {"position": line.position, "name": line.snapshot["head_name"], "row": line.position + 8}
        changes.append({"id": line.pk, "before": before, "after": after, **known})
    file = StoredFile.objects.create(
        file="files/x", name="x.xlsx", size=1, sha256="0" * 64, uploaded_by=actor
    )
    counts = {"keep": row.kept, "reserve": 0, "drop": 0, "changed": len(changes), "hidden_rows": 0}
    return workflow.register_upload(row, actor=actor, file=file, changes=changes, counts=counts)


DROP = {"decision": "drop", "reason": "Đã chuyển đi"}
KEEP = {"decision": "keep"}


@pytest.fixture
def officer(cast):
    return cast("hue-481")


def decisions(row):
    return [line.decision for line in row.lines.order_by("position")]


def test_an_applied_upload_changes_lines_the_count_and_the_version(a_luoi, officer):
    workflow.apply_review_upload(upload(a_luoi, officer, p1=DROP, p4=KEEP), actor=officer)
    a_luoi.refresh_from_db()
    assert decisions(a_luoi) == ["drop", "keep", "keep", "keep", "reserve", "reserve"]
    assert (a_luoi.kept, a_luoi.version) == (3, 2)
    assert a_luoi.lines.get(position=1).reason == "Đã chuyển đi"


def test_more_kept_than_the_quota_is_refused_and_nothing_changes(a_luoi, officer):
    held = upload(a_luoi, officer, p4=KEEP, p5=KEEP)
    with pytest.raises(Refusal, match="5 households are kept, 2 more than the quota of 3"):
        workflow.apply_review_upload(held, actor=officer)
    a_luoi.refresh_from_db()
    assert (decisions(a_luoi)[3], a_luoi.kept, a_luoi.version) == ("reserve", 3, 1)


def test_the_database_itself_refuses_a_list_over_its_quota(a_luoi):
    with pytest.raises(IntegrityError), transaction.atomic():
        DistrictList.objects.filter(pk=a_luoi.pk).update(kept=4)


def test_an_upload_is_confirmed_once(a_luoi, officer):
    held = upload(a_luoi, officer, p1=DROP)
    workflow.apply_review_upload(held, actor=officer)
    with pytest.raises(Refusal, match="already applied"):
        workflow.apply_review_upload(held, actor=officer)
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (2, 2)


def test_of_two_uploads_only_the_first_confirmed_counts(a_luoi, officer):
    first, second = upload(a_luoi, officer, p1=DROP), upload(a_luoi, officer, p2=DROP)
    workflow.apply_review_upload(first, actor=officer)
    with pytest.raises(Refusal, match="version 2, this workbook belongs to version 1"):
        workflow.apply_review_upload(second, actor=officer)
    assert decisions(a_luoi)[:2] == ["drop", "keep"]


def test_what_was_compared_with_an_older_version_is_no_answer_to_the_present_one(a_luoi, officer):
    seen = DistrictList.objects.get(pk=a_luoi.pk)
    workflow.apply_review_upload(upload(a_luoi, officer, p1=DROP), actor=officer)
    with pytest.raises(Refusal, match="at version 2, this workbook belongs to version 1"):
        upload(seen, officer, p2=DROP)
    assert a_luoi.uploads.count() == 1


def test_a_discarded_upload_cannot_be_applied(a_luoi, officer):
    held = workflow.discard_review_upload(upload(a_luoi, officer, p1=DROP), actor=officer)
    with pytest.raises(Refusal, match="already applied or discarded"):
        workflow.apply_review_upload(held, actor=officer)


def test_another_district_cannot_touch_the_list(a_luoi, cast):
    for username in ("hue-483", "hue-dic", "hue-481-leader", "daknong-667"):
        with pytest.raises(PermissionDenied):
            workflow.request_signature(a_luoi, actor=cast(username))


def test_the_leader_signs_what_the_officer_reviewed(a_luoi, story, cast):
    row = story.signed(a_luoi)
    assert (row.state, row.signed_by, row.reviewed_by) == (
        ListState.SUBMITTED, cast("hue-481-leader"), cast("hue-481"),
    )  # fmt: skip


def test_who_reviewed_cannot_sign_not_even_in_the_database(a_luoi, cast):
    workflow.request_signature(a_luoi, actor=cast("hue-481"))
    DistrictList.objects.filter(pk=a_luoi.pk).update(reviewed_by=cast("hue-481-leader"))
    with pytest.raises(PermissionDenied):
        workflow.sign_and_submit(a_luoi, actor=cast("hue-481-leader"))
    with pytest.raises(IntegrityError), transaction.atomic():
        DistrictList.objects.filter(pk=a_luoi.pk).update(signed_by=cast("hue-481-leader"))


def test_a_list_sent_back_is_under_review_again_with_the_reason(a_luoi, cast):
    workflow.request_signature(a_luoi, actor=cast("hue-481"))
    row = workflow.send_back(a_luoi, actor=cast("hue-481-leader"), reason="Thiếu thôn A Sáp")
    assert (row.state, row.return_reason) == (ListState.DRAFTING, "Thiếu thôn A Sáp")


def test_nobody_reviews_a_list_that_waits_for_its_signature(a_luoi, officer):
    held = upload(a_luoi, officer, p1=DROP)
    workflow.request_signature(a_luoi, actor=officer)
    with pytest.raises(Refusal, match="Awaiting signature"):
        workflow.apply_review_upload(held, actor=officer)


def test_a_list_is_accepted_only_when_every_kept_line_is(a_luoi, story, cast):
    row = story.appraising(a_luoi)
    with pytest.raises(Refusal, match="3 kept lines are not accepted yet"):
        workflow.accept_list(row, actor=cast("hue-dic"))
    assert workflow.accept_clean_lines(row, actor=cast("hue-dic")) == 3
    assert workflow.accept_list(row, actor=cast("hue-dic")).state == ListState.ACCEPTED


def test_a_line_that_fails_a_check_cannot_be_accepted(a_luoi, story, cast):
    line = a_luoi.lines.first()
    EarlierDevice.objects.create(household=line.household, kind="tablet", received_on=date(2022, 9, 14))
    row = story.appraising(a_luoi)
    with pytest.raises(Refusal, match="Line 1 cannot be accepted: already has a device"):
        workflow.set_line_verdict(line, "accepted", actor=cast("hue-dic"))
    assert workflow.accept_clean_lines(row, actor=cast("hue-dic")) == 2


def test_a_line_is_returned_with_a_reason_only(a_luoi, story, cast):
    story.appraising(a_luoi)
    line = a_luoi.lines.first()
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.set_line_verdict(line, "returned", actor=cast("hue-dic"))
    line = workflow.set_line_verdict(line, "returned", actor=cast("hue-dic"), reason="Nghi trùng")
    assert (line.verdict, line.verdict_reason) == ("returned", "Nghi trùng")


def test_a_reason_holds_no_sign_that_no_database_stores(a_luoi, story, cast):
    line = story.appraising(a_luoi).lines.first()
    line = workflow.set_line_verdict(line, "returned", actor=cast("hue-dic"), reason="Nghi\0 trùng\x1b hộ")
    assert line.verdict_reason == "Nghi trùng hộ"


def test_a_returned_list_goes_back_to_the_district_and_old_workbooks_expire(a_luoi, story, cast, officer):
    row = workflow.return_list(story.appraising(a_luoi), actor=cast("hue-dic"), reason="Còn 2 hộ trùng")
    row.refresh_from_db()
    assert (row.state, row.version, row.return_reason) == (ListState.RETURNED, 2, "Còn 2 hộ trùng")
    workflow.apply_review_upload(upload(row, officer, p1=DROP), actor=officer)
    assert story.signed(row).state == ListState.SUBMITTED


def test_only_accepted_lists_are_proposed(a_luoi, story, cast):
    row = story.appraising(a_luoi)
    with pytest.raises(Refusal, match="Being appraised"):
        workflow.create_proposal(
            row.round, actor=cast("hue-dic"), lists=[row], number="1/TTr", day=date(2024, 2, 1)
        )


def test_the_decision_approves_every_list_of_the_proposal(a_luoi, story):
    decision = story.decided(a_luoi)
    a_luoi.refresh_from_db()
    assert (a_luoi.state, decision.households, decision.proposal.state) == (
        ListState.APPROVED, 3, ProposalState.APPROVED,
    )  # fmt: skip
    assert len(decision.digest) == 64
    assert untouched(a_luoi)


def test_who_made_the_proposal_cannot_record_the_decision(a_luoi, story, cast):
    proposal = story.proposed(a_luoi)
    known = {"number": "1/QĐ-UBND", "day": date(2024, 2, 5), "signer": "Chủ tịch"}
    type(proposal).objects.filter(pk=proposal.pk).update(prepared_by=cast("hue-dic-leader"))
    with pytest.raises(PermissionDenied):
        workflow.record_decision(proposal, actor=cast("hue-dic-leader"), **known)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalDecision.objects.create(
            proposal=proposal, prepared_by=proposal.prepared_by, recorded_by=proposal.prepared_by, number="1",
            date=date(2024, 2, 5), signer="x", households=3, digest="0" * 64,
        )  # fmt: skip


@pytest.mark.parametrize("part", ["reviewed_by", "signed_by", "appraised_by"])
def test_who_had_a_hand_in_a_list_in_a_former_post_does_not_approve_it(a_luoi, story, cast, part):
    proposal, leader = story.proposed(a_luoi), cast("hue-dic-leader")
    DistrictList.objects.filter(pk=a_luoi.pk).update(**{part: leader})
    known = {"number": "1/QĐ-UBND", "day": date(2024, 2, 5), "signer": "Chủ tịch"}
    with pytest.raises(Refusal, match="Whoever prepared this cannot approve it"):
        workflow.record_decision(proposal, actor=leader, **known)
    assert not ApprovalDecision.objects.exists()


def test_a_proposal_returned_by_the_leader_can_be_cancelled_and_frees_its_lists(a_luoi, story, cast):
    proposal = workflow.return_proposal(story.proposed(a_luoi), actor=cast("hue-dic-leader"), reason="Sai số")
    assert (proposal.state, proposal.return_reason) == (ProposalState.DRAFT, "Sai số")
    workflow.cancel_proposal(proposal, actor=cast("hue-dic"), reason="Lập lại")
    a_luoi.refresh_from_db()
    assert (a_luoi.state, a_luoi.proposal) == (ListState.ACCEPTED, None)


APPROVED_CHANGES = {
    "the list's state": lambda row: DistrictList.objects.filter(pk=row.pk).update(state="drafting"),
    "the list's digest": lambda row: DistrictList.objects.filter(pk=row.pk).update(digest="1" * 64),
    "a line's decision": lambda row: row.lines.filter(position=1).update(decision="reserve"),
    "a line's facts": lambda row: row.lines.filter(position=4).update(snapshot={}),
    "a line's list": lambda row: ListLine.objects.filter(pk=row.lines.first().pk).update(
        district_list=row.pk
    ),
    "a saved line": lambda row: row.lines.first().save(),
}


@pytest.mark.parametrize("change", APPROVED_CHANGES.values(), ids=APPROVED_CHANGES)
def test_an_approved_list_never_changes(a_luoi, story, change):
    story.decided(a_luoi)
    before = list_digest(a_luoi)
    with pytest.raises(IntegrityError, match="approved rows never change"), transaction.atomic():
        change(a_luoi)
    assert list_digest(a_luoi) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE allocations_listline SET decision = 'drop', reason = 'x' WHERE district_list_id = %s",
        "UPDATE allocations_districtlist SET quota = 99 WHERE id = %s",
        "INSERT INTO allocations_listline SELECT * FROM allocations_listline WHERE district_list_id = %s",
    ],
)
def test_raw_sql_does_not_change_an_approved_list_either(a_luoi, story, statement):
    story.decided(a_luoi)
    refused = pytest.raises(IntegrityError, match="approved rows never change")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [a_luoi.pk])


DELETED = {
    "the list": lambda row: DistrictList.objects.get(pk=row.pk),
    "the quota plan": lambda row: row.round.plans.get(),
    "the round": lambda row: row.round,
    "the proposal": lambda row: DistrictList.objects.get(pk=row.pk).proposal,
    "a household": lambda row: row.lines.first().household,
    "the district": lambda row: row.district,
    "who signed": lambda row: DistrictList.objects.get(pk=row.pk).signed_by,
}


@pytest.mark.parametrize("thing", DELETED.values(), ids=DELETED)
def test_nothing_that_an_approved_list_stands_on_can_be_deleted(a_luoi, story, thing):
    story.decided(a_luoi)
    before = list_digest(a_luoi)
    with pytest.raises(ProtectedError):
        thing(a_luoi).delete()
    assert list_digest(a_luoi) == before


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "table", ["listline", "districtlist", "districtquota", "quotaplan", "approvaldecision"]
)
def test_the_database_refuses_to_delete_what_is_approved(a_luoi, story, table):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: on SQLite the digest tells of a deleted line")
    story.decided(a_luoi)
    refused = pytest.raises(IntegrityError, match="approved rows never change")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM allocations_{table}")


def test_a_deleted_line_shows_in_the_digest(a_luoi, story):
    story.decided(a_luoi)
    a_luoi.refresh_from_db()
    delete_behind_the_programs_back(a_luoi.lines.order_by("position").last())
    assert not untouched(a_luoi)


def test_one_household_is_kept_once_in_a_round_whichever_district_lists_it(story, cast):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    moved = lists["481"].lines.get(position=1)
    officer = cast("hue-483")
    lists["483"].lines.filter(position=1).update(decision="reserve")
    DistrictList.objects.filter(pk=lists["483"].pk).update(kept=1)
    lists["483"].lines.filter(position=6).update(household=moved.household)
    held = upload(lists["483"], officer, p6=KEEP)
    with pytest.raises(Refusal, match="already kept on another list of this round"):
        workflow.apply_review_upload(held, actor=officer)
    assert ListLine.objects.filter(household=moved.household, decision="keep").count() == 1


def test_a_household_kept_in_an_open_round_is_not_eligible_in_the_next(a_luoi, story):
    plan = story.plan(story.round(total=1, number="100/QĐ-BTTTT"))
    assert [row["excluded"] for row in plan.inputs["districts"] if row["code"] == "481"] == [{"served": 3}]


def test_a_household_approved_in_another_round_is_not_approved_again(a_luoi, story, cast):
    """A reserve taken in after the next round opened: the second one to be decided notices."""
    other = story.lists(round_=story.round(total=3, number="99/QĐ-BTTTT", name="Đợt 2/2024"))["481"]
    proposal = story.proposed(other, number="16/TTr-STTTT")
    story.swap(a_luoi, down=1, up=4)
    story.decided(a_luoi)
    with pytest.raises(Refusal, match="already approved in “Đợt 1/2024”"):
        workflow.record_decision(
            proposal,
            actor=cast("hue-dic-leader"),
            number="211/QĐ-UBND",
            day=date(2024, 2, 6),
            signer="Chủ tịch",
        )


def test_the_whole_way_stands_in_an_unbroken_audit_chain(a_luoi, story):
    story.decided(a_luoi)
    assert AuditEntry.objects.filter(
        action="allocations.proposal.decide", object_text="15/TTr-STTTT"
    ).exists()
    assert verify().broken_at is None
