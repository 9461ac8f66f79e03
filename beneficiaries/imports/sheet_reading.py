"""One sheet of a workbook: its table found, its kind of list decided, its rows made into records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from smartphone_support.areas.gazetteer import Gazetteer, Resolution
from smartphone_support.spreadsheets.cellref import column_index, column_letter
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.headers import SEARCHED_ROWS, Table
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Sheet

from .balance import LISTED
from .kinds import MONTHLY, OPERATOR, kind_of_list, titles_of
from .layouts import (
    ExportList,
    Group,
    Layout,
    Row,
    RowSorter,
    Section,
    choose_layout,
    class_of_title,
    section_of_title,
)
from .movements import read_movement
from .operators import read_subscription
from .options import ReadOptions
from .people import PLACES, Frame, HouseholdReader, uncalculated_cells
from .places import PlaceReader, district_of_file_name
from .records import Problem, Question, ReadResult, SheetInfo
from .tabling import Located, is_export, locate, looks_like_people, question_of, rivals

Progress = Callable[[int, int], None]

_HEAD = SEARCHED_ROWS + 10
_REPORT_EVERY = 250
#: Below this share of its header a column of names was only guessed.
_SURE = 0.6


@dataclass(slots=True)
class Reading:
    """What all sheets of one file share. ``learned`` holds orders of dates, by "sheet!letter", which a first
    reading found; ``learning`` what this one finds."""

    options: ReadOptions
    places: PlaceReader
    file_name: str
    learned: Mapping[str, str] = field(default_factory=dict)
    learning: dict[str, str] = field(default_factory=dict)
    result: ReadResult = field(default_factory=ReadResult)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: Questions about blocks of cells nobody recognised, with whether they look like lists of people.
    blocks: list[tuple[Question, bool]] = field(default_factory=list)

    @property
    def gazetteer(self) -> Gazetteer:
        return self.places.gazetteer


class SheetReader:
    """Reads one sheet into the result."""

    def __init__(self, sheet: Sheet, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.options, self.result = reading.options, reading.result
        self.info = SheetInfo(
            sheet.name,
            encoding=sheet.encoding,
            comments=dict(sheet.comments),
            visible=sheet.visible,
            hidden_rows=len(sheet.hidden_rows),
            hidden_columns=list(sheet.hidden_columns),
        )
        self.result.sheets.append(self.info)
        self.head: list[Row] = []

    def read(self, report: Progress) -> None:
        if not self.sheet.visible:
            self.info.skipped = "hidden"
            return
        rows = self._corrected(iter(self.sheet))
        for row in rows:
            self.head.append(row)
            if row[0] > _HEAD:
                break
        if not self.head:
            self.info.skipped = "empty"
            return
        located = locate(self.head, self.options)
        if located is None:
            self.info.skipped = "no_table"
            return
        self._ask_encoding()
        if not located.is_named:
            self._leave_block(located)
            return
        kind, movement = kind_of_list(located.table, self.sheet.name, self.options.kind)
        self._check_kind(kind)
        if (not located.is_told and self._is_doubtful(located.table)) or located.is_told:
            self.result.questions.append(question_of(located, self.sheet.name, self.head))
        before = len(self.result.problems)
        _TableReader(self, located, kind, movement).read(chain(self.head, rows), report)
        # Doubts about a whole column come last; people read from the top, from left to right.
        self.result.problems[before:] = sorted(self.result.problems[before:], key=_place_of)

    def _corrected(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows with the cells a person corrected, as if the file held them so."""
        right: dict[int, dict[int, str]] = {}
        for (sheet, row, letter), text in self.options.corrections.items():
            if sheet == self.sheet.name:
                right.setdefault(row, {})[column_index(letter)] = text
        if not right:
            return rows
        return (_with_cells(row, right[row[0]]) if row[0] in right else row for row in rows)

    def _ask_encoding(self) -> None:
        sheet = self.sheet
        told = self.options.encodings.get(sheet.name)
        if sheet.encoding == "unicode" and not told:
            return
        params = {
            "guess": sheet.encoding,
            "by": sheet.encoding_by,
            "samples": [list(pair) for pair in sheet.legacy_samples],
        }
        self.result.questions.append(Question("encoding", sheet.name, params=params, settled=bool(told)))

    def _leave_block(self, located: Located) -> None:
        self.info.skipped = "no_table"
        if not located.is_told:
            question = question_of(located, self.sheet.name, self.head)
            people = looks_like_people(located.table, self.head)
            self.reading.blocks.append((question, people))

    def _check_kind(self, kind: str) -> None:
        expected = self.options.kind
        if expected and kind != expected:
            raise SpreadsheetRefused(f"{kind}_list", {"sheet": self.sheet.name})

    def _is_doubtful(self, table: Table) -> bool:
        names = [table.columns[name] for name in ("head_name", "member_name") if name in table.columns]
        guessed = bool(names) and max(column.confidence for column in names) < _SURE
        return guessed or bool(rivals(table, self.head))


