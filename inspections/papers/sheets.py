"""Phiếu kiểm tra hộ: the questions for a household on one A4 page, to be filled in by hand and entered later.

Of the household only what finds it and what it was given: its identity number and the IMEI are left to be
written down from what is seen, so that the paper proves something and a lost one tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allocations.models import HandOver
from allocations.papers.office import committee_head, department_head, sides
from smartphone_support.documents.paper import Block, Column, Letterhead, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import day_in_words, short_day

from ..models import ChecklistItem, InspectionRound, SampledHousehold
from ..offline.packs import first_day

_FACTS = (Column("Nội dung", 42), Column("Theo hồ sơ", 78), Column("Ghi khi kiểm tra", 60))
_QUESTIONS = (
    Column("Mã", 9, "center"),
    Column("Nội dung kiểm tra", 99),
    Column("Đạt", 11, "center"),
    Column("Không đạt", 14, "center"),
    Column("Không áp dụng", 15, "center"),
    Column("Ghi chú", 32),
)
_SIZE = 10  # points: thirteen questions and room to sign fit on one page
_ROW = 4.5  # millimetres besides the cell's own margins: room for a tick and a word


def sheet(
    round_: InspectionRound,
    sampled: SampledHousehold,
    hand_over: HandOver | None,
    items: Iterable[ChecklistItem],
) -> Paper:
    """The sheet of one household."""
    support = sampled.support
    household = support.household
    parts = (household.village, support.commune.name_in_text, support.district.name_in_text)
    facts = (
        (f"Chủ hộ (mã mẫu {sampled.pk})", household.head_name),
        ("Địa chỉ", ", ".join(part for part in parts if part)),
        ("Máy, ngày bàn giao", _given(sampled, hand_over)),
        ("Số CCCD", "xem tại hộ"),
        ("IMEI trên máy", "bấm *#06# để xem"),
        ("Người trả lời; ngày, giờ", ""),
    )
    questions = [Row((item.code, item.text, "", "", "", ""), height=_ROW) for item in items]
    opinion = Row(("", "Ý kiến khác của hộ:", ""), (1, 1, 4), height=2 * _ROW)
    body: tuple[Block, ...] = (
        Table(_FACTS, tuple(Row((*fact, ""), height=_ROW) for fact in facts), size=_SIZE),
        Paragraph("Đánh dấu X vào một ô ở mỗi dòng.", italic=True, indent=False, align="left"),
        Table(_QUESTIONS, (*questions, opinion), size=_SIZE),
    )
    return Paper(
        letterhead=_head(round_),
        place_day=f"{support.commune.short_name}, {day_in_words(None)}",
        kind="PHIẾU KIỂM TRA HỘ",
        summary=round_.name,
        blocks=body,
        signatures=sides("NGƯỜI TRẢ LỜI", "NGƯỜI KIỂM TRA"),
    )


def sheets(
    round_: InspectionRound, samples: Sequence[SampledHousehold], hand_overs: dict[int, HandOver]
) -> list[Paper]:
    """A page a household, in the order given."""
    items = list(round_.checklist_c.items.order_by("position")) if round_.checklist_c else []
    return [sheet(round_, row, hand_overs.get(row.support_id), items) for row in samples]


def _head(round_: InspectionRound) -> Letterhead:
    if round_.district is not None:
        return committee_head(round_.district, "")
    return department_head(round_.program.province)


def _given(sampled: SampledHousehold, hand_over: HandOver | None) -> str:
    support = sampled.support
    if hand_over is None:
        return "chưa có biên bản bàn giao"
    what = hand_over.device.model if hand_over.device else "hỗ trợ bằng tiền"
    by = f", {support.operator.name}" if support.operator else ""
    place = f", tại {hand_over.place}" if hand_over.place else ""
    return f"{what}{by}, bàn giao ngày {short_day(first_day(support, hand_over))}{place}"
