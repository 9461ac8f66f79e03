"""Hand-overs: who gets what from whom, once, and only who may still get it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from allocations.choices import DevicePlace
from allocations.delivery.handing import HandOverFacts
from allocations.models import Device, DeviceMove, EligibilitySnapshot, HandOver, Support
from allocations.workflow.delivery import Telling, record_hand_over, record_hand_overs
from allocations.workflow.supports import recover_support, release_support
from allocations.workflow.taking_back import reverse_hand_over, swap_device, take_back_device
from beneficiaries.models import PovertySpell
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .handing import HANDED, Delivery, imei


@pytest.fixture
def delivery(a_luoi, story, cast):
    """A Lưới's list is approved: three households wait for a phone, three phones are at the district."""
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2, 3)
    return delivery


def test_a_recorded_hand_over_moves_support_and_device_and_keeps_the_facts(delivery):
    support = delivery.assigned()[0]
    hand_over = delivery.hand_over(support, 1, actor="hue-viettel", sim_number="8984048000012345678")
    support.refresh_from_db()
    device = Device.objects.get(imei=imei(1))
    assert (support.state, support.delivered_on) == ("delivered", HANDED)
    assert (device.place, device.district) == (DevicePlace.HOUSEHOLD, support.district)
    assert hand_over.receiver_name == support.household.head_name
    assert hand_over.number == f"{support.pk}/BBBG"
    assert DeviceMove.objects.filter(device=device).last().hand_over == hand_over
    kept = EligibilitySnapshot.objects.get(support=support, moment="hand_over")
    assert (kept.on, kept.failed) == (HANDED, [])
    entry = AuditEntry.objects.filter(action="allocations.support.hand_over").get()
    assert entry.after["imei"] == imei(1)
    assert verify().broken_at is None


def test_a_household_gets_one_device_and_a_device_one_household(delivery):
    first, second, _third = delivery.supports
    delivery.hand_over(first, 1)
    with pytest.raises(Refusal, match="already recorded"):
        delivery.hand_over(first, 2)
    with pytest.raises(Refusal, match="already handed over to another household"):
        delivery.hand_over(second, 1)
    assert HandOver.objects.count() == 1


def test_only_the_own_operator_district_and_department_record(delivery):
    support = delivery.assigned()[0]
    for who in ("hue-vnpt", "hue-474", "hue-481-leader", "hue-dolisa", "daknong-dic", "hue-ppc"):
        with pytest.raises(PermissionDenied):
            delivery.hand_over(support, 1, actor=who)
    delivery.hand_over(support, 1, actor="hue-dic")


def test_a_device_has_to_be_where_the_household_is(delivery):
    support = delivery.supports[0]
    delivery.taken_in(11, number="PX-11")
    with pytest.raises(Refusal, match="“At the province”: record its shipment to this district first"):
        delivery.hand_over(support, 11)
    delivery.at_district(12, district="474")
    with pytest.raises(Refusal, match="At a district"):
        delivery.hand_over(support, 12)
    with pytest.raises(Refusal, match="No device with the IMEI"):
        delivery.hand_over(support, 99)


def test_a_household_without_an_operator_is_told_apart_from_one_of_another_operator(delivery):
    first, second = delivery.supports[:2]
    delivery.taken_in(13, number="PX-13", operator="viettel")
    with pytest.raises(Refusal, match="the household has none yet"):
        delivery.hand_over(first, 13, actor="hue-dic")
    delivery.assigned("vnpt", [second])
    with pytest.raises(Refusal, match="stock of another operator"):
        delivery.hand_over(second, 13, actor="hue-dic")


