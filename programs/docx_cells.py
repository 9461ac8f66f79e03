"""The tables of a Word document as plain text: rows of cells, merged cells filled, deleted text left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from smartphone_support.vietnamese.text import clean_text

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Text taken out by a tracked change, text boxes' second copy, notes of the field codes.
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}tbl", f"{_W}pPr", f"{_W}rPr"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Columns a table of tasks can have; a wider one is something else, and its rows are not all kept.
WIDEST = 40
ROWS_AT_MOST = 3_000


@dataclass(slots=True)
class Cell:
    """A cell: its lines; `span` columns wide; `continues` the cell above it (merged downwards)."""

    lines: list[str] = field(default_factory=list)
    span: int = 1
    continues: bool = False
    #: Some of its paragraphs are numbered by Word itself: the number is nowhere in the text.
    numbered: bool = False
    #: Places of the lines before which Word itself prints a dash or a number.
    marked: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(slots=True)
class TableRow:
    """A row: `number` counts the rows of all tables of the document as one goes down the page."""

    table: int
    number: int
    cells: list[Cell]

    @property
    def grid(self) -> list[Cell | None]:
        """Cells by grid column; columns a wide cell also covers hold None."""
        places: list[Cell | None] = []
        for cell in self.cells:
            places += [cell, *[None] * (cell.span - 1)]
        return places[:WIDEST]


def tables_of(root: etree._Element) -> Iterator[list[TableRow]]:
    """Every table of the document that stands in no other, in order."""
    number = 0
    for index, table in enumerate(_outer_tables(root)):
        rows = []
        for row in _children(table, "tr"):
            number += 1
            if number > ROWS_AT_MOST:
                return
            cells = [_cell(cell) for cell in _children(row, "tc")]
            before = _grid_before(row)
            rows.append(TableRow(index, number, [*[Cell() for _ in range(before)], *cells]))
        yield rows


def paragraphs_of(root: etree._Element) -> Iterator[str]:
    """Paragraphs outside tables with the spaces they print; empty ones are left out."""
    for paragraph in root.iter(f"{_W}p"):
        if any(parent.tag == f"{_W}tbl" for parent in paragraph.iterancestors()):
            continue
        text = unicodedata.normalize("NFC", " ".join(_lines(paragraph))).strip()
        if clean_text(text):
            yield text


def _outer_tables(root: etree._Element) -> Iterator[etree._Element]:
    for table in root.iter(f"{_W}tbl"):
        parents = {parent.tag for parent in table.iterancestors()}
        if f"{_W}tbl" not in parents and _FALLBACK not in parents:
            yield table


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of this name, also inside content controls and tracked insertions; not inside other tables."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            if name != "tr" or child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _children(child, name)


def _grid_before(row: etree._Element) -> int:
    found = row.find(f"{_W}trPr/{_W}gridBefore")
    return min(_number(found), WIDEST) if found is not None else 0


def _number(element: etree._Element) -> int:
    value = str(element.get(f"{_W}val") or "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1


def _cell(element: etree._Element) -> Cell:
    cell = Cell()
    properties = element.find(f"{_W}tcPr")
    if properties is not None:
        span, merged = properties.find(f"{_W}gridSpan"), properties.find(f"{_W}vMerge")
        cell.span = min(max(_number(span), 1), WIDEST) if span is not None else 1
        cell.continues = merged is not None and merged.get(f"{_W}val", "continue") != "restart"
    for paragraph in _paragraphs(element):
        bulleted = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
        cell.numbered = cell.numbered or bulleted
        lines = [line for line in map(clean_text, _lines(paragraph)) if line]
        if bulleted and lines:
            cell.marked.add(len(cell.lines))
        cell.lines += lines
    return cell


def _paragraphs(element: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs of a cell in order, those of a table inside it as well."""
    for paragraph in element.iter(f"{_W}p"):
        tags = {parent.tag for parent in paragraph.iterancestors()}
        if _FALLBACK not in tags and f"{_W}del" not in tags:
            yield paragraph


def _lines(paragraph: etree._Element) -> list[str]:
    """The paragraph's text; a break by hand begins another line."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts).split("\n")


def _collect(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif child.tag == f"{_W}tab":
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        else:
            _collect(child, parts)
