"""What is filled in for a quota plan and for quota that is given back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import Method, WeightBasis
from .models import QuotaPlan
from .rules.apportionment_inputs import Basis
from .workflow.plan_drafts import PlanChoices

#: Any number of devices a plan could speak of fits; what is larger is a slip of the hand.
MOST = 1_000_000
_NUMBER = {"inputmode": "numeric", "autocomplete": "off", "class": "figure"}


def _number(label: Any, most: int = MOST, **known: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs=_NUMBER)
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, required=False, widget=widget, **known
    )


class QuotaPlanForm(forms.Form):
    """Method, weights and caps of a quota plan; beside each district its cap and its quota by hand.

    `final`: the plan is to be made of it, so reasons are asked for; else it is only computed.
    """

    method = forms.ChoiceField(
        label=gettext_lazy("Method"), choices=Method.choices, required=False, widget=forms.RadioSelect,
        initial=Method.LARGEST_REMAINDER,
    )  # fmt: skip
    method_reason = forms.CharField(
        label=gettext_lazy("Reason for quotas set by hand"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000}),
        help_text=gettext_lazy("Needed where quotas are set by hand; it stands on the proof sheet."),
    )  # fmt: skip
    seats = _number(
        gettext_lazy("Devices to share out now"),
        help_text=gettext_lazy("Fewer than are left: the others wait for a later wave."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Weight of a district"), choices=WeightBasis.choices, required=False,
        widget=forms.RadioSelect, initial=WeightBasis.ELIGIBLE,
    )  # fmt: skip
    poor = _number(gettext_lazy("A poor household counts"), most=100, initial=1)
    near_poor = _number(gettext_lazy("A near-poor household counts"), most=100, initial=1)
    other = _number(gettext_lazy("Another household counts"), most=100, initial=1)
    basis_reason = forms.CharField(
        label=gettext_lazy("Decision or reason for these weights"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"maxlength": 300}),
        help_text=gettext_lazy("Needed for every weight but the households that qualify."),
    )  # fmt: skip

    def __init__(self, *args: Any, districts: Iterable[tuple[str, str]], final: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.final = final
        self.codes = []
        for code, name in districts:
            self.codes.append(code)
            for prefix, label in (("cap", _("At most, %(district)s")), ("given", _("By hand, %(district)s"))):
                field = _number(label % {"district": name})
                field.widget.attrs = {**_NUMBER, "aria-label": field.label}
                self.fields[f"{prefix}_{code}"] = field
            self.fields[f"given_{code}"].widget.attrs["data-sum"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.final:
            return cleaned
        if cleaned.get("method") == Method.MANUAL and not cleaned.get("method_reason"):
            self.add_error("method_reason", _("Say why the quotas are set by hand: the reason is missing."))
        if cleaned.get("basis") not in ("", None, WeightBasis.ELIGIBLE) and not cleaned.get("basis_reason"):
            self.add_error(
                "basis_reason",
                _("Say by which decision or for which reason districts are weighted like this."),
            )
        return cleaned

    @cached_property
    def choices(self) -> PlanChoices:
        """What was chosen; of fields in error nothing."""
        known = self.initial
        if self.is_bound:
            # Of a form with errors, cleaned_data holds what was right; asking for them cleans it.
            bool(self.errors)
            known = self.cleaned_data
        by_code = {
            prefix: {
                code: known[f"{prefix}_{code}"]
                for code in self.codes
                if known.get(f"{prefix}_{code}") is not None
            }
            for prefix in ("cap", "given")
        }
        factors = {
            name: 1 if known.get(name) is None else known[name] for name in ("poor", "near_poor", "other")
        }
        return PlanChoices(
            method=known.get("method") or Method.LARGEST_REMAINDER,
            method_reason=known.get("method_reason", ""),
            seats=known.get("seats"),
            basis=Basis(
                kind=known.get("basis") or WeightBasis.ELIGIBLE,
                reason=known.get("basis_reason", ""),
                **factors,
            ),
            caps=by_code["cap"],
            given=by_code["given"],
        )

    def cap(self, code: str) -> Any:
        return self[f"cap_{code}"]

    def given(self, code: str) -> Any:
        return self[f"given_{code}"]


def plan_initial(plan: QuotaPlan) -> dict[str, Any]:
    """The choices of a plan that is made anew, as the form's first values."""
    basis = Basis.from_dict(plan.inputs.get("basis"))
    initial: dict[str, Any] = {
        "method": plan.method, "method_reason": plan.method_reason, "seats": plan.round_total,
        "basis": basis.kind, "basis_reason": basis.reason,
        "poor": basis.poor, "near_poor": basis.near_poor, "other": basis.other,
    }  # fmt: skip
    for row in plan.inputs["districts"]:
        if row["cap"] < row["eligible"]:
            initial[f"cap_{row['code']}"] = row["cap"]
        if "given" in row:
            initial[f"given_{row['code']}"] = row["given"]
    return initial


class GiveBackForm(forms.Form):
    """How many devices of a list's quota go back; the reason is asked beside it."""

    count = forms.IntegerField(
        label=gettext_lazy("Devices to give back"), min_value=1, max_value=MOST,
        widget=forms.NumberInput(attrs=_NUMBER),
    )  # fmt: skip
