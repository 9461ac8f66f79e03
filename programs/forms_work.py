"""What people fill in about activities, obstacles and periodic reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.scans import ACCEPT
from smartphone_support.web.filters import QuickSelect
from smartphone_support.web.forms import DateField

from .choices import ActivityKind, ReportKind, ReportState
from .models import CommunicationActivity, PeriodicReport, PlanTask, Program
from .reporting import digest_of, thaw
from .rules.stretches import stretch_of, stretch_words
from .workflow.activities import MOST_PEOPLE, ActivityFacts
from .workflow.obstacles import LONGEST
from .workflow.reports import LONGEST as LONGEST_SECTION


def long_text(label: Any, *, rows: int = 5, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST}),
    )  # fmt: skip


def proof_field(help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=gettext_lazy("Photo or scan"), required=False, help_text=help_text,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )  # fmt: skip


class TaskChoice(forms.ModelChoiceField):
    """A task of a plan by its label and the beginning of its text."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label}. {Truncator(obj.content).chars(110)}"


class CommuneChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.parent.name}"


def tasks_in_order(rows: models.QuerySet[PlanTask]) -> models.QuerySet[PlanTask]:
    return rows.select_related("group").order_by("group__program", "group__position", "position")


class OfPlan(forms.Form):
    """A form about the province's plan; it asks which one only where several are in force."""

    program = forms.ModelChoiceField(
        label=gettext_lazy("Plan"), queryset=Program.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, user: Any, program: Program | None = None, **kwargs: Any) -> None:
        """`program`: settled already, and not asked."""
        super().__init__(*args, **kwargs)
        plans = self.offered(user).order_by("-first_year", "code")
        self.plans: list[Program] = [program] if program else list(plans)
        field: Any = self.fields["program"]
        if len(self.plans) == 1:
            del self.fields["program"]
        else:
            field.queryset = plans

    @staticmethod
    def offered(user: Any) -> Any:
        """The plans it can be about: those in force."""
        return Program.objects.visible_to(user).in_force()  # type: ignore[attr-defined]  # its own queryset

    @property
    def chosen_plan(self) -> Program | None:
        """The plan it is about; None where the province has none of those offered."""
        if "program" in self.fields:
            return self.cleaned_data.get("program")
        return self.plans[0] if self.plans else None


