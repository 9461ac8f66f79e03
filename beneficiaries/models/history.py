"""What happened to households, and what class they were in when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea

from ..choices import MovementKind, PovertyClass, SpellEnd, SpellReason
from ..querysets import PovertySpellQuerySet
from .households import Household


class PovertySpell(models.Model):
    """A stretch of time in one class. Rows are never rewritten: a correction supersedes them.

    `valid_from`/`valid_to` say when the class held (`valid_to` is the first day it no longer did);
    `recorded_at`/`superseded_at` say when the system believed so. Both questions have an answer:
    the class on a day, and the class on a day as known on another.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="spells", db_index=False)
    poverty_class = models.CharField(_("class"), max_length=10, choices=PovertyClass)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=SpellReason, default=SpellReason.LISTED)
    ended_by = models.CharField(
        max_length=20,
        choices=SpellEnd,
        blank=True,
        help_text="why it ended without another class: the household left the register",
    )
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)
    source = models.ForeignKey(
        "beneficiaries.ListBatch", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = PovertySpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("poverty spell")
        verbose_name_plural = _("poverty spells")
        ordering = ["household", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="spell_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="one_open_spell_per_household",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "valid_from"], name="spell_household_from"),
            models.Index(
                fields=["household", "valid_from", "valid_to", "poverty_class"],
                name="spell_class",
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_poverty_class_display()} {self.valid_from:%d/%m/%Y}"


class Movement(models.Model):
    """One thing that happened to a household (biến động): from a monthly list, an annual one, or by hand.

    The classes follow from movements but are kept in spells; this is the story, with the reason that
    the law asks for (Circular 07/2021/TT-BLĐTBXH, report on movements). A reverted one is superseded.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="movements", db_index=False)
    kind = models.CharField(_("movement"), max_length=20, choices=MovementKind)
    effective_on = models.DateField(_("from"))
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)
    from_commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+"
    )
    other = models.ForeignKey(
        Household,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the household it split from or merged with",
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.ForeignKey("beneficiaries.ListBatch", models.PROTECT, null=True, related_name="movements")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["household", "effective_on", "id"]
        permissions = [("change_register", "Can record movements and complete households by hand")]
        indexes = [models.Index(fields=["household", "effective_on"], name="movement_household")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on:%d/%m/%Y}"
