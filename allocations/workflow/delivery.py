"""Hand-overs recorded, singly or by an operator's workbook: all of them or none.

Rows are locked in one order everywhere: new devices first, then supports, then devices of the ledger. The
database holds one live hand-over a support and one household a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record_each
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from ..choices import DevicePlace, Receiver, SupportForm, SupportState
from ..delivery.approvals import approval_days
from ..delivery.entitlement import look_again
from ..delivery.handing import Expected, HandOverFacts, problems_of
from ..delivery.imei import read_imei
from ..happenings import tell_handed_over
from ..models import DeliveryUpload, Device, DeviceMove, HandOver, Support
from ..permits.delivery import may_deliver
from ..rules.snapshots import keep_all
from .devices import NewDevice, Stock, create_devices, enter_ledger, known_imeis
from .steps import require, require_state, step
from .supports import OPEN, hold_support

RELATED = (
    "household__province", "district", "commune", "round__program__province", "operator",
    "contribution__program__province",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """One hand-over to be recorded: which support, and what is told of it. `row` is that of a workbook."""

    support: int
    facts: HandOverFacts
    row: int = 0


def record_hand_over(
    support: Support, *, actor: Any, photo: StoredFile | None = None, **facts: Any
) -> HandOver:
    """Record that this household got its device or its cash. `facts`: the fields of HandOverFacts.

    Refuses what is wrong or missing with one sentence. A household that lost its claim after the approval is
    put on hold for the department and gets nothing.
    """
    telling = Telling(support.pk, HandOverFacts(**facts))
    return record_hand_overs([telling], actor=actor, photo=photo)[0]


def record_hand_overs(
    tellings: Sequence[Telling],
    *,
    actor: Any,
    upload: DeliveryUpload | None = None,
    photo: StoredFile | None = None,
) -> list[HandOver]:
    """Record several hand-overs, all or none, in the order given."""
    hold_the_lost(tellings, actor=actor)
    return write_hand_overs(tellings, actor=actor, upload=upload, photo=photo)


def write_hand_overs(
    tellings: Sequence[Telling],
    *,
    actor: Any,
    upload: DeliveryUpload | None = None,
    photo: StoredFile | None = None,
) -> list[HandOver]:
    """The step of `record_hand_overs`: refuses where somebody lost the claim, and holds nobody."""
    keys = [telling.support for telling in tellings]
    if len(keys) != len(set(keys)):
        raise Refusal(_("A household stands twice among these hand-overs."))
    with step():
        new_devices(tellings, actor)
        supports = locked_supports(keys)
        devices = locked_devices(tellings)
        days = approval_days(supports.values())
        for telling in tellings:
            support = supports[telling.support]
            require(may_deliver(actor, support))
            require_state(support, OPEN, _at(telling, _not_open(support)))
            _refuse_problems(telling, support, days.get(support.pk))
        looked = look_again([(supports[t.support], _day(t)) for t in tellings])
        lost = next((row for row in looked.values() if row.why), None)
        if lost is not None:  # between the hold and the lock; the next attempt puts it on hold
            raise Refusal(lost.said_to(actor))
        numbers = record_numbers(keys)
        known = {"actor": actor, "upload": upload, "photo": photo}
        hand_overs = [
            _hand_over(told, supports[told.support], devices, number=numbers[told.support], **known)
            for told in tellings
        ]
        HandOver.objects.bulk_create(hand_overs, batch_size=300)
        keep_all([looked[key].snapshot for key in keys])
        _give_out(hand_overs, actor)
        _deliver(hand_overs)
        tell_handed_over({row.support.round_id for row in hand_overs if row.support.round_id}, actor=actor)
        _put_on_record(hand_overs, actor)
    return hand_overs


def _put_on_record(hand_overs: Sequence[HandOver], actor: Any) -> None:
    rows = [
        (
            row.support,
            {"state": row.support.state},
            {
                "hand_over": row.pk,
                "day": row.handed_on,
                "form": row.form,
                "imei": row.device.imei if row.device else "",
                "paid": row.cash_amount,
            },
        )
        for row in hand_overs
    ]
    record_each("allocations.support.hand_over", rows, actor=actor)


def hold_the_lost(tellings: Sequence[Telling], *, actor: Any) -> None:
    """Put on hold whoever lost the claim since the approval, and say so; a step of its own that stays.

    Only supports this person may deliver are looked at.
    """
    rows = Support.objects.select_related(*RELATED).in_bulk([telling.support for telling in tellings])
    mine = [
        (rows[telling.support], telling.facts.handed_on)
        for telling in tellings
        if telling.facts.handed_on
        and telling.support in rows
        and rows[telling.support].state in OPEN
        and may_deliver(actor, rows[telling.support])
    ]
    looked = look_again(mine)
    lost = [(support, on) for support, on in mine if looked[support.pk].why]
    if not lost:
        return
    hold_lost(lost)
    raise Refusal(
        _(
            "%(why)s Nothing was recorded: the support is on hold, and the department decides whether it "
            "goes on. Keep the device."
        )
        % {"why": looked[lost[0][0].pk].said_to(actor)}
    )


def hold_lost(rows: Sequence[tuple[Support, date | None]]) -> None:
    """Put supports on hold that lost their claim by that day; the reason is kept in the office's language."""
    with translation.override(settings.LANGUAGE_CODE):
        looked = look_again([(support, on) for support, on in rows if on])
        for support, _on in sorted(rows, key=lambda row: row[0].pk):
            why = looked[support.pk]
            if not why.why:  # the register was mended between the two looks: nothing is lost any more
                raise Refusal(_("Somebody else was faster; look at the page again."))
            hold_support(support, actor=None, why=why.why, reason=why.sentence)


