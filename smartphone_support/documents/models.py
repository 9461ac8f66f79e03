"""Files people gave to the system, kept as they came."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def storage_name(instance: StoredFile, filename: str) -> str:
    """A name nobody can guess or collide with; what the person called it is kept beside."""
    return f"files/{instance.key.hex[:2]}/{instance.key.hex}"


class StoredFile(models.Model):
    """A file with its hash. It has no address of its own: the record it belongs to decides who reads it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=storage_name)
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: somebody without an account, through the public form",
    )  # fmt: skip
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.name
