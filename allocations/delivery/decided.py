"""What a person's release from hold covers: the fact it was decided on, and no later one. Pure.

A release keeps what the register said that day, by the matter it was held for. Who let a household go on that
had moved to one district has said nothing of its moving to the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..choices import HoldReason

#: The matter of both losses of a claim: by the class, and with the register.
CLAIM = "claim"
_LOST = frozenset({HoldReason.LEFT_REGISTER, HoldReason.CLASS_CHANGED})
#: Among what was lacking at the approval: the register did not know the household that day.
NOT_IN_REGISTER = "register"
#: How the codes of conditions on the class begin, and the appraisal's finding that it is lost since.
_CLASS_CODES = ("class_as_of", "class_or_policy")
_CLASS_TODAY = "class_today"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the register says of a household: class "" where it has none, and the conditions it fails."""

    poverty_class: str
    district: int
    devices: int
    failed: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "class": self.poverty_class,
            "district": self.district,
            "devices": self.devices,
            "failed": list(self.failed),
        }


def matter_of(why: str) -> str:
    """What a reason is about: both losses of the claim are one matter."""
    return CLAIM if why in _LOST else str(why)


def about_class(code: str) -> bool:
    return code.startswith(_CLASS_CODES)


def is_lost(kept: Mapping[str, Any]) -> bool:
    """Whether the class was lacking on the day of the release."""
    return not kept["class"] or any(about_class(code) for code in kept["failed"])


def covers(released: Mapping[str, Any] | None, held_for: str, why: str, now: Seen, code: str = "") -> bool:
    """Whether a release has decided on what the register says now.

    `released`: matter → what it said on the day of the release. None: the support was released, if at all,
    before that was kept; then the reason alone says it (`held_for`). `code`: the condition that is not met.
    """
    if released is None:
        return bool(held_for) and matter_of(held_for) == matter_of(why)
    kept = released.get(matter_of(why))
    if kept is None:
        return False
    if why == HoldReason.MOVED:
        return bool(kept["district"] == now.district)
    if why == HoldReason.OTHER_DEVICE:
        return bool(now.devices <= kept["devices"])
    if why in _LOST and kept["class"] not in ("", now.poverty_class):
        return False
    if code and not about_class(code):
        return code in kept["failed"]
    return why not in _LOST or is_lost(kept)


def known_lacks(
    failed: Collection[str], in_register: bool, checks: Collection[Mapping[str, Any]] | None
) -> frozenset[str]:
    """What was lacking at the approval and known to whoever decided.

    `checks`: the findings a list's line was accepted with; None: there was no line. The class lost between
    the appraisal and the decision was known to nobody.
    """
    codes = frozenset(failed) if in_register else frozenset({NOT_IN_REGISTER})
    if checks is None or any(row["code"] == _CLASS_TODAY or about_class(row["code"]) for row in checks):
        return codes
    return frozenset(code for code in codes if code != NOT_IN_REGISTER and not about_class(code))
