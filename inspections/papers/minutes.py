"""Biên bản kiểm tra of a unit, with the blocks such minutes usually have; signed by both sides."""

from __future__ import annotations

from datetime import time

from allocations.papers.office import number_line, sides
from smartphone_support.documents.paper import Block, Heading, Letterhead, Paper, Paragraph
from smartphone_support.documents.words import DOTS, LONG_DOTS, day_in_words, in_words

from ..models import InspectedUnit
from .frame import ROLES, decision_basis, head_of, lines, members, place, seat, subject

NOTHING = "Không có."


def minutes(unit: InspectedUnit) -> Paper:
    """The minutes as written: both sides read and sign them."""
    written, round_ = unit.minutes, unit.round
    body: list[Block] = [
        Paragraph(f"{decision_basis(round_)};", italic=True),
        Paragraph(
            f"Hôm nay, {hour(written.began_at)}, {day_in_words(written.date)}, tại {written.place}, Đoàn "
            f"kiểm tra tiến hành {subject(round_)} đối với {seat(unit)}."
        ),
        Heading("I. THÀNH PHẦN"),
        Paragraph("1. Đoàn kiểm tra:", bold=True),
        *[Paragraph(f"- {_member(one.name, one.position, ROLES[one.role])}") for one in members(round_)],  # type: ignore[index]  # a TeamRole's value
        Paragraph(f"2. Đại diện {seat(unit)}:", bold=True),
        *[Paragraph(f"- {line.lstrip('- ')}") for line in _lines(written.unit_people)],
        Heading("II. NỘI DUNG KIỂM TRA"),
        *lines(written.contents),
        Heading("III. KẾT QUẢ KIỂM TRA"),
        Paragraph("1. Kết quả đạt được:", bold=True),
        *_or_nothing(written.strengths),
        Paragraph("2. Tồn tại, hạn chế:", bold=True),
        *_or_nothing(written.shortcomings),
        Heading("IV. Ý KIẾN CỦA ĐƠN VỊ ĐƯỢC KIỂM TRA"),
        *_or_nothing(written.opinion),
        Heading("V. KIẾN NGHỊ VÀ THỜI HẠN KHẮC PHỤC"),
        *_or_nothing(written.recommendations),
        Paragraph(
            f"Biên bản kết thúc vào {hour(written.ended_at)} cùng ngày, được lập thành {written.copies:02d} "
            f"({in_words(written.copies)}) bản có giá trị như nhau, mỗi bên giữ ít nhất 01 bản; đã đọc lại "
            "cho những người có mặt cùng nghe, thống nhất và ký tên./."
        ),
    ]
    issued = head_of(round_)
    return Paper(
        letterhead=Letterhead(issued.issuer, "ĐOÀN KIỂM TRA", ""),
        number=number_line(written.number, "BB-ĐKT"),
        place_day=f"{place(round_).short_name}, {day_in_words(written.date)}",
        kind="BIÊN BẢN",
        summary=f"{subject(round_)[:1].upper()}{subject(round_)[1:]} tại {seat(unit)}",
        blocks=tuple(body),
        signatures=sides("ĐẠI DIỆN ĐƠN VỊ ĐƯỢC KIỂM TRA", "THƯ KÝ", "TRƯỞNG ĐOÀN"),
    )


def _member(name: str, position: str, role: str) -> str:
    return f"Ông (bà) {', '.join(part for part in (name, position, role) if part)}."


def hour(moment: time | None) -> str:
    """ "8 giờ 30 phút", or dots."""
    if moment is None:
        return f"{DOTS[:4]} giờ {DOTS[:4]} phút"
    return f"{moment.hour} giờ {moment.minute:02d} phút"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or [LONG_DOTS]


def _or_nothing(text: str) -> list[Block]:
    return lines(text) or [Paragraph(NOTHING)]
