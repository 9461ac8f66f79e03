"""Equal shares, and shares set by hand. Pure, integers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .apportionment_parts import (
    TIE_RULE,
    Apportionment,
    ApportionmentError,
    Stage,
    check_caps,
    decimal,
    in_rounds,
)


@dataclass(frozen=True, slots=True)
class EqualRow:
    """One district in one round of equal shares.

    `held` seats came from earlier rounds; `whole` is everybody's equal part of the round, `extra` one of
    the seats that do not divide; `cut` what the cap took away again, `share` what this round gave.
    Those go to who holds fewer, then to the larger weight; `tie`: that alone did not decide, and the
    lower code did.
    """

    round: int
    code: str
    weight: int
    cap: int | None
    held: int
    whole: int
    extra: int
    tie: bool
    cut: int
    share: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tie_rule": TIE_RULE}


@dataclass(frozen=True, slots=True)
class ManualRow:
    """One district where shares are set by hand, beside its exact share in proportion to the weights.

    `difference` is the share less the exact one, as a decimal cut after four places.
    """

    round: int
    code: str
    weight: int
    cap: int | None
    numerator: int
    denominator: int
    exact: str
    difference: str
    tie: bool
    cut: int
    share: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tie_rule": TIE_RULE}


def equal(weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None = None) -> Apportionment:
    """Share `seats` equally among the codes that have a weight; those below their caps differ by one at
    most. Seats that do not divide go to who has fewer, then to the larger weight, then to the lower
    code. Raises ApportionmentError, see `check`."""
    return in_rounds(weights, seats, caps, _one_round)


def _one_round(stage: Stage) -> list[EqualRow]:
    codes = sorted(code for code, weight in stage.weights.items() if weight)
    whole, extras = divmod(stage.seats, len(codes))
    order = sorted(codes, key=lambda code: (stage.held[code], -stage.weights[code], code))
    winners = set(order[:extras])
    claims = {code: (stage.held[code], stage.weights[code]) for code in codes}
    edge = claims[order[extras - 1]] if extras else None
    contested = edge is not None and claims[order[extras]] == edge
    rows = []
    for code in codes:
        extra = int(code in winners)
        limit = stage.room[code]
        share = whole + extra if limit is None else min(whole + extra, limit)
        rows.append(
            EqualRow(
                round=stage.number,
                code=code,
                weight=stage.weights[code],
                cap=limit,
                held=stage.held[code],
                whole=whole,
                extra=extra,
                tie=contested and claims[code] == edge,
                cut=whole + extra - share,
                share=share,
            )
        )
    return rows


def by_hand(
    weights: Mapping[str, int],
    seats: int,
    caps: Mapping[str, int] | None,
    given: Mapping[str, int],
) -> Apportionment:
    """The shares as given, if they sum to `seats` and keep to the caps; nothing is changed in them.

    Raises ApportionmentError: `bad_number`, `missing_cap`, `missing_share` (a code without one),
    `unknown_unit` (a share for a code without weight row), `over_cap`, `wrong_sum`.
    """
    if seats < 0 or any(number < 0 for number in (*weights.values(), *given.values())):
        raise ApportionmentError("bad_number")
    check_caps(weights, caps)
    for code in sorted(weights):
        if code not in given:
            raise ApportionmentError("missing_share", unit=code)
        if caps is not None and given[code] > caps[code]:
            raise ApportionmentError("over_cap", unit=code, share=given[code], cap=caps[code])
    unknown = sorted(set(given) - set(weights))
    if unknown:
        raise ApportionmentError("unknown_unit", unit=unknown[0])
    if sum(given.values()) != seats:
        raise ApportionmentError("wrong_sum", sum=sum(given.values()), seats=seats)
    total = sum(weights.values())
    rows = [
        ManualRow(
            round=1,
            code=code,
            weight=weights[code],
            cap=caps[code] if caps is not None else None,
            # Without any weight there is no proportion to be beside.
            numerator=weights[code] * seats,
            denominator=total or 1,
            exact=decimal(weights[code] * seats, total or 1),
            difference=decimal(given[code] * (total or 1) - weights[code] * seats, total or 1),
            tie=False,
            cut=0,
            share=given[code],
        )
        for code in sorted(weights)
    ]
    return Apportionment({code: given[code] for code in sorted(weights)}, tuple(rows))
