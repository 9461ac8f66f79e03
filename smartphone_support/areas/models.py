"""Administrative units as they stood at a date."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import Designation, Level


class AreaQuerySet(models.QuerySet["AdministrativeArea"]):
    def as_of(self, on: date) -> AreaQuerySet:
        """Units that existed on that day."""
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on))

    def provinces(self) -> AreaQuerySet:
        return self.filter(level=Level.PROVINCE)

    def districts_of(self, province: AdministrativeArea) -> AreaQuerySet:
        return self.filter(level=Level.DISTRICT, parent=province).order_by("code")

    def communes_of(self, area: AdministrativeArea) -> AreaQuerySet:
        """Communes of a district, or of all districts of a province."""
        if area.level == Level.PROVINCE:
            return self.filter(level=Level.COMMUNE, parent__parent=area)
        return self.filter(level=Level.COMMUNE, parent=area)


class AdministrativeArea(models.Model):
    """A province, district or commune with its official code and the days it existed.

    Codes outlive units: after a merger the same code means a larger place, so a unit is its code
    together with `valid_from`. `valid_to` is the first day it no longer existed.
    """

    code = models.CharField(_("code"), max_length=5)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative area")
        verbose_name_plural = _("administrative areas")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("level", "code", "valid_from", name="area_code_unique_per_start"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="area_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The name without its kind: "A Lưới" for "Huyện A Lưới"."""
        for kind in ("Thành phố ", "Thị xã ", "Thị trấn ", "Huyện ", "Phường ", "Xã ", "Tỉnh "):
            if self.name.startswith(kind) and self.name != "Phường Phường Đúc":
                return self.name.removeprefix(kind)
        return self.name.removeprefix("Phường ")

    @property
    def name_in_text(self) -> str:
        """The name inside a sentence: "huyện A Lưới"."""
        return self.name[:1].lower() + self.name[1:]


class DesignationQuerySet(models.QuerySet["AreaDesignation"]):
    def visible_to(self, user: Any) -> DesignationQuerySet:
        """Designations of the communes of the user's province; districts read them all, like the rules."""
        if not user.is_active or user.province is None:
            return self.none()
        return self.filter(area__parent__parent=user.province)

    def in_force(self, on: date) -> DesignationQuerySet:
        """Those in force on that day; `valid_to` is the last day of one."""
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class AreaDesignation(models.Model):
    """A commune named in a decision, from a day to a day: ranks and services of difficult communes read it.

    No list is packaged: the province enters the communes of the decision it applies.
    """

    area = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="designations", verbose_name=_("commune")
    )
    kind = models.CharField(_("designation"), max_length=12, choices=Designation)
    citation = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True, help_text=_("the last day"))

    objects = DesignationQuerySet.as_manager()

    class Meta:
        verbose_name = _("designation of a commune")
        verbose_name_plural = _("designations of communes")
        ordering = ["area__code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "valid_from"], name="area_designated_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="designation_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.get_kind_display()}"
