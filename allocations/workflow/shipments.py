"""Devices on the way: sent to a district, received, found, called back, sent back, given back.

Every shipment has its paper; what did not arrive stays on the way until it is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import DevicePlace, ShipmentKind, ShipmentState
from ..happenings import tell_received
from ..models import Device, DeviceMove, Shipment
from ..permits.delivery import (
    is_operator,
    may_manage_device,
    may_manage_devices,
    may_receive,
    may_return_from,
    may_send_shipment,
)
from .devices import Stock, check_paper, listed, locked_devices, move_devices, said
from .steps import locked, move, need_reason, require, require_state, step


def dispatch(
    stock: Stock,
    district: AdministrativeArea,
    *,
    actor: Any,
    number: str,
    day: date,
    count: int = 0,
    imeis: Collection[str] = (),
) -> Shipment:
    """Send devices of this stock to a district: those named by IMEI, or the first `count` at the province."""
    check_paper(number, day)
    if bool(count) == bool(imeis):
        raise Refusal(_("Say how many devices are sent, or name them by IMEI: one of the two."))
    with step():
        require(may_manage_devices(actor, stock.program))
        require(not is_operator(actor) or stock.operator == actor.organisation)
        _lock_stock(stock)
        if district.parent_id != stock.program.province_id:
            raise Refusal(_("%(district)s is not in this province.") % {"district": district.name})
        rows = locked_devices(Device.objects.filter(**stock.as_fields()))
        chosen = _by_imei(rows, imeis) if imeis else _by_count(rows, count)
        shipment = Shipment.objects.create(
            province=stock.program.province, **stock.as_fields(), kind=ShipmentKind.DISPATCH,
            district=district, number=number.strip(), date=day, declared=len(chosen), created_by=actor,
        )  # fmt: skip
        move_devices(chosen, DevicePlace.TO_DISTRICT, actor=actor, district=district, shipment=shipment)
        after = {"devices": len(chosen), "district": district.name, **said(stock)}
        record("allocations.shipment.dispatch", shipment, actor=actor, after=after)
    return shipment


def cancel_shipment(shipment: Shipment, *, actor: Any, reason: str) -> Shipment:
    """Call back a shipment nobody has received yet: its devices are where they were sent from."""
    reason = need_reason(reason)
    with step():
        shipment = _locked_shipment(shipment)
        require(may_send_shipment(actor, shipment))
        require_state(shipment, {ShipmentState.SENT})
        rows = devices_under_way(shipment, lock=True)
        sent_back = shipment.kind == ShipmentKind.RETURN
        place = DevicePlace.DISTRICT if sent_back else DevicePlace.PROVINCE
        district = shipment.district if sent_back else None
        move_devices(rows, place, actor=actor, district=district, shipment=shipment, reason=reason)
        move(shipment, ShipmentState.CANCELLED)
        after = {"devices": len(rows)}
        record("allocations.shipment.cancel", shipment, actor=actor, after=after, reason=reason)
    return shipment


def receive_shipment(
    shipment: Shipment, *, actor: Any, missing: Collection[int] = (), reason: str = ""
) -> Shipment:
    """Confirm what arrived. `missing`: ids of devices that did not; they stay on the way until found."""
    if missing:
        reason = need_reason(reason)
    with step():
        shipment = _locked_shipment(shipment)
        require(may_receive(actor, shipment))
        require_state(shipment, {ShipmentState.SENT})
        rows = devices_under_way(shipment, lock=True)
        absent = {row.pk for row in rows} & set(missing)
        if len(absent) != len(set(missing)):
            raise Refusal(_("A device said to be missing is not in this shipment; look at the page again."))
        arrived = [row for row in rows if row.pk not in absent]
        _arrive(shipment, arrived, actor, reason="")
        move(
            shipment,
            ShipmentState.RECEIVED,
            received=len(arrived),
            difference_reason=reason,
            received_by=actor,
            received_at=timezone.now(),
        )
        after = {"received": len(arrived), "declared": shipment.declared, "missing": len(absent)}
        tell_received(shipment, actor=actor)
        record("allocations.shipment.receive", shipment, actor=actor, after=after, reason=reason)
    return shipment


def receive_found(shipment: Shipment, *, actor: Any, found: Collection[int], reason: str) -> Shipment:
    """Take in devices of a received shipment that were missing and have been found."""
    reason = need_reason(reason)
    with step():
        shipment = _locked_shipment(shipment)
        require(may_receive(actor, shipment))
        require_state(shipment, {ShipmentState.RECEIVED})
        rows = [row for row in devices_under_way(shipment, lock=True) if row.pk in set(found)]
        if not rows or len(rows) != len(set(found)):
            raise Refusal(_("A device said to be found is not missing any more; look at the page again."))
        _arrive(shipment, rows, actor, reason=reason)
        move(shipment, shipment.state, received=(shipment.received or 0) + len(rows))
        after = {"received": shipment.received, "found": len(rows)}
        tell_received(shipment, actor=actor)
        record("allocations.shipment.find", shipment, actor=actor, after=after, reason=reason)
    return shipment


def send_back_to_province(
    devices: Iterable[Device], *, actor: Any, number: str, day: date, reason: str
) -> Shipment:
    """A district sends devices back to the stock they came from."""
    reason = need_reason(reason)
    check_paper(number, day)
    with step():
        rows = locked_devices(Device.objects.filter(pk__in=[row.pk for row in devices]))
        first = _one_stock(rows)
        shipment = Shipment(
            province_id=first.province_id, round_id=first.round_id, contribution_id=first.contribution_id,
            operator_id=first.operator_id, kind=ShipmentKind.RETURN, district_id=first.district_id,
            number=number.strip(), date=day, declared=len(rows), created_by=actor,
        )  # fmt: skip
        require(first.place == DevicePlace.DISTRICT and may_return_from(actor, shipment))
        if any(row.district_id != first.district_id for row in rows):
            raise Refusal(_("The devices are in different districts: send them back district by district."))
        shipment.save()
        move_devices(
            rows, DevicePlace.TO_PROVINCE, actor=actor, district=shipment.district, shipment=shipment,
            reason=reason,
        )  # fmt: skip
        after = {"devices": len(rows)}
        record("allocations.shipment.return_devices", shipment, actor=actor, after=after, reason=reason)
    return shipment


def give_back(devices: Iterable[Device], *, actor: Any, number: str, day: date, reason: str) -> Shipment:
    """Give devices at the province back to the supplier."""
    reason = need_reason(reason)
    check_paper(number, day)
    with step():
        rows = locked_devices(Device.objects.filter(pk__in=[row.pk for row in devices]))
        first = _one_stock(rows)
        require(all(may_manage_device(actor, row) for row in rows))
        shipment = Shipment.objects.create(
            province_id=first.province_id, round_id=first.round_id, contribution_id=first.contribution_id,
            operator_id=first.operator_id, kind=ShipmentKind.BACK, number=number.strip(), date=day,
            declared=len(rows), received=len(rows), state=ShipmentState.RECEIVED, created_by=actor,
        )  # fmt: skip
        move_devices(rows, DevicePlace.SUPPLIER, actor=actor, shipment=shipment, reason=reason)
        after = {"devices": len(rows)}
        record("allocations.shipment.give_to_supplier", shipment, actor=actor, after=after, reason=reason)
    return shipment


def devices_under_way(shipment: Shipment, *, lock: bool = False) -> list[Device]:
    """The devices of this shipment that are still on the way, in the order of their keys."""
    sent_back = shipment.kind == ShipmentKind.RETURN
    place = DevicePlace.TO_PROVINCE if sent_back else DevicePlace.TO_DISTRICT
    # The last move that sent a device on its way names the shipment it travels with.
    keys = DeviceMove.objects.filter(shipment=shipment, to_place=place).values("device_id")
    later = DeviceMove.objects.filter(to_place=place, shipment_id__gt=shipment.pk).values("device_id")
    rows = Device.objects.filter(pk__in=keys, place=place).exclude(pk__in=later)
    return locked_devices(rows) if lock else list(rows.order_by("imei"))


def _arrive(shipment: Shipment, rows: list[Device], actor: Any, *, reason: str) -> None:
    if not rows:
        return
    sent_back = shipment.kind == ShipmentKind.RETURN
    place = DevicePlace.PROVINCE if sent_back else DevicePlace.DISTRICT
    district = None if sent_back else shipment.district
    move_devices(rows, place, actor=actor, district=district, shipment=shipment, reason=reason)


def _locked_shipment(shipment: Shipment) -> Shipment:
    return locked(Shipment.objects.select_related("province", "district"), shipment.pk)


def _lock_stock(stock: Stock) -> None:
    """Two people who both ask for "the first hundred" follow each other.

    The key stays free: rows that only refer to the round, such as new devices, need not wait.
    """
    owner: Any = stock.round or stock.contribution
    type(owner)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=owner.pk)


def _by_count(rows: list[Device], count: int) -> list[Device]:
    there = [row for row in rows if row.place == DevicePlace.PROVINCE]
    if count < 1 or len(there) < count:
        raise Refusal(
            _("%(count)s devices are to be sent, %(there)s of this stock are at the province.")
            % {"count": localize(count), "there": localize(len(there))}
        )
    return there[:count]


def _by_imei(rows: list[Device], imeis: Collection[str]) -> list[Device]:
    known = {row.imei: row for row in rows}
    unknown = [imei for imei in imeis if imei not in known]
    if unknown:
        raise Refusal(
            _("Not in this stock's ledger: %(imeis)s. Take these devices in first.")
            % {"imeis": listed(unknown)}
        )
    return [known[imei] for imei in sorted(set(imeis))]


def _one_stock(rows: list[Device]) -> Device:
    if not rows:
        raise Refusal(_("Choose at least one device."))
    stocks = {(row.round_id, row.contribution_id, row.operator_id) for row in rows}
    if len(stocks) > 1:
        raise Refusal(_("The devices belong to different rounds or operators: one shipment for each."))
    return rows[0]
