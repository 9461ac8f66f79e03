"""Two households made one: which value wins, whose people, which classes. Pure: plain values, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from smartphone_support.vietnamese.text import fold

from ..choices import SpellReason
from ..imports.timeline import Spell
from .scoring import canonical_number, is_day, plain_name

#: Facts a person chooses between, one question each; a place or a birth is one fact of several fields.
CHOICES: dict[str, tuple[str, ...]] = {
    "head_name": ("head_name",),
    "birth": ("birth_date", "birth_year"),
    "gender": ("gender",),
    "national_id": ("national_id",),
    "ethnicity": ("ethnicity",),
    "place": ("commune_id", "district_id", "village"),
    "member_count": ("member_count",),
    "phone": ("phone",),
    "household_code": ("household_code",),
    "merit": ("merit",),
    "social_policy": ("social_policy",),
    "is_ethnic_minority": ("is_ethnic_minority",),
    "no_labour_capacity": ("no_labour_capacity",),
    "b1_score": ("b1_score",),
    "b2_score": ("b2_score",),
    "poverty_cause": ("poverty_cause",),
    "has_need": ("has_need",),
}
#: Facts of the head: they stay together with the head when the two heads are two people.
OF_THE_HEAD = ("head_name", "birth", "gender", "national_id", "ethnicity")
BLANKS = ("", None)

Values = dict[str, Any]


def differing(kept: Values, absorbed: Values) -> list[str]:
    """The choices in which the two households say something different; a blank says nothing.

    What only one of them knows is no question: it is taken (``wins``).
    """
    return [
        choice
        for choice, fields in CHOICES.items()
        if not _is_blank(kept, fields)
        and not _is_blank(absorbed, fields)
        and [kept[name] for name in fields] != [absorbed[name] for name in fields]
    ]


def _is_blank(values: Values, fields: Sequence[str]) -> bool:
    return all(values[name] in BLANKS for name in fields)


def taken_over(kept: Values, absorbed: Values) -> list[str]:
    """The choices only the absorbed household answers."""
    return [
        choice
        for choice, fields in CHOICES.items()
        if _is_blank(kept, fields) and not _is_blank(absorbed, fields)
    ]


def proposal(choice: str, kept: Values, absorbed: Values, *, absorbed_is_newer: bool) -> str:
    """Whose value to propose, "kept" or "absorbed": the fuller one, else that of the newer list."""
    fuller = {"birth": _fuller_birth, "national_id": _fuller_number, "place": _fuller_place}.get(choice)
    if fuller:
        ours, theirs = fuller(kept), fuller(absorbed)
        if ours != theirs:
            return "kept" if ours > theirs else "absorbed"
    return "absorbed" if absorbed_is_newer else "kept"


def _fuller_birth(values: Values) -> int:
    birth = values["birth_date"]
    return 0 if birth is None else 2 if is_day(birth) else 1


def _fuller_number(values: Values) -> int:
    return len(values["national_id"])


def _fuller_place(values: Values) -> int:
    return (values["commune_id"] is not None) + bool(values["village"])


def merged_values(kept: Values, absorbed: Values, from_absorbed: Sequence[str]) -> Values:
    """The kept household's fields after the merge: its own, those chosen from the other, blanks filled."""
    merged = dict(kept)
    for choice in {*from_absorbed, *taken_over(kept, absorbed)}:
        for name in CHOICES[choice]:
            merged[name] = absorbed[name]
    return merged


# --- people -----------------------------------------------------------------------------------------


def missing_people(kept: Sequence[Values], absorbed: Sequence[Values]) -> list[Values]:
    """People of the absorbed household whom the kept one does not have: by number, else name and year."""
    return [person for person in absorbed if not any(is_same_person(person, own) for own in kept)]


def is_same_person(one: Values, other: Values) -> bool:
    """Whether two members are one: a number decides where both have one of the same kind of card."""
    a, b = canonical_number(one["national_id"]), canonical_number(other["national_id"])
    if a and b and len(a) == len(b):
        return a == b
    if plain_name(fold(one["name"])) != plain_name(fold(other["name"])):
        return False
    return None in (one["birth_year"], other["birth_year"]) or one["birth_year"] == other["birth_year"]


# --- classes ----------------------------------------------------------------------------------------


def combined_spells(kept: Sequence[Spell], absorbed: Sequence[Spell]) -> list[Spell]:
    """The classes of the two households as one, from the first day either was known.

    The kept household's own class stands wherever it has one. That a list did not name it is not such a
    class: the list may have named the other one. Where only the other has a class, that one stands.
    """
    days = sorted({day for spell in (*kept, *absorbed) for day in (spell.valid_from, spell.valid_to) if day})
    pieces: list[Spell] = []
    for start, end in zip(days, [*days[1:], None], strict=True):
        spell = _ruling(kept, absorbed, start)
        if spell is None:
            continue
        last = pieces[-1] if pieces else None
        if last is not None and last.id == spell.id and last.valid_to == start:
            pieces[-1] = replace(last, valid_to=end)
        else:
            pieces.append(replace(spell, valid_from=start, valid_to=end))
    return [_trimmed(piece, [*kept, *absorbed]) for piece in pieces]


def _ruling(kept: Sequence[Spell], absorbed: Sequence[Spell], day: date) -> Spell | None:
    ours, theirs = _covering(kept, day), _covering(absorbed, day)
    if ours is None or (ours.reason == SpellReason.NOT_LISTED and _says_more(theirs)):
        return theirs
    return ours


def _says_more(spell: Spell | None) -> bool:
    return spell is not None and spell.reason != SpellReason.NOT_LISTED


def _covering(spells: Sequence[Spell], day: date) -> Spell | None:
    return next((s for s in spells if s.valid_from <= day and (s.valid_to is None or s.valid_to > day)), None)


def _trimmed(piece: Spell, originals: Sequence[Spell]) -> Spell:
    """A piece keeps why it ended only where its spell did."""
    original = next(spell for spell in originals if spell.id == piece.id)
    return piece if piece.valid_to == original.valid_to else replace(piece, ended_by="")
