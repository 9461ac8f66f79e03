"""What inspectors saw: checks with their answers and photos, each arriving exactly once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.documents.models import StoredFile

from ..choices import Answer, CheckSource
from ..querysets import FieldCheckQuerySet
from .rounds import Checklist, ChecklistItem, InspectedUnit, InspectionRound
from .sampling import SampledHousehold

PERSON = settings.AUTH_USER_MODEL


class OfflinePack(models.Model):
    """A round prepared on an inspector's device: until when it may be used, and when it was handed in."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="packs")
    inspector = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    device = models.CharField(_("device"), max_length=200, blank=True)
    households = models.PositiveIntegerField(default=0)
    contents = models.JSONField(
        default=list, help_text="ids of the sampled households whose data went to the device"
    )
    prepared_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text="the device is lost or broken; nothing comes back from it",
    )

    class Meta:
        verbose_name = _("round on a device")
        verbose_name_plural = _("rounds on devices")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.round} · {self.inspector}"


class FieldCheck(models.Model):
    """One visit: a household of the sample, or an office or operator. Never changed once it arrived.

    `client_id` comes from the device: the same check sent twice is one row. Two inspectors may have
    checked the same household: both are kept, `counts` marks the one the head of the team chose.
    """

    client_id = models.UUIDField(unique=True)
    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="checks")
    sampled = models.ForeignKey(
        SampledHousehold, models.PROTECT, null=True, blank=True, related_name="checks"
    )
    unit = models.ForeignKey(InspectedUnit, models.PROTECT, null=True, blank=True, related_name="checks")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="checks")
    inspector = models.ForeignKey(PERSON, models.PROTECT, related_name="field_checks")
    source = models.CharField(_("came"), max_length=10, choices=CheckSource)
    visited_at = models.DateTimeField(_("visited"), help_text="by the device's clock")
    received_at = models.DateTimeField(auto_now_add=True)
    imei_seen = models.CharField(_("IMEI on the device"), max_length=20, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy, metres"), null=True, blank=True)
    signer_name = models.CharField(_("signed by"), max_length=150, blank=True)
    note = models.TextField(_("note"), blank=True)
    counts = models.BooleanField(default=True, help_text="False: another check of the household was chosen")
    chosen_at = models.DateTimeField(
        null=True, blank=True, help_text="the head of the team chose it among several of the household"
    )
    late = models.BooleanField(default=False, help_text="arrived when the fieldwork had ended")
    content_hash = models.CharField(
        max_length=64, help_text="of what the device sent, to tell a changed resend"
    )

    objects = FieldCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("field check")
        verbose_name_plural = _("field checks")
        ordering = ["-visited_at", "-id"]
        permissions = [("do_fieldcheck", "Can check households and units of the own rounds")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sampled__isnull=False, unit__isnull=True)
                | Q(sampled__isnull=True, unit__isnull=False),
                name="check_of_household_or_unit",
            ),
            models.UniqueConstraint(
                fields=["sampled"], condition=Q(counts=True, sampled__isnull=False),
                name="one_check_counts_per_household",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sampled or self.unit}"


class CheckAnswer(models.Model):
    """The answer to one question of a check."""

    check_row = models.ForeignKey(FieldCheck, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers")
    answer = models.CharField(_("answer"), max_length=4, choices=Answer)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["check_row", "item__position"]
        constraints = [models.UniqueConstraint(fields=["check_row", "item"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"{self.item.code}: {self.answer}"


class CheckPhoto(models.Model):
    """A photo taken at a visit, shrunk on the device; arrives on its own, exactly once."""

    client_id = models.UUIDField(unique=True)
    check_row = models.ForeignKey(FieldCheck, models.PROTECT, related_name="photos")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("photo of a check")
        verbose_name_plural = _("photos of checks")
        ordering = ["check_row", "id"]

    def __str__(self) -> str:
        return str(self.file)
