"""Open an uploaded workbook safely and walk through its sheets row by row.

    with open_workbook(path) as workbook:
        for sheet in workbook:
            for row_number, values in sheet:
                …

The file is checked first (``preflight``), then read by a child process with limited memory and time, so
that nothing a file holds can end or exhaust this process. Rows arrive as a stream: never two copies.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any

from .conversion import Conversion, conversion_for
from .facts import FileKind, SheetFacts
from .limits import DEFAULT_LIMITS, Limits
from .preflight import CSV_SHEET, Inspection
from .refusals import SpreadsheetRefused

#: A cell: text, number, truth value, date, time, or None when empty.
Value = str | int | float | bool | date | datetime | time | None
Row = tuple[int, list[Value]]

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 4 * 1024 * 1024
_LOOKED_AHEAD = 2_000


@dataclass(slots=True)
class Sheet:
    """One sheet. Iterating yields (row number as in the sheet, values) for rows that are not empty;
    it can be done once, before the next sheet is asked for.

    ``encoding`` is "unicode", "tcvn3" or "vni": what the sheet's text was in before it was converted, and
    ``encoding_by`` how that is known: "" (nothing to convert), "font", "content" or "told".
    ``legacy_samples`` holds up to eight (before, after) texts whose letters changed. ``comments`` are notes
    people attached to cells, by address; ``uncalculated`` the addresses of formulas without a usable result:
    never calculated, or an error such as #N/A. All of them are complete before the first row comes.
    """

    name: str
    visible: bool
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[str, ...] = ()
    last_row: int = 0
    encoding: str = "unicode"
    encoding_by: str = ""
    legacy_samples: tuple[tuple[str, str], ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    uncalculated: frozenset[str] = frozenset()
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Row]:
        return self._rows


class _Child:
    """The reading process: started early, told its limits when they are known."""

    def __init__(self, path: str | Path) -> None:
        command = [sys.executable, "-m", "smartphone_support.spreadsheets.child"]
        # A bare environment: the child needs no secret of the site.
        environment = {"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        self.timed_out = False
        self._timer: threading.Timer | None = None
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell; the path is an argument
            [*command, str(Path(path).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
        )

    def begin(self, kind: FileKind, size: int, limits: Limits) -> None:
        """Let it read, with memory and time for ``size`` cells."""
        order = {
            "kind": kind.kind,
            "memory": _memory(size, limits),
            "seconds": limits.child_cpu_seconds + size // limits.child_cells_per_second,
            "encoding": kind.encoding,
            "delimiter": kind.delimiter,
            "name": CSV_SHEET,
        }
        self._timer = threading.Timer(limits.child_seconds, self._stop_late)
        self._timer.daemon = True
        self._timer.start()
        # A child that died already is noticed by whoever reads from it.
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin:
                self.process.stdin.write(json.dumps(order).encode() + b"\n")
                self.process.stdin.close()

    def tighten(self, size: int, limits: Limits) -> None:
        """Take back memory it was lent before the size was known."""
        memory = _memory(size, limits)
        if hasattr(resource, "prlimit"):
            with contextlib.suppress(OSError, ValueError):
                resource.prlimit(self.process.pid, resource.RLIMIT_AS, (memory, memory))

    def _stop_late(self) -> None:
        self.timed_out = True
        self.process.kill()

    def end(self) -> None:
        """End it, whatever it is doing."""
        if self._timer:
            self._timer.cancel()
        if self.process.poll() is None:
            self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self.process.wait()


def _memory(size: int, limits: Limits) -> int:
    return limits.child_bytes + limits.child_bytes_per_cell * size


class Workbook:
    """An open workbook: iterate over its sheets once, in order. Close it, or use it in ``with``."""

    def __init__(
        self,
        path: str | Path,
        kind: FileKind,
        limits: Limits,
        encodings: Mapping[str, str] | None = None,
        child: _Child | None = None,
    ) -> None:
        self.kind = kind
        self._encodings = encodings or {}
        self._child = child or _Child(path)
        self._process = self._child.process
        if child is None:
            self._child.begin(kind, max(kind.cells, kind.area), limits)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.end()

    def __iter__(self) -> Iterator[Sheet]:
        messages = self._messages()
        names = next(messages)["sheets"]
        facts = {sheet.name: sheet for sheet in self.kind.sheets}
        announced = next(messages)

        def batches() -> Iterator[list[Row]]:
            nonlocal announced
            for message in messages:
                if type(message) is not list:
                    announced = message
                    return
                try:
                    rows = _rows_of(message)
                except (LookupError, TypeError, ArithmeticError, ValueError):
                    raise SpreadsheetRefused("damaged") from None
                yield rows

        for name, visible in names:
            if "end" in announced:
                return
            yield (sheet := self._sheet(name, visible, facts.get(name), announced, batches()))
            for _ in sheet:
                pass

    def _sheet(
        self,
        name: str,
        visible: bool,
        facts: SheetFacts | None,
        announced: dict[str, Any],
        batches: Iterator[list[Row]],
    ) -> Sheet:
        found = conversion_for(
            facts,
            self.kind.rich_texts,
            self._encodings.get(name, ""),
            announced.get("legacy", ""),
            announced.get("columns", []),
        )
        sheet = Sheet(name, visible)
        if facts:
            sheet.visible = visible and facts.visible
            sheet.hidden_rows = frozenset(facts.hidden_rows)
            sheet.hidden_columns = tuple(facts.hidden_columns)
            sheet.last_row = facts.last_row
            sheet.comments = dict(facts.comments)
            sheet.uncalculated = frozenset(facts.uncalculated)
        if found is None:
            sheet._rows = chain.from_iterable(batches)
            return sheet
        # The first rows show what there is to convert, before any of them is given out.
        rows = chain.from_iterable(batches)
        first = list(islice(rows, _LOOKED_AHEAD))
        found.prepare(first)
        first = list(_converted(first, found))
        sheet.encoding, sheet.encoding_by = found.encoding, found.by
        sheet.legacy_samples = tuple(found.samples.items())
        sheet._rows = chain(first, _converted(rows, found))
        return sheet

    def _messages(self) -> Iterator[Any]:
        """The child's lines, decoded; its death in any manner is a refusal."""
        stream = self._process.stdout
        decode = json.JSONDecoder().decode
        try:
            while line := stream.readline(_LONGEST_LINE) if stream else b"":
                message = decode(line.decode("utf-8"))
                if type(message) is dict:
                    if "refused" in message:
                        raise SpreadsheetRefused(message["refused"])
                    yield message
                    if "end" in message:
                        return
                else:
                    yield message
        except ValueError:
            raise SpreadsheetRefused("damaged") from None
        code = self._process.wait()
        # Killed by a limit, by the system, or aborted: too much for the fence. Anything else: unreadable.
        raise SpreadsheetRefused("too_heavy" if code != 1 or self._child.timed_out else "damaged")


