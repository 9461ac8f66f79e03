"""Findings and how they were remedied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allocations.models import Support
from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import FINDING_BADGES, FindingKind, FindingState, Severity
from ..querysets import FindingQuerySet
from .fieldwork import CheckAnswer, FieldCheck
from .rounds import InspectedUnit, InspectionRound

PERSON = settings.AUTH_USER_MODEL


class Finding(models.Model):
    """Something an inspection or a complaint found: who has to mend it, by when, and what came of it.

    `opened_by` None: opened by rule from an answer. Overdue is computed, never stored.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="findings")
    district = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    round = models.ForeignKey(
        InspectionRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("round"),
    )
    unit = models.ForeignKey(InspectedUnit, models.PROTECT, null=True, blank=True, related_name="findings")
    check_row = models.ForeignKey(FieldCheck, models.PROTECT, null=True, blank=True, related_name="findings")
    answer = models.OneToOneField(
        CheckAnswer, models.PROTECT, null=True, blank=True, related_name="finding", help_text="opened by rule"
    )
    complaint = models.ForeignKey(
        "inspections.Complaint", models.PROTECT, null=True, blank=True, related_name="findings"
    )
    support = models.ForeignKey(Support, models.PROTECT, null=True, blank=True, related_name="findings")
    kind = models.CharField(_("finding"), max_length=20, choices=FindingKind)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    description = models.TextField(_("description"))
    cause = models.TextField(_("cause"), blank=True)
    responsible = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="findings",
        verbose_name=_("responsible"),
    )  # fmt: skip
    due = models.DateField(_("to be remedied by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState, default=FindingState.OPEN)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_aside = models.BooleanField(
        default=False,
        help_text="not upheld because its check does not count; comes back if that one is chosen",
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-id"]
        permissions = [
            ("manage_finding", "Can open, verify and close findings"),
            ("remedy_finding", "Can report how a finding was remedied"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "dropped"])
                | Q(closed_by__isnull=False) & ~Q(closed_reason=""),
                name="closed_finding_has_reason",
            )
        ]
        indexes = [models.Index(fields=["responsible", "state"], name="finding_responsible")]

    def __str__(self) -> str:
        return str(FindingKind(self.kind).label)

    @property
    def badge(self) -> str:
        return FINDING_BADGES[FindingState(self.state)]

    @property
    def is_overdue(self) -> bool:
        return self.state == FindingState.OPEN and self.due is not None and self.due < timezone.localdate()


class Remediation(models.Model):
    """A report of how a finding was remedied, with evidence, and what the inspection said to it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="remediations")
    text = models.TextField(_("what was done"))
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    reported_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(auto_now_add=True)
    accepted = models.BooleanField(null=True, blank=True, help_text="None: not verified yet")
    verified_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verdict_note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("remediation")
        verbose_name_plural = _("remediations")
        ordering = ["finding", "id"]

    def __str__(self) -> str:
        return self.text[:60]
