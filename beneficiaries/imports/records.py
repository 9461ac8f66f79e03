"""What a reader hands over: plain values, each with its place in the sheet.

Everything after reading (matching, difference, apply, the workbook of bad rows) builds on these
classes and on nothing of the file itself. No ORM here: reading must work without a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

ERROR = "error"
WARNING = "warning"

#: Problems which forbid writing the household to the register. Any other problem leaves only the
#: one bad value empty.
BLOCKING_CODES = frozenset({"missing_head_name", "unknown_commune", "ambiguous_commune", "unknown_class"})

#: Values of ``HouseholdRecord.poverty_class``.
POVERTY_CLASSES = ("poor", "near_poor", "not_poor", "exited_poor", "exited_near_poor")


@dataclass(slots=True)
class Problem:
    """Something wrong or doubtful at one cell.

    ``row`` is the sheet's own row (1-based), ``column`` the sheet's letter ("" when the sheet has no
    such column), ``value`` the cell as text (at most 200 characters), ``household_row`` the first row
    of the household the cell belongs to, so that ``(sheet, household_row)`` finds its record.
    ``params`` holds what the sentence of ``messages.problem_message`` needs (candidate communes,
    the other row of a duplicate).
    """

    sheet: str
    row: int
    column: str
    code: str
    level: str
    value: str = ""
    household_row: int | None = None
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.level == ERROR


@dataclass(slots=True)
class MemberRecord:
    """One person of a household; the head is the first member where the sheet lists persons."""

    row: int
    name: str
    relation: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    gender: str | None = None
    national_id: str = ""
    ethnicity: str = ""


@dataclass(slots=True)
class HouseholdRecord:
    """One household as the sheet states it.

    ``known`` names the fields for which the sheet has a column (or a section row, or a title) at all:
    a blank in a known field means "the list says nothing here", a field outside ``known`` must be
    left alone in the register. ``blocked`` is true when an error forbids writing the household
    (see ``BLOCKING_CODES``).

    ``gender`` is "male", "female" or None; ``poverty_class`` one of ``POVERTY_CLASSES`` or None;
    ``has_need`` None where the sheet does not say. Codes are the official ones of the gazetteer.
    """

    sheet: str
    row: int
    head_name: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    gender: str | None = None
    national_id: str = ""
    ethnicity: str = ""
    district_code: str = ""
    commune_code: str = ""
    village: str = ""
    member_count: int | None = None
    poverty_class: str | None = None
    merit: bool | None = None
    social_policy: bool | None = None
    phone: str = ""
    household_code: str = ""
    decision_number: str = ""
    decision_date: date | None = None
    b1_score: int | None = None
    b2_score: int | None = None
    is_ethnic_minority: bool | None = None
    no_labour_capacity: bool | None = None
    poverty_cause: str = ""
    note: str = ""
    has_need: bool | None = None
    certificate_number: str = ""
    certificate_date: date | None = None
    lacks_telecom: bool | None = None
    lacks_means: bool | None = None
    reviewed_on: date | None = None
    members: list[MemberRecord] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    blocked: bool = False


@dataclass(slots=True)
class MovementRecord:
    """One row of a monthly list: what happened (a value of ``choices.MovementKind``) to which household.

    ``new_head`` is the name of the new head of ``head_changed``; ``other_place`` where a household that
    moved went to or came from, ``other_name`` the head it split from or merged with, as written.
    """

    kind: str
    household: HouseholdRecord
    new_head: str = ""
    other_place: str = ""
    other_name: str = ""

    @property
    def sheet(self) -> str:
        return self.household.sheet

    @property
    def row(self) -> int:
        return self.household.row


@dataclass(slots=True)
class SubscriptionRecord:
    """One row of an operator's update: ``change`` is "new", "stopped", "level_changed", "suspended" or
    "restored"; ``service`` "mobile" or "fixed"; ``level`` in đồng a month."""

    sheet: str
    row: int
    change: str
    national_id: str = ""
    subscriber: str = ""
    head_name: str = ""
    service: str = ""
    level: int | None = None
    on: date | None = None
    reason: str = ""


#: What a person may have to settle before a file's content is believed: ``Question.kind``.
QUESTIONS = ("columns", "encoding", "date_order", "district")


@dataclass(slots=True)
class Question:
    """Something the file itself does not settle, with the reader's best guess and samples to judge by.

    - ``columns``: ``params`` = {"signature", "headers": {letter: text}, "guess": {letter: field},
      "samples": {letter: [texts]}, "header_rows": [..]}: headers not recognised with confidence.
    - ``encoding``: ``params`` = {"guess": "tcvn3"|"vni", "by": "font"|"content", "samples": [[before,
      after], …]}: letters of an old font were turned into Unicode.
    - ``date_order``: ``column``; ``params`` = {"guess": "dmy"|"mdy", "samples": [[text, as dmy, as mdy],
      …], "dmy": n, "mdy": n, "open": n}: cells which only one order fits, and cells either fits.
    - ``district``: ``params`` = {"guess": code or "", "file_name"}: nothing but the file's name says it.

    ``settled``: the options given to the reader answered it.
    """

    kind: str
    sheet: str
    column: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    settled: bool = False


@dataclass(slots=True)
class SheetInfo:
    """How one sheet was understood.

    ``columns`` maps the column letter to the field name; ``unmapped`` the letter to the header text
    nobody recognised; rows are the sheet's own numbers. ``skipped`` says why a sheet was not read
    ("empty", "hidden", "no_table"), "" when it was. ``encoding`` is "unicode", "tcvn3" or "vni";
    ``comments`` the notes people pinned to cells, by cell ("C12"). ``only_class`` is "poor" or "near_poor"
    where the title promises households of that class alone, "" where it names both or none.
    """

    name: str
    layout: str = ""
    title: str = ""
    header_rows: list[int] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    first_row: int = 0
    last_row: int = 0
    encoding: str = "unicode"
    comments: dict[str, str] = field(default_factory=dict)
    visible: bool = True
    hidden_rows: int = 0
    hidden_columns: list[str] = field(default_factory=list)
    households: int = 0
    skipped: str = ""
    only_class: str = ""


@dataclass(slots=True)
class ReadResult:
    """Everything read from one workbook, in the order of its sheets and rows."""

    sheets: list[SheetInfo] = field(default_factory=list)
    households: list[HouseholdRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    movements: list[MovementRecord] = field(default_factory=list)
    subscriptions: list[SubscriptionRecord] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def error_count(self) -> int:
        return sum(1 for problem in self.problems if problem.is_error)
