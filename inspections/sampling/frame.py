"""The frame of a round's sample: which supports, in which stratum, under which public key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from allocations.choices import SupportState
from allocations.models import Support
from beneficiaries.choices import PovertyClass
from beneficiaries.models import Household

from ..choices import UnitKind
from ..models import InspectionRound, SampleDraw
from ..rules.frames import Frame, frame_of, stratum_of

#: Households neither poor nor near-poor that day: those of a policy, and those that left the register.
OTHER = "other"
_CLASSES = frozenset({PovertyClass.POOR, PovertyClass.NEAR_POOR})
_RECEIVED = (SupportState.DELIVERED, SupportState.CONFIRMED, SupportState.ON_HOLD)

#: stratum → [[support id, public key], …], as a drawing keeps it.
StoredFrame = dict[str, list[list[Any]]]


def frame_supports(round_: InspectionRound) -> Any:
    """Approved supports handed over by the round's day, in the plan and the places the round inspects.

    A hand-over that was reversed is none, a swapped device was handed over when the first one was, and a
    recovered one is not there to be looked at. Without a district or commune among the inspected units the
    round looks at its whole area.
    """
    return _inspected(round_).filter(state__in=_RECEIVED, delivered_on__lte=round_.as_of)


def _inspected(round_: InspectionRound) -> Any:
    """Supports of the plan in the places the round inspects, whatever became of them."""
    rows = Support.objects.filter(
        Q(round__program=round_.program_id) | Q(contribution__program=round_.program_id)
    )
    if round_.district_id is not None:
        rows = rows.filter(district=round_.district_id)
    areas = list(
        round_.units.filter(kind__in=[UnitKind.DISTRICT, UnitKind.COMMUNE]).values_list("area", flat=True)
    )
    return rows.filter(Q(district__in=areas) | Q(commune__in=areas)) if areas else rows


def stored_frame(round_: InspectionRound) -> StoredFrame:
    """The frame as of the round's day, sorted; a fixed number of queries."""
    return _stored(_members(frame_supports(round_), round_.as_of))


def drawn_for_others(draw: SampleDraw, round_: InspectionRound) -> bool:
    """Whether the round's day or places are others than those the drawing was made for.

    Compared is what the round says, not who is in the frame: a hand-over recorded since the drawing, or one
    taken back, changes nothing.
    """
    if draw.as_of != round_.as_of:
        return True
    drawn = set(supports_by_key(draw).values())
    places = dict(_inspected(round_).values_list("pk", "commune"))
    if not drawn <= places.keys():
        return True
    reached = {places[support] for support in drawn}
    known = frame_supports(round_).filter(hand_overs__recorded_at__lte=draw.drawn_at)
    return bool(known.exclude(commune__in=reached).exists())


def strata_of(supports: Any, as_of: date) -> dict[int, str]:
    """Support → its finest stratum."""
    return {support: stratum for stratum, support, _key in _members(supports, as_of)}


def frame(stored: StoredFrame) -> Frame:
    return frame_of((stratum, str(key)) for stratum, rows in stored.items() for _support, key in rows)


def supports_by_key(draw: SampleDraw) -> dict[str, int]:
    """Public key → support, of a drawing's frame."""
    return {key: support for rows in draw.frame.values() for support, key in rows}


def _stored(members: Iterator[tuple[str, int, str]]) -> StoredFrame:
    found: StoredFrame = {}
    for stratum, support, key in sorted(members, key=lambda member: (member[0], member[2])):
        found.setdefault(stratum, []).append([support, key])
    return found


def _members(supports: Any, as_of: date) -> Iterator[tuple[str, int, str]]:
    households = Household.objects.filter(pk__in=supports.values("household")).as_of(as_of)
    classes: dict[int, str | None] = {}
    classes.update(households.values_list("pk", "class_as_of"))
    for row in supports.order_by("pk").values(*_COLUMNS):
        poverty_class = classes.get(row["household_id"])
        known = poverty_class if poverty_class in _CLASSES else OTHER
        stratum = stratum_of(row["district__code"], row["commune__code"], str(known))
        yield stratum, row["pk"], _public_key(row)


_COLUMNS = (
    "pk", "household_id", "district__code", "commune__code",
    "round__decision_number", "round__device_kind", "line__district_list__district__code",
    "line__district_list__wave", "line__position", "amendment_line__amendment__number",
    "amendment_line__position", "contribution_id",
)  # fmt: skip


def _public_key(row: dict[str, Any]) -> str:
    """Where the household stands in the papers that approved it: the same in every copy of the data.

    The round's decision, device, district, wave and number on the approved list; the amendment and its line;
    or the number of the contribution and of the support in the records.
    """
    parts: tuple[Any, ...]
    if row["line__position"] is not None:
        parts = (
            row["round__decision_number"], row["round__device_kind"],
            row["line__district_list__district__code"], row["line__district_list__wave"],
            f"{row['line__position']:05d}",
        )  # fmt: skip
    elif row["amendment_line__position"] is not None:
        parts = (
            row["round__decision_number"], row["round__device_kind"], "+",
            row["amendment_line__amendment__number"], f"{row['amendment_line__position']:05d}",
        )  # fmt: skip
    else:
        parts = ("support", row["contribution_id"] or row["round__decision_number"], f"{row['pk']:07d}")
    return "|".join(" ".join(str(part).split()) for part in parts)
