from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.choices import Doubt, MatchBasis
from beneficiaries.imports.diff import compare
from beneficiaries.imports.matching import match_households
from beneficiaries.imports.records import HouseholdRecord, MemberRecord

from .builders import known, listed, person, without, written


def match(record, *register, beside=()):
    return match_households([record, *beside], register)[0]


def test_the_heads_number_decides_wherever_the_household_moved():
    moved = listed("Hồ Văn Brôi", commune_code="20071", village="Thôn 9")
    assert match(moved, known()).basis == MatchBasis.NATIONAL_ID


def test_a_slip_in_the_name_does_not_shake_the_number():
    assert match(listed("Hồ Văn Brồi", born=None, year=1971), known()).household_id == 1


def test_the_same_number_at_quite_another_person_waits_for_a_person():
    found = match(listed("Lê Thị Ánh", born="1991-01-01"), known())
    assert found.doubts == [Doubt.SAME_ID_OTHER_PERSON]
    assert [c.household_id for c in found.candidates] == [1]
    assert found.identity_disputed


def test_a_name_alone_is_never_enough():
    stranger = listed(number="", born="1980-01-01", commune_code="20071", village="Thôn 7")
    assert not match(stranger, known(number="")).is_settled


def test_a_blank_number_falls_back_on_name_year_and_place():
    found = match(listed(number=""), known())
    assert (found.household_id, found.basis) == (1, MatchBasis.NAME_BIRTH_PLACE)


def test_a_nine_digit_number_does_not_contradict_a_new_card():
    assert match(listed(number="191234567"), known()).household_id == 1


def test_two_cards_that_differ_are_never_taken_for_one_person():
    found = match(listed(number="046070000009"), known())
    assert found.household_id is None
    assert found.doubts == [Doubt.ID_DIFFERS]


def test_namesakes_of_one_village_with_their_own_numbers_are_two_households():
    first, second = listed(number="046070000001"), listed(number="046070000002", row=9)
    matches = match_households([first, second], [])
    assert not any(found.is_settled for found in matches)


def test_the_widow_who_takes_over_is_the_same_household():
    wife = person("Kăn Mrai", "046173000002", "1973-02-01")
    before = known(others=[wife])
    after = listed("Kăn Mrai", "046173000002", "1973-02-01")
    found = match(after, before)
    assert (found.household_id, found.basis) == (1, MatchBasis.MEMBER_ID)


def test_a_son_who_splits_off_is_a_new_household_while_his_father_stays():
    son = person("Hồ Văn Nghĩa", "046095000003", "1995-01-01")
    father = known(others=[son])
    split = listed("Hồ Văn Nghĩa", "046095000003", "1995-01-01", row=9)
    stays = listed()
    alone, whole = match_households([split, stays], [father])
    assert whole.household_id == 1
    assert not alone.is_settled


def test_one_shared_member_under_another_head_waits_for_a_person():
    child = person("Hồ Thị Lan", "046310000004", "2010-01-01")
    other = listed("Trần Bé", "046060000005", "1960-01-01", others=[child])
    found = match(other, known(number="", others=[child]))
    assert found.doubts == [Doubt.SHARES_MEMBER]


def test_a_household_doubtful_for_two_reasons_is_shown_once_with_both():
    child = person("Hồ Thị Lan", "046310000004", "2010-01-01")
    found = match(listed("Lê Thị Ánh", born="1991-01-01", others=[child]), known(others=[child]))
    assert [c.household_id for c in found.candidates] == [1]
    assert set(found.candidates[0].reasons) == {Doubt.SHARES_MEMBER, Doubt.SAME_ID_OTHER_PERSON}


def test_another_village_of_the_commune_waits_for_a_person():
    found = match(listed(number="", village="Thôn 2"), known(number=""))
    assert found.doubts == [Doubt.OTHER_VILLAGE]
    assert found.candidates[0].household_id == 1


def test_another_birthday_in_the_same_year_needs_common_people():
    child = person("Hồ Thị Lan", year=2010)
    assert match(listed(number="", born="1970-06-02"), known(number="")).doubts == [Doubt.BIRTH_DIFFERS]
    alike = match(listed(number="", born="1970-06-02", others=[child]), known(number="", others=[child]))
    assert alike.household_id == 1


def test_without_a_birth_year_the_members_must_agree():
    child = person("Hồ Thị Lan", year=2010)
    before = known(number="", others=[child])
    same = match(listed(number="", born=None, others=[child]), before)
    assert same.basis == MatchBasis.NAME_PLACE
    assert match(listed(number="", born=None), before).doubts == [Doubt.NO_BIRTH_YEAR]


def test_several_that_fit_equally_wait_for_a_person():
    register = [known(number="", household_id=1, phone="1"), known(number="", household_id=2, phone="2")]
    stated = listed(number="191234567", born=None, year=1970)
    found = match(stated, *register)
    assert found.doubts == [Doubt.SEVERAL_FIT]
    assert {c.household_id for c in found.candidates} == {1, 2}


def test_a_list_without_villages_matches_by_the_whole_birth_date():
    assert match(listed(number="", village=""), known(number="")).household_id == 1


def test_a_household_twice_in_the_file_counts_once_and_its_present_class_wins():
    exited = listed(poverty_class="exited_poor", row=3)
    near_poor = listed(poverty_class="near_poor", row=9)
    first, second = match_households([exited, near_poor], [known()])
    assert second.household_id == 1
    assert (first.is_repeat, first.twin) == (True, 1)


def test_one_number_at_two_people_of_the_file_disputes_the_second():
    other = listed("Lê Thị Ánh", born="1991-01-01", village="Thôn 5", row=9)
    _first, second = match_households([listed(), other], [])
    assert second.doubts == [Doubt.ID_IN_FILE]
    assert second.identity_disputed