class _TableReader:
    """Reads the rows of a recognised table."""

    def __init__(self, owner: SheetReader, located: Located, kind: str, movement: str) -> None:
        self.owner, self.located, self.kind, self.movement = owner, located, kind, movement
        self.sheet, self.reading = owner.sheet, owner.reading
        self.options, self.result, self.info = owner.options, owner.result, owner.info
        self.table = table = located.table
        is_monthly = kind == MONTHLY
        self.layout: Layout = choose_layout(table, is_export=is_export(located))
        titles = titles_of(table)
        self.title = titles[0] if titles else ""
        frame = Frame(self.sheet.name, table, needs_class=not is_monthly)
        frame.default_class = class_of_title([*titles, self.sheet.name])
        frame.map_columns(self.options, self.reading.learned)
        frame.known = frame.fields_known(persons=self.layout.name == "persons")
        self.frame = frame
        self.reader = HouseholdReader(frame, self.reading.places, self.reading.seen, self.result.problems)
        self.sorter = RowSorter(table, self.reading.gazetteer, self._start(), finds_movements=is_monthly)
        info = self.info
        info.layout = kind if kind in (MONTHLY, OPERATOR) else self.layout.name
        info.header_rows, info.title = table.header_rows, self.title
        if not is_monthly and frame.default_class in LISTED:
            info.only_class = frame.default_class
        info.columns = {c.letter: c.name for c in sorted(table.columns.values(), key=lambda c: c.index)}
        info.unmapped = {column_letter(index): text for index, text in table.unmapped.items() if text}

    def _start(self) -> Section:
        """What title, sheet name or a person say of the place before the first row."""
        gazetteer = self.reading.gazetteer
        section = section_of_title(self.table.title, self.sheet.name, gazetteer)
        told = self.options.district_code
        if told and not section.district and gazetteer.unit(told):
            section = replace(section, district=Resolution(told, (told,)))
        return section

    def read(self, rows: Iterable[Row], report: Progress) -> None:
        last = 0
        for group in self.layout.groups(self.sorter.data_rows(rows), self.table):
            if not self.info.first_row:
                self.info.first_row = group.rows[0][0]
                if not self._is_complete():
                    return
            self._take(group)
            self.info.households += 1
            last = group.rows[-1][0]
            if self.info.households % _REPORT_EVERY == 0:
                report(last, self.sheet.last_row)
        self.info.last_row = last
        self._say_what_is_left()

    def _take(self, group: Group) -> None:
        if self.kind == MONTHLY:
            self.result.movements.append(read_movement(self.reader, group, self.movement))
        elif self.kind == OPERATOR:
            title = f"{self.title} {self.sheet.name}"
            self.result.subscriptions.append(read_subscription(self.reader, group, title))
        else:
            self.result.households.append(self.reader.read(group))

    def _is_complete(self) -> bool:
        """Whether the table says a class and a place; if a column nobody recognised may say it, a person is
        asked, not every row blamed.

        Without such a column a list without class is refused (``no_class``); households without a commune
        are incomplete, and only their district is asked for.
        """
        if self.kind == OPERATOR:
            return True
        frame, section, columns = self.frame, self.sorter.section, self.frame.columns
        may_map = bool(self.info.unmapped) and not self.located.is_told
        said = {"poverty_class", "class_poor", "class_near_poor"} & columns.keys()
        if frame.needs_class and not (said or frame.default_class or section.poverty_class):
            if may_map:
                return self._ask_columns()
            raise SpreadsheetRefused("no_class", {"sheet": self.sheet.name})
        if not (PLACES & columns.keys() or section.commune or section.commune_text):
            if may_map and not is_export(self.located):
                return self._ask_columns()
            self._take_district(section)
            return True
        extra = {"district_code", "commune_code"}
        extra |= {"village"} if section.village else set()
        extra |= {"poverty_class"} if section.poverty_class else set()
        frame.known |= extra
        return True

    def _ask_columns(self) -> bool:
        self.info.first_row = 0
        if not any(q.kind == "columns" and q.sheet == self.sheet.name for q in self.result.questions):
            self.result.questions.append(question_of(self.located, self.sheet.name, self.owner.head))
        return False

    def _take_district(self, section: Section) -> None:
        """A list that names no commune: its households have their district only, at best from the file's
        name."""
        frame, name = self.frame, self.reading.file_name
        frame.has_place = False
        frame.known |= {"district_code"}
        frame.district_code = section.district.code
        if frame.district_code and not self.options.district_code:
            return
        guess = district_of_file_name(name, self.reading.gazetteer).code
        if not guess:
            for other in self.reading.places.others:
                if district_of_file_name(name, other):
                    own = self.reading.gazetteer.province_name
                    raise SpreadsheetRefused("other_province", {"province": other.province_name, "own": own})
        frame.district_code = self.options.district_code or guess
        params = {"guess": guess, "file_name": name}
        settled = bool(self.options.district_code)
        self.result.questions.append(Question("district", self.sheet.name, params=params, settled=settled))

    # -- after the last row -------------------------------------------------------------------------

    def _say_what_is_left(self) -> None:
        for number, index, text in self.sorter.sorted.unclear:
            self.reader.report(number, column_letter(index), "row_not_understood", text, None)
        if isinstance(self.layout, ExportList):
            letter = self.table.letter("head_name")
            for number, first, text in self.layout.repeats:
                params: dict[str, str | int] = {"sheet": self.sheet.name, "row": first}
                self.reader.report(number, letter, "duplicate_in_file", text, None, params)
                self.info.last_row = max(self.info.last_row, number)
        if self.sheet.uncalculated and self.info.last_row:
            rows = range(self.info.first_row, self.info.last_row + 1)
            for number, letter in uncalculated_cells(self.frame, self.sheet.uncalculated, rows):
                self.reader.report(number, letter, "not_calculated", "", None)
        self._weigh_dates()
        self._ask_district()

    def _weigh_dates(self) -> None:
        """What each column of dates says of its own order, and which of its cells stay in doubt."""
        known = {(p.row, p.column) for p in self.result.problems
                 if p.sheet == self.sheet.name and p.code == "ambiguous_date"}  # fmt: skip
        for column in self.frame.columns.values():
            dates = column.dates
            if dates is None or not dates.cells:
                continue
            found = dates.weigh()
            if found.order != dates.order and not dates.is_told:
                self.reading.learning[dates.key] = found.order
            question = dates.question(found)
            if question:
                self.result.questions.append(question)
            for row, household_row, value in dates.doubtful(found):
                if (row, dates.letter) not in known:
                    self.reader.report(row, dates.letter, "ambiguous_date", value, household_row)

    def _ask_district(self) -> None:
        """Communes of several districts, in a list that names none: one answer settles them all."""
        has_district = {"district", "district_code", "address"} & self.frame.columns.keys()
        if has_district or self.options.district_code or self.sorter.sorted.has_district_sections:
            return
        if not any(
            p.sheet == self.sheet.name and p.code == "ambiguous_commune" for p in self.result.problems
        ):
            return
        name = self.reading.file_name
        guess = district_of_file_name(name, self.reading.gazetteer).code
        params = {"guess": guess, "file_name": name}
        self.result.questions.append(Question("district", self.sheet.name, params=params))


def _place_of(problem: Problem) -> tuple[int, int]:
    return problem.row, column_index(problem.column) if problem.column else -1


def _with_cells(row: Row, right: Mapping[int, str]) -> Row:
    number, values = row
    cells = list(values) + [None] * (max(right) + 1 - len(values))
    for index, text in right.items():
        cells[index] = text if as_text(text) else None
    return number, cells
