"""Loads the packaged administrative units into the database."""

import csv
from collections.abc import Iterator
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
    with (DATA / f"communes_{province_code}_2023.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


@transaction.atomic
def load_areas() -> int:
    """Create or correct both provinces' units of 2023; returns how many units there are.

    Running it again changes nothing. Source: official codes of the General Statistics Office.
    """
    for province_code, province_name in PROVINCES.items():
        province = _put(province_code, province_name, Level.PROVINCE, None)
        districts: dict[str, AdministrativeArea] = {}
        for row in packaged_communes(province_code):
            district = districts.get(row["district_code"])
            if district is None:
                district = _put(row["district_code"], row["district"], Level.DISTRICT, province)
                districts[row["district_code"]] = district
            # The official file itself has a double space in "Xã  Đắk Lao".
            _put(row["commune_code"], " ".join(row["commune"].split()), Level.COMMUNE, district)
    return AdministrativeArea.objects.count()


def _put(code: str, name: str, level: str, parent: AdministrativeArea | None) -> AdministrativeArea:
    area, _created = AdministrativeArea.objects.update_or_create(
        code=code, level=level, valid_from=VALID_FROM, defaults={"name": name, "parent": parent}
    )
    return area
