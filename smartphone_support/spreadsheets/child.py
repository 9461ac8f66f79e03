"""The fenced child that opens a workbook: run as ``python -m smartphone_support.spreadsheets.child``.

It limits its own memory and processor time first, then reads with python-calamine and writes JSON lines:
``{"sheets": [[name, visible], …]}``, ``{"sheet": n}`` before the rows of each sheet, ``[row number,
[values]]`` for each row that is not empty, and ``{"end": true}``, or ``{"refused": code}``. An abort of the
native library ends this process and nothing else.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

OUT_OF_MEMORY = 71


def _encode(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"days": value / timedelta(days=1)}
    raise TypeError(type(value).__name__)


def _plain(value: Any) -> Any:
    """calamine gives every number as float and every empty cell as ''."""
    if value == "":
        return None
    if type(value) is float and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _write_sheets(path: str, write: Callable[[str], object]) -> None:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    encode = json.JSONEncoder(ensure_ascii=False, default=_encode, separators=(",", ":")).encode
    with load_workbook(path) as workbook:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        write(encode({"sheets": [[s.name, s.visible == SheetVisibleEnum.Visible] for s in sheets]}) + "\n")
        for number, sheet in enumerate(sheets):
            write(encode({"sheet": number}) + "\n")
            table = workbook.get_sheet_by_name(sheet.name)
            # Rows come from the first of the sheet, but columns only from the first that is used.
            left = [None] * (table.start[1] if table.start else 0)
            for row_number, row in enumerate(table.iter_rows(), 1):
                values = left + [_plain(value) for value in row]
                while values and values[-1] is None:
                    values.pop()
                if values:
                    write(encode([row_number, values]) + "\n")
    write(encode({"end": True}) + "\n")


def main(arguments: list[str]) -> int:
    path, memory, seconds = arguments[0], int(arguments[1]), int(arguments[2])
    # Whoever stops the site signals every process of it; the reader decides about its child itself, or a
    # stopped worker would take the child's death for a workbook too heavy to read.
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from python_calamine import CalamineError, PasswordError

    output = open(  # noqa: SIM115 - standard output stays open until the process ends
        1, "w", encoding="utf-8", errors="replace", buffering=1 << 16, closefd=False
    )
    try:
        _write_sheets(path, output.write)
    except PasswordError:
        output.write('{"refused": "password"}\n')
    except MemoryError:
        return OUT_OF_MEMORY
    except (CalamineError, OSError, ValueError):
        output.write('{"refused": "damaged"}\n')
    output.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
