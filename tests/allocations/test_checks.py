"""The automatic checks of a list's lines."""

from datetime import date

import pytest
from django.utils import timezone

from allocations import workflow
from allocations.models import AllocationRound, ListLine, Support
from allocations.rules.checks import refresh_checks, shown, shown_all
from allocations.rules.eligibility import VTCI, RuleSet
from beneficiaries.models import EarlierDevice, PovertySpell

from .conftest import DAY

pytestmark = pytest.mark.django_db


def findings(row, position=1):
    refresh_checks(row)
    line = row.lines.get(position=position)
    return [(found["code"], found["verdict"]) for found in line.checks], line.check_result


def end_class(household, on):
    PovertySpell.objects.filter(household=household).update(valid_to=on)


def test_a_clean_line_has_no_findings(a_luoi):
    assert findings(a_luoi) == ([], "ok")


def test_a_household_without_a_class_on_the_day_fails(a_luoi):
    end_class(a_luoi.lines.get(position=1).household, date(2024, 1, 1))
    assert findings(a_luoi) == ([("class_as_of", "fail")], "fail")


def test_a_household_that_left_the_register_since_is_a_warning(a_luoi):
    end_class(a_luoi.lines.get(position=1).household, timezone.localdate())
    assert findings(a_luoi) == ([("class_today", "warn")], "warn")


@pytest.mark.parametrize(
    ("received", "expected"),
    [(DAY, ("earlier_device", "fail")), (date(2024, 1, 16), ("later_device", "warn"))],
)
def test_a_device_before_the_day_fails_and_after_it_warns(a_luoi, received, expected):
    EarlierDevice.objects.create(
        household=a_luoi.lines.get(position=1).household, kind="svmtce", received_on=received
    )
    assert findings(a_luoi)[0] == [expected]


def test_a_missing_identity_number_is_a_warning(a_luoi):
    line = a_luoi.lines.get(position=1)
    line.snapshot["national_id"] = ""
    line.save()
    assert findings(a_luoi) == ([("missing_id", "warn")], "warn")


def test_a_namesake_of_the_same_year_in_another_district_is_a_warning(a_luoi, story):
    own = a_luoi.lines.get(position=1)
    story.household("20161", head_name="HO VAN BROI".title(), birth_year=1900)
    twin = story.household(
        "20161", head_name=own.snapshot["head_name"], birth_year=own.snapshot["birth_year"]
    )
    assert findings(a_luoi)[0] == []
    twin.national_id = "209640053"
    twin.save()
    assert findings(a_luoi)[0] == [("possible_duplicate", "warn")]
    assert "huyện Nam Đông" in shown(a_luoi.lines.get(position=1).checks)[0].title


def test_a_kept_line_below_a_reserve_without_reason_is_out_of_order(a_luoi):
    a_luoi.lines.filter(position=2).update(decision="reserve")
    assert findings(a_luoi, position=3)[0] == [("priority", "warn")]
    a_luoi.lines.filter(position=2).update(reason="Đi làm ăn xa")
    assert findings(a_luoi, position=3)[0] == []


def test_a_household_without_need_fails(a_luoi):
    a_luoi.lines.filter(position=1).update(has_need=False)
    assert findings(a_luoi) == ([("need", "fail")], "fail")


def test_a_household_kept_in_another_round_is_a_warning_and_approved_there_a_failure(a_luoi, story):
    other = story.lists(round_=story.round(total=3, number="99/QĐ-BTTTT", name="Đợt 2/2024"))["481"]
    story.swap(a_luoi, down=1, up=4)
    assert findings(a_luoi, position=4)[0] == [("other_round", "warn")]
    story.decided(other)
    assert findings(a_luoi, position=4)[0] == [("served", "fail")]
    assert "Đợt 2/2024" in shown(a_luoi.lines.get(position=4).checks)[0].detail


def support(household, *, district=None, **known):
    place = household.commune if district is None else district
    return Support.objects.create(
        household=household, district=place.parent, commune=place, form="bundle", **known
    )


def test_a_household_a_contribution_serves_fails(a_luoi, story):
    support(a_luoi.lines.get(position=1).household, contribution=story.contribution(devices=1))
    assert findings(a_luoi) == ([("served", "fail")], "fail")
    assert "Hương Giang" in shown(a_luoi.lines.get(position=1).checks)[0].detail


