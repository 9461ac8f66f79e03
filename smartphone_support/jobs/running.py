"""Starting, running and rescuing jobs.

django-tasks-db keeps the queue but never rescues: a job whose worker was killed would stay
"running" for ever. Hence the heartbeat and `reap`. Job functions must be safe to run again from
the start: they re-check their subject under a lock and write all or nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from smartphone_support.web.errors import Refusal

from .models import Job, JobState

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 0.7


class Progress:
    """What a job function tells about itself: `progress.report(done, total, phase)`.

    With a heartbeat the figures are written by a thread on its own connection, so that they are
    seen while the job's transaction is still open (on SQLite: as soon as the writer is free).
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._figures: tuple[int, int, str] = (0, 0, "")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def report(self, done: int, total: int, phase: str = "") -> None:
        """`done` of `total` rows; `phase` is one of the words the job page translates."""
        self._figures = (done, total, phase or self._figures[2])
        if self._thread is None:
            self._write()

    def start_heartbeat(self) -> None:
        self._thread = threading.Thread(target=self._beat, name=f"job-{self.job.key}", daemon=True)
        self._thread.start()

    def stop_heartbeat(self) -> None:
        if self._thread is not None:
            self._stop.set()
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                try:
                    self._write()
                except OperationalError:
                    # On SQLite another writer may hold the database longer than the patience of one
                    # try; the heart must go on beating afterwards.
                    logger.warning("heartbeat of job %s put off: the database did not answer", self.job.key)
                    connection.close()
        finally:
            connection.close()

    def _write(self) -> None:
        done, total, phase = self._figures
        Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, state=JobState.RUNNING).update(
            done=done, total=total, phase=phase, heartbeat_at=timezone.now()
        )


@dataclass(frozen=True)
class JobKind:
    """`run(subject_id, job, progress)` works; `failed(subject_id, job, sentence)` tells the subject."""

    run: Callable[[str, Job, Progress], None]
    failed: Callable[[str, Job, str], None]


_kinds: dict[str, JobKind] = {}


def register(kind: str, *, run: Callable[..., None], failed: Callable[..., None]) -> None:
    """Name a kind of job; called when its app is loaded."""
    _kinds[kind] = JobKind(run, failed)


def start(kind: str, subject: models.Model, *, actor: Any) -> Job:
    """Queue work on `subject` in the caller's transaction, or return its unfinished job of that kind."""
    subject_id = str(subject.pk)
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, subject_id=subject_id, owner=actor)
    except IntegrityError:
        unfinished = [JobState.QUEUED, JobState.RUNNING]
        return Job.objects.get(kind=kind, subject_id=subject_id, state__in=unfinished)
    run_job.enqueue(str(job.key))
    return job


@task()
def run_job(key: str) -> None:
    """The one task of the queue."""
    execute(key, heartbeat=True)


def finish(record: Any) -> Any:
    """Run a record's job in this process and return the record as the job left it.

    A worker that took the job first is waited for. `record` has a `job`, a `state` and, where the job gave
    up, the sentence it left as its `failure`. Raises Refusal with that sentence.
    """
    if record.job is None:
        raise RuntimeError(f"{record._meta.label_lower} {record.pk} has no job")
    job = execute(str(record.job.key))
    while not job.is_finished:
        time.sleep(0.2)
        job.refresh_from_db()
    record = type(record)._default_manager.get(pk=record.pk)
    if record.state == "failed":
        raise Refusal(record.failure)
    return record


def execute(key: str, *, heartbeat: bool = False) -> Job:
    """Run a queued job in this process and return it finished.

    A job that somebody else runs already is left alone.
    """
    now = timezone.now()
    claimed = Job.objects.filter(key=key, state=JobState.QUEUED).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, done=0, total=0
    )
    job = Job.objects.select_related("owner").get(key=key)
    if not claimed:
        return job
    progress = Progress(job)
    if heartbeat:
        progress.start_heartbeat()
    try:
        # Sentences that a job leaves behind are read by its owner, whose language is not known here.
        with translation.override(settings.LANGUAGE_CODE):
            _kinds[job.kind].run(job.subject_id, job, progress)
    except Refusal as refusal:
        _fail(job, str(refusal))
    except (KeyboardInterrupt, SystemExit):
        # The worker is being stopped: the next one starts this job again, unless it has it already.
        own = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
        if own.update(state=JobState.QUEUED):
            run_job.enqueue(str(job.key))
        raise
    except BaseException:
        logger.exception("job %s (%s %s) failed", job.key, job.kind, job.subject_id)
        with translation.override(settings.LANGUAGE_CODE):
            _fail(
                job,
                _(
                    "The program met an error it does not know. Nothing was written. "
                    "Give the code %(code)s to support."
                )
                % {"code": job.key.hex[:8]},
            )
        raise
    else:
        total = progress._figures[1]
        Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(
            state=JobState.DONE, finished_at=timezone.now(), done=total, total=total
        )
    finally:
        progress.stop_heartbeat()
    job.refresh_from_db()
    return job


def reap() -> int:
    """Give jobs whose heart stopped to the next worker; after the last attempt, fail them with a sentence.

    Returns how many jobs were touched. Several workers may reap at once: each job is taken by a
    conditional update.
    """
    before = timezone.now() - timedelta(seconds=settings.JOB_STALE_SECONDS)
    touched = 0
    for job in Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=before):
        stale = Job.objects.filter(
            pk=job.pk, state=JobState.RUNNING, heartbeat_at__lt=before, attempts=job.attempts
        )
        with transaction.atomic():
            if job.attempts >= settings.JOB_MAX_ATTEMPTS:
                with translation.override(settings.LANGUAGE_CODE):
                    touched += _fail(
                        job,
                        _("The work was interrupted %(n)s times and was given up. Nothing was written.")
                        % {"n": job.attempts},
                        stale,
                    )
            elif stale.update(state=JobState.QUEUED):
                DBTaskResult.objects.filter(status="RUNNING", args_kwargs__args=[str(job.key)]).update(
                    status="FAILED", finished_at=timezone.now()
                )
                run_job.enqueue(str(job.key))
                touched += 1
    return touched


def _fail(job: Job, sentence: str, rows: models.QuerySet[Job] | None = None) -> int:
    rows = (
        rows
        if rows is not None
        else Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
    )
    with transaction.atomic():
        changed = rows.update(state=JobState.FAILED, error=sentence, finished_at=timezone.now())
        if changed:
            _kinds[job.kind].failed(job.subject_id, job, sentence)
    return changed
