"""The province's administrative units as they stood on a day, for reading lists and writing households."""

from __future__ import annotations

from datetime import date

from smartphone_support.areas.choices import Level
from smartphone_support.areas.gazetteer import ALIASES, Gazetteer, Unit
from smartphone_support.areas.models import AdministrativeArea


class Units:
    """Areas by official code, read once: ``commune("20044")`` is the unit, None for an unknown code."""

    def __init__(self, province: AdministrativeArea, on: date) -> None:
        areas = AdministrativeArea.objects.as_of(on)
        self.province = province
        self.districts = list(areas.districts_of(province))
        self.communes = list(areas.communes_of(province).select_related("parent"))
        self._communes = {commune.code: commune for commune in self.communes}
        self._districts = {district.code: district for district in self.districts}

    @property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer(
            [
                Unit(
                    self.province.code,
                    self.province.name.removeprefix("Tỉnh ").removeprefix("Thành phố "),
                    Level.PROVINCE,
                ),
                *(Unit(area.code, area.name, Level.DISTRICT, self.province.code) for area in self.districts),
                *(
                    Unit(area.code, area.name, Level.COMMUNE, area.parent.code)
                    for area in self.communes
                    if area.parent
                ),
            ],
            ALIASES.get(self.province.code, ()),
        )

    def commune_id(self, code: str) -> int | None:
        found = self._communes.get(code)
        return found.pk if found else None

    def commune(self, code: str) -> AdministrativeArea | None:
        return self._communes.get(code)

    def district(self, code: str) -> AdministrativeArea | None:
        return self._districts.get(code)
