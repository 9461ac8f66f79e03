"""Who may get what, as data: conditions, ranks and levels, each with its citation and its dates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.choices import FundingKind
from programs.models import Program
from smartphone_support.areas.choices import Designation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import (
    ENTRY_BADGES,
    RULE_BADGES,
    ConditionKind,
    EntryState,
    RankKind,
    RuleState,
    SupportForm,
)
from ..querysets import DesignationEntryQuerySet, RuleSetQuerySet, SupportLevelQuerySet

PERSON = settings.AUTH_USER_MODEL


class EligibilityRuleSet(models.Model):
    """The rules of one source of money in one plan, from a day to a day.

    Packaged for the public-utility programme (Circular 14/2022/TT-BTTTT); of the other sources nothing
    is known until the department enters it: no round can be recorded without a rule in force. A round
    freezes the rule it was recorded under. Whoever prepared a rule never puts it into force.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="rule_sets", verbose_name=_("plan"))
    funding_kind = models.CharField(_("source"), max_length=30, choices=FundingKind)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("name"), max_length=200)
    citation = models.CharField(_("legal basis"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RuleState, default=RuleState.DRAFT)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(
        _("in force until"), null=True, blank=True, help_text="the last day; None: open"
    )
    prepared_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: packaged"
    )
    prepared_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(_("reason for return"), blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["program", "funding_kind", "-version"]
        permissions = [
            ("prepare_rule", "Can prepare eligibility rules and levels of support"),
            ("approve_rule", "Can put eligibility rules into force"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "funding_kind", "version"], name="rule_set_version_once"
            ),
            models.UniqueConstraint(
                fields=["program", "funding_kind"], condition=Q(state__in=["draft", "submitted"]),
                name="one_open_rule_set",
                violation_error_message=_("A draft of this source's rules is open already: finish it first."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(prepared_by__isnull=True)
                | ~Q(approved_by=F("prepared_by")),
                name="rule_maker_not_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(valid_from__isnull=False), name="rule_in_force_has_day"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> str:
        return RULE_BADGES[RuleState(self.state)]


class RuleCondition(models.Model):
    """One condition of a rule set: a test, what it is tested with, its sentence and its citation."""

    rule_set = models.ForeignKey(EligibilityRuleSet, models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField(_("No."))
    kind = models.CharField(_("condition"), max_length=20, choices=ConditionKind)
    params = models.JSONField(default=dict, blank=True, help_text="classes, policies, device kinds, ages")
    sentence = models.CharField(
        _("in plain words"), max_length=300, blank=True, help_text="empty: the kind's own sentence"
    )
    citation = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["rule_set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "position"], name="condition_position_once")
        ]

    def __str__(self) -> str:
        return self.sentence or self.get_kind_display()


class PriorityRank(models.Model):
    """One rank of the order of support. A household has the first rank whose tests it all passes."""

    rule_set = models.ForeignKey(EligibilityRuleSet, models.CASCADE, related_name="ranks")
    position = models.PositiveSmallIntegerField(_("rank"))
    kinds = models.JSONField(default=list, help_text="tests that must all pass, of RankKind")
    sentence = models.CharField(_("in plain words"), max_length=300, blank=True)
    citation = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        verbose_name = _("rank")
        verbose_name_plural = _("ranks")
        ordering = ["rule_set", "position"]
        constraints = [models.UniqueConstraint(fields=["rule_set", "position"], name="rank_position_once")]

    def __str__(self) -> str:
        return self.sentence or " · ".join(str(RankKind(kind).label) for kind in self.kinds)


class SupportLevel(models.Model):
    """How much a form of support is worth, from a day to a day, with its citation. VND a household.

    The officer enters it, the leader puts it in force; before that no round pays it.

    Cash of the public-utility programme is 500,000 VND (Circular 14/2022/TT-BTTTT); every other level is
    entered by the department, none is invented.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="support_levels")
    funding_kind = models.CharField(_("source"), max_length=30, choices=FundingKind)
    form = models.CharField(_("form"), max_length=10, choices=SupportForm)
    amount = models.PositiveBigIntegerField(_("amount, VND"))
    citation = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EntryState, default=EntryState.SUBMITTED)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(_("why returned"), max_length=300, blank=True)

    objects = SupportLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of support")
        verbose_name_plural = _("levels of support")
        ordering = ["program", "funding_kind", "form", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "funding_kind", "form", "valid_from"], condition=~Q(state="returned"),
                name="support_level_once_a_day",
                violation_error_message=_("A level from this day is already entered."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="support_level_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="support_level_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="level_maker_not_approver",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_form_display()}: {self.amount}"

    @property
    def badge(self) -> str:
        return ENTRY_BADGES[EntryState(self.state)]


class DesignationEntry(models.Model):
    """The communes of a decision as the officer entered them. Only the leader's approval designates them.

    Until then, and when it is returned, no rank and no service reads them.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    communes = models.ManyToManyField(AdministrativeArea, related_name="+", verbose_name=_("communes"))
    kind = models.CharField(max_length=12, choices=Designation, default=Designation.DIFFICULT)
    citation = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EntryState, default=EntryState.SUBMITTED)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(_("why returned"), max_length=300, blank=True)

    objects = DesignationEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("communes entered from a decision")
        verbose_name_plural = _("communes entered from decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="designation_maker_not_approver",
            )
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def badge(self) -> str:
        return ENTRY_BADGES[EntryState(self.state)]
