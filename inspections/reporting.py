"""Section of periodic reports that the inspection knows: rounds, visits, findings, complaints.

Denunciations, and findings they led to, are counted nowhere: a number alone would tell that there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q

from programs.models import Program
from programs.reporting import (
    Block,
    Cell,
    FigureColumn,
    FigureTable,
    Section,
    Sentence,
    register,
    with_total,
)
from smartphone_support.documents.words import figure

from .choices import ComplaintKind, FindingKind, FindingState, RoundState
from .models import Complaint, FieldCheck, Finding, InspectionRound
from .papers.findings import KIND_WORDS

_COMPLAINT_WORDS = {
    ComplaintKind.PROPOSAL: "Kiến nghị",
    ComplaintKind.FEEDBACK: "Phản ánh",
    ComplaintKind.COMPLAINT: "Khiếu nại",
}


def register_all() -> None:
    register(Section("inspection", "Kiểm tra, giám sát; kiến nghị, phản ánh, khiếu nại", 700, inspection))


def inspection(program: Program, first: date, last: date) -> Sequence[Block]:
    """Rounds in the field, households visited, findings and complaints of the stretch."""
    return [
        *_rounds(program, first, last),
        *_findings(program, first, last),
        *_complaints(program, first, last),
    ]


def _rounds(program: Program, first: date, last: date) -> list[Block]:
    rounds = InspectionRound.objects.filter(program=program).exclude(
        state__in=[RoundState.PLANNED, RoundState.CANCELLED]
    )
    found = rounds.aggregate(
        held=Count("pk", filter=Q(fieldwork_from__lte=last, fieldwork_to__gte=first)),
        concluded=Count("pk", filter=Q(conclusion_date__range=(first, last))),
    )
    checks = FieldCheck.objects.filter(
        round__program=program, counts=True, visited_at__date__range=(first, last)
    )
    visited = checks.filter(sampled__isnull=False).values("sampled__support").distinct().count()
    units = checks.filter(unit__isnull=False).values("unit").distinct().count()
    return [
        Sentence(
            f"Trong kỳ có {figure(found['held'])} đợt kiểm tra, {figure(found['concluded'])} đợt đã có kết "
            f"luận; đã kiểm tra {figure(visited)} hộ và {figure(units)} đơn vị."
        )
    ]


def _findings(program: Program, first: date, last: date) -> list[Block]:
    rows = Finding.objects.filter(program=program, opened_at__date__lte=last).exclude(
        state=FindingState.DROPPED
    )
    known = rows.exclude(complaint__kind=ComplaintKind.DENUNCIATION)
    closed_by_then = Q(state=FindingState.CLOSED, closed_at__date__lte=last)
    found = (
        known.order_by()
        .values_list("kind")
        .annotate(
            opened=Count("pk", filter=Q(opened_at__date__gte=first)),
            closed=Count("pk", filter=closed_by_then & Q(closed_at__date__gte=first)),
            left=Count("pk", filter=~closed_by_then),
        )
    )
    table: list[tuple[Cell, ...]] = [
        (KIND_WORDS[FindingKind(kind)], opened, closed, left)
        for kind, opened, closed, left in sorted(found)
        if opened or closed or left
    ]
    if not table:
        return [Sentence("Trong kỳ không phát hiện tồn tại, hạn chế.")]
    columns = (
        FigureColumn("Tồn tại, hạn chế", 90, "text"), FigureColumn("Phát hiện trong kỳ", 25),
        FigureColumn("Đã khắc phục trong kỳ", 25), FigureColumn("Còn lại cuối kỳ", 25),
    )  # fmt: skip
    return [FigureTable("Tồn tại, hạn chế qua kiểm tra, phản ánh", columns, with_total(table))]


def _complaints(program: Program, first: date, last: date) -> list[Block]:
    rows = Complaint.objects.filter(program=program, received_on__lte=last).exclude(
        kind=ComplaintKind.DENUNCIATION
    )
    answered = Q(answered_on__range=(first, last))
    # Answered, or ended without an answer: not taken up, closed.
    ended = Q(answered_on__lte=last) | Q(answered_on__isnull=True, state__in=["refused", "closed"])
    # An appeal takes it up again, until that is answered too.
    appealed = Q(appealed_on__lte=last) & (Q(appeal_answered_on=None) | Q(appeal_answered_on__gt=last))
    found = (
        rows.order_by()
        .values_list("kind")
        .annotate(
            received=Count("pk", filter=Q(received_on__gte=first)),
            replied=Count("pk", filter=answered),
            right=Count("pk", filter=answered & Q(upheld=True)),
            running=Count("pk", filter=~ended | appealed),
        )
    )
    table: list[tuple[Cell, ...]] = [
        (_COMPLAINT_WORDS[ComplaintKind(kind)], *numbers) for kind, *numbers in sorted(found) if any(numbers)
    ]
    if not table:
        return [Sentence("Trong kỳ không phát sinh kiến nghị, phản ánh, khiếu nại.")]
    columns = (
        FigureColumn("Loại", 65, "text"), FigureColumn("Tiếp nhận trong kỳ", 25),
        FigureColumn("Đã trả lời trong kỳ", 25), FigureColumn("Trong đó đúng", 25),
        FigureColumn("Đang giải quyết cuối kỳ", 25),
    )  # fmt: skip
    return [FigureTable("Kiến nghị, phản ánh, khiếu nại", columns, with_total(table))]
