"""Sharing out seats: exact, capped, in proportion, and the same whatever the order of the input."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocations.rules.apportionment import ApportionmentError, largest_remainder

CODES = st.text(st.sampled_from("0123456789"), min_size=3, max_size=3)
WEIGHTS = st.dictionaries(CODES, st.integers(0, 5000), min_size=1, max_size=12).filter(
    lambda weights: any(weights.values())
)
SEATS = st.integers(0, 20_000)


@st.composite
def capped(draw):
    weights = draw(WEIGHTS)
    caps = {code: draw(st.integers(0, 3000)) for code in weights}
    most = sum(caps[code] for code, weight in weights.items() if weight)
    return weights, draw(st.integers(0, most)), caps


def test_textbook_example():
    shares = largest_remainder({"A": 53, "B": 24, "C": 23}, 10).shares
    assert shares == {"A": 5, "B": 3, "C": 2}


def test_a_tie_goes_to_the_larger_weight_then_to_the_lower_code():
    result = largest_remainder({"479": 1, "477": 1, "478": 1}, 4)
    assert result.shares == {"477": 2, "478": 1, "479": 1}
    assert [row.tie for row in result.proof] == [True, True, True]
    # Remainders of 3/6 and 9/6 are equal; the larger weight gets the seat.
    assert largest_remainder({"477": 1, "478": 3}, 2).shares == {"477": 0, "478": 2}


def test_what_a_cap_cuts_off_is_shared_out_again_in_a_second_round():
    result = largest_remainder({"A": 60, "B": 30, "C": 10}, 10, {"A": 3, "B": 30, "C": 30})
    assert result.shares == {"A": 3, "B": 5, "C": 2}
    first, second = result.proof[0], result.proof[3:]
    assert (first.floor, first.cut, first.share) == (6, 3, 3)
    assert [(row.round, row.code, row.share) for row in second] == [(2, "B", 2), (2, "C", 1)]


@given(WEIGHTS, SEATS)
def test_shares_sum_exactly_and_stay_within_one_of_the_exact_share(weights, seats):
    shares = largest_remainder(weights, seats).shares
    assert sum(shares.values()) == seats
    total = sum(weights.values())
    assert all(abs(shares[code] - Fraction(weight * seats, total)) < 1 for code, weight in weights.items())


@given(WEIGHTS, SEATS)
def test_more_weight_never_gets_less(weights, seats):
    shares = largest_remainder(weights, seats).shares
    ordered = sorted(weights, key=lambda code: weights[code])
    assert all(shares[a] <= shares[b] or weights[a] == weights[b] for a, b in pairwise(ordered))


@given(capped())
def test_no_cap_is_passed_and_every_seat_is_given(case):
    weights, seats, caps = case
    shares = largest_remainder(weights, seats, caps).shares
    assert sum(shares.values()) == seats
    assert all(shares[code] <= caps[code] for code in weights)


@given(capped(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(case, dice: random.Random):
    weights, seats, caps = case
    items = list(weights.items())
    dice.shuffle(items)
    assert largest_remainder(dict(items), seats, caps) == largest_remainder(weights, seats, caps)


@given(capped())
def test_the_proof_adds_up_to_the_shares(case):
    weights, seats, caps = case
    result = largest_remainder(weights, seats, caps)
    given_out = dict.fromkeys(weights, 0)
    for row in result.proof:
        assert row.floor * row.denominator + row.remainder == row.numerator
        assert row.share == row.floor + row.extra - row.cut
        given_out[row.code] += row.share
    assert given_out == result.shares


@pytest.mark.parametrize(
    ("weights", "seats", "caps", "code"),
    [
        ({}, 5, None, "no_weights"),
        ({"A": 0, "B": 0}, 5, None, "no_weights"),
        ({"A": -1, "B": 2}, 5, None, "bad_number"),
        ({"A": 1}, -5, None, "bad_number"),
        ({"A": 1, "B": 1}, 5, {"A": 2, "B": 2}, "too_many_seats"),
        ({"A": 1, "B": 0}, 5, {"A": 2, "B": 9}, "too_many_seats"),
        ({"A": 1, "B": 1}, 5, {"A": 9}, "missing_cap"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(weights, seats, caps, code):
    with pytest.raises(ApportionmentError) as error:
        largest_remainder(weights, seats, caps)
    assert error.value.code == code
