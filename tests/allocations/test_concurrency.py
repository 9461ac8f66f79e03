"""Several people at once, in real threads on PostgreSQL: one of them wins, the others get a sentence."""

import threading
from datetime import date

import pytest
from django.db import connection

from allocations import workflow
from allocations.models import DistrictList, ListLine
from beneficiaries.models import DuplicateCandidate, Household
from beneficiaries.signals import household_merging
from beneficiaries.workflow import merge_pair
from smartphone_support.audit.recording import verify

from ..together import at_once
from .test_lists import DROP, KEEP, upload

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


def refusals(results):
    return [result for result in results if isinstance(result, str)]


@pytest.mark.parametrize("attempt", range(3))
def test_two_leaders_approving_at_once_open_the_lists_once(story, attempt):
    story.households(c20044=6, c20161=3)
    plan = story.plan(total=4)
    results = at_once(*[lambda: story.approve(plan)] * 4)
    assert len(refusals(results)) == 3
    assert DistrictList.objects.count() == 2
    assert ListLine.objects.count() == 9
    assert verify().broken_at is None


def test_lists_opened_during_a_merge_hold_the_family_once(story, cast):
    """The merge has asked whether a list holds the household, and is not yet done when the lists open."""
    story.households(c20044=4, c20161=2)
    plan, (one, two) = story.plan(total=4), Household.objects.order_by("pk")[:2]
    pair = DuplicateCandidate.objects.create(province=one.province, first=one, second=two, score=90)
    asked, opened = threading.Event(), threading.Event()

    def hold(**kwargs):
        asked.set()
        opened.wait(2)

    def approve():
        asked.wait(10)
        story.approve(plan)
        opened.set()

    household_merging.connect(hold)
    try:
        at_once(approve, lambda: merge_pair(pair, kept=one.pk, actor=cast("hue-dolisa")))
    finally:
        household_merging.disconnect(hold)
    assert not Household.objects.standing().filter(pk=two.pk).exists()
    assert ListLine.objects.filter(household=one).exists()
    assert not ListLine.objects.filter(household=two).exists()


def test_two_uploads_confirmed_at_once_apply_one(a_luoi, cast):
    officer = cast("hue-481")
    held = [upload(a_luoi, officer, **{f"p{n}": DROP}) for n in (1, 2, 3)]
    results = at_once(*[lambda one=one: workflow.apply_review_upload(one, actor=officer) for one in held])
    assert len(refusals(results)) == 2
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (2, 2)
    assert a_luoi.lines.filter(decision="keep").count() == 2


def test_a_double_clicked_confirm_applies_once(a_luoi, cast):
    officer = cast("hue-481")
    held = upload(a_luoi, officer, p1=DROP)
    results = at_once(*[lambda: workflow.apply_review_upload(held, actor=officer)] * 2)
    assert len(refusals(results)) == 1
    a_luoi.refresh_from_db()
    assert (a_luoi.kept, a_luoi.version) == (2, 2)


def test_two_districts_uploads_at_once_both_apply(story, cast):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    calls = []
    for code, row in lists.items():
        officer = cast(f"hue-{code}")
        held = upload(row, officer, p1=DROP, p3=KEEP)
        calls.append(lambda held=held, officer=officer: workflow.apply_review_upload(held, actor=officer))
    assert refusals(at_once(*calls)) == []
    assert [row.kept for row in DistrictList.objects.all()] == [2, 2]
    assert verify().broken_at is None


def test_accepting_a_list_while_a_line_is_returned_keeps_them_in_step(a_luoi, story, cast):
    row, officer = story.appraising(a_luoi), cast("hue-dic")
    workflow.accept_clean_lines(row, actor=officer)
    line = row.lines.first()
    at_once(
        lambda: workflow.accept_list(row, actor=officer),
        lambda: workflow.set_line_verdict(line, "returned", actor=officer, reason="Nghi trùng"),
    )
    row.refresh_from_db()
    returned = row.lines.filter(verdict="returned").count()
    assert (row.state, returned) in {("accepted", 0), ("appraising", 1)}


@pytest.mark.parametrize("attempt", range(3))
def test_two_decisions_at_once_do_not_approve_a_household_twice(a_luoi, story, cast, attempt):
    """Two rounds keep one and the same household; they are decided at the same moment."""
    other = story.lists(round_=story.round(total=3, number="99/QĐ-BTTTT", name="Đợt 2/2024"))["481"]
    second = story.proposed(other, number="16/TTr-STTTT")
    story.swap(a_luoi, down=1, up=4)
    first = story.proposed(a_luoi)

    def decide(proposal, number):
        return lambda: workflow.record_decision(
            proposal, actor=cast("hue-dic-leader"), number=number, day=date(2024, 2, 6), signer="Chủ tịch"
        )

    results = at_once(decide(first, "210/QĐ-UBND"), decide(second, "211/QĐ-UBND"))
    assert len(refusals(results)) == 1
    assert "already approved" in refusals(results)[0]
    approved = ListLine.objects.filter(decision="keep", district_list__state="approved")
    assert approved.count() == approved.values("household").distinct().count() > 0


def test_two_proposals_at_once_take_a_list_once(a_luoi, story, cast):
    accepted, officer = story.accepted(a_luoi), cast("hue-dic")

    def propose(number):
        return lambda: workflow.create_proposal(
            accepted.round, actor=officer, lists=[accepted], number=number, day=accepted.round.decision_date
        )

    assert len(refusals(at_once(propose("1/TTr"), propose("2/TTr")))) == 1
