"""The ledger of devices: taken in, moved, written off, found again. What is sent on the way: `shipments`.

Every move is a row that never changes; a device is where its last move put it. A device leaves a place only
if it is still there: two people sending the same one get it sent once.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import ContributionKind, DeviceKind, DevicePlace, ShipmentKind, ShipmentState
from ..delivery.imei import read_imei
from ..delivery.places import OUTSIDE, may_go
from ..models import AllocationRound, Contribution, Device, DeviceMove, Shipment
from ..permits.delivery import (
    is_operator,
    may_manage_device,
    may_manage_devices,
    may_write_off,
)
from .steps import need_reason, require, step

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
    check_paper(number, day)
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
        after = {"devices": len(devices), "declared": declared, "model": model, **said(stock)}
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
    Refuses more devices of a contribution than were received of it, and any of a round that gives cash.
    """
    _refuse_cash(stock)
    if stock.contribution is not None:
        _refuse_beyond(stock.contribution, len(devices))
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


def _refuse_beyond(contribution: Contribution, more: int) -> None:
    """The ledger holds no more devices of a contribution than its donor gave.

    A device given back to the supplier makes room for the one that comes for it.
    """
    rows = Contribution.objects.select_for_update(no_key=True, of=("self",))
    contribution = rows.get(pk=contribution.pk)
    received = contribution.received if contribution.kind == ContributionKind.DEVICES else 0
    there = Device.objects.filter(contribution=contribution).exclude(place=DevicePlace.SUPPLIER).count()
    if there + more > received:
        raise Refusal(
            _(
                "Of “%(donor)s” %(received)s devices were received and %(there)s are in the ledger: %(more)s "
                "more cannot be taken in. Record the receipt of the contribution first."
            )
            % {
                "donor": contribution,
                "received": localize(received),
                "there": localize(there),
                "more": localize(more),
            }
        )


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


def write_off(device: Device, *, actor: Any, reason: str) -> Device:
    """A device is lost, stolen or beyond repair; it stays in the ledger as such.

    Only the department writes off: what an operator reports waits to be examined.
    """
    reason = need_reason(reason)
    with step():
        (device,) = locked_devices(Device.objects.filter(pk=device.pk))
        require(may_manage_device(actor, device))
        if not may_write_off(actor, device):
            return _report(device, actor, reason)
        if device.place == DevicePlace.HOUSEHOLD:
            raise Refusal(
                _("This device is with a household: swap it there, or recover the support, before that.")
            )
        before = {"place": device.place}
        move_devices([device], DevicePlace.WRITTEN_OFF, actor=actor, reason=reason)
        after = {"place": device.place}
        record("allocations.device.write_off", device, actor=actor, before=before, after=after, reason=reason)
    return device


def _report(device: Device, actor: Any, reason: str) -> Device:
    """Inside the step: an operator says that a device of its stock is lost or broken."""
    before = {"place": device.place}
    district = device.district
    move_devices([device], DevicePlace.EXAMINE, actor=actor, district=district, reason=reason)
    after = {"place": device.place}
    record("allocations.device.report_lost", device, actor=actor, before=before, after=after, reason=reason)
    return device


def restore_device(device: Device, *, actor: Any, reason: str) -> Device:
    """A written-off device is found, the supplier sends one back, or the department examined one and it is
    sound: it stands at the province again.
    """
    reason = need_reason(reason)
    with step():
        if device.contribution is not None:
            enter_ledger()
        (device,) = locked_devices(Device.objects.filter(pk=device.pk))
        require(may_manage_device(actor, device))
        if device.place == DevicePlace.EXAMINE:
            require(may_write_off(actor, device))
        elif device.place not in (DevicePlace.WRITTEN_OFF, DevicePlace.SUPPLIER):
            raise Refusal(_not_there(device, DevicePlace.PROVINCE))
        if device.place == DevicePlace.SUPPLIER and device.contribution is not None:
            _refuse_beyond(device.contribution, 1)
        before = {"place": device.place}
        move_devices([device], DevicePlace.PROVINCE, actor=actor, reason=reason)
        after = {"place": device.place}
        record("allocations.device.restore", device, actor=actor, before=before, after=after, reason=reason)
    return device


def locked_devices(rows: Any) -> list[Device]:
    """In the order of their keys, so that two shipments never wait for each other."""
    related = rows.select_related("district", "round", "contribution", "operator")
    return list(related.select_for_update(of=("self",)).order_by("pk"))


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


def check_paper(number: str, day: date) -> None:
    """Refuse a paper without a number or of a day to come."""
    if not number.strip():
        raise Refusal(_("The number of the paper is missing."))
    if day > timezone.localdate():
        raise Refusal(_("The paper's date lies in the future."))


def said(stock: Stock) -> dict[str, Any]:
    """The stock in plain words, for the record."""
    known = {"round": stock.round, "contribution": stock.contribution, "operator": stock.operator}
    return {name: str(row) for name, row in known.items() if row is not None}
