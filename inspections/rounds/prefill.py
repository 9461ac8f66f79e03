"""What checks and findings say already, in words for minutes, conclusion and report: drafts to correct.

Always Vietnamese: these are texts of office papers. Households are counted, never named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from smartphone_support.documents.words import figure

from ..choices import Answer, FindingKind, FindingState, Severity, UnitKind
from ..models import CheckAnswer, FieldCheck, Finding, InspectedUnit, InspectionRound

_CONTENTS = (
    "Việc thực hiện mục tiêu, nhiệm vụ được giao; chính sách, chế độ hỗ trợ; trình tự, hồ sơ trong quản lý; "
    "kết quả và tác động."
)

#: Nobody has accepted yet that it is mended.
_UNMENDED = (FindingState.OPEN, FindingState.REMEDIED)

#: Words of the kinds of findings, as papers have them.
KIND_WORDS = {
    FindingKind.NOT_RECEIVED: "Hộ chưa nhận được thiết bị",
    FindingKind.IMEI_DIFFERS: "IMEI trên máy khác biên bản bàn giao",
    FindingKind.NOT_IN_USE: "Đã bán, cho mượn, cầm cố hoặc không sử dụng",
    FindingKind.FEE_COLLECTED: "Có thu tiền của hộ",
    FindingKind.SIM_INACTIVE: "SIM hoặc gói dịch vụ không hoạt động",
    FindingKind.DECEASED_BEFORE: "Người nhận đã mất trước ngày bàn giao",
    FindingKind.OTHER_DEVICE: "Hộ đã nhận thiết bị khác",
    FindingKind.DOSSIER: "Hồ sơ thiếu hoặc sai",
    FindingKind.PROCEDURE: "Chưa thực hiện đúng trình tự",
    FindingKind.SERVICE: "Dịch vụ hoặc cước chưa đúng",
    FindingKind.OTHER: "Tồn tại khác",
}


@dataclass(frozen=True)
class Tally:
    """How often one question was answered pass and fail, with the notes to its fails."""

    code: str
    text: str
    passed: int
    failed: int
    notes: tuple[str, ...] = ()

    @property
    def answered(self) -> int:
        return self.passed + self.failed


def household_checks(unit: InspectedUnit) -> QuerySet[FieldCheck]:
    """Checks that count of households the unit answers for: of its area, or handed over by it."""
    if unit.kind == UnitKind.OPERATOR:
        of_unit = Q(sampled__support__operator=unit.organisation)
    elif unit.kind == UnitKind.COMMUNE:
        of_unit = Q(sampled__support__commune=unit.area)
    else:
        of_unit = Q(sampled__support__district=unit.area)
    return FieldCheck.objects.filter(of_unit, round=unit.round, counts=True, sampled__isnull=False)


def findings_of(unit: InspectedUnit) -> QuerySet[Finding]:
    """Findings of the round about the unit or its households; those not upheld are left out."""
    if unit.kind == UnitKind.OPERATOR:
        of_unit = Q(responsible=unit.organisation) | Q(support__operator=unit.organisation)
    elif unit.kind == UnitKind.COMMUNE:
        of_unit = Q(support__commune=unit.area)
    else:
        of_unit = Q(district=unit.area)
    rows = Finding.objects.filter(Q(unit=unit) | of_unit, round=unit.round)
    return rows.exclude(state=FindingState.DROPPED).order_by("pk")


def tallies(checks: QuerySet[FieldCheck]) -> list[Tally]:
    """Question by question over some checks, in the order of the checklist."""
    answers = CheckAnswer.objects.filter(check_row__in=checks).exclude(answer=Answer.NA)
    known: dict[tuple[int, str], tuple[str, Counter[str], list[str]]] = {}
    for row in answers.select_related("item").order_by("item__position", "pk"):
        key = (row.item.position, row.item.code)
        _text, counted, notes = known.setdefault(key, (row.item.text, Counter(), []))
        counted[row.answer] += 1
        if row.answer == Answer.FAIL and row.note:
            notes.append(row.note)
    return [
        Tally(code, text, counted[Answer.PASS], counted[Answer.FAIL], tuple(notes))
        for (_position, code), (text, counted, notes) in sorted(known.items())
    ]


def minutes_draft(unit: InspectedUnit) -> dict[str, Any]:
    """Field → its first text, from the unit's visit, checks and findings."""
    office, homes = tallies(unit.checks.filter(counts=True)), tallies(household_checks(unit))
    visited = household_checks(unit).count()
    return {
        "date": unit.visit_on if unit.visit_on and unit.visit_on <= timezone.localdate() else None,
        "place": f"Trụ sở {_seat(unit)}",
        "contents": _contents(unit, visited),
        "strengths": "\n".join(_strengths(office, homes, visited)),
        "shortcomings": "\n".join(_shortcomings(unit, office, homes, visited)),
        "recommendations": "\n".join(recommendations(findings_of(unit))),
    }