def test_an_operators_own_device_enters_the_ledger_with_its_hand_over(delivery):
    first, second = delivery.assigned()[:2]
    with pytest.raises(Refusal, match="new to the ledger: say which make and model"):
        delivery.hand_over(first, 50, actor="hue-viettel")
    delivery.hand_over(first, 50, actor="hue-viettel", model="Nokia G22")
    device = Device.objects.get(imei=imei(50))
    assert (device.operator, device.place, device.model) == (
        delivery.operator(), DevicePlace.HOUSEHOLD, "Nokia G22",
    )  # fmt: skip
    moves = list(device.moves.values_list("from_place", "to_place"))
    assert moves == [("", "province"), ("province", "household")]
    delivery.taken_in(51, operator="viettel", number="PX-51")
    delivery.hand_over(second, 51, actor="hue-viettel")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"handed_on": None}, "day of the hand-over is missing"),
        ({"handed_on": date(2999, 1, 1)}, "future"),
        ({"handed_on": date(2024, 2, 4)}, "before the decision of 05/02/2024"),
        ({"receiver": "member"}, "name of the person who received it"),
        ({"receiver": "member", "receiver_name": "Hồ Thị Lan"}, "related to the head"),
        (
            {"receiver": "authorised", "receiver_name": "Hồ Thị Lan", "receiver_relation": "cháu"},
            "identity number is missing",
        ),
        ({"receiver_national_id": "12345"}, "5 digits; it needs 12"),
        ({"imei": "35693803000001"}, "14 digits"),
        ({"phone_number": "12345"}, "10 digits and begins with 0"),
        ({"sim_number": "12"}, "row of 10 to 20 digits"),
        ({"cash_amount": 500_000}, "a device, not cash"),
        ({"signed": False}, "signs the record"),
    ],
)
def test_what_is_missing_or_wrong_is_said(delivery, facts, words):
    support = delivery.supports[0]
    with pytest.raises(Refusal, match=words):
        delivery.hand_over(support, 1, **facts)
    support.refresh_from_db()
    assert support.state == "approved"


def cash(delivery):
    """The first household gets cash instead."""
    support = delivery.supports[0]
    Support.objects.filter(pk=support.pk).update(form="cash")
    type(delivery.round).objects.filter(pk=delivery.round.pk).update(cash_amount=500_000)
    support.refresh_from_db()
    return support


PAID = {
    "handed_on": HANDED, "invoice_number": "HD-12", "invoice_date": date(2022, 12, 12),
    "seller": "Cửa hàng A", "invoice_amount": 1_890_000, "cash_amount": 500_000, "payment_means": "cash",
}  # fmt: skip


def test_cash_is_paid_on_an_invoice_and_to_the_dong(delivery, cast):
    support, officer = cash(delivery), cast("hue-481")
    for facts, words in (
        ({"invoice_date": date(2022, 12, 11)}, "from 12/12/2022 on"),
        ({"invoice_date": date(2024, 3, 2)}, "dated after the day"),
        ({"invoice_number": " "}, "number of the invoice"),
        ({"seller": ""}, "seller"),
        ({"invoice_amount": None}, "price on the invoice"),
        ({"cash_amount": 400_000}, "400.000 VND were paid; the support is 500.000 VND"),
        ({"payment_means": ""}, "in cash or by bank transfer"),
        ({"imei": imei(1)}, "cash, not a device"),
    ):
        with pytest.raises(Refusal, match=words):
            record_hand_over(support, actor=officer, **(PAID | facts))
    hand_over = record_hand_over(support, actor=officer, **PAID)
    assert (hand_over.cash_amount, hand_over.device) == (500_000, None)


def test_who_left_poverty_since_goes_on_hold_and_gets_nothing(delivery, cast):
    support = delivery.supports[0]
    spells = PovertySpell.objects.filter(household=support.household)
    spells.update(valid_to=date(2024, 2, 20))
    with pytest.raises(Refusal, match=r"on hold, and the department decides"):
        delivery.hand_over(support, 1)
    support.refresh_from_db()
    assert (support.state, support.hold_reason) == ("on_hold", "left_register")
    assert Device.objects.get(imei=imei(1)).place == DevicePlace.DISTRICT
    assert not HandOver.objects.exists()
    # The department lets it go on: then the same loss holds nothing up any more.
    release_support(support, actor=cast("hue-dic"), reason="Được nhận theo kết luận của Sở")
    delivery.hand_over(support, 1)
    kept = EligibilitySnapshot.objects.get(support=support, moment="hand_over")
    assert kept.failed == ["class_as_of"]


