"""Hand-over to the household, operators' delivery workbooks, and acceptance of what was delivered."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from programs.models import Program
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.models import StoredFile

from ..choices import (
    ACCEPTANCE_BADGES,
    HANDOVER_BADGES,
    AcceptanceState,
    HandOverState,
    PaymentMeans,
    Receiver,
    SupportForm,
)
from ..querysets import AcceptanceQuerySet, DeliveryUploadQuerySet, HandOverQuerySet
from .devices import Device
from .money import Contribution
from .rounds import AllocationRound
from .supports import Support

PERSON = settings.AUTH_USER_MODEL
#: Circular 14/2022/TT-BTTTT is in force from here: a phone bought before is not paid for.
IN_FORCE = date(2022, 12, 12)


class DeliveryUpload(models.Model):
    """A delivery workbook an operator sent back: kept, compared, and applied only when confirmed."""

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="delivery_uploads")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="delivery_uploads")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField(
        default=list, help_text="one entry a filled row: what it would record, or why not"
    )
    counts = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery upload")
        verbose_name_plural = _("delivery uploads")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(discarded_at__isnull=True),
                name="delivery_upload_applied_or_discarded",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator} · {localtime(self.uploaded_at):%d/%m/%Y %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.applied_at is None and self.discarded_at is None


class Acceptance(models.Model):
    """The department's confirmation of what was delivered in a period (nghiệm thu).

    Of a round: an operator's volumes, or those of a district that handed over itself, without an operator.
    Of a contribution: everything handed over of it, by whomever. It takes in hand-overs once; the officer
    prepares it, the leader confirms it.
    """

    round = models.ForeignKey(
        AllocationRound, models.PROTECT, null=True, blank=True, related_name="acceptances"
    )
    contribution = models.ForeignKey(
        Contribution, models.PROTECT, null=True, blank=True, related_name="acceptances"
    )
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="acceptances"
    )
    district = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("number"), max_length=60)
    date = models.DateField(_("date"))
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("to"))
    devices = models.PositiveIntegerField(_("devices"), default=0)
    cash_households = models.PositiveIntegerField(_("households paid in cash"), default=0)
    amount = models.PositiveBigIntegerField(_("amount, VND"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=AcceptanceState, default=AcceptanceState.DRAFT
    )
    return_reason = models.TextField(blank=True)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ["-id"]
        permissions = [
            ("prepare_acceptance", "Can prepare the acceptance of delivered volumes"),
            ("confirm_acceptance", "Can confirm the acceptance of delivered volumes"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_acceptance_per_number"),
            models.UniqueConstraint(
                fields=["contribution", "number"], name="one_contribution_acceptance_per_number"
            ),
            models.CheckConstraint(
                condition=Q(
                    round__isnull=False, contribution__isnull=True,
                    operator__isnull=False, district__isnull=True,
                )
                | Q(
                    round__isnull=False, contribution__isnull=True,
                    operator__isnull=True, district__isnull=False,
                )
                | Q(
                    round__isnull=True, contribution__isnull=False,
                    operator__isnull=True, district__isnull=True,
                ),
                name="acceptance_of_one_deliverer",
            ),
            models.CheckConstraint(condition=Q(to_day__gte=F("from_day")), name="acceptance_days_in_order"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("prepared_by")),
                name="acceptance_maker_not_confirmer",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def badge(self) -> str:
        return ACCEPTANCE_BADGES[AcceptanceState(self.state)]

    @property
    def source(self) -> AllocationRound | Contribution:
        """The round or the contribution whose hand-overs it takes in."""
        source = self.round or self.contribution
        if source is None:
            raise ValueError("an acceptance is of a round or of a contribution")
        return source

    @property
    def program(self) -> Program:
        return self.source.program

    @property
    def deliverer(self) -> str:
        """Who delivered, in short: the operator, the district, or the donor."""
        if self.operator is not None:
            return self.operator.short_name
        return self.district.name if self.district is not None else str(self.contribution)


class HandOver(models.Model):
    """A hand-over record (biên bản bàn giao): who got which device, or how much, when, where, from whom.

    Never changed and never deleted: a mistake is reversed with a reason and recorded anew.
    """

    support = models.ForeignKey(Support, models.PROTECT, related_name="hand_overs")
    form = models.CharField(_("form"), max_length=10, choices=SupportForm)
    state = models.CharField(_("state"), max_length=10, choices=HandOverState, default=HandOverState.RECORDED)
    number = models.CharField(_("number of the record"), max_length=60, blank=True)
    handed_on = models.DateField(_("handed over on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    district = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="hand_overs",
        verbose_name=_("operator"), help_text="at the hand-over; it stays with the record",
    )  # fmt: skip
    receiver = models.CharField(_("received by"), max_length=10, choices=Receiver, default=Receiver.HEAD)
    receiver_name = models.CharField(_("receiver's name"), max_length=120)
    receiver_relation = models.CharField(_("relation to the head"), max_length=60, blank=True)
    receiver_national_id = models.CharField(_("receiver's identity number"), max_length=12, blank=True)
    signed = models.BooleanField(_("signed or fingerprinted"), default=True)
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="hand_overs")
    sim_number = models.CharField(_("SIM number (ICCID)"), max_length=20, blank=True)
    phone_number = models.CharField(_("phone number of the SIM"), max_length=15, blank=True)
    package = models.CharField(_("package"), max_length=60, blank=True)
    invoice_number = models.CharField(_("invoice"), max_length=40, blank=True)
    invoice_date = models.DateField(_("date of the invoice"), null=True, blank=True)
    invoice_amount = models.PositiveBigIntegerField(_("price on the invoice, VND"), null=True, blank=True)
    seller = models.CharField(_("seller"), max_length=150, blank=True)
    cash_amount = models.PositiveBigIntegerField(_("paid, VND"), null=True, blank=True)
    payment_means = models.CharField(_("paid by"), max_length=10, choices=PaymentMeans, blank=True)
    photo = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo or scan")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    upload = models.ForeignKey(
        DeliveryUpload, models.PROTECT, null=True, blank=True, related_name="hand_overs"
    )
    acceptance = models.ForeignKey(
        Acceptance, models.PROTECT, null=True, blank=True, related_name="hand_overs"
    )
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    reversed_reason = models.CharField(_("why reversed"), max_length=300, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over record")
        verbose_name_plural = _("hand-over records")
        ordering = ["-handed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["support"], condition=~Q(state="reversed"), name="one_hand_over_per_support",
                violation_error_message=_("This household's hand-over is already recorded."),
            ),
            models.UniqueConstraint(
                fields=["device"], condition=~Q(state="reversed") & Q(device__isnull=False),
                name="one_household_per_device",
                violation_error_message=_("This device is already handed over to another household."),
            ),
            models.CheckConstraint(
                condition=~Q(form="bundle") | Q(device__isnull=False), name="bundle_has_device"
            ),
            models.CheckConstraint(
                condition=~Q(form="cash")
                | Q(invoice_date__gte=IN_FORCE, cash_amount__gt=0, device__isnull=True)
                & ~Q(invoice_number=""),
                name="cash_has_invoice",
                violation_error_message=_(
                    "Support in cash needs an invoice dated 12/12/2022 or later, and the amount paid."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="reversed") | ~Q(reversed_reason=""), name="reversed_hand_over_has_reason"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.support} {self.handed_on:%d/%m/%Y}"

    @property
    def badge(self) -> str:
        return HANDOVER_BADGES[HandOverState(self.state)]
