"""How a list moves each commune's number of poor and near-poor households. Pure.

The control equation of the review reports: end = start + new + moved in − moved out − exited − gone.
A commune is off when its end differs from the households the file lists there: rows that could not be
written, or that wait for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

LISTED = frozenset({"poor", "near_poor"})
#: Movements after which a household is not in the register any more.
LEAVING = frozenset({"moved_out", "deceased", "merged"})


@dataclass(frozen=True, slots=True)
class Movement:
    """``number`` households that one outcome of a batch moves alike. Communes are any hashable keys.

    ``states_class`` is the class the file gives them, ``old_class`` the register's; either may be "".
    ``kind`` is what a monthly list says happened (``choices.MovementKind``).
    """

    outcome: str
    old_commune: int | None
    commune: int | None
    old_class: str
    states_class: str
    number: int = 1
    kind: str = ""


@dataclass(slots=True)
class CommuneBalance:
    """One commune's figures. ``listed`` is what the file says it should end with."""

    commune: int
    start: int = 0
    new: int = 0
    moved_in: int = 0
    moved_out: int = 0
    exited: int = 0
    gone: int = 0
    listed: int = 0

    @property
    def end(self) -> int:
        return self.start + self.new + self.moved_in - self.moved_out - self.exited - self.gone

    @property
    def is_off(self) -> bool:
        return self.end != self.listed


def balance(
    start: dict[int, int], movements: Iterable[Movement], covered: Iterable[int] | None = None
) -> list[CommuneBalance]:
    """The balance of every covered commune (all when None), in their order of first appearance.

    ``start`` counts today's poor and near-poor households of the register by commune.
    """
    rows: dict[int, CommuneBalance] = {}

    def of(commune: int) -> CommuneBalance:
        return rows.setdefault(commune, CommuneBalance(commune, start=start.get(commune, 0)))

    wanted = None if covered is None else list(covered)
    for commune in wanted if wanted is not None else start:
        of(commune)
    for movement in movements:
        _count(movement, of)
    shown = set(rows) if wanted is None else set(wanted)
    return [row for commune, row in rows.items() if commune in shown]


def _count(movement: Movement, of) -> None:  # type: ignore[no-untyped-def]  # a closure of one caller
    old, new, number = movement.old_commune, movement.commune, movement.number
    was = movement.old_class in LISTED and old is not None
    stated = movement.states_class in LISTED
    if movement.outcome != "gone" and stated and new is not None:
        of(new).listed += number
    if movement.outcome in ("blocked", "ambiguous"):
        return
    if movement.outcome == "gone":
        if was:
            of(old).gone += number
        return
    # A list that states no class leaves the household's own.
    is_listed = stated or (not movement.states_class and was and movement.kind not in LEAVING)
    if was and not is_listed:
        _count_leaving(movement, of(old))
    elif not was and is_listed and new is not None:
        if movement.kind == "moved_in":
            of(new).moved_in += number
        else:
            of(new).new += number
    elif was and is_listed and new is not None and new != old:
        of(old).moved_out += number
        of(new).moved_in += number


def _count_leaving(movement: Movement, row: CommuneBalance) -> None:
    if movement.kind == "moved_out":
        row.moved_out += movement.number
    elif movement.kind in LEAVING:
        row.gone += movement.number
    else:
        row.exited += movement.number


def as_claimed(movements: Iterable[Movement]) -> list[Movement]:
    """The movements of a monthly list as if each were written: what the list says it should end with."""
    open_ends = ("blocked", "ambiguous")
    return [replace(one, outcome="changed") if one.outcome in open_ends else one for one in movements]


def brakes(rows: Iterable[CommuneBalance], *, percent: int, at_least: int) -> list[CommuneBalance]:
    """Communes from which more than ``percent`` of at least ``at_least`` households would vanish."""
    return [row for row in rows if row.start >= at_least and row.gone * 100 > percent * row.start]
