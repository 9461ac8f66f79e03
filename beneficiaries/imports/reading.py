"""Read a list of households: workbook in, records and problems out. No database, no Django.

    result = read_workbook(path, Gazetteer.packaged("46"))

Every household of the file is in ``result.households``, also those with errors (the bad value empty);
every problem names its sheet, row and column. A file that is no such list raises ``SpreadsheetRefused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.spreadsheets import cells
from smartphone_support.spreadsheets.cellref import column_letter
from smartphone_support.spreadsheets.cells import as_text, check_identity, is_blank
from smartphone_support.spreadsheets.headers import SEARCHED_ROWS, Table, find_table
from smartphone_support.spreadsheets.limits import DEFAULT_LIMITS, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Sheet, open_workbook

from .columns import CLEANERS, FIELDS_OF, VOCABULARY, level_of
from .layouts import (
    Group,
    Layout,
    Row,
    RowSorter,
    choose_layout,
    class_of_text,
    class_of_title,
    foreign_kind,
    is_head_relation,
    section_of_title,
)
from .options import NO_OPTIONS, ReadOptions
from .places import PlaceCells, PlaceReader
from .records import BLOCKING_CODES, HouseholdRecord, MemberRecord, Problem, ReadResult, SheetInfo

_HEAD = SEARCHED_ROWS + 10
_NAMES = frozenset({"head_name", "member_name"})
_PLACES = frozenset({"commune", "commune_code", "address"})
_HOUSEHOLD_TEXTS = ("household_code", "decision_number", "poverty_cause", "note", "phone")
_HOUSEHOLD_VALUES = ("member_count", "b1_score", "b2_score", "decision_date")
_TICKS = ("merit", "social_policy", "is_ethnic_minority", "no_labour_capacity")
_SHOWN = 200
_REPORT_EVERY = 250
#: Columns of few different words, cleaned once a word.
_REPEATED = frozenset(
    {"gender", "relation", "ethnicity", "poverty_class", "class_poor", "class_near_poor", *_TICKS}
)


def read_workbook(
    path: str | Path,
    gazetteer: Gazetteer,
    limits: Limits = DEFAULT_LIMITS,
    report: Callable[[int, int], None] = lambda done, total: None,
    options: ReadOptions = NO_OPTIONS,
) -> ReadResult:
    """Read every visible sheet that holds a list of households of the gazetteer's province.

    Raises ``SpreadsheetRefused``: the codes of ``spreadsheets.preflight.check_file`` and of the fenced child,
    ``empty``, ``no_table``, ``no_class`` and ``no_place`` (nothing in the list says which class, which
    commune), ``monthly_list`` and ``operator_list`` (another kind of file), ``other_province``. ``report``
    is called now and then with the rows done and all rows of the sheet (0: not known beforehand).
    """
    result = ReadResult()
    places = PlaceReader(gazetteer)
    seen: dict[str, tuple[str, int]] = {}
    with open_workbook(path, limits) as workbook:
        for sheet in workbook:
            _SheetReader(sheet, places, seen, result).read(report)
    if not result.households:
        read = [info for info in result.sheets if info.columns]
        filled = [info for info in result.sheets if info.skipped not in ("empty", "hidden")]
        raise SpreadsheetRefused("empty" if read or not filled else "no_table")
    other = places.other_province()
    if other:
        raise SpreadsheetRefused("other_province", {"province": other, "own": gazetteer.province_name})
    return result


class _SheetReader:
    """Reads one sheet into the result."""

    def __init__(
        self, sheet: Sheet, places: PlaceReader, seen: dict[str, tuple[str, int]], result: ReadResult
    ) -> None:
        self.sheet, self.places, self.seen, self.result = sheet, places, seen, result
        self.info = SheetInfo(
            sheet.name,
            visible=sheet.visible,
            hidden_rows=len(sheet.hidden_rows),
            hidden_columns=list(sheet.hidden_columns),
        )
        result.sheets.append(self.info)
        self.table = Table([], 0)
        self.indexes: dict[str, int] = {}
        self.known: frozenset[str] = frozenset()
        self.default_class: str | None = None
        self.group_row = 0
        self.cleaned: dict[tuple[str, str], tuple[Any, str | None]] = {}

    def read(self, report: Callable[[int, int], None]) -> None:
        if not self.sheet.visible:
            self.info.skipped = "hidden"
            return
        rows = iter(self.sheet)
        head: list[Row] = []
        for row in rows:
            head.append(row)
            if row[0] > _HEAD:
                break
        if not head:
            self.info.skipped = "empty"
            return
        table = find_table(head, VOCABULARY, required=_NAMES)
        layout = choose_layout(table) if table else None
        if table is None or layout is None:
            self.info.skipped = "no_table"
            return
        self._prepare(table, layout)
        gazetteer = self.places.gazetteer
        sorter = RowSorter(table, gazetteer, section_of_title(table.title, self.sheet.name, gazetteer))
        last = 0
        for group in layout.groups(sorter.data_rows(chain(head, rows)), table):
            if not self.info.first_row:
                self._check_complete(sorter)
                self.info.first_row = group.rows[0][0]
            self.result.households.append(self._household(group, sorter))
            self.info.households += 1
            last = group.rows[-1][0]
            if self.info.households % _REPORT_EVERY == 0:
                report(last, self.sheet.last_row)
        self.info.last_row = last
        for number, index, text in sorter.sorted.unclear:
            self._report(number, column_letter(index), "row_not_understood", text, None)

    def _prepare(self, table: Table, layout: Layout) -> None:
        kind = foreign_kind(table, self.sheet.name)
        if kind:
            raise SpreadsheetRefused(f"{kind}_list", {"sheet": self.sheet.name})
        self.table = table
        self.indexes = {name: column.index for name, column in table.columns.items()}
        titles = [line for line in reversed(table.title) if "danh sach" in cells.fold(line)]
        self.default_class = class_of_title([*titles, self.sheet.name])
        info = self.info
        info.layout, info.header_rows = layout.name, table.header_rows
        info.title = titles[-1] if titles else ""
        info.columns = {c.letter: c.name for c in sorted(table.columns.values(), key=lambda c: c.index)}
        info.unmapped = {column_letter(index): text for index, text in table.unmapped.items()}
        known: set[str] = set()
        for name in table.columns:
            known.update(FIELDS_OF.get(name, (name,)))
        if self.default_class:
            known.add("poverty_class")
        if layout.name == "flat":
            known.discard("members")
        else:
            known |= {"members", "member_count"}
        self.known = frozenset(known & set(HouseholdRecord.__slots__))

    def _check_complete(self, sorter: RowSorter) -> None:
        """Refuse a list in which nothing says the class or the commune, instead of erring on every row."""
        section = sorter.section
        has_class = {"poverty_class", "class_poor", "class_near_poor"} & set(self.indexes)
        if not (has_class or self.default_class or section.poverty_class):
            raise SpreadsheetRefused("no_class", {"sheet": self.sheet.name})
        if not (_PLACES & set(self.indexes) or section.commune or section.commune_text):
            raise SpreadsheetRefused("no_place", {"sheet": self.sheet.name})
        extra = {"district_code", "commune_code"}
        if section.village:
            extra.add("village")
        if section.poverty_class:
            extra.add("poverty_class")
        self.known |= extra

    # -- one household ----------------------------------------------------------------------------

    def _household(self, group: Group, sorter: RowSorter) -> HouseholdRecord:
        first_row = group.rows[0][0]
        self.group_row = first_row
        if group.section.village and "village" not in self.known:
            self.known |= {"village"}
        relation = self.indexes.get("relation")
        head_row, head = group.rows[0]
        if relation is not None:
            for number, values in group.rows:
                if relation < len(values) and is_head_relation(values[relation]):
                    head_row, head = number, values
                    break
        record = HouseholdRecord(self.sheet.name, first_row, known=self.known)
        before = len(self.result.problems)
        person = self._person(head_row, head, "head_name")
        if not person.name and "member_name" in self.indexes:
            person.name = self._clean(head_row, head, "member_name") or ""
        if not person.name:
            self._report(head_row, self._name_letter(), "missing_head_name", "", first_row)
        record.head_name, record.gender, record.national_id = person.name, person.gender, person.national_id
        record.birth_date, record.birth_year, record.ethnicity = (
            person.birth_date,
            person.birth_year,
            person.ethnicity,
        )
        self._fill(record, group)
        self._place(record, group)
        record.poverty_class = self._class(group)
        if "members" in self.known:
            record.members = [
                self._member(number, values, person if number == head_row else None)
                for number, values in group.rows
            ]
        new = self.result.problems[before:]
        record.blocked = any(problem.code in BLOCKING_CODES for problem in new)
        return record

    def _member(self, number: int, values: Sequence[object], head: MemberRecord | None) -> MemberRecord:
        name_column = "member_name" if "member_name" in self.indexes else "head_name"
        if head is None:
            return self._person(number, values, name_column)
        name = self._clean(number, values, name_column) if name_column == "member_name" else head.name
        return replace(head, name=name or head.name)

    def _person(self, number: int, values: Sequence[object], name_column: str) -> MemberRecord:
        clean = self._clean
        person = MemberRecord(number, clean(number, values, name_column) or "")
        person.relation = clean(number, values, "relation") or ""
        person.gender = clean(number, values, "gender")
        birth = self._birth(number, values, person)
        person.birth_date, person.birth_year = birth.day, birth.year
        person.national_id = clean(number, values, "national_id") or ""
        person.ethnicity = cells.title_case_name(clean(number, values, "ethnicity") or "")
        if person.national_id:
            self._check_number(number, values, person)
        return person

    def _birth(self, number: int, values: Sequence[object], person: MemberRecord) -> cells.BirthDate:
        if "birth_date" in self.indexes:
            return self._clean(number, values, "birth_date") or cells.UNKNOWN_BIRTH
        for column, gender in (("birth_year_male", "male"), ("birth_year_female", "female")):
            birth = self._clean(number, values, column)
            if birth is not None and birth.year:
                person.gender = person.gender or gender
                return birth
        return cells.UNKNOWN_BIRTH

    def _check_number(self, number: int, values: Sequence[object], person: MemberRecord) -> None:
        """An identity number against sex and year, and against the rows above."""
        letter, value = self.table.letter("national_id"), self._value(values, "national_id")
        if not check_identity(person.national_id, person.gender, person.birth_year):
            self._report(number, letter, "id_mismatch", value, self.group_row)
        earlier = self.seen.setdefault(person.national_id, (self.sheet.name, number))
        if earlier != (self.sheet.name, number):
            params: dict[str, str | int] = {"sheet": earlier[0], "row": earlier[1]}
            self._report(number, letter, "duplicate_in_file", value, self.group_row, params)

    def _fill(self, record: HouseholdRecord, group: Group) -> None:
        """The household's own cells: on its first row, or on the first row that has them."""
        for name in _HOUSEHOLD_TEXTS:
            setattr(record, name, self._carried(group, name) or "")
        for name in _HOUSEHOLD_VALUES:
            setattr(record, name, self._carried(group, name))
        for name in _TICKS:
            if name in self.indexes:
                setattr(record, name, any(self._clean(n, v, name) for n, v in group.rows))
        if "has_need" in self.indexes:
            record.has_need = self._carried(group, "has_need")
        if record.member_count is None and "member_count" not in self.indexes and "members" in self.known:
            record.member_count = len(group.rows)

    def _carried(self, group: Group, name: str) -> Any:
        index = self.indexes.get(name)
        if index is None:
            return None
        for number, values in group.rows:
            if index < len(values) and not is_blank(values[index]):
                return self._clean(number, values, name)
        return None

    def _place(self, record: HouseholdRecord, group: Group) -> None:
        def raw(name: str) -> object:
            index = self.indexes.get(name)
            if index is None:
                return None
            return next((v[index] for _, v in group.rows if index < len(v) and not is_blank(v[index])), None)

        found = self.places.read(
            PlaceCells(*(raw(name) for name in PlaceCells.__slots__[:-1])), group.section
        )
        record.district_code, record.commune_code = found.district_code, found.commune_code
        village = as_text(raw("village"))
        record.village = village or found.village or group.section.village
        if found.problem:
            self._report(
                group.rows[0][0],
                self.table.letter(found.column),
                found.problem,
                found.value,
                self.group_row,
                found.params,
            )

    def _class(self, group: Group) -> str | None:
        row = group.rows[0][0]
        poor, near = self._carried(group, "class_poor"), self._carried(group, "class_near_poor")
        text = self._carried(group, "poverty_class") or ""
        if text:
            found = class_of_text(text)
            if found is None and cells.clean_tick(text) == (True, None):
                found = self.default_class
        elif poor or near:
            found = None if poor and near else "poor" if poor else "near_poor"
        elif {"class_poor", "class_near_poor"} <= set(self.indexes):
            found = group.section.poverty_class
        else:
            found = group.section.poverty_class or self.default_class
        if found is None:
            letter = self.table.letter("poverty_class") or self.table.letter("class_poor")
            self._report(row, letter, "unknown_class", text, self.group_row)
        return found

    # -- one cell -----------------------------------------------------------------------------------

    def _value(self, values: Sequence[object], name: str) -> object:
        index = self.indexes.get(name)
        return values[index] if index is not None and index < len(values) else None

    def _clean(self, number: int, values: Sequence[object], name: str) -> Any:
        index = self.indexes.get(name)
        if index is None or index >= len(values):
            return None
        value = values[index]
        if value is None:
            return None
        if name in _REPEATED and type(value) is str:
            answer = self.cleaned.get((name, value))
            if answer is None:
                answer = self.cleaned[name, value] = CLEANERS[name](value)
            cleaned, code = answer
        else:
            cleaned, code = CLEANERS[name](value)
        if code:
            self._report(number, column_letter(index), code, value, self.group_row)
        return cleaned

    def _name_letter(self) -> str:
        return self.table.letter("head_name") or self.table.letter("member_name")

    def _report(
        self,
        row: int,
        column: str,
        code: str,
        value: object,
        household_row: int | None,
        params: dict[str, str | int] | None = None,
    ) -> None:
        text = as_text(value)[:_SHOWN]
        self.result.problems.append(
            Problem(self.sheet.name, row, column, code, level_of(code), text, household_row, params or {})
        )


def problems_by_household(result: ReadResult) -> Iterator[tuple[HouseholdRecord, list[Problem]]]:
    """Each household with its problems, for the workbook of bad rows."""
    found: dict[tuple[str, int | None], list[Problem]] = {}
    for problem in result.problems:
        found.setdefault((problem.sheet, problem.household_row), []).append(problem)
    for household in result.households:
        yield household, found.get((household.sheet, household.row), [])
