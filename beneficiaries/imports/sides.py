"""A household of a list or of the register reduced to what identifies it, and how two compare. Pure."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from smartphone_support.vietnamese.text import fold

from ..choices import Doubt
from .records import HouseholdRecord
from .register import RegisterHousehold

#: Names this alike are one name with a slip of the pen ("Hồ Văn Hùng", "Hồ Văn Hừng").
ALIKE = 0.8


@dataclass(slots=True)
class Side:
    """A household of either side, reduced to what identifies it."""

    name: str
    birth_year: int | None
    birth_date: date | None
    identity: str
    commune: str
    village: str
    count: int | None
    people: tuple[tuple[str, int | None], ...]
    identities: frozenset[str]
    district: str = ""
    gender: str = ""
    code: str = ""

    @property
    def is_incomplete(self) -> bool:
        """Known by name and district only, as the review software exports them."""
        return not self.commune and bool(self.district)

    @property
    def other_names(self) -> set[str]:
        return {name for name, _year in self.people if name and name != self.name}

    @property
    def says_enough(self) -> bool:
        """Whether it says more than a name and a commune, which many share."""
        return bool(self.village or self.birth_year or self.identities or self.other_names)

    def marks(self) -> Hashable:
        return (
            self.name, self.commune, self.village, self.birth_year, self.birth_date,
            self.identity, self.count, self.people, self.identities,
        )  # fmt: skip

    def export_marks(self) -> Hashable:
        return (self.name, self.district, self.code, self.count, self.gender)


class Sides(dict[int, Side]):
    """Households by key, each reduced when it is first asked for: most are known by number and name alone."""

    def __init__(self, households: Mapping[int, HouseholdRecord] | Mapping[int, RegisterHousehold]) -> None:
        super().__init__()
        self.households = households

    def __missing__(self, key: int) -> Side:
        side = self[key] = side_of(self.households[key])
        return side


folded = lru_cache(maxsize=100_000)(fold)
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def _letters(village: str) -> str:
    return _NOT_A_LETTER.sub("", fold(village))


def side_of(household: HouseholdRecord | RegisterHousehold) -> Side:
    identities = {member.national_id for member in household.members}
    identities.add(household.national_id)
    identities.discard("")
    return Side(
        name=folded(household.head_name),
        birth_year=household.birth_year,
        birth_date=household.birth_date,
        identity=household.national_id,
        commune=household.commune_code,
        village=_letters(household.village),
        count=household.member_count,
        people=tuple((folded(member.name), member.birth_year) for member in household.members),
        identities=frozenset(identities),
        district=household.district_code,
        gender=household.gender or "",
        code=household.household_code,
    )


def same_person(a: Side, b: Side) -> bool:
    """Whether two heads with one identity number may be one person: name or birth year must agree."""
    if not a.name or not b.name or a.name == b.name:
        return True
    if a.birth_year and a.birth_year == b.birth_year:
        return True
    return SequenceMatcher(None, a.name, b.name).ratio() >= ALIKE


def contradict(a: Side, b: Side) -> bool:
    """Both heads have a number of one kind, and they differ. A 9-digit number against a 12-digit one
    says nothing: people change from the old card to the new."""
    return bool(a.identity and b.identity and len(a.identity) == len(b.identity) and a.identity != b.identity)


def may_be_completed(a: Side, b: Side) -> bool:
    """Nothing that both state differs: number of persons, sex, running number, year of birth."""
    stated = (
        (a.count, b.count), (a.gender, b.gender), (a.code, b.code), (a.birth_year, b.birth_year)
    )  # fmt: skip
    return all(one == other for one, other in stated if one and other)


def other_birth(a: Side, b: Side) -> bool:
    return a.birth_date is not None and b.birth_date is not None and a.birth_date != b.birth_date


def near(a: Side, b: Side) -> bool:
    return a.name == b.name or (a.commune == b.commune and bool(a.commune))


def is_successor(row: Side, home: Side, shared: int) -> bool:
    """Whether a household that shares identity numbers is the same one: its head too, or a new head from
    within, or most of its people."""
    heads_swapped = row.identity in home.identities or home.identity in row.identities
    if contradict(row, home):
        return heads_swapped
    if row.name == home.name or heads_swapped:
        return True
    return row.name in home.other_names or home.name in row.other_names or shared >= 2


def resemblance(row: Side, home: Side) -> Doubt | None:
    """Why a row might be a household of the same name and commune, or None when it is not."""
    if contradict(row, home) or (row.birth_year and home.birth_year and row.birth_year != home.birth_year):
        return None
    if not row.village or not home.village:
        return Doubt.NO_VILLAGE
    return Doubt.OTHER_VILLAGE if row.birth_year and home.birth_year else None


def birth_fits(a: Side, b: Side) -> bool:
    """The same birth date, or none on one side, or else people in common beside the head."""
    if not other_birth(a, b):
        return True
    return bool(a.other_names & b.other_names) or (bool(a.identity) and a.identity == b.identity)


def members_agree(a: Side, b: Side) -> bool:
    """Whether the households' people, or at least their number, are the same."""
    if a.people and b.people:
        if a.other_names or b.other_names:
            return 2 * len(a.other_names & b.other_names) >= max(len(a.other_names), len(b.other_names))
        return True
    if a.count is not None and b.count is not None:
        return a.count == b.count
    return a.count is None and b.count is None and a.birth_year == b.birth_year


def only_best(scores: dict[int, tuple[bool, int]]) -> int | None:
    """The key with the highest score, or None when two share it."""
    best = max(scores.values())
    winners = [key for key, score in scores.items() if score == best]
    return winners[0] if len(winners) == 1 else None
