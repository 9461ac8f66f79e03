"""Largest remainder (Hamilton, Hare quota). Pure, integers only.

Everybody gets the whole part of the exact share, and the seats left over go one by one to the largest
remainders. What a cap cuts off is shared out again by the same method among those who have room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .apportionment_parts import TIE_RULE, Apportionment, Stage, decimal, in_rounds


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


def largest_remainder(
    weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None = None
) -> Apportionment:
    """Share `seats` among the codes of `weights`; the shares sum to `seats` exactly.

    Raises ApportionmentError, see `check`. The order of the input does not matter.
    """
    return in_rounds(weights, seats, caps, _one_round)


def _one_round(stage: Stage) -> list[ProofRow]:
    """Largest remainder among the weights (not all zero), each share cut down to its room."""
    weights, seats = stage.weights, stage.seats
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
        limit = stage.room[code]
        share = whole + extra if limit is None else min(whole + extra, limit)
        rows.append(
            ProofRow(
                round=stage.number,
                code=code,
                weight=weights[code],
                cap=limit,
                numerator=weights[code] * seats,
                denominator=total,
                exact=decimal(weights[code] * seats, total),
                floor=whole,
                remainder=remainder,
                extra=extra,
                tie=contested and remainder == edge,
                cut=whole + extra - share,
                share=share,
            )
        )
    return rows
