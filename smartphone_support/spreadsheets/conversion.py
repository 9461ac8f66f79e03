"""Turn a sheet's text of fonts from before Unicode into Unicode while its rows go by.

What a person said holds first, then the font of each cell, then the words of whole columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from smartphone_support.vietnamese.legacy import TCVN3, UNICODE, VNI, convert, evidence

from .facts import FontUse, RichText, SheetFacts

MOST_SAMPLES = 8
Row = tuple[int, list[Any]]
#: By row: (column from 0, encoding, capitals) of cells in an old font.
Fonts = dict[int, tuple[tuple[int, str, bool], ...]]


class Conversion:
    """What to convert in one sheet, and what has been converted so far."""

    def __init__(self, how: str, fallback: str) -> None:
        self.how = how
        self.fallback = fallback
        self.used: dict[str, int] = {}
        self.samples: dict[str, str] = {}
        self.rows: Callable[[int, list[Any]], None] = lambda number, values: None
        self.prepare: Callable[[list[Row]], None] = lambda rows: None

    @property
    def encoding(self) -> str:
        """The encoding most converted cells were in; "unicode" where none was."""
        if self.how == "told":
            return self.fallback
        return max(self.used, key=lambda name: self.used[name], default=UNICODE)

    @property
    def by(self) -> str:
        return self.how if self.how == "told" or self.used else ""

    def text(self, text: str, use: FontUse, rich: RichText | None = None) -> str:
        """One cell's text as Unicode, remembered as a sample if letters changed."""
        pieces = rich or ((None, text),)
        converted = "".join(_piece(piece, own or use) for own, piece in pieces)
        if converted != text and not text.isascii():
            encoding = use[0] or next((own[0] for own, _ in rich or () if own and own[0]), TCVN3)
            self.used[encoding] = self.used.get(encoding, 0) + 1
            if len(self.samples) < MOST_SAMPLES:
                self.samples.setdefault(text, converted)
        return converted


def _piece(text: str, use: FontUse) -> str:
    return convert(text, *use) if use[0] else text


def conversion_for(
    facts: SheetFacts | None, rich_texts: dict[str, RichText], told: str, legacy: str, columns: list[int]
) -> Conversion | None:
    """The conversion a sheet needs, or None. ``legacy`` and ``columns`` are what its words prove."""
    if told == UNICODE:
        return None
    if told in (TCVN3, VNI):
        return _by_word_of_mouth(facts, told)
    if (facts and facts.legacy) or rich_texts:
        return _by_font(facts, rich_texts)
    if legacy in (TCVN3, VNI):
        found = Conversion("content", legacy)
        wanted = frozenset(columns)

        def convert_columns(_number: int, values: list[Any]) -> None:
            for column, value in enumerate(values):
                if column in wanted and type(value) is str and not value.isascii():
                    values[column] = found.text(value, (legacy, False))

        found.rows = convert_columns
        return found
    return None


def _by_word_of_mouth(facts: SheetFacts | None, told: str) -> Conversion:
    found = Conversion("told", told)
    fonts = facts.legacy if facts else {}

    def convert_all(number: int, values: list[Any]) -> None:
        capitals = {column for column, _, draws_capitals in fonts.get(number, ()) if draws_capitals}
        for column, value in enumerate(values):
            if type(value) is str:
                values[column] = found.text(value, (told, column in capitals))

    found.rows = convert_all
    return found


def _unicode_columns(rows: list[Row], fonts: Fonts) -> set[int]:
    """Columns whose cells of old fonts hold Unicode wherever that can be told: a template's font, no more."""
    seen: dict[int, set[int]] = {}
    for number, values in rows:
        for column, encoding, capitals in fonts.get(number, ()):
            if column < len(values) and type(values[column]) is str:
                seen.setdefault(column, set()).add(evidence(values[column], encoding, capitals))
    everywhere = set().union(*seen.values())
    if -1 not in everywhere:
        return set()
    return {c for c, found in seen.items() if 1 not in found and (-1 in found or 1 not in everywhere)}


def _by_font(facts: SheetFacts | None, rich_texts: dict[str, RichText]) -> Conversion:
    found = Conversion("font", "")
    fonts = facts.legacy if facts else {}
    in_unicode: set[int] = set()

    def prepare(rows: list[Row]) -> None:
        in_unicode.update(_unicode_columns(rows, fonts))

    def convert_cells(number: int, values: list[Any]) -> None:
        done: set[int] = set()
        for column, encoding, capitals in fonts.get(number, ()):
            if column < len(values) and type(values[column]) is str:
                text = values[column]
                if column in in_unicode and evidence(text, encoding, capitals) < 1:
                    continue
                values[column] = found.text(text, (encoding, capitals), rich_texts.get(text))
                done.add(column)
        if rich_texts:
            for column, value in enumerate(values):
                if type(value) is str and column not in done and value in rich_texts:
                    values[column] = found.text(value, ("", False), rich_texts[value])

    found.rows = convert_cells
    found.prepare = prepare
    return found
