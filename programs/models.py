"""The province's plan: what is to be done, by whom, with whom, when, and on what legal basis."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from .choices import FundingKind, TimingKind
from .querysets import ProgramQuerySet


class LegalDocument(models.Model):
    """A decision, circular or resolution that a plan or a rule rests on."""

    number = models.CharField(_("number and symbol"), max_length=60, unique=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200)
    title = models.TextField(_("summary"))

    class Meta:
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        ordering = ["issued_on", "number"]

    def __str__(self) -> str:
        return self.number


class Program(models.Model):
    """A province's plan. Number and date stay blank where the printed plan leaves them blank."""

    code = models.SlugField(max_length=40, unique=True)
    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="programs")
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    title = models.TextField(_("title"))
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    objectives = models.JSONField(default=list, blank=True, help_text="paragraphs, in the plan's own words")
    closing_line = models.CharField(max_length=200, blank=True, help_text="the line under the printed matrix")
    legal_bases = models.ManyToManyField(LegalDocument, blank=True, related_name="programs")

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.number or self.title


class Party(models.Model):
    """An actor as the plan names it ("Các doanh nghiệp viễn thông"): one organisation or many."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="parties")
    name = models.CharField(_("name in the plan"), max_length=200)
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="parties")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="party_once_per_program")]

    def __str__(self) -> str:
        return self.name


class TaskGroup(models.Model):
    """A numbered group of tasks: a Roman heading of the matrix, or an actor of section IV."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="groups")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("No."), max_length=10)
    name = models.TextField(_("group"))

    class Meta:
        verbose_name = _("task group")
        verbose_name_plural = _("task groups")
        ordering = ["program", "position"]
        constraints = [models.UniqueConstraint(fields=["program", "position"], name="group_position_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class PlanTask(models.Model):
    """One line of the matrix: content, one lead party, coordinating parties, timing as printed."""

    group = models.ForeignKey(TaskGroup, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("No."), max_length=10)
    content = models.TextField(_("content"))
    lead = models.ForeignKey(Party, models.PROTECT, related_name="led_tasks", verbose_name=_("lead"))
    coordinators = models.ManyToManyField(
        Party, through="Coordination", related_name="coordinated_tasks", verbose_name=_("coordinating")
    )
    timing_text = models.CharField(_("timing"), max_length=200, blank=True)
    timing_kind = models.CharField(max_length=40, choices=TimingKind, default=TimingKind.UNSTATED)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["group", "position"]
        constraints = [models.UniqueConstraint(fields=["group", "position"], name="task_position_once")]

    def __str__(self) -> str:
        return f"{self.group.number}.{self.number}"


class Coordination(models.Model):
    """A coordinating party, in the order printed."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="coordinations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="coordinations")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["task", "position"]
        constraints = [models.UniqueConstraint(fields=["task", "party"], name="coordinating_party_once")]

    def __str__(self) -> str:
        return f"{self.task} · {self.party}"


class FundingSource(models.Model):
    """A source of Plan 413 section III. Its kind decides which eligibility rule applies."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="funding_sources")
    kind = models.CharField(_("kind"), max_length=30, choices=FundingKind)
    name = models.CharField(_("name"), max_length=300)
    legal_basis = models.ForeignKey(LegalDocument, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        constraints = [models.UniqueConstraint(fields=["program", "kind"], name="funding_kind_once")]

    def __str__(self) -> str:
        return self.name
