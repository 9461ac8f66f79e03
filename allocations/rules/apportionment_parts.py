"""What every method of sharing out seats has in common: refusals, the result, rounds under caps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: The same for every method: what figures leave open goes to the larger weight, then to the lower code.
TIE_RULE = "larger_weight_then_lower_code"


class ApportionmentError(ValueError):
    """The seats cannot be shared out. `code` names the reason, `params` its figures."""

    def __init__(self, code: str, **params: int | str) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


class Row(Protocol):
    """One district in one round of a method; every method adds figures of its own."""

    @property
    def code(self) -> str: ...

    @property
    def share(self) -> int: ...

    def as_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Apportionment:
    """`shares` per code, in the order of codes; `proof` in rounds, each in the order of codes."""

    shares: dict[str, int]
    proof: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What one round works on: who takes part with which weight, and the seats left.

    `room` is how many seats a district may still take (None: no cap), `held` what earlier rounds gave.
    """

    number: int
    weights: Mapping[str, int]
    seats: int
    room: Mapping[str, int | None]
    held: Mapping[str, int]


def check(weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None) -> None:
    """Raise ApportionmentError: `bad_number` (negative seats, weight or cap), `no_weights` (all zero or
    none), `missing_cap`, `too_many_seats` (more than the caps allow; a code without weight gets nothing,
    so its cap does not count)."""
    if seats < 0 or any(weight < 0 for weight in weights.values()):
        raise ApportionmentError("bad_number")
    if not any(weights.values()):
        raise ApportionmentError("no_weights")
    check_caps(weights, caps)
    if caps is None:
        return
    capacity = sum(caps[code] for code, weight in weights.items() if weight)
    if seats > capacity:
        raise ApportionmentError("too_many_seats", seats=seats, capacity=capacity)


def check_caps(weights: Mapping[str, int], caps: Mapping[str, int] | None) -> None:
    """Raise ApportionmentError `missing_cap` or `bad_number`."""
    if caps is None:
        return
    missing = sorted(set(weights) - set(caps))
    if missing:
        raise ApportionmentError("missing_cap", unit=missing[0])
    if any(caps[code] < 0 for code in weights):
        raise ApportionmentError("bad_number")


def in_rounds(
    weights: Mapping[str, int],
    seats: int,
    caps: Mapping[str, int] | None,
    one_round: Callable[[Stage], Sequence[Row]],
) -> Apportionment:
    """Round after round until every seat is given: what a cap cuts off goes to those who have room."""
    check(weights, seats, caps)
    shares = dict.fromkeys(sorted(weights), 0)
    proof: list[Row] = []
    left, number = seats, 1
    while True:
        room = {code: caps[code] - shares[code] if caps else None for code in shares}
        active = {code: weights[code] for code in shares if weights[code] and room[code] != 0}
        rows = one_round(Stage(number, active or dict(weights), left, room, dict(shares)))
        for row in rows:
            shares[row.code] += row.share
        proof.extend(rows)
        left -= sum(row.share for row in rows)
        if left == 0:
            return Apportionment(shares, tuple(proof))
        number += 1


def decimal(numerator: int, denominator: int, places: int = 4) -> str:
    """The fraction as a decimal, cut (not rounded) after some places; a negative one with its sign."""
    sign = "-" if numerator < 0 else ""
    whole, rest = divmod(abs(numerator), denominator)
    return f"{sign}{whole}.{rest * 10**places // denominator:0{places}d}"
