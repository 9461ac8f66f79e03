"""The households of the register and their people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold, name_sort_key

from ..choices import DeviceKind, Gender, Reading
from ..querysets import HouseholdQuerySet


def name_keys(head_name: str) -> tuple[str, str]:
    """The keys a head's name is searched and sorted by: ``head_name_folded``, ``head_name_key``."""
    return fold(head_name), name_sort_key(head_name)[:120]


class Household(models.Model):
    """A household of the register: who, where, and what the latest lists say of it.

    Its class is not here but in its spells, which know every date. Its areas are frozen to the unit
    as it stood; district and province repeat the commune's parents so that scope is one index.
    """

    # References without an index of their own begin one of those below; each costs time with every list.
    province = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", db_index=False, verbose_name=_("province")
    )
    district = models.ForeignKey(
        AdministrativeArea, models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    commune = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commune"),
        help_text="None: the list that brought it names only the district; it waits for completion",
    )
    village = models.CharField(_("village"), max_length=120, blank=True)
    head_name = models.CharField(_("head of household"), max_length=120)
    head_name_folded = models.CharField(max_length=120, editable=False)
    head_name_key = models.CharField(
        max_length=120, editable=False, help_text="sorts by given name, in Vietnamese order"
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    national_id = models.CharField(_("identity number"), max_length=12, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=60, blank=True)
    is_ethnic_minority = models.BooleanField(_("ethnic minority"), null=True, blank=True)
    member_count = models.PositiveSmallIntegerField(_("persons"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=15, blank=True)
    merit = models.BooleanField(_("family of a person with merit"), null=True, blank=True)
    social_policy = models.BooleanField(_("social-policy family"), null=True, blank=True)
    no_labour_capacity = models.BooleanField(_("without labour capacity"), null=True, blank=True)
    b1_score = models.PositiveSmallIntegerField("B1", null=True, blank=True)
    b2_score = models.PositiveSmallIntegerField("B2", null=True, blank=True)
    poverty_cause = models.CharField(_("cause of poverty"), max_length=200, blank=True)
    household_code = models.CharField(_("household code"), max_length=30, blank=True)
    has_need = models.BooleanField(
        _("needs a smartphone"), null=True, blank=True, help_text="None: nobody has asked yet"
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        db_index=False,
        help_text="the household this one turned out to be; itself it only keeps the history",
    )
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="the list that brought it was reverted: kept for the history only"
    )
    source = models.ForeignKey(
        "beneficiaries.ListBatch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the list that wrote it last; what named it last, imports.naming knows",
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        permissions = [
            ("reveal_identity", "Can read a full identity number, with a reason"),
            ("export_household", "Can export households"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "national_id"],
                condition=~Q(national_id="") & Q(merged_into__isnull=True) & Q(removed_at__isnull=True),
                name="one_household_per_identity",
                violation_error_message=_("Another household of the province has this identity number."),
            )
        ]
        indexes = [
            # The orders of the register's list; search_index.py makes those of its search.
            models.Index(
                fields=["province", "commune", "head_name_key", "id"], name="household_commune_order"
            ),
            models.Index(
                fields=["district", "commune", "head_name_key", "id"], name="household_district_order"
            ),
            models.Index(fields=["province", "head_name_key", "id"], name="household_name_order"),
            models.Index(fields=["head_name_folded"], name="household_name"),
            models.Index(fields=["phone"], name="household_phone", condition=~Q(phone="")),
            models.Index(fields=["household_code"], name="household_code", condition=~Q(household_code="")),
            models.Index(
                fields=["merged_into"], name="household_merged", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.head_name

    def save(self, **kwargs: object) -> None:  # type: ignore[override]  # keyword arguments only, on purpose
        self.index_name()
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def places(self) -> list[str]:
        """Village, commune and district as people write them, from small to large; blanks left out."""
        commune = self.commune.name_in_text if self.commune else ""
        return [place for place in (self.village, commune, self.district.name_in_text) if place]

    @property
    def lacks(self) -> list[str]:
        """Names of the fields without which no device can be given to it: it waits for completion."""
        needed = ("commune_id", "village", "national_id", "birth_year", "gender")
        return [
            name.removesuffix("_id") if name == "commune_id" else name
            for name in needed
            if getattr(self, name) in (None, "")
        ]

    def index_name(self) -> None:
        """Make the keys the name is searched and sorted by. Bulk writers call it themselves."""
        self.head_name_folded, self.head_name_key = name_keys(self.head_name)


class HouseholdMember(models.Model):
    """A person of a household, the head included (`position` 0)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("full name"), max_length=120)
    relation = models.CharField(_("relation to head"), max_length=40, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    national_id = models.CharField(_("identity number"), max_length=12, blank=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["household", "position"]
        indexes = [models.Index(fields=["national_id"], name="member_identity", condition=~Q(national_id=""))]

    def __str__(self) -> str:
        return self.name


class EarlierDevice(models.Model):
    """A device the household got before: it excludes the household (Circular 14/2022/TT-BTTTT)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="earlier_devices")
    kind = models.CharField(_("device"), max_length=10, choices=DeviceKind)
    received_on = models.DateField(_("received"))
    source = models.CharField(_("according to"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("earlier device")
        verbose_name_plural = _("earlier devices")
        constraints = [
            models.UniqueConstraint(fields=["household", "kind"], name="one_earlier_device_of_a_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class HouseholdReading(models.Model):
    """Who read what of a household, and how often: one row a person, day and thing read.

    People may ask who saw their data (Decree 13/2023/NĐ-CP); full identity numbers and exports stand in
    the audit chain besides, with their reasons.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    what = models.CharField(max_length=10, choices=Reading)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "user", "on", "what"], name="one_reading_a_person_day_and_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.on:%d/%m/%Y} {self.what}"
