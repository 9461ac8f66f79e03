"""What people fill in for supports and amendments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Household
from smartphone_support.accounts.models import Organisation
from smartphone_support.web.forms import DateField

from .choices import AmendmentKind, HoldReason, SupportState
from .lists.reserves import reserves_of
from .models import Amendment, Support
from .workflow.amendments import supports_of
from .workflow.supports import UNDELIVERED

#: Reasons a person holds for; the register's own are found by the system.
BY_HAND = (HoldReason.FINDING, HoldReason.COMPLAINT, HoldReason.OTHER_DEVICE, HoldReason.OTHER)


class OperatorForm(forms.Form):
    """Which operator delivers. Nothing is suggested: the department chooses."""

    operator = forms.ModelChoiceField(
        label=_("Operator"), queryset=Organisation.objects.none(), empty_label=_("Choose an operator")
    )

    def __init__(self, *args: Any, operators: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if operators is not None:
            self.fields["operator"].queryset = operators  # type: ignore[attr-defined]  # a ModelChoiceField


class HoldForm(forms.Form):
    """Why a support is put on hold by hand."""

    why = forms.ChoiceField(
        label=_("Why on hold"), choices=[(reason.value, reason.label) for reason in BY_HAND]
    )


class ReleaseForm(forms.Form):
    """Whether a household that moved is served where it lives now."""

    to_new_district = forms.BooleanField(
        label=_("Hand over in the district where the household lives now"), required=False
    )


class AmendmentPaperForm(forms.Form):
    """The proposal that asks for an amendment."""

    number = forms.CharField(
        label=_("Number of the proposal"), max_length=60, help_text=_("For example: 20/TTr-STTTT")
    )
    date = DateField(label=_("Date"))
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = timezone.localdate()


class AmendmentForm(AmendmentPaperForm):
    """A new amendment of a list."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AmendmentKind.choices, widget=forms.RadioSelect)
    field_order = ("kind", "number", "date", "reason")


class _Supports(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.household} · {obj.commune.name} · {obj.get_state_display()}"


class ChangeForm(forms.Form):
    """One change of a draft: who goes, who comes, why. Fields follow the amendment's kind."""

    removes = _Supports(
        label=_("Goes"), queryset=Support.objects.none(),
        empty_label=_("Choose the household that goes"),
    )  # fmt: skip
    adds = forms.ChoiceField(label=_("Comes"))
    reason = forms.CharField(label=_("Reason"), max_length=150, help_text=_("Printed in the annex."))
    skip_reason = forms.CharField(
        label=_("Why reserves above are passed over"), max_length=140, required=False,
        help_text=_("Only where somebody else than the next reserve comes."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, amendment: Amendment, found: list[Household] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.free: list[Any] = []
        self.held_back: list[Any] = []
        if amendment.kind == AmendmentKind.SUPPLEMENT:
            del self.fields["removes"]
        else:
            self._offer_removals(amendment)
        if amendment.kind == AmendmentKind.REMOVE:
            del self.fields["adds"], self.fields["skip_reason"]
        else:
            self._offer_reserves(amendment, found or [])

    def _offer_removals(self, amendment: Amendment) -> None:
        states = set(UNDELIVERED)
        if amendment.kind == AmendmentKind.REPLACE:
            states.add(SupportState.UNDELIVERABLE)
        named = amendment.lines.filter(removes__isnull=False).values("removes")
        rows = supports_of(amendment.district_list).filter(state__in=states).exclude(pk__in=named)
        field: Any = self.fields["removes"]
        field.queryset = rows.select_related("household", "commune").order_by(
            "household__head_name_key", "pk"
        )

    def _offer_reserves(self, amendment: Amendment, found: list[Household]) -> None:
        named = set(amendment.lines.filter(adds__isnull=False).values_list("adds", flat=True))
        reserves = reserves_of(amendment.district_list, except_amendment=amendment.pk)
        self.held_back = [row for row in reserves if row.obstacle]
        self.free = [row for row in reserves if not row.obstacle and row.line.household_id not in named]
        offered = [
            (
                str(row.line.household_id),
                _now("Line %(number)s · %(name)s · %(commune)s · priority %(priority)s")
                % {
                    "number": row.line.position,
                    "name": row.line.household,
                    "commune": row.line.commune.name,
                    "priority": row.line.priority,
                },
            )
            for row in self.free
        ]
        others = [
            (
                str(row.pk),
                _("Not on the list · %(name)s · %(commune)s") % {"name": row, "commune": row.commune},
            )
            for row in found
            if row.pk not in named
        ]
        field: Any = self.fields["adds"]
        field.choices = [*others, *offered] or [("", _now("No reserve can come on"))]
