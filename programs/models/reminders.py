"""Which person was reminded by e-mail on which day: never twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """One mail to one person on one day. The row is written before the mail goes out and taken away again
    where it could not be sent, so that two runs at the same moment send one mail."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    dues = models.PositiveSmallIntegerField(help_text="dues the mail named")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reminder by e-mail")
        verbose_name_plural = _("reminders by e-mail")
        ordering = ["-day", "person"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_reminder_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
