"""The appraisal's automatic checks of a list's lines.

The round's rule says what a household must meet; the register, the other lists, the supports of every
source and the district's quota say the rest. All lines of a list are checked with the same few queries,
however long the list is. What the findings say: `check_words`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from beneficiaries.models import Household
from smartphone_support.vietnamese.text import fold

from ..choices import ConditionKind, Decision, Verdict
from ..models import DistrictList, ListLine, Support
from .check_words import FAIL, OK, WARN, CheckLine, Finding, finding, shown, shown_all, worst
from .eligibility import Condition, HouseholdFacts, RuleSet
from .facts import households_as_of
from .ranking import out_of_order
from .stored import frozen_rule

__all__ = ["FAIL", "OK", "WARN", "CheckLine", "Finding", "finding", "refresh_checks", "run_checks", "shown",
           "shown_all", "worst"]  # fmt: skip

#: Conditions of which the list itself knows better than the register, or that have checks of their own.
_OWN_CHECKS = frozenset({ConditionKind.NOT_SERVED, ConditionKind.NO_EARLIER_DEVICE})
_CLASS_KINDS = frozenset({ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY})


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the register and the other lists say, read once for the whole list."""

    rule: RuleSet
    as_of: date
    today: date
    district: int
    then: dict[int, HouseholdFacts]
    now: dict[int, HouseholdFacts]
    districts: dict[int, str]
    elsewhere: dict[int, str]
    other_rounds: dict[int, str]
    served: dict[int, str]
    namesakes: dict[tuple[str, int], list[tuple[int, str, str]]]


def run_checks(district_list: DistrictList, lines: list[ListLine]) -> dict[int, list[Finding]]:
    """Line id → findings. Dropped lines are not checked."""
    evidence = _gather(district_list)
    looked_at = [line for line in lines if line.decision != Decision.DROP]
    inverted = out_of_order(
        (line.position, line.decision == Decision.KEEP, line.decision == Decision.RESERVE and not line.reason)
        for line in looked_at
    )
    found: dict[int, list[Finding]] = {}
    number = 0
    for line in sorted(looked_at, key=lambda line: line.position):
        findings = _of_household(line, evidence)
        if line.decision == Decision.KEEP:
            number += 1
            if number > district_list.quota:
                findings.append(finding("quota", FAIL, number=number, quota=district_list.quota))
        if line.position in inverted:
            findings.append(finding("priority", WARN, passed=inverted[line.position]))
        if findings:
            found[line.pk] = findings
    return found


def _of_household(line: ListLine, evidence: _Evidence) -> list[Finding]:
    household, today = line.household_id, evidence.today
    rows = _of_rule(line, evidence)
    if household in evidence.served:
        rows.append(finding("served", FAIL, source=evidence.served[household]))
    elif household in evidence.elsewhere:
        rows.append(finding("duplicate", FAIL, district=evidence.elsewhere[household]))
    elif household in evidence.other_rounds:
        rows.append(finding("other_round", WARN, round=evidence.other_rounds[household]))
    now = evidence.now.get(household)
    if now is not None and now.poverty_class is not None and now.district_id != evidence.district:
        rows.append(finding("moved", WARN, district=evidence.districts.get(now.district_id, "")))
    for condition in _applying(evidence.rule, ConditionKind.NO_EARLIER_DEVICE, today):
        rows += _devices(condition, now, evidence.as_of)
    namesake = _namesake(line, evidence)
    if namesake:
        rows.append(finding("possible_duplicate", WARN, district=namesake))
    if not line.snapshot.get("national_id"):
        rows.append(finding("missing_id", WARN))
    return rows


def _applying(rule: RuleSet, kind: str, on: date) -> list[Condition]:
    return [condition for condition in rule.in_force(on) if condition.kind == kind]


def _devices(condition: Condition, now: HouseholdFacts | None, as_of: date) -> list[Finding]:
    """Devices of either programme: received by the day they exclude, since then somebody has to look."""
    rows = []
    for kind, received in now.devices if now is not None else ():
        if kind in condition.devices:
            code, verdict = (condition.code, FAIL) if received <= as_of else ("later_device", WARN)
            rows.append(finding(code, verdict, device=kind, received=received.isoformat()))
    return rows


