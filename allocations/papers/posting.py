"""Danh sách niêm yết and biên bản niêm yết: the list as people may read it, and that it was posted.

Posted are the ordinal, the head's name, village, class, priority and form; never numbers, birth dates,
telephones or ethnicity (domain 8.3).
"""

from __future__ import annotations

from itertools import groupby

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import (
    Block,
    Column,
    Heading,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
)
from smartphone_support.documents.words import DOTS, LONG_DOTS, closing_sentence, counted, figure, short_day

from ..choices import Decision, ObjectionOutcome, SupportForm
from ..models import DistrictList, ListLine, PublicPosting
from .households import CLASS_WORDS, FORM_WORDS
from .office import SIGN_HERE, committee, committee_head, commune_head, device_words, place_day, sides

_COLUMNS = (
    Column("STT", 10, "center"),
    Column("Họ và tên chủ hộ", 45),
    Column("Thôn, tổ dân phố", 38),
    Column("Diện", 24),
    Column("Ưu tiên", 14, "center"),
    Column("Hình thức hỗ trợ", 34),
)
_OBJECTIONS = (
    Column("STT", 10, "center"),
    Column("Ngày nhận", 20, "center"),
    Column("Người phản ánh", 30),
    Column("Nội dung", 50),
    Column("Kết quả trả lời", 55),
)
_OUTCOMES = {
    ObjectionOutcome.UPHELD: "Có cơ sở",
    ObjectionOutcome.REJECTED: "Không có cơ sở",
    ObjectionOutcome.NOTED: "Ghi nhận",
}


def posted_list(district_list: DistrictList, commune: AdministrativeArea | None = None) -> Paper:
    """The list for the notice board, of one commune or of the whole district."""
    round_, place = district_list.round, commune or district_list.district
    device = device_words(round_)
    return Paper(
        letterhead=commune_head(commune) if commune else committee_head(district_list.district, ""),
        place_day=place_day(place, None),
        kind="DANH SÁCH NIÊM YẾT CÔNG KHAI",
        summary=f"Hộ được đề nghị hỗ trợ {device} tại {place.name_in_text}, {round_.name}",
        blocks=(
            Paragraph(
                "Ý kiến phản ánh về danh sách này xin gửi về "
                f"{committee(place)} trong thời gian niêm yết, từ ngày {DOTS} đến ngày {DOTS}."
            ),
            *_tables(district_list, commune),
        ),
        signatures=_chair(place),
    )


def _chair(place: AdministrativeArea) -> tuple[Signature, ...]:
    return (Signature((f"TM. {committee(place)}".upper(), "CHỦ TỊCH")),)


def _tables(district_list: DistrictList, commune: AdministrativeArea | None) -> list[Block]:
    lines = district_list.lines.select_related("commune").order_by("commune__code", "position")
    if commune is not None:
        lines = lines.filter(commune=commune)
    kept = [line for line in lines if line.decision == Decision.KEEP]
    reserves = [line for line in lines if line.decision == Decision.RESERVE]
    blocks: list[Block] = [Heading("I. Hộ được đề nghị hỗ trợ"), _table(kept)]
    closing = Paragraph(closing_sentence(len(kept)), bold=True, indent=False, align="left")
    blocks.append(closing)
    if reserves:
        blocks += [
            Heading("II. Hộ dự phòng, theo thứ tự xét"),
            _table(reserves),
            Paragraph(f"Dự phòng: {counted(len(reserves))} hộ.", indent=False, align="left"),
        ]
    return blocks


def _table(lines: list[ListLine]) -> Table:
    """Grouped by commune, numbered through."""
    rows, number = [], 0
    for commune, members in groupby(lines, key=lambda line: line.commune):
        inside = list(members)
        rows.append(Row(("", f"{commune.name}: {figure(len(inside))} hộ"), (1, 5), bold=True))
        for line in inside:
            number += 1
            facts = line.snapshot
            rows.append(
                Row(
                    (
                        str(number), facts.get("head_name", ""), facts.get("village", ""),
                        CLASS_WORDS.get(facts.get("poverty_class") or "", ""), str(line.priority),
                        FORM_WORDS[SupportForm(line.support_form)],
                    )
                )
            )  # fmt: skip
    return Table(_COLUMNS, tuple(rows))


