"""The synthetic population: the same on every machine, plausible, and true to itself."""

import hashlib
import re
from collections import Counter
from dataclasses import asdict
from datetime import date

import pytest

from smartphone_support.demo.households import HEAD, HUSBAND, WIFE
from smartphone_support.demo.names import ETHNICITIES, FEMALE, MALE
from smartphone_support.demo.population import (
    MOVEMENT_KINDS,
    NEWCOMER_KINDS,
    advance_year,
    make_population,
    monthly_movements,
    operator_lines,
)
from smartphone_support.demo.settlement import communes_of, households_per_commune


@pytest.fixture(scope="module")
def hue():
    return make_population("46", year=2022, size=1500, seed=1)


@pytest.fixture(scope="module")
def dak_nong():
    return make_population("67", year=2022, size=1500, seed=1)


@pytest.fixture(scope="module")
def next_year(hue):
    return advance_year(hue, seed=2)


def members(households):
    return [member for household in households for member in household.members]


def numbers(households):
    return [member.national_id for member in members(households) if member.national_id]


def digest(households):
    return hashlib.sha256(repr([asdict(household) for household in households]).encode()).hexdigest()


def test_same_seed_gives_the_same_people(hue):
    assert make_population("46", year=2022, size=1500, seed=1) == hue


def test_another_seed_gives_other_people(hue):
    other = make_population("46", year=2022, size=1500, seed=2)
    same = sum(one.head.national_id == two.head.national_id for one, two in zip(other, hue, strict=True))
    assert same < 15


def test_population_is_the_same_on_every_machine_and_python():
    population = make_population("46", year=2022, size=40, seed=7)
    assert digest(population)[:16] == "613dd372123632e9"
    assert digest(advance_year(population, seed=7).households)[:16] == "70207be99ffbccd2"


def test_size_is_kept_to_the_household():
    assert [len(make_population("67", year=2023, size=size, seed=1)) for size in (1, 8, 97)] == [1, 8, 97]


def test_only_the_two_provinces_are_known():
    with pytest.raises(ValueError, match="No synthetic population for province '48'"):
        make_population("48", year=2022, size=10, seed=1)


def test_every_identity_number_occurs_once_in_both_provinces(hue, dak_nong):
    assert max(Counter(numbers(hue) + numbers(dak_nong)).values()) == 1


def test_no_number_comes_back_next_year_or_next_month(hue, next_year):
    entered = [household for household in next_year.households if "-2023-" in household.key]
    january, february = (
        [m.household for m in monthly_movements(next_year.households, month, 1) if m.kind in NEWCOMER_KINDS]
        for month in ("2024-01", "2024-02")
    )
    born = [h for h in next_year.households if "-2022-" in h.key]
    assert max(Counter(numbers(hue) + numbers(entered) + numbers(january) + numbers(february)).values()) == 1
    assert max(Counter(numbers(born)).values()) == 1


def test_twelve_digit_numbers_agree_with_sex_and_year_of_birth(hue, dak_nong):
    people = [person for person in members(hue + dak_nong) if len(person.national_id) == 12]
    assert len(people) > 5000
    for person in people:
        century, is_female = divmod(int(person.national_id[3]), 2)
        assert 1900 + 100 * century + int(person.national_id[4:6]) == person.birth_date.year
        assert bool(is_female) == (person.gender == FEMALE)


@pytest.mark.parametrize(("province", "home"), [("46", "046"), ("67", "067")])
def test_most_numbers_were_issued_at_home(province, home):
    people = make_population(province, year=2022, size=800, seed=3)
    full = [number for number in numbers(people) if len(number) == 12]
    assert 0.5 < sum(number.startswith(home) for number in full) / len(full) < 0.97


def test_old_cards_are_old_peoples_and_small_children_mostly_have_none(hue):
    nine = [person for person in members(hue) if len(person.national_id) == 9]
    assert nine
    assert all(person.birth_date.year <= 2022 - 45 for person in nine)
    children = [person for person in members(hue) if person.birth_date.year > 2008]
    assert sum(not child.national_id for child in children) / len(children) > 0.75


def test_every_household_lives_in_a_commune_of_its_district(hue, dak_nong):
    known = {(c.district_code, c.code): c for code in ("46", "67") for c in communes_of(code)}
    for household in hue + dak_nong:
        assert household.village in known[household.district_code, household.commune_code].villages


def test_every_commune_of_the_official_list_is_settled():
    assert [len(communes_of(code)) for code in ("46", "67")] == [141, 71]
    assert all(count > 0 for code in ("46", "67") for _, count in households_per_commune(code, 6000))


