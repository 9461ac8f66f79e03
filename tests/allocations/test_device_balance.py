"""Random ways of devices: whatever happens in whatever order, the ledger balances and recomputes."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocations.choices import DevicePlace
from allocations.delivery.balance import balance_of, recompute
from allocations.delivery.places import OUTSIDE, WAYS, Move, counted, may_go, walk
from allocations.models import Device, DeviceMove, HandOver, Shipment
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import restore_device, write_off
from allocations.workflow.shipments import (
    cancel_shipment,
    devices_under_way,
    give_back,
    receive_shipment,
    send_back_to_province,
)
from allocations.workflow.taking_back import reverse_hand_over, swap_device
from smartphone_support.web.errors import Refusal

from .handing import Delivery, imei

PLACES = list(DevicePlace)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(PLACES)), max_size=60))
def test_a_walk_of_allowed_moves_has_no_fault_and_counts_every_device_once(steps):
    where: dict[int, str] = {}
    moves = []
    for device, to in steps:
        place = where.get(device, OUTSIDE)
        if may_go(place, to):
            moves.append(Move(device, place, to))
            where[device] = to
    found, faults = walk(moves)
    assert not faults
    assert {device: place for device, (place, _district) in found.items()} == where
    assert sum(counted(found).values()) == len({move.device for move in moves})


@given(st.sampled_from([OUTSIDE, *PLACES]), st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_a_move_that_does_not_follow_is_a_fault(said, was, to):
    moves = [Move(1, OUTSIDE, DevicePlace.PROVINCE), Move(1, said, to)]
    _where, faults = walk(moves)
    follows = said == DevicePlace.PROVINCE and to in WAYS[DevicePlace.PROVINCE]
    assert bool(faults) != follows


@pytest.fixture
def delivery(a_luoi, story, cast):
    delivery = Delivery(story, cast, [a_luoi])
    delivery.taken_in(*range(1, 9))
    return delivery


STEPS = (
    "send", "receive", "receive_short", "cancel", "hand_over", "reverse", "swap", "send_back", "give_back",
    "write_off", "restore",
)  # fmt: skip


def take(delivery, cast, name, pick):
    """One step on whatever row `pick` comes to; a refusal is an answer like any other."""
    day = date(2024, 3, 1)
    reason = "Thử"

    def one(rows):
        rows = list(rows)
        return rows[pick % len(rows)] if rows else None

    device = one(Device.objects.order_by("pk"))
    shipment = one(Shipment.objects.filter(kind__in=["dispatch", "return"]).order_by("pk"))
    record = one(HandOver.objects.order_by("pk"))
    officer, district = cast("hue-dic"), cast("hue-481")
    if name == "send":
        delivery.sent(count=1 + pick % 3, number=f"GH-{pick}")
    elif name in ("receive", "receive_short") and shipment:
        actor = district if shipment.kind == "dispatch" else officer
        missing = [row.pk for row in devices_under_way(shipment)][: int(name == "receive_short")]
        receive_shipment(shipment, actor=actor, missing=missing, reason=reason)
    elif name == "cancel" and shipment:
        cancel_shipment(shipment, actor=officer if shipment.kind == "dispatch" else district, reason=reason)
    elif name == "hand_over":
        support = delivery.supports[pick % 3]
        record_hand_over(support, actor=district, handed_on=day, imei=device.imei)
    elif name == "reverse" and record:
        reverse_hand_over(record, actor=officer, reason=reason)
    elif name == "swap" and record:
        swap_device(record, actor=district, imei=device.imei, back_to="district", day=day, reason=reason)
    elif name == "send_back":
        send_back_to_province([device], actor=district, number="TL", day=day, reason=reason)
    elif name == "give_back":
        give_back([device], actor=officer, number="TN", day=day, reason=reason)
    elif name == "write_off":
        write_off(device, actor=officer, reason=reason)
    elif name == "restore":
        restore_device(device, actor=officer, reason=reason)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 50)), min_size=5, max_size=12))
def test_whatever_is_done_with_devices_the_ledger_balances(delivery, cast, steps):
    for name, pick in steps:
        try:
            take(delivery, cast, name, pick)
        except (Refusal, PermissionDenied):
            continue
    ledger = recompute()
    assert ledger.is_sound, ledger
    assert sum(ledger.places.values()) == 8
    balance = balance_of(delivery.round, cast("hue-dic"))
    assert balance.balances
    assert balance.taken_in == 8
    assert balance.total.delivered == ledger.places.get(DevicePlace.HOUSEHOLD, 0)


def test_the_command_says_where_every_device_is(delivery):
    out = StringIO()
    call_command("verify_devices", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["sound"]
    assert said["places"] == {"province": 8}


def test_the_command_finds_a_device_moved_behind_the_ledgers_back(delivery):
    Device.objects.filter(imei=imei(1)).update(place="written_off")
    DeviceMove.objects.create(
        device=Device.objects.get(imei=imei(2)), from_place="district", to_place="household",
        moved_by=delivery.cast("hue-dic"),
    )  # fmt: skip
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_devices", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["elsewhere"] == sorted(
        Device.objects.filter(imei__in=[imei(1), imei(2)]).values_list("pk", flat=True)
    )
    assert said["broken_chains"] == [Device.objects.get(imei=imei(2)).pk]
