"""Forms of services."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.forms import DateField, MoneyField

from ..choices import ServiceKind
from ..forms import FILE_KINDS
from .rules.checks import PROGRAMME_BEGAN


class MonthField(forms.DateField):
    """A month typed as mm/yyyy; its value is the first day."""

    def __init__(self, **known: Any) -> None:
        attrs = {"placeholder": _("mm/yyyy"), "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widget=forms.DateInput(attrs=attrs, format="%m/%Y"),
            input_formats=["%m/%Y", "%m-%Y", "%m.%Y", "%Y-%m"],
            error_messages={"invalid": _("Write the month as mm/yyyy.")},
            **known,
        )


class MonthForm(forms.Form):
    """A month that has begun."""

    month = MonthField(label=_("Month"))

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if month > timezone.localdate():
            raise forms.ValidationError(_("This month has not begun yet."))
        if month < PROGRAMME_BEGAN.replace(day=1):
            raise forms.ValidationError(_("The programme began in 12/2022."))
        return month


class UpdateForm(MonthForm):
    """An operator's update: its month and its file."""

    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": FILE_KINDS}),
        help_text=_(
            "One line a subscriber: name, identity number, subscriber number, service, level, change (Hỗ trợ "
            "mới, Ngừng hỗ trợ, Thay đổi mức, Tạm dừng, Khôi phục), day in force, reason."
        ),
    )


class LevelForm(forms.Form):
    """A level of a service from a day on, with its legal basis."""

    service = forms.ChoiceField(label=_("Service"), choices=ServiceKind)
    amount = MoneyField(label=_("Level (đồng a month)"), max_value=10_000_000)
    valid_from = DateField(label=_("In force from"))
    citation = forms.CharField(
        label=_("Legal basis"), max_length=300,
        help_text=_("Number, day and article of the document that sets the level."),
    )  # fmt: skip
    beside = forms.BooleanField(
        label=_("Another level of this service stays in force beside it"), required=False,
        help_text=_("Left empty: the level before it ends the day before."),
    )  # fmt: skip


class PeriodForm(forms.Form):
    """The months of a settlement, in the address."""

    first = MonthField(label=_("From month"), required=False)
    last = MonthField(label=_("To month"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last month comes before the first."))
        return data


class YearForm(forms.Form):
    """Of which year the change is looked at."""

    year = forms.IntegerField(label=_("Year"), min_value=2023, max_value=2100, localize=False, required=False)
    with_certificate = forms.BooleanField(
        label=_("A certificate of the year is demanded besides"), required=False
    )
