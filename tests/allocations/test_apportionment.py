"""Sharing out seats by every method: exact, capped, and the same whatever the order of the input."""

import random
from fractions import Fraction
from itertools import groupby, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocations.rules import apportionment_averages
from allocations.rules.apportionment import METHODS, ApportionmentError, apportion, largest_remainder

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


# --- highest averages, equal shares, shares set by hand -------------------------------------------------

AUTOMATIC = sorted(METHODS)
AVERAGES = {"dhondt": lambda seat: seat, "sainte_lague": lambda seat: 2 * seat - 1}
THREE = {"A": 53_000, "B": 24_000, "C": 23_000}


def one_by_one(weights, seats, caps, divisor):
    """Seat after seat to the highest quotient of those below their caps: the definition, slowly."""
    shares = dict.fromkeys(weights, 0)
    for _seat in range(seats):
        open_ones = [code for code in weights if weights[code] and (not caps or shares[code] < caps[code])]
        best = min(
            open_ones,
            key=lambda code: (-Fraction(weights[code], divisor(shares[code] + 1)), -weights[code], code),
        )
        shares[best] += 1
    return shares


@pytest.mark.parametrize(
    ("method", "shares"),
    [
        ("largest_remainder", {"A": 5, "B": 3, "C": 2}),
        # 53 ÷ 11 is above 24 ÷ 5: the tenth seat goes to A, where the remainder gave it to B.
        ("sainte_lague", {"A": 6, "B": 2, "C": 2}),
        ("dhondt", {"A": 6, "B": 2, "C": 2}),
        ("equal", {"A": 4, "B": 3, "C": 3}),
    ],
)
def test_each_method_on_the_textbook_example(method, shares):
    assert apportion(method, THREE, 10).shares == shares


SMALL = st.dictionaries(CODES, st.integers(0, 40), min_size=1, max_size=5).filter(
    lambda weights: any(weights.values())
)


@st.composite
def small_capped(draw):
    weights = draw(SMALL)
    if draw(st.booleans()):
        return weights, draw(st.integers(0, 40)), None
    caps = {code: draw(st.integers(0, 12)) for code in weights}
    most = sum(caps[code] for code, weight in weights.items() if weight)
    return weights, draw(st.integers(0, most)), caps


@pytest.mark.parametrize("method", AVERAGES)
@given(case=small_capped())
def test_highest_averages_are_what_counting_seat_by_seat_gives(method, case):
    weights, seats, caps = case
    assert apportion(method, weights, seats, caps).shares == one_by_one(*case, AVERAGES[method])


@given(case=small_capped())
def test_equal_shares_are_what_giving_one_to_the_poorest_in_seats_gives(case):
    weights, seats, caps = case
    shares = dict.fromkeys(weights, 0)
    for _seat in range(seats):
        open_ones = [code for code in weights if weights[code] and (not caps or shares[code] < caps[code])]
        shares[min(open_ones, key=lambda code: (shares[code], -weights[code], code))] += 1
    assert apportion("equal", weights, seats, caps).shares == shares


@given(SMALL, st.integers(0, 12))
def test_largest_remainder_is_as_near_to_the_exact_shares_as_whole_numbers_can_be(weights, seats):
    weights = dict(list(weights.items())[:3]) if any(list(weights.values())[:3]) else weights
    total = sum(weights.values())
    exact = [Fraction(weight * seats, total) for _code, weight in sorted(weights.items())]

    def distance(shares):
        return sum(abs(share - wanted) for share, wanted in zip(shares, exact, strict=True))

    best = min(
        (distance(shares) for shares in product(range(seats + 1), repeat=len(exact)) if sum(shares) == seats),
    )
    assert distance(largest_remainder(weights, seats).shares.values()) == best


@pytest.mark.parametrize("method", AUTOMATIC)
@given(case=capped())
def test_every_method_gives_every_seat_and_passes_no_cap(method, case):
    weights, seats, caps = case
    shares = apportion(method, weights, seats, caps).shares
    assert list(shares) == sorted(weights)
    assert sum(shares.values()) == seats
    assert all(shares[code] <= caps[code] for code in weights)
    assert all(shares[code] == 0 for code, weight in weights.items() if not weight)


@pytest.mark.parametrize("method", AUTOMATIC)
@given(case=capped(), dice=st.randoms(use_true_random=False))
def test_the_order_of_the_input_matters_to_no_method(method, case, dice):
    weights, seats, caps = case
    items = list(weights.items())
    dice.shuffle(items)
    assert apportion(method, dict(items), seats, caps) == apportion(method, weights, seats, caps)


