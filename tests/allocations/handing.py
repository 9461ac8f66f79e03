"""Steps of the delivery, for tests: supports ready to be handed over, devices with good numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from allocations.delivery.imei import luhn_digit
from allocations.models import AllocationRound, Device, Support
from allocations.workflow.delivery import record_hand_over
from allocations.workflow.devices import NewDevice, Stock, take_in
from allocations.workflow.shipments import dispatch, receive_shipment
from allocations.workflow.supports import assign_operator
from smartphone_support.accounts.models import Organisation

HANDED = date(2024, 3, 1)


def imei(number: int) -> str:
    """The IMEI of the n-th phone of the tests."""
    digits = f"35693803{number:06d}"
    return digits + luhn_digit(digits)


class Delivery:
    """Goes on where `Story` ends: from the approved list to the phone in hand."""

    def __init__(self, story: Any, cast: Any, rows: Any) -> None:
        self.story, self.cast = story, cast
        story.decided(*rows)
        self.round = AllocationRound.objects.get(pk=rows[0].round_id)

    @property
    def supports(self) -> list[Support]:
        rows = Support.objects.filter(round=self.round).select_related("household", "district", "operator")
        return list(rows.order_by("pk"))

    def operator(self, name: str = "viettel") -> Organisation:
        return Organisation.objects.get(code=f"hue-{name}")

    def assigned(self, name: str = "viettel", supports: Any = None) -> list[Support]:
        rows = list(supports or self.supports)
        assign_operator(rows, self.operator(name), actor=self.cast("hue-dic"))
        return list(Support.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))

    def taken_in(self, *numbers: int, operator: str = "", declared: int | None = None, **known: Any) -> Any:
        """Phones of these numbers stand at the province, or in an operator's stock."""
        known = {"number": "PX-01", "day": date(2024, 2, 10)} | known
        return take_in(
            Stock(self.round, None, self.operator(operator) if operator else None),
            actor=self.cast(f"hue-{operator}" if operator else "hue-dic"),
            devices=[NewDevice(imei(number)) for number in numbers],
            model="Vsmart Joy 4",
            declared=declared,
            **known,
        )

    def sent(self, district: str = "481", *, count: int = 0, imeis: Any = (), number: str = "PX-02") -> Any:
        return dispatch(
            Stock(self.round), self.cast.area(district), actor=self.cast("hue-dic"), number=number,
            day=date(2024, 2, 12), count=count, imeis=imeis,
        )  # fmt: skip

    def at_district(self, *numbers: int, district: str = "481") -> list[Device]:
        """Phones of these numbers stand at the district."""
        self.taken_in(*numbers, number=f"PX-{numbers[0]}")
        shipment = self.sent(district, imeis=[imei(n) for n in numbers], number=f"GH-{numbers[0]}")
        receive_shipment(shipment, actor=self.cast(f"hue-{district}"))
        return list(Device.objects.filter(imei__in=[imei(n) for n in numbers]).order_by("imei"))

    def hand_over(self, support: Support, number: int, *, actor: str = "hue-481", **known: Any) -> Any:
        facts = {"handed_on": HANDED, "imei": imei(number), "package": "MIMAX70"} | known
        return record_hand_over(support, actor=self.cast(actor), **facts)
