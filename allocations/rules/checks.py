"""The appraisal's automatic checks of a list's lines, each with its sentence and its legal citation.

Findings are stored with the line as code and parameters; the sentence is made when it is shown. A
check that is not named among a line's findings is clean. All lines of a list are checked with the
same few queries, however long the list is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beneficiaries.choices import DeviceKind as EarlierKind
from beneficiaries.models import Household, PovertySpell
from smartphone_support.vietnamese.text import fold

from ..choices import Decision, ListState, Verdict
from ..models import DistrictList, ListLine
from .eligibility import CIRCULAR_14, NEAR_POOR, POOR, Text
from .facts import earlier_devices
from .ranking import out_of_order

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
            _("Circular 14/2022/TT-BTTTT, section on support with smartphones (support is per household)"),
        ),
        Check(
            "other_round",
            _("On no list of another round"),
            _("Kept in another round"),
            _("The household is kept in “%(round)s”."),
            _("Circular 14/2022/TT-BTTTT, section on support with smartphones (support is per household)"),
        ),
        Check(
            "possible_duplicate",
            _("No namesake of the same birth year in another district"),
            _("Possibly also in %(district)s"),
            _(
                "Same name and birth year as a household in %(district)s; identity numbers do not "
                "rule it out."
            ),
            _("Circular 14/2022/TT-BTTTT, section on support with smartphones (support is per household)"),
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


def shown(findings: Iterable[Finding]) -> list[CheckLine]:
    """The findings in words, worst first."""
    lines = []
    for row in sorted(findings, key=lambda row: -_WEIGHT[row["verdict"]]):
        check, params = CHECKS[row["code"]], _spoken(row["params"])
        texts = str(check.title) % params, str(check.detail) % params
        lines.append(CheckLine(check.code, row["verdict"], *texts, str(check.citation)))
    return lines


def shown_all(findings: Iterable[Finding]) -> list[CheckLine]:
    """Every check in words, the clean ones after the findings."""
    found = shown(findings)
    named = {line.code for line in found}
    clean = [
        CheckLine(check.code, OK, str(check.clean), "", str(check.citation))
        for check in CHECKS.values()
        if check.code not in named and check.code != "later_device"
    ]
    return found + clean


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


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the register and the other lists say, read once for the whole list."""

    as_of: date
    class_then: dict[int, str]
    class_today: dict[int, str]
    devices: dict[int, list[tuple[str, date]]]
    elsewhere: dict[int, str]
    other_rounds: dict[int, tuple[str, bool]]
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
    household, day = line.household_id, evidence.as_of.isoformat()
    rows: list[Finding] = []
    if evidence.class_then.get(household) not in (POOR, NEAR_POOR):
        rows.append(finding("class_as_of", FAIL, day=day))
    elif evidence.class_today.get(household) not in (POOR, NEAR_POOR):
        rows.append(finding("class_today", WARN, day=day))
    if household in evidence.elsewhere:
        rows.append(finding("duplicate", FAIL, district=evidence.elsewhere[household]))
    if household in evidence.other_rounds:
        name, approved = evidence.other_rounds[household]
        rows.append(finding("other_round", FAIL if approved else WARN, round=name))
    for kind, received in evidence.devices.get(household, ()):
        before = received <= evidence.as_of
        code, verdict = ("earlier_device", FAIL) if before else ("later_device", WARN)
        rows.append(finding(code, verdict, device=kind, received=received.isoformat()))
    if line.has_need is False:
        rows.append(finding("need", FAIL))
    namesake = _namesake(line, evidence)
    if namesake:
        rows.append(finding("possible_duplicate", WARN, district=namesake))
    if not line.snapshot.get("national_id"):
        rows.append(finding("missing_id", WARN))
    return rows


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
    province = round_.program.province
    own = ListLine.objects.filter(district_list=district_list).values("household")

    def classes(on: date) -> dict[int, str]:
        spells = PovertySpell.objects.in_force(on).filter(household__in=own)
        return dict(spells.values_list("household_id", "poverty_class"))

    live = ListLine.objects.live().filter(household__in=own).exclude(district_list=district_list)
    elsewhere = live.filter(round=round_).values_list("household_id", "district_list__district__name")
    others: dict[int, tuple[str, bool]] = {}
    states = live.exclude(round=round_).values_list("household_id", "round__name", "district_list__state")
    for household, name, state in states:
        approved = state == ListState.APPROVED
        if approved or household not in others:
            others[household] = (name, approved)
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
        as_of=round_.as_of,
        class_then=classes(round_.as_of),
        class_today=classes(timezone.localdate()),
        devices=earlier_devices(province),
        elsewhere=dict(elsewhere),
        other_rounds=others,
        namesakes=namesakes,
    )


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