@pytest.mark.parametrize("method", AUTOMATIC)
@given(case=capped())
def test_the_proof_of_every_method_adds_up_to_its_shares(method, case):
    weights, seats, caps = case
    result = apportion(method, weights, seats, caps)
    given_out = dict.fromkeys(weights, 0)
    for row in result.proof:
        assert row.share >= 0 <= row.cut
        given_out[row.code] += row.share
    assert given_out == result.shares


@pytest.mark.parametrize("method", AUTOMATIC)
@given(weights=WEIGHTS, seats=SEATS)
def test_more_weight_gets_no_less_by_any_method(method, weights, seats):
    shares = apportion(method, weights, seats).shares
    ordered = sorted(weights, key=lambda code: weights[code])
    assert all(shares[a] <= shares[b] or weights[a] == weights[b] for a, b in pairwise(ordered))


@pytest.mark.parametrize("method", ["dhondt", "sainte_lague", "equal"])
@given(case=capped())
def test_one_more_seat_takes_none_from_anybody_where_the_method_promises_it(method, case):
    weights, seats, caps = case
    more = apportion(method, weights, seats, caps).shares
    fewer = apportion(method, weights, max(0, seats - 1), caps).shares
    assert all(fewer[code] <= more[code] for code in weights)


def test_largest_remainder_does_not_promise_it():
    """The Alabama paradox: with one seat more, C has one less. The screen says so of the method."""
    weights = {"A": 6, "B": 6, "C": 2}
    assert largest_remainder(weights, 10).shares["C"] == 2
    assert largest_remainder(weights, 11).shares["C"] == 1


@pytest.mark.parametrize("method", AVERAGES)
@given(weights=WEIGHTS, seats=SEATS, more=st.integers(1, 3000), data=st.data())
def test_more_households_never_cost_a_district_seats_by_highest_averages(method, weights, seats, more, data):
    code = data.draw(st.sampled_from(sorted(weights)))
    grown = weights | {code: weights[code] + more}
    assert apportion(method, grown, seats).shares[code] >= apportion(method, weights, seats).shares[code]


