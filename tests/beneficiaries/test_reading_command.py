import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from beneficiaries.imports import columns, messages
from beneficiaries.imports.messages import problem_message, problem_place, problem_title, refusal_message
from beneficiaries.imports.records import Problem
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from tests.spreadsheets.building import write_xlsx
from tests.spreadsheets.lists import head, member, national

BASE = Path(settings.BASE_DIR)


@pytest.fixture
def workbook(tmp_path):
    rows = national(head(1, 1, F="31/02/1960"), member(2), head(3, 2))
    return write_xlsx(tmp_path / "a.xlsx", {"HN, HCN": rows})


def run(*arguments):
    return subprocess.run(
        [sys.executable, "manage.py", "read_workbook", *map(str, arguments)],
        cwd=BASE,
        capture_output=True,
        text=True,
    )


def test_json_holds_the_names_scripts_rely_on(workbook, capsys):
    call_command("read_workbook", str(workbook), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"sheets", "households", "changes", "problems", "questions"}
    household = answer["households"][0]
    assert {
        "sheet",
        "row",
        "head_name",
        "birth_date",
        "birth_year",
        "gender",
        "national_id",
        "ethnicity",
        "district_code",
        "commune_code",
        "village",
        "member_count",
        "poverty_class",
        "merit",
        "social_policy",
        "phone",
        "members",
    } <= set(household)
    assert (household["row"], household["birth_date"], household["social_policy"], household["phone"]) == (
        8,
        None,
        False,
        "",
    )
    assert "social_policy" not in household["known"]
    assert {"name", "relation", "birth_date", "birth_year", "gender", "national_id"} <= set(
        household["members"][1]
    )
    [problem] = answer["problems"]
    assert (problem["sheet"], problem["row"], problem["column"], problem["code"]) == (
        "HN, HCN",
        8,
        "F",
        "bad_birth_date",
    )
    assert problem["level"] == "error"
    assert "31/02/1960" in problem["message"]
    sheet = answer["sheets"][0]
    assert (sheet["header_rows"], sheet["first_row"], sheet["last_row"]) == ([5, 6, 7], 8, 10)
    assert sheet["columns"]["H"] == "national_id"
    assert sheet["encoding"] == "unicode"


def test_without_json_a_summary_is_printed(workbook, capsys):
    call_command("read_workbook", str(workbook))
    out = capsys.readouterr().out
    assert "HN, HCN: persons, 8-10: 2" in out
    assert "error bad_birth_date" in out


def test_a_refusal_is_one_sentence_on_stderr_and_exit_1(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    done = run(path, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["no-such-file.xlsx"], ["a.xlsx", "--province", "99"]])
def test_wrong_usage_is_exit_2(arguments):
    assert run(*arguments).returncode == 2


def codes_in(*files):
    sources = "".join((BASE / file).read_text(encoding="utf-8") for file in files)
    return set(re.findall(r"""(?:_refuse|SpreadsheetRefused)\(\s*"([a-z_0-9]+)\"""", sources))


def test_every_refusal_has_a_sentence_of_its_own():
    files = ["preflight.py", "workbook.py", "child.py"]
    codes = codes_in(
        *(f"smartphone_support/spreadsheets/{file}" for file in files),
        "beneficiaries/imports/sheet_reading.py",
    )
    codes |= {"empty", "no_table", "password", "damaged", "too_heavy"}
    codes |= {"annual_list", "monthly_list", "operator_list", "supported_list", "no_class", "other_province"}
    assert codes <= set(messages._REFUSALS)
    sentences = [refusal_message(SpreadsheetRefused(code)) for code in sorted(messages._REFUSALS)]
    assert len(set(sentences)) == len(sentences)
    assert not any("%(" in sentence for sentence in sentences)


def test_every_problem_has_a_title_and_a_sentence():
    codes = columns.WARNING_CODES - {"member_count_mismatch"} | {
        "missing_head_name",
        "bad_birth_date",
        "bad_national_id",
        "unknown_commune",
        "ambiguous_commune",
        "unknown_class",
        "bad_number",
        "not_calculated",
        "unknown_movement",
        "unknown_change",
        "unknown_service",
    }
    for code in codes:
        problem = Problem("S", 12, "F", code, columns.level_of(code), "giá trị 100%", 12)
        assert problem_title(code) != code
        assert problem_message(problem) != code
        assert "%(" not in problem_message(problem)


def test_a_problem_says_its_place_with_row_and_column():
    place = problem_place(Problem("HN, HCN", 12, "F", "bad_birth_date", "error"))
    assert "12" in place
    assert "F" in place
    assert "HN, HCN" in place


def test_an_unknown_code_is_shown_as_it_is():
    assert problem_message(Problem("S", 1, "A", "brand_new", "error")) == "brand_new"
    assert "brand_new" in refusal_message(SpreadsheetRefused("brand_new"))