def new_devices(tellings: Sequence[Telling], actor: Any) -> None:
    """Devices of an operator's own stock that the ledger does not know yet: taken in with the hand-over.

    Made before anything is locked, so that nobody who holds a round waits for somebody who waits for it.
    """
    by_imei = {read_imei(telling.facts.imei).number: telling for telling in tellings if telling.facts.imei}
    by_imei.pop("", None)
    if set(by_imei) <= known_imeis(sorted(by_imei)):
        return
    enter_ledger()
    unknown = sorted(set(by_imei) - known_imeis(sorted(by_imei)))
    rows = Support.objects.select_related(*RELATED).in_bulk([by_imei[imei].support for imei in unknown])
    stocks: dict[Stock, list[NewDevice]] = {}
    for imei in unknown:
        telling = by_imei[imei]
        support = rows.get(telling.support)
        if support is None or not may_deliver(actor, support) or support.form != SupportForm.BUNDLE:
            continue
        refused = unknown_refused(support, imei, telling.facts.model, actor)
        if refused:
            raise Refusal(_at(telling, refused))
        stock = Stock(support.round, support.contribution, support.operator)
        stocks.setdefault(stock, []).append(NewDevice(imei, model=telling.facts.model.strip()))
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Taken in with the hand-over, from the operator's own stock")
    for stock, new in stocks.items():
        create_devices(stock, new, actor=actor, reason=reason)


def unknown_refused(support: Support, imei: str, model: str, actor: Any) -> str:
    """Why a device the ledger does not know cannot be given, as a sentence; "" for an operator's own with
    its make and model."""
    if support.operator_id is None or actor.district is not None:
        return _("No device with the IMEI %(imei)s is in the ledger: compare it with the box.") % {
            "imei": imei
        }
    if not model.strip():
        return _("The IMEI %(imei)s is new to the ledger: say which make and model the device is.") % {
            "imei": imei
        }
    return ""


def locked_supports(keys: Sequence[int]) -> dict[int, Support]:
    rows = Support.objects.filter(pk__in=keys).select_for_update(of=("self",)).select_related(*RELATED)
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) != len(keys):
        raise Refusal(_("One of the households is not there any more; look at the page again."))
    return found


def locked_devices(tellings: Sequence[Telling]) -> dict[str, Device]:
    """By first and by second IMEI."""
    imeis = sorted({read_imei(telling.facts.imei).number for telling in tellings} - {""})
    if not imeis:
        return {}
    rows = (
        Device.objects.filter(Q(imei__in=imeis) | Q(imei2__in=imeis))
        .select_for_update(of=("self",))
        .select_related("operator", "round", "district", "contribution")
        .order_by("pk")
    )
    return {imei: row for row in rows for imei in (row.imei, row.imei2) if imei}


def _refuse_problems(telling: Telling, support: Support, approved_on: date | None) -> None:
    found = problems_of(telling.facts, expected_of(support, approved_on))
    if found:
        raise Refusal(_at(telling, found[0].sentence))


def _at(telling: Telling, sentence: str) -> str:
    """The sentence with the line of the workbook it is about, where there is one."""
    if not telling.row or not sentence:
        return sentence
    return _("Line %(line)s: %(what)s") % {"line": telling.row, "what": sentence}


def expected_of(support: Support, approved_on: date | None) -> Expected:
    """What is known of a support before its hand-over."""
    level = support.round.cash_amount if support.round is not None else support.amount
    return Expected(
        form=support.form,
        head_name=str(support.household),
        today=timezone.localdate(),
        approved_on=approved_on,
        level=level,
    )


