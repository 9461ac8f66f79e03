"""The record of who did what: append-only and chained by hashes."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChainHead(models.Model):
    """The end of one chain. Its row is locked while an entry is added, so that no two entries fork."""

    chain = models.CharField(max_length=20, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain}:{self.length}"


class AuditEntry(models.Model):
    """One thing somebody did, in words that outlive the thing itself.

    `chain` is a province's code, or "system". `hash` covers the entry's content and the hash before
    it, so a changed, dropped or inserted entry breaks the chain from there on.
    """

    chain = models.CharField(max_length=20)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(_("person"), max_length=200)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_text = models.CharField(_("object"), max_length=300, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_unique")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_text}"

    def content_hash(self) -> str:
        """SHA-256 over the previous hash and everything the entry says.

        The actor is covered by name: the account itself may be removed one day.
        """
        content = json.dumps(
            [
                self.previous_hash, self.chain, self.sequence, self.at.isoformat(), self.actor_name,
                self.organisation_name, self.action, self.object_type, self.object_id, self.object_text,
                self.before, self.after, self.reason,
            ],
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        )  # fmt: skip
        return hashlib.sha256(content.encode()).hexdigest()
