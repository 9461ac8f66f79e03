"""What a list changes in a household of the register. Pure: plain values in, plain values out.

A blank never wipes a value, a field the sheet has no column for is left alone, and a name in capitals
or with its tone mark elsewhere ("Hoà", "Hòa") is the same name.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from smartphone_support.vietnamese.text import fold, tone_key

from .records import HouseholdRecord, MemberRecord
from .register import RegisterHousehold, RegisterMember

#: Household fields compared as text, and as values, in the order people read them.
TEXT_FIELDS = ("head_name", "ethnicity", "village", "poverty_cause")
VALUE_FIELDS = (
    "gender", "national_id", "commune_code", "member_count", "phone", "household_code", "merit",
    "social_policy", "is_ethnic_minority", "no_labour_capacity", "b1_score", "b2_score", "has_need",
)  # fmt: skip
EXITS = {"exited_poor": "not_poor", "exited_near_poor": "not_poor"}


@dataclass(slots=True)
class Change:
    """One field's old and new value; of ``members`` the numbers, with who came, left and changed."""

    field: str
    old: Any
    new: Any
    details: dict[str, list[str]] = dataclasses.field(default_factory=dict)


def class_of(record: HouseholdRecord) -> str:
    """The class the household has from now on; "" when the list does not say."""
    return EXITS.get(record.poverty_class or "", record.poverty_class or "")


def compare(record: HouseholdRecord, household: RegisterHousehold) -> list[Change]:
    """Every change the record would make to the household, class and members included."""
    if _says_the_same(record, household):
        return []
    changes: list[Change] = []
    for name in TEXT_FIELDS:
        new, old = getattr(record, name), getattr(household, name)
        if name in record.known and new and not same_text(old, new):
            changes.append(Change(name, old, new))
    changes += _birth_changes(record, household)
    for name in VALUE_FIELDS:
        new, old = getattr(record, name), getattr(household, name)
        if name == "national_id" and new in household.former_ids:
            continue
        if name in record.known and new not in ("", None) and new != old:
            changes.append(Change(name, old, new))
    if "members" in record.known and record.members:
        changes += _member_changes(record.members, household.members)
    new_class = class_of(record)
    if new_class and new_class != household.poverty_class:
        changes.append(Change("poverty_class", household.poverty_class, new_class))
    return changes


def _says_the_same(record: HouseholdRecord, household: RegisterHousehold) -> bool:
    """Whether every value the list knows stands in the register letter by letter: the usual case."""
    values = _getter(record.known)
    if values(record) != values(household):
        return False
    if record.birth_date != household.birth_date or record.birth_year != household.birth_year:
        return False
    if record.poverty_class != household.poverty_class:
        return False
    if "members" not in record.known or not record.members:
        return True
    return list(map(_person, record.members)) == list(map(_person, household.members))


_person = attrgetter("name", "relation", "birth_date", "birth_year", "gender", "national_id", "ethnicity")


@cache
def _getter(known: frozenset[str]) -> Callable[[Any], Any]:
    """Reads the fields compared as they are; the head's name always, so that there is one to read."""
    return attrgetter("head_name", *(name for name in (*TEXT_FIELDS, *VALUE_FIELDS) if name in known))


def same_text(old: str, new: str) -> bool:
    """Whether two texts say the same: capitals, composition and the place of a tone mark aside."""
    if old == new:
        return True
    if unicodedata.normalize("NFC", old).casefold() == unicodedata.normalize("NFC", new).casefold():
        return True
    return tone_key(old) == tone_key(new) and fold(old) == fold(new)


def _birth_changes(record: HouseholdRecord, household: RegisterHousehold) -> list[Change]:
    if not {"birth_date", "birth_year"} & record.known:
        return []
    birth_date, birth_year = merged_birth(record, household)
    changes = []
    if birth_date != household.birth_date:
        changes.append(Change("birth_date", household.birth_date, birth_date))
    if birth_year != household.birth_year:
        changes.append(Change("birth_year", household.birth_year, birth_year))
    return changes


def merged_birth(
    new: HouseholdRecord | MemberRecord, old: RegisterHousehold | RegisterMember
) -> tuple[date | None, int | None]:
    """Date and year of birth after the list. A bare year keeps the known date of that year, and only a
    year that contradicts the date displaces it."""
    if new.birth_date:
        return new.birth_date, new.birth_date.year
    if not new.birth_year or new.birth_year == old.birth_year:
        return old.birth_date, old.birth_year
    return None, new.birth_year


def merge_members(
    listed: Sequence[MemberRecord], known: Sequence[RegisterMember]
) -> list[tuple[MemberRecord, RegisterMember | None]]:
    """The listed people, each with the register's person they are: by number, else by name and year."""
    pairs: list[RegisterMember | None] = [None] * len(listed)
    free = dict(enumerate(known))

    def pair(fits: Callable[[MemberRecord, RegisterMember], bool]) -> None:
        for index, member in enumerate(listed):
            if pairs[index] is None:
                place = next((place for place, person in free.items() if fits(member, person)), None)
                if place is not None:
                    pairs[index] = free.pop(place)

    pair(lambda m, p: bool(m.national_id) and m.national_id == p.national_id)
    pair(lambda m, p: same_text(p.name, m.name) and m.birth_year == p.birth_year)
    pair(lambda m, p: same_text(p.name, m.name) and not (m.birth_year and p.birth_year))
    pair(lambda m, p: same_text(p.name, m.name))
    return list(zip(listed, pairs, strict=True))


def filled(member: MemberRecord, person: RegisterMember | None) -> RegisterMember:
    """The member as it will stand in the register: what the list leaves blank stays as known."""
    if person is None:
        year = member.birth_date.year if member.birth_date else member.birth_year
        return RegisterMember(
            member.name, member.relation, member.birth_date, year,
            member.gender or "", member.national_id, member.ethnicity,
        )  # fmt: skip
    birth_date, birth_year = merged_birth(member, person)
    return RegisterMember(
        person.name if not member.name or same_text(person.name, member.name) else member.name,
        person.relation
        if not member.relation or same_text(person.relation, member.relation)
        else member.relation,
        birth_date,
        birth_year,
        member.gender or person.gender,
        member.national_id or person.national_id,
        person.ethnicity
        if not member.ethnicity or same_text(person.ethnicity, member.ethnicity)
        else member.ethnicity,
    )


def _member_changes(listed: Sequence[MemberRecord], known: Sequence[RegisterMember]) -> list[Change]:
    """One change for the household's people as a whole, or none. Their order does not count."""
    pairs = merge_members(listed, known)
    stayed = [person for _member, person in pairs if person is not None]
    joined = [member.name for member, person in pairs if person is None]
    left = [person.name for person in known if not any(person is one for one in stayed)]
    altered = [
        person.name for member, person in pairs if person is not None and filled(member, person) != person
    ]
    if not (joined or left or altered):
        return []
    details = {"joined": joined, "left": left, "altered": altered}
    return [
        Change("members", len(known), len(listed), {key: names for key, names in details.items() if names})
    ]
