"""Recording a round under the rule of its day, mending it, and ranking its lists again."""

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from allocations import workflow
from allocations.models import AllocationRound, BudgetLine, EligibilityRuleSet, ListLine
from allocations.rules.eligibility import VTCI
from allocations.rules.facts import households_as_of
from allocations.workflow.rounds import round_rule
from programs.choices import FundingKind
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .conftest import DAY

pytestmark = pytest.mark.django_db

PROVINCE, TELECOM = FundingKind.PROVINCIAL_BUDGET, FundingKind.PUBLIC_UTILITY_TELECOM


def test_a_round_freezes_the_rule_of_its_day(story):
    round_ = story.round()
    packaged = EligibilityRuleSet.objects.get(funding_kind=TELECOM)
    assert (round_.rule_set, round_rule(round_)) == (packaged, VTCI)
    story.rule(TELECOM, since=date(2024, 1, 10), conditions=[("class_in", {"classes": ["poor"]})])
    round_.refresh_from_db()
    assert round_rule(round_) == VTCI
    newer = story.round(number="89/QĐ-BTTTT")
    assert newer.rule_set.version == 2
    assert [row.classes for row in round_rule(newer).conditions] == [("poor",)]


def test_a_round_of_the_time_before_rules_were_data_has_the_packaged_rule(story):
    round_ = story.round()
    AllocationRound.objects.filter(pk=round_.pk).update(rule={}, rule_set=None)
    round_.refresh_from_db()
    assert round_rule(round_) == VTCI


def test_a_source_has_rounds_once_its_rule_is_in_force_on_the_day(story):
    with pytest.raises(Refusal, match=r"No eligibility rule of .* is in force on 15/01/2024"):
        story.round(kind=PROVINCE)
    story.rule(since=date(2024, 1, 16))
    with pytest.raises(Refusal, match="No eligibility rule"):
        story.round(kind=PROVINCE)
    round_ = story.round(kind=PROVINCE, day=date(2024, 1, 16))
    assert round_.rule["code"] == "provincial_budget-1"


def test_policy_households_that_are_not_poor_are_listed_where_the_rule_admits_them(story):
    story.rule()
    veteran = story.household(poverty_class="not_poor", merit=True, head_name="Hồ Văn Vui")
    poor = story.household(poverty_class="poor", head_name="A Viết An")
    story.household(poverty_class="not_poor", social_policy=True)
    row = story.lists(total=2, round_=story.round(total=2, kind=PROVINCE))["481"]
    lines = list(row.lines.order_by("position").values_list("household_id", "priority"))
    assert lines == [(veteran.pk, 1), (poor.pk, 2)]


def test_cash_needs_the_level_of_its_day_and_keeps_it(story, cast):
    assert story.round(device="cash").cash_amount == 500_000
    story.rule()
    with pytest.raises(Refusal, match="No level of support in cash"):
        story.round(kind=PROVINCE, device="cash", number="90/QĐ-UBND")
    story.level(since=date(2023, 1, 1))
    round_ = story.round(kind=PROVINCE, device="cash", number="90/QĐ-UBND")
    assert (round_.cash_amount, round_.device_kind) == (300_000, "cash")
    assert story.round(kind=PROVINCE, device="tablet", number="91/QĐ-UBND").device_kind == "tablet"


def budget_line(story, kind):
    return BudgetLine.objects.create(
        funding_source=story.source(kind=kind),
        year=2024,
        name="Dòng ngân sách",
        created_by=story.cast("hue-dic"),
    )


def test_posting_cost_and_budget_line_are_recorded_and_checked(story):
    line = budget_line(story, TELECOM)
    round_ = story.round(posting_days=3, unit_cost=1_500_000, budget_line=line)
    assert (round_.posting_days, round_.unit_cost, round_.budget_line) == (3, 1_500_000, line)
    for known in ({"posting_days": -1}, {"posting_days": 61}, {"unit_cost": 0}):
        with pytest.raises(Refusal):
            story.round(number="2", **known)
    with pytest.raises(Refusal, match="another source"):
        story.round(number="2", budget_line=budget_line(story, PROVINCE))


