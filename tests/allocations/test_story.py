"""What a household's page tells of lists and decisions."""

from __future__ import annotations

from datetime import date

from allocations import workflow
from allocations.models import Support
from allocations.story import allocation_events
from beneficiaries.household.story import story_of
from smartphone_support.accounts.models import Organisation


def test_a_kept_household_shows_its_list_and_the_decision(story, a_luoi, cast):
    story.decided(a_luoi)
    household = a_luoi.lines.filter(decision="keep").first().household
    told = {event.title: event for event in story_of(household, cast("hue-dic"))}
    listed = next(event for title, event in told.items() if title.startswith("On the list of huyện A Lưới"))
    approved = told["Approved to receive: Smartphone with mobile service"]
    assert "Keep" in listed.badge
    assert any("Accepted" in words for words in listed.details)
    assert (approved.on, approved.source) == (date(2024, 2, 5), "Decision 210/QĐ-UBND")


def test_a_reserve_is_approved_nothing(story, a_luoi, cast):
    story.decided(a_luoi)
    household = a_luoi.lines.filter(decision="reserve").first().household
    titles = [event.title for event in allocation_events(household, cast("hue-dic"))]
    assert len(titles) == 1
    assert titles[0].startswith("On the list of")


def test_nobody_reads_of_lists_they_may_not_see(a_luoi, cast):
    household = a_luoi.lines.first().household
    for who in ("hue-474", "daknong-dic", "hue-viettel"):
        assert list(allocation_events(household, cast(who))) == []


def test_the_way_of_a_support_is_told_from_the_operator_to_the_hold(story, a_luoi, cast):
    story.decided(a_luoi)
    support = Support.objects.get(line__district_list=a_luoi, line__position=1)
    operator = Organisation.objects.get(code="hue-viettel")
    workflow.assign_operator([support], operator, actor=cast("hue-dic"))
    workflow.hold_support(support, actor=None, why="moved", reason="Chuyển sang huyện khác")
    told = {event.title: event for event in allocation_events(support.household, cast("hue-481"))}
    assert told["Assigned to an operator"].details == (operator.short_name,)
    held = told["Put on hold"]
    assert held.details == ("Moved to another district", "Chuyển sang huyện khác")


def test_a_household_an_amendment_brought_on_shows_that_decision(story, a_luoi, cast):
    story.decided(a_luoi)
    out = Support.objects.get(line__district_list=a_luoi, line__position=2)
    reserve = a_luoi.lines.get(position=4).household
    amendment = story.amendment(a_luoi)
    workflow.add_amendment_line(
        amendment, actor=cast("hue-dic"), removes=out, adds=reserve, reason="Chuyển đi"
    )
    story.amended(amendment)
    told = {event.title: event for event in allocation_events(reserve, cast("hue-dic"))}
    approved = told["Approved to receive: Smartphone with mobile service"]
    assert (approved.on, approved.source) == (date(2024, 3, 5), "Decision 20/TTr-STTTT QĐ")
    gone = {event.title: event for event in allocation_events(out.household, cast("hue-dic"))}
    assert gone["Taken off by an amendment"].details == ("Theo đề nghị của UBND huyện",)
