"""Cells of a list corrected by a person: the file stays as it came, only its reading changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import BatchState
from ..imports.memory import before_of, pack, said_of
from ..imports.options import Cell, ReadOptions
from ..models import ListBatch
from ..presenting import numbers_hidden
from .steps import READ, locked, move, queue

#: A corrected cell holds no more than the register's longest field.
LONGEST_TEXT = 200
#: More cells than this are mended in the file, not on the screen.
MOST_CELLS = 5_000
_LETTER = re.compile(r"[A-Z]{1,3}\Z")
_MASKS: dict[str, Callable[[Any], str]] = {"national_id": masked_id, "phone": masked_phone}


def correct_cells(batch: ListBatch, corrections: Mapping[Cell, str], *, actor: Any) -> ListBatch:
    """Read cells of the file as these texts from now on, and have the file read again.

    A text that stands there already is no correction; when none is left nothing is read again and a
    ``Refusal`` says so. The record keeps old and new, identity and telephone numbers with their middle
    hidden.
    """
    texts = {cell: clean_text(text) for cell, text in corrections.items()}
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        _refuse_cells(batch, texts)
        said, before = said_of(batch), before_of(batch)
        now = _now(batch, texts, said)
        changed = {cell: text for cell, text in texts.items() if text != now.get(cell, "")}
        if not changed:
            raise Refusal(_("Nothing was changed: write the right value beside at least one cell."))
        before |= {cell: now.get(cell, "") for cell in changed if cell not in said.corrections}
        all_cells = {**said.corrections, **changed}
        kept = {cell: text for cell, text in all_cells.items() if text != before.get(cell)}
        if len(kept) > MOST_CELLS:
            raise Refusal(
                ngettext(
                    "More than %(n)s cell would be corrected: mend the file and upload it again.",
                    "More than %(n)s cells would be corrected: mend the file and upload it again.",
                    MOST_CELLS,
                )
                % {"n": MOST_CELLS}
            )
        _read_again(batch, replace(said, corrections=kept), before, actor)
        fields = _fields(batch)
        record(
            "beneficiaries.listbatch.correct", batch, actor=actor,
            before={_name(cell): _shown(cell, now.get(cell, ""), fields) for cell in changed},
            after={_name(cell): _shown(cell, text, fields) for cell, text in changed.items()},
        )  # fmt: skip
    return batch


def withdraw_corrections(batch: ListBatch, cells: Iterable[Cell], *, actor: Any) -> ListBatch:
    """Read cells as they stand in the file again."""
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        said, before = said_of(batch), before_of(batch)
        gone = [cell for cell in cells if cell in said.corrections]
        if not gone:
            raise Refusal(_("This correction was withdrawn already."))
        kept = {cell: text for cell, text in said.corrections.items() if cell not in gone}
        _read_again(batch, replace(said, corrections=kept), before, actor)
        fields = _fields(batch)
        record(
            "beneficiaries.listbatch.withdraw", batch, actor=actor,
            before={_name(cell): _shown(cell, said.corrections[cell], fields) for cell in gone},
            after={_name(cell): _shown(cell, before.get(cell, ""), fields) for cell in gone},
        )  # fmt: skip
    return batch


def choose_communes(batch: ListBatch, communes: Mapping[str, str], *, actor: Any) -> ListBatch:
    """Say once which commune a place as written means (``options.place_key`` → official code), and have the
    file read again. An empty code takes a former choice back."""
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        said = said_of(batch)
        chosen = {**said.communes, **communes}
        kept = {key: code for key, code in chosen.items() if code}
        if kept == dict(said.communes):
            raise Refusal(_("Nothing was changed: choose the commune of at least one place."))
        areas = AdministrativeArea.objects.as_of(batch.effective_on).communes_of(batch.province)
        known = set(areas.filter(code__in=kept.values()).values_list("code", flat=True))
        if set(kept.values()) - known:
            raise Refusal(_("Choose one of the communes of the province."))
        _read_again(batch, replace(said, communes=kept), before_of(batch), actor)
        record(
            "beneficiaries.listbatch.correct", batch, actor=actor,
            before={"communes": {key: said.communes.get(key, "") for key in communes}},
            after={"communes": dict(communes)},
        )  # fmt: skip
    return batch


def _read_again(batch: ListBatch, said: ReadOptions, before: Mapping[Cell, str], actor: Any) -> None:
    move(batch, BatchState.UPLOADED, reading=pack(said, before), notice="")
    queue(batch, READ, actor)


def _refuse_cells(batch: ListBatch, texts: Mapping[Cell, str]) -> None:
    sheets = {sheet["name"] for sheet in batch.sheets}
    for (sheet, row, column), text in texts.items():
        if sheet not in sheets or row < 1 or not _LETTER.match(column):
            raise Refusal(
                _("The file has no cell %(cell)s in a sheet “%(sheet)s”.")
                % {"cell": f"{column}{row}", "sheet": sheet}
            )
        if len(text) > LONGEST_TEXT:
            raise Refusal(
                _("The text for cell %(cell)s is longer than %(limit)s characters: shorten it.")
                % {"cell": f"{column}{row}", "limit": LONGEST_TEXT}
            )


def _now(batch: ListBatch, texts: Mapping[Cell, str], said: ReadOptions) -> dict[Cell, str]:
    """What these cells are read as now: by a former correction, else by the problem that shows them."""
    rows = {row for _sheet, row, _column in texts}
    shown: dict[Cell, str] = {}
    problems = batch.problems.order_by("position").values_list("sheet", "row", "column", "value")
    for sheet, row, column, value in problems.iterator(2000):
        if row in rows:
            shown.setdefault((sheet, row, column), value)
    return shown | {cell: text for cell, text in said.corrections.items() if cell in texts}


def _fields(batch: ListBatch) -> dict[tuple[str, str], str]:
    return {
        (sheet["name"], letter): name for sheet in batch.sheets for letter, name in sheet["columns"].items()
    }


def _name(cell: Cell) -> str:
    sheet, row, column = cell
    return f"{sheet}!{column}{row}"


def _shown(cell: Cell, text: str, fields: Mapping[tuple[str, str], str]) -> str:
    mask = _MASKS.get(fields.get((cell[0], cell[2]), ""), numbers_hidden)
    return mask(text)
