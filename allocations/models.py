"""From the Ministry's decision to an approved household list."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Household
from programs.models import FundingSource, Program
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from .choices import (
    LIST_BADGES,
    PLAN_BADGES,
    PROPOSAL_BADGES,
    Decision,
    DeviceKind,
    ListState,
    Method,
    PlanState,
    ProposalState,
    SupportForm,
    Verdict,
)
from .querysets import (
    DistrictListQuerySet,
    ListLineQuerySet,
    ProposalQuerySet,
    QuotaPlanQuerySet,
    ReviewUploadQuerySet,
    RoundQuerySet,
)

PERSON = settings.AUTH_USER_MODEL


class AllocationRound(models.Model):
    """One allocation of devices to the province (đợt phân bổ): source decision, device, total.

    The date of the source decision is the as-of date: class, need and earlier devices are judged as
    they stood that day (Circular 14/2022/TT-BTTTT, smartphone section).
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="rounds", verbose_name=_("plan"))
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="rounds", verbose_name=_("source")
    )
    name = models.CharField(_("name"), max_length=120)
    device_kind = models.CharField(
        _("device"), max_length=12, choices=DeviceKind, default=DeviceKind.SMARTPHONE
    )
    total = models.PositiveIntegerField(_("total"))
    decision_number = models.CharField(_("decision"), max_length=60)
    decision_date = models.DateField(_("date of decision"))
    issuer = models.CharField(_("issued by"), max_length=200)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation round")
        verbose_name_plural = _("allocation rounds")
        ordering = ["-decision_date", "-id"]
        permissions = [("manage_round", "Can record allocation rounds")]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "decision_number", "device_kind"], name="one_round_per_decision",
                violation_error_message=_("This decision is already recorded for this device."),
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="round_total_positive"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def as_of(self) -> date:
        """The day eligibility is judged on."""
        return self.decision_date


