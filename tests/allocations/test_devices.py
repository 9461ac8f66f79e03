"""The ledger of devices: nothing appears, nothing vanishes, nobody sends what is not theirs."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from allocations.choices import DevicePlace
from allocations.delivery.places import Move, walk
from allocations.models import Device, DeviceMove, Shipment
from allocations.workflow.devices import NewDevice, Stock, restore_device, take_in, write_off
from allocations.workflow.shipments import (
    cancel_shipment,
    devices_under_way,
    dispatch,
    give_back,
    receive_found,
    receive_shipment,
    send_back_to_province,
)
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .handing import Delivery, imei


@pytest.fixture
def delivery(a_luoi, story, cast):
    """A Lưới's list is approved: three households wait for a phone."""
    return Delivery(story, cast, [a_luoi])


def places():
    return Counter(Device.objects.values_list("place", flat=True))


def whole():
    """The ledger walked from its first row: where everything is, and that it is where the rows say."""
    rows = DeviceMove.objects.order_by("id")
    where, faults = walk(
        Move(*row) for row in rows.values_list("device_id", "from_place", "to_place", "district_id")
    )
    assert not faults
    assert where == {row.pk: (row.place, row.district_id) for row in Device.objects.all()}
    return where


def test_what_is_taken_in_stands_at_the_province(delivery):
    shipment = delivery.taken_in(1, 2, 3)
    assert (shipment.declared, shipment.received, shipment.state) == (3, 3, "received")
    assert places() == {DevicePlace.PROVINCE: 3}
    assert len(whole()) == 3
    assert AuditEntry.objects.filter(action="allocations.shipment.take_in").count() == 1


def test_another_number_than_on_the_paper_needs_a_reason(delivery):
    with pytest.raises(Refusal, match="reason"):
        delivery.taken_in(1, 2, declared=3)
    delivery.taken_in(1, 2, declared=3, reason="Thiếu một máy, nhà cung cấp giao sau")
    assert Shipment.objects.get().difference_reason.startswith("Thiếu một máy")


def test_an_imei_is_taken_in_once_as_first_or_second(delivery):
    delivery.taken_in(1)
    with pytest.raises(Refusal, match=f"Already in the ledger: {imei(1)}"):
        delivery.taken_in(2, 1)
    again = [NewDevice(imei(5), imei2=imei(1))]
    with pytest.raises(Refusal, match="Already in the ledger"):
        take_in(
            Stock(delivery.round), actor=delivery.cast("hue-dic"), devices=again, model="M", number="1",
            day=date(2024, 2, 10),
        )  # fmt: skip
    with pytest.raises(Refusal, match="Twice in the list"):
        delivery.taken_in(3, 3)
    assert Device.objects.count() == 1


def test_devices_go_to_the_district_and_are_received_there(delivery, cast):
    delivery.taken_in(1, 2, 3)
    shipment = delivery.sent(count=2)
    assert places() == {DevicePlace.PROVINCE: 1, DevicePlace.TO_DISTRICT: 2}
    receive_shipment(shipment, actor=cast("hue-481"))
    assert places() == {DevicePlace.PROVINCE: 1, DevicePlace.DISTRICT: 2}
    assert len(whole()) == 3


def test_what_did_not_arrive_stays_on_the_way_until_it_is_found_or_written_off(delivery, cast):
    delivery.taken_in(1, 2, 3)
    shipment = delivery.sent(count=3)
    lost = [row.pk for row in devices_under_way(shipment)[:2]]
    with pytest.raises(Refusal, match="reason"):
        receive_shipment(shipment, actor=cast("hue-481"), missing=lost)
    shipment = receive_shipment(shipment, actor=cast("hue-481"), missing=lost, reason="Thiếu hai máy")
    assert (shipment.declared, shipment.received) == (3, 1)
    assert places() == {DevicePlace.TO_DISTRICT: 2, DevicePlace.DISTRICT: 1}
    shipment = receive_found(shipment, actor=cast("hue-481"), found=lost[:1], reason="Tìm thấy trên xe")
    assert shipment.received == 2
    write_off(Device.objects.get(pk=lost[1]), actor=cast("hue-dic"), reason="Mất trên đường")
    assert places() == {DevicePlace.DISTRICT: 2, DevicePlace.WRITTEN_OFF: 1}
    restore_device(Device.objects.get(pk=lost[1]), actor=cast("hue-dic"), reason="Đã tìm lại được")
    assert places() == {DevicePlace.DISTRICT: 2, DevicePlace.PROVINCE: 1}
    assert len(whole()) == 3


