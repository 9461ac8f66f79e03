"""IMEI numbers as people type them: what is read, what is refused, and in which words."""

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from allocations.delivery.imei import fits_luhn, luhn_digit, read_imei
from allocations.delivery.intake import read_file

GOOD = "490154203237518"
fourteen = st.text("0123456789", min_size=14, max_size=14).filter(lambda digits: len(set(digits)) > 1)


def test_the_standards_own_example_is_good():
    assert read_imei(GOOD).number == GOOD


@given(fourteen)
def test_fourteen_digits_and_their_check_digit_are_good(digits):
    whole = digits + luhn_digit(digits)
    assert read_imei(whole).number == whole


@given(fourteen, st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(digits, place, shift):
    whole = digits + luhn_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert not read_imei(wrong).is_good


@given(fourteen, st.integers(0, 13))
def test_two_swapped_neighbours_are_found_except_nought_and_nine(digits, place):
    whole = digits + luhn_digit(digits)
    pair = whole[place : place + 2]
    swapped = whole[:place] + pair[::-1] + whole[place + 2 :]
    if len(set(pair)) == 2 and set(pair) != {"0", "9"}:
        assert not fits_luhn(swapped)


@given(fourteen, st.lists(st.tuples(st.integers(0, 15), st.sampled_from([" ", "-", ".", "/", "\u00a0"]))))
def test_separators_do_not_matter(digits, marks):
    text = whole = digits + luhn_digit(digits)
    for place, mark in marks:
        text = text[:place] + mark + text[place:]
    assert read_imei(text).number == whole


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans()))
def test_whatever_stands_in_a_cell_is_a_number_or_a_sentence(value):
    found = read_imei(value)
    assert bool(found.number) != bool(found.sentence)
    assert not found.number or (len(found.number) == 15 and fits_luhn(found.number))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "missing"),
        ("49015420323751", "14 digits, it needs 15. If only the last one is missing it is 8"),
        ("4901542032375", "13 digits"),
        ("4901542032375189", "16 digits: that is an IMEISV"),
        ("49015420323751849", "17 digits"),
        ("490154203237519", "the last one would be 8, not 9"),
        ("49015420323751O", "holds “O”"),
        ("4.90154E+14", "rounded by the spreadsheet"),
        ("4,90154E+14", "rounded by the spreadsheet"),
        (4901542032375189.0, "rounded by the spreadsheet"),
        ("000000000000000", "all its digits are the same"),
    ],
)
def test_what_is_wrong_is_said_with_how_to_mend_it(value, words):
    with translation.override("en"):
        found = read_imei(value)
        assert words in found.sentence
    assert found.number == ""


def test_a_number_cell_of_fifteen_digits_is_whole():
    assert read_imei(490154203237518).number == read_imei(490154203237518.0).number == GOOD


def test_a_label_and_a_leading_apostrophe_are_no_hindrance():
    assert read_imei("IMEI1: 490154-20-323751-8").number == read_imei("'490154203237518").number == GOOD


@pytest.mark.parametrize("name", ["may.csv", "may.txt", "MAY.CSV"])
def test_a_file_of_one_column_is_read_with_the_faults_by_line(name):
    """Such a .csv has no separator: a table is told by its separators."""
    lines = ["IMEI", GOOD, "", "35693803", f"IMEI1: {GOOD}"]
    with translation.override("en"):
        found = read_file(ContentFile("\r\n".join(lines).encode("utf-8-sig"), name=name))
    assert found.imeis == [GOOD]
    assert [fault.line for fault in found.faults] == [4, 5]


def test_a_csv_of_several_columns_is_read_by_its_headings():
    content = f"STT;Số máy;IMEI\n1;SN1;{GOOD}\n"
    (device,) = read_file(ContentFile(content.encode(), name="may.csv")).devices
    assert (device.imei, device.serial) == (GOOD, "SN1")


def test_bytes_that_are_no_text_are_faults_and_nothing_else():
    found = read_file(ContentFile(bytes(range(128, 255)) + b"\x00\n\x00", name="may.csv"))
    assert not found.devices
