"""Loads the packaged administrative units into the database."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from .choices import Level
from .models import AdministrativeArea

DATA = Path(__file__).parent / "data"
# The files hold the state of 2023. 01/01/2021 is the start of the poverty-reduction period 2021-2025,
# early enough for every list of the programme; district mergers of 2025 end these units.
VALID_FROM = date(2021, 1, 1)
PROVINCES = {"46": "Tỉnh Thừa Thiên Huế", "67": "Tỉnh Đắk Nông"}


def packaged_communes(province_code: str) -> Iterator[dict[str, str]]:
    """Rows of the packaged list of a province's communes, each with its district."""
    with (DATA / f"communes_{province_code}_2023.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


@transaction.atomic
def load_areas() -> int:
    """Create or correct both provinces' units of 2023; returns how many units there are.

    Running it again changes nothing. Source: official codes of the General Statistics Office.
    """
    provinces = _put(Level.PROVINCE, ((code, name, None) for code, name in PROVINCES.items()))
    rows = [(code, row) for code in PROVINCES for row in packaged_communes(code)]
    districts = _put(
        Level.DISTRICT, ((row["district_code"], row["district"], provinces[code]) for code, row in rows)
    )
    # The official file itself has a double space in "Xã  Đắk Lao".
    _put(
        Level.COMMUNE,
        (
            (row["commune_code"], " ".join(row["commune"].split()), districts[row["district_code"]])
            for _code, row in rows
        ),
    )
    return AdministrativeArea.objects.count()


def _put(
    level: str, units: Iterable[tuple[str, str, AdministrativeArea | None]]
) -> dict[str, AdministrativeArea]:
    areas = AdministrativeArea.objects.filter(level=level, valid_from=VALID_FROM)
    known = {area.code: area for area in areas}
    wanted = {code: (name, parent) for code, name, parent in units}
    AdministrativeArea.objects.bulk_create(
        AdministrativeArea(code=code, name=name, level=level, parent=parent, valid_from=VALID_FROM)
        for code, (name, parent) in wanted.items()
        if code not in known
    )
    for code, area in known.items():
        if code in wanted and (area.name, area.parent) != wanted[code]:
            area.name, area.parent = wanted[code]
            area.save(update_fields=["name", "parent"])
    return {area.code: area for area in areas.all()}
