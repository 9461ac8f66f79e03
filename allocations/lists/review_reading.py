"""A review workbook coming back: read by headers and keys, compared with the list.

Nothing is written while reading; whatever is wrong with the workbook is one sentence that names the
rows, and nothing of the list has changed then. Rows may come in any order, hidden or filtered; added
columns are ignored, rows without a key are households found in the field.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from smartphone_support.documents.storing import store
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from ..choices import DISTRICT_STATES, Decision, SupportForm
from ..models import DistrictList, ListLine, ReviewUpload
from ..workflow import register_upload
from ..workflow.lists import ANSWERS, over_quota, require_version
from ..workflow.plans import round_rule
from ..workflow.steps import require_state
from .added_rows import AddedRow, read_added
from .form_words import FormWords
from .found import Find, judged
from .review_keys import KeyedRow, keyed_rows
from .review_opening import SHOWN_ROWS, SheetTable, listed, open_review
from .review_workbook import DECISION_WORDS, NEED_WORDS

LONGEST_TEXT = 300

_CHOICES: dict[str, dict[Any, str]] = {
    "decision": DECISION_WORDS,
    "has_need": NEED_WORDS,
}
_READ: dict[str, dict[str, Any]] = {
    name: {fold(word): value for value, word in words.items()} for name, words in _CHOICES.items()
}
_UNKNOWN = object()


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

    def said(self) -> tuple[Any, ...]:
        """The answer without its place, to compare two rows of one household."""
        return tuple(getattr(self, name) for name in ANSWERS)


@dataclass(slots=True)
class Review:
    """A workbook that was understood: an answer for every line of the list, and the households added to it.

    `repeated` counts rows that say of a household once more what another row says; `altered` names rows in
    whose locked cells something else stands than the list says: (row, name on the list).
    """

    sheet: str
    answers: dict[int, Answer] = field(default_factory=dict)
    added: list[AddedRow] = field(default_factory=list)
    hidden_rows: int = 0
    repeated: int = 0
    altered: list[tuple[int, str]] = field(default_factory=list)


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
    finds = judged(district_list, review.added, round_rule(district_list.round))
    changes, counts = compare(district_list, review, finds)
    if counts["keep"] > district_list.quota:
        raise Refusal(over_quota(counts["keep"], district_list.quota))
    with transaction.atomic():
        file = store(upload, actor=actor)
        return register_upload(
            district_list, actor=actor, file=file, changes=changes, counts=counts,
            found=[find.as_row() for find in finds],
        )  # fmt: skip


def read_review_workbook(path: Path, district_list: DistrictList) -> Review:
    """The answers of a workbook that belongs to this list in its present version."""
    opened = open_review(path)
    _refuse_other_list(opened.told, district_list)
    found = opened.main
    keyed = keyed_rows(found, opened.told, district_list)
    found.refuse_uncalculated((row.row for row in keyed.rows), ANSWERS)
    review = Review(found.sheet, hidden_rows=len(found.hidden & {row for row, _values in found.rows}))
    review.altered = [(row.row, row.line.name) for row, _name in keyed.altered]
    renamed = {row.row: found.cell(row.values, name) for row, name in keyed.altered if name == "head_name"}
    forms = FormWords.of(district_list.round)
    _merge(
        review,
        _answers(found, keyed.rows, forms),
        renamed,
        {row.line.id: row.line.name for row in keyed.rows},
    )
    _refuse_rules(review, district_list, found, forms)
    review.added = read_added(replace(found, rows=keyed.without), forms)
    for table in opened.added:
        review.added += read_added(table, forms)
    return review


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


def _answers(found: SheetTable, rows: list[KeyedRow], forms: FormWords) -> list[Answer]:
    answers, unknown, long = [], [], []
    readable = _READ | {"support_form": forms.readable}
    for keyed in rows:
        words = {name: found.cell(keyed.values, name) for name in ANSWERS}
        read = {name: known.get(fold(words[name]), _UNKNOWN) for name, known in readable.items()}
        unknown += [(keyed.row, name, words[name]) for name, value in read.items() if value is _UNKNOWN]
        long += [(keyed.row, name) for name in ("reason", "note") if len(words[name]) > LONGEST_TEXT]
        said: dict[str, Any] = words | read
        answers.append(Answer(line=keyed.line.id, row=keyed.row, **said))
    _refuse_cells(found, unknown, long, forms)
    return answers


def _merge(review: Review, answers: list[Answer], renamed: dict[int, str], names: dict[int, str]) -> None:
    """One answer a line: a household that stands twice must say the same twice, under its own name."""
    for answer in sorted(answers, key=lambda answer: answer.row):
        first = review.answers.setdefault(answer.line, answer)
        if first is answer:
            continue
        name = names[answer.line]
        rows = {"first": first.row, "second": answer.row, "name": name}
        other = renamed.get(answer.row) or renamed.get(first.row)
        if other:
            raise Refusal(
                _(
                    "Rows %(first)s and %(second)s have the key of “%(name)s”, but one of them names "
                    "“%(other)s”: clear the key in the row of an added household."
                )
                % (rows | {"other": other})
            )
        if first.said() != answer.said():
            raise Refusal(
                _(
                    "Rows %(first)s and %(second)s are both “%(name)s” and say different things: "
                    "keep one of them."
                )
                % rows
            )
        review.repeated += 1


def _refuse_cells(
    found: SheetTable, unknown: list[tuple[int, str, str]], long: list[tuple[int, str]], forms: FormWords
) -> None:
    if unknown:
        _row, name, word = unknown[0]
        choices = forms.offered if name == "support_form" else list(_CHOICES[name].values())
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
                "rows": listed(same),
                "column": found.table.letter(name),
                "word": word,
                "choices": ", ".join(choice for choice in choices if choice),
            }
        )
    if long:
        cells = [found.place(row, name) for row, name in long]
        raise Refusal(
            _("Text longer than %(limit)s characters in %(cells)s: shorten it.")
            % {"limit": LONGEST_TEXT, "cells": ", ".join(cells[:SHOWN_ROWS])}
        )


def _refuse_rules(review: Review, district_list: DistrictList, found: SheetTable, forms: FormWords) -> None:
    """The rules of the list that hold whatever the district answers."""
    answers = sorted(review.answers.values(), key=lambda answer: answer.row)
    bare = [answer.row for answer in answers if answer.decision == Decision.DROP and not answer.reason]
    if bare:
        raise Refusal(
            _("Dropped without a reason: rows %(rows)s, column %(column)s.")
            % {"rows": listed(bare), "column": found.table.letter("reason")}
        )
    needless = [
        answer.row for answer in answers if answer.decision == Decision.KEEP and answer.has_need is False
    ]
    if needless:
        raise Refusal(
            _("Kept although without need: rows %(rows)s. Drop them with a reason, or correct the need.")
            % {"rows": listed(needless)}
        )
    for form in SupportForm:
        wrong = [answer.row for answer in answers if answer.support_form == form and form not in forms.given]
        if wrong:
            raise Refusal(
                _(
                    "This round does not give “%(word)s”: rows %(rows)s, column %(column)s. Choose "
                    "“%(choice)s”."
                )
                % {
                    "word": forms.word(form),
                    "rows": listed(wrong),
                    "column": found.table.letter("support_form"),
                    "choice": forms.word(forms.usual),
                }
            )
    kept = sum(answer.decision == Decision.KEEP for answer in answers)
    if kept > district_list.quota:
        raise Refusal(over_quota(kept, district_list.quota))


def compare(
    district_list: DistrictList, review: Review, finds: Sequence[Find] = ()
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Changed lines (what was, what becomes) in the list's order, and the counts after them.

    `finds` that come onto the list count with their decision.
    """
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
    coming = [find for find in finds if find.comes_on]
    decisions = [answer.decision for answer in review.answers.values()]
    decisions += [find.row.answer["decision"] for find in coming]
    counts: dict[str, Any] = {choice.value: decisions.count(choice) for choice in Decision}
    counts |= {"lines": len(decisions), "changed": len(changes), "hidden_rows": review.hidden_rows}
    counts |= {"found": len(finds), "added": len(coming), "repeated": review.repeated}
    counts["altered"] = [list(pair) for pair in review.altered[:SHOWN_ROWS]]
    return changes, counts
