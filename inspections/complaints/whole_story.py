"""A household's whole story on one page, for who handles a complaint: what they may see of every part.

Register, lists with the rule's reasons and the appraisal's checks, supports with the facts of each moment,
hand-overs, inspections, findings and complaints. Denunciations are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from allocations.models import HandOver, ListLine, Support
from allocations.rules.check_words import check_title, shown
from allocations.views.supports import moments_of
from allocations.views.why import line_facts, reasons
from allocations.workflow.rounds import round_rule
from beneficiaries.household.story import story_of
from beneficiaries.models import Household

from ..models import FieldCheck, Finding
from .story import complaints_about


def whole_story(household: Household, user: Any) -> dict[str, Any]:
    """Register, lists with their reasons, checks, hand-overs, inspections: what this reader sees of each."""
    supports = Support.objects.visible_to(user).filter(household=household).order_by("pk")
    supports = supports.select_related("round", "contribution", "operator", "commune", "district")
    checks = FieldCheck.objects.visible_to(user).filter(sampled__support__household=household)
    findings = Finding.objects.visible_to(user).filter(support__household=household)
    return {
        "story": story_of(household, user),
        "lines": list(_lines(household, user)),
        "supports": [_support(row, user) for row in supports],
        "checks": [_check(row) for row in checks.select_related("round", "inspector").order_by("pk")],
        "findings": findings.select_related("responsible", "round").order_by("pk"),
        "complaints": complaints_about(household, user),
    }


def _lines(household: Household, user: Any) -> Iterable[dict[str, Any]]:
    """Each list line with the rule's reasons by the facts frozen with it, and what the appraisal found."""
    related = (
        "district_list__district", "round__program__province", "round__funding_source", "commune",
    )  # fmt: skip
    lines = ListLine.objects.visible_to(user).filter(household=household).select_related(*related)
    for line in lines.order_by("pk"):
        facts, frozen = line_facts(line)
        rule = round_rule(line.round)
        yield {
            **reasons(rule, facts, line.round),
            "line": line,
            "frozen": frozen,
            # What a check says of other districts is the department's to read: a district reads its title.
            "checks": [
                row if user.district is None else replace(row, title=check_title(row.code, rule), detail="")
                for row in shown(line.checks, rule)
            ],
        }


def _support(support: Support, user: Any) -> dict[str, Any]:
    hand_overs = HandOver.objects.visible_to(user).filter(support=support)
    return {
        "support": support,
        "moments": moments_of(support),
        "hand_overs": hand_overs.select_related("device", "recorded_by").order_by("pk"),
    }


def _check(check: FieldCheck) -> dict[str, Any]:
    return {"check": check, "answers": check.answers.select_related("item").order_by("item__position")}
