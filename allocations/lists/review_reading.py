"""A review workbook coming back: checked, read by headers and keys, compared with the list.

Nothing is written while reading; whatever is wrong with the workbook is one sentence that names the
rows, and nothing of the list has changed then. Rows may come in any order, hidden or filtered; added
columns are ignored.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.imports.messages import refusal_message
from smartphone_support.documents.storing import store
from smartphone_support.spreadsheets.cellref import cell_name
from smartphone_support.spreadsheets.headers import HeaderWord, Table, find_table
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Row, open_workbook
from smartphone_support.vietnamese.text import clean_text, fold
from smartphone_support.web.errors import Refusal

from ..choices import DISTRICT_STATES, Decision
from ..models import DistrictList, ListLine, ReviewUpload
from ..workflow import register_upload
from ..workflow.lists import ANSWERS, over_quota, require_version
from ..workflow.steps import require_state
from .review_workbook import (
    COLUMNS,
    DECISION_WORDS,
    FORM_WORDS,
    KEY_SHEET,
    KIND,
    NEED_WORDS,
    is_signed,
    row_key,
)

# The largest district has some thousands of households; anything far beyond is no review workbook.
LIMITS = Limits(file_bytes=10 * MEGABYTE, sheets=20, cells=1_000_000, rows=30_000)
LONGEST_TEXT = 300
_VOCABULARY = tuple(HeaderWord(name, (title,), partial=False) for name, title, _width, _open in COLUMNS)
_NEEDED = ("key", "decision", "reason", "support_form")
_SHOWN_ROWS = 10

_CHOICES: dict[str, dict[Any, str]] = {
    "decision": DECISION_WORDS,
    "support_form": FORM_WORDS,
    "has_need": NEED_WORDS,
}
_DECISIONS = {fold(word): value for value, word in DECISION_WORDS.items()}
_FORMS = {fold(word): value for value, word in FORM_WORDS.items()}
_NEEDS = {fold(word): value for value, word in NEED_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the district says of one line; `row` is where it stood in the workbook."""

    line: int
    row: int
    decision: str
    reason: str
    support_form: str
    has_need: bool | None
    note: str


@dataclass(slots=True)
class Review:
    """A workbook that was understood: an answer for every line of the list."""

    sheet: str
    answers: dict[int, Answer] = field(default_factory=dict)
    hidden_rows: int = 0


def receive_upload(district_list: DistrictList, upload: File[Any], *, actor: Any) -> ReviewUpload:
    """Read an uploaded workbook, keep the file and what it would change. Refuses with one sentence."""
    require_state(district_list, DISTRICT_STATES)
    # The reader's child process needs a path of its own; the copy goes as soon as it is read.
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        review = read_review_workbook(Path(copy.name), district_list)
    changes, counts = compare(district_list, review)
    with transaction.atomic():
        file = store(upload, actor=actor)
        return register_upload(district_list, actor=actor, file=file, changes=changes, counts=counts)


def read_review_workbook(path: Path, district_list: DistrictList) -> Review:
    """The answers of a workbook that belongs to this list in its present version."""
    told, tables = _open(path)
    given = told.pop("chu_ky", "")
    if told.get("loai") != KIND or not tables:
        raise Refusal(
            _(
                "This is no review workbook of the system: download it from the list's page and fill "
                "that one in."
            )
        )
    if len(tables) > 1:
        raise Refusal(
            _("Sheets “%(first)s” and “%(second)s” both hold the list: keep only one of them.")
            % {"first": tables[0].sheet, "second": tables[1].sheet}
        )
    found = tables[0]
    _refuse_other_list(told, district_list)
    keys = _keys(found)
    _refuse_tampered(told, given, keys, found, district_list)
    review = Review(found.sheet, hidden_rows=len(found.hidden & {number for number, _v in found.rows}))
    for answer in _answers(found, keys):
        review.answers[answer.line] = answer
    _refuse_rules(review, district_list, found)
    return review


