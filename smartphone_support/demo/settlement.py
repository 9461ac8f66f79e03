"""Where the synthetic households live: the 2023 units, how many households each has, which peoples.

Codes and names of units are official; weights and shares are invented for illustration ("số liệu
minh họa"), after the rough proportions published for Đắk Nông, with A Lưới heaviest in Thừa Thiên Huế,
for which no figures by district are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .dice import Dice
from .tables import DATA, rows_of, syllables

AREA_DATA = Path(__file__).resolve().parent.parent / "areas" / "data"
PROVINCES: Mapping[str, str] = {"46": "Thừa Thiên Huế", "67": "Đắk Nông"}

VILLAGE_FIRST = syllables("village_first")
VILLAGE_SECOND = syllables("village_second")
TRUONG_SON_VILLAGE = syllables("truong_son_village")
HIGHLAND_VILLAGE = syllables("highland_village")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune-level unit of 2023 and what the generator assumes about it."""

    province_code: str
    district_code: str
    district: str
    code: str
    name: str
    is_urban: bool
    weight: float
    poor_share: float
    ethnicities: tuple[str, ...]
    ethnic_weights: tuple[float, ...]
    villages: tuple[str, ...]


@cache
def communes_of(province_code: str) -> tuple[Commune, ...]:
    """Every commune of the province, in the order of the official codes of districts, then communes.

    Raises ValueError for a province the generator knows nothing about.
    """
    if province_code not in PROVINCES:
        known = ", ".join(PROVINCES)
        raise ValueError(f"No synthetic population for province {province_code!r}: only {known}.")
    defaults, overrides = _settlement_rows()
    found = []
    for row in rows_of(AREA_DATA / f"communes_{province_code}_2023.tsv"):
        district = defaults[row["district_code"]]
        own = overrides.get(row["commune_code"], {})
        mix = _shares(own.get("ethnicities") or district["ethnicities"])
        is_urban = row["type"] != "xa"
        style = "urban" if is_urban else own.get("village_style") or district["village_style"]
        found.append(
            Commune(
                province_code=province_code,
                district_code=row["district_code"],
                district=" ".join(row["district"].split()),
                code=row["commune_code"],
                name=" ".join(row["commune"].split()),
                is_urban=is_urban,
                weight=float(own.get("weight") or 1.0),
                poor_share=float(district["poor_share"]),
                ethnicities=tuple(mix),
                ethnic_weights=tuple(mix.values()),
                villages=_villages(row["commune_code"], style),
            )
        )
    return tuple(sorted(found, key=lambda commune: (commune.district_code, commune.code)))


@cache
def commune_by_code(province_code: str) -> Mapping[str, Commune]:
    """The communes of a province by their code."""
    return {commune.code: commune for commune in communes_of(province_code)}


def households_per_commune(province_code: str, size: int) -> list[tuple[Commune, int]]:
    """Share ``size`` households out over the communes, by the weights of districts, then of communes.

    Each level is rounded by largest remainder, so that the parts always add up to ``size``.
    """
    communes = communes_of(province_code)
    defaults, _ = _settlement_rows()
    districts = list(dict.fromkeys(commune.district_code for commune in communes))
    parts = _apportion(size, [float(defaults[code]["weight"]) for code in districts])
    shares: list[tuple[Commune, int]] = []
    for code, part in zip(districts, parts, strict=True):
        members = [commune for commune in communes if commune.district_code == code]
        shares += zip(members, _apportion(part, [commune.weight for commune in members]), strict=True)
    return shares


def _apportion(seats: int, weights: Sequence[float]) -> list[int]:
    exact = [seats * weight / sum(weights) for weight in weights]
    floors = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[: seats - sum(floors)]:
        floors[i] += 1
    return floors


def _villages(commune_code: str, style: str) -> tuple[str, ...]:
    """Names of the villages: the same for every seed, because villages do not change with the year."""
    dice = Dice("villages", commune_code)
    count = dice.whole(4, 9)
    if style == "urban":
        return tuple(f"Tổ dân phố {number}" for number in range(1, count + 1))
    numbered = [f"Thôn {number}" for number in range(1, count + 1)]
    if style == "hue":
        named = [f"Thôn {first} {second}" for first in VILLAGE_FIRST for second in VILLAGE_SECOND]
    elif style == "truong-son":
        named = [f"Thôn {first} {second}" for first in ("A", "Pa", "Ka") for second in TRUONG_SON_VILLAGE]
    else:
        word = "Buôn" if style == "highland-ede" else "Bon"
        named = [f"{word} {first} {second}" for first in HIGHLAND_VILLAGE for second in HIGHLAND_VILLAGE[1:]]
        named += [f"{word} R'{name}" for name in HIGHLAND_VILLAGE] + [f"{word} N'Jriêng"]
    own = dice.shuffled(named)[:count]
    return tuple(own[i] if dice.chance(0.6) else numbered[i] for i in range(count))


def _shares(text: str) -> dict[str, float]:
    return {name: float(share) for name, share in (part.split("=") for part in text.split(";"))}


@cache
def _settlement_rows() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    rows = rows_of(DATA / "settlement.tsv")
    districts = {row["district_code"]: row for row in rows if row["district_code"]}
    communes = {row["commune_code"]: row for row in rows if row["commune_code"]}
    return districts, communes
