"""The frame of a sample: who could be drawn, in which stratum, and the one text its hash covers. Pure.

A stratum is a path, ``district/commune|class``: where the sample is too small for every commune, the communes
of a district are taken together, so that every household of the frame keeps its chance of being drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

#: Stands at the head of the hashed text: another way of writing it would be another version.
VERSION = "frame/1"


class Level(StrEnum):
    """How fine the strata are, finest first."""

    COMMUNE = "commune"
    DISTRICT = "district"
    CLASS = "class"
    ALL = "all"


class FrameError(ValueError):
    """A frame nobody could draw from: a household twice, or a key that cannot be written down."""


@dataclass(frozen=True)
class Frame:
    """Stratum → public keys, both sorted. Made by `frame_of`, never by hand."""

    strata: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        return sum(map(len, self.strata.values()))

    @property
    def text(self) -> str:
        """The canonical text: the version, then one line ``stratum TAB key`` a household, in order."""
        rows = (f"{stratum}\t{key}\n" for stratum, keys in self.strata.items() for key in keys)
        return f"{VERSION}\n{''.join(rows)}"

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text as UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def at(self, level: Level) -> dict[str, tuple[str, ...]]:
        """The households grouped at a level; strata and keys sorted."""
        found: dict[str, list[str]] = {}
        for stratum, keys in self.strata.items():
            found.setdefault(coarser(stratum, level), []).extend(keys)
        return {stratum: tuple(sorted(found[stratum])) for stratum in sorted(found)}

    def level_for(self, size: int) -> Level:
        """The finest level with no more strata than households to be drawn."""
        return next((level for level in Level if len(self.at(level)) <= size), Level.ALL)


def frame_of(members: Iterable[tuple[str, str]]) -> Frame:
    """The frame of (stratum, public key) pairs, in whatever order they come.

    Raises FrameError for a key that stands twice, is empty, or holds a tab or a line break.
    """
    found: dict[str, list[str]] = {}
    seen = set()
    for stratum, key in members:
        if not key or not stratum or any(sign in text for text in (stratum, key) for sign in "\t\r\n"):
            raise FrameError(f"{stratum!r} {key!r}")
        if key in seen:
            raise FrameError(f"{key!r} stands twice")
        seen.add(key)
        found.setdefault(stratum, []).append(key)
    return Frame({stratum: tuple(sorted(found[stratum])) for stratum in sorted(found)})


def stratum_of(district: str, commune: str, poverty_class: str) -> str:
    """The path of a household's finest stratum, from the codes of its areas and its class."""
    return f"{district}/{commune}|{poverty_class}"


def parts_of(stratum: str) -> tuple[str, str, str]:
    """District, commune and class of a stratum's path; "" for what a coarser one does not tell apart."""
    place, _bar, poverty_class = stratum.rpartition("|")
    district, _slash, commune = place.partition("/")
    return district, commune, "" if poverty_class == Level.ALL else poverty_class


def coarser(stratum: str, level: Level) -> str:
    """The stratum of a level a finest stratum belongs to."""
    district, _commune, poverty_class = parts_of(stratum)
    return {
        Level.COMMUNE: stratum,
        Level.DISTRICT: f"{district}|{poverty_class}",
        Level.CLASS: f"|{poverty_class}",
        Level.ALL: f"|{Level.ALL.value}",
    }[level]
