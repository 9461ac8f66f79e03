"""A listed household as plain JSON for the preview, and back again for the apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ..models import Household, HouseholdMember, PovertyCertificate, PovertySpell
from .diff import Change
from .records import HouseholdRecord, MemberRecord

_DATES = ("birth_date", "decision_date", "certificate_date", "reviewed_on")
_RECORD = tuple(
    name for name in HouseholdRecord.__slots__ if name not in ("sheet", "row", "members", "known", "blocked")
)
_MEMBER = MemberRecord.__slots__


def pack_record(record: HouseholdRecord, *, members: bool, known: bool) -> dict[str, Any]:
    """The record's stated values; blanks are left out. ``known`` only where it is compared again later."""
    packed = {name: value for name in _RECORD if (value := getattr(record, name)) not in (None, "")}
    _dates_to_text(packed)
    if members:
        packed["members"] = [_pack_member(member) for member in record.members]
    if known:
        packed["known"] = sorted(record.known)
    return packed


def _pack_member(member: MemberRecord) -> dict[str, Any]:
    packed = {name: value for name in _MEMBER if (value := getattr(member, name)) not in (None, "")}
    _dates_to_text(packed)
    return packed


def _dates_to_text(packed: dict[str, Any]) -> None:
    for name in _DATES:
        if name in packed:
            packed[name] = packed[name].isoformat()


def unpack_record(packed: dict[str, Any], *, sheet: str = "", row: int = 0) -> HouseholdRecord:
    values = {name: packed[name] for name in _RECORD if name in packed}
    _dates_from_text(values)
    return HouseholdRecord(
        sheet,
        row,
        **values,
        members=[_unpack_member(member) for member in packed.get("members", ())],
        known=frozenset(packed.get("known", ())),
    )


def _unpack_member(packed: dict[str, Any]) -> MemberRecord:
    values = dict(packed)
    _dates_from_text(values)
    return MemberRecord(**values)


def _dates_from_text(values: dict[str, Any]) -> None:
    for name in _DATES:
        if name in values:
            values[name] = date.fromisoformat(values[name])


def pack_changes(changes: Sequence[Change]) -> list[list[Any]]:
    """``[field, old, new]``; of the members also who came, left or changed."""
    packed = []
    for change in changes:
        old, new = (
            value.isoformat() if isinstance(value, date) else value for value in (change.old, change.new)
        )
        packed.append([change.field, old, new, *([change.details] if change.details else [])])
    return packed


def _lengths(*models: type) -> dict[str, int]:
    return {
        field.name: field.max_length
        for model in models
        for field in model._meta.get_fields()  # type: ignore[attr-defined]  # Django models
        if getattr(field, "max_length", None)
    }


_HOUSEHOLD_LENGTHS = {
    name: length
    for name, length in _lengths(PovertySpell, Household).items()
    if name in HouseholdRecord.__slots__ and name != "poverty_class"
} | {"certificate_number": _lengths(PovertyCertificate)["number"]}
_MEMBER_LENGTHS = {
    name: length for name, length in _lengths(HouseholdMember).items() if name in MemberRecord.__slots__
}
_SMALL = 32_767


def fit_record(record: HouseholdRecord) -> None:
    """Cut what no column of the register holds, so that the preview shows what will be written."""
    _fit(record, _HOUSEHOLD_LENGTHS)
    for name in ("member_count", "b1_score", "b2_score"):
        value = getattr(record, name)
        if value is not None and not 0 <= value <= _SMALL:
            setattr(record, name, None)
    for member in record.members:
        _fit(member, _MEMBER_LENGTHS)


def _fit(record: HouseholdRecord | MemberRecord, lengths: dict[str, int]) -> None:
    for name, length in lengths.items():
        value = getattr(record, name)
        if value and len(value) > length:
            setattr(record, name, value[:length].rstrip())
