"""What is known of the household of an operator's line, as plain values. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from . import states


@dataclass(frozen=True, slots=True)
class Days:
    """From a day until the day before another; without `until` still going on."""

    begin: date
    until: date | None = None

    def covers(self, on: date) -> bool:
        return self.begin <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A subscription in one state at one level."""

    days: Days
    state: str
    level: int


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription of the household. `mine`: of the operator whose line is checked; of others nothing but
    their days is looked at. `stretches` in order of time, none of them empty."""

    pk: int
    mine: bool
    service: str
    number: str
    stretches: tuple[Stretch, ...]

    @property
    def last(self) -> Stretch:
        return self.stretches[-1]

    @property
    def is_live(self) -> bool:
        return self.last.state in states.LIVE

    @property
    def begin(self) -> date:
        return self.stretches[0].days.begin

    @property
    def active_since(self) -> date:
        """The day from which it has been supported without a break; its levels may have changed since."""
        since = self.last.days.begin
        for stretch in reversed(self.stretches):
            if stretch.state != states.ACTIVE:
                break
            since = stretch.days.begin
        return since

    @property
    def end(self) -> date | None:
        """First day it no longer was on the list; None while it is."""
        return None if self.is_live else self.last.days.begin


@dataclass(frozen=True, slots=True)
class LevelInForce:
    """A level of a service with the days it is in force (`until`: the day after the last) and its basis."""

    service: str
    amount: int
    days: Days
    citation: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register knows of the households an identity number fits (all of them, when several).

    `supported`: the days the household was poor or near-poor. `difficult`: the days its commune was one of
    those that may choose fixed broadband. `held`: every subscription it has or had.
    """

    households: tuple[int, ...] = ()
    supported: tuple[Days, ...] = ()
    difficult: tuple[Days, ...] = ()
    held: tuple[Held, ...] = ()

    def is_supported(self, on: date) -> bool:
        return any(days.covers(on) for days in self.supported)

    def is_difficult(self, on: date) -> bool:
        return any(days.covers(on) for days in self.difficult)

    def mine_live(self) -> Held | None:
        """The operator's own live subscription; the database allows one live one a household."""
        return next((held for held in self.held if held.mine and held.is_live), None)


def levels_on(levels: Iterable[LevelInForce], service: str, on: date) -> list[LevelInForce]:
    """Levels of a service in force on a day: the province's own where it has one, otherwise the packaged."""
    found = [level for level in levels if level.service == service and level.days.covers(on)]
    own = [level for level in found if level.own]
    return own or found
