"""The commands scripts rely on: their exit codes, sentences and keys."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from beneficiaries.imports import staging
from beneficiaries.imports.records import Question
from beneficiaries.models import Household

from .conftest import household

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    def command(*arguments):
        """Exit code, what it printed, and the sentence on stderr."""
        out, err, code = StringIO(), StringIO(), 0
        try:
            call_command(*map(str, arguments), stdout=out, stderr=err)
        except SystemExit as stop:
            code = stop.code
        return code, out.getvalue(), err.getvalue()

    return command


@pytest.fixture
def import_list(run, desk, tmp_path):
    def command(*rows, options=(), period="2023-12", who="hue-dolisa", province="46"):
        path = tmp_path / "annual.xlsx"
        path.write_bytes(desk.file(*rows).read())
        return run(
            "import_list", path, "--kind=annual", f"--province={province}", f"--period={period}",
            f"--as={who}", "--json", *options,
        )  # fmt: skip

    return command


def test_import_list_stops_at_the_preview(import_list):
    code, out, _err = import_list(household(1))
    shown = json.loads(out)
    assert (code, shown["state"], shown["new"], shown["households"]) == (0, "awaiting_confirmation", 1, 1)
    assert not Household.objects.exists()


def test_import_list_apply_writes_and_again_changes_nothing(import_list):
    import_list(household(1), options=["--apply"])
    _code, out, _err = import_list(household(1), options=["--apply"])
    shown = json.loads(out)
    keys = ("state", "new", "changed", "unchanged", "gone", "errors", "warnings", "ambiguous", "blocked")
    assert tuple(shown[key] for key in keys) == ("applied", 0, 0, 1, 0, 0, 0, 0, 0)
    assert set(shown["seconds"]) >= {"read", "match", "apply"}


def test_a_list_of_blocked_households_alone_is_not_written(import_list):
    nameless = household(1, C=None)
    code, _out, err = import_list(nameless, options=["--apply"])
    assert (code, "sửa các dòng lỗi" in err, len(err.splitlines())) == (1, True, 1)
    assert not Household.objects.exists()


def test_import_list_needs_a_reason_for_many_gone(import_list):
    import_list(*map(household, range(10)), options=["--apply"])
    rows = list(map(household, range(5)))
    code, out, err = import_list(*rows, options=["--apply"], period="2024-12")
    assert (code, out) == (1, "")
    assert "30 %" in err
    assert import_list(*rows, options=["--apply", "--accept-gone=Sáp nhập"], period="2024-12")[0] == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"who": "nobody"}, 1),
        ({"who": "hue-dic"}, 1),
        ({"province": "67"}, 1),
        ({"options": ["--kind=operator"]}, 1),
    ],
)
def test_import_list_refuses_with_one_sentence(import_list, changed, code):
    found, out, err = import_list(household(1), **changed)
    assert (found, out) == (code, "")
    assert len(err.strip().splitlines()) == 1


def test_import_list_of_no_file_and_of_a_mistyped_month_is_wrong_usage(run, import_list):
    assert run("import_list", "/nowhere.xlsx", "--province=46", "--period=2023-12", "--as=hue-dolisa")[0] == 2
    with pytest.raises(CommandError, match="2023-12"):
        import_list(household(1), period="12/2023")


def test_list_households_tells_the_class_of_a_day(run, desk):
    desk.register(household(1), year=2022)
    desk.register(household(1, J=None, K="x"), year=2023)
    _code, out, _err = run("list_households", "--province=46", "--as-of=2023-06-30", "--json")
    (found,) = json.loads(out)["households"]
    assert (found["head_name"], found["commune_code"], found["poverty_class"]) == (
        "Kăn Mrai 1",
        "20047",
        "poor",
    )
    assert (
        json.loads(run("list_households", "--province=46", "--as-of=2021-01-01", "--json")[1])["households"]
        == []
    )


def test_list_households_of_a_district_has_only_its_own(run, desk):
    desk.register(household(1))
    assert (
        len(json.loads(run("list_households", "--province=46", "--district=481", "--json")[1])["households"])
        == 1
    )
    assert (
        json.loads(run("list_households", "--province=46", "--district=474", "--json")[1])["households"] == []
    )


# --- monthly lists, and files that do not say how they are read --------------------------------------


@pytest.fixture
def asking(monkeypatch):
    """`asking(question, …)`: the reader asks these of any file until they are answered."""
    real = staging.read_workbook

    def ask(*questions):
        def read(path, gazetteer, limits, report, options, *checked):
            result = real(path, gazetteer, limits, report, options, *checked)
            answered = {*options.encodings, *options.date_orders, options.district_code and "district"}
            place = {"encoding": "Danh sách", "date_order": "Danh sách!D", "district": "district"}
            result.questions = [replace(q, settled=place[q.kind] in answered) for q in questions]
            return result

        monkeypatch.setattr(staging, "read_workbook", read)

    return ask


FONT = Question("encoding", "Danh sách", "", {"guess": "tcvn3", "by": "font"})
WORDS = Question("encoding", "Danh sách", "", {"guess": "tcvn3", "by": "content"})
DISTRICT = Question("district", "", "", {"guess": "481", "file_name": "Huyện A Lưới.xlsx"})
DATES = Question("date_order", "Danh sách", "D", {"guess": "dmy"})


@pytest.mark.parametrize("questions", [[FONT], [DISTRICT], [FONT, DISTRICT]])
def test_what_the_files_own_evidence_says_is_taken_as_it_is(import_list, asking, questions):
    asking(*questions)
    code, out, err = import_list(household(1))
    assert (code, err) == (0, "")
    assert json.loads(out)["state"] == "awaiting_confirmation"


@pytest.mark.parametrize(("question", "words"), [(WORDS, "phông chữ cũ"), (DATES, "ngày và tháng")])
def test_any_other_guess_is_refused_by_name_unless_it_is_accepted(import_list, asking, question, words):
    asking(question)
    code, out, err = import_list(household(1))
    assert (code, out, words in err) == (1, "", True)
    code, out, _err = import_list(household(1), options=["--accept-guesses"])
    assert (code, json.loads(out)["new"]) == (0, 1)


def test_a_question_without_a_guess_is_refused_even_then(import_list, asking):
    asking(replace(DISTRICT, params={"guess": "", "file_name": "list.xlsx"}))
    code, _out, err = import_list(household(1), options=["--accept-guesses"])
    assert (code, "huyện nào" in err) == (1, True)
