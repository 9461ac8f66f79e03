"""Word documents made by the tests: the packaged annex as a table, and variations of it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx

from programs.loading import packaged_plan

HEADER = ("STT", "Nội dung", "Chủ trì", "Phối hợp", "Thời gian")
SEED = "daknong_appendix.json"
#: The annex as it was handed over, where the project's shared folder is at hand.
APPENDIX = Path(__file__).parents[3] / "shared" / "seeds" / "002_348f7ff0c903622d.txt"


def packaged_rows() -> list[tuple[str, ...]]:
    """The packaged annex as the cells of a table."""
    rows: list[tuple[str, ...]] = []
    for group in packaged_plan(SEED)["groups"]:
        rows.append((group["number"], group["name"], "", "", ""))
        rows += [
            (t["number"], t["content"], t["lead"], "\n".join(t["coordinators"]), t["timing"])
            for t in group["tasks"]
        ]
    return rows


def printed_rows() -> list[tuple[str, ...]]:
    """The handed-over annex: a line that begins with a tab begins a cell, an empty line ends a row."""
    text = APPENDIX.read_text(encoding="utf-8")
    rows = []
    for block in re.split(r"\n\n", text):
        cells = [cell.strip() for cell in re.split(r"(?:^|\n)\t", block)[1:]]
        if cells:
            rows.append(tuple(cells + [""] * (5 - len(cells))))
    return rows[1:]  # without the header


def table_file(
    rows: Any, header: tuple[str, ...] = HEADER, before: str = "", after: str = "",
    split: tuple[int, ...] = (), header_again: bool = False,
) -> bytes:  # fmt: skip
    """A document with one table, or several where `split` names rows before which a new one begins."""
    document = docx.Document()
    if before:
        document.add_paragraph(before)
    table = document.add_table(rows=0, cols=len(header))
    add(table, header)
    for index, row in enumerate(rows):
        if index in split:
            document.add_paragraph()
            table = document.add_table(rows=0, cols=len(header))
            if header_again:
                add(table, header)
        add(table, row)
    if after:
        document.add_paragraph(after)
    return saved(document)


def add(table: Any, cells: tuple[str, ...]) -> Any:
    row = table.add_row()
    for cell, text in zip(row.cells, cells, strict=False):
        cell.text = text
    return row


def saved(document: Any) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
