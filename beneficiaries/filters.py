"""Filters of the register, kept in the address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.choices import Level
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet, DayFilter, QuickSelect, field_html
from smartphone_support.web.remembering import remembered

from .choices import BatchState, PovertyClass
from .imports.naming import named_last_by
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


@dataclass(frozen=True)
class ScopeAreas:
    """The areas of somebody's scope, in the order of their codes."""

    #: Communes by id: (district's id, name).
    communes: dict[int, tuple[int | None, str]]
    #: Districts by id: name.
    districts: dict[int, str]
    #: The district somebody is bound to.
    own_district: int | None

    @cached_property
    def _places(self) -> Places:
        districts = ((pk, None, name) for pk, name in self.districts.items())
        communes = ((pk, parent, name) for pk, (parent, name) in self.communes.items())
        return index_places([*districts, *communes])

    def places(self) -> Places:
        """The areas as the search box understands them."""
        return self._places

    def communes_in(self, district: int | None) -> list[tuple[int, str]]:
        """Communes to choose from (id, name): of one district, or all, each with its district's name."""
        if district is not None:
            return [(pk, name) for pk, (parent, name) in self.communes.items() if parent == district]
        return [
            (pk, f"{name}, {self.districts.get(parent or 0, '')}")
            for pk, (parent, name) in self.communes.items()
        ]


def areas_of(user: Any) -> ScopeAreas:
    """The areas whose households somebody may see."""
    province, district = user.province, user.district
    if province is None:
        return ScopeAreas({}, {}, None)

    def read() -> ScopeAreas:
        own = Q(parent=district) if district else Q(parent=province) | Q(parent__parent=province)
        areas = AdministrativeArea.objects.filter(own).order_by("parent__code", "code")
        found = list(areas.values_list("pk", "parent", "name", "level"))
        districts = {pk: name for pk, _parent, name, level in found if level == Level.DISTRICT}
        return ScopeAreas(
            {pk: (parent, name) for pk, parent, name, level in found if level == Level.COMMUNE},
            {district.pk: district.name} if district else districts,
            district.pk if district else None,
        )

    return remembered(("areas", province.pk, district and district.pk, user.recorded), read)


def sources_of(user: Any) -> list[tuple[int, str]]:
    """The newest lists in the register of somebody's province: (id, what it is called)."""

    def read() -> list[tuple[int, str]]:
        applied = ListBatch.objects.visible_to(user).filter(state=BatchState.APPLIED).only("kind", "period")
        return [(b.pk, batch_title(b)) for b in applied.order_by("-period", "-pk")[:MOST_SOURCES]]

    province = user.province
    return remembered(("sources", province and province.pk, get_language(), user.recorded), read)


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
        for name in {"q", "as_of"} & self.form.fields.keys():
            self.form.fields[name].widget.attrs["class"] = "form-control"
        self.areas = areas_of(user)
        self._offer_areas()
        self._offer_sources(user)

    def _offer_areas(self) -> None:
        within = self.areas.own_district
        if within is not None:
            # A district's officers have one district: nothing to choose.
            self._leave_out("district")
        else:
            self._offer("district", self.areas.districts.items())
            chosen = str(self.data.get("district", ""))
            within = next((pk for pk in self.areas.districts if str(pk) == chosen), None)
        self._offer("commune", self.areas.communes_in(within))

    def _offer_sources(self, user: Any) -> None:
        if not user.has_perm("beneficiaries.view_listbatch"):
            self._leave_out("source")
        elif "source" in self.filters:
            self._offer("source", sources_of(user))

    def _leave_out(self, name: str) -> None:
        self.form.fields.pop(name, None)
        self.filters.pop(name, None)

    def _offer(self, name: str, choices: Iterable[tuple[int, str]]) -> None:
        if name in self.form.fields:
            field: Any = self.form.fields[name]
            field.choices = [("", _("All")), *choices]

    @classmethod
    def asked_in(cls, asked: QueryDict) -> type[HouseholdFilter]:
        """This set with only the filters the address names: making all thirteen costs more than the page."""
        names = {name for name in cls.base_filters if asked.get(name)}
        # What communes there are to choose from depends on the district.
        return _with_only(frozenset(names | ({"commune"} if "district" in names else set())))

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

    def search(self, rows: Any, name: str, value: str) -> Any:
        return Search(rows, value, self.areas.places).queryset()

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
        return named_last_by(rows, int(value))


@lru_cache(maxsize=128)
def _with_only(names: frozenset[str]) -> type[HouseholdFilter]:
    narrow: Any = type("HouseholdFilter", (HouseholdFilter,), {})
    narrow.base_filters = {name: one for name, one in HouseholdFilter.base_filters.items() if name in names}
    narrowed: type[HouseholdFilter] = narrow
    return narrowed


class OnlySearched:
    """What `HouseholdFilter` answers while nothing but the search box is filled.

    Most visits of the register are such, and making a form of thirteen fields takes as long as the rest of
    their page.
    """

    is_active: bool
    more_is_open = False

    def __init__(self, text: str, *, queryset: QuerySet[Any], user: Any) -> None:
        self.queryset = queryset
        self.is_active = bool(text)
        self.typed = text.strip()
        self.day = timezone.localdate()
        self.areas = areas_of(user)

    @staticmethod
    def suffices(asked: QueryDict) -> bool:
        """Whether the address names no filter; what no name holds (a null character) the form refuses."""
        others = (name for name in HouseholdFilter.base_filters if name != "q")
        return not any(map(asked.get, others)) and "\0" not in asked.get("q", "")

    def without_search(self) -> QuerySet[Any]:
        return self.queryset


@dataclass(frozen=True)
class FilterForm:
    """The form's fields as HTML, but for the search box: those always shown, and those folded away."""

    fields: SafeString
    more: SafeString


def filter_form(filters: HouseholdFilter | OnlySearched, user: Any) -> FilterForm:
    """The form as it was filled. Fields left empty are kept as they look so."""
    province, district = user.province, user.district
    key = ("filter form", province and province.pk, district and district.pk, user.role, get_language(),
           user.recorded)  # fmt: skip
    empty = remembered(key, lambda: _fields_of(HouseholdFilter(None, queryset=filters.queryset, user=user)))
    if isinstance(filters, HouseholdFilter):
        filled = {name for name in filters.form.fields if filters.data.get(name)}
        # The communes to choose from are those of the district that was chosen.
        anew = filled | ({"commune"} if "district" in filled else set())
        empty = empty | _fields_of(filters, anew)
    parts: tuple[list[str], list[str]] = [], []
    for name, html in empty.items():
        parts[name in HouseholdFilter.MORE].append(html)
    return FilterForm(SafeString("".join(parts[0])), SafeString("".join(parts[1])))


def _fields_of(filters: HouseholdFilter, names: Collection[str] | None = None) -> dict[str, str]:
    """Each field as HTML by its name, or only some, but never the search box."""
    wanted = filters.form.fields.keys() if names is None else names
    return {name: field_html(filters.form[name]) for name in wanted if name != "q"}
