"""Place names as written in lists, resolved to official codes. Pure: no database.

The packaged tables are the units of 2023 with the codes of the General Statistics Office. A name is
compared first with all its accents (tone placement, apostrophes, dashes, spaces and i/y aside), then
without accents; the word before it (xã, phường, …) tells same-name units apart, and the district does.
What stays undecided is reported with its candidates, never guessed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from smartphone_support.vietnamese.text import clean_text, fold, tone_key

DATA = Path(__file__).parent / "data"

#: Provinces with a packaged table: code, name and the ways people write it.
PROVINCES = {
    "46": ("Thừa Thiên Huế", ("Thừa Thiên - Huế", "TT Huế", "T.T. Huế", "TTH", "Huế")),
    "67": ("Đắk Nông", ("Đăk Nông", "Đắc Nông", "Dak Nong")),
}

#: Spellings seen in real lists which no rule would find (code, spelling).
ALIASES = {
    "67": (
        ("662", "Chư Jút"),
        ("24658", "Chư K'nia"),
        ("24727", "Đắk N'Drung"),
        ("24715", "Nâm N'Đia"),
        ("24742", "Đắk R'Tih"),
        ("24694", "Buôn Choáh"),
    ),
    "46": (("474", "Huế"),),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: official ``code``, full ``name`` ("Xã Hồng Hạ"), ``level`` "province",
    "district" or "commune", and the code of the unit above."""

    code: str
    name: str
    level: str
    parent_code: str = ""

    @property
    def kind(self) -> str:
        """The unit's type: "xa", "phuong", "thi-tran", "huyen", "thi-xa", "thanh-pho", "" if unsaid."""
        return split_prefix(self.name)[0]


@dataclass(frozen=True, slots=True)
class Resolution:
    """``code`` when exactly one unit fits, else "". ``candidates``: all codes that fit (several:
    ambiguous; none: unknown; or, with a district given, the same name in other districts)."""

    code: str = ""
    candidates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.code)

    @property
    def is_ambiguous(self) -> bool:
        return not self.code and len(self.candidates) > 1


@dataclass(frozen=True, slots=True)
class Address:
    """A full address taken apart: the village as written, commune and district resolved."""

    village: str
    commune: Resolution
    district: Resolution
    commune_text: str = ""
    district_text: str = ""


NOTHING = Resolution()

_PREFIXES = (
    ("thanh-pho", r"thanh pho|t\.\s?p\.?|tp\.?"),
    ("thi-xa", r"thi xa|t\.\s?x\.?|tx\.?"),
    ("thi-tran", r"thi tran|t\.\s?t\.?|tt\.?"),
    ("huyen", r"huyen|h\."),
    ("quan", r"quan|q\."),
    ("phuong", r"phuong|p\."),
    ("xa", r"xa|x\."),
    ("tinh", r"tinh|t\."),
)
_PREFIX = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{words})" for kind, words in _PREFIXES))
_DISTRICT_KINDS = frozenset({"huyen", "thi-xa", "thanh-pho", "quan"})
_COMMUNE_KINDS = frozenset({"xa", "phuong", "thi-tran"})

_VILLAGE = re.compile(
    r"(thon|bon|buon|ban|ap|xom|khoi|khu pho|khu vuc|kv|to dan pho|tdp|to|khu|cum|tieu khu)\b[\s.:]*", re.I
)
_BREAK = re.compile(r"\s*[,;/]\s*|\s+[-–]\s+(?=(?:xã|phường|thị|huyện|tp|thành|x\.|p\.|h\.|tx|tt)\b)", re.I)
_KEYWORD = re.compile(
    r"(?<!thị)\s+(?=(?:xã|phường|thị trấn|thị xã|huyện|thành phố|tỉnh|tp\.|tx\.|tt\.|x\.|p\.|h\.)\s*\S)", re.I
)


