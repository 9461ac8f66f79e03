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


class MoneyField(forms.IntegerField):
    """An amount in VND, typed as people write it: 1.500.000, 1 500 000 or 1500000."""

    def __init__(self, **known: Any) -> None:
        known.setdefault("min_value", 1)
        known.setdefault("max_value", 10**15)
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"})
        super().__init__(
            widget=widget, error_messages={"invalid": _("Write the amount in whole VND: 1.500.000.")}, **known
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).removesuffix("đ").removesuffix("đồng")
            # Dots group thousands; a comma or a part of a dong is not an amount.
            groups = value.removeprefix("-").split(".")
            if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(".", "")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class ReasonForm(forms.Form):
    """Why something is done: asked on confirm pages, kept in the audit record."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )
