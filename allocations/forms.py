"""What people fill in on the way of a round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.models import FundingSource, Program
from smartphone_support.web.forms import DateField

from .choices import DeviceKind, ListState
from .models import DistrictList
from .rules.eligibility import RULES


class RoundForm(forms.Form):
    """The Ministry's allocation decision."""

    funding_source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=FundingSource.objects.none()
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the round"),
        max_length=120,
        help_text=gettext_lazy("For example: Đợt 1/2024"),
    )
    device_kind = forms.ChoiceField(label=gettext_lazy("Device"), choices=DeviceKind.choices)
    total = forms.IntegerField(label=gettext_lazy("Number of devices"), min_value=1, max_value=1_000_000)
    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=60)
    decision_date = DateField(
        label=gettext_lazy("Date of the decision"),
        help_text=gettext_lazy("Households are judged as they stood on this day."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"), max_length=200, initial="Bộ Thông tin và Truyền thông"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = FundingSource.objects.filter(
            program__in=Program.objects.visible_to(user), kind__in=list(RULES)
        ).select_related("program")
        field = self.fields["funding_source"]
        field.queryset = sources  # type: ignore[attr-defined]  # a ModelChoiceField
        if len(sources) == 1:
            field.initial = sources[0]

    def clean_decision_date(self) -> Any:
        day = self.cleaned_data["decision_date"]
        if day > timezone.localdate():
            raise ValidationError(_("The decision's date lies in the future."))
        return day


class QuotaDecisionForm(forms.Form):
    """The PPC's decision on criteria and quotas."""

    decision_number = forms.CharField(
        label=gettext_lazy("Number of the PPC's decision"),
        max_length=60,
        help_text=gettext_lazy("For example: 120/QĐ-UBND"),
    )
    decision_date = DateField(label=gettext_lazy("Date of the decision"))


class ApprovalForm(forms.Form):
    """The PPC's decision on the list of households."""

    number = forms.CharField(
        label=gettext_lazy("Number of the PPC's decision"),
        max_length=60,
        help_text=gettext_lazy("For example: 210/QĐ-UBND"),
    )
    date = DateField(label=gettext_lazy("Date of the decision"))
    signer = forms.CharField(
        label=gettext_lazy("Signed by"),
        max_length=150,
        help_text=gettext_lazy("Name and position as on the decision"),
    )


class WorkbookForm(forms.Form):
    """A review workbook on its way back."""

    file = forms.FileField(
        label=gettext_lazy("Review workbook"),
        help_text=gettext_lazy("The workbook downloaded from this page, filled in and saved as .xlsx."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s.") % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}
            )
        return file


class ListChoice(forms.ModelMultipleChoiceField):
    """Accepted lists to tick, each with its number of households."""

    def label_from_instance(self, obj: Any) -> str:
        words = ngettext("%(count)s household", "%(count)s households", obj.kept) % {
            "count": localize(obj.kept)
        }
        return f"{obj.district.name} · {words}"


class ProposalForm(forms.Form):
    """Number and date of a proposal, and the lists it holds."""

    number = forms.CharField(
        label=gettext_lazy("Number of the proposal"),
        max_length=60,
        help_text=gettext_lazy("For example: 15/TTr-STTTT"),
    )
    date = DateField(label=gettext_lazy("Date"))
    lists = ListChoice(
        label=gettext_lazy("Accepted lists"),
        queryset=DistrictList.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one accepted list."),
            "invalid_choice": gettext_lazy(
                "One of the lists chosen is no longer an accepted one: choose among those shown now."
            ),
        },
    )

    def __init__(self, *args: Any, round_: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = (
            DistrictList.objects.visible_to(user)
            .filter(round=round_, state=ListState.ACCEPTED)
            .select_related("district")
            .order_by("district__code")
        )
        self.fields["lists"].queryset = accepted  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        self.fields["lists"].initial = list(accepted)
        self.fields["date"].initial = timezone.localdate()
