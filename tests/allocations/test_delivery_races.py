"""Several people deliver at once, in real threads on PostgreSQL: nothing is given twice, nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from allocations.delivery.balance import recompute
from allocations.delivery.handing import HandOverFacts
from allocations.models import Acceptance, BudgetLine, DeliveryUpload, Device, HandOver, Shipment, Support
from allocations.workflow.acceptance import confirm_acceptance, prepare_acceptance, submit_acceptance
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.shipments import receive_shipment
from allocations.workflow.supports import mark_undeliverable
from allocations.workflow.taking_back import reverse_hand_over, swap_device
from allocations.workflow.uploads import apply_delivery_upload, register_delivery_upload
from smartphone_support.audit.recording import verify
from smartphone_support.documents.storing import store

from ..together import at_once
from .handing import HANDED, Delivery, imei

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.fixture
def delivery(a_luoi, story, cast):
    story.budget_line(a_luoi.round, amount=30_000_000, unit_cost=2_000_000)
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3, 4)
    delivery.assigned()
    return delivery


def refusals(results):
    return [result for result in results if isinstance(result, str)]


def sound():
    assert recompute().is_sound
    assert verify().broken_at is None


@pytest.mark.parametrize("attempt", range(3))
def test_one_device_goes_to_one_of_two_households(delivery, cast, attempt):
    people = [cast("hue-481"), cast("hue-viettel"), cast("hue-dic")]
    facts = {"handed_on": HANDED, "imei": imei(1)}
    results = at_once(
        *[
            lambda row=row, who=who: record_hand_over(row, actor=who, **facts)
            for row, who in zip(delivery.supports, people, strict=True)
        ]
    )
    assert len(refusals(results)) == 2
    assert HandOver.objects.count() == 1
    assert Support.objects.filter(state="delivered").count() == 1
    sound()


@pytest.mark.parametrize("attempt", range(3))
def test_a_new_device_of_an_operator_enters_the_ledger_once(delivery, cast, attempt):
    facts = {"handed_on": HANDED, "imei": imei(70), "model": "Nokia G22"}
    who = cast("hue-viettel")
    results = at_once(
        *[lambda row=row: record_hand_over(row, actor=who, **facts) for row in delivery.supports]
    )
    assert len(refusals(results)) == 2
    assert Device.objects.filter(imei=imei(70)).count() == 1
    sound()


def test_a_double_click_records_once(delivery, cast):
    support, who = delivery.supports[0], cast("hue-viettel")
    call = lambda: record_hand_over(support, actor=who, handed_on=HANDED, imei=imei(1))  # noqa: E731
    results = at_once(*[call] * 4)
    assert len(refusals(results)) == 3
    assert HandOver.objects.count() == 1
    sound()


def test_a_household_gets_its_device_or_is_reported_undeliverable_never_both(delivery, cast):
    support = delivery.supports[0]
    results = at_once(
        lambda: record_hand_over(support, actor=cast("hue-viettel"), handed_on=HANDED, imei=imei(1)),
        lambda: mark_undeliverable(support, actor=cast("hue-481"), reason="Vắng mặt"),
    )
    assert len(refusals(results)) == 1
    support.refresh_from_db()
    assert (support.state == "delivered") == HandOver.objects.exists()
    line = BudgetLine.objects.get()
    assert line.committed == (6_000_000 if support.state == "delivered" else 4_000_000)
    sound()


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_devices_are_sent_once(delivery, attempt):
    delivery.taken_in(*range(20, 26), number="PX-20")
    calls = [lambda n=n: delivery.sent(count=4, number=f"GH-{n}") for n in range(3)]
    results = at_once(*calls)
    assert len(refusals(results)) == 2
    assert Counter(Device.objects.values_list("place", flat=True)) == {
        "district": 4, "to_district": 4, "province": 2,
    }  # fmt: skip
    assert Shipment.objects.filter(kind="dispatch", state="sent").get().declared == 4
    sound()


def test_the_same_list_is_taken_in_once(delivery):
    results = at_once(*[lambda n=n: delivery.taken_in(30, 31, number=f"PX-{n}") for n in range(3)])
    assert len(refusals(results)) == 2
    assert Device.objects.filter(imei__in=[imei(30), imei(31)]).count() == 2
    sound()


def test_a_shipment_is_received_once(delivery, cast):
    delivery.taken_in(40, 41, number="PX-40")
    shipment = delivery.sent(imeis=[imei(40), imei(41)], number="GH-40")
    results = at_once(*[lambda: receive_shipment(shipment, actor=cast("hue-481"))] * 3)
    assert len(refusals(results)) == 2
    sound()


def test_a_reversal_and_a_swap_at_once_leave_one_of_them(delivery, cast):
    record = delivery.hand_over(delivery.supports[0], 1)
    told = {"imei": imei(2), "back_to": "district", "day": date(2024, 3, 5), "reason": "Lỗi"}
    results = at_once(
        lambda: reverse_hand_over(record, actor=cast("hue-dic"), reason="Nhầm"),
        lambda: swap_device(record, actor=cast("hue-481"), **told),
    )
    assert len(refusals(results)) == 1
    standing = HandOver.objects.exclude(state="reversed").count()
    assert Support.objects.filter(state="delivered").count() == standing
    sound()


def test_two_acceptances_at_once_take_a_hand_over_once(delivery, cast):
    for number, support in enumerate(delivery.supports, 1):
        delivery.hand_over(support, number)

    def prepare(number):
        return lambda: prepare_acceptance(
            delivery.round, delivery.operator(), actor=cast("hue-dic"), number=number, day=date(2024, 4, 5),
            from_day=date(2024, 2, 1), to_day=date(2024, 3, 31),
        )  # fmt: skip

    results = at_once(prepare("1/BBNT"), prepare("2/BBNT"), prepare("3/BBNT"))
    assert len(refusals(results)) == 2
    assert Acceptance.objects.get().devices == 3
    submit_acceptance(Acceptance.objects.get(), actor=cast("hue-dic"))
    acceptance = Acceptance.objects.get()
    results = at_once(*[lambda: confirm_acceptance(acceptance, actor=cast("hue-dic-leader"))] * 3)
    assert len(refusals(results)) == 2
    assert BudgetLine.objects.get().spent == 6_000_000
    sound()


def test_two_workbooks_and_a_phone_at_once_record_each_household_once(delivery, cast):
    who = cast("hue-viettel")

    def upload(numbers):
        rows = [
            {"row": n, "support": row.pk, "outcome": "delivered", "why": "", "note": "", "sentence": "",
             "column": "", "value": "", "facts": HandOverFacts(handed_on=HANDED, imei=imei(n)).as_dict()}
            for n, row in zip(numbers, delivery.supports, strict=True)
        ]  # fmt: skip
        file = store(ContentFile(b"a", name="phieu.xlsx"), actor=who)
        return register_delivery_upload(delivery.round, delivery.operator(), actor=who, file=file, rows=rows)

    first, second = upload([1, 2, 3]), upload([3, 1, 2])
    third = delivery.supports[2]
    results = at_once(
        lambda: apply_delivery_upload(first, actor=who),
        lambda: apply_delivery_upload(second, actor=who),
        lambda: record_hand_over(third, actor=cast("hue-481"), handed_on=HANDED, imei=imei(4)),
    )
    assert not [result for result in results if result is None]
    assert len(refusals(results)) == 2
    records = HandOver.objects.exclude(state="reversed")
    assert records.count() == records.values("support").distinct().count() in (1, 3)
    assert DeliveryUpload.objects.exclude(applied_at=None).count() in (0, 1)
    sound()


def test_a_storm_of_clients_on_few_devices_gives_each_household_at_most_one(delivery, cast):
    """Twenty clients, three households, four phones: every answer is a record or a sentence."""
    people = [cast(who) for who in ("hue-481", "hue-viettel", "hue-dic", "hue-viettel")]
    calls = []
    for n in range(20):
        row, who = delivery.supports[n % 3], people[n % 4]
        facts = {"handed_on": HANDED, "imei": imei(1 + n % 4)}
        calls.append(lambda row=row, who=who, facts=facts: record_hand_over(row, actor=who, **facts))
    before = threading.active_count()
    results = at_once(*calls)
    assert threading.active_count() == before
    assert not [result for result in results if result is None]
    given = [result for result in results if isinstance(result, HandOver)]
    assert 2 <= len(given) <= 3
    assert HandOver.objects.count() == len(given)
    assert len({row.device_id for row in given}) == len({row.support_id for row in given}) == len(given)
    sound()
