"""What a swap leaves to count back, and what an operator never reads."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from allocations.models import BudgetEntry, BudgetLine, Support
from allocations.workflow.acceptance import confirm_acceptance, prepare_acceptance, submit_acceptance
from allocations.workflow.supports import hold_support, recover_support
from allocations.workflow.taking_back import swap_device, take_back_device
from beneficiaries.models import PovertySpell

from .handing import HANDED, Delivery, imei


@pytest.fixture
def delivery(a_luoi, story, cast):
    story.budget_line(a_luoi.round, amount=30_000_000, unit_cost=2_000_000)
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    delivery.assigned()
    return delivery


def counted(line):
    """Committed and spent, as the entries of the line add up."""
    sums = dict.fromkeys(("commit", "release", "spend", "refund"), 0)
    for kind, amount in BudgetEntry.objects.filter(line=line).values_list("kind", "amount"):
        sums[kind] += amount
    return sums["commit"] - sums["release"], sums["spend"] - sums["refund"]


def test_a_support_recovered_after_the_swap_of_an_accepted_device_gives_its_money_back(delivery, cast):
    officer = cast("hue-dic")
    records = [delivery.hand_over(row, n) for n, row in enumerate(delivery.supports, 1)]
    days = {"day": date(2024, 4, 5), "from_day": date(2024, 2, 1), "to_day": date(2024, 3, 31)}
    acceptance = prepare_acceptance(
        delivery.round, delivery.operator(), actor=officer, number="1/BBNT", **days
    )
    submit_acceptance(acceptance, actor=officer)
    confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))
    told = {"imei": imei(4), "back_to": "district", "day": date(2024, 4, 20), "reason": "Lỗi màn hình"}
    swapped = swap_device(records[0], actor=cast("hue-481"), **told)
    support = recover_support(Support.objects.get(pk=swapped.support_id), actor=officer, reason="Sai hộ")
    take_back_device(swapped, actor=officer, back_to="province", reason="Sai hộ")
    line = BudgetLine.objects.get()
    assert (line.committed, line.spent) == (4_000_000, 4_000_000) == counted(line)
    assert support.state == "recovered"


def left_poverty(support):
    PovertySpell.objects.filter(household=support.household).update(valid_to=date(2024, 2, 20))


@pytest.mark.parametrize("what", ["form", "record"])
def test_an_operator_is_not_told_that_a_household_lost_its_class(delivery, client, cast, what):
    support = delivery.supports[0]
    cast.log_in(client, "hue-viettel")
    url = reverse("allocations:handover_create", args=[support.pk])
    if what == "form":
        hold_support(support, actor=None, why="class_changed", reason="Hộ đã thoát nghèo từ 20/02/2024")
        answer = client.get(url, follow=True)
    else:
        left_poverty(support)
        facts = {"handed_on": f"{HANDED:%d/%m/%Y}", "receiver": "head", "imei": imei(1), "signed": "on"}
        answer = client.post(url, facts, follow=True)
        support.refresh_from_db()
        assert support.state == "on_hold"
    page = answer.content.decode().lower()
    assert "on hold" in page
    assert "poor" not in page
    assert "nghèo" not in page
