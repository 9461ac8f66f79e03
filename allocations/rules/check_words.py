"""What the appraisal's checks say: each with its sentence and its legal citation.

Findings are stored with the line as code and parameters; the sentence is made when it is shown. A
check that is not named among a line's findings is clean. Those of a condition speak as the round's
rule does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from beneficiaries.choices import DeviceKind as EarlierKind

from ..choices import ConditionKind
from .eligibility import CIRCULAR_14, NEAR_POOR, POOR, VTCI, Condition, RuleSet, Text
from .wording import PER_HOUSEHOLD

OK, WARN, FAIL = "ok", "warn", "fail"
_WEIGHT = {OK: 0, WARN: 1, FAIL: 2}


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what is said where it is clean, what per finding (short title, detail), and why."""

    code: str
    clean: Text
    title: Text
    detail: Text
    citation: Text


CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check(
            "class_as_of",
            _("Poor or near-poor on the day of allocation"),
            _("Not poor or near-poor on the day"),
            _("The register has no poor or near-poor class of this household on %(day)s."),
            CIRCULAR_14,
        ),
        Check(
            "class_today",
            _("Still poor or near-poor today"),
            _("Left the register since"),
            _("Poor or near-poor on %(day)s, but not today."),
            _("Decision 24/2021/QĐ-TTg: the class is reviewed every year and on request every month"),
        ),
        Check(
            "duplicate",
            _("On no other list of this round"),
            _("Already kept in another district"),
            _("The household is kept on the list of %(district)s in this round."),
            PER_HOUSEHOLD,
        ),
        Check(
            "other_round",
            _("On no list of another round"),
            _("Kept in another round"),
            _("The household is kept in “%(round)s”."),
            PER_HOUSEHOLD,
        ),
        Check(
            "served",
            _("Not served by another source"),
            _("Already served"),
            _("The household has a support from “%(source)s”."),
            PER_HOUSEHOLD,
        ),
        Check(
            "moved",
            _("Lives in the district of the list"),
            _("Lives in another district now"),
            _("The register says: %(district)s."),
            _("The PPC's decision on the allocation to districts"),
        ),
        Check(
            "possible_duplicate",
            _("No namesake of the same birth year in another district"),
            _("Possibly also in %(district)s"),
            _(
                "Same name and birth year as a household in %(district)s; identity numbers do not "
                "rule it out."
            ),
            PER_HOUSEHOLD,
        ),
        Check(
            "earlier_device",
            _("No earlier device"),
            _("Already has a device"),
            _("%(device)s, received on %(received)s."),
            CIRCULAR_14,
        ),
        Check(
            "later_device",
            _("No device received since"),
            _("Has got a device since"),
            _("%(device)s, received on %(received)s, after the day of allocation."),
            CIRCULAR_14,
        ),
        Check(
            "need",
            _("Has not declared that it has no need"),
            _("Declared no need"),
            _("The household said it needs no smartphone."),
            CIRCULAR_14,
        ),
        Check(
            "quota",
            _("Within the district's quota"),
            _("Beyond the quota"),
            _("Line %(number)s of the kept ones; the quota is %(quota)s."),
            _("The PPC's decision on the allocation to districts"),
        ),
        Check(
            "priority",
            _("In the order of priority"),
            _("Out of the order of priority"),
            _("Line %(passed)s stands higher and is in reserve without a reason."),
            CIRCULAR_14,
        ),
        Check(
            "missing_id",
            _("Identity number known"),
            _("Identity number missing"),
            _("It is needed at hand-over."),
            _("No condition of eligibility; the hand-over record and the settlement need it"),
        ),
    )
}

#: Titles that name something of a line, without it.
_PLAIN_TITLES = {"possible_duplicate": _("Namesake in another district")}
#: Findings that are a case of a kind of condition.
_CASES = {
    "later_device": ConditionKind.NO_EARLIER_DEVICE,
    "other_round": ConditionKind.NOT_SERVED,
    "duplicate": ConditionKind.NOT_SERVED,
    "served": ConditionKind.NOT_SERVED,
}
#: Checks a rule's conditions speak for where they are met.
_OF_CONDITIONS = {
    "class_as_of", "earlier_device", "later_device", "need", "other_round", "duplicate", "served",
}  # fmt: skip

