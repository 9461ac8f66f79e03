"""What people fill in about rounds, teams, units, minutes and checklists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation, User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT
from smartphone_support.web.forms import DateField

from ..choices import ChecklistPart, ChecklistState, FindingKind, RoundKind, Severity, TeamRole
from ..models import Checklist, InspectionRound
from ..workflow.rounds import LONGEST_TEXT
from ..workflow.teams import candidates
from ..workflow.units import REPORT_ACCEPT


def long_text(label: Any, *, rows: int = 4, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_TEXT})
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=required, widget=widget, help_text=help_text
    )


class VersionChoice(forms.ModelChoiceField):
    """A version of a part: its number, state and day."""

    def label_from_instance(self, obj: Any) -> str:
        words = _("Version %(version)s") % {"version": obj.version}
        return f"{words} · {obj.get_state_display()}"


class RoundForm(forms.Form):
    """The terms of a round, until its decision."""

    name = forms.CharField(
        label=gettext_lazy("Name of the round"),
        max_length=160,
        help_text=gettext_lazy("For example: Kiểm tra việc hỗ trợ điện thoại thông minh năm 2024"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=RoundKind.choices, widget=forms.RadioSelect, initial="annual"
    )
    reason = long_text(
        gettext_lazy("Why this round"), rows=2, help_text=gettext_lazy("Needed for an ad hoc inspection.")
    )
    scope_text = long_text(
        gettext_lazy("Contents of the inspection"),
        rows=3,
        help_text=gettext_lazy("Empty: objectives and tasks, policies, steps and dossiers, results."),
    )
    period_from = DateField(label=gettext_lazy("Period inspected, from"))
    period_to = DateField(label=gettext_lazy("Period inspected, to"))
    fieldwork_from = DateField(label=gettext_lazy("Fieldwork from"))
    fieldwork_to = DateField(label=gettext_lazy("Fieldwork to"))
    as_of = DateField(
        label=gettext_lazy("Sample as of"),
        help_text=gettext_lazy("Households are drawn among those handed over by this day."),
    )
    checklist_a = VersionChoice(label=ChecklistPart.OFFICE.label, queryset=Checklist.objects.none())
    checklist_b = VersionChoice(label=ChecklistPart.OPERATOR.label, queryset=Checklist.objects.none())
    checklist_c = VersionChoice(label=ChecklistPart.HOUSEHOLD.label, queryset=Checklist.objects.none())
    outline = long_text(
        gettext_lazy("Outline of the units' report"),
        rows=8,
        help_text=gettext_lazy("Sent with the notice. Empty: the usual outline."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = Checklist.objects.visible_to(user).exclude(state=ChecklistState.DRAFT)
        for part in ChecklistPart:
            field: Any = self.fields[f"checklist_{part.value.lower()}"]
            field.queryset = usable.filter(part=part).order_by("-version")
            field.empty_label = None
            field.required = False
            field.initial = field.queryset.filter(state=ChecklistState.IN_FORCE).first()

    @staticmethod
    def initial_of(round_: InspectionRound) -> dict[str, Any]:
        names = (
            "name", "kind", "reason", "scope_text", "period_from", "period_to", "fieldwork_from",
            "fieldwork_to", "as_of", "checklist_a", "checklist_b", "checklist_c", "outline",
        )  # fmt: skip
        return {name: getattr(round_, name) for name in names}


class AnnounceForm(forms.Form):
    """The decision that sets up the team."""

    decision_number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=60,
        help_text=gettext_lazy("For example: 45/QĐ-STTTT"),
    )
    decision_date = DateField(label=gettext_lazy("Date of the decision"))
    issuer = forms.CharField(label=gettext_lazy("Issued by"), max_length=200)


class FieldworkDaysForm(forms.Form):
    fieldwork_from = DateField(label=gettext_lazy("Fieldwork from"))
    fieldwork_to = DateField(label=gettext_lazy("Fieldwork to"))


class ConclusionForm(forms.Form):
    conclusion_number = forms.CharField(
        label=gettext_lazy("Number of the conclusion notice"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: 12/TB-STTTT; empty where it has none yet."),
    )
    conclusion_date = DateField(label=gettext_lazy("Date of the conclusion"))
    conclusion = long_text(gettext_lazy("Conclusion"), rows=12, required=True)


class ClosingForm(forms.Form):
    closing_report = long_text(gettext_lazy("Report of the inspection"), rows=12, required=True)


class MemberForm(forms.Form):
    """Somebody for the team: an account, or a name."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Account"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("No account: name the person below"),
        help_text=gettext_lazy("Who goes out with a phone needs an account."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    position = forms.CharField(
        label=gettext_lazy("Position and organisation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: as on the account."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=TeamRole.choices, initial="member", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, round_: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = round_.team.filter(left_at=None, user__isnull=False).values("user")
        users: Any = self.fields["user"]
        users.queryset = candidates(round_).exclude(pk__in=own)
        users.label_from_instance = lambda user: ", ".join(
            str(part) for part in (user.full_name, user.position, user.organisation) if part
        )
        if not round_.team.filter(role=TeamRole.HEAD, left_at=None).exists():
            self.fields["role"].initial = TeamRole.HEAD


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=TeamRole.choices, widget=forms.RadioSelect)


class UnitsForm(forms.Form):
    """Units to tick: districts and operators of the province, communes under their district."""

    districts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Districts"),
        queryset=AdministrativeArea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    communes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Communes"),
        queryset=AdministrativeArea.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    operators = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Telecom operators"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, round_: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = AdministrativeArea.objects.as_of(round_.period_to)
        areas = areas.exclude(pk__in=round_.units.filter(area__isnull=False).values("area"))
        province, fields = round_.program.province, {name: self.fields[name] for name in self.fields}
        communes: Any = fields["communes"]
        if round_.district is not None:
            del self.fields["districts"]
            communes.queryset = areas.communes_of(round_.district).order_by("code")
        else:
            districts: Any = fields["districts"]
            districts.queryset = areas.districts_of(province)
            communes.queryset = areas.communes_of(province).order_by("code")
        communes.queryset = communes.queryset.select_related("parent")
        used = round_.units.filter(organisation__isnull=False).values("organisation")
        operators: Any = fields["operators"]
        operators.queryset = Organisation.objects.filter(
            kind=OrganisationKind.OPERATOR, is_active=True, province=province
        ).exclude(pk__in=used)

    def communes_by_district(self) -> list[tuple[AdministrativeArea, list[tuple[AdministrativeArea, bool]]]]:
        """District → its communes with whether they are ticked."""
        ticked = set(self.data.getlist("communes")) if self.is_bound else set()  # type: ignore[attr-defined]  # a QueryDict
        communes: Any = self.fields["communes"]
        found: dict[Any, list[tuple[AdministrativeArea, bool]]] = {}
        for commune in communes.queryset:
            found.setdefault(commune.parent, []).append((commune, str(commune.pk) in ticked))
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if not any(known.get(name) for name in ("districts", "communes", "operators")) and not self.errors:
            raise ValidationError(_("Choose at least one unit that is not in the round yet."))
        return known


class NoticeForm(forms.Form):
    notice_number = forms.CharField(
        label=gettext_lazy("Number of the notice"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: 31/TB-STTTT"),
    )
    notice_date = DateField(label=gettext_lazy("Date of the notice"))
    visit_on = DateField(label=gettext_lazy("Day of the visit"), required=False)


class ReportForm(forms.Form):
    report = forms.FileField(
        label=gettext_lazy("The unit's report"),
        widget=forms.ClearableFileInput(attrs={"accept": REPORT_ACCEPT}),
        help_text=gettext_lazy("PDF, Word or Excel, or a photo; at most 10 MB."),
    )
    received_on = DateField(label=gettext_lazy("Received on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate()


class HourField(forms.TimeField):
    """An hour typed as 8:30, 08:30 or 8h30, in every language."""

    def __init__(self, **known: Any) -> None:
        attrs = {"placeholder": "08:30", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widget=forms.TimeInput(attrs=attrs, format="%H:%M"),
            input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
            error_messages={"invalid": gettext_lazy("Write the hour as 08:30.")},
            required=False,
            **known,
        )


class MinutesForm(forms.Form):
    """The blocks of the minutes of a unit."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: 03/BB-ĐKT"),
    )
    date = DateField(label=gettext_lazy("Date"))
    began_at = HourField(label=gettext_lazy("Began at"))
    ended_at = HourField(label=gettext_lazy("Ended at"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    unit_people = long_text(
        gettext_lazy("For the inspected unit"),
        rows=3,
        required=True,
        help_text=gettext_lazy("Name and position, one a line."),
    )
    contents = long_text(gettext_lazy("Contents examined"), required=True)
    strengths = long_text(gettext_lazy("What was done well"), rows=5)
    shortcomings = long_text(gettext_lazy("Shortcomings"), rows=5)
    opinion = long_text(gettext_lazy("Opinion of the unit"), rows=3)
    recommendations = long_text(gettext_lazy("Recommendations and deadlines"), rows=4)
    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=2, max_value=20, initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = timezone.localdate()


class SignedCopyForm(forms.Form):
    scan = forms.FileField(
        label=gettext_lazy("Copy signed by both sides"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PDF or photo, at most 10 MB."),
    )


class QuestionForm(forms.Form):
    """One question of a draft."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=6, help_text=gettext_lazy("For example: C14")
    )
    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
        help_text=gettext_lazy("Worded so that “Pass” is what should be: “Hộ đã nhận thiết bị”."),
    )
    help = forms.CharField(
        label=gettext_lazy("How to check"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )
    finding = forms.ChoiceField(
        label=gettext_lazy("A fail opens"),
        choices=[("", gettext_lazy("Nothing by itself")), *FindingKind.choices],
        required=False,
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity of the finding"),
        choices=[("", "–"), *Severity.choices],
        required=False,
    )
    asks_imei = forms.BooleanField(
        label=gettext_lazy("Asks for the IMEI on the device"),
        required=False,
        help_text=gettext_lazy("The number is compared with the hand-over record."),
    )
