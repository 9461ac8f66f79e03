"""The appraisal's workbench: a list's lines narrowed to what is looked at now, and what else is known of one.

Counts come from one pass over codes and verdicts; the lines are shown a page at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold

from ..choices import Decision, Verdict
from ..models import DistrictList, ListLine
from ..rules.check_words import FAIL, OK, WARN
from ..rules.eligibility import RuleSet
from .listing import dress

PER_PAGE = 100
RESULTS = (FAIL, WARN, OK)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list a person looks at: by result, by check, commune, verdict, decision, name."""

    result: str = ""
    check: str = ""
    commune: int | None = None
    verdict: str = ""
    decision: str = Decision.KEEP.value
    name: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Asked:
        """From the address; what is no choice counts as not asked."""
        commune = query.get("commune", "")
        decision = query.get("decision", "")
        return cls(
            result=query.get("result", "") if query.get("result") in (*RESULTS, "flagged") else "",
            check="".join(c for c in query.get("check", "") if c.isalnum() or c == "_")[:40],
            commune=int(commune) if commune.isascii() and commune.isdigit() and len(commune) < 10 else None,
            verdict=query.get("verdict", "") if query.get("verdict") in Verdict.values else "",
            decision=decision if decision in (Decision.KEEP, Decision.RESERVE) else Decision.KEEP.value,
            name=" ".join(query.get("q", "").split())[:60],
        )

    @property
    def is_active(self) -> bool:
        return bool(self.result or self.check or self.commune or self.verdict or self.name)

    def query(self, **other: Any) -> str:
        """The address of this view, or of one that differs in what is named."""
        own = {
            "result": self.result, "check": self.check, "commune": self.commune, "verdict": self.verdict,
            "decision": self.decision if self.decision != Decision.KEEP else "", "q": self.name,
        }  # fmt: skip
        return urlencode({name: value for name, value in (own | other).items() if value})

    def narrow(self, lines: QuerySet[ListLine]) -> QuerySet[ListLine]:
        wanted = Q(decision=self.decision)
        if self.result:
            wanted &= ~Q(check_result=OK) if self.result == "flagged" else Q(check_result=self.result)
        if self.commune is not None:
            wanted &= Q(commune=self.commune)
        if self.verdict:
            wanted &= Q(verdict=self.verdict)
        if self.name:
            wanted &= Q(household__head_name_folded__contains=fold(self.name))
        lines = lines.filter(wanted)
        if self.check:
            # Both databases write a space behind the colon.
            text = lines.annotate(checks_text=Cast("checks", TextField()))
            lines = text.filter(checks_text__contains=f'"code": "{self.check}"')
        return lines


@dataclass(slots=True)
class Facets:
    """How many kept lines there are of each result, check and verdict, and how far the appraisal is."""

    total: int = 0
    results: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    clean_waiting: int = 0

    @property
    def done(self) -> int:
        return self.total - self.verdicts[Verdict.PENDING]


def facets_of(row: DistrictList) -> Facets:
    """One query over the kept lines' findings and verdicts."""
    found = Facets()
    lines = row.lines.filter(decision=Decision.KEEP).order_by()
    for checks, result, verdict in lines.values_list("checks", "check_result", "verdict"):
        found.total += 1
        found.results[result] += 1
        found.verdicts[verdict] += 1
        found.checks.update({check["code"] for check in checks})
        found.clean_waiting += result == OK and verdict == Verdict.PENDING
    return found


def communes_of(row: DistrictList) -> list[AdministrativeArea]:
    own = row.lines.filter(decision=Decision.KEEP).order_by().values("commune").distinct()
    return list(AdministrativeArea.objects.filter(pk__in=own).order_by("name"))


def appraisal_page(row: DistrictList, asked: Asked, number: Any, rule: RuleSet) -> Page[ListLine]:
    """One page of the lines asked for, each with its findings in words."""
    lines = asked.narrow(row.lines.all()).select_related("commune").order_by("position")
    page = Paginator(lines, PER_PAGE).get_page(number)
    for line in page.object_list:
        dress(line, rule)
    return page
