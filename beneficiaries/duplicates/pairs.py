"""Pairs of households that may be one, as people see them: the queue's table and filters, the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.filters import BaseFilterSet
from smartphone_support.web.tables import DASH, BaseTable, StateColumn, TitleColumn
from smartphone_support.web.templatetags.web import masked_id

from ..choices import DuplicateState
from ..imports.naming import latest_list
from ..models import DuplicateCandidate, Household
from ..presenting import FIELD_LABELS, Wording
from ..workflow.merging import heads_are_one, values_of
from .merging import CHOICES, OF_THE_HEAD, differing, proposal
from .scoring import AGAINST, Reason

LIKELY, SURE = 80, 90
CHOICE_LABELS = {
    **{name: FIELD_LABELS[name] for name in CHOICES if name in FIELD_LABELS},
    "birth": gettext_lazy("Birth date"),
    "place": gettext_lazy("Village, commune"),
}
RELATED = (
    "first__commune", "first__district", "second__commune", "second__district", "province", "decided_by",
)  # fmt: skip


def words_of(reasons: list[str]) -> list[tuple[str, bool]]:
    """A pair's reasons in words; whether each speaks for it."""
    known = [Reason(code) for code in reasons if code in Reason.values]
    return [(str(reason.label), reason not in AGAINST) for reason in known]


# --- the queue ------------------------------------------------------------------------------------


class PairTable(BaseTable):
    """One line a pair, the likeliest first."""

    households = TitleColumn(
        accessor="pk",
        verbose_name=gettext_lazy("Households"),
        orderable=False,
        linkify=("beneficiaries:duplicate_detail", [tables.A("pk")]),
    )
    score = tables.Column(
        verbose_name=gettext_lazy("Likeness"),
        order_by=("score", "-pk"),
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )
    reasons = tables.Column(verbose_name=gettext_lazy("Why"), orderable=False)
    place = tables.Column(verbose_name=gettext_lazy("Commune"), empty_values=(), orderable=False)
    state = StateColumn(verbose_name=gettext_lazy("State"), orderable=False)

    class Meta(BaseTable.Meta):
        model = DuplicateCandidate
        fields = ("households", "score", "reasons", "place", "state")

    def render_households(self, record: DuplicateCandidate) -> Any:
        line = '<span class="text-nowrap">{}</span>'
        return format_html(f"{line}<br>{line}", _named(record.first), _named(record.second))

    def render_score(self, value: int) -> str:
        return f"{value} %"

    def render_reasons(self, value: list[str]) -> str:
        return "; ".join(words for words, _speaks_for in words_of(value)[:4]) or DASH

    def render_place(self, record: DuplicateCandidate) -> Any:
        places = dict.fromkeys((_commune(record.first), _commune(record.second)))
        return format_html("<div>{}</div>", format_html("<br>".join("{}" for _place in places), *places))


def _named(household: Household) -> str:
    year = household.birth_year
    return f"{household.head_name} ({year})" if year else household.head_name


def _commune(household: Household) -> str:
    commune = household.commune.name if household.commune else DASH
    return f"{commune}, {household.district.name}"


class PairFilter(BaseFilterSet):
    """State, likeness, a reason, where one of the two lives."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=DuplicateState.choices, empty_label=gettext_lazy("All")
    )
    score = django_filters.ChoiceFilter(
        label=gettext_lazy("Likeness"),
        choices=[
            (str(SURE), gettext_lazy("90 % and more")),
            (str(LIKELY), gettext_lazy("80 % and more")),
            ("below", gettext_lazy("below 80 %")),
        ],
        method="of_score",
        empty_label=gettext_lazy("All"),
    )
    reason = django_filters.ChoiceFilter(
        label=gettext_lazy("Why"), choices=Reason.choices, method="of_reason", empty_label=gettext_lazy("All")
    )
    district = django_filters.ModelChoiceFilter(
        label=gettext_lazy("District"), queryset=AdministrativeArea.objects.none(), method="of_district"
    )
    commune = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Commune"), queryset=AdministrativeArea.objects.none(), method="of_commune"
    )

    class Meta:
        model = DuplicateCandidate
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.province is None:
            return
        districts = AdministrativeArea.objects.districts_of(user.province)
        self.form.fields["district"].queryset = districts
        chosen = str(self.data.get("district", ""))
        area = districts.filter(pk=chosen).first() if chosen.isdecimal() else None
        commune = self.form.fields["commune"]
        commune.queryset = (
            AdministrativeArea.objects.communes_of(area or user.province)
            .select_related("parent")
            .order_by("parent__code", "code")
        )
        commune.label_from_instance = lambda c: c.name if area else f"{c.name}, {c.parent.name}"

    def of_score(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(score__lt=LIKELY) if value == "below" else rows.filter(score__gte=int(value))

    def of_reason(self, rows: Any, name: str, value: str) -> Any:
        # SQLite cannot look into a list of JSON; its text it can.
        return rows.annotate(codes=Cast("reasons", TextField())).filter(codes__contains=f'"{value}"')

    def of_district(self, rows: Any, name: str, value: AdministrativeArea) -> Any:
        return rows.filter(Q(first__district=value) | Q(second__district=value))

    def of_commune(self, rows: Any, name: str, value: AdministrativeArea) -> Any:
        return rows.filter(Q(first__commune=value) | Q(second__commune=value))


# --- the comparison -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One fact of both households. ``mark``: "differs", "blank" where only one says it, or ""."""

    label: Any
    first: Any
    second: Any
    mark: str = ""


