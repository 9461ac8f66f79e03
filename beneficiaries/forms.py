"""Forms of lists and households."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.forms import DateField

from .choices import BatchKind, RowDecision

FIRST_YEAR = 2021  # the poverty standard of 2021-2025 begins: Decree 07/2021/NĐ-CP


class UploadForm(forms.Form):
    """Which list, of which year, from when it counts, and the file."""

    kind = forms.ChoiceField(label=_("Kind of list"), choices=BatchKind.choices, initial=BatchKind.ANNUAL)
    year = forms.IntegerField(
        label=_("Year of the review"), min_value=FIRST_YEAR, localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    effective_on = DateField(
        label=_("Classes count from"),
        required=False,
        help_text=_("Left empty: 31 December of the year. A decision's own date in the list comes first."),
    )
    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods"}),
        help_text=_("The national three-sheet workbook or a list of households (.xlsx, .xls, .ods)."),
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(_("That year's review has not begun."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        year = data.get("year")
        if year:
            data["period"] = date(year, 12, 1)
            data["effective_on"] = data.get("effective_on") or date(year, 12, 31)
            if data["effective_on"] < data["period"]:
                self.add_error(
                    "effective_on", _("Classes of this list cannot count before its own December.")
                )
        return data


UNDECIDED = "undecided"


class DecisionForm(forms.Form):
    """What a person says of an ambiguous row: a candidate ("same-17"), new, skip, or undecided again."""

    decision = forms.CharField()

    def __init__(self, *args: Any, candidates: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates

    def clean_decision(self) -> tuple[str, int | None]:
        word, _dash, number = self.cleaned_data["decision"].partition("-")
        if word == RowDecision.SAME and number.isdecimal() and int(number) in self.candidates:
            return RowDecision.SAME, int(number)
        if word in (RowDecision.NEW, RowDecision.SKIP) and not number:
            return word, None
        if word == UNDECIDED:
            return "", None
        raise forms.ValidationError(_("Choose one of the answers."))