@dataclass(slots=True)
class _Found:
    """A sheet with the list in it: its header, its rows below, which of them are hidden."""

    sheet: str
    table: Table
    rows: list[Row]
    hidden: frozenset[int]

    def cell(self, values: Sequence[Any], name: str) -> str:
        index = self.table.index(name)
        value = values[index] if index is not None and index < len(values) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else clean_text(str(value))


def _open(path: Path) -> tuple[dict[str, str], list[_Found]]:
    told: dict[str, str] = {}
    tables: list[_Found] = []
    try:
        with open_workbook(path, LIMITS) as workbook:
            for sheet in workbook:
                rows = list(sheet)
                if sheet.name == KEY_SHEET:
                    told = {str(values[0]): str(values[1]) for _n, values in rows if len(values) > 1}
                    continue
                table = find_table(rows, _VOCABULARY, required=frozenset({"key"}))
                if table is not None and all(name in table.columns for name in _NEEDED):
                    below = [row for row in rows if row[0] >= table.first_row]
                    tables.append(_Found(sheet.name, table, below, sheet.hidden_rows))
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused
    return told, tables


def _refuse_other_list(told: dict[str, str], district_list: DistrictList) -> None:
    if told.get("danh_sach") != str(district_list.pk):
        raise Refusal(
            _("This is the workbook of %(district)s, %(round)s; this list is that of %(own)s.")
            % {
                "district": told.get("huyen", "?")[:1].lower() + told.get("huyen", "?")[1:],
                "round": told.get("dot", "?"),
                "own": f"{district_list.district.name_in_text}, {district_list.round.name}",
            }
        )
    require_version(district_list, told.get("phien_ban", "?"))


def _keys(found: _Found) -> dict[str, int]:
    """Key → row. A row without a key is ignored unless it carries an answer."""
    keys: dict[str, int] = {}
    without = []
    for number, values in found.rows:
        key = found.cell(values, "key")
        if not key:
            if found.cell(values, "decision"):
                without.append(number)
            continue
        if key in keys:
            raise Refusal(
                _("Rows %(first)s and %(second)s have the same key: a household stands in the workbook once.")
                % {"first": keys[key], "second": number}
            )
        keys[key] = number
    if without:
        raise Refusal(
            _("Rows without a key: %(rows)s. Households cannot be added in the workbook; remove these rows.")
            % {"rows": _listed(without)}
        )
    return keys


def _refuse_tampered(
    told: dict[str, str], given: str, keys: dict[str, int], found: _Found, district_list: DistrictList
) -> None:
    lines = dict(ListLine.objects.filter(district_list=district_list).values_list("pk", "position"))
    expected = {row_key(district_list, line): position for line, position in lines.items()}
    forged = sorted(row for key, row in keys.items() if key not in expected)
    if forged:
        raise Refusal(
            _("Keys in column %(column)s were changed, rows %(rows)s. Download the workbook again.")
            % {"column": found.table.letter("key"), "rows": _listed(forged)}
        )
    missing = sorted(position for key, position in expected.items() if key not in keys)
    if missing:
        raise Refusal(
            ngettext(
                "%(count)s household of the list is missing in the workbook: No. %(numbers)s.",
                "%(count)s households of the list are missing in the workbook: No. %(numbers)s.",
                len(missing),
            )
            % {"count": localize(len(missing)), "numbers": _listed(missing)}
        )
    if not is_signed(told, keys, given):
        raise Refusal(_("The hidden key sheet was changed. Download the workbook again."))


def _answers(found: _Found, keys: dict[str, int]) -> list[Answer]:
    answers, unknown, long = [], [], []
    for number, values in found.rows:
        key = found.cell(values, "key")
        if not key:
            continue
        words = {name: found.cell(values, name) for name in ANSWERS}
        read = {
            "decision": _DECISIONS.get(fold(words["decision"])),
            "support_form": _FORMS.get(fold(words["support_form"])),
            "has_need": _NEEDS.get(fold(words["has_need"]), "?"),
        }
        for name, value in read.items():
            if (value is None and name != "has_need") or value == "?":
                unknown.append((number, name, words[name]))
        long += [(number, name) for name in ("reason", "note") if len(words[name]) > LONGEST_TEXT]
        answers.append(
            Answer(
                line=int(key.partition("-")[0]),
                row=number,
                reason=words["reason"],
                note=words["note"],
                **read,  # type: ignore[arg-type]  # unknown words are refused below
            )
        )
    _refuse_cells(found, unknown, long)
    return answers


