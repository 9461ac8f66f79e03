"""Households that stand on the demo's list twice."""

import hashlib

import pytest

from beneficiaries.duplicates.blocking import find_pairs
from beneficiaries.duplicates.scoring import Facts, Person
from smartphone_support.demo.population import make_population
from smartphone_support.demo.twins import MOST, twins_of
from smartphone_support.vietnamese.text import fold


@pytest.fixture(scope="module", params=["46", "67"])
def population(request):
    return make_population(request.param, year=2022, size=1500, seed=413)


def facts(number, household):
    head, *others = household.members
    people = tuple(Person(m.name, m.birth_date, m.birth_date.year, m.national_id) for m in others)
    return Facts(
        number, head.name, fold(head.name), head.birth_date, head.birth_date.year, head.gender,
        head.national_id, household.phone, household.commune_code, household.district_code, household.village,
        people,
    )  # fmt: skip


def test_the_same_seed_gives_the_same_twins(population):
    twins = twins_of(population, seed=1)
    assert len(twins) == MOST
    assert twins == twins_of(population, seed=1) != twins_of(population, seed=2)


def test_twins_are_the_same_on_every_machine_and_python():
    twins = twins_of(make_population("46", year=2022, size=300, seed=7), seed=7)
    assert len(twins) == 5
    assert hashlib.sha256(repr(twins).encode()).hexdigest()[:16] == "5d66cae758b76d2f"


def test_no_number_of_a_head_and_no_running_number_occurs_twice(population):
    everybody = [*population, *twins_of(population, seed=1)]
    heads = [household.head.national_id for household in everybody if household.head.national_id]
    assert len(set(heads)) == len(heads)
    codes = {(household.commune_code, household.code) for household in everybody}
    assert len(codes) == len(everybody)


def test_every_twin_is_found(population):
    twins = twins_of(population, seed=1)
    numbers = {household.key: number for number, household in enumerate([*population, *twins], 1)}
    found = {
        (pair.first, pair.second)
        for pair in find_pairs([facts(numbers[h.key], h) for h in (*population, *twins)])
    }
    assert {(numbers[twin.key.removesuffix("-2")], numbers[twin.key]) for twin in twins} <= found
