"""What changed on a list between two versions, household by household. Pure, over what versions keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..choices import Decision

#: The order of `ListVersion.lines`.
FIELDS = ("id", "household", "position", "decision", "reason", "support_form", "has_need", "note", "name")
#: What a district says of a line; a change of place alone is no change.
ANSWERS = ("decision", "reason", "support_form", "has_need", "note")


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as a version keeps it."""

    id: int
    household: int
    position: int
    decision: str
    reason: str
    support_form: str
    has_need: bool | None
    note: str
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A household whose answers differ: field → (what was, what is). `before` None: it is new on the list."""

    line: KeptLine
    before: KeptLine | None
    fields: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Difference:
    """From one version to another: who came to be kept, who is kept no longer, who else changed or left.

    `came` and `went` speak of the kept households; `added` are lines that stand on the later version only and
    are not kept there; `left` those that stand on the earlier one only (no workbook takes a line off, a list
    made anew may).
    """

    came: list[Change] = field(default_factory=list)
    went: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    added: list[Change] = field(default_factory=list)
    left: list[KeptLine] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(part) for part in (self.came, self.went, self.changed, self.added, self.left))


def lines_of(stored: Iterable[Sequence[Any]]) -> dict[int, KeptLine]:
    """Household → its line, of what `ListVersion.lines` stores."""
    lines = (KeptLine(*values[: len(FIELDS)]) for values in stored)
    return {line.household: line for line in lines}


def decisions_of(stored: Iterable[Sequence[Any]]) -> dict[str, int]:
    """How many lines are kept, in reserve and dropped."""
    counts = {choice.value: 0 for choice in Decision}
    for values in stored:
        counts[values[3]] += 1
    return counts


def difference(before: Iterable[Sequence[Any]], after: Iterable[Sequence[Any]]) -> Difference:
    """What changed from `before` to `after`, each part in the order of positions."""
    old, new = lines_of(before), lines_of(after)
    found = Difference()
    for household, line in sorted(new.items(), key=lambda item: item[1].position):
        was = old.get(household)
        fields = {
            name: (getattr(was, name) if was else None, getattr(line, name))
            for name in ANSWERS
            if was is None or getattr(was, name) != getattr(line, name)
        }
        if not fields:
            continue
        change = Change(line, was, fields)
        kept_before = was is not None and was.decision == Decision.KEEP
        if line.decision == Decision.KEEP and not kept_before:
            found.came.append(change)
        elif kept_before and line.decision != Decision.KEEP:
            found.went.append(change)
        elif was is None:
            found.added.append(change)
        else:
            found.changed.append(change)
    found.left = sorted((old[pk] for pk in old.keys() - new.keys()), key=lambda line: line.position)
    return found
