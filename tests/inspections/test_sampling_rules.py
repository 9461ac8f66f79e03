"""Sizes, shares and drawings of a sample: what must hold whatever the frame."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.frames import Level, frame_of, parts_of, stratum_of
from inspections.rules.sampling import (
    ALLOCATIONS,
    SamplingError,
    Trouble,
    Wanted,
    allocate,
    draw,
    drawn_order,
    plan,
    sample_size,
)

populations = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 60), min_size=1)
codes = st.sampled_from(["474", "481"]), st.sampled_from(["1", "2", "3"]), st.sampled_from(["poor", "other"])
frames = st.lists(st.builds(stratum_of, *codes), min_size=1, max_size=60).map(
    lambda strata: [(stratum, f"12/QĐ/{number}") for number, stratum in enumerate(strata)]
)


@pytest.mark.parametrize(
    ("population", "confidence", "margin", "size"),
    # By hand: 1.96² · 0.25 / 0.05² = 384.15; 384.15 / (1 + 383.15 / N), rounded up.
    [(10**9, 95, "5", 385), (10_000, 95, "5", 370), (1_000, 95, "5", 278), (100, 95, "5", 80),
     (1_000, 90, "10", 64), (1_000, 99, "3", 649), (1, 99, "1", 1)],
)  # fmt: skip
def test_the_size_is_cochrans_with_the_finite_correction(population, confidence, margin, size):
    assert sample_size(population, confidence=confidence, margin=Decimal(margin)) == size


@given(st.integers(1, 5_000), st.sampled_from([90, 95, 99]), st.integers(5, 300))
def test_a_size_lies_within_the_population_and_grows_with_what_is_asked(population, confidence, tenths):
    size = sample_size(population, confidence=confidence, margin=Decimal(tenths) / 10)
    assert 1 <= size <= population
    assert sample_size(population + 1, confidence=confidence, margin=Decimal(tenths) / 10) >= size
    assert sample_size(population, confidence=confidence, margin=Decimal(tenths + 1) / 10) <= size


@given(populations, st.sampled_from(ALLOCATIONS), st.data())
def test_shares_sum_to_the_size_and_stay_within_their_strata(known, allocation, data):
    size = data.draw(st.integers(1, sum(known.values())))
    shares = allocate(allocation, known, size)
    assert sum(shares.values()) == size
    assert all(0 <= shares[stratum] <= known[stratum] for stratum in known)
    if size >= len(known):
        assert min(shares.values()) >= 1


@given(populations, st.data())
def test_in_proportion_a_share_is_off_by_less_than_one_or_is_the_least_of_one(known, data):
    size = data.draw(st.integers(1, sum(known.values())))
    shares = allocate("proportional", known, size)
    lifted = sum(1 for name, number in known.items() if number * size < sum(known.values()))
    for name, number in known.items():
        exact = number * size / sum(known.values())
        assert shares[name] < exact + 1 or shares[name] == 1
        assert shares[name] > exact - 1 - lifted


@given(populations, st.data())
def test_equal_shares_differ_by_one_at_most_where_the_strata_have_room(known, data):
    size = data.draw(st.integers(1, sum(known.values())))
    shares = allocate("equal", known, size)
    roomy = [shares[name] for name in known if shares[name] < known[name]]
    if roomy:
        assert max(shares.values()) <= max(roomy) + 1
        assert max(roomy) - min(roomy) <= 1


@given(frames, st.text(min_size=1).filter(str.strip), st.sampled_from(ALLOCATIONS), st.data())
def test_a_drawing_takes_nobody_twice_and_everybody_stands_in_one_order(members, seed, allocation, data):
    frame = frame_of(members)
    size = data.draw(st.integers(1, frame.size))
    wanted = Wanted(allocation, fixed=size)
    drawn = draw(frame, wanted, seed)
    everybody = [key for stratum in drawn.values() for key in stratum.order]
    assert sorted(everybody) == sorted(key for _stratum, key in members)
    assert sum(len(stratum.drawn) for stratum in drawn.values()) == size
    assert all(stratum.population == len(stratum.order) >= stratum.sample >= 1 for stratum in drawn.values())
    assert {name: (row.population, row.sample) for name, row in drawn.items()} == plan(frame, wanted).strata


@given(frames, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(members, random):
    other = list(members)
    random.shuffle(other)
    wanted = Wanted("equal", fixed=1 + len(members) // 2)
    assert frame_of(other).hash == frame_of(members).hash
    assert draw(frame_of(other), wanted, "07 14 22") == draw(frame_of(members), wanted, "07 14 22")


def test_the_same_seed_and_frame_draw_what_was_written_down_here():
    """Pinned: another machine or version of Python must come to the same letters."""
    frame = frame_of(("474/1|poor", f"12/{number}") for number in range(6))
    assert frame.hash == "a9ebaf65d4f60965fdfc8018b565af0e3df2767a80f5e083f9cc7a8e504306d8"
    assert draw(frame, Wanted(fixed=2), "07 14 22")["474/1|poor"].order == (
        "12/4",
        "12/5",
        "12/0",
        "12/2",
        "12/3",
        "12/1",
    )


def test_another_seed_frame_or_stratum_is_another_order():
    keys = [f"12/{number}" for number in range(12)]
    orders = {
        drawn_order(*of, keys) for of in [("1", "a", "x"), ("2", "a", "x"), ("1", "b", "x"), ("1", "a", "y")]
    }
    assert len(orders) == 4


@pytest.mark.parametrize("allocation", ALLOCATIONS)
def test_everybody_of_a_stratum_is_as_likely_to_be_drawn(allocation):
    """4,000 seeds: each household comes as often as its stratum's share says, and chi-square stays below the
    value exceeded once in a hundred thousand samplings; the seeds are fixed, so the figure never changes."""
    sizes = {"474/1|poor": 12, "474/2|poor": 5, "481/3|other": 7}
    frame = frame_of((name, f"{name}#{n}") for name, size in sizes.items() for n in range(size))
    rounds, times = 4_000, Counter()
    for seed in range(rounds):
        for stratum in draw(frame, Wanted(allocation, fixed=9), str(seed)).values():
            times.update(stratum.drawn)
    shares = plan(frame, Wanted(allocation, fixed=9)).strata
    chi_square = 0.0
    for name, (population, sample) in shares.items():
        likely = sample / population
        for number in range(population):
            count = times[f"{name}#{number}"]
            assert abs(count - rounds * likely) < 5 * (rounds * likely * (1 - likely)) ** 0.5
            chi_square += (count - rounds * likely) ** 2 / (rounds * likely * (1 - likely))
    assert chi_square < 72  # 24 households, at most 24 degrees of freedom


def test_pairs_of_a_stratum_are_drawn_as_often_as_chance_has_it():
    """A rotation through the list would give every household its turn and still be no chance."""
    frame = frame_of(("474/1|poor", str(number)) for number in range(6))
    pairs = Counter(
        tuple(sorted(draw(frame, Wanted(fixed=2), str(seed))["474/1|poor"].drawn)) for seed in range(3_000)
    )
    assert len(pairs) == 15
    assert all(abs(count - 200) < 5 * (200 * 14 / 15) ** 0.5 for count in pairs.values())


def test_too_small_a_sample_takes_communes_together_so_that_nobody_is_out_of_reach():
    members = [(stratum_of(d, c, k), f"{d}{c}{k}{n}") for d in "45" for c in "123" for k in ("poor", "other")
               for n in range(4)]  # fmt: skip
    frame = frame_of(members)
    levels = {size: plan(frame, Wanted(fixed=size)).level for size in (12, 11, 4, 3, 2, 1)}
    assert levels == {
        12: Level.COMMUNE, 11: Level.DISTRICT, 4: Level.DISTRICT, 3: Level.CLASS, 2: Level.CLASS,
        1: Level.ALL,
    }  # fmt: skip
    assert all(share >= 1 for size in levels for _n, share in plan(frame, Wanted(fixed=size)).strata.values())
    assert sorted(plan(frame, Wanted(fixed=4)).strata) == ["4|other", "4|poor", "5|other", "5|poor"]


def test_a_path_is_read_back_at_every_level():
    frame = frame_of([(stratum_of("474", "19750", "near_poor"), "1")])
    assert [parts_of(next(iter(frame.at(level)))) for level in Level] == [
        ("474", "19750", "near_poor"), ("474", "", "near_poor"), ("", "", "near_poor"), ("", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "seed", "trouble"),
    [
        (Wanted(fixed=0), "1", Trouble.SIZE),
        (Wanted(), "1", Trouble.SIZE),
        (Wanted(confidence=80, margin=Decimal(5)), "1", Trouble.CONFIDENCE),
        (Wanted(confidence=95, margin=Decimal(0)), "1", Trouble.MARGIN),
        (Wanted("by hand", fixed=1), "1", Trouble.ALLOCATION),
        (Wanted(fixed=1), " \u3000\n", Trouble.SEED),
    ],
)
def test_what_cannot_be_drawn_says_why(wanted, seed, trouble):
    with pytest.raises(SamplingError) as caught:
        draw(frame_of([("474/1|poor", "1")]), wanted, seed)
    assert caught.value.trouble == trouble


def test_a_fixed_size_beyond_the_frame_takes_everybody():
    frame = frame_of([("474/1|poor", "1"), ("474/1|poor", "2")])
    assert len(draw(frame, Wanted(fixed=50), "1")["474/1|poor"].drawn) == 2
