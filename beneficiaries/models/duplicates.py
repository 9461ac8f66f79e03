"""Households that may be one, what was decided, and merges with their way back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea

from ..choices import DUPLICATE_BADGES, DuplicateState
from ..querysets import DuplicateCandidateQuerySet
from .households import Household


class DuplicateCandidate(models.Model):
    """Two households that may be one, with the reasons, until a person says so or not.

    The decision is kept and the pair is never asked again. ``first`` is the one with the smaller id.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    first = models.ForeignKey(Household, models.CASCADE, related_name="+")
    second = models.ForeignKey(Household, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("likeness"), help_text="0 to 100")
    reasons = models.JSONField(default=list, help_text="codes of duplicates.Reason, the weightiest first")
    state = models.CharField(max_length=10, choices=DuplicateState, default=DuplicateState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)

    objects = DuplicateCandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-score", "id"]
        permissions = [("resolve_duplicate", "Can decide on duplicates, merge households and undo it")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_asked_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
        indexes = [models.Index(fields=["province", "state", "-score", "id"], name="duplicate_queue")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def badge(self) -> str:
        return DUPLICATE_BADGES[DuplicateState(self.state)]


class HouseholdMerge(models.Model):
    """Two households made one: the absorbed one keeps its history and points to the kept one."""

    kept = models.ForeignKey(Household, models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Household, models.PROTECT, related_name="absorptions")
    before = models.JSONField(default=dict, help_text="what both looked like before: undoing puts it back")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("merge of households")
        verbose_name_plural = _("merges of households")
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="absorbed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"
