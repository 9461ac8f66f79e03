"""Estimates against figures worked out by hand and against a simulated census."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.estimates import Slot, estimates, wilson
from inspections.rules.frames import frame_of
from inspections.rules.sampling import Wanted, draw

A, B = "474/1|poor", "481/2|poor"


def slots(stratum, answers):
    """Slots of a stratum; "p", "f", "n" and "." (nobody answered)."""
    words = {"p": "pass", "f": "fail", "n": "na", ".": ""}
    return [Slot(stratum, stratum.partition("/")[0], words[sign]) for sign in answers]


def test_two_strata_by_hand():
    """A: 3 of 5 pass, of 50; B: 4 of 4, of 10. (50 · 0.6 + 10) / 60; variance 50² · 0.9 · 0.3 / 5 / 60² =
    0.0375, as of 5.926 answers; Wilson's interval of these."""
    one = estimates({A: 50, B: 10}, [*slots(A, "pppff"), *slots(B, "pppp")])[""]
    assert one.share == pytest.approx(2 / 3)
    assert (one.low, one.high) == pytest.approx((0.2983, 0.9039), abs=1e-4)
    assert (one.passed, one.answers, one.not_applicable, one.silent, one.merged) == (7, 9, 0, 0, ())
    assert one.households == pytest.approx(60)


def test_not_applicable_leaves_the_base_by_hand():
    """A: of 40, answered p f n n; B: of 20, p p. Base 40 · 2/4 + 20 = 40; pass 40 · 1/4 + 20 = 30.

    Residuals in A: 0.25, −0.75, 0, 0, mean −0.125, squares 0.5625; variance (1 − 0.1) · 4/3 · (10/40)² ·
    0.5625 = 0.0421875; as of 0.1875 / 0.0421875 = 4.4444 answers, and 4 · 39/36 = 4.3333 at most."""
    one = estimates({A: 40, B: 20}, [*slots(A, "pfnn"), *slots(B, "pp")])[""]
    assert one.share == pytest.approx(0.75)
    assert (one.answers, one.not_applicable, one.households) == (4, 2, pytest.approx(40))
    assert (one.low, one.high) == pytest.approx(wilson(0.75, 4 * 39 / 36))


def test_everybody_asked_is_no_estimate():
    one = estimates({A: 4, B: 1}, [*slots(A, "ppff"), *slots(B, "p")])[""]
    assert (one.low, one.share, one.high) == (0.6, pytest.approx(0.6), pytest.approx(0.6))
    assert one.merged == ()


@pytest.mark.parametrize(("answers", "share"), [("pppp", 1.0), ("ffff", 0.0)])
def test_all_alike_still_has_a_width(answers, share):
    """Four of forty: as of 4 · 39/36 answers; Wilson's far end for nought is z² / (n + z²)."""
    one = estimates({A: 40}, slots(A, answers))[""]
    width = 3.841459 / (4 * 39 / 36 + 3.841459)
    assert one.share == share
    assert one.high - one.low == pytest.approx(width, abs=1e-6)


def test_who_does_not_answer_is_said_and_the_stratum_speaks_for_them():
    with_silent = estimates({A: 50, B: 10}, [*slots(A, "pppff.."), *slots(B, "pppp")])[""]
    without = estimates({A: 50, B: 10}, [*slots(A, "pppff"), *slots(B, "pppp")])[""]
    assert with_silent.silent == 2
    assert with_silent.drawn == 11
    assert (with_silent.share, with_silent.low) == (without.share, without.low)


def test_a_district_is_estimated_from_its_own_households():
    found = estimates({A: 50, B: 10}, [*slots(A, "pppff"), *slots(B, "pppf")])
    assert found["474"].share == pytest.approx(0.6)
    assert found["481"].share == pytest.approx(0.75)
    assert (found["481"].answers, found["481"].households) == (4, pytest.approx(10))
    # Alone, the district is a stratum: 0.6 · 0.4 / (0.9 · 0.3 / 5) = 4.444; as one of 5: 5 · 49/45 = 5.444.
    assert (found["474"].low, found["474"].high) == pytest.approx(wilson(0.6, 0.24 / (0.9 * 0.3 / 5)))


def test_a_stratum_with_one_answer_is_taken_together_with_its_neighbour():
    """C1 of 10 answered once, C2 of 20 twice: the shares keep their own weights, (10 + 20/2) / 30, and the
    variance is that of both together: parts 1/9, 1/9, −2/9 (weights 10, 10, 10; share 2/3)."""
    near, far = "474/1|poor", "474/2|poor"
    one = estimates({near: 10, far: 20}, [*slots(near, "p"), *slots(far, "pf")])[""]
    assert one.share == pytest.approx(2 / 3)
    assert one.merged == ((near, far),)
    variance = (1 - 3 / 30) * 3 / 2 * (2 * (1 / 9) ** 2 + (2 / 9) ** 2)
    simple = 3 * 29 / 27
    assert (one.low, one.high) == pytest.approx(wilson(2 / 3, min(simple, (2 / 9) / variance)))


