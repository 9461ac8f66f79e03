"""What a batch's rows say, in words people read: field names, old and new values, reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.tables import DASH
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from .choices import Doubt, Gender, PovertyClass, RowDecision
from .imports.causes import row_ranges
from .imports.messages import problem_message, problem_title
from .imports.options import place_key
from .imports.records import Problem
from .models import BatchProblem, BatchRow, Household, ListBatch

FIELD_LABELS = {
    "head_name": gettext_lazy("Head of household"),
    "birth_date": gettext_lazy("Birth date"),
    "birth_year": gettext_lazy("Birth year"),
    "gender": gettext_lazy("Sex"),
    "national_id": gettext_lazy("Identity number"),
    "ethnicity": gettext_lazy("Ethnicity"),
    "village": gettext_lazy("Village"),
    "commune_code": gettext_lazy("Commune"),
    "member_count": gettext_lazy("Persons"),
    "phone": gettext_lazy("Phone"),
    "household_code": gettext_lazy("Household code"),
    "merit": gettext_lazy("Person with merit"),
    "social_policy": gettext_lazy("Social policy"),
    "is_ethnic_minority": gettext_lazy("Ethnic minority"),
    "no_labour_capacity": gettext_lazy("Without labour capacity"),
    "b1_score": "B1",
    "b2_score": "B2",
    "poverty_cause": gettext_lazy("Cause of poverty"),
    "has_need": gettext_lazy("Needs a smartphone"),
    "members": gettext_lazy("Members"),
    "poverty_class": gettext_lazy("Class"),
    "district_code": gettext_lazy("District"),
    "certificate_number": gettext_lazy("Certificate"),
    "certificate_date": gettext_lazy("Date of the certificate"),
    "lacks_telecom": gettext_lazy("Lacks telecommunication (indicator 11)"),
    "lacks_means": gettext_lazy("Lacks means of information (indicator 12)"),
    "reviewed_on": gettext_lazy("Day of the review"),
}
LISTED_CLASSES = {
    "poor": gettext_lazy("Poor"),
    "near_poor": gettext_lazy("Near-poor"),
    "not_poor": gettext_lazy("Not poor"),
    "exited_poor": gettext_lazy("Left poverty"),
    "exited_near_poor": gettext_lazy("Left near-poverty"),
}
DATES = frozenset({"birth_date", "decision_date", "certificate_date", "reviewed_on"})
_DETAILS = {
    "joined": pgettext_lazy("members", "came"),
    "left": pgettext_lazy("members", "left"),
    "altered": pgettext_lazy("members", "corrected"),
}


class Wording:
    """Turns stored values into words; knows the communes of the rows it is given, with one query."""

    def __init__(self, commune_codes: Iterable[str] = ()) -> None:
        codes = set(commune_codes)
        areas = AdministrativeArea.objects.filter(level="commune", code__in=codes) if codes else ()
        self.communes = {area.code: area.name for area in areas}

    @classmethod
    def of_rows(cls, rows: Iterable[BatchRow]) -> Wording:
        codes = (c for row in rows for c in row.changes if c[0] == "commune_code")
        return cls(code for change in codes for code in change[1:3] if code)

    def value(self, field: str, value: Any) -> str:
        """A field's value as people write it; identity and telephone numbers with their middle hidden."""
        if value in (None, ""):
            return DASH
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if field in DATES:
            day = value if isinstance(value, date) else date.fromisoformat(value)
            return date_format(day, "SHORT_DATE_FORMAT")
        if field == "birth_year":
            return str(value)
        if field in ("national_id", "phone"):
            return masked_id(value) if field == "national_id" else masked_phone(value)
        if field == "commune_code":
            return self.communes.get(value, str(value))
        if field == "poverty_class":
            return str(LISTED_CLASSES.get(value, value))
        if field == "gender":
            return str(Gender(value).label) if value in Gender.values else str(value)
        return str(localize(value)) if isinstance(value, int) else str(value)

    def changes(self, changes: list[list[Any]]) -> list[ShownChange]:
        return [
            ShownChange(
                str(FIELD_LABELS.get(field, field)),
                self.value(field, old),
                self.value(field, new),
                _details(more[0]) if more else "",
            )
            for field, old, new, *more in changes
        ]


@dataclass(frozen=True)
class ShownChange:
    label: str
    old: str
    new: str
    details: str = ""


@dataclass(frozen=True)
class ShownCause:
    """A kind of problem with everything a person needs to mend it."""

    code: str
    title: str
    count: int
    example_cell: str
    example: str
    places: list[str]
    more: int = 0


#: Sheets and columns named for one cause; its own page has every cell.
MOST_PLACES = 6


def _details(details: dict[str, list[str]]) -> str:
    """Who came, left or was corrected: "came: Hồ Thị Lan; left: Hồ Văn Bé"."""
    return "; ".join(
        f"{_DETAILS[kind]}: {', '.join(names)}" for kind, names in details.items() if kind in _DETAILS
    )


def shown_causes(causes: list[dict[str, Any]], level: str) -> list[ShownCause]:
    return [_shown_cause(cause) for cause in causes if cause["level"] == level]


