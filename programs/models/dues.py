"""What the plan asks of each leading organisation, period by period, and what was shown for it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.documents.models import StoredFile

from ..choices import DONE, DUE_BADGES, DueState, TaskEvent
from ..querysets import TaskDueQuerySet
from ..rules.cadence import period_words
from .plan import PlanTask

PERSON = settings.AUTH_USER_MODEL


class TaskDue(models.Model):
    """One period, or one event, for which one leading organisation owes a task (kỳ thực hiện).

    Overdue is never stored: it is `due_on` before today while nothing is done. `period_key` names the period
    ("2024-02", "2024-Q1", "2024") or the event it was opened by ("allocations.allocationround:12").
    """

    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="dues", verbose_name=_("task"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="dues", verbose_name=_("organisation")
    )
    period_key = models.CharField(max_length=80)
    subject = models.CharField(
        _("opened by"), max_length=300, blank=True, help_text="the event, in words; empty for a period"
    )
    opened_on = models.DateField(_("from"), help_text="first day of the period, or the day of the event")
    period_end = models.DateField(null=True, blank=True, help_text="last day of the period")
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=15, choices=DueState, default=DueState.OPEN)
    report = models.TextField(_("what was done"), blank=True)
    reported_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None on an accepted due: the system itself saw the work done",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(_("why returned"), max_length=500, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True, help_text="the day the work was done")
    reminded_on = models.DateField(null=True, blank=True, help_text="last reminder by e-mail")

    objects = TaskDueQuerySet.as_manager()

    class Meta:
        verbose_name = _("due")
        verbose_name_plural = _("dues")
        ordering = ["due_on", "id"]
        permissions = [
            ("report_taskdue", "Can report a due of the own organisation"),
            ("accept_taskdue", "Can accept or return what was reported"),
            ("accept_own_taskdue", "Can accept what the own department's officers reported"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task", "organisation", "period_key"], name="due_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("reported_by")),
                name="due_reporter_not_accepter",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"], name="due_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.task.label} · {self.period_words}"

    @property
    def period_words(self) -> str:
        """ "Tháng 02/2024", "Quý I/2024", "Năm 2024"; for an event, the event."""
        return self.subject or period_words(self.period_key)

    @property
    def badge(self) -> str:
        return DUE_BADGES[DueState(self.state)]

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    def is_late(self, today: date) -> bool:
        """Whether the organisation has let the day pass: neither reported nor done."""
        return self.due_on < today and self.state in {DueState.OPEN, DueState.RETURNED}


class DueEvidence(models.Model):
    """What shows that a due was worked on: a record of the system, a file, or an address.

    `subject_key` ("beneficiaries.listbatch:7") is the record; its page is looked up when shown. Evidence that
    was taken back (a list reverted) stays, with the moment it stopped counting.
    """

    due = models.ForeignKey(TaskDue, models.CASCADE, related_name="evidence")
    event = models.CharField(_("event"), max_length=30, choices=TaskEvent, blank=True)
    subject_key = models.CharField(max_length=80, blank=True)
    label = models.CharField(_("evidence"), max_length=300)
    happened_on = models.DateField(_("day"))
    link = models.URLField(_("address"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    added_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["happened_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["due", "event", "subject_key"], name="evidence_once",
                condition=~Q(subject_key="") & Q(withdrawn_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label
