"""The workbooks of the synthetic population: laid out as sent, spoilt as sent, and true to their truth."""

import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from beneficiaries.imports.reading import read_workbook
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.demo.noise import Noise
from smartphone_support.demo.population import (
    advance_year,
    make_population,
    monthly_movements,
    operator_lines,
)
from smartphone_support.demo.workbooks import (
    write_flat_list,
    write_monthly,
    write_national,
    write_operator_update,
)

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the shared sample workbooks beside the checkout"
)
HEAVY = replace(Noise(), bad_dates=0.08, bad_ids=0.08, bad_phones=0.08, missing_head=0.05, odd_places=0.4)


@pytest.fixture(scope="module")
def year():
    return advance_year(make_population("46", year=2022, size=300, seed=1), seed=2)


@pytest.fixture(scope="module")
def hills(year):
    return [household for household in year.households if household.district_code in ("481", "483")]


@pytest.fixture(scope="module")
def national(year, tmp_path_factory):
    path = tmp_path_factory.mktemp("national") / "national.xlsx"
    return path, write_national(path, year.households, year.exited, seed=3, noise=HEAVY)


@pytest.fixture(scope="module")
def flat(hills, tmp_path_factory):
    path = tmp_path_factory.mktemp("flat") / "flat.xlsx"
    return path, write_flat_list(path, hills, seed=3, noise=HEAVY)


@pytest.fixture(scope="module")
def movements(year):
    return monthly_movements(year.households, "2024-02", seed=3)


