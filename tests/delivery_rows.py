"""One row of every kind of the delivery, in the own district of a province, for tests that walk all roles."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from allocations.delivery.imei import luhn_digit
from allocations.models import DeliveryUpload, Device, Support
from allocations.workflow.acceptance import prepare_acceptance
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, take_in
from allocations.workflow.shipments import dispatch
from allocations.workflow.supports import assign_operator
from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.documents.storing import store

PROVINCES = {"hue": "46", "daknong": "67"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def imei(number: int) -> str:
    digits = f"35884711{number:06d}"
    return digits + luhn_digit(digits)


def delivery_of(prefix: str, district: str) -> dict[str, Any]:
    """A support that waits, one of a list handed over with its photo, a device in an operator's stock, one
    on the way to the district, an upload and an acceptance; all of one operator, "viettel"."""
    operator = Organisation.objects.get(code=f"{prefix}-viettel")
    officer, hands = (User.objects.get(username=f"{prefix}-{who}") for who in ("dic", "viettel"))
    own = Support.objects.filter(
        district__code=district,
        district__parent__code=PROVINCES[prefix],
        state="approved",
        round__isnull=False,
    )
    served = own.select_related("round__program__province", "district").earliest("pk")
    assign_operator([served], operator, actor=officer)
    idle = Household.objects.standing().filter(
        district=served.district, commune__isnull=False, supports=None, list_lines=None
    )
    household = idle.earliest("pk")
    waits = Support.objects.create(
        household=household, district=served.district, commune=household.commune, round=served.round,
        form="bundle", operator=operator, state="assigned", assigned_at=timezone.now(),
    )  # fmt: skip
    round_, today = served.round, timezone.localdate()
    base = 100 if prefix == "hue" else 200
    stock = Stock(round_, None, operator)
    take_in(
        stock, actor=hands, devices=[NewDevice(imei(base + n)) for n in range(3)], model="Nokia G22",
        number="PX-1", day=today,
    )  # fmt: skip
    shipment = dispatch(stock, served.district, actor=hands, number="GH-1", day=today, imeis=[imei(base + 1)])
    hand_over = record_hand_over(
        served, actor=hands, photo=store(ContentFile(PNG, name="anh.png"), actor=hands), handed_on=today,
        imei=imei(base),
    )  # fmt: skip
    upload = DeliveryUpload.objects.create(
        round=round_, operator=operator, uploaded_by=hands, rows=[],
        file=store(ContentFile(b"a", name="phieu.xlsx"), actor=hands),
        counts={"delivered": 0, "undeliverable": 0, "hold": 0, "same": 0, "problem": 0},
    )  # fmt: skip
    acceptance = prepare_acceptance(
        round_, operator, actor=officer, number="01/BBNT", day=today, from_day=date(2023, 1, 1), to_day=today
    )
    return {
        "support": waits,
        "listed_support": served,
        "hand_over": hand_over,
        "delivery_round": round_,
        "delivery_commune": waits.commune,
        "delivery_upload": upload,
        "device": Device.objects.get(imei=imei(base + 2)),
        "shipment": shipment,
        "acceptance": acceptance,
    }
