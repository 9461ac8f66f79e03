"""A plan's rows as text, as a person corrects them: of a document just read, or of a draft.

Both are the same table: groups and tasks in order; names and timings in the words of the plan. What the words
stand for is answered once for each name and each timing, not row by row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from ..choices import TimingKind
from ..docx_reading import GROUP, NO_CONTENT, NO_GROUP, NO_LEAD, TASK, Annex, plain_name
from ..models import Program
from ..rules.timing import Timing, timing_of
from .matching import PartyBook, key_of_name

LONGEST_NAME, LONGEST_TIMING, LONGEST_NUMBER = 200, 200, 10
#: The form that corrects them all at once can send no more fields.
MOST_ROWS = 110


@dataclass(slots=True)
class SketchRow:
    """A group or a task. `row`: where it stands in the document; 0 for one added by hand. `task`: the row's
    task in a draft, 0 for a new one. `coordinators`: one a line, with dash and stop as printed."""

    kind: str
    number: str
    content: str
    lead: str = ""
    coordinators: list[str] = field(default_factory=list)
    timing: str = ""
    row: int = 0
    task: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.kind == GROUP

    @property
    def names(self) -> list[str]:
        """Every party named, without dash and stop."""
        named = [self.lead, *(plain_name(line) for line in self.coordinators)]
        return [name for name in named if name]


@dataclass(frozen=True, slots=True)
class Question:
    """A name or a timing nobody knows: asked once, with the tasks it stands in."""

    key: str
    words: str
    places: tuple[str, ...]


def as_data(rows: Iterable[SketchRow]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def fingerprint(rows: Iterable[SketchRow]) -> str:
    """Of rows as they are: pages of different rows never share it."""
    text = json.dumps(as_data(rows), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def from_data(rows: Iterable[Mapping[str, Any]]) -> list[SketchRow]:
    return [SketchRow(**row) for row in rows]


def rows_of_annex(annex: Annex, book: PartyBook) -> list[SketchRow]:
    """What the document said; a line that lists known names with commas becomes a line for each."""
    rows = [
        SketchRow(
            kind=row.kind, number=row.number[:LONGEST_NUMBER], content=row.content, lead=row.lead,
            coordinators=_parted(row.coordinators, book), timing=row.timing, row=row.row,
            problems=list(row.problems),
        )
        for row in annex.rows
    ]  # fmt: skip
    if rows and not rows[0].is_group:
        rows.insert(0, SketchRow(GROUP, "I", "Nhiệm vụ", problems=[NO_GROUP]))
    return rows


def _parted(lines: Sequence[str], book: PartyBook) -> list[str]:
    found: list[str] = []
    for line in lines:
        parts = book.parts(plain_name(line))
        found += [line] if len(parts) == 1 else [f"- {part};" for part in parts]
    return found


def rows_of_program(program: Program) -> list[SketchRow]:
    """A draft's rows; `program` with its groups, tasks and coordinations prefetched or not."""
    rows: list[SketchRow] = []
    groups = program.groups.prefetch_related("tasks__lead", "tasks__coordinations__party")
    for group in groups:
        rows.append(SketchRow(GROUP, group.number, group.name))
        for task in group.tasks.all():
            lines = [line.printed or line.party.name for line in task.coordinations.all()]
            rows.append(
                SketchRow(
                    TASK, task.number, task.content, lead=task.lead.name, coordinators=lines,
                    timing=task.timing_text, task=task.pk,
                )
            )  # fmt: skip
    return rows


def check_rows(rows: Sequence[SketchRow]) -> None:
    """Refuse what no plan can be: the first thing wrong, with its place."""
    if not any(not row.is_group for row in rows):
        raise Refusal(_("A plan needs at least one task."))
    if len(rows) > MOST_ROWS:
        raise Refusal(_("A plan cannot have more than %(n)s rows.") % {"n": MOST_ROWS})
    if not rows[0].is_group:
        raise Refusal(_("The first row must be a group: tasks stand under it."))
    for label, row in labelled(rows):
        if not row.content:
            raise Refusal(_("“%(row)s” has no content: write it, or drop the row.") % {"row": label})
        if not row.is_group and not row.lead:
            raise Refusal(_("Nobody leads task “%(row)s”: name who leads it.") % {"row": label})
        if any(len(name) > LONGEST_NAME for name in row.names) or len(row.timing) > LONGEST_TIMING:
            raise Refusal(_("A name or the timing of “%(row)s” is too long.") % {"row": label})
        keys = [key_of_name(plain_name(line)) for line in row.coordinators]
        if len(set(keys)) < len(keys):
            raise Refusal(_("“%(row)s” names the same coordinating party twice.") % {"row": label})


def labelled(rows: Sequence[SketchRow]) -> list[tuple[str, SketchRow]]:
    """Each row with what people call it: "II", "II.4"."""
    found, group = [], ""
    for row in rows:
        if row.is_group:
            group = row.number
        found.append((row.number if row.is_group else f"{group}.{row.number}".strip(".)"), row))
    return found


def settled(row: SketchRow) -> SketchRow:
    """The row after a person corrected it: problems that are mended are gone."""
    gone = set()
    if row.lead:
        gone.add(NO_LEAD)
    if row.content:
        gone.add(NO_CONTENT)
    row.problems = [problem for problem in row.problems if problem not in gone]
    return row


# --- questions and answers --------------------------------------------------------------------------


@dataclass(slots=True)
class Answers:
    """What people said: organisations by the key of a name, meanings by the folded words of a timing."""

    names: dict[str, list[int]] = field(default_factory=dict)
    timings: dict[str, Timing] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Answers:
        timings = {
            words: Timing(TimingKind(kind), date.fromisoformat(day) if day else None)
            for words, (kind, day) in data.get("timings", {}).items()
        }
        return cls({key: list(pks) for key, pks in data.get("names", {}).items()}, timings)

    def as_data(self) -> dict[str, Any]:
        timings = {
            words: [timing.kind.value, timing.due_by.isoformat() if timing.due_by else None]
            for words, timing in self.timings.items()
        }
        return {"names": self.names, "timings": timings}

    def organisations(self, name: str, book: PartyBook) -> frozenset[int] | None:
        """Who stands behind a name; None where it still has to be asked."""
        said = self.names.get(key_of_name(name))
        return frozenset(said) if said is not None else book.find(name)

    def timing(self, words: str) -> Timing | None:
        return self.timings.get(fold(words)) or timing_of(words)


def unknown_names(rows: Sequence[SketchRow], answers: Answers, book: PartyBook) -> list[Question]:
    """Names nobody knows, each once, in the order they appear."""
    return _questions(
        (key_of_name(name), name, label)
        for label, row in labelled(rows)
        for name in row.names
        if answers.organisations(name, book) is None
    )


def unknown_timings(rows: Sequence[SketchRow], answers: Answers) -> list[Question]:
    """Timings that say nothing known, each once."""
    return _questions(
        (fold(row.timing), row.timing, label)
        for label, row in labelled(rows)
        if not row.is_group and answers.timing(row.timing) is None
    )


def _questions(found: Iterable[tuple[str, str, str]]) -> list[Question]:
    words: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    for key, text, label in found:
        words.setdefault(key, text)
        places.setdefault(key, []).append(label)
    return [Question(key, text, tuple(dict.fromkeys(places[key]))) for key, text in words.items()]
