"""What people fill in about budgets and contributions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocations.choices import ContributionKind, DeviceKind, DonorKind
from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.forms import DateField, MoneyField

#: Sources donors give to; the others are public money.
DONATED = (FundingKind.SOCIALISED, FundingKind.MOBILISED)


class DecisionFields(forms.Form):
    """The decision that grants or changes a budget line."""

    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=60)
    decision_date = DateField(label=gettext_lazy("Date of the decision"))
    issuer = forms.CharField(label=gettext_lazy("Issued by"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("Scan of the decision"),
        required=False,
        help_text=gettext_lazy("PDF or photo; it can be left out."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class BudgetLineForm(DecisionFields):
    funding_source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=FundingSource.objects.none(),
        empty_label=gettext_lazy("Choose a source"),
    )  # fmt: skip
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2020, max_value=2100)
    name = forms.CharField(
        label=gettext_lazy("Name of the line"),
        max_length=200,
        help_text=gettext_lazy("For example: Hỗ trợ phương tiện nghe nhìn, Nghị quyết 20/2023"),
    )
    amount = MoneyField(label=gettext_lazy("Amount, VND"))

    field_order = ("funding_source", "year", "name", "amount", "decision_number", "decision_date", "issuer")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = FundingSource.objects.filter(program__in=Program.objects.visible_to(user).standing())
        self.fields["funding_source"].queryset = sources.select_related("program")  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["year"].initial = timezone.localdate().year


class AdjustmentForm(DecisionFields):
    change = forms.ChoiceField(
        label=gettext_lazy("The decision"),
        choices=(("raise", gettext_lazy("raises the line")), ("lower", gettext_lazy("lowers the line"))),
        widget=forms.RadioSelect,
        initial="raise",
    )
    amount = MoneyField(label=gettext_lazy("By how much, VND"))
    reason = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    field_order = ("change", "amount", "decision_number", "decision_date", "issuer", "reason", "file")

    @property
    def delta(self) -> int:
        sign = 1 if self.cleaned_data["change"] == "raise" else -1
        return int(sign * self.cleaned_data["amount"])


class PledgeForm(forms.Form):
    """Who pledged what."""

    funding_source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=FundingSource.objects.none(),
        empty_label=gettext_lazy("Choose a source"),
    )  # fmt: skip
    donor_name = forms.CharField(label=gettext_lazy("Donor"), max_length=200)
    donor_kind = forms.ChoiceField(label=gettext_lazy("Kind of donor"), choices=DonorKind.choices)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is given"), choices=ContributionKind.choices, widget=forms.RadioSelect
    )
    device_kind = forms.ChoiceField(
        label=gettext_lazy("Device"),
        required=False,
        choices=[("", "–"), (DeviceKind.SMARTPHONE.value, DeviceKind.SMARTPHONE.label),
                 (DeviceKind.TABLET.value, DeviceKind.TABLET.label)],
        help_text=gettext_lazy("Only for devices."),
    )  # fmt: skip
    pledged = MoneyField(
        label=gettext_lazy("Pledged"), help_text=gettext_lazy("Number of devices, or the amount in VND.")
    )
    pledged_on = DateField(label=gettext_lazy("Day of the pledge"))
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What the donor wishes: an area, a kind of household."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = FundingSource.objects.filter(
            program__in=Program.objects.visible_to(user).standing(), kind__in=DONATED
        ).select_related("program")
        self.fields["funding_source"].queryset = sources  # type: ignore[attr-defined]  # a ModelChoiceField
        first = sources.filter(kind=FundingKind.SOCIALISED).first()
        self.fields["funding_source"].initial = first
        self.fields["pledged_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ContributionKind.DEVICES and not cleaned.get("device_kind"):
            self.add_error("device_kind", _("Say which device is pledged."))
        return cleaned


class ReceiptForm(forms.Form):
    quantity = MoneyField(label=gettext_lazy("Received"))
    received_on = DateField(label=gettext_lazy("Day"))
    document_number = forms.CharField(
        label=gettext_lazy("Number of the record or receipt"), max_length=60, required=False
    )
    file = forms.FileField(
        label=gettext_lazy("Scan"),
        required=False,
        help_text=gettext_lazy("PDF or photo; it can be left out."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: Any, contribution: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        money = contribution.kind == ContributionKind.MONEY
        self.fields["quantity"].help_text = _("In VND.") if money else _("Number of devices.")
        self.fields["received_on"].initial = timezone.localdate()
        missing = contribution.pledged - contribution.received
        self.fields["quantity"].initial = missing if missing > 0 else None


class AskedForm(forms.Form):
    """Filters of a page that is no list of one model; bound to the address."""

    @property
    def form(self) -> AskedForm:
        """Itself: the filters' template asks a filter set for its form."""
        return self

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class MatchQuery(AskedForm):
    district = forms.ModelChoiceField(
        label=gettext_lazy("District"), queryset=AdministrativeArea.objects.none(), required=False,
        empty_label=gettext_lazy("All"),
    )  # fmt: skip

    def __init__(self, *args: Any, districts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts  # type: ignore[attr-defined]  # a ModelChoiceField


class StandingQuery(AskedForm):
    standing = forms.ChoiceField(label=gettext_lazy("Where they stand"), required=False)
    district = forms.IntegerField(required=False, widget=forms.HiddenInput)
    commune = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, standings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standing"].choices = standings  # type: ignore[attr-defined]  # a ChoiceField
