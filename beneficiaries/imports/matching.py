"""Which listed household is which of the register. Pure: plain values in, plain values out.

An identity number decides, then a member's, then name with birth year and place; a name alone never.
What evidence cannot decide is left to a person, with the reasons. The tiers run one after the other over
what the ones before left over, so that a sure match is never disturbed by a mere resemblance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from smartphone_support.vietnamese.text import fold

from ..choices import Doubt, MatchBasis
from .records import HouseholdRecord
from .register import RegisterHousehold

#: Names this alike are one name with a slip of the pen ("Hồ Văn Hùng", "Hồ Văn Hừng").
ALIKE = 0.8
#: More candidates than a person can compare are no help.
MOST_CANDIDATES = 5


@dataclass(slots=True)
class Candidate:
    """A register household a listed one may be, and why that is doubtful."""

    household_id: int
    reasons: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class Match:
    """What became of one record.

    ``household_id`` when it is known to the register; ``twin`` the index of the record of the same file
    it repeats or resembles; ``doubts`` why a person must decide, with the ``candidates``. None of these: it
    is new. ``identity_disputed`` says that its number belongs to somebody else and must not be written.
    """

    household_id: int | None = None
    basis: MatchBasis = MatchBasis.NONE
    twin: int | None = None
    is_repeat: bool = False
    identity_disputed: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.doubts)

    @property
    def is_settled(self) -> bool:
        return self.household_id is not None or self.is_repeat or self.is_ambiguous


@dataclass(slots=True)
class _Side:
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


_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def _side(household: HouseholdRecord | RegisterHousehold) -> _Side:
    identities = {member.national_id for member in household.members}
    identities.add(household.national_id)
    identities.discard("")
    return _Side(
        name=fold(household.head_name),
        birth_year=household.birth_year,
        birth_date=household.birth_date,
        identity=household.national_id,
        commune=household.commune_code,
        village=_NOT_A_LETTER.sub("", fold(household.village)),
        count=household.member_count,
        people=tuple((fold(member.name), member.birth_year) for member in household.members),
        identities=frozenset(identities),
    )


def match_households(
    records: Sequence[HouseholdRecord], register: Iterable[RegisterHousehold]
) -> list[Match]:
    """One ``Match`` per record, in their order. ``register`` is the whole province.

    Every register household is matched by at most one record. The result depends on nothing but the
    values: not on the register's order, and on the file's order only between rows that are alike.
    """
    return _Matcher(records, register).run()


class _Matcher:
    def __init__(self, records: Sequence[HouseholdRecord], register: Iterable[RegisterHousehold]) -> None:
        self.records = records
        self.incoming = [_side(record) for record in records]
        self.register = {household.id: _side(household) for household in register}
        self.matches = [Match() for _record in records]
        self.taken: set[int] = set()
        self.disputes: dict[int, tuple[Doubt, list[int]]] = {}

    def run(self) -> list[Match]:
        self._same_number_twice()
        self._by_head_number()
        self._by_every_mark()
        self._by_member_number()
        self._by_name_year_place()
        self._by_name_place()
        self._doubtful()
        self._forget_taken()
        self._disputed_numbers()
        self._repeats_without_number()
        return self.matches

    # -- bookkeeping ------------------------------------------------------------------------------

    def _open(self) -> list[int]:
        return [index for index, match in enumerate(self.matches) if not match.is_settled]

    def _free(self) -> list[int]:
        return [pk for pk in self.register if pk not in self.taken]

    def _take(self, index: int, household_id: int, basis: MatchBasis) -> None:
        self.matches[index].household_id = household_id
        self.matches[index].basis = basis
        self.taken.add(household_id)

    def _doubt(self, index: int, household_ids: Iterable[int], *reasons: Doubt) -> None:
        match = self.matches[index]
        match.doubts += [reason for reason in reasons if reason not in match.doubts]
        named = {candidate.household_id: candidate for candidate in match.candidates}
        for household_id in list(household_ids)[:MOST_CANDIDATES]:
            if household_id in named:  # one column for one household, with every reason
                named[household_id].reasons += [r for r in reasons if r not in named[household_id].reasons]
            else:
                match.candidates.append(Candidate(household_id, list(reasons)))

    def _dispute(self, index: int, reason: Doubt, owners: list[int]) -> None:
        """The row's number is another person's: look for the household as if it had none."""
        side = self.incoming[index]
        side.identities -= {side.identity}
        side.identity = ""
        self.matches[index].identity_disputed = True
        self.disputes[index] = (reason, owners)

    # -- tiers ------------------------------------------------------------------------------------

    def _same_number_twice(self) -> None:
        """The head's number again in this file: the same household twice, or one of two numbers is wrong.

        A household that left poverty for near-poverty stands on both sheets; the class it has now counts.
        """
        rows: dict[str, list[int]] = defaultdict(list)
        for index, side in enumerate(self.incoming):
            if side.identity:
                rows[side.identity].append(index)
        for indexes in rows.values():
            if len(indexes) == 1:
                continue
            first, *others = sorted(indexes, key=self._standing)
            for index in others:
                self.matches[index].twin = first
                if _same_person(self.incoming[first], self.incoming[index]):
                    self.matches[index].is_repeat = True
                else:
                    self._dispute(index, Doubt.ID_IN_FILE, [])

    def _standing(self, index: int) -> tuple[bool, bool, int]:
        record = self.records[index]
        return (record.blocked, (record.poverty_class or "").startswith("exited"), index)

    def _by_head_number(self) -> None:
        owners = {side.identity: pk for pk, side in self.register.items() if side.identity}
        for index in self._open():
            side = self.incoming[index]
            pk = owners.get(side.identity) if side.identity else None
            if pk is None:
                continue
            if _same_person(side, self.register[pk]):
                self._take(index, pk, MatchBasis.NATIONAL_ID)
            else:
                self._dispute(index, Doubt.SAME_ID_OTHER_PERSON, [pk])

    def _by_every_mark(self) -> None:
        """Alike in everything that identifies: the list again, or namesakes of one village in their order."""
        marks: dict[Hashable, list[int]] = defaultdict(list)
        for pk in sorted(self._free(), reverse=True):
            marks[self.register[pk].marks()].append(pk)
        for index in self._open():
            side = self.incoming[index]
            alike = marks.get(side.marks()) if side.name and side.says_enough else None
            if alike:
                basis = MatchBasis.NAME_BIRTH_PLACE if side.birth_year else MatchBasis.NAME_PLACE
                self._take(index, alike.pop(), basis)

    def _by_member_number(self) -> None:
        homes: dict[str, list[int]] = defaultdict(list)
        for pk in self._free():
            for identity in self.register[pk].identities:
                homes[identity].append(pk)
        shared: dict[int, dict[int, int]] = {}
        for index in self._open():
            counts: dict[int, int] = defaultdict(int)
            for identity in self.incoming[index].identities:
                for pk in homes.get(identity, ()):
                    counts[pk] += 1
            near = {pk: n for pk, n in counts.items() if _near(self.incoming[index], self.register[pk])}
            if near:
                shared[index] = near
        rivals: dict[int, dict[int, int]] = defaultdict(dict)
        for index, counts in shared.items():
            for pk, number in counts.items():
                rivals[pk][index] = number
        for index, counts in shared.items():
            best = self._best(index, counts)
            if best is not None and self._best_row(best, rivals[best]) == index:
                if _is_successor(self.incoming[index], self.register[best], counts[best]):
                    self._take(index, best, MatchBasis.MEMBER_ID)
                else:
                    self._doubt(index, [best], Doubt.SHARES_MEMBER)
            elif best is None or self._best_row(best, rivals[best]) is None:
                self._doubt(index, counts, Doubt.SHARES_MEMBER, Doubt.SEVERAL_FIT)
            # Otherwise another row is clearly that household: this one split off and may be new.

    def _best(self, index: int, counts: dict[int, int]) -> int | None:
        """The register household that shares most with a row, a head of the same name first."""
        name = self.incoming[index].name
        return _only_best({pk: (self.register[pk].name == name, n) for pk, n in counts.items()})

    def _best_row(self, pk: int, counts: dict[int, int]) -> int | None:
        name = self.register[pk].name
        return _only_best({index: (self.incoming[index].name == name, n) for index, n in counts.items()})

    def _by_name_year_place(self) -> None:
        self._pair(
            key=lambda side: (
                (side.name, side.birth_year, side.commune, side.village)
                if side.name and side.birth_year and side.commune and side.village
                else None
            ),
            supported=_birth_fits,
            basis=MatchBasis.NAME_BIRTH_PLACE,
            reason=Doubt.BIRTH_DIFFERS,
        )
        # A list without a column for the village: the whole birth date stands in for it.
        without_village = {i for i in self._open() if not self.incoming[i].village}
        nowhere = {pk for pk in self._free() if not self.register[pk].village}
        if without_village or nowhere:
            self._pair(
                key=lambda side: (
                    (side.name, side.birth_date, side.commune)
                    if side.name and side.birth_date and side.commune
                    else None
                ),
                supported=lambda a, b: not (a.village and b.village),
                basis=MatchBasis.NAME_BIRTH_PLACE,
                reason=Doubt.OTHER_VILLAGE,
            )

    def _by_name_place(self) -> None:
        self._pair(
            key=lambda side: (
                (side.name, side.commune, side.village)
                if side.name and side.commune and side.village
                else None
            ),
            supported=_members_agree,
            basis=MatchBasis.NAME_PLACE,
            reason=Doubt.NO_BIRTH_YEAR,
            comparable=lambda a, b: a.birth_year is None or b.birth_year is None,
        )

    def _pair(
        self,
        *,
        key: Callable[[_Side], Hashable | None],
        supported: Callable[[_Side, _Side], bool],
        basis: MatchBasis,
        reason: Doubt,
        comparable: Callable[[_Side, _Side], bool] = lambda a, b: True,
    ) -> None:
        """Match rows and register households of one key where exactly one of each remains."""
        rows: dict[Hashable, list[int]] = defaultdict(list)
        for index in self._open():
            if (value := key(self.incoming[index])) is not None:
                rows[value].append(index)
        homes: dict[Hashable, list[int]] = defaultdict(list)
        for pk in self._free():
            value = key(self.register[pk])
            if value in rows:
                homes[value].append(pk)
        for value, pks in homes.items():
            self._pair_group(rows[value], pks, supported, basis, reason, comparable)

    def _pair_group(
        self,
        indexes: list[int],
        pks: list[int],
        supported: Callable[[_Side, _Side], bool],
        basis: MatchBasis,
        reason: Doubt,
        comparable: Callable[[_Side, _Side], bool],
    ) -> None:
        fits = {
            index: [pk for pk in pks if comparable(self.incoming[index], self.register[pk])]
            for index in indexes
        }
        agreeing = {
            index: [pk for pk in found if not _contradict(self.incoming[index], self.register[pk])]
            for index, found in fits.items()
        }
        wooed = {pk: [index for index in indexes if pk in agreeing[index]] for pk in pks}
        for index in indexes:
            found = agreeing[index]
            if len(found) == 1 and len(wooed[found[0]]) == 1:
                if supported(self.incoming[index], self.register[found[0]]):
                    self._take(index, found[0], basis)
                else:
                    self._doubt(index, found, reason)
            elif found:
                self._doubt(index, found, Doubt.SEVERAL_FIT)
            elif fits[index] and reason is Doubt.BIRTH_DIFFERS:
                self._doubt(index, fits[index], Doubt.ID_DIFFERS)

    def _doubtful(self) -> None:
        """Same name and commune, but another village, or no village to go by: moved, or a namesake."""
        homes: dict[tuple[str, str], list[int]] = defaultdict(list)
        for pk in self._free():
            homes[self.register[pk].name, self.register[pk].commune].append(pk)
        for index in self._open():
            side = self.incoming[index]
            if not side.name:
                continue
            for pk in homes.get((side.name, side.commune), ()):
                reason = _resemblance(side, self.register[pk])
                if reason is not None:
                    self._doubt(index, [pk], reason)

    def _forget_taken(self) -> None:
        """A candidate that another row turned out to be is none; without any left the row is new."""
        for match in self.matches:
            if match.is_ambiguous:
                match.candidates = [c for c in match.candidates if c.household_id not in self.taken]
                if not match.candidates:
                    match.doubts = []

    def _disputed_numbers(self) -> None:
        """Rows whose number is somebody else's: known by other marks, or else a person looks at both.

        Where the register itself knows the number as another's, a match by other marks does not settle it.
        """
        for index, (reason, owners) in self.disputes.items():
            match = self.matches[index]
            if match.household_id is not None:
                if reason is Doubt.ID_IN_FILE:
                    continue
                owners = [match.household_id, *owners]
                match.household_id, match.basis = None, MatchBasis.NONE
            self._doubt(index, owners, reason)

    def _repeats_without_number(self) -> None:
        """Rows that would be new but look like an earlier row of the same file."""
        first: dict[Hashable, int] = {}
        for index in sorted(range(len(self.records)), key=self._standing):
            side, match = self.incoming[index], self.matches[index]
            if not side.name or not side.commune or match.is_repeat:
                continue
            key = (side.name, side.birth_year, side.commune, side.village)
            earlier = first.setdefault(key, index)
            if earlier == index or match.is_settled:
                continue
            other = self.incoming[earlier]
            if _contradict(side, other) or (
                side.birth_date and other.birth_date and side.birth_date != other.birth_date
            ):
                continue
            match.twin = earlier
            if side.marks() == other.marks() and (side.identities or side.birth_year):
                match.is_repeat = True
            else:
                self._doubt(index, (), Doubt.REPEATS_ROW)


def _same_person(a: _Side, b: _Side) -> bool:
    """Whether two heads with one identity number may be one person: name or birth year must agree."""
    if not a.name or not b.name or a.name == b.name:
        return True
    if a.birth_year and a.birth_year == b.birth_year:
        return True
    return SequenceMatcher(None, a.name, b.name).ratio() >= ALIKE


def _contradict(a: _Side, b: _Side) -> bool:
    """Both heads have a number of one kind, and they differ. A 9-digit number against a 12-digit one
    says nothing: people change from the old card to the new."""
    return bool(a.identity and b.identity and len(a.identity) == len(b.identity) and a.identity != b.identity)


def _other_birth(a: _Side, b: _Side) -> bool:
    return a.birth_date is not None and b.birth_date is not None and a.birth_date != b.birth_date


def _near(a: _Side, b: _Side) -> bool:
    return a.name == b.name or (a.commune == b.commune and bool(a.commune))


def _is_successor(row: _Side, home: _Side, shared: int) -> bool:
    """Whether a household that shares identity numbers is the same one: its head too, or a new head from
    within, or most of its people."""
    heads_swapped = row.identity in home.identities or home.identity in row.identities
    if _contradict(row, home):
        return heads_swapped
    if row.name == home.name or heads_swapped:
        return True
    return row.name in home.other_names or home.name in row.other_names or shared >= 2


def _resemblance(row: _Side, home: _Side) -> Doubt | None:
    """Why a row might be a household of the same name and commune, or None when it is not."""
    if _contradict(row, home) or (row.birth_year and home.birth_year and row.birth_year != home.birth_year):
        return None
    if not row.village or not home.village:
        return Doubt.NO_VILLAGE
    return Doubt.OTHER_VILLAGE if row.birth_year and home.birth_year else None


def _birth_fits(a: _Side, b: _Side) -> bool:
    """The same birth date, or none on one side, or else people in common beside the head."""
    if not _other_birth(a, b):
        return True
    return bool(a.other_names & b.other_names) or (bool(a.identity) and a.identity == b.identity)


def _members_agree(a: _Side, b: _Side) -> bool:
    """Whether the households' people, or at least their number, are the same."""
    if a.people and b.people:
        if a.other_names or b.other_names:
            return 2 * len(a.other_names & b.other_names) >= max(len(a.other_names), len(b.other_names))
        return True
    if a.count is not None and b.count is not None:
        return a.count == b.count
    return a.count is None and b.count is None and a.birth_year == b.birth_year


def _only_best(scores: dict[int, tuple[bool, int]]) -> int | None:
    """The key with the highest score, or None when two share it."""
    best = max(scores.values())
    winners = [key for key, score in scores.items() if score == best]
    return winners[0] if len(winners) == 1 else None