def cells(path):
    """Every filled cell of a workbook by sheet, row and column letter."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.row, cell.column_letter): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def codes(truth):
    return Counter(problem["code"] for problem in truth["problems"])


def layout(sheet):
    """What the head of a sheet is made of: merged cells, and the texts of titles and header rows."""
    texts = [cell.value for row in sheet.iter_rows(min_row=4, max_row=7) for cell in row]
    return sorted(str(area) for area in sheet.merged_cells.ranges), [text for text in texts if text]


def as_iso(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def differences(result, truth):
    """Fields in which what was read is not what is true, by household."""
    read = {(household.sheet, household.row): household for household in result.households}
    assert read.keys() == {(household["sheet"], household["row"]) for household in truth["households"]}
    wrong = []
    for true in truth["households"]:
        household = read[true["sheet"], true["row"]]
        people = zip(true.get("members", []), household.members, strict=False)
        for facts, record in [(true, household), *people]:
            for name in facts.keys() - {"key", "members"}:
                found = as_iso(getattr(record, name))
                if (found or None) != (facts[name] or None):
                    wrong.append((true["sheet"], true["row"], name, facts[name], found))
    return wrong


def places(problems):
    return Counter((p["sheet"], p["row"], p["column"], p["code"], p["level"]) for p in problems)


def reported(result):
    return Counter((p.sheet, p.row, p.column, p.code, p.level) for p in result.problems)


# -- the same seed, the same file ---------------------------------------------------------------


def test_same_seed_writes_the_same_truth_and_cells(year, national, tmp_path):
    path, truth = national
    again = write_national(tmp_path / "again.xlsx", year.households, year.exited, seed=3, noise=HEAVY)
    assert json.dumps(again, ensure_ascii=False) == json.dumps(truth, ensure_ascii=False)
    assert cells(tmp_path / "again.xlsx") == cells(path)


def test_another_seed_spoils_other_cells(year, national, tmp_path):
    other = write_national(tmp_path / "other.xlsx", year.households, year.exited, seed=4, noise=HEAVY)
    assert places(other["problems"]) != places(national[1]["problems"])
    assert [h["key"] for h in other["households"]] == [h["key"] for h in national[1]["households"]]


# -- laid out as the files really sent ------------------------------------------------------------


@needs_samples
def test_national_workbook_is_laid_out_as_the_sample(national):
    sample = openpyxl.load_workbook(SAMPLES / "46-annual-2023-national.xlsx")
    ours = openpyxl.load_workbook(national[0])
    assert ours.sheetnames == sample.sheetnames
    assert [layout(sheet) for sheet in ours] == [layout(sheet) for sheet in sample]
    assert [ours[name].max_column for name in ours.sheetnames] == [27, 16, 16]


@needs_samples
def test_flat_list_is_laid_out_as_the_sample(flat):
    sample = openpyxl.load_workbook(SAMPLES / "46-annual-2023-list-a-luoi-nam-dong.xlsx")["Danh sách"]
    ours = openpyxl.load_workbook(flat[0])["Danh sách"]
    assert layout(ours) == layout(sample)
    for row in (8, 9, 10):
        assert [cell.value for cell in ours[row]] == [cell.value for cell in sample[row]]


@needs_samples
def test_monthly_workbook_has_the_sheets_and_headers_of_the_sample(movements, tmp_path):
    write_monthly(tmp_path / "monthly.xlsx", movements, month="2024-02", seed=3)
    sample = openpyxl.load_workbook(SAMPLES / "46-monthly-2024-02.xlsx")
    ours = openpyxl.load_workbook(tmp_path / "monthly.xlsx")
    assert [name for name in ours.sheetnames if name != "Chuyển đến"] == sample.sheetnames
    for sheet in sample:
        head = ours[sheet.title]
        assert sheet.merged_cells.ranges == head.merged_cells.ranges
        assert [c.value for c in head[7]] == [c.value for c in sheet[7]]
        assert (head["A4"].value, head["A5"].value) == (sheet["A4"].value, sheet["A5"].value)


@needs_samples
def test_operator_update_is_laid_out_as_the_sample(year, tmp_path):
    lines = operator_lines(year.households, "2024-03", operator="viettel", seed=3)
    write_operator_update(tmp_path / "o.xlsx", lines, operator="viettel", month="2024-03", seed=3)
    sample = openpyxl.load_workbook(SAMPLES / "46-operator-viettel-2024-03.xlsx").active
    ours = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    assert ours.title == sample.title
    assert ours.merged_cells.ranges == sample.merged_cells.ranges
    for row in (1, 2, 3):
        assert [cell.value for cell in ours[row]] == [cell.value for cell in sample[row]]


# -- clean means clean ----------------------------------------------------------------------------


def test_clean_national_workbook_says_exactly_what_is_true(year, tmp_path):
    truth = write_national(tmp_path / "n.xlsx", year.households, year.exited, seed=3, clean=True)
    cell = cells(tmp_path / "n.xlsx")
    assert truth["problems"] == []
    listed = [household for household in truth["households"] if household["sheet"] == "HN, HCN"]
    for household in listed:
        for member in household["members"]:
            row = ("HN, HCN", member["row"])
            assert cell[*row, "D"] == member["name"]
            assert datetime.strptime(cell[*row, "F"], "%d/%m/%Y").date().isoformat() == member["birth_date"]
            assert cell.get((*row, "H"), "") == member["national_id"]
        assert cell["HN, HCN", household["row"], "C"] == household["head_name"]
        assert cell["HN, HCN", household["row"], "M"] == household["commune_code"]
        assert cell["HN, HCN", household["row"], "AA"] == household["member_count"]


def test_clean_flat_list_says_exactly_what_is_true(hills, tmp_path):
    truth = write_flat_list(tmp_path / "f.xlsx", hills, seed=3, clean=True)
    cell = cells(tmp_path / "f.xlsx")
    assert truth["problems"] == []
    for household in truth["households"]:
        row = ("Danh sách", household["row"])
        assert cell[*row, "C"] == household["head_name"]
        assert cell.get((*row, "N"), "") == household["phone"]
        assert ((*row, "J") in cell) == (household["poverty_class"] == "poor")
        assert ((*row, "K") in cell) == (household["poverty_class"] == "near_poor")
        assert ((*row, "L") in cell, (*row, "M") in cell) == (household["merit"], household["social_policy"])


# -- the mistakes in the file are those the truth names -----------------------------------------------


def test_every_mistake_in_the_national_workbook_is_in_the_truth(national):
    path, truth = national
    found = Counter()
    identity_columns = {"HN, HCN": "H", "Thoát nghèo": "G", "Thoát cận nghèo": "G"}
    rows = {(h["sheet"], m["row"]) for h in truth["households"] for m in h["members"]}
    for (sheet, row, column), value in cells(path).items():
        if (sheet, row) in rows and column == identity_columns[sheet]:
            digits = re.sub(r"\.0$|[ ']", "", str(value)).replace("O", "0")
            lost_zero = isinstance(value, int)
            found["leading_zero_restored"] += lost_zero
            found["bad_national_id"] += not lost_zero and not re.fullmatch(r"\d{9}|\d{12}", digits)
        elif (sheet, row) in rows and column == "F":
            found["bad_birth_date"] += str(value).startswith(("31/02/", "không"))
    assert found == codes(truth)
    assert min(found.values()) > 0


def test_every_mistake_in_the_flat_list_is_in_the_truth(flat):
    path, truth = flat
    cell = cells(path)
    rows = [("Danh sách", household["row"]) for household in truth["households"]]
    expected = codes(truth)
    assert sum((*row, "C") not in cell for row in rows) == expected["missing_head_name"] > 0
    assert sum(len(str(cell.get((*row, "N"), ""))) == 7 for row in rows) == expected["bad_phone"] > 0
    lost_zeros = sum(isinstance(cell.get((*row, "F")), int) for row in rows)
    assert lost_zeros == expected["leading_zero_restored"] > 0


def test_what_cannot_be_read_is_empty_in_the_truth(national):
    _, truth = national
    members = {(h["sheet"], m["row"]): m for h in truth["households"] for m in h["members"]}
    for problem in truth["problems"]:
        member = members[problem["sheet"], problem["row"]]
        if problem["code"] == "bad_national_id":
            assert member["national_id"] == ""
        if problem["code"] == "bad_birth_date":
            assert (member["birth_date"], member["birth_year"]) == (None, None)
        if problem["code"] == "leading_zero_restored":
            assert member["national_id"].startswith("0")


def test_lists_are_spoilt_in_all_the_ways_people_spoil_them(national):
    values = [value for (sheet, _, _), value in cells(national[0]).items() if sheet == "HN, HCN"]
    texts = [value for value in values if isinstance(value, str)]
    patterns = {
        "date with dots": r" \d+\.\d+\.\d{4}",
        "only a year known": r"00/00/\d{4}",
        "apostrophe": r"'\d{12}",
        "blanks in a number": r"\d{3} \d{3} \d{3,6}",
        "digit missing": r"\d{10}",
        "decimal tail": r"\d{9}\.0",
        "letter O": r"O\d{11}",
    }
    for what, pattern in patterns.items():
        assert any(re.fullmatch(pattern, text) for text in texts), what
    assert any(isinstance(value, datetime) for value in values)
    assert any(text.isupper() and " " in text and len(text) > 9 for text in texts)


# -- the project's own reader gets out of them what the truth says ----------------------------------------


def test_the_reader_reads_the_national_workbook_as_the_truth_says(national):
    path, truth = national
    result = read_workbook(path, Gazetteer.packaged("46"))
    assert differences(result, truth) == []
    assert reported(result) == places(truth["problems"])


def test_the_reader_reads_the_flat_list_as_the_truth_says(flat):
    path, truth = flat
    result = read_workbook(path, Gazetteer.packaged("46"))
    assert differences(result, truth) == []
    assert reported(result) == places(truth["problems"])


def test_the_reader_reads_the_other_province_as_well(tmp_path):
    year = advance_year(make_population("67", year=2022, size=300, seed=1), seed=2)
    national = write_national(tmp_path / "n.xlsx", year.households, year.exited, seed=3, noise=HEAVY)
    flat = write_flat_list(tmp_path / "f.xlsx", year.households, seed=3, noise=HEAVY)
    assert differences(read_workbook(tmp_path / "n.xlsx", Gazetteer.packaged("67")), national) == []
    assert differences(read_workbook(tmp_path / "f.xlsx", Gazetteer.packaged("67")), flat) == []


# -- sums, closing sentences, changes ------------------------------------------------------------------


def test_subtotals_and_closing_sentence_of_the_flat_list_add_up(hills, flat):
    path, truth = flat
    cell = cells(path)
    total_row = next(row for (_, row, column), value in cell.items() if (column, value) == ("C", "Tổng cộng"))
    people = sum(household.member_count for household in hills)
    subtotals = [
        cell["Danh sách", row, "I"]
        for (_, row, column), value in cell.items()
        if column == "A" and re.fullmatch("[IVX]+", str(value)) and ("Danh sách", row, "I") in cell
    ]
    assert cell["Danh sách", total_row, "I"] == people == sum(subtotals)
    assert cell["Danh sách", total_row + 1, "A"] == f"Danh sách này gồm có {len(truth['households'])} hộ./."


def test_monthly_truth_names_every_movement_at_its_row(movements, tmp_path):
    truth = write_monthly(tmp_path / "m.xlsx", movements, month="2024-02", seed=3, clean=True)
    cell = cells(tmp_path / "m.xlsx")
    assert Counter(change["kind"] for change in truth["changes"]) == Counter(m.kind for m in movements)
    for change in truth["changes"]:
        row = (change["sheet"], change["row"])
        assert cell[*row, "B"] == change["head_name"]
        assert cell[*row, "J"] == change["member_count"]
        assert cell[*row, "K"] == change["decision"]
        if change["kind"] == "head_changed":
            assert cell[*row, "L"] == change["new_head"] == change["new"]["new_head"]
        if change["kind"] == "corrected":
            assert change["new"] == {"member_count": change["member_count"]}


def test_operator_truth_names_every_line_at_its_row(year, tmp_path):
    lines = operator_lines(year.households, "2024-03", operator="vnpt", seed=3)
    path = tmp_path / "o.xlsx"
    truth = write_operator_update(path, lines, operator="vnpt", month="2024-03", seed=3, clean=True)
    cell = cells(path)
    words = {"new": "Hỗ trợ mới", "stopped": "Ngừng hỗ trợ", "level_changed": "Thay đổi mức"}
    assert len(truth["changes"]) == len(lines) > 50
    for change in truth["changes"]:
        row = ("CAP NHAT", change["row"])
        assert (cell[*row, "D"], cell[*row, "F"]) == (change["subscriber"], change["level"])
        assert cell[*row, "G"] == words[change["change"]]


# -- safe to open ------------------------------------------------------------------------------------


def test_text_that_looks_like_a_formula_stays_text(hills, tmp_path):
    evil = replace(hills[0].head, name='=HYPERLINK("http://example.org","x")')
    household = replace(hills[0], members=(evil, *hills[0].members[1:]), village="=1+1")
    write_flat_list(tmp_path / "f.xlsx", [household], seed=3, clean=True)
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx").active
    assert (sheet["H12"].value, sheet["H12"].data_type) == ("=1+1", "s")


def test_workbooks_say_that_their_people_are_invented(national):
    assert "minh họa" in openpyxl.load_workbook(national[0]).properties.description
