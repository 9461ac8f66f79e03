"""What people fill in to make a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.web.forms import DateField

from .choices import TaskEvent, TimingKind, TriggerEffect
from .models import PlanTask, Program
from .plans.sketch import Question
from .rules.timing import Timing
from .workflow.plans import PlanHead

#: Meanings a person can give a printed timing; "not stated" is none.
MEANINGS = [(kind.value, kind.label) for kind in TimingKind if kind != TimingKind.UNSTATED]


class PlanUploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Plan as a Word file (.docx)"),
        allow_empty_file=True,  # an empty file gets the reader's own sentence
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=gettext_lazy(
            "Its annex has to be a table with the columns STT, Nội dung, Chủ trì, Phối hợp, Thời gian."
        ),
    )


class HeadForm(forms.Form):
    """Number, date, title and years. Number and date may stay blank until the plan is signed."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "lang": "vi"})
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("First year"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    last_year = forms.IntegerField(
        label=gettext_lazy("Last year"),
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=60, required=False,
        help_text=gettext_lazy("Like 413/KH-UBND; left blank until the plan is signed."),
    )  # fmt: skip
    issued_on = DateField(label=gettext_lazy("Date"), required=False)

    def head(self) -> PlanHead:
        known = self.cleaned_data
        return PlanHead(**{name: known[name] for name in PlanHead.__dataclass_fields__})


class PlanChoice(forms.ModelChoiceField):
    """A plan by number, years and title."""

    def label_from_instance(self, obj: Program) -> str:
        title = obj.title if len(obj.title) < 90 else f"{obj.title[:88]}…"
        return f"{obj.number} · {obj.years} · {title}" if obj.number else f"{obj.years} · {title}"


class SaveReadingForm(HeadForm):
    like = PlanChoice(
        label=gettext_lazy("Sources of funding and deadlines as in"), queryset=Program.objects.none(),
        required=False, empty_label=gettext_lazy("None: enter them later"),
    )  # fmt: skip

    def __init__(self, *args: Any, plans: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["like"].queryset = plans  # type: ignore[attr-defined]  # a ModelChoiceField


# --- who stands behind a name -----------------------------------------------------------------------


class OrganisationsField(forms.MultipleChoiceField):
    """Organisations of the province; a whole kind at once, or nobody in particular."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, organisations: Sequence[Organisation], *, whole: bool = True, **known: Any) -> None:
        self.kinds = {
            "operators": OrganisationKind.OPERATOR.value, "districts": OrganisationKind.DISTRICT.value,
        }  # fmt: skip
        self.organisations = organisations
        first = [
            ("operators", gettext_lazy("All telecom operators")),
            ("districts", gettext_lazy("All districts")),
            ("nobody", gettext_lazy("No organisation in particular")),
        ]
        choices = [*(first if whole else []), *((str(one.pk), one.name) for one in organisations)]
        super().__init__(choices=choices, **known)

    def chosen(self, values: Iterable[str]) -> list[int]:
        found = set()
        for value in values:
            if value in self.kinds:
                found |= {one.pk for one in self.organisations if one.kind == self.kinds[value]}
            elif value.isdigit():
                found.add(int(value))
        return sorted(found)

    def clean(self, value: Any) -> Any:
        values = super().clean(value)
        if "nobody" in values and len(values) > 1:
            raise ValidationError(_("Choose organisations, or “No organisation in particular”, not both."))
        return values


class QuestionsForm(forms.Form):
    """One question for each unknown name and each unknown timing."""

    def __init__(
        self, *args: Any, names: Sequence[Question], timings: Sequence[Question],
        organisations: Sequence[Organisation], **known: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **known)
        self.names, self.timings = names, timings
        for index, question in enumerate(names):
            self.fields[f"name-{index}"] = OrganisationsField(
                organisations, label=_("Who is “%(name)s”?") % {"name": question.words},
                help_text=_places(question),
            )  # fmt: skip
        for index, question in enumerate(timings):
            self.fields[f"timing-{index}"] = forms.ChoiceField(
                label=_("What does “%(timing)s” mean?") % {"timing": question.words},
                choices=[("", gettext_lazy("Choose a timing")), *MEANINGS], help_text=_places(question),
            )  # fmt: skip
            self.fields[f"day-{index}"] = DateField(
                label=_("By which day (only for “By a fixed day”)"), required=False
            )

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        for index in range(len(self.timings)):
            fixed = known.get(f"timing-{index}") == TimingKind.BY_DATE
            if fixed and known.get(f"day-{index}") is None and f"day-{index}" not in self.errors:
                self.add_error(f"day-{index}", _("Give the day."))
        return known

    def said_names(self) -> dict[str, list[int]]:
        found = {}
        for index, question in enumerate(self.names):
            field: Any = self.fields[f"name-{index}"]
            found[question.key] = field.chosen(self.cleaned_data[f"name-{index}"])
        return found

    def said_timings(self) -> dict[str, Timing]:
        found = {}
        for index, question in enumerate(self.timings):
            kind = TimingKind(self.cleaned_data[f"timing-{index}"])
            day = self.cleaned_data[f"day-{index}"] if kind == TimingKind.BY_DATE else None
            found[question.key] = Timing(kind, day)
        return found


def _places(question: Question) -> str:
    return _("Task %(tasks)s") % {"tasks": ", ".join(question.places)}


class PartyForm(forms.Form):
    """Which organisations stand behind one party of a draft."""

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["organisations"] = OrganisationsField(
            organisations, whole=False, label=_("Organisations"), required=False,
            help_text=_("None ticked: nobody in particular; such a party cannot lead a task."),
        )  # fmt: skip


# --- what a task waits for --------------------------------------------------------------------------


class TaskForm(forms.Form):
    """The meaning of a timing, and for each effect the events that have it."""

    kind = forms.ChoiceField(label=gettext_lazy("When it is due"))
    due_by = DateField(label=gettext_lazy("By which day (only for “By a fixed day”)"), required=False)
    opens = forms.MultipleChoiceField(
        label=gettext_lazy("A due opens when this happens"), choices=TaskEvent, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    fulfils = forms.MultipleChoiceField(
        label=gettext_lazy("The due is done when this happens"), choices=TaskEvent, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    evidences = forms.MultipleChoiceField(
        label=gettext_lazy("This is kept as evidence, and the organisation still reports"), choices=TaskEvent,
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, task: PlanTask, **known: Any) -> None:
        super().__init__(*args, **known)
        meanings = list(MEANINGS)
        if not task.timing_text:
            meanings.insert(0, (TimingKind.UNSTATED.value, TimingKind.UNSTATED.label))
        self.fields["kind"].choices = meanings  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        fixed = known.get("kind") == TimingKind.BY_DATE
        if fixed and known.get("due_by") is None and "due_by" not in self.errors:
            self.add_error("due_by", _("Give the day."))
        both = set(known.get("fulfils", ())) & set(known.get("evidences", ()))
        if both:
            self.add_error("evidences", _("What fulfils the due is evidence already: tick it once."))
        return known

    def timing(self) -> Timing:
        kind = TimingKind(self.cleaned_data["kind"])
        return Timing(kind, self.cleaned_data["due_by"] if kind == TimingKind.BY_DATE else None)

    def events(self) -> list[tuple[str, str]]:
        return [
            (event, effect.value) for effect in TriggerEffect for event in self.cleaned_data[effect.value]
        ]


class InForceForm(forms.Form):
    """Number and date as signed, from when, and which plan it replaces."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=60)
    issued_on = DateField(label=gettext_lazy("Date of signing"))
    in_force_from = DateField(label=gettext_lazy("In force from"))
    closes = PlanChoice(
        label=gettext_lazy("Close this plan with it"), queryset=Program.objects.none(), required=False,
        empty_label=gettext_lazy("None: both stay in force"),
    )  # fmt: skip
