"""The commands scripts rely on."""

import io
import json

import pytest
from django.core.management import call_command

from allocations import workflow
from allocations.models import Support

from .conftest import delete_behind_the_programs_back


def apportion(monkeypatch, text, *options):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("apportion", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, err.getvalue().strip()
    return 0, out.getvalue()


def test_apportion_prints_shares_and_proof(monkeypatch):
    code, text = apportion(monkeypatch, "A,53\nB,24\nC,23\n", "--seats", "10", "--json")
    found = json.loads(text)
    assert (code, found["shares"]) == (0, {"A": 5, "B": 3, "C": 2})
    assert found["proof"][1] == {
        "round": 1, "code": "B", "weight": 24, "cap": None, "numerator": 240, "denominator": 100,
        "exact": "2.4000", "floor": 2, "remainder": 40, "extra": 1, "tie": False, "cut": 0, "share": 3,
        "tie_rule": "larger_weight_then_lower_code",
    }  # fmt: skip


def test_apportion_reads_a_header_and_keeps_to_caps(monkeypatch):
    text = "code,weight,cap\nA,60,3\nB,30,30\nC,10,30\n"
    assert apportion(monkeypatch, text, "--seats", "10", "--caps")[1] == "A,3\nB,5\nC,2\n"


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("A,1,9,3\n", ["--method", "manual"], "The quotas entered sum to 3; 10 are to be shared out."),
        ("A,1,9\n", ["--method", "manual"], "Line 1 must hold a code and whole numbers."),
        ("A,1\nA,2\n", ["--method", "dhondt"], "“A” stands twice."),
        ("A,x\n", [], "Line 1 must hold a code and whole numbers."),
        ("A,1\nA,2\n", [], "“A” stands twice."),
        ("A,0\n", [], "No household qualifies, so nothing can be shared out."),
        ("", [], "No household qualifies, so nothing can be shared out."),
        ("A,1,3\n", ["--caps"], "10 devices are more than the 3 households that may get one."),
        ("A,1\n", ["--caps"], "Line 1 must hold a code and whole numbers."),
    ],
)
def test_apportion_refuses_with_one_sentence(monkeypatch, text, options, sentence):
    assert apportion(monkeypatch, text, "--seats", "10", *options) == (1, sentence)


@pytest.mark.parametrize(
    ("method", "shares"),
    [
        ("sainte_lague", {"A": 6, "B": 2, "C": 2}),
        ("dhondt", {"A": 6, "B": 2, "C": 2}),
        ("equal", {"A": 4, "B": 3, "C": 3}),
        ("manual", {"A": 1, "B": 2, "C": 7}),
    ],
)
def test_apportion_knows_every_method(monkeypatch, method, shares):
    text = "code,weight,cap,quota\nA,53,10,1\nB,24,10,2\nC,23,10,7\n"
    code, out = apportion(monkeypatch, text, "--seats", "10", "--method", method, "--caps", "--json")
    found = json.loads(out)
    assert (code, found["shares"], found["method"], found["seats"]) == (0, shares, method, 10)
    assert sum(row["share"] for row in found["proof"]) == 10


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_quota_proof_says_whether_the_plan_recomputes(story):
    story.households(c20044=6, c20161=3)
    plan = story.plan(total=3)
    assert run("quota_proof", str(plan.pk), "--json")["matches"] is True
    plan.quotas.filter(district__code="481").update(quota=1)
    assert run("quota_proof", str(plan.pk), "--json")["matches"] is False


@pytest.mark.django_db
def test_quota_proof_of_an_unknown_plan_is_refused():
    with pytest.raises(SystemExit) as end:
        call_command("quota_proof", "999", stderr=io.StringIO())
    assert end.value.code == 1


@pytest.mark.django_db
def test_verify_lists_names_a_list_with_a_missing_line(a_luoi, story):
    story.decided(a_luoi)
    assert run("verify_lists", "--json") == {
        "lists": 1, "changed": [], "amendments": 0, "changed_amendments": [],
    }  # fmt: skip
    delete_behind_the_programs_back(a_luoi.lines.get(position=5))  # a reserve: no support hangs on it
    assert run("verify_lists", "--json")["changed"] == [a_luoi.pk]


@pytest.mark.django_db
def test_verify_lists_names_an_amendment_with_a_missing_line(a_luoi, story):
    story.decided(a_luoi)
    amendment = story.amendment(a_luoi, "remove")
    workflow.add_amendment_line(
        amendment, actor=story.cast("hue-dic"), reason="Chuyển đi",
        removes=Support.objects.get(line__district_list=a_luoi, line__position=1),
    )  # fmt: skip
    story.amended(amendment)
    assert run("verify_lists", "--json")["changed_amendments"] == []
    delete_behind_the_programs_back(amendment.lines.get())
    found = run("verify_lists", "--json")
    assert (found["changed"], found["amendments"], found["changed_amendments"]) == ([], 1, [amendment.pk])
