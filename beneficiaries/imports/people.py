"""The rows of one household as a record: its cells cleaned, its place found, its problems noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from smartphone_support.spreadsheets import cells
from smartphone_support.spreadsheets.cellref import column_letter
from smartphone_support.spreadsheets.cells import as_text, check_identity
from smartphone_support.spreadsheets.headers import Table

from . import quick
from .columns import CLEANERS, DATE_COLUMNS, FIELDS_OF, level_of
from .date_columns import DateColumn
from .layouts import Group, class_of_text, is_head_relation
from .options import ReadOptions
from .places import PlaceCells, PlaceReader
from .quick import is_blank
from .records import BLOCKING_CODES, HouseholdRecord, MemberRecord, Problem

Report = Callable[[Problem], None]

_HOUSEHOLD_TEXTS = (
    "household_code", "decision_number", "poverty_cause", "note", "phone", "certificate_number",
)  # fmt: skip
_HOUSEHOLD_VALUES = (
    "member_count", "b1_score", "b2_score", "decision_date", "certificate_date", "reviewed_on",
)  # fmt: skip
_TICKS = ("merit", "social_policy", "is_ethnic_minority", "no_labour_capacity")
_STATED = ("has_need", "lacks_telecom", "lacks_means")
PLACES = frozenset({"commune", "commune_code", "address"})
_SHOWN = 200
#: The number the review software's trial rows carry.
_TRIAL_CODE = "999"
#: Columns of few different words, cleaned once a word.
_REPEATED = frozenset(
    {"gender", "relation", "ethnicity", "poverty_class", "class_poor", "class_near_poor", "decision_number",
     "village", "service", "movement", "poverty_cause", *_TICKS, *_STATED}
)  # fmt: skip
_QUICK: dict[str, Callable[..., tuple[Any, str | None]]] = {
    "head_name": quick.clean_name,
    "member_name": quick.clean_name,
    "subscriber_name": quick.clean_name,
    "national_id": quick.clean_national_id,
    "phone": quick.clean_phone,
    "member_count": quick.clean_integer,
    "b1_score": quick.clean_integer,
    "b2_score": quick.clean_integer,
}


@dataclass(slots=True)
class Cells:
    """One mapped column: where it stands and how its cells are cleaned."""

    name: str
    index: int
    cleaner: Callable[..., tuple[Any, str | None]]
    known: dict[str, tuple[Any, str | None]] | None = None
    dates: DateColumn | None = None


@dataclass(slots=True)
class Frame:
    """What holds for every household of one sheet, found from its header and titles."""

    sheet: str
    table: Table
    default_class: str | None = None
    known: frozenset[str] = frozenset()
    #: Movements state a class only where they say so.
    needs_class: bool = True
    has_place: bool = True
    district_code: str = ""
    columns: dict[str, Cells] = field(default_factory=dict)

    def map_columns(self, options: ReadOptions, learned: Mapping[str, str]) -> None:
        """Prepare the cleaning of every column; ``learned`` holds the orders of dates of a first reading."""
        for column in self.table.columns.values():
            name = column.name
            cleaner = _QUICK.get(name) or CLEANERS[name]
            one = Cells(name, column.index, cleaner, {} if name in _REPEATED else None)
            if name in DATE_COLUMNS:
                one.dates = DateColumn(self.sheet, column.letter)
                told = options.date_orders.get(one.dates.key)
                one.dates.is_told = bool(told)
                one.dates.order = told or learned.get(one.dates.key, "dmy")
            self.columns[name] = one

    def fields_known(self, *, persons: bool) -> frozenset[str]:
        known: set[str] = set()
        for name in self.columns:
            known.update(FIELDS_OF.get(name, (name,)))
        if self.default_class:
            known.add("poverty_class")
        if persons:
            known |= {"members", "member_count"}
        else:
            known.discard("members")
        return frozenset(known & set(HouseholdRecord.__slots__))


class HouseholdReader:
    """Turns groups of rows into records. ``seen`` holds the identity numbers met in the file so far."""

    def __init__(
        self,
        frame: Frame,
        places: PlaceReader,
        seen: dict[str, tuple[str, int]],
        problems: list[Problem],
    ) -> None:
        self.frame, self.places, self.seen, self.problems = frame, places, seen, problems
        self.columns = frame.columns
        self.group_row = 0
        self.today = date.today()
        self.texts = [name for name in _HOUSEHOLD_TEXTS if name in frame.columns]
        self.values = [name for name in (*_HOUSEHOLD_VALUES, *_STATED) if name in frame.columns]
        self.ticks = [name for name in _TICKS if name in frame.columns]
        self.indicators = [name for name in ("lacks_telecom", "lacks_means") if name in frame.columns]
        self.places_at = [(name, frame.columns[name]) for name in PlaceCells._fields if name in frame.columns]
        self.has_members = "members" in frame.known

    def read(self, group: Group, movement: str = "") -> HouseholdRecord:
        """The household of a group of rows; ``movement`` is what a monthly line says happened to it."""
        frame = self.frame
        first_row = self.group_row = group.rows[0][0]
        if group.section.village and "village" not in frame.known:
            frame.known |= {"village"}
        head_row, head = self._head(group)
        record = HouseholdRecord(frame.sheet, first_row, known=frame.known)
        before = len(self.problems)
        person = self.person(head_row, head, "head_name", movement)
        if not person.name and "member_name" in self.columns:
            person.name = self.clean(head_row, head, "member_name") or ""
        if not person.name:
            letter = frame.table.letter("head_name") or frame.table.letter("member_name")
            self.report(head_row, letter, "missing_head_name", "", first_row)
        record.head_name, record.gender, record.national_id = person.name, person.gender, person.national_id
        record.birth_date, record.birth_year = person.birth_date, person.birth_year
        record.ethnicity = person.ethnicity
        self._fill(record, group)
        if frame.has_place:
            self._place(record, group)
        else:
            record.district_code = frame.district_code or group.section.district.code
            record.village = self.carried(group, "village") or group.section.village
        record.poverty_class = self._class(group)
        if self.has_members:
            record.members = [
                self._member(number, values, person if number == head_row else None)
                for number, values in group.rows
            ]
        if record.household_code == _TRIAL_CODE and "national_id" not in self.columns:
            self.report(first_row, frame.table.letter("household_code"), "test_row", _TRIAL_CODE, first_row)
        if len(self.problems) > before:
            record.blocked = any(problem.code in BLOCKING_CODES for problem in self.problems[before:])
        return record

    def _head(self, group: Group) -> tuple[int, Sequence[object]]:
        relation = self.columns.get("relation")
        if relation is not None and len(group.rows) > 1:
            for number, values in group.rows:
                if relation.index < len(values) and is_head_relation(values[relation.index]):
                    return number, values
        return group.rows[0]

    def _member(self, number: int, values: Sequence[object], head: MemberRecord | None) -> MemberRecord:
        name_column = "member_name" if "member_name" in self.columns else "head_name"
        if head is None:
            return self.person(number, values, name_column)
        name = self.clean(number, values, name_column) if name_column == "member_name" else head.name
        return replace(head, name=name or head.name)

    def person(
        self, number: int, values: Sequence[object], name_column: str, movement: str = ""
    ) -> MemberRecord:
        clean = self.clean
        person = MemberRecord(number, clean(number, values, name_column) or "")
        person.relation = clean(number, values, "relation") or ""
        person.gender = clean(number, values, "gender")
        birth = self._birth(number, values, person)
        person.birth_date, person.birth_year = birth.day, birth.year
        person.national_id = clean(number, values, "national_id") or ""
        person.ethnicity = clean(number, values, "ethnicity") or ""
        if person.national_id:
            self._check_number(number, values, person, movement)
        return person

    def _birth(self, number: int, values: Sequence[object], person: MemberRecord) -> cells.BirthDate:
        if "birth_date" in self.columns:
            return self.clean(number, values, "birth_date") or cells.UNKNOWN_BIRTH
        for column, gender in (("birth_year_male", "male"), ("birth_year_female", "female")):
            birth = self.clean(number, values, column)
            if birth is not None and birth.year:
                person.gender = person.gender or gender
                return birth
        return cells.UNKNOWN_BIRTH

    def _check_number(
        self, number: int, values: Sequence[object], person: MemberRecord, movement: str
    ) -> None:
        """An identity number against sex and year, and against the rows above. In a monthly list two
        different things may happen to one household."""
        sheet = self.frame.sheet
        if not check_identity(person.national_id, person.gender, person.birth_year):
            self._report_number(number, values, "id_mismatch", {})
        earlier = self.seen.setdefault(movement + person.national_id, (sheet, number))
        if earlier != (sheet, number):
            self._report_number(number, values, "duplicate_in_file", {"sheet": earlier[0], "row": earlier[1]})

    def _report_number(
        self, number: int, values: Sequence[object], code: str, params: dict[str, str | int]
    ) -> None:
        index = self.columns["national_id"].index
        value = values[index] if index < len(values) else None
        self.report(number, column_letter(index), code, value, self.group_row, params)

    def _fill(self, record: HouseholdRecord, group: Group) -> None:
        """The household's own cells: on its first row, or on the first row that has them."""
        for name in self.texts:
            setattr(record, name, self.carried(group, name) or "")
        for name in self.values:
            setattr(record, name, self.carried(group, name))
        for name in self.ticks:
            setattr(record, name, any(self.clean(n, v, name) for n, v in group.rows))
        if len(self.indicators) == 2 and (record.lacks_telecom or record.lacks_means):
            # One of the two is marked: the other was looked at and left empty.
            record.lacks_telecom = bool(record.lacks_telecom)
            record.lacks_means = bool(record.lacks_means)
        if (
            record.member_count is None
            and "member_count" not in self.columns
            and "members" in self.frame.known
        ):
            record.member_count = len(group.rows)

    def carried(self, group: Group, name: str) -> Any:
        """The household's value of a column: that of the first of its rows which has one."""
        column = self.columns.get(name)
        if column is None:
            return None
        if len(group.rows) == 1:
            number, values = group.rows[0]
            return self.clean(number, values, name)
        for number, values in group.rows:
            if column.index < len(values) and not is_blank(values[column.index]):
                return self.clean(number, values, name)
        return None

    def _place(self, record: HouseholdRecord, group: Group) -> None:
        raw = {name: _first_filled(group, column.index) for name, column in self.places_at}
        found = self.places.read(PlaceCells(**raw) if raw else _NO_CELLS, group.section)
        record.district_code, record.commune_code = found.district_code, found.commune_code
        record.village = self.carried(group, "village") or found.village or group.section.village
        if found.problem:
            self.report(
                group.rows[0][0],
                self.frame.table.letter(found.column),
                found.problem,
                found.value,
                self.group_row,
                found.params,
            )

    def _class(self, group: Group) -> str | None:
        default = self.frame.default_class
        poor, near = self.carried(group, "class_poor"), self.carried(group, "class_near_poor")
        text = self.carried(group, "poverty_class") or ""
        if text:
            found = class_of_text(text)
            if found is None and cells.clean_tick(text) == (True, None):
                found = default
        elif poor or near:
            found = None if poor and near else "poor" if poor else "near_poor"
        elif "class_poor" in self.columns and "class_near_poor" in self.columns:
            found = group.section.poverty_class
        else:
            found = group.section.poverty_class or default
        if found is None and self.frame.needs_class:
            letter = self.frame.table.letter("poverty_class") or self.frame.table.letter("class_poor")
            self.report(group.rows[0][0], letter, "unknown_class", text, self.group_row)
        return found

    # -- one cell -----------------------------------------------------------------------------------

    def clean(self, number: int, values: Sequence[object], name: str) -> Any:
        """The cell's cleaned value, None where it is empty or there is no such column."""
        column = self.columns.get(name)
        if column is None or column.index >= len(values):
            return None
        value = values[column.index]
        if value is None:
            return None
        if column.known is not None and type(value) is str:
            answer = column.known.get(value)
            if answer is None:
                answer = column.known[value] = column.cleaner(value)
            cleaned, code = answer
        elif column.dates is not None:
            day = column.dates.read_plain(number, self.group_row or number, value)
            if day is not None and day < self.today:
                return quick.birth_of(day) if column.name == "birth_date" else day
            cleaned, code = column.cleaner(value, column.dates.order)
        else:
            cleaned, code = column.cleaner(value)
        if code:
            self.report(number, column_letter(column.index), code, value, self.group_row)
        return cleaned

    def report(
        self,
        row: int,
        column: str,
        code: str,
        value: object,
        household_row: int | None,
        params: dict[str, str | int] | None = None,
    ) -> None:
        text = as_text(value)[:_SHOWN]
        self.problems.append(
            Problem(self.frame.sheet, row, column, code, level_of(code), text, household_row, params or {})
        )


_NO_CELLS = PlaceCells()


def _first_filled(group: Group, index: int) -> object:
    for _number, values in group.rows:
        if index < len(values) and not is_blank(values[index]):
            return values[index]
    return None


def uncalculated_cells(frame: Frame, addresses: Iterable[str], rows: range) -> list[tuple[int, str]]:
    """Cells of mapped columns whose formula has no result, as (row, letter), in reading order."""
    letters = {column_letter(column.index) for column in frame.columns.values()}
    found = []
    for address in addresses:
        letter = address.rstrip("0123456789")
        row = int(address[len(letter) :] or 0)
        if letter in letters and row in rows:
            found.append((row, letter))
    return sorted(found)
