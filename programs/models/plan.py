"""The province's plan: what is to be done, by whom, with whom, when, and on what legal basis."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import (
    PROGRAM_BADGES,
    FundingKind,
    HolidayKind,
    ProgramState,
    TaskEvent,
    TimingKind,
    TriggerEffect,
)
from ..querysets import PlanTaskQuerySet, ProgramQuerySet
from ..rules.cadence import Deadlines

PERSON = settings.AUTH_USER_MODEL
BLANK = "\u00a0" * 4  # the gap a printed plan leaves for a number written in by hand


class LegalDocument(models.Model):
    """A decision, circular or resolution that a plan or a rule rests on.

    A number is unique only with its issuer: every province has a 222/KH-UBND.
    """

    kind = models.CharField(
        _("kind of document"), max_length=40, blank=True, help_text="Quyết định, Thông tư…"
    )
    number = models.CharField(_("number and symbol"), max_length=60)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200)
    title = models.TextField(_("summary"))

    class Meta:
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        ordering = ["issued_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], name="legal_document_once_per_issuer")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()


class Program(models.Model):
    """A province's plan. Number and date stay blank where the printed plan leaves them blank."""

    code = models.SlugField(max_length=40, unique=True)
    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="programs")
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(max_length=60, blank=True, help_text="of signing, as printed beside the date")
    title = models.TextField(_("title"))
    reference_line = models.CharField(
        max_length=300, blank=True, help_text="the line that ties a printed annex to its plan"
    )
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    objectives = models.JSONField(default=list, blank=True, help_text="paragraphs, in the plan's own words")
    contents = models.JSONField(
        default=list, blank=True, help_text="what is to be done, paragraph by paragraph"
    )
    funding_text = models.TextField(blank=True, help_text="where the money comes from, in its own words")
    closing_line = models.TextField(blank=True, help_text="the words under the printed matrix")
    legal_bases = models.ManyToManyField(
        LegalDocument, through="LegalBasis", blank=True, related_name="programs"
    )

    state = models.CharField(_("state"), max_length=10, choices=ProgramState, default=ProgramState.IN_FORCE)
    made_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    document = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the .docx it was read from",
    )  # fmt: skip
    prepared_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: packaged"
    )
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    in_force_from = models.DateField(
        _("in force from"), null=True, blank=True, help_text="None: from its first year's first day"
    )
    dues_until = models.DateField(
        null=True, blank=True, editable=False, help_text="dues of all periods up to this day are open"
    )

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["code"]
        permissions = [
            ("manage_program", "Can prepare plans and their deadlines"),
            ("approve_program", "Can put a plan in force"),
            ("follow_program", "Can follow the work of all organisations on the plan"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(prepared_by__isnull=True)
                | ~Q(approved_by=models.F("prepared_by")),
                name="program_maker_not_approver",
            )
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def badge(self) -> str:
        return PROGRAM_BADGES[ProgramState(self.state)]

    @property
    def years(self) -> str:
        """ "2023–2025", or the one year it has."""
        both = (self.first_year, self.last_year)
        return str(both[0]) if both[0] == both[1] else "–".join(map(str, both))

    @property
    def printed_number(self) -> str:
        """ "413/KH-UBND", or the blank the printed plan leaves before its symbol (non-breaking spaces)."""
        return self.number or f"{BLANK}/KH-UBND"

    @property
    def printed_date(self) -> str:
        """ "Thừa Thiên Huế, ngày 19 tháng 12 năm 2023", or the blanks of the printed plan."""
        if self.issued_on is None:
            return f"ngày{BLANK}/{BLANK}/{self.first_year}"
        day, month = f"{self.issued_on.day:02d}", self.issued_on.month
        # Decree 30/2020: days below 10 and months 1 and 2 get a zero, so that no digit can be added.
        month_text = f"{month:02d}" if month < 3 else str(month)
        date = f"ngày {day} tháng {month_text} năm {self.issued_on.year}"
        return f"{self.place}, {date}" if self.place else date


class LegalBasis(models.Model):
    """A legal basis of a plan, in the order and the words printed ("Căn cứ Quyết định số …;")."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="bases")
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="bases")
    position = models.PositiveSmallIntegerField()
    printed = models.TextField(_("as printed"))

    class Meta:
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")
        ordering = ["program", "position"]
        constraints = [models.UniqueConstraint(fields=["program", "document"], name="legal_basis_once")]

    def __str__(self) -> str:
        return self.printed


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
    number = models.CharField(_("No."), max_length=10, blank=True, help_text="blank for an actor's only duty")
    content = models.TextField(_("content"))
    lead = models.ForeignKey(Party, models.PROTECT, related_name="led_tasks", verbose_name=_("lead"))
    coordinators = models.ManyToManyField(
        Party, through="Coordination", related_name="coordinated_tasks", verbose_name=_("coordinating")
    )
    timing_text = models.CharField(_("timing"), max_length=200, blank=True)
    timing_kind = models.CharField(max_length=40, choices=TimingKind, default=TimingKind.UNSTATED)
    due_by = models.DateField(
        _("by day"), null=True, blank=True, help_text="only for a task due by a fixed day"
    )

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["group", "position"]
        constraints = [
            models.UniqueConstraint(fields=["group", "position"], name="task_position_once"),
            models.CheckConstraint(
                condition=~Q(timing_kind="by_date") | Q(due_by__isnull=False), name="fixed_day_is_given"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How people name the task: "II.4", "5.d", or "3" where the actor has one duty only."""
        return f"{self.group.number}.{self.number}".rstrip(".)")


class TaskTrigger(models.Model):
    """An event of the system that opens a due of the task, is evidence for it, or fulfils it."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="triggers")
    event = models.CharField(_("event"), max_length=30, choices=TaskEvent)
    effect = models.CharField(_("effect"), max_length=10, choices=TriggerEffect)

    class Meta:
        verbose_name = _("event of a task")
        verbose_name_plural = _("events of tasks")
        ordering = ["task", "effect", "event"]
        constraints = [models.UniqueConstraint(fields=["task", "event", "effect"], name="task_event_once")]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.get_effect_display()}"


class DeadlineRules(models.Model):
    """When the dues of a plan fall due, as its officer set it. The plans print no days: these are settings.

    A day that is no working day moves to the next working day.
    """

    program = models.OneToOneField(Program, models.CASCADE, related_name="deadlines")
    month_day = models.PositiveSmallIntegerField(_("day of the following month, for monthly dues"), default=5)
    quarter_days = models.PositiveSmallIntegerField(
        _("days after the end of a quarter or half-year"), default=10
    )
    year_day = models.PositiveSmallIntegerField(_("day of a yearly due"), default=31)
    year_month = models.PositiveSmallIntegerField(_("month of a yearly due"), default=12)
    review_day = models.PositiveSmallIntegerField(_("day of the annual review's due"), default=15)
    review_month = models.PositiveSmallIntegerField(_("month of the annual review's due"), default=12)
    event_days = models.PositiveSmallIntegerField(_("working days after an event"), default=10)
    soon_days = models.PositiveSmallIntegerField(_("days a due counts as “soon”"), default=7)

    class Meta:
        verbose_name = _("deadlines of a plan")
        verbose_name_plural = _("deadlines of plans")
        constraints = [
            models.CheckConstraint(condition=Q(month_day__range=(1, 28)), name="month_day_in_every_month"),
            models.CheckConstraint(
                condition=Q(year_month__range=(1, 12), review_month__range=(1, 12)), name="months_of_a_year"
            ),
            models.CheckConstraint(
                condition=Q(year_day__range=(1, 31), review_day__range=(1, 31)), name="days_of_a_month"
            ),
            models.CheckConstraint(
                condition=Q(quarter_days__lte=90, event_days__range=(1, 120), soon_days__lte=60),
                name="deadlines_in_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.program)

    def as_rules(self) -> Deadlines:
        """The settings as the pure rules take them."""
        return Deadlines(
            month_day=self.month_day,
            quarter_days=self.quarter_days,
            year=(self.year_day, self.year_month),
            review=(self.review_day, self.review_month),
            event_days=self.event_days,
        )


class Coordination(models.Model):
    """A coordinating party, in the order and with the dash and punctuation printed."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="coordinations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="coordinations")
    position = models.PositiveSmallIntegerField()
    printed = models.CharField(_("as printed"), max_length=220, blank=True)

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


class Holiday(models.Model):
    """A public holiday, or a weekend day that is worked to make up for one.

    Days of the law's fixed holidays are packaged; Tết, the Hùng Kings' day, substitute days and the second
    day of National Day are announced year by year and entered by the administrator.
    """

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=15, choices=HolidayKind, default=HolidayKind.HOLIDAY)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        permissions = [("import_reference", "Can import areas, organisations and holidays")]

    def __str__(self) -> str:
        return f"{self.name} {self.day:%d/%m/%Y}"
