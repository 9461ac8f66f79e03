from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.imports.timeline import Spell, begin, end, first_day

Y22, Y23, MID23 = date(2022, 12, 31), date(2023, 12, 31), date(2023, 6, 1)


def test_a_new_class_ends_the_open_one_on_its_first_day():
    poor = Spell("poor", Y22, id=1)
    superseded, written = begin([poor], Spell("near_poor", Y23))
    assert superseded == [poor]
    assert [(s.poverty_class, s.valid_from, s.valid_to) for s in written] == [
        ("poor", Y22, Y23),
        ("near_poor", Y23, None),
    ]


def test_a_correction_of_the_same_day_takes_the_place_of_what_stood_there():
    superseded, written = begin([Spell("poor", Y23, id=1)], Spell("near_poor", Y23))
    assert len(superseded) == 1
    assert [s.poverty_class for s in written] == ["near_poor"]


def test_what_is_past_stays_untouched():
    past = Spell("poor", Y22, MID23, id=1)
    superseded, _written = begin([past, Spell("near_poor", MID23, id=2)], Spell("not_poor", Y23))
    assert past not in superseded


def test_a_listed_class_begins_with_its_own_decision_unless_that_is_older_than_the_class_it_replaces():
    assert first_day(Y23, date(2024, 1, 15), None) == date(2024, 1, 15)
    assert first_day(Y23, date(2021, 1, 15), Y22) == Y23
    assert first_day(Y23, None, Y22) == Y23


@given(st.lists(st.integers(0, 900), max_size=8))
def test_after_any_sequence_each_day_has_one_class_and_the_last_is_open(days):
    spells, last = [], None
    for number, day in enumerate(days):
        last = Spell(f"class{number}", Y22 + timedelta(day), id=number)
        superseded, written = begin(spells, last)
        spells = [spell for spell in spells if spell not in superseded] + written
    spells.sort(key=lambda spell: spell.valid_from)
    for earlier, later in pairwise(spells):
        assert earlier.valid_to == later.valid_from
    if last is not None:
        assert spells[-1].poverty_class == last.poverty_class
        assert spells[-1].valid_to is None


# --- leaving the register ---------------------------------------------------------------------------


def test_a_household_that_leaves_has_no_class_from_that_day_on():
    poor = Spell("poor", Y22, id=1)
    superseded, (ended,) = end([poor], Y23, "moved_out")
    assert superseded == [poor]
    assert (ended.poverty_class, ended.valid_to, ended.ended_by) == ("poor", Y23, "moved_out")


def test_what_began_cannot_have_ended_before():
    _superseded, (ended,) = end([Spell("poor", Y23, id=1)], MID23, "deceased")
    assert (ended.valid_from, ended.valid_to) == (Y23, Y23 + timedelta(1))


def test_who_has_left_cannot_leave_again():
    left = Spell("poor", Y22, MID23, id=1, ended_by="moved_out")
    assert end([left], Y23, "deceased") == ([], [])


def test_who_comes_back_leaves_the_gap_between_as_it_was():
    left = Spell("poor", Y22, MID23, id=1, ended_by="moved_out")
    assert begin([left], Spell("near_poor", Y23)) == ([], [Spell("near_poor", Y23)])


def test_who_never_left_after_all_has_no_gap():
    left = Spell("poor", Y22, Y23, id=1, ended_by="moved_out")
    superseded, written = begin([left], Spell("near_poor", MID23))
    assert superseded == [left]
    assert [(s.valid_to, s.ended_by) for s in written] == [(MID23, ""), (None, "")]


@given(st.lists(st.tuples(st.integers(0, 900), st.booleans()), max_size=8))
def test_after_any_coming_and_going_no_day_has_two_classes(steps):
    spells = []
    for number, (day, leaves) in enumerate(steps):
        if leaves:
            superseded, written = end(spells, Y22 + timedelta(day), "moved_out")
        else:
            superseded, written = begin(spells, Spell(f"class{number}", Y22 + timedelta(day)))
        spells = [spell for spell in spells if spell not in superseded] + written
    spells.sort(key=lambda spell: spell.valid_from)
    for earlier, later in pairwise(spells):
        assert earlier.valid_to is not None
        assert earlier.valid_to <= later.valid_from
