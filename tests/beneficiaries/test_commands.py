"""The commands scripts rely on: their exit codes, sentences and keys."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

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
