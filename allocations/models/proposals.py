"""Proposals to the PPC and its decisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import PROPOSAL_BADGES, ProposalState
from ..querysets import ProposalQuerySet
from .rounds import AllocationRound

PERSON = settings.AUTH_USER_MODEL


class Proposal(models.Model):
    """A proposal to the PPC (tờ trình) that bundles accepted district lists of one round."""

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="proposals")
    number = models.CharField(_("number"), max_length=60)
    date = models.DateField(_("date"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.DRAFT)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    return_reason = models.TextField(_("reason for return"), blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        permissions = [
            ("prepare_proposal", "Can prepare proposals"),
            ("record_decision", "Can record the PPC's decision"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"], name="one_proposal_per_number",
                violation_error_message=_("A proposal with this number exists already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def badge(self) -> str:
        return PROPOSAL_BADGES[ProposalState(self.state)]


class ApprovalDecision(models.Model):
    """The PPC's decision that approves a proposal's lists. Recorded by somebody else than its maker.

    `digest` covers the approved lists as the annex prints them; the annex shows it.
    """

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    prepared_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", help_text="who made the proposal"
    )
    number = models.CharField(_("number"), max_length=60)
    date = models.DateField(_("date"))
    signer = models.CharField(_("signed by"), max_length=150)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    households = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("approval decision")
        verbose_name_plural = _("approval decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(recorded_by=F("prepared_by")), name="proposal_maker_not_recorder"
            )
        ]

    def __str__(self) -> str:
        return self.number
