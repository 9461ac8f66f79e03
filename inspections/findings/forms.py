"""What people fill in for findings and how they were remedied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocations.models import Support
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT
from smartphone_support.web.filters import QuickSelect
from smartphone_support.web.forms import DateField

from ..choices import FindingKind, Severity
from ..models import Finding, InspectedUnit, InspectionRound, SampledHousehold
from ..workflow.remedies import LONGEST_TEXT

#: Who may have to mend something: those that deliver, and the committees and departments of the province.
_MENDERS = (
    OrganisationKind.DISTRICT,
    OrganisationKind.OPERATOR,
    OrganisationKind.PROGRAM_LEAD,
    OrganisationKind.REGISTER_OWNER,
)


def words_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_TEXT}),
    )


def evidence_field() -> forms.FileField:
    return forms.FileField(
        label=_("Evidence"),
        required=False,
        help_text=_("A PDF or photo (.jpg, .png) of at most 10 MB, for example a record signed again."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )


def organisations_of(
    user: Any, *, support: Support | None = None, district: AdministrativeArea | None = None
) -> Any:
    """Organisations this person may name: a district its own committee and operators; of a household only
    its operator, of a district only its committee."""
    rows = Organisation.objects.filter(kind__in=_MENDERS, is_active=True)
    rows = rows.filter(Q(province=user.province) | Q(province=None, kind=OrganisationKind.OPERATOR))
    is_operator, is_district = Q(kind=OrganisationKind.OPERATOR), Q(kind=OrganisationKind.DISTRICT)
    if support is not None:
        rows = rows.filter(~is_operator | Q(pk=support.operator_id))
    if user.district is not None:
        rows = rows.filter(is_operator | Q(is_district, area=user.district))
    elif district is not None:
        rows = rows.filter(~is_district | Q(area=district))
    return rows.order_by("kind", "name")


class _Households(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.household} · {obj.commune.name} · {obj.district.name}"


class FindingForm(forms.Form):
    """A finding written down by hand: what, about whom, who mends it by when."""

    support = _Households(
        label=_("Household of the sample"), queryset=Support.objects.none(), required=False,
        empty_label=_("No single household"), widget=QuickSelect,
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label=_("Inspected unit"), queryset=InspectedUnit.objects.none(), required=False,
        empty_label=_("No single unit"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Finding"), choices=[("", _("Choose what was found")), *FindingKind.choices]
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, widget=forms.RadioSelect)
    description = words_field(
        _("Description"),
        help_text=_("What was seen, where and when. Who has to mend it reads this."),
    )
    cause = words_field(_("Cause"), required=False)
    responsible = forms.ModelChoiceField(
        label=_("Who has to mend it"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("As the rules propose: the operator or the district"),
    )  # fmt: skip
    due = DateField(
        label=_("To be remedied by"), required=False,
        help_text=_("Empty: in as many working days as its severity gives."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        user: Any,
        round_: InspectionRound | None = None,
        subject: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`subject`: what is settled already (support, unit, check) and is not asked."""
        super().__init__(*args, **kwargs)
        known = subject or {}
        fields: dict[str, Any] = self.fields
        if round_ is None or known:
            del fields["support"], fields["unit"]
        else:
            sample = SampledHousehold.objects.visible_to(user).filter(round=round_).values("support")
            rows = Support.objects.filter(pk__in=sample).select_related("household", "commune", "district")
            fields["support"].queryset = rows.order_by("district__code", "commune__code", "pk")
            units = InspectedUnit.objects.visible_to(user).filter(round=round_)
            fields["unit"].queryset = units.select_related("area", "organisation")
        fields["responsible"].queryset = organisations_of(user, support=known.get("support"))

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("support") and known.get("unit"):
            self.add_error("unit", _("Choose a household or a unit, not both."))
        return known


class ChangeFindingForm(forms.Form):
    """Another severity, another organisation, the cause."""

    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, widget=forms.RadioSelect)
    responsible = forms.ModelChoiceField(
        label=_("Who has to mend it"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("Nobody yet"),
    )  # fmt: skip
    cause = words_field(_("Cause"), required=False)

    def offer(self, finding: Finding, user: Any) -> None:
        """The organisations of this finding; the one it has stays on offer."""
        rows = organisations_of(user, support=finding.support, district=finding.district)
        field: Any = self.fields["responsible"]
        own = Q(findings=finding)
        field.queryset = Organisation.objects.filter(Q(pk__in=rows) | own).distinct().order_by("kind", "name")


class ExtendForm(forms.Form):
    """The new day."""

    due = DateField(label=_("To be remedied by"))


class RemedyForm(forms.Form):
    """What was done, with its evidence."""

    text = words_field(_("What was done"))
    evidence = evidence_field()


class VerifyForm(forms.Form):
    """Whether it is remedied."""

    accepted = forms.TypedChoiceField(
        label=_("Is it remedied?"),
        choices=(("yes", _("Yes: close the finding")), ("no", _("No: it stays open"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        help_text=_("Needed where it is not remedied: what is still missing."),
    )