def posting_minutes(posting: PublicPosting) -> Paper:
    """The record that the list was posted: where, how long, what people said and what they were answered."""
    district_list, round_ = posting.district_list, posting.district_list.round
    place = posting.commune or district_list.district
    kept = district_list.lines.filter(decision=Decision.KEEP)
    if posting.commune is not None:
        kept = kept.filter(commune=posting.commune)
    objections = list(posting.objections.order_by("received_on", "pk"))
    answered = sum(one.is_answered for one in objections)
    body: list[Block] = [
        Paragraph(f"Hôm nay, {DOTS}, tại {posting.place}, chúng tôi gồm:"),
        Paragraph(f"1. Đại diện {committee(place)}: ông (bà) {LONG_DOTS} Chức vụ: {DOTS}"),
        Paragraph(f"2. Đại diện Ủy ban Mặt trận Tổ quốc Việt Nam: ông (bà) {DOTS} Chức vụ: {DOTS}"),
        Paragraph(f"3. Đại diện thôn, tổ dân phố: ông (bà) {LONG_DOTS} Chức vụ: {DOTS}"),
        Paragraph(
            f"Đã lập biên bản về việc niêm yết công khai danh sách hộ được đề nghị hỗ trợ "
            f"{device_words(round_)}, {round_.name} (bản rà soát lần {posting.list_version}) như sau:"
        ),
        Paragraph(f"Nơi niêm yết: {posting.place}.", lead="1."),
        Paragraph(
            f"Thời gian niêm yết: từ ngày {short_day(posting.from_day)} đến hết ngày "
            f"{short_day(posting.to_day)}.",
            lead="2.",
        ),
        Paragraph(f"Số hộ được niêm yết của {place.name_in_text}: {counted(kept.count())} hộ.", lead="3."),
        Paragraph(
            f"Ý kiến phản ánh: {counted(len(objections))} ý kiến; đã trả lời {counted(answered)} ý kiến."
            if objections
            else "Ý kiến phản ánh: không có.",
            lead="4.",
        ),
    ]
    if objections:
        body.append(_objections(posting))
    if posting.note:
        body.append(Paragraph(f"Ghi chú: {posting.note}"))
    if posting.withdrawn_at:
        body.append(Paragraph(f"Bản ghi niêm yết này đã bị hủy: {posting.withdrawn_reason}.", bold=True))
    body.append(Paragraph("Biên bản được đọc lại cho những người có mặt cùng nghe, thống nhất và ký tên./."))
    return Paper(
        letterhead=commune_head(posting.commune) if posting.commune else committee_head(place, ""),
        place_day=place_day(place, None),
        kind="BIÊN BẢN",
        summary=f"Niêm yết công khai danh sách hộ được đề nghị hỗ trợ {device_words(round_)}",
        blocks=tuple(body),
        signatures=sides("ĐẠI DIỆN THÔN", "ĐẠI DIỆN MẶT TRẬN", "ĐẠI DIỆN UBND", hint=SIGN_HERE),
    )


def _objections(posting: PublicPosting) -> Table:
    rows = []
    for number, one in enumerate(posting.objections.order_by("received_on", "pk"), start=1):
        outcome = _OUTCOMES.get(ObjectionOutcome(one.outcome), "") if one.outcome else "Chưa trả lời"
        answer = f"{outcome}: {one.answer}" if one.answer else outcome
        rows.append(
            Row(
                (
                    str(number), short_day(one.received_on), one.from_whom or "Không nêu tên",
                    one.content, answer,
                )
            )
        )  # fmt: skip
    return Table(_OBJECTIONS, tuple(rows))
