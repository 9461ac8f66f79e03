"""The plan's goals as figures: what each counts, who sees which, and how they stand on the plan's page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from allocations.models import Support
from beneficiaries.models import Household
from inspections.workflow import complaint_answers, complaints
from programs import indicators
from programs.indicators import Indicator, share, tone_of
from programs.models import TaskDue
from programs.workflow.dues import accept_due, open_dues, report_due, return_due
from smartphone_support.accounts.models import Organisation
from tests.allocations.conftest import Story
from tests.allocations.test_report_figures import round_of
from tests.complaint_rows import written_down

from .test_dues import due

TODAY = date(2024, 3, 8)
SERVED, DELIVERED = "Households with a need that are supported", "Approved households that have received"
IN_TIME, COMPLAINTS = "Tasks of the plan done in time", "Complaints and petitions found right"


@pytest.fixture(autouse=True)
def in_march(time_machine, client):
    time_machine.move_to("2024-03-08T09:00+07:00")
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def goals(program: Any, user: Any) -> dict[str, Indicator]:
    return {one.title: one for one in indicators.indicators(program, user, TODAY)}


def goal(program: Any, user: Any, title: str) -> Indicator:
    return next(one for name, one in goals(program, user).items() if name.startswith(title))


@pytest.mark.parametrize(
    ("part", "whole", "words", "tone"),
    [
        (0, 0, "–", "idle"),
        (1, 1, "1/1 (100%)", "ok"),
        (79, 100, "79/100 (79%)", "bad"),
        (4, 5, "4/5 (80%)", "wait"),
        (0, 5, "0/5 (0%)", "bad"),
    ],
)
def test_a_share_and_how_near_it_is_to_the_goal(part, whole, words, tone):
    assert (share(part, whole), tone_of(part, whole)) == (words, tone)


def test_a_share_is_never_rounded_up_to_all():
    assert share(1999, 2000).endswith("(99%)")
    assert tone_of(1999, 2000) == "wait"


# --- dues in time ---------------------------------------------------------------------------------


def test_dues_in_time_are_counted_over_all_organisations(cast, daknong):
    daknong.objectives = ["Hỗ trợ kịp thời."]
    daknong.save()
    officer = cast("daknong-dic")
    assert goal(daknong, officer, IN_TIME).tone == "idle"
    open_dues(daknong, date(2024, 2, 29))
    # Fallen due by 8 March: January and February of II.2 and, for three operators, of II.5.
    assert goal(daknong, officer, IN_TIME).value == "0/8 (0%)"

    register = cast("daknong-dolisa")
    for key, day in (("2024-01", date(2024, 2, 5)), ("2024-02", date(2024, 3, 6))):
        report_due(due(daknong, "II.2", "daknong-dolisa", key), actor=register, report="Có.", done_on=day)
    # The one of January was done on its last day, the one of February a day late.
    assert goal(daknong, officer, IN_TIME).value == "1/8 (12%)"
    january = due(daknong, "II.2", "daknong-dolisa", "2024-01")
    return_due(january, actor=officer, reason="Thiếu số liệu")
    assert goal(daknong, officer, IN_TIME).part == 0
    early = due(daknong, "IV.2", "daknong-dic", "2024")  # not fallen due, and done: it can be judged
    accept_due(report_due(early, actor=officer, report="Xong."), actor=cast("daknong-dic-leader"))
    found = goal(daknong, officer, IN_TIME)
    assert (found.part, found.whole, found.tone) == (1, 9, "bad")
    assert found.url == reverse("programs:due_list", args=[daknong.pk])


def test_all_in_time_reaches_the_goal(cast, daknong):
    daknong.objectives = ["Hỗ trợ kịp thời."]
    daknong.save()
    open_dues(daknong, date(2024, 2, 29))
    TaskDue.objects.filter(due_on__lt=TODAY).update(state="accepted", done_on=date(2024, 2, 5))
    found = goal(daknong, cast("daknong-dic"), IN_TIME)
    assert (found.tone, found.value) == ("ok", "8/8 (100%)")


# --- households, complaints -----------------------------------------------------------------------


@pytest.fixture
def story(cast, hue) -> Story:
    """Four poor households of A Lưới and one of Hương Thủy; two are approved, one of them has its phone."""
    story = Story(cast, program=hue)
    story.households(c20044=4, c19960=1)
    round_ = round_of(story, "1/QĐ-BTTTT", date(2024, 2, 3))
    district = cast.area("481")
    for state, household in zip(
        ("approved", "delivered"), Household.objects.filter(district=district).order_by("pk")[:2], strict=True
    ):
        Support.objects.create(
            household=household, round=round_, form="device", state=state, district=district,
            commune=household.commune, delivered_on=date(2024, 3, 1) if state == "delivered" else None,
        )  # fmt: skip
    return story


def test_households_supported_and_served_are_those_of_the_coverage(cast, hue, story):
    for username, served, delivered in (
        ("hue-dic", "2/5 (40%)", "1/2 (50%)"),
        ("hue-media", "2/5 (40%)", "1/2 (50%)"),  # figures are open to partners
        ("hue-481", "2/4 (50%)", "1/2 (50%)"),  # a district's people see their own
    ):
        user = cast(username)
        assert goal(hue, user, SERVED).value == served, username
        assert goal(hue, user, DELIVERED).value == delivered, username
    assert goal(hue, cast("hue-dic"), SERVED).tone == "bad"
    assert goal(hue, cast("hue-media"), DELIVERED).url == reverse("allocations:coverage")


def test_a_complaint_found_right_fails_the_goal_and_a_denunciation_counts_nowhere(cast, hue):
    officer = cast("hue-dic")
    found = goal(hue, officer, COMPLAINTS)
    assert (found.value, found.tone) == ("0 of 0 received", "ok")
    written_down(officer, "denunciation", district=cast.area("481"))
    assert goal(hue, officer, COMPLAINTS).value == "0 of 0 received"
    row = written_down(officer)
    assert (goal(hue, officer, COMPLAINTS).value, goal(hue, officer, COMPLAINTS).tone) == (
        "0 of 1 received", "wait",
    )  # fmt: skip
    complaints.take_up(row, actor=officer, organisation=Organisation.objects.get(code="hue-dic"))
    complaint_answers.answer(row, actor=officer, text="Đúng.", answered_on=timezone.localdate(), upheld=True)
    found = goal(hue, officer, COMPLAINTS)
    assert (found.value, found.tone) == ("1 of 1 received", "bad")


# --- who sees which -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("hue-dic", {SERVED, DELIVERED, IN_TIME, COMPLAINTS}),
        ("hue-dic-leader", {SERVED, DELIVERED, IN_TIME, COMPLAINTS}),
        ("hue-ppc", {SERVED, DELIVERED, IN_TIME, COMPLAINTS}),
        ("hue-481", {SERVED, DELIVERED, COMPLAINTS}),
        ("hue-media", {SERVED, DELIVERED}),
        ("hue-viettel", {COMPLAINTS}),
        ("hue-inspector", set()),
        ("daknong-dic", set()),  # of its own province alone
    ],
)
def test_each_sees_the_goals_whose_rows_it_may_see(cast, hue, username, seen):
    found = goals(hue, cast(username))
    assert {name for name in (SERVED, DELIVERED, IN_TIME, COMPLAINTS)
            if any(title.startswith(name) for title in found)} == seen  # fmt: skip


def test_a_plan_that_states_no_goals_has_no_figures(cast, daknong):
    assert daknong.objectives == []
    assert indicators.indicators(daknong, cast("daknong-dic"), TODAY) == []


def test_goals_stand_in_their_order_and_an_app_may_replace_its_own(cast, hue, monkeypatch):
    monkeypatch.setattr(indicators, "_builders", dict(indicators._builders))
    for key, order in (("last", 90), ("first", 1), ("hidden", 2)):
        title = None if key == "hidden" else key
        indicators.register(
            key, order,
            lambda program, user, today, title=title: title and Indicator(title, "", "", "", "idle"),
        )  # fmt: skip
    indicators.register("complaints", 95, lambda program, user, today: None)
    titles = list(goals(hue, cast("hue-dic")))
    assert (titles[0], titles[-1]) == ("first", "last")
    assert COMPLAINTS not in titles


def test_the_plans_page_says_value_target_and_how_it_is_counted(visit, hue):
    page = reverse("programs:program_detail", args=[hue.pk])
    html = visit("hue-dic", page).content.decode()
    part = html.partition('class="indicators')[2].partition("</section>")[0]
    text = " ".join(re.sub(r"<[^>]+>", " ", part).split())
    assert text.count("How it is counted") == 4
    assert "Goal: 100%" in text
    assert "Nothing to judge yet" in text  # no household yet
    assert reverse("programs:due_list", args=[hue.pk]) in part
    assert 'class="indicators' not in visit("hue-inspector", page).content.decode()
