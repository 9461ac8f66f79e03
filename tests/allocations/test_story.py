"""What a household's page tells of lists and decisions."""

from __future__ import annotations

from datetime import date

from allocations.story import allocation_events
from beneficiaries.household.story import story_of


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
