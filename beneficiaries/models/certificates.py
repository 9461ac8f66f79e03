"""Certificates of the class, and what households lack of information."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.documents.models import StoredFile

from ..choices import AssessmentOccasion
from .households import Household


class PovertyCertificate(models.Model):
    """A household's certificate of one year (Giấy chứng nhận hộ nghèo, hộ cận nghèo).

    Đắk Nông's plan II.3: the commune certifies the class with a copy of it; services and devices are
    given on its strength.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="certificates")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.CharField(_("certificate number"), max_length=60)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    has_certified_copy = models.BooleanField(_("certified copy at hand"), default=False)
    copy = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.ForeignKey("beneficiaries.ListBatch", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("poverty certificate")
        verbose_name_plural = _("poverty certificates")
        ordering = ["household", "-year"]
        permissions = [("record_certificate", "Can record certificates")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="one_certificate_per_household_and_year",
                violation_error_message=_("The household has a certificate of this year already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.year})"


class InformationDeprivation(models.Model):
    """Whether a household lacks information services and means, at one assessment.

    Indicators 11 (use of telecommunication services) and 12 (means of access to information) of the
    multidimensional standard, Decree 07/2021/NĐ-CP; Plan 413 IV.2.b counts them before and after support.
    None: that indicator was not assessed.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="deprivations")
    assessed_on = models.DateField(_("assessed on"))
    occasion = models.CharField(max_length=15, choices=AssessmentOccasion)
    lacks_telecom = models.BooleanField(_("11. Telecommunication services"), null=True, blank=True)
    lacks_means = models.BooleanField(_("12. Means of access to information"), null=True, blank=True)
    source = models.ForeignKey("beneficiaries.ListBatch", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("information deprivation")
        verbose_name_plural = _("information deprivation")
        ordering = ["household", "-assessed_on"]
        permissions = [("record_deprivation", "Can record information deprivation")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "assessed_on", "occasion"], name="one_assessment_a_day_and_occasion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.assessed_on:%d/%m/%Y}"
