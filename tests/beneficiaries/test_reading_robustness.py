"""Whatever stands in whatever cell, reading ends in a result or in a refusal."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiaries.imports import reading
from beneficiaries.imports.messages import problem_message
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Sheet
from tests.spreadsheets.lists import A_LUOI, HONG_VAN, SIGNATURES, exits, flat, head, line, member, national

HUE = Gazetteer.packaged("46")
EXIT = [1, 1, "Kê Lơ", "Chủ hộ", "Nữ", "1948", None, "Tà Ôi", "Xã Đông Sơn", 191, 30, None, None, None, 75, 1]
LAYOUTS = {
    "national": lambda: national(head(1, 1), member(2), head(3, 2)),
    "flat": lambda: flat(A_LUOI, HONG_VAN, line(1), line(2), *SIGNATURES, line(3)),
    "exits": lambda: exits("THOÁT NGHÈO", EXIT),
}
TRICKY = [
    "Xã",
    "Huyện",
    "Tổng cộng",
    "ngày 05 tháng 01 năm 2024",
    "Thôn 1",
    "I",
    "1.1",
    "STT",
    "Hộ nghèo",
    "(1)",
    "=3/1*100",
    "%s %(x)s",
    "Chủ hộ",
    "31/02/1960",
    "",
]
cell = st.one_of(
    st.none(),
    st.sampled_from(TRICKY),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
changes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), cell), max_size=20)


class OneSheet:
    """Stands for an open workbook."""

    def __init__(self, rows):
        filled = [
            (number, row) for number, row in enumerate(rows, 1) if any(value is not None for value in row)
        ]
        self.sheet = Sheet("Danh sách", True, _rows=iter(filled))

    def __enter__(self):
        return iter([self.sheet])

    def __exit__(self, *_):
        return None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(LAYOUTS)), changes)
def test_no_cell_anywhere_makes_reading_fail(layout, changed):
    rows = [list(row) for row in LAYOUTS[layout]()]
    for row, column, value in changed:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = value
    with patch.object(reading, "open_workbook", lambda *_: OneSheet(rows)):
        try:
            result = reading.read_workbook("danh-sach.xlsx", HUE)
        except SpreadsheetRefused:
            return
    found = [*result.households, *result.movements, *result.subscriptions]
    places = {(record.sheet, record.row) for record in found}
    assert len(places) == len(found)
    assert all(problem_message(problem) for problem in result.problems)
    assert all(p.household_row is None or (p.sheet, p.household_row) in places for p in result.problems)
