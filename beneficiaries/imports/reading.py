"""Read a list of households: workbook in, records and problems out. No database, no Django.

    result = read_workbook(path, Gazetteer.packaged("46"))

Every household of the file is in ``result.households``, also those with errors (the bad value empty);
monthly lists fill ``result.movements``, operators' updates ``result.subscriptions``. Every problem names its
sheet, row and column. What the file does not settle is in ``result.questions``, read by the best guess
meanwhile; ``ReadOptions`` answers it. A file that is no such list raises ``SpreadsheetRefused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.spreadsheets.cellref import column_index, column_letter
from smartphone_support.spreadsheets.headers import SEARCHED_ROWS, Table
from smartphone_support.spreadsheets.limits import DEFAULT_LIMITS, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import Sheet, open_workbook

from .kinds import (
    ANNUAL,
    MONTHLY,
    OPERATOR,
    SUPPORTED,
    change_of,
    kind_of_list,
    movement_of,
    service_of,
    titles_of,
)
from .layouts import (
    ExportList,
    FlatList,
    Group,
    Layout,
    Row,
    RowSorter,
    choose_layout,
    class_of_title,
    section_of_title,
)
from .options import NO_OPTIONS, ReadOptions
from .people import PLACES, Frame, HouseholdReader, uncalculated_cells
from .places import PlaceReader, district_of_file_name
from .records import (
    HouseholdRecord,
    MovementRecord,
    Problem,
    Question,
    ReadResult,
    SheetInfo,
    SubscriptionRecord,
)
from .tabling import Located, locate, question_of

_HEAD = SEARCHED_ROWS + 10
_REPORT_EVERY = 250
#: The class a movement gives, where the row itself names none.
_CLASS_AFTER = {
    "new_poor": "poor",
    "relapsed_poor": "poor",
    "near_to_poor": "poor",
    "new_near_poor": "near_poor",
    "relapsed_near_poor": "near_poor",
    "poor_to_near": "near_poor",
    "exited_poor": "exited_poor",
    "exited_near_poor": "exited_near_poor",
}

Progress = Callable[[int, int], None]


def read_workbook(
    path: str | Path,
    gazetteer: Gazetteer,
    limits: Limits = DEFAULT_LIMITS,
    report: Progress = lambda done, total: None,
    options: ReadOptions = NO_OPTIONS,
) -> ReadResult:
    """Read every visible sheet that holds a list of households of the gazetteer's province.

    Raises ``SpreadsheetRefused``: the codes of ``spreadsheets.preflight.check_file`` and of the fenced child,
    ``empty``, ``no_table`` and ``no_class`` (nothing that could be a list, or says the class),
    ``other_province``, and ``annual_list``, ``monthly_list``, ``operator_list`` or ``supported_list`` for
    another kind than ``options`` ask for. ``report`` is called now and then with the rows done and all rows
    of the sheet (0: not known beforehand).
    """
    learned: dict[str, str] = {}
    while True:
        reading = _Reading(Path(path), gazetteer, options, learned)
        result = reading.read(limits, report)
        # A column of dates shows its order only at its end; one that has the month first is read anew.
        if reading.learned == learned:
            return result
        learned = reading.learned


@dataclass
class _Reading:
    """One walk through the file."""

    path: Path
    gazetteer: Gazetteer
    options: ReadOptions
    orders: dict[str, str]
    learned: dict[str, str] = field(default_factory=dict)
    result: ReadResult = field(default_factory=ReadResult)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: Questions about tables whose columns nobody recognised: asked only if the file has no other list.
    unnamed: list[Question] = field(default_factory=list)

    def read(self, limits: Limits, report: Progress) -> ReadResult:
        result = self.result
        places = PlaceReader(self.gazetteer, self.options.communes)
        with open_workbook(self.path, limits, self.options.encodings) as workbook:
            for sheet in workbook:
                _SheetReader(sheet, places, self).read(report)
        if not (result.households or result.movements or result.subscriptions):
            result.questions = self.unnamed + result.questions
            if not any(question.kind == "columns" for question in result.questions):
                read = [info for info in result.sheets if info.columns]
                filled = [info for info in result.sheets if info.skipped not in ("empty", "hidden")]
                raise SpreadsheetRefused("empty" if read or not filled else "no_table")
        other = places.other_province()
        if other:
            raise SpreadsheetRefused(
                "other_province", {"province": other, "own": self.gazetteer.province_name}
            )
        self.learned = self.orders | self.learned
        return result


class _SheetReader:
    """Reads one sheet into the result."""

    def __init__(self, sheet: Sheet, places: PlaceReader, reading: _Reading) -> None:
        self.sheet, self.places, self.reading = sheet, places, reading
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

    def read(self, report: Progress) -> None:
        if not self.sheet.visible:
            self.info.skipped = "hidden"
            return
        rows = iter(_corrected(self.sheet, self.options))
        head: list[Row] = []
        for row in rows:
            head.append(row)
            if row[0] > _HEAD:
                break
        if not head:
            self.info.skipped = "empty"
            return
        located = locate(head, self.options)
        if located is None or not located.is_named:
            self.info.skipped = "no_table"
            if located is not None:
                self.reading.unnamed += self._encoding_question()
                self.reading.unnamed.append(question_of(located, self.sheet.name, head))
            return
        kind, movement = self._kind(located.table)
        self._read_table(located, kind, movement, head, chain(head, rows), report)

    def _kind(self, table: Table) -> tuple[str, str]:
        kind, movement = kind_of_list(table, self.sheet.name, self.options.kind)
        if kind == SUPPORTED or (self.options.kind and kind != self.options.kind):
            raise SpreadsheetRefused(f"{kind}_list", {"sheet": self.sheet.name})
        return kind, movement

    def _read_table(
        self,
        located: Located,
        kind: str,
        movement: str,
        head: list[Row],
        rows: Iterable[Row],
        report: Progress,
    ) -> None:
        table, gazetteer = located.table, self.places.gazetteer
        layout: Layout = (
            choose_layout(table, is_export=located.is_export) if kind == ANNUAL else FlatList(kind)
        )
        frame = self._frame(table, layout, kind)
        sorter = RowSorter(table, gazetteer, section_of_title(table.title, self.sheet.name, gazetteer))
        reader = HouseholdReader(frame, self.places, self.reading.seen, self.result.problems)
        self.result.questions += self._encoding_question()
        last = count = 0
        for group in layout.groups(sorter.data_rows(rows), table):
            if not count:
                self._complete(frame, sorter, located, kind, head)
                self.info.first_row = group.rows[0][0]
            self._take(reader, group, kind, movement)
            count += 1
            last = group.rows[-1][0]
            if count % _REPORT_EVERY == 0:
                report(last, self.sheet.last_row)
        self.info.last_row, self.info.households = last, count
        for number, index, text in sorter.sorted.unclear:
            reader.report(number, column_letter(index), "row_not_understood", text, None)
        if isinstance(layout, ExportList):
            self._report_repeats(reader, layout)
        self._close(frame, reader)

    # -- before the rows --------------------------------------------------------------------------

    def _frame(self, table: Table, layout: Layout, kind: str) -> Frame:
        info, titles = self.info, titles_of(table)
        frame = Frame(self.sheet.name, table, needs_class=kind == ANNUAL)
        if kind == ANNUAL:
            frame.default_class = class_of_title([*titles, self.sheet.name])
        frame.map_columns(self.options, self.reading.orders)
        frame.known = frame.fields_known(persons=layout.name == "persons")
        info.layout, info.header_rows = layout.name, table.header_rows
        info.title = titles[0] if titles else ""
        info.columns = {c.letter: c.name for c in sorted(table.columns.values(), key=lambda c: c.index)}
        info.unmapped = {column_letter(index): text for index, text in table.unmapped.items()}
        return frame

    def _complete(
        self, frame: Frame, sorter: RowSorter, located: Located, kind: str, head: list[Row]
    ) -> None:
        """See whether the list says class and commune at all: else ask, instead of erring on every row."""
        section, columns = sorter.section, frame.columns
        has_class = {"poverty_class", "class_poor", "class_near_poor"} & columns.keys()
        has_class = has_class or frame.default_class or section.poverty_class
        frame.has_place = bool(PLACES & columns.keys() or section.commune or section.commune_text)
        may_map = bool(located.table.unmapped) and not located.is_told
        if kind == ANNUAL and not has_class and not may_map:
            raise SpreadsheetRefused("no_class", {"sheet": self.sheet.name})
        lacks = (kind == ANNUAL and not has_class) or not frame.has_place
        if kind != OPERATOR and lacks and may_map and not located.is_export:
            self.result.questions.append(question_of(located, self.sheet.name, head))
        extra = {"district_code"}
        if frame.has_place:
            extra.add("commune_code")
        elif kind != OPERATOR and not section.district:
            self._ask_district(frame)
        if section.village:
            extra.add("village")
        if section.poverty_class:
            extra.add("poverty_class")
        frame.known |= extra

    def _ask_district(self, frame: Frame) -> None:
        """Nothing in the sheet says where: the file's name may, and a person confirms it."""
        name = self.options.file_name or self.reading.path.name
        guess = district_of_file_name(name, self.places.gazetteer).code
        frame.district_code = self.options.district_code or guess
        params = {"guess": guess, "file_name": name}
        settled = bool(self.options.district_code)
        self.result.questions.append(Question("district", self.sheet.name, params=params, settled=settled))

    def _encoding_question(self) -> list[Question]:
        """Letters turned into Unicode are shown to a person before they are believed."""
        sheet = self.sheet
        told = self.options.encodings.get(sheet.name)
        if told is None and sheet.encoding == "unicode":
            return []
        if told is not None:
            return []
        samples = [list(pair) for pair in sheet.legacy_samples]
        params = {"guess": sheet.encoding, "by": sheet.encoding_by, "samples": samples}
        return [Question("encoding", sheet.name, params=params)]

    # -- rows ---------------------------------------------------------------------------------------

    def _take(self, reader: HouseholdReader, group: Group, kind: str, movement: str) -> None:
        if kind == OPERATOR:
            self.result.subscriptions.append(self._subscription(reader, group))
        elif kind == MONTHLY:
            self.result.movements.append(self._movement(reader, group, movement))
        else:
            self.result.households.append(reader.read(group))

    def _movement(self, reader: HouseholdReader, group: Group, movement: str) -> MovementRecord:
        said = reader.carried(group, "movement") or ""
        kind = movement_of(said) or movement
        record: HouseholdRecord = reader.read(group, kind)
        if not kind:
            letter = reader.frame.table.letter("movement")
            reader.report(record.row, letter, "unknown_movement", said, record.row)
            record.blocked = True
        if kind in _CLASS_AFTER:
            record.poverty_class = _CLASS_AFTER[kind]
            record.known |= {"poverty_class"}
        return MovementRecord(
            kind,
            record,
            new_head=reader.carried(group, "new_head") or "",
            other_place=reader.carried(group, "other_place") or "",
            other_name=reader.carried(group, "other_name") or "",
        )

    def _subscription(self, reader: HouseholdReader, group: Group) -> SubscriptionRecord:
        number, values = group.rows[0]
        reader.group_row = number
        name = "subscriber_name" if "subscriber_name" in reader.columns else "head_name"

        def words(column: str, meaning: Callable[[str], str], code: str) -> str:
            text = reader.clean(number, values, column) or ""
            found = meaning(text)
            if not found and column in reader.columns:
                reader.report(number, reader.frame.table.letter(column), code, text, number)
            return found

        return SubscriptionRecord(
            self.sheet.name,
            number,
            words("movement", change_of, "unknown_change"),
            reader.clean(number, values, "national_id") or "",
            reader.clean(number, values, "subscriber") or "",
            reader.clean(number, values, name) or "",
            words("service", service_of, "unknown_service"),
            reader.clean(number, values, "support_level"),
            reader.clean(number, values, "starts_on"),
            reader.clean(number, values, "note") or "",
        )

    # -- after the rows -----------------------------------------------------------------------------

    def _report_repeats(self, reader: HouseholdReader, layout: ExportList) -> None:
        letter = reader.frame.table.letter("head_name")
        for number, first, name in layout.repeats:
            params: dict[str, str | int] = {"sheet": self.sheet.name, "row": first}
            reader.report(number, letter, "duplicate_in_file", name, first, params)

    def _close(self, frame: Frame, reader: HouseholdReader) -> None:
        """What only the whole sheet shows: the order of its dates, formulas without a result."""
        flagged = {(problem.row, problem.column) for problem in self.result.problems}
        for column in frame.columns.values():
            if column.dates is None:
                continue
            found = column.dates.weigh()
            if not column.dates.is_told and found.order != column.dates.order:
                self.reading.learned[column.dates.key] = found.order
            question = column.dates.question(found)
            if question:
                self.result.questions.append(question)
            for row, household_row, value in column.dates.doubtful(found):
                if (row, column.dates.letter) not in flagged:
                    reader.report(row, column.dates.letter, "ambiguous_date", value, household_row)
        if self.sheet.uncalculated and self.info.first_row:
            rows = range(self.info.first_row, self.info.last_row + 1)
            for row, letter in uncalculated_cells(frame, self.sheet.uncalculated, rows):
                reader.report(row, letter, "not_calculated", "", row)


def _corrected(sheet: Sheet, options: ReadOptions) -> Iterator[Row]:
    """The sheet's rows with the corrected cells in place, rows that were empty included."""
    wanted: dict[int, dict[int, str]] = {}
    for (name, row, letter), text in options.corrections.items():
        if name == sheet.name:
            wanted.setdefault(row, {})[column_index(letter)] = text
    if not wanted:
        yield from sheet
        return
    for number, values in sheet:
        changes = wanted.get(number)
        if changes:
            row = [*values, *[None] * (max(changes) + 1 - len(values))]
            for index, text in changes.items():
                row[index] = text or None
            yield number, row
        else:
            yield number, values


def problems_by_household(result: ReadResult) -> Iterator[tuple[HouseholdRecord, list[Problem]]]:
    """Each household with its problems, for the workbook of bad rows."""
    found: dict[tuple[str, int | None], list[Problem]] = {}
    for problem in result.problems:
        found.setdefault((problem.sheet, problem.household_row), []).append(problem)
    for household in result.households:
        yield household, found.get((household.sheet, household.row), [])
