"""A page makes only the filters its address names: that says the same as making them all."""

import pytest
from django.http import QueryDict

from beneficiaries.filters import HouseholdFilter, filter_form
from beneficiaries.models import Household

from .conftest import household

ASKED = [
    "merit=yes",
    "merit=no&has_need=unknown",
    "district={district}",
    "district={district}&commune={commune}",
    "commune={commune}&complete=no",
    "commune=99999999",
    "poverty_class=listed&as_of=31/12/2023",
    "poverty_class=poor&as_of=chua+biet",
    "source=1&certificate=no",
    "has_id=perhaps&q=lan",
    "q=lan&social_policy=no&is_ethnic_minority=no&page=3&nothing=1",
]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["hue-dolisa", "hue-481"])
@pytest.mark.parametrize("asked", ASKED)
def test_few_filters_say_what_all_would(desk, cast, who, asked):
    desk.register(household(1, I="x"), household(2), household(3))
    user = cast(who)
    commune = Household.objects.first().commune
    words = QueryDict(asked.format(district=commune.parent_id, commune=commune.pk))
    answers = []
    for kind in (HouseholdFilter, HouseholdFilter.asked_in(words)):
        made = kind(words, queryset=Household.objects.visible_to(user), user=user)
        answers.append(
            (
                set(made.without_search().values_list("pk", flat=True)),
                (made.day, made.is_active, made.typed, made.more_is_open),
                filter_form(made, user),
            )
        )
    assert answers[0] == answers[1]
