"""Which table a sheet holds: recognised by its words, mapped by a person, or only seen to be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from smartphone_support.spreadsheets.cellref import column_index, column_letter
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.headers import (
    MappedColumn,
    Table,
    find_table,
    header_key,
    is_index_row,
    is_machine_row,
    read_header,
)

from .columns import ALL_COLUMNS, VOCABULARY
from .options import ReadOptions, signature_of
from .records import Question

Row = tuple[int, Sequence[object]]

#: A table of people or households has one of these.
NAMES = frozenset({"head_name", "member_name", "subscriber_name"})
_NUMBER = re.compile(r"\d{7,}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")
_LEAST = 3
_SAMPLES = 5
_LONGEST_HEADER = 120


@dataclass(slots=True)
class Located:
    """A sheet's table; ``is_told``: a person mapped its columns; ``is_export``: with machine keys above."""

    table: Table
    signature: str
    is_told: bool = False
    is_export: bool = False

    @property
    def is_named(self) -> bool:
        return bool(NAMES & set(self.table.columns))


def locate(head: Sequence[Row], options: ReadOptions) -> Located | None:
    """The table among the first rows of a sheet, None where nothing looks like one."""
    table = find_table(head, VOCABULARY, required=NAMES) or _unnamed_table(head)
    if table is None:
        return None
    signature = signature_of(_headers(table).values())
    located = Located(
        table, signature, is_export=any(is_machine_row(values) for _number, values in head[:10])
    )
    told = options.columns.get(signature)
    if told:
        located.table, located.is_told = _mapped(table, told), True
    return located


def question_of(located: Located, sheet: str, rows: Sequence[Row]) -> Question:
    """Have a person map the table's columns: headers, the best guess and examples beside each."""
    table = located.table
    headers = _headers(table)
    below = [values for number, values in rows if number >= table.first_row and not is_index_row(values)]
    samples: dict[str, list[str]] = {}
    for letter in headers:
        index = column_index(letter)
        texts = (as_text(values[index]) for values in below if index < len(values))
        samples[letter] = list(dict.fromkeys(text[:80] for text in texts if text))[:_SAMPLES]
    params: dict[str, Any] = {
        "signature": located.signature,
        "headers": headers,
        "guess": {column.letter: column.name for column in table.columns.values()},
        "samples": samples,
        "header_rows": table.header_rows,
    }
    return Question("columns", sheet, params=params, settled=located.is_told)


def _headers(table: Table) -> dict[str, str]:
    """Every column's header as written, from left to right."""
    texts = {column.index: column.header for column in table.columns.values()} | table.unmapped
    return {column_letter(index): texts[index] for index in sorted(texts)}


def _mapped(table: Table, told: Any) -> Table:
    """The table with the columns a person said, and no others."""
    headers = _headers(table)
    columns = {
        name: MappedColumn(name, column_index(letter), headers.get(letter, ""), 1.0)
        for letter, name in told.items()
        if name
    }
    taken = {column.index for column in columns.values()}
    unmapped = {i: text for letter, text in headers.items() if (i := column_index(letter)) not in taken}
    return replace(table, columns=columns, unmapped=unmapped)


def _unnamed_table(head: Sequence[Row]) -> Table | None:
    """A block of cells that looks like a table although its header says too little.

    A first row that holds numbers or dates is no header: the list has none, and no household is lost.
    """
    for start, (_number, values) in enumerate(head):
        texts = _filled(values)
        if len(texts) < _LEAST or is_index_row(values) or is_machine_row(values):
            continue
        following = [len(_filled(row)) for _n, row in head[start + 1 : start + 4]]
        if sum(1 for count in following if count >= _LEAST) < min(2, max(1, len(following))):
            continue
        if any(_is_data(value) for value in values):
            width = max(len(row) for _n, row in head[start : start + 20])
            used = [i for i in range(width) if any(i < len(row) and row[i] for _n, row in head[start:])]
            return Table([], head[start][0], {}, dict.fromkeys(used, ""), [], [])
        return read_header(head, start, VOCABULARY)
    return None


def _filled(values: Sequence[object]) -> list[object]:
    return [value for value in values if value is not None and value != ""]


def _is_data(value: object) -> bool:
    if isinstance(value, date) or (isinstance(value, int | float) and value > 31):
        return True
    text = value if isinstance(value, str) else ""
    return len(text) > _LONGEST_HEADER or bool(_NUMBER.search(text))


def is_export(located: Located) -> bool:
    """The review software's export: machine keys above its header, or its columns and no others of a list."""
    names = set(located.table.columns)
    if {"national_id", "birth_date", "commune", "address", "village"} & names:
        return False
    own = {"quick_form", "b1_score", "b2_score", "reviewer"} & names
    return located.is_export or (len(own) > 1 and "household_code" in names)


#: Fields of which a list has one column; two that claim one are asked about.
_SINGLE = frozenset(
    {"head_name", "member_name", "birth_date", "gender", "national_id", "commune", "district", "village",
     "poverty_class", "member_count"}
)  # fmt: skip
_EXACT = {
    header_key(alias): column.name
    for column in ALL_COLUMNS
    if column.name in _SINGLE and not column.parents
    for alias in column.aliases
}


def rivals(table: Table, rows: Sequence[Row]) -> dict[int, str]:
    """Columns left over although their header is word for word that of a field another column got, if
    anything stands in them: the field by column index."""
    found = {}
    for index, text in table.unmapped.items():
        name = _EXACT.get(header_key(text.rpartition(" / ")[2]), "")
        if name in table.columns and any(
            index < len(values) and as_text(values[index]) for n, values in rows if n >= table.first_row
        ):
            found[index] = name
    return found


_PERSON = re.compile(r"\D{4,40}$")


def looks_like_people(table: Table, rows: Sequence[Row]) -> bool:
    """Whether most rows of an unrecognised block hold a name of several words and a number or date of a
    person."""
    below = [values for number, values in rows if number >= table.first_row]
    full = [values for values in below if len(_filled(values)) >= _LEAST]

    def fits(values: Sequence[object]) -> bool:
        texts = [value.strip() for value in values if isinstance(value, str)]
        named = any(" " in text and _PERSON.match(text) for text in texts)
        return named and any(
            isinstance(value, date) or (isinstance(value, str) and _NUMBER.search(value)) for value in values
        )

    return bool(full) and sum(1 for values in full if fits(values)) * 2 > len(full)
