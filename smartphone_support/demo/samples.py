"""Workbooks that fit the demo, for whoever tries it: what each sender would send next."""

from __future__ import annotations

from pathlib import Path

from allocations.choices import ListState
from allocations.lists.review_workbook import write_review_workbook
from allocations.models import DistrictList

from .delivery_samples import write_delivery_samples
from .local_workbooks import DIALECTS, export_name, write_detailed_list, write_export, write_local_list
from .other_formats import save_as_csv, save_as_ods, save_in_old_font
from .population import SyntheticHousehold, monthly_movements, operator_lines
from .reviews import fill_review
from .story import FIRST_YEAR, SEED, SIZES, next_year_of
from .workbooks import Truth, write_flat_list, write_monthly, write_national, write_operator_update

#: Households in each sample of the rarer layouts: enough to try them, written in a moment.
OTHERS = 150
MOUNTAIN_DISTRICTS = {"46": ("481", "483"), "67": ("661", "667")}


def write_samples(folder: Path, sizes: dict[str, int] = SIZES) -> list[Path]:
    """Write every sample of both provinces into `folder`; returns their paths.

    `sizes` must be those the demo was loaded with, or the lists tell of other people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        path
        for province, size in sizes.items()
        for path in [
            *_lists(folder, province, size),
            *_reviews(folder, province),
            *write_delivery_samples(folder, province),
        ]
    ]


def _lists(folder: Path, province: str, size: int) -> list[Path]:
    following, year = next_year_of(province, size), FIRST_YEAR + 1
    national = folder / f"{province}-danh-sach-nam-{year}.xlsx"
    write_national(national, following.households, following.exited, seed=SEED)
    flat = folder / f"{province}-danh-sach-vung-cao-nam-{year}.xlsx"
    mountain = [h for h in following.households if h.district_code in MOUNTAIN_DISTRICTS[province]]
    write_flat_list(flat, mountain, seed=SEED)
    monthly = folder / f"{province}-bien-dong-{year + 1}-02.xlsx"
    month = f"{year + 1}-02"
    write_monthly(monthly, monthly_movements(following.households, month, SEED), month=month, seed=SEED)
    operator = folder / f"{province}-viettel-{year + 1}-03.xlsx"
    write_operator_sample(operator, following.households, f"{year + 1}-03")
    return [national, flat, monthly, operator, *_other_layouts(folder, province, following.households)]


def write_operator_sample(path: Path, households: list[SyntheticHousehold], month: str) -> Truth:
    """Viettel's update of a month ("2024-03") about these households; returns what it says."""
    lines = operator_lines(households, month, operator="viettel", seed=SEED)
    return write_operator_update(path, lines, operator="viettel", month=month, seed=SEED)


def _other_layouts(folder: Path, province: str, households: list[SyntheticHousehold]) -> list[Path]:
    """Some households of a mountain district in the layouts districts send, and in old fonts and other
    formats."""
    code = MOUNTAIN_DISTRICTS[province][0]
    some = [household for household in households if household.district_code == code][:OTHERS]
    export = folder / f"{province}-phan-mem-{export_name(some)}"
    write_export(export, some, seed=SEED)
    detailed = folder / f"{province}-chi-tiet-ho-ngheo-{code}.xlsx"
    write_detailed_list(detailed, some, seed=SEED)
    paths = [export, detailed]
    for dialect in DIALECTS:
        paths.append(folder / f"{province}-huyen-tu-lap-{dialect.name}-{code}.xlsx")
        write_local_list(paths[-1], some, dialect=dialect, seed=SEED)
    flat = folder / f"{province}-danh-sach-{code}.xlsx"
    write_flat_list(flat, some, seed=SEED)
    for encoding in ("tcvn3", "vni"):
        paths.append(flat.with_name(f"{flat.stem}-phong-chu-{encoding}.xlsx"))
        save_in_old_font(flat, paths[-1], encoding)
    save_as_csv(flat, flat.with_suffix(".csv"))
    save_as_ods(flat, flat.with_suffix(".ods"))
    return [*paths, flat, flat.with_suffix(".csv"), flat.with_suffix(".ods")]


def _reviews(folder: Path, province: str) -> list[Path]:
    """The review workbooks of the lists that districts have in hand, filled in as a district would."""
    paths = []
    drafting = DistrictList.objects.filter(district__parent__code=province, state=ListState.DRAFTING)
    for district_list in drafting.select_related("district", "round__program__province"):
        path = folder / f"{province}-phieu-ra-soat-{district_list.district.code}.xlsx"
        path.write_bytes(fill_review(write_review_workbook(district_list)))
        paths.append(path)
    return paths
