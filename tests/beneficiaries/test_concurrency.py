"""Two people at once, in real threads on PostgreSQL."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

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


# --- a list taken back while others work ------------------------------------------------------------


@pytest.mark.parametrize("attempt", range(3))
def test_a_revert_and_a_confirm_at_once_follow_each_other(desk, cast, attempt):
    officer = cast("hue-dolisa")
    desk.register(*map(household, range(8)), year=2022)
    first = desk.register(*map(household, range(9)), year=2023)
    second = desk.read(*map(household, range(10)), year=2023)
    at_once(
        lambda: workflow.revert_batch(first, actor=officer, reason="x"),
        lambda: workflow.confirm_batch(second, actor=officer),
    )
    finish_jobs()
    first.refresh_from_db()
    second.refresh_from_db()
    known = Household.objects.standing().count()
    if first.state == "reverted":
        # The preview was made against the register before the revert: it was made anew and waits.
        assert (second.state, known) == ("awaiting_confirmation", 8)
        assert second.counts["new"] == 2
    else:
        assert (first.state, second.state, known) == ("applied", "applied", 10)
    assert verify().broken_at is None


@pytest.mark.parametrize("attempt", range(3))
def test_a_revert_asked_four_times_at_once_happens_once(desk, cast, attempt):
    officer = cast("hue-dolisa")
    batch = desk.register(*map(household, range(10)))
    at_once(*[lambda: workflow.revert_batch(batch, actor=officer, reason="x")] * 4)
    assert Job.objects.filter(kind=workflow.REVERT).count() == 1
    finish_jobs()
    assert not Household.objects.standing().exists()
    assert RegisterVersion.objects.get(province__code="46").version == 2


@pytest.mark.parametrize("attempt", range(3))
def test_two_workers_on_one_revert_do_it_once(desk, cast, attempt):
    batch = desk.register(*map(household, range(10)))
    batch = workflow.revert_batch(batch, actor=cast("hue-dolisa"), reason="x")
    silent = type("Silent", (), {"report": lambda *a: None})()
    at_once(*[lambda: workflow.take_back(str(batch.pk), batch.job, silent)] * 3)
    batch.refresh_from_db()
    assert (batch.state, PovertySpell.objects.filter(superseded_at=None).count()) == ("reverted", 0)
    assert RegisterVersion.objects.get(province__code="46").version == 2


def test_a_hand_change_during_a_revert_waits_or_stops_it(desk, cast):
    """Whoever changes a household by hand takes the register's version first, as the revert does."""
    officer = cast("hue-dolisa")
    desk.register(*map(household, range(8)), year=2022)
    batch = desk.register(household(0, H="Thôn 9"), *map(household, range(1, 8)), year=2023)
    batch = workflow.revert_batch(batch, actor=officer, reason="x")
    changed = Household.objects.get(village="Thôn 9")

    def by_hand():
        with transaction.atomic():
            RegisterVersion.objects.select_for_update().get(province__code="46")
            Household.objects.filter(pk=changed.pk).update(phone="0911111111", updated_at=timezone.now())

    at_once(by_hand, lambda: execute(str(batch.job.key)))
    changed.refresh_from_db()
    batch.refresh_from_db()
    expected = {"reverted": "Thôn A Năm", "applied": "Thôn 9"}
    assert (changed.phone, changed.village) == ("0911111111", expected[batch.state])
