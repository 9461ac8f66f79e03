"""Acceptance: every hand-over once, counted right, confirmed by another person than drew it up."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allocations.models import Acceptance, BudgetEntry, BudgetLine, HandOver, Support
from allocations.workflow.acceptance import (
    collect_again,
    confirm_acceptance,
    leave_out,
    prepare_acceptance,
    return_acceptance,
    submit_acceptance,
)
from allocations.workflow.supports import recover_support
from allocations.workflow.taking_back import reverse_hand_over, swap_device
from smartphone_support.web.errors import Refusal

from .handing import Delivery, imei


@pytest.fixture
def delivery(a_luoi, story, cast):
    """Three households of A Lưới have their phones from Viettel; the round's money is committed."""
    story.budget_line(a_luoi.round, amount=30_000_000, unit_cost=2_000_000)
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    for number, support in enumerate(delivery.assigned(), 1):
        delivery.hand_over(support, number, actor="hue-viettel")
    return delivery


@pytest.fixture
def prepare(delivery, cast):
    def call(number="01/BBNT", *, operator="viettel", first=date(2024, 2, 1), last=date(2024, 3, 31)):
        return prepare_acceptance(
            delivery.round, delivery.operator(operator), actor=cast("hue-dic"), number=number,
            day=date(2024, 4, 5), from_day=first, to_day=last,
        )  # fmt: skip

    return call


def confirmed(acceptance, cast):
    submit_acceptance(acceptance, actor=cast("hue-dic"))
    return confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))


def test_an_acceptance_is_not_dated_before_the_last_day_it_covers(prepare):
    assert prepare(last=date(2024, 4, 5)).devices == 3
    with pytest.raises(Refusal, match=r"dated 05/04/2024, before 06/04/2024, the last day it covers"):
        prepare("02/BBNT", last=date(2024, 4, 6))


def test_an_acceptance_takes_in_what_was_recorded_in_its_days(prepare):
    with pytest.raises(Refusal, match="no hand-over from 01/02/2024 to 29/02/2024"):
        prepare(last=date(2024, 2, 29))
    with pytest.raises(Refusal, match="no hand-over"):
        prepare(operator="vnpt")
    acceptance = prepare()
    assert (acceptance.devices, acceptance.cash_households, acceptance.amount) == (3, 0, 6_000_000)
    with pytest.raises(Refusal, match="not accepted yet"):
        prepare("02/BBNT")


def test_the_leader_confirms_and_the_money_is_spent(prepare, cast):
    acceptance = confirmed(prepare(), cast)
    assert acceptance.confirmed_by == cast("hue-dic-leader")
    assert set(HandOver.objects.values_list("state", flat=True)) == {"accepted"}
    assert Support.objects.filter(state="confirmed").count() == 3
    entry = BudgetEntry.objects.get(kind="spend")
    assert (entry.amount, entry.households, entry.acceptance) == (6_000_000, 3, acceptance)
    line = BudgetLine.objects.get()
    assert (line.committed, line.spent) == (6_000_000, 6_000_000)


def test_whoever_drew_it_up_does_not_confirm_it(prepare, cast):
    acceptance = submit_acceptance(prepare(), actor=cast("hue-dic"))
    for who in ("hue-dic", "hue-viettel", "hue-481", "daknong-dic-leader"):
        with pytest.raises(PermissionDenied):
            confirm_acceptance(acceptance, actor=cast(who))
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.update(confirmed_by=acceptance.prepared_by)


def test_a_hand_over_is_left_out_with_a_reason_and_accepted_another_time(prepare, cast):
    acceptance = prepare()
    row = acceptance.hand_overs.first()
    with pytest.raises(Refusal, match="reason"):
        leave_out(acceptance, [row.pk], actor=cast("hue-dic"), reason=" ")
    acceptance = leave_out(acceptance, [row.pk], actor=cast("hue-dic"), reason="Thiếu ảnh bàn giao")
    assert (acceptance.devices, acceptance.amount) == (2, 4_000_000)
    confirmed(acceptance, cast)
    second = prepare("02/BBNT")
    assert list(second.hand_overs.all()) == [row]
    assert Support.objects.filter(state="confirmed").count() == 2


def test_a_left_out_one_can_be_taken_in_again(prepare, cast):
    acceptance = prepare()
    row = acceptance.hand_overs.first()
    leave_out(acceptance, [row.pk], actor=cast("hue-dic"), reason="Thiếu ảnh")
    assert collect_again(acceptance, actor=cast("hue-dic")) == 1
    acceptance.refresh_from_db()
    assert acceptance.devices == 3


def test_a_returned_one_goes_back_to_the_officer(prepare, cast):
    acceptance = submit_acceptance(prepare(), actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="Awaiting confirmation"):
        leave_out(acceptance, [1], actor=cast("hue-dic"), reason="Thiếu ảnh")
    acceptance = return_acceptance(acceptance, actor=cast("hue-dic-leader"), reason="Thiếu biên bản")
    assert (acceptance.state, acceptance.return_reason) == ("draft", "Thiếu biên bản")
    confirmed(acceptance, cast)


def test_a_support_taken_back_meanwhile_stops_the_confirmation_by_name(prepare, cast):
    acceptance = submit_acceptance(prepare(), actor=cast("hue-dic"))
    support = acceptance.hand_overs.first().support
    recover_support(support, actor=cast("hue-dic"), reason="Cấp sai đối tượng")
    with pytest.raises(Refusal, match=f"“{support.household}” is now “Recovered”"):
        confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))
    assert not Support.objects.filter(state="confirmed").exists()
    assert not BudgetEntry.objects.filter(kind="spend").exists()


def test_a_record_in_an_acceptance_is_not_reversed(prepare, cast):
    acceptance = prepare()
    row = acceptance.hand_overs.first()
    with pytest.raises(Refusal, match="leave it out there first"):
        reverse_hand_over(row, actor=cast("hue-dic"), reason="Nhầm")
    confirmed(acceptance, cast)
    row.refresh_from_db()
    with pytest.raises(Refusal, match="Confirmed"):
        reverse_hand_over(row, actor=cast("hue-dic"), reason="Nhầm")


def test_nothing_of_a_confirmed_one_changes_and_a_swap_leaves_its_count(prepare, cast):
    acceptance = confirmed(prepare(), cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.filter(pk=acceptance.pk).update(devices=99)
    row = acceptance.hand_overs.order_by("pk").first()
    told = {"back_to": "supplier", "day": date(2024, 4, 20), "reason": "Lỗi màn hình"}
    new = swap_device(row, actor=cast("hue-viettel"), imei=imei(4), **told)
    assert new.state == "accepted"
    assert acceptance.hand_overs.count() == 3
    with pytest.raises(Refusal, match="no hand-over"):
        prepare_again(acceptance, cast)


def prepare_again(acceptance, cast):
    return prepare_acceptance(
        acceptance.round, acceptance.operator, actor=cast("hue-dic"), number="09/BBNT", day=date(2024, 5, 5),
        from_day=date(2024, 2, 1), to_day=date(2024, 4, 30),
    )  # fmt: skip


def test_a_swap_before_the_confirmation_is_what_the_acceptance_counts(prepare, cast):
    acceptance = prepare()
    row = acceptance.hand_overs.order_by("pk").first()
    told = {"back_to": "supplier", "day": date(2024, 3, 20), "reason": "Lỗi màn hình"}
    swap_device(row, actor=cast("hue-viettel"), imei=imei(4), **told)
    confirmed(acceptance, cast)
    assert acceptance.hand_overs.filter(state="accepted").count() == 3
    assert acceptance.hand_overs.count() == 3
