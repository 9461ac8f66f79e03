"""Read a list: workbook in, records, problems and questions out. No database, no Django.

    result = read_workbook(path, Gazetteer.packaged("46"))

Every household of the file is in ``result.households`` (every movement, every subscription in theirs), also
those with errors (the bad value empty); every problem names its sheet, row and column. What the file does
not settle by itself is read by the best guess and asked (``result.questions``); ``options`` hold the answers.
A file without any table raises ``SpreadsheetRefused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.spreadsheets.facts import FileKind
from smartphone_support.spreadsheets.limits import DEFAULT_LIMITS, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook

from .options import NO_OPTIONS, ReadOptions
from .places import PlaceReader
from .records import HouseholdRecord, Problem, ReadResult
from .sheet_reading import Progress, Reading, SheetReader


def read_workbook(
    path: str | Path,
    gazetteer: Gazetteer,
    limits: Limits = DEFAULT_LIMITS,
    report: Callable[[int, int], None] = lambda done, total: None,
    options: ReadOptions = NO_OPTIONS,
    checked: FileKind | None = None,
) -> ReadResult:
    """Read every visible sheet that holds a list of the gazetteer's province.

    Raises ``SpreadsheetRefused``: the codes of ``spreadsheets.preflight`` and of the fenced child, ``empty``,
    ``no_table``, ``no_class`` (columns mapped by a person, none says the class), ``annual_list``,
    ``monthly_list``, ``operator_list`` and ``supported_list`` (another kind than ``options.kind``),
    ``other_province``. ``report`` is called now and then with the rows done and all rows of the sheet (0: not
    known beforehand). ``checked``: what the check of these very bytes has said already.
    """
    reading = _read(path, gazetteer, limits, report, options, {}, checked)
    if reading.learning:
        # A column with the month first: what was read before its evidence came is read again.
        reading = _read(path, gazetteer, limits, report, options, reading.learning, checked)
    result = reading.result
    _ask_about_blocks(reading)
    found = bool(result.households or result.movements or result.subscriptions)
    asked = any(question.kind == "columns" and not question.settled for question in result.questions)
    if not found and not asked:
        read = [info for info in result.sheets if info.columns]
        filled = [info for info in result.sheets if info.skipped not in ("empty", "hidden")]
        raise SpreadsheetRefused("empty" if read or not filled else "no_table")
    other = reading.places.other_province()
    if other:
        raise SpreadsheetRefused("other_province", {"province": other, "own": gazetteer.province_name})
    return result


def _read(
    path: str | Path,
    gazetteer: Gazetteer,
    limits: Limits,
    report: Progress,
    options: ReadOptions,
    learned: Mapping[str, str],
    checked: FileKind | None,
) -> Reading:
    name = options.file_name or Path(path).name
    reading = Reading(options, PlaceReader(gazetteer, options.communes), name, learned)
    with open_workbook(path, limits, options.encodings, checked) as workbook:
        for sheet in workbook:
            SheetReader(sheet, reading).read(report)
    return reading


def _ask_about_blocks(reading: Reading) -> None:
    """Ask about tables nobody recognised: always where the file has no other, beside recognised lists only
    about those that look like people. Notes and sums beside a list are no question."""
    alone = not any(info.columns for info in reading.result.sheets)
    reading.result.questions += [question for question, people in reading.blocks if alone or people]


def problems_by_household(result: ReadResult) -> Iterator[tuple[HouseholdRecord, list[Problem]]]:
    """Each household with its problems, for the workbook of bad rows."""
    found: dict[tuple[str, int | None], list[Problem]] = {}
    for problem in result.problems:
        found.setdefault((problem.sheet, problem.household_row), []).append(problem)
    for household in result.households:
        yield household, found.get((household.sheet, household.row), [])
