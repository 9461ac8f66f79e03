"""Two people at the same moment over one sample, in real threads on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection

from inspections.models import InspectionRound, SampledHousehold, SampleDraw
from inspections.rules.sampling import Wanted
from inspections.sampling.redrawing import differences
from inspections.workflow.sampling import add_for_risk, call_substitute, draw
from programs.loading import load_plans
from smartphone_support.audit.recording import verify as verify_record
from tests.inspection_rows import inspection_round

from ..together import at_once
from .field_rows import served

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


@pytest.fixture
def round_(cast):
    load_plans()
    for number in range(8):
        served(number + 1)
    return inspection_round("hue", state="announced")


def test_two_drawings_at_once_leave_one(round_, cast):
    officer = cast("hue-dic")
    results = at_once(*[lambda: draw(round_, actor=officer, wanted=Wanted(fixed=3))] * 2)
    assert sum(isinstance(result, str) for result in results) == 1, results
    assert differences(SampleDraw.objects.get()) == []
    assert round_.sample.count() == 3
    assert verify_record().broken_at is None


def test_two_households_replaced_at_once_get_two_substitutes(round_, cast):
    officer = cast("hue-dic")
    draw(round_, actor=officer, wanted=Wanted(fixed=2))
    InspectionRound.objects.filter(pk=round_.pk).update(state="fieldwork")
    one, two = round_.sample.all()
    results = at_once(
        *(lambda row=row: call_substitute(row, actor=officer, reason="Vắng").order for row in (one, two))
    )
    assert sorted(results) == [3, 4]
    again = at_once(*[lambda: call_substitute(one, actor=officer, reason="Vắng")] * 2)
    assert all(isinstance(result, str) for result in again), again
    assert verify_record().broken_at is None


def test_one_household_replaced_twice_at_once_gets_one_substitute(round_, cast):
    officer = cast("hue-dic")
    draw(round_, actor=officer, wanted=Wanted(fixed=2))
    InspectionRound.objects.filter(pk=round_.pk).update(state="fieldwork")
    one = round_.sample.first()
    at_once(*[lambda: call_substitute(one, actor=officer, reason="Vắng")] * 2)
    assert SampledHousehold.objects.filter(replaces=one).count() == 1
    assert round_.sample.count() == 3


def test_an_addition_while_it_is_drawn_is_in_the_sample_once(round_, cast):
    officer = cast("hue-dic")
    support = served(50).pk
    at_once(
        lambda: draw(round_, actor=officer, wanted=Wanted(fixed=9)),
        lambda: add_for_risk(round_, {support}, actor=officer, reason="Có phản ánh"),
    )
    assert round_.sample.filter(support=support, kind="random").count() == 1
    assert round_.sample.count() == 9
