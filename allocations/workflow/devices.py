"""The ledger of devices: taken in, sent, received, sent back, given back, written off.

Every move is a row that never changes; a device is where its last move put it. A device leaves a place only
if it is still there: two people sending the same one get it sent once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import DeviceKind, DevicePlace, ShipmentKind, ShipmentState
from ..delivery.imei import read_imei
from ..delivery.places import OUTSIDE, may_go
from ..models import AllocationRound, Contribution, Device, DeviceMove, Shipment
from ..permits.delivery import (
    is_operator,
    may_manage_device,
    may_manage_devices,
    may_receive,
    may_return_from,
    may_send_shipment,
)
from .steps import locked, move, need_reason, require, require_state, step

_SHOWN = 5
#: The lock of whoever brings numbers into the ledger; any number that nothing else locks.
_LEDGER = 350_693


@dataclass(frozen=True, slots=True)
class Stock:
    """What devices belong to: a round or a contribution, and the operator that holds them, if one does."""

    round: AllocationRound | None = None
    contribution: Contribution | None = None
    operator: Organisation | None = None

    @property
    def program(self) -> Program:
        owner = self.round or self.contribution
        if owner is None:
            raise ValueError("a stock belongs to a round or to a contribution")
        return owner.program

    @property
    def device_kind(self) -> str:
        owner = self.round or self.contribution
        kind = owner.device_kind if owner is not None else ""
        return kind if kind in (DeviceKind.SMARTPHONE, DeviceKind.TABLET) else DeviceKind.SMARTPHONE

    def as_fields(self) -> dict[str, Any]:
        return {"round": self.round, "contribution": self.contribution, "operator": self.operator}


@dataclass(frozen=True, slots=True)
class NewDevice:
    """One line of the supplier's list."""

    imei: str
    imei2: str = ""
    serial: str = ""
    model: str = ""


def take_in(
    stock: Stock,
    *,
    actor: Any,
    devices: Sequence[NewDevice],
    model: str,
    number: str,
    day: date,
    declared: int | None = None,
    reason: str = "",
) -> Shipment:
    """Take devices in from the supplier: they stand at the province from here on.

    `declared` is the number on the supplier's paper; another number than that of the devices needs a reason.
    Refuses an IMEI that is already in the ledger, or twice in the list, by name.
    """
    if not devices:
        raise Refusal(_("There is no IMEI in the list."))
    _check_paper(number, day)
    declared = len(devices) if declared is None else declared
    if declared != len(devices):
        reason = need_reason(reason)
    with step():
        require(may_manage_devices(actor, stock.program))
        require(not is_operator(actor) or stock.operator == actor.organisation)
        _refuse_cash(stock)
        enter_ledger()
        _refuse_known(devices)
        province = stock.program.province
        shipment = Shipment.objects.create(
            province=province, **stock.as_fields(), kind=ShipmentKind.INTAKE, number=number.strip(), date=day,
            declared=declared, received=len(devices), state=ShipmentState.RECEIVED, difference_reason=reason,
            created_by=actor, received_by=actor, received_at=timezone.now(),
        )  # fmt: skip
        create_devices(stock, devices, actor=actor, model=model, shipment=shipment)
        after = {"devices": len(devices), "declared": declared, "model": model, **_said(stock)}
        record("allocations.shipment.take_in", shipment, actor=actor, after=after, reason=reason)
    return shipment


