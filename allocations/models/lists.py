"""A district's list, its lines, and the workbooks that came back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Household
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import LIST_BADGES, Decision, FieldMatch, ListState, SupportForm, Verdict, VersionKind
from ..querysets import (
    DistrictListQuerySet,
    FieldHouseholdQuerySet,
    ListLineQuerySet,
    ListVersionQuerySet,
    ReviewUploadQuerySet,
)
from .rounds import AllocationRound

PERSON = settings.AUTH_USER_MODEL


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
    wave = models.PositiveSmallIntegerField(_("wave"), default=1)
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
    proposal = models.ForeignKey(
        "allocations.Proposal", models.SET_NULL, null=True, blank=True, related_name="lists"
    )
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
            models.UniqueConstraint(
                fields=["round", "district", "wave"], name="one_list_per_district_and_wave"
            ),
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
        return f"{self.district} · {self.round_in_text}"

    @property
    def badge(self) -> str:
        return LIST_BADGES[ListState(self.state)]

    @property
    def round_in_text(self) -> str:
        """The round's name, with the wave where it is not the first."""
        if self.wave == 1:
            return self.round.name
        return _("%(round)s, wave %(wave)s") % {"round": self.round.name, "wave": self.wave}

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
    added_in_field = models.BooleanField(
        default=False, help_text="found by the district, not by the ranking; ranked like everyone else"
    )
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


class ListVersion(models.Model):
    """How a list stood at a moment: what the difference between two versions is read from.

    `lines`: one array a line, in the order of positions: line id, household id, position, decision,
    reason, form, need, note, head's name. Append-only.
    """

    district_list = models.ForeignKey(DistrictList, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(max_length=12, choices=VersionKind)
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    kept = models.PositiveIntegerField()
    quota = models.PositiveIntegerField()
    reason = models.TextField(_("reason"), blank=True)
    lines = models.JSONField(default=list)

    objects = ListVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.district_list} v{self.number}"


class FieldHousehold(models.Model):
    """A household a district wrote into its review workbook because it found it in the field.

    Matched to the register (`household`), or flagged for the register's officer when nobody is found.
    It comes onto the list only with the upload it stands in, and only where the rules find it eligible.
    """

    upload = models.ForeignKey(ReviewUpload, models.PROTECT, related_name="found")
    row = models.PositiveIntegerField(_("row"))
    head_name = models.CharField(_("head of household"), max_length=120)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    national_id = models.CharField(_("identity number"), max_length=12, blank=True)
    village = models.CharField(_("village"), max_length=120, blank=True)
    commune_name = models.CharField(_("commune"), max_length=120, blank=True)
    match = models.CharField(_("match"), max_length=12, choices=FieldMatch)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="field_finds"
    )
    failed = models.JSONField(default=list, blank=True, help_text="codes of the conditions it does not meet")
    answer = models.JSONField(
        default=dict, blank=True, help_text="decision, reason, form, need, note as written"
    )
    line = models.ForeignKey(ListLine, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_note = models.CharField(max_length=300, blank=True)

    objects = FieldHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household found in the field")
        verbose_name_plural = _("households found in the field")
        ordering = ["upload", "row"]

    def __str__(self) -> str:
        return self.head_name
