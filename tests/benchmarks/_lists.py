"""Invented lists of one household a row, as a workbook and as plain values, and the list a month later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from smartphone_support.demo.dice import Dice
from smartphone_support.demo.identity import phone_number
from smartphone_support.demo.names import FEMALE, MALE, family_name, full_name
from smartphone_support.demo.settlement import Commune, households_per_commune

PROVINCE = "46"
HEADINGS = (
    "STT", "Mã hộ", "Họ và tên chủ hộ", "Ngày sinh", "Giới tính", "Số CCCD", "Dân tộc", "Huyện", "Xã",
    "Mã xã", "Thôn", "Số nhân khẩu", "Phân loại hộ", "Người có công", "Bảo trợ xã hội", "Số điện thoại",
)  # fmt: skip
#: What a month does to a list, in shares of its households.
CHANGED, NEW, GONE = 0.02, 0.01, 0.01


@dataclass(frozen=True, slots=True)
class Line:
    """One household of a list, with the values that both sides store."""

    code: str
    name: str
    born: date
    gender: str
    identity: str
    ethnicity: str
    commune: Commune
    village: str
    count: int
    is_poor: bool
    merit: bool
    social: bool
    phone: str

    def cells(self, number: int) -> tuple[object, ...]:
        return (
            number, self.code, self.name, f"{self.born:%d/%m/%Y}", "Nữ" if self.gender == FEMALE else "Nam",
            self.identity, self.ethnicity, self.commune.district, self.commune.name, self.commune.code,
            self.village, self.count, "Hộ nghèo" if self.is_poor else "Hộ cận nghèo",
            "x" if self.merit else None, "x" if self.social else None, self.phone,
        )  # fmt: skip


def first_list(rows: int, seed: int = 1) -> list[Line]:
    """Households over the communes of Huế; every identity number is some other one's never."""
    dice = Dice("benchmark", seed)
    lines: list[Line] = []
    for commune, size in households_per_commune(PROVINCE, rows):
        lines += [_line(dice, commune, number) for number in range(len(lines), len(lines) + size)]
    return lines


def _line(dice: Dice, commune: Commune, number: int) -> Line:
    ethnicity = dice.weighted(commune.ethnicities, commune.ethnic_weights)
    gender = FEMALE if dice.chance(0.3) else MALE
    born = date(1930, 1, 1) + timedelta(days=dice.whole(0, 25_000))
    return Line(
        code=f"{commune.code}{number:07}",
        name=full_name(dice, ethnicity, gender, family_name(dice, ethnicity)),
        born=born,
        gender=gender,
        # The sixth to twelfth digits count on; sex, century and year stand where they must.
        identity=f"046{int(gender == FEMALE)}{born.year % 100:02}{number:06}",
        ethnicity=ethnicity,
        commune=commune,
        village=dice.pick(commune.villages),
        count=dice.whole(1, 7),
        is_poor=dice.chance(0.5),
        merit=dice.chance(0.04),
        social=dice.chance(0.1),
        phone=phone_number(dice) if dice.chance(0.6) else "",
    )


def next_list(lines: Sequence[Line], seed: int = 1) -> list[Line]:
    """The whole list again: most as they were, some with another value, some gone, some new.

    The first household of a commune stays: a list that names nobody of a commune says nothing of it.
    """
    dice = Dice("benchmark, a month later", seed)
    firsts = {line.commune.code: line for line in reversed(lines)}
    stayed = [line for line in lines if not dice.chance(GONE) or line is firsts[line.commune.code]]
    kept = [_changed(dice, line) if dice.chance(CHANGED) else line for line in stayed]
    communes = sorted({line.commune.code: line.commune for line in lines}.items())
    new = [_line(dice, dice.pick(communes)[1], len(lines) + i) for i in range(int(len(lines) * NEW))]
    return kept + new


def _changed(dice: Dice, line: Line) -> Line:
    kind = dice.whole(0, 3)
    if kind == 0:
        return replace(line, phone=phone_number(dice))
    if kind == 1:
        return replace(line, count=line.count + 1)
    if kind == 2:
        return replace(line, is_poor=not line.is_poor)
    return replace(line, merit=not line.merit, count=line.count + 1)


def write_list(lines: Sequence[Line], path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    for cells in _rows(lines):
        sheet.append(cells)
    book.save(path)


def _rows(lines: Sequence[Line]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for number, line in enumerate(lines, 1):
        yield line.cells(number)
