"""Inspection rounds: checklists, team, inspected units and their minutes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import (
    CHECKLIST_BADGES,
    MINUTES_BADGES,
    ROUND_BADGES,
    ChecklistPart,
    ChecklistState,
    FindingKind,
    MinutesState,
    RoundKind,
    RoundState,
    Severity,
    TeamRole,
    UnitKind,
)
from ..querysets import ChecklistQuerySet, InspectedUnitQuerySet, InspectionRoundQuerySet

PERSON = settings.AUTH_USER_MODEL


class Checklist(models.Model):
    """One version of a part of the checklist. A version in use never changes: a new one is made from it."""

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=1, choices=ChecklistPart)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ChecklistState, default=ChecklistState.DRAFT)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    made_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: packaged"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["province", "part", "-version"]
        permissions = [("manage_checklist", "Can edit checklists")]
        constraints = [
            models.UniqueConstraint(fields=["province", "part", "version"], name="checklist_version_once"),
            models.UniqueConstraint(
                fields=["province", "part"], condition=Q(state="draft"), name="one_draft_checklist",
                violation_error_message=_("A draft of this part is open already: finish it first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_part_display()} v{self.version}"

    @property
    def badge(self) -> str:
        return CHECKLIST_BADGES[ChecklistState(self.state)]


class ChecklistItem(models.Model):
    """One question of a checklist: answered pass, fail or not applicable, with a note and a photo.

    `finding`: what a "fail" opens by rule; empty: nothing by itself.
    """

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("No."))
    code = models.CharField(_("code"), max_length=6)
    text = models.CharField(_("question"), max_length=300)
    help = models.CharField(_("how to check"), max_length=300, blank=True)
    finding = models.CharField(_("a fail opens"), max_length=20, choices=FindingKind, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    asks_imei = models.BooleanField(
        _("asks for the IMEI on the device"), default=False, help_text="compared with the hand-over record"
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["checklist", "position"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="question_code_once"),
            models.CheckConstraint(condition=Q(finding="") | ~Q(severity=""), name="finding_has_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.text}"


class InspectionRound(models.Model):
    """One inspection (đợt kiểm tra): Plan 413/KH-UBND IV.1.d and IV.5.e, Đắk Nông IV.1 and IV.2.

    A district's own round has `district`. `as_of`: the sample is drawn from what was approved and handed
    over by that day. An administrative check, not an inspectorate's procedure.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="inspections", verbose_name=_("plan"))
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("district"), help_text="only for a district's own round",
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=RoundKind, default=RoundKind.ANNUAL)
    reason = models.TextField(_("why this round"), blank=True, help_text="needed for an ad hoc one")
    scope_text = models.TextField(_("contents"), blank=True)
    period_from = models.DateField(_("period inspected, from"))
    period_to = models.DateField(_("period inspected, to"))
    fieldwork_from = models.DateField(_("fieldwork from"))
    fieldwork_to = models.DateField(_("fieldwork to"))
    as_of = models.DateField(_("sample as of"))
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    outline = models.TextField(_("outline of the units' report"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RoundState, default=RoundState.PLANNED)
    checklist_a = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="+")
    checklist_b = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="+")
    checklist_c = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="+")
    announced_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="fieldwork began")
    conclusion_number = models.CharField(_("number of the conclusion"), max_length=60, blank=True)
    conclusion_date = models.DateField(_("date of the conclusion"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    concluded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    closing_report = models.TextField(_("closing report"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(_("why cancelled"), max_length=300, blank=True)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InspectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection round")
        verbose_name_plural = _("inspection rounds")
        ordering = ["-fieldwork_from", "-id"]
        permissions = [
            ("plan_round", "Can plan and run inspection rounds"),
            ("conclude_round", "Can conclude inspection rounds"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from"), fieldwork_to__gte=F("fieldwork_from")),
                name="inspection_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="ad_hoc") | ~Q(reason=""), name="ad_hoc_round_has_reason",
                violation_error_message=_("An ad hoc inspection needs its reason."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["announced", "fieldwork", "minutes", "concluded", "closed"])
                | ~Q(decision_number="") & Q(decision_date__isnull=False),
                name="announced_round_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "closed"])
                | ~Q(conclusion="") & Q(concluded_by__isnull=False),
                name="concluded_round_has_conclusion",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> str:
        return ROUND_BADGES[RoundState(self.state)]


class TeamMember(models.Model):
    """Somebody of a round's team. Only members with an account see its sample; others are named on paper."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="team")
    user = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="inspection_teams")
    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position and organisation"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=TeamRole, default=TeamRole.MEMBER)
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="no longer of the team; sees nothing more"
    )

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user"], condition=Q(user__isnull=False), name="team_member_once"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(role="head", left_at__isnull=True), name="one_head_of_team",
                violation_error_message=_("The team has a head already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class InspectedUnit(models.Model):
    """A district, commune or operator a round inspects, with its notice, visit and minutes."""

    round = models.ForeignKey(InspectionRound, models.PROTECT, related_name="units")
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    area = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    visit_on = models.DateField(_("day of the visit"), null=True, blank=True)
    notice_number = models.CharField(_("number of the notice"), max_length=60, blank=True)
    notice_date = models.DateField(_("date of the notice"), null=True, blank=True)
    report = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the unit's report"),
    )
    report_received_on = models.DateField(null=True, blank=True)

    objects = InspectedUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspected unit")
        verbose_name_plural = _("inspected units")
        ordering = ["round", "kind", "area__code", "organisation__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="operator", organisation__isnull=False, area__isnull=True)
                | Q(kind__in=["district", "commune"], area__isnull=False, organisation__isnull=True),
                name="unit_is_area_or_operator",
            ),
            models.UniqueConstraint(
                fields=["round", "area"], condition=Q(area__isnull=False), name="area_inspected_once"
            ),
            models.UniqueConstraint(
                fields=["round", "organisation"], condition=Q(organisation__isnull=False),
                name="operator_inspected_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.organisation or self.area)


class InspectionMinutes(models.Model):
    """Minutes of a unit (biên bản kiểm tra), signed by both sides; once signed they never change."""

    unit = models.OneToOneField(InspectedUnit, models.PROTECT, related_name="minutes")
    number = models.CharField(_("number"), max_length=60, blank=True)
    date = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=200)
    began_at = models.TimeField(_("began at"), null=True, blank=True)
    ended_at = models.TimeField(_("ended at"), null=True, blank=True)
    unit_people = models.TextField(_("for the inspected unit"), help_text="name and position, one a line")
    contents = models.TextField(_("contents examined"))
    strengths = models.TextField(_("what was done well"), blank=True)
    shortcomings = models.TextField(_("shortcomings"), blank=True)
    opinion = models.TextField(_("opinion of the unit"), blank=True)
    recommendations = models.TextField(_("recommendations and deadlines"), blank=True)
    copies = models.PositiveSmallIntegerField(_("copies"), default=2)
    state = models.CharField(_("state"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    scan = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed copy")
    )
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return f"{self.unit} {self.date:%d/%m/%Y}"

    @property
    def badge(self) -> str:
        return MINUTES_BADGES[MinutesState(self.state)]
