"""Pages of long lists whose cost does not grow with their depth.

A list is a chain of segments, one after the other: rows in the order of an index, or rows somebody ranked.
A page is remembered by the row at its edge, not by how many rows are before it; the next one begins behind.
The address holds only that row's segment and id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import BooleanField, F, Func, QuerySet, Value

AFTER, BEFORE, NUMBER = "after", "before", "page"


class Segment(Protocol):
    """A part of a list. ``name`` tells the parts apart on screen, ``read`` is what was read on the way."""

    name: str
    read: dict[int, dict[str, Any]]

    def after(self, pk: int | None, size: int) -> list[int]:
        """The first ids behind ``pk`` (None: from the beginning)."""

    def before(self, pk: int | None, size: int) -> list[int]:
        """The last ids before ``pk`` (None: up to the end), in the list's own order."""

    def count(self, most: int) -> int:
        """How many there are, but no more than ``most``."""


class _RowCompare(Func):
    """(a, b) > (x, y): the whole order compared at once, which an index of (a, b) answers directly."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], sign: str) -> None:
        super().__init__(*columns, *(Value(value) for value in values))
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(parts) // 2
        left = ", ".join(sql for sql, _params in parts[:half])
        right = ", ".join(sql for sql, _params in parts[half:])
        return f"({left}) {self.sign} ({right})", [value for _sql, params in parts for value in params]


class Rows:
    """Rows of a queryset in an order without nulls that ends in `pk`; there are ``least`` of them or more.

    Whoever asks for the place of a row outside the queryset gets the beginning: the order of rows somebody
    may not see says something about them.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        order: tuple[str, ...],
        name: str = "",
        shown: tuple[str, ...] = (),
        least: int = 0,
    ) -> None:
        self.rows, self.order, self.name = rows, order, name
        self.shown = ("pk", *(field for field in shown if field != "pk"))
        #: What was read of the rows on the way, by id: the columns of ``shown``.
        self.read: dict[int, dict[str, Any]] = {}
        self._first: list[int] = []
        self._least = least
        self._total: int | None = None

    def after(self, pk: int | None, size: int) -> list[int]:
        if pk is None and (self._total is not None or len(self._first) >= size):
            return self._first[:size]
        ids = self._ids(self._beyond(pk, ">").order_by(*self.order), size)
        if pk is None:
            self._first = ids
            if len(ids) < size:
                self._total = len(ids)
        return ids

    def before(self, pk: int | None, size: int) -> list[int]:
        rows = self._beyond(pk, "<").order_by(*(f"-{name}" for name in self.order))
        return self._ids(rows, size)[::-1]

    def count(self, most: int) -> int:
        if self._total is None and max(len(self._first), self._least) >= most:
            return most
        if self._total is None:
            return self.rows.order_by().values("pk")[:most].count()
        return min(most, self._total)

    def _ids(self, rows: QuerySet[Any], size: int) -> list[int]:
        found = {row["pk"]: row for row in rows.values(*self.shown)[:size]}
        self.read |= found
        return list(found)

    def _beyond(self, pk: int | None, sign: str) -> QuerySet[Any]:
        if pk is None:
            return self.rows
        edge = self.rows.filter(pk=pk).values_list(*self.order).first()
        if edge is None:
            return self.rows
        return self.rows.filter(_RowCompare([F(name) for name in self.order], edge, sign))


class Ranked:
    """Ids somebody has put in order; there are few of them."""

    def __init__(
        self, ids: Sequence[int], name: str = "", read: dict[int, dict[str, Any]] | None = None
    ) -> None:
        self.ids, self.name = list(ids), name
        #: What was read of the rows on the way, by id; maybe not of all.
        self.read = read or {}

    def after(self, pk: int | None, size: int) -> list[int]:
        start = self.ids.index(pk) + 1 if pk in self.ids else 0
        return self.ids[start : start + size]

    def before(self, pk: int | None, size: int) -> list[int]:
        end = self.ids.index(pk) if pk in self.ids else len(self.ids)
        return self.ids[max(0, end - size) : end]

    def count(self, most: int) -> int:
        return min(most, len(self.ids))


@dataclass(frozen=True)
class Cursor:
    """A row at the edge of a page: its segment's place in the chain and its id."""

    segment: int
    pk: int | None

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """From an address; anything unreadable is no cursor. "end" is behind the last row of all."""
        segment, _, pk = text.partition("-")
        if not (segment.isascii() and segment.isdigit() and len(segment) < 4):
            return None
        if pk == "end":
            return cls(int(segment), None)
        return cls(int(segment), int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None

    def __str__(self) -> str:
        return f"{self.segment}-{'end' if self.pk is None else self.pk}"


@dataclass(frozen=True)
class KeysetPage:
    """The rows of a page as (segment's name, id), and the addresses' cursors of its neighbours."""

    rows: list[tuple[str, int]]
    previous: Cursor | None
    next: Cursor | None
    number: int = 1

    @property
    def has_others(self) -> bool:
        return self.previous is not None or self.next is not None


#: Segments are made when the page reaches them: a search that is answered by names never looks further.
Chain = Sequence[Callable[[], Segment]]


def page_of(
    chain: Chain, size: int, *, after: Cursor | None = None, before: Cursor | None = None
) -> KeysetPage:
    """The page behind a cursor, before one, or the first."""
    if before is not None:
        return _backwards(chain, size, before)
    start = after or Cursor(0, None)
    found: list[tuple[int, str, int]] = []
    for place in range(min(start.segment, len(chain)), len(chain)):
        segment = chain[place]()
        edge = start.pk if place == start.segment else None
        ids = segment.after(edge, size + 1 - len(found))
        found += [(place, segment.name, pk) for pk in ids]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    return _page(found, previous=after is not None and bool(found), more=more)


def _backwards(chain: Chain, size: int, before: Cursor) -> KeysetPage:
    found: list[tuple[int, str, int]] = []
    for place in range(min(before.segment, len(chain) - 1), -1, -1):
        segment = chain[place]()
        edge = before.pk if place == before.segment else None
        ids = segment.before(edge, size + 1 - len(found))
        found = [(place, segment.name, pk) for pk in ids] + found
        if len(found) > size:
            break
    earlier, found = len(found) > size, found[-size:]
    return _page(found, previous=earlier, more=before.pk is not None)


def _page(found: list[tuple[int, str, int]], *, previous: bool, more: bool) -> KeysetPage:
    return KeysetPage(
        [(name, pk) for _place, name, pk in found],
        Cursor(found[0][0], found[0][2]) if previous and found else None,
        Cursor(found[-1][0], found[-1][2]) if more and found else None,
    )
