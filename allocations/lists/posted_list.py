"""The posted list (danh sách niêm yết): the kept households with what the public may read, and nothing else.

Ordinal, head's name, village, class, priority, form of support. Never an identity number, a day of birth, a
telephone number or the ethnicity. It is an office paper: its words are Vietnamese whatever the screen's
language.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from openpyxl import Workbook

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.words import closing_sentence, day_in_words
from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)

from ..choices import Decision
from ..models import DistrictList
from .form_words import FormWords
from .review_workbook import class_words

SHEET = "Niêm yết"
TITLE = "DANH SÁCH HỘ ĐỀ NGHỊ HỖ TRỢ ĐIỆN THOẠI THÔNG MINH"
COLUMNS = (
    ("STT", 6),
    ("Họ và tên chủ hộ", 28),
    ("Thôn", 22),
    ("Diện", 24),
    ("Ưu tiên", 9),
    ("Hình thức hỗ trợ", 22),
)


@dataclass(frozen=True, slots=True)
class PostedRow:
    """One household as it hangs out; `number` is its ordinal on the posted list."""

    number: int
    name: str
    village: str
    poverty_class: str
    priority: int
    form: str

    def cells(self) -> list[Any]:
        return [self.number, self.name, self.village, self.poverty_class, self.priority, self.form]


@dataclass(frozen=True, slots=True)
class PostedCommune:
    """The households of one commune, in the order of priority."""

    name: str
    rows: list[PostedRow]


@dataclass(frozen=True, slots=True)
class PostedList:
    """What is posted: by commune in the order of codes, numbered through."""

    communes: list[PostedCommune]

    @property
    def households(self) -> int:
        return sum(len(commune.rows) for commune in self.communes)


def posted_list(
    district_list: DistrictList,
    *,
    commune: AdministrativeArea | None = None,
    households: Collection[int] | None = None,
) -> PostedList:
    """The kept households of the list, of one commune, or only the named ones (what was added since)."""
    lines = district_list.lines.filter(decision=Decision.KEEP)
    if commune is not None:
        lines = lines.filter(commune=commune)
    if households is not None:
        lines = lines.filter(household__in=households)
    ordered = lines.select_related("commune").order_by("commune__code", "position")
    communes, number, forms = [], 0, FormWords.of(district_list.round)
    for name, group in groupby(ordered, key=lambda line: line.commune.name):
        rows = []
        for line in group:
            number += 1
            facts = line.snapshot
            rows.append(
                PostedRow(
                    number, facts.get("head_name", ""), facts.get("village", ""), class_words(facts),
                    line.priority, forms.word(line.support_form),
                )
            )  # fmt: skip
        communes.append(PostedCommune(name, rows))
    return PostedList(communes)


def heading_lines(district_list: DistrictList, commune: AdministrativeArea | None) -> tuple[str, str]:
    """Under the title: the place, and the round with its decision."""
    round_ = district_list.round
    place = district_list.district.name
    if commune is not None:
        place = f"{commune.name}, {district_list.district.name_in_text}"
    wave = f", lần {district_list.wave}" if district_list.wave > 1 else ""
    day = day_in_words(round_.decision_date)
    return (
        place,
        f"{round_.name}{wave}, theo Quyết định số {round_.decision_number} {day} của {round_.issuer}",
    )


def write_posted_list(
    district_list: DistrictList, posted: PostedList, commune: AdministrativeArea | None = None
) -> bytes:
    """The posted list as the content of an .xlsx file, A4 upright."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = len(COLUMNS)
    write_line(sheet, 1, TITLE, last=last, bold=True, size=14)
    place, source = heading_lines(district_list, commune)
    write_line(sheet, 2, place, last=last, bold=True)
    write_line(sheet, 3, source, last=last, italic=True, size=12)
    sheet.row_dimensions[3].height = 32
    write_header(sheet, 5, [title for title, _width in COLUMNS])
    set_widths(sheet, [width for _title, width in COLUMNS])
    prepare_print(sheet, header_rows=(5, 5), landscape=False)
    row = 6
    for part in posted.communes:
        write_row(sheet, row, ["", f"{part.name}: {len(part.rows)} hộ", "", "", "", ""], bold=True)
        row += 1
        for household in part.rows:
            write_row(sheet, row, household.cells())
            row += 1
    write_line(sheet, row + 1, closing_sentence(posted.households), last=last, bold=True, centred=False)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def file_name(district_list: DistrictList, commune: AdministrativeArea | None) -> str:
    parts = ["Danh sach niem yet", commune.name if commune else district_list.district.name]
    return " - ".join([*parts, district_list.round.name, f"v{district_list.version}"]) + ".xlsx"
