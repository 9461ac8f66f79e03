"""Rows of a review workbook that add a household found in the field: plain values with their place.

They stand on the sheet “Hộ bổ sung”, or as rows without a key under the list. A cell that cannot be what its
column says is refused with its address; nothing is guessed. No database here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.spreadsheets.cells import clean_birth_date, clean_name, clean_national_id, is_blank
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from ..choices import Decision
from .form_words import FormWords
from .review_opening import SheetTable
from .review_workbook import DECISION_WORDS, NEED_WORDS

_LIMITS = {"head_name": 120, "village": 120, "commune": 120, "reason": 300, "note": 300}
#: What a row must have, beside a name, to be a household and no line of words under the table.
_TELLING = ("birth_year", "national_id", "decision", "has_need", "support_form")
#: Blank means reserve, and of the form the round's usual one: the district may leave it to the ranking.
_WORDS: dict[str, tuple[dict[Any, str], Any]] = {
    "decision": (DECISION_WORDS, Decision.RESERVE),
    "has_need": (NEED_WORDS, None),
}


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A household as the district wrote it. `answer`: decision, reason, support_form, has_need, note."""

    sheet: str
    row: int
    head_name: str
    birth_year: int | None = None
    national_id: str = ""
    village: str = ""
    commune_name: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


def read_added(found: SheetTable, forms: FormWords) -> list[AddedRow]:
    """The households among rows without a key; words, blank rows and repeated headers are passed over."""
    rows = []
    for number, values in found.rows:
        written = [name for name in found.table.columns if name != "number" and found.cell(values, name)]
        if not written or found.table.repeats_header(values):
            continue
        name, _problem = clean_name(found.raw(values, "head_name"))
        telling = [column for column in _TELLING if column in written]
        if not name and telling:
            raise Refusal(
                _(
                    "Sheet “%(sheet)s”, row %(row)s has an answer, but neither a key nor the name of a "
                    "household: write the name, or empty the row."
                )
                % {"sheet": found.sheet, "row": number}
            )
        if name and (telling or found.table.index("key") is None):
            found.refuse_uncalculated([number], [name for name in found.table.columns if name != "number"])
            rows.append(_read_row(found, number, values, name, forms))
    return rows


def _read_row(found: SheetTable, number: int, values: Sequence[Any], name: str, forms: FormWords) -> AddedRow:
    for column, limit in _LIMITS.items():
        if len(found.cell(values, column)) > limit:
            raise Refusal(
                _("Text longer than %(limit)s characters in %(cells)s: shorten it.")
                % {"limit": limit, "cells": f"{found.sheet} {found.place(number, column)}"}
            )
    answer: dict[str, Any] = {column: found.cell(values, column) for column in ("reason", "note")}
    for column, (words, blank) in _WORDS.items():
        answer[column] = _choice(found, number, values, column, words, blank)
    answer["support_form"] = _form(found, number, values, forms)
    if answer["decision"] == Decision.DROP:
        raise Refusal(
            _("%(cell)s: an added household is kept or put in reserve; delete the row to leave it out.")
            % {"cell": _cell(found, number, "decision")}
        )
    if answer["decision"] == Decision.KEEP and answer["has_need"] is False:
        raise Refusal(
            _("Kept although without need: rows %(rows)s. Drop them with a reason, or correct the need.")
            % {"rows": f"{found.sheet} {number}"}
        )
    born, problem = clean_birth_date(found.raw(values, "birth_year"))
    year = found.cell(values, "birth_year")
    # A bare number of four digits is a year, never the count of days a spreadsheet keeps a date as.
    if problem == "bad_birth_date" or (len(year) == 4 and year.isdigit() and str(born.year) != year):
        raise Refusal(
            _("%(cell)s: “%(word)s” is no year of birth.")
            % {"cell": _cell(found, number, "birth_year"), "word": found.cell(values, "birth_year")}
        )
    identity, problem = clean_national_id(found.raw(values, "national_id"))
    if problem == "bad_national_id":
        raise Refusal(
            _("%(cell)s: “%(word)s” is no identity number, which has 9 or 12 digits.")
            % {"cell": _cell(found, number, "national_id"), "word": found.cell(values, "national_id")}
        )
    return AddedRow(
        found.sheet, number, name[:120], born.year, identity, found.cell(values, "village"),
        found.cell(values, "commune"), answer,
    )  # fmt: skip


def _choice(
    found: SheetTable, number: int, values: Sequence[Any], column: str, words: dict[Any, str], blank: Any
) -> Any:
    said = found.cell(values, column)
    if is_blank(said):
        return blank
    for value, word in words.items():
        if word and fold(word) == fold(said):
            return value
    raise _none_of(found, number, column, [word for word in words.values() if word], said)


def _form(found: SheetTable, number: int, values: Sequence[Any], forms: FormWords) -> str:
    said = found.cell(values, "support_form")
    form = forms.usual if is_blank(said) else forms.readable.get(fold(said))
    if form not in forms.given:
        raise _none_of(found, number, "support_form", forms.offered, said)
    return str(form)


def _none_of(found: SheetTable, number: int, column: str, choices: Sequence[str], said: str) -> Refusal:
    cell = _cell(found, number, column)
    return Refusal(
        _("%(cell)s: “%(word)s” is none of %(choices)s.")
        % {"cell": cell, "word": said, "choices": ", ".join(choices)}
    )


def _cell(found: SheetTable, number: int, column: str) -> str:
    return _("Sheet “%(sheet)s”, cell %(cell)s") % {
        "sheet": found.sheet,
        "cell": found.place(number, column),
    }
