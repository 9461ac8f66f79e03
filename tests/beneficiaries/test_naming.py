"""Which list named a household last, although a list writes only what it changes."""

import pytest
from django.urls import reverse

from beneficiaries import workflow
from beneficiaries.imports.naming import latest_list, named_last_by
from beneficiaries.models import Household

from .conftest import household, identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(desk):
    """2021 names 1 to 4, 2022 all but 4 (2 changed), 2023 brings 5 and names 1 and 2 as they were."""
    poor_again = household(2, H="Thôn 9")
    first = desk.register(*map(household, range(1, 5)), year=2021)
    second = desk.register(household(1), poor_again, household(3), year=2022)
    third = desk.register(household(1), poor_again, household(5), year=2023)
    return first, second, third


def numbers(rows):
    return sorted(row.national_id for row in rows)


def test_every_household_is_named_last_by_one_list(lists):
    found = [numbers(named_last_by(Household.objects.all(), batch.pk)) for batch in lists]
    assert found == [[identity(4)], [identity(3)], sorted(map(identity, (1, 2, 5)))]
    for batch, own in zip(lists, found, strict=True):
        for home in Household.objects.filter(national_id__in=own):
            assert latest_list(home) == batch


def test_a_list_does_not_write_households_that_it_leaves_as_they_are(lists):
    first, second, third = lists
    wrote = dict(Household.objects.values_list("national_id", "source"))
    expected = {1: first, 2: second, 3: first, 4: first, 5: third}
    assert wrote == {identity(number): batch.pk for number, batch in expected.items()}
    stamps = dict(Household.objects.values_list("national_id", "updated_at"))
    assert stamps[identity(1)] == first.applied_at


def test_a_reverted_list_names_nobody(desk, lists):
    desk.work(workflow.revert_batch(lists[2], actor=desk.cast("hue-dolisa"), reason="Nhầm tệp"))
    standing = Household.objects.standing()
    assert numbers(named_last_by(standing, lists[1].pk)) == sorted(map(identity, (1, 2, 3)))
    assert latest_list(Household.objects.get(national_id=identity(1))) == lists[1]


def test_a_household_no_list_named_has_none(desk, lists):
    own = Household.objects.get(national_id=identity(1))
    own.pk, own.source, own.national_id = None, None, ""
    own.save()
    assert latest_list(own) is None
    assert own not in named_last_by(Household.objects.all(), lists[0].pk)


def test_the_register_shows_the_households_a_list_named_last(desk, lists, client):
    desk.cast.log_in(client, "hue-dolisa")
    page = client.get(reverse("beneficiaries:household_list"), {"source": lists[1].pk}).content.decode()
    names = dict(Household.objects.values_list("national_id", "head_name"))
    assert names[identity(3)] in page
    assert names[identity(2)] not in page
