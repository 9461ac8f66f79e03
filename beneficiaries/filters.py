"""Filters of the register, kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet, DayFilter

from .choices import PovertyClass
from .models import Household, PovertySpell

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LISTED = "listed"


def _choice(label: Any, choices: Any, method: str = "") -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=choices, method=method, empty_label=_("All"))


class HouseholdFilter(BaseFilterSet):
    """What was typed, where they live, which class on which day, policy status, identity number."""

    q = django_filters.CharFilter(label=_("Name, identity number, phone, code"), method="search")
    district = django_filters.ModelChoiceFilter(
        label=_("District"), queryset=AdministrativeArea.objects.none()
    )
    commune = django_filters.ModelChoiceFilter(label=_("Commune"), queryset=AdministrativeArea.objects.none())
    poverty_class = _choice(
        _("Class"), [(LISTED, _("Poor and near-poor")), *PovertyClass.choices], "of_class"
    )
    as_of = DayFilter(label=_("Class as of"), method="ignore")
    merit = _choice(_("Person with merit"), YES_NO, "yes_or_no")
    social_policy = _choice(_("Social policy"), YES_NO, "yes_or_no")
    has_id = _choice(_("Identity number"), [("yes", _("Known")), ("no", _("Missing"))], "with_number")

    class Meta:
        model = Household
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district, commune = self.form.fields["district"], self.form.fields["commune"]
        if user.province is None:
            # Nobody's rows: nothing to choose either (the drop-downs are empty as they are declared).
            return
        if user.district is not None:
            # A district's officers have one district: nothing to choose.
            del self.form.fields["district"]
            del self.filters["district"]
            area = user.district
        else:
            district.queryset = AdministrativeArea.objects.districts_of(user.province)
            area = self._chosen_district(district.queryset) or user.province
        commune.queryset = (
            AdministrativeArea.objects.communes_of(area)
            .select_related("parent")
            .order_by("parent__code", "code")
        )
        commune.label_from_instance = lambda c: (
            c.name if area.level == "district" else f"{c.name}, {c.parent.name}"
        )

    def _chosen_district(self, districts: QuerySet[AdministrativeArea]) -> AdministrativeArea | None:
        chosen = str(self.data.get("district", ""))
        return districts.filter(pk=chosen).first() if chosen.isdecimal() else None

    @property
    def day(self) -> Any:
        """The day classes are shown for: the one chosen, or today."""
        chosen = self.form.cleaned_data.get("as_of") if self.form.is_bound and self.form.is_valid() else None
        return chosen or timezone.localdate()

    def search(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)

    def of_class(self, rows: Any, name: str, value: str) -> Any:
        wanted = [PovertyClass.POOR, PovertyClass.NEAR_POOR] if value == LISTED else [value]
        spells = PovertySpell.objects.in_force(self.day).filter(poverty_class__in=wanted)
        return rows.filter(pk__in=spells.values("household"))

    def ignore(self, rows: Any, name: str, value: Any) -> Any:
        """The day only says for when classes are shown."""
        return rows

    def yes_or_no(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: True}) if value == "yes" else rows.exclude(**{name: True})

    def with_number(self, rows: Any, name: str, value: str) -> Any:
        return rows.exclude(national_id="") if value == "yes" else rows.filter(national_id="")
