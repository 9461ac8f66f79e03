"""Petitions, feedback, complaints and denunciations, with their clocks in working days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allocations.models import Objection, Support
from beneficiaries.models import Household
from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import (
    COMPLAINT_BADGES,
    RUNNING,
    ClockStep,
    ComplaintChannel,
    ComplaintKind,
    ComplaintState,
    ComplaintSubject,
)
from ..querysets import ComplaintClockQuerySet, ComplaintQuerySet
from .rounds import InspectionRound

PERSON = settings.AUTH_USER_MODEL


class ComplaintClock(models.Model):
    """How many working days a step of a kind may take, from a day on, with the article it comes from.

    None is packaged as law: the days are entered or confirmed by the province.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=ComplaintKind)
    step = models.CharField(_("step"), max_length=14, choices=ClockStep)
    days = models.PositiveSmallIntegerField(_("working days"))
    citation = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ComplaintClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock of complaints")
        verbose_name_plural = _("clocks of complaints")
        ordering = ["province", "kind", "step", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "kind", "step", "valid_from"], name="complaint_clock_once_a_day"
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="complaint_clock_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="complaint_clock_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_step_display()}: {self.days}"


class Complaint(models.Model):
    """What somebody brought forward. `number` is the receipt's; `code_hash` lets its sender follow it up.

    A denunciation is confidential: only people named (`named`) see it, and every reading is logged.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="complaints")
    number = models.CharField(_("receipt number"), max_length=20, unique=True)
    code_hash = models.CharField(max_length=128, blank=True, help_text="of the code given with the receipt")
    kind = models.CharField(_("kind"), max_length=14, choices=ComplaintKind)
    subject = models.CharField(_("about"), max_length=16, choices=ComplaintSubject)
    channel = models.CharField(_("came by"), max_length=12, choices=ComplaintChannel)
    received_on = models.DateField(_("received"))
    sender_name = models.CharField(_("name"), max_length=150, blank=True)
    sender_phone = models.CharField(_("phone"), max_length=20, blank=True)
    sender_address = models.CharField(_("address"), max_length=250, blank=True)
    content = models.TextField(_("content"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune")
    )
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("household"),
    )
    support = models.ForeignKey(Support, models.PROTECT, null=True, blank=True, related_name="complaints")
    objection = models.ForeignKey(Objection, models.PROTECT, null=True, blank=True, related_name="complaints")
    round = models.ForeignKey(
        InspectionRound, models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ComplaintState, default=ComplaintState.RECEIVED
    )
    assigned_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="complaints",
        verbose_name=_("handled by"),
    )  # fmt: skip
    handler = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    due = models.DateField(_("due"), null=True, blank=True, help_text="of the running step")
    answer = models.TextField(_("answer"), blank=True)
    answer_number = models.CharField(_("number of the answer"), max_length=60, blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    appeal = models.TextField(_("appeal"), blank=True)
    appealed_on = models.DateField(_("appealed"), null=True, blank=True)
    appeal_answer = models.TextField(_("answer to the appeal"), blank=True)
    appeal_answer_number = models.CharField(
        _("number of the answer to the appeal"), max_length=60, blank=True
    )
    appeal_answered_on = models.DateField(_("appeal answered"), null=True, blank=True)
    appeal_answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    transferred_to = models.CharField(
        _("transferred to"), max_length=200, blank=True, help_text="a body that does not use this system"
    )
    closed_reason = models.CharField(_("reason"), max_length=300, blank=True)
    upheld = models.BooleanField(_("upheld"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: the public form"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-id"]
        permissions = [
            ("record_complaint", "Can record complaints"),
            ("assign_complaint", "Can assign complaints, name readers and set clocks"),
            ("answer_complaint", "Can handle and answer complaints"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["answered"]) | ~Q(answer="") & Q(answered_on__isnull=False),
                name="answered_complaint_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused"]) | ~Q(closed_reason=""),
                name="refused_complaint_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["assigned_to", "state"], name="complaint_assigned")]

    def __str__(self) -> str:
        return self.number

    @property
    def badge(self) -> str:
        return COMPLAINT_BADGES[ComplaintState(self.state)]

    @property
    def is_confidential(self) -> bool:
        return self.kind == ComplaintKind.DENUNCIATION

    @property
    def is_overdue(self) -> bool:
        return self.state in RUNNING and self.due is not None and self.due < timezone.localdate()


class ComplaintTerm(models.Model):
    """The day a step of a complaint is due, as it was set or extended; the latest of a step counts.

    `days` and `citation` are those of the clock in force when the step began. `due` None: no clock was
    entered. `reason`: why it was extended, or why it was counted anew. Rows are only added.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="terms")
    step = models.CharField(_("step"), max_length=14, choices=ClockStep)
    started_on = models.DateField(_("began"))
    days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    citation = models.CharField(_("legal basis"), max_length=300, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("deadline of a complaint")
        verbose_name_plural = _("deadlines of complaints")
        ordering = ["complaint", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due__gte=F("started_on")), name="complaint_due_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_step_display()}"


class ComplaintReader(models.Model):
    """Somebody named to read a confidential complaint, and by whom."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="named")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        constraints = [models.UniqueConstraint(fields=["complaint", "user"], name="reader_named_once")]

    def __str__(self) -> str:
        return str(self.user)


class ComplaintReading(models.Model):
    """One opening of a confidential complaint. Append-only."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="readings")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reading of a complaint")
        verbose_name_plural = _("readings of complaints")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.read_at:%d/%m/%Y %H:%M}"
