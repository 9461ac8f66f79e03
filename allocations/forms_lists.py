"""What people fill in about a district's list: workbooks, postings, objections, answers, notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT
from smartphone_support.web.forms import DateField

from .choices import Decision, ObjectionOutcome
from .models import DistrictList, ListLine

_WHOLE = gettext_lazy("The whole list")


def scan_field(*, required: bool) -> forms.FileField:
    """A photo or scan; what it really is is looked at when it is stored."""
    return forms.FileField(
        label=gettext_lazy("Photo or scan"),
        required=required,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PDF or photo, at most 10 MB: the list as it hangs, or the signed minutes."),
    )


class WorkbookForm(forms.Form):
    """A review workbook on its way back."""

    file = forms.FileField(
        label=gettext_lazy("Review workbook"),
        help_text=gettext_lazy("The workbook downloaded from this page, filled in; saved as .xlsx or .ods."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.xls"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}
            )
        return file


def communes_of_list(district_list: DistrictList) -> Any:
    """Communes with a household on the list, by name; for drop-downs."""
    return AdministrativeArea.objects.filter(
        pk__in=ListLine.objects.filter(district_list=district_list).values("commune")
    ).order_by("name")


class PostingForm(forms.Form):
    """Where and how long the list is posted."""

    commune = forms.ModelChoiceField(
        label=gettext_lazy("Commune"),
        queryset=AdministrativeArea.objects.none(),
        required=False,
        empty_label=_WHOLE,
        help_text=gettext_lazy("The commune whose households hang there, or the whole list at one place."),
    )
    place = forms.CharField(
        label=gettext_lazy("Place of the posting"),
        max_length=200,
        help_text=gettext_lazy("For example: Nhà văn hóa thôn 1, trụ sở UBND xã Hồng Hạ"),
    )
    from_day = DateField(label=gettext_lazy("From"))
    to_day = DateField(label=gettext_lazy("To, that day included"))
    proof = scan_field(required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, district_list: DistrictList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = ListLine.objects.filter(district_list=district_list, decision=Decision.KEEP)
        communes = AdministrativeArea.objects.filter(pk__in=kept.values("commune")).order_by("name")
        self.fields["commune"].queryset = communes  # type: ignore[attr-defined]  # a ModelChoiceField


class ProofForm(forms.Form):
    """The photo or scan that came after the posting was written down."""

    proof = scan_field(required=True)


class ObjectionForm(forms.Form):
    """What somebody said against the posted list."""

    content = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000}),
    )
    number = forms.IntegerField(
        label=gettext_lazy("About the household with No."),
        required=False,
        min_value=1,
        localize=False,
        help_text=gettext_lazy(
            "Its number on the list; empty where the objection is about no single household."
        ),
    )
    from_whom = forms.CharField(
        label=gettext_lazy("From whom"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Empty where it came without a name."),
    )
    received_on = DateField(label=gettext_lazy("Received on"))

    def __init__(self, *args: Any, district_list: DistrictList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district_list = district_list
        self.fields["received_on"].initial = timezone.localdate()

    def clean_number(self) -> int | None:
        """The line of that number goes into `self.line`."""
        number = self.cleaned_data["number"]
        self.line: ListLine | None = None
        if number is not None:
            self.line = self.district_list.lines.filter(position=number).first()
            if self.line is None:
                raise ValidationError(_("The list has no No. %(number)s.") % {"number": number})
        return number


class AnswerForm(forms.Form):
    """What the district answered."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=ObjectionOutcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000}),
    )
    answered_on = DateField(label=gettext_lazy("Answered on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answered_on"].initial = timezone.localdate()


class SettleForm(forms.Form):
    """What became of a household the register did not know."""

    note = forms.CharField(
        label=gettext_lazy("What became of it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        help_text=gettext_lazy(
            "For example: “entered with the list of 06/2024”, “lives in another province”."
        ),
    )
