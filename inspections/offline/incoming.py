"""A check as a device, a saved file or a form tells it: read, cleaned, and what tells a changed resend. Pure.

Only the form of what was sent is judged here; whether the person may, and whether the round takes it, the
doors ask.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import Answer
from .refusals import FieldRefusal

NOTE, ANSWER_NOTE, SIGNER, IMEI = 5000, 500, 150, 20
#: More answers than any checklist has questions.
MOST_ANSWERS = 200
#: A reading less exact than this says nothing; the number only has to fit its column.
_MOST_METRES = 10_000_000
_SIX_PLACES = Decimal("0.000001")
#: What people call the parts of a check; the others only a device writes.
_PARTS = {
    "visited_at": gettext_lazy("time of the visit"),
    "answers": gettext_lazy("answers"),
    "note": gettext_lazy("note"),
    "signer_name": gettext_lazy("name of who signed"),
    "imei_seen": gettext_lazy("IMEI on the device"),
    "latitude": gettext_lazy("position"),
    "longitude": gettext_lazy("position"),
    "accuracy": gettext_lazy("position"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to one question, by the question's id."""

    item: int
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a household of the sample (`sampled`) or to an office or operator (`unit`), by id."""

    client_id: UUID
    checklist: int
    visited_at: datetime
    answers: tuple[Said, ...]
    sampled: int | None = None
    unit: int | None = None
    pack: UUID | None = None
    imei_seen: str = ""
    note: str = ""
    signer_name: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy: int | None = None

    @property
    def content_hash(self) -> str:
        """Of everything that was seen and said. Not of the way it came: the same check from the device and
        from a saved file, or with a pack prepared anew, is the same check."""
        said = sorted((one.item, one.answer, one.note) for one in self.answers)
        seen = {
            "sampled": self.sampled,
            "unit": self.unit,
            "checklist": self.checklist,
            "visited_at": self.visited_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "answers": said,
            "imei_seen": self.imei_seen,
            "note": self.note,
            "signer_name": self.signer_name,
            "latitude": _plain(self.latitude),
            "longitude": _plain(self.longitude),
            "accuracy": self.accuracy,
        }
        return hashlib.sha256(canonical(seen)).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8: what hashes and sums are taken of.

    Half a letter is written by its code, as a browser does.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def read_visit(data: Any) -> Visit:
    """The check in a device's JSON; refuses what is no check, naming what is wrong."""
    if not isinstance(data, Mapping):
        raise FieldRefusal(_("What was sent is not a check; open the field page again and send once more."))
    latitude, longitude = _place(data)
    return Visit(
        client_id=uuid_of(data, "client_id"),
        checklist=_number(data, "checklist"),
        visited_at=moment_of(data, "visited_at"),
        answers=_answers(data.get("answers")),
        sampled=_number(data, "sampled"),
        pack=uuid_of(data, "pack") if data.get("pack") else None,
        imei_seen=" ".join(text_of(data, "imei_seen", IMEI).split()),
        note=text_of(data, "note", NOTE),
        signer_name=" ".join(text_of(data, "signer_name", SIGNER).split()),
        latitude=latitude,
        longitude=longitude,
        accuracy=_metres(data.get("accuracy")),
    )


def uuid_of(data: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise FieldRefusal(_wrong(name)) from None


def text_of(data: Mapping[str, Any], name: str, longest: int) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldRefusal(_wrong(name))
    # A NUL is in no text people type, and PostgreSQL stores none; half a letter no database does.
    value = value.replace("\x00", "").encode("utf-8", "replace").decode().strip()
    if len(value) > longest:
        raise FieldRefusal(
            _("“%(field)s” has %(count)s letters, at most %(most)s are kept: shorten it and send again.")
            % {"field": _PARTS.get(name, name), "count": len(value), "most": longest}
        )
    return value


def moment_of(data: Mapping[str, Any], name: str) -> datetime:
    try:
        at = parse_datetime(str(data.get(name) or ""))
    except ValueError:  # a 30 February
        at = None
    # Years a calendar of either database, or the shift into another zone, does not hold.
    if at is None or not 1970 < at.year < 9000:
        raise FieldRefusal(_wrong(name))
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    # JavaScript counts milliseconds; more would make the same moment another one after a round trip.
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _number(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise FieldRefusal(_wrong(name))
    return value


def _answers(value: Any) -> tuple[Said, ...]:
    if not isinstance(value, list) or len(value) > MOST_ANSWERS:
        raise FieldRefusal(_wrong("answers"))
    said = []
    for one in value:
        if not isinstance(one, Mapping) or one.get("answer") not in Answer.values:
            raise FieldRefusal(_wrong("answers"))
        said.append(Said(_number(one, "item"), str(one["answer"]), text_of(one, "note", ANSWER_NOTE)))
    return tuple(said)


def _place(data: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Both coordinates or none: half a position is none."""
    latitude, longitude = _degrees(data, "latitude", 90), _degrees(data, "longitude", 180)
    return (latitude, longitude) if latitude is not None and longitude is not None else (None, None)


def _degrees(data: Mapping[str, Any], name: str, most: int) -> Decimal | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    try:
        degrees = Decimal(str(value))
    except InvalidOperation:
        raise FieldRefusal(_wrong(name)) from None
    if not degrees.is_finite() or abs(degrees) > most:
        raise FieldRefusal(_wrong(name))
    return degrees.quantize(_SIX_PLACES)


def _metres(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        metres = Decimal(str(value))
    except InvalidOperation:
        raise FieldRefusal(_wrong("accuracy")) from None
    if not metres.is_finite() or metres < 0:
        raise FieldRefusal(_wrong("accuracy"))
    return int(min(metres, Decimal(_MOST_METRES)).to_integral_value())


def _plain(degrees: Decimal | None) -> str:
    return "" if degrees is None else f"{degrees:f}"


def _wrong(name: str) -> str:
    return _(
        "“%(field)s” of the check cannot be read; open the check on the device, save it and send again."
    ) % {"field": _PARTS.get(name, name)}
