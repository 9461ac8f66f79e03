"""A list's lines in counted parts and pages: what the list page shows and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold
from smartphone_support.web.components import Tab

from ..choices import DISTRICT_STATES, Decision, ListState, Verdict
from ..models import DistrictList, ListLine
from ..rules.checks import FAIL, OK, shown, shown_all
from ..rules.eligibility import NEAR_POOR, POOR, RuleSet
from ..rules.stored import frozen_rule

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
    "whole": Q(),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of a list a person asked for: one commune, a name (typed with accents or without)."""

    communes: list[AdministrativeArea]
    commune: int | None = None
    name: str = ""

    @classmethod
    def asked(cls, query: Mapping[str, Any], row: DistrictList) -> Narrowing:
        """From the address; a commune that is not on the list is as none."""
        own = AdministrativeArea.objects.filter(pk__in=row.lines.values("commune")).order_by("name")
        communes = list(own)
        chosen = next((area.pk for area in communes if str(area.pk) == query.get("commune")), None)
        return cls(communes, chosen, " ".join(str(query.get("q", "")).split())[:60])

    @property
    def is_active(self) -> bool:
        return self.commune is not None or bool(self.name)

    def condition(self) -> Q:
        wanted = Q()
        if self.commune is not None:
            wanted &= Q(commune=self.commune)
        if self.name:
            wanted &= Q(household__head_name_folded__contains=fold(self.name))
        return wanted

    def query(self) -> dict[str, Any]:
        """For addresses: only what is set."""
        return {name: value for name, value in (("commune", self.commune), ("q", self.name)) if value}


def counts_of(row: DistrictList) -> dict[str, int]:
    """How many lines each part has, and how many kept ones wait for a verdict; one query."""
    parts = {name: Count("pk", filter=condition) for name, condition in PARTS.items()}
    parts["accepted"] = Count("pk", filter=_KEPT & Q(verdict=Verdict.ACCEPTED))
    parts["waiting_clean"] = Count("pk", filter=_KEPT & Q(check_result=OK, verdict=Verdict.PENDING))
    return row.lines.aggregate(**parts)


def list_tabs(
    row: DistrictList, counts: dict[str, int], wanted: str, path: str, asked: Narrowing | None = None
) -> tuple[list[Tab], str]:
    """The parts as tabs, and which of them is shown; what was asked for stays in their addresses."""
    with_district = row.state in DISTRICT_STATES or row.state == ListState.AWAITING_SIGNATURE
    labels: list[tuple[str, Any, str]] = [("kept", _("Kept") if with_district else _("All"), "")]
    if not with_district:
        labels += [("flagged", _("To look at"), "bad"), ("clean", _("Qualifies"), "")]
    labels.append(("reserve", _("Reserve"), ""))
    if counts["dropped"] or with_district:
        labels.append(("dropped", _("Dropped"), ""))
    if counts["returned"]:
        labels.append(("returned", _("Returned by the department"), "bad"))
    labels.append(("whole", _("Whole list"), ""))
    names = [name for name, _label, _tone in labels]
    default = "flagged" if row.state == ListState.APPRAISING and counts["flagged"] else "kept"
    current = wanted if wanted in names else default
    kept_up = asked.query() if asked else {}
    tabs = [
        Tab(str(label), counts[name], f"{path}?{urlencode({'part': name} | kept_up)}", name == current, tone)
        for name, label, tone in labels
    ]
    return tabs, current


def lines_page(row: DistrictList, part: str, number: Any, asked: Narrowing | None = None) -> Page[ListLine]:
    """One page of a part's lines, with their checks in words.

    In the whole list the first reserve below the last kept household has `below_quota` set.
    """
    wanted = PARTS[part] & asked.condition() if asked else PARTS[part]
    lines: QuerySet[ListLine] = row.lines.filter(wanted).select_related("commune").order_by("position")
    page = Paginator(lines, PER_PAGE).get_page(number)
    last_kept = None
    if part == "whole" and not (asked and asked.is_active):
        last_kept = row.lines.filter(_KEPT).order_by("-position").values_list("position", flat=True).first()
    marked = page.start_index() > 1 and last_kept is not None and page.object_list[0].position > last_kept + 1
    rule = frozen_rule(row.round)
    for line in page.object_list:
        dress(line, rule)
        if last_kept is not None and line.position > last_kept and not marked:
            line.below_quota = marked = True  # type: ignore[attr-defined]  # for templates only
    return page


def whole_list(row: DistrictList) -> list[ListLine]:
    """Every line that is kept or in reserve, by commune, as the printed list has them."""
    lines = row.lines.exclude(decision=Decision.DROP).select_related("commune")
    order = {Decision.KEEP: 0, Decision.RESERVE: 1}
    return sorted(lines, key=lambda line: (line.commune.code, order[Decision(line.decision)], line.position))


@dataclass(slots=True)
class CommuneTotal:
    """A commune's households on the list, by decision and class."""

    commune: AdministrativeArea | None
    counts: dict[str, int]


def commune_totals(row: DistrictList) -> tuple[list[CommuneTotal], CommuneTotal]:
    """Per commune in the order of codes, and their sum: by decision, and by class; two queries."""
    counted = {
        "kept": _KEPT,
        "kept_poor": _KEPT & Q(snapshot__poverty_class=POOR),
        "kept_near_poor": _KEPT & Q(snapshot__poverty_class=NEAR_POOR),
        "kept_merit": _KEPT & Q(snapshot__merit=True),
        "kept_policy": _KEPT & Q(snapshot__social_policy=True),
        "reserve": PARTS["reserve"],
        "reserve_poor": PARTS["reserve"] & Q(snapshot__poverty_class=POOR),
        "reserve_near_poor": PARTS["reserve"] & Q(snapshot__poverty_class=NEAR_POOR),
        "dropped": PARTS["dropped"],
        "added": Q(added_in_field=True),
    }
    columns = {f"n_{name}": Count("pk", filter=condition) for name, condition in counted.items()}
    found: Any = row.lines.order_by().values("commune").annotate(**columns)
    areas = AdministrativeArea.objects.in_bulk([values["commune"] for values in found])
    rows = [
        CommuneTotal(areas[values["commune"]], {name: values[f"n_{name}"] for name in counted})
        for values in found
    ]
    rows.sort(key=lambda total: total.commune.code if total.commune else "")
    total = {name: sum(row.counts[name] for row in rows) for name in counted}
    return rows, CommuneTotal(None, total)


_TONES = {OK: "ok", "warn": "wait", FAIL: "bad"}


def dress(line: ListLine, rule: RuleSet) -> ListLine:
    """Add what the row template shows: the findings in words and every check for the asking."""
    line.found = [(_TONES[check.verdict], check) for check in shown(line.checks, rule)]  # type: ignore[attr-defined]  # for templates
    line.every = [(_TONES[check.verdict], check) for check in shown_all(line.checks, rule)]  # type: ignore[attr-defined]  # for templates
    # Made here: a template would write the number as 2.984, which is no selector.
    line.anchor = f"line-{line.pk}"  # type: ignore[attr-defined]  # for templates only
    line.fails = line.check_result == FAIL  # type: ignore[attr-defined]  # for templates only
    return line
