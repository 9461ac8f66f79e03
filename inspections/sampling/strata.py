"""Strata in words: places by name, sizes summed per district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from beneficiaries.choices import PovertyClass
from smartphone_support.areas.choices import Level as AreaLevel
from smartphone_support.areas.models import AdministrativeArea

from ..models import InspectionRound
from ..rules.frames import Level, parts_of
from .frame import OTHER


@dataclass(frozen=True, slots=True)
class StratumRow:
    """A stratum on a page: its commune, its class, how many households, how many of them drawn."""

    place: str
    poverty_class: str
    population: int
    sample: int


@dataclass(slots=True)
class DistrictRows:
    """The strata of one district with their sums; without a name, where strata reach over districts."""

    name: str
    rows: list[StratumRow] = field(default_factory=list)

    @property
    def population(self) -> int:
        return sum(row.population for row in self.rows)

    @property
    def sample(self) -> int:
        return sum(row.sample for row in self.rows)


class Places:
    """Names of a province's districts and communes by code, as of a day."""

    def __init__(self, round_: InspectionRound, on: date) -> None:
        province = round_.program.province
        rows = AdministrativeArea.objects.filter(
            Q(parent=province) | Q(parent__parent=province), valid_from__lte=on
        )
        self.names: dict[tuple[str, str], str] = {}
        # Of units with the same code the youngest of the day has the last word; an ended one is still named.
        for level, code, name in rows.order_by("valid_from").values_list("level", "code", "name"):
            self.names[level, code] = name

    def district(self, code: str) -> str:
        return self.names.get((AreaLevel.DISTRICT, code), code)

    def commune(self, code: str) -> str:
        return self.names.get((AreaLevel.COMMUNE, code), code)

    def stratum(self, name: str) -> str:
        """A stratum in one line: commune or district, and class."""
        district, commune, poverty_class = parts_of(name)
        place = self.commune(commune) if commune else self.district(district) if district else ""
        return ", ".join(part for part in (place, class_word(poverty_class)) if part) or _("All households")


def class_word(poverty_class: str) -> str:
    if poverty_class in PovertyClass.values:
        return str(PovertyClass(poverty_class).label)
    return _("Neither poor nor near-poor") if poverty_class == OTHER else ""


def level_word(level: Level) -> str:
    return {
        Level.COMMUNE: _("commune and class"),
        Level.DISTRICT: _("district and class"),
        Level.CLASS: _("class"),
        Level.ALL: _("none: the sample is drawn from all households at once"),
    }[level]


def by_district(places: Places, strata: Mapping[str, tuple[int, int]]) -> list[DistrictRows]:
    """Strata with (population, sample), districts and communes in the order of their codes."""
    found: dict[str, DistrictRows] = {}
    for name in sorted(strata):
        district, commune, poverty_class = parts_of(name)
        rows = found.setdefault(district, DistrictRows(places.district(district) if district else ""))
        population, sample = strata[name]
        word = class_word(poverty_class) or _("All households")
        rows.rows.append(StratumRow(places.commune(commune) if commune else "", word, population, sample))
    return list(found.values())


def merged_words(places: Places, merged: Iterable[tuple[str, ...]]) -> list[str]:
    """Groups of strata taken together, in words."""
    return ["; ".join(places.stratum(name) for name in names) for names in merged]
