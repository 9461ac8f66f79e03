from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartphone_support.spreadsheets import cells

TODAY = date(2024, 1, 5)
anything = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
CLEANERS = [
    cells.clean_plain,
    cells.clean_name,
    cells.clean_birth_date,
    cells.clean_date,
    cells.clean_national_id,
    cells.clean_phone,
    cells.clean_tick,
    cells.clean_integer,
    cells.clean_gender,
]


@given(anything)
def test_no_cell_makes_a_cleaner_fail(value):
    for cleaner in CLEANERS:
        cleaner(value)
    assert isinstance(cells.as_text(value), str)


@given(st.text("0123456789 .'/-xOo+E", max_size=20))
def test_an_identity_number_comes_out_whole_or_not_at_all(text):
    number, problem = cells.clean_national_id(text)
    assert number == "" or (number.isdigit() and len(number) in (9, 12))
    assert number == "" or problem in (None, "leading_zero_restored")


@pytest.mark.parametrize(
    ("cell", "number", "problem"),
    [
        ("046059105929", "046059105929", None),
        ("046 099 727086", "046099727086", None),
        ("'046302919410", "046302919410", None),
        ("209640053", "209640053", None),
        ("225852551.0", "225852551", None),
        ("O46O59105929", "046059105929", None),
        (46090019194, "046090019194", "leading_zero_restored"),
        (46090019194.0, "046090019194", "leading_zero_restored"),
        ("46090019194", "046090019194", "leading_zero_restored"),
        (4045288481, "004045288481", "leading_zero_restored"),
        (25585255, "025585255", "leading_zero_restored"),
        ("0461942458", "", "bad_national_id"),
        ("04418x605318", "", "bad_national_id"),
        ("2340555", "", "bad_national_id"),
        ("4.6E+10", "", "bad_national_id"),
        ("4.6069E+10", "", "bad_national_id"),
        (4.6069e10, "", "bad_national_id"),
        ("046069000000", "", "bad_national_id"),
        ("4,60900191E+10", "", "bad_national_id"),
        (date(2020, 1, 1), "", "bad_national_id"),
        ("000000000000", "", "bad_national_id"),
        ("", "", None),
        ("--", "", None),
        (None, "", None),
    ],
)
def test_identity_numbers(cell, number, problem):
    assert cells.clean_national_id(cell) == (number, problem)


@pytest.mark.parametrize(
    ("cell", "day", "year"),
    [
        ("05/03/1961", date(1961, 3, 5), 1961),
        (" 14.6.1987", date(1987, 6, 14), 1987),
        ("12-4-1992", date(1992, 4, 12), 1992),
        ("5 / 3 / 1961", date(1961, 3, 5), 1961),
        ("ngày 5 tháng 3 năm 1961", date(1961, 3, 5), 1961),
        ("1961-03-05", date(1961, 3, 5), 1961),
        (date(1961, 3, 5), date(1961, 3, 5), 1961),
        (datetime(1961, 3, 5, 0, 0), date(1961, 3, 5), 1961),
        (22345, date(1961, 3, 5), 1961),
        ("22345", date(1961, 3, 5), 1961),
        (1961, None, 1961),
        ("1961", None, 1961),
        ("1961.0", None, 1961),
        ("5/1961", None, 1961),
        ("00/00/1961", None, 1961),
        ("00/05/1961", None, 1961),
        ("--/--/1961", None, 1961),
        ("", None, None),
        ("-", None, None),
    ],
)
def test_dates_of_birth(cell, day, year):
    assert cells.clean_birth_date(cell, today=TODAY) == (cells.BirthDate(day, year), None)


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/1999",
        "không nhớ",
        "13/1999",
        "00/13/1961",
        "05/03/1899",
        "06/01/2024",
        2025,
        "2025",
        time(1, 2),
        True,
        1e300,
        "1999-02-31",
    ],
)
def test_impossible_dates_of_birth_are_errors(cell):
    assert cells.clean_birth_date(cell, today=TODAY) == (cells.UNKNOWN_BIRTH, "bad_birth_date")


