"""Thông báo kiểm tra to a unit, with the outline of the report it is to hand in as an annex."""

from __future__ import annotations

from allocations.papers.office import number_line, place_day
from smartphone_support.documents.paper import Annex, Block, Paper, Paragraph
from smartphone_support.documents.words import DOTS, day_in_words, numbered, unnumbered

from ..choices import UnitKind
from ..models import InspectedUnit
from ..rounds.outlines import default_outline
from .frame import (
    contents,
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
)


def notice(unit: InspectedUnit) -> Paper:
    """When the team comes, what it looks at, what the unit prepares."""
    round_ = unit.round
    number = unit.notice_number
    visit = day_in_words(unit.visit_on)
    body: list[Block] = [
        Paragraph(
            f"{decision_basis(round_)}, {issuer(round_)} thông báo lịch kiểm tra tại {seat(unit)} như sau:"
        ),
        Paragraph("", lead="1. Nội dung kiểm tra:"),
        *lines(contents(round_)),
        Paragraph(f"{span(round_.period_from, round_.period_to)}.", lead="2. Thời kỳ được kiểm tra:"),
        Paragraph(f"{DOTS}, {visit}.", lead="3. Thời gian làm việc:"),
        Paragraph(f"Trụ sở {seat(unit)}{_homes(unit)}.", lead="4. Địa điểm:"),
        Paragraph(
            "đại diện lãnh đạo, cán bộ trực tiếp thực hiện và các bộ phận có liên quan.",
            lead="5. Thành phần của đơn vị:",
        ),
        Paragraph(
            "báo cáo theo đề cương kèm theo, gửi trước buổi làm việc ít nhất 03 ngày làm việc; hồ sơ, tài "
            "liệu, danh sách, biên bản bàn giao liên quan.",
            lead="6. Chuẩn bị:",
        ),
        Paragraph(f"Đề nghị {seat(unit)} bố trí thời gian, địa điểm để Đoàn làm việc./."),
    ]
    written = numbered(number) if number else unnumbered("", symbol(round_, "TB"))
    outline = Annex(
        title="PHỤ LỤC",
        summary="Đề cương báo cáo phục vụ kiểm tra",
        reference=(
            f"(Kèm theo Thông báo số {written} {day_in_words(unit.notice_date)} của {issuer(round_)})"
        ),
        blocks=tuple(lines(round_.outline or default_outline(round_))),
        landscape=False,
    )
    return Paper(
        letterhead=head_of(round_),
        number=number_line(number, symbol(round_, "TB")),
        place_day=place_day(place(round_), unit.notice_date),
        kind="THÔNG BÁO",
        summary=f"Về việc {subject(round_)}",
        addressee=f"Kính gửi: {seat(unit)}.",
        blocks=tuple(body),
        signatures=(signature(round_),),
        recipients=("- Như trên;", "- Thành viên Đoàn kiểm tra;", "- Lưu: VT."),
        annexes=(outline,),
        is_draft=unit.notice_date is None,
    )


def _homes(unit: InspectedUnit) -> str:
    """A team that looks at an area goes to households too."""
    return "" if unit.kind == UnitKind.OPERATOR else " và tại một số hộ được hỗ trợ trên địa bàn"
