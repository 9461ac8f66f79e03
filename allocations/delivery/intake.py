"""Lists of IMEIs: pasted, or in a file; every bad one told by its line."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from beneficiaries.imports.messages import refusal_message
from smartphone_support.spreadsheets.headers import HeaderWord, find_table
from smartphone_support.spreadsheets.limits import MEGABYTE, Limits
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.spreadsheets.workbook import open_workbook
from smartphone_support.vietnamese.text import clean_text, fold
from smartphone_support.web.errors import Refusal

from ..workflow.devices import NewDevice
from .imei import read_imei

LIMITS = Limits(file_bytes=10 * MEGABYTE, sheets=20, cells=500_000, rows=50_000)
#: More lines are no list of one shipment.
MOST = 20_000
_SPLIT = re.compile(r"[\t;,|]+")
_WORDS = (
    HeaderWord("imei", ("IMEI", "Số IMEI", "IMEI 1", "IMEI1", "Số IMEI 1"), partial=False),
    HeaderWord("imei2", ("IMEI 2", "IMEI2", "Số IMEI 2"), partial=False),
    HeaderWord("serial", ("Serial", "Số serial", "Số máy", "S/N", "Số sê-ri"), partial=False),
    HeaderWord("model", ("Model", "Loại máy", "Hãng và kiểu máy", "Tên máy", "Kiểu máy"), partial=False),
    HeaderWord("number", ("STT", "TT", "Số TT"), partial=False),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that could not be read, and why."""

    line: int
    sentence: str


@dataclass(slots=True)
class ImeiList:
    """What a list holds: good devices, and the faults by line."""

    devices: list[NewDevice]
    faults: list[Fault]

    @property
    def imeis(self) -> list[str]:
        return [device.imei for device in self.devices]


def read_lines(text: str) -> ImeiList:
    """A pasted list: a device a line; a second IMEI and a serial number may follow after a tab or comma."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells: list[Any] = [cell.strip() for cell in _SPLIT.split(line)]
        if any(cells) and not (number == 1 and _is_heading(cells)):
            rows.append((number, dict(zip(("imei", "imei2", "serial"), cells, strict=False))))
    return _collect(rows)


def read_file(upload: File[Any]) -> ImeiList:
    """A list in a file: .txt as pasted, .xlsx, .ods or .csv by the heading "IMEI", else the first column.

    A .csv of one column has no separator by which it would be known as a table: it is read as pasted.
    """
    name = str(upload.name or "").lower()
    if name.endswith((".txt", ".csv")):
        text = _plain_text(upload)
        if name.endswith(".txt") or not _SPLIT.search(text):
            return read_lines(text)
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix or ".xlsx") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        return _collect(_cells(Path(copy.name)))


def _plain_text(upload: File[Any]) -> str:
    content = upload.read(LIMITS.file_bytes)
    upload.seek(0)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cells(path: Path) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    try:
        with open_workbook(path, LIMITS) as workbook:
            for sheet in workbook:
                rows = list(sheet)
                if found or not rows:
                    continue
                table = find_table(rows, _WORDS, minimum=1, required=frozenset({"imei"}))
                if table is None:
                    found = [
                        (number, {"imei": values[0] if values else None})
                        for number, values in rows
                        if not _is_heading(values)
                    ]
                    continue
                for number, values in rows:
                    if number >= table.first_row:
                        cells = {
                            name: values[index] if index < len(values) else None
                            for name in ("imei", "imei2", "serial", "model")
                            if (index := table.index(name)) is not None
                        }
                        found.append((number, cells))
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused
    return found


def _is_heading(values: Sequence[Any]) -> bool:
    first = next((value for value in values if value not in (None, "")), None)
    return isinstance(first, str) and fold(first).startswith(("imei", "so imei", "stt"))


def _collect(rows: Iterable[tuple[int, dict[str, Any]]]) -> ImeiList:
    devices: list[NewDevice] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        if not any(value not in (None, "") for value in cells.values()):
            continue
        if len(devices) + len(faults) >= MOST:
            raise Refusal(_("The list has more than %(most)s lines: split it.") % {"most": MOST})
        first = read_imei(cells.get("imei"))
        second = read_imei(cells.get("imei2")) if cells.get("imei2") not in (None, "") else None
        bad = next((found for found in (first, second) if found is not None and not found.is_good), None)
        if bad is not None:
            faults.append(Fault(line, bad.sentence))
            continue
        numbers = [first.number] + ([second.number] if second else [])
        twice = next((number for number in numbers if number in seen), "")
        if twice:
            faults.append(
                Fault(
                    line,
                    _("The IMEI %(imei)s stands in line %(line)s already.")
                    % {"imei": twice, "line": seen[twice]},
                )
            )
            continue
        seen |= dict.fromkeys(numbers, line)
        devices.append(
            NewDevice(
                first.number,
                second.number if second and second.number != first.number else "",
                _text(cells.get("serial"))[:40],
                _text(cells.get("model"))[:100],
            )
        )
    return ImeiList(devices, faults)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else clean_text(str(value))
