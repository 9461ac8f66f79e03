"""Telecom services of supported households: levels, subscriptions, operators' monthly updates, requests.

Circular 14/2022/TT-BTTTT art. 20 (who, one service, one operator), 25 (changes), 26 (suspension); tasks II.4
and II.5 of the plan of Đắk Nông.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile
from smartphone_support.jobs.models import Job

from ..choices import (
    CONFIRMATION_BADGES,
    DECISION_BADGES,
    LINE_BADGES,
    LIVE,
    OPERATOR_REPORT_BADGES,
    SUBSCRIPTION_BADGES,
    ConfirmationState,
    LineDecision,
    LineVerdict,
    OperatorReportState,
    ServiceChange,
    ServiceKind,
    SubscriptionState,
)
from ..services.querysets import (
    ConfirmationLineQuerySet,
    ConfirmationRequestQuerySet,
    OperatorReportLineQuerySet,
    OperatorReportQuerySet,
    ServiceSubscriptionQuerySet,
)
from .households import Household

PERSON = settings.AUTH_USER_MODEL


class ServiceLevel(models.Model):
    """The monthly support of a service, in đồng, in force between two days, by a cited document."""

    province = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: packaged, for every province",
    )  # fmt: skip
    service = models.CharField(_("service"), max_length=10, choices=ServiceKind)
    amount = models.PositiveIntegerField(_("level (đồng a month)"))
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True, help_text=_("last day"))
    citation = models.CharField(_("legal basis"), max_length=300)
    entered_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: packaged"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("level of a service")
        verbose_name_plural = _("levels of services")
        ordering = ["service", "-valid_from", "amount"]
        permissions = [("manage_service", "Can enter service levels and suspend for the year")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_level_days_in_order",
            ),
            models.CheckConstraint(condition=Q(amount__range=(1, 10_000_000)), name="service_level_amount"),
            models.CheckConstraint(condition=~Q(citation=""), name="service_level_is_cited"),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()}: {self.amount}"


class ServiceSubscription(models.Model):
    """One service of one household with one operator (thuê bao được hỗ trợ). State, level and service as of
    today; as of any day they are in its spells."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="subscriptions", verbose_name=_("household")
    )
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("operator"))
    service = models.CharField(_("service"), max_length=10, choices=ServiceKind)
    number = models.CharField(_("subscriber number"), max_length=20, blank=True)
    level = models.PositiveIntegerField(_("level (đồng a month)"))
    state = models.CharField(
        _("state"), max_length=15, choices=SubscriptionState, default=SubscriptionState.ACTIVE
    )
    started_on = models.DateField(_("supported from"))
    ended_on = models.DateField(_("supported until"), null=True, blank=True, help_text=_("last day"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text="the update that began it was taken back: it never was"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ServiceSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("service subscription")
        verbose_name_plural = _("service subscriptions")
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(state__in=sorted(LIVE)), name="one_live_subscription",
                violation_error_message=_("The household has a supported service already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="subscription_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LIVE), ended_on__isnull=True)
                | (~Q(state__in=sorted(LIVE)) & Q(ended_on__isnull=False)),
                name="ended_subscription_has_day",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["operator", "state"], name="subscription_of_operator")]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.number}".strip()

    @property
    def badge(self) -> str:
        return SUBSCRIPTION_BADGES[SubscriptionState(self.state)]


class SubscriptionSpell(models.Model):
    """A stretch of days in one state at one level. Append-only: a report taken back supersedes its spells."""

    subscription = models.ForeignKey(ServiceSubscription, models.CASCADE, related_name="spells")
    state = models.CharField(_("state"), max_length=15, choices=SubscriptionState)
    level = models.PositiveIntegerField(_("level (đồng a month)"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text="first day it no longer held")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    line = models.ForeignKey(
        "beneficiaries.OperatorReportLine", models.PROTECT, null=True, blank=True, related_name="spells",
        help_text="the operator's line that brought it; None: the department",
    )  # fmt: skip
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("subscription spell")
        verbose_name_plural = _("subscription spells")
        ordering = ["subscription", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(valid_to__isnull=True, superseded_at__isnull=True),
                name="one_open_spell_per_subscription",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="subscription_spell_in_order",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.valid_from:%d/%m/%Y}"


class OperatorList(models.Model):
    """What a monthly update and a request to confirm have in common: a list, read and checked."""

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("operator"))
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    failure = models.TextField(blank=True, help_text="the sentence that says why it was not read")
    counts = models.JSONField(default=dict, blank=True, help_text="lines per change and verdict")
    sheets = models.JSONField(default=list, blank=True, help_text="how each sheet was understood")

    class Meta:
        abstract = True


