"""Invented names of people, in the patterns of the peoples of both provinces.

Names are put together from lists of syllables and belong to nobody. What matters is their form,
because it is the form which makes lists hard to read: several words, one letter before a name
("Y - …", "H' …", "K' …"), apostrophes inside a word, a clan after the name, a word which tells
nothing about the sex.
"""

from __future__ import annotations

from .dice import Dice
from .tables import syllables

MALE = "male"
FEMALE = "female"

KINH_FAMILIES = syllables("kinh_families")
KINH_WEIGHTS = [30, 12, 11, 6, 6, 4, 4, 4, 4, 3, 3, 2, 2, 2] + [1] * (len(KINH_FAMILIES) - 14)
KINH_MIDDLES = {MALE: syllables("kinh_middles_male"), FEMALE: syllables("kinh_middles_female")}
KINH_GIVEN = {MALE: syllables("kinh_given_male"), FEMALE: syllables("kinh_given_female")}

# Central Trường Sơn: Tà Ôi, Pa Cô, Cơ Tu, Bru - Vân Kiều.
TRUONG_SON_ONSETS = syllables("truong_son_onsets")
TRUONG_SON_RHYMES = syllables("truong_son_rhymes")
TRUONG_SON_FAMILIES = {
    "Tà Ôi": ("Hồ", "A Viết", "Kêr", "Pi Ríu", "Lê", "Hồ", "Ra Nang"),
    "Pa Cô": ("Hồ", "Quỳnh", "Viên", "Hồ", "A Kiêng", "Đoàn"),
    "Cơ Tu": ("Bhnướch", "Zơ Râm", "Arất", "Bhling", "Pơ Loong", "Tơ Ngôl", "A Râl", "Cơ Lâu", "Trần"),
    "Bru - Vân Kiều": ("Hồ",),
}

# Central Highlands: M'Nông, Mạ, Ê Đê.
HIGHLAND_ONSETS = syllables("highland_onsets")
HIGHLAND_RHYMES = syllables("highland_rhymes")
EDE_CLANS = syllables("ede_clans")

# Migrants from the northern mountains.
NORTHERN_FAMILIES = {
    "Tày": ("Nông", "Hoàng", "Bế", "Ma", "Hà", "Lộc", "Đàm", "Lương", "Nguyễn"),
    "Nùng": ("Nông", "Vy", "Lý", "Hoàng", "Triệu", "Lục", "Mông", "Hứa", "Phùng"),
    "Dao": ("Bàn", "Triệu", "Đặng", "Phùng", "Lý", "Chảo", "Tẩn"),
    "Mông": ("Giàng", "Sùng", "Vàng", "Thào", "Lầu", "Hạng", "Mùa", "Cứ", "Ly", "Hầu"),
    "Thái": ("Lò", "Quàng", "Cầm", "Lường", "Vi", "Hà", "Lô"),
}
NORTHERN_MIDDLES: dict[str, dict[str, tuple[str, ...]]] = {
    "Tày": {MALE: ("Văn", "Văn", "Đức"), FEMALE: ("Thị", "Thị", "Thị Kim")},
    "Nùng": {MALE: ("Văn", "Văn", "Say"), FEMALE: ("Thị",)},
    "Dao": {MALE: ("Tòn", "Văn", "Chòi", "Phụ"), FEMALE: ("Mùi", "Thị", "Tả")},
    "Mông": {MALE: ("A", "Seo", "Văn", "Mí"), FEMALE: ("Thị", "Thị", "Mí")},
    "Thái": {MALE: ("Văn", "Hải"), FEMALE: ("Thị",)},
}
NORTHERN_GIVEN = syllables("northern_given")

ETHNICITIES = ("Kinh", "M'Nông", "Mạ", "Ê Đê", *TRUONG_SON_FAMILIES, *NORTHERN_FAMILIES)


