"""Forms and fields every app may need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DateField(forms.DateField):
    """A day typed as dd/mm/yyyy, in every language.

    Not the browser's own date field: an English browser would show 05/01 for the first of May.
    """

    def __init__(self, **known: Any) -> None:
        attrs = {"placeholder": _("dd/mm/yyyy"), "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widget=forms.DateInput(attrs=attrs, format="%d/%m/%Y"),
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
            error_messages={"invalid": _("Write the day as dd/mm/yyyy.")},
            **known,
        )


class ReasonForm(forms.Form):
    """Why something is done: asked on confirm pages, kept in the audit record."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )
