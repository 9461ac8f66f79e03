"""What periodic reports are made of: sections that every app registers, built from the data as plain values.

An app names its sections in its `AppConfig.ready`; a builder takes the plan, the first and the last day and
returns sentences, headings and tables of text and numbers. What it returned is kept in
`PeriodicReport.figures` and is all that page, paper and workbook show: an issued report never changes with
the data behind it.

The words are Vietnamese whatever the language of the screen: a report is a paper of the office.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from smartphone_support.documents.words import figure

from .models import PeriodicReport, Program

Cell = str | int | None
Kind = Literal["text", "number"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph of the section."""

    text: str


@dataclass(frozen=True, slots=True)
class Subheading:
    text: str


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """`width`: its share of the table, in millimetres of a page of 165."""

    title: str
    width: float = 20
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class FigureRow:
    cells: tuple[Cell, ...]
    bold: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table; numbers stay numbers, so that the workbook can go on calculating with them."""

    title: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[FigureRow, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"a row of {len(row.cells)} cells in a table of {len(self.columns)}")


Block = Sentence | Subheading | FigureTable
Builder = Callable[[Program, date, date], Sequence[Block]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of every report. `order`: its place; `build`: its figures between two days, both included."""

    key: str
    title: str
    order: int
    build: Builder


@dataclass(frozen=True, slots=True)
class BuiltSection:
    """A section as it was computed once."""

    key: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> tuple[FigureTable, ...]:
        return tuple(block for block in self.blocks if isinstance(block, FigureTable))


def _no_figures(program: Program, first: date, last: date) -> Sequence[Block]:
    return ()


#: What people write and nothing computes, behind everything that is computed.
WRITTEN = (
    Section("assessment", "Đánh giá chung", 900, _no_figures),
    Section("next", "Nhiệm vụ trọng tâm thời gian tới", 910, _no_figures),
    Section("proposals", "Đề xuất, kiến nghị", 920, _no_figures),
)
_sections: dict[str, Section] = {section.key: section for section in WRITTEN}


def register(section: Section) -> None:
    """Add a section to every report made from now on. The same key again replaces it."""
    _sections[section.key] = section


def sections() -> list[Section]:
    """Every section in the order of the report."""
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def build(program: Program, first: date, last: date) -> dict[str, Any]:
    """All figures of the stretch as plain data for `PeriodicReport.figures`."""
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "blocks": [_frozen(block) for block in section.build(program, first, last)],
            }
            for section in sections()
        ],
    }


def thaw(figures: dict[str, Any]) -> list[BuiltSection]:
    """The sections of a kept report, as they were computed."""
    return [
        BuiltSection(row["key"], row["title"], tuple(_thawed(block) for block in row["blocks"]))
        for row in figures.get("sections", ())
    ]


def text_keys(figures: dict[str, Any]) -> set[str]:
    """Sections of the report in which people may write."""
    return {row["key"] for row in figures.get("sections", ())}


def known_until(figures: dict[str, Any]) -> date | None:
    """The last day the figures cover: of a running period the day they were computed."""
    last = figures.get("last")
    return date.fromisoformat(last) if last else None


def digest_of(report: PeriodicReport) -> str:
    """What a person saw of a draft: a step taken on another one is refused."""
    content = [report.title, report.texts, report.figures]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def shown(cell: Cell) -> str:
    """A cell as page and paper print it: 1234 → "1.234"."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else figure(cell)


def share(part: int, whole: int) -> str:
    """ "66,7%" of a whole; a dash where there is none."""
    if not whole:
        return "–"
    tenths = (part * 1000 * 2 + whole) // (whole * 2)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}%"


def with_total(rows: Iterable[tuple[Cell, ...]], label: str = "Tổng cộng") -> tuple[FigureRow, ...]:
    """The rows and a bold last one: `label`, then the sums of the columns of numbers, nothing under text."""
    found = [tuple(row) for row in rows]
    if not found:
        return ()
    totals: list[Cell] = [label]
    for column in list(zip(*found, strict=True))[1:]:
        numbers = [cell for cell in column if isinstance(cell, int)]
        totals.append(sum(numbers) if len(numbers) == len(column) else None)
    return (*(FigureRow(row) for row in found), FigureRow(tuple(totals), bold=True))


_KINDS: dict[str, type[Any]] = {"sentence": Sentence, "subheading": Subheading}


def _frozen(block: Block) -> dict[str, Any]:
    if isinstance(block, FigureTable):
        return {
            "kind": "table",
            "title": block.title,
            "columns": [asdict(column) for column in block.columns],
            "rows": [{"cells": list(row.cells), "bold": row.bold} for row in block.rows],
        }
    kind = "sentence" if isinstance(block, Sentence) else "subheading"
    return {"kind": kind, "text": block.text}


def _thawed(block: dict[str, Any]) -> Block:
    if block["kind"] != "table":
        found: Block = _KINDS[block["kind"]](block["text"])
        return found
    return FigureTable(
        block["title"],
        tuple(FigureColumn(**column) for column in block["columns"]),
        tuple(FigureRow(tuple(row["cells"]), row["bold"]) for row in block["rows"]),
    )
