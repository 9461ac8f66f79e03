"""What a movement recorded by hand needs and does. Pure: plain values, no database.

Kinds and words of Circular 07/2021/TT-BLĐTBXH's reports on movements (``choices.MovementKind``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..choices import MovementKind as Kind
from ..choices import PovertyClass, SpellEnd, SpellReason

POOR, NEAR_POOR, NOT_POOR = PovertyClass.POOR, PovertyClass.NEAR_POOR, PovertyClass.NOT_POOR
LISTED = (POOR, NEAR_POOR)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a household stands: its class in force ("" for none) since when, whether it was ever poor or
    near-poor, why it left the register ("" if it did not) and on which day, how many people it has and how
    many of them are known by name."""

    poverty_class: str = ""
    since: date | None = None
    was_listed: bool = False
    left: str = ""
    left_on: date | None = None
    members: int = 0
    named: int = 0

    @property
    def is_in_register(self) -> bool:
        return self.since is not None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a movement does to the class: begin one for a reason, or end the last one."""

    begins: str = ""
    reason: str = ""
    ends: str = ""


EFFECTS: dict[str, Effect] = {
    Kind.NEW_POOR: Effect(POOR, SpellReason.NEW),
    Kind.NEW_NEAR_POOR: Effect(NEAR_POOR, SpellReason.NEW),
    Kind.RELAPSED_POOR: Effect(POOR, SpellReason.RELAPSED),
    Kind.RELAPSED_NEAR_POOR: Effect(NEAR_POOR, SpellReason.RELAPSED),
    Kind.NEAR_TO_POOR: Effect(POOR, SpellReason.NEAR_TO_POOR),
    Kind.POOR_TO_NEAR: Effect(NEAR_POOR, SpellReason.POOR_TO_NEAR),
    Kind.EXITED_POOR: Effect(NOT_POOR, SpellReason.EXITED_POOR),
    Kind.EXITED_NEAR_POOR: Effect(NOT_POOR, SpellReason.EXITED_NEAR_POOR),
    Kind.MOVED_OUT: Effect(ends=SpellEnd.MOVED_OUT),
    Kind.DECEASED: Effect(ends=SpellEnd.DECEASED),
    Kind.MERGED: Effect(ends=SpellEnd.MERGED),
    Kind.MOVED_IN: Effect(),
    Kind.HEAD_CHANGED: Effect(),
    Kind.SPLIT: Effect(),
}
#: Movements that rest on a commune's decision (Decision 24/2021/QĐ-TTg): its number is asked for.
DECIDED = frozenset(kind for kind, effect in EFFECTS.items() if effect.begins)


def possible_kinds(standing: Standing) -> list[str]:
    """What can happen to a household that stands so, in the order people look for it."""
    if not standing.is_in_register:
        again = [Kind.RELAPSED_POOR, Kind.RELAPSED_NEAR_POOR] if standing.was_listed else []
        first = [] if standing.was_listed else [Kind.NEW_POOR, Kind.NEW_NEAR_POOR]
        returned = [Kind.MOVED_IN] if standing.left == SpellEnd.MOVED_OUT else []
        return [*again, *first, *returned] if standing.left != SpellEnd.MERGED else []
    kinds: list[str] = []
    if standing.poverty_class == POOR:
        kinds += [Kind.EXITED_POOR, Kind.POOR_TO_NEAR]
    elif standing.poverty_class == NEAR_POOR:
        kinds += [Kind.EXITED_NEAR_POOR, Kind.NEAR_TO_POOR]
    elif standing.was_listed:
        kinds += [Kind.RELAPSED_POOR, Kind.RELAPSED_NEAR_POOR]
    else:
        kinds += [Kind.NEW_POOR, Kind.NEW_NEAR_POOR]
    kinds += [Kind.MOVED_IN, Kind.MOVED_OUT]
    if standing.named > 1:
        kinds += [Kind.HEAD_CHANGED, Kind.SPLIT]
    if standing.members <= 1:
        # Where others live on, the household does: the head changes.
        kinds.append(Kind.DECEASED)
    kinds.append(Kind.MERGED)
    return kinds


def earliest(standing: Standing) -> date | None:
    """The day before which nothing can be recorded by hand: the history behind it is the lists'."""
    return standing.since or standing.left_on


def fits_in_time(standing: Standing, on: date, today: date) -> bool:
    """Whether a movement can take effect on this day: after the class in force began, not in the future.

    A household that left may be taken up again from the very day it left.
    """
    first = earliest(standing)
    if on > today:
        return False
    if first is None:
        return True
    return on > first if standing.is_in_register else on >= first


def split_refusal(moving: Collection[int], members: Collection[int], head: int | None) -> str:
    """Why these members cannot form a household of their own: a code, or "".

    ``head`` is the member who heads the present household and stays.
    """
    if not moving:
        return "nobody"
    if not set(moving) <= set(members):
        return "strangers"
    if head is not None and head in moving:
        return "head_stays"
    return ""
