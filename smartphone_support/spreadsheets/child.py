"""The fenced child that opens a file: run as ``python -m smartphone_support.spreadsheets.child PATH``.

It waits for one JSON line on standard input: its limits (``memory`` in bytes, ``seconds`` of processor time)
and the file's ``kind``. Then it reads with python-calamine (or the csv module) and writes JSON lines:
``{"sheets": [[name, visible], …]}``; ``{"sheet": n, "legacy": encoding, "columns": […]}`` before the rows of
each sheet, with the columns whose words are those of an old font; batches of rows ``[[row numbers], [values],
[dates], [others]]``, where dates are row index, column, day number in turn; and ``{"end": true}``, or
``{"refused": code}``. An abort of the native library ends this process and nothing else.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

OUT_OF_MEMORY = 71
_BATCH_CELLS = 6_000
#: Characters of one line; the parent takes four bytes for each.
_LONGEST_LINE = 1_000_000
_LOOKED_AT = 400
#: Different texts of a column among those rows that are worth a closer look.
_SUSPICIOUS = 5
_NATIVE = frozenset({str, int, float, bool, type(None)})

NumberedRows = Iterable[tuple[int, list[Any]]]


class _Writer:
    """Gathers rows to batches and writes them as lines."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def message(self, message: dict[str, Any]) -> None:
        self._write(self._encode(message) + "\n")

    def rows(self, rows: NumberedRows) -> None:
        numbers: list[int] = []
        batch: list[list[Any]] = []
        cells = 0
        for number, values in rows:
            numbers.append(number)
            batch.append(values)
            cells += len(values) + 4
            if cells > _BATCH_CELLS:
                self._batch(numbers, batch)
                numbers, batch, cells = [], [], 0
        if batch:
            self._batch(numbers, batch)

    def _batch(self, numbers: list[int], batch: list[list[Any]]) -> None:
        dates: list[int] = []
        others: list[list[Any]] = []
        for index, values in enumerate(batch):
            for column, value in enumerate(values):
                if type(value) not in _NATIVE:
                    values[column] = None
                    if type(value) is date:
                        dates += (index, column, value.toordinal())
                    else:
                        values[column] = _set_apart(value, index, column, others)
        self._line(numbers, batch, dates, others)

    def _line(
        self, numbers: list[int], batch: list[list[Any]], dates: list[int], others: list[list[Any]]
    ) -> None:
        line = self._encode([numbers, batch, dates, others])
        half = len(batch) // 2
        if len(line) <= _LONGEST_LINE:
            self._write(line + "\n")
        elif half:
            days = list(zip(*[iter(dates)] * 3, strict=True))
            self._line(
                numbers[:half],
                batch[:half],
                [n for day in days if day[0] < half for n in day],
                [other for other in others if other[0] < half],
            )
            self._line(
                numbers[half:],
                batch[half:],
                [n for row, *rest in days if row >= half for n in (row - half, *rest)],
                [[row - half, *rest] for row, *rest in others if row >= half],
            )
        else:
            # Texts longer than any honest cell: what makes the line too long is cut.
            share = _LONGEST_LINE // (8 * len(batch[0]))
            cut = [value[:share] if isinstance(value, str) else value for value in batch[0]]
            self._write(self._encode([numbers, [cut], dates, others]) + "\n")


def _set_apart(value: object, row: int, column: int, others: list[list[Any]]) -> float | None:
    """What JSON does not know: durations become days, the rest is told beside the batch."""
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, datetime | time):
        others.append([row, column, "at" if isinstance(value, datetime) else "time", value.isoformat()])
    return None


def _numbered(table: Any) -> Iterator[tuple[int, list[Any]]]:
    """Rows of a calamine table that are not empty.

    calamine gives every number as float and every empty cell as "". Rows come from the first of the sheet,
    but columns only from the first that is used.
    """
    left = [None] * (table.start[1] if table.start else 0)
    for number, row in enumerate(table.iter_rows(), 1):
        values = left + [
            (v or None)
            if (kind := type(v)) is str
            else int(v)
            if kind is float and v.is_integer() and -1e15 < v < 1e15
            else v
            for v in row
        ]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, values


