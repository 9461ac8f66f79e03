"""Finds the households of a register that are worth comparing. Pure: facts in, scored pairs out.

Two households are compared only when they share one of several keys, so that the work grows with their
number and not with its square. Which keys they may share depends on their identity numbers: two cards of
twelve digits that are not nearly the same belong to two people, so only a household that has none, or an old
card of nine, is looked for by name and birth. That keeps namesakes and the many "born on 01/01" out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from smartphone_support.vietnamese.text import fold

from .scoring import Facts, Pair, canonical_number, likeness, one_slip, plain_name, without_middle

#: Pairs that score less are not worth a person's time.
LEAST = 70
#: More candidates for one household than a person can compare are no help: the best ones stay.
MOST_PER_HOUSEHOLD = 5
#: A telephone number that more households have is an official's, not a household's; likewise a person's
#: number that stands everywhere.
MOST_TOGETHER = 4

DIGITS = 12  # of a citizen's card; an old card has nine


def find_pairs(
    households: Sequence[Facts], *, new: Collection[int] | None = None, least: int = LEAST
) -> list[Pair]:
    """Pairs of households that may be one, the likeliest first.

    With ``new`` only pairs of which at least one has its id among them: a list just read, against the
    register. The result does not depend on the order of the households.
    """
    finder = _Finder(households, new)
    scored = []
    for i, j in finder.candidates():
        one, other = households[i], households[j]
        score, reasons = likeness(one, other)
        if score >= least:
            first, second = (one.id, other.id) if one.id < other.id else (other.id, one.id)
            scored.append(Pair(first, second, score, reasons))
    scored.sort(key=lambda pair: (-pair.score, pair.first, pair.second))
    return _best_of_each(scored)


def _best_of_each(pairs: list[Pair]) -> list[Pair]:
    """No household in more than a handful of pairs: namesakes would fill the queue otherwise."""
    seen: Counter[int] = Counter()
    kept = []
    for pair in pairs:
        if max(seen[pair.first], seen[pair.second]) < MOST_PER_HOUSEHOLD:
            seen[pair.first] += 1
            seen[pair.second] += 1
            kept.append(pair)
    return kept


def _repeated(keys: Iterable[Hashable]) -> set[Hashable]:
    """The keys that occur more than once."""
    met: set[Hashable] = set()
    remember = met.add
    return {key for key in keys if key in met or remember(key)}  # type: ignore[func-returns-value]  # None


class _Finder:
    """Groups households by their keys; they are told apart by their place in the sequence.

    ``day`` is day and month without their order, 0 where unknown or the first of January; ``date`` the
    same with the year, ``here`` and ``about`` day or year with the commune: small whole numbers, which are
    cheap to group by.
    """

    def __init__(self, households: Sequence[Facts], new: Collection[int] | None) -> None:
        self.households = households
        self.pairs: set[int] = set()
        self.size = len(households)
        self.is_new: list[bool] | None = None
        if new is not None:
            wanted = frozenset(new)
            self.is_new = [household.id in wanted for household in households]
        self._keys()

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Every pair worth weighing, once, in a settled order."""
        self._by_number()
        self._by_name_and_birth()
        self._by_slips_of_numbers()
        self._by_phone()
        self._by_people()
        for pair in sorted(self.pairs):
            yield divmod(pair, self.size)

    def _keys(self) -> None:
        communes: dict[object, int] = {}
        self.names, self.firsts, self.lasts = [], [], []  # type: list[str], list[str], list[str]
        self.days, self.years, self.places = [], [], []  # type: list[int], list[int], list[int]
        for household in self.households:
            name = household.folded
            compact = name.replace(" ", "")
            if not compact.isalnum():
                name = plain_name(name)
                compact = name.replace(" ", "")
            first, _space, last = name.rpartition(" ")
            self.names.append(compact)
            self.firsts.append(first)
            self.lasts.append(last)
            birth = household.birth
            if birth is None:
                self.days.append(0)
                self.years.append(household.year or 0)
            else:
                d, m = birth.day, birth.month
                self.days.append(0 if d == 1 == m else d * 32 + m if d < m else m * 32 + d)
                self.years.append(birth.year)
            self.places.append(communes.setdefault(household.commune, len(communes) + 1))
        self.numbers = [canonical_number(household.number) for household in self.households]
        self.communes = len(communes) + 1

    # -- collecting -------------------------------------------------------------------------------

    def _add(self, i: int, j: int) -> None:
        if self.is_new is not None and not (self.is_new[i] or self.is_new[j]):
            return
        self.pairs.add(i * self.size + j if i < j else j * self.size + i)

    def _alike(self, i: int, j: int) -> bool:
        a, b = self.names[i], self.names[j]
        return a == b or one_slip(a, b) or self._middle_dropped(i, j)

    def _middle_dropped(self, i: int, j: int) -> bool:
        if self.lasts[i] != self.lasts[j]:
            return False
        return without_middle([*self.firsts[i].split(), ""], [*self.firsts[j].split(), ""])

    def _groups(self, keys: Sequence[object], most: int = MOST_TOGETHER) -> Iterator[tuple[int, int]]:
        """Pairs of households whose (true) keys are equal, where not too many share one."""
        for places in self._together(keys, range(self.size)):
            if len(places) <= most:
                yield from combinations(places, 2)

    def _together(self, keys: Sequence[object], places: Sequence[int]) -> Iterable[list[int]]:
        """The places of households whose (true) keys are equal, where one of them may be wanted.

        Most keys occur once. Finding the others first is quicker than grouping them all.
        """
        if self.is_new is not None:
            is_new = self.is_new
            wanted = {key for key, place in zip(keys, places, strict=True) if is_new[place]}
            met = [(key, place) for key, place in zip(keys, places, strict=True) if key in wanted]
            keys, places = [key for key, _place in met], [place for _key, place in met]
        often = _repeated(keys)
        groups: dict[object, list[int]] = defaultdict(list)
        for key, place in zip(keys, places, strict=True):
            if key in often and key:
                groups[key].append(place)
        return groups.values()

    # -- keys -------------------------------------------------------------------------------------

    def _by_number(self) -> None:
        for i, j in self._groups(self.numbers, most=2 * MOST_TOGETHER):
            self._add(i, j)

    def _by_name_and_birth(self) -> None:
        """Households without a number of twelve digits, among all of them."""
        names, days, years, places = self.names, self.days, self.years, self.places
        firsts, lasts, communes = self.firsts, self.lasts, self.communes
        born: dict[tuple[str, int], list[int]] = defaultdict(list)
        dated: dict[int, list[int]] = defaultdict(list)
        here: dict[int, list[int]] = defaultdict(list)
        about: dict[int, list[int]] = defaultdict(list)
        unsure = [i for i, number in enumerate(self.numbers) if len(number) != DIGITS]
        for i in unsure:
            day, year, place = days[i], years[i], places[i]
            if day:
                born[names[i], day].append(i)
                dated[year << 10 | day].append(i)
                here[day * communes + place].append(i)
            about[year * communes + place].append(i)
        nobody: list[int] = []
        is_unsure = bytearray(self.size)
        for i in unsure:
            is_unsure[i] = 1
        met: list[int] = []
        for i in range(self.size):
            day, year, place, name, first, last = days[i], years[i], places[i], names[i], firsts[i], lasts[i]
            met.clear()
            if day:
                met += born.get((name, day), nobody)
                for near in (dated.get(year << 10 | day, nobody), here.get(day * communes + place, nobody)):
                    for j in near:
                        if last == lasts[j] or first == firsts[j]:
                            met.append(j)
            for j in about.get(year * communes + place, nobody):
                bare = not (day and days[j])
                if name == names[j] or (bare and (last == lasts[j] or first == firsts[j])):
                    met.append(j)
            # Two of them meet from both sides: once is enough.
            for j in met:
                if i != j and not (is_unsure[i] and j < i) and self._alike(i, j):
                    self._add(i, j)

    def _by_slips_of_numbers(self) -> None:
        """Two numbers of twelve digits that differ in one: of the same name and birth wherever they live, or
        of the same birth date in one commune. There two of one name and date count whatever their numbers."""
        numbers, names, places = self.numbers, self.names, self.places
        named: list[str] = []
        placed: list[int] = []
        for number, name, day, year, place in zip(numbers, names, self.days, self.years, places, strict=True):
            full = len(number) == DIGITS
            where = day if day else -place  # without a day the commune tells namesakes apart
            named.append(f"{name}{year}/{where}" if full else "")
            placed.append((year << 10 | day) * self.communes + place if full and day else 0)
        for i, j in self._groups(named, most=self.size):
            if (places[i] == places[j] and self.days[i]) or one_slip(numbers[i], numbers[j]):
                self._add(i, j)
        for i, j in self._groups(placed, most=self.size):
            if one_slip(numbers[i], numbers[j]):
                self._add(i, j)

    def _by_phone(self) -> None:
        for i, j in self._groups([household.phone for household in self.households]):
            if self._alike(i, j):
                self._add(i, j)

    def _by_people(self) -> None:
        """Somebody who is counted in two households: by number, else by name and day in one commune."""
        every = range(self.size)
        if self.is_new is None:
            persons = self._persons(every)
        else:  # of the others only who might be somebody of the new ones
            persons = self._persons([i for i in every if self.is_new[i]])
            others = self._persons(
                [i for i in every if not self.is_new[i]], frozenset(persons[0]), frozenset(persons[2])
            )
            for column, more in zip(persons, others, strict=True):
                column += more
        numbers, homes, days, names, dwellings = persons
        whole = [number if len(number) == DIGITS else canonical_number(number) for number in numbers]
        for places in self._together(whole, homes):
            self._add_all(places)
        # Folding a name is the dear part: only of those who share a day with somebody of their commune, once.
        often = _repeated(days)
        shared = [at for at, day in enumerate(days) if day in often]
        folded = {name: fold(name) for name in {names[at] for at in shared}}
        same = [f"{days[at]} {folded[names[at]]}" for at in shared]
        for places in self._together(same, [dwellings[at] for at in shared]):
            self._add_all(places)

    def _persons(
        self, places: Iterable[int], numbers: frozenset[str] | None = None, days: frozenset[int] | None = None
    ) -> tuple[list[Any], ...]:
        """Numbers with their homes; birthdays (each in its commune) with names and homes: of all people, or
        only of those with one of the numbers or days."""
        known: list[str] = []
        homes: list[int] = []
        born: list[int] = []
        names: list[str] = []
        dwellings: list[int] = []
        for i in places:
            household = self.households[i]
            if not household.people:
                continue
            place = self.places[i]
            head = (household.name, household.birth, household.year, household.number)
            for name, birth, _year, number in (head, *household.people):
                if number and (numbers is None or number in numbers):
                    known.append(number)
                    homes.append(i)
                if birth is not None:
                    day = birth.toordinal() * self.communes + place
                    if days is None or day in days:
                        born.append(day)
                        names.append(name)
                        dwellings.append(i)
        return known, homes, born, names, dwellings

    def _add_all(self, places: list[int]) -> None:
        places = sorted(set(places))
        if len(places) <= MOST_TOGETHER:
            for i, j in combinations(places, 2):
                self._add(i, j)
