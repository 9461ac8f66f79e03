"""Two people at once, in real threads on PostgreSQL."""

import pytest
from django.db import connection

from beneficiaries import workflow
from beneficiaries.models import Household, ListBatch, PovertySpell, RegisterVersion
from smartphone_support.audit.recording import verify
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import execute

from ..together import at_once
from .conftest import household

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


def finish_jobs():
    while job := Job.objects.filter(state="queued").first():
        execute(str(job.key))


@pytest.mark.parametrize("attempt", range(3))
def test_two_lists_confirmed_at_once_are_written_one_after_the_other(desk, cast, attempt):
    first = desk.read(*map(household, range(10)))
    second = desk.read(*map(household, range(10)))
    officer = cast("hue-dolisa")
    results = at_once(*[lambda b=b: workflow.confirm_batch(b, actor=officer) for b in (first, second)])
    assert len([r for r in results if isinstance(r, str) and "Another list is being written" in r]) == 1
    finish_jobs()
    assert (Household.objects.count(), PovertySpell.objects.count()) == (10, 10)
    assert RegisterVersion.objects.get(province__code="46").version == 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_double_clicked_confirm_is_one_apply(desk, cast, attempt):
    batch = desk.read(*map(household, range(10)))
    officer = cast("hue-dolisa")
    results = at_once(*[lambda: workflow.confirm_batch(batch, actor=officer)] * 4)
    assert {r.job_id for r in results} == {ListBatch.objects.get().job_id}
    finish_jobs()
    assert Household.objects.count() == 10
    assert verify().broken_at is None


@pytest.mark.parametrize("attempt", range(3))
def test_two_workers_on_one_apply_write_it_once(desk, cast, attempt):
    """The reaper may give a slow worker's job to another one while the first still writes."""
    batch = workflow.confirm_batch(desk.read(*map(household, range(10))), actor=cast("hue-dolisa"))
    silent = type("Silent", (), {"report": lambda *a: None})()
    at_once(*[lambda: workflow.write_batch(str(batch.pk), batch.job, silent)] * 3)
    batch.refresh_from_db()
    assert (batch.state, Household.objects.count()) == ("applied", 10)
    assert RegisterVersion.objects.get(province__code="46").version == 1


def test_a_decision_during_the_confirm_waits_or_comes_too_late(desk, cast):
    officer = cast("hue-dolisa")
    desk.register(household(1, F=None), *map(household, range(2, 9)), year=2022)
    batch = desk.read(household(1, F=None, H="Thôn 9"), *map(household, range(2, 9)), year=2023)
    row = batch.rows.get(outcome="ambiguous")
    decided, confirmed = at_once(
        lambda: workflow.decide_row(row, decision="new", actor=officer),
        lambda: workflow.confirm_batch(batch, actor=officer),
    )
    finish_jobs()
    row.refresh_from_db()
    assert isinstance(confirmed, ListBatch)
    assert Household.objects.count() == (9 if row.decision == "new" else 8)
    assert isinstance(decided, str) == (row.decision == "")