def split_prefix(text: str) -> tuple[str, str]:
    """Split "TT. Khe Tre" into ("thi-tran", "Khe Tre"); ("", text) where no such word stands before."""
    text = clean_text(text)
    # The folded text has the same length letter by letter, so its match tells where to cut.
    folded = fold(text)
    if len(folded) != len(text):
        return "", text
    match = _PREFIX.match(folded)
    if not match or match.end() >= len(text):
        return "", text
    ends_in_dot = match.group().endswith(".")
    if not ends_in_dot and folded[match.end()] not in " .:":
        return "", text
    return (match.lastgroup or "").replace("_", "-"), text[match.end() :].lstrip(" .:")


def is_village(text: str) -> bool:
    """True for "Thôn 3", "Bon Phong", "Tổ dân phố 4": a place below the commune."""
    return bool(_VILLAGE.match(fold(text)))


_I_FOR_Y = re.compile(r"(?<=[hklmstr])y(?![a-z])|(?<=[hklmstr])y$")


def _exact_key(text: str) -> str:
    letters, _, tones = tone_key(text).partition(".")
    return _I_FOR_Y.sub("i", letters) + "." + tones


def _loose_key(text: str) -> str:
    return re.sub("y", "i", re.sub(r"[^a-z0-9]", "", fold(text)))


class Gazetteer:
    """The units of one province and every way to find them by name or code."""

    def __init__(self, units: Iterable[Unit], aliases: Iterable[tuple[str, str]] = ()) -> None:
        self._units = {unit.code: unit for unit in units}
        self._exact: dict[str, dict[str, list[str]]] = {"district": {}, "commune": {}}
        self._loose: dict[str, dict[str, list[str]]] = {"district": {}, "commune": {}}
        self._children: dict[str, list[Unit]] = {}
        self.province_code = ""
        for unit in self._units.values():
            if unit.level == "province":
                self.province_code = unit.code
                continue
            self._children.setdefault(unit.parent_code, []).append(unit)
            self._add(unit, split_prefix(unit.name)[1])
        for code, spelling in aliases:
            if code in self._units:
                self._add(self._units[code], spelling)

    @classmethod
    def packaged(cls, province_code: str) -> Gazetteer:
        """The units of 2023 of a province of ``PROVINCES``; KeyError for any other."""
        return _packaged(str(province_code))

    def _add(self, unit: Unit, name: str) -> None:
        for index, key in ((self._exact, _exact_key(name)), (self._loose, _loose_key(name))):
            codes = index[unit.level].setdefault(key, [])
            if unit.code not in codes:
                codes.append(unit.code)

    @property
    def province_name(self) -> str:
        return self._units[self.province_code].name if self.province_code else ""

    @property
    def districts(self) -> list[Unit]:
        return [unit for unit in self._units.values() if unit.level == "district"]

    @property
    def communes(self) -> list[Unit]:
        return [unit for unit in self._units.values() if unit.level == "commune"]

    def unit(self, code: str) -> Unit | None:
        return self._units.get(code)

    def communes_of(self, district_code: str) -> list[Unit]:
        return list(self._children.get(district_code, ()))

    def resolve_district(self, text: object) -> Resolution:
        """The district named or coded by a cell."""
        code = _as_code(text)
        if code:
            unit = self._units.get(code.zfill(3))
            return Resolution(unit.code, (unit.code,)) if unit and unit.level == "district" else NOTHING
        return self._resolve("district", _as_text(text), None)

    def resolve_commune(self, text: object, district_code: str | None = None) -> Resolution:
        """The commune named or coded by a cell, in the given district if one is given.

        A name that exists only outside the given district is not resolved; its codes are the
        candidates, so that the message can say where it is.
        """
        code = _as_code(text)
        if code:
            unit = self._units.get(code.zfill(5))
            if not unit or unit.level != "commune":
                return NOTHING
            fits = not district_code or unit.parent_code == district_code
            return Resolution(unit.code if fits else "", (unit.code,))
        return self._resolve("commune", _as_text(text), district_code or None)

    def _resolve(self, level: str, text: str, district_code: str | None) -> Resolution:
        if not text:
            return NOTHING
        kind, name = split_prefix(text)
        kinds = _COMMUNE_KINDS if level == "commune" else _DISTRICT_KINDS
        if kind and kind not in kinds:
            # "TT Huế" is no township, "Huyện …" is no commune: try the words as they stand.
            kind, name = "", text
        elsewhere: tuple[str, ...] = ()
        for index, key in ((self._exact, _exact_key), (self._loose, _loose_key)):
            for wording in dict.fromkeys((name, text)):
                codes = index[level].get(key(wording), [])
                inside = [
                    c for c in codes if not district_code or self._units[c].parent_code == district_code
                ]
                if codes and not inside:
                    elsewhere = elsewhere or tuple(codes)
                if len(inside) > 1 and kind:
                    inside = [c for c in inside if self._units[c].kind == kind] or inside
                if inside:
                    return Resolution(inside[0] if len(inside) == 1 else "", tuple(inside))
        return Resolution("", elsewhere)

    def resolve_address(self, text: object) -> Address:
        """Take "Thôn Tân Hòa, Xã Đông Sơn, Huyện A Lưới" apart, from its end backwards."""
        parts = [part for part in _BREAK.split(_as_text(text)) if part]
        parts = [piece for part in parts for piece in _KEYWORD.split(part) if piece]
        if len(parts) > 1 and province_of(parts[-1]) == self.province_code and self._is_province_tail(parts):
            parts.pop()
        district, district_text = NOTHING, ""
        if parts and split_prefix(parts[-1])[0] not in _COMMUNE_KINDS and not is_village(parts[-1]):
            district = self.resolve_district(parts[-1])
            if district or split_prefix(parts[-1])[0] in _DISTRICT_KINDS:
                district_text = parts.pop()
        commune, commune_text = NOTHING, ""
        if parts and not (len(parts) == 1 and is_village(parts[-1])):
            commune_text = parts.pop()
            commune = self.resolve_commune(commune_text, district.code)
        return Address(", ".join(parts), commune, district, commune_text, district_text)

    def _is_province_tail(self, parts: list[str]) -> bool:
        """ "…, Thành phố Huế" is the district, "…, Tỉnh Thừa Thiên Huế" the province."""
        return split_prefix(parts[-1])[0] == "tinh" or not self.resolve_district(parts[-1])


