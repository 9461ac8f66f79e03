"""What all synthetic workbooks share: noise and its truth, letterheads, signatures, the facts of a row."""

from __future__ import annotations

from datetime import date
from typing import Any

from openpyxl import Workbook

from . import noise as spoil
from .dice import Dice
from .layouts import PREPARED_BY, ROMAN, SIGNED_BY
from .names import FEMALE
from .noise import WARNINGS, Noise, Written
from .population import Person, SyntheticHousehold
from .settlement import PROVINCES
from .sheets import SheetPen, new_workbook

Truth = dict[str, list[dict[str, Any]]]


class Book:
    """One workbook in the making: the file, its noise and the truth about it."""

    def __init__(self, layout: str, seed: int, clean: bool, noise: Noise) -> None:
        self.book: Workbook = new_workbook()
        self.dice = Dice("workbook", layout, seed)
        self.noise = Noise.none() if clean else noise
        self.problems: list[dict[str, Any]] = []

    def birth_date(self, pen: SheetPen, column: str, person: Person) -> Written:
        return self._noted(pen, column, spoil.birth_date(self.dice, self.noise, person.birth_date))

    def national_id(self, pen: SheetPen, column: str, number: str) -> Written:
        return self._noted(pen, column, spoil.national_id(self.dice, self.noise, number))

    def phone(self, pen: SheetPen, column: str, number: str) -> Written:
        return self._noted(pen, column, spoil.phone(self.dice, self.noise, number))

    def head_name(self, pen: SheetPen, column: str, name: str) -> Written:
        if self.dice.chance(self.noise.missing_head):
            return self._noted(pen, column, Written(None, "", spoil.MISSING_HEAD_NAME))
        return Written(spoil.head_name(self.dice, self.noise, name), name)

    def _noted(self, pen: SheetPen, column: str, written: Written) -> Written:
        """Remember the problem of a cell in the row about to be written."""
        if written.problem:
            level = "warning" if written.problem in WARNINGS else "error"
            place = {"sheet": pen.title, "row": pen.row + 1, "column": column}
            self.problems.append({**place, "code": written.problem, "level": level})
        return written


def letterhead(pen: SheetPen, province_code: str, left: str, right: str, gap: int) -> None:
    """The two lines above a list; ``left`` and ``right`` are ranges to merge, with {0} for the row."""
    space = [None] * (gap - 1)
    province = PROVINCES[province_code].upper()
    pen.write([f"UBND TỈNH {province}", *space, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"], "letterhead")
    pen.write(["SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", *space, "Độc lập - Tự do - Hạnh phúc"], "letterhead")
    pen.merge(*(part.format(row) for row in (1, 2) for part in (left, right)))
    pen.skip()


def signatures(pen: SheetPen, day: date, column: int) -> None:
    """Who made the list and who signed it; ``column`` counts the cells left of the signer."""
    gap = [None] * (column - 2)
    pen.skip()
    pen.write([None, None, *gap, f"ngày {day:%d} tháng {day:%m} năm {day:%Y}"], "signature")
    pen.write([None, "NGƯỜI LẬP BIỂU", *gap, "GIÁM ĐỐC"], "signature")
    pen.skip(4)
    pen.write([None, PREPARED_BY, *gap, SIGNED_BY], "signature")


def household_truth(
    household: SyntheticHousehold, sheet: str, row: int, head: dict[str, Any]
) -> dict[str, Any]:
    """What a reader gets out of a household's row, ``head`` being the truth about its head."""
    return {
        "sheet": sheet,
        "row": row,
        "key": household.key,
        "head_name": head["name"],
        "birth_date": head["birth_date"],
        "birth_year": head["birth_year"],
        "gender": head["gender"],
        "national_id": head["national_id"],
        "ethnicity": head["ethnicity"],
        "commune_code": household.commune_code,
        "district_code": household.district_code,
        "village": household.village,
        "member_count": household.member_count,
        "poverty_class": household.poverty_class,
    }


def member_truth(person: Person, row: int, born: Written, identity: Written) -> dict[str, Any]:
    """What a reader gets out of a person's cells."""
    day = born.truth.day
    return {
        "row": row,
        "name": person.name,
        "relation": person.relation,
        "birth_date": day.isoformat() if day else None,
        "birth_year": born.truth.year,
        "gender": person.gender,
        "national_id": identity.truth,
        "ethnicity": person.ethnicity,
    }


def gender_word(person: Person) -> str:
    """The word lists use for the person's sex."""
    return "Nữ" if person.gender == FEMALE else "Nam"


def letters(count: int) -> list[str]:
    """The first column letters."""
    single = [chr(ord("A") + index) for index in range(26)]
    return (single + ["A" + letter for letter in single])[:count]


def roman(number: int) -> str:
    """The number in Roman numerals, as communes are counted."""
    text = ""
    for value, sign in ROMAN:
        while number >= value:
            text, number = text + sign, number - value
    return text
