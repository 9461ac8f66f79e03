"""Who may get a device and in which order."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from allocations.rules.eligibility import VTCI, HouseholdFacts, tally
from allocations.rules.ranking import out_of_order, priority, rank_key, ranked

DAY = date(2024, 1, 15)


def facts(number=1, poverty_class="poor", **known):
    return HouseholdFacts(number, poverty_class, **known)


def test_poor_and_near_poor_households_are_eligible_and_nobody_else():
    assert [VTCI.failed(facts(poverty_class=word), DAY) for word in ("poor", "near_poor")] == [(), ()]
    assert VTCI.failed(facts(poverty_class="not_poor", merit=True), DAY) == ("class_as_of",)
    assert VTCI.failed(facts(poverty_class=None), DAY) == ("class_as_of",)


def test_a_device_counts_only_if_it_came_by_the_day():
    assert VTCI.failed(facts(devices=(("tablet", DAY),)), DAY) == ("earlier_device",)
    assert VTCI.failed(facts(devices=(("svmtce", date(2024, 1, 16)),)), DAY) == ()


def test_only_a_declared_lack_of_need_excludes():
    assert VTCI.failed(facts(has_need=None), DAY) == ()
    assert VTCI.failed(facts(has_need=False), DAY) == ("need",)


def test_a_household_served_by_another_round_is_excluded():
    assert VTCI.failed(facts(served="Đợt 1/2023"), DAY) == ("served",)


def test_the_four_ranks():
    rows = [
        facts(poverty_class="near_poor", merit=True, social_policy=True),
        facts(social_policy=True),
        facts(),
        facts(poverty_class="near_poor"),
    ]
    assert [priority(row) for row in rows] == [1, 2, 3, 4]


def test_within_a_rank_commune_then_given_name_then_birth_year_decide():
    rows = [
        facts(1, commune_code="20047", head_name="Hồ Văn Ánh"),
        facts(2, commune_code="20044", head_name="Hồ Thị Đào"),
        facts(3, commune_code="20044", head_name="Trần Văn Ánh", birth_year=1980),
        facts(4, commune_code="20044", head_name="Lê Văn Ánh", birth_year=None),
        facts(5, commune_code="20044", head_name="Trần Văn Ánh", birth_year=1960),
    ]
    assert [row.id for row in ranked(rows)] == [4, 5, 3, 2, 1]


FACTS = st.builds(
    HouseholdFacts,
    id=st.integers(1, 10**6),
    poverty_class=st.sampled_from(["poor", "near_poor"]),
    head_name=st.sampled_from(["Hồ Văn Đạt", "Hồ Thị Lan", "Kăn Mrai", "A Viết Thuận"]),
    birth_year=st.none() | st.integers(1930, 2005),
    commune_code=st.sampled_from(["20044", "20047"]),
    merit=st.booleans(),
    social_policy=st.booleans(),
)


@given(st.lists(FACTS, unique_by=lambda row: row.id), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_the_input(rows, dice):
    expected = ranked(rows)
    dice.shuffle(rows)
    assert ranked(rows) == expected
    assert len({rank_key(row) for row in rows}) == len(rows)


def test_a_tally_counts_each_excluded_household_once():
    rows = [
        facts(1, district_code="481"),
        facts(2, district_code="481", has_need=False, devices=(("tablet", DAY),)),
        facts(3, district_code="483"),
    ]
    counts = tally(rows, VTCI, DAY, ["476", "481", "483"])
    assert list(counts) == ["476", "481", "483"]
    assert counts["481"].as_dict() == {"listed": 2, "eligible": 1, "excluded": {"earlier_device": 1}}
    assert counts["476"].eligible == 0


LINES = st.lists(st.sampled_from(["keep", "passed", "excused"]), max_size=25)


@given(LINES)
def test_lines_are_out_of_order_exactly_when_a_kept_one_stands_below_one_passed_over(words):
    rows = [(n, word == "keep", word == "passed") for n, word in enumerate(words, start=1)]
    inverted = any(
        words[above] == "passed" and words[below] == "keep"
        for below in range(len(words))
        for above in range(below)
    )
    found = out_of_order(rows)
    assert bool(found) == inverted
    assert all(
        words[low - 1] == "keep" and words[high - 1] == "passed" and high < low for low, high in found.items()
    )