def test_a_stratum_without_an_answer_goes_to_one_of_its_own_district_and_class():
    strata = {"474/1|near_poor": 9, "474/1|poor": 10, "474/2|near_poor": 10, "481/1|near_poor": 10}
    given = [
        *slots("474/1|near_poor", "pp"), *slots("474/1|poor", "ff"), *slots("474/2|near_poor", ".."),
        *slots("481/1|near_poor", "ff"),
    ]  # fmt: skip
    one = estimates(strata, given)[""]
    assert one.merged == (("474/1|near_poor", "474/2|near_poor"),)
    assert one.share == pytest.approx(19 / 39)
    assert one.silent == 2


def test_nobody_answered_is_no_figure():
    found = estimates({A: 50, B: 10}, [*slots(A, ".."), *slots(B, "nn")])
    assert found[""].share is found[""].low is None
    assert (found[""].silent, found[""].not_applicable) == (2, 2)
    assert found["474"].share is None


def test_one_answer_for_everybody_says_almost_nothing():
    one = estimates({A: 50, B: 10}, [*slots(A, "p."), *slots(B, ".")])[""]
    assert one.share == 1.0
    assert one.low < 0.25


@given(
    st.lists(st.tuples(st.integers(1, 30), st.text("pfn.", min_size=1, max_size=30)), min_size=1, max_size=12)
)
def test_an_interval_holds_its_share_and_stays_within_nought_and_one(strata):
    names = [f"47{n % 3}/{n}|{'poor' if n % 2 else 'near_poor'}" for n in range(len(strata))]
    populations = {name: max(size, len(text)) for name, (size, text) in zip(names, strata, strict=True)}
    given_slots = [slot for name, (_n, text) in zip(names, strata, strict=True) for slot in slots(name, text)]
    found = estimates(populations, given_slots)
    for one in found.values():
        if one.answers:
            assert 0 <= one.low <= one.share <= one.high <= 1
        else:
            assert one.share is None
    assert sum(found[place].answers for place in found if place) == found[""].answers
    assert sum(found[place].drawn for place in found if place) == found[""].drawn == len(given_slots)
    if found[""].answers:
        households = sum(found[place].households for place in found if place)
        assert households == pytest.approx(found[""].households)
        assert households <= sum(populations.values()) + 1e-6
    assert estimates(populations, given_slots[::-1]) == found


#: A census made by hand: stratum → how many of its households pass and how many do not.
CENSUS = {
    "474/1|poor": (50, 10), "474/1|near_poor": (64, 4), "474/2|poor": (20, 20), "474/2|near_poor": (3, 2),
    "481/3|poor": (90, 30), "481/3|near_poor": (33, 0), "481/4|poor": (41, 9), "481/4|near_poor": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize("allocation", ["proportional", "equal"])
def test_against_a_census_the_mean_is_right_and_the_interval_holds_it(allocation):
    """300 samples of 60 out of 377: the mean of the estimates is the census's share within four standard
    errors, and at least 93 of 100 intervals hold it. The seeds are fixed: the figures never change."""
    truth = {
        f"{name}#{n}": n < passed for name, (passed, failed) in CENSUS.items() for n in range(passed + failed)
    }
    populations = {name: sum(counts) for name, counts in CENSUS.items()}
    share = sum(truth.values()) / len(truth)
    district = [key for key in truth if key.startswith("474")]
    share_474 = sum(truth[key] for key in district) / len(district)
    frame = frame_of((key.partition("#")[0], key) for key in truth)
    shares, held, held_474 = [], 0, 0
    for seed in range(300):
        drawn = draw(frame, Wanted(allocation, fixed=60), f"census {seed}")
        found = estimates(
            populations,
            [
                Slot(name, name.partition("/")[0], "pass" if truth[key] else "fail")
                for name, one in drawn.items()
                for key in one.drawn
            ],
        )
        shares.append(found[""].share)
        held += found[""].low <= share <= found[""].high
        held_474 += found["474"].low <= share_474 <= found["474"].high
    mean = sum(shares) / len(shares)
    error = (sum((one - mean) ** 2 for one in shares) / len(shares) / (len(shares) - 1)) ** 0.5
    assert abs(mean - share) < 4 * error
    assert error < 0.01  # the samples differ little, so the first bound means something
    assert held / 300 >= 0.93
    assert held_474 / 300 >= 0.92
