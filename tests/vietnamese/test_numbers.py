import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartphone_support.vietnamese.numbers import amount_in_words

UNITS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}


def read_back(words: str) -> int:
    """The listener: turns the words into the number again."""
    total = group = pending = 0
    for word in words.split():
        if word in UNITS:
            pending = UNITS[word]
        elif word == "trăm":
            group, pending = group + pending * 100, 0
        elif word == "mười":
            group, pending = group + 10, 0
        elif word == "mươi":
            group, pending = group + pending * 10, 0
        elif word == "linh":
            pending = 0
        else:
            group += pending
            total = (total + group) * SCALES[word] if word == "tỷ" else total + group * SCALES[word]
            group = pending = 0
    return total + group + pending


@given(st.integers(0, 10**12 - 1))
def test_who_hears_the_words_writes_the_same_number(number):
    assert read_back(amount_in_words(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (900, "chín trăm"),
        (1005, "một nghìn không trăm linh năm"),
        (1010, "một nghìn không trăm mười"),
        (1500, "một nghìn năm trăm"),
        (6100, "sáu nghìn một trăm"),
        (500_000, "năm trăm nghìn"),
        (2_003_004, "hai triệu không trăm linh ba nghìn không trăm linh bốn"),
        (-7, "âm bảy"),
    ],
)
def test_numbers_are_read_as_officials_read_them(number, words):
    assert amount_in_words(number) == words


def test_numbers_too_large_to_read_are_refused():
    with pytest.raises(ValueError):
        amount_in_words(10**18)
