"""A plan's annex read from a document, on its way to a draft: rows as text, questions with their answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..querysets import PlanReadingQuerySet
from .plan import Program

PERSON = settings.AUTH_USER_MODEL


class PlanReading(models.Model):
    """What a .docx said, until it is saved as a draft plan or put aside.

    `rows`: groups and tasks in order, as text (`programs.plans.sketch`); `answers`: which organisations a
    name stands for, and what a timing means, each asked once.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    rows = models.JSONField(default=list)
    answers = models.JSONField(default=dict, blank=True)
    reference_line = models.CharField(max_length=300, blank=True)
    closing_line = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text="counts corrections, against old pages")
    program = models.OneToOneField(
        Program,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reading",
        help_text="the draft made of it",
    )
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = PlanReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan read from a document")
        verbose_name_plural = _("plans read from documents")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.file.name

    @property
    def is_open(self) -> bool:
        return self.discarded_at is None and self.program_id is None
