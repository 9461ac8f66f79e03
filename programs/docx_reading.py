"""The annex of a plan read from a .docx: groups and tasks with the row they stand in, and what is odd.

A pure function over bytes. The table is found by its header (STT, Nội dung, Chủ trì, Phối hợp, Thời gian, in
other words or another order too); pages may have split it over several tables with or without the header
repeated. Nothing is guessed silently: whatever was mended on the way is a problem of its row, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal

from .docx_archive import document_of
from .docx_cells import Cell, TableRow, paragraphs_of, tables_of

GROUP, TASK = "group", "task"
#: The header stands in one of the first rows of its table; titles may come before it.
_HEADER_WITHIN = 6
MOST_ROWS = 110

# A column by its folded header. "Đơn vị chủ trì, phối hợp" in one column says both: it is asked, not guessed.
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(stt|tt|so tt|so thu tu|thu tu)\W*$")),
    ("lead", re.compile(r"chu tri|don vi thuc hien|co quan thuc hien|chiu trach nhiem")),
    ("coordinators", re.compile(r"phoi hop")),
    ("timing", re.compile(r"thoi gian|thoi han|thoi diem|tien do")),
    ("content", re.compile(r"noi dung|nhiem vu|cong viec")),
)
NEEDED = ("content", "lead", "timing")
_ROMAN = re.compile(r"^(?=[IVXL])(X[LC]|L?X{0,3})(IX|IV|V?I{0,3})\W*$")
_LETTER = re.compile(r"^[A-ZĐ]\W*$")
_COUNTING = re.compile(r"^\(?\s*(\d{1,2}|[A-Za-z])\s*\)?$")
_DASHED = re.compile(r"^[-–—+•*·]\s*")
_TRAILING = " .;,:"

# --- problems ---------------------------------------------------------------------------------------

NO_LEAD, SEVERAL_LEADS, NO_CONTENT = "no_lead", "several_leads", "no_content"
CONTINUED, NO_GROUP, MERGED, UNNUMBERED = "continued", "no_group", "merged", "unnumbered"
#: Problems without whose mending the row cannot be saved.
BLOCKING = frozenset({NO_LEAD, NO_CONTENT})


@dataclass(slots=True)
class AnnexRow:
    """A group or a task as printed. `row` counts rows of all tables; `coordinators` keep dash and stop."""

    kind: str
    row: int
    number: str
    content: str
    lead: str = ""
    coordinators: list[str] = field(default_factory=list)
    timing: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Annex:
    """What was read. `missing`: columns the table does not have, of the two it may lack."""

    rows: list[AnnexRow]
    reference_line: str = ""
    closing_line: str = ""
    missing: tuple[str, ...] = ()

    @property
    def tasks(self) -> list[AnnexRow]:
        return [row for row in self.rows if row.kind == TASK]


def read_annex(content: bytes) -> Annex:
    """Read the annex. Raises `Refusal` for what is no .docx, is hostile, or holds no such table."""
    root = document_of(content)
    found: list[tuple[TableRow, dict[str, int]]] = []
    places: dict[str, int] = {}
    width = 0
    for table in tables_of(root):
        header, first = _header(table)
        if header:
            places, width = header, max(len(row.grid) for row in table)
        elif not places or not _fits(table, width):
            continue
        found += [(row, places) for row in table[first:] if not _is_header(row)]
    if not found:
        raise Refusal(
            _(
                "The document has no table with the columns STT, Nội dung, Chủ trì, Phối hợp, Thời gian: "
                "check that the annex is in this file, and as a table."
            )
        )
    rows = _Rows()
    for row, columns in found:
        rows.take(row, columns)
    if not any(row.kind == TASK for row in rows.rows):
        raise Refusal(_("The table has a header but no task below it."))
    if len(rows.rows) > MOST_ROWS:
        raise Refusal(_("The table has more than %(n)s rows: this is no list of tasks.") % {"n": MOST_ROWS})
    reference, closing = _lines_around(list(paragraphs_of(root)))
    return Annex(rows.rows, reference, closing, tuple(name for name, _p in _COLUMNS if name not in places))


def _lines_around(paragraphs: Sequence[str]) -> tuple[str, str]:
    """The line that ties the annex to its plan, and the words under the table."""
    reference = next((text for text in paragraphs if "kem theo" in fold(text)[:40]), "")
    closing = next((text for text in paragraphs if fold(text).startswith("danh sach gom")), "")
    return reference[:300], closing


# --- the header -------------------------------------------------------------------------------------


def _header(table: Sequence[TableRow]) -> tuple[dict[str, int], int]:
    """Columns by name, and the first row below the header; nothing where the table has none.

    A header of two rows ("Đơn vị thực hiện" over "Chủ trì" and "Phối hợp") is read as one.
    """
    for index, row in enumerate(table[:_HEADER_WITHIN]):
        below = [one for one in table[index + 1 : index + 2] if _names_columns_only(one)]
        rows = [row, *below]
        places = _places(rows)
        if all(name in places for name in NEEDED):
            return places, index + len(rows)
    return {}, 0


def _names_columns_only(row: TableRow) -> bool:
    """Whether every cell with text names a column: the lower row of a header."""
    texts = [cell.text for cell in row.cells if cell.text]
    return bool(texts) and all(_column_name(text) for text in texts)


def _places(rows: Sequence[TableRow]) -> dict[str, int]:
    grids = [row.grid for row in rows]
    places: dict[str, int] = {}
    for column in range(max(len(grid) for grid in grids)):
        # The lower of two header cells is the more exact one; without it the upper one counts.
        cells = [grid[column] for grid in grids if column < len(grid)]
        texts = [cell.text for cell in cells if cell is not None and cell.text and not cell.continues]
        name = _column_name(texts[-1]) if texts else ""
        if name and name not in places:
            places[name] = column
    return places


def _column_name(text: str) -> str:
    folded = fold(text)
    if len(folded) > 60:
        return ""
    found = [name for name, pattern in _COLUMNS if pattern.search(folded)]
    if {"lead", "coordinators"} <= set(found):
        return ""
    return found[0] if found else ""


def _is_header(row: TableRow) -> bool:
    """A header repeated further down, or the row that counts the columns: (1) (2) (3)."""
    texts = [cell.text for cell in row.cells if cell.text]
    names = {_column_name(text) for text in texts if len(text) <= 60} - {""}
    if len(names) >= 3 and len(texts) <= len(row.cells):
        return True
    return len(texts) >= 3 and all(_COUNTING.match(text) for text in texts)


def _fits(table: Sequence[TableRow], width: int) -> bool:
    """Whether a table without a header is the next page of the one before it."""
    return bool(table) and max(len(row.grid) for row in table) == width


# --- the rows ---------------------------------------------------------------------------------------


class _Rows:
    """The rows so far; a new one may continue, or belong under, the last."""

    def __init__(self) -> None:
        self.rows: list[AnnexRow] = []
        self._above: dict[str, Cell] = {}

    def take(self, row: TableRow, places: dict[str, int]) -> None:
        cells, problems = self._cells(row, places)
        number = cells["number"].text.strip()
        content = cells["content"].text.strip()
        empty = not any(cells[name].lines for name in ("lead", "coordinators", "timing"))
        if empty and not content and not number:
            return
        if cells["content"].continues and self.rows:
            self._join(row, cells, "")
            return
        if empty and self._continues(number, content, cells):
            self._join(row, cells, content)
            return
        if self._is_group(number, content, empty, cells):
            numbered = number.rstrip(_TRAILING) or self._next_group()
            odd = [] if number or cells["number"].numbered else [UNNUMBERED]
            self.rows.append(AnnexRow(GROUP, row.number, numbered, content or number, problems=odd))
            return
        self._task(row, number, content, cells, problems)

    def _task(
        self, row: TableRow, number: str, content: str, cells: dict[str, Cell], problems: list[str]
    ) -> None:
        leads = _names(cells["lead"])
        task = AnnexRow(
            TASK, row.number, number.rstrip(_TRAILING) or self._next_task(), content,
            lead=_plain(leads[0]) if leads else "",
            coordinators=[_kept(name) for name in _names(cells["coordinators"])],
            timing=" ".join(_DASHED.sub("", line) for line in cells["timing"].lines).rstrip(_TRAILING),
            problems=problems,
        )  # fmt: skip
        if not leads:
            task.problems.append(NO_LEAD)
        if len(leads) > 1:
            # The plan knows one lead a task: the others are kept as coordinating until a person decides.
            task.coordinators = [_kept(f"- {_plain(name)}") for name in leads[1:]] + task.coordinators
            task.problems.append(SEVERAL_LEADS)
        if not content:
            task.problems.append(NO_CONTENT)
        if not any(before.kind == GROUP for before in self.rows):
            task.problems.append(NO_GROUP)
        self.rows.append(task)

    def _cells(self, row: TableRow, places: dict[str, int]) -> tuple[dict[str, Cell], list[str]]:
        """The row's cells by name; one merged downwards says what the cell above it said."""
        grid, problems = row.grid, []
        found: dict[str, Cell] = {}
        for name, _pattern in _COLUMNS:
            place = places.get(name, -1)
            cell = grid[place] if 0 <= place < len(grid) else None
            cell = cell or Cell()
            if cell.continues and name in ("lead", "coordinators", "timing") and not cell.lines:
                cell = self._above.get(name, cell)
                if cell.lines and MERGED not in problems:
                    problems.append(MERGED)
            elif not cell.continues:
                self._above[name] = cell
            found[name] = cell
        if found["content"].span > 1 and places.get("content", 0) < max(places.values()):
            # One wide cell over the rest of the row: a heading.
            for name in ("lead", "coordinators", "timing"):
                if grid[min(places.get(name, 0), len(grid) - 1)] is None:
                    found[name] = Cell()
        if not found["content"].lines and "number" in places and found["number"].span > 1:
            found["content"], found["number"] = found["number"], Cell()
        return found, problems

    def _is_group(self, number: str, content: str, empty: bool, cells: dict[str, Cell]) -> bool:
        if not empty:
            return False
        if _ROMAN.match(number) or _LETTER.match(number):
            return True
        # Without any of the other cells it is a heading, unless it counts on from the task before it.
        return not number[:1].isdigit() or cells["content"].span > 1

    def _continues(self, number: str, content: str, cells: dict[str, Cell]) -> bool:
        """The rest of a cell that a page break tore off: no number, and it begins in the middle."""
        if number or not content or not self.rows or cells["number"].numbered:
            return False
        before = self.rows[-1]
        return content[:1].islower() or (before.kind == TASK and content.startswith(("-", "–", "+")))

    def _join(self, row: TableRow, cells: dict[str, Cell], content: str) -> None:
        last = self.rows[-1]
        last.content = f"{last.content} {content}".strip()
        known = {_plain(name) for name in last.coordinators}
        if not cells["coordinators"].continues:
            more = [_kept(name) for name in _names(cells["coordinators"])]
            last.coordinators += [name for name in more if _plain(name) not in known]
        if CONTINUED not in last.problems:
            last.problems.append(CONTINUED)

    def _next_task(self) -> str:
        count = 0
        for row in reversed(self.rows):
            if row.kind == GROUP:
                break
            count += 1
        return str(count + 1)

    def _next_group(self) -> str:
        return roman(sum(row.kind == GROUP for row in self.rows) + 1)


