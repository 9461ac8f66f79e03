"""Sharing out whole devices in proportion to weights. Pure, integers only.

The method of largest remainder (Hamilton, Hare quota): everybody gets the whole part of the exact
share, and the seats left over go one by one to the largest remainders. Nobody gets more than their
cap; what a cap cuts off is shared out again by the same method among those who have room, in rounds
that the proof shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

TIE_RULE = "larger_weight_then_lower_code"


class ApportionmentError(ValueError):
    """The seats cannot be shared out. `code` names the reason, `params` its figures."""

    def __init__(self, code: str, **params: int | str) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One district in one round.

    The exact share is `numerator / denominator`; `exact` is the same as a decimal cut after four
    places. `floor` is its whole part, `remainder` the rest over the same denominator, `extra` the
    seat won by the remainder, `cut` what the cap took away again, `share` what this round gave.
    `tie` says that the remainder alone did not decide: then the larger weight, then the lower code.
    """

    round: int
    code: str
    weight: int
    cap: int | None
    numerator: int
    denominator: int
    exact: str
    floor: int
    remainder: int
    extra: int
    tie: bool
    cut: int
    share: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tie_rule": TIE_RULE}


@dataclass(frozen=True, slots=True)
class Apportionment:
    """`shares` per code, in the order of codes; `proof` in rounds, each in the order of codes."""

    shares: dict[str, int]
    proof: tuple[ProofRow, ...]


def largest_remainder(
    weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None = None
) -> Apportionment:
    """Share `seats` among the codes of `weights`; the shares sum to `seats` exactly.

    Raises ApportionmentError: `bad_number` (negative seats, weight or cap), `no_weights` (all zero or
    none), `missing_cap`, `too_many_seats` (more seats than caps allow; a code without weight gets
    nothing, so its cap does not count). The order of the input does not matter.
    """
    _check(weights, seats, caps)
    shares = dict.fromkeys(sorted(weights), 0)
    proof: list[ProofRow] = []
    left, number = seats, 1
    while True:
        room = {code: caps[code] - shares[code] if caps else None for code in shares}
        active = {code: weights[code] for code in shares if weights[code] and room[code] != 0}
        rows = _one_round(active or dict(weights), left, room, number)
        for row in rows:
            shares[row.code] += row.share
        proof.extend(rows)
        left -= sum(row.share for row in rows)
        if left == 0:
            return Apportionment(shares, tuple(proof))
        number += 1


def _check(weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None) -> None:
    if seats < 0 or any(weight < 0 for weight in weights.values()):
        raise ApportionmentError("bad_number")
    if not any(weights.values()):
        raise ApportionmentError("no_weights")
    if caps is None:
        return
    missing = sorted(set(weights) - set(caps))
    if missing:
        raise ApportionmentError("missing_cap", unit=missing[0])
    if any(caps[code] < 0 for code in weights):
        raise ApportionmentError("bad_number")
    capacity = sum(caps[code] for code, weight in weights.items() if weight)
    if seats > capacity:
        raise ApportionmentError("too_many_seats", seats=seats, capacity=capacity)


def _one_round(
    weights: Mapping[str, int], seats: int, room: Mapping[str, int | None], number: int
) -> list[ProofRow]:
    """Largest remainder among `weights` (not all zero), each share cut down to its room."""
    total = sum(weights.values())
    floors = {code: divmod(weight * seats, total) for code, weight in weights.items()}
    extras = seats - sum(whole for whole, _ in floors.values())
    order = sorted(weights, key=lambda code: (-floors[code][1], -weights[code], code))
    winners = set(order[:extras])
    # A tie matters only where the last seat went to one of several equal remainders.
    edge = floors[order[extras - 1]][1] if extras else None
    contested = edge is not None and extras < len(order) and floors[order[extras]][1] == edge
    rows = []
    for code in sorted(weights):
        whole, remainder = floors[code]
        extra = int(code in winners)
        limit = room[code]
        share = whole + extra if limit is None else min(whole + extra, limit)
        rows.append(
            ProofRow(
                round=number,
                code=code,
                weight=weights[code],
                cap=limit,
                numerator=weights[code] * seats,
                denominator=total,
                exact=_decimal(weights[code] * seats, total),
                floor=whole,
                remainder=remainder,
                extra=extra,
                tie=contested and remainder == edge,
                cut=whole + extra - share,
                share=share,
            )
        )
    return rows


def _decimal(numerator: int, denominator: int, places: int = 4) -> str:
    whole, rest = divmod(numerator, denominator)
    return f"{whole}.{rest * 10**places // denominator:0{places}d}"
