"""Long work with progress a person can watch."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


# What a job says it is doing, as its page puts it. An unknown word shows as plain "Running".
PHASES = {
    "reading": _("Reading the file"),
    "matching": _("Comparing with the register"),
    "staging": _("Preparing the preview"),
    "writing": _("Writing to the register"),
    "exporting": _("Writing the file"),
    "reverting": _("Taking the list back"),
    "comparing": _("Comparing households with each other"),
}


class Job(models.Model):
    """One piece of background work, alive as long as its heartbeat is young.

    `attempts` fences: a worker that lost its job to another can neither report nor finish it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    phase = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # One piece of unfinished work a subject: the second click finds the first one's job.
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_open_job_per_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    @property
    def is_finished(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED}

    @property
    def phase_words(self) -> str:
        """What is being done now, in the reader's language."""
        if self.state != JobState.RUNNING:
            return self.get_state_display()
        return str(PHASES.get(self.phase, self.get_state_display()))

    @property
    def percent(self) -> int | None:
        """Share of the work done, 0 to 100, or None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def seconds_left(self) -> int | None:
        """Time left at the pace so far, in seconds; None until there is a pace."""
        if not (self.total and self.done and self.started_at and self.state == JobState.RUNNING):
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        return round(elapsed * (self.total - self.done) / self.done)
