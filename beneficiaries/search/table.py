"""The rows of the register's table as HTML.

Written here and not in a template: fifty rows of eight cells are the largest part of the most visited page,
and a template takes ten times as long for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, escape
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
    of_member = escape(_("member"))
    labels = {key: escape(label) for key, label in HEADS.items()}
    # One reverse() for the page: fifty of them cost more than the question to the database.
    before, _zero, behind = reverse("beneficiaries:household_detail", args=[0]).rpartition("0")
    rows = []
    for line in lines:
        if line.section:
            head = f'<th scope="rowgroup" colspan="{len(HEADS)}">{escape(line.section)}</th>'
            rows.append(f'<tr class="section">{head}</tr>')
        member = f" <small>{of_member}: {escape(line.member)}</small>" if line.member else ""
        place = f"<div>{escape(line.commune or DASH)} <small>{escape(line.district)}</small></div>"
        rows.append(
            f'<tr><td data-label="{labels["name"]}" class="title">'
            f'<a href="{before}{line.pk}{behind}">{escape(line.head_name)}</a>{member}</td>'
            + _cell(labels["born"], line.birth_year, "num")
            + _cell(labels["number"], line.number, "code")
            + _cell(labels["village"], line.village)
            + f'<td data-label="{labels["commune"]}">{place}</td>'
            + _cell(labels["class"], line.poverty_class)
            + _cell(labels["persons"], line.persons, "num")
            + _cell(labels["policy"], line.policy)
            + "</tr>"
        )
    return SafeString("".join(rows))


def _cell(label: str, value: Any, kind: str = "") -> str:
    start = f'<td data-label="{label}"' + (f' class="{kind}"' if kind else "")
    return (
        f"{start} data-blank>{DASH}</td>"
        if value in ("", None)
        else f"{start}>{conditional_escape(value)}</td>"
    )
