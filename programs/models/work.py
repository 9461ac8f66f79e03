"""What organisations do and meet on the way: activities, obstacles, and the reports made of all of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import (
    OBSTACLE_BADGES,
    REPORT_BADGES,
    ActivityKind,
    ObstacleState,
    ObstacleWord,
    ReportKind,
    ReportState,
)
from ..querysets import ActivityQuerySet, ObstacleQuerySet, PeriodicReportQuerySet
from .plan import PlanTask, Program

PERSON = settings.AUTH_USER_MODEL


class CommunicationActivity(models.Model):
    """One communication or training activity: tasks I.1 and I.2 of Đắk Nông, Plan 413/KH-UBND section IV."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="activities")
    task = models.ForeignKey(
        PlanTask, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("task")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="activities", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=ActivityKind)
    title = models.CharField(_("content"), max_length=300)
    channel = models.CharField(
        _("channel"), max_length=200, blank=True, help_text=_("Programme, newspaper, page or meeting")
    )
    held_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune")
    )
    people_reached = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    link = models.URLField(_("address"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("why taken back"), max_length=300, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("communication activity")
        verbose_name_plural = _("communication activities")
        ordering = ["-held_on", "-id"]
        permissions = [("record_activity", "Can record communication activities of the own organisation")]
        indexes = [models.Index(fields=["program", "held_on"], name="activity_of_program")]

    def __str__(self) -> str:
        return self.title


class Obstacle(models.Model):
    """A difficulty an organisation reports; the department answers it and sums them up for the People's
    Committee of the province (Plan 413/KH-UBND IV: all units report difficulties to the department)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="obstacles")
    task = models.ForeignKey(
        PlanTask, models.PROTECT, null=True, blank=True, related_name="obstacles", verbose_name=_("task")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="obstacles", verbose_name=_("organisation")
    )
    title = models.CharField(_("difficulty"), max_length=200)
    detail = models.TextField(_("in detail"), blank=True)
    wish = models.TextField(_("what is proposed"), blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ObstacleState, default=ObstacleState.OPEN)
    raised_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("raised"), auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    for_committee = models.BooleanField(_("summed up for the provincial People's Committee"), default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ObstacleQuerySet.as_manager()

    class Meta:
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        ordering = ["-raised_at", "-id"]
        permissions = [
            ("raise_obstacle", "Can report obstacles"),
            ("answer_obstacle", "Can answer obstacles"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""), name="answered_obstacle_has_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def badge(self) -> str:
        return OBSTACLE_BADGES[ObstacleState(self.state)]


class ObstacleMessage(models.Model):
    """One thing said about an obstacle, kept as it was said: an answer, a further question, how it ended."""

    obstacle = models.ForeignKey(Obstacle, models.PROTECT, related_name="messages")
    kind = models.CharField(_("kind"), max_length=10, choices=ObstacleWord)
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message about an obstacle")
        verbose_name_plural = _("messages about obstacles")
        ordering = ["obstacle", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class PeriodicReport(models.Model):
    """A report on the plan for a stretch of time. Its figures are computed from the data and frozen when it
    is issued; `texts` are the sentences people wrote for its sections."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    title = models.CharField(_("title"), max_length=300)
    texts = models.JSONField(default=dict, blank=True, help_text="section key → paragraphs people wrote")
    figures = models.JSONField(
        default=dict, blank=True, help_text="sections as computed; frozen once the report is issued"
    )
    computed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodicReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("periodic report")
        verbose_name_plural = _("periodic reports")
        ordering = ["-last_day", "-id"]
        permissions = [
            ("prepare_periodicreport", "Can prepare periodic reports"),
            ("issue_periodicreport", "Can issue periodic reports"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="report_days_in_order"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("prepared_by")),
                name="report_maker_not_issuer",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(issued_by__isnull=False, issued_on__isnull=False, computed_at__isnull=False)
                & ~Q(number=""),
                name="issued_report_has_number",
            ),
            models.UniqueConstraint(
                fields=["program", "kind", "first_day"], name="one_report_a_period",
                condition=Q(state__in=["draft", "issued"]) & ~Q(kind="ad_hoc"),
                violation_error_message=_("There is a report for this period already: open that one."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def badge(self) -> str:
        return REPORT_BADGES[ReportState(self.state)]
