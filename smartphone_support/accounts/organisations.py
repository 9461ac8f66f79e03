"""The organisations that take part in the programme, as data, and how they get into the database."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from smartphone_support.areas.choices import Level
from smartphone_support.areas.loading import VALID_FROM
from smartphone_support.areas.models import AdministrativeArea

from .choices import OrganisationKind
from .models import Organisation
from .seeds.writer import SeedWriter

FILE = Path(__file__).parent / "seeds" / "organisations.tsv"
# Codes of organisations begin with their province: "hue-dic", "daknong-661".
PREFIXES = {"46": "hue", "67": "daknong"}


def packaged_organisations() -> Iterator[dict[str, str]]:
    """Rows of the packaged list: departments, partners and operators of both provinces, and `system`."""
    with FILE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


@transaction.atomic
def load_organisations() -> SeedWriter:
    """Create or correct both provinces' organisations; the areas must be loaded.

    District committees are not listed in the file: there is one for each district of 2023. Running it
    again changes nothing; names people have changed since (departments are renamed) stay.
    Source: the actors of Plan 413/KH-UBND section IV and of the Đắk Nông appendix.
    """
    writer = SeedWriter()
    units = AdministrativeArea.objects.filter(valid_from=VALID_FROM)
    provinces = {area.code: area for area in units.filter(level=Level.PROVINCE)}
    for row in packaged_organisations():
        writer.put(
            Organisation,
            {"code": row["code"]},
            {
                "kind": row["kind"],
                "province": provinces[row["province"]] if row["province"] else None,
                "area": None,
            },
            first={"name": row["name"], "short_name": row["short_name"]},
        )
    for province in provinces.values():
        for district in units.filter(level=Level.DISTRICT, parent=province):
            name = f"UBND {district.name_in_text}"
            writer.put(
                Organisation,
                {"code": f"{PREFIXES[province.code]}-{district.code}"},
                {"kind": OrganisationKind.DISTRICT, "province": province, "area": district},
                first={"name": name, "short_name": name},
            )
    return writer