def _shown_cause(cause: dict[str, Any]) -> ShownCause:
    example = Problem(code=cause["code"], level=cause["level"], **cause["example"])
    return ShownCause(
        code=cause["code"],
        title=problem_title(cause["code"]),
        count=cause["count"],
        example_cell=f"{example.column}{example.row}" if example.column else "",
        example=shown_problem(example),
        places=[_place(place) for place in cause["places"][:MOST_PLACES]],
        more=max(0, len(cause["places"]) - MOST_PLACES),
    )


def _place(place: dict[str, str]) -> str:
    if not place["column"]:
        return _("sheet “%(sheet)s”, rows %(rows)s") % place
    return _("sheet “%(sheet)s”, column %(column)s, rows %(rows)s") % place


#: Problems whose cell holds an identity or a telephone number: on screen its middle is hidden.
_MASKS = {
    "bad_national_id": masked_id,
    "duplicate_in_file": masked_id,
    "id_mismatch": masked_id,
    "leading_zero_restored": masked_id,
    "bad_phone": masked_phone,
}


def shown_value(problem: BatchProblem | Problem) -> str:
    """The cell's value as a page shows it; the file itself and the workbook of bad rows have it whole."""
    if problem.code == "test_row":
        return problem.value  # a household's code, by which the row is found
    return _MASKS.get(problem.code, numbers_hidden)(problem.value)


#: Nine digits and more, as people write numbers: in one piece or in groups.
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-]*\d){8,}")


def numbers_hidden(text: str) -> str:
    """A text; identity and telephone numbers in it with their middle hidden, however they are written."""
    return _LONG_NUMBER.sub(lambda found: masked_id(re.sub(r"\D", "", found[0])), text)


def shown_problem(problem: BatchProblem | Problem) -> str:
    """The problem's sentence for a page."""
    return problem_message(problem, shown_value(problem))


def reasons_of(row: BatchRow) -> str:
    """Why a person has to decide the row, in a few words."""
    reasons = dict.fromkeys(reason for candidate in row.candidates for reason in candidate["reasons"])
    return "; ".join(str(Doubt(reason).label) for reason in reasons if reason in Doubt.values)


def decision_words(row: BatchRow) -> str:
    return str(RowDecision(row.decision).label) if row.decision else ""


def class_label(poverty_class: str) -> str:
    return str(PovertyClass(poverty_class).label) if poverty_class in PovertyClass.values else DASH


#: Facts compared side by side when a person decides whether two households are one.
COMPARED = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "village", "commune_code",
    "member_count", "phone", "household_code", "poverty_class",
)  # fmt: skip


def facts_of(source: Household | dict[str, Any], wording: Wording, *, poverty_class: str = "") -> list[str]:
    """The compared facts of a register household or of a listed one, in the order of ``COMPARED``."""
    words = []
    for name in COMPARED:
        if isinstance(source, dict):
            value = source.get(name)
        elif name == "commune_code":
            value = source.commune.code if source.commune else ""
        elif name == "poverty_class":
            value = poverty_class
        else:
            value = getattr(source, name)
        words.append(wording.value(name, value))
    return words


#: Problems mended by choosing the commune once for all rows with the same place.
PLACE_CODES = ("unknown_commune", "ambiguous_commune")


@dataclass(frozen=True)
class ShownPlace:
    """A place as the file writes it that no commune, or more than one, goes by."""

    key: str
    written: str
    rows: str
    count: int
    district: str
    candidates: list[str]


def shown_places(batch: ListBatch) -> list[ShownPlace]:
    """Every such place of a batch once, those of most rows first."""
    groups: dict[str, list[tuple[str, int, str, dict[str, Any]]]] = {}
    problems = batch.problems.filter(code__in=PLACE_CODES).exclude(value="").order_by("position")
    for sheet, row, value, params in problems.values_list("sheet", "row", "value", "params"):
        groups.setdefault(place_of(value, params), []).append((sheet, row, value, params))
    shown = []
    for key, group in groups.items():
        _sheet, _row, value, params = group[0]
        sheets = dict.fromkeys(sheet for sheet, *_rest in group)
        rows = [
            _("sheet “%(sheet)s”, rows %(rows)s")
            % {"sheet": sheet, "rows": row_ranges(row for name, row, *_rest in group if name == sheet)}
            for sheet in sheets
        ]
        candidates = [name.strip() for name in str(params.get("candidates", "")).split(";") if name.strip()]
        shown.append(
            ShownPlace(key, value, "; ".join(rows), len(group), str(params.get("district", "")), candidates)
        )
    return sorted(shown, key=lambda place: -place.count)


def place_of(value: str, params: dict[str, Any]) -> str:
    """The key the reader knows the written place by."""
    return str(params.get("place") or place_key(str(params.get("district", "")), value))


def shown_cell(field: str, text: str) -> str:
    """A cell's text on a page; identity and telephone numbers with their middle hidden."""
    mask = {"national_id": masked_id, "phone": masked_phone}.get(field, numbers_hidden)
    return mask(text)
