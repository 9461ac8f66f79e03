"""Sharing out whole devices in proportion to weights: one door for every method. Pure, integers only.

Nobody gets more than their cap; what a cap cuts off is shared out again among those who have room, in
rounds that the proof shows. Whatever the figures leave open goes to the larger weight, then to the
lower code: the same input gives the same result, in whatever order it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .apportionment_averages import AverageRow, dhondt, sainte_lague
from .apportionment_parts import TIE_RULE, Apportionment, ApportionmentError
from .apportionment_plain import EqualRow, ManualRow, by_hand, equal
from .apportionment_remainder import ProofRow, largest_remainder

__all__ = [
    "BY_HAND",
    "METHODS",
    "TIE_RULE",
    "Apportionment",
    "ApportionmentError",
    "AverageRow",
    "EqualRow",
    "ManualRow",
    "ProofRow",
    "apportion",
    "largest_remainder",
]

#: Methods that compute the shares, by their code.
METHODS: Mapping[str, Callable[[Mapping[str, int], int, Mapping[str, int] | None], Apportionment]] = {
    "largest_remainder": largest_remainder,
    "sainte_lague": sainte_lague,
    "dhondt": dhondt,
    "equal": equal,
}
#: The method that takes the shares from `given` and only checks them.
BY_HAND = "manual"


def apportion(
    method: str,
    weights: Mapping[str, int],
    seats: int,
    caps: Mapping[str, int] | None = None,
    *,
    given: Mapping[str, int] | None = None,
) -> Apportionment:
    """Share `seats` among the codes of `weights` by a method; the shares sum to `seats` exactly.

    `given` are the shares set by hand, for the method "manual" alone. Raises ApportionmentError with
    the codes of `check` and `by_hand`, and `unknown_method`.
    """
    if method == BY_HAND:
        return by_hand(weights, seats, caps, given or {})
    if method not in METHODS:
        raise ApportionmentError("unknown_method", method=method)
    return METHODS[method](weights, seats, caps)
