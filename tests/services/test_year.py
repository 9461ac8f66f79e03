"""The change of the year: suspended from 1 January, restored when certified again, off the list after it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from beneficiaries.models import PovertyCertificate
from beneficiaries.services.workflow import yearly
from smartphone_support.web.errors import Refusal

from .conftest import spells

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]
NEW_YEAR = date(2024, 1, 1)


@pytest.fixture
def supported(counter):
    """Three supported households, two of which are no longer poor in 2024."""
    homes = [counter.household(number) for number in (1, 2, 3)]
    lines = [counter.line(number, on="05/11/2023") for number in (1, 2, 3)]
    counter.apply(*lines, month=date(2023, 11, 1))
    for home in homes[:2]:
        counter.becomes(home, "not_poor", date(2023, 12, 15))
    return homes


def suspend(counter, expected=2, year=2024, **known):
    actor = counter.cast("hue-dic")
    return yearly.suspend_for_year(actor.province, year, expected=expected, actor=actor, **known)


def test_who_is_not_certified_is_suspended_from_the_first_of_january(counter, supported):
    assert suspend(counter) == 2
    assert spells(supported[0]) == [
        ("active", 60000, date(2023, 11, 5), NEW_YEAR), ("uncertified", 60000, NEW_YEAR, None),
    ]  # fmt: skip
    assert spells(supported[2]) == [("active", 60000, date(2023, 11, 5), None)]
    with pytest.raises(Refusal, match="nothing was done"):
        suspend(counter, expected=0)


def test_the_number_the_person_saw_has_to_hold(counter, supported):
    with pytest.raises(Refusal, match="2 subscriptions instead of 1"):
        suspend(counter, expected=1)


def test_a_certificate_is_demanded_where_the_province_says_so(counter, supported):
    PovertyCertificate.objects.create(household=supported[2], year=2024, number="12")
    assert suspend(counter, with_certificate=True) == 2
    PovertyCertificate.objects.all().delete()
    assert suspend(counter, expected=1, with_certificate=True) == 1


def test_changed_after_new_year_it_is_suspended_from_the_day_after(counter, supported):
    counter.apply(counter.line(1, "suspended", "10/01/2024"), month=date(2024, 1, 1))
    suspend(counter)
    assert spells(supported[0])[-1] == ("uncertified", 60000, date(2024, 1, 11), None)


def test_certified_again_it_comes_back_and_otherwise_leaves(counter, supported):
    suspend(counter)
    counter.becomes(supported[0], "near_poor", date(2024, 5, 1))
    actor = counter.cast("hue-dic")
    on = date(2024, 5, 20)
    assert yearly.restore_certified(actor.province, on, expected=1, actor=actor) == 1
    assert yearly.remove_uncertified(actor.province, 2025, expected=1, actor=actor) == 1
    assert spells(supported[0])[-1] == ("active", 60000, on, None)
    assert spells(supported[1])[-1] == ("removed", 60000, date(2025, 1, 1), None)
    assert counter.held(supported[1]).ended_on == date(2024, 12, 31)


def test_a_suspended_line_comes_back_by_the_operator_only_when_certified(counter, supported):
    suspend(counter)
    line = counter.line(1, "restored", "10/03/2024")
    assert counter.read(line).counts == {"refused": 1}
    counter.becomes(supported[0], "poor", date(2024, 3, 1))
    counter.apply(line)
    assert counter.held(supported[0]).state == "active"


def test_who_came_back_certified_is_not_suspended_for_the_same_year_again(counter, supported):
    suspend(counter)
    actor = counter.cast("hue-dic")
    counter.becomes(supported[0], "near_poor", date(2024, 5, 1))
    yearly.restore_certified(actor.province, date(2024, 5, 20), expected=1, actor=actor)
    assert yearly.to_suspend(actor.province, 2024) == []
    counter.becomes(supported[0], "not_poor", date(2024, 12, 1))
    assert [row.household for row in yearly.to_suspend(actor.province, 2025)] == [supported[0]]


def test_certified_again_and_not_restored_yet_nobody_leaves_the_list(counter, supported):
    suspend(counter)
    actor = counter.cast("hue-dic")
    counter.becomes(supported[0], "near_poor", date(2024, 5, 1))
    leaving = yearly.to_remove(actor.province, 2025)
    assert [row.household for row in leaving] == [supported[1]]
    demanded = yearly.to_remove(actor.province, 2025, with_certificate=True)
    assert len(demanded) == 2
    PovertyCertificate.objects.create(household=supported[0], year=2024, number="3")
    assert yearly.to_remove(actor.province, 2025, with_certificate=True) == leaving


def test_who_is_certified_again_today_is_restored_and_never_removed(counter, supported):
    suspend(counter)
    actor = counter.cast("hue-dic")
    counter.becomes(supported[0], "near_poor", date(2025, 3, 1))
    with time_machine.travel(date(2025, 6, 10)):
        removed = yearly.to_remove(actor.province, 2025)
        restored = yearly.to_restore(actor.province, date(2025, 6, 10))
    assert [row.household for row in removed] == [supported[1]]
    assert [row.household for row in restored] == [supported[0]]


def test_the_reason_is_kept_in_the_offices_language(counter, supported, settings):
    settings.LANGUAGE_CODE = "vi"
    suspend(counter)
    assert counter.held(supported[0]).reason.endswith("01/01/2024")
    assert "certified" not in counter.held(supported[0]).reason


@pytest.mark.parametrize("person", ["hue-dic-leader", "hue-viettel", "hue-dolisa", "daknong-dic"])
def test_only_the_department_changes_the_year(counter, supported, person):
    actor = counter.cast(person)
    province = counter.cast.area("46")
    with pytest.raises(PermissionDenied):
        yearly.suspend_for_year(province, 2024, expected=2, actor=actor)


def test_the_pages_list_before_they_write(client, counter, supported):
    counter.cast.log_in(client, "hue-dic")
    page = client.get(reverse("services:year_change"), {"year": 2024})
    assert page.context["count"] == 2
    address = page.context["act_url"]
    confirm = client.get(address)
    assert "2 subscriptions are suspended as of 01/01/2024" in confirm.content.decode()
    client.post(address, {"expected": confirm.context["expected"]})
    assert [counter.held(home).state for home in supported] == ["uncertified", "uncertified", "active"]
    removal = client.get(reverse("services:year_change"), {"year": 2025, "part": "remove"})
    assert removal.context["count"] == 2
