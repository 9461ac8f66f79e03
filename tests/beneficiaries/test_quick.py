"""What is recognised at a glance is what the careful cleaners say."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.imports import quick
from beneficiaries.imports.date_columns import DateColumn
from smartphone_support.spreadsheets import cells
from smartphone_support.spreadsheets.dates import column_order

WORDS = st.sampled_from(
    ["Hồ", "Văn", "Đông", "HỒ", "Y", "K'", "N'Jrang", "hồ", "Thị  Sen", "A", "1.", "Bhăm", "Ðông", "x", "-"]
)  # fmt: skip
names = st.lists(WORDS, max_size=4).map(" ".join)
digits = st.text("0123456789", min_size=7, max_size=13)
days = st.integers(0, 45_000).map(lambda number: date(1895, 1, 1) + timedelta(number))
dates = st.one_of(
    days.map(lambda day: f"{day:%d/%m/%Y}"),
    st.builds("{:02}/{:02}/{}".format, st.integers(0, 32), st.integers(0, 13), st.integers(1890, 2110)),
    days,
    st.sampled_from(["1961", "3/4/1961", "29/02/1961", "không nhớ", "٠٣/04/1961", "03/04/19٦1"]),
)  # fmt: skip
anything = st.one_of(st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=12), dates)


@given(st.one_of(names, anything))
def test_names(value):
    assert quick.clean_name(value) == cells.clean_name(value)


@given(st.one_of(digits, digits.map(lambda text: "0" * 12 + text), anything))
def test_identity_numbers(value):
    assert quick.clean_national_id(value) == cells.clean_national_id(value)


@given(st.one_of(digits, anything))
def test_telephone_numbers(value):
    assert quick.clean_phone(value) == cells.clean_phone(value)


@given(anything)
def test_counts_and_blanks(value):
    assert quick.clean_integer(value) == cells.clean_integer(value)
    assert quick.is_blank(value) == cells.is_blank(value)


@given(dates)
def test_plain_days(value):
    day = quick.plain_date(value)
    if day is not None and day < date.today():
        assert (quick.birth_of(day), None) == cells.clean_birth_date(value)
        assert (day, None) == cells.clean_date(value)


@given(st.lists(dates, max_size=200))
def test_a_column_weighed_while_it_is_read_says_what_the_whole_column_says(values):
    column = DateColumn("S", "D")
    for row, value in enumerate(values):
        column.read_plain(row, row, value)
    found, whole = column.weigh(), column_order(values)
    names = ("order", "dmy", "mdy", "open", "settled", "swapped")
    assert [getattr(found, name) for name in names] == [getattr(whole, name) for name in names]
    doubted = {row for row, _household, _value in column.doubtful(found)}
    assert doubted == {row for row, value in enumerate(values) if whole.doubts(value)}
