"""Whose line a row of a review workbook answers for: its key decides, and what the row names must agree.

Tampered, doubled and missing keys, keys of another list or of an older version, and columns sorted apart from
each other are refused with the row and the household they concern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartphone_support.spreadsheets.workbook import Row
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_id

from ..models import DistrictList, ListLine
from .review_opening import SHOWN_ROWS, SheetTable, listed
from .review_workbook import is_signed, mark_of, row_key


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the list as the workbook printed it."""

    id: int
    position: int
    name: str
    birth_year: str
    identity: str

    def marks(self) -> tuple[str, str, str]:
        return fold(self.name), self.birth_year, self.identity


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """A row that answers for a line."""

    row: int
    values: Sequence[Any]
    key: str
    line: KnownLine


@dataclass(slots=True)
class Keyed:
    """The rows of a workbook by what they are: answers for lines, and rows without a key.

    `altered`: rows in whose locked cells something else stands than the list says; it is not read.
    """

    rows: list[KeyedRow]
    without: list[Row]
    altered: list[tuple[KeyedRow, str]]


def keyed_rows(found: SheetTable, told: Mapping[str, str], district_list: DistrictList) -> Keyed:
    """Every row with its line. Refuses unless the workbook has the whole list, and nothing but it.

    `told`: what the hidden sheet says, its signature included.
    """
    known = _known_lines(district_list)
    by_key = {row_key(district_list, line.id): line for line in known}
    rows: list[KeyedRow] = []
    foreign: list[tuple[int, str, str]] = []
    without: list[Row] = []
    for number, values in found.rows:
        key = found.key(values)
        if key in by_key:
            rows.append(KeyedRow(number, values, key, by_key[key]))
        elif not key:
            without.append((number, values))
        elif not found.table.repeats_header(values):
            foreign.append((number, key, found.cell(values, "head_name")))
    if foreign:
        _refuse_foreign(foreign, found, district_list)
    altered = _refuse_sorted_apart(rows, known, found)
    missing = sorted({line.position: line for line in known if line.id not in _ids(rows)}.items())
    if missing:
        names = [f"{position} {line.name}".strip() for position, line in missing]
        raise Refusal(
            ngettext(
                "%(count)s household of the list is missing in the workbook: No. %(numbers)s.",
                "%(count)s households of the list are missing in the workbook: No. %(numbers)s.",
                len(missing),
            )
            % {"count": localize(len(missing)), "numbers": listed(names)}
        )
    said = {name: value for name, value in told.items() if name != "chu_ky"}
    if not is_signed(said, by_key, told.get("chu_ky", "")):
        raise Refusal(_("The hidden key sheet was changed. Download the workbook again."))
    return Keyed(rows, without, altered)


def _ids(rows: list[KeyedRow]) -> set[int]:
    return {row.line.id for row in rows}


def _known_lines(district_list: DistrictList) -> list[KnownLine]:
    lines = ListLine.objects.filter(district_list=district_list).order_by("position")
    return [
        KnownLine(
            pk,
            position,
            snapshot.get("head_name") or "",
            str(snapshot.get("birth_year") or ""),
            masked_id(snapshot.get("national_id")),
        )
        for pk, position, snapshot in lines.values_list("pk", "position", "snapshot")
    ]


def _refuse_foreign(
    foreign: list[tuple[int, str, str]], found: SheetTable, district_list: DistrictList
) -> None:
    """Say of the first row whose key it is; rows whose keys are nobody's are named together."""
    for number, key, name in foreign[:SHOWN_ROWS]:
        whose = _whose(key, district_list)
        if whose:
            raise Refusal(
                _("Row %(row)s (%(name)s): %(whose)s. Take the row out, or download the workbook again.")
                % {"row": number, "name": name or "–", "whose": whose}
            )
    rows = [f"{number} ({name})" if name else str(number) for number, _key, name in foreign]
    raise Refusal(
        _("Keys in column %(column)s were changed, rows %(rows)s. Download the workbook again.")
        % {"column": found.table.letter("key"), "rows": listed(rows)}
    )


def _whose(key: str, district_list: DistrictList) -> str:
    """To which older version or other list a key belongs, in words; "" where it is nobody's."""
    number = key.partition("-")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return ""
    for version in range(1, district_list.version):
        if row_key(district_list, int(number), version) == key:
            return _("its key belongs to version %(then)s of the list, which is at version %(now)s") % {
                "then": version,
                "now": district_list.version,
            }
    line = ListLine.objects.filter(pk=int(number)).select_related("district_list").first()
    if line is None or line.district_list_id == district_list.pk:
        return ""
    other = line.district_list
    if all(row_key(other, line.pk, version) != key for version in range(1, other.version + 1)):
        return ""
    return _("its key belongs to the list “%(list)s”") % {"list": other}


def _refuse_sorted_apart(
    rows: list[KeyedRow], known: list[KnownLine], found: SheetTable
) -> list[tuple[KeyedRow, str]]:
    """Refuse where a row's key and its other cells are of two lines; return rows with other changed cells.

    Sorting some columns only is the mistake that would give every household another one's answer.
    """
    by_marks: dict[tuple[str, ...], KnownLine] = {}
    for line in known:
        name, year, identity = line.marks()
        for marks in ((name,), (name, year), (name, year, identity)):
            by_marks.setdefault(marks, line)
    altered: list[tuple[KeyedRow, str]] = []
    for row in rows:
        mark = found.cell(row.values, "mark").upper()
        if mark and mark != mark_of(row.key).upper():
            raise Refusal(
                _(
                    "Row %(row)s (%(name)s): the key and the last column do not belong together; some "
                    "columns were sorted apart from the others. Sort whole rows, in a workbook "
                    "downloaded anew."
                )
                % {"row": row.row, "name": row.line.name}
            )
        said: tuple[str, ...] = ()
        own = row.line.marks()
        for index, name in enumerate(("head_name", "birth_year", "national_id")):
            word = found.cell(row.values, name)
            if not word:
                break
            said += (fold(word) if name == "head_name" else word,)
            if said[index] == own[index]:
                continue
            if said in by_marks:
                _refuse_other(row, by_marks[said])
            altered.append((row, name))
            break
    return altered


def _refuse_other(row: KeyedRow, other: KnownLine) -> None:
    raise Refusal(
        _(
            "Row %(row)s has the key of “%(name)s” (No. %(number)s) but names “%(other)s” "
            "(No. %(other_number)s): some columns were sorted or copied apart from the others. Sort whole "
            "rows, in a workbook downloaded anew."
        )
        % {
            "row": row.row,
            "name": row.line.name,
            "number": row.line.position,
            "other": other.name,
            "other_number": other.position,
        }
    )
