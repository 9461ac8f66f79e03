"""Addresses made by hand: a number no database holds is nothing, never an error."""

from __future__ import annotations

import pytest
from django.urls import reverse

HUGE = "9" * 40


@pytest.fixture
def officer(client, cast):
    cast.log_in(client, "hue-dic")
    return client


def test_a_tick_that_is_no_support_chooses_nothing(a_luoi, story, officer):
    story.decided(a_luoi)
    answer = officer.get(reverse("allocations:support_assign"), {"row": [HUGE, "0"]})
    assert answer.status_code == 200
    assert answer.context["total"] == 0


def test_a_district_or_household_that_cannot_be_is_nobody(story, officer):
    gift = story.contribution(devices=2)
    url = reverse("allocations:contribution_match", args=[gift.pk])
    assert officer.get(url, {"district": HUGE}).status_code == 200
    answer = officer.post(url, {"household": [HUGE]})
    assert "Choose at least one household" in answer.content.decode()
    assert gift.supports.count() == 0


@pytest.mark.parametrize("level", ["district", "commune"])
@pytest.mark.parametrize("typed", [HUGE, "²", "٣", "-1", ""])
def test_a_place_of_the_coverage_that_cannot_be_is_nobodys(story, officer, level, typed):
    story.households(c20044=2)
    answer = officer.get(reverse("allocations:coverage_households"), {level: typed})
    assert answer.status_code == 200
    assert answer.context["count"] == (0 if typed == HUGE else 2)
