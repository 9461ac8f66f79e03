"""Budget lines with what is committed and spent, and contributions of donors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models import FundingSource, Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.documents.models import StoredFile

from ..choices import (
    CONTRIBUTION_BADGES,
    BudgetEntryKind,
    ContributionKind,
    ContributionState,
    DeviceKind,
    DonorKind,
)
from ..querysets import BudgetEntryQuerySet, BudgetLineQuerySet, ContributionQuerySet

PERSON = settings.AUTH_USER_MODEL


class BudgetLine(models.Model):
    """Money of one source in one year, in VND, with the decision that grants it (Plan 413/KH-UBND III, IV.3).

    `amount` moves only by recorded adjustments, `committed` and `spent` only by entries; the database
    refuses committing beyond the amount and spending beyond what is committed.
    """

    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="budget_lines", verbose_name=_("source")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("name"), max_length=200)
    amount = models.PositiveBigIntegerField(_("amount, VND"), default=0)
    committed = models.PositiveBigIntegerField(_("committed, VND"), default=0)
    spent = models.PositiveBigIntegerField(_("spent, VND"), default=0)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["-year", "funding_source", "id"]
        permissions = [("manage_budget", "Can enter budget lines and their decisions")]
        constraints = [
            models.UniqueConstraint(
                fields=["funding_source", "year", "name"], name="budget_line_once_a_year",
                violation_error_message=_("This budget line exists already."),
            ),
            models.CheckConstraint(
                condition=Q(committed__lte=F("amount")), name="committed_within_budget",
                violation_error_message=_("The budget line does not cover this."),
            ),
            models.CheckConstraint(condition=Q(spent__lte=F("committed")), name="spent_within_committed"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.year})"

    @property
    def remaining(self) -> int:
        """VND not committed yet."""
        return self.amount - self.committed


class BudgetAdjustment(models.Model):
    """A decision that grants, raises or lowers a budget line. Append-only."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="adjustments")
    delta = models.BigIntegerField(_("change, VND"))
    decision_number = models.CharField(_("decision"), max_length=60)
    decision_date = models.DateField(_("date of decision"))
    issuer = models.CharField(_("issued by"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a budget line")
        verbose_name_plural = _("changes of budget lines")
        ordering = ["line", "id"]
        constraints = [models.CheckConstraint(condition=~Q(delta=0), name="budget_change_not_zero")]

    def __str__(self) -> str:
        return f"{self.line}: {self.delta:+}"


class BudgetEntry(models.Model):
    """Money committed by an approval, released again, or spent by an accepted delivery. Append-only."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=BudgetEntryKind)
    amount = models.PositiveBigIntegerField(_("amount, VND"))
    households = models.PositiveIntegerField(_("households"))
    decision = models.ForeignKey(
        "allocations.ApprovalDecision", models.PROTECT, null=True, blank=True, related_name="budget_entries"
    )
    amendment = models.ForeignKey(
        "allocations.Amendment", models.PROTECT, null=True, blank=True, related_name="budget_entries"
    )
    acceptance = models.ForeignKey(
        "allocations.Acceptance", models.PROTECT, null=True, blank=True, related_name="budget_entries"
    )
    support = models.ForeignKey(
        "allocations.Support", models.PROTECT, null=True, blank=True, related_name="budget_entries"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = BudgetEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget entry")
        verbose_name_plural = _("budget entries")
        ordering = ["line", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="budget_entry_positive")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"


class Contribution(models.Model):
    """What a donor pledged and gave: devices or money, for which purpose (Plan 413/KH-UBND III).

    Devices in number, money in VND. `allotted` counts devices (or VND) promised to households; the
    database refuses more than was received.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="contributions", verbose_name=_("plan"))
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="contributions", verbose_name=_("source")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="contributions",
        verbose_name=_("through"), help_text="the partner that brought it",
    )  # fmt: skip
    donor_name = models.CharField(_("donor"), max_length=200)
    donor_kind = models.CharField(_("kind of donor"), max_length=12, choices=DonorKind)
    kind = models.CharField(_("what"), max_length=10, choices=ContributionKind)
    device_kind = models.CharField(_("device"), max_length=12, choices=DeviceKind, blank=True)
    pledged = models.PositiveBigIntegerField(_("pledged"))
    received = models.PositiveBigIntegerField(_("received"), default=0)
    allotted = models.PositiveBigIntegerField(_("allotted"), default=0)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    pledged_on = models.DateField(_("pledged on"))
    state = models.CharField(
        _("state"), max_length=10, choices=ContributionState, default=ContributionState.PLEDGED
    )
    closed_reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["-pledged_on", "-id"]
        permissions = [
            ("manage_contribution", "Can record contributions and match them to households"),
            ("pledge_contribution", "Can record pledges of the own organisation"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(pledged__gt=0), name="pledge_positive"),
            models.CheckConstraint(
                condition=Q(allotted__lte=F("received")), name="allotted_within_received",
                violation_error_message=_("No more can be given out than was received."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="devices") | ~Q(device_kind=""), name="contributed_devices_have_kind"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.donor_name

    @property
    def badge(self) -> str:
        return CONTRIBUTION_BADGES[ContributionState(self.state)]


class ContributionReceipt(models.Model):
    """A part of a pledge that arrived: how much, when, by which paper. Append-only."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="receipts")
    received_on = models.DateField(_("received on"))
    quantity = models.PositiveBigIntegerField(_("received"))
    document_number = models.CharField(_("paper"), max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("receipt of a contribution")
        verbose_name_plural = _("receipts of contributions")
        ordering = ["contribution", "id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_positive")]

    def __str__(self) -> str:
        return f"{self.contribution}: {self.quantity}"
