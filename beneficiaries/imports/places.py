"""Where a household lives: its place cells, or the sections above it, resolved to official codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from smartphone_support.areas.gazetteer import NOTHING, PROVINCES, Gazetteer, Resolution, province_of
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.vietnamese.text import clean_text

from .layouts import Section
from .options import place_key


class PlaceCells(NamedTuple):
    """The cells of one row that say where: as in the sheet, None where there is no such column."""

    province: object = None
    district: object = None
    district_code: object = None
    commune: object = None
    commune_code: object = None
    address: object = None


@dataclass(slots=True)
class Place:
    """The answer; ``problem`` is a code or "", ``column`` the name of the column to blame."""

    district_code: str = ""
    commune_code: str = ""
    village: str = ""
    problem: str = ""
    column: str = ""
    value: str = ""
    params: dict[str, str | int] = field(default_factory=dict)


class PlaceReader:
    """Resolves place cells against one province, remembering what it has met."""

    def __init__(self, gazetteer: Gazetteer, chosen: Mapping[str, str] | None = None) -> None:
        self.gazetteer = gazetteer
        #: Commune codes a person chose for places as written (``options.place_key``).
        self.chosen = chosen or {}
        self._section: Section | None = None
        self._known: dict[PlaceCells, Place] = {}
        #: Texts of places not found, to tell another province's list from a few misspelt communes.
        self.strangers: Counter[tuple[str, str, str]] = Counter()
        self.found = 0
        self.others = [Gazetteer.packaged(c) for c in PROVINCES if c != gazetteer.province_code]

    def read(self, cells: PlaceCells, section: Section) -> Place:
        if section is not self._section:
            # Everything below one heading is looked up without weighing the heading anew.
            self._section, self._known = section, {}
        place = self._known.get(cells)
        if place is None:
            place = self._known[cells] = self._chosen(cells, section) or self._resolve(cells, section)
            if place.problem.endswith("_commune"):
                place.params["place"] = place_key(*self._written(cells, section))
        if place.commune_code:
            self.found += 1
        else:
            commune = as_text(cells.commune) or as_text(cells.address) or section.commune_text
            district = as_text(cells.district) or section.district_text
            self.strangers[as_text(cells.province), district, commune] += 1
        return place

    def _written(self, cells: PlaceCells, section: Section) -> tuple[str, str]:
        """District and commune as the list has them, whatever they mean."""
        commune = as_text(cells.commune) or as_text(cells.commune_code) or as_text(cells.address)
        district = as_text(cells.district) or as_text(cells.district_code)
        return district or section.district_text, commune or section.commune_text

    def _chosen(self, cells: PlaceCells, section: Section) -> Place | None:
        code = self.chosen.get(place_key(*self._written(cells, section))) if self.chosen else None
        return self._placed(code) if code and self.gazetteer.unit(code) else None

    def _resolve(self, cells: PlaceCells, section: Section) -> Place:
        province = as_text(cells.province)
        if province and province_of(cells.province) != self.gazetteer.province_code:
            return Place(problem="unknown_commune", column="province", value=province)
        if any(as_text(v) for v in (cells.commune, cells.commune_code)):
            return self._from_columns(cells, section)
        if as_text(cells.address):
            return self._from_address(cells, section)
        return self._from_section(cells, section)

    def _from_columns(self, cells: PlaceCells, section: Section) -> Place:
        district = self.gazetteer.resolve_district(cells.district) or self.gazetteer.resolve_district(
            cells.district_code
        )
        unknown_district = "" if district else as_text(cells.district) or as_text(cells.district_code)
        if unknown_district and any(other.resolve_district(unknown_district) for other in self.others):
            column = "district" if as_text(cells.district) else "district_code"
            return Place(problem="unknown_commune", column=column, value=unknown_district)
        within = district.code or ("" if unknown_district else section.district.code)
        named = self.gazetteer.resolve_commune(cells.commune, within)
        coded = self.gazetteer.resolve_commune(cells.commune_code, within)
        text = as_text(cells.commune) or as_text(cells.commune_code)
        column = "commune" if as_text(cells.commune) else "commune_code"
        if named and coded and named.code != coded.code:
            both = Resolution("", (named.code, coded.code))
            return self._failed(both, "commune_code", as_text(cells.commune_code), district.code)
        found = named or coded
        if not found:
            return self._failed(named if named.candidates else coded, column, text, within)
        place = self._placed(found.code)
        if unknown_district:
            place.problem, place.value = "unknown_district", unknown_district
            place.column = "district" if as_text(cells.district) else "district_code"
        return place

    def _from_address(self, cells: PlaceCells, section: Section) -> Place:
        address = self.gazetteer.resolve_address(cells.address)
        if not address.commune_text:
            place = self._from_section(cells, section)
            place.village = place.village or address.village
            return place
        commune = address.commune
        if not commune and not address.district_text and section.district:
            commune = self.gazetteer.resolve_commune(address.commune_text, section.district.code)
        if not commune:
            return self._failed(commune, "address", as_text(cells.address), address.district.code)
        place = self._placed(commune.code)
        place.village = address.village
        return place

    def _from_section(self, cells: PlaceCells, section: Section) -> Place:
        if section.commune:
            place = self._placed(section.commune.code)
            place.village = section.village
            return place
        district = self.gazetteer.resolve_district(cells.district) or section.district
        place = self._failed(section.commune, "commune", section.commune_text, district.code)
        if section.row and section.commune_text:
            place.params["section_row"] = section.row
        place.village = section.village
        return place

    def _placed(self, commune_code: str) -> Place:
        unit = self.gazetteer.unit(commune_code)
        return Place(unit.parent_code if unit else "", commune_code)

    def _failed(self, resolution: Resolution, column: str, value: str, district_code: str) -> Place:
        names = [self._full_name(code) for code in resolution.candidates]
        inside = [
            c for c in resolution.candidates if not district_code or self._district_of(c) == district_code
        ]
        code = "ambiguous_commune" if len(inside) > 1 else "unknown_commune"
        if column == "commune_code" and len(resolution.candidates) > 1:
            code = "ambiguous_commune"
        params: dict[str, str | int] = {"candidates": "; ".join(names)} if names else {}
        return Place(district_code, "", "", code, column, value, params)

    def _district_of(self, commune_code: str) -> str:
        unit = self.gazetteer.unit(commune_code)
        return unit.parent_code if unit else ""

    def _full_name(self, code: str) -> str:
        unit = self.gazetteer.unit(code)
        parent = self.gazetteer.unit(unit.parent_code) if unit else None
        return f"{unit.name} ({parent.name})" if unit and parent else code

    def other_province(self) -> str | None:
        """The name of the province the places belong to when they are not in ours; None when ours were
        found or nothing tells. A few names exist in both provinces, so a tenth may seem to be ours."""
        if not self.strangers or self.found * 10 > self.strangers.total():
            return None
        votes: Counter[str] = Counter()
        for (province, district, commune), count in self.strangers.items():
            code = province_of(province)
            if province and code != self.gazetteer.province_code:
                votes[PROVINCES[code][0] if code else province] += count
                continue
            for other in self.others:
                if (
                    other.resolve_district(district)
                    or other.resolve_commune(commune).candidates
                    or (other.resolve_address(commune).commune.candidates)
                ):
                    votes[other.province_name] += count
        if not votes:
            return None
        name, count = votes.most_common(1)[0]
        return name if count * 2 > self.strangers.total() else None


_KIND_WORDS = re.compile(r"\b(huyện|thị xã|thành phố|quận|h\.|tx\.?|tp\.?)\s+.+$", re.I)
_TAIL = re.compile(r"(\s*\(\d+\)|\s*[-_ ](bản|ban|lần|lan|v|final|copy)\s*\d*|\s*[-_]?\s*\d{4})+$", re.I)


def district_of_file_name(name: str, gazetteer: Gazetteer) -> Resolution:
    """The district a file's name says, as in "Huyện Đắk RLấp.xlsx"; exports name it nowhere else."""
    stem = clean_text(Path(name.replace("_", " ")).stem.lstrip("~$"))
    stem = _TAIL.sub("", stem)
    match = _KIND_WORDS.search(stem)
    parts = [match.group(0)] if match else []
    parts += [stem, *(part.strip() for part in stem.split("-") if part.strip())]
    for part in parts:
        found = gazetteer.resolve_district(part)
        if found:
            return found
    return NOTHING