class QuotaPlan(models.Model):
    """How a round's total is shared out to districts, with everything needed to recompute it.

    `inputs` is frozen when the plan is made: per district its weight and cap, the as-of date, the
    rule, the register's version. `proof` is what the method returned. The person who prepared a
    plan never approves it.
    """

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.LARGEST_REMAINDER)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    round_total = models.PositiveIntegerField()
    allocated = models.PositiveIntegerField(help_text="sum of the district quotas")
    inputs = models.JSONField(default=dict)
    proof = models.JSONField(default=list)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    return_reason = models.TextField(_("reason"), blank=True)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)

    objects = QuotaPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota plan")
        verbose_name_plural = _("quota plans")
        ordering = ["-id"]
        permissions = [
            ("prepare_quotaplan", "Can prepare quota plans"),
            ("approve_quotaplan", "Can approve quota plans"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="quota_plan_version_once"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(state="approved"), name="one_approved_plan"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_plan",
            ),
            models.CheckConstraint(condition=Q(allocated=F("round_total")), name="quotas_sum_to_total"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="plan_maker_not_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False, decision_date__isnull=False)
                & ~Q(decision_number=""),
                name="approved_plan_has_decision",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.round} v{self.version}"

    @property
    def badge(self) -> str:
        return PLAN_BADGES[PlanState(self.state)]


class DistrictQuota(models.Model):
    """One district's share in a plan."""

    plan = models.ForeignKey(QuotaPlan, models.PROTECT, related_name="quotas")
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("district")
    )
    weight = models.PositiveIntegerField(_("eligible households"))
    cap = models.PositiveIntegerField(_("at most"))
    quota = models.PositiveIntegerField(_("quota"))

    class Meta:
        verbose_name = _("district quota")
        verbose_name_plural = _("district quotas")
        ordering = ["plan", "district__code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "district"], name="one_quota_per_district"),
            models.CheckConstraint(condition=Q(quota__lte=F("cap")), name="quota_within_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.district}: {self.quota}"


class DistrictList(models.Model):
    """A district's list of households in a round, from first ranking to the PPC's approval.

    `kept` counts the live lines; it is written in the transaction that changes them, so the
    database itself refuses a list over its quota. `version` counts the rounds of review a workbook
    must belong to. Once approved, `digest` covers every line.
    """

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="lists")
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("district")
    )
    quota = models.PositiveIntegerField(_("quota"))
    kept = models.PositiveIntegerField(_("proposed"), default=0)
    state = models.CharField(_("state"), max_length=20, choices=ListState, default=ListState.DRAFTING)
    version = models.PositiveSmallIntegerField(default=1)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    appraised_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    appraised_at = models.DateTimeField(null=True)
    return_reason = models.TextField(_("reason for return"), blank=True)
    proposal = models.ForeignKey("Proposal", models.SET_NULL, null=True, blank=True, related_name="lists")
    digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DistrictListQuerySet.as_manager()

    class Meta:
        verbose_name = _("district list")
        verbose_name_plural = _("district lists")
        ordering = ["-round_id", "district__code"]
        permissions = [
            ("review_districtlist", "Can review the lists of the own district"),
            ("sign_districtlist", "Can sign and submit the lists of the own district"),
            ("appraise_districtlist", "Can appraise district lists"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "district"], name="one_list_per_district_and_round"),
            models.CheckConstraint(
                condition=Q(kept__lte=F("quota")), name="list_within_quota",
                violation_error_message=_("The list would exceed its quota."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | Q(reviewed_by__isnull=True)
                | ~Q(signed_by=F("reviewed_by")),
                name="list_reviewer_not_signer",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(digest=""), name="approved_list_has_digest"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.district} · {self.round}"

    @property
    def badge(self) -> str:
        return LIST_BADGES[ListState(self.state)]

    @property
    def remaining(self) -> int:
        return self.quota - self.kept


class ListLine(models.Model):
    """One household in a district's list, with the facts it was ranked by.

    `snapshot` freezes the register's facts as of the round's date; `checks` are the appraisal's
    automatic checks. A line is live while its decision is `keep`: one household has at most one
    live line in a round, whichever district lists it.
    """

    district_list = models.ForeignKey(DistrictList, models.PROTECT, related_name="lines")
    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="lines")
    household = models.ForeignKey(Household, models.PROTECT, related_name="list_lines")
    commune = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("No."))
    priority = models.PositiveSmallIntegerField(_("priority"))
    snapshot = models.JSONField(default=dict)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.RESERVE)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    support_form = models.CharField(_("form"), max_length=10, choices=SupportForm, default=SupportForm.BUNDLE)
    checks = models.JSONField(default=list, blank=True, help_text="findings only; a check not named is clean")
    check_result = models.CharField(max_length=5, default="ok", help_text="the worst check: ok, warn or fail")
    has_need = models.BooleanField(
        _("needs a smartphone"), null=True, blank=True, help_text="the district's answer; None: not asked"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, default=Verdict.PENDING)
    verdict_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ListLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("list line")
        verbose_name_plural = _("list lines")
        ordering = ["district_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["district_list", "household"], name="household_once_per_list"),
            models.UniqueConstraint(fields=["district_list", "position"], name="list_position_once"),
            models.UniqueConstraint(
                fields=["round", "household"], condition=Q(decision="keep"), name="one_live_line_per_round",
                violation_error_message=_("This household is already on a list of this round."),
            ),
            models.CheckConstraint(
                condition=~Q(decision="drop") | ~Q(reason=""), name="dropped_line_has_reason",
                violation_error_message=_("A dropped household needs a reason."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["district_list", "decision", "position"], name="line_decision")]

    def __str__(self) -> str:
        return f"{self.position}. {self.snapshot.get('head_name', '')}"


class ReviewUpload(models.Model):
    """A review workbook a district sent back: kept, compared, and applied only when confirmed."""

    district_list = models.ForeignKey(DistrictList, models.PROTECT, related_name="uploads")
    list_version = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    changes = models.JSONField(default=list, help_text="per changed line: id, what was, what becomes")
    counts = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    objects = ReviewUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("review upload")
        verbose_name_plural = _("review uploads")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(discarded_at__isnull=True),
                name="upload_applied_or_discarded",
            )
        ]

    def __str__(self) -> str:
        return f"{self.district_list} · {localtime(self.uploaded_at):%d/%m/%Y %H:%M}"

    @property
    def is_open(self) -> bool:
        """Neither applied nor discarded yet."""
        return self.applied_at is None and self.discarded_at is None


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
