"""Checks of one line of an operator's list against the register as of the line's day. Pure.

Circular 14/2022/TT-BTTTT art. 20 (whom, which service, one service by one operator), 21 (level), 25 and 26
(changes, suspension, restoration). A line is in order, says nothing new, or is refused with all its reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Final

from . import states
from .counting import months_after
from .facts import Facts, Held, LevelInForce, levels_on

#: The circular's first day: no support by it began earlier.
PROGRAMME_BEGAN = date(2022, 12, 12)
#: Months in a row without traffic, in and out, after which support is suspended (art. 26(1)(a)).
MONTHS_WITHOUT_TRAFFIC = 2

GOOD: Final = "good"
NOTHING: Final = "nothing"
REFUSED: Final = "refused"

#: Codes that only tell something; every other code refuses its line. Those of ``UNNEEDED`` say why there is
#: nothing to do.
NOTES = frozenset({"leading_zero_restored", "id_mismatch", "bad_phone"})
UNNEEDED = frozenset({
    "done_already", "same_level", "suspended_already", "active_already", "on_list_already",
})  # fmt: skip

#: Of the reader's problems, those that leave a line without a value it needs.
READ_PROBLEMS = frozenset({
    "bad_national_id", "unknown_change", "unknown_service", "bad_date", "ambiguous_date", "bad_number",
    "not_calculated",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code, the field it is about (its column), the value that stands there, what the words need."""

    code: str
    field: str
    value: str = ""
    params: dict[str, str | int] = made(default_factory=dict)

    @property
    def refuses(self) -> bool:
        return self.code not in NOTES | UNNEEDED


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read, with its place. `read` holds what the reader found at its cells; `repeats` the place of
    the first line about the same household, None where this is the first."""

    change: str
    national_id: str = ""
    service: str = ""
    level: int | None = None
    on: date | None = None
    number: str = ""
    read: tuple[Reason, ...] = ()
    sheet: str = ""
    row: int = 0
    repeats: tuple[str, int] | None = None

    def blames(self, name: str) -> bool:
        """Whether the reader has blamed that field already."""
        return any(reason.field == name and reason.refuses for reason in self.read)


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every line: the last day a line may name, today, the levels known, and whether the
    province has named any commune that may choose fixed broadband."""

    last_day: date
    today: date
    levels: Sequence[LevelInForce]
    names_difficult: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a line, its household where exactly one fits, and the reasons, notes among them."""

    verdict: str
    household: int | None
    reasons: tuple[Reason, ...]


def check_change(line: Line, facts: Facts, setting: Setting) -> Checked:
    """A line of a monthly update (Đắk Nông's plan, II.5): may this change be written down?"""
    found = list(line.read)
    if not line.change and not line.blames("change"):
        found.append(Reason("missing_change", "change"))
    found += [*_date(line, setting, needed=True), *_person(line, facts)]
    if line.change in (states.NEW, states.LEVEL):
        found += _level(line, setting)
    known = len(facts.households) == 1 and not line.repeats
    if known and line.on and line.change:
        found += _CHANGES[line.change](line, facts, setting)
    return _judged(found, facts)


def check_listed(line: Line, facts: Facts, as_of: date, setting: Setting) -> Checked:
    """A line of a list to confirm (II.4): may this household be supported so, as of a day?

    The change and its day may be missing: a list to confirm names subscribers, not what happened.
    """
    found = [reason for reason in line.read if reason.field not in ("change", "on") or not reason.refuses]
    found += [*_date(line, setting, needed=False), *_person(line, facts), *_level(line, setting, as_of)]
    if len(facts.households) == 1 and not line.repeats:
        found += _class(facts, as_of) + _service(line, facts, as_of, setting)
        found += _listed_by_operator(line, facts, as_of)
    return _judged(found, facts)


def _judged(found: Sequence[Reason], facts: Facts) -> Checked:
    refusing = [reason for reason in found if reason.refuses]
    unneeded = [reason for reason in found if reason.code in UNNEEDED]
    notes = [reason for reason in found if reason.code in NOTES]
    household = facts.households[0] if len(facts.households) == 1 else None
    # A line written down already says nothing new, whatever has happened to its household since.
    if any(reason.code == "done_already" for reason in unneeded) and not _unreadable(refusing):
        return Checked(NOTHING, household, (*unneeded, *notes))
    if refusing:
        return Checked(REFUSED, household, (*refusing, *notes))
    return Checked(NOTHING if unneeded else GOOD, household, (*unneeded, *notes))


def _unreadable(refusing: Iterable[Reason]) -> bool:
    return any(reason.code in READ_PROBLEMS or reason.code.startswith("missing_") for reason in refusing)


# --- one question each ----------------------------------------------------------------------------


def _date(line: Line, setting: Setting, *, needed: bool) -> list[Reason]:
    if line.on is None:
        return [Reason("missing_date", "on")] if needed and not line.blames("on") else []
    value = f"{line.on:%d/%m/%Y}"
    if line.on > setting.today:
        return [Reason("date_to_come", "on", value)]
    if line.on > setting.last_day:
        # An update is of a month, a list to confirm of a day.
        code = "date_after_month" if needed else "date_after_list"
        return [Reason(code, "on", value, {"last": setting.last_day.isoformat()})]
    if line.on < PROGRAMME_BEGAN:
        return [Reason("date_too_early", "on", value, {"first": PROGRAMME_BEGAN.isoformat()})]
    return []


def _person(line: Line, facts: Facts) -> list[Reason]:
    if line.repeats:
        sheet, row = line.repeats
        return [Reason("repeated", "national_id", line.national_id, {"sheet": sheet, "row": row})]
    if not line.national_id:
        return [] if line.blames("national_id") else [Reason("missing_national_id", "national_id")]
    if not facts.households:
        return [Reason("unknown_person", "national_id", line.national_id)]
    if len(facts.households) > 1:
        return [Reason("ambiguous_person", "national_id", line.national_id)]
    return []


def _level(line: Line, setting: Setting, as_of: date | None = None) -> list[Reason]:
    on = as_of or line.on
    found = []
    if not line.service and not line.blames("service"):
        found.append(Reason("missing_service", "service"))
    if line.level is None and not line.blames("level"):
        found.append(Reason("missing_level", "level"))
    if not line.service or line.level is None or on is None:
        return found
    allowed = levels_on(setting.levels, line.service, on)
    params: dict[str, str | int] = {"service": line.service, "on": on.isoformat()}
    if not allowed:
        return [Reason("no_level", "level", str(line.level), params)]
    if line.level not in {level.amount for level in allowed}:
        params |= {"level": max(level.amount for level in allowed), "citation": allowed[0].citation}
        return [Reason("other_level", "level", str(line.level), params)]
    return found


def _class(facts: Facts, on: date) -> list[Reason]:
    """Operators are told this one sentence, whatever the household's class is."""
    if facts.is_supported(on):
        return []
    return [Reason("not_on_list", "national_id", params={"on": on.isoformat()})]


def _service(line: Line, facts: Facts, on: date, setting: Setting) -> list[Reason]:
    """Fixed broadband only where the commune may choose (art. 20)."""
    if line.service != "fixed" or facts.is_difficult(on):
        return []
    code = "not_difficult" if setting.names_difficult else "no_difficult_named"
    return [Reason(code, "service", line.service, {"on": on.isoformat()})]


def _free(facts: Facts, on: date) -> list[Reason]:
    """One service by one operator: no other one on that day or later (art. 20)."""
    standing = [held for held in facts.held if held.end is None or held.end > on]
    if any(held.mine and held.is_live for held in standing):
        return [Reason("live_already", "change")]
    if standing:
        return [Reason("other_service", "national_id", params={"on": on.isoformat()})]
    return []


# --- one change each ------------------------------------------------------------------------------


def _new(line: Line, facts: Facts, setting: Setting) -> list[Reason]:
    on = line.on
    if on is None:
        return []
    for held in facts.held:
        first = held.stretches[0]
        if held.mine and (held.begin, held.service, first.level) == (on, line.service, line.level):
            return [Reason("done_already", "change")]
    return _class(facts, on) + _service(line, facts, on, setting) + _free(facts, on)


def _live(line: Line, facts: Facts, state: str | None, level: int | None = None) -> list[Reason] | Held:
    """The operator's live subscription the change is about, or why there is none to change.

    A change written down already is found by what began on the line's day: a state, or a level.
    """
    on = line.on
    for held in facts.held:
        # What the subscription began with is no change of it.
        for stretch in held.stretches[1:] if held.mine else ():
            same = stretch.state == state if state else stretch.level == level
            if stretch.days.begin == on and same:
                return [Reason("done_already", "change")]
    live = facts.mine_live()
    if live is None:
        return [Reason("no_live", "national_id")]
    if line.service and line.service != live.service:
        return [Reason("other_service_held", "service", line.service, {"service": live.service})]
    return live


def _after(line: Line, held: Held) -> list[Reason]:
    """The register of what was supported is written forward: no change on or before the last one's day."""
    last = held.last.days.begin
    if line.on is not None and line.on <= last:
        return [Reason("before_last_change", "on", f"{line.on:%d/%m/%Y}", {"last": last.isoformat()})]
    return []


def _stop(line: Line, facts: Facts, setting: Setting) -> list[Reason]:
    held = _live(line, facts, states.STOPPED)
    return held if isinstance(held, list) else _after(line, held)


def _level_changed(line: Line, facts: Facts, setting: Setting) -> list[Reason]:
    held = _live(line, facts, None, line.level)
    if isinstance(held, list):
        return held
    if line.level == held.last.level:
        return [Reason("same_level", "level", str(line.level))]
    on = line.on
    return _after(line, held) + (_class(facts, on) if on else [])


def _suspend(line: Line, facts: Facts, setting: Setting) -> list[Reason]:
    held = _live(line, facts, states.NO_TRAFFIC)
    if isinstance(held, list):
        return held
    if held.last.state in states.SUSPENDED:
        return [Reason("suspended_already", "change")]
    return _after(line, held) or _without_traffic(line, held)


def _without_traffic(line: Line, held: Held) -> list[Reason]:
    """Two months in a row without traffic: nobody supported for less time can have had them (art. 26)."""
    since = held.active_since
    first = months_after(since, MONTHS_WITHOUT_TRAFFIC)
    if line.on is not None and line.on < first:
        params: dict[str, str | int] = {"since": since.isoformat(), "first": first.isoformat()}
        return [Reason("too_soon", "on", f"{line.on:%d/%m/%Y}", params)]
    return []


def _restore(line: Line, facts: Facts, setting: Setting) -> list[Reason]:
    held = _live(line, facts, states.ACTIVE)
    if isinstance(held, list):
        return held
    if held.last.state == states.ACTIVE:
        return [Reason("active_already", "change")]
    on = line.on
    return _after(line, held) + (_class(facts, on) if on else [])


_CHANGES: dict[str, Callable[[Line, Facts, Setting], list[Reason]]] = {
    states.NEW: _new,
    states.STOP: _stop,
    states.LEVEL: _level_changed,
    states.SUSPEND: _suspend,
    states.RESTORE: _restore,
}


def _listed_by_operator(line: Line, facts: Facts, as_of: date) -> list[Reason]:
    """Against what is supported on that day: the operator's own subscription as listed, or none at all."""
    for held in facts.held:
        stretch = next((s for s in held.stretches if s.days.covers(as_of)), None)
        if stretch is None or stretch.state in states.ENDED:
            continue
        if not held.mine:
            return [Reason("other_service", "national_id", params={"on": as_of.isoformat()})]
        if line.service and held.service != line.service:
            return [Reason("other_service_held", "service", line.service, {"service": held.service})]
        if line.level is not None and stretch.level != line.level:
            params: dict[str, str | int] = {"level": stretch.level, "on": as_of.isoformat()}
            return [Reason("other_level_held", "level", str(line.level), params)]
        if stretch.state in states.SUSPENDED:
            return [Reason("is_suspended", "national_id", params={"on": as_of.isoformat()})]
    return []
