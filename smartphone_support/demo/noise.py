"""How people spoil cells: the same mistakes, at about the same rates, as in the lists really sent.

Each function takes the true value and returns what stands in the cell, what a careful reader can still
get out of it, and the problem the reader has to report there.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from .dice import Dice

LEADING_ZERO_RESTORED = "leading_zero_restored"
BAD_NATIONAL_ID = "bad_national_id"
BAD_BIRTH_DATE = "bad_birth_date"
BAD_PHONE = "bad_phone"
MISSING_HEAD_NAME = "missing_head_name"
#: Problems after which the value can still be used.
WARNINGS = (LEADING_ZERO_RESTORED, BAD_PHONE)

ODD_TICKS = ("X", "1", "Có")
OLD_PHONE_PREFIXES = {
    "032": "0162", "033": "0163", "034": "0164", "035": "0165", "036": "0166", "037": "0167",
    "038": "0168", "039": "0169", "070": "0120", "079": "0121", "077": "0122", "076": "0126",
    "078": "0128", "083": "0123", "084": "0124", "085": "0125", "081": "0127", "082": "0129",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noise:
    """Shares of cells (0 to 1) spoilt in each way. What is left over is written properly."""

    capital_names: float = 0.11
    loose_spaces: float = 0.08
    decomposed: float = 0.06
    missing_head: float = 0.004
    real_dates: float = 0.30
    odd_dates: float = 0.035
    year_only: float = 0.12
    bad_dates: float = 0.01
    spaced_ids: float = 0.03
    quoted_ids: float = 0.015
    decimal_ids: float = 0.12  # of nine-digit numbers only
    letter_o_ids: float = 0.004
    lost_zero_ids: float = 0.10
    bad_ids: float = 0.012
    text_counts: float = 0.05
    odd_phones: float = 0.23
    bad_phones: float = 0.009
    odd_places: float = 0.08
    odd_ticks: float = 0.5

    @classmethod
    def none(cls) -> Noise:
        """Every cell as it should be."""
        return cls(**dict.fromkeys(cls.__dataclass_fields__, 0.0))


USUAL = Noise()


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a cell, what can be read from it, and the code of the problem to report there."""

    cell: Any
    truth: Any
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class KnownBirth:
    """A birth date as far as the cell tells it."""

    day: date | None
    year: int | None


def birth_date(dice: Dice, noise: Noise, born: date) -> Written:
    """A date of birth: text dd/mm/yyyy, unless spoilt."""
    full = KnownBirth(born, born.year)
    kind = dice.weighted(
        ("plain", "real", "odd", "year", "bad"),
        _rest(noise.real_dates, noise.odd_dates, noise.year_only, noise.bad_dates),
    )
    if kind == "plain":
        return Written(f"{born:%d/%m/%Y}", full)
    if kind == "real":
        return Written(born, full)
    if kind == "odd":
        separated = (f" {born.day}.{born.month}.{born.year}", f"{born.day}-{born.month}-{born.year}")
        return Written(dice.pick(separated), full)
    if kind == "bad":
        return Written(dice.pick((f"31/02/{born.year}", "không nhớ")), KnownBirth(None, None), BAD_BIRTH_DATE)
    forms = (
        born.year,
        born.year,
        born.year,
        str(born.year),
        f"00/00/{born.year}",
        f"{born.month}/{born.year}",
    )
    return Written(dice.pick(forms), KnownBirth(None, born.year))


def national_id(dice: Dice, noise: Noise, number: str) -> Written:
    """An identity number: text, unless spoilt. A blank stays blank."""
    if not number:
        return Written(None, "")
    if len(number) == 9:
        return _old_card(dice, noise, number)
    kind = dice.weighted(
        ("plain", "spaced", "quoted", "letter", "lost_zero", "bad"),
        _rest(noise.spaced_ids, noise.quoted_ids, noise.letter_o_ids, noise.lost_zero_ids, noise.bad_ids),
    )
    if kind == "spaced":
        return Written(f"{number[:3]} {number[3:6]} {number[6:]}", number)
    if kind == "quoted":
        return Written(f"'{number}", number)
    if kind == "letter":
        return Written(f"O{number[1:]}", number)
    if kind == "lost_zero":
        return Written(int(number), number, LEADING_ZERO_RESTORED)
    if kind == "bad":
        return Written(_impossible(dice, number), "", BAD_NATIONAL_ID)
    return Written(number, number)


