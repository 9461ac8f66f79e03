"""Filters of the register, kept in the address."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartphone_support.areas.choices import Level
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet, DayFilter, QuickSelect

from .choices import BatchState, PovertyClass
from .models import Household, ListBatch, PovertyCertificate, PovertySpell
from .search.index import Incomplete
from .search.results import Search
from .search.typed import Places, index_places
from .tables import batch_title

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LISTED = "listed"
NO_CLASS = "none"
#: Lists offered as source of a household: the newest ones.
MOST_SOURCES = 24


def _choice(label: Any, choices: Any = (), method: str = "") -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label, choices=choices, method=method, empty_label=_("All"), widget=QuickSelect
    )


class HouseholdFilter(BaseFilterSet):
    """What was typed, where they live, which class on which day, what is known of them and from where."""

    q = django_filters.CharFilter(label=_("Name, place, identity number, phone, code"), method="search")
    district = _choice(_("District"), method="of_district")
    commune = _choice(_("Commune"), method="of_commune")
    poverty_class = _choice(
        _("Class"),
        [
            (LISTED, _("Poor and near-poor")),
            *PovertyClass.choices,
            (NO_CLASS, pgettext_lazy("class", "None on that day")),
        ],
        "of_class",
    )
    as_of = DayFilter(label=_("Class as of"), method="ignore")
    merit = _choice(_("Person with merit"), YES_NO, "yes_or_no")
    social_policy = _choice(_("Social policy"), YES_NO, "yes_or_no")
    is_ethnic_minority = _choice(_("Ethnic minority"), YES_NO, "yes_or_no")
    has_need = _choice(
        _("Needs a smartphone"), [*YES_NO, ("unknown", _("Not asked yet"))], "yes_no_or_unknown"
    )
    has_id = _choice(_("Identity number"), [("yes", _("Known")), ("no", _("Missing"))], "with_number")
    complete = _choice(
        _("Particulars"), [("yes", _("Complete")), ("no", _("Something is missing"))], "is_complete"
    )
    certificate = _choice(
        _("Certificate of the year"), [("yes", _("Recorded")), ("no", _("Missing"))], "with_certificate"
    )
    source = _choice(_("Latest list that named it"), method="from_list")

    #: The filters folded away until they are asked for.
    MORE = ("merit", "social_policy", "is_ethnic_minority", "has_need", "has_id", "complete", "certificate",
            "source")  # fmt: skip

    class Meta:
        model = Household
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("q", "as_of"):
            self.form.fields[name].widget.attrs["class"] = "form-control"
        #: Areas of the user's scope: id → (parent's id, name, level), in the order of their codes.
        self.areas: dict[int, tuple[int | None, str, str]] = {}
        self.districts: dict[int, str] = {}
        if user.province is not None:
            self._offer_areas(user)
        self._offer_sources(user)

    def _offer_areas(self, user: Any) -> None:
        own = Q(parent=user.district) if user.district else Q(parent=user.province) | Q(
            parent__parent=user.province
        )  # fmt: skip
        found = AdministrativeArea.objects.filter(own).order_by("parent__code", "code")
        self.areas = {
            pk: (parent, name, level)
            for pk, parent, name, level in found.values_list("pk", "parent", "name", "level")
        }
        districts = {pk: name for pk, (_p, name, level) in self.areas.items() if level == Level.DISTRICT}
        if user.district is not None:
            # A district's officers have one district: nothing to choose.
            del self.form.fields["district"]
            del self.filters["district"]
            districts = {user.district.pk: user.district.name}
        else:
            self._offer("district", list(districts.items()))
        chosen = str(self.data.get("district", ""))
        within = next((pk for pk in districts if str(pk) == chosen), None)
        if user.district is not None:
            within = user.district.pk
        self.districts = districts
        self._offer(
            "commune",
            [
                (pk, name if within else f"{name}, {districts.get(parent or 0, '')}")
                for pk, (parent, name, level) in self.areas.items()
                if level == Level.COMMUNE and within in (None, parent)
            ],
        )

    def _offer_sources(self, user: Any) -> None:
        if not user.has_perm("beneficiaries.view_listbatch"):
            del self.form.fields["source"]
            del self.filters["source"]
            return
        applied = ListBatch.objects.visible_to(user).filter(state=BatchState.APPLIED).only("kind", "period")
        self._offer(
            "source", [(b.pk, batch_title(b)) for b in applied.order_by("-period", "-pk")[:MOST_SOURCES]]
        )

    def _offer(self, name: str, choices: list[tuple[int, str]]) -> None:
        self.form.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def day(self) -> Any:
        """The day classes are shown for: the one chosen, or today."""
        chosen = self.form.cleaned_data.get("as_of") if self.form.is_bound and self.form.is_valid() else None
        return chosen or timezone.localdate()

    @property
    def typed(self) -> str:
        """What stands in the search box; "" while the form does not hold."""
        if not (self.form.is_bound and self.form.is_valid()):
            return ""
        return str(self.form.cleaned_data.get("q") or "").strip()

    @property
    def more_is_open(self) -> bool:
        return any(self.data.get(name) for name in self.MORE)

    def without_search(self) -> QuerySet[Any]:
        """The rows that fit every filter but the search box; none while a filter cannot be understood."""
        rows = self.queryset.all()
        if self.form.is_bound:
            if not self.form.is_valid():
                return rows.none()
            for name, value in self.form.cleaned_data.items():
                if name != "q":
                    rows = self.filters[name].filter(rows, value)
        return rows

    def places(self) -> Places:
        return _places_of(tuple((pk, parent, name) for pk, (parent, name, _l) in self.areas.items()))

    def search(self, rows: Any, name: str, value: str) -> Any:
        return Search(rows, value, self.places).queryset()

    def of_district(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(district=int(value))

    def of_commune(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(commune=int(value))

    def of_class(self, rows: Any, name: str, value: str) -> Any:
        if value == NO_CLASS:
            return rows.filter(~Exists(self._spells()))
        wanted = [PovertyClass.POOR, PovertyClass.NEAR_POOR] if value == LISTED else [value]
        return rows.filter(Exists(self._spells().filter(poverty_class__in=wanted)))

    def _spells(self) -> Any:
        return PovertySpell.objects.in_force(self.day).filter(household=OuterRef("pk"))

    def ignore(self, rows: Any, name: str, value: Any) -> Any:
        """The day only says for when classes are shown."""
        return rows

    def yes_or_no(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: True}) if value == "yes" else rows.exclude(**{name: True})

    def yes_no_or_unknown(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: {"yes": True, "no": False}.get(value)})

    def with_number(self, rows: Any, name: str, value: str) -> Any:
        return rows.exclude(national_id="") if value == "yes" else rows.filter(national_id="")

    def is_complete(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(~Q(Incomplete())) if value == "yes" else rows.filter(Incomplete())

    def with_certificate(self, rows: Any, name: str, value: str) -> Any:
        """A certificate counts for the year of the chosen day."""
        held = Exists(PovertyCertificate.objects.filter(household=OuterRef("pk"), year=self.day.year))
        return rows.filter(held) if value == "yes" else rows.filter(~held)

    def from_list(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(source=int(value))


@lru_cache(maxsize=64)
def _places_of(areas: tuple[tuple[int, int | None, str], ...]) -> Places:
    return index_places(areas)
