"""The ledger of devices: each by its IMEI, where it is, and every move it made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea

from ..choices import (
    DEVICE_BADGES,
    SHIPMENT_BADGES,
    DeviceKind,
    DevicePlace,
    ShipmentKind,
    ShipmentState,
)
from ..querysets import DeviceQuerySet, ShipmentQuerySet
from .rounds import AllocationRound

PERSON = settings.AUTH_USER_MODEL


class Device(models.Model):
    """One smartphone or tablet. Its place is where the last move put it; nothing of it is ever deleted."""

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    round = models.ForeignKey(
        AllocationRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("round"),
    )
    contribution = models.ForeignKey(
        "allocations.Contribution", models.PROTECT, null=True, blank=True, related_name="devices"
    )
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("operator"),
    )
    kind = models.CharField(_("device"), max_length=12, choices=DeviceKind, default=DeviceKind.SMARTPHONE)
    model = models.CharField(_("make and model"), max_length=100)
    imei = models.CharField("IMEI", max_length=15)
    imei2 = models.CharField("IMEI 2", max_length=15, blank=True)
    serial = models.CharField(_("serial number"), max_length=40, blank=True)
    place = models.CharField(
        _("where it is"), max_length=12, choices=DevicePlace, default=DevicePlace.PROVINCE
    )
    district = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["imei"]
        permissions = [("manage_device", "Can take in devices and send shipments")]
        constraints = [
            models.UniqueConstraint(
                fields=["imei"], name="one_device_per_imei",
                violation_error_message=_("A device with this IMEI is already in the ledger."),
            ),
            models.UniqueConstraint(fields=["imei2"], condition=~Q(imei2=""), name="one_device_per_imei2"),
            models.CheckConstraint(
                condition=~Q(place__in=["district", "to_district"]) | Q(district__isnull=False),
                name="device_at_district_has_district",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["round", "place", "district"], name="device_round_place")]

    def __str__(self) -> str:
        return f"{self.model} · {self.imei}"

    @property
    def badge(self) -> str:
        return DEVICE_BADGES[DevicePlace(self.place)]


class Shipment(models.Model):
    """Devices on their way: received from the supplier, sent to a district, sent back.

    `declared` is what the sending paper says; a receipt with another count needs a reason, and what did
    not arrive stays in transit until it is found or written off.
    """

    province = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="+")
    round = models.ForeignKey(
        AllocationRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("round"),
    )
    contribution = models.ForeignKey(
        "allocations.Contribution", models.PROTECT, null=True, blank=True, related_name="shipments"
    )
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shipments",
        verbose_name=_("operator"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ShipmentKind)
    district = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    number = models.CharField(_("paper"), max_length=60)
    date = models.DateField(_("date"))
    declared = models.PositiveIntegerField(_("devices on the paper"))
    received = models.PositiveIntegerField(_("devices received"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ShipmentState, default=ShipmentState.SENT)
    difference_reason = models.CharField(_("reason for the difference"), max_length=300, blank=True)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        permissions = [("receive_shipment", "Can receive shipments in the own district")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["dispatch", "return"]) | Q(district__isnull=False),
                name="district_shipment_has_district",
            ),
            models.CheckConstraint(
                condition=Q(received__isnull=True)
                | Q(received=models.F("declared"))
                | ~Q(difference_reason=""),
                name="short_shipment_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def badge(self) -> str:
        return SHIPMENT_BADGES[ShipmentState(self.state)]


class DeviceMove(models.Model):
    """One move of a device from a place to a place. Append-only: places are recomputed from these rows."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="moves")
    from_place = models.CharField(max_length=12, choices=DevicePlace, blank=True)
    to_place = models.CharField(max_length=12, choices=DevicePlace)
    district = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+")
    shipment = models.ForeignKey(Shipment, models.PROTECT, null=True, blank=True, related_name="moves")
    hand_over = models.ForeignKey(
        "allocations.HandOver", models.PROTECT, null=True, blank=True, related_name="moves"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    moved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("move of a device")
        verbose_name_plural = _("moves of devices")
        ordering = ["device", "id"]

    def __str__(self) -> str:
        return f"{self.device} → {self.get_to_place_display()}"