def _legacy_columns(make_rows: Callable[[], NumberedRows]) -> tuple[str, list[int]]:
    """The encoding of an old font that the words of whole columns prove, and those columns.

    A sheet is looked at in full only if some column's first rows hold Western accents but no letter of
    Vietnamese alone.
    """
    texts: dict[int, set[str]] = {}
    for looked_at, (_number, values) in enumerate(make_rows()):
        if looked_at == _LOOKED_AT:
            break
        for column, value in enumerate(values):
            if type(value) is str and not value.isascii():
                texts.setdefault(column, set()).add(value)
    if not any(len(column) >= _SUSPICIOUS and max(map(max, column)) <= "\u00ff" for column in texts.values()):
        return "", []
    from smartphone_support.vietnamese.legacy import column_encoding, is_consistent

    texts = {}
    for _number, values in make_rows():
        for column, value in enumerate(values):
            if type(value) is str and not value.isascii():
                texts.setdefault(column, set()).add(value)
    found = {column: column_encoding(words) for column, words in texts.items()}
    proved = sorted(found.values(), key=list(found.values()).count)
    encoding = next((name for name in reversed(proved) if name), "")
    if not encoding:
        return "", []
    return encoding, [c for c, t in texts.items() if found[c] == encoding or is_consistent(t, encoding)]


def _write_sheet(writer: _Writer, number: int, make_rows: Callable[[], NumberedRows]) -> None:
    encoding, columns = _legacy_columns(make_rows)
    writer.message({"sheet": number, "legacy": encoding, "columns": columns})
    writer.rows(make_rows())


def _write_workbook(path: str, kind: str, writer: _Writer) -> None:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    # calamine believes a file's name, but not a stream's.
    source = path if Path(path).suffix.lower() == f".{kind}" else io.BytesIO(Path(path).read_bytes())
    with load_workbook(source) as workbook:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        writer.message({"sheets": [[s.name, s.visible == SheetVisibleEnum.Visible] for s in sheets]})
        for number, sheet in enumerate(sheets):
            table = workbook.get_sheet_by_name(sheet.name)
            _write_sheet(writer, number, lambda table=table: _numbered(table))  # type: ignore[misc]  # bound now
    writer.message({"end": True})


def _write_text(path: str, writer: _Writer, encoding: str, delimiter: str, name: str) -> None:
    from .delimited import rows_of

    content = Path(path).read_bytes()
    writer.message({"sheets": [[name, True]]})
    _write_sheet(writer, 0, lambda: rows_of(content, encoding, delimiter))
    writer.message({"end": True})


def _limit(kind: int, most: int) -> None:
    """Set a limit; one the parent has set meanwhile is never widened."""
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def main(arguments: list[str]) -> int:
    # Whoever stops the site signals every process of it; the reader decides about its child itself, or a
    # stopped worker would take the child's death for a workbook too heavy to read.
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, PasswordError

    order = sys.stdin.readline()
    if not order:
        return 0
    told = json.loads(order)
    _limit(resource.RLIMIT_CPU, told["seconds"])
    _limit(resource.RLIMIT_AS, told["memory"])
    # Nothing here makes cycles, and half a million cells are much to look through in vain.
    gc.disable()
    output = open(  # noqa: SIM115 - standard output stays open until the process ends
        1, "w", encoding="utf-8", errors="replace", buffering=1 << 16, closefd=False
    )
    writer = _Writer(output.write)
    try:
        if told["kind"] == "csv":
            _write_text(arguments[0], writer, told["encoding"], told["delimiter"], told["name"])
        else:
            _write_workbook(arguments[0], told["kind"], writer)
    except PasswordError:
        writer.message({"refused": "password"})
    except MemoryError:
        return OUT_OF_MEMORY
    except (CalamineError, OSError, ValueError):
        writer.message({"refused": "damaged"})
    output.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