class ActivityForm(OfPlan):
    """One activity: what, when, where, for how many, and what shows it."""

    kind = forms.ChoiceField(label=pgettext_lazy("activity", "Kind"), choices=ActivityKind.choices)
    title = forms.CharField(
        label=gettext_lazy("Content"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )  # fmt: skip
    held_on = DateField(label=gettext_lazy("Day"))
    task = TaskChoice(
        label=gettext_lazy("Task of the plan"), queryset=PlanTask.objects.none(), required=False,
        empty_label=gettext_lazy("Of no single task"),
        help_text=gettext_lazy("Tasks your organisation leads or coordinates."),
    )  # fmt: skip
    channel = forms.CharField(
        label=gettext_lazy("Channel"), max_length=200, required=False,
        help_text=gettext_lazy("Programme, newspaper, page or meeting"),
    )  # fmt: skip
    place = forms.CharField(label=pgettext_lazy("activity", "Place"), max_length=200, required=False)
    commune = CommuneChoice(
        label=gettext_lazy("Commune"), queryset=AdministrativeArea.objects.none(), required=False,
        empty_label=gettext_lazy("Not said"), widget=QuickSelect,
    )  # fmt: skip
    people_reached = forms.IntegerField(
        label=gettext_lazy("People reached"), required=False, min_value=0, max_value=MOST_PEOPLE,
        help_text=gettext_lazy("As counted or well estimated; empty if not known."),
    )  # fmt: skip
    link = forms.URLField(
        label=pgettext_lazy("activity", "Web address"), required=False, max_length=500, assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=gettext_lazy("Where it can be read, seen or heard: https://…"),
    )  # fmt: skip
    file = proof_field(
        gettext_lazy("PDF or photo (.jpg, .png) of at most 10 MB; nothing that shows identity numbers.")
    )

    def __init__(
        self, *args: Any, user: Any, activity: CommunicationActivity | None = None, **kwargs: Any
    ) -> None:
        if activity is not None:
            kwargs["initial"] = {
                name: getattr(activity, name)
                for name in ("kind", "title", "held_on", "task", "channel", "place", "commune", "link")
            } | {"people_reached": activity.people_reached}
        super().__init__(*args, user=user, program=activity.program if activity else None, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["held_on"].initial = timezone.localdate()
        own = PlanTask.objects.filter(group__program__in=self.plans).of(user.organisation)  # type: ignore[attr-defined]  # its own queryset
        fields["task"].queryset = tasks_in_order(own)
        place = user.district or user.province
        communes = AdministrativeArea.objects.communes_of(place).as_of(timezone.localdate())
        if activity is not None and activity.commune_id:
            communes = communes | AdministrativeArea.objects.filter(pk=activity.commune_id)
        fields["commune"].queryset = communes.select_related("parent").order_by("parent__code", "code")
        if activity is not None and activity.file_id:
            fields["file"].help_text = _("There is a file already; a new one takes its place.")

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("The day of the activity lies in the future: record it when it was held.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        task, plan = known.get("task"), self.chosen_plan
        if task is not None and plan is not None and task.group.program_id != plan.pk:
            self.add_error("task", _("This task is not one of the plan."))
        return known

    def facts(self) -> ActivityFacts:
        known = self.cleaned_data
        names = ("kind", "title", "held_on", "channel", "place", "commune", "people_reached", "link", "task")
        return ActivityFacts(**{name: known[name] for name in names})


class ObstacleForm(OfPlan):
    """What stands in the way, in detail, and what is proposed."""

    title = forms.CharField(
        label=gettext_lazy("Difficulty"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
        help_text=gettext_lazy("In one sentence. Name no households and no identity numbers."),
    )  # fmt: skip
    task = TaskChoice(
        label=gettext_lazy("Task of the plan"), queryset=PlanTask.objects.none(), required=False,
        empty_label=gettext_lazy("Of no single task"),
    )  # fmt: skip
    detail = long_text(gettext_lazy("In detail"), required=False)
    wish = long_text(gettext_lazy("What is proposed"), rows=3, required=False)
    file = proof_field(gettext_lazy("PDF or photo (.jpg, .png) of at most 10 MB."))

    field_order = ("program", "title", "task", "detail", "wish", "file")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field: Any = self.fields["task"]
        field.queryset = tasks_in_order(PlanTask.objects.filter(group__program__in=self.plans))

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        task, plan = known.get("task"), self.chosen_plan
        if task is not None and plan is not None and task.group.program_id != plan.pk:
            self.add_error("task", _("This task is not one of the plan."))
        return known


class AnswerForm(forms.Form):
    text = long_text(gettext_lazy("Answer"))
    for_committee = forms.BooleanField(
        label=gettext_lazy("Sum up for the provincial People's Committee"), required=False,
        help_text=gettext_lazy("For what the department cannot settle by itself."),
    )  # fmt: skip


class AskAgainForm(forms.Form):
    text = long_text(gettext_lazy("What the answer leaves open"))


class SettleForm(forms.Form):
    text = long_text(
        gettext_lazy("How it was settled"), rows=3, required=False,
        help_text=gettext_lazy("Needed where the department has not answered yet."),
    )  # fmt: skip


#: An ad hoc report: any two days.
OTHER_DAYS = "ad_hoc"


class PrepareForm(OfPlan):
    """The period of a report: a month, quarter or year of the plan, or any two days."""

    period = forms.ChoiceField(label=gettext_lazy("Period"))
    first = DateField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Only for other days.")
    )
    last = DateField(label=gettext_lazy("To"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=300, required=False,
        help_text=gettext_lazy("Empty: made from the period."),
    )  # fmt: skip

    @staticmethod
    def offered(user: Any) -> Any:
        """Closed plans too: the last report of a plan is written when its time is over."""
        return Program.objects.visible_to(user).standing()  # type: ignore[attr-defined]  # its own queryset

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["period"]
        field.choices = _periods(self.plans, timezone.localdate())

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("period") != OTHER_DAYS:
            return known
        for name in ("first", "last"):
            if not known.get(name) and name not in self.errors:
                self.add_error(name, _("Write the day as dd/mm/yyyy."))
        if known.get("first") and known.get("last") and known["last"] < known["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return known

    def stretch(self) -> tuple[ReportKind, date, date]:
        """Kind, first and last day of what was chosen."""
        known = self.cleaned_data
        if known["period"] == OTHER_DAYS:
            return ReportKind.AD_HOC, known["first"], known["last"]
        kind, year, number = known["period"].split(":")
        return (ReportKind(kind), *stretch_of(ReportKind(kind), int(year), int(number)))


_NUMBERS = {ReportKind.MONTHLY: 12, ReportKind.QUARTERLY: 4, ReportKind.YEARLY: 1}


def _periods(plans: list[Program], today: date) -> list[tuple[str, Any]]:
    """Every period of the plans that has begun and has no report yet, the latest first; then other days."""
    if not plans:
        return []
    rows = PeriodicReport.objects.filter(program__in=plans, state__in=[ReportState.DRAFT, ReportState.ISSUED])
    # A period is left out only where no plan lacks its report.
    taken: dict[tuple[str, date], int] = {}
    for kind, first in rows.values_list("kind", "first_day"):
        taken[kind, first] = taken.get((kind, first), 0) + 1
    years = range(max(plan.last_year for plan in plans), min(plan.first_year for plan in plans) - 1, -1)
    groups = []
    still_running = pgettext("period", "still running")
    for kind, numbers in _NUMBERS.items():
        found = []
        for year in years:
            for number in range(numbers, 0, -1):
                first, last = stretch_of(kind, year, number)
                if first <= today and taken.get((kind.value, first), 0) < len(plans):
                    words = stretch_words(kind, first, last)
                    running = f" ({still_running})" if last >= today else ""
                    found.append(
                        (f"{kind.value}:{year}:{number}", f"{words[:1].upper()}{words[1:]}{running}")
                    )
        if found:
            groups.append((str(kind.label), found))
    return [*groups, (str(ReportKind.AD_HOC.label), [(OTHER_DAYS, _("Other days, written below"))])]


class TextsForm(forms.Form):
    """The report's title and what people write in each of its sections."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, report: PeriodicReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = report.title
        self.fields["seen"].initial = digest_of(report)
        self.keys = []
        for section in thaw(report.figures):
            self.keys.append(section.key)
            self.fields[f"text-{section.key}"] = forms.CharField(
                label=section.title, required=False, max_length=LONGEST_SECTION,
                initial=report.texts.get(section.key, ""),
                widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_SECTION, "lang": "vi"}),
            )  # fmt: skip

    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"text-{key}"] for key in self.keys}


class IssueForm(forms.Form):
    """Under which number and date the report goes out."""

    number = forms.CharField(
        label=gettext_lazy("Number and symbol"), max_length=60,
        help_text=gettext_lazy("For example 15/BC-STTTT"),
    )  # fmt: skip
    issued_on = DateField(label=gettext_lazy("Date"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
