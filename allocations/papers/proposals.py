"""Tờ trình and quyết định phê duyệt danh sách, both with the list of households as their annex."""

from __future__ import annotations

from collections.abc import Sequence

from smartphone_support.documents.paper import Annex, Block, Column, Note, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import MASKED, closing_sentence, counted, figure

from ..choices import ProposalState
from ..models import ApprovalDecision, DistrictList, Proposal
from .annex import decision_line
from .households import Numbers, Part, Subtotal, approved_table, kept_lines
from .office import (
    DECISION,
    bases,
    committee,
    committee_head,
    committee_signature,
    department_head,
    department_name,
    department_symbol,
    device_words,
    director_signature,
    number_line,
    place_day,
    places,
    proposed_by,
    quota_basis,
    round_bases,
    their_committees,
)

_SUMMARY_COLUMNS = (
    Column("STT", 9, "center"),
    Column("Huyện, thị xã, thành phố", 45),
    Column("Chỉ tiêu", 15, "right"),
    Column("Số hộ đề nghị", 17, "right"),
    Column("Hộ nghèo", 15, "right"),
    Column("Hộ cận nghèo", 16, "right"),
    Column("Gia đình NCC", 16, "right"),
    Column("Gia đình CSXH", 16, "right"),
)


def submission(proposal: Proposal, lists: Sequence[DistrictList], *, in_full: bool) -> Paper:
    """The department's letter asking the PPC to approve the lists. A draft has no number and no day yet."""
    round_ = proposal.round
    province = round_.program.province
    symbol = f"TTr-{department_symbol(province)}"
    is_draft = proposal.state == ProposalState.DRAFT
    parts = kept_lines(lists)
    total = _total(parts)
    device = device_words(round_)
    annex = _households_annex(
        parts, title="PHỤ LỤC", round_words=_heading(proposal), reference=_letter_line(proposal, symbol),
        in_full=in_full, is_extract=_is_extract(proposal, lists),
    )  # fmt: skip
    return Paper(
        letterhead=department_head(province),
        number=number_line("" if is_draft else proposal.number, symbol),
        place_day=place_day(province, None if is_draft else proposal.date, year=proposal.date.year),
        kind="TỜ TRÌNH",
        summary=f"Về việc phê duyệt danh sách hộ được hỗ trợ {device}, {round_.name}",
        addressee=f"Kính gửi: {committee(province)}.",
        bases=bases([*round_bases(round_, of_committee=False), *quota_basis(round_, _waves(lists))]),
        blocks=(*_submission_body(proposal, parts, total),),
        signatures=(director_signature(),),
        recipients=("- Như trên;", "- Giám đốc, các Phó Giám đốc Sở;", "- Lưu: VT."),
        annexes=(annex,),
        is_draft=is_draft,
    )


def _submission_body(proposal: Proposal, parts: Sequence[Part], total: Subtotal) -> list[Block]:
    round_ = proposal.round
    province = round_.program.province
    device, office = device_words(round_), department_name(province)
    names = [row.district.name_in_text for row, _lines in parts]
    rows = [
        _summary_row(str(number), row.district.name, row.quota, Subtotal.of(lines))
        for number, (row, lines) in enumerate(parts, 1)
    ]
    rows.append(_summary_row("", "Tổng cộng", sum(row.quota for row, _lines in parts), total, bold=True))
    return [
        Paragraph(
            f"Thực hiện hỗ trợ {device} cho hộ nghèo, hộ cận nghèo và gia đình chính sách trên địa bàn tỉnh, "
            f"{office} kính trình {committee(province)} phê duyệt danh sách hộ được hỗ trợ, {round_.name}, "
            "như sau:"
        ),
        Paragraph("Kết quả rà soát, thẩm định", lead="1.", bold=True),
        Paragraph(
            f"{their_committees(names)} đã rà soát, xét duyệt và chịu trách nhiệm về sự chuẩn xác của danh "
            f"sách. {office} đã thẩm định từng hộ theo điều kiện của nguồn hỗ trợ, tính đến "
            f"ngày {round_.as_of:%d/%m/%Y}. Kết quả: {counted(total.households)} hộ đủ điều kiện, đề nghị hỗ "
            f"trợ, trong đó {_form_words(total, device)}."
        ),
        Table(_SUMMARY_COLUMNS, tuple(rows)),
        Paragraph("Đề nghị", lead="2.", bold=True),
        Paragraph(
            f"{office} kính đề nghị {committee(province)} xem xét, phê duyệt danh sách "
            f"{counted(total.households)} hộ được hỗ trợ {device} theo Phụ lục và dự thảo Quyết định kèm "
            "theo./."
        ),
    ]


def _summary_row(number: str, name: str, quota: int, subtotal: Subtotal, *, bold: bool = False) -> Row:
    marks = (figure(count) for count in subtotal.marks.values())
    return Row((number, name, figure(quota), figure(subtotal.households), *marks), bold=bold)


def _form_words(total: Subtotal, device: str) -> str:
    devices = f"{figure(total.households - total.cash)} hộ nhận {device} kèm dịch vụ viễn thông"
    return f"{devices} và {figure(total.cash)} hộ nhận hỗ trợ bằng tiền" if total.cash else devices