def test_names_of_units_are_the_official_ones_without_their_double_spaces():
    names = [commune.name for commune in communes_of("67")]
    assert "Xã Đắk Lao" in names
    assert not any("  " in name for name in names)


def test_a_luoi_has_most_households_of_hue(hue):
    per_district = Counter(household.district_code for household in hue)
    assert per_district.most_common(1)[0][0] == "481"
    assert 0.30 < per_district["481"] / len(hue) < 0.38
    assert len(per_district) == 9


def test_tuy_duc_and_dak_glong_have_half_of_dak_nong(dak_nong):
    per_district = Counter(household.district_code for household in dak_nong)
    assert {code for code, _ in per_district.most_common(2)} == {"667", "661"}
    assert min(per_district, key=per_district.get) == "660"


def test_shares_look_like_those_of_a_real_list(hue):
    def share(test):
        return sum(1 for household in hue if test(household)) / len(hue)

    assert 0.38 < share(lambda h: h.poverty_class == "poor") < 0.55
    assert 0.65 < share(lambda h: h.phone) < 0.75
    assert 0.03 < share(lambda h: h.merit) < 0.10
    assert 0.08 < share(lambda h: h.social_policy) < 0.25
    assert 0.02 < share(lambda h: h.earlier_device) < 0.09
    assert {h.has_need for h in hue} == {True, False, None}
    assert 3.2 < len(members(hue)) / len(hue) < 4.6


def test_peoples_live_where_they_live(hue):
    a_luoi = [household for household in hue if household.district_code == "481"]
    assert {h.head.ethnicity for h in a_luoi} <= {"Kinh", "Tà Ôi", "Pa Cô", "Cơ Tu", "Bru - Vân Kiều"}
    assert sum(h.is_ethnic_minority for h in a_luoi) / len(a_luoi) > 0.7


def test_every_people_occurs_somewhere(hue, dak_nong):
    assert {person.ethnicity for person in members(hue + dak_nong)} == set(ETHNICITIES)


def test_highland_names_have_their_own_forms(dak_nong):
    names = [person.name for person in members(dak_nong)]
    for pattern in ("Y ", "Y - ", "H' ", "H'", "K' ", "Điểu ", "Thị "):
        assert any(name.startswith(pattern) for name in names), pattern
    assert any("N'J" in name for name in names)
    assert not any(re.search(r"  |^ | $", name) for name in names)


def test_scores_agree_with_the_class(hue):
    lines = {commune.code: 175 if commune.is_urban else 140 for commune in communes_of("46")}
    for household in hue:
        assert household.b1_score <= lines[household.commune_code]
        assert (household.b2_score >= 30) == (household.poverty_class == "poor")


def test_families_make_sense(hue, dak_nong):
    for household in hue + dak_nong:
        assert [m.relation for m in household.members].count(HEAD) == 1
        assert household.head.relation == HEAD
        assert household.head.birth_date.year <= 2022 - 18
        assert all(m.birth_date <= date(2022, 12, 1) for m in household.members)
        genders = {(m.relation, m.gender) for m in household.members}
        assert not genders & {(WIFE, MALE), (HUSBAND, FEMALE)}


def test_keys_and_codes_are_unique_where_they_must_be(hue):
    assert len({household.key for household in hue}) == len(hue)
    assert len({(household.commune_code, household.code) for household in hue}) == len(hue)


def test_phones_are_ten_digits_in_use_today(hue):
    phones = [household.phone for household in hue if household.phone]
    assert all(re.fullmatch(r"0(3[2-9]|7[06-9]|8[1-9]|9\d)\d{7}", phone) for phone in phones)


def test_a_year_on_every_household_has_one_fate(hue, next_year):
    before = {household.key for household in hue}
    after = {household.key for household in next_year.households}
    exited = {household.key for household in next_year.exited}
    assert before | after == next_year.fates.keys()
    assert not after & exited
    for key, fate in next_year.fates.items():
        assert (key in after) == (fate.kind in ("unchanged", "changed", "new"))
        assert (key in exited) == (fate.kind in ("exited_poor", "exited_near_poor"))
        assert (key in before) == (fate.kind != "new")


def test_most_households_stay_as_they_were(hue, next_year):
    assert 0.82 < next_year.count("unchanged") / len(hue) < 0.88
    assert all(next_year.count(k) > 0 for k in ("changed", "new", "gone", "exited_poor", "exited_near_poor"))


