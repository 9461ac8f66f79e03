"""Forms of changes by hand: completing a household, recording what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.spreadsheets.cells import (
    clean_birth_date,
    clean_name,
    clean_national_id,
    clean_phone,
)
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.forms import DateField

from ..choices import DeviceKind, Gender, MovementKind, PovertyClass
from ..models import Household
from ..workflow.households import masked
from ..workflow.movements import Details
from .moving import DECIDED, Standing

UNKNOWN = ("", _("Not known"))
YES_NO_UNKNOWN = [UNKNOWN, ("yes", _("Yes")), ("no", _("No"))]
_ANSWERS = {"yes": True, "no": False, "": None}
_WORDS = {True: "yes", False: "no", None: ""}
CANDIDATES_SHOWN = 8


class CommuneField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class is not generic at run time
    """A commune of the province, under its district."""

    def __init__(self, province: AdministrativeArea, **kwargs: Any) -> None:
        communes = (
            AdministrativeArea.objects.communes_of(province)
            .as_of(timezone.localdate())
            .select_related("parent")
            .order_by("parent__code", "code")
        )
        super().__init__(communes, **kwargs)
        groups: dict[str, list[tuple[int, str]]] = {}
        for commune in communes:
            district = commune.parent.name if commune.parent else ""
            groups.setdefault(district, []).append((commune.pk, commune.name))
        self.choices = [("", "—"), *groups.items()]


class StaleForm(forms.Form):
    """A form that knows which state of the household it was filled from."""

    expected = forms.CharField(widget=forms.HiddenInput)

    def clean_expected(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["expected"])
        except ValueError:
            raise forms.ValidationError(_("Open the page again: the form is damaged.")) from None


class HouseholdForm(StaleForm):
    """The facts a register officer completes or corrects by hand."""

    head_name = forms.CharField(label=_("Head of household"), max_length=120)
    birth = forms.CharField(
        label=_("Birth date or year"), required=False, max_length=20,
        help_text=_("dd/mm/yyyy, or only the year."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    gender = forms.ChoiceField(label=_("Sex"), choices=[UNKNOWN, *Gender.choices], required=False)
    national_id = forms.CharField(
        label=_("New identity number"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    ethnicity = forms.CharField(label=_("Ethnicity"), required=False, max_length=60)
    village = forms.CharField(label=_("Village"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("New telephone number"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    merit = forms.ChoiceField(
        label=_("Family of a person with merit"), choices=YES_NO_UNKNOWN, required=False
    )
    social_policy = forms.ChoiceField(label=_("Social-policy family"), choices=YES_NO_UNKNOWN, required=False)
    evidence = forms.CharField(
        label=_("Paper that proves the policy status"), required=False, max_length=300,
        help_text=_("Number and date of the decision or certificate; needed when a status becomes yes."),
    )  # fmt: skip
    has_need = forms.ChoiceField(label=_("Needs a smartphone"), choices=YES_NO_UNKNOWN, required=False)
    tablet = DateField(
        label=_("Tablet of the programme, received on"), required=False,
        help_text=_("Leave empty if the household got none."),
    )  # fmt: skip
    svmtce = DateField(label=_("Device of “Sóng và máy tính cho em”, received on"), required=False)
    device_source = forms.CharField(label=_("Device according to"), required=False, max_length=200)
    reason = forms.CharField(
        label=_("Reason and source of the change"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = (
        "expected", "head_name", "birth", "gender", "national_id", "ethnicity", "commune", "village", "phone",
        "merit", "social_policy", "evidence", "has_need", "tablet", "svmtce", "device_source", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        self.household = household
        self.devices = dict(household.earlier_devices.values_list("kind", "received_on"))
        super().__init__(*args, **kwargs | {"initial": self._as_known() | (kwargs.get("initial") or {})})
        self.fields["commune"] = CommuneField(household.province, label=_("Commune"), required=False)
        self.order_fields(self.field_order)
        # A number that stands in the register is not sent to the browser: a blank leaves it as it is.
        known = _("One is known (%(number)s); leave empty to keep it.")
        for name, shown in (("national_id", household.national_id), ("phone", household.phone)):
            if shown:
                self.fields[name].help_text = known % {"number": masked(name, shown)}

    def _as_known(self) -> dict[str, Any]:
        household = self.household
        born = f"{household.birth_date:%d/%m/%Y}" if household.birth_date else household.birth_year or ""
        return {
            "expected": household.updated_at.isoformat(),
            "head_name": household.head_name,
            "birth": born,
            "gender": household.gender,
            "ethnicity": household.ethnicity,
            "commune": household.commune_id,
            "village": household.village,
            **{name: _WORDS[getattr(household, name)] for name in ("merit", "social_policy", "has_need")},
            **self.devices,
        }

    def clean_head_name(self) -> str:
        name = clean_name(self.cleaned_data["head_name"])[0]
        if not name:
            raise forms.ValidationError(_("Write the name of the head."))
        # What was shown and not touched is no change, whatever its capitals.
        return (
            self.household.head_name if self.cleaned_data["head_name"] == self.household.head_name else name
        )

    def clean_birth(self) -> tuple[date | None, int | None]:
        born, problem = clean_birth_date(self.cleaned_data["birth"])
        if problem:
            raise forms.ValidationError(_("Write a day as dd/mm/yyyy or a year with four digits."))
        return born.day, born.day.year if born.day else born.year

    def clean_national_id(self) -> str:
        number, problem = clean_national_id(self.cleaned_data["national_id"])
        if problem:
            raise forms.ValidationError(
                _("An identity number has 12 digits, an old one 9: count them again.")
            )
        return number

    def clean_phone(self) -> str:
        number, problem = clean_phone(self.cleaned_data["phone"])
        if problem:
            raise forms.ValidationError(_("A telephone number has ten digits and begins with 0."))
        return number

    def changes(self) -> dict[str, Any]:
        """The values typed; blanks of the two hidden numbers say nothing."""
        data = self.cleaned_data
        birth_date, birth_year = data["birth"]
        changes: dict[str, Any] = {
            "head_name": data["head_name"],
            "birth_date": birth_date,
            "birth_year": birth_year,
            "gender": data["gender"],
            "ethnicity": clean_text(data["ethnicity"]),
            "village": clean_text(data["village"]),
        }
        changes |= {name: _ANSWERS[data[name]] for name in ("merit", "social_policy", "has_need")}
        changes |= {name: data[name] for name in ("national_id", "phone") if data[name]}
        if data["commune"]:
            changes["commune"] = data["commune"]
        return changes

    def device_days(self) -> dict[str, date | None]:
        return {kind: self.cleaned_data[kind] for kind in DeviceKind.values}


HEAD_GONE = [
    ("", _("stays in the household")),
    ("deceased", _("has died")),
    ("moved_out", _("has moved away")),
]


class MovementForm(StaleForm):
    """What happened, on which day, by which decision; each kind asks for its own part."""

    effective_on = DateField(label=_("Happened on"))
    decision_number = forms.CharField(label=_("Number of the decision"), required=False, max_length=60)
    decision_date = DateField(label=_("Date of the decision"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it rests on, where there is no decision."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, household: Household, kind: str, standing: Standing, user: Any, **kwargs: Any
    ) -> None:
        self.household, self.kind, self.standing, self.user = household, kind, standing, user
        self.members = list(household.members.order_by("position"))
        initial = {"expected": household.updated_at.isoformat()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs | {"initial": initial})
        add = {
            MovementKind.MOVED_IN: self._ask_where,
            MovementKind.HEAD_CHANGED: self._ask_head,
            MovementKind.SPLIT: self._ask_part,
            MovementKind.MERGED: self._ask_other,
        }.get(MovementKind(kind))
        if add:
            add()
        if kind not in DECIDED:
            self.fields["decision_number"].label = _("Number of the decision, if there is one")
        own = [name for name in self.fields if name not in MovementForm.base_fields]
        self.order_fields(["expected", "effective_on", *own, "decision_number", "decision_date", "note"])

    def _ask_where(self) -> None:
        self.fields["commune"] = CommuneField(self.household.province, label=_("Lives in the commune now"))
        self.fields["village"] = forms.CharField(label=_("Village"), required=False, max_length=120)
        if not self.standing.is_in_register:
            self._ask_class(_("Class from that day on"))

    def _ask_class(self, label: Any) -> None:
        self.fields["poverty_class"] = forms.ChoiceField(
            label=label, choices=PovertyClass.choices, initial=self.standing.poverty_class or None,
            widget=forms.RadioSelect,
        )  # fmt: skip

    def _ask_head(self) -> None:
        others = [(member.pk, _person(member)) for member in self.members[1:]]
        self.fields["head"] = forms.TypedChoiceField(
            label=_("New head"), choices=others, coerce=int, widget=forms.RadioSelect
        )
        self.fields["head_gone"] = forms.ChoiceField(
            label=_("The former head, %(name)s,") % {"name": self.household.head_name},
            choices=HEAD_GONE, required=False, widget=forms.RadioSelect, initial="",
        )  # fmt: skip

    def _ask_part(self) -> None:
        others = [(member.pk, _person(member)) for member in self.members[1:]]
        self.fields["members"] = forms.TypedMultipleChoiceField(
            label=_("Who splits off"), choices=others, coerce=int, widget=forms.CheckboxSelectMultiple
        )
        self.fields["head"] = forms.TypedChoiceField(
            label=_("Head of the new household"), choices=[("", "—"), *others], coerce=int
        )
        self._ask_class(_("Class of the new household"))
        self.fields["village"] = forms.CharField(
            label=_("Village of the new household"), required=False, max_length=120,
            initial=self.household.village,
        )  # fmt: skip

    def _ask_other(self) -> None:
        self.fields["find"] = forms.CharField(
            label=_("Head of the other household: name or identity number"), max_length=120
        )
        found = self._found()
        if len(found) > 1:
            self.fields["other"] = forms.TypedChoiceField(
                label=_("Which of these households"), coerce=int, required=False,
                choices=[(other.pk, _household(other)) for other in found], widget=forms.RadioSelect,
            )  # fmt: skip

    def _found(self) -> list[Household]:
        typed = str(self.data.get("find", "")).strip()
        if not typed:
            return []
        rows = Household.objects.visible_to(self.user).search(typed).exclude(pk=self.household.pk)
        return list(rows.select_related("commune", "district")[:CANDIDATES_SHOWN])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.kind == MovementKind.MERGED and data.get("find"):
            self._choose_other(data)
        return data

    def _choose_other(self, data: dict[str, Any]) -> None:
        found = {other.pk: other for other in self._found()}
        chosen = data.get("other") or (next(iter(found)) if len(found) == 1 else None)
        if not found:
            self.add_error(
                "find", _("No household of the register fits: write the identity number of its head.")
            )
        elif chosen not in found:
            self.add_error("other", _("Several households fit: choose one."))
        else:
            data["household"] = found[chosen]

    def details(self) -> Details:
        data = self.cleaned_data
        return Details(
            commune=data.get("commune"),
            village=clean_text(data.get("village") or ""),
            poverty_class=data.get("poverty_class") or "",
            head=data.get("head") or None,
            head_gone=data.get("head_gone") or "",
            members=tuple(data.get("members") or ()),
            other=data.get("household"),
        )


def _person(member: Any) -> str:
    parts = (member.name, member.relation, str(member.birth_year or ""))
    return ", ".join(part for part in parts if part)


def _household(household: Household) -> str:
    parts = (household.head_name, str(household.birth_year or ""), *household.places)
    return ", ".join(part for part in parts if part)