@pytest.mark.parametrize(("cell", "day"), [("03/25/1970", date(1970, 3, 25)), ("05/03/61", date(1961, 3, 5))])
def test_dates_that_can_be_read_in_two_ways_are_read_with_a_warning(cell, day):
    assert cells.clean_birth_date(cell, today=TODAY) == (cells.BirthDate(day, day.year), "ambiguous_date")


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0325876261", "0325876261"),
        (904758780, "0904758780"),
        ("0869.388.276", "0869388276"),
        ("+84329969275", "0329969275"),
        ("84 329 969 275", "0329969275"),
        ("0084329969275", "0329969275"),
        ("01662125567", "0362125567"),
        ("01278503176", "0818503176"),
        ("01224538741", "0774538741"),
        ("0912345678 / 0987654321", "0912345678"),
        ("0234 / 0987654321", "0987654321"),
        ("02343822222", "02343822222"),
        ("", ""),
        ("--", ""),
        (0, ""),
    ],
)
def test_telephone_numbers(cell, phone):
    assert cells.clean_phone(cell) == (phone, None)


@pytest.mark.parametrize(
    "cell", ["0980579", "không có", "123", 5, "0123456789012", "9.12345678E+8", "2.1E+08"]
)
def test_what_is_no_telephone_number_is_left_empty_with_a_warning(cell):
    assert cells.clean_phone(cell) == ("", "bad_phone")


@pytest.mark.parametrize("cell", ["x", "X", " x ", "1", 1, 1.0, "Có", "co", "✓", True, "v", "ü", "þ", "ý"])
def test_marks_for_yes(cell):
    assert cells.clean_tick(cell) == (True, None)


@pytest.mark.parametrize("cell", ["Không", "0", 0, False])
def test_marks_for_no(cell):
    assert cells.clean_tick(cell) == (False, None)


@pytest.mark.parametrize("cell", [None, "", "-", "--", "NaN"])
def test_a_blank_mark_says_nothing(cell):
    assert cells.clean_tick(cell) == (None, None)


def test_words_in_a_mark_column_count_as_yes_with_a_warning():
    assert cells.clean_tick("Thương binh 2/4") == (True, "unclear_tick")


@pytest.mark.parametrize(
    ("cell", "number"), [(4, 4), ("4", 4), (" 4.0 ", 4), ("4 khẩu", 4), (0, 0), ("--", None)]
)
def test_counts(cell, number):
    assert cells.clean_integer(cell) == (number, None)


@pytest.mark.parametrize("cell", ["bốn", -1, 2.5, 10**9, True, float("inf")])
def test_what_is_no_count_is_an_error(cell):
    assert cells.clean_integer(cell) == (None, "bad_number")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Kê\u00a0Tuyn", "Kê Tuyn"),
        ("HỒ  VĂN ĐÔNG ", "Hồ Văn Đông"),
        ("K’ Mrai", "K' Mrai"),
        ("...", ""),
        ("3. Hồ Văn Đông", "Hồ Văn Đông"),
        (12, ""),
        (None, ""),
    ],
)
def test_names_of_persons(cell, name):
    assert cells.clean_name(cell) == (name, None)


@pytest.mark.parametrize(
    ("cell", "gender"), [("Nam", "male"), ("NỮ", "female"), ("nu", "female"), ("", None)]
)
def test_genders(cell, gender):
    assert cells.clean_gender(cell) == (gender, None)


def test_an_identity_number_tells_sex_and_year():
    assert cells.check_identity("046090019194", "male", 1990)
    assert not cells.check_identity("046090019194", "female", 1990)
    assert not cells.check_identity("046090019194", "male", 1991)
    assert cells.check_identity("046302919410", "female", 2002)
    assert cells.check_identity("209640053", "female", 1961)
