"""Likeness of two households, and the pairs found in a register: pure rules."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiaries.duplicates.blocking import LEAST, MOST_PER_HOUSEHOLD, find_pairs
from beneficiaries.duplicates.scoring import Facts, Person, Reason, likeness, one_slip
from smartphone_support.vietnamese.text import fold

from ..benchmarks.duplicates import HARD, ORDINARY, make_register, recall

BORN = date(1961, 4, 23)


def facts(id=1, name="Hồ Văn Brôi", born=BORN, number="046061000001", **known):
    known.setdefault("year", born.year if born else None)
    values = {"gender": "male", "phone": "", "commune": "20044", "district": "481", "village": "Thôn 1"}
    return Facts(id=id, name=name, folded=fold(name), birth=born, number=number, **{**values, **known})


def other(**changed):
    """The same household from another list: an old card, and what is changed besides."""
    return facts(**{"id": 2, "number": "190123456", **changed})


def distance(one, two):
    """Damerau's distance (optimal string alignment) by its table."""
    rows = [[max(i, j) if not i * j else 0 for j in range(len(two) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(two) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != two[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == two[j - 2] and one[i - 2] == two[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
@settings(max_examples=600)
def test_one_slip_is_damerau_s_distance_of_at_most_one(one, two):
    assert one_slip(one, two) == (distance(one, two) <= 1)


# --- any two households ---------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["Hồ Văn Brôi", "Hồ Văn Brối", "Ho Van Broi", "Hồ Brôi", "Y - Bhăm Niê", "Kăn Mrai", "A"]
)
DAYS = st.none() | st.dates(date(1930, 1, 1), date(2005, 12, 31)) | st.just(date(1961, 1, 1))
NUMBERS = st.sampled_from(["", "190123456", "046061000001", "46061000001", "046061000010", "067062123456"])
PEOPLE = st.builds(Person, NAMES, DAYS, st.none() | st.integers(1930, 2005), NUMBERS)
HOUSEHOLDS = st.builds(
    facts,
    id=st.just(1),
    name=NAMES,
    born=DAYS,
    number=NUMBERS,
    gender=st.sampled_from(["", "male", "female"]),
    phone=st.sampled_from(["", "0912345678"]),
    commune=st.sampled_from([None, "20044", "20047"]),
    district=st.sampled_from(["481", "474"]),
    village=st.sampled_from(["", "Thôn 1", "THON 1", "Thôn 2"]),
    people=st.lists(PEOPLE, max_size=3).map(tuple),
)


def test_the_heads_own_number_is_no_person_in_common_whichever_household_states_it():
    one = facts(number="", people=(Person("Hồ Văn Brôi", None, None, "190123456"),))
    two = facts(number="190123456")
    assert likeness(one, two) == likeness(two, one)


@given(HOUSEHOLDS, HOUSEHOLDS)
@settings(max_examples=500)
def test_likeness_is_the_same_both_ways_and_between_0_and_100(one, two):
    score, reasons = likeness(one, two)
    assert 0 <= score <= 100
    assert likeness(two, one) == (score, reasons)
    assert len(set(reasons)) == len(reasons)


@given(HOUSEHOLDS)
def test_a_household_that_states_number_and_place_is_wholly_like_itself(one):
    if one.number and one.commune:
        assert likeness(one, one._replace(id=2))[0] == 100


@given(HOUSEHOLDS, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_nothing_more_in_common_makes_nobody_less_alike(one, chance):
    """Filling a blank of one household with the value of the other never lowers their likeness."""
    poorer = one._replace(id=2, phone="", people=())
    richer = poorer._replace(phone=one.phone)
    assert likeness(one, richer)[0] >= likeness(one, poorer)[0]


@pytest.mark.parametrize(
    ("second", "reasons"),
    [
        (other(number="046061000001", name="Hồ Văn Brôii"), {Reason.SAME_IDENTITY, Reason.NAME_SLIP}),
        (other(number="46061000001"), {Reason.LOST_ZERO, Reason.SAME_NAME}),
        (other(number="046061000010"), {Reason.IDENTITY_SLIP}),
        (other(), {Reason.OLD_CARD, Reason.SAME_NAME, Reason.SAME_BIRTH, Reason.SAME_VILLAGE}),
        (other(name="Ho Van Broi"), {Reason.ACCENTS}),
        (other(name="Hồ Văn Brối"), {Reason.ACCENTS}),
        (other(name="Hồ Vă Brôi"), {Reason.NAME_SLIP}),
        (other(name="Hồ Văn Brio"), {Reason.NAME_SLIP}),
        (other(name="Hồ Brôi"), {Reason.MIDDLE_NAME}),
        (other(born=date(1961, 4, 28)), {Reason.BIRTH_SLIP}),
        (other(born=date(1962, 4, 23)), {Reason.YEAR_OFF}),
        (other(born=None, year=1961), {Reason.YEAR_ONLY}),
        (other(born=date(1961, 1, 1)), {Reason.YEAR_ONLY}),
        (other(number="", name="Hồ Vă Brôi"), {Reason.NO_IDENTITY, Reason.NAME_SLIP}),
        (other(commune="20047", village="Thôn 3"), {Reason.MOVED}),
        (other(commune="19750", district="474"), {Reason.MOVED_FAR}),
        (other(village="THÔN  1"), {Reason.SAME_VILLAGE}),
    ],
)  # fmt: skip
def test_the_reasons_say_what_differs_and_the_pair_is_found(second, reasons):
    score, found = likeness(facts(), second)
    assert reasons <= set(found)
    assert score >= LEAST
    assert [(pair.first, pair.second) for pair in find_pairs([second, facts()])] == [(1, 2)]


def test_swapped_day_and_month_are_seen_only_where_both_are_possible():
    assert Reason.DAY_MONTH in likeness(facts(born=date(1961, 4, 9)), other(born=date(1961, 9, 4)))[1]
    assert Reason.SAME_BIRTH in likeness(facts(born=date(1961, 4, 4)), other(born=date(1961, 4, 4)))[1]


@pytest.mark.parametrize(
    "second",
    [
        facts(id=2, number="046061777777", born=date(1961, 9, 2)),  # a namesake with a card of his own
        facts(id=2, number="046061777777", born=date(1961, 1, 1)),
        other(born=date(1975, 8, 2)),
        other(name="Kăn Mrai"),
        other(born=date(1961, 1, 1), village="Thôn 7"),
    ],
)
def test_namesakes_and_neighbours_are_no_pair(second):
    assert find_pairs([facts(), second]) == []


def test_husband_in_one_list_and_wife_in_the_other_are_one_household():
    wife, husband = Person("Kăn Mrai", date(1964, 6, 5), 1964, ""), Person("Hồ Văn Brôi", BORN, 1961, "")
    one = facts(people=(wife,))
    two = other(name="Kăn Mrai", born=wife.birth, number="", people=(husband,))
    (pair,) = find_pairs([one, two])
    assert {Reason.SHARED_PERSON, Reason.OTHER_HEAD} <= set(pair.reasons)


def test_a_person_counted_in_two_households_is_asked_about():
    child = Person("Hồ Thị Lan", date(1999, 5, 6), 1999, "046199000009")
    one = facts(people=(child,))
    two = facts(id=2, name="Trần Văn Hai", number="046070000002", born=date(1970, 2, 3), people=(child,))
    assert likeness(one, two)[1][0] == Reason.SHARED_NUMBER
    assert find_pairs([one, two], least=60)


def test_a_number_that_stands_everywhere_brings_nobody_together():
    officer = Person("Cán bộ xã", None, None, "046199000009")
    village = [
        facts(
            id=n, name=f"Hồ Văn {'ABCDEFGHIJ'[n] * 4}", number="", born=date(1961, n + 2, 2 * n + 3),
            people=(officer,),
        )
        for n in range(10)
    ]  # fmt: skip
    assert find_pairs(village, least=1) == []


def test_a_crowd_of_namesakes_gives_each_only_a_handful_of_pairs():
    crowd = [facts(id=n, born=None, year=1961, number="") for n in range(30)]
    pairs = find_pairs(crowd)
    counted = [pair.first for pair in pairs] + [pair.second for pair in pairs]
    assert pairs
    assert max(counted.count(n) for n in range(30)) <= MOST_PER_HOUSEHOLD


# --- a register with planted duplicates ------------------------------------------------------------


@pytest.fixture(scope="module")
def register():
    return make_register(4000, seed=5)


@pytest.fixture(scope="module")
def pairs(register):
    return find_pairs(register[0])


def test_planted_duplicates_are_found(register, pairs):
    found = {(pair.first, pair.second) for pair in pairs}
    shares = recall(found, register[1])
    assert all(shares[kind] == 1 for kind in ORDINARY), shares
    assert sum(shares[kind] for kind in HARD) / len(HARD) >= 0.9, shares


def test_hardly_anything_else_is_asked(register, pairs):
    assert len(pairs) / len(register[0]) <= 0.025


def test_the_order_of_the_households_does_not_matter(register, pairs):
    mixed = list(register[0])
    random.Random(3).shuffle(mixed)
    assert find_pairs(mixed) == pairs


def test_a_new_list_gives_the_pairs_it_has_a_part_in(register, pairs):
    new = {household.id for household in register[0] if household.id % 7 == 0}
    expected = [pair for pair in pairs if pair.first in new or pair.second in new]
    assert find_pairs(register[0], new=new) == expected