def device_refused(device: Device, support: Support) -> str:
    """Why this device cannot be given to this household, as a sentence; "" where it can."""
    words = {"imei": device.imei}
    if device.place == DevicePlace.HOUSEHOLD:
        return _("The device %(imei)s is already handed over to another household.") % words
    if device.round_id != support.round_id or device.contribution_id != support.contribution_id:
        return _("The device %(imei)s belongs to another round or contribution.") % words
    if device.operator_id and support.operator_id is None:
        return (
            _(
                "The device %(imei)s belongs to the stock of an operator, and the household has none yet: "
                "the department assigns one first."
            )
            % words
        )
    if device.operator_id and device.operator_id != support.operator_id:
        return _("The device %(imei)s belongs to the stock of another operator.") % words
    if device.place == DevicePlace.PROVINCE and device.operator_id:
        return ""
    if device.place == DevicePlace.DISTRICT and device.district_id == support.district_id:
        return ""
    where = device.get_place_display()
    if device.place in (DevicePlace.DISTRICT, DevicePlace.TO_DISTRICT) and device.district is not None:
        where = f"{where} ({device.district.name})"
    return _(
        "The device %(imei)s is in the ledger as “%(place)s”: record its shipment to this district first."
    ) % (words | {"place": where})


def _hand_over(
    telling: Telling,
    support: Support,
    devices: dict[str, Device],
    *,
    number: str,
    actor: Any,
    upload: DeliveryUpload | None,
    photo: StoredFile | None,
) -> HandOver:
    facts, device = telling.facts, None
    if support.form == SupportForm.BUNDLE:
        device = devices.pop(read_imei(facts.imei).number, None)
        if device is None:
            sentence = _("The IMEI %(imei)s stands twice among these hand-overs.") % {"imei": facts.imei}
            raise Refusal(_at(telling, sentence))
        # Gone from the list, so that a second household cannot be given it in the same upload.
        for imei in (device.imei, device.imei2):
            devices.pop(imei, None)
        refused = device_refused(device, support)
        if refused:
            raise Refusal(_at(telling, refused))
    head = facts.receiver == Receiver.HEAD
    return HandOver(
        support=support, form=support.form, number=number, district_id=support.district_id,
        operator_id=support.operator_id,
        receiver_name=facts.receiver_name.strip() or (str(support.household) if head else ""),
        device=device, photo=photo, upload=upload, recorded_by=actor,
        **_told(facts, support.form),
    )  # fmt: skip


def _told(facts: HandOverFacts, form: str) -> dict[str, Any]:
    """The fields of the record that are kept as they were told, by the form of support."""
    common = (
        "handed_on", "place", "receiver", "receiver_relation", "receiver_national_id", "signed", "note",
    )  # fmt: skip
    own = {
        SupportForm.BUNDLE: ("sim_number", "phone_number", "package"),
        SupportForm.CASH: (
            "invoice_number", "invoice_date", "invoice_amount", "seller", "cash_amount", "payment_means",
        ),
    }[SupportForm(form)]  # fmt: skip
    return {name: getattr(facts, name) for name in (*common, *own)}


def record_numbers(supports: Sequence[int]) -> dict[int, str]:
    """Support id → the number of its next record: the support's own, and which time it is."""
    rows = HandOver.objects.filter(support__in=supports).order_by().values_list("support")
    times = dict(rows.annotate(times=Count("pk")))
    return {key: f"{key}/BBBG" + (f"-L{times[key] + 1}" if key in times else "") for key in supports}


def _give_out(hand_overs: Sequence[HandOver], actor: Any) -> None:
    """Move every device to its household; the ledger names the record."""
    moves = []
    there: dict[tuple[str, int], list[int]] = {}
    for row in hand_overs:
        device = row.device
        if device is None:
            continue
        moves.append(
            DeviceMove(
                device=device, from_place=device.place, to_place=DevicePlace.HOUSEHOLD,
                district_id=row.district_id, hand_over=row, moved_by=actor,
            )
        )  # fmt: skip
        there.setdefault((device.place, row.district_id), []).append(device.pk)
    for (place, district), keys in there.items():
        rows = Device.objects.filter(pk__in=keys, place=place)
        if rows.update(place=DevicePlace.HOUSEHOLD, district_id=district) != len(keys):
            raise Refusal(_("Somebody else was faster; look at the page again."))
    DeviceMove.objects.bulk_create(moves, batch_size=300)


def _deliver(hand_overs: Sequence[HandOver]) -> None:
    groups: dict[tuple[str, date], list[Support]] = {}
    for row in hand_overs:
        groups.setdefault((row.support.state, row.handed_on), []).append(row.support)
    for (state, day), supports in groups.items():
        rows = Support.objects.filter(pk__in=[row.pk for row in supports], state=state)
        fields = {"delivered_on": day, "reason": "", "changed_at": timezone.now()}
        if rows.update(state=SupportState.DELIVERED, **fields) != len(supports):
            raise Refusal(_("Somebody else was faster; look at the page again."))


def _day(telling: Telling) -> date:
    return telling.facts.handed_on or timezone.localdate()


def _not_open(support: Support) -> str:
    if support.state in (SupportState.DELIVERED, SupportState.CONFIRMED):
        return _("The hand-over to “%(name)s” is already recorded.") % {"name": support.household}
    return ""
