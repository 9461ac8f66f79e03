"""What people fill in about a sample: how it is drawn, who visits whom, what speaks against a household."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import SampleAllocation
from ..models import InspectionRound
from ..rules.sampling import QUANTILES, Wanted
from ..workflow.sampling import LONGEST_SEED

BY_MARGIN, BY_NUMBER = "margin", "number"
NOBODY = "nobody"


class DrawForm(forms.Form):
    """How large the sample is, how it is shared out, from which seed; drawn again, also why."""

    size_by = forms.ChoiceField(
        label=gettext_lazy("Size of the sample"),
        choices=[
            (BY_MARGIN, gettext_lazy("from the confidence and the margin of error")),
            (BY_NUMBER, gettext_lazy("a fixed number of households")),
        ],
        initial=BY_MARGIN,
        widget=forms.RadioSelect,
    )
    confidence = forms.TypedChoiceField(
        label=gettext_lazy("Confidence"),
        choices=[(number, f"{number} %") for number in QUANTILES],
        coerce=int,
        empty_value=None,
        initial=95,
        required=False,
    )
    margin = forms.DecimalField(
        label=gettext_lazy("Margin of error, percentage points"),
        min_value=Decimal("0.5"),
        max_value=Decimal("50"),
        max_digits=3,
        decimal_places=1,
        initial=Decimal("5"),
        required=False,
        localize=True,
        help_text=gettext_lazy("For the whole round; for a single district the interval is wider."),
    )
    number = forms.IntegerField(
        label=gettext_lazy("Number of households"),
        min_value=1,
        max_value=100_000,
        required=False,
        localize=False,
        help_text=gettext_lazy("Only where a fixed number is wanted."),
    )
    allocation = forms.ChoiceField(
        label=gettext_lazy("Shared out to the strata"),
        choices=SampleAllocation.choices,
        initial=SampleAllocation.PROPORTIONAL,
        widget=forms.RadioSelect,
    )
    seed = forms.CharField(
        label=gettext_lazy("Seed"),
        max_length=LONGEST_SEED,
        required=False,
        help_text=gettext_lazy(
            "Best something nobody could choose and anybody can look up, such as the numbers of a public "
            "lottery on a day agreed beforehand. Left empty, the system makes one."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is it drawn again?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        needed = ("number",) if said.get("size_by") == BY_NUMBER else ("confidence", "margin")
        for name in needed:
            if name not in self.errors and said.get(name) is None:
                self.add_error(name, ValidationError(_("This is needed for the size you chose.")))
        return said

    @property
    def wanted(self) -> Wanted:
        """What the filled-in form asks for."""
        said = self.cleaned_data
        if said["size_by"] == BY_NUMBER:
            return Wanted(said["allocation"], fixed=said["number"])
        return Wanted(said["allocation"], said["confidence"], said["margin"])


class AssignForm(forms.Form):
    """To whom the ticked households are given, or taken back from; the ticks are the page's own."""

    inspector = forms.ChoiceField(
        label=gettext_lazy("Inspector"), help_text=gettext_lazy("Members of the team with an account.")
    )

    def __init__(self, *args: Any, round_: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = round_.team.filter(user__isnull=False, left_at=None).select_related("user")
        self.members = {str(member.pk): member for member in members}
        words = [(pk, f"{one.name} ({one.get_role_display()})") for pk, one in self.members.items()]
        self.fields["inspector"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Choose")),
            *words,
            (NOBODY, _("Nobody: take them back")),
        ]

    @property
    def chosen(self) -> Any:
        """The person chosen; None to take the households back."""
        member = self.members.get(self.cleaned_data["inspector"])
        return member.user if member is not None else None


class RiskForm(forms.Form):
    """Why the ticked households are added; the ticks are the page's own."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
        help_text=gettext_lazy("Read by the team beside the household, and by whoever audits the round."),
    )
