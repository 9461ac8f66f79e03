"""What is asked before a paper is made."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.forms import DateField, ReasonForm

FORMATS = (("docx", _("Word (.docx), to edit and sign")), ("pdf", _("PDF, to print")))


class FormatForm(forms.Form):
    extension = forms.ChoiceField(
        label=_("Format"), choices=FORMATS, widget=forms.RadioSelect, initial="docx"
    )


class FullPaperForm(ReasonForm, FormatForm):
    field_order = ["reason", "extension"]


class InvitationForm(FormatForm):
    day = DateField(label=_("Day of the hand-over"), required=False)
    hour = forms.CharField(
        label=_("Hour"), max_length=40, required=False, help_text=_("For example: 8 giờ 00")
    )
    place = forms.CharField(label=_("Place of the hand-over"), max_length=200, required=False)
    contact = forms.CharField(
        label=_("Whom to ask"),
        max_length=150,
        required=False,
        help_text=_("Name and telephone of the office"),
    )
    field_order = ["day", "hour", "place", "contact", "extension"]