def test_a_row_that_repeats_another_without_a_number_is_not_silently_new():
    child = person("Hồ Thị Lan", year=2010)
    again = listed(number="", others=[child], row=9)
    _first, second = match_households([listed(number=""), again], [])
    assert (second.doubts, second.twin) == ([Doubt.REPEATS_ROW], 0)


def test_a_blocked_row_still_keeps_its_household_from_being_gone():
    nameless = replace(listed(), head_name="", blocked=True)
    assert match(nameless, known()).household_id == 1


# --- properties -----------------------------------------------------------------------------------

NAMES = st.sampled_from(["Hồ Văn Hùng", "HỒ VĂN HÙNG", "Kê Lử", "Y - Bhăm Niê Kđăm", "Blúp Tuyn"])
NUMBERS = st.sampled_from(["", "", "046070000001", "046070000002", "191234567", "191234568"])
DAYS = st.sampled_from([None, date(1970, 1, 1), date(1970, 2, 2), date(1985, 3, 3)])

VILLAGES = st.sampled_from(["Thôn 1", "Thôn 2", ""])


@st.composite
def records(draw):
    """Households crowded into one village, so that they collide in every way."""
    people = draw(st.lists(st.tuples(NAMES, NUMBERS, DAYS), min_size=1, max_size=3))
    members = [MemberRecord(0, name, "", day, day and day.year, None, number) for name, number, day in people]
    head = members[0]
    return HouseholdRecord(
        "S", draw(st.integers(1, 99)), head.name, head.birth_date, head.birth_year, None, head.national_id,
        commune_code=draw(st.sampled_from(["20044", "20071"])), village=draw(VILLAGES),
        member_count=len(members), poverty_class="poor", members=members,
    )  # fmt: skip


FILES = st.lists(records(), max_size=7)


def register_of(file):
    """The register after the file was written to an empty one, and which row became which household."""
    made = {}
    for index, found in enumerate(match_households(file, [])):
        if not found.is_settled:
            made[index] = written(file[index], len(made))
    return made


@given(FILES, FILES)
def test_no_household_of_the_register_is_matched_twice(before, now):
    matches = match_households(now, register_of(before).values())
    found = [m.household_id for m in matches if m.household_id is not None]
    assert len(found) == len(set(found))


@given(FILES, FILES)
def test_two_different_new_cards_are_never_one_person_without_a_common_member(before, now):
    register = {household.id: household for household in register_of(before).values()}
    for record, found in zip(now, match_households(now, register.values()), strict=True):
        if (
            found.basis in (MatchBasis.NAME_BIRTH_PLACE, MatchBasis.NAME_PLACE)
            and not found.identity_disputed
        ):
            ours, theirs = record.national_id, register[found.household_id].national_id
            assert not (len(ours) == len(theirs) == 12 and ours != theirs)


@given(FILES)
def test_the_same_file_again_finds_every_household_it_made_and_adds_none(file):
    made = register_of(file)
    for index, found in enumerate(match_households(file, made.values())):
        if index in made and (file[index].village or file[index].birth_year):
            assert found.household_id == made[index].id
        else:
            assert found.is_settled


@given(FILES, FILES)
def test_the_order_of_the_register_does_not_matter(before, now):
    register = list(register_of(before).values())
    forward, backward = (match_households(now, rows) for rows in (register, register[::-1]))
    assert [m.household_id for m in forward] == [m.household_id for m in backward]


# --- households of which only name and district are known -------------------------------------------


def exported(name="Hồ Văn Brôi", **stated):
    """A record of the review software's export: no identity, no commune, only the district."""
    stated = {"commune_code": "", "village": "", "member_count": 1} | stated
    return listed(name, "", None, members=[], **stated)


def test_the_only_household_of_its_name_in_the_district_completes_the_exported_one():
    found = match(listed(), written(exported()))
    assert (found.household_id, found.basis) == (1, MatchBasis.INCOMPLETE)


def test_an_exported_household_with_other_facts_is_another_one():
    assert not match(listed(), written(exported(member_count=5))).is_settled
    assert not match(listed(gender="female"), written(exported(gender="male"))).is_settled
    assert not match(listed(household_code="7"), written(exported(household_code="8"))).is_settled


def test_an_exported_household_of_another_district_is_another_one():
    assert not match(listed(district_code="483"), written(exported())).is_settled


def test_two_listed_namesakes_for_one_exported_household_wait_for_a_person():
    other = listed(number="046070000007", born="1990-01-01", village="Thôn 5", row=9)
    matches = match_households([listed(), other], [written(exported())])
    assert [m.doubts for m in matches] == [[Doubt.INCOMPLETE, Doubt.SEVERAL_FIT]] * 2


def test_the_export_again_finds_every_household_of_its_own():
    rows = [exported(household_code=str(n), row=n) for n in range(3)]
    register = [written(row, n) for n, row in enumerate(rows, 1)]
    assert [m.household_id for m in match_households(rows, register)] == [1, 2, 3]


def test_an_exported_row_is_the_complete_household_if_there_is_but_one():
    assert match(exported(), known()).basis == MatchBasis.INCOMPLETE
    namesakes = [known(), written(listed(number="046070000007", born="1990-01-01", village="Thôn 5"), 2)]
    assert match(exported(), *namesakes).is_ambiguous


def test_the_number_of_a_merged_household_is_its_keepers_and_stays_unwritten():
    keeper = replace(known(), former_ids=("046070000009",))
    by_former = listed(number="046070000009")
    assert match(by_former, keeper).household_id == 1
    assert compare(without(by_former, "members"), keeper) == []
    both = match_households([by_former, listed(row=9)], [keeper])
    assert (both[0].is_repeat, both[0].twin, both[1].household_id) == (True, 1, 1)
