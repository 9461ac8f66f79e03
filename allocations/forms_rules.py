"""What people fill in about rules, levels of support and communes named in decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.choices import PovertyClass
from programs.models import FundingSource, Program
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.forms import DateField

from .choices import ConditionKind, RankKind, SupportForm
from .models import EligibilityRuleSet, PriorityRank, RuleCondition
from .rules.wording import POLICIES
from .workflow.rules import OLDEST_AGE

_CITATION_HELP = gettext_lazy("Document, number and article as in the text; never from memory.")


class SourceChoice(forms.ModelChoiceField):
    """A source of the plan, by its name in the plan."""

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **{"empty_label": gettext_lazy("Choose a source")} | known)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_kind_display()} · {obj.name}" if obj.name != obj.get_kind_display() else obj.name


def sources_of(user: Any) -> Any:
    programs = Program.objects.visible_to(user).standing()
    return FundingSource.objects.filter(program__in=programs).select_related("program").order_by("pk")


class RuleHeadForm(forms.Form):
    """Name and legal basis of a rule."""

    name = forms.CharField(label=gettext_lazy("Name of the rule"), max_length=200)
    citation = forms.CharField(
        label=gettext_lazy("Legal basis"), max_length=300, required=False, help_text=_CITATION_HELP
    )


class RuleChoice(forms.ModelChoiceField):
    """A rule to copy, with its source, version and state."""

    def label_from_instance(self, obj: Any) -> str:
        words = {
            "name": obj.name or obj.get_funding_kind_display(),
            "version": obj.version,
            "state": obj.get_state_display(),
        }
        return _("%(name)s, version %(version)s (%(state)s)") % words


class RuleForm(RuleHeadForm):
    """A new draft: for which source, empty or copied."""

    source = SourceChoice(label=gettext_lazy("Source"), queryset=FundingSource.objects.none())
    copy_of = RuleChoice(
        label=gettext_lazy("Begin with the conditions and ranks of"),
        queryset=EligibilityRuleSet.objects.none(),
        required=False,
        empty_label=gettext_lazy("None: begin empty"),
    )
    field_order = ("source", "name", "citation", "copy_of")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources_of(user)  # type: ignore[attr-defined]  # a ModelChoiceField
        rules = EligibilityRuleSet.objects.visible_to(user).order_by("funding_kind", "-version")
        self.fields["copy_of"].queryset = rules  # type: ignore[attr-defined]  # a ModelChoiceField


class _ValidityForm(forms.Form):
    valid_from = DateField(label=gettext_lazy("In force from"), required=False)
    valid_to = DateField(
        label=gettext_lazy("In force until"),
        required=False,
        help_text=gettext_lazy("The last day; leave it empty while no end is known."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return data


class ConditionForm(_ValidityForm):
    """One condition: only the fields its kind needs, then sentence, citation and dates."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        kinds = (ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY)
        if kind in kinds:
            self._ask("classes", gettext_lazy("Classes admitted"), PovertyClass.choices)
        if kind == ConditionKind.CLASS_OR_POLICY:
            self._ask(
                "policies",
                gettext_lazy("Policy status admitted"),
                [(name, capfirst(str(words))) for name, words in POLICIES.items()],
            )
        if kind == ConditionKind.NO_EARLIER_DEVICE:
            self._ask("devices", gettext_lazy("Devices that exclude"), EarlierKind.choices)
        if kind == ConditionKind.MEMBER_AGED:
            for name, label in (
                ("age_from", gettext_lazy("From the age of")),
                ("age_to", gettext_lazy("Up to the age of")),
            ):
                self.fields[name] = forms.IntegerField(
                    label=label, min_value=0, max_value=OLDEST_AGE, required=False
                )
        self.fields["sentence"] = forms.CharField(
            label=gettext_lazy("The condition in plain words"),
            max_length=300,
            required=False,
            help_text=gettext_lazy("As households read it; leave it empty for the usual sentence."),
        )
        self.fields["citation"] = forms.CharField(
            label=gettext_lazy("Legal basis"), max_length=300, help_text=_CITATION_HELP
        )
        order = ("classes", "policies", "devices", "age_from", "age_to", "sentence", "citation")
        self.order_fields([*order, "valid_from", "valid_to"])

    def _ask(self, name: str, label: Any, choices: Any) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple
        )

    @property
    def params(self) -> dict[str, Any]:
        names = ("classes", "policies", "devices", "age_from", "age_to")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @staticmethod
    def initial_of(condition: RuleCondition) -> dict[str, Any]:
        return {
            **condition.params,
            "sentence": condition.sentence,
            "citation": condition.citation,
            "valid_from": condition.valid_from,
            "valid_to": condition.valid_to,
        }


