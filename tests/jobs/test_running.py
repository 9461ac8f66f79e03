from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from smartphone_support.jobs import running
from smartphone_support.jobs.models import Job, JobState
from smartphone_support.jobs.running import execute, reap, start
from smartphone_support.web.errors import Refusal


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def kind(monkeypatch):
    """Registers a job kind "test" that does what the test says; `kind.failures` are the sentences told."""

    class Kind:
        def __init__(self):
            self.failures = []
            self.seen = []

        def runs(self, work):
            monkeypatch.setitem(running._kinds, "test", running.JobKind(work, self.failed))

        def failed(self, subject_id, job, sentence):
            self.failures.append((subject_id, sentence))

    made = Kind()
    made.runs(lambda subject_id, job, progress: made.seen.append(subject_id))
    return made


@pytest.fixture
def owner(cast):
    return cast("hue-dolisa")


def stale(job, attempts):
    """As a killed worker leaves it."""
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=attempts, heartbeat_at=long_ago)


def test_a_job_runs_on_its_subject_and_is_done(kind, owner):
    job = execute(start("test", owner, actor=owner).key)
    assert job.state == JobState.DONE
    assert kind.seen == [str(owner.pk)]
    assert job.finished_at is not None


def test_starting_twice_gives_the_same_job(kind, owner):
    first, second = start("test", owner, actor=owner), start("test", owner, actor=owner)
    assert first.pk == second.pk
    assert DBTaskResult.objects.count() == 1


def test_after_it_is_done_the_same_subject_may_have_another_job(kind, owner):
    first = execute(start("test", owner, actor=owner).key)
    assert start("test", owner, actor=owner).pk != first.pk


def test_a_job_already_running_is_left_alone(kind, owner):
    job = start("test", owner, actor=owner)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert execute(job.key).state == JobState.RUNNING
    assert kind.seen == []


def test_progress_is_told_and_a_done_job_is_at_its_total(kind, owner):
    def work(subject_id, job, progress):
        progress.report(40, 100, "reading")
        halfway = Job.objects.get(pk=job.pk)
        kind.seen.append((halfway.percent, halfway.phase))

    kind.runs(work)
    job = execute(start("test", owner, actor=owner).key)
    assert kind.seen == [(40, "reading")]
    assert (job.done, job.total) == (100, 100)


def test_a_refusal_fails_the_job_with_its_own_sentence(kind, owner):
    def work(subject_id, job, progress):
        raise Refusal("The sheet is empty.")

    kind.runs(work)
    job = execute(start("test", owner, actor=owner).key)
    assert (job.state, job.error) == (JobState.FAILED, "The sheet is empty.")
    assert kind.failures == [(str(owner.pk), "The sheet is empty.")]


def test_an_unknown_error_is_raised_and_leaves_a_sentence_with_a_code(kind, owner):
    def work(subject_id, job, progress):
        raise ZeroDivisionError("secret detail")

    kind.runs(work)
    job = start("test", owner, actor=owner)
    with pytest.raises(ZeroDivisionError):
        execute(job.key)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.key.hex[:8] in job.error
    assert "secret" not in job.error
    assert kind.failures == [(str(owner.pk), job.error)]


def test_a_stopped_worker_puts_its_job_back_into_the_queue(kind, owner):
    def work(subject_id, job, progress):
        raise SystemExit

    kind.runs(work)
    job = start("test", owner, actor=owner)
    with pytest.raises(SystemExit):
        execute(job.key)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert kind.failures == []


def test_a_stopped_worker_does_not_wake_a_job_that_was_given_up(kind, owner):
    def work(subject_id, job, progress):
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)  # the reaper was faster
        raise SystemExit

    kind.runs(work)
    job = start("test", owner, actor=owner)
    with pytest.raises(SystemExit):
        execute(job.key)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert DBTaskResult.objects.count() == 1  # nothing new in the queue


def test_a_heart_that_cannot_write_once_beats_on(kind, owner, monkeypatch):
    job = start("test", owner, actor=owner)
    progress, beats = running.Progress(job), []

    def write():
        beats.append(len(beats))
        if len(beats) == 1:
            raise OperationalError("database is locked")
        progress._stop.set()

    monkeypatch.setattr(running, "HEARTBEAT_SECONDS", 0)
    monkeypatch.setattr(running.connection, "close", lambda: None)
    monkeypatch.setattr(progress, "_write", write)
    progress._beat()
    assert beats == [0, 1]


def test_a_job_whose_worker_died_goes_to_the_next_one(kind, owner):
    job = start("test", owner, actor=owner)
    stale(job, attempts=1)
    assert reap() == 1
    assert execute(job.key).state == JobState.DONE
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_two_reapers_rescue_a_job_once(kind, owner):
    job = start("test", owner, actor=owner)
    stale(job, attempts=1)
    assert [reap(), reap()] == [1, 0]
    assert DBTaskResult.objects.count() == 2  # the first start and one rescue


def test_a_living_job_is_not_reaped(kind, owner):
    job = start("test", owner, actor=owner)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, heartbeat_at=timezone.now())
    assert reap() == 0


def test_after_three_attempts_a_job_is_given_up_with_a_sentence(kind, owner):
    job = start("test", owner, actor=owner)
    stale(job, attempts=3)
    assert reap() == 1
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "3 times" in job.error
    assert kind.failures == [(str(owner.pk), job.error)]


def test_a_worker_that_lost_its_job_can_neither_report_nor_finish_it(kind, owner):
    def work(subject_id, job, progress):
        Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker took it meanwhile
        progress.report(7, 9, "writing")

    kind.runs(work)
    job = execute(start("test", owner, actor=owner).key)
    assert (job.state, job.attempts, job.done, job.phase) == (JobState.RUNNING, 2, 0, "")


def test_a_refusal_of_a_worker_that_lost_its_job_is_not_told(kind, owner):
    def work(subject_id, job, progress):
        Job.objects.filter(pk=job.pk).update(attempts=2)
        raise Refusal("too late")

    kind.runs(work)
    job = execute(start("test", owner, actor=owner).key)
    assert (job.state, job.error) == (JobState.RUNNING, "")
    assert kind.failures == []
