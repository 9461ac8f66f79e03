"""Answers to the reader's questions without a person: what the file's own evidence says, or its guesses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal

from ..models import ListBatch
from .layouts import Answers


def guessed_answers(batch: ListBatch, *, accept_guesses: bool) -> Answers:
    """The reader's own guess for every question of the batch.

    Letters of an old font are known by the font's name and a district by the file's name: these are taken as
    they are. Any other guess is taken only with ``accept_guesses``; otherwise a ``Refusal`` names the
    question, as it does where there is no guess.
    """
    columns: dict[str, dict[str, str]] = {}
    encodings: dict[str, str] = {}
    date_orders: dict[str, str] = {}
    district = ""
    for question in batch.questions:
        guess = question["params"].get("guess")
        if not guess or not (accept_guesses or _is_evident(question)):
            raise Refusal(_open_question(question))
        kind, sheet = question["kind"], question["sheet"]
        if kind == "columns":
            columns[question["params"]["signature"]] = dict(guess)
        elif kind == "encoding":
            encodings[sheet] = guess
        elif kind == "date_order":
            date_orders[f"{sheet}!{question['column']}"] = guess
        else:
            district = guess
    return Answers(columns, encodings, date_orders, district)


def _is_evident(question: dict[str, Any]) -> bool:
    return question["kind"] == "district" or (
        question["kind"] == "encoding" and question["params"].get("by") == "font"
    )


def _open_question(question: dict[str, Any]) -> str:
    sentences = {
        "columns": _(
            "Which column of sheet “%(sheet)s” holds what is not certain: say so in the browser first."
        ),
        "encoding": _(
            "Sheet “%(sheet)s” seems to be written in an old font: look at its letters in the browser first."
        ),
        "date_order": _(
            "In sheet “%(sheet)s”, column %(column)s, day and month can be read in both orders: say in the "
            "browser first which comes first."
        ),
        "district": _("Nothing says of which district the list is: say so in the browser first."),
    }
    return sentences[question["kind"]] % {"sheet": question["sheet"], "column": question["column"]}