def fact_words(household: Household, choice: str, wording: Wording) -> str:
    """One choice of a merge (``merging.CHOICES``) as people write it."""
    if choice == "birth":
        if household.birth_date:
            return wording.value("birth_date", household.birth_date)
        return wording.value("birth_year", household.birth_year)
    if choice == "place":
        commune = household.commune.name if household.commune else ""
        return ", ".join(filter(None, (household.village, commune, household.district.name)))
    return wording.value(choice, getattr(household, choice))


def compared_facts(first: Household, second: Household) -> list[Line]:
    """Every fact at least one of the two states. A hidden difference of numbers is marked all the same."""
    wording = Wording()
    lines = []
    for choice, fields in CHOICES.items():
        ours, theirs = ([getattr(h, name) for name in fields] for h in (first, second))
        known = [any(value not in ("", None) for value in values) for values in (ours, theirs)]
        if not any(known):
            continue
        mark = "" if ours == theirs else "differs" if all(known) else "blank"
        label = CHOICE_LABELS.get(choice, choice)
        lines.append(
            Line(label, fact_words(first, choice, wording), fact_words(second, choice, wording), mark)
        )
    return lines


def people_of(household: Household) -> list[str]:
    """Members in a few words each: "Hồ Thị Lan, Vợ, 1964, 046******789"."""
    words = []
    for member in household.members.order_by("position"):
        born = Wording().value("birth_date", member.birth_date) if member.birth_date else member.birth_year
        parts = (member.name, member.relation, str(born or ""), masked_id(member.national_id))
        words.append(", ".join(part for part in parts if part))
    return words


# --- choosing what is kept ------------------------------------------------------------------------

KEPT, ABSORBED = "kept", "absorbed"


class NoteForm(forms.Form):
    """A remark that stays with the decision."""

    note = forms.CharField(
        label=gettext_lazy("Note (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )


class MergeForm(NoteForm):
    """For every fact in which the two differ: whose value stands afterwards."""

    def __init__(self, *args: Any, kept: Household, absorbed: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours, theirs = values_of(kept), values_of(absorbed)
        newer = _listed_on(absorbed) > _listed_on(kept)
        wording, one_head = Wording(), heads_are_one(kept, absorbed)
        note = self.fields.pop("note")
        self.choices = [choice for choice in differing(ours, theirs) if one_head or choice not in OF_THE_HEAD]
        for choice in self.choices:
            options = [
                (KEPT, fact_words(kept, choice, wording)),
                (ABSORBED, fact_words(absorbed, choice, wording)),
            ]
            self.fields[choice] = forms.ChoiceField(
                label=str(CHOICE_LABELS.get(choice, choice)),
                choices=options,
                initial=proposal(choice, ours, theirs, absorbed_is_newer=newer),
                widget=forms.RadioSelect,
            )
        self.fields["note"] = note

    @property
    def from_absorbed(self) -> list[str]:
        """The choices whose value comes from the household that is taken up."""
        return [choice for choice in self.choices if self.cleaned_data[choice] == ABSORBED]


def _listed_on(household: Household) -> tuple[Any, ...]:
    source = latest_list(household)
    return (source.effective_on.toordinal(), source.pk) if source else (0, 0)
