"""Open an uploaded workbook safely and walk through its sheets row by row.

    with open_workbook(path) as workbook:
        for sheet in workbook:
            for row_number, values in sheet:
                …

The file is checked first (``preflight``), then read by a child process with limited memory and time, so
that nothing a file holds can end or exhaust this process. Rows arrive as a stream: never two copies.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any

from .limits import DEFAULT_LIMITS, Limits
from .preflight import FileKind, check_file
from .refusals import SpreadsheetRefused

#: A cell: text, number, truth value, date, time, or None when empty.
Value = str | int | float | bool | date | datetime | time | None
Row = tuple[int, list[Value]]

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 4 * 1024 * 1024


@dataclass(slots=True)
class Sheet:
    """One sheet. Iterating yields (row number as in the sheet, values) for rows that are not empty;
    it can be done once, before the next sheet is asked for.

    ``encoding`` is "unicode", "tcvn3" or "vni": what the sheet's text was in before it was converted, and
    ``encoding_by`` how that is known: "" (nothing to convert), "font", "content" or "told". ``legacy_samples``
    holds up to eight (before, after) texts whose letters changed. ``comments`` are notes people attached to
    cells, by address; ``uncalculated`` the addresses of formulas the file holds no result of. All of them are
    complete before the first row comes.
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


class Workbook:
    """An open workbook: iterate over its sheets once, in order. Close it, or use it in ``with``."""

    def __init__(self, path: str | Path, kind: FileKind, limits: Limits) -> None:
        self.kind = kind
        self._timed_out = False
        size = max(kind.cells, kind.area)
        memory = limits.child_bytes + limits.child_bytes_per_cell * size
        seconds = limits.child_cpu_seconds + size // limits.child_cells_per_second
        command = [sys.executable, "-m", "smartphone_support.spreadsheets.child"]
        # A bare environment: the child needs no secret of the site.
        environment = {"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell; the path is an argument
            [*command, str(Path(path).resolve()), str(memory), str(seconds)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
        )
        self._timer = threading.Timer(limits.child_seconds, self._stop_late_child)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._timer.cancel()
        if self._process.poll() is None:
            self._process.kill()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()

    def _stop_late_child(self) -> None:
        self._timed_out = True
        self._process.kill()

    def __iter__(self) -> Iterator[Sheet]:
        messages = self._messages()
        names = next(messages)["sheets"]
        facts = {sheet.name: sheet for sheet in self.kind.sheets}
        ended = False

        def rows() -> Iterator[Row]:
            nonlocal ended
            for message in messages:
                if type(message) is list:
                    yield message[0], message[1]
                elif "end" in message:
                    ended = True
                    return
                else:
                    return

        next(messages)
        for name, visible in names:
            fact = facts.get(name)
            hidden_rows = frozenset(fact.hidden_rows) if fact else frozenset()
            hidden_columns, last_row = (tuple(fact.hidden_columns), fact.last_row) if fact else ((), 0)
            sheet = Sheet(name, visible, hidden_rows, hidden_columns, last_row, _rows=rows())
            yield sheet
            for _ in sheet:
                pass
            if ended:
                return

    def _messages(self) -> Iterator[Any]:
        """The child's lines, decoded; its death in any manner is a refusal."""
        stream = self._process.stdout
        decode = json.JSONDecoder(object_hook=_decode).decode
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
        raise SpreadsheetRefused("too_heavy" if code != 1 or self._timed_out else "damaged")


def open_workbook(
    path: str | Path, limits: Limits = DEFAULT_LIMITS, encodings: Mapping[str, str] | None = None
) -> Workbook:
    """Check a file and open it; raise ``SpreadsheetRefused`` at once or while reading.

    ``encodings`` says of a sheet, by name, what a person has decided: "unicode", "tcvn3" or "vni".
    """
    return Workbook(path, check_file(path, limits), limits)


def _decode(item: dict[str, Any]) -> Any:
    if len(item) == 1:
        if "on" in item:
            return date.fromisoformat(item["on"])
        if "at" in item:
            return datetime.fromisoformat(item["at"])
        if "time" in item:
            return time.fromisoformat(item["time"])
        if "days" in item:
            return item["days"]
    return item