@given(WEIGHTS, SEATS)
def test_dhondt_never_goes_below_the_whole_part_of_the_exact_share(weights, seats):
    shares, total = apportion("dhondt", weights, seats).shares, sum(weights.values())
    assert all(shares[code] >= weight * seats // total for code, weight in weights.items())


@given(WEIGHTS, SEATS)
def test_equal_shares_differ_by_one_at_most(weights, seats):
    shares = apportion("equal", weights, seats).shares
    taking_part = [shares[code] for code, weight in weights.items() if weight]
    assert max(taking_part) - min(taking_part) <= 1


@given(capped())
def test_equal_shares_below_their_caps_differ_by_one_at_most_and_capped_ones_have_no_more(case):
    weights, seats, caps = case
    shares = apportion("equal", weights, seats, caps).shares
    free = [shares[code] for code in weights if weights[code] and shares[code] < caps[code]]
    if free:
        assert max(free) - min(free) <= 1
        assert max(shares.values()) <= min(free) + 1


@pytest.mark.parametrize("method", AVERAGES)
@given(case=capped())
def test_an_auditor_sees_in_the_proof_that_no_seat_was_due_to_somebody_else(method, case):
    """Round by round: nobody's next quotient beats anybody's last one, and seats are numbered through."""
    weights, seats, caps = case
    divisor = AVERAGES[method]
    for _number, members in groupby(apportion(method, weights, seats, caps).proof, key=lambda row: row.round):
        rows = list(members)
        winners = [row for row in rows if row.won]
        following = max(Fraction(row.weight, row.next_divisor) for row in rows)
        for row in winners:
            assert row.divisor == divisor(row.held + row.won)
            assert Fraction(row.weight, row.divisor) >= following
            assert row.first <= row.last - (row.won - 1)
        given_out = sum(row.won for row in rows)
        assert {row.first for row in winners} <= set(range(1, given_out + 1))
        assert max((row.last for row in winners), default=0) == given_out
        assert len({row.last for row in winners}) == len(winners)


def test_a_tie_of_quotients_is_shown_and_goes_to_the_larger_weight_then_to_the_lower_code():
    result = apportion("dhondt", {"479": 2, "477": 2, "478": 2}, 4)
    assert result.shares == {"477": 2, "478": 1, "479": 1}
    assert [row.tie for row in result.proof] == [True, True, True]
    # 2 ÷ 1 and 4 ÷ 2 are equal: the larger weight goes first.
    assert apportion("dhondt", {"477": 2, "478": 4}, 2).shares == {"477": 0, "478": 2}
    assert not any(row.tie for row in apportion("dhondt", {"477": 5, "478": 3}, 2).proof)


def test_equal_shares_are_tied_only_where_weights_are_equal():
    assert not any(row.tie for row in apportion("equal", {"477": 5, "478": 3}, 3).proof)
    result = apportion("equal", {"477": 1, "478": 3, "479": 3}, 4)
    assert result.shares == {"477": 1, "478": 2, "479": 1}
    assert [row.tie for row in result.proof] == [False, True, True]


@pytest.mark.parametrize("method", AVERAGES)
def test_a_cap_is_followed_by_a_second_round_that_goes_on_where_the_first_stood(method):
    result = apportion(method, {"A": 60, "B": 30, "C": 10}, 10, {"A": 3, "B": 30, "C": 30})
    first, second = result.proof[:3], result.proof[3:]
    assert (first[0].won, first[0].cut, first[0].share) == (6, 3, 3)
    assert [(row.round, row.code) for row in second] == [(2, "B"), (2, "C")]
    assert [row.held for row in second] == [row.share for row in first[1:]]
    assert sum(result.shares.values()) == 10


def test_a_thousand_million_seats_are_shared_out_at_once():
    for method in AUTOMATIC:
        assert sum(apportion(method, THREE, 10**9).shares.values()) == 10**9


def test_shares_set_by_hand_stay_as_given_beside_the_exact_ones():
    result = apportion("manual", THREE, 10, {"A": 9, "B": 9, "C": 9}, given={"A": 4, "B": 3, "C": 3})
    assert result.shares == {"A": 4, "B": 3, "C": 3}
    assert [(row.exact, row.difference) for row in result.proof] == [
        ("5.3000", "-1.3000"), ("2.4000", "0.6000"), ("2.3000", "0.7000"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "caps", "code"),
    [
        ({"A": 4, "B": 3}, None, "missing_share"),
        ({"A": 4, "B": 3, "C": 3, "D": 0}, None, "unknown_unit"),
        ({"A": 4, "B": 3, "C": 2}, None, "wrong_sum"),
        ({"A": 4, "B": 3, "C": 4}, None, "wrong_sum"),
        ({"A": 13, "B": 0, "C": -3}, None, "bad_number"),
        ({"A": 4, "B": 3, "C": 3}, {"A": 3, "B": 9, "C": 9}, "over_cap"),
        ({"A": 4, "B": 3, "C": 3}, {"A": 4}, "missing_cap"),
    ],
)
def test_shares_set_by_hand_that_do_not_fit_are_refused(shares, caps, code):
    with pytest.raises(ApportionmentError) as error:
        apportion("manual", THREE, 10, caps, given=shares)
    assert error.value.code == code


@pytest.mark.parametrize("method", AUTOMATIC)
@pytest.mark.parametrize(
    ("weights", "seats", "caps", "code"),
    [
        ({}, 5, None, "no_weights"),
        ({"A": 0, "B": 0}, 5, None, "no_weights"),
        ({"A": -1, "B": 2}, 5, None, "bad_number"),
        ({"A": 1}, -5, None, "bad_number"),
        ({"A": 1, "B": 1}, 5, {"A": -2, "B": 9}, "bad_number"),
        ({"A": 1, "B": 0}, 5, {"A": 2, "B": 9}, "too_many_seats"),
        ({"A": 1, "B": 1}, 5, {"A": 9}, "missing_cap"),
    ],
)
def test_every_method_refuses_the_same_with_the_same_word(method, weights, seats, caps, code):
    with pytest.raises(ApportionmentError) as error:
        apportion(method, weights, seats, caps)
    assert error.value.code == code


def test_a_method_nobody_knows_is_refused():
    with pytest.raises(ApportionmentError, match="unknown_method"):
        apportion("hamilton", THREE, 10)


@pytest.mark.parametrize("method", ["sainte_lague", "dhondt"])
@given(weights=WEIGHTS, seats=SEATS)
def test_the_order_of_turns_is_the_same_however_it_is_counted(method, weights, seats):
    sorted_ = apportion(method, weights, seats)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apportionment_averages, "_MOST_SORTED", 0)
        assert apportion(method, weights, seats) == sorted_


@pytest.mark.parametrize("method", ["sainte_lague", "dhondt"])
def test_any_number_of_seats_is_shared_out_exactly(method):
    """Nothing is kept for each seat: a number somebody mistyped must not fill the memory."""
    result = apportion(method, {"A": 3, "B": 2, "C": 1}, 6 * 10**15)
    assert result.shares == {"A": 3 * 10**15, "B": 2 * 10**15, "C": 10**15}
    assert sorted(row.last for row in result.proof)[-1] == 6 * 10**15
