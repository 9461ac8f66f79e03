"""What comes back: a mistaken record reversed, a defective device swapped, a recovered one taken back.

The support is locked first, then its record, then the devices. Nothing is deleted: a reversed record and
every move of a device stay in the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import DevicePlace, HandOverState, SupportState
from ..delivery.handing import HandOverFacts
from ..delivery.imei import read_imei
from ..models import Device, DeviceMove, HandOver, Support
from ..permits.delivery import may_reverse, may_swap
from .delivery import RELATED, Telling, device_refused, new_devices, record_numbers
from .devices import move_devices
from .steps import locked, move, need_reason, require, require_state, step

#: Where a device goes that comes back from a household.
BACK_TO = (
    DevicePlace.DISTRICT, DevicePlace.PROVINCE, DevicePlace.SUPPLIER, DevicePlace.EXAMINE,
    DevicePlace.WRITTEN_OFF,
)  # fmt: skip
#: Places of the district the device comes back in: the ledger names it.
_THERE = (DevicePlace.DISTRICT, DevicePlace.EXAMINE)


def reverse_hand_over(hand_over: HandOver, *, actor: Any, reason: str) -> HandOver:
    """Take a mistaken record back: the support waits again, the device is where it was before.

    Not once an acceptance holds it: then the device is swapped, or the support recovered.
    """
    reason = need_reason(reason)[:300]
    with step():
        support, hand_over = _locked_hand_over(hand_over)
        require(may_reverse(actor, hand_over))
        require_state(hand_over, {HandOverState.RECORDED})
        if hand_over.acceptance_id is not None:
            raise Refusal(
                _("This hand-over stands in the acceptance %(number)s: leave it out there first.")
                % {"number": hand_over.acceptance}
            )
        require_state(support, {SupportState.DELIVERED})
        if hand_over.device_id is not None:
            device = _lock_device(hand_over.device_id)
            came = DeviceMove.objects.filter(device=device, hand_over=hand_over).latest("id")
            district = support.district if came.from_place == DevicePlace.DISTRICT else None
            move_devices(
                [device], came.from_place, actor=actor, district=district, hand_over=hand_over, reason=reason
            )
        _reverse(hand_over, actor, reason)
        state = SupportState.ASSIGNED if support.operator_id else SupportState.APPROVED
        move(support, state, delivered_on=None, changed_at=timezone.now())
        before, after = {"state": SupportState.DELIVERED}, {"state": state, "hand_over": hand_over.pk}
        record("allocations.support.reverse", support, actor=actor, before=before, after=after, reason=reason)
    return hand_over


def swap_device(
    hand_over: HandOver, *, actor: Any, imei: str, back_to: str, day: date, reason: str, model: str = ""
) -> HandOver:
    """Give another device for a defective one; both stay in the ledger, and so do both records.

    `back_to`: where the old one goes; only the department writes it off, others leave it to be examined.
    What an acceptance confirmed stays confirmed: a household got a device.
    """
    reason = need_reason(reason)[:300]
    found = read_imei(imei)
    if not found.is_good:
        raise Refusal(found.sentence)
    _check_place(back_to)
    telling = Telling(hand_over.support_id, HandOverFacts(imei=found.number, model=model))
    with step():
        new_devices([telling], actor)
        support, hand_over = _locked_hand_over(hand_over)
        require(may_swap(actor, hand_over))
        _refuse_write_off(actor, hand_over, back_to)
        require_state(hand_over, {HandOverState.RECORDED, HandOverState.ACCEPTED})
        require_state(support, {SupportState.DELIVERED, SupportState.CONFIRMED})
        _check_swap_day(hand_over, day)
        if hand_over.device_id is None:
            raise Refusal(_("This household got cash: there is no device to swap."))
        both = Device.objects.filter(Q(pk=hand_over.device_id) | Q(imei=found.number) | Q(imei2=found.number))
        rows = {row.pk: row for row in both.select_for_update(of=("self",)).order_by("pk")}
        old = rows.pop(hand_over.device_id)
        if not rows:
            raise Refusal(_("The new device is the one the household has already: check the IMEI."))
        new = next(iter(rows.values()))
        refused = device_refused(new, support)
        if refused:
            raise Refusal(refused)
        state, acceptance = hand_over.state, hand_over.acceptance_id
        district = support.district if back_to in _THERE else None
        move_devices([old], back_to, actor=actor, district=district, hand_over=hand_over, reason=reason)
        after_swap = _copy(hand_over, new, state=state, day=day, actor=actor)
        if state == HandOverState.RECORDED and acceptance is not None:
            # An acceptance not confirmed yet counts the new record; a confirmed one keeps what it counted.
            after_swap.acceptance_id, hand_over.acceptance_id = acceptance, None
            HandOver.objects.filter(pk=hand_over.pk).update(acceptance=None)
        _reverse(hand_over, actor, reason)
        after_swap.save(force_insert=True)
        move_devices(
            [new], DevicePlace.HOUSEHOLD, actor=actor, district=support.district, hand_over=after_swap,
            reason=reason,
        )  # fmt: skip
        before, after = {"imei": old.imei}, {"imei": new.imei, "old_goes_to": back_to}
        record("allocations.support.swap", support, actor=actor, before=before, after=after, reason=reason)
    return after_swap


def take_back_device(hand_over: HandOver, *, actor: Any, back_to: str, reason: str) -> Device:
    """The device of a recovered support comes back from the household."""
    reason = need_reason(reason)[:300]
    _check_place(back_to)
    with step():
        support, hand_over = _locked_hand_over(hand_over)
        require(may_swap(actor, hand_over))
        _refuse_write_off(actor, hand_over, back_to)
        require_state(
            support, {SupportState.RECOVERED}, _("Recover the support first; then its device comes back.")
        )
        require_state(hand_over, {HandOverState.RECORDED, HandOverState.ACCEPTED})
        if hand_over.device_id is None:
            raise Refusal(_("This household got cash: there is no device to take back."))
        device = _lock_device(hand_over.device_id)
        district = support.district if back_to in _THERE else None
        move_devices([device], back_to, actor=actor, district=district, hand_over=hand_over, reason=reason)
        _reverse(hand_over, actor, reason)
        after = {"imei": device.imei, "to": back_to}
        record("allocations.support.take_back", support, actor=actor, after=after, reason=reason)
    return device


def _check_place(back_to: str) -> None:
    if back_to not in BACK_TO:
        raise Refusal(_("Say where the old device goes."))


def _refuse_write_off(actor: Any, hand_over: HandOver, back_to: str) -> None:
    """Nobody who delivers makes a device disappear: the department looks at it first."""
    if back_to == DevicePlace.WRITTEN_OFF and not may_reverse(actor, hand_over):
        raise Refusal(
            _("Only the department writes a device off: choose that it is to be examined by the department.")
        )


def _locked_hand_over(hand_over: HandOver) -> tuple[Support, HandOver]:
    support = locked(Support.objects.select_related(*RELATED), hand_over.support_id)
    rows = HandOver.objects.select_related("district", "operator", "support__district", "acceptance", "photo")
    return support, locked(rows, hand_over.pk)


def _lock_device(pk: int) -> Device:
    return locked(Device.objects.select_related("district"), pk)


def _reverse(hand_over: HandOver, actor: Any, reason: str) -> None:
    move(
        hand_over,
        HandOverState.REVERSED,
        reversed_at=timezone.now(),
        reversed_by=actor,
        reversed_reason=reason,
    )


def _check_swap_day(hand_over: HandOver, day: date) -> None:
    if day > timezone.localdate():
        raise Refusal(_("The day of the swap lies in the future."))
    if day < hand_over.handed_on:
        raise Refusal(
            _("The swap cannot be dated before the hand-over of %(day)s.")
            % {"day": f"{hand_over.handed_on:%d/%m/%Y}"}
        )


def _copy(hand_over: HandOver, device: Device, *, state: str, day: date, actor: Any) -> HandOver:
    """The record of the swap: as the first one, with the other device."""
    same = (
        "support", "form", "place", "district", "operator", "receiver", "receiver_name", "receiver_relation",
        "receiver_national_id", "signed", "sim_number", "phone_number", "package",
    )  # fmt: skip
    known = {name: getattr(hand_over, name) for name in same}
    return HandOver(
        **known,
        state=state,
        number=record_numbers([hand_over.support_id])[hand_over.support_id],
        handed_on=day,
        device=device,
        recorded_by=actor,
    )
