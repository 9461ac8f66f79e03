"""One number in two columns, one household from two sources: two people at the same moment, on PostgreSQL."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from allocations import workflow
from allocations.choices import LIVE_SUPPORT
from allocations.delivery.balance import recompute
from allocations.models import Device, ListLine, Support
from allocations.workflow.contributions import match_households
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, take_in

from ..together import at_once
from .handing import HANDED, Delivery, imei

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.mark.parametrize("attempt", range(4))
def test_a_second_imei_and_the_same_as_a_first_one_enter_the_ledger_once(a_luoi, story, cast, attempt):
    delivery = Delivery(story, cast, [a_luoi])
    support, officer = delivery.assigned()[0], cast("hue-dic")

    def listed(*numbers, paper):
        return lambda: take_in(
            Stock(delivery.round), actor=officer, devices=[NewDevice(*map(imei, numbers))],
            model="Vsmart Joy 4", number=paper, day=date(2024, 2, 10),
        )  # fmt: skip

    results = at_once(
        listed(1, 2, paper="PX-1"),
        listed(2, 1, paper="PX-2"),
        lambda: record_hand_over(
            support, actor=cast("hue-viettel"), handed_on=HANDED, imei=imei(2), model="Vsmart Joy 4"
        ),
    )
    assert sum(isinstance(result, str) for result in results) == 2
    assert Device.objects.filter(Q(imei=imei(2)) | Q(imei2=imei(2))).count() == 1
    assert recompute().is_sound


@pytest.mark.parametrize("attempt", range(3))
def test_a_household_promised_a_gift_while_it_is_approved_gets_one_support(a_luoi, story, cast, attempt):
    """A reserve is promised a gift while an amendment that puts it on is decided."""
    story.decided(a_luoi)
    gift = story.contribution(devices=2)
    amendment = story.amendment(a_luoi)
    removed = Support.objects.filter(line__district_list=a_luoi).order_by("pk").first()
    reserve = ListLine.objects.filter(district_list=a_luoi, decision="reserve").order_by("position").first()
    workflow.add_amendment_line(
        amendment, actor=cast("hue-dic"), removes=removed, adds=reserve.household, reason="Đi xa"
    )
    workflow.submit_amendment(amendment, actor=cast("hue-dic"))
    results = at_once(
        lambda: match_households(gift, [reserve.household_id], actor=cast("hue-dic")),
        lambda: workflow.decide_amendment(
            amendment, actor=cast("hue-dic-leader"), number="9/QĐ", day=date(2024, 3, 5), signer="PCT"
        ),
    )
    assert sum(isinstance(result, str) for result in results) == 1
    live = Support.objects.filter(household=reserve.household_id, state__in=LIVE_SUPPORT)
    assert live.count() == 1
    gift.refresh_from_db()
    assert gift.allotted == gift.supports.count() == int(live.get().contribution_id is not None)
