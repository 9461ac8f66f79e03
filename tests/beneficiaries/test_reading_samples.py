"""The samples with their truth: every household at its row, every field, every problem at its cell."""

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from beneficiaries.imports.options import ReadOptions
from beneficiaries.imports.reading import read_workbook
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the shared samples are not beside this checkout"
)

READ = sorted(path.name.removesuffix(".truth.json") for path in SAMPLES.glob("*.truth.json"))
LISTS = [name for name in READ if "monthly" not in name and "operator" not in name]
KINDS = {"46-monthly-2024-02": "monthly", "46-operator-viettel-2024-03": "operator"}
ASKED = {"67-list-tcvn3-small": "encoding"} | {name: "district" for name in READ if "export" in name}


def truth_of(name):
    return json.loads((SAMPLES / f"{name}.truth.json").read_text(encoding="utf-8"))


@cache
def result_of(name):
    options = ReadOptions(kind=KINDS.get(name, "annual"))
    return read_workbook(SAMPLES / f"{name}.xlsx", Gazetteer.packaged(name[:2]), options=options)


@pytest.fixture(params=LISTS)
def sample(request):
    return result_of(request.param), truth_of(request.param)


def plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_every_household_is_found_at_its_row_and_none_is_invented(sample):
    result, truth = sample
    found = Counter((household.sheet, household.row) for household in result.households)
    assert found == Counter((household["sheet"], household["row"]) for household in truth["households"])


def test_every_field_is_right(sample):
    result, truth = sample
    records = {(household.sheet, household.row): household for household in result.households}
    wrong = []
    for expected in truth["households"]:
        record = records[expected["sheet"], expected["row"]]
        for name in expected.keys() - {"sheet", "row", "key", "members"}:
            # The truth says False where a sheet has no column for a yes/no; the reader says None.
            value = plain(getattr(record, name))
            if value != expected[name] and not (
                value is None and name not in record.known and not expected[name]
            ):
                wrong.append((record.sheet, record.row, name, value, expected[name]))
    assert wrong == []


def test_every_member_is_right(sample):
    result, truth = sample
    records = {(household.sheet, household.row): household for household in result.households}
    wrong = []
    for expected in truth["households"]:
        people = expected.get("members") or []
        members = records[expected["sheet"], expected["row"]].members
        if people and len(people) != len(members):
            wrong.append((expected["row"], len(members)))
        for person, member in zip(people, members, strict=False):
            wrong += [(member.row, name) for name in person if plain(getattr(member, name)) != person[name]]
    assert wrong == []


@pytest.mark.parametrize("name", READ)
def test_every_problem_is_reported_at_its_cell_and_no_other(name):
    found = Counter((p.sheet, p.row, p.column, p.code, p.level) for p in result_of(name).problems)
    problems = truth_of(name)["problems"]
    assert found == Counter((p["sheet"], p["row"], p["column"], p["code"], p["level"]) for p in problems)


@pytest.mark.parametrize("name", READ)
def test_only_fonts_and_districts_of_file_names_are_asked_about(name):
    wanted = [ASKED[name]] if name in ASKED else []
    assert [question.kind for question in result_of(name).questions] == wanted


def test_every_movement_of_the_month_is_read():
    found = {
        (movement.sheet, movement.row): (
            movement.kind,
            movement.household.head_name,
            movement.household.birth_year,
            movement.household.national_id,
            movement.household.commune_code,
            movement.new_head,
        )
        for movement in result_of("46-monthly-2024-02").movements
    }
    names = ("kind", "head_name", "birth_year", "national_id", "commune_code")
    assert found == {
        (change["sheet"], change["row"]): (
            *(change[name] for name in names),
            change["new"].get("new_head", ""),
        )
        for change in truth_of("46-monthly-2024-02")["changes"]
    }
    assert result_of("46-monthly-2024-02").households == []


def test_every_line_of_the_operator_is_read():
    name = "46-operator-viettel-2024-03"
    lines = result_of(name).subscriptions
    found = {
        line.row: (line.change, line.national_id, line.service, line.level, plain(line.on)) for line in lines
    }
    names = ("change", "national_id", "service", "level", "date")
    assert found == {c["row"]: tuple(c[name] for name in names) for c in truth_of(name)["changes"]}


def test_the_other_provinces_list_is_refused_by_name():
    with pytest.raises(SpreadsheetRefused) as refused:
        read_workbook(SAMPLES / "67-annual-2023-list.xlsx", Gazetteer.packaged("46"))
    assert (refused.value.code, refused.value.params["province"]) == ("other_province", "Đắk Nông")


# In a process of its own: what other tests of this one used before must not count.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "manage.py", "read_workbook", sys.argv[1], "--json"],
               check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_the_large_list_is_read_in_little_memory():
    """The command and the child that opens the file, in kilobytes each; they peak one after the other."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(SAMPLES / "46-annual-2023-national.xlsx")],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 300_000
