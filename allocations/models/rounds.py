"""A round and how its total is shared out to districts."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models import FundingSource, Program
from smartphone_support.areas.models import AdministrativeArea

from ..choices import PLAN_BADGES, DeviceKind, Method, PlanState, SupportForm
from ..querysets import QuotaPlanQuerySet, QuotaReturnQuerySet, RoundQuerySet

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
    rule_set = models.ForeignKey(
        "allocations.EligibilityRuleSet", models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    rule = models.JSONField(
        default=dict, blank=True, help_text="the rule set as it stood, frozen with the round"
    )
    posting_days = models.PositiveSmallIntegerField(
        _("days of public posting"),
        default=0,
        help_text="working days a list is posted before it is signed; 0: none",
    )
    unit_cost = models.PositiveBigIntegerField(
        _("cost of a device, VND"),
        null=True,
        blank=True,
        help_text="None: not known; then no money is counted",
    )
    cash_amount = models.PositiveBigIntegerField(_("support in cash, VND"), null=True, blank=True)
    budget_line = models.ForeignKey(
        "allocations.BudgetLine", models.PROTECT, null=True, blank=True, related_name="rounds",
        verbose_name=_("budget line"),
    )  # fmt: skip
    given = models.PositiveIntegerField(
        default=0, help_text="quotas of approved plans less what districts gave back; never beyond the total"
    )
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
            models.CheckConstraint(
                condition=Q(given__lte=F("total")), name="round_given_within_total",
                violation_error_message=_("The quotas of all waves would exceed the round's total."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def as_of(self) -> date:
        """The day eligibility is judged on."""
        return self.decision_date

    @property
    def forms(self) -> tuple[SupportForm, ...]:
        """Forms of support it gives, the usual one first: cash only where its level is known."""
        if self.device_kind == DeviceKind.CASH:
            return (SupportForm.CASH,)
        return (SupportForm.BUNDLE, SupportForm.CASH) if self.cash_amount else (SupportForm.BUNDLE,)

    @property
    def usual_form(self) -> SupportForm:
        """What a household gets of it unless its district says otherwise."""
        return self.forms[0]


class QuotaPlan(models.Model):
    """How a round's total is shared out to districts, with everything needed to recompute it.

    `inputs` is frozen when the plan is made: per district its weight and cap, the as-of date, the
    rule, the register's version. `proof` is what the method returned. The person who prepared a
    plan never approves it.
    """

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="plans")
    wave = models.PositiveSmallIntegerField(
        _("wave"), default=1, help_text="1: the round's total; later ones share out what districts gave back"
    )
    version = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.LARGEST_REMAINDER)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    method_reason = models.TextField(
        _("reason for the method"), blank=True, help_text="needed where quotas are set by hand"
    )
    round_total = models.PositiveIntegerField(help_text="what this wave shares out")
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
            models.UniqueConstraint(fields=["round", "wave", "version"], name="quota_plan_version_once"),
            models.UniqueConstraint(
                fields=["round", "wave"], condition=Q(state="approved"), name="one_approved_plan"
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
        wave = f" ({self.wave})" if self.wave > 1 else ""
        return f"{self.round}{wave} v{self.version}"

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


class QuotaReturn(models.Model):
    """Quota a district gave back, or that was left over: it can be shared out again in a second wave.

    Append-only. Of an approved list nothing changes; of an open one the quota sinks in the same step.
    """

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="returns")
    district_list = models.ForeignKey("allocations.DistrictList", models.PROTECT, related_name="returns")
    count = models.PositiveIntegerField(_("quota given back"))
    reason = models.CharField(_("reason"), max_length=300)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = QuotaReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("returned quota")
        verbose_name_plural = _("returned quotas")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="returned_quota_positive")]

    def __str__(self) -> str:
        return f"{self.district_list}: {self.count}"
