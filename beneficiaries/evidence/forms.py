"""Forms of certificates and of information deprivation, and what their pages are asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.forms import DateField

from ..choices import AssessmentOccasion
from .counting import latest_year

NOT_ASSESSED = ("", _("Not assessed"))
LACKS = [("yes", _("Deprived")), ("no", _("Not deprived")), NOT_ASSESSED]
_ANSWERS = {"yes": True, "no": False, "": None}
_WORDS = {True: "yes", False: "no", None: ""}


class CertificateForm(forms.Form):
    """A household's certificate of one year."""

    year = forms.IntegerField(
        label=_("Year"), localize=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    number = forms.CharField(
        label=_("Number of the certificate"), max_length=60, help_text=_("For example 12/GCN-HN.HCN.")
    )
    issued_on = DateField(label=_("Issued on"), required=False)
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=200)
    has_certified_copy = forms.BooleanField(label=_("A certified copy is at hand"), required=False)
    copy = forms.FileField(
        label=_("Scan of the certificate"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text=_("PDF or photo, at most 10 MB. Only people who may see this household can open it."),
    )

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DeprivationForm(forms.Form):
    """Indicators 11 and 12 at one assessment."""

    occasion = forms.ChoiceField(
        label=_("Occasion"), choices=AssessmentOccasion.choices, widget=forms.RadioSelect
    )
    assessed_on = DateField(label=_("Assessed on"))
    lacks_telecom = forms.ChoiceField(
        label=_("11. Telecommunication services"), choices=LACKS, required=False, widget=forms.RadioSelect,
        help_text=_("Deprived: no member uses an internet service."),
    )  # fmt: skip
    lacks_means = forms.ChoiceField(
        label=_("12. Means of access to information"), choices=LACKS, required=False,
        widget=forms.RadioSelect,
        help_text=_("Deprived: the household has none of the means of listening, viewing or going online."),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {name: _ANSWERS[data[name]] for name in ("lacks_telecom", "lacks_means")}


def answer_words(value: bool | None) -> str:
    """An indicator as the form's choice names it."""
    return _WORDS[value]


class EvidenceQuery(forms.Form):
    """For which day, year and district a page counts; what is missing or wrong falls back to today."""

    district = forms.ModelChoiceField(
        label=_("District"), queryset=AdministrativeArea.objects.none(), required=False, empty_label=_("All")
    )
    as_of = DateField(label=_("Class as of"), required=False)
    year = forms.IntegerField(
        label=_("Certificate of the year"), required=False, min_value=2021, max_value=2100, localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, data: Any, *, user: Any, with_year: bool = True) -> None:
        filled = data.copy()
        if not filled.get("as_of"):
            filled["as_of"] = f"{timezone.localdate():%d/%m/%Y}"
        if with_year and not filled.get("year"):
            filled["year"] = str(latest_year(user.province))
        super().__init__(filled)
        self.user, self.typed = user, data
        if user.district is not None or user.province is None:
            del self.fields["district"]
        else:
            self.fields["district"].queryset = AdministrativeArea.objects.districts_of(user.province)  # type: ignore[attr-defined]  # a model choice
        if not with_year:
            del self.fields["year"]
        self.full_clean()

    def _given(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)

    @property
    def is_active(self) -> bool:
        return any(self.typed.get(name) for name in self.fields)

    @property
    def form(self) -> EvidenceQuery:
        """As the filter component asks for it."""
        return self

    @property
    def day(self) -> Any:
        return self._given("as_of") or timezone.localdate()

    @property
    def chosen_year(self) -> int:
        return int(self._given("year") or latest_year(self.user.province))

    @property
    def chosen_district(self) -> AdministrativeArea | None:
        district: AdministrativeArea | None = self._given("district")
        return district
