"""Forms of lists and households."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.forms import DateField

from .choices import BatchKind, ExportFormat, RowDecision

#: What the file chooser offers; what a file is, its content says.
FILE_KINDS = ".xlsx,.xlsm,.xls,.ods,.csv"
FIRST_YEAR = 2021  # the poverty standard of 2021-2025 begins: Decree 07/2021/NĐ-CP


class UploadForm(forms.Form):
    """Which list, of which year or month, from when it counts, and the file."""

    kind = forms.ChoiceField(
        label=_("Kind of list"),
        choices=[
            (BatchKind.ANNUAL, _("Annual list: every poor and near-poor household after the review")),
            (BatchKind.MONTHLY, _("Monthly movements: only households in which something changed")),
        ],
        initial=BatchKind.ANNUAL,
        widget=forms.RadioSelect,
    )
    month = forms.TypedChoiceField(
        label=_("Month"),
        choices=[("", _("Choose a month")), *((n, str(n)) for n in range(1, 13))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Only for monthly movements."),
    )
    year = forms.IntegerField(
        label=_("Year"), min_value=FIRST_YEAR, localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Of an annual list: the year of the review."),
    )  # fmt: skip
    effective_on = DateField(
        label=_("Classes count from"),
        required=False,
        help_text=_(
            "Left empty: the last day of the year or month. A decision's own date in the list comes first."
        ),
    )
    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": FILE_KINDS}),
        help_text=_(
            "As the office made it: the national workbook, the review software's export, a detailed list or "
            "a list of households of any layout (.xlsx, .xlsm, .xls, .ods, .csv). Columns the program does "
            "not know are asked about."
        ),
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(_("That year's review has not begun."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        year, month = data.get("year"), data.get("month")
        monthly = data.get("kind") == BatchKind.MONTHLY
        if monthly and not month and "month" not in self.errors:
            self.add_error("month", _("Choose the month whose movements the list holds."))
        if not year or (monthly and not month):
            return data
        first = date(year, month if monthly and month else 12, 1)
        if monthly and first > timezone.localdate():
            self.add_error("month", _("That month has not begun."))
        data["period"] = first
        last = monthrange(first.year, first.month)[1]
        data["effective_on"] = data.get("effective_on") or first.replace(day=last)
        if data["effective_on"] < first:
            self.add_error("effective_on", _("Classes of this list cannot count before its own month."))
        return data


class MendedForm(forms.Form):
    """The workbook of rows in error, mended."""

    file = forms.FileField(
        label=_("Mended workbook"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("The workbook downloaded from this list, mended and saved as .xlsx."),
    )


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


class ExportForm(forms.Form):
    """How the register is taken out; full numbers are offered to those who may read them."""

    file_format = forms.ChoiceField(
        label=_("File format"),
        choices=ExportFormat.choices,
        initial=ExportFormat.XLSX,
        widget=forms.RadioSelect,
    )
    is_full = forms.BooleanField(
        label=_("With full identity and telephone numbers"),
        required=False,
        help_text=_("Otherwise their middle digits are hidden."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000}),
        help_text=_("Needed for full numbers; it stays on the record."),
    )

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            del self.fields["is_full"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_full") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why the full numbers are needed."))
        return cleaned
