"""Quota plans by every method, with other weights and lower caps: frozen, proven, recomputed."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from allocations import workflow
from allocations.choices import Method, WeightBasis
from allocations.models import QuotaPlan
from allocations.papers.proof_sheet import plan_words, write_inputs, write_proof
from allocations.rules.apportionment_inputs import Basis
from allocations.workflow.plan_drafts import (
    PlanChoices,
    by_every_method,
    draft_plan,
    plan_inputs,
    proof_matches,
)
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db

AUTOMATIC = [method for method in Method if method != Method.MANUAL]
BY_HAND = {"method": Method.MANUAL, "method_reason": "Theo Kết luận họp ngày 12/01/2024"}


def plan(story, round_, **choices):
    made = workflow.prepare_quota_plan(round_, actor=story.cast("hue-dic"), choices=PlanChoices(**choices))
    return QuotaPlan.objects.get(pk=made.pk)


def quotas(made):
    return dict(made.quotas.filter(quota__gt=0).values_list("district__code", "quota"))


@pytest.fixture
def round_(story):
    """Eight households of A Lưới and three of Nam Đông qualify; seven devices."""
    story.households(c20044=8, c20161=3)
    return story.round(total=7)


@pytest.mark.parametrize("method", AUTOMATIC)
def test_a_plan_by_any_method_recomputes_and_a_changed_figure_shows(story, round_, method):
    made = plan(story, round_, method=method)
    assert (made.method, made.allocated, sum(quotas(made).values())) == (method, 7, 7)
    assert proof_matches(made)
    first = made.quotas.order_by("-quota").first()
    made.quotas.filter(pk=first.pk).update(weight=first.weight - 1)
    assert not proof_matches(made)
    made.quotas.filter(pk=first.pk).update(weight=first.weight)
    assert proof_matches(made)
    QuotaPlan.objects.filter(pk=made.pk).update(proof=made.proof[1:])
    assert not proof_matches(QuotaPlan.objects.get(pk=made.pk))


def test_the_methods_differ_where_they_promise_to(story, round_):
    assert quotas(plan(story, round_)) == {"481": 5, "483": 2}
    assert quotas(plan(story, round_, method=Method.DHONDT)) == {"481": 5, "483": 2}
    # Equal shares, but Nam Đông has only three households: what is cut goes to A Lưới.
    assert quotas(plan(story, round_, method=Method.EQUAL)) == {"481": 4, "483": 3}


def test_every_method_is_computed_on_the_same_inputs(story, round_):
    inputs = plan_inputs(round_, PlanChoices())
    found = by_every_method(inputs)
    assert list(found) == AUTOMATIC
    assert {sum(result.shares.values()) for result in found.values()} == {7}


def test_a_lower_cap_binds_and_is_frozen(story, round_):
    made = plan(story, round_, caps={"481": 4})
    assert quotas(made) == {"481": 4, "483": 3}
    assert {row["code"]: row["cap"] for row in made.inputs["districts"] if row["cap"]} == {"481": 4, "483": 3}
    assert proof_matches(made)


def test_a_cap_above_the_households_that_qualify_is_refused(story, round_):
    with pytest.raises(Refusal, match="can get 3 at most"):
        plan(story, round_, caps={"483": 4})
    with pytest.raises(Refusal, match="7 devices are more than the 5 households"):
        plan(story, round_, caps={"481": 2})


def test_classes_can_weigh_differently_with_a_reason(story):
    story.households(c20044=4)
    for _ in range(4):
        story.household("20161", "near_poor")
    round_ = story.round(total=3)
    basis = Basis(WeightBasis.CLASSES, poor=2, near_poor=1)
    with pytest.raises(Refusal, match="weighted like this"):
        plan(story, round_, basis=basis)
    basis = Basis(WeightBasis.CLASSES, poor=2, near_poor=1, reason="Nghị quyết của HĐND tỉnh")
    made = plan(story, round_, basis=basis)
    assert {row["code"]: row["weight"] for row in made.inputs["districts"] if row["weight"]} == {
        "481": 8, "483": 4,
    }  # fmt: skip
    assert quotas(made) == {"481": 2, "483": 1}
    assert made.inputs["basis"]["reason"] == "Nghị quyết của HĐND tỉnh"
    assert proof_matches(made)
    rows = made.inputs["districts"]
    rows[next(n for n, row in enumerate(rows) if row["code"] == "481")]["weight"] = 9
    QuotaPlan.objects.filter(pk=made.pk).update(inputs=made.inputs)
    assert not proof_matches(QuotaPlan.objects.get(pk=made.pk))


def test_all_listed_households_can_be_the_weight(story):
    story.households(c20044=4, c20161=2)
    for _ in range(4):
        story.household("20161", has_need=False)
    round_ = story.round(total=4)
    assert quotas(plan(story, round_)) == {"481": 3, "483": 1}
    basis = Basis(WeightBasis.LISTED, reason="Theo tổng số hộ")
    assert quotas(plan(story, round_, basis=basis)) == {"481": 2, "483": 2}


def test_quotas_are_set_by_hand_with_a_reason(story, round_):
    with pytest.raises(Refusal, match="set by hand: the reason is missing"):
        plan(story, round_, method=Method.MANUAL, given={"481": 6, "483": 1})
    made = plan(story, round_, given={"481": 6, "483": 1}, **BY_HAND)
    assert quotas(made) == {"481": 6, "483": 1}
    assert (made.method_reason, proof_matches(made)) == ("Theo Kết luận họp ngày 12/01/2024", True)
    entry = AuditEntry.objects.filter(action="allocations.quotaplan.prepare").last()
    assert (entry.reason, entry.after["method"]) == ("Theo Kết luận họp ngày 12/01/2024", "manual")


def test_reasons_of_choices_that_were_dropped_are_not_kept(story, round_):
    plan(story, round_, given={"481": 6, "483": 1}, **BY_HAND)
    basis = Basis(WeightBasis.ELIGIBLE, poor=3, reason="Nghị quyết")
    made = plan(story, round_, method_reason="Theo Kết luận họp", basis=basis)
    assert (made.version, made.method_reason, made.inputs["basis"]) == (2, "", Basis().as_dict())
    assert all("given" not in row for row in made.inputs["districts"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"481": 6}, "sum to 6; 7 are to be shared out"),
        ({"481": 3, "483": 4}, "was given 4, but can get 3 at most"),
        ({"481": 6, "483": 2}, "sum to 8; 7 are to be shared out"),
    ],
)
def test_quotas_by_hand_that_do_not_fit_are_refused(story, round_, given, words):
    with pytest.raises(Refusal, match=words):
        plan(story, round_, given=given, **BY_HAND)


def test_a_plan_of_the_first_release_still_recomputes(story, round_):
    """Then inputs held neither basis nor wave nor classes."""
    made = plan(story, round_)
    old = {name: made.inputs[name] for name in ("seats", "as_of", "rule", "register_version")}
    names = ("code", "name", "weight", "cap", "listed", "eligible", "excluded")
    old["districts"] = [{name: row[name] for name in names} for row in made.inputs["districts"]]
    QuotaPlan.objects.filter(pk=made.pk).update(inputs=old)
    made.refresh_from_db()
    assert proof_matches(made)
    assert write_proof(made)
    assert plan_words(made).sentences


@pytest.mark.parametrize("method", list(Method))
def test_the_downloaded_inputs_give_the_same_quotas_again(story, round_, method, monkeypatch):
    known = {"given": {"481": 6, "483": 1}, **BY_HAND} if method == Method.MANUAL else {"method": method}
    made = plan(story, round_, caps={"481": 6}, **known)
    text = write_inputs(made).decode("utf-8-sig")
    assert next(csv.reader([text.splitlines()[0]])) == ["code", "weight", "cap", "quota", "name"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeff" + text))
    out = io.StringIO()
    call_command("apportion", "--seats", "7", "--method", str(method.value), "--caps", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert {code: share for code, share in found["shares"].items() if share} == quotas(made)
    assert found["proof"] == made.proof
    out = io.StringIO()
    call_command("quota_proof", str(made.pk), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["matches"], told["method"], told["wave"]) == (True, method, 1)


@pytest.mark.parametrize("method", list(Method))
def test_the_proof_sheet_of_every_method_sums_up_and_says_how(story, round_, method):
    known = {"given": {"481": 6, "483": 1}, **BY_HAND} if method == Method.MANUAL else {"method": method}
    made = plan(story, round_, **known)
    sheet = load_workbook(io.BytesIO(write_proof(made))).active
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    total = next(row for row in rows if "Tổng cộng" in row)
    assert total[-1] == 7
    width = len([cell for cell in rows[5] if cell])
    assert all(len(list(row)) <= width for row in rows[6:])
    text = " ".join(str(cell) for row in rows for cell in row)
    assert f"--method {method}" in text
    assert "Phương pháp:" in text


def test_nothing_of_the_round_changes_by_computing(story, round_):
    draft_plan(round_, PlanChoices(method=Method.DHONDT))
    assert not QuotaPlan.objects.exists()