class RankForm(forms.Form):
    """One rank: its tests, sentence and citation."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("The household is all of these"),
        choices=RankKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    sentence = forms.CharField(
        label=gettext_lazy("The rank in plain words"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("As households read it; leave it empty for the usual sentence."),
    )
    citation = forms.CharField(label=gettext_lazy("Legal basis"), max_length=300, help_text=_CITATION_HELP)

    @staticmethod
    def initial_of(rank: PriorityRank) -> dict[str, Any]:
        return {"kinds": rank.kinds, "sentence": rank.sentence, "citation": rank.citation}


class PreviewForm(forms.Form):
    """The day the register is looked at."""

    day = DateField(label=gettext_lazy("As of"))

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("The day lies in the future: the register does not know it yet."))
        return day


class InForceForm(forms.Form):
    """From which day a rule is in force."""

    valid_from = DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("The present rule of the source, if there is one, ends the day before."),
    )


class LevelForm(_ValidityForm):
    """How much a form of support is worth."""

    source = SourceChoice(label=gettext_lazy("Source"), queryset=FundingSource.objects.none())
    form = forms.ChoiceField(label=gettext_lazy("Form of support"), choices=SupportForm.choices)
    amount = forms.IntegerField(label=gettext_lazy("Amount, VND a household"), min_value=1, max_value=10**12)
    citation = forms.CharField(label=gettext_lazy("Legal basis"), max_length=300, help_text=_CITATION_HELP)
    field_order = ("source", "form", "amount", "citation", "valid_from", "valid_to")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources_of(user)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["form"].initial = SupportForm.CASH
        self.fields["valid_from"].required = True


class LastDayForm(forms.Form):
    """The last day of a level or a designation."""

    valid_to = DateField(label=gettext_lazy("Last day in force"))


class DesignationForm(_ValidityForm):
    """The communes a decision names."""

    communes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Communes"),
        queryset=AdministrativeArea.objects.none(),
        error_messages={"required": gettext_lazy("Choose at least one commune.")},
    )
    citation = forms.CharField(
        label=gettext_lazy("Decision that names them"),
        max_length=300,
        help_text=gettext_lazy("Number, date and issuer, as in the text."),
    )
    field_order = ("citation", "valid_from", "valid_to", "communes")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = AdministrativeArea.objects.communes_of(user.province).as_of(timezone.localdate())
        field: Any = self.fields["communes"]
        field.queryset = communes.select_related("parent").order_by("parent__code", "code")
        self.fields["valid_from"].required = True

    @property
    def groups(self) -> list[tuple[AdministrativeArea, list[tuple[AdministrativeArea, bool]], int]]:
        """District → its communes with whether they are ticked, and how many are."""
        ticked = {str(value) for value in self["communes"].value() or ()}
        found: dict[AdministrativeArea, list[tuple[AdministrativeArea, bool]]] = {}
        for commune in self.fields["communes"].queryset:  # type: ignore[attr-defined]  # a ModelChoiceField
            found.setdefault(commune.parent, []).append((commune, str(commune.pk) in ticked))
        return [(district, rows, sum(on for _c, on in rows)) for district, rows in found.items()]
