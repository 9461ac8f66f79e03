"""Highest averages: D'Hondt (divisors 1, 2, 3 …) and Sainte-Laguë (1, 3, 5 …). Pure, integers only.

Every seat goes to the district whose weight divided by the divisor of its next seat is largest. A
district at its cap takes no part any more; the others go on where they stood, so that caps change
nothing for those who never reach theirs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from heapq import heapify, heapreplace
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


#: Seats of one round that are sorted in memory: some 40 MB.
_MOST_SORTED = 1_000_000


@dataclass(frozen=True, slots=True)
class _Divisors:
    """`between(held, now)`: the divisors of the seats after `held`, up to `now`.

    `least(weight, total, seats, count)`: seats the method surely gives, so that counting starts there.
    """

    between: Callable[[int, int], range]
    least: Callable[[int, int, int, int], int]

    def of(self, seat: int) -> int:
        """The divisor of a district's seat, counted from 1."""
        return self.between(seat - 1, seat)[0]


# D'Hondt never gives less than the whole part of the exact share.
_DHONDT = _Divisors(
    between=lambda held, now: range(held + 1, now + 1),
    least=lambda weight, total, seats, count: weight * seats // total,
)
# Sainte-Laguë rounds weight ÷ x for some x with total ÷ x at least seats − count ÷ 2.
_SAINTE_LAGUE = _Divisors(
    between=lambda held, now: range(2 * held + 1, 2 * now, 2),
    least=lambda weight, total, seats, count: max(0, weight * (2 * seats - count) // (2 * total) - 1),
)


class _Turns:
    """Every possible seat as one whole number: the smaller goes first.

    That is the larger quotient, then the larger weight, then the lower code.
    Two quotients that differ do so by at least 1 ÷ (divisor × divisor). Multiplied by the square of the
    largest divisor that can occur they differ by 1 or more, so cutting off what is behind the point
    neither swaps two quotients nor makes two alike.
    """

    def __init__(self, divisors: _Divisors, weights: Mapping[str, int], seats: int) -> None:
        self._divisors = divisors
        scale = divisors.of(seats + 1) ** 2
        order = sorted(weights, key=lambda code: (-weights[code], code))
        self._scaled = {code: (place, weights[code] * scale) for place, code in enumerate(order)}

    def of(self, code: str, held: int, now: int) -> list[int]:
        """The turns of the district's seats after `held`, up to `now`."""
        place, scaled = self._scaled[code]
        count = len(self._scaled)
        return [place - scaled // divisor * count for divisor in self._divisors.between(held, now)]

    def next(self, code: str, held: int) -> int:
        """The turn of the seat after `held`."""
        return self.of(code, held, held + 1)[0]


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
    held = {code: stage.held[code] for code in weights}
    seats = sum(held.values()) + stage.seats
    turns = _Turns(divisors, weights, seats)
    now = _seats_after(divisors, turns, weights, held, seats)
    before = _counter(turns, held, now)
    last = {
        code: Fraction(weights[code], divisors.of(now[code])) for code in weights if now[code] > held[code]
    }
    following = {code: Fraction(weights[code], divisors.of(now[code] + 1)) for code in weights}
    edge = min(last.values(), default=None)
    contested = edge is not None and edge == max(following.values())

    def ordinal(code: str, seat: int) -> int:
        """As which of the round's seats the district's seat (earlier rounds counted) is given."""
        return before(turns.next(code, seat - 1)) + 1

    rows = []
    for code in sorted(weights):
        won, limit = now[code] - held[code], stage.room[code]
        share = won if limit is None else min(won, limit)
        divisor, after = (divisors.of(now[code]) if won else None), divisors.of(now[code] + 1)
        rows.append(
            AverageRow(
                round=stage.number,
                code=code,
                weight=weights[code],
                cap=limit,
                held=held[code],
                won=won,
                first=ordinal(code, held[code] + 1) if won else None,
                last=ordinal(code, now[code]) if won else None,
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


def _counter(turns: _Turns, held: Mapping[str, int], now: Mapping[str, int]) -> Callable[[int], int]:
    """Counts how many of the round's seats are given before a turn.

    All turns in one sorted list answer at once for every district, but need a place for every seat; with
    more seats than that the turns of each district, which rise by themselves, are searched one by one.
    """
    if sum(now.values()) - sum(held.values()) <= _MOST_SORTED:
        return partial(
            bisect_left, sorted(turn for code in now for turn in turns.of(code, held[code], now[code]))
        )

    def count(turn: int) -> int:
        searched = (
            bisect_left(range(held[code], now[code]), turn, key=partial(turns.next, code)) for code in now
        )
        return sum(searched)

    return count


def _seats_after(
    divisors: _Divisors, turns: _Turns, weights: Mapping[str, int], held: Mapping[str, int], seats: int
) -> dict[str, int]:
    """Seats of each district after this round, caps aside.

    What the districts still taking part hold is what the method gives them of just so many seats, so
    the round can begin at what it surely gives of all of them and count out the few seats after it.
    """
    total = sum(weights.values())
    now = {
        code: max(held[code], divisors.least(weight, total, seats, len(weights)))
        for code, weight in weights.items()
    }
    waiting = [(turns.next(code, now[code]), code) for code in weights]
    heapify(waiting)
    for _seat in range(seats - sum(now.values())):
        code = waiting[0][1]
        now[code] += 1
        heapreplace(waiting, (turns.next(code, now[code]), code))
    return now