def enter_ledger() -> None:
    """Bring numbers in one after the other until the commit; taken before anything else is locked.

    A phone's second IMEI may be another list's first one. No constraint looks over both columns, and two
    people at once would each not see the other's. On SQLite the whole transaction has one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER])


def create_devices(
    stock: Stock,
    devices: Sequence[NewDevice],
    *,
    actor: Any,
    model: str = "",
    shipment: Shipment | None = None,
    reason: str = "",
) -> list[Device]:
    """New devices at the province with their first move; inside the caller's step.

    In the order of their numbers, so that two lists with the same numbers never wait for each other.
    """
    rows = [
        Device(
            province=stock.program.province, **stock.as_fields(), kind=stock.device_kind,
            model=(new.model or model).strip(), imei=new.imei, imei2=new.imei2, serial=new.serial,
            place=DevicePlace.PROVINCE,
        )
        for new in sorted(devices, key=lambda new: new.imei)
    ]  # fmt: skip
    if any(not row.model for row in rows):
        raise Refusal(_("Say which make and model the devices are."))
    Device.objects.bulk_create(rows, batch_size=500)
    DeviceMove.objects.bulk_create(
        [
            DeviceMove(
                device=row, from_place=OUTSIDE, to_place=DevicePlace.PROVINCE, shipment=shipment,
                moved_by=actor, reason=reason,
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip
    return rows


def move_devices(devices: Sequence[Device], to: str, *, actor: Any, **known: Any) -> None:
    """Move locked devices and write the ledger; inside the caller's step.

    `known`: district, shipment, hand_over, reason. Refuses a device that may not go there from where it is,
    and when somebody else was faster.
    """
    district = known.get("district")
    by_place: dict[str, list[Device]] = {}
    for device in devices:
        if not may_go(device.place, to):
            raise Refusal(_not_there(device, to))
        by_place.setdefault(device.place, []).append(device)
    for place, rows in by_place.items():
        keys = [row.pk for row in rows]
        changed = Device.objects.filter(pk__in=keys, place=place).update(place=to, district=district)
        if changed != len(keys):
            raise Refusal(_("Somebody else was faster; look at the page again."))
    DeviceMove.objects.bulk_create(
        [
            DeviceMove(device=device, from_place=device.place, to_place=to, moved_by=actor, **known)
            for device in devices
        ],
        batch_size=500,
    )
    for device in devices:
        device.place, device.district = to, district


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
    _check_paper(number, day)
    if bool(count) == bool(imeis):
        raise Refusal(_("Say how many devices are sent, or name them by IMEI: one of the two."))
    with step():
        require(may_manage_devices(actor, stock.program))
        require(not is_operator(actor) or stock.operator == actor.organisation)
        _lock_stock(stock)
        if district.parent_id != stock.program.province_id:
            raise Refusal(_("%(district)s is not in this province.") % {"district": district.name})
        rows = _locked_devices(Device.objects.filter(**stock.as_fields()))
        chosen = _by_imei(rows, imeis) if imeis else _by_count(rows, count)
        shipment = Shipment.objects.create(
            province=stock.program.province, **stock.as_fields(), kind=ShipmentKind.DISPATCH,
            district=district, number=number.strip(), date=day, declared=len(chosen), created_by=actor,
        )  # fmt: skip
        move_devices(chosen, DevicePlace.TO_DISTRICT, actor=actor, district=district, shipment=shipment)
        after = {"devices": len(chosen), "district": district.name, **_said(stock)}
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
        record("allocations.shipment.find", shipment, actor=actor, after=after, reason=reason)
    return shipment


def send_back_to_province(
    devices: Iterable[Device], *, actor: Any, number: str, day: date, reason: str
) -> Shipment:
    """A district sends devices back to the stock they came from."""
    reason = need_reason(reason)
    _check_paper(number, day)
    with step():
        rows = _locked_devices(Device.objects.filter(pk__in=[row.pk for row in devices]))
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
    _check_paper(number, day)
    with step():
        rows = _locked_devices(Device.objects.filter(pk__in=[row.pk for row in devices]))
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


def write_off(device: Device, *, actor: Any, reason: str) -> Device:
    """A device is lost, stolen or beyond repair; it stays in the ledger as such."""
    reason = need_reason(reason)
    with step():
        (device,) = _locked_devices(Device.objects.filter(pk=device.pk))
        require(may_manage_device(actor, device))
        if device.place == DevicePlace.HOUSEHOLD:
            raise Refusal(
                _("This device is with a household: swap it there, or recover the support, before that.")
            )
        before = {"place": device.place}
        move_devices([device], DevicePlace.WRITTEN_OFF, actor=actor, reason=reason)
        after = {"place": device.place}
        record("allocations.device.write_off", device, actor=actor, before=before, after=after, reason=reason)
    return device


def restore_device(device: Device, *, actor: Any, reason: str) -> Device:
    """A written-off device is found, or the supplier sends one back: it stands at the province again."""
    reason = need_reason(reason)
    with step():
        (device,) = _locked_devices(Device.objects.filter(pk=device.pk))
        require(may_manage_device(actor, device))
        if device.place not in (DevicePlace.WRITTEN_OFF, DevicePlace.SUPPLIER):
            raise Refusal(_not_there(device, DevicePlace.PROVINCE))
        before = {"place": device.place}
        move_devices([device], DevicePlace.PROVINCE, actor=actor, reason=reason)
        after = {"place": device.place}
        record("allocations.device.restore", device, actor=actor, before=before, after=after, reason=reason)
    return device


def devices_under_way(shipment: Shipment, *, lock: bool = False) -> list[Device]:
    """The devices of this shipment that are still on the way, in the order of their keys."""
    sent_back = shipment.kind == ShipmentKind.RETURN
    place = DevicePlace.TO_PROVINCE if sent_back else DevicePlace.TO_DISTRICT
    # The last move that sent a device on its way names the shipment it travels with.
    keys = DeviceMove.objects.filter(shipment=shipment, to_place=place).values("device_id")
    later = DeviceMove.objects.filter(to_place=place, shipment_id__gt=shipment.pk).values("device_id")
    rows = Device.objects.filter(pk__in=keys, place=place).exclude(pk__in=later)
    return _locked_devices(rows) if lock else list(rows.order_by("imei"))


def _arrive(shipment: Shipment, rows: list[Device], actor: Any, *, reason: str) -> None:
    if not rows:
        return
    sent_back = shipment.kind == ShipmentKind.RETURN
    place = DevicePlace.PROVINCE if sent_back else DevicePlace.DISTRICT
    district = None if sent_back else shipment.district
    move_devices(rows, place, actor=actor, district=district, shipment=shipment, reason=reason)


def _locked_devices(rows: Any) -> list[Device]:
    related = rows.select_related("district", "round", "contribution", "operator")
    return list(related.select_for_update(of=("self",)).order_by("pk"))


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


def _refuse_cash(stock: Stock) -> None:
    if stock.round is not None and stock.round.device_kind == DeviceKind.CASH:
        raise Refusal(_("This round gives cash: it has no devices."))


def _refuse_known(devices: Sequence[NewDevice]) -> None:
    numbers = [imei for new in devices for imei in (new.imei, new.imei2) if imei]
    bad = [found for found in map(read_imei, numbers) if not found.is_good]
    if bad:
        raise Refusal(bad[0].sentence)
    twice = sorted({imei for imei in numbers if numbers.count(imei) > 1}) if _has_twins(numbers) else []
    if twice:
        raise Refusal(_("Twice in the list: %(imeis)s.") % {"imeis": listed(twice)})
    known = known_imeis(numbers)
    if known:
        raise Refusal(_("Already in the ledger: %(imeis)s.") % {"imeis": listed(sorted(known))})


def _has_twins(numbers: Sequence[str]) -> bool:
    return len(numbers) != len(set(numbers))


def known_imeis(numbers: Sequence[str]) -> set[str]:
    """Which of these numbers a device of the ledger has, as its first or second IMEI."""
    found: set[str] = set()
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        rows = Device.objects.filter(Q(imei__in=part) | Q(imei2__in=part)).values_list("imei", "imei2")
        found |= {imei for pair in rows for imei in pair if imei}
    return found & set(numbers)


def listed(words: Sequence[str]) -> str:
    """ "a, b, c" and how many more there are."""
    shown, more = ", ".join(words[:_SHOWN]), len(words) - _SHOWN
    return shown if more <= 0 else _("%(rows)s and %(more)s more") % {"rows": shown, "more": more}


def _not_there(device: Device, to: str) -> str:
    return _("Device %(imei)s is now “%(place)s”: it cannot become “%(to)s” from there.") % {
        "imei": device.imei,
        "place": device.get_place_display(),
        "to": DevicePlace(to).label,
    }


def _check_paper(number: str, day: date) -> None:
    if not number.strip():
        raise Refusal(_("The number of the paper is missing."))
    if day > timezone.localdate():
        raise Refusal(_("The paper's date lies in the future."))


def _said(stock: Stock) -> dict[str, Any]:
    """The stock in plain words, for the record."""
    known = {"round": stock.round, "contribution": stock.contribution, "operator": stock.operator}
    return {name: str(row) for name, row in known.items() if row is not None}
