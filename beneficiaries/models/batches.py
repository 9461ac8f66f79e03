"""The lists that feed the register: from the uploaded file to what each row of it did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile
from smartphone_support.jobs.models import Job

from ..choices import (
    BATCH_BADGES,
    BatchKind,
    BatchState,
    GoneReason,
    MatchBasis,
    MovementKind,
    Outcome,
    PovertyClass,
)
from ..querysets import ListBatchQuerySet


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
    reverted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reverted_at = models.DateTimeField(_("reverted"), null=True)
    reading = models.JSONField(
        default=dict,
        blank=True,
        help_text="how a person said the file is to be read: packed ReadOptions",
    )
    questions = models.JSONField(
        default=list, blank=True, help_text="what a person must settle before its content is believed"
    )
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


class BatchRow(models.Model):
    """What a batch says of one household, and what it will do or did: the preview, and later the history.

    `record` is the household as read (plain JSON); `changes` lists `[field, old, new]`; `candidates`
    the register's households it might be, with reasons, where a person has to decide. `old_commune`
    and `old_class` are the register's, `commune` and `new_class` what the list says: the balance is
    made of them.
    """

    # Rows are asked for by their batch, which begins both indexes below, or by their household.
    batch = models.ForeignKey(ListBatch, models.CASCADE, related_name="rows", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome)
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True)
    household = models.ForeignKey(
        "beneficiaries.Household", models.SET_NULL, null=True, related_name="batch_rows"
    )
    basis = models.CharField(max_length=20, choices=MatchBasis, blank=True)
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, related_name="+", db_index=False
    )
    old_commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, related_name="+", db_index=False
    )
    old_class = models.CharField(max_length=10, choices=PovertyClass, blank=True)
    new_class = models.CharField(max_length=10, choices=PovertyClass, blank=True)
    head_name = models.CharField(max_length=120, blank=True)
    movement = models.CharField(
        max_length=20, choices=MovementKind, blank=True, help_text="of a monthly list: what happened"
    )
    reason = models.CharField(
        max_length=12, choices=GoneReason, blank=True, help_text="of a household no longer listed: why"
    )
    record = models.JSONField(default=dict)
    changes = models.JSONField(default=list, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    undo = models.JSONField(
        default=dict, blank=True, help_text="what stood there before it was written: reverting puts it back"
    )
    decision = models.CharField(max_length=10, blank=True, help_text="of an ambiguous row: same, new or skip")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_row_position_once")]
        indexes = [models.Index(fields=["batch", "outcome", "position"], name="batch_outcome")]

    def __str__(self) -> str:
        return f"{self.head_name} ({self.outcome})"


class BatchProblem(models.Model):
    """Something wrong or doubtful at one cell of a batch's file; its sentence is made when shown."""

    batch = models.ForeignKey(ListBatch, models.CASCADE, related_name="problems", db_index=False)
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


class LayoutMemory(models.Model):
    """How one sender's lists of one layout are read, as a person said once.

    ``signature`` stands for the words of the headers (``imports.options.signature_of``).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=dict, help_text="field by column letter")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "signature"], name="one_memory_per_sender_and_layout"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.signature[:8]}"
