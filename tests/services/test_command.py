"""`import_list --kind operator`: the same steps as in the browser."""

import json

import pytest
from django.core.management import call_command

from beneficiaries.models import ServiceSubscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(counter, capsys):
    def call(*lines, who="hue-viettel", operator="hue-viettel", apply=False):
        path = counter.folder / "in.xlsx"
        path.write_bytes(counter.file(*lines).read())
        options = ["--kind=operator", "--province=46", "--period=2024-03", f"--as={who}", "--json"]
        options += [f"--operator={operator}"] if operator else []
        code = 0
        try:
            call_command("import_list", str(path), *options, *(["--apply"] if apply else []))
        except SystemExit as stopped:
            code = stopped.code
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err.strip()

    return call


def test_it_reads_without_writing_and_writes_with_apply(run, counter):
    counter.household(1), counter.household(2)
    code, found, err = run(counter.line(1), counter.line(9))
    assert (code, err, found["state"], found["new"], found["errors"]) == (0, "", "awaiting", 1, 1)
    assert not ServiceSubscription.objects.exists()
    code, found, err = run(counter.line(1), counter.line(9), apply=True)
    assert (code, found["state"], ServiceSubscription.objects.count()) == (0, "applied", 1)
    code, found, err = run(counter.line(1), operator="", apply=True)
    assert (code, found["unchanged"], found["new"]) == (0, 1, 0)


@pytest.mark.parametrize(("who", "operator"), [("hue-dic", "hue-viettel"), ("hue-vnpt", "hue-viettel"),
                                               ("hue-dic", "nobody"), ("nobody", "hue-viettel")])  # fmt: skip
def test_it_refuses_with_one_sentence(run, counter, who, operator):
    code, found, err = run(counter.line(1), who=who, operator=operator)
    assert (code, found, len(err.splitlines())) == (1, None, 1)