def _refuse_cells(found: _Found, unknown: list[tuple[int, str, str]], long: list[tuple[int, str]]) -> None:
    if unknown:
        _row, name, word = unknown[0]
        choices: list[str] = list(_CHOICES[name].values())
        same = sorted(row for row, other, said in unknown if other == name and bool(said) == bool(word))
        sentence = (
            _("Sheet “%(sheet)s”, row %(rows)s, column %(column)s: “%(word)s” is none of %(choices)s.")
            if word
            else _("Sheet “%(sheet)s”, row %(rows)s, column %(column)s is empty: choose one of %(choices)s.")
        )
        raise Refusal(
            sentence
            % {
                "sheet": found.sheet,
                "rows": _listed(same),
                "column": found.table.letter(name),
                "word": word,
                "choices": ", ".join(choice for choice in choices if choice),
            }
        )
    if long:
        cells = [_cell(found, row, name) for row, name in long]
        raise Refusal(
            _("Text longer than %(limit)s characters in %(cells)s: shorten it.")
            % {"limit": LONGEST_TEXT, "cells": ", ".join(cells[:_SHOWN_ROWS])}
        )


def _cell(found: _Found, row: int, name: str) -> str:
    index = found.table.index(name)
    return cell_name(row, (index or 0) + 1)


def _refuse_rules(review: Review, district_list: DistrictList, found: _Found) -> None:
    """The rules of the list that hold whatever the district answers."""
    answers = sorted(review.answers.values(), key=lambda answer: answer.row)
    bare = [answer.row for answer in answers if answer.decision == Decision.DROP and not answer.reason]
    if bare:
        raise Refusal(
            _("Dropped without a reason: rows %(rows)s, column %(column)s.")
            % {"rows": _listed(bare), "column": found.table.letter("reason")}
        )
    needless = [
        answer.row for answer in answers if answer.decision == Decision.KEEP and answer.has_need is False
    ]
    if needless:
        raise Refusal(
            _("Kept although without need: rows %(rows)s. Drop them with a reason, or correct the need.")
            % {"rows": _listed(needless)}
        )
    kept = sum(answer.decision == Decision.KEEP for answer in answers)
    if kept > district_list.quota:
        raise Refusal(over_quota(kept, district_list.quota))


def _listed(numbers: Sequence[int]) -> str:
    """ "12, 40, 41" and how many more there are."""
    shown = ", ".join(str(number) for number in numbers[:_SHOWN_ROWS])
    more = len(numbers) - _SHOWN_ROWS
    return shown if more <= 0 else _("%(rows)s and %(more)s more") % {"rows": shown, "more": more}


def compare(district_list: DistrictList, review: Review) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Changed lines (what was, what becomes) in the list's order, and the counts after them."""
    changes = []
    for line in ListLine.objects.filter(district_list=district_list).order_by("position"):
        said = asdict(review.answers[line.pk])
        was = {name: getattr(line, name) for name in ANSWERS}
        different = [name for name in ANSWERS if said[name] != was[name]]
        if different:
            changes.append(
                {
                    "id": line.pk,
                    "position": line.position,
                    "name": line.snapshot.get("head_name", ""),
                    "row": said["row"],
                    "before": {name: was[name] for name in different},
                    "after": {name: said[name] for name in different},
                }
            )
    decisions = [answer.decision for answer in review.answers.values()]
    counts = {choice.value: decisions.count(choice) for choice in Decision}
    counts |= {"lines": len(decisions), "changed": len(changes), "hidden_rows": review.hidden_rows}
    return changes, counts