def test_unchanged_households_differ_only_in_year_and_decision(hue, next_year):
    before = {household.key: asdict(household) for household in hue}
    may_differ = {"year", "decision_number", "decision_date"}
    for household in next_year.households:
        if next_year.fates[household.key].kind == "unchanged":
            now = asdict(household)
            assert {name for name in now if now[name] != before[household.key][name]} <= may_differ


def test_changed_households_changed_in_the_fields_named(hue, next_year):
    before = {household.key: household for household in hue}
    for household in next_year.households:
        fate = next_year.fates[household.key]
        if fate.kind == "changed":
            old = before[household.key]
            for field in fate.fields:
                assert getattr(old, field) != getattr(household, field)


def test_after_a_heads_death_spouse_or_grown_child_follows(hue, next_year):
    before = {household.key: household for household in hue}
    successions = [h for h in next_year.households if "head" in next_year.fates[h.key].fields]
    assert successions
    for household in successions:
        old = before[household.key]
        assert household.head.name in [member.name for member in old.members[1:]]
        assert household.member_count == old.member_count - 1
        assert household.head.birth_date.year <= 2005


def test_exits_are_called_by_the_class_left(hue, next_year):
    before = {household.key: household.poverty_class for household in hue}
    assert {h.poverty_class for h in next_year.exited} == {"exited_poor", "exited_near_poor"}
    assert all(h.poverty_class == f"exited_{before[h.key]}" for h in next_year.exited)


def test_a_second_year_can_follow_the_first(next_year):
    third = advance_year(next_year.households, seed=3)
    assert {household.year for household in third.households} == {2024}
    assert max(Counter(numbers(third.households)).values()) == 1


def test_every_kind_of_movement_happens_and_nobody_moves_twice(hue):
    movements = monthly_movements(hue, "2023-02", seed=1)
    assert {movement.kind for movement in movements} == MOVEMENT_KINDS.keys()
    assert len({movement.household.key for movement in movements}) == len(movements)
    assert movements == monthly_movements(hue, "2023-02", seed=1)


def test_movements_start_from_what_the_register_knows(hue):
    known = {household.key: household for household in hue}
    for movement in monthly_movements(hue, "2023-02", seed=1):
        is_newcomer = movement.kind in NEWCOMER_KINDS
        assert is_newcomer == (movement.household.key not in known)
        assert is_newcomer or movement.household == known[movement.household.key]


def test_movements_end_as_their_kind_says(hue):
    ends = {"near_to_poor": "poor", "poor_to_near": "near_poor", "new_poor": "poor", "relapsed_poor": "poor"}
    for movement in monthly_movements(hue, "2023-02", seed=1):
        assert (movement.after is None) == (movement.kind in ("moved_out", "deceased"))
        if movement.kind in ends:
            assert movement.after.poverty_class == ends[movement.kind]
        if movement.kind in ("exited_poor", "exited_near_poor"):
            assert movement.after.poverty_class == movement.kind
        if movement.kind == "corrected":
            assert movement.after.member_count != movement.household.member_count
        if movement.kind == "head_changed":
            assert movement.new_head == movement.after.head.name != movement.household.head.name
            assert movement.after.member_count == movement.household.member_count


def test_nobody_in_a_monthly_file_is_born_or_decided_after_it(hue):
    for movement in monthly_movements(hue, "2023-01", seed=1):
        assert movement.decision_date <= date(2023, 1, 5)
        assert all(member.birth_date <= date(2023, 1, 5) for member in movement.household.members)


def test_a_household_is_with_one_operator_only(hue):
    names = ("viettel", "vnpt", "mobifone")
    lists = [operator_lines(hue, "2023-03", operator=name, seed=1, size=5000) for name in names]
    keys = [line.household.key for lines in lists for line in lines]
    assert len(keys) == len(set(keys)) == len(hue)
    assert len(lists[0]) > len(lists[1]) > len(lists[2])


def test_operator_lines_have_the_level_of_their_service(hue):
    lines = operator_lines(hue, "2023-03", operator="viettel", seed=1)
    assert {(line.service, line.level) for line in lines} == {("mobile", 60_000), ("fixed", 130_000)}
    assert {line.change for line in lines} == {"new", "stopped", "level_changed"}


def test_an_unknown_operator_is_refused(hue):
    with pytest.raises(ValueError, match="Unknown operator 'gmobile'"):
        operator_lines(hue, "2023-03", operator="gmobile", seed=1)
