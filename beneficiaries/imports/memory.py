"""What people said of how files are to be read, kept with the batch and remembered for their sender.

A batch's ``reading`` holds its packed ``ReadOptions`` and, under ``BEFORE``, what stood in the corrected
cells, so that a correction can be shown as old and new. A sender's ``LayoutMemory`` holds, by column
letter, the field and the header it was chosen for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from smartphone_support.accounts.models import Organisation

from ..models import LayoutMemory, ListBatch
from .options import Cell, ReadOptions

BEFORE = "before"


def options_of(batch: ListBatch) -> ReadOptions:
    """How the batch's file is to be read: what was said of it, then what its sender's layouts are
    remembered for, with the kind of list asked for and the file's name."""
    said = said_of(batch)
    return replace(
        said,
        kind=batch.kind,
        file_name=batch.file.name,
        columns=remembered_columns(sender_of(batch)) | dict(said.columns),
    )


def said_of(batch: ListBatch) -> ReadOptions:
    """What was said of this batch alone."""
    return ReadOptions.unpack({name: part for name, part in batch.reading.items() if name != BEFORE})


def before_of(batch: ListBatch) -> dict[Cell, str]:
    """What the file itself holds in the corrected cells."""
    return {(sheet, row, column): text for sheet, row, column, text in batch.reading.get(BEFORE, ())}


def pack(said: ReadOptions, before: Mapping[Cell, str]) -> dict[str, Any]:
    """``ListBatch.reading`` of what was said; texts of cells no longer corrected are dropped."""
    kept = [[*cell, text] for cell, text in sorted(before.items()) if cell in said.corrections]
    return said.pack() | ({BEFORE: kept} if kept else {})


def sender_of(batch: ListBatch) -> Organisation | None:
    """The office the list was uploaded for; None where the person has none any more."""
    return batch.uploaded_by.organisation


def remembered_columns(sender: Organisation | None) -> dict[str, dict[str, str]]:
    """Field by column letter, by signature of the layout."""
    if sender is None:
        return {}
    memories = LayoutMemory.objects.filter(organisation=sender).values_list("signature", "columns")
    return {
        signature: {letter: column["field"] for letter, column in columns.items()}
        for signature, columns in memories
    }


def remember(
    sender: Organisation,
    signature: str,
    fields: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    actor: Any,
) -> LayoutMemory:
    """Keep the fields chosen for a layout in place of what was kept before."""
    columns = {
        letter: {"field": name, "header": headers.get(letter, "")} for letter, name in fields.items() if name
    }
    memory, _created = LayoutMemory.objects.update_or_create(
        organisation=sender, signature=signature, defaults={"columns": columns, "decided_by": actor}
    )
    return memory
