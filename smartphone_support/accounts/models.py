"""Who uses the system: people, their organisations, and what each may do where."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import ChainHead
from smartphone_support.audit.recording import SYSTEM
from smartphone_support.web.remembering import remembered

from .choices import OrganisationKind
from .roles import DISTRICT_ROLES, Role


class Organisation(models.Model):
    """A department, district committee, operator or partner, as it is called today."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    province = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("province"),
    )
    area = models.ForeignKey(
        AdministrativeArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
        help_text=_("Only for a district: the district it governs."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["province__code", "kind", "code"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person with a log-in. Vietnamese names are one field: family name first, never split."""

    first_name = None  # type: ignore[assignment]  # Django's documented way to drop an inherited field
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=150)
    position = models.CharField(_("position"), max_length=100, blank=True)
    is_demo = models.BooleanField(default=False, editable=False, help_text="may log in only while DEMO=1")

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[-1]

    @cached_property
    def membership(self) -> Membership | None:
        """The one active membership: what this person is here, read once per request."""
        return Membership.objects.reading().filter(user=self).first()

    @classmethod
    def with_membership(cls, pk: Any) -> User | None:
        """The person and what they are here, in one query: every request asks for both.

        Their organisation with its places, which seldom changes, is what the process remembers of it.
        """
        membership = next(iter(_who_asks().filter(user=pk)[:1]), None)
        user = membership.user if membership else cls.objects.filter(pk=pk).first()
        if user is not None:
            user.membership = membership
        if membership is not None:
            membership.organisation = membership.remembered_organisation()
        return user

    @property
    def recorded(self) -> int:
        """How long the record of this person's province was when their membership was read: in a key of
        `web.remembering` it says that nobody has done anything there since."""
        return getattr(self.membership, "recorded", None) or 0

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else ""

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None

    @property
    def province(self) -> AdministrativeArea | None:
        """Where this person's rights reach. A district role whose district got lost reaches nowhere:
        without this it would see the whole province."""
        if self.membership is None or (self.role in DISTRICT_ROLES and self.district is None):
            return None
        return self.membership.organisation.province

    @property
    def district(self) -> AdministrativeArea | None:
        """The district this person is bound to, or None for those who see the whole province."""
        if self.membership is None or self.membership.role not in DISTRICT_ROLES:
            return None
        return self.membership.area or self.membership.organisation.area


class MembershipQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def reading(self) -> MembershipQuerySet:
        """Active memberships with their places, each with the length of its province's record."""
        return self.recorded().select_related("organisation__province", "organisation__area", "area")

    def recorded(self) -> MembershipQuerySet:
        """Active memberships, each with the length of its province's record."""
        chain = Coalesce(OuterRef("organisation__province__code"), Value(SYSTEM))
        length = ChainHead.objects.filter(chain=chain).values("length")
        return self.filter(is_active=True).annotate(recorded=Subquery(length))


class Membership(models.Model):
    """A person's role in an organisation, over an area.

    One active membership a person: every screen and every line of the audit record then has one
    meaning. Someone with two jobs gets two accounts; a former job stays as an inactive membership.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    area = models.ForeignKey(
        AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"),
        help_text=_("Leave empty for the organisation's own area."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_active=True), name="one_active_membership",
                violation_error_message=_("This person already has an active membership; end it first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.user.__dict__.pop("membership", None)

    def remembered_organisation(self) -> Organisation:
        """The organisation with its places as this process remembers it; `self` as read by `recorded()`."""
        key = ("organisation", self.organisation_id, self.recorded)  # type: ignore[attr-defined]  # annotated

        def read() -> Organisation:
            return Organisation.objects.select_related("province", "area").get(pk=self.organisation_id)

        return remembered(key, read)

    def clean(self) -> None:
        super().clean()
        if self.role in DISTRICT_ROLES and not (self.area_id or self.organisation.area_id):
            raise ValidationError({"area": _("A district role needs a district.")})


@cache
def _who_asks() -> MembershipQuerySet:
    """What every request begins with, put together once: Django needs longer for that than for asking it."""
    return Membership.objects.recorded().select_related("user", "area")
