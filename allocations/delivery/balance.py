"""Devices counted by place and district, beside what the households need: the balance of a round."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from smartphone_support.areas.models import AdministrativeArea

from ..choices import LIVE_SUPPORT, DevicePlace, HandOverState, SupportForm, SupportState
from ..models import AllocationRound, Device, DeviceMove, HandOver, Support
from .places import Move, walk

PLACES = tuple(DevicePlace)
#: Places that belong to no district in the ledger.
CENTRAL = (DevicePlace.PROVINCE, DevicePlace.SUPPLIER, DevicePlace.WRITTEN_OFF)


@dataclass(slots=True)
class Row:
    """A district's devices by place, and its households; `district` None: the province itself."""

    district: AdministrativeArea | None
    places: Counter[str] = field(default_factory=Counter)
    need: int = 0
    delivered: int = 0

    @property
    def devices(self) -> int:
        return sum(self.places.values())

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Every place by its name, with its count."""
        return [(str(place.label), self.places[place]) for place in PLACES]

    @property
    def on_hand(self) -> int:
        """At the district or on the way to it."""
        return self.places[DevicePlace.DISTRICT] + self.places[DevicePlace.TO_DISTRICT]

    @property
    def lacking(self) -> int:
        """Devices still to be sent so that every household waiting gets one; never below zero."""
        return max(0, self.need - self.delivered - self.on_hand)


@dataclass(slots=True)
class Balance:
    """Every place of every district, and what was ever taken in."""

    rows: list[Row]
    taken_in: int

    @property
    def total(self) -> Row:
        total = Row(None)
        for row in self.rows:
            total.places.update(row.places)
            total.need += row.need
            total.delivered += row.delivered
        return total

    @property
    def lacking(self) -> int:
        return sum(row.lacking for row in self.rows)

    @property
    def balances(self) -> bool:
        """Whether every device taken in is somewhere, once."""
        return self.total.devices == self.taken_in


def balance_of(round_: AllocationRound, user: Any) -> Balance:
    """The devices of a round that this person sees, by district and place; four queries.

    What was taken in is counted from the moves, where the devices are from the devices: two ways to the
    same number.
    """
    devices = Device.objects.visible_to(user).filter(round=round_)
    moved_in = DeviceMove.objects.filter(from_place="", device__in=devices.values("pk")).count()
    supports = Support.objects.visible_to(user).filter(
        round=round_, form=SupportForm.BUNDLE, state__in=LIVE_SUPPORT
    )
    rows: dict[int | None, Row] = {}
    for district, place, count in devices.order_by().values_list("district", "place").annotate(n=Count("pk")):
        rows.setdefault(district, Row(None)).places[place] += count
    handed = Q(state__in=(SupportState.DELIVERED, SupportState.CONFIRMED))
    counts = (
        supports.order_by().values_list("district").annotate(n=Count("pk"), done=Count("pk", filter=handed))
    )
    for district, need, delivered in counts:
        row = rows.setdefault(district, Row(None))
        row.need, row.delivered = need, delivered
    areas = AdministrativeArea.objects.in_bulk([key for key in rows if key is not None])
    for key, row in rows.items():
        row.district = areas[key] if key is not None else None
    ordered = sorted(
        rows.values(), key=lambda row: (row.district is not None, getattr(row.district, "code", ""))
    )
    return Balance(ordered, moved_in)


@dataclass(slots=True)
class Ledger:
    """What recomputing the whole ledger found; each list holds ids of devices."""

    devices: int = 0
    moves: int = 0
    places: dict[str, int] = field(default_factory=dict)
    broken_chains: list[int] = field(default_factory=list)
    elsewhere: list[int] = field(default_factory=list)
    without_household: list[int] = field(default_factory=list)
    not_with_household: list[int] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.broken_chains or self.elsewhere or self.without_household or self.not_with_household)

    def as_dict(self) -> dict[str, Any]:
        names = (
            "devices", "moves", "places", "broken_chains", "elsewhere", "without_household",
            "not_with_household",
        )  # fmt: skip
        return {"sound": self.is_sound} | {name: getattr(self, name) for name in names}


def recompute() -> Ledger:
    """Walk every move from the first, and compare with where the devices are said to be.

    Also: a device is with a household exactly when one record that stands hands it over. A recovered
    support's device stays with the household until it is taken back.
    """
    rows = DeviceMove.objects.order_by("id").values_list("device_id", "from_place", "to_place", "district_id")
    moves = [Move(*row) for row in rows.iterator(2000)]
    where, faults = walk(moves)
    said = {
        key: (place, district)
        for key, place, district in Device.objects.values_list("pk", "place", "district_id")
    }
    standing = set(
        HandOver.objects.exclude(state=HandOverState.REVERSED)
        .exclude(device=None)
        .values_list("device_id", flat=True)
    )
    at_home = {key for key, (place, _district) in said.items() if place == DevicePlace.HOUSEHOLD}
    return Ledger(
        devices=len(said),
        moves=len(moves),
        places=dict(Counter(place for place, _district in said.values())),
        broken_chains=sorted({fault.device for fault in faults}),
        elsewhere=sorted(key for key, place in said.items() if where.get(key) != place),
        without_household=sorted(at_home - standing),
        not_with_household=sorted(standing - at_home),
    )
