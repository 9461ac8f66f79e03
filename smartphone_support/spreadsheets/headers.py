"""Find the table in a sheet: its header rows, and which column is which.

Lists come with letterheads above, one to four header rows (merged parents over children), a row of
machine keys, and an index row "A B 1 2 3 4=3/1*100". Columns are recognised by their words, not by their
place. Everything here is deterministic: the same sheet gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from smartphone_support.vietnamese.text import clean_text, fold

from .cellref import column_letter

#: Rows looked at for a header, and how many rows one header may have.
SEARCHED_ROWS = 60
HEADER_ROWS = 5

_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_INDEX_CELL = re.compile(r"\(?\s*([a-z]|\d{1,2})\s*\)?\s*(=.*)?$", re.I)
_MACHINE_KEY = re.compile(r"[a-z][A-Za-z0-9]*([._][A-Za-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class HeaderWord:
    """A column to look for: the field's name and the ways its header is written.

    ``parents``: when given, a header above (merged over several columns) must be one of these;
    the words may then be as short as "Nam". ``partial`` allows an alias inside a longer header.
    """

    name: str
    aliases: tuple[str, ...]
    parents: tuple[str, ...] = ()
    partial: bool = True


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A recognised column: index from 0, the header as written, and how sure (1.0: word for word)."""

    name: str
    index: int
    header: str
    confidence: float

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(slots=True)
class Table:
    """Where a table stands in its sheet."""

    header_rows: list[int]
    first_row: int
    columns: dict[str, MappedColumn] = field(default_factory=dict)
    unmapped: dict[int, str] = field(default_factory=dict)
    title: list[str] = field(default_factory=list)
    #: The header's rows as keys, to recognise them where they are repeated inside the table.
    header_keys: list[tuple[str, ...]] = field(default_factory=list)

    def index(self, name: str) -> int | None:
        column = self.columns.get(name)
        return column.index if column else None

    def letter(self, name: str) -> str:
        column = self.columns.get(name)
        return column.letter if column else ""

    def repeats_header(self, values: Sequence[object]) -> bool:
        """True for a row that says again what a row of the header says."""
        keys = [(index, key) for index, value in enumerate(values) if (key := header_key(value))]
        return bool(keys) and any(
            all(index < len(layer) and layer[index] == key for index, key in keys)
            for layer in self.header_keys
        )

    @property
    def confidence(self) -> float:
        return min((column.confidence for column in self.columns.values()), default=0.0)


def header_key(text: object) -> str:
    """Words of a header without accents, case and punctuation: " Số CCCD/CMND " → "so cccd cmnd"."""
    return _PUNCTUATION.sub(" ", fold(text)).strip() if isinstance(text, str) else ""


def is_index_row(values: Sequence[object]) -> bool:
    """True for the row "A B C 1 2 3 4=3/1*100" under a header."""
    cells = [value for value in values if value is not None and value != ""]
    if len(cells) < 3:
        return False
    numbers = []
    for cell in cells:
        text = clean_text(cell) if isinstance(cell, str) else str(cell) if type(cell) is int else "?"
        match = _INDEX_CELL.match(text)
        if not match:
            return False
        if match.group(1).isdigit():
            numbers.append(int(match.group(1)))
        elif numbers:
            return False  # letters stand before the numbers, never among them
    letters = len(cells) - len(numbers)
    rising = all(later - earlier == 1 for earlier, later in pairwise(numbers))
    return rising and (not numbers or numbers[0] == 1 or (letters > 0 and numbers[0] <= letters + 1))


def is_machine_row(values: Sequence[object]) -> bool:
    """True for a row of technical keys such as "family.hostName", "b1Point"."""
    cells = [value for value in values if value is not None and value != ""]
    if len(cells) < 3 or not all(
        isinstance(cell, str) and _MACHINE_KEY.match(cell.strip()) for cell in cells
    ):
        return False
    return sum(1 for cell in cells if re.search(r"[._]|[a-z][A-Z]", str(cell))) * 3 >= len(cells)


class _Vocabulary:
    """Header words indexed for matching."""

    def __init__(self, words: Iterable[HeaderWord]) -> None:
        self.words = tuple(words)
        self.keys = [(word, [header_key(alias) for alias in word.aliases]) for word in self.words]
        self.parents = {word: {header_key(parent) for parent in word.parents} for word in self.words}
        self.all_keys = {key for _, keys in self.keys for key in keys}

    def match(self, path: Sequence[str]) -> list[tuple[float, HeaderWord]]:
        """All words a column's header path (top to bottom, as keys) may mean, with confidence."""
        own = path[-1]
        above = path[:-1]
        whole = " ".join(path)
        found = []
        for word, keys in self.keys:
            best = 0.0
            for key in keys:
                if own == key:
                    best = max(best, 1.0)
                elif whole == key:
                    best = max(best, 0.95)
                elif word.partial and len(key) > 3 and f" {key} " in f" {own} ":
                    # The more of the header the words cover, the surer.
                    best = max(best, 0.5 + 0.4 * len(key) / len(own))
            if best and self.parents[word]:
                if not any(_has_parent(parent, self.parents[word]) for parent in above):
                    continue
                best += 0.05
            if best:
                found.append((best, word))
        return found


def _has_parent(text: str, parents: set[str]) -> bool:
    return any(parent == text or f" {parent} " in f" {text} " for parent in parents)


