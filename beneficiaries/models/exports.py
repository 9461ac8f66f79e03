"""Long exports of the register, made in the background and fetched once they are ready."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from smartphone_support.documents.models import StoredFile
from smartphone_support.jobs.models import Job

from ..choices import ExportFormat
from ..querysets import RegisterExportQuerySet


class RegisterExport(models.Model):
    """One export of a filtered register, its owner's alone.

    `filters` is the list's address as it was chosen; once the file is made, numbers searched for are masked
    in it. The file is deleted after a day: it is a copy of people's data outside the register.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_format = models.CharField(_("file format"), max_length=4, choices=ExportFormat)
    filters = models.TextField(blank=True)
    is_full = models.BooleanField(_("with full numbers"), default=False)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    households = models.PositiveIntegerField(_("households"), default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = RegisterExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of the register")
        verbose_name_plural = _("exports of the register")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_file_format_display()} {self.created_at:%d/%m/%Y %H:%M}"
