"""What people fill in on the way of a round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.choices import FundingKind
from programs.models import FundingSource, Program
from smartphone_support.web.forms import DateField

from .choices import DeviceKind, ListState
from .models import BudgetLine, DistrictList
from .workflow.rounds import MOST_POSTING_DAYS


class RoundTermsForm(forms.Form):
    """What the department may still mend of a round until a quota plan is approved."""

    name = forms.CharField(
        label=gettext_lazy("Name of the round"),
        max_length=120,
        help_text=gettext_lazy("For example: Đợt 1/2024"),
    )
    posting_days = forms.IntegerField(
        label=gettext_lazy("Days of public posting"),
        min_value=0,
        max_value=MOST_POSTING_DAYS,
        initial=0,
        required=False,
        help_text=gettext_lazy("Working days a district posts its list before it is signed; 0: no posting."),
    )
    unit_cost = forms.IntegerField(
        label=gettext_lazy("Cost of a device, VND"),
        min_value=1,
        max_value=10**12,
        required=False,
        help_text=gettext_lazy("Leave it empty where it is not known: then no money is counted."),
    )
    budget_line = forms.ModelChoiceField(
        label=gettext_lazy("Budget line"),
        queryset=BudgetLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("No budget line"),
        help_text=gettext_lazy("Approved supports are committed on this line."),
    )

    def __init__(self, *args: Any, user: Any, source: FundingSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = BudgetLine.objects.visible_to(user).select_related("funding_source")
        if source is not None:
            lines = lines.filter(funding_source=source)
        self.fields["budget_line"].queryset = lines  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_posting_days(self) -> int:
        return self.cleaned_data["posting_days"] or 0


class RoundForm(RoundTermsForm):
    """An allocation decision: of the Ministry, or of the province for its own and other sources."""

    funding_source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=FundingSource.objects.none(),
        empty_label=gettext_lazy("Choose a source"),
    )  # fmt: skip
    device_kind = forms.ChoiceField(label=gettext_lazy("Device"), choices=DeviceKind.choices)
    total = forms.IntegerField(
        label=gettext_lazy("Number of devices"),
        min_value=1,
        max_value=1_000_000,
        help_text=gettext_lazy("For support in cash: the number of households."),
    )
    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=60)
    decision_date = DateField(
        label=gettext_lazy("Date of the decision"),
        help_text=gettext_lazy("Households are judged as they stood on this day."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"), max_length=200, initial="Bộ Thông tin và Truyền thông"
    )
    field_order = (
        "funding_source", "name", "device_kind", "total", "decision_number", "decision_date", "issuer",
        "posting_days", "unit_cost", "budget_line",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        sources = FundingSource.objects.filter(program__in=Program.objects.visible_to(user).in_force())
        field = self.fields["funding_source"]
        field.queryset = sources.select_related("program").order_by("program_id", "pk")  # type: ignore[attr-defined]  # a ModelChoiceField
        telecom = sources.filter(kind=FundingKind.PUBLIC_UTILITY_TELECOM).first()
        field.initial = telecom

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
