"""Households made one keep one service by one operator."""

import pytest

from beneficiaries import workflow
from beneficiaries.models import DuplicateCandidate, Household
from beneficiaries.services.merging import in_use
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db


def pair(counter, one, other):
    first, second = sorted((one.pk, other.pk))
    from beneficiaries.models import RegisterVersion

    RegisterVersion.objects.get_or_create(province=one.province)
    return DuplicateCandidate.objects.create(
        province=one.province, first_id=first, second_id=second, score=90
    )


def test_the_kept_household_has_the_other_ones_subscription_and_gives_it_back(counter):
    kept, absorbed = counter.household(1), counter.household(2)
    counter.apply(counter.line(2))
    actor = counter.cast("hue-dolisa")
    merge = workflow.merge_pair(pair(counter, kept, absorbed), kept=kept.pk, actor=actor)
    assert (counter.held(kept).number, counter.held(absorbed)) == ("0900000002", None)
    workflow.undo_merge(merge, reason="Nhầm", actor=actor)
    assert (counter.held(kept), counter.held(absorbed).number) == (None, "0900000002")


def test_two_live_subscriptions_stand_against_it(counter):
    kept, absorbed = counter.household(1), counter.household(2)
    counter.apply(counter.line(1), counter.line(2))
    with pytest.raises(Refusal, match="Both households have a supported telecom service"):
        workflow.merge_pair(pair(counter, kept, absorbed), kept=kept.pk, actor=counter.cast("hue-dolisa"))
    counter.apply(counter.line(2, "stopped", "10/03/2024"))
    workflow.merge_pair(DuplicateCandidate.objects.get(), kept=kept.pk, actor=counter.cast("hue-dolisa"))
    assert kept.subscriptions.count() == 2


def test_a_household_with_a_service_does_not_leave_with_its_list(counter):
    home = counter.household(1)
    assert in_use(Household.objects.filter(pk=home.pk)) == ""
    counter.apply(counter.line(1))
    assert "take the operator's update back first" in in_use(Household.objects.filter(pk=home.pk))
