"""The questions a reading left open, as one form: columns, old fonts, order of dates, district.

The same question of several sheets is asked once: columns by their layout, an old font by its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartphone_support.spreadsheets.cellref import split_reference

from ..imports.columns import ALL_COLUMNS
from ..imports.options import NO_OPTIONS, ReadOptions
from ..presenting import numbers_hidden
from ..workflow.layouts import NAME_FIELDS, Answers, twice_chosen

#: Labels of the fields a column may hold, in groups as the person looks for them.
COLUMN_GROUPS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        gettext_lazy("The household"),
        {
            "head_name": gettext_lazy("Name of the head"),
            "member_name": gettext_lazy("Name of the member"),
            "relation": gettext_lazy("Relation to the head"),
            "birth_date": gettext_lazy("Birth date or year"),
            "birth_year_male": gettext_lazy("Birth year (men)"),
            "birth_year_female": gettext_lazy("Birth year (women)"),
            "gender": gettext_lazy("Sex"),
            "national_id": gettext_lazy("Identity number"),
            "ethnicity": gettext_lazy("Ethnicity"),
            "is_ethnic_minority": gettext_lazy("Ethnic minority"),
            "member_count": gettext_lazy("Persons"),
            "phone": gettext_lazy("Phone"),
            "household_code": gettext_lazy("Household code"),
        },
    ),
    (
        gettext_lazy("Where they live"),
        {
            "village": gettext_lazy("Village"),
            "commune": gettext_lazy("Commune"),
            "commune_code": gettext_lazy("Code of the commune"),
            "district": gettext_lazy("District"),
            "district_code": gettext_lazy("Code of the district"),
            "province": gettext_lazy("Province"),
            "address": gettext_lazy("Address (village, commune, district)"),
        },
    ),
    (
        gettext_lazy("Class and review"),
        {
            "poverty_class": gettext_lazy("Class of the household"),
            "class_poor": gettext_lazy("Poor household (mark)"),
            "class_near_poor": gettext_lazy("Near-poor household (mark)"),
            "b1_score": gettext_lazy("Score B1"),
            "b2_score": gettext_lazy("Score B2"),
            "poverty_cause": gettext_lazy("Cause of poverty"),
            "merit": gettext_lazy("Person with merit"),
            "social_policy": gettext_lazy("Social policy"),
            "no_labour_capacity": gettext_lazy("Without labour capacity"),
            "lacks_telecom": gettext_lazy("Lacks telecommunication (indicator 11)"),
            "lacks_means": gettext_lazy("Lacks means of information (indicator 12)"),
            "reviewed_on": gettext_lazy("Day of the review"),
            "has_need": gettext_lazy("Needs a smartphone"),
        },
    ),
    (
        gettext_lazy("Decision and movement"),
        {
            "decision_number": gettext_lazy("Number of the decision"),
            "decision_date": gettext_lazy("Date of the decision"),
            "certificate_number": gettext_lazy("Number of the certificate"),
            "certificate_date": gettext_lazy("Date of the certificate"),
            "movement": gettext_lazy("Movement"),
            "new_head": gettext_lazy("New head"),
            "other_place": gettext_lazy("Moved to or from"),
            "other_name": gettext_lazy("Household it split from or merged with"),
        },
    ),
    (
        gettext_lazy("Not written to the register"),
        {"order": gettext_lazy("Number in the list"), "note": gettext_lazy("Note")},
    ),
)
COLUMN_LABELS = {name: label for _title, labels in COLUMN_GROUPS for name, label in labels.items()}
UNUSED = pgettext_lazy("column", "Not used")
ENCODINGS = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}
REQUIRED = NAME_FIELDS | {"commune", "commune_code", "address", "poverty_class", "class_poor"}


def column_choices() -> list[Any]:
    """Choices of a column, only fields the reader knows."""
    known = {column.name for column in ALL_COLUMNS}
    groups = [
        (title, [(name, _marked(name, label)) for name, label in labels.items() if name in known])
        for title, labels in COLUMN_GROUPS
    ]
    return [("", UNUSED), *((title, choices) for title, choices in groups if choices)]


def _marked(name: str, label: Any) -> str:
    """Fields a list cannot do without have a star, unless a title or section rows say them."""
    return f"{label} *" if name in REQUIRED else str(label)


def shown_sample(text: str) -> str:
    """A cell as an example; of a long number the middle is hidden."""
    return numbers_hidden(text.strip().lstrip("'"))


@dataclass(slots=True)
class Asked:
    """One question of the page: the sheets it is about, its fields' names, what to judge by."""

    kind: str
    sheets: list[str]
    column: str
    params: dict[str, Any]
    prefix: str
    rows: list[dict[str, Any]] = field(default_factory=list)