def _seat(unit: InspectedUnit) -> str:
    return f"Ủy ban nhân dân {unit.area.name_in_text}" if unit.area else str(unit.organisation)


def _contents(unit: InspectedUnit, visited: int) -> str:
    lines = [unit.round.scope_text or _CONTENTS]
    used = unit.round.checklist_b if unit.kind == UnitKind.OPERATOR else unit.round.checklist_a
    if used is not None:
        lines.append(f"Xem hồ sơ, tài liệu tại đơn vị theo bảng kiểm phần {used.part}.")
    if visited:
        lines.append(f"Kiểm tra thực tế tại {figure(visited)} hộ theo bảng kiểm phần C.")
    return "\n".join(lines)


def _strengths(office: list[Tally], homes: list[Tally], visited: int) -> list[str]:
    good = [one.text for one in office if not one.failed]
    lines = [f"- {text}." for text in good]
    lines += [
        f"- {one.text}: {figure(one.passed)}/{figure(one.answered)} hộ đạt."
        for one in homes
        if visited and not one.failed
    ]
    return lines


def _shortcomings(unit: InspectedUnit, office: list[Tally], homes: list[Tally], visited: int) -> list[str]:
    lines = []
    for one in office:
        if one.failed:
            note = f" ({'; '.join(note.rstrip('. ') for note in one.notes)})" if one.notes else ""
            lines.append(f"- Không đạt: {one.text}{note}.")
    lines += [
        f"- {one.text}: {figure(one.failed)}/{figure(one.answered)} hộ không đạt."
        for one in homes
        if one.failed
    ]
    by_hand = findings_of(unit).filter(opened_by__isnull=False)
    return lines + [f"- {' '.join(finding.description.split()).rstrip('.')}." for finding in by_hand]


def recommendations(findings: QuerySet[Finding]) -> list[str]:
    """What has still to be mended: each kind with how many, a line for every day it is due."""
    rows = findings.filter(state__in=_UNMENDED).exclude(severity=Severity.REMINDER)
    counted = rows.order_by().values("kind", "due").annotate(number=Count("pk"))
    lines: dict[str, list[str]] = {}
    for row in counted.order_by(F("due").asc(nulls_last=True)):
        by = f", chậm nhất ngày {row['due']:%d/%m/%Y}" if row["due"] else ""
        line = f"- {KIND_WORDS[FindingKind(row['kind'])]}: khắc phục {figure(row['number'])} trường hợp{by}."
        lines.setdefault(row["kind"], []).append(line)
    return [line for kind in FindingKind for line in lines.get(kind, [])]


def conclusion_draft(round_: InspectionRound) -> str:
    """A first text of the conclusion, with the figures of the round."""
    checks = FieldCheck.objects.filter(round=round_, counts=True)
    homes = checks.filter(sampled__isnull=False)
    findings = Finding.objects.filter(round=round_).exclude(state=FindingState.DROPPED)
    serious = findings.filter(severity=Severity.SERIOUS).count()
    found = f"phát hiện {figure(findings.count())} tồn tại, trong đó {figure(serious)} nghiêm trọng"
    lines = [
        f"Đoàn đã kiểm tra {figure(round_.units.count())} đơn vị và {figure(homes.count())} hộ được hỗ trợ; "
        f"{found if findings.exists() else 'không phát hiện tồn tại'}."
    ]
    failed = [one for one in tallies(homes) if one.failed]
    if failed:
        lines.append("Nội dung hộ chưa đạt:")
        lines += [
            f"- {one.text}: {figure(one.failed)}/{figure(one.answered)} hộ không đạt." for one in failed
        ]
    wanted = recommendations(findings)
    if wanted:
        lines += ["Yêu cầu các đơn vị:", *wanted]
    return "\n".join(lines)


def report_draft(round_: InspectionRound) -> str:
    """A first text of the closing report: what was done and what became of the findings."""
    findings = Finding.objects.filter(round=round_).exclude(state=FindingState.DROPPED)
    closed = findings.filter(state=FindingState.CLOSED).count()
    open_ = findings.count() - closed
    units = ", ".join(_seat(unit) for unit in round_.units.select_related("area", "organisation"))
    lines = [f"Đoàn kiểm tra đã làm việc với: {units}.", round_.conclusion]
    if findings.exists():
        rest = f"; còn {figure(open_)} tồn tại tiếp tục theo dõi" if open_ else ""
        lines.append(f"Đến nay {figure(closed)}/{figure(findings.count())} tồn tại đã khắc phục xong{rest}.")
    return "\n".join(line for line in lines if line)