@cache
def _packaged(province_code: str) -> Gazetteer:
    name, _ = PROVINCES[province_code]
    units = {province_code: Unit(province_code, name, "province")}
    with (DATA / f"communes_{province_code}_2023.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            district, commune = row["district_code"], row["commune_code"]
            if district not in units:
                units[district] = Unit(district, clean_text(row["district"]), "district", province_code)
            units[commune] = Unit(commune, clean_text(row["commune"]), "commune", district)
    return Gazetteer(units.values(), ALIASES.get(province_code, ()))


@cache
def _province_names() -> dict[str, str]:
    return {
        _loose_key(spelling): code
        for code, (name, spellings) in PROVINCES.items()
        for spelling in (name, *spellings)
    }


def province_of(text: object) -> str:
    """The code of the packaged province a text names ("TT-Huế", "Tỉnh Đăk Nông", 46), or ""."""
    code = _as_code(text)
    if code:
        return code.zfill(2) if code.zfill(2) in PROVINCES else ""
    name = _as_text(text)
    names = _province_names()
    return names.get(_loose_key(name)) or names.get(_loose_key(split_prefix(name)[1])) or ""


def _as_text(value: object) -> str:
    return clean_text(value) if isinstance(value, str) else ""


def _as_code(value: object) -> str:
    """An official code from a number, or from text such as "00481" or "19849.0"; "" for a name."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == value and abs(value) < 1e9 and value.is_integer() else ""
    text = _as_text(value).lstrip("'")
    text = text[:-2] if text.endswith(".0") else text
    return text.lstrip("0") or "" if text.isascii() and text.isdigit() else ""
