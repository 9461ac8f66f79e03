"""What the checked households say about all of them: stratified proportions with 95 % intervals. Pure.

A slot of the sample is a drawn household or whoever was visited in its place. A slot without an answer is
non-response: the answered slots of its stratum stand for it. "Not applicable" leaves the question's base,
which makes the proportion a ratio of two estimated totals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import fsum, inf, sqrt
from typing import Any

from .frames import parts_of

PASS, FAIL, NA = "pass", "fail", "na"
#: The two-sided 95 % quantile of the normal distribution.
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the sample: its stratum, its district, and what was answered ("": nothing)."""

    stratum: str
    district: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A proportion of "pass" among the households a question applies to, with its 95 % interval (0 to 1).

    `answers`: pass and fail, the households behind it. Without any, `share`, `low` and `high` are None.
    `households`: how many of the frame the question is estimated to apply to.
    `silent`: places of the sample without an answer. `merged`: groups of strata taken together because one of
    them had fewer than two answers.
    """

    share: float | None
    low: float | None
    high: float | None
    passed: int
    answers: int
    not_applicable: int
    silent: int
    households: float = 0
    merged: tuple[tuple[str, ...], ...] = ()

    @property
    def drawn(self) -> int:
        """Places of the sample the question was meant for."""
        return self.answers + self.not_applicable + self.silent


@dataclass(slots=True)
class _Pool:
    """One stratum, or several taken together: its households, and its answered slots with their weights."""

    names: tuple[str, ...]
    population: int
    slots: list[Slot] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.slots

    @property
    def is_thin(self) -> bool:
        """Too few answers to see how they differ; a stratum that was asked completely is no guess."""
        return len(self.slots) < 2 and len(self.slots) < self.population

    def take_in(self, other: _Pool) -> None:
        self.names += other.names
        self.population += other.population
        self.slots += other.slots
        self.weights += other.weights


def estimates(populations: Mapping[str, int], slots: Sequence[Slot]) -> dict[str, Estimate]:
    """District → the proportion among its households; under "" over all of them.

    `populations`: stratum → households of the frame. A stratum without an answer is taken together with its
    neighbour for the weights, one with a single answer for the variance (collapsed strata: Cochran, Sampling
    Techniques, 3rd edition 1977, 5A.12), and both are said in `merged`. The variance is that of a ratio of
    stratified totals with the correction for finite strata (the same, 6.11 and 5.9); a district is a part of
    the strata, its households elsewhere count as nought. The interval is Wilson's with the effective number
    of answers, never more of them than a simple random sample has: it stays within 0 and 1, and has a width
    also where everybody answered the same.
    """
    answered = [slot for slot in slots if slot.answer]
    weighed = _together(_pools(populations, answered), lambda pool: pool.is_empty)
    for pool in weighed:
        # Only a sample nobody answered leaves a pool without a slot.
        pool.weights = [pool.population / len(pool.slots) for _slot in pool.slots]
    pools = _together(weighed, lambda pool: pool.is_thin)
    places = sorted({slot.district for slot in slots})
    return {place: _estimate(pools, slots, place) for place in ["", *places]}


def _estimate(pools: Sequence[_Pool], slots: Iterable[Slot], place: str) -> Estimate:
    inside = [slot.answer for slot in slots if not place or slot.district == place]
    passed, failed = inside.count(PASS), inside.count(FAIL)
    counts: dict[str, Any] = {
        "passed": passed,
        "answers": passed + failed,
        "not_applicable": inside.count(NA),
        "silent": inside.count(""),
    }
    if not passed + failed:
        return Estimate(None, None, None, **counts)
    base = fsum(_weights(pools, {PASS, FAIL}, place))
    share = min(1.0, fsum(_weights(pools, {PASS}, place)) / base)
    effective = _effective(share, _variance(pools, share, base, place), passed + failed, base)
    low, high = wilson(share, effective)
    merged = tuple(pool.names for pool in pools if len(pool.names) > 1 and _touches(pool, place))
    return Estimate(share, low, high, **counts, households=base, merged=merged)


def wilson(share: float, answers: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion behind which stand so many (effective) answers."""
    if answers == inf:
        return share, share
    middle = (share + Z**2 / (2 * answers)) / (1 + Z**2 / answers)
    half = Z / (1 + Z**2 / answers) * sqrt(share * (1 - share) / answers + Z**2 / (4 * answers**2))
    # The interval holds the proportion itself; only rounding could say otherwise.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _effective(share: float, variance: float | None, answers: int, households: float) -> float:
    """The size of the simple random sample that would be as precise: at most one of as many answers."""
    rest = households - answers
    simple = answers * (households - 1) / rest if rest > 1e-9 else inf
    if not variance or not 0 < share < 1:
        return simple
    return min(simple, share * (1 - share) / variance)


def _variance(pools: Iterable[_Pool], share: float, base: float, place: str) -> float | None:
    """Variance of the ratio; None where a single answer stands for everybody."""
    total = 0.0
    for pool in pools:
        answers = len(pool.slots)
        if pool.is_thin:
            return None
        if answers == pool.population:
            continue
        parts = [
            weight * _residual(slot, share, place) / base
            for slot, weight in zip(pool.slots, pool.weights, strict=True)
        ]
        mean = fsum(parts) / answers
        spread = fsum((part - mean) ** 2 for part in parts)
        total += (1 - answers / pool.population) * answers / (answers - 1) * spread
    return total


def _residual(slot: Slot, share: float, place: str) -> float:
    if slot.answer == NA or (place and slot.district != place):
        return 0.0
    return (slot.answer == PASS) - share


def _weights(pools: Iterable[_Pool], answers: set[str], place: str) -> list[float]:
    return [
        weight
        for pool in pools
        for slot, weight in zip(pool.slots, pool.weights, strict=True)
        if slot.answer in answers and (not place or slot.district == place)
    ]


def _pools(populations: Mapping[str, int], answered: Iterable[Slot]) -> list[_Pool]:
    pools = {name: _Pool((name,), populations[name]) for name in sorted(populations, key=_order)}
    for slot in answered:
        pools[slot.stratum].slots.append(slot)
    return list(pools.values())


def _together(pools: Iterable[_Pool], needs: Callable[[_Pool], bool]) -> list[_Pool]:
    """Take pools in need together with their neighbours: of the same district and class first, then of the
    same district, then whoever comes next."""
    left = list(pools)
    for alike in (_order, lambda name: _order(name)[:1], lambda _name: ()):
        groups = groupby(left, key=lambda pool: alike(pool.names[0])[:2])
        left = [pool for _alike, group in groups for pool in _merged(group, needs)]
    return left


def _merged(pools: Iterable[_Pool], needs: Callable[[_Pool], bool]) -> list[_Pool]:
    done: list[_Pool] = []
    for pool in pools:
        if done and needs(done[-1]):
            done[-1].take_in(pool)
        else:
            done.append(pool)
    if len(done) > 1 and needs(done[-1]):
        last = done.pop()
        done[-1].take_in(last)
    return done


def _order(stratum: str) -> tuple[str, ...]:
    """Strata stand by district, class, commune: neighbours are alike."""
    district, commune, poverty_class = parts_of(stratum)
    return district, poverty_class, commune


def _touches(pool: _Pool, place: str) -> bool:
    return not place or any(parts_of(name)[0] == place for name in pool.names)
