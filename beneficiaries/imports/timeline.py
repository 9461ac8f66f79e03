"""A household's classes over time, and what a new one does to them. Pure.

Spells are never rewritten: those a new class displaces are superseded, and what remains true of them
stands again as a shorter spell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of one class; ``valid_to`` is the first day it no longer held, None while it holds.

    ``ended_by`` says why it ended without another class (``choices.SpellEnd``); ``id`` is the database's,
    None for a spell still to be written.
    """

    poverty_class: str
    valid_from: date
    valid_to: date | None = None
    reason: str = "listed"
    decision_number: str = ""
    decision_date: date | None = None
    source: int | None = None
    id: int | None = None
    ended_by: str = ""


def first_day(effective_on: date, decided_on: date | None, current_since: date | None) -> date:
    """The day a listed class begins: its own decision's, unless an older decision than the class it
    replaces, which can only be the list's date of long ago; then the day the list takes effect."""
    if decided_on and (current_since is None or decided_on > current_since):
        return decided_on
    return effective_on


def begin(spells: Sequence[Spell], new: Spell) -> tuple[list[Spell], list[Spell]]:
    """The spells that ``new`` (open-ended) supersedes, and those to write, ``new`` last.

    ``spells`` are the household's spells in force. Whatever began on ``new``'s day or later gives way to
    it; a spell that ran on into it ends that day.
    """
    superseded, written = [], []
    for spell in spells:
        if spell.valid_to is not None and spell.valid_to <= new.valid_from:
            continue
        superseded.append(spell)
        if spell.valid_from < new.valid_from:
            written.append(replace(spell, id=None, valid_to=new.valid_from, ended_by=""))
    return superseded, [*written, new]


def end(spells: Sequence[Spell], day: date, ended_by: str) -> tuple[list[Spell], list[Spell]]:
    """The spells superseded when the household leaves the register on ``day``, and the one to write.

    Only the open spell ends. It keeps at least its first day: what began cannot have ended before. A
    household without an open spell has left already; then both lists are empty.
    """
    running = next((spell for spell in spells if spell.valid_to is None), None)
    if running is None:
        return [], []
    last = max(day, running.valid_from + timedelta(days=1))
    return [running], [replace(running, id=None, valid_to=last, ended_by=ended_by)]
