"""Chance that falls the same way on every machine and in every Python version.

Only ``random.Random.random()`` is promised to repeat itself across versions, so every draw of the
synthetic population goes through it, and no draw depends on the order of a set or on ``hash()``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """One stream of chance, named by its seed and the purpose it serves.

    Two streams with another purpose are independent, so that drawing more in one place (another
    kind of noise, say) leaves the rest of the population as it was.
    """

    def __init__(self, *purpose: object) -> None:
        seed = "/".join(str(part) for part in purpose)
        self._next = random.Random(seed).random  # noqa: S311 - reproducible on purpose, guards nothing

    def chance(self, probability: float) -> bool:
        """True with the given probability (0 to 1)."""
        return self._next() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all alike."""
        return items[int(self._next() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of the items, by weight."""
        point = self._next() * sum(weights)
        for item, bound in zip(items, accumulate(weights), strict=True):
            if point < bound:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order (Fisher and Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self._next() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
