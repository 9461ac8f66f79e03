"""What the lists of rounds answer when the register wants to take households back."""

import pytest

from allocations.models import ListLine
from beneficiaries.models import Household
from beneficiaries.signals import household_in_use

pytestmark = pytest.mark.django_db


def answers(households):
    """What stands against it, of all who were asked."""
    sent = household_in_use.send(sender=None, households=households)
    return [sentence for _receiver, sentence in sent if sentence]


def test_a_household_on_a_list_of_a_round_is_named_with_the_list(a_luoi):
    line = ListLine.objects.order_by("pk").first()
    (sentence,) = answers(Household.objects.filter(list_lines__round=line.round))
    assert str(line.household) in sentence
    assert str(line.round) in sentence


def test_a_household_on_no_list_is_no_objection(db):
    assert answers(Household.objects.none()) == []
