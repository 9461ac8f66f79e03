"""Where a device may go from where, and what a chain of moves comes to. Pure.

Every device was taken in once and is in exactly one place ever after: so the sum over all places is what
was taken in, whatever happened in between. The table below is the whole of what may happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..choices import DevicePlace

OUTSIDE = ""
#: From a place → the places a device may go to from there. OUTSIDE is before it was taken in.
WAYS: Mapping[str, frozenset[str]] = {
    OUTSIDE: frozenset({DevicePlace.PROVINCE}),
    DevicePlace.PROVINCE: frozenset(
        {
            DevicePlace.TO_DISTRICT,
            DevicePlace.HOUSEHOLD,  # an operator hands over from its own stock
            DevicePlace.SUPPLIER,
            DevicePlace.EXAMINE,
            DevicePlace.WRITTEN_OFF,
        }
    ),
    DevicePlace.TO_DISTRICT: frozenset(
        {DevicePlace.DISTRICT, DevicePlace.PROVINCE, DevicePlace.EXAMINE, DevicePlace.WRITTEN_OFF}
    ),
    DevicePlace.DISTRICT: frozenset(
        {DevicePlace.HOUSEHOLD, DevicePlace.TO_PROVINCE, DevicePlace.EXAMINE, DevicePlace.WRITTEN_OFF}
    ),
    DevicePlace.TO_PROVINCE: frozenset(
        {DevicePlace.PROVINCE, DevicePlace.DISTRICT, DevicePlace.EXAMINE, DevicePlace.WRITTEN_OFF}
    ),
    DevicePlace.HOUSEHOLD: frozenset(
        {
            DevicePlace.DISTRICT,
            DevicePlace.PROVINCE,
            DevicePlace.SUPPLIER,
            DevicePlace.EXAMINE,
            DevicePlace.WRITTEN_OFF,
        }
    ),
    DevicePlace.EXAMINE: frozenset({DevicePlace.PROVINCE, DevicePlace.WRITTEN_OFF}),
    DevicePlace.SUPPLIER: frozenset({DevicePlace.PROVINCE}),
    DevicePlace.WRITTEN_OFF: frozenset({DevicePlace.PROVINCE, DevicePlace.DISTRICT}),
}
#: Places that are inside a district: the ledger names which one.
IN_DISTRICT = frozenset(
    {DevicePlace.TO_DISTRICT, DevicePlace.DISTRICT, DevicePlace.TO_PROVINCE, DevicePlace.HOUSEHOLD}
)


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the ledger in plain values."""

    device: int
    from_place: str
    to_place: str
    district: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A move that cannot follow the one before it; `device` is the ledger's own number."""

    device: int
    said_from: str
    was_at: str


def may_go(from_place: str, to_place: str) -> bool:
    return to_place in WAYS.get(from_place, frozenset())


def walk(moves: Iterable[Move]) -> tuple[dict[int, tuple[str, int | None]], list[Fault]]:
    """Where each device is after its moves (place, district), and the moves that do not follow.

    The moves of a device must come in the order they were made; different devices may be mixed.
    """
    where: dict[int, tuple[str, int | None]] = {}
    faults = []
    for move in moves:
        was, _district = where.get(move.device, (OUTSIDE, None))
        if move.from_place != was or not may_go(was, move.to_place):
            faults.append(Fault(move.device, move.from_place, was))
        where[move.device] = (move.to_place, move.district)
    return where, faults


def counted(where: Mapping[int, tuple[str, int | None]]) -> Counter[str]:
    """How many devices are in each place; the sum is what was taken in."""
    return Counter(place for place, _district in where.values())
