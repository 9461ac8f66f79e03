"""The rows of the register's table as HTML.

Written here and not in a template: fifty rows of eight cells are the largest part of the most visited page,
and a template takes ten times as long for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape  # Django's also takes lazy texts, which costs more than the escaping
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from smartphone_support.web.tables import DASH

HEADS = {
    "name": _("Head of household"),
    "born": _("Birth year"),
    "number": _("Identity number"),
    "village": _("Village"),
    "commune": _("Commune"),
    "class": _("Class"),
    "persons": _("Persons"),
    "policy": _("Policy status"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A household as the list shows it; ``section`` heads the part of a search's answer it begins."""

    pk: int
    section: str
    head_name: str
    member: str
    birth_year: int | None
    number: str
    village: str
    commune: str
    district: str
    poverty_class: Any
    persons: int | None
    policy: str


def body_of(lines: Sequence[Line]) -> SafeString:
    """The table's rows; on a narrow screen every cell names its column, and blank ones are left out."""
    of_member = escape(str(_("member")))
    labels = {key: escape(str(label)) for key, label in HEADS.items()}
    # One reverse() for the page: fifty of them cost more than the question to the database.
    before, _zero, behind = reverse("beneficiaries:household_detail", args=[0]).rpartition("0")
    first = f'<tr><td data-label="{labels["name"]}" class="title"><a href="{before}'
    born, number = _Cell(labels["born"], "num"), _Cell(labels["number"], "code")
    village, kind = _Cell(labels["village"]), _Cell(labels["class"])
    persons, policy = _Cell(labels["persons"], "num"), _Cell(labels["policy"])
    commune = f'<td data-label="{labels["commune"]}"><div>'
    rows = []
    for line in lines:
        if line.section:
            head = f'<th scope="rowgroup" colspan="{len(HEADS)}">{escape(line.section)}</th>'
            rows.append(f'<tr class="section">{head}</tr>')
        member = f" <small>{of_member}: {escape(line.member)}</small>" if line.member else ""
        rows.append(
            f'{first}{line.pk}{behind}">{escape(line.head_name)}</a>{member}</td>'
            f"{born.of(line.birth_year)}{number.of(escape(line.number))}{village.of(escape(line.village))}"
            f"{commune}{escape(line.commune) or DASH} <small>{escape(line.district)}</small></div></td>"
            f"{kind.of(conditional_escape(line.poverty_class))}{persons.of(line.persons)}"
            f"{policy.of(escape(line.policy))}</tr>"
        )
    return SafeString("".join(rows))


class _Cell:
    """The cells of a column; a blank one is a dash."""

    def __init__(self, label: str, kind: str = "") -> None:
        self.start = f'<td data-label="{label}"' + (f' class="{kind}"' if kind else "")
        self.blank = f"{self.start} data-blank>{DASH}</td>"

    def of(self, value: str | int | None) -> str:
        """The cell with ``value``: a whole number or a text that is HTML already."""
        return self.blank if value is None or value == "" else f"{self.start}>{value}</td>"
