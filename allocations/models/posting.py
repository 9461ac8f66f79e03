"""Public posting of a district's list and what people objected."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import ObjectionOutcome
from ..querysets import ObjectionQuerySet, PostingQuerySet
from .lists import DistrictList, ListLine

PERSON = settings.AUTH_USER_MODEL


class PublicPosting(models.Model):
    """One posting (niêm yết công khai) of a version of a list: where, from when to when, the proof.

    How many days is set per round: no rule for smartphone lists could be found. A posting is closed when
    its last day is over and every objection is answered.
    """

    district_list = models.ForeignKey(DistrictList, models.PROTECT, related_name="postings")
    list_version = models.PositiveSmallIntegerField(_("version"))
    commune = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("commune"), help_text="None: the whole list was posted at one place",
    )  # fmt: skip
    place = models.CharField(_("place"), max_length=200)
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("to"))
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo or scan")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="recorded by mistake; kept")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("public posting")
        verbose_name_plural = _("public postings")
        ordering = ["-from_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__gte=F("from_day")), name="posting_days_in_order",
                violation_error_message=_("The last day lies before the first."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.place} {self.from_day:%d/%m/%Y}–{self.to_day:%d/%m/%Y}"


class Objection(models.Model):
    """What somebody said against a posted list (ý kiến phản ánh), and what the district answered."""

    posting = models.ForeignKey(PublicPosting, models.PROTECT, related_name="objections")
    line = models.ForeignKey(
        ListLine, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name=_("line")
    )
    received_on = models.DateField(_("received"))
    from_whom = models.CharField(_("from"), max_length=150, blank=True, help_text="empty: without a name")
    content = models.TextField(_("content"))
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ObjectionOutcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["posting", "received_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="answered_objection_has_answer",
            )
        ]

    def __str__(self) -> str:
        return self.content[:60]

    @property
    def is_answered(self) -> bool:
        return bool(self.outcome)
