"""The pure rules: ranking, judging and sharing out, beside the shortest code that gives about the same."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from allocations.rules.apportionment import METHODS
from allocations.rules.eligibility import VTCI, HouseholdFacts
from allocations.rules.ranking import ranked

from ._measuring import median
from ._register_rows import Names

DAY = date(2024, 1, 15)


def remainder_floor(weights: Mapping[str, int], seats: int) -> dict[str, int]:
    """Largest remainder in floats: no caps, no ties by a stated rule, no proof."""
    total = sum(weights.values())
    exact = {code: seats * weight / total for code, weight in weights.items()}
    shares = {code: int(share) for code, share in exact.items()}
    rest = sorted(exact, key=lambda code: exact[code] - shares[code], reverse=True)
    for code in rest[: seats - sum(shares.values())]:
        shares[code] += 1
    return shares


def _seat_by_seat(divisor: Callable[[int], int]) -> Callable[[Mapping[str, int], int], dict[str, int]]:
    """Highest averages with a heap of floats, one seat after the other."""

    def share(weights: Mapping[str, int], seats: int) -> dict[str, int]:
        shares = dict.fromkeys(weights, 0)
        heap = [(-weight / divisor(0), code) for code, weight in weights.items()]
        heapq.heapify(heap)
        for _seat in range(seats):
            code = heap[0][1]
            shares[code] += 1
            heapq.heapreplace(heap, (-weights[code] / divisor(shares[code]), code))
        return shares

    return share


def equal_floor(weights: Mapping[str, int], seats: int) -> dict[str, int]:
    each, rest = divmod(seats, len(weights))
    return {code: each + (number < rest) for number, code in enumerate(weights)}


FLOORS: dict[str, Callable[[Mapping[str, int], int], dict[str, int]]] = {
    "largest_remainder": remainder_floor,
    "sainte_lague": _seat_by_seat(lambda held: 2 * held + 1),
    "dhondt": _seat_by_seat(lambda held: held + 1),
    "equal": equal_floor,
}


def measure(sizes: list[tuple[int, int]], households: int, runs: int, seed: int) -> dict[str, Any]:
    """Figures by what was done: (areas, devices) for the methods; so many households to judge and rank."""
    dice = random.Random(seed)
    figures: dict[str, Any] = {}
    for areas, seats in sizes:
        weights = {f"{n:05}": dice.randrange(1, 2000) for n in range(areas)}
        caps = {code: weight * seats // sum(weights.values()) + 2 for code, weight in weights.items()}
        for method, share in METHODS.items():
            own, bare = _turns(
                partial(share, weights, seats, None), partial(FLOORS[method], weights, seats), runs
            )
            # Equal shares would not find room under caps made for proportional ones.
            capped = (
                None if method == "equal" else _turns(partial(share, weights, seats, caps), None, runs)[0]
            )
            name = f"{method}, {areas:,} areas, {seats:,} devices"
            figures[name] = {"ours": own, "floor": bare, "capped": capped}
    facts = _facts(dice, households)
    judged = _turns(
        lambda: [VTCI.failed(row, DAY) for row in facts], lambda: [_plain_test(row) for row in facts], runs
    )
    order = _turns(lambda: ranked(facts), lambda: sorted(facts, key=_plain_key), runs)
    for what, (own, bare) in (("judge", judged), ("rank", order)):
        figures[f"{what} {households:,} households"] = {"ours": own, "floor": bare, "capped": None}
    return figures


def _turns(own: Callable[[], Any], bare: Callable[[], Any] | None, runs: int) -> tuple[float, float]:
    """Median seconds of both, turn and turn about; 0 for one that is not there."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _turn in range(runs):
        for call, times in zip((own, bare), taken, strict=True):
            begun = time.perf_counter()
            if call:
                call()
            times.append(time.perf_counter() - begun)
    return median(taken[0]), median(taken[1])


def _plain_test(facts: HouseholdFacts) -> bool:
    return facts.poverty_class in ("poor", "near_poor") and not facts.devices and facts.has_need is not False


def _plain_key(facts: HouseholdFacts) -> tuple[Any, ...]:
    """The same order but for Vietnamese letters, and with the rank by one field."""
    return facts.poverty_class or "", facts.commune_code, facts.head_name, facts.birth_year or 9999, facts.id


def _facts(dice: random.Random, count: int) -> list[HouseholdFacts]:
    names = Names(dice)
    return [
        HouseholdFacts(
            id=number, poverty_class=dice.choice(("poor", "near_poor")), head_name=names.one("male"),
            birth_year=dice.randrange(1940, 2000), commune_code=f"{dice.randrange(20_000, 20_166)}",
            merit=dice.random() < 0.04, social_policy=dice.random() < 0.1, has_need=True,
        )
        for number in range(count)
    ]  # fmt: skip
