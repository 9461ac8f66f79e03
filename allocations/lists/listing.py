"""A list's lines in counted parts and pages: what the list page shows and its numbers."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from smartphone_support.web.components import Tab

from ..choices import DISTRICT_STATES, Decision, ListState, Verdict
from ..models import DistrictList, ListLine
from ..rules.checks import FAIL, OK, shown, shown_all

PER_PAGE = 100

_KEPT = Q(decision=Decision.KEEP)
#: Part → its lines. While the district works the parts are its answers, afterwards the checks' results.
PARTS = {
    "kept": _KEPT,
    "flagged": _KEPT & ~Q(check_result=OK),
    "clean": _KEPT & Q(check_result=OK),
    "reserve": Q(decision=Decision.RESERVE),
    "dropped": Q(decision=Decision.DROP),
    "returned": Q(verdict=Verdict.RETURNED),
}


def counts_of(row: DistrictList) -> dict[str, int]:
    """How many lines each part has, and how many kept ones wait for a verdict; one query."""
    parts = {name: Count("pk", filter=condition) for name, condition in PARTS.items()}
    parts["accepted"] = Count("pk", filter=_KEPT & Q(verdict=Verdict.ACCEPTED))
    parts["waiting_clean"] = Count("pk", filter=_KEPT & Q(check_result=OK, verdict=Verdict.PENDING))
    return row.lines.aggregate(**parts)


def list_tabs(row: DistrictList, counts: dict[str, int], wanted: str, path: str) -> tuple[list[Tab], str]:
    """The parts as tabs, and which of them is shown."""
    with_district = row.state in DISTRICT_STATES or row.state == ListState.AWAITING_SIGNATURE
    labels: list[tuple[str, Any, str]] = [("kept", _("Kept") if with_district else _("All"), "")]
    if not with_district:
        labels += [("flagged", _("To look at"), "bad"), ("clean", _("Qualifies"), "")]
    labels.append(("reserve", _("Reserve"), ""))
    if counts["dropped"] or with_district:
        labels.append(("dropped", _("Dropped"), ""))
    if counts["returned"]:
        labels.append(("returned", _("Returned by the department"), "bad"))
    names = [name for name, _label, _tone in labels]
    default = "flagged" if row.state == ListState.APPRAISING and counts["flagged"] else "kept"
    current = wanted if wanted in names else default
    tabs = [
        Tab(str(label), counts[name], f"{path}?part={name}", name == current, tone)
        for name, label, tone in labels
    ]
    return tabs, current


def lines_page(row: DistrictList, part: str, number: Any) -> Page[ListLine]:
    """One page of a part's lines, with their checks in words."""
    lines: QuerySet[ListLine] = row.lines.filter(PARTS[part]).select_related("commune").order_by("position")
    page = Paginator(lines, PER_PAGE).get_page(number)
    for line in page.object_list:
        dress(line)
    return page


_TONES = {OK: "ok", "warn": "wait", FAIL: "bad"}


def dress(line: ListLine) -> ListLine:
    """Add what the row template shows: the findings in words and every check for the asking."""
    line.found = [(_TONES[check.verdict], check) for check in shown(line.checks)]  # type: ignore[attr-defined]  # for templates
    line.every = [(_TONES[check.verdict], check) for check in shown_all(line.checks)]  # type: ignore[attr-defined]  # for templates
    # Made here: a template would write the number as 2.984, which is no selector.
    line.anchor = f"line-{line.pk}"  # type: ignore[attr-defined]  # for templates only
    line.fails = line.check_result == FAIL  # type: ignore[attr-defined]  # for templates only
    return line
