"""A source's rule from draft to force, levels of support, and communes named in decisions."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from allocations import workflow
from allocations.choices import RuleState
from allocations.models import EligibilityRuleSet, PriorityRank, RuleCondition, SupportLevel
from allocations.rules.eligibility import VTCI
from allocations.rules.facts import difficult_communes, households_as_of, served_households
from allocations.rules.stored import level_in_force, load_rules, rule_in_force, rule_of_rows
from beneficiaries.models import HouseholdMember
from programs.choices import FundingKind
from smartphone_support.areas.models import AreaDesignation
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from ..together import at_once
from .conftest import DAY

pytestmark = pytest.mark.django_db

PROVINCE, TELECOM = FundingKind.PROVINCIAL_BUDGET, FundingKind.PUBLIC_UTILITY_TELECOM
LATER = date(2024, 6, 1)


# --- the packaged rule ------------------------------------------------------------------------------


def test_a_plan_comes_with_the_rule_and_level_of_the_public_utility_programme_and_nothing_else(story):
    program = story.program()
    packaged = rule_in_force(program, TELECOM, date(2022, 12, 12))
    assert rule_of_rows(packaged) == VTCI
    assert rule_in_force(program, TELECOM, date(2022, 12, 11)) is None
    level = level_in_force(program, TELECOM, "cash", DAY)
    assert (level.amount, "14/2022/TT-BTTTT" in level.citation) == (500_000, True)
    others = [kind for kind in FundingKind.values if kind != TELECOM]
    assert [rule_in_force(program, kind, DAY) for kind in others] == [None, None, None]
    assert [level_in_force(program, kind, form, DAY) for kind in others for form in ("cash", "bundle")] == [
        None
    ] * 6


def test_loading_again_leaves_what_the_department_made_of_it(story):
    story.rule(TELECOM, since=LATER)
    workflow.end_level(SupportLevel.objects.get(), actor=story.cast("hue-dic"), valid_to=LATER)
    assert load_rules(story.program()) == 0
    assert EligibilityRuleSet.objects.count() == 2


# --- from draft to force ----------------------------------------------------------------------------


def test_a_rule_goes_from_the_officer_to_the_leader_and_into_force(story):
    row = story.rule()
    assert (row.state, row.valid_from) == (RuleState.IN_FORCE, date(2023, 1, 1))
    assert rule_in_force(story.program(), PROVINCE, DAY) == row
    actions = AuditEntry.objects.filter(object_type="allocations.eligibilityruleset").values_list(
        "action", flat=True
    )
    assert [action.rpartition(".")[2] for action in actions.order_by("sequence")] == [
        "draft", "add_condition", "add_condition", "add_rank", "add_rank", "submit", "approve",
    ]  # fmt: skip
    assert verify().broken_at is None


def test_a_new_version_retires_the_present_one_the_day_before(story):
    first, second = story.rule(), story.rule(since=LATER)
    first.refresh_from_db()
    assert (first.state, first.valid_to, second.version) == (RuleState.RETIRED, date(2024, 5, 31), 2)
    program = story.program()
    assert rule_in_force(program, PROVINCE, date(2024, 5, 31)) == first
    assert rule_in_force(program, PROVINCE, LATER) == second


def test_a_new_version_cannot_begin_before_the_present_one(story, cast):
    story.rule(since=LATER)
    draft = workflow.submit_rule(story.rule_draft(), actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="must begin later"):
        workflow.approve_rule(draft, actor=cast("hue-dic-leader"), valid_from=LATER)


def test_whoever_prepared_a_rule_never_puts_it_into_force(story, cast):
    draft = workflow.submit_rule(story.rule_draft(), actor=cast("hue-dic"))
    with pytest.raises(PermissionDenied):
        workflow.approve_rule(draft, actor=cast("hue-dic"), valid_from=DAY)
    # Not even a leader who prepared it, for instance before being promoted.
    EligibilityRuleSet.objects.filter(pk=draft.pk).update(prepared_by=cast("hue-dic-leader"))
    for decide in (
        lambda: workflow.approve_rule(draft, actor=cast("hue-dic-leader"), valid_from=DAY),
        lambda: workflow.return_rule(draft, actor=cast("hue-dic-leader"), reason="Thiếu căn cứ"),
    ):
        with pytest.raises(PermissionDenied):
            decide()
    with pytest.raises(IntegrityError), transaction.atomic():
        EligibilityRuleSet.objects.filter(pk=draft.pk).update(approved_by=cast("hue-dic-leader"))


def test_only_the_officer_of_the_province_prepares_rules(story, cast):
    for username in ("daknong-dic", "hue-dic-leader", "hue-dolisa", "hue-481", "hue-ppc", "admin"):
        with pytest.raises(PermissionDenied):
            workflow.create_rule(story.program(), actor=cast(username), funding_kind=PROVINCE, name="x")
        with pytest.raises(PermissionDenied):
            workflow.add_level(
                story.program(), actor=cast(username), funding_kind=PROVINCE, form="cash", amount=1,
                citation="x", valid_from=DAY,
            )  # fmt: skip


def test_a_returned_rule_is_a_draft_again_with_the_reason(story, cast):
    draft = workflow.submit_rule(story.rule_draft(), actor=cast("hue-dic"))
    draft = workflow.return_rule(draft, actor=cast("hue-dic-leader"), reason="Thiếu điều khoản")
    assert (draft.state, draft.return_reason) == (RuleState.DRAFT, "Thiếu điều khoản")
    workflow.change_rule(draft, actor=cast("hue-dic"), name="Quy định", citation="Văn bản số 1")
    assert workflow.submit_rule(draft, actor=cast("hue-dic")).return_reason == ""


def test_nothing_of_a_rule_changes_after_it_was_submitted(story, cast):
    officer, row = cast("hue-dic"), story.rule()
    condition, rank = row.conditions.first(), row.ranks.first()
    for change in (
        lambda: workflow.change_rule(row, actor=officer, name="x", citation="x"),
        lambda: workflow.save_condition(row, actor=officer, kind="need", params={}, citation="x"),
        lambda: workflow.save_rank(row, actor=officer, kinds=["poor"], citation="x"),
        lambda: workflow.remove_part(condition, actor=officer),
        lambda: workflow.move_part(rank, actor=officer, up=False),
        lambda: workflow.discard_rule(row, actor=officer),
    ):
        with pytest.raises(Refusal, match="no draft any more"):
            change()
    assert (row.conditions.count(), row.ranks.count()) == (2, 2)


def test_only_one_draft_of_a_source_is_open(story, cast):
    story.rule_draft()
    with pytest.raises(Refusal, match="open already"):
        workflow.create_rule(story.program(), actor=cast("hue-dic"), funding_kind=PROVINCE, name="x")
    workflow.create_rule(
        story.program(), actor=cast("hue-dic"), funding_kind=FundingKind.SOCIALISED, name="x"
    )


def test_a_draft_copied_from_another_source_says_the_same(story, cast):
    packaged = EligibilityRuleSet.objects.get(program=story.program(), funding_kind=TELECOM)
    copy = workflow.create_rule(
        story.program(), actor=cast("hue-dic"), funding_kind=PROVINCE, name="Bản sao", copy_of=packaged
    )
    rule = rule_of_rows(copy)
    assert [(row.code, row.params, row.basis) for row in rule.conditions] == [
        (row.code, row.params, row.basis) for row in VTCI.conditions
    ]
    assert [row.kinds for row in rule.ranks] == [row.kinds for row in VTCI.ranks]


def test_a_discarded_draft_leaves_its_place(story, cast):
    workflow.discard_rule(story.rule_draft(), actor=cast("hue-dic"))
    assert not EligibilityRuleSet.objects.filter(funding_kind=PROVINCE).exists()
    assert not RuleCondition.objects.exclude(rule_set__funding_kind=TELECOM).exists()
    assert story.rule_draft().version == 1


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda draft: draft.conditions.all().delete(), "at least one condition"),
        (lambda draft: draft.ranks.all().delete(), "at least one rank"),
        (lambda draft: PriorityRank.objects.filter(rule_set=draft, position=1).update(kinds=["other"]),
         "Rank 1 takes every household"),
        (lambda draft: EligibilityRuleSet.objects.filter(pk=draft.pk).update(citation=""), "legal basis"),
    ],
)  # fmt: skip
def test_an_unfinished_draft_is_not_submitted(story, cast, spoil, sentence):
    draft = story.rule_draft()
    spoil(draft)
    with pytest.raises(Refusal, match=sentence):
        workflow.submit_rule(draft, actor=cast("hue-dic"))


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("class_in", {"classes": []}),
        ("class_in", {"classes": ["rich"]}),
        ("class_or_policy", {"classes": ["poor"]}),
        ("no_earlier_device", {"devices": []}),
        ("member_aged", {}),
        ("member_aged", {"age_from": 18, "age_to": 6}),
        ("member_aged", {"age_from": 200}),
        ("unheard_of", {}),
    ],
)
def test_a_condition_that_tests_nothing_is_refused(story, cast, kind, params):
    draft = story.rule_draft()
    with pytest.raises(Refusal):
        workflow.save_condition(draft, actor=cast("hue-dic"), kind=kind, params=params, citation="Văn bản")
    assert draft.conditions.count() == 2


def test_no_condition_and_no_rank_without_legal_basis(story, cast):
    draft = story.rule_draft()
    with pytest.raises(Refusal, match="legal basis"):
        workflow.save_condition(draft, actor=cast("hue-dic"), kind="need", params={}, citation=" \u00a0 ")
    with pytest.raises(Refusal, match="legal basis"):
        workflow.save_rank(draft, actor=cast("hue-dic"), kinds=["poor"], citation="")
    with pytest.raises(Refusal, match="stands alone"):
        workflow.save_rank(draft, actor=cast("hue-dic"), kinds=["poor", "other"], citation="x")


def test_conditions_and_ranks_move_and_close_the_gap(story, cast):
    officer = cast("hue-dic")
    draft = story.rule_draft(ranks=[["merit"], ["poor"], ["near_poor"], ["other"]])

    def order():
        return list(draft.ranks.order_by("position").values_list("position", "kinds"))

    workflow.move_part(draft.ranks.get(position=3), actor=officer, up=True)
    workflow.move_part(draft.ranks.get(position=1), actor=officer, up=True)  # the first stays
    assert order() == [(1, ["merit"]), (2, ["near_poor"]), (3, ["poor"]), (4, ["other"])]
    workflow.remove_part(draft.ranks.get(position=2), actor=officer)
    assert order() == [(1, ["merit"]), (2, ["poor"]), (3, ["other"])]
    workflow.remove_part(draft.conditions.get(position=1), actor=officer)
    assert list(draft.conditions.values_list("position", "kind")) == [(1, "not_served")]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_drafts_begun_at_once_are_one(story, cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    program, officer = story.program(), cast("hue-dic")
    begin = lambda: workflow.create_rule(program, actor=officer, funding_kind=PROVINCE, name="x")  # noqa: E731 - one of many at once
    results = at_once(*[begin] * 4)
    assert sum(isinstance(result, str) for result in results) == 3
    assert EligibilityRuleSet.objects.filter(funding_kind=PROVINCE).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_rule_put_into_force_twice_at_once_is_in_force_once(story, cast):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")
    story.rule()
    draft, leader = workflow.submit_rule(story.rule_draft(), actor=cast("hue-dic")), cast("hue-dic-leader")
    results = at_once(*[lambda: workflow.approve_rule(draft, actor=leader, valid_from=LATER)] * 4)
    assert sum(isinstance(result, str) for result in results) == 3
    states = EligibilityRuleSet.objects.filter(funding_kind=PROVINCE).order_by("version")
    assert list(states.values_list("state", flat=True)) == ["retired", "in_force"]


# --- levels and communes ----------------------------------------------------------------------------


def test_of_two_levels_only_one_is_in_force_on_a_day(story, cast):
    first = story.level()
    with pytest.raises(Refusal, match="end it before"):
        story.level(since=LATER)
    workflow.end_level(first, actor=cast("hue-dic"), valid_to=date(2024, 5, 31))
    second = story.level(400_000, since=LATER)
    found = [level_in_force(story.program(), PROVINCE, "cash", day) for day in (date(2024, 5, 31), LATER)]
    assert found == [first, second]
    with pytest.raises(Refusal, match="last day already"):
        workflow.end_level(first, actor=cast("hue-dic"), valid_to=LATER)


@pytest.mark.parametrize(
    "known", [{"amount": 0}, {"citation": " "}, {"form": "car"}, {"valid_to": date(2023, 1, 1)}]
)
def test_a_level_without_amount_basis_or_sense_is_refused(story, cast, known):
    given = {
        "funding_kind": PROVINCE, "form": "cash", "amount": 5, "citation": "Văn bản", "valid_from": DAY,
    }  # fmt: skip
    with pytest.raises(Refusal):
        workflow.add_level(story.program(), actor=cast("hue-dic"), **(given | known))
    assert not SupportLevel.objects.filter(funding_kind=PROVINCE).exists()


def test_the_communes_of_a_decision_are_entered_at_once_and_end_singly(story, cast):
    officer = cast("hue-dic")
    communes = [cast.area("20044"), cast.area("20047")]
    rows = story.difficult("20044", "20047")
    assert difficult_communes(officer.province, DAY) == {area.pk for area in communes}
    workflow.end_designation(rows[0], actor=officer, valid_to=LATER)
    assert difficult_communes(officer.province, LATER) == {area.pk for area in communes}
    assert difficult_communes(officer.province, date(2024, 6, 2)) == {communes[1].pk}


def test_a_commune_is_named_once_and_only_in_its_own_province(story, cast):
    officer = cast("hue-dic")
    enter = {"actor": officer, "citation": "Quyết định", "valid_from": DAY}
    story.difficult("20044")
    for codes in (["20047", "20044"], ["24611"]):
        with pytest.raises(Refusal):
            workflow.designate_communes(communes=[cast.area(code) for code in codes], **enter)
    assert AreaDesignation.objects.count() == 1
    with pytest.raises(PermissionDenied):
        workflow.designate_communes(**(enter | {"actor": cast("hue-481"), "communes": [cast.area("20047")]}))


# --- facts ------------------------------------------------------------------------------------------


def test_facts_carry_what_rules_look_at(story, cast):
    story.difficult("20044")
    household = story.household(is_ethnic_minority=True, ethnicity="Tà Ôi", no_labour_capacity=True)
    HouseholdMember.objects.create(household=household, position=0, name="a", birth_year=1980)
    HouseholdMember.objects.create(household=household, position=1, name="b", birth_date=date(2015, 12, 31))
    HouseholdMember.objects.create(household=household, position=2, name="c")
    (facts,) = households_as_of(household.province, DAY, households=[household.pk])
    assert (facts.is_ethnic_minority, facts.ethnicity, facts.no_labour_capacity) == (True, "Tà Ôi", True)
    assert facts.difficult_commune
    assert facts.ages == (44, 9)


def test_a_household_asked_for_is_found_whatever_its_class_and_everyone_a_rule_could_admit(story, cast):
    poor, left = story.household(), story.household(poverty_class="not_poor", merit=True)
    gone = story.household(merit=True)
    gone.spells.all().delete()
    stranger = story.household(poverty_class="not_poor")
    province = poor.province
    everyone = {row.id: row.poverty_class for row in households_as_of(
        province, DAY, households=[poor.pk, left.pk, gone.pk, stranger.pk])}  # fmt: skip
    assert everyone == {poor.pk: "poor", left.pk: "not_poor", gone.pk: None, stranger.pk: "not_poor"}
    rule = rule_of_rows(story.rule())
    assert {row.id for row in households_as_of(province, DAY, rule=rule)} == {poor.pk, left.pk, gone.pk}
    assert {row.id for row in households_as_of(province, DAY, rule=VTCI)} == {poor.pk}
    open_to_all = rule_of_rows(story.rule(FundingKind.SOCIALISED, conditions=[("need", {})]))
    assert len(households_as_of(province, DAY, rule=open_to_all)) == 4


def test_reading_facts_takes_the_same_queries_whatever_the_number(story):
    rule = rule_of_rows(story.rule(conditions=[
        ("class_or_policy", {"classes": ["poor"], "policies": ["merit"]}),
        ("member_aged", {"age_from": 6}),
    ]))  # fmt: skip
    counts, province = [], story.cast.area("46")
    for _more in range(2):
        story.households(c20044=5, c20161=3)
        story.household(poverty_class="not_poor", merit=True)
        with CaptureQueriesContext(connection) as queries:
            households_as_of(province, DAY, rule=rule)
        counts.append(len(queries))
    assert counts == [7, 7]


def test_what_serves_a_household_is_named_supports_first_then_lists_under_way(story, cast):
    story.households(c20044=6)
    row = story.lists(total=2)["481"]
    kept = set(row.lines.filter(decision="keep").values_list("household_id", flat=True))
    province = cast.area("46")
    assert served_households(province) == dict.fromkeys(kept, "Đợt 1/2024")
    assert served_households(province, approved_only=True) == {}
    assert served_households(province, except_round=row.round_id) == {}
    story.decided(row)
    assert served_households(province, approved_only=True) == dict.fromkeys(kept, "Đợt 1/2024")
    assert served_households(province, except_round=row.round_id) == {}
