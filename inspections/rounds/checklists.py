"""The checklists a plan comes with, and those in force.

No official form of such a checklist was found: version 1 was compiled for this programme from the circular's
subjects and contents of inspection (Circular 14/2022/TT-BTTTT, article 35) and is the province's to change.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from programs.models import Program
from smartphone_support.areas.models import AdministrativeArea

from ..choices import ChecklistPart, ChecklistState
from ..models import Checklist, ChecklistItem

PACKAGED = Path(__file__).parents[1] / "seeds" / "checklists.tsv"


def packaged_items() -> dict[str, list[dict[str, Any]]]:
    """Part → the questions of the packaged version, in order."""
    parts: dict[str, list[dict[str, Any]]] = {part: [] for part in ChecklistPart.values}
    with PACKAGED.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            values = row | {"asks_imei": bool(row["asks_imei"])}
            parts[values.pop("part")].append(values)
    return parts


def load_checklists(program: Program) -> int:
    """Give the plan's province version 1 of every part it has none of; returns rows written."""
    province = program.province
    has = set(Checklist.objects.filter(province=province).values_list("part", flat=True))
    written = 0
    for part, items in packaged_items().items():
        if part in has:
            continue
        # Questions are written while it is a draft: the database lets them into no other.
        checklist = Checklist.objects.create(province=province, part=part)
        ChecklistItem.objects.bulk_create(
            ChecklistItem(checklist=checklist, position=position, **values)
            for position, values in enumerate(items, start=1)
        )
        checklist.state, checklist.valid_from = ChecklistState.IN_FORCE, date(program.first_year, 1, 1)
        checklist.save(update_fields=["state", "valid_from"])
        written += 1 + len(items)
    return written


def checklists_in_force(province: AdministrativeArea) -> dict[str, Checklist]:
    """Part → the version in force today."""
    rows = Checklist.objects.filter(province=province, state=ChecklistState.IN_FORCE)
    return {row.part: row for row in rows.order_by("version")}
