"""The review workbook as hands really treat it: moved, pasted or hidden, the answers stay the same.

The sheets are shuffled as plain cells; that files of each kind are read is test_review_workbook's matter.
"""

import unicodedata
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocations.lists import review_opening
from allocations.lists.review_reading import read_review_workbook
from allocations.lists.review_workbook import (
    ADDED_SHEET,
    COLUMNS,
    DECISION_WORDS,
    KEY_SHEET,
    NEED_WORDS,
    SHEET,
)
from smartphone_support.spreadsheets.workbook import Sheet
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from .test_review_workbook import FIRST, Paper

pytestmark = pytest.mark.django_db

NAMES = [name for name, *_rest in COLUMNS]
ANSWERED = ("has_need", "decision", "reason", "support_form", "note")
spoken = st.sampled_from([str, str.upper, str.lower, fold, lambda text: unicodedata.normalize("NFD", text)])
padding = st.sampled_from(["", " ", "\u00a0", "  ", "\u200b", "\t", "\u202f "])
words = st.sampled_from(["", "Đi làm ăn xa", "Đã mất", "=1+1", "Hộ thứ 2"])
answer = st.fixed_dictionaries(
    {
        "has_need": st.sampled_from([True, None]),
        "decision": st.sampled_from(["keep", "reserve", "drop"]),
        "support_form": st.just("bundle"),
        "reason": words,
        "note": words,
    }
)


class Desk:
    """A workbook's cells on somebody's desk, and what they do to them."""

    def __init__(self, paper):
        self.top = [list(row) for row in paper.sheet.iter_rows(max_row=FIRST - 2, values_only=True)]
        self.header = [cell.value for cell in paper.sheet[FIRST - 1]]
        self.rows = paper.rows()
        self.keys = [list(row) for row in paper.book[KEY_SHEET].values]
        self.added = [list(row) for row in paper.book[ADDED_SHEET].values]
        self.hidden = frozenset()

    def answer(self, answers, draw):
        for row, said in zip(self.rows, answers, strict=True):
            shown = {
                "has_need": NEED_WORDS[said["has_need"]],
                "decision": DECISION_WORDS[said["decision"]],
                "support_form": "Máy kèm dịch vụ",
            }
            for name, word in shown.items():
                row[NAMES.index(name)] = draw(padding) + draw(spoken)(word) + draw(padding) if word else None
            for name in ("reason", "note"):
                row[NAMES.index(name)] = draw(padding) + said[name] + draw(padding)
            key = row[NAMES.index("key")]
            row[NAMES.index("key")] = (
                draw(padding) + draw(st.sampled_from([key, key.upper()])) + draw(padding)
            )

    def numbers_as_text(self):
        self.rows = [[str(v) if isinstance(v, int) else v for v in row] for row in self.rows]

    def add_column(self, at, title):
        for row, value in ((self.header, title), *((row, "x") for row in self.rows)):
            row.insert(at, value)

    def move_column(self, at, to):
        for row in (self.header, *self.rows):
            row.insert(to, row.pop(at))

    def sheets(self):
        """(name, rows with their numbers), rows without a cell left out, as a reader gives them."""
        main = [*self.top, self.header, *self.rows]
        for name, rows in ((SHEET, main), (ADDED_SHEET, self.added), (KEY_SHEET, self.keys)):
            numbered = [
                (n, row) for n, row in enumerate(rows, start=1) if any(v not in (None, "") for v in row)
            ]
            yield Sheet(name, name != KEY_SHEET, hidden_rows=self.hidden, _rows=iter(numbered))


@pytest.fixture
def read(a_luoi, monkeypatch):
    def open_and_read(desk):
        @contextmanager
        def opened(path, limits):
            yield desk.sheets()

        monkeypatch.setattr(review_opening, "open_workbook", opened)
        return read_review_workbook("x.xlsx", a_luoi)

    return open_and_read


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_the_cells_the_answers_stay_the_same(a_luoi, read, data):
    draw = data.draw
    lines = list(a_luoi.lines.order_by("position"))
    answers = draw(st.lists(answer, min_size=6, max_size=6))
    for said in answers:
        if said["decision"] == "drop" and not said["reason"]:
            said["reason"] = "Lý do"
    for said in [said for said in answers if said["decision"] == "keep"][3:]:
        said["decision"] = "reserve"
    desk = Desk(Paper(a_luoi))
    desk.answer(answers, draw)
    if draw(st.booleans()):
        desk.numbers_as_text()
    desk.rows = draw(st.permutations(desk.rows))
    for _ in range(draw(st.integers(0, 4))):
        desk.add_column(
            draw(st.integers(0, len(desk.header))), draw(st.sampled_from([None, "Cán bộ", "Ghi thêm"]))
        )
    for _ in range(draw(st.integers(0, 5))):
        place = st.integers(0, len(desk.header) - 1)
        desk.move_column(draw(place), draw(place))
    width = len(desk.header)
    above = draw(st.lists(st.sampled_from(["", "Họp thôn ngày 02/3", "Danh sách rà soát"]), max_size=5))
    desk.top += [[text] + [None] * (width - 1) for text in above]
    for _ in range(draw(st.integers(0, 3))):
        blank = draw(st.sampled_from([[None] * width, [" "] * width, list(desk.header)]))
        desk.rows.insert(draw(st.integers(0, len(desk.rows))), blank)
    if draw(st.booleans()):
        copied = draw(
            st.sampled_from(
                [
                    row
                    for row in desk.rows
                    if row != desk.header and any(map(str.strip, map(str, filter(None, row))))
                ]
            )
        )
        desk.rows.append(list(copied))
    desk.rows += [["", "  "]] * draw(st.integers(0, 4))
    desk.hidden = frozenset(draw(st.sets(st.integers(1, 30), max_size=5)))
    review = read(desk)
    for line, said in zip(lines, answers, strict=True):
        got = review.answers[line.pk]
        expected = said | {"reason": " ".join(said["reason"].split()), "note": " ".join(said["note"].split())}
        assert {name: getattr(got, name) for name in ANSWERED} == expected
    assert review.added == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_answer_never_lands_on_another_household(a_luoi, read, data):
    """Some columns reordered apart from the others: refused, or else every answer is its own household's."""
    lines = {line.position: line for line in a_luoi.lines.all()}
    desk = Desk(Paper(a_luoi))
    for number, row in enumerate(desk.rows, start=1):
        row[NAMES.index("note")] = f"của {number}"
    order = data.draw(st.permutations(range(6)))
    moved = data.draw(
        st.sampled_from([("key",), ("head_name", "birth_year", "national_id"), ("note", "mark")])
    )
    was = [list(row) for row in desk.rows]
    for row, source in zip(desk.rows, order, strict=True):
        for name in moved:
            row[NAMES.index(name)] = was[source][NAMES.index(name)]
    if list(order) == list(range(6)):
        assert len(read(desk).answers) == 6
        return
    try:
        review = read(desk)
    except Refusal:
        return  # what is refused lands nowhere
    assert {number: review.answers[line.pk].note for number, line in lines.items()} == {
        number: f"của {number}" for number in lines
    }
