"""Day and month are never exchanged silently, whatever form a date has and whatever its column holds."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartphone_support.spreadsheets.cells import BirthDate, clean_birth_date, clean_date
from smartphone_support.spreadsheets.dates import column_order

TODAY = date(2024, 1, 5)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - twelve words read better so
KNOWN = [date(1931, 1, 2) + timedelta(days=613 * n) for n in range(54)]

# How people write a known day; those marked True keep day and month apart whatever the order of the column.
FORMS = {
    "d/m/y": (lambda d: f"{d.day}/{d.month}/{d.year}", False),
    "dd/mm/yyyy": (lambda d: f"{d:%d/%m/%Y}", False),
    "dd-mm-yyyy": (lambda d: f"{d:%d-%m-%Y}", False),
    "dd.mm.yyyy": (lambda d: f" {d:%d.%m.%Y} ", False),
    "with blanks": (lambda d: f"{d.day} / {d.month} / {d.year}", False),
    "with an apostrophe": (lambda d: f"'{d:%d/%m/%Y}", False),
    "with a time": (lambda d: f"{d:%d/%m/%Y} 00:00:00", False),
    "in words": (lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}", True),
    "Excel's Vietnamese": (lambda d: f"{d.day}-thg {d.month}-{d.year}", True),
    "English": (lambda d: f"{d.day}-{MONTHS[d.month - 1]}-{d.year}", True),
    "ISO": (lambda d: d.isoformat(), True),
    "real": (lambda d: d, True),
    "real with a time": (lambda d: datetime(d.year, d.month, d.day), True),
    "serial": (lambda d: (d - date(1899, 12, 30)).days, True),
    "serial as text": (lambda d: str((d - date(1899, 12, 30)).days), True),
}
CORPUS = [(form, day, *FORMS[form]) for form in FORMS for day in KNOWN]


def month_first(day):
    return f"{day:%m/%d/%Y}"


def test_the_corpus_is_large_and_has_doubtful_days():
    assert len(CORPUS) >= 500
    assert sum(day.day <= 12 != day.month for day in KNOWN) > 12


@pytest.mark.parametrize("form", FORMS)
def test_a_vietnamese_column_gives_every_known_day_back(form):
    write = FORMS[form][0]
    order = column_order([write(day) for day in KNOWN])
    assert (order.order, order.settled, order.swapped) == ("dmy", True, 0)
    for day in KNOWN:
        assert clean_birth_date(write(day), order.order, today=TODAY) == (BirthDate(day, day.year), None)


def test_no_cell_of_the_corpus_is_exchanged_without_a_word():
    """Whatever order the column is said to have: the known day comes out, or a warning stands at it, or
    the order was somebody's answer and the form has none of its own."""
    for _form, day, write, fixed in CORPUS:
        for order in ("dmy", "mdy"):
            birth, problem = clean_birth_date(write(day), order, today=TODAY)
            exchanged = birth.day != day
            assert not (exchanged and (fixed or order == "dmy"))
            assert not exchanged or day.day <= 12
            if order == "mdy" and not fixed and day.day > 12:
                assert problem == "ambiguous_date"


def test_only_days_that_fit_one_order_are_evidence():
    order = column_order(["05/03/1961", "25/03/1970", "07/07/1980", "x", None, 1961, "31/02/1999"])
    assert (order.dmy, order.mdy, order.open) == (1, 0, 1)
    assert order.samples == (("05/03/1961", date(1961, 3, 5), date(1961, 5, 3)),)


def test_an_american_column_is_recognised_and_asked_about():
    order = column_order([month_first(day) for day in KNOWN])
    assert (order.order, order.settled) == ("mdy", False)
    assert order.doubts("05/03/1961")
    assert not order.doubts("03/25/1961")
    for day in KNOWN:
        assert clean_birth_date(month_first(day), order.order, today=TODAY)[0].day == day


def test_an_american_column_without_doubtful_days_is_settled():
    days = [day for day in KNOWN if day.day > 12]
    order = column_order([month_first(day) for day in days])
    assert (order.order, order.settled, order.open) == ("mdy", True, 0)


def test_evidence_for_both_orders_settles_nothing():
    order = column_order(["25/03/1970", "03/25/1970", "05/03/1961"])
    assert not order.settled
    assert [value for value in ("25/03/1970", "05/03/1961") if order.doubts(value)] == ["05/03/1961"]


def test_real_dates_an_american_excel_has_swapped_are_told_and_left_alone():
    """It turns 05/03/1961 into the 3rd of May and leaves 25/03/1961 as text."""
    column = [date(day.year, day.day, day.month) if day.day <= 12 else f"{day:%d/%m/%Y}" for day in KNOWN]
    order = column_order(column)
    doubtful = [day for day in KNOWN if day.day <= 12 and day.day != day.month]
    assert (order.order, order.swapped) == ("dmy", len(doubtful))
    assert all(day in KNOWN and stored != day for stored, day in order.swapped_samples)
    for day, value in zip(KNOWN, column, strict=True):
        exchanged = clean_birth_date(value, order.order, today=TODAY)[0].day != day
        assert exchanged == order.doubts(value)
        assert clean_birth_date(value, "mdy", today=TODAY)[0].day in (value, day)


def test_texts_and_real_dates_side_by_side_raise_no_suspicion_by_themselves():
    column = [day if n % 2 else f"{day:%d/%m/%Y}" for n, day in enumerate(KNOWN)]
    assert column_order(column).swapped == 0
    assert column_order([date(1961, 5, 3), date(1970, 2, 1)]).swapped == 0


dates = st.dates(date(1900, 1, 1), date(2023, 12, 31))


@given(
    st.lists(
        st.one_of(dates.map(lambda d: f"{d:%d/%m/%Y}"), dates, st.text(max_size=12), st.none()), max_size=30
    )
)
def test_the_counts_are_those_of_the_cells(column):
    order = column_order(column)
    assert order.mdy == 0 or not order.settled or order.dmy == 0
    assert order.dmy + order.mdy + order.open <= sum(isinstance(value, str) for value in column)
    assert len(order.samples) <= 5
    assert all(day_first != month_first_ for _, day_first, month_first_ in order.samples)


@given(dates, st.sampled_from(["dmy", "mdy"]))
def test_each_order_reads_what_it_wrote(day, order):
    text = f"{day:%d/%m/%Y}" if order == "dmy" else month_first(day)
    assert clean_date(text, order) == (day, None)


@pytest.mark.parametrize(
    ("cell", "birth"),
    [
        ("05/03/61", BirthDate(date(1961, 5, 3), 1961)),
        ("00/00/1950", BirthDate(None, 1950)),
        ("03/00/1950", BirthDate(None, 1950)),
        ("3/1950", BirthDate(None, 1950)),
    ],
)
def test_unknown_days_and_short_years_in_an_american_column(cell, birth):
    assert clean_birth_date(cell, "mdy", today=TODAY)[0] == birth
