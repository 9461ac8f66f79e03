"""Thông báo kết luận kiểm tra and báo cáo kết quả kiểm tra of a round."""

from __future__ import annotations

from django.db.models import Count, Q

from allocations.papers.office import committee, number_line, place_day
from smartphone_support.documents.paper import Block, Column, Heading, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import figure, short_day

from ..choices import FindingKind, FindingState, Severity
from ..models import FieldCheck, Finding, InspectionRound
from ..rounds.prefill import KIND_WORDS, household_checks, tallies
from .frame import (
    decision_basis,
    head_of,
    issuer,
    lines,
    place,
    seat,
    signature,
    span,
    subject,
    symbol,
    unit_names,
)

_UNITS = (
    Column("STT", 10, "center"),
    Column("Đơn vị được kiểm tra", 70),
    Column("Ngày làm việc", 28, "center"),
    Column("Số biên bản", 32),
    Column("Số hộ kiểm tra", 25, "right"),
)
_FINDINGS = (
    Column("STT", 10, "center"),
    Column("Tồn tại", 70),
    Column("Tổng số", 20, "right"),
    Column("Nghiêm trọng", 25, "right"),
    Column("Đã khắc phục", 25, "right"),
    Column("Đang theo dõi", 25, "right"),
)
_QUESTIONS = (
    Column("Mã", 12, "center"),
    Column("Nội dung", 103),
    Column("Đạt", 20, "right"),
    Column("Không đạt", 25, "right"),
)


def conclusion(round_: InspectionRound) -> Paper:
    """The leader's conclusion, to the inspected units; a remedy is asked for where something was found."""
    found = Finding.objects.filter(round=round_).exclude(state=FindingState.DROPPED).exists()
    asked = (
        "Yêu cầu các đơn vị được kiểm tra khắc phục tồn tại đúng thời hạn, báo cáo kết quả kèm tài liệu "
        f"chứng minh về {issuer(round_)} để theo dõi, xác minh./."
    )
    told = f"{issuer(round_)} thông báo để các đơn vị được kiểm tra biết, tiếp tục thực hiện./."
    body: list[Block] = [
        Paragraph(
            f"{decision_basis(round_)}; trên cơ sở biên bản kiểm tra tại các đơn vị, {issuer(round_)} thông "
            f"báo kết luận như sau:"
        ),
        *lines(round_.conclusion),
        Paragraph(asked if found else told[0].upper() + told[1:]),
    ]
    return Paper(
        letterhead=head_of(round_),
        number=number_line(round_.conclusion_number, symbol(round_, "TB")),
        place_day=place_day(place(round_), round_.conclusion_date),
        kind="THÔNG BÁO",
        summary=f"Kết luận {subject(round_)}",
        addressee=f"Kính gửi: {'; '.join(unit_names(round_))}.",
        blocks=tuple(body),
        signatures=(signature(round_, round_.concluded_by),),
        recipients=("- Như trên;", "- Thành viên Đoàn kiểm tra;", "- Lưu: VT, hồ sơ kiểm tra."),
    )


def report(round_: InspectionRound) -> Paper:
    """What was done, found and mended, with the figures behind it."""
    homes = FieldCheck.objects.filter(round=round_, counts=True, sampled__isnull=False)
    answered = tallies(homes)
    body: list[Block] = [
        Paragraph(
            f"{decision_basis(round_)}, Đoàn kiểm tra đã làm việc tại các đơn vị và tại hộ "
            f"{span(round_.fieldwork_from, round_.fieldwork_to)}; thời kỳ được kiểm tra "
            f"{span(round_.period_from, round_.period_to)}. Kết quả như sau:"
        ),
        Heading("I. ĐƠN VỊ ĐƯỢC KIỂM TRA"),
        _units(round_),
        Heading("II. KẾT QUẢ TẠI HỘ"),
        Paragraph(f"Số hộ được kiểm tra: {figure(homes.count())} hộ."),
        *([_questions(answered)] if answered else []),
        Heading("III. TỒN TẠI VÀ KHẮC PHỤC"),
        *_findings(round_),
        Heading("IV. KẾT LUẬN, KIẾN NGHỊ"),
        *lines(round_.closing_report),
        Paragraph(f"Trên đây là báo cáo kết quả kiểm tra, {issuer(round_)} kính báo cáo./."),
    ]
    superior = committee(round_.program.province)
    return Paper(
        letterhead=head_of(round_),
        number=number_line("", symbol(round_, "BC")),
        place_day=place_day(place(round_), None, year=(round_.conclusion_date or round_.fieldwork_to).year),
        kind="BÁO CÁO",
        summary=f"Kết quả {subject(round_)}",
        addressee=f"Kính gửi: {superior}.",
        blocks=tuple(body),
        signatures=(signature(round_, round_.concluded_by),),
        recipients=("- Như trên;", "- Các đơn vị được kiểm tra;", "- Lưu: VT, hồ sơ kiểm tra."),
    )


def _units(round_: InspectionRound) -> Table:
    rows = []
    units = round_.units.select_related("area__parent", "organisation", "minutes", "round")
    for number, unit in enumerate(units, start=1):
        minutes = getattr(unit, "minutes", None)
        day, written = (minutes.date, minutes.number) if minutes else (unit.visit_on, "")
        visited = figure(household_checks(unit).count())
        rows.append(Row((str(number), seat(unit), short_day(day), written, visited)))
    return Table(_UNITS, tuple(rows))


def _questions(answered: list) -> Table:  # type: ignore[type-arg]  # of prefill.Tally
    rows = tuple(Row((one.code, one.text, figure(one.passed), figure(one.failed))) for one in answered)
    return Table(_QUESTIONS, rows)


def _findings(round_: InspectionRound) -> list[Block]:
    findings = Finding.objects.filter(round=round_).exclude(state=FindingState.DROPPED)
    counted = findings.order_by().values("kind").annotate(
        total=Count("pk"),
        serious=Count("pk", filter=Q(severity=Severity.SERIOUS)),
        closed=Count("pk", filter=Q(state=FindingState.CLOSED)),
    )  # fmt: skip
    by_kind = {row["kind"]: row for row in counted}
    if not by_kind:
        return [Paragraph("Không phát hiện tồn tại.")]
    rows: list[Row] = []
    for kind in FindingKind:
        if (row := by_kind.get(kind)) is None:
            continue
        figures = (row["total"], row["serious"], row["closed"], row["total"] - row["closed"])
        rows.append(Row((str(len(rows) + 1), KIND_WORDS[kind], *(figure(one) for one in figures))))
    totals = [sum(row[name] for row in by_kind.values()) for name in ("total", "serious", "closed")]
    shown = (*totals, totals[0] - totals[2])
    rows.append(Row(("Cộng", *(figure(one) for one in shown)), (2, 1, 1, 1, 1), bold=True))
    return [Table(_FINDINGS, tuple(rows))]
