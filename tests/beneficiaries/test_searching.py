"""What is typed into the search box, and every way it can be meant. No database."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.search.typed import (
    Meaning,
    doubtful,
    edits,
    index_places,
    likeness,
    likenesses,
    meanings,
    name_key,
    read,
)

SYLLABLES = ["Nguyễn", "Đức", "Hòa", "Thủy", "Lý", "Mỹ", "Kỳ", "Ðặng", "K'Bră", "Ơ", "Ưng", "Hồ", "Văn"]
names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5).map(" ".join)
A_LUOI, HONG_VAN, HUE = 1, 2, 3
PLACES = index_places(
    [
        (A_LUOI, 9, "Huyện A Lưới"),
        (HONG_VAN, A_LUOI, "Xã Hồng Vân"),
        (HUE, 9, "Thành phố Huế"),
        (4, HUE, "Phường Đúc"),
    ]
)


@given(st.text(max_size=40))
def test_a_key_is_idempotent_and_only_letters_digits_and_single_spaces(text):
    key = name_key(text)
    assert name_key(key) == key
    assert key == " ".join(key.split())
    assert all(c == " " or (c.isascii() and c.isalnum() and c == c.lower()) for c in key)


@given(names)
def test_a_name_has_one_key_however_it_is_written(name):
    written = [
        name.upper(), name.lower(), unicodedata.normalize("NFD", name), f"  {name.replace(' ', '   ')} ",
        name.replace("Đ", "Ð"), name.replace("òa", "oà").replace("ủy", "uỷ"), name.replace("ý", "í"),
    ]  # fmt: skip
    assert {name_key(form) for form in written} == {name_key(name)}


@given(st.text(max_size=200))
def test_anything_typed_can_be_read(text):
    typed = read(text)
    assert typed.is_empty == (not typed.words and not typed.numbers)
    assert not (typed.words and typed.numbers)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("046 070 000001", "046070000001"), ("46070000001", "046070000001"), ("0912.345.678", "0912345678"),
        ("+84 912 345 678", "0912345678"), ("912345678", "0912345678"),
        ("hn-0123", "HN-0123"), ("999", "999"),
    ],
)  # fmt: skip
def test_numbers_are_known_in_the_forms_people_type(typed, number):
    assert number in read(typed).numbers
    assert read(typed).words == ()


def test_a_year_beside_a_name_is_a_birth_year():
    assert read("Nguyễn Văn Đức 1961").year == 1961
    assert read("nguyen van duc").year is None


@pytest.mark.parametrize(
    ("typed", "name", "areas"),
    [
        ("nguyen van duc a luoi", "nguien van duc", {A_LUOI}),
        ("nguyễn văn đức, xã Hồng Vân, huyện A Lưới", "nguien van duc", {HONG_VAN}),
        ("a luoi nguyen van duc", "nguien van duc", {A_LUOI}),
        ("nguyen van duc x. hong van h. a luoi", "nguien van duc", {HONG_VAN}),
        ("nguyen tp hue", "nguien", {HUE}),
        ("hong van", "", {HONG_VAN}),
    ],
)
def test_a_place_before_or_behind_the_name_is_understood(typed, name, areas):
    words = read(typed).words
    found = meanings(words, PLACES)
    assert found[0] == Meaning(words)
    assert Meaning(tuple(name.split()), frozenset(areas)) in found


def test_a_single_syllable_that_may_be_a_place_stands_back_behind_names():
    found = meanings(("nguien", "thi", "hue"), PLACES)
    assert [(m.words, m.only_if_no_name) for m in found] == [
        (("nguien", "thi", "hue"), False),
        (("nguien", "thi"), True),
    ]


@given(names)
def test_a_text_without_places_has_one_meaning(name):
    words = read(name).words
    assert meanings(words, {}) == [Meaning(words)]


@given(
    names,
    st.integers(0, 200),
    st.sampled_from("abcdeghiklmnopqrstuvx"),
    st.sampled_from(["out", "in", "other", "swap"]),
)
def test_one_slip_of_the_finger_leads_back_to_the_name(name, place, letter, kind):
    """Whatever slip in one longer word: the right name is among the likenesses, if its words are known."""
    words = name_key(name).split()
    at = place % len(words)
    word = words[at]
    cut = place % max(1, len(word) - 1)
    slipped = {
        "out": word[:cut] + word[cut + 1 :],
        "in": word[:cut] + letter + word[cut:],
        "other": word[:cut] + letter + word[cut + 1 :],
        "swap": word[:cut] + word[cut + 1 : cut + 2] + word[cut] + word[cut + 2 :],
    }[kind]
    typed = (*words[:at], slipped, *words[at + 1 :])
    if len(slipped) < 3 or slipped == word:
        return  # too short to say what it might have been, or no slip at all
    assert word in edits(slipped)
    assert word in doubtful(typed)
    assert " ".join(words) in likenesses(typed, set(words))


def test_a_syllable_too_many_two_in_one_and_one_in_two_are_almost_the_name():
    assert "nguien duc" in likenesses(("nguien", "van", "duc"), set())
    assert "k bra" in likenesses(("kbra",), {"k", "bra"})
    assert {"k", "bra"} <= doubtful(("kbra",))
    assert "kbra" in likenesses(("k", "bra"), set())


def test_a_name_is_never_almost_itself():
    assert "nguien van duc" not in likenesses(("nguien", "van", "duc"), {"nguien", "van", "duc"})


def test_the_likelier_name_ranks_higher():
    typed = ("van", "duc")
    keys = ["nguien van duc", "nguien duc van", "duc hoang van", "van thi duc anh"]
    assert sorted(keys, key=lambda key: -likeness(typed, key))[0] == "nguien van duc"
    assert likeness(typed, "le van duc") > likeness(typed, "van duc le") > likeness(typed, "le duc a van")