class LayoutForm(forms.Form):
    """Every question of a batch, each prefilled with what was said before, else with the reader's guess."""

    def __init__(
        self,
        *args: Any,
        questions: Sequence[dict[str, Any]],
        districts: Any,
        said: ReadOptions = NO_OPTIONS,
        **known: Any,
    ) -> None:
        super().__init__(*args, **known)
        self.said = said
        self.asked = _grouped(questions)
        for asked in self.asked:
            getattr(self, f"_add_{asked.kind}")(asked, districts)

    def _add_columns(self, asked: Asked, districts: Any) -> None:
        params = asked.params
        choices = column_choices()
        known = set(COLUMN_LABELS)
        headers = params.get("headers", {})
        samples = params.get("samples", {})
        chosen = self.said.columns.get(params.get("signature", ""), params.get("guess", {}))
        for letter in sorted({*headers, *samples}, key=lambda name: split_reference(name)[1]):
            name = f"{asked.prefix}-{letter}"
            guess = chosen.get(letter, "")
            self.fields[name] = forms.ChoiceField(
                label=_("Column %(letter)s: %(header)s")
                % {"letter": letter, "header": headers.get(letter, "") or _("no header")},
                choices=choices,
                required=False,
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
                initial=guess if guess in known else "",
            )
            asked.rows.append(
                {
                    "letter": letter,
                    "header": headers.get(letter, ""),
                    "samples": [shown_sample(str(text)) for text in samples.get(letter, ())][:5],
                    "name": name,
                }
            )

    def _add_encoding(self, asked: Asked, districts: Any) -> None:
        guess = asked.params.get("guess", "tcvn3")
        self.fields[asked.prefix] = forms.ChoiceField(
            label=_("Letters of an old font (%(font)s)") % {"font": ENCODINGS.get(guess, guess)},
            choices=[
                (guess, _("Yes, the right-hand text is right: read it so")),
                ("unicode", _("No, leave the letters as they stand in the file")),
            ],
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            initial=self.said.encodings.get(asked.sheets[0] if asked.sheets else "", guess),
        )
        asked.rows = [{"before": pair[0], "after": pair[1]} for pair in asked.params.get("samples", ())[:8]]

    def _add_date_order(self, asked: Asked, districts: Any) -> None:
        samples = asked.params.get("samples", ())
        text, dmy, mdy = samples[0] if samples else ("03/04/1960", "1960-04-03", "1960-03-04")
        self.fields[asked.prefix] = forms.ChoiceField(
            label=_("Order of day and month in column %(letter)s") % {"letter": asked.column},
            choices=[
                ("dmy", _("Day first: “%(text)s” is %(day)s") % {"text": text, "day": day_in_words(dmy)}),
                ("mdy", _("Month first: “%(text)s” is %(day)s") % {"text": text, "day": day_in_words(mdy)}),
            ],
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            initial=self.said.date_orders.get(
                f"{asked.sheets[0] if asked.sheets else ''}!{asked.column}", asked.params.get("guess", "dmy")
            ),
        )
        asked.rows = [
            {"text": text, "dmy": day_in_words(first), "mdy": day_in_words(second)}
            for text, first, second in samples[:5]
        ]

    def _add_district(self, asked: Asked, districts: Any) -> None:
        self.fields[asked.prefix] = forms.ChoiceField(
            label=_("District of the list"),
            choices=[("", _("Choose a district")), *((area.code, area.name) for area in districts)],
            widget=forms.Select(attrs={"class": "form-select"}),
            initial=self.said.district_code or asked.params.get("guess", ""),
        )

    def blocks(self) -> list[dict[str, Any]]:
        """The questions with their bound fields, as the page shows them."""
        return [
            {
                "asked": asked,
                "field": self[asked.prefix] if asked.prefix in self.fields else None,
                "rows": [{**row, "field": self[row["name"]]} if "name" in row else row for row in asked.rows],
            }
            for asked in self.asked
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for asked in self.asked:
            if asked.kind == "columns":
                self._check_columns(asked, data)
        return data

    def _check_columns(self, asked: Asked, data: dict[str, Any]) -> None:
        chosen = self._chosen(asked, data)
        for name, letters in twice_chosen(chosen).items():
            for letter in letters[1:]:
                self.add_error(
                    f"{asked.prefix}-{letter}",
                    _("“%(field)s” is chosen for column %(first)s already: each field stands in one column.")
                    % {"field": COLUMN_LABELS[name], "first": letters[0]},
                )
        if not NAME_FIELDS & set(chosen.values()) and asked.rows:
            self.add_error(
                asked.rows[0]["name"], _("Say which column holds the name of the head of household.")
            )

    def _chosen(self, asked: Asked, data: dict[str, Any]) -> dict[str, str]:
        return {row["letter"]: data[row["name"]] for row in asked.rows if data.get(row["name"])}

    def answers(self) -> Answers:
        """What was answered; call it on a valid form."""
        data = self.cleaned_data
        columns: dict[str, dict[str, str]] = {}
        encodings: dict[str, str] = {}
        orders: dict[str, str] = {}
        district = ""
        for asked in self.asked:
            if asked.kind == "columns":
                columns[asked.params["signature"]] = self._chosen(asked, data)
            elif asked.kind == "encoding":
                encodings |= dict.fromkeys(asked.sheets, data[asked.prefix])
            elif asked.kind == "date_order":
                orders |= {f"{sheet}!{asked.column}": data[asked.prefix] for sheet in asked.sheets}
            else:
                district = data[asked.prefix]
        return Answers(columns, encodings, orders, district)


def _grouped(questions: Sequence[dict[str, Any]]) -> list[Asked]:
    """Questions in the order they are best answered; the same one of several sheets once."""
    found: dict[tuple[str, str], Asked] = {}
    order = {"encoding": 0, "columns": 1, "district": 2, "date_order": 3}
    for question in sorted((q for q in questions if q["kind"] in order), key=lambda q: order[q["kind"]]):
        kind, sheet, column, params = (question[name] for name in ("kind", "sheet", "column", "params"))
        key = {
            "columns": str(params.get("signature")),
            "encoding": str(params.get("guess")),
            "date_order": f"{sheet}!{column}",
            "district": "",
        }[kind]
        asked = found.setdefault((kind, key), Asked(kind, [], column, params, f"q{len(found)}"))
        if sheet and sheet not in asked.sheets:
            asked.sheets.append(sheet)
    return list(found.values())


def day_in_words(text: str) -> str:
    """ "1960-04-03" as people say it, so that day and month cannot be taken for each other."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return _("day %(day)s, month %(month)s, year %(year)s") % {
        "day": day.day, "month": day.month, "year": str(day.year),
    }  # fmt: skip
