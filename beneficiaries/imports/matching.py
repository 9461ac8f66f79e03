"""Which listed household is which of the register. Pure: plain values in, plain values out.

An identity number decides, then a member's, then name with birth year and place; a name alone never.
What evidence cannot decide is left to a person, with the reasons. The tiers run one after the other over
what the ones before left over, so that a sure match is never disturbed by a mere resemblance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from ..choices import Doubt, MatchBasis
from .records import HouseholdRecord
from .register import RegisterHousehold
from .sides import (
    Side,
    Sides,
    birth_fits,
    contradict,
    folded,
    is_successor,
    may_be_completed,
    members_agree,
    near,
    only_best,
    resemblance,
    same_person,
)

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
        self.incoming = Sides(dict(enumerate(records)))
        known = {household.id: household for household in register}
        self.register = Sides(known)
        self.former = {number: pk for pk, household in known.items() for number in household.former_ids}
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
        self._by_name_district()
        self._doubtful()
        self._forget_taken()
        self._disputed_numbers()
        self._repeats_without_number()
        return self.matches

    # -- bookkeeping ------------------------------------------------------------------------------

    def _open(self) -> list[int]:
        return [index for index, match in enumerate(self.matches) if not match.is_settled]

    def _free(self) -> list[int]:
        return [pk for pk in self.register.households if pk not in self.taken]

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
        for index, record in enumerate(self.records):
            if record.national_id:
                rows[record.national_id].append(index)
        for indexes in rows.values():
            if len(indexes) == 1:
                continue
            first, *others = sorted(indexes, key=self._standing)
            for index in others:
                self.matches[index].twin = first
                if same_person(self.incoming[first], self.incoming[index]):
                    self.matches[index].is_repeat = True
                else:
                    self._dispute(index, Doubt.ID_IN_FILE, [])

    def _standing(self, index: int) -> tuple[bool, bool, int]:
        record = self.records[index]
        return (record.blocked, (record.poverty_class or "").startswith("exited"), index)

    def _by_head_number(self) -> None:
        known = self.register.households
        owners = {home.national_id: pk for pk, home in known.items() if home.national_id}
        holders: dict[int, int] = {}
        for index in self._open():
            record = self.records[index]
            pk = owners.get(record.national_id)
            if pk is not None and record.head_name == known[pk].head_name and index not in self.disputes:
                # Number and name as they stand in the register: nearly every row of a list that comes again.
                self._take(index, pk, MatchBasis.NATIONAL_ID)
                holders[pk] = index
                continue
            side = self.incoming[index]
            pk = owners.get(side.identity) if side.identity else None
            if pk is None:
                continue
            if same_person(side, self.register[pk]):
                self._take(index, pk, MatchBasis.NATIONAL_ID)
                holders[pk] = index
            else:
                self._dispute(index, Doubt.SAME_ID_OTHER_PERSON, [pk])
        # The number of a household that a person merged into another one is that one's too.
        for index in self._open() if self.former else ():
            pk = self.former.get(self.incoming[index].identity)
            if pk is not None and pk in holders:
                self.matches[index].twin, self.matches[index].is_repeat = holders[pk], True
            elif pk is not None:
                self._take(index, pk, MatchBasis.NATIONAL_ID)
                holders[pk] = index

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
            close = {pk: n for pk, n in counts.items() if near(self.incoming[index], self.register[pk])}
            if close:
                shared[index] = close
        rivals: dict[int, dict[int, int]] = defaultdict(dict)
        for index, counts in shared.items():
            for pk, number in counts.items():
                rivals[pk][index] = number
        for index, counts in shared.items():
            best = self._best(index, counts)
            if best is not None and self._best_row(best, rivals[best]) == index:
                if is_successor(self.incoming[index], self.register[best], counts[best]):
                    self._take(index, best, MatchBasis.MEMBER_ID)
                else:
                    self._doubt(index, [best], Doubt.SHARES_MEMBER)
            elif best is None or self._best_row(best, rivals[best]) is None:
                self._doubt(index, counts, Doubt.SHARES_MEMBER, Doubt.SEVERAL_FIT)
            # Otherwise another row is clearly that household: this one split off and may be new.

    def _best(self, index: int, counts: dict[int, int]) -> int | None:
        """The register household that shares most with a row, a head of the same name first."""
        name = self.incoming[index].name
        return only_best({pk: (self.register[pk].name == name, n) for pk, n in counts.items()})

    def _best_row(self, pk: int, counts: dict[int, int]) -> int | None:
        name = self.register[pk].name
        return only_best({index: (self.incoming[index].name == name, n) for index, n in counts.items()})

    def _by_name_year_place(self) -> None:
        self._pair(
            key=lambda side: (
                (side.name, side.birth_year, side.commune, side.village)
                if side.name and side.birth_year and side.commune and side.village
                else None
            ),
            supported=birth_fits,
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
            supported=members_agree,
            basis=MatchBasis.NAME_PLACE,
            reason=Doubt.NO_BIRTH_YEAR,
            comparable=lambda a, b: a.birth_year is None or b.birth_year is None,
        )

    def _pair(
        self,
        *,
        key: Callable[[Side], Hashable | None],
        supported: Callable[[Side, Side], bool],
        basis: MatchBasis,
        reason: Doubt,
        comparable: Callable[[Side, Side], bool] = lambda a, b: True,
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
        supported: Callable[[Side, Side], bool],
        basis: MatchBasis,
        reason: Doubt,
        comparable: Callable[[Side, Side], bool],
    ) -> None:
        fits = {
            index: [pk for pk in pks if comparable(self.incoming[index], self.register[pk])]
            for index in indexes
        }
        agreeing = {
            index: [pk for pk in found if not contradict(self.incoming[index], self.register[pk])]
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
                known = (reason,) if reason is Doubt.INCOMPLETE else ()
                self._doubt(index, found, *known, Doubt.SEVERAL_FIT)
            elif fits[index] and reason is Doubt.BIRTH_DIFFERS:
                self._doubt(index, fits[index], Doubt.ID_DIFFERS)

    def _by_name_district(self) -> None:
        """Households of which only name and district are known, on either side.

        The same export again finds its own rows by everything it says, the running number included; then
        a complete household may be an incomplete one if each is the only one of its name in the district.
        """
        incomplete = {pk for pk in self._free() if self.register[pk].is_incomplete}
        rows = {index for index in self._open() if self.incoming[index].is_incomplete}
        if not incomplete and not rows:
            return
        exported: dict[Hashable, list[int]] = defaultdict(list)
        for pk in sorted(incomplete, reverse=True):
            exported[self.register[pk].export_marks()].append(pk)
        for index in sorted(rows):
            alike = exported.get(self.incoming[index].export_marks())
            if self.incoming[index].name and alike:
                self._take(index, alike.pop(), MatchBasis.INCOMPLETE)
        self._pair(
            key=lambda side: (side.name, side.district) if side.name and side.district else None,
            supported=lambda a, b: True,
            basis=MatchBasis.INCOMPLETE,
            reason=Doubt.INCOMPLETE,
            comparable=lambda a, b: (a.is_incomplete or b.is_incomplete) and may_be_completed(a, b),
        )

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
                reason = resemblance(side, self.register[pk])
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
        names = {self.incoming[index].name for index in self._open()}
        alike = [i for i, record in enumerate(self.records) if folded(record.head_name) in names]
        for index in sorted(alike, key=self._standing):
            side, match = self.incoming[index], self.matches[index]
            if not side.name or not side.commune or match.is_repeat:
                continue
            key = (side.name, side.birth_year, side.commune, side.village)
            earlier = first.setdefault(key, index)
            if earlier == index or match.is_settled:
                continue
            other = self.incoming[earlier]
            if contradict(side, other) or (
                side.birth_date and other.birth_date and side.birth_date != other.birth_date
            ):
                continue
            match.twin = earlier
            if side.marks() == other.marks() and (side.identities or side.birth_year):
                match.is_repeat = True
            else:
                self._doubt(index, (), Doubt.REPEATS_ROW)
