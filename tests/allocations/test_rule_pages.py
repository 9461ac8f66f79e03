"""Rules, levels, communes and "Vì sao?" on the screen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from allocations import workflow
from allocations.models import AllocationRound, DesignationEntry, EligibilityRuleSet, SupportLevel
from allocations.worklist import awaited_by, waiting_for
from programs.choices import FundingKind
from programs.loading import load_plans
from smartphone_support.areas.models import AreaDesignation

pytestmark = pytest.mark.django_db


def url(name, *keys):
    return reverse(f"allocations:{name}", args=keys)


@pytest.fixture
def packaged(story):
    return EligibilityRuleSet.objects.get(program=story.program())


def page(visit, username, address, **data):
    answer = visit(username, address, **data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_who_sees_rounds_reads_the_rules_and_only_the_officer_draws_them_up(story, visit, packaged):
    story.source()
    for username in ("hue-dic", "hue-dic-leader", "hue-dolisa", "hue-481", "hue-finance", "hue-ppc"):
        text = page(visit, username, url("rule_list"))
        assert "Public-utility telecommunications programme" in text
        assert ("Draw up rules" in text) == (username == "hue-dic")
        assert "Circular 14/2022/TT-BTTTT" in page(visit, username, url("rule_detail", packaged.pk))
    assert visit("hue-viettel", url("rule_list")).status_code == 403
    assert visit("daknong-dic", url("rule_detail", packaged.pk)).status_code == 404


def test_a_source_without_a_rule_says_that_it_must_be_entered_from_the_text(story, visit):
    load_plans()
    AllocationRound.objects.all().delete()
    assert "article 8 of Resolution 20/2023/NQ-HĐND must be entered from its text" in page(
        visit, "hue-dic", url("rule_list")
    )
    assert "must be entered from its text" in page(visit, "hue-dic", url("level_list"))


def test_an_officer_draws_up_a_rule_and_the_leader_puts_it_into_force(story, visit, client, cast):
    source = story.source(kind=FundingKind.PROVINCIAL_BUDGET)
    cast.log_in(client, "hue-dic")
    client.post(
        url("rule_create"), {"source": source.pk, "name": "Quy định của tỉnh", "citation": "Nghị quyết"}
    )
    row = EligibilityRuleSet.objects.get(funding_kind=FundingKind.PROVINCIAL_BUDGET)
    assert "at least one condition" in client.get(url("rule_detail", row.pk)).content.decode()
    client.post(
        url("rule_condition_create", row.pk) + "?kind=class_or_policy",
        {"classes": ["poor", "near_poor"], "policies": ["merit"], "citation": "Nghị quyết"},
    )
    client.post(
        url("rule_condition_create", row.pk) + "?kind=member_aged",
        {"age_from": "6", "age_to": "18", "citation": "Nghị quyết", "valid_to": "31/12/2025"},
    )
    client.post(url("rule_rank_create", row.pk), {"kinds": ["merit", "poor"], "citation": "Nghị quyết"})
    client.post(url("rule_rank_create", row.pk), {"kinds": ["other"], "citation": "Nghị quyết"})
    condition, rank = row.conditions.get(position=2), row.ranks.get(position=2)
    client.post(
        url("rule_condition_change", condition.pk), {"age_from": "6", "citation": "Nghị quyết, khoản 2"}
    )
    client.post(url("rule_rank_move", rank.pk), {"way": "up"})
    client.post(url("rule_rank_move", rank.pk), {"way": "down"})
    text = client.get(url("rule_detail", row.pk)).content.decode()
    assert "On the day of allocation one of these: Poor, Near-poor, family of a person with merit." in text
    assert "A member at least 6 years old by birth year" in text
    assert "family of a person with merit, poor household" in text
    client.post(url("rule_submit", row.pk))
    assert "Rules of the source “Provincial budget”" in [
        item.title for item in waiting_for(cast("hue-dic-leader"))
    ]
    assert any("Rules of the source" in item.title for item in awaited_by(cast("hue-dic")))
    assert client.get(url("rule_approve", row.pk)).status_code == 403
    cast.log_in(client, "hue-dic-leader")
    answer = client.post(url("rule_approve", row.pk), {"valid_from": "01/01/2024"}, follow=True)
    assert "The rule is in force." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "in_force"


def test_a_refused_step_says_why_and_keeps_what_was_typed(story, client, cast):
    draft = story.rule_draft()
    cast.log_in(client, "hue-dic")
    answer = client.post(
        url("rule_condition_create", draft.pk) + "?kind=member_aged", {"citation": "Nghị quyết khóa VIII"}
    )
    text = answer.content.decode()
    assert "Say from which age, or up to which, a member counts." in text
    assert "Nghị quyết khóa VIII" in text
    answer = client.post(
        url("rule_create"), {"source": story.source(kind="provincial_budget").pk, "name": "x"}
    )
    assert "is open already" in answer.content.decode()


def test_a_preview_counts_by_the_draft_and_refuses_a_day_to_come(story, visit):
    story.households(c20044=3)
    story.household(poverty_class="not_poor", merit=True)
    draft = story.rule_draft()
    text = page(visit, "hue-dic", url("rule_preview", draft.pk), day="15/01/2024")
    assert "Of the class or policy" in text
    assert "<b>4</b>" in text
    assert "lies in the future" in page(visit, "hue-dic", url("rule_preview", draft.pk), day="15/01/2124")


def test_levels_and_communes_are_entered_and_ended_on_their_pages(story, client, cast):
    source, officer = story.source(kind="provincial_budget"), cast.log_in(client, "hue-dic")
    known = {"source": source.pk, "form": "cash", "amount": "300000", "citation": "Nghị quyết"}
    client.post(url("level_create"), known | {"valid_from": "01/01/2024"})
    level = SupportLevel.objects.get(funding_kind="provincial_budget")
    assert level.entered_by == officer
    workflow.approve_level(level, actor=cast("hue-dic-leader"))
    client.post(url("level_end", level.pk), {"valid_to": "31/12/2024"})
    assert "until 31/12/2024" in client.get(url("level_list")).content.decode()
    communes = [cast.area("20044").pk, cast.area("20047").pk]
    entry = {"citation": "Quyết định 861/QĐ-TTg", "valid_from": "04/06/2021", "communes": communes}
    client.post(url("designation_create"), entry)
    workflow.approve_designation(DesignationEntry.objects.get(), actor=cast("hue-dic-leader"))
    assert AreaDesignation.objects.count() == 2
    text = client.post(url("designation_create"), entry).content.decode()
    assert "is named already from 04/06/2021" in text
    client.post(url("designation_end", AreaDesignation.objects.first().pk), {"valid_to": "01/01/2024"})
    assert "No longer in force" in client.get(url("designation_list")).content.decode()
    cast.log_in(client, "hue-481")
    assert "Quyết định 861/QĐ-TTg" in client.get(url("designation_list")).content.decode()
    assert client.post(url("designation_create"), entry).status_code == 403


# --- rounds ------------------------------------------------------------------------------------------


def test_beside_the_rounds_form_stand_the_rule_the_level_and_who_qualifies(story, visit):
    story.households(c20044=3)
    day = {"decision_date": "15/01/2024", "device_kind": "cash"}
    telecom, province = story.source(), story.source(kind="provincial_budget")
    text = page(visit, "hue-dic", url("round_eligible"), funding_source=telecom.pk, **day)
    assert "500.000" in text
    assert "Circular 14/2022/TT-BTTTT" in text
    text = page(visit, "hue-dic", url("round_eligible"), funding_source=province.pk, **day)
    assert "no round can be recorded before the rule is entered" in text
    story.rule()
    text = page(visit, "hue-dic", url("round_eligible"), funding_source=province.pk, **day)
    assert "enter the level first" in text


def test_a_round_of_another_source_is_recorded_and_mended_on_its_pages(story, client, cast):
    story.rule()
    source = story.source(kind="provincial_budget")
    cast.log_in(client, "hue-dic")
    client.post(url("round_create"), {
        "funding_source": source.pk, "name": "Đợt tỉnh", "device_kind": "tablet", "total": "5",
        "decision_number": "9/QĐ-UBND", "decision_date": "15/01/2024", "issuer": "UBND tỉnh",
        "posting_days": "3", "unit_cost": "", "budget_line": "",
    })  # fmt: skip
    round_ = AllocationRound.objects.get()
    assert (round_.posting_days, round_.device_kind) == (3, "tablet")
    assert (
        url("rule_detail", round_.rule_set_id) in client.get(url("round_detail", round_.pk)).content.decode()
    )
    client.post(url("round_change", round_.pk), {"name": "Đợt tỉnh 2024", "posting_days": "0"})
    round_.refresh_from_db()
    assert (round_.name, round_.posting_days) == ("Đợt tỉnh 2024", 0)


def test_figures_lead_to_their_households_for_those_who_may_see_households(story, visit):
    story.households(c20044=3)
    story.household(has_need=False, head_name="Kăn Không Cần")
    round_ = story.round()
    link = f"{url('round_households', round_.pk)}?part=need&amp;district=481"
    assert link in page(visit, "hue-dic", url("round_detail", round_.pk))
    assert link not in page(visit, "hue-finance", url("round_detail", round_.pk))
    text = page(visit, "hue-dic", url("round_households", round_.pk), part="need", district="481")
    assert "Kăn Không Cần" in text
    assert visit("hue-finance", url("round_households", round_.pk)).status_code == 403
    assert visit("daknong-dic", url("round_households", round_.pk)).status_code == 404


def test_a_district_sees_its_own_households_behind_the_figures(story, visit):
    story.household("20044", head_name="Kăn Mrai")
    story.household("20161", head_name="Hồ Nam Đông")
    round_ = story.round(total=1)
    text = page(visit, "hue-481", url("round_households", round_.pk))
    assert "Kăn Mrai" in text
    assert "Hồ Nam Đông" not in text
    assert visit("hue-481", url("round_households", round_.pk), district="483").status_code == 404


def test_why_is_a_page_and_a_part_of_one(story, visit, client, cast):
    story.households(c20044=3)
    household = story.household(has_need=False, head_name="Kăn Không Cần")
    round_ = story.round()
    address = url("household_why", round_.pk, household.pk)
    text = page(visit, "hue-481", address)
    assert "Does not qualify" in text
    assert "the household said no" in text
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Does not qualify" in part
    assert "<html" not in part
    assert visit("hue-483", address).status_code == 404
    assert visit("hue-finance", address).status_code == 404
    assert visit("daknong-dic", address).status_code == 404


def test_a_line_is_explained_by_the_facts_frozen_with_it(story, visit):
    story.households(c20044=4)
    row = story.lists(total=2)["481"]
    line = row.lines.get(position=1)
    line.household.spells.update(poverty_class="not_poor")
    text = page(visit, "hue-481", url("line_why", line.pk))
    assert "Qualifies" in text
    assert "Poor on 15/01/2024" in text
    assert visit("hue-483", url("line_why", line.pk)).status_code == 404
    assert visit("hue-finance", url("line_why", line.pk)).status_code == 404
    # A line of an earlier version froze less: the register speaks for that day, and the page says so.
    line.snapshot.pop("devices")
    line.save(update_fields=["snapshot"])
    assert "before the facts were frozen with it" in page(visit, "hue-481", url("line_why", line.pk))


def test_the_households_behind_figures_take_the_same_queries_whatever_their_number(story, visit, client):
    story.households(c20044=3)
    round_ = story.round()
    page(visit, "hue-dic", url("round_households", round_.pk))
    counts = []
    for _more in range(2):
        story.households(c20044=12, c20047=4)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("round_households", round_.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_rules_speak_both_languages(story, client, cast, packaged, settings, language):
    load_plans()
    story.households(c20044=3)
    round_, draft = story.round(), story.rule_draft()
    settings.LANGUAGE_CODE = language
    cast.log_in(client, "hue-dic")
    addresses = [
        url("rule_list"), url("rule_create"), url("rule_detail", packaged.pk), url("rule_detail", draft.pk),
        url("rule_preview", packaged.pk), url("rule_submit", draft.pk), url("rule_discard", draft.pk),
        url("rule_condition_kinds", draft.pk), url("rule_rank_create", draft.pk), url("level_list"),
        url("level_create"), url("designation_list"), url("designation_create"), url("round_create"),
        url("round_change", round_.pk), url("round_households", round_.pk),
        *(url("rule_condition_create", draft.pk) + f"?kind={row.kind}" for row in packaged.conditions.all()),
    ]  # fmt: skip
    with translation.override(language):
        for address in addresses:
            answer = client.get(address, headers={"Accept-Language": language})
            assert answer.status_code == 200, address
            assert f'<html lang="{language}"' in answer.content.decode(), address


def test_a_rule_for_a_later_day_leaves_the_present_one_in_force_until_then(story, visit, cast):
    source = story.source(kind=FundingKind.PROVINCIAL_BUDGET)
    first = story.rule()
    story.rule(since=timezone.localdate() + timedelta(days=30))
    text = page(visit, "hue-dic", url("rule_list"))
    assert "Not yet in force" in text
    former = text[text.index("Former rules") :]
    assert url("rule_detail", first.pk) in former
    assert "In force today" in former
    assert source.name in text
