"""Exports, detailed lists and lists made at home, in every format and font: read to their truth."""

import pytest

from beneficiaries.imports.options import ReadOptions
from beneficiaries.imports.reading import read_workbook
from smartphone_support.areas.gazetteer import Gazetteer
from smartphone_support.demo.local_workbooks import (
    DIALECTS,
    export_name,
    write_detailed_list,
    write_export,
    write_local_list,
)
from smartphone_support.demo.noise import USUAL
from smartphone_support.demo.other_formats import in_old_font, save_as_csv, save_as_ods, save_in_old_font
from smartphone_support.demo.population import make_population
from smartphone_support.demo.workbooks import write_flat_list, write_national
from smartphone_support.vietnamese.legacy import convert

from .test_workbooks import differences, places, reported

DAK_NONG = Gazetteer.packaged("67")
WRITERS = {
    "national": lambda path, people: write_national(path, people, seed=4),
    "flat": lambda path, people: write_flat_list(path, people, seed=4),
    "detailed": lambda path, people: write_detailed_list(path, people, seed=4),
} | {
    dialect.name: lambda path, people, dialect=dialect: write_local_list(
        path, people, dialect=dialect, seed=4
    )
    for dialect in DIALECTS
}


@pytest.fixture(scope="module")
def people():
    return make_population("67", year=2023, size=240, seed=8)


@pytest.fixture(scope="module", params=sorted(WRITERS))
def workbook(request, people, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbooks") / f"{request.param}.xlsx"
    return path, WRITERS[request.param](path, people)


def check(result, truth):
    assert differences(result, truth) == []
    assert reported(result) == places(truth["problems"])


def test_every_layout_and_dialect_is_read_to_its_truth(workbook):
    path, truth = workbook
    result = read_workbook(path, DAK_NONG)
    check(result, truth)
    assert result.questions == []


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_in_an_old_font_it_is_read_the_same_and_a_person_is_asked(workbook, encoding, tmp_path):
    path, truth = workbook
    save_in_old_font(path, tmp_path / "old.xlsx", encoding)
    result = read_workbook(tmp_path / "old.xlsx", DAK_NONG)
    check(result, truth)
    assert {question.kind for question in result.questions} == {"encoding"}
    assert {question.params["guess"] for question in result.questions} == {encoding}
    answers = {question.sheet: encoding for question in result.questions}
    again = read_workbook(tmp_path / "old.xlsx", DAK_NONG, options=ReadOptions(encodings=answers))
    assert all(question.settled for question in again.questions)
    assert again.households == result.households


def test_as_ods_it_is_read_the_same(workbook, tmp_path):
    path, truth = workbook
    save_as_ods(path, tmp_path / "a.ods")
    check(read_workbook(tmp_path / "a.ods", DAK_NONG), truth)


@pytest.mark.parametrize("name", ["flat", "plain", "address"])
@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16")])
def test_as_text_it_is_read_the_same(people, tmp_path, name, delimiter, encoding):
    truth = WRITERS[name](tmp_path / "a.xlsx", people)
    save_as_csv(tmp_path / "a.xlsx", tmp_path / "a.csv", delimiter=delimiter, encoding=encoding)
    result = read_workbook(tmp_path / "a.csv", DAK_NONG)
    [sheet] = result.sheets
    for stated in [*truth["households"], *truth["problems"]]:
        stated["sheet"] = sheet.name
    check(result, truth)


def test_an_export_is_read_once_a_household_with_the_district_of_its_name(people, tmp_path):
    of_district = [household for household in people if household.district_code == "666"]
    path = tmp_path / export_name(of_district)
    truth = write_export(path, of_district, seed=4)
    assert path.name == "Huyện Đắk RLấp.xlsx"
    result = read_workbook(path, DAK_NONG)
    check(result, truth)
    [question] = result.questions
    assert (question.kind, question.params["guess"], question.settled) == ("district", "666", False)
    assert not any({"commune_code", "national_id"} & household.known for household in result.households)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_what_an_old_font_stores_is_what_the_reader_turns_back(encoding, people):
    for household in people:
        for text in (household.head.name, household.village, household.head.name.upper()):
            stored, font = in_old_font(text, encoding) or (text, "")
            assert font == "" or convert(stored, encoding, font.endswith("H")) == text
    assert in_old_font("Hộ nghèo", "tcvn3") == ("Hé nghÌo", ".VnTime")
    assert in_old_font("Đắk Nông", "vni") == ("Ñaék Noâng", "VNI-Times")


def test_noise_is_in_these_lists_too(people, tmp_path):
    truth = write_local_list(tmp_path / "a.xlsx", people, dialect=DIALECTS[0], seed=4, noise=USUAL)
    assert {problem["code"] for problem in truth["problems"]} >= {"leading_zero_restored", "bad_birth_date"}
    clean = write_local_list(tmp_path / "b.xlsx", people, dialect=DIALECTS[0], seed=4, clean=True)
    assert clean["problems"] == []
