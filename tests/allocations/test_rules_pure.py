"""Rules as data: verdicts, ranks, explanations and their JSON, for any rule and any household."""

import json
from dataclasses import replace
from datetime import date, timedelta

from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocations.choices import ConditionKind, RankKind
from allocations.rules import wording
from allocations.rules.eligibility import VTCI, Condition, HouseholdFacts, Rank, RuleSet, coded
from allocations.rules.explaining import explain, explain_rank
from allocations.rules.facts import from_snapshot, snapshot
from allocations.rules.ranking import rank_key, ranked

DAY = date(2024, 1, 15)
# How fast examples are made says nothing about the rules: several people share the machine.
any_speed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2022, 1, 1), date(2026, 1, 1))
CLASSES = ["poor", "near_poor", "not_poor"]
NAMES = ["Hồ Văn Đạt", "Hồ Thị Lan", "Kăn Mrai", "Y - Bhăm Niê Kđăm", "Ẩn Thị Ý"]


def some(values):
    return st.lists(st.sampled_from(values), unique=True, min_size=1).map(
        lambda chosen: tuple(value for value in values if value in chosen)
    )


FACTS = st.builds(
    HouseholdFacts,
    id=st.integers(1, 10**6),
    poverty_class=st.none() | st.sampled_from(CLASSES),
    head_name=st.sampled_from(NAMES),
    birth_year=st.none() | st.integers(1930, 2005),
    commune_code=st.sampled_from(["20044", "20047"]),
    merit=st.booleans(),
    social_policy=st.booleans(),
    is_ethnic_minority=st.booleans(),
    no_labour_capacity=st.booleans(),
    difficult_commune=st.booleans(),
    has_need=st.none() | st.booleans(),
    devices=st.lists(st.tuples(st.sampled_from(["tablet", "svmtce"]), DAYS), max_size=2).map(tuple),
    ages=st.lists(st.integers(0, 100), max_size=5).map(tuple),
    served=st.sampled_from(["", "Đợt 1/2023"]),
)
_TEXTS = {
    "words": st.sampled_from(["", "Theo văn bản của tỉnh."]),
    "basis": st.sampled_from(["", "Nghị quyết"]),
}
_DATED = st.tuples(st.none() | DAYS, st.none() | DAYS).map(
    lambda days: tuple(sorted(days)) if None not in days else days
)


@st.composite
def condition(draw):
    kind = draw(st.sampled_from(ConditionKind.values))
    known = {name: draw(texts) for name, texts in _TEXTS.items()}
    known["valid_from"], known["valid_to"] = draw(_DATED)
    if kind in (ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY):
        known["classes"] = draw(some(CLASSES))
    if kind == ConditionKind.CLASS_OR_POLICY:
        known["policies"] = draw(some(["merit", "social_policy"]))
    if kind == ConditionKind.NO_EARLIER_DEVICE:
        known["devices"] = draw(some(["tablet", "svmtce"]))
    if kind == ConditionKind.MEMBER_AGED:
        known["age_from"] = draw(st.none() | st.integers(0, 60))
        known["age_to"] = draw(st.integers(60, 100))
    return kind, known


@st.composite
def rule_set(draw):
    parts = draw(st.lists(condition(), min_size=1, max_size=6))
    source = draw(st.sampled_from(["provincial_budget", "public_utility_telecom", "socialised"]))
    codes = coded(kind for kind, _known in parts)
    conditions = tuple(
        Condition(code=code, kind=kind, source=source, **known)
        for code, (kind, known) in zip(codes, parts, strict=True)
    )
    kinds = draw(st.lists(some(RankKind.values), max_size=5))
    ranks = tuple(Rank(number, row, source=source) for number, row in enumerate(kinds, start=1))
    return RuleSet("x-1", "Quy định", conditions, ranks, source, 1, "Nghị quyết")


@any_speed
@given(rule_set(), FACTS, DAYS)
def test_a_household_qualifies_exactly_when_every_condition_of_the_day_is_met(rule, facts, day):
    rows = explain(rule, facts, day)
    assert rule.failed(facts, day) == tuple(row.code for row in rows if not row.met)
    assert [row.code for row in rows] == [row.code for row in rule.conditions if row.applies(day)]
    assert len({row.code for row in rule.conditions}) == len(rule.conditions)


@any_speed
@given(rule_set(), FACTS, DAYS)
def test_a_rule_read_back_from_json_judges_and_ranks_the_same(rule, facts, day):
    again = RuleSet.from_dict(json.loads(json.dumps(rule.as_dict())))
    assert again == rule
    assert again.failed(facts, day) == rule.failed(facts, day)
    assert again.rank(facts) == rule.rank(facts)


@any_speed
@given(rule_set(), FACTS)
def test_every_household_has_exactly_one_rank_the_first_it_passes(rule, facts):
    rank = rule.rank(facts)
    passed = [row.position for row in rule.ranks if row.passes(facts)]
    assert rank == (passed[0] if passed else len(rule.ranks) + 1)
    assert explain_rank(rule, facts).position == rank


