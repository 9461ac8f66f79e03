"""Invented identity numbers in the official form, and phone numbers.

A number has the form laid down for citizen cards (Decree 137/2015/NĐ-CP art. 13, Circular
07/2016/TT-BCA art. 7): three digits for the province of birth registration, one for century and sex,
two for the year of birth, six more. Those six are drawn from a lane of their own for every province,
list year and month, so that no two lists ever give the same number to two people, without having to
know each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .dice import Dice
from .names import FEMALE
from .tables import syllables

#: Provinces of birth registration as they occur in each province, with weights (in per cent).
BIRTH_PLACES = {
    "46": {"046": 90, "045": 4, "048": 3, "044": 2, "049": 1},
    "67": {"067": 62, "066": 12, "040": 5, "038": 5, "034": 4, "052": 4, "070": 4, "068": 4},
}
#: The same for peoples whose families mostly came from elsewhere, or never moved.
BIRTH_PLACES_BY_ETHNICITY = {
    "M'Nông": {"067": 84, "066": 12, "070": 4},
    "Mạ": {"067": 82, "068": 18},
    "Ê Đê": {"067": 60, "066": 40},
    "Tày": {"004": 50, "020": 25, "067": 25},
    "Nùng": {"004": 35, "020": 40, "067": 25},
    "Dao": {"004": 40, "008": 30, "067": 30},
    "Mông": {"004": 30, "010": 20, "011": 20, "067": 30},
    "Thái": {"038": 40, "040": 35, "067": 25},
}
#: First digits of the old nine-digit cards by province of issue.
OLD_CARD_PREFIXES = {"46": ("190", "191", "192"), "67": ("245",)}
MOBILE_PREFIXES = syllables("mobile_prefixes")

SERIALS = 1_000_000
LANE = 100_000  # serials for one province and year
ANNUAL_PART = 88_000  # of the lane; the rest is 1,000 for each month
MONTH_PART = 1_000
SPREAD = 617_303  # prime to SERIALS: turns a lane into numbers that look scattered


class IdentityIssuer:
    """Hands out identity numbers nobody else has.

    ``month`` is 0 for an annual list, 1 to 12 for the changes of a month. ``taken`` names numbers that
    are already in use.
    """

    def __init__(self, province_code: str, year: int, *, month: int = 0, taken: Iterable[str] = ()) -> None:
        self.province_code = province_code
        self._taken = set(taken)
        lane = list(BIRTH_PLACES).index(province_code) * 5 + year % 5
        self._first = lane * LANE + (ANNUAL_PART + (month - 1) * MONTH_PART if month else 0)
        self._length = MONTH_PART if month else ANNUAL_PART

    def citizen_number(self, dice: Dice, *, born: date, gender: str, ethnicity: str) -> str:
        """Twelve digits which agree with sex, century and year of birth."""
        places = BIRTH_PLACES_BY_ETHNICITY.get(ethnicity, BIRTH_PLACES[self.province_code])
        place = dice.weighted(tuple(places), tuple(places.values()))
        century_and_sex = (born.year // 100 - 19) * 2 + (gender == FEMALE)
        return self._unused(dice, f"{place}{century_and_sex}{born.year % 100:02d}")

    def old_card_number(self, dice: Dice) -> str:
        """The nine digits of the card used before, which tell neither sex nor year."""
        return self._unused(dice, dice.pick(OLD_CARD_PREFIXES[self.province_code]))

    def _unused(self, dice: Dice, prefix: str) -> str:
        start = dice.whole(0, self._length - 1)
        for step in range(self._length):
            serial = (self._first + (start + step) % self._length) * SPREAD % SERIALS
            number = f"{prefix}{serial:06d}"
            if number not in self._taken:
                self._taken.add(number)
                return number
        raise ValueError(f"No identity numbers left that begin with {prefix}: ask for a smaller population.")


def phone_number(dice: Dice) -> str:
    """A ten-digit mobile number with a prefix in use since 2018."""
    return f"{dice.pick(MOBILE_PREFIXES)}{dice.whole(0, 9_999_999):07d}"
