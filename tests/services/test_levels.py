"""Levels of support: entered and taken out again, one after the other and beside each other."""

from datetime import date

import pytest

from beneficiaries.models import ServiceLevel
from beneficiaries.services.workflow.levels import drop_level, enter_level
from smartphone_support.web.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]
MARCH = date(2024, 3, 1)


@pytest.fixture
def enter(counter):
    actor = counter.cast("hue-dic")

    def call(amount, valid_from=MARCH, **known):
        return enter_level(
            province=actor.organisation.province, service="mobile", amount=amount, valid_from=valid_from,
            citation="QĐ", actor=actor, **known,
        )  # fmt: skip

    return call


def days():
    rows = ServiceLevel.objects.exclude(province=None).order_by("amount")
    return {row.amount: (row.valid_from, row.valid_to) for row in rows}


def test_the_level_before_goes_on_when_its_successor_is_taken_out(enter, counter):
    first, second = enter(50_000, date(2024, 1, 1)), enter(55_000)
    assert days()[50_000] == (date(2024, 1, 1), date(2024, 2, 29))
    drop_level(second, actor=counter.cast("hue-dic"), reason="Nhầm")
    assert days() == {50_000: (first.valid_from, None)}


def test_between_two_others_the_one_before_goes_on_until_the_one_after(enter, counter):
    enter(50_000, date(2024, 1, 1))
    middle = enter(55_000)
    enter(65_000, date(2024, 6, 1))
    drop_level(middle, actor=counter.cast("hue-dic"), reason="Nhầm")
    assert days() == {
        50_000: (date(2024, 1, 1), date(2024, 5, 31)), 65_000: (date(2024, 6, 1), None)
    }  # fmt: skip


def test_while_another_began_on_the_same_day_the_one_before_stays_ended(enter, counter):
    enter(50_000, date(2024, 1, 1))
    enter(55_000)
    beside = enter(65_000, beside=True)
    drop_level(beside, actor=counter.cast("hue-dic"), reason="Nhầm")
    assert days() == {50_000: (date(2024, 1, 1), date(2024, 2, 29)), 55_000: (MARCH, None)}


def test_taken_out_twice_it_is_one_sentence(enter, counter):
    level = enter(55_000)
    actor = counter.cast("hue-dic")
    stale = ServiceLevel.objects.get(pk=level.pk)
    drop_level(level, actor=actor, reason="Nhầm")
    with pytest.raises(Refusal, match="Somebody else was faster"):
        drop_level(stale, actor=actor, reason="Nhầm")


def test_a_level_somebody_is_supported_at_stays(enter, counter):
    counter.household(1)
    level = enter(55_000)
    counter.apply(counter.line(1, level=55_000))
    with pytest.raises(Refusal, match="supported at this level"):
        drop_level(level, actor=counter.cast("hue-dic"), reason="Nhầm")
