"""Supports and amendments when several people act at the same moment: real threads on PostgreSQL."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from allocations import workflow
from allocations.delivery.imei import luhn_digit
from allocations.lists.reserves import next_reserves
from allocations.models import Device, DistrictList, HandOver, Support
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, take_in
from allocations.workflow.returns import held_quota
from beneficiaries.models import Household
from beneficiaries.workflow.movements import Details, record_movement
from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import verify

from ..together import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


def refusals(results):
    return [result for result in results if isinstance(result, str)]


@pytest.fixture
def approved(a_luoi, story):
    story.decided(a_luoi)
    return DistrictList.objects.get(pk=a_luoi.pk)


def leave(household, cast, kind="deceased", **details):
    household = Household.objects.get(pk=household)
    return record_movement(
        household, kind=kind, effective_on=timezone.localdate() - timedelta(days=1), note="Biên bản",
        details=Details(**details), expected=household.updated_at, actor=cast("hue-dolisa"),
    )  # fmt: skip


@pytest.mark.parametrize("attempt", range(4))
def test_a_household_that_leaves_while_it_is_approved_is_never_left_unheld(a_luoi, story, cast, attempt):
    """Whichever came first: nobody who appraised the list knew, so the support waits for a decision."""
    proposal = story.proposed(a_luoi)
    household = a_luoi.lines.get(position=1).household_id
    at_once(
        lambda: workflow.record_decision(
            proposal, actor=cast("hue-dic-leader"), number="1/QĐ", day=timezone.localdate(), signer="Chủ tịch"
        ),
        lambda: leave(household, cast),
    )
    support = Support.objects.get(household=household)
    assert (support.state, support.hold_reason) == ("on_hold", "left_register")
    assert verify().broken_at is None


@pytest.mark.parametrize("attempt", range(4))
def test_two_amendments_decided_at_once_for_one_reserve_take_it_once(approved, story, cast, attempt):
    officer, reserve = cast("hue-dic"), next_reserves(approved)[0]
    drafts = []
    for number, position in (("20/TTr", 1), ("21/TTr", 2)):
        draft = story.amendment(approved, number=number)
        # Both drafts name the same reserve, as two officers with old pages could bring about.
        line = workflow.add_amendment_line(
            draft, actor=officer, removes=Support.objects.get(line__position=position, round=approved.round,
            district=approved.district), adds=reserve.household, reason="Chuyển đi",
        )  # fmt: skip
        drafts.append(draft)
        type(draft).objects.filter(pk=draft.pk).update(state="cancelled")
        assert line.adds == reserve.household
    type(drafts[0]).objects.update(state="submitted")

    def decide(draft):
        return lambda: workflow.decide_amendment(
            draft, actor=cast("hue-dic-leader"), number=draft.number, day=date(2024, 3, 5), signer="Chủ tịch"
        )

    results = at_once(*[decide(draft) for draft in drafts])
    assert len(refusals(results)) == 1
    assert "already served" in refusals(results)[0]
    assert Support.objects.live().filter(household=reserve.household).count() == 1
    held = held_quota(approved)
    assert held.used <= held.quota


@pytest.mark.parametrize("attempt", range(4))
def test_an_amendment_and_a_hand_over_of_the_same_household_do_not_both_happen(
    approved, story, cast, attempt
):
    support = Support.objects.get(line__district_list=approved, line__position=2)
    draft = story.amendment(approved, "remove")
    workflow.add_amendment_line(draft, actor=cast("hue-dic"), removes=support, reason="Chuyển đi")
    workflow.submit_amendment(draft, actor=cast("hue-dic"))

    def hand_over():
        """As the hand-over's step does it: only while the support is open."""
        return Support.objects.filter(pk=support.pk, state__in=["approved", "assigned"]).update(
            state="delivered", delivered_on=date(2024, 3, 4)
        )

    results = at_once(
        lambda: workflow.decide_amendment(
            draft, actor=cast("hue-dic-leader"), number="1/QĐ", day=date(2024, 3, 5), signer="Chủ tịch"
        ),
        hand_over,
    )
    support.refresh_from_db()
    draft.refresh_from_db()
    assert (support.state, draft.state, results[1]) in {
        ("delivered", "submitted", 1), ("withdrawn", "approved", 0),
    }  # fmt: skip


def test_a_hold_and_an_assignment_at_once_leave_one_state(approved, cast):
    supports = list(Support.objects.filter(line__district_list=approved))
    operator, officer = Organisation.objects.get(code="hue-viettel"), cast("hue-dic")
    at_once(
        lambda: workflow.assign_operator(supports, operator, actor=officer),
        lambda: workflow.hold_support(supports[0], actor=officer, why="complaint", reason="Có đơn"),
    )
    held = Support.objects.get(pk=supports[0].pk)
    assert held.state == "on_hold"
    assert held.frozen_from == ("assigned" if held.operator else "approved")


def test_a_double_click_on_undeliverable_gives_the_money_back_once(a_luoi, story, cast):
    line = story.budget_line(a_luoi.round, amount=6_000_000, unit_cost=2_000_000)
    story.decided(a_luoi)
    support = Support.objects.first()
    results = at_once(
        *[lambda: workflow.mark_undeliverable(support, actor=cast("hue-dic"), reason="Chuyển đi")] * 3
    )
    assert len(refusals(results)) == 2
    line.refresh_from_db()
    assert line.committed == 4_000_000


@pytest.mark.parametrize("attempt", range(3))
def test_a_hold_and_a_hand_over_at_once_leave_one_of_them(approved, cast, attempt):
    support = Support.objects.filter(line__district_list=approved).first()
    operator, officer = Organisation.objects.get(code="hue-viettel"), cast("hue-dic")
    workflow.assign_operator([support], operator, actor=officer)
    stock = Stock(approved.round, None, operator)
    imei = f"35884711{attempt:06d}"
    imei += luhn_digit(imei)
    today = timezone.localdate()
    take_in(stock, actor=cast("hue-viettel"), devices=[NewDevice(imei)], model="Nokia", number="1", day=today)
    results = at_once(
        lambda: workflow.hold_support(support, actor=officer, why="complaint", reason="Có đơn"),
        lambda: record_hand_over(support, actor=cast("hue-viettel"), handed_on=today, imei=imei),
    )
    support.refresh_from_db()
    assert len(refusals(results)) == 1
    given = HandOver.objects.filter(support=support).count()
    place = Device.objects.get(imei=imei).place
    assert (support.state, given, place) in {("on_hold", 0, "province"), ("delivered", 1, "household")}
