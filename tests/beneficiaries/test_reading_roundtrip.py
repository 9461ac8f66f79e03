"""A clean household, written in any layout, wording, font and format, comes back the same."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from beneficiaries.imports.reading import read_workbook
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.demo.local_workbooks import DIALECTS, write_detailed_list, write_local_list
from smartphone_support.demo.noise import Noise
from smartphone_support.demo.other_formats import save_as_csv, save_as_ods, save_in_old_font
from smartphone_support.demo.population import make_population
from smartphone_support.demo.workbooks import write_flat_list, write_national

DAK_NONG = Gazetteer.packaged("67")
PEOPLE = make_population("67", year=2023, size=40, seed=3)
LAYOUTS = {"national": write_national, "flat": write_flat_list, "detailed": write_detailed_list} | {
    dialect.name: partial(write_local_list, dialect=dialect) for dialect in DIALECTS
}
FORMATS = {
    "xlsx": shutil.copy,
    "tcvn3": partial(save_in_old_font, encoding="tcvn3"),
    "vni": partial(save_in_old_font, encoding="vni"),
    "ods": save_as_ods,
    "csv": save_as_csv,
}
#: What people do to cells without making them wrong.
HARMLESS = replace(
    Noise.none(), capital_names=0.3, loose_spaces=0.3, decomposed=0.3, real_dates=0.4, odd_dates=0.3,
    spaced_ids=0.2, quoted_ids=0.2, text_counts=0.4, odd_phones=0.5, odd_places=0.4, odd_ticks=0.6,
)  # fmt: skip
GIVEN_NAMES = ["Đông", "Thơ", "N'Jrang", "Bhăm", "Thúy", "Hòa", "Mỹ", "Quý", "Ngữ", "Ưng", "Y", "K'Brơi"]
households = st.builds(
    lambda base, name, day, poor, phone: replace(
        base,
        poverty_class="poor" if poor else "near_poor",
        phone=phone,
        members=(replace(base.members[0], name=f"Nguyễn {name}", birth_date=day), *base.members[1:]),
    ),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(GIVEN_NAMES), min_size=1, max_size=3).map(" ".join),
    st.integers(0, 25_000).map(lambda days: date(1935, 1, 1) + timedelta(days)),
    st.booleans(),
    st.sampled_from(["", "0912345678", "0332154987"]),
)


def fields_of(result, truth):
    """What was read and what is true, for every field the truth names."""
    read = {household.row: household for household in result.households}
    assert len(read) == len(result.households) == len(truth["households"])
    for true in truth["households"]:
        for name in true.keys() - {"sheet", "key", "members"}:
            found = getattr(read[true["row"]], name)
            found = found.isoformat() if isinstance(found, date) else found
            yield (name, true["row"]), found or None, true[name] or None


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.reuse, Phase.generate],
)
@given(
    st.sampled_from(sorted(set(LAYOUTS) - {"communes"})),
    st.sampled_from(sorted(FORMATS)),
    st.lists(households, min_size=1, max_size=6, unique_by=lambda household: household.key),
    st.integers(0, 10_000),
)
def test_a_household_comes_back_as_it_was_written(layout, form, people, seed):
    if layout == "detailed" and not any(household.poverty_class == "poor" for household in people):
        return
    noise = {} if layout == "detailed" else {"noise": HARMLESS}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.xlsx")
        truth = LAYOUTS[layout](source, people, seed=seed, clean=layout == "detailed", **noise)
        target = Path(folder, f"b.{form if form in ('csv', 'ods') else 'xlsx'}")
        FORMATS[form](source, target)
        result = read_workbook(target, DAK_NONG)
    assert [item for item in fields_of(result, truth) if item[1] != item[2]] == []
    bad = [p for p in result.problems if p.is_error]
    assert bad == []
