"""A release from hold covers what was decided on, and no later loss; nor is one unknown at the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from allocations import workflow
from allocations.delivery.entitlement import look_again
from allocations.models import Support
from allocations.workflow.holding import hold_changed
from beneficiaries.models import EarlierDevice, Household, PovertySpell

from .handing import Delivery
from .test_holding import approved  # noqa: F401  # a fixture


def state(support):
    row = Support.objects.get(pk=support.pk)
    return row.state, row.hold_reason


def release(support, cast, **known):
    return workflow.release_support(support, actor=cast("hue-dic"), reason="Đã xem xét", **known)


def looked(support):
    row = Support.objects.select_related("household", "round", "line").get(pk=support.pk)
    return look_again([(row, timezone.localdate())])[row.pk].why


def moved(support, cast, commune):
    place = cast.area(commune)
    Household.objects.filter(pk=support.household_id).update(commune=place, district=place.parent)
    hold_changed(place.parent.parent, [support.household_id])
    return state(support)


def class_of(support, poverty_class):
    """The register's class of the household from yesterday on."""
    day = timezone.localdate() - timedelta(days=1)
    spells = PovertySpell.objects.filter(household=support.household_id)
    spells.filter(valid_from__gte=day).delete()
    spells.update(valid_to=day)
    if poverty_class:
        PovertySpell.objects.create(household=support.household, poverty_class=poverty_class, valid_from=day)
    hold_changed(support.household.province, [support.household_id])
    return state(support)


@pytest.fixture
def support(approved):  # noqa: F811  # the fixture of the import
    return approved[0]


def test_a_second_move_is_held_though_the_first_was_released(support, cast):
    assert moved(support, cast, "20161") == ("on_hold", "moved")
    release(support, cast)
    assert (moved(support, cast, "20161"), looked(support)) == (("approved", "moved"), "")
    assert moved(support, cast, "20107") == ("on_hold", "moved")


def test_a_move_back_and_away_again_is_another_move(support, cast):
    moved(support, cast, "20161")
    release(support, cast)
    assert moved(support, cast, "20044")[0] == "approved"
    assert moved(support, cast, "20161") == ("on_hold", "moved")


def test_who_is_served_in_the_new_district_and_moves_on_is_held(support, cast):
    moved(support, cast, "20161")
    release(support, cast, to_new_district=True)
    assert (hold_changed(cast.area("46")), looked(support)) == (0, "")
    assert moved(support, cast, "20107") == ("on_hold", "moved")


def test_a_class_lost_by_mistake_and_mended_is_held_when_it_is_really_lost(support, cast):
    assert class_of(support, "not_poor")[0] == "on_hold"
    class_of(support, "poor")
    release(support, cast)
    assert looked(support) == ""
    assert class_of(support, "not_poor") == ("on_hold", "class_changed")


def test_a_class_regained_after_the_release_and_lost_again_is_a_later_loss(support, cast):
    class_of(support, "not_poor")
    release(support, cast)
    assert (class_of(support, "not_poor")[0], looked(support)) == ("approved", "")
    assert class_of(support, "near_poor")[0] == "approved"
    assert class_of(support, "not_poor")[0] == "on_hold"


def test_who_leaves_the_register_after_a_release_for_the_class_is_held(support, cast):
    class_of(support, "not_poor")
    release(support, cast)
    assert class_of(support, "") == ("on_hold", "left_register")
    release(support, cast)
    assert (hold_changed(cast.area("46")), looked(support)) == (0, "")


def test_a_move_after_a_release_for_the_class_is_held_and_both_stay_decided(support, cast):
    class_of(support, "not_poor")
    release(support, cast)
    assert moved(support, cast, "20161") == ("on_hold", "moved")
    release(support, cast)
    assert (hold_changed(cast.area("46")), looked(support)) == (0, "")


def test_a_second_device_is_held_though_the_first_was_released(support, cast):
    def device():
        EarlierDevice.objects.create(
            household=support.household, kind="tablet", received_on=timezone.localdate()
        )
        hold_changed(cast.area("46"))

    device()
    release(support, cast)
    assert (hold_changed(cast.area("46")), looked(support)) == (0, "")
    EarlierDevice.objects.create(household=support.household, kind="svmtce", received_on=timezone.localdate())
    assert looked(support) == "other_device"
    hold_changed(cast.area("46"))
    assert state(support) == ("on_hold", "other_device")


def test_a_release_from_before_its_facts_were_kept_covers_its_reason_until_it_is_mended(support, cast):
    class_of(support, "not_poor")
    release(support, cast)
    Support.objects.filter(pk=support.pk).update(released=None)
    assert (class_of(support, "not_poor")[0], looked(support)) == ("approved", "")
    class_of(support, "poor")
    assert class_of(support, "not_poor")[0] == "on_hold"


# --- lost between the appraisal and the decision ------------------------------------------------------


@pytest.fixture
def lost_meanwhile(a_luoi, story, cast):
    """The first household is out of poverty after the list was accepted, before the decision."""
    proposal = story.proposed(a_luoi)
    line = a_luoi.lines.get(position=1)
    PovertySpell.objects.filter(household=line.household).update(valid_to="2024-02-03")
    assert hold_changed(cast.area("46")) == 0
    workflow.record_decision(
        proposal, actor=cast("hue-dic-leader"), number="210/QĐ-UBND", day=proposal.date + timedelta(days=4),
        signer="Phó Chủ tịch UBND tỉnh",
    )  # fmt: skip
    return Support.objects.get(line=line)


def test_a_class_lost_between_appraisal_and_decision_is_held_from_the_first_day(lost_meanwhile, cast):
    assert state(lost_meanwhile) == ("on_hold", "left_register")
    assert "after the appraisal, before its approval" in Support.objects.get(pk=lost_meanwhile.pk).reason
    assert Support.objects.filter(state="approved").count() == 2
    release(lost_meanwhile, cast)
    assert (hold_changed(cast.area("46")), looked(lost_meanwhile)) == (0, "")


def test_it_is_found_at_the_hand_over_at_the_latest(lost_meanwhile):
    Support.objects.update(state="approved", hold_reason="", frozen_from="")
    assert looked(lost_meanwhile) == "left_register"


def test_a_class_whose_loss_the_appraisal_showed_stays_decided(a_luoi, story, cast):
    household = a_luoi.lines.get(position=1).household
    PovertySpell.objects.filter(household=household).update(valid_to="2024-02-01")
    delivery = Delivery(story, cast, [a_luoi])
    assert {support.state for support in delivery.supports} == {"approved"}
    assert hold_changed(cast.area("46")) == 0