def change(story, round_, actor="hue-dic", **known):
    given = {"name": "Đợt 2", "posting_days": 5, "unit_cost": 10, "budget_line": None}
    return workflow.change_round(round_, actor=story.cast(actor), **(given | known))


def test_a_round_is_mended_until_a_quota_plan_is_approved(story):
    story.households(c20044=6)
    plan = story.plan()
    round_ = change(story, plan.round)
    assert (round_.name, round_.posting_days, round_.unit_cost) == ("Đợt 2", 5, 10)
    entry = AuditEntry.objects.get(action="allocations.round.change")
    assert (entry.before["name"], entry.after["name"]) == ("Đợt 1/2024", "Đợt 2")
    story.approve(plan)
    with pytest.raises(Refusal, match="approved"):
        change(story, round_, name="Đợt 3")


def test_only_the_officer_of_the_province_mends_a_round(story):
    round_ = story.round()
    for username in ("hue-dic-leader", "daknong-dic", "hue-481"):
        with pytest.raises(PermissionDenied):
            change(story, round_, username)
    with pytest.raises(Refusal, match="needs a name"):
        change(story, round_, name="  ")
    with pytest.raises(Refusal, match="another source"):
        change(story, round_, budget_line=budget_line(story, PROVINCE))


# --- the order again ---------------------------------------------------------------------------------


def ranked_again(capsys, round_, *options):
    try:
        call_command("rank_households", str(round_.pk), "--json", *options)
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(capsys.readouterr().out)


def test_an_auditor_recomputes_the_order_from_what_was_frozen(story, capsys):
    story.households(c20044=4, c20047=3, c20161=2)
    row = story.lists(total=4)["481"]
    # What the register says now no longer matters.
    story.household(merit=True)
    for line in row.lines.select_related("household"):
        line.household.head_name = "Ẩn Danh"
        line.household.save()
    code, found = ranked_again(capsys, row.round)
    assert (code, found["matches"], [part["district"] for part in found["lists"]]) == (
        0,
        True,
        ["481", "483"],
    )
    code, found = ranked_again(capsys, row.round, "--district", "481")
    numbers = [line["number"] for line in found["lists"][0]["households"]]
    assert numbers == [line["position"] for line in found["lists"][0]["households"]] == list(range(1, 8))


def test_a_list_out_of_its_order_shows(story, capsys):
    story.households(c20044=4)
    row = story.lists(total=2)["481"]
    first, last = row.lines.get(position=1), row.lines.get(position=4)
    for line, position in ((first, 99), (last, 1), (first, 4)):
        ListLine.objects.filter(pk=line.pk).update(position=position)
    code, found = ranked_again(capsys, row.round)
    assert (code, found["matches"]) == (1, False)


def test_lines_that_froze_less_are_ranked_by_what_they_have(story, capsys):
    """Lists of earlier versions hold neither commune nor the newer facts in their snapshots."""
    story.households(c20044=2, c20047=3)
    row = story.lists(total=2)["481"]
    for line in row.lines.all():
        older = ("head_name", "birth_year", "gender", "poverty_class", "merit", "social_policy")
        line.snapshot = {name: line.snapshot[name] for name in older}
        line.save(update_fields=["snapshot"])
    assert ranked_again(capsys, row.round)[0] == 0


def test_there_is_nothing_to_rank_without_lists(story, capsys):
    with pytest.raises(SystemExit):
        call_command("rank_households", str(story.round().pk))
    assert "no list" in capsys.readouterr().err


def test_the_frozen_facts_are_those_of_the_day(story):
    household = story.household(device=date(2024, 2, 1), social_policy=True)
    story.households(c20044=2)
    row = story.lists(total=2)["481"]
    known = row.lines.get(household=household).snapshot
    (facts,) = households_as_of(household.province, DAY, households=[household.pk])
    assert known["devices"] == [["tablet", "2024-02-01"]]
    assert (known["social_policy"], known["commune_code"]) == (facts.social_policy, facts.commune_code)