Finding = dict[str, Any]


def finding(code: str, verdict: str, **params: str | int) -> Finding:
    return {"code": code, "verdict": verdict, "params": params}


def worst(findings: Iterable[Finding]) -> str:
    """The worst verdict among the findings; "ok" without any."""
    return max((row["verdict"] for row in findings), key=_WEIGHT.__getitem__, default=OK)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check as shown: verdict, title, detail and citation, in the reader's language."""

    code: str
    verdict: str
    title: str
    detail: str
    citation: str


def shown(findings: Iterable[Finding], rule: RuleSet = VTCI) -> list[CheckLine]:
    """The findings in words, worst first; those of a condition cite it as the round's rule does."""
    conditions = {condition.code: condition for condition in rule.conditions}
    rows = sorted(findings, key=lambda row: -_WEIGHT[row["verdict"]])
    return [_line(row, conditions.get(_condition_of(row["code"], rule))) for row in rows]


def check_title(code: str, rule: RuleSet) -> str:
    """What a check finds, without the particulars of one line: for filters."""
    conditions = {condition.code: condition for condition in rule.conditions}
    check, condition = CHECKS.get(code), conditions.get(_condition_of(code, rule))
    if check is not None and not (condition is not None and _speaks_for_itself(condition)):
        return str(_PLAIN_TITLES.get(code, check.title))
    title = str(condition.excluded) if condition is not None else code
    return f"{title[:1].upper()}{title[1:]}"


def _condition_of(code: str, rule: RuleSet) -> str:
    """The condition a finding belongs to: its own code, or that of the kind it is a case of."""
    kind = _CASES.get(code)
    if kind is None:
        return code
    return next((condition.code for condition in rule.conditions if condition.kind == kind), "")


def _line(row: Finding, condition: Condition | None) -> CheckLine:
    code, params = row["code"], _spoken(row["params"])
    check = CHECKS.get(code)
    if condition is not None and (check is None or _speaks_for_itself(condition)):
        title = str(condition.excluded)
        words = f"{title[:1].upper()}{title[1:]}", str(condition.sentence)
        return CheckLine(code, row["verdict"], *words, str(condition.citation))
    if check is None:  # of a rule that is no longer the round's
        return CheckLine(code, row["verdict"], code, "", "")
    texts = str(check.title) % params, str(check.detail) % params
    return CheckLine(code, row["verdict"], *texts, str(condition.citation if condition else check.citation))


def _speaks_for_itself(condition: Condition) -> bool:
    """Conditions of class that ask for something else than poor or near-poor say so in their own words."""
    if condition.kind == ConditionKind.CLASS_IN:
        return tuple(condition.classes) != (POOR, NEAR_POOR)
    return condition.kind in (ConditionKind.CLASS_OR_POLICY, ConditionKind.MEMBER_AGED)


def shown_all(findings: Iterable[Finding], rule: RuleSet = VTCI) -> list[CheckLine]:
    """Every check in words: the findings, the rule's conditions that are met, the other checks."""
    rows = list(findings)
    found = shown(rows, rule)
    named = {line.code for line in found} | {_condition_of(line.code, rule) for line in found}
    met = [
        CheckLine(condition.code, OK, str(condition.sentence), "", str(condition.citation))
        for condition in rule.conditions
        if condition.code not in named
    ]
    clean = [
        CheckLine(check.code, OK, str(check.clean), "", str(check.citation))
        for check in CHECKS.values()
        if check.code not in named and check.code not in _OF_CONDITIONS
    ]
    return found + met + clean


def _spoken(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as people read them: days as dd/mm/yyyy, devices by name, places as inside a sentence."""
    words = dict(params)
    if "district" in words:
        words["district"] = words["district"][:1].lower() + words["district"][1:]
    for name in ("day", "received"):
        if name in words:
            words[name] = date.fromisoformat(words[name]).strftime("%d/%m/%Y")
    if "device" in words:
        words["device"] = EarlierKind(words["device"]).label
    return words
