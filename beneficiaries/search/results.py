"""Searching households: what was typed, answered best first, from the indexes of ``search_index``.

The answer is a chain of segments (``web.keyset``): heads whose name begins so, heads whose name holds the
words, the same at the place that was named, households with such a member, names almost like it. Later
segments are made only when a page reaches them, and hold nothing of the earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from smartphone_support.web.keyset import Ranked, Rows, Segment

from . import index as search_index
from .index import Filled, HeadKey, HeadText, Holds, HoldsPhrase, MemberText
from .typed import Meaning, Places, doubtful, likeness, likenesses, meanings, read

NUMBER, NAME, PLACE, MEMBER, YEAR, NEAR = "number", "name", "place", "member", "year", "near"
#: Up to so many are ranked one by one; more come in the order of their names.
MOST_RANKED = 200
#: Almost equal names are looked for while fewer than so many households are found.
NEAR_BELOW = 10
MOST_NEAR = 50
#: SQLite: so many rows at most are taken from the full-text index; commoner words are met soon anyway.
MOST_ROWIDS = 2_000
#: Behind every letter and digit of a key.
_LAST = "{"


class Search:
    """One search among ``rows``. ``places`` gives the names of the areas they lie in, when it is needed."""

    def __init__(
        self, rows: QuerySet[Any], text: str, places: Callable[[], Places], shown: tuple[str, ...] = ()
    ) -> None:
        self.shown = shown
        self.typed = read(text)
        self.everywhere = rows
        self.rows = rows.annotate(search_key=HeadKey())
        if self.typed.year is not None:
            self.rows = self.rows.filter(birth_year=self.typed.year)
        self.connection = connections[rows.db]
        self.meanings = meanings(self.typed.words, places()) if self.typed.words else []
        #: The names of the members that fit, by household.
        self.members: dict[int, str] = {}
        self._made: dict[int, Segment] = {}
        self.makers = self._makers()

    @property
    def chain(self) -> list[Callable[[], Segment]]:
        return [partial(self._segment, place) for place in range(len(self.makers))]

    def found(self, most: int) -> dict[str, int]:
        """Households of each kind among the segments made so far, each counted up to ``most``."""
        totals: dict[str, int] = {}
        for place in sorted(self._made):
            segment = self._made[place]
            totals[segment.name] = min(most, totals.get(segment.name, 0) + segment.count(most))
        return {name: n for name, n in totals.items() if n}

    @property
    def read(self) -> dict[int, dict[str, Any]]:
        """The columns of ``shown`` of rows that were read on the way."""
        return {pk: row for segment in self._made.values() for pk, row in segment.read.items()}

    def queryset(self) -> QuerySet[Any]:
        """All that is found, as a condition on the rows, unranked: for exports."""
        if self.typed.is_empty:
            return self.everywhere
        ids: list[int] = []
        condition = Q()
        for place, maker in enumerate(self.makers):
            segment = self._segment(place)
            if isinstance(segment, Ranked):
                ids += segment.ids
            elif maker.func == self._starting:
                condition |= self._starts(maker.args[0])
            else:
                condition |= self._contains(maker.args[0])
        return self.rows.filter(condition | Q(pk__in=ids))

    def _segment(self, place: int) -> Segment:
        if place not in self._made:
            self._made[place] = self.makers[place]()
        return self._made[place]

    def _makers(self) -> list[partial[Segment]]:
        if self.typed.numbers:
            return [partial(self._numbered)]
        makers: list[partial[Segment]] = []
        for meaning in self.meanings:
            makers.append(partial(self._starting, meaning))
            if meaning.words:
                makers.append(partial(self._containing, meaning))
        if self.typed.words:
            makers.append(partial(self._with_member))
            if self.typed.year is not None:
                makers.append(partial(self._of_another_year))
            makers.append(partial(self._almost))
        return makers

    # -- numbers ----------------------------------------------------------------------------------

    def _numbered(self) -> Segment:
        numbers, rows = self.typed.numbers, self.everywhere.order_by()
        people = self.everywhere.model.members.rel.related_model.objects
        of_members = people.filter(Filled("national_id"), national_id__in=numbers, position__gt=0)
        heads = [
            rows.filter(Filled(column), **{f"{column}__in": numbers}).values_list("pk", flat=True)
            for column in ("national_id", "phone", "household_code")
        ]
        found = heads[0].union(*heads[1:])[:MOST_RANKED]
        ids = sorted(found)
        if len(ids) < MOST_RANKED:
            named = dict(of_members.filter(household__in=rows).values_list("household", "name")[:MOST_RANKED])
            self.members = {pk: name for pk, name in named.items() if pk not in ids}
            ids += sorted(self.members)
        return Ranked(ids, NUMBER)

    # -- heads ------------------------------------------------------------------------------------

    def _starting(self, meaning: Meaning) -> Segment:
        name = NAME if meaning.areas is None else PLACE
        if self._stands_back(meaning):
            return Ranked([], name)
        rows = self.rows.filter(self._starts(meaning))
        order = ("search_key", "pk") if meaning.words else ("head_name_key", "pk")
        return Rows(rows, order, name, self.shown)

    def _containing(self, meaning: Meaning) -> Segment:
        name = NAME if meaning.areas is None else PLACE
        if self._stands_back(meaning):
            return Ranked([], name)
        rows = self.rows.filter(self._contains(meaning))
        ids = self._rowids(search_index.HEAD_FTS, [meaning.words])
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        few = list(self._read(rows.order_by())[: MOST_RANKED + 1])
        if len(few) > MOST_RANKED:
            return Rows(rows, ("head_name_key", "pk"), name, self.shown, least=len(few))

        def rank(row: dict[str, Any]) -> tuple[int, str, int]:
            return -likeness(meaning.words, row["search_key"]), row["search_key"], row["pk"]

        few.sort(key=rank)
        return Ranked([row["pk"] for row in few], name, {row["pk"]: row for row in few})

    def _read(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows' keys, and at once what a page shows of them."""
        return rows.values("pk", "search_key", *(name for name in self.shown if name != "pk"))

    def _starts(self, meaning: Meaning) -> Q:
        words = " ".join(meaning.words)
        begins = Q(search_key__gte=words, search_key__lt=words + _LAST) if words else Q()
        return begins & self._at(meaning)

    def _contains(self, meaning: Meaning) -> Q:
        words = " ".join(meaning.words)
        elsewhere = Q(search_key__lt=words) | Q(search_key__gte=words + _LAST)
        return Q(Holds(HeadText(), meaning.words)) & elsewhere & self._at(meaning)

    def _at(self, meaning: Meaning) -> Q:
        """In the meaning's areas, and not among the names that need no place to be found."""
        if meaning.areas is None:
            return Q()
        return Q(Q(commune__in=meaning.areas) | Q(district__in=meaning.areas)) & ~self._whole_text()

    def _whole_text(self) -> Q:
        words = " ".join(self.typed.words)
        begins = Q(search_key__gte=words, search_key__lt=words + _LAST)
        return begins | Q(Holds(HeadText(), self.typed.words))

    def _stands_back(self, meaning: Meaning) -> bool:
        return meaning.only_if_no_name and any(self._segment(place).count(1) for place in (0, 1))

    # -- members ----------------------------------------------------------------------------------

    def _with_member(self) -> Segment:
        """Households with a member of that name who is not the head."""
        ranked: dict[int, tuple[int, str]] = {}
        for meaning in self.meanings:
            if not meaning.words or self._stands_back(meaning):
                continue
            for pk, name, key in self._people(meaning):
                if pk not in ranked:
                    ranked[pk] = (-likeness(meaning.words, key.strip()), key)
                    self.members[pk] = name
        return Ranked(sorted(ranked, key=lambda pk: (*ranked[pk], pk)), MEMBER)

    def _people(self, meaning: Meaning) -> list[tuple[int, str, str]]:
        people = self.everywhere.model.members.rel.related_model.objects.annotate(search_text=MemberText())
        people = people.filter(Holds(MemberText(), meaning.words), position__gt=0)
        if self.typed.year is not None:
            people = people.filter(birth_year=self.typed.year)
        if self.connection.vendor == "sqlite":
            people = people.filter(pk__in=search_index.member_rowids(meaning.words))
        rows = self.everywhere.order_by().exclude(Q(Holds(HeadText(), meaning.words)))
        if meaning.areas is not None:
            rows = rows.filter(Q(commune__in=meaning.areas) | Q(district__in=meaning.areas))
        # Asked of each such person, not the other way round: SQLite would go through the whole register.
        few = people.filter(Exists(rows.filter(pk=OuterRef("household")))).order_by("pk")
        return list(few.values_list("household", "name", "search_text")[:MOST_RANKED])

    # -- another year -----------------------------------------------------------------------------

    def _of_another_year(self) -> Segment:
        """Heads of that name born in another year, or nobody knows when, where nobody fits the year.

        The year on a list is often off by one, and a year people remember more often than not.
        """
        if self._found_before(YEAR, most=1):
            return Ranked([], YEAR)
        rows = self.everywhere.annotate(search_key=HeadKey())
        rows = rows.filter(~Q(birth_year=self.typed.year) | Q(birth_year__isnull=True))
        found: dict[int, dict[str, Any]] = {}
        for meaning in self.meanings:
            if not meaning.words or self._stands_back(meaning):
                continue
            fitting = rows.filter(Holds(HeadText(), meaning.words))
            if meaning.areas is not None:
                fitting = fitting.filter(Q(commune__in=meaning.areas) | Q(district__in=meaning.areas))
            ids = self._rowids(search_index.HEAD_FTS, [meaning.words])
            if ids is not None:
                fitting = fitting.filter(pk__in=ids)
            for row in self._read(fitting.order_by("search_key", "pk"))[:MOST_NEAR]:
                found.setdefault(row["pk"], row)
        return Ranked(list(found)[:MOST_NEAR], YEAR, found)

    # -- typing errors ----------------------------------------------------------------------------

    def _almost(self) -> Segment:
        """Heads one letter or one syllable away, while hardly anything else is found."""
        if self._found_before(NEAR, most=NEAR_BELOW) >= NEAR_BELOW:
            return Ranked([], NEAR)
        named = [meaning for meaning in self.meanings if meaning.words]
        known = search_index.known_words(
            self.connection, set().union(*(doubtful(meaning.words) for meaning in named))
        )
        earlier = {pk for place in self._made for pk in self._segment(place).after(None, NEAR_BELOW)}
        ranked: dict[int, tuple[int, str]] = {}
        rows: dict[int, dict[str, Any]] = {}
        for meaning in named:
            for row, rank in self._likely(meaning, known):
                pk = row["pk"]
                if pk not in earlier and (pk not in ranked or rank < ranked[pk][0]):
                    ranked[pk], rows[pk] = (rank, row["search_key"]), row
        return Ranked(sorted(ranked, key=lambda pk: (*ranked[pk], pk))[:MOST_NEAR], NEAR, rows)

    def _likely(self, meaning: Meaning, known: set[str]) -> list[tuple[dict[str, Any], int]]:
        """Rows with how far back each stands."""
        names = likenesses(meaning.words, known)
        if not names:
            return []
        rows = self.rows
        if meaning.areas is not None:
            rows = rows.filter(Q(commune__in=meaning.areas) | Q(district__in=meaning.areas))
        rank = {name: place for place, name in enumerate(names)}
        few = self._read(rows.filter(search_key__in=names).order_by("search_key", "pk"))
        found = [(row, rank[row["search_key"]]) for row in few[:MOST_NEAR]]
        if len(meaning.words) <= 2:
            found += self._likely_parts(rows, names)
        return found

    def _likely_parts(self, rows: QuerySet[Any], names: list[str]) -> list[tuple[dict[str, Any], int]]:
        """One or two words are hardly a whole name: they may stand anywhere in one."""
        phrases = names[:MOST_NEAR]
        parts = [tuple(name.split()) for name in phrases]
        rows = rows.filter(HoldsPhrase(HeadText(), *phrases))
        if self.connection.vendor == "postgresql":
            rows = rows.filter(Holds(HeadText(), *parts, whole=True))
        elif (ids := self._rowids(search_index.HEAD_FTS, parts)) is not None:
            rows = rows.filter(pk__in=ids)
        few = self._read(rows.order_by("search_key", "pk"))
        return [(row, len(names)) for row in few[:MOST_NEAR]]

    def _found_before(self, kind: str, *, most: int) -> int:
        """How many the segments before ``kind`` (one of the last two) hold, counted up to ``most``."""
        total = 0
        for place in range(len(self.makers) - (2 if kind == YEAR else 1)):
            total += self._segment(place).count(most)
            if total >= most:
                break
        return total

    def _rowids(self, table: str, names: list[tuple[str, ...]]) -> list[int] | None:
        """The candidates of SQLite's full-text index; None where the condition itself is indexed."""
        if self.connection.vendor != "sqlite":
            return None
        return search_index.rowids(self.connection, table, names, MOST_ROWIDS)