def find_table(
    rows: Iterable[tuple[int, Sequence[object]]],
    vocabulary: Iterable[HeaderWord],
    *,
    minimum: int = 3,
    required: frozenset[str] = frozenset(),
) -> Table | None:
    """Find the header among the first rows of a sheet.

    ``rows``: (row number, values), empty rows left out. A header needs at least ``minimum`` recognised
    columns, and one of ``required`` if that is given. None when there is no such row.
    """
    head: list[tuple[int, Sequence[object]]] = []
    for number, values in rows:
        if number > SEARCHED_ROWS + HEADER_ROWS:
            break
        head.append((number, values))
    words = _Vocabulary(vocabulary)
    best: Table | None = None
    best_score = 0.0
    for start, (number, values) in enumerate(head):
        if number > SEARCHED_ROWS or not _may_start(values, words):
            continue
        table = _build(head, start, words)
        score = sum(column.confidence for column in table.columns.values())
        wanted = not required or required & set(table.columns)
        if len(table.columns) >= minimum and wanted and score > best_score + 0.001:
            best, best_score = table, score
    return best


def read_header(
    head: Sequence[tuple[int, Sequence[object]]], start: int, vocabulary: Iterable[HeaderWord]
) -> Table:
    """The table whose header begins at ``head[start]``, whatever its words say."""
    return _build(list(head), start, _Vocabulary(vocabulary))


def _may_start(values: Sequence[object], words: _Vocabulary) -> bool:
    if is_index_row(values) or is_machine_row(values):
        return False
    cells = [header_key(value) for value in values if isinstance(value, str)]
    return sum(1 for cell in cells if cell in words.all_keys) >= 2


def _build(head: list[tuple[int, Sequence[object]]], start: int, words: _Vocabulary) -> Table:
    first_number = head[start][0]
    layers = [head[start][1]]
    end = start + 1
    while end < len(head) and head[end][0] - first_number < HEADER_ROWS:
        values = head[end][1]
        if is_index_row(values):
            end += 1
            break
        if is_machine_row(values):
            end += 1
            continue
        if not _is_child_row(values, layers[-1]):
            break
        layers.append(values)
        end += 1
    first_row = head[end][0] if end < len(head) else head[end - 1][0] + 1
    paths = _paths(layers)
    columns, unmapped = _assign(paths, words)
    title = [clean_text(v) for _, values in head[:start] for v in values if isinstance(v, str) and v.strip()]
    last_header = min(first_row - 1, head[end - 1][0] + HEADER_ROWS)
    return Table(
        header_rows=list(range(first_number, last_header + 1)),
        first_row=first_row,
        columns=columns,
        unmapped=unmapped,
        title=title,
        header_keys=[tuple(header_key(value) for value in layer) for layer in layers],
    )


def _is_child_row(values: Sequence[object], above: Sequence[object]) -> bool:
    """A second header line: only words, none in the first column of the header, and at least one
    under a gap that a merged parent leaves."""
    if any(value is not None and not isinstance(value, str) for value in values):
        return False
    filled = [index for index, value in enumerate(values) if isinstance(value, str) and value.strip()]
    parents = [index for index, value in enumerate(above) if isinstance(value, str) and value.strip()]
    if not filled or not parents or filled[0] <= parents[0]:
        return False
    if any(
        len(str(values[index])) > 120 or re.fullmatch(r"[\d\s./'+-]+", str(values[index])) for index in filled
    ):
        return False
    return any(index >= len(above) or not above[index] for index in filled)


def _paths(layers: list[Sequence[object]]) -> dict[int, list[str]]:
    """The header of each column from top to bottom, merged parents carried over their children."""
    width = max(len(layer) for layer in layers)
    texts = [
        [clean_text(v) if isinstance(v, str) else "" for v in layer] + [""] * (width - len(layer))
        for layer in layers
    ]
    paths: dict[int, list[str]] = {}
    for index in range(width):
        path: list[str] = []
        for level, layer in enumerate(texts):
            text = layer[index]
            if not text and any(below[index] for below in texts[level + 1 :]):
                text = _parent(texts, level, index)
            if text:
                path.append(text)
        if path:
            paths[index] = path
    return paths


def _parent(texts: list[list[str]], level: int, index: int) -> str:
    """The merged cell to the left which spans over this column: every column between has a child too."""
    for left in range(index - 1, -1, -1):
        if not any(below[left] for below in texts[level + 1 :]):
            return ""
        if texts[level][left]:
            return texts[level][left]
    return ""


def _assign(
    paths: dict[int, list[str]], words: _Vocabulary
) -> tuple[dict[str, MappedColumn], dict[int, str]]:
    """Give each field its surest column and each column its surest field; ties to the left."""
    offers = []
    for index, path in paths.items():
        keys = [header_key(text) for text in path]
        if not keys[-1]:
            continue
        for order, (confidence, word) in enumerate(words.match(keys)):
            offers.append((-confidence, index, order, word.name))
    columns: dict[str, MappedColumn] = {}
    taken: set[int] = set()
    for negative, index, _, name in sorted(offers):
        if name not in columns and index not in taken:
            columns[name] = MappedColumn(name, index, " / ".join(paths[index]), min(1.0, -negative))
            taken.add(index)
    unmapped = {index: " / ".join(path) for index, path in paths.items() if index not in taken}
    return columns, unmapped