def test_a_support_given_in_another_district_counts_after_the_household_moved(a_luoi, story, cast):
    """It was served in Nam Đông by the same round's other list, and stands on A Lưới's now."""
    household = a_luoi.lines.get(position=2).household
    support(household, district=cast.area("20161"), round=a_luoi.round)
    assert findings(a_luoi, position=2) == ([("served", "fail")], "fail")


def test_an_ended_support_serves_nobody(a_luoi, story):
    ended = support(a_luoi.lines.get(position=1).household, contribution=story.contribution(devices=1))
    Support.objects.filter(pk=ended.pk).update(state="undeliverable", reason="Chuyển đi")
    assert findings(a_luoi) == ([], "ok")


def test_a_household_that_lives_in_another_district_now_is_looked_at(a_luoi, cast):
    household = a_luoi.lines.get(position=1).household
    household.commune, household.district = cast.area("20161"), cast.area("483")
    household.save()
    assert findings(a_luoi) == ([("moved", "warn")], "warn")
    assert "huyện Nam Đông" in shown(a_luoi.lines.get(position=1).checks)[0].detail


def test_the_conditions_are_those_of_the_rounds_own_rule(a_luoi):
    """A source that takes poor households only, and only with a member of school age."""
    rule = VTCI.as_dict()
    rule["conditions"][0]["params"] = {"classes": ["poor"]}
    rule["conditions"].append({
        "code": "member_aged", "kind": "member_aged", "params": {"age_from": 6, "age_to": 18}, "sentence": "",
        "citation": "Nghị quyết thử, Điều 3",
    })  # fmt: skip
    AllocationRound.objects.filter(pk=a_luoi.round_id).update(rule=rule)
    a_luoi.round.refresh_from_db()
    line = a_luoi.lines.get(position=1)
    PovertySpell.objects.filter(household=line.household).update(poverty_class="near_poor")
    assert findings(a_luoi) == ([("class_as_of", "fail"), ("member_aged", "fail")], "fail")
    told = {one.code: one for one in shown(a_luoi.lines.get(position=1).checks, RuleSet.from_dict(rule))}
    assert told["class_as_of"].title == "Of another class"
    assert told["member_aged"].citation == "Nghị quyết thử, Điều 3"
    assert "6 to 18" in told["member_aged"].detail


def test_a_household_kept_in_another_district_fails(story):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    lists["483"].lines.filter(position=5).update(household=lists["481"].lines.get(position=1).household)
    found, result = findings(lists["483"], position=5)
    assert ("duplicate", "fail") in found
    assert result == "fail"


def test_dropped_lines_are_not_checked(a_luoi):
    line = a_luoi.lines.get(position=1)
    end_class(line.household, date(2024, 1, 1))
    a_luoi.lines.filter(position=1).update(decision="drop", reason="Đã mất")
    assert findings(a_luoi) == ([], "ok")


def test_an_accepted_line_that_fails_by_now_is_looked_at_again(a_luoi, story, cast):
    row = story.appraising(a_luoi)
    workflow.accept_clean_lines(row, actor=cast("hue-dic"))
    workflow.return_list(row, actor=cast("hue-dic"), reason="Xem lại")
    EarlierDevice.objects.create(household=row.lines.first().household, kind="tablet", received_on=DAY)
    row.refresh_from_db()
    story.signed(row)
    assert [line.verdict for line in row.lines.all()[:3]] == ["pending", "accepted", "accepted"]


def test_every_check_is_said_with_its_citation(a_luoi):
    EarlierDevice.objects.create(household=a_luoi.lines.first().household, kind="tablet", received_on=DAY)
    refresh_checks(a_luoi)
    lines = shown_all(a_luoi.lines.first().checks)
    assert lines[0].verdict == "fail"
    assert lines[0].detail == "Tablet of the programme, received on 15/01/2024."
    assert {line.verdict for line in lines[1:]} == {"ok"}
    assert all(line.citation and line.title for line in lines)


@pytest.mark.parametrize("flagged", [0, 1])
def test_the_number_of_queries_does_not_grow_with_the_list(story, django_assert_max_num_queries, flagged):
    story.households(c20044=40)
    row = story.lists(total=30)["481"]
    if flagged:
        for line in ListLine.objects.filter(district_list=row):
            line.snapshot["national_id"] = ""
            line.save()
    with django_assert_max_num_queries(22):
        assert refresh_checks(row) == flagged * 40
