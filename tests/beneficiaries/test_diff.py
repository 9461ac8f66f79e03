import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.imports.diff import TEXT_FIELDS, VALUE_FIELDS, compare, same_text

from .builders import known, listed, person, without, written
from .test_matching import records


def fields(changes):
    return [change.field for change in changes]


def test_the_same_record_changes_nothing():
    assert compare(listed(), known()) == []


def test_a_blank_never_wipes_a_value():
    register = known(phone="0905123456", merit=True, poverty_cause="Thiếu đất")
    assert compare(listed(phone="", merit=None, poverty_cause=""), register) == []


def test_a_field_the_sheet_has_no_column_for_is_left_alone():
    register = known(phone="0905123456")
    assert compare(without(listed(phone="0905999999"), "phone"), register) == []


def test_capitals_composition_and_tone_place_are_no_change():
    register = known("Hồ Thị Hòa", village="Thôn Tân Hòa")
    same = listed(unicodedata.normalize("NFD", "HỒ THỊ HOÀ"), village="THÔN TÂN HOÀ")
    assert compare(same, register) == []


def test_another_tone_is_another_name():
    assert not same_text("Hồ Thị Hòa", "Hồ Thị Hoa")
    assert fields(compare(listed("Hồ Thị Hoa"), known("Hồ Thị Hòa"))) == ["head_name", "members"]


def test_each_change_says_old_and_new():
    change = next(c for c in compare(listed(village="Thôn 2"), known()) if c.field == "village")
    assert (change.old, change.new) == ("Thôn 1", "Thôn 2")


def test_a_bare_year_keeps_the_known_day_of_that_year():
    assert compare(listed(born=None, year=1970), known()) == []


def test_a_year_that_contradicts_the_known_day_displaces_it():
    changes = compare(without(listed(born=None, year=1971), "members"), known())
    assert [(c.field, c.new) for c in changes] == [("birth_date", None), ("birth_year", 1971)]


def test_a_household_that_left_poverty_is_not_poor_any_more():
    change = compare(listed(poverty_class="exited_poor"), known())[0]
    assert (change.field, change.old, change.new) == ("poverty_class", "poor", "not_poor")


def test_the_people_change_as_a_whole_with_who_came_and_left():
    lan, be = person("Hồ Thị Lan", year=2010), person("Hồ Văn Bé", year=2015)
    (change,) = compare(listed(others=[be], member_count=None), known(others=[lan]))
    assert (change.field, change.old, change.new) == ("members", 2, 2)
    assert change.details == {"joined": ["Hồ Văn Bé"], "left": ["Hồ Thị Lan"]}


def test_people_in_another_order_or_with_blanks_are_the_same_people():
    lan, be = person("Hồ Thị Lan", "046310000004", "2010-01-01"), person("Hồ Văn Bé", year=2015)
    register = known(others=[lan, be])
    assert compare(listed(others=[be, person("HỒ THỊ LAN", year=2010)]), register) == []


def test_two_people_with_one_name_are_told_apart():
    twins = [person("Hồ Thị Lan", year=2010), person("Hồ Thị Lan", year=2012)]
    assert compare(listed(others=twins[::-1]), known(others=twins)) == []


@given(records())
def test_writing_a_record_and_reading_it_again_changes_nothing(record):
    assert compare(record, written(record)) == []


@given(records(), records())
def test_what_a_record_does_not_state_is_never_changed(record, before):
    silent = replace(record, known=frozenset())
    assert [f for f in fields(compare(silent, written(before))) if f != "poverty_class"] == []


@given(records(), records(), st.sampled_from([*TEXT_FIELDS, *VALUE_FIELDS]))
def test_no_change_ever_ends_in_a_blank(record, before, field):
    blank = replace(record, **{field: None if field.endswith(("count", "score")) else ""})
    assert field not in fields(compare(blank, written(before)))