def test_a_shipment_is_called_back_only_while_it_is_on_the_way(delivery, cast):
    delivery.taken_in(1, 2)
    shipment = delivery.sent(count=2)
    cancel_shipment(shipment, actor=cast("hue-dic"), reason="Gửi nhầm huyện")
    assert places() == {DevicePlace.PROVINCE: 2}
    shipment = delivery.sent(count=2, number="PX-03")
    receive_shipment(shipment, actor=cast("hue-481"))
    with pytest.raises(Refusal, match="Received"):
        cancel_shipment(shipment, actor=cast("hue-dic"), reason="Gửi nhầm huyện")
    assert len(whole()) == 2


def test_a_cancelled_shipment_does_not_claim_the_devices_of_the_next(delivery, cast):
    delivery.taken_in(1)
    first = delivery.sent(count=1)
    cancel_shipment(first, actor=cast("hue-dic"), reason="Gửi nhầm")
    second = delivery.sent(count=1, number="PX-03")
    assert devices_under_way(first) == []
    assert len(devices_under_way(second)) == 1


def test_a_district_sends_back_and_the_province_gives_back_to_the_supplier(delivery, cast):
    devices = delivery.at_district(1, 2)
    back = send_back_to_province(
        devices[:1], actor=cast("hue-481"), number="TH-01", day=date(2024, 3, 1), reason="Máy lỗi màn hình"
    )
    assert places() == {DevicePlace.DISTRICT: 1, DevicePlace.TO_PROVINCE: 1}
    with pytest.raises(PermissionDenied):
        receive_shipment(back, actor=cast("hue-481"))
    receive_shipment(back, actor=cast("hue-dic"))
    devices[0].refresh_from_db()
    give_back(
        [devices[0]], actor=cast("hue-dic"), number="TL-01", day=date(2024, 3, 2), reason="Máy lỗi màn hình"
    )
    assert places() == {DevicePlace.DISTRICT: 1, DevicePlace.SUPPLIER: 1}
    assert len(whole()) == 2


def test_more_than_there_are_cannot_be_sent(delivery):
    delivery.taken_in(1, 2)
    with pytest.raises(Refusal, match="3 devices are to be sent, 2 of this stock are at the province"):
        delivery.sent(count=3)
    with pytest.raises(Refusal, match="Not in this stock's ledger"):
        delivery.sent(imeis=[imei(9)])
    delivery.sent(imeis=[imei(1)])
    with pytest.raises(Refusal, match="is now “On the way to a district”"):
        delivery.sent(imeis=[imei(1)], number="PX-03")
    assert Shipment.objects.filter(kind="dispatch").count() == 1


def test_another_province_or_district_has_no_hand_in_it(delivery, cast):
    delivery.taken_in(1)
    shipment = delivery.sent(count=1)
    for who in ("hue-474", "hue-dic", "daknong-dic", "hue-viettel", "hue-481-leader"):
        with pytest.raises(PermissionDenied):
            receive_shipment(shipment, actor=cast(who))
    with pytest.raises(PermissionDenied):
        take_in(
            Stock(delivery.round), actor=cast("daknong-dic"), devices=[NewDevice(imei(7))], model="M",
            number="1", day=date(2024, 2, 10),
        )  # fmt: skip
    with pytest.raises(Refusal, match="not in this province"):
        dispatch(
            Stock(delivery.round), cast.area("661"), actor=cast("hue-dic"), number="1",
            day=date(2024, 2, 12), count=1,
        )  # fmt: skip


def test_an_operator_moves_its_own_stock_and_no_other(delivery, cast):
    delivery.taken_in(1, operator="viettel")
    delivery.taken_in(2)
    own, common = Device.objects.get(imei=imei(1)), Device.objects.get(imei=imei(2))
    for device in (common, Device.objects.get(imei=imei(1))):
        who = "hue-vnpt" if device == own else "hue-viettel"
        with pytest.raises(PermissionDenied):
            write_off(device, actor=cast(who), reason="Mất")
    assert write_off(own, actor=cast("hue-viettel"), reason="Mất").place == "examine"
    assert list(Device.objects.visible_to(cast("hue-viettel"))) == [own]
    assert not Device.objects.visible_to(cast("hue-vnpt")).exists()
