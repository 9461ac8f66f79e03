import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartphone_support.vietnamese.text import clean_text, fold, name_sort_key, title_case_name, tone_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
names = st.text(LETTERS + LETTERS.upper() + "' -", max_size=30)


@given(st.text(max_size=60))
@example("\u00d0\u0301\u200b\u00a0x\ufeff")
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(names)
def test_composed_and_decomposed_text_mean_the_same(name):
    decomposed = unicodedata.normalize("NFD", name)
    assert clean_text(decomposed) == clean_text(name)
    assert fold(decomposed) == fold(name)
    assert tone_key(decomposed) == tone_key(name)


@given(names)
def test_a_folded_vietnamese_name_is_plain_ascii_in_lower_case(name):
    assert fold(name).isascii()
    assert fold(name) == fold(name.upper()) == fold(name.lower())


@pytest.mark.parametrize(
    "typed", ["Kê\u00a0Tuyn", " Kê  Tuyn ", "Kê\u200b Tuyn", "\ufeffKê Tuyn", "Kê\tTuyn\n", "Ke\u0302 Tuyn"]
)
def test_spaces_that_cannot_be_seen_make_no_difference(typed):
    assert clean_text(typed) == "Kê Tuyn"


@pytest.mark.parametrize("typed", ["Đắk R'Lấp", "Ðắk R’Lấp", "Ɖăk R`lap", "ĐẮK RʼLẤP", "dak r'lap"])
def test_look_alike_letters_and_apostrophes_fold_to_one_key(typed):
    assert fold(typed) == "dak r'lap"


@pytest.mark.parametrize(
    ("one", "other"), [("Hòa", "Hoà"), ("Thủy", "Thuỷ"), ("Đắk R'Lấp", "Đắk RLấp"), ("A Lưới", "Alưới")]
)
def test_the_place_of_the_tone_mark_does_not_count(one, other):
    assert tone_key(one) == tone_key(other)


def test_the_tone_and_the_shape_of_a_letter_do_count():
    assert len({tone_key(word) for word in ("Vân", "Văn", "Van", "Vấn", "Vàn")}) == 5


def test_names_sort_by_given_name_in_the_order_of_the_alphabet():
    names = ["Lê An", "Vũ Ánh", "Trần Ăn", "Tô Ân", "A Bùi", "A Dương", "A Đào", "A Đỗ"]
    names.reverse()
    assert sorted(names, key=name_sort_key) == names[::-1]


def test_same_given_names_sort_by_the_middle_name():
    assert sorted(["Lê Văn An", "Trần Thị An", "Võ Đình An"], key=name_sort_key) == [
        "Võ Đình An",
        "Trần Thị An",
        "Lê Văn An",
    ]


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("HỒ VĂN ĐÔNG", "Hồ Văn Đông"),
        ("KÊ N'JRANG", "Kê N'Jrang"),
        ("Y - BHĂM NIÊ KĐĂM", "Y - Bhăm Niê Kđăm"),
        ("K' MRAI", "K' Mrai"),
        ("H'BLƠN", "H'Blơn"),
        ("A VIẾT ĐẠT", "A Viết Đạt"),
        ("Nguyễn VĂn A", "Nguyễn VĂn A"),
        ("K' Mrai", "K' Mrai"),
    ],
)
def test_capitals_become_ordinary_writing_with_their_particles(capitals, name):
    assert title_case_name(capitals) == name


@pytest.mark.parametrize("sign", "\u200f\u202a\u202e\u2060\u2066\u2069")
def test_no_sign_turns_the_letters_of_a_name_around(sign):
    assert clean_text(f"Hồ{sign} Văn Đức") == "Hồ Văn Đức"
    assert fold(f"Hồ{sign} Văn Đức") == "ho van duc"