class OperatorLine(models.Model):
    """One line of an operator's list: as read, the household it is about, and what the check found.

    `reasons` lists codes of `services.rules.checks`; their sentences are made for the reader.
    """

    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField()
    change = models.CharField(_("change"), max_length=15, choices=ServiceChange, blank=True)
    national_id = models.CharField(_("identity number"), max_length=20, blank=True)
    subscriber_name = models.CharField(_("subscriber"), max_length=120, blank=True)
    number = models.CharField(_("subscriber number"), max_length=20, blank=True)
    service = models.CharField(_("service"), max_length=10, choices=ServiceKind, blank=True)
    level = models.PositiveIntegerField(_("level (đồng a month)"), null=True, blank=True)
    on = models.DateField(_("effective"), null=True, blank=True)
    note = models.CharField(_("reason"), max_length=300, blank=True)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=LineVerdict)
    reasons = models.JSONField(default=list, blank=True, help_text="[{code, column, value, ...}]")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"

    @property
    def verdict_badge(self) -> str:
        return LINE_BADGES[LineVerdict(self.verdict)]


class OperatorReport(OperatorList):
    """An operator's monthly update of new, stopped and changed support (Đắk Nông II.5).

    `nothing_arose`: the operator said that nothing changed in the month; such a report has no file's lines.
    """

    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField(_("month"), help_text="its first day")
    nothing_arose = models.BooleanField(_("nothing arose"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=OperatorReportState, default=OperatorReportState.UPLOADED
    )
    notice = models.TextField(blank=True, help_text="why the preview was made anew")
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    reverted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    reverted_at = models.DateTimeField(null=True, blank=True)
    revert_reason = models.CharField(max_length=300, blank=True)

    objects = OperatorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("operator's monthly update")
        verbose_name_plural = _("operators' monthly updates")
        ordering = ["-month", "-id"]
        permissions = [("send_operatorreport", "Can send the own operator's monthly updates")]
        constraints = [
            models.CheckConstraint(
                condition=Q(nothing_arose=True) | Q(file__isnull=False), name="report_has_file"
            ),
            models.UniqueConstraint(
                fields=["operator", "month"], condition=Q(nothing_arose=True, state="applied"),
                name="nothing_arose_once_a_month",
                violation_error_message=_("That nothing arose in this month has been said already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.operator} {self.month:%m/%Y}"

    @property
    def badge(self) -> str:
        return OPERATOR_REPORT_BADGES[OperatorReportState(self.state)]


class OperatorReportLine(OperatorLine):
    """A line of a monthly update; `subscription` is what it changed once the report is applied."""

    report = models.ForeignKey(OperatorReport, models.CASCADE, related_name="lines")
    subscription = models.ForeignKey(
        ServiceSubscription, models.PROTECT, null=True, blank=True, related_name="lines"
    )

    objects = OperatorReportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a monthly update")
        verbose_name_plural = _("lines of a monthly update")
        ordering = ["report", "row", "id"]


class ConfirmationRequest(OperatorList):
    """An operator asks the department to confirm a list of subscribers (Đắk Nông II.4), as of a day."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ConfirmationState, default=ConfirmationState.UPLOADED
    )
    submitted_on = models.DateField(_("sent"), null=True, blank=True)
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(_("number of the answer"), max_length=60, blank=True)
    note = models.TextField(_("note of the answer"), blank=True)

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation request")
        verbose_name_plural = _("confirmation requests")
        ordering = ["-uploaded_at", "-id"]
        permissions = [
            ("request_confirmation", "Can ask to confirm the own operator's list"),
            ("decide_confirmation", "Can decide on confirmation requests"),
            ("answer_confirmation", "Can answer what the department asks of the district"),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.operator} {self.as_of:%d/%m/%Y}"

    @property
    def badge(self) -> str:
        return CONFIRMATION_BADGES[ConfirmationState(self.state)]


class ConfirmationLine(OperatorLine):
    """A line to confirm: the check's verdict, the department's decision, the district's word where asked."""

    request = models.ForeignKey(ConfirmationRequest, models.CASCADE, related_name="lines")
    decision = models.CharField(_("decision"), max_length=10, choices=LineDecision, default=LineDecision.OPEN)
    decision_reason = models.CharField(_("why"), max_length=500, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("district"), help_text="asked about the line",
    )  # fmt: skip
    question = models.CharField(_("question to the district"), max_length=500, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    district_answer = models.CharField(_("the district's answer"), max_length=500, blank=True)
    district_says_right = models.BooleanField(_("the district says it is right"), null=True, blank=True)
    district_answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    district_answered_at = models.DateTimeField(null=True, blank=True)

    objects = ConfirmationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line to confirm")
        verbose_name_plural = _("lines to confirm")
        ordering = ["request", "row", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="refused") | ~Q(decision_reason=""), name="refused_line_has_reason"
            )
        ]

    @property
    def decision_badge(self) -> str:
        return DECISION_BADGES[LineDecision(self.decision)]