def _old_card(dice: Dice, noise: Noise, number: str) -> Written:
    kind = dice.weighted(
        ("plain", "spaced", "quoted", "decimal", "bad"),
        _rest(noise.spaced_ids, noise.quoted_ids, noise.decimal_ids, noise.bad_ids),
    )
    if kind == "spaced":
        return Written(f"{number[:3]} {number[3:6]} {number[6:]}", number)
    if kind == "quoted":
        return Written(f"'{number}", number)
    if kind == "decimal":
        return Written(f"{number}.0", number)
    if kind == "bad":
        return Written(dice.pick((number[:7], f"{number[:5]}x{number[6:]}")), "", BAD_NATIONAL_ID)
    return Written(number, number)


def _impossible(dice: Dice, number: str) -> str:
    """Digits missing, a digit unreadable, a digit too many, or what Excel makes of a long number."""
    return dice.pick(
        (number[:10], number[:10], f"{number[:5]}x{number[6:]}", f"{number}7", f"{number[1]}.{number[2]}E+10")
    )


def phone(dice: Dice, noise: Noise, number: str) -> Written:
    """A telephone number: ten digits as text, unless spoilt."""
    if not number:
        return Written(None, "")
    kind = dice.weighted(("plain", "odd", "bad"), _rest(noise.odd_phones, noise.bad_phones))
    if kind == "bad":
        return Written(number[:7], "", BAD_PHONE)
    if kind == "odd":
        old = OLD_PHONE_PREFIXES.get(number[:3])
        forms = [int(number), f"{number[:4]}.{number[4:7]}.{number[7:]}", f"+84{number[1:]}"]
        if old:
            forms.append(old + number[3:])
        return Written(dice.pick(forms), number)
    return Written(number, number)


def person_name(dice: Dice, noise: Noise, name: str) -> str:
    """A name as typed: loose spaces, decomposed letters. Its words stay what they are."""
    if dice.chance(noise.loose_spaces):
        name = dice.pick((name + " ", name.replace(" ", "  ", 1), name.replace(" ", "\u00a0", 1)))
    if dice.chance(noise.decomposed):
        name = unicodedata.normalize("NFD", name)
    return name


def head_name(dice: Dice, noise: Noise, name: str) -> str:
    """The name of a head: like any name, and often in capitals."""
    return person_name(dice, noise, name.upper() if dice.chance(noise.capital_names) else name)


def place(dice: Dice, noise: Noise, name: str) -> str:
    """The name of a unit: in small letters, with two spaces, or abbreviated."""
    if not dice.chance(noise.odd_places):
        return name
    short = {"Xã ": "X. ", "Thị trấn ": "TT ", "Phường ": "P. ", "Huyện ": "H. ", "Thành phố ": "TP "}
    for long, abbreviation in short.items():
        if name.startswith(long):
            return dice.pick((name.lower(), name.replace(" ", "  ", 1), abbreviation + name[len(long) :]))
    return name.lower()


def tick(dice: Dice, noise: Noise, stated: bool) -> str | None:
    """A yes as people mark it; a no is a blank."""
    if not stated:
        return None
    return dice.pick(ODD_TICKS) if dice.chance(noise.odd_ticks) else "x"


def count(dice: Dice, noise: Noise, number: int) -> int | str:
    """A number, now and then typed as text."""
    return str(number) if dice.chance(noise.text_counts) else number


def _rest(*shares: float) -> tuple[float, ...]:
    return (1 - sum(shares), *shares)
