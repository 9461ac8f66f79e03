"""The lines of a month's list: which movement each of them is, and what stands beside the household."""

from __future__ import annotations

import re

from smartphone_support.spreadsheets.cells import as_text, clean_name
from smartphone_support.vietnamese.text import fold

from .kinds import movement_of
from .layouts import Group
from .people import HouseholdReader
from .records import HouseholdRecord, MovementRecord

#: The class a movement leaves the household in; the others say nothing of it.
CLASS_AFTER = {
    "new_poor": "poor",
    "relapsed_poor": "poor",
    "near_to_poor": "poor",
    "new_near_poor": "near_poor",
    "relapsed_near_poor": "near_poor",
    "poor_to_near": "near_poor",
    "exited_poor": "exited_poor",
    "exited_near_poor": "exited_near_poor",
}
_OF_NEAR_POOR = {"new_poor": "new_near_poor", "relapsed_poor": "relapsed_near_poor"}
_OTHER_HOUSEHOLD = re.compile(
    r"(?:tách|nhập|gộp|chung).{0,20}?\bhộ\s+(?:(?:gia đình\s+)?(?:của\s+)?(?:ông|bà)\s+)?(?P<name>\S.*)$",
    re.I,
)


def read_movement(reader: HouseholdReader, group: Group, sheet_movement: str) -> MovementRecord:
    """One line as a movement; without kind and blocked where nothing says what happened.

    The line's own cell counts first, then the section above it, then the sheet's title or name, at last the
    note beside it.
    """
    said = reader.carried(group, "movement") or ""
    note = reader.carried(group, "note") or ""
    kind = movement_of(said) or group.section.movement or sheet_movement or movement_of(note)
    record = reader.read(group, kind)
    if not kind:
        table = reader.frame.table
        letter = table.letter("movement") or table.letter("note")
        reader.report(record.row, letter, "unknown_movement", said or note, record.row)
        record.blocked = True
    if record.poverty_class == "near_poor":
        kind = _OF_NEAR_POOR.get(kind, kind)
    if kind in CLASS_AFTER:
        record.poverty_class = CLASS_AFTER[kind]
        record.known |= {"poverty_class"}
    record.note = record.note or (said if fold(said) != fold(note) else "")
    return MovementRecord(
        kind,
        record,
        new_head=reader.carried(group, "new_head") or "",
        other_place=_other_place(reader, group, kind, record),
        other_name=_other_name(reader, group, kind, record),
    )


def _other_place(reader: HouseholdReader, group: Group, kind: str, record: HouseholdRecord) -> str:
    """Where a household went to or came from: its own column, or the note."""
    if kind not in ("moved_out", "moved_in"):
        return ""
    return as_text(reader.carried(group, "other_place") or record.note)


def _other_name(reader: HouseholdReader, group: Group, kind: str, record: HouseholdRecord) -> str:
    """The head of the household split from or merged with: its own column, or "tách từ hộ …" in the note."""
    if kind not in ("split", "merged"):
        return ""
    found = reader.carried(group, "other_name") or ""
    match = _OTHER_HOUSEHOLD.search(record.note)
    return found or (clean_name(match["name"])[0] if match else "")
