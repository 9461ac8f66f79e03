"""Levels and difficult communes: entered by the officer, without effect before the leader approves them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from allocations import workflow, worklist
from allocations.models import DesignationEntry, SupportLevel
from allocations.rules.facts import difficult_communes
from allocations.rules.stored import level_in_force
from programs.choices import FundingKind
from smartphone_support.areas.models import AreaDesignation
from smartphone_support.web.errors import Refusal

from .conftest import DAY

PROVINCE = FundingKind.PROVINCIAL_BUDGET


@pytest.fixture
def level(story, cast):
    return workflow.add_level(
        story.program(), actor=cast("hue-dic"), funding_kind=PROVINCE, form="cash", amount=300_000,
        citation="Văn bản của tỉnh", valid_from=DAY,
    )  # fmt: skip


@pytest.fixture
def entry(cast):
    return workflow.designate_communes(
        actor=cast("hue-dic"), communes=[cast.area("20044"), cast.area("20047")], citation="Quyết định",
        valid_from=DAY,
    )  # fmt: skip


def in_force(story):
    return level_in_force(story.program(), PROVINCE, "cash", DAY)


def test_a_level_pays_nothing_before_the_leader_put_it_in_force(story, cast, level):
    story.rule()
    cash = {"kind": PROVINCE, "device": "cash", "number": "90/QĐ-UBND"}
    assert in_force(story) is None
    with pytest.raises(Refusal, match="No level of support in cash"):
        story.round(**cash)
    for who in ("hue-dic", "hue-481", "daknong-dic-leader"):
        with pytest.raises(PermissionDenied):
            workflow.approve_level(level, actor=cast(who))
    workflow.approve_level(level, actor=cast("hue-dic-leader"))
    assert in_force(story) == level
    assert story.round(**cash).cash_amount == 300_000
    with pytest.raises(Refusal, match="In force"):
        workflow.return_level(level, actor=cast("hue-dic-leader"), reason="Sai mức")


def test_whoever_entered_it_does_not_put_it_in_force_even_as_the_leader(cast, level, entry):
    leader = cast("hue-dic-leader")
    SupportLevel.objects.filter(pk=level.pk).update(entered_by=leader)
    DesignationEntry.objects.filter(pk=entry.pk).update(entered_by=leader)
    for decide, row in ((workflow.approve_level, level), (workflow.approve_designation, entry)):
        with pytest.raises(PermissionDenied):
            decide(row, actor=leader)
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(decided_by=leader)


def test_a_returned_level_stays_to_be_read_and_gives_its_days_free(story, cast, level):
    with pytest.raises(Refusal, match="already waits for the leader"):
        story.level(400_000)
    returned = workflow.return_level(level, actor=cast("hue-dic-leader"), reason="Sai mức")
    assert (returned.state, returned.return_reason) == ("returned", "Sai mức")
    with pytest.raises(Refusal, match="Returned"):
        workflow.end_level(level, actor=cast("hue-dic"), valid_to=date(2024, 6, 1))
    assert in_force(story) is None
    assert story.level(400_000) == in_force(story)


def test_communes_rank_nobody_before_the_leader_put_them_in_force(story, cast, entry):
    province = cast.area("46")
    assert difficult_communes(province, DAY) == set()
    with pytest.raises(Refusal, match="already waits for the leader"):
        story.difficult("20047")
    for who in ("hue-dic", "daknong-dic-leader"):
        with pytest.raises(PermissionDenied):
            workflow.approve_designation(entry, actor=cast(who))
    rows = workflow.approve_designation(entry, actor=cast("hue-dic-leader"))
    assert difficult_communes(province, DAY) == {row.area_id for row in rows}
    assert {row.area.code for row in rows} == {"20044", "20047"}
    with pytest.raises(Refusal, match="In force"):
        workflow.approve_designation(entry, actor=cast("hue-dic-leader"))
    assert AreaDesignation.objects.count() == 2


def test_returned_communes_can_be_entered_anew(story, cast, entry):
    workflow.return_designation(entry, actor=cast("hue-dic-leader"), reason="Thiếu xã")
    assert not AreaDesignation.objects.exists()
    assert len(story.difficult("20044", "20047")) == 2


def test_the_leader_decides_on_the_pages_and_finds_them_among_the_work(story, client, cast, level, entry):
    leader = cast.log_in(client, "hue-dic-leader")
    titles = [item.title for item in worklist.waiting_for(leader)]
    assert len([title for title in titles if "Level of support" in title or "communes" in title]) == 2
    story.source(kind=PROVINCE)
    for row, page, steps in (
        (level, "level_list", ("level_approve", "level_return")),
        (entry, "designation_list", ("designation_approve", "designation_return")),
    ):
        text = client.get(reverse(f"allocations:{page}")).content.decode()
        urls = [reverse(f"allocations:{step}", args=[row.pk]) for step in steps]
        assert all(url in text for url in urls)
        client.post(urls[0])
        row.refresh_from_db()
        assert row.state == "in_force"
        assert urls[0] not in client.get(reverse(f"allocations:{page}")).content.decode()
    assert not [item for item in worklist.waiting_for(leader) if "communes" in item.title]
    awaited = worklist.awaited_by(cast("hue-dic"))
    assert not [item for item in awaited if "communes" in item.title]


def test_the_officer_sees_the_reason_of_a_return(client, cast, entry):
    workflow.return_designation(entry, actor=cast("hue-dic-leader"), reason="Thiếu xã Trung Sơn")
    cast.log_in(client, "hue-dic")
    text = client.get(reverse("allocations:designation_list")).content.decode()
    assert "Thiếu xã Trung Sơn" in text
    assert reverse("allocations:designation_approve", args=[entry.pk]) not in text