def open_workbook(
    path: str | Path,
    limits: Limits = DEFAULT_LIMITS,
    encodings: Mapping[str, str] | None = None,
    checked: FileKind | None = None,
) -> Workbook:
    """Check a file and open it; raise ``SpreadsheetRefused`` at once or while reading.

    ``encodings`` says of a sheet, by name, what a person has decided: "unicode", "tcvn3" or "vni". A large
    file is looked at while the child already reads it in its fence; no row comes before it has passed.
    ``checked`` is what ``check_file`` said of these very bytes within these limits: they are
    not looked at twice.
    """
    if checked is not None:
        return Workbook(path, checked, limits, encodings)
    with Inspection(path, limits) as inspection:
        if not inspection.is_large:
            return Workbook(path, inspection.run(), limits, encodings)
        child = _Child(path)
        try:
            child.begin(FileKind(inspection.kind, 0), limits.area, limits)
            kind = inspection.run()
        except BaseException:
            child.end()
            raise
        child.tighten(max(kind.cells, kind.area), limits)
        return Workbook(path, kind, limits, encodings, child)


class _Days(dict[int, date]):
    """Day number → date, each made once: a list has few different days."""

    def __missing__(self, number: int) -> date:
        if len(self) > 100_000:
            self.clear()
        self[number] = day = date.fromordinal(number)
        return day


_DAYS = _Days()
_READ_APART: dict[str, Callable[[str], Value]] = {"at": datetime.fromisoformat, "time": time.fromisoformat}


def _rows_of(message: list[Any]) -> list[Row]:
    """The rows of one batch, dates put in their places."""
    numbers, batch, days, others = message
    numbered = iter(days)
    for row, column, number in zip(numbered, numbered, numbered, strict=True):
        batch[row][column] = _DAYS[number]
    for row, column, kind, text in others:
        batch[row][column] = _READ_APART[kind](text)
    return list(zip(numbers, batch, strict=True))


def _converted(rows: Iterable[Row], found: Conversion) -> Iterator[Row]:
    for number, values in rows:
        found.rows(number, values)
        yield number, values
