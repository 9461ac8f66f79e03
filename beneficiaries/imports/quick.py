"""Cells as most lists hold them, recognised at a glance; any other goes to the careful cleaners.

Each function here returns exactly what its namesake of ``spreadsheets.cells`` returns, only sooner. A list
has some ten cells a row: this is where the time of reading goes.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from smartphone_support.spreadsheets import cells
from smartphone_support.spreadsheets.cells import BirthDate

_SMALL = "abcdefghijklmnopqrstuvwxyz" + "".join(
    letter
    for base in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if not (letter := unicodedata.normalize("NFC", base + tone)).isascii()
)
_SMALL += "đ"
#: Words that begin with a capital and go on in small letters, between single spaces.
_NAME = re.compile(rf"[{_SMALL.upper()}][{_SMALL}]+(?: [{_SMALL.upper()}][{_SMALL}]*)+")
_IDENTITY = re.compile(r"(?=0*[1-9])(?:[0-9]{12}|[0-9]{9})")
_PHONE = re.compile(r"0[35789][0-9]{8}")

#: (month, day) by the first six characters of dd/mm/yyyy, of every day there can be.
_DAYS = {
    f"{day:02}/{month:02}/": (month, day)
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    for day in range(1, days + 1)
}


def clean_name(value: object) -> tuple[str, str | None]:
    if type(value) is str and _NAME.fullmatch(value):
        return value, None
    return cells.clean_name(value)


def clean_national_id(value: object) -> tuple[str, str | None]:
    if type(value) is str and _IDENTITY.fullmatch(value):
        return value, None
    return cells.clean_national_id(value)


def clean_phone(value: object) -> tuple[str, str | None]:
    if type(value) is str and _PHONE.fullmatch(value):
        return value, None
    return cells.clean_phone(value)


def clean_integer(value: object) -> tuple[int | None, str | None]:
    if type(value) is int and 0 <= value <= 10_000:
        return value, None
    return cells.clean_integer(value)


def plain_date(value: object) -> date | None:
    """The day of a text dd/mm/yyyy with the day first; None for any other cell, also for a bad one."""
    if type(value) is not str or len(value) != 10:
        return None
    found = _DAYS.get(value[:6])
    year = value[6:]
    if found is None or not (year.isdigit() and year.isascii() and "1900" <= year < "2100"):
        return None
    if found == (2, 29):
        return None
    return date(int(year), *found)


def birth_of(day: date) -> BirthDate:
    return BirthDate(day, day.year)


@lru_cache(maxsize=4096)
def _is_blank_text(text: str) -> bool:
    return cells.is_blank(text)


def is_blank(value: object) -> bool:
    if value is None:
        return True
    if type(value) is str:
        return _is_blank_text(value) if len(value) < 12 or value.isspace() else False
    return cells.is_blank(value)
