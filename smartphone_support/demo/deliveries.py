"""The demo's way from the approved list to the phone in hand, and what goes wrong on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from allocations.choices import DevicePlace, PaymentMeans, Receiver, SupportForm, SupportState
from allocations.delivery.handing import HandOverFacts
from allocations.delivery.imei import luhn_digit
from allocations.delivery.reasons import Undeliverable, written
from allocations.lists.reserves import next_reserves
from allocations.models import AllocationRound, Device, HandOver, Shipment, Support
from allocations.workflow.acceptance import confirm_acceptance, prepare_acceptance, submit_acceptance
from allocations.workflow.amendments import (
    decide_amendment,
    list_of,
    propose_replacement,
    submit_amendment,
)
from allocations.workflow.delivery import Telling, record_hand_overs
from allocations.workflow.devices import NewDevice, Stock, take_in
from allocations.workflow.shipments import dispatch, receive_shipment
from allocations.workflow.supports import assign_operator, mark_undeliverable
from allocations.workflow.taking_back import swap_device
from smartphone_support.accounts.models import Organisation

from .offices import Office
from .rounds import SIGNER, WAITING

MODEL = "Máy minh họa A1"
PACKAGE = "Gói minh họa 12 tháng"
TAKEN_IN, SENT, HANDED = date(2023, 6, 5), date(2023, 6, 8), date(2023, 6, 19)
#: Of a district's households those that have got theirs, in tenths.
DONE = 7
SPARE = 2


def imei(block: int, number: int) -> str:
    """An invented IMEI that fits its check digit; `block` keeps provinces and operators apart."""
    digits = f"3500000{block % 10}{number:06d}"
    return digits + luhn_digit(digits)


def play_delivery(round_: AllocationRound, office: Office, province: str) -> None:
    """Operators, devices, shipments, hand-overs, a swap, a household that cannot be served, acceptances."""
    rows = Support.objects.filter(round=round_).select_related("household", "district").order_by("pk")
    by_district: dict[str, list[Support]] = defaultdict(list)
    for support in rows:
        by_district[support.district.code].append(support)
    waiting = by_district.pop(WAITING[province], [])
    shares: dict[str, list[list[Support]]] = {"viettel": [], "vnpt": []}
    # The first ones twice as often to the first operator.
    for place, code in enumerate(sorted(by_district)):
        shares["vnpt" if place % 3 == 1 else "viettel"].append(by_district[code])
    for block, (name, districts) in enumerate(shares.items(), start=0 if province == "46" else 5):
        under_way = waiting if name == "viettel" else []
        if districts or under_way:
            play_operator(round_, office, name, block, districts, under_way)
    play_undelivered(round_, office)
    play_swap(round_, office)
    play_acceptances(round_, office)


def play_operator(
    round_: AllocationRound,
    office: Office,
    name: str,
    block: int,
    districts: Sequence[list[Support]],
    under_way: list[Support],
) -> None:
    """One operator takes devices in, sends them out, and hands over most of what has arrived."""
    operator, actor = office.organisation(name), office.person(name)
    stock = Stock(round_, None, operator)
    needed = [_bundles(supports) for supports in [*districts, under_way]]
    numbers = [imei(block, number) for number in range(sum(needed) + SPARE)]
    take_in(
        stock, actor=actor, devices=[NewDevice(number) for number in numbers], model=MODEL,
        number=f"PNK-{name}-01", day=TAKEN_IN,
    )  # fmt: skip
    left = iter(numbers)
    tellings: list[Telling] = []
    for supports, devices in zip([*districts, under_way], needed, strict=True):
        sent = [next(left) for _device in range(devices)]
        shipment = _send(stock, supports, sent, actor) if sent else None
        if supports is under_way:
            continue
        assign_operator(supports, operator, actor=office.officer)
        if shipment is not None:
            _receive(shipment, office, missing=supports is districts[-1])
        tellings += _tellings(supports, sent)
    if tellings:
        record_hand_overs(tellings, actor=actor)


def _bundles(supports: Iterable[Support]) -> int:
    return sum(support.form == SupportForm.BUNDLE for support in supports)


def _send(stock: Stock, supports: Sequence[Support], imeis: list[str], actor: Any) -> Shipment:
    district = supports[0].district
    return dispatch(stock, district, actor=actor, number=f"PXK-{district.code}", day=SENT, imeis=imeis)


def _receive(shipment: Shipment, office: Office, *, missing: bool) -> None:
    """The district confirms what came; of a larger shipment one device may be missing."""
    district = shipment.district
    assert district is not None  # a shipment to a district has one
    actor = office.person(district.code)
    if not missing or shipment.declared < 5:
        receive_shipment(shipment, actor=actor)
        return
    last = Device.objects.filter(moves__shipment=shipment).order_by("-imei")[:1]
    reason = "Thiếu 1 máy so với phiếu xuất kho, đang tìm cùng đơn vị vận chuyển"
    receive_shipment(shipment, actor=actor, missing=[row.pk for row in last], reason=reason)


def _tellings(supports: Sequence[Support], imeis: Sequence[str]) -> list[Telling]:
    """What is told of the first households of a district, in the order of its list."""
    left = iter(imeis)
    done = list(supports[: len(supports) * DONE // 10])
    return [
        Telling(
            support.pk,
            _cash(support, place)
            if support.form == SupportForm.CASH
            else _bundle(support, place, next(left)),
        )
        for place, support in enumerate(done)
    ]


def _day(place: int) -> date:
    return HANDED + timedelta(days=7 * (place % 2))


def _bundle(support: Support, place: int, number: str) -> HandOverFacts:
    receiver: dict[str, Any] = {}
    if place % 6 == 5:
        receiver = {
            "receiver": Receiver.MEMBER,
            "receiver_name": "Người nhận minh họa",
            "receiver_relation": "Con",
        }
    return HandOverFacts(
        handed_on=_day(place), place=f"Trụ sở UBND {support.household.commune or support.district}",
        imei=number, package=PACKAGE, sim_number=f"8984{support.pk:014d}", **receiver,
    )  # fmt: skip


def _cash(support: Support, place: int) -> HandOverFacts:
    round_ = support.round
    return HandOverFacts(
        handed_on=_day(place), place=f"Trụ sở UBND {support.district.name_in_text}",
        invoice_number=f"{support.pk:07d}", invoice_date=date(2023, 5, 20), invoice_amount=1_890_000,
        seller="Cửa hàng minh họa", cash_amount=round_.cash_amount if round_ else None,
        payment_means=PaymentMeans.CASH,
    )  # fmt: skip


def play_undelivered(round_: AllocationRound, office: Office) -> None:
    """One household moved away and the next reserve comes on; another refuses and nobody comes for it."""
    rows = Support.objects.filter(round=round_, state=SupportState.ASSIGNED, form=SupportForm.BUNDLE)
    waiting = list(rows.select_related("household", "district", "operator").order_by("-pk"))
    if not waiting:
        return
    first = waiting[0]
    reason = written(Undeliverable.MOVED, "trưởng thôn xác nhận")
    mark_undeliverable(first, actor=_hands(first, office), reason=reason)
    _replace(first, office, reason)
    other = next((row for row in waiting if row.district_id != first.district_id), None)
    if other is not None:
        reason = written(Undeliverable.REFUSED, "hộ đã tự mua điện thoại")
        mark_undeliverable(other, actor=_hands(other, office), reason=reason)


def _hands(support: Support, office: Office) -> Any:
    operator = support.operator
    assert operator is not None  # every assigned support has one
    return office.person(operator.code.partition("-")[2])


def _replace(support: Support, office: Office, reason: str) -> None:
    district_list = list_of(support)
    if district_list is None or not next_reserves(district_list):
        return
    amendment = propose_replacement(
        support, actor=office.officer, number="61/TTr-STTTT", day=date(2023, 7, 4), reason=reason
    )
    submit_amendment(amendment, actor=office.officer)
    decided = decide_amendment(
        amendment, actor=office.leader, number="1502/QĐ-UBND", day=date(2023, 7, 12), signer=SIGNER
    )
    comes = Support.objects.filter(amendment_line__amendment=decided)
    operator = support.operator
    if operator is not None:
        assign_operator(comes, operator, actor=office.officer)


def play_swap(round_: AllocationRound, office: Office) -> None:
    """A device shows a fault in its first week; the operator gives one of its spare ones for it."""
    operator = office.organisation("viettel")
    first = _first_device(round_, operator)
    spare = Device.objects.filter(round=round_, operator=operator, place=DevicePlace.PROVINCE).order_by(
        "imei"
    )
    new = spare.first()
    if first is None or new is None:
        return
    swap_device(
        first, actor=office.person("viettel"), imei=new.imei, back_to=DevicePlace.SUPPLIER,
        day=first.handed_on + timedelta(days=3), reason="Máy không nhận SIM, đổi máy bảo hành",
    )  # fmt: skip


def _first_device(round_: AllocationRound, operator: Organisation) -> HandOver | None:
    rows = HandOver.objects.filter(support__round=round_, support__operator=operator, device__isnull=False)
    return rows.order_by("pk").first()


def play_acceptances(round_: AllocationRound, office: Office) -> None:
    """One operator's volumes of June are confirmed, the other's wait for the leader."""
    for number, name in (("33/BBNT-STTTT", "viettel"), ("34/BBNT-STTTT", "vnpt")):
        operator = office.organisation(name)
        handed = HandOver.objects.filter(support__round=round_, support__operator=operator)
        if not handed.exists():
            continue
        acceptance = prepare_acceptance(
            round_, operator, actor=office.officer, number=number, day=date(2023, 7, 10),
            from_day=date(2023, 6, 1), to_day=date(2023, 6, 30),
        )  # fmt: skip
        acceptance = submit_acceptance(acceptance, actor=office.officer)
        if name == "viettel":
            confirm_acceptance(acceptance, actor=office.leader)
