"""Highest averages: D'Hondt (divisors 1, 2, 3 …) and Sainte-Laguë (1, 3, 5 …). Pure, integers only.

Every seat goes to the district whose weight divided by the divisor of its next seat is largest. A
district at its cap takes no part any more; the others go on where they stood, so that caps change
nothing for those who never reach theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from .apportionment_parts import TIE_RULE, Apportionment, Stage, decimal, in_rounds


@dataclass(frozen=True, slots=True)
class AverageRow:
    """One district in one round.

    `held` seats came from earlier rounds, `won` are those of this one before the cap, `cut` what the
    cap took away again, `share` what this round gave. The last seat won had the quotient
    `weight / divisor`, the next one it would win has `weight / next_divisor`; both also as decimals
    cut after four places. Nobody's next quotient is larger than anybody's last one: that is the
    proof. `first` and `last` say as which of the round's seats its first and last one were given
    (None: it won none). `tie` says that the quotients alone did not decide about the last seat.
    """

    round: int
    code: str
    weight: int
    cap: int | None
    held: int
    won: int
    first: int | None
    last: int | None
    divisor: int | None
    quotient: str
    next_divisor: int
    next_quotient: str
    tie: bool
    cut: int
    share: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tie_rule": TIE_RULE}


@dataclass(frozen=True, slots=True)
class _Divisors:
    """`of(n)`: the divisor of the n-th seat (from 1). `up_to(m)`: how many divisors are at most m.

    `least(weight, total, seats, count)`: seats the method surely gives, so that counting starts there.
    """

    of: Callable[[int], int]
    up_to: Callable[[int], int]
    least: Callable[[int, int, int, int], int]


# D'Hondt never gives less than the whole part of the exact share.
_DHONDT = _Divisors(
    of=lambda n: n,
    up_to=lambda most: most,
    least=lambda weight, total, seats, count: weight * seats // total,
)
# Sainte-Laguë rounds weight ÷ x for some x with total ÷ x at least seats − count ÷ 2.
_SAINTE_LAGUE = _Divisors(
    of=lambda n: 2 * n - 1,
    up_to=lambda most: (most + 1) // 2,
    least=lambda weight, total, seats, count: max(0, weight * (2 * seats - count) // (2 * total) - 1),
)


def dhondt(weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None = None) -> Apportionment:
    """Share `seats` by D'Hondt (Jefferson). Never below the whole part of the exact share, as long as no
    cap binds; more seats never mean fewer for anybody. Raises ApportionmentError, see `check`."""
    return in_rounds(weights, seats, caps, partial(_one_round, _DHONDT))


def sainte_lague(
    weights: Mapping[str, int], seats: int, caps: Mapping[str, int] | None = None
) -> Apportionment:
    """Share `seats` by Sainte-Laguë (Webster); more seats never mean fewer for anybody. Raises
    ApportionmentError, see `check`."""
    return in_rounds(weights, seats, caps, partial(_one_round, _SAINTE_LAGUE))


def _one_round(divisors: _Divisors, stage: Stage) -> list[AverageRow]:
    weights = {code: weight for code, weight in stage.weights.items() if weight}
    now = _seats_after(divisors, stage, weights)
    last = {
        code: Fraction(weights[code], divisors.of(now[code])) for code in weights if _won(stage, now, code)
    }
    following = {code: Fraction(weights[code], divisors.of(now[code] + 1)) for code in weights}
    edge = min(last.values(), default=None)
    contested = edge is not None and edge == max(following.values())
    rows = []
    for code in sorted(stage.weights):
        if code not in weights:
            continue
        held, won = stage.held[code], _won(stage, now, code)
        limit = stage.room[code]
        share = won if limit is None else min(won, limit)
        ordinal = partial(_ordinal, divisors, stage, weights, code)
        divisor, after = (divisors.of(now[code]) if won else None), divisors.of(now[code] + 1)
        rows.append(
            AverageRow(
                round=stage.number,
                code=code,
                weight=weights[code],
                cap=limit,
                held=held,
                won=won,
                first=ordinal(held + 1) if won else None,
                last=ordinal(now[code]) if won else None,
                divisor=divisor,
                quotient=decimal(weights[code], divisor) if divisor else "",
                next_divisor=after,
                next_quotient=decimal(weights[code], after),
                tie=contested and edge in (last.get(code), following[code]),
                cut=won - share,
                share=share,
            )
        )
    return rows


def _won(stage: Stage, now: Mapping[str, int], code: str) -> int:
    return now[code] - stage.held[code]


def _seats_after(divisors: _Divisors, stage: Stage, weights: Mapping[str, int]) -> dict[str, int]:
    """Seats of each district after this round, caps aside.

    What the districts still taking part hold is what the method gives them of just so many seats, so
    the round can begin at what it surely gives of all of them and count out the few seats after it.
    """
    total, held = sum(weights.values()), {code: stage.held[code] for code in weights}
    seats = sum(held.values()) + stage.seats
    now = {
        code: max(held[code], divisors.least(weight, total, seats, len(weights)))
        for code, weight in weights.items()
    }
    for _seat in range(seats - sum(now.values())):
        now[min(weights, key=lambda code: _turn(divisors, weights, code, now[code] + 1))] += 1
    return now


def _turn(divisors: _Divisors, weights: Mapping[str, int], code: str, seat: int) -> tuple[Any, ...]:
    """Sorts seats in the order they are given: larger quotient, larger weight, lower code."""
    return (-Fraction(weights[code], divisors.of(seat)), -weights[code], code)


def _ordinal(divisors: _Divisors, stage: Stage, weights: Mapping[str, int], code: str, seat: int) -> int:
    """As which of the round's seats the district's `seat`-th seat (earlier rounds counted) is given."""
    before = seat - stage.held[code]
    divisor, weight = divisors.of(seat), weights[code]
    for other, rival in weights.items():
        if other == code:
            continue
        # Divisors d of the rival with rival ÷ d above weight ÷ divisor; with equality where it goes first.
        goes_first = (-rival, other) < (-weight, code)
        most = (rival * divisor - (0 if goes_first else 1)) // weight
        before += max(0, divisors.up_to(most) - stage.held[other])
    return before
