"""Two people at the same moment, on a database with row locks."""

import pytest
from django.db import connection

from beneficiaries.models import OperatorReport, ServiceSubscription, SubscriptionSpell
from beneficiaries.services.workflow import reports
from tests.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def on_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def test_two_operators_for_one_household(counter):
    counter.household(1)
    one, other = counter.read(counter.line(1)), counter.read(counter.line(1), by="hue-vnpt")
    results = at_once(
        lambda: reports.confirm_report(one, actor=counter.cast("hue-viettel")).state,
        lambda: reports.confirm_report(other, actor=counter.cast("hue-vnpt")).state,
    )
    assert sorted(results) == ["applied", "awaiting"]
    assert ServiceSubscription.objects.live().count() == 1


def test_a_double_click_writes_once(counter):
    counter.household(1)
    report = counter.read(counter.line(1))
    actor = counter.cast("hue-viettel")
    assert at_once(*[lambda: reports.confirm_report(report, actor=actor).state] * 2) == ["applied"] * 2
    assert SubscriptionSpell.objects.count() == 1


def test_confirmed_and_discarded_at_once(counter):
    counter.household(1)
    report = counter.read(counter.line(1))
    actor = counter.cast("hue-viettel")
    at_once(
        lambda: reports.confirm_report(report, actor=actor),
        lambda: reports.discard_report(report, actor=actor),
    )
    report.refresh_from_db()
    assert ServiceSubscription.objects.count() == (1 if report.state == "applied" else 0)
    assert report.state in ("applied", "rejected")


def test_nothing_arose_said_twice_at_once(counter):
    from datetime import date

    actor = counter.cast("hue-viettel")
    known = {"month": date(2024, 3, 1), "operator": actor.organisation, "actor": actor}
    at_once(*[lambda: reports.nothing_arose(**known)] * 2)
    assert OperatorReport.objects.filter(nothing_arose=True, state="applied").count() == 1


def test_taken_back_and_built_upon_at_once(counter):
    home = counter.household(1)
    began = counter.apply(counter.line(1))
    stop = counter.read(counter.line(1, "stopped", "20/03/2024"))
    at_once(
        lambda: reports.take_report_back(began, actor=counter.cast("hue-dic"), reason="x"),
        lambda: reports.confirm_report(stop, actor=counter.cast("hue-viettel")),
    )
    states = {row.pk: row.state for row in OperatorReport.objects.all()}
    assert (states[began.pk], states[stop.pk]) in {("reverted", "awaiting"), ("applied", "applied")}
    assert (counter.held(home) is None) == (states[began.pk] == "reverted")
