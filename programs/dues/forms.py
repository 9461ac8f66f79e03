"""What people fill in for dues and deadlines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartphone_support.web.forms import DateField

from ..models import DeadlineRules
from ..workflow.dues import LONGEST

FILE_BYTES = 10 * 1024 * 1024
KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".odt", ".ods")


class ReportForm(forms.Form):
    """What was done, when, and what shows it."""

    report = forms.CharField(
        label=_("What was done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few sentences: what, where, how many. No names or numbers of households."),
    )  # fmt: skip
    done_on = DateField(label=_("Day it was done"))
    link = forms.URLField(
        label=_("Address of what shows it"), required=False, max_length=500, assume_scheme="https",
        help_text=_("An article, a document on the office's site: https://…"),
        error_messages={"invalid": _("Write the whole address, with https:// before it.")},
    )  # fmt: skip
    file = forms.FileField(
        label=_("File that shows it"), required=False,
        help_text=_("A PDF, photo, Word or Excel file of at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(KINDS)}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file:
            return None
        if file.size > FILE_BYTES:
            raise forms.ValidationError(_now("The file is larger than %(mb)s MB.") % {"mb": FILE_BYTES >> 20})
        if not str(file.name).lower().endswith(KINDS):
            raise forms.ValidationError(
                _now("The file must be a PDF, a photo, or a Word or Excel file without macros.")
            )
        return file


class NothingForm(forms.Form):
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendDueForm(forms.Form):
    due_on = DateField(label=_("New due day"))

    field_order = ("due_on", "reason")


class RequestForm(forms.Form):
    """A due opened on an authority's request."""

    subject = forms.CharField(
        label=_("Whose request"), max_length=300,
        help_text=_("The authority, with the number and date of its letter."),
    )  # fmt: skip
    requested_on = DateField(label=_("Day of the request"))
    due_on = DateField(
        label=_("Due day it asks for"), required=False,
        help_text=_("Empty: as many working days as the plan gives after an event."),
    )  # fmt: skip


class DeadlinesForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class is not generic at run time
    """The days of a plan. The bounds are the same as the workflow's and the database's."""

    class Meta:
        model = DeadlineRules
        fields = (
            "month_day", "quarter_days", "year_day", "year_month", "review_day", "review_month",
            "event_days", "soon_days",
        )  # fmt: skip

    bounds = {
        "month_day": (1, 28), "quarter_days": (0, 90), "year_day": (1, 31), "year_month": (1, 12),
        "review_day": (1, 31), "review_month": (1, 12), "event_days": (1, 120), "soon_days": (0, 60),
    }  # fmt: skip
    hints: dict[str, Any] = {
        "month_day": _("1 to 28: every month has such a day."),
        "quarter_days": pgettext_lazy("deadline", "0 to 90."),
        "event_days": _("1 to 120; the day after the event is the first."),
        "soon_days": _("0 to 60: how early lists and mails warn."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in self.bounds.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, min_value=least, max_value=most,
                help_text=self.hints.get(name, ""), widget=forms.NumberInput(attrs={"class": "short"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        for day, month in (("year_day", "year_month"), ("review_day", "review_month")):
            if known.get(month) == 2 and (known.get(day) or 0) > 29:
                self.add_error(day, _now("February has no such day; its last day would be taken."))
            elif known.get(month) in (4, 6, 9, 11) and (known.get(day) or 0) > 30:
                self.add_error(day, _now("This month has 30 days."))
        return known

    def _post_clean(self) -> None:
        """The instance is left alone: one door writes it (`workflow.set_deadlines`)."""
