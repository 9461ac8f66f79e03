"""A paper as PDF, set by typst from the packaged layout `paper.typ`; no library of the system is needed.

Tinos (SIL Open Font License) has the widths of Times New Roman, which the Decree asks for, and every
Vietnamese letter: lines break as they do in the .docx. Fonts of the machine are not looked at, so that the
same paper gives the same pages everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst

from .paper import RECIPIENTS, Annex, Block, Heading, Note, Paper, Signature, Table, printable
from .words import DRAFT

PDF = "application/pdf"
_HERE = Path(__file__).parent
_LAYOUT = _HERE / "paper.typ"
_FONTS = _HERE / "fonts"
_TAGGED_ROWS, _ROWS_A_LETTER = 300, 5


def render(paper: Paper, *more: Paper) -> bytes:
    """The paper as a PDF file; more papers follow in the same file, each on a page of its own."""
    papers = (paper, *more)
    data = json.dumps([as_data(one) for one in papers], ensure_ascii=False)
    content: bytes = typst.compile(
        str(_LAYOUT), root=str(_HERE), font_paths=[str(_FONTS)], ignore_system_fonts=True,
        sys_inputs={"papers": data}, format="pdf",
        # Tags tell a screen reader what is a table; of 1,500 rows they are fifteen times the rest.
        pdf_tags=sum(one.rows() + _ROWS_A_LETTER for one in papers) <= _TAGGED_ROWS,
    )  # fmt: skip
    return content


def as_data(paper: Paper) -> dict[str, Any]:
    """The paper as the layout reads it: plain values, every text as it is printed."""
    head = paper.letterhead
    texts = {
        "parent": head.parent, "issuer": head.issuer, "number": paper.number,
        "draft": DRAFT if paper.is_draft else "", "nation": head.nation, "motto": head.motto,
        "place_day": paper.place_day, "title": paper.kind, "summary": paper.summary,
        "addressee": paper.addressee, "authority": paper.authority,
    }  # fmt: skip
    return {
        **{name: printable(text) for name, text in texts.items()},
        "kind": printable(paper.kind),
        "bases": _texts(paper.bases),
        "enacting": printable(paper.enacting),
        "blocks": [_block(block) for block in paper.blocks],
        "receive": RECIPIENTS,
        "recipients": _texts(paper.recipients),
        "signatures": [_signature(one) for one in paper.signatures],
        "annexes": [_annex(annex) for annex in paper.annexes],
    }


def _annex(annex: Annex) -> dict[str, Any]:
    return {
        "title": printable(annex.title),
        "summary": printable(annex.summary),
        "reference": printable(annex.reference),
        "blocks": [_block(block) for block in annex.blocks],
        "signatures": [_signature(one) for one in annex.signatures],
        "landscape": annex.landscape,
    }


def _signature(one: Signature) -> dict[str, Any]:
    return {"titles": _texts(one.titles), "hint": printable(one.hint), "name": printable(one.name)}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Heading):
        return {"kind": "heading", "text": printable(block.text), "centred": block.centred}
    if isinstance(block, Note):
        return {"kind": "note", "text": printable(block.text)}
    return {
        "kind": "paragraph", "lead": printable(block.lead), "text": printable(block.text),
        "align": block.set_as, "indent": block.indent, "bold": block.bold, "italic": block.italic,
    }  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    columns = [
        {"title": printable(column.title), "width": column.width, "align": column.align}
        for column in table.columns
    ]
    rows = [
        {
            "cells": _texts(row.cells), "spans": row.spans or (1,) * len(row.cells),
            "bold": row.bold, "italic": row.italic, "height": row.height,
        }
        for row in table.rows
    ]  # fmt: skip
    return {"kind": "table", "columns": columns, "rows": rows, "size": table.size}


def _texts(texts: Iterable[str]) -> list[str]:
    return [printable(text) for text in texts]
