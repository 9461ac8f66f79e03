"""What an approved household gets: its support, the facts it was given on, and decisions after approval."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import (
    AMENDMENT_BADGES,
    LIVE_SUPPORT,
    SUPPORT_BADGES,
    AmendmentKind,
    AmendmentState,
    HoldReason,
    Moment,
    SupportForm,
    SupportState,
)
from ..querysets import AmendmentQuerySet, SupportQuerySet
from .lists import DistrictList, ListLine
from .rounds import AllocationRound

PERSON = settings.AUTH_USER_MODEL


class Support(models.Model):
    """One household's support: from an approved line, an amendment, or a contribution, to the phone in hand.

    A household has at most one live support over all rounds, sources and both device programmes: the
    database holds it. `frozen_from` is the state a support on hold goes back to.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="supports")
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("district")
    )
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    round = models.ForeignKey(
        AllocationRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("round"),
    )
    line = models.OneToOneField(ListLine, models.PROTECT, null=True, blank=True, related_name="support")
    amendment_line = models.OneToOneField(
        "allocations.AmendmentLine", models.PROTECT, null=True, blank=True, related_name="support"
    )
    contribution = models.ForeignKey(
        "allocations.Contribution", models.PROTECT, null=True, blank=True, related_name="supports",
        verbose_name=_("contribution"),
    )  # fmt: skip
    form = models.CharField(_("form"), max_length=10, choices=SupportForm)
    amount = models.PositiveBigIntegerField(
        _("amount, VND"), null=True, blank=True, help_text="promised from a contribution of money"
    )
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("operator"),
    )
    state = models.CharField(_("state"), max_length=15, choices=SupportState, default=SupportState.APPROVED)
    frozen_from = models.CharField(max_length=15, choices=SupportState, blank=True)
    hold_reason = models.CharField(_("why on hold"), max_length=20, choices=HoldReason, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    released = models.JSONField(
        null=True, blank=True, help_text="by matter of a hold: what the register said when it was let go on"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text="of the present state")
    assigned_at = models.DateTimeField(null=True, blank=True)
    delivered_on = models.DateField(_("handed over"), null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        ordering = ["round", "district", "commune", "id"]
        permissions = [
            ("manage_support", "Can assign operators and decide on supports on hold"),
            ("deliver_support", "Can record hand-overs"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(state__in=LIVE_SUPPORT),
                name="one_live_support_per_household",
                violation_error_message=_("This household already has a support: one device a household."),
            ),
            models.CheckConstraint(
                condition=Q(round__isnull=False, contribution__isnull=True)
                | Q(round__isnull=True, contribution__isnull=False),
                name="support_from_round_or_contribution",
            ),
            models.CheckConstraint(
                condition=~Q(state="on_hold") | (~Q(hold_reason="") & ~Q(frozen_from="")),
                name="support_on_hold_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["undeliverable", "recovered", "withdrawn"]) | ~Q(reason=""),
                name="ended_support_has_reason",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["operator", "state"], name="support_operator_state"),
            models.Index(fields=["district", "state"], name="support_district_state"),
        ]

    def __str__(self) -> str:
        return str(self.household)

    @property
    def badge(self) -> str:
        return SUPPORT_BADGES[SupportState(self.state)]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_SUPPORT


class EligibilitySnapshot(models.Model):
    """The register's facts of a household and the rule's verdict at one of three moments. Append-only.

    As-of day, approval, hand-over: what changed between them is read from these rows.
    """

    support = models.ForeignKey(Support, models.PROTECT, related_name="snapshots")
    moment = models.CharField(max_length=10, choices=Moment)
    on = models.DateField(_("day"))
    facts = models.JSONField(default=dict)
    failed = models.JSONField(default=list, blank=True, help_text="codes of the conditions not met that day")
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("eligibility snapshot")
        verbose_name_plural = _("eligibility snapshots")
        ordering = ["support", "id"]

    def __str__(self) -> str:
        return f"{self.support} {self.moment}"


class Amendment(models.Model):
    """A decision after approval that adds, replaces or takes out households. The approved list stays.

    Drawn up and submitted by the department's officer, decided by the PPC, recorded by the leader, never
    by the same person. Once decided it never changes; `digest` covers its lines.
    """

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="amendments")
    district_list = models.ForeignKey(DistrictList, models.PROTECT, related_name="amendments")
    kind = models.CharField(_("kind"), max_length=12, choices=AmendmentKind)
    number = models.CharField(_("number of the proposal"), max_length=60)
    date = models.DateField(_("date"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=AmendmentState, default=AmendmentState.DRAFT)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)
    signer = models.CharField(_("signed by"), max_length=150, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-id"]
        permissions = [("prepare_amendment", "Can draw up amendments of approved lists")]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_amendment_per_number"),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | ~Q(recorded_by=F("prepared_by")),
                name="amendment_maker_not_recorder",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(recorded_by__isnull=False, decision_date__isnull=False)
                & ~Q(decision_number="")
                & ~Q(digest=""),
                name="approved_amendment_has_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def badge(self) -> str:
        return AMENDMENT_BADGES[AmendmentState(self.state)]


class AmendmentLine(models.Model):
    """One change: a support that ends, a household that comes on, or both (a replacement)."""

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("No."))
    removes = models.ForeignKey(
        Support, models.PROTECT, null=True, blank=True, related_name="amendment_lines"
    )
    adds = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="amendment_lines")
    reserve_line = models.ForeignKey(
        ListLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the reserve it moves up from",
    )
    priority = models.PositiveSmallIntegerField(default=0)
    support_form = models.CharField(_("form"), max_length=10, choices=SupportForm, default=SupportForm.BUNDLE)
    snapshot = models.JSONField(default=dict, blank=True)
    failed = models.JSONField(default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("line of an amendment")
        verbose_name_plural = _("lines of amendments")
        ordering = ["amendment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "position"], name="amendment_position_once"),
            models.CheckConstraint(
                condition=Q(removes__isnull=False) | Q(adds__isnull=False),
                name="amendment_line_changes_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amendment} {self.position}"
