"""How large a sample is, how it is shared out to the strata, and who is drawn. Pure: integers and hashes.

Nothing here depends on a machine, a database or a version of Python: whoever has the frame and the seed draws
the same households in the same order.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from .frames import Frame, Level

#: Confidence in per cent → the two-sided quantile of the normal distribution.
QUANTILES = {90: Fraction("1.644854"), 95: Fraction("1.959964"), 99: Fraction("2.575829")}
PROPORTIONAL, EQUAL = "proportional", "equal"
ALLOCATIONS = (PROPORTIONAL, EQUAL)


class Trouble(StrEnum):
    """Why no sample can be drawn."""

    EMPTY = "empty"
    CONFIDENCE = "confidence"
    MARGIN = "margin"
    SIZE = "size"
    ALLOCATION = "allocation"
    SEED = "seed"


class SamplingError(ValueError):
    """What was asked for cannot be drawn; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fixed size, or a confidence (per cent) with a margin (percentage points)."""

    allocation: str = PROPORTIONAL
    confidence: int | None = None
    margin: Decimal | None = None
    fixed: int | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum drawn: how many of how many, and every household of it in the drawn order.

    The first `sample` are to be visited; those after them are the substitutes, in this order.
    """

    population: int
    sample: int
    order: tuple[str, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        return self.order[: self.sample]

    @property
    def substitutes(self) -> tuple[str, ...]:
        return self.order[self.sample :]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes before drawing: at which level, and stratum → (population, sample)."""

    level: Level
    size: int
    strata: dict[str, tuple[int, int]]


def sample_size(population: int, *, confidence: int, margin: Decimal) -> int:
    """Cochran's size for a proportion of a half, with the correction for a finite population, rounded up.

    Cochran, Sampling Techniques (3rd edition 1977), 4.4: n0 = z² · ¼ / e²; n = n0 / (1 + (n0 − 1) / N).
    Never more than the population, never less than one household.
    """
    if confidence not in QUANTILES:
        raise SamplingError(Trouble.CONFIDENCE)
    error = Fraction(margin) / 100
    if not 0 < error < 1:
        raise SamplingError(Trouble.MARGIN)
    if population < 1:
        raise SamplingError(Trouble.EMPTY)
    endless = QUANTILES[confidence] ** 2 / 4 / error**2
    return min(population, max(1, ceil(endless * population / (endless + population - 1))))


def size_of(wanted: Wanted, population: int) -> int:
    """The size of the sample; a fixed size beyond the population takes everybody."""
    if population < 1:
        raise SamplingError(Trouble.EMPTY)
    if wanted.fixed is not None:
        if wanted.fixed < 1:
            raise SamplingError(Trouble.SIZE)
        return min(wanted.fixed, population)
    if wanted.confidence is None or wanted.margin is None:
        raise SamplingError(Trouble.SIZE)
    return sample_size(population, confidence=wanted.confidence, margin=wanted.margin)


def allocate(allocation: str, populations: Mapping[str, int], size: int) -> dict[str, int]:
    """Stratum → households to be drawn; they sum to `size` and never exceed a stratum.

    In proportion: largest remainder, at least one a stratum where the size allows it. Equal: the same number
    everywhere, what a small stratum cannot take is shared out among the others, the last ones to the largest.
    """
    if allocation not in ALLOCATIONS:
        raise SamplingError(Trouble.ALLOCATION)
    if not populations or any(number < 1 for number in populations.values()):
        raise SamplingError(Trouble.EMPTY)
    if not 1 <= size <= sum(populations.values()):
        raise SamplingError(Trouble.SIZE)
    shares = _proportional(populations, size) if allocation == PROPORTIONAL else _equal(populations, size)
    return {stratum: shares.get(stratum, 0) for stratum in sorted(populations)}


def _proportional(populations: Mapping[str, int], size: int) -> dict[str, int]:
    """Strata whose exact share is below one get one; the rest is shared out among the others anew."""
    shares: dict[str, int] = {}
    others = dict(populations)
    left = size
    while size >= len(populations):
        total = sum(others.values())
        small = [stratum for stratum, number in others.items() if number * left < total]
        if not small:
            break
        for stratum in small:
            shares[stratum] = 1
            del others[stratum]
        left -= len(small)
    return shares | _largest_remainder(others, left)


def _largest_remainder(populations: Mapping[str, int], size: int) -> dict[str, int]:
    total = sum(populations.values())
    parts = {stratum: divmod(number * size, total) for stratum, number in populations.items()}
    shares = {stratum: whole for stratum, (whole, _rest) in parts.items()}
    order = sorted(populations, key=lambda stratum: (-parts[stratum][1], -populations[stratum], stratum))
    for stratum in order[: size - sum(shares.values())]:
        shares[stratum] += 1
    return shares


def _equal(populations: Mapping[str, int], size: int) -> dict[str, int]:
    shares = dict.fromkeys(populations, 0)
    left = size
    while left:
        room = {stratum: populations[stratum] - shares[stratum] for stratum in shares}
        able = sorted((name for name in room if room[name]), key=lambda name: (-populations[name], name))
        each = left // len(able)
        for stratum in able[: None if each else left]:
            given = min(max(each, 1), room[stratum])
            shares[stratum] += given
            left -= given
    return shares


def plan(frame: Frame, wanted: Wanted) -> Plan:
    """The sizes of every stratum before anything is drawn. Raises SamplingError."""
    size = size_of(wanted, frame.size)
    level = frame.level_for(size)
    populations = {stratum: len(keys) for stratum, keys in frame.at(level).items()}
    shares = allocate(wanted.allocation, populations, size)
    return Plan(level, size, {stratum: (populations[stratum], shares[stratum]) for stratum in populations})


def draw(frame: Frame, wanted: Wanted, seed: str) -> dict[str, Stratum]:
    """Stratum → its households in the drawn order, the first of them the sample. Raises SamplingError."""
    sizes = plan(frame, wanted)
    seed = clean_seed(seed)
    return {
        stratum: Stratum(len(keys), sizes.strata[stratum][1], drawn_order(seed, frame.hash, stratum, keys))
        for stratum, keys in frame.at(sizes.level).items()
    }


def clean_seed(seed: str) -> str:
    """The seed as it is used: composed letters, single spaces. Raises SamplingError where nothing is left."""
    seed = " ".join(unicodedata.normalize("NFC", seed).split())
    if not seed:
        raise SamplingError(Trouble.SEED)
    return seed


def drawn_order(seed: str, frame_hash: str, stratum: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys in the order of HMAC-SHA256(seed, "frame hash|stratum|key"): a shuffle anybody can repeat."""
    return tuple(sorted(keys, key=lambda key: (_mark(seed, f"{frame_hash}|{stratum}|{key}"), key)))


def _mark(seed: str, text: str) -> str:
    return hmac.new(seed.encode(), text.encode(), hashlib.sha256).hexdigest()