def approval(proposal: Proposal, lists: Sequence[DistrictList], *, in_full: bool) -> Paper:
    """The PPC's decision that approves the lists: a draft until it is recorded."""
    round_ = proposal.round
    province = round_.program.province
    decision = ApprovalDecision.objects.filter(proposal=proposal).first()
    parts = kept_lines(lists)
    annex = _households_annex(
        parts, title="PHỤ LỤC", round_words=_heading(proposal), in_full=in_full,
        reference=decision_line(decision, province.name), digest=decision.digest if decision else "",
        is_extract=_is_extract(proposal, lists),
    )  # fmt: skip
    letter_day = None if proposal.state == ProposalState.DRAFT else proposal.date
    letter = "" if proposal.state == ProposalState.DRAFT else proposal.number
    year = decision.date.year if decision else proposal.date.year
    return Paper(
        letterhead=committee_head(province, DECISION),
        number=number_line(decision.number if decision else "", DECISION),
        place_day=place_day(province, decision.date if decision else None, year=year),
        kind="QUYẾT ĐỊNH",
        summary=f"Phê duyệt danh sách hộ được hỗ trợ {device_words(round_)}, {round_.name}",
        authority=committee(province).upper(),
        bases=bases(
            [
                *round_bases(round_, of_committee=True),
                *quota_basis(round_, _waves(lists)),
                proposed_by(province, letter, letter_day),
            ]
        ),
        enacting="QUYẾT ĐỊNH:",
        blocks=_articles(proposal, parts, _total(parts)),
        signatures=(committee_signature(decision.signer if decision else "", province),),
        recipients=(
            "- Như Điều 3;",
            "- Chủ tịch, các Phó Chủ tịch UBND tỉnh;",
            f"- {department_name(province)};",
            "- Lưu: VT.",
        ),
        annexes=(annex,),
        is_draft=decision is None,
    )


def _articles(proposal: Proposal, parts: Sequence[Part], total: Subtotal) -> tuple[Block, ...]:
    round_ = proposal.round
    device, office = device_words(round_), department_name(round_.program.province)
    names = [row.district.name_in_text for row, _lines in parts]
    return (
        Paragraph(
            f"Phê duyệt danh sách {counted(total.households)} hộ của {places(names)} được hỗ trợ {device}, "
            f"{round_.name}, trong đó {_form_words(total, device)} (Phụ lục kèm theo).",
            lead="Điều 1.",
        ),
        Paragraph(f"Nguồn thực hiện: {round_.funding_source.name}."),
        Paragraph("Tổ chức thực hiện", lead="Điều 2."),
        Paragraph(
            f"1. {office} chủ trì, phối hợp với Ủy ban nhân dân các địa phương có hộ được hỗ trợ và "
            "doanh nghiệp "
            "viễn thông tổ chức hỗ trợ đúng đối tượng, không trùng lặp; theo dõi, tổng hợp, báo cáo kết quả."
        ),
        Paragraph(
            f"2. {their_committees(names)} công khai danh sách được phê duyệt; tổ chức bàn giao đến từng hộ."
        ),
        Paragraph(
            "Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng "
            f"{committee(round_.program.province)}; Giám "
            f"đốc {office}; Chủ tịch {their_committees(names)}; Thủ trưởng các cơ quan, đơn vị "
            "liên quan "
            "và các hộ có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
            lead="Điều 3.",
        ),
    )


def _households_annex(
    parts: Sequence[Part], *, title: str, round_words: str, reference: str, in_full: bool, digest: str = "",
    is_extract: bool = False,
) -> Annex:  # fmt: skip
    table, total = approved_table(parts, Numbers(in_full))
    blocks: list[Block] = [
        table,
        Paragraph(closing_sentence(total.households), bold=True, indent=False, align="left"),
    ]
    if digest:
        blocks.append(Note(f"Mã kiểm tra nội dung (SHA-256): {digest}"))
    if not in_full:
        blocks.append(Note(MASKED))
    return Annex(f"{title} (trích)" if is_extract else title, round_words, reference, tuple(blocks))


def _heading(proposal: Proposal) -> str:
    return f"DANH SÁCH HỘ ĐƯỢC HỖ TRỢ {device_words(proposal.round).upper()}, {proposal.round.name.upper()}"


def _letter_line(proposal: Proposal, symbol: str) -> str:
    """The line that ties the annex to its letter; gaps while the letter is a draft."""
    is_draft = proposal.state == ProposalState.DRAFT
    number = number_line("" if is_draft else proposal.number, symbol).removeprefix("Số: ")
    day = place_day(proposal.round.program.province, None if is_draft else proposal.date)
    office = department_name(proposal.round.program.province)
    return f"(Kèm theo Tờ trình số {number} {day.partition(', ')[2]} của {office})"


def _is_extract(proposal: Proposal, lists: Sequence[DistrictList]) -> bool:
    return len(lists) < proposal.lists.count()


def _waves(lists: Sequence[DistrictList]) -> set[int]:
    return {row.wave for row in lists}


def _total(parts: Sequence[Part]) -> Subtotal:
    return sum((Subtotal.of(lines) for _row, lines in parts), Subtotal())
