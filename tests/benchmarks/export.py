"""The register as a workbook, by django-import-export's own way and row by row: time and memory."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from ._lists import PROVINCE, first_list
from ._measuring import Measured, alone, median, print_table, seconds

OURS, PEER = "row by row", "import-export"
FORMS = ("xlsx", "ods", "csv")


def run(*, rows: int = 30_000, runs: int = 3, seed: int = 1) -> dict[str, Any]:
    """The same households and columns, masked, at `rows` and (ours also) at 150,000."""
    figures = {str(rows): _compare(rows, runs, seed)}
    if rows == 30_000:
        figures["150000"] = _compare(150_000, 1, seed)
    return figures


def _compare(rows: int, runs: int, seed: int) -> dict[str, Any]:
    fill(rows, seed)
    measured: dict[str, list[Measured]] = defaultdict(list)
    cases = {f"{PEER} xlsx": ("peer", "xlsx"), **{f"{OURS} {form}": ("ours", form) for form in FORMS}}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(runs):
            for case in cases if turn % 2 == 0 else reversed(cases):
                function, form = cases[case]
                target = str(Path(folder) / f"{function}.{form}")
                measured[case].append(alone(f"tests.benchmarks.export:{function}", path=target, form=form))
    base = median(one.seconds for one in measured[f"{PEER} xlsx"])
    figures = {
        case: {
            "seconds": round(median(one.seconds for one in found), 3),
            "added_mb": round(median(one.added_mb for one in found)),
            "times_faster": round(base / median(one.seconds for one in found), 1),
            "rows": found[0].result["rows"],
            "n": len(found),
        }
        for case, found in measured.items()
    }
    print_table(
        f"export of {rows:,} households",
        ("case", "median", "n", "rows/s", "× faster", "+MB"),
        [
            (
                case,
                seconds(one["seconds"]),
                one["n"],
                f"{one['rows'] / one['seconds']:,.0f}",
                f"{one['times_faster']}×",
                f"+{one['added_mb']}",
            )
            for case, one in figures.items()
        ],
    )
    return figures


def fill(rows: int, seed: int) -> None:
    """A register of so many households with a class, in place of any former one."""
    from datetime import date

    from django.db import transaction

    from beneficiaries.imports.bulk import insert, number
    from beneficiaries.models import Household, PovertySpell
    from smartphone_support.areas.models import AdministrativeArea

    communes = {
        area.code: area
        for area in AdministrativeArea.objects.filter(level="commune").select_related("parent")
    }
    province = AdministrativeArea.objects.get(code=PROVINCE, level="province")
    PovertySpell.objects.all().delete()
    Household.objects.all().delete()
    households, spells = [], []
    for line in first_list(rows, seed):
        commune = communes[line.commune.code]
        household = Household(
            province=province, district=commune.parent, commune=commune, village=line.village,
            head_name=line.name, birth_date=line.born, birth_year=line.born.year, gender=line.gender,
            national_id=line.identity, ethnicity=line.ethnicity, member_count=line.count, phone=line.phone,
            merit=line.merit, social_policy=line.social, household_code=line.code,
        )  # fmt: skip
        household.index_name()
        households.append(household)
        spells.append(PovertySpell(poverty_class="poor", valid_from=date(2024, 1, 1)))
    with transaction.atomic():
        number(households)
        insert(households)
        for household, spell in zip(households, spells, strict=True):
            spell.household_id = household.pk
        insert(spells)


def _rows() -> Any:
    from django.utils import timezone

    from beneficiaries.models import Household

    return Household.objects.standing().order_by("commune", "head_name_key", "pk").as_of(timezone.localdate())


def ours(path: str, form: str) -> dict[str, Any]:
    from beneficiaries.exports.resources import NEEDED, HouseholdResource
    from smartphone_support.spreadsheets.exporting import write_resource

    with Path(path).open("wb") as target:
        written = write_resource(
            target, HouseholdResource(), _rows().only(*NEEDED), form=form, title="Danh sách hộ"
        )
    return {"rows": written}


def peer(path: str, form: str) -> dict[str, Any]:
    """`resource.export().xlsx`, as the library's admin sends it."""
    from beneficiaries.exports.resources import HouseholdResource

    dataset = HouseholdResource().export(_rows())
    Path(path).write_bytes(dataset.export(form))
    return {"rows": len(dataset)}