def roman(number: int) -> str:
    """1 → I, 4 → IV, 9 → IX, up to 39."""
    return "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]


# --- names in a cell --------------------------------------------------------------------------------


def _names(cell: Cell) -> list[str]:
    """The names of a cell as printed, each with its dash and stop: one a line, or parted by semicolons.

    A line without a dash below one with a dash goes on with it; so does one that begins in small letters.
    """
    lines = [f"- {line}" if place in cell.marked and not _DASHED.match(line) else line
             for place, line in enumerate(cell.lines)]  # fmt: skip
    joined: list[str] = []
    for line in lines:
        dashed = bool(joined) and bool(_DASHED.match(joined[-1]))
        open_end = bool(joined) and not joined[-1].endswith((";", "."))
        if joined and not _DASHED.match(line) and open_end and (dashed or line[:1].islower()):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    names: list[str] = []
    for line in joined:
        parts = [part.strip() for part in re.split(r"(?<=;)\s*", line) if part.strip(_TRAILING + "-–")]
        names += parts
    return names


def _kept(name: str) -> str:
    """As printed, with the plain dash."""
    return _DASHED.sub("- ", name)


def _plain(name: str) -> str:
    """The name alone, without dash and stop."""
    return _DASHED.sub("", name).rstrip(_TRAILING)


#: The name alone, for who matches names.
plain_name = _plain
