"""The sample of a round: how it was drawn, so that anybody can draw it again, and its households."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocations.models import Support

from ..choices import SAMPLE_BADGES, SampleAllocation, SampleKind, SampleState
from ..querysets import SampledHouseholdQuerySet
from .rounds import InspectionRound

PERSON = settings.AUTH_USER_MODEL


class SampleDraw(models.Model):
    """One drawing: seed, frame and its hash, parameters, strata. Append-only; a redraw before the fieldwork
    supersedes it. `frame`: finest stratum → support keys in order, what the hash covers; `strata` may be
    coarser, where the sample is too small for every commune.
    """

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="draws")
    seed = models.CharField(_("seed"), max_length=64)
    frame = models.JSONField(help_text="finest stratum → [[support id, public key], …], sorted")
    frame_hash = models.CharField(_("hash of the frame"), max_length=64)
    frame_size = models.PositiveIntegerField(_("households in the frame"))
    allocation = models.CharField(_("shared out"), max_length=12, choices=SampleAllocation)
    confidence = models.PositiveSmallIntegerField(_("confidence, per cent"), null=True, blank=True)
    margin = models.DecimalField(
        _("margin of error, percentage points"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    fixed_size = models.PositiveIntegerField(_("fixed size"), null=True, blank=True)
    size = models.PositiveIntegerField(_("size of the sample"))
    strata = models.JSONField(help_text="stratum → {population, sample}")
    as_of = models.DateField(_("sample as of"), help_text="the frame's day, should the round's change later")
    seed_given = models.BooleanField(default=False, help_text="by a person; False: made by the system")
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text="why it was drawn again")
    drawn_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(auto_now_add=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("drawing of a sample")
        verbose_name_plural = _("drawings of samples")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=Q(superseded=False), name="one_valid_draw")
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.size}"


class SampledHousehold(models.Model):
    """A household to be visited: drawn, called as a substitute in its fixed order, or added for a risk.

    Only drawn ones and their substitutes enter the estimates.
    """

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="sample")
    draw = models.ForeignKey(SampleDraw, models.PROTECT, null=True, blank=True, related_name="households")
    support = models.ForeignKey(Support, models.PROTECT, related_name="samplings")
    stratum = models.CharField(_("stratum"), max_length=40)
    order = models.PositiveIntegerField(_("order"), help_text="within the stratum, as drawn")
    kind = models.CharField(_("kind"), max_length=10, choices=SampleKind)
    state = models.CharField(_("state"), max_length=10, choices=SampleState, default=SampleState.PENDING)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text="of a replacement or addition"
    )
    inspector = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="sampled_households",
        verbose_name=_("inspector"),
    )  # fmt: skip
    added_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = SampledHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("sampled household")
        verbose_name_plural = _("sampled households")
        ordering = ["round", "stratum", "order"]
        constraints = [
            models.UniqueConstraint(fields=["round", "support"], name="household_sampled_once"),
            models.CheckConstraint(
                condition=~Q(state="replaced") & ~Q(kind="risk") | ~Q(reason=""),
                name="replacement_or_addition_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["inspector", "round"], name="sample_inspector")]

    def __str__(self) -> str:
        return str(self.support)

    @property
    def badge(self) -> str:
        return SAMPLE_BADGES[SampleState(self.state)]