def family_name(dice: Dice, ethnicity: str) -> str:
    """What relatives of one household have in common in their names.

    A family name for most, a clan for the Ê Đê, the manner of naming for the M'Nông and the Mạ, who
    have no family names.
    """
    if ethnicity == "Kinh":
        return dice.weighted(KINH_FAMILIES, KINH_WEIGHTS)
    if ethnicity in TRUONG_SON_FAMILIES:
        return dice.pick(TRUONG_SON_FAMILIES[ethnicity])
    if ethnicity in NORTHERN_FAMILIES:
        return dice.pick(NORTHERN_FAMILIES[ethnicity])
    if ethnicity == "Ê Đê":
        return dice.pick(EDE_CLANS)
    if ethnicity == "Mạ":
        return dice.pick(("K' ", "K' ", "K"))
    if ethnicity == "M'Nông":
        return dice.pick(("Điểu", "Điểu", "Y", "Y -", "K'"))
    raise ValueError(f"No names are known for the ethnicity {ethnicity!r}.")


def family_of(dice: Dice, name: str, ethnicity: str) -> str:
    """The family part of a relative's full name, for a child named after that relative."""
    if ethnicity == "Ê Đê":
        return max((clan for clan in EDE_CLANS if name.endswith(f" {clan}")), key=len)
    if ethnicity == "Kinh" or ethnicity in NORTHERN_FAMILIES:
        return name.split()[0]
    for family in TRUONG_SON_FAMILIES.get(ethnicity, ()):
        if name.startswith(f"{family} "):
            return family
    return family_name(dice, ethnicity)


def full_name(dice: Dice, ethnicity: str, gender: str, family: str) -> str:
    """A full name in its usual order (family or particle first, given name last or before the clan)."""
    if ethnicity == "Kinh":
        return _kinh_name(dice, gender, family)
    if ethnicity in TRUONG_SON_FAMILIES:
        return _truong_son_name(dice, gender, family)
    if ethnicity in NORTHERN_FAMILIES:
        middle = dice.pick(NORTHERN_MIDDLES[ethnicity][gender])
        return f"{family} {middle} {dice.pick(NORTHERN_GIVEN)}"
    return _highland_name(dice, ethnicity, gender, family)


def _kinh_name(dice: Dice, gender: str, family: str) -> str:
    middle = dice.pick(KINH_MIDDLES[gender])
    given = dice.pick(KINH_GIVEN[gender])
    if middle == "Thị" and dice.chance(0.35):
        middle = f"Thị {dice.pick(KINH_MIDDLES[FEMALE][6:])}"
    return f"{family} {middle} {given}"


def _truong_son_name(dice: Dice, gender: str, family: str) -> str:
    given = dice.pick(TRUONG_SON_ONSETS) + dice.pick(TRUONG_SON_RHYMES)
    if family in ("Hồ", "Lê", "Trần", "Đoàn", "Quỳnh", "Viên"):
        middle = "Thị" if gender == FEMALE else dice.pick(("Văn", "Văn", "A", "Sỹ"))
        given = dice.pick((given, dice.pick(KINH_GIVEN[gender])))
        return f"{family} {middle} {given}"
    if gender == FEMALE and dice.chance(0.4):
        return f"{dice.pick(('Kăn', 'Kê', 'Căn'))} {given}"
    return f"{family} Thị {given}" if gender == FEMALE and dice.chance(0.5) else f"{family} {given}"


def _highland_name(dice: Dice, ethnicity: str, gender: str, family: str) -> str:
    given = dice.pick(HIGHLAND_ONSETS) + dice.pick(HIGHLAND_RHYMES)
    if ethnicity == "Ê Đê":
        particle = dice.pick(("Y", "Y", "Y -")) if gender == MALE else dice.pick(("H'", "H'", "H", "H -"))
        return f"{particle} {given} {family}"
    if gender == MALE:
        return f"{family}{given}" if family.endswith(" ") else f"{family} {given}"
    if family == "Điểu":
        return f"Thị {given}"
    particles = ("H' ", "Ka ") if ethnicity == "Mạ" else ("H' ",)
    return dice.pick(particles if "'" in given else (*particles, "H'")) + given
