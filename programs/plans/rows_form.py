"""The form that corrects all rows of a plan at once: what a browser sends, as rows, and what was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smartphone_support.vietnamese.text import clean_text

from ..docx_reading import GROUP, TASK
from .sketch import LONGEST_NUMBER, MOST_ROWS, SketchRow

SAVE = "save"


@dataclass(frozen=True, slots=True)
class Sent:
    """The rows as typed; `pressed`: "save", or what only rearranged them."""

    rows: list[SketchRow]
    pressed: str
    place: int = -1


def sent(post: Mapping[str, str]) -> Sent:
    """What was sent. Rows to drop, and rows added and left empty, are left out of what is saved."""
    rows, kept = [], []
    for index in range(min(_number(post.get("rows", "")), MOST_ROWS)):
        row = _row(post, index)
        rows.append(row)
        empty = not (row.content or row.names or row.timing)
        if not post.get(f"drop-{index}") and not (empty and not row.row and not row.task):
            kept.append(row)
    pressed, _dash, place = post.get("press", SAVE).partition("-")
    here = _number(place)
    if pressed == "up" and 0 < here < len(rows):
        rows[here - 1], rows[here] = rows[here], rows[here - 1]
    elif pressed == "down" and here < len(rows) - 1:
        rows[here + 1], rows[here] = rows[here], rows[here + 1]
    elif pressed in (TASK, GROUP) and here < len(rows) < MOST_ROWS:
        rows.insert(here + 1, SketchRow(pressed, "", ""))
    else:
        return Sent(kept, SAVE)
    return Sent(rows, pressed, here)


def _row(post: Mapping[str, str], index: int) -> SketchRow:
    kind, _dash, known = post.get(f"was-{index}", "").partition("-")
    row, _dash, task = known.partition("-")

    def text(name: str) -> str:
        return clean_text(post.get(f"{name}-{index}", ""))

    lines = post.get(f"coordinators-{index}", "").replace("\r", "\n").split("\n")
    return SketchRow(
        kind=GROUP if kind == GROUP else TASK,
        number=text("number")[:LONGEST_NUMBER],
        content=text("content"),
        lead=text("lead"),
        coordinators=[line for line in map(clean_text, lines) if line.strip("-–;. ")],
        timing=text("timing"),
        row=_number(row),
        task=_number(task),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
