"""Returns, plans and lists of several waves at the same moment: never more than the round has."""

import pytest
from django.db import connection

from allocations import workflow
from allocations.models import AllocationRound, DistrictList, ListLine, QuotaPlan, QuotaReturn
from allocations.workflow.plan_drafts import PlanChoices
from smartphone_support.audit.recording import verify

from ..together import at_once
from .test_waves import approved, drop, fresh, give_back, holds_together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ATTEMPTS = pytest.mark.parametrize("attempt", range(3))


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


def refusals(results):
    return [result for result in results if isinstance(result, str)]


def submitted(story, round_, **choices):
    officer = story.cast("hue-dic")
    made = workflow.prepare_quota_plan(fresh(round_), actor=officer, choices=PlanChoices(**choices))
    return workflow.submit_quota_plan(made, actor=officer)


@ATTEMPTS
def test_the_same_quota_given_back_by_both_at_once_goes_back_once(story, a_luoi, attempt):
    row = drop(a_luoi, 1, 2)
    results = at_once(
        lambda: give_back(story, row, 2),
        lambda: give_back(story, row, 2, by="hue-481"),
        lambda: give_back(story, row, 1),
    )
    returned = sum(QuotaReturn.objects.values_list("count", flat=True))
    assert (returned, len(refusals(results))) in {(2, 2), (1, 2)}
    assert fresh(row.round).given == 4 - returned
    holds_together(row.round)
    assert verify().broken_at is None


@ATTEMPTS
def test_a_later_wave_approved_twice_at_once_gives_once(story, a_luoi, attempt):
    give_back(story, drop(a_luoi, 1, 2), 2)
    plan = submitted(story, a_luoi.round)
    results = at_once(*[lambda: story.approve(plan)] * 4)
    assert len(refusals(results)) == 3
    assert fresh(a_luoi.round).given == 4
    holds_together(a_luoi.round)


@ATTEMPTS
def test_a_later_wave_approved_while_more_is_given_back_never_exceeds_the_total(story, a_luoi, attempt):
    give_back(story, drop(a_luoi, 1), 1)
    plan = submitted(story, a_luoi.round)
    row = drop(DistrictList.objects.get(pk=a_luoi.pk), 1, 2)
    results = at_once(lambda: story.approve(plan), lambda: give_back(story, row, 1))
    assert refusals(results) == []
    assert fresh(a_luoi.round).given == 3
    holds_together(a_luoi.round)


@ATTEMPTS
def test_two_officers_making_the_later_plan_at_once_make_one(story, a_luoi, cast, attempt):
    give_back(story, drop(a_luoi, 1, 2), 2)
    round_ = fresh(a_luoi.round)
    at_once(*[lambda: workflow.prepare_quota_plan(round_, actor=cast("hue-dic"))] * 3)
    plan = QuotaPlan.objects.get(round=round_, wave=2)
    assert plan.quotas.count() == 9
    assert sum(plan.quotas.values_list("quota", flat=True)) == plan.allocated == 2


@ATTEMPTS
def test_quota_given_back_while_the_last_place_is_taken_stays_within_the_quota(story, a_luoi, cast, attempt):
    """The district takes a reserve in while the department records that the place is free."""
    row = drop(a_luoi, 1)
    line = row.lines.filter(decision="reserve").first()

    def take_in():
        from allocations.workflow.lists import locked_list
        from allocations.workflow.steps import move, step
        from smartphone_support.web.errors import Refusal

        with step():
            own = locked_list(row.pk)
            if own.kept >= own.quota:
                raise Refusal("full")
            ListLine.objects.filter(pk=line.pk).update(decision="keep")
            move(own, own.state, kept=own.kept + 1)

    results = at_once(take_in, lambda: give_back(story, row, 1))
    assert len(refusals(results)) == 1
    holds_together(row.round)


@ATTEMPTS
def test_a_reserve_kept_by_two_waves_at_once_is_kept_by_one(story, a_luoi, attempt):
    """The first wave's list takes a reserve in while the second wave's lists are opened."""
    row = drop(a_luoi, 1, 2, 3)
    give_back(story, row, 2)
    plan = submitted(story, row.round)
    first = row.lines.filter(decision="reserve").order_by("position").first()

    def take_in():
        from allocations.workflow.lists import locked_list
        from allocations.workflow.steps import move, step

        with step():
            own = locked_list(row.pk)
            ListLine.objects.filter(pk=first.pk).update(decision="keep")
            move(own, own.state, kept=own.kept + 1)

    at_once(take_in, lambda: story.approve(plan))
    kept = ListLine.objects.filter(round=row.round, household=first.household, decision="keep")
    assert kept.count() == 1
    holds_together(row.round)


@ATTEMPTS
def test_an_approved_lists_free_quota_is_taken_back_once(story, a_luoi, attempt):
    row = approved(story, drop(a_luoi, 1, 2))
    results = at_once(*[lambda: give_back(story, row, 2)] * 3)
    assert len(refusals(results)) == 2
    assert AllocationRound.objects.get().given == 2
    holds_together(row.round)
