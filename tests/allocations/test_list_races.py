"""Two people at one list at the same moment, on PostgreSQL: one wins, the other gets a sentence."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from allocations import workflow
from allocations.lists.posted import coverage_of
from allocations.models import AllocationRound, FieldHousehold, ListLine, Objection, PublicPosting
from smartphone_support.audit.recording import verify

from ..together import at_once
from .test_review_workbook import Paper

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.fixture
def officer(cast):
    return cast("hue-481")


def refusals(results):
    return [result for result in results if isinstance(result, str)]


def post(row, officer, days=0):
    today = timezone.localdate()
    first = date(2024, 1, 16)
    return workflow.record_posting(
        row,
        actor=officer,
        place="UBND",
        from_day=first,
        to_day=today - timedelta(days=1) + timedelta(days=days),
    )


@pytest.fixture
def posted(a_luoi, officer, monkeypatch):
    """A list whose posting is over, in a round that asks for one."""
    from allocations.workflow import posting

    monkeypatch.setattr(posting, "_LONGEST_DAYS", 36500)
    AllocationRound.objects.filter(pk=a_luoi.round_id).update(posting_days=3)
    a_luoi.round.refresh_from_db()
    return a_luoi, post(a_luoi, officer)


@pytest.mark.parametrize("attempt", range(2))
def test_two_workbooks_that_add_the_same_household_add_it_once(a_luoi, story, officer, attempt):
    late = story.household("20044", head_name="Hồ Thị Ẩn", national_id="046171000001")
    uploads = [
        Paper(a_luoi).add(head_name="Hồ Thị Ẩn", national_id="046171000001", note=str(number)).upload(officer)
        for number in range(3)
    ]
    results = at_once(*[lambda one=one: workflow.apply_review_upload(one, actor=officer) for one in uploads])
    assert len(refusals(results)) == 2
    assert ListLine.objects.filter(household=late).count() == 1
    a_luoi.refresh_from_db()
    positions = list(a_luoi.lines.order_by("position").values_list("position", flat=True))
    assert (a_luoi.version, positions) == (2, list(range(1, 8)))
    assert verify().broken_at is None


def test_a_posting_clicked_twice_at_once_is_written_once(a_luoi, officer, monkeypatch):
    from allocations.workflow import posting

    monkeypatch.setattr(posting, "_LONGEST_DAYS", 36500)
    assert len(refusals(at_once(*[lambda: post(a_luoi, officer)] * 3))) == 2
    assert PublicPosting.objects.count() == 1


def test_a_list_is_never_signed_on_a_posting_withdrawn_at_that_moment(posted, officer, cast):
    row, posting = posted
    workflow.request_signature(row, actor=officer)
    results = at_once(
        lambda: workflow.sign_and_submit(row, actor=cast("hue-481-leader")),
        lambda: workflow.withdraw_posting(posting, actor=officer, reason="Nhầm"),
    )
    assert len(refusals(results)) == 1
    row.refresh_from_db()
    assert (row.state == "submitted") == coverage_of(row).is_complete


def test_a_list_is_never_signed_with_an_objection_written_down_at_that_moment(posted, officer, cast):
    row, posting = posted
    workflow.request_signature(row, actor=officer)
    today = timezone.localdate()
    results = at_once(
        lambda: workflow.sign_and_submit(row, actor=cast("hue-481-leader")),
        lambda: workflow.record_objection(posting, actor=officer, content="Đã có máy", received_on=today),
    )
    row.refresh_from_db()
    # Whoever came first: signed before the objection came, or kept back by it.
    assert (row.state == "submitted") == (not refusals(results))


def test_an_objection_is_answered_once(posted, officer):
    _row, posting = posted
    today = timezone.localdate()
    said = workflow.record_objection(posting, actor=officer, content="Đã có máy", received_on=today)

    def answer(outcome):
        return lambda: workflow.answer_objection(
            said, actor=officer, outcome=outcome, answer=outcome, answered_on=today
        )

    assert len(refusals(at_once(answer("upheld"), answer("rejected")))) == 1
    row = Objection.objects.get()
    assert row.outcome == row.answer


def test_a_list_is_taken_back_or_opened_not_both(a_luoi, story, cast):
    row = story.signed(a_luoi)
    results = at_once(
        lambda: workflow.withdraw_list(row, actor=cast("hue-481-leader"), reason="Sai"),
        lambda: workflow.open_appraisal(row, actor=cast("hue-dic")),
    )
    assert len(refusals(results)) == 1
    row.refresh_from_db()
    assert (row.state, row.version) in {("drafting", 2), ("appraising", 1)}


def test_a_find_is_settled_once(a_luoi, officer, cast):
    upload = Paper(a_luoi).add(head_name="Người Lạ", birth_year=1980).upload(officer)
    workflow.apply_review_upload(upload, actor=officer)
    find = FieldHousehold.objects.get()
    results = at_once(
        lambda: workflow.settle_find(find, actor=cast("hue-dolisa"), note="một"),
        lambda: workflow.settle_find(find, actor=cast("hue-dic"), note="hai"),
    )
    assert len(refusals(results)) == 1