@given(
    rule_set(), st.lists(FACTS, unique_by=lambda row: row.id, max_size=12), st.randoms(use_true_random=False)
)
def test_the_order_is_total_whatever_the_rule_and_the_order_of_the_input(rule, rows, dice):
    expected = ranked(rows, rule)
    dice.shuffle(rows)
    assert ranked(rows, rule) == expected
    assert len({rank_key(row, rule) for row in rows}) == len(rows)
    assert [rule.rank(row) for row in expected] == sorted(rule.rank(row) for row in rows)


@any_speed
@given(rule_set(), FACTS, DAYS)
def test_a_snapshot_keeps_all_a_verdict_and_a_rank_need(rule, facts, day):
    kept = json.loads(json.dumps(snapshot(facts)))
    again = from_snapshot(facts.id, kept)
    assert again == replace(facts, district_code="", commune_id=0, district_id=0)
    assert rule.failed(again, day) == rule.failed(facts, day)
    assert rank_key(again, rule) == rank_key(facts, rule)


@any_speed
@given(rule_set(), FACTS, DAYS)
def test_everything_a_rule_says_is_said_in_both_languages(rule, facts, day):
    for language in ("vi", "en"):
        with translation.override(language):
            for row in explain(rule, facts, day):
                assert str(row.sentence)
                assert row.says
            assert all(str(row.excluded) for row in rule.conditions)
            assert all(str(words) for words in rule.rank_words.values())


def test_a_condition_out_of_its_dates_does_not_apply_and_both_its_days_count():
    only = replace(VTCI.conditions[0], valid_from=DAY, valid_to=DAY + timedelta(days=1))
    rule = replace(VTCI, conditions=(only,))
    stranger = HouseholdFacts(1, None)
    assert [rule.failed(stranger, DAY + timedelta(days=n)) for n in (-1, 0, 1, 2)] == [
        (), ("class_as_of",), ("class_as_of",), (),
    ]  # fmt: skip
    assert explain(rule, stranger, DAY + timedelta(days=2)) == []


def test_policy_households_that_are_not_poor_qualify_only_where_the_rule_admits_them():
    policy = Condition(
        "class_or_policy", ConditionKind.CLASS_OR_POLICY, classes=("poor", "near_poor"), policies=("merit",)
    )
    rule = RuleSet("x", "x", (policy,))
    veteran, neighbour = (
        HouseholdFacts(1, None, merit=True),
        HouseholdFacts(2, "not_poor", social_policy=True),
    )
    assert rule.failed(veteran, DAY) == ()
    assert rule.failed(neighbour, DAY) == ("class_or_policy",)
    assert VTCI.failed(veteran, DAY) == ("class_as_of",)


def test_ages_are_judged_at_both_ends():
    pupils = Condition("member_aged", ConditionKind.MEMBER_AGED, age_from=6, age_to=18)
    rule = RuleSet("x", "x", (pupils,))
    ages = {5: False, 6: True, 18: True, 19: False}
    assert {age: not rule.failed(HouseholdFacts(1, "poor", ages=(40, age)), DAY) for age in ages} == ages
    assert rule.failed(HouseholdFacts(1, "poor"), DAY) == ("member_aged",)


def test_a_province_may_put_ranks_between_the_statutory_ones():
    kinds = [
        ("merit",),
        ("social_policy",),
        ("ethnic_minority", "difficult_commune"),
        ("poor",),
        ("near_poor",),
    ]
    rule = replace(VTCI, ranks=tuple(Rank(number, row) for number, row in enumerate(kinds, start=1)))
    far = HouseholdFacts(1, "near_poor", is_ethnic_minority=True, difficult_commune=True)
    town = HouseholdFacts(2, "poor", is_ethnic_minority=True)
    assert [rule.rank(far), rule.rank(town)] == [3, 4]
    assert [row.id for row in ranked([town, far], rule)] == [1, 2]
    assert [VTCI.rank(far), VTCI.rank(town)] == [4, 3]


def test_the_packaged_words_are_stored_as_the_vietnamese_reader_sees_them():
    with translation.override("vi"):
        assert {stored: str(words) for stored, words in wording.PACKAGED.items()} == {
            stored: stored for stored in wording.PACKAGED
        }
    with translation.override("en"):
        assert str(VTCI.conditions[0].citation).startswith("Circular 14/2022/TT-BTTTT")


def test_an_explanation_names_what_the_register_says():
    facts = HouseholdFacts(1, "poor", devices=(("tablet", date(2023, 5, 1)),), has_need=False, served="Đợt 1")
    with translation.override("en"):
        says = {row.code: (row.met, row.says) for row in explain(VTCI, facts, DAY)}
    assert says == {
        "class_as_of": (True, "Poor on 15/01/2024"),
        "earlier_device": (False, "Tablet of the programme, received on 01/05/2023"),
        "need": (False, "the household said no"),
        "served": (False, "served by: Đợt 1"),
    }