def _of_rule(line: ListLine, evidence: _Evidence) -> list[Finding]:
    """Conditions of the round's rule: as of the day they decide; a class lost since is looked at."""
    day = evidence.as_of.isoformat()
    then, now = evidence.then.get(line.household_id), evidence.now.get(line.household_id)
    rows = []
    for condition in evidence.rule.in_force(evidence.as_of):
        if condition.kind in _OWN_CHECKS:
            continue
        if not _holds(condition, then, evidence.as_of, line):
            rows.append(finding(condition.code, FAIL, day=day))
        elif condition.kind in _CLASS_KINDS and not _holds(condition, now, evidence.today, line):
            rows.append(finding("class_today", WARN, day=day))
    return rows


def _holds(condition: Condition, facts: HouseholdFacts | None, on: date, line: ListLine) -> bool:
    """Of the need the district's own answer counts, where it asked."""
    if facts is None:
        return False
    if line.has_need is not None:
        facts = replace(facts, has_need=line.has_need)
    return condition.holds(facts, on)


def _namesake(line: ListLine, evidence: _Evidence) -> str:
    """The district of a household with the same folded name and birth year, or "".

    Two different full identity numbers (12 digits) are two persons: no finding then.
    """
    born = line.snapshot.get("birth_year")
    if not born:
        return ""
    own = line.snapshot.get("national_id") or ""
    for household, identity, district in evidence.namesakes.get((fold(line.snapshot["head_name"]), born), ()):
        if household != line.household_id and not (len(own) == len(identity) == 12 and own != identity):
            return district
    return ""


def _gather(district_list: DistrictList) -> _Evidence:
    round_, district = district_list.round, district_list.district
    province, rule, today = round_.program.province, frozen_rule(round_), timezone.localdate()
    own = ListLine.objects.filter(district_list=district_list).values("household")
    keys = list(own.values_list("household", flat=True))

    def facts(on: date) -> dict[int, HouseholdFacts]:
        rows = households_as_of(province, on, households=keys, rule=rule, except_round=round_.pk)
        return {row.id: row for row in rows}

    live = ListLine.objects.live().filter(household__in=own, support__isnull=True)
    live = live.exclude(district_list=district_list)
    elsewhere = live.filter(round=round_).values_list("household_id", "district_list__district__name")
    others = live.exclude(round=round_).values_list("household_id", "round__name")
    namesakes: dict[tuple[str, int], list[tuple[int, str, str]]] = defaultdict(list)
    same_name = (
        Household.objects.standing()
        .filter(province=province, head_name_folded__in=own.values("household__head_name_folded"))
        .exclude(district=district)
    )
    columns = ("head_name_folded", "birth_year", "id", "national_id", "district__name")
    for name, born, household, identity, place in same_name.order_by("id").values_list(*columns):
        namesakes[name, born].append((household, identity, place))
    return _Evidence(
        rule=rule,
        as_of=round_.as_of,
        today=today,
        district=district.pk,
        then=facts(round_.as_of),
        now=facts(today),
        districts=dict(province.children.values_list("pk", "name")),
        elsewhere=dict(elsewhere),
        other_rounds=dict(others),
        served=_served(district_list, keys),
        namesakes=namesakes,
    )


def _served(district_list: DistrictList, keys: Iterable[int]) -> dict[int, str]:
    """Household → the source of its live support, whichever it is and wherever it lived then."""
    rows = Support.objects.live().filter(household__in=list(keys)).exclude(line__district_list=district_list)
    columns = ("household_id", "round__name", "contribution__donor_name")
    return {household: name or donor for household, name, donor in rows.values_list(*columns)}


def refresh_checks(district_list: DistrictList) -> int:
    """Check every line anew and store the findings; returns how many lines are flagged.

    An accepted line that now fails has to be looked at again.
    """
    lines = list(ListLine.objects.filter(district_list=district_list).order_by("position"))
    found = run_checks(district_list, lines)
    ListLine.objects.filter(district_list=district_list).update(checks=[], check_result=OK)
    flagged = []
    for line in lines:
        if line.pk in found:
            line.checks, line.check_result = found[line.pk], worst(found[line.pk])
            if line.check_result == FAIL and line.verdict == Verdict.ACCEPTED:
                line.verdict = Verdict.PENDING
            flagged.append(line)
    ListLine.objects.bulk_update(flagged, ["checks", "check_result", "verdict"], batch_size=300)
    return len(flagged)