def test_the_day_of_the_hand_over_decides_not_the_day_it_is_recorded(delivery):
    support = delivery.supports[0]
    PovertySpell.objects.filter(household=support.household).update(valid_to=date(2024, 3, 10))
    delivery.hand_over(support, 1)
    support.refresh_from_db()
    assert support.state == "delivered"


def test_several_are_recorded_all_or_none(delivery, cast):
    rows = delivery.assigned()
    facts = [HandOverFacts(handed_on=HANDED, imei=imei(n)) for n in (1, 2, 2)]
    tellings = [Telling(row.pk, told) for row, told in zip(rows, facts, strict=True)]
    with pytest.raises(Refusal, match="stands twice among these"):
        record_hand_overs(tellings, actor=cast("hue-viettel"))
    assert not HandOver.objects.exists()
    assert Device.objects.filter(place=DevicePlace.DISTRICT).count() == 3
    tellings[2] = Telling(rows[2].pk, HandOverFacts(handed_on=HANDED, imei=imei(3)))
    record_hand_overs(tellings, actor=cast("hue-viettel"))
    assert Support.objects.filter(state="delivered").count() == 3
    assert Device.objects.filter(place=DevicePlace.HOUSEHOLD).count() == 3


def test_a_mistaken_record_is_reversed_and_can_be_recorded_anew(delivery, cast):
    support = delivery.assigned()[0]
    first = delivery.hand_over(support, 1)
    for who in ("hue-viettel", "hue-481", "hue-dic-leader"):
        with pytest.raises(PermissionDenied):
            reverse_hand_over(first, actor=cast(who), reason="Nhầm hộ")
    reverse_hand_over(first, actor=cast("hue-dic"), reason="Nhầm hộ")
    support.refresh_from_db()
    assert (support.state, support.delivered_on) == ("assigned", None)
    assert Device.objects.get(imei=imei(1)).place == DevicePlace.DISTRICT
    with pytest.raises(Refusal, match="Reversed"):
        reverse_hand_over(first, actor=cast("hue-dic"), reason="Nhầm hộ")
    second = delivery.hand_over(support, 1)
    assert second.number == f"{support.pk}/BBBG-L2"


def test_a_defective_device_is_swapped_and_both_stay_in_the_ledger(delivery, cast):
    support = delivery.supports[0]
    first = delivery.hand_over(support, 1)
    told = {"actor": cast("hue-481"), "back_to": "district", "day": date(2024, 3, 5), "reason": "Lỗi pin"}
    with pytest.raises(Refusal, match="the one the household has already"):
        swap_device(first, imei=imei(1), **told)
    with pytest.raises(Refusal, match="before the hand-over of 01/03/2024"):
        swap_device(first, imei=imei(2), **(told | {"day": date(2024, 2, 28)}))
    second = swap_device(first, imei=imei(2), **told)
    first.refresh_from_db()
    assert (first.state, first.reversed_reason) == ("reversed", "Lỗi pin")
    assert (second.state, second.device.imei) == ("recorded", imei(2))
    assert dict(Device.objects.values_list("imei", "place")) == {
        imei(1): "district", imei(2): "household", imei(3): "district",
    }  # fmt: skip
    assert Support.objects.get(pk=support.pk).state == "delivered"


def test_the_device_of_a_recovered_support_comes_back_and_can_be_given_again(delivery, cast):
    first, second, _third = delivery.supports
    record = delivery.hand_over(first, 1)
    with pytest.raises(Refusal, match="Recover the support first"):
        take_back_device(record, actor=cast("hue-481"), back_to="district", reason="Thu hồi")
    recover_support(first, actor=cast("hue-dic"), reason="Cấp sai đối tượng")
    take_back_device(record, actor=cast("hue-481"), back_to="district", reason="Thu hồi")
    delivery.hand_over(second, 1)
    assert HandOver.objects.filter(device__imei=imei(1)).exclude(state="reversed").count() == 1
