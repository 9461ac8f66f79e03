"""The household register, its history in spells, and the lists that feed it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile
from smartphone_support.jobs.models import Job
from smartphone_support.vietnamese.text import fold, name_sort_key

from .choices import (
    BATCH_BADGES,
    BatchKind,
    BatchState,
    DeviceKind,
    Gender,
    MatchBasis,
    Outcome,
    PovertyClass,
    SpellReason,
)
from .querysets import HouseholdQuerySet, ListBatchQuerySet, PovertySpellQuerySet


class ListBatch(models.Model):
    """One list on its way into the register (một lần nhập danh sách): file, preview, confirmation.

    Nothing reaches the register before a person confirms, and then all of it or nothing does.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=BatchKind, default=BatchKind.ANNUAL)
    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    period = models.DateField(_("period"), help_text="first day of the month the list stands for")
    effective_on = models.DateField(
        _("effective from"), help_text="classes without a decision date of their own begin on this day"
    )
    state = models.CharField(_("state"), max_length=25, choices=BatchState, default=BatchState.UPLOADED)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    failure = models.TextField(blank=True, help_text="the sentence that says why it was not read or written")
    notice = models.TextField(blank=True, help_text="a sentence for who looks next: why it was read again")
    register_version = models.PositiveBigIntegerField(
        default=0,
        help_text="the register's version the preview was made against; another one means: look again",
    )
    sheets = models.JSONField(default=list, blank=True, help_text="how each sheet was understood")
    counts = models.JSONField(default=dict, blank=True, help_text="households per outcome, errors, warnings")
    balance = models.JSONField(default=list, blank=True, help_text="per commune: start, plus, minus, end")
    causes = models.JSONField(default=list, blank=True, help_text="problems by cause, with their cells")
    brakes = models.JSONField(default=list, blank=True, help_text="communes from which too many would vanish")
    seconds = models.JSONField(default=dict, blank=True)

    objects = ListBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("list batch")
        verbose_name_plural = _("list batches")
        ordering = ["-uploaded_at", "-id"]
        permissions = [("import_list", "Can upload and confirm lists")]
        constraints = [
            models.UniqueConstraint(
                fields=["province"], condition=Q(state="applying"), name="one_batch_applying_per_province"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period:%m/%Y}"

    @property
    def badge(self) -> str:
        return BATCH_BADGES[BatchState(self.state)]


class RegisterVersion(models.Model):
    """Counts the applied batches of a province.

    Whoever writes to a province's register locks this row first: two lists never interleave, and a
    preview made against an older register is recognised.
    """

    province = models.OneToOneField(AdministrativeArea, models.PROTECT, related_name="+")
    version = models.PositiveBigIntegerField(default=0)
    latest_annual = models.DateField(null=True, help_text="period of the latest applied annual list")

    def __str__(self) -> str:
        return f"{self.province}: {self.version}"


class Household(models.Model):
    """A household of the register: who, where, and what the latest lists say of it.

    Its class is not here but in its spells, which know every date. Its areas are frozen to the unit
    as it stood; district and province repeat the commune's parents so that scope is one index.
    """

    province = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("province")
    )
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("district")
    )
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    village = models.CharField(_("village"), max_length=120, blank=True)
    head_name = models.CharField(_("head of household"), max_length=120)
    head_name_folded = models.CharField(max_length=120, editable=False)
    head_name_key = models.CharField(
        max_length=120, editable=False, help_text="sorts by given name, in Vietnamese order"
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    national_id = models.CharField(_("identity number"), max_length=12, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=60, blank=True)
    is_ethnic_minority = models.BooleanField(_("ethnic minority"), null=True, blank=True)
    member_count = models.PositiveSmallIntegerField(_("persons"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=15, blank=True)
    merit = models.BooleanField(_("family of a person with merit"), null=True, blank=True)
    social_policy = models.BooleanField(_("social-policy family"), null=True, blank=True)
    no_labour_capacity = models.BooleanField(_("without labour capacity"), null=True, blank=True)
    b1_score = models.PositiveSmallIntegerField("B1", null=True, blank=True)
    b2_score = models.PositiveSmallIntegerField("B2", null=True, blank=True)
    poverty_cause = models.CharField(_("cause of poverty"), max_length=200, blank=True)
    household_code = models.CharField(_("household code"), max_length=30, blank=True)
    has_need = models.BooleanField(
        _("needs a smartphone"), null=True, blank=True, help_text="None: nobody has asked yet"
    )
    source = models.ForeignKey(
        ListBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the latest list that named it",
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        permissions = [
            ("reveal_identity", "Can read a full identity number, with a reason"),
            ("export_household", "Can export households"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "national_id"],
                condition=~Q(national_id=""),
                name="one_household_per_identity",
                violation_error_message=_("Another household of the province has this identity number."),
            )
        ]
        indexes = [
            models.Index(fields=["province", "commune", "id"], name="household_commune"),
            models.Index(fields=["district", "id"], name="household_district"),
            models.Index(fields=["head_name_folded"], name="household_name"),
            models.Index(fields=["province", "head_name_key", "id"], name="household_name_order"),
        ]

    def __str__(self) -> str:
        return self.head_name

    def save(self, **kwargs: object) -> None:  # type: ignore[override]  # keyword arguments only, on purpose
        self.index_name()
        super().save(**kwargs)  # type: ignore[arg-type]

    def index_name(self) -> None:
        """Make the keys the name is searched and sorted by. Bulk writers call it themselves."""
        self.head_name_folded = fold(self.head_name)
        self.head_name_key = name_sort_key(self.head_name)[:120]


class HouseholdMember(models.Model):
    """A person of a household, the head included (`position` 0)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("full name"), max_length=120)
    relation = models.CharField(_("relation to head"), max_length=40, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    national_id = models.CharField(_("identity number"), max_length=12, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["household", "position"]
        indexes = [models.Index(fields=["national_id"], name="member_identity", condition=~Q(national_id=""))]

    def __str__(self) -> str:
        return self.name


class PovertySpell(models.Model):
    """A stretch of time in one class. Rows are never rewritten: a correction supersedes them.

    `valid_from`/`valid_to` say when the class held (`valid_to` is the first day it no longer did);
    `recorded_at`/`superseded_at` say when the system believed so. Both questions have an answer:
    the class on a day, and the class on a day as known on another.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="spells")
    poverty_class = models.CharField(_("class"), max_length=10, choices=PovertyClass)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=SpellReason, default=SpellReason.LISTED)
    decision_number = models.CharField(_("decision"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of decision"), null=True, blank=True)
    source = models.ForeignKey(ListBatch, models.PROTECT, null=True, blank=True, related_name="+")
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
        indexes = [models.Index(fields=["household", "valid_from"], name="spell_household_from")]

    def __str__(self) -> str:
        return f"{self.get_poverty_class_display()} {self.valid_from:%d/%m/%Y}"


class EarlierDevice(models.Model):
    """A device the household got before: it excludes the household (Circular 14/2022/TT-BTTTT)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="earlier_devices")
    kind = models.CharField(_("device"), max_length=10, choices=DeviceKind)
    received_on = models.DateField(_("received"))
    source = models.CharField(_("according to"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("earlier device")
        verbose_name_plural = _("earlier devices")
        constraints = [
            models.UniqueConstraint(fields=["household", "kind"], name="one_earlier_device_of_a_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class BatchRow(models.Model):
    """What a batch says of one household, and what it will do or did: the preview, and later the history.

    `record` is the household as read (plain JSON); `changes` lists `[field, old, new]`; `candidates`
    the register's households it might be, with reasons, where a person has to decide. `old_commune`
    and `old_class` are the register's, `commune` and `new_class` what the list says: the balance is
    made of them.
    """

    batch = models.ForeignKey(ListBatch, models.CASCADE, related_name="rows")
    outcome = models.CharField(max_length=10, choices=Outcome)
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, related_name="batch_rows")
    basis = models.CharField(max_length=20, choices=MatchBasis, blank=True)
    commune = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, related_name="+")
    old_commune = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, related_name="+")
    old_class = models.CharField(max_length=10, choices=PovertyClass, blank=True)
    new_class = models.CharField(max_length=10, choices=PovertyClass, blank=True)
    head_name = models.CharField(max_length=120, blank=True)
    record = models.JSONField(default=dict)
    changes = models.JSONField(default=list, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    decision = models.CharField(max_length=10, blank=True, help_text="of an ambiguous row: same, new or skip")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_row_position_once")]
        indexes = [models.Index(fields=["batch", "outcome", "position"], name="batch_outcome")]

    def __str__(self) -> str:
        return f"{self.head_name} ({self.outcome})"


class BatchProblem(models.Model):
    """Something wrong or doubtful at one cell of a batch's file; its sentence is made when shown."""

    batch = models.ForeignKey(ListBatch, models.CASCADE, related_name="problems")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=3, blank=True)
    code = models.CharField(max_length=30)
    level = models.CharField(max_length=8)
    value = models.CharField(max_length=200, blank=True)
    household_row = models.PositiveIntegerField(null=True)
    params = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["batch", "position"]
        indexes = [models.Index(fields=["batch", "level", "code", "position"], name="batch_problem_cause")]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.column}{self.row} {self.code}"
