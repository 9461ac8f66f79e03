"""Quyết định điều chỉnh: what a decision after approval adds, replaces or takes out."""

from __future__ import annotations

from typing import Any

from beneficiaries.models import Household
from smartphone_support.documents.paper import Annex, Block, Column, Note, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import GAP, MASKED, counted, day_in_words, numbered

from ..choices import AmendmentKind, AmendmentState, SupportForm
from ..models import Amendment, AmendmentLine, ApprovalDecision, Support
from .households import FORM_WORDS, Numbers, address
from .office import (
    DECISION,
    bases,
    committee,
    committee_head,
    committee_signature,
    department_name,
    device_words,
    number_line,
    place_day,
    proposed_by,
    round_bases,
)

KIND_WORDS = {
    AmendmentKind.SUPPLEMENT: "bổ sung",
    AmendmentKind.REPLACE: "thay thế",
    AmendmentKind.REMOVE: "đưa ra khỏi danh sách",
}
_COLUMNS = (
    Column("STT", 11, "center"),
    Column("Hộ đưa ra khỏi danh sách", 38),
    Column("Số CCCD", 30, "center"),
    Column("Địa chỉ (thôn, xã)", 36),
    Column("Hộ đưa vào danh sách", 38),
    Column("Số CCCD", 30, "center"),
    Column("Địa chỉ (thôn, xã)", 36),
    Column("Hình thức hỗ trợ", 24),
    Column("Lý do", 38),
)


def amendment_decision(amendment: Amendment, *, in_full: bool) -> Paper:
    """The PPC's decision on the change; a draft until it is recorded."""
    round_ = amendment.round
    province, district = round_.program.province, amendment.district_list.district
    is_draft = amendment.state != AmendmentState.APPROVED
    day = None if is_draft else amendment.decision_date
    number = "" if is_draft else amendment.decision_number
    proposed = amendment.state != AmendmentState.DRAFT
    lines = _lines(amendment)
    return Paper(
        letterhead=committee_head(province, DECISION),
        number=number_line(number, DECISION),
        place_day=place_day(province, day, year=(day or amendment.date).year),
        kind="QUYẾT ĐỊNH",
        summary=(
            f"Điều chỉnh danh sách hộ được hỗ trợ {device_words(round_)} của {district.name_in_text}, "
            f"{round_.name}"
        ),
        authority=committee(province).upper(),
        bases=bases(
            [
                *round_bases(round_, of_committee=True),
                *_approved_by(amendment),
                proposed_by(
                    province, amendment.number if proposed else "", amendment.date if proposed else None
                ),
            ]
        ),
        enacting="QUYẾT ĐỊNH:",
        blocks=_articles(amendment, lines),
        signatures=(committee_signature("" if is_draft else amendment.signer, province),),
        recipients=(
            "- Như Điều 3;",
            "- Chủ tịch, các Phó Chủ tịch UBND tỉnh;",
            f"- {department_name(province)};",
            "- Lưu: VT.",
        ),
        annexes=(_annex(amendment, lines, number, Numbers(in_full)),),
        is_draft=is_draft,
    )


def _lines(amendment: Amendment) -> list[AmendmentLine]:
    return list(
        amendment.lines.select_related("removes__household__commune", "removes__line", "adds__commune")
    )


def _approved_by(amendment: Amendment) -> list[str]:
    """The decision the amended list was approved by."""
    decision = ApprovalDecision.objects.filter(proposal=amendment.district_list.proposal_id).first()
    if decision is None:
        return []
    return [
        f"Căn cứ Quyết định số {numbered(decision.number)} {day_in_words(decision.date)} của "
        f"{committee(amendment.round.program.province)} phê duyệt danh sách hộ được hỗ trợ "
        f"{device_words(amendment.round)}, {amendment.round.name}"
    ]


def _articles(amendment: Amendment, lines: list[AmendmentLine]) -> tuple[Block, ...]:
    province, district = amendment.round.program.province, amendment.district_list.district
    out, into = sum(line.removes_id is not None for line in lines), sum(bool(line.adds_id) for line in lines)
    parts = [f"đưa ra {counted(out)} hộ"] * bool(out) + [f"đưa vào {counted(into)} hộ"] * bool(into)
    office = department_name(province)
    return (
        Paragraph(
            f"Điều chỉnh ({KIND_WORDS[AmendmentKind(amendment.kind)]}) danh sách hộ được hỗ trợ "
            f"{device_words(amendment.round)} của {district.name_in_text}, {amendment.round.name}: "
            f"{', '.join(parts)} (Phụ lục kèm theo).",
            lead="Điều 1.",
        ),
        Paragraph(f"Lý do: {amendment.reason.strip().rstrip('.')}."),
        Paragraph(
            "Các hộ khác của danh sách đã phê duyệt giữ nguyên. Chỉ tiêu của địa phương không thay đổi.",
            lead="Điều 2.",
        ),
        Paragraph(
            f"Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng {committee(province)}; Giám đốc "
            f"{office}; "
            f"Chủ tịch {committee(district)}; Thủ trưởng các cơ quan, đơn vị liên quan và các hộ có tên "
            "trong "
            "Phụ lục chịu trách nhiệm thi hành Quyết định này./.",
            lead="Điều 3.",
        ),
    )


def _annex(amendment: Amendment, lines: list[AmendmentLine], number: str, numbers: Numbers) -> Annex:
    rows = tuple(_row(line, numbers) for line in lines)
    blocks: list[Block] = [
        Table(_COLUMNS, rows, size=10.5),
        Paragraph(
            f"Phụ lục này gồm có {counted(len(lines))} thay đổi./.", bold=True, indent=False, align="left"
        ),
    ]
    if amendment.digest:
        blocks.append(Note(f"Mã kiểm tra nội dung (SHA-256): {amendment.digest}"))
    if not numbers.in_full:
        blocks.append(Note(MASKED))
    day = day_in_words(amendment.decision_date if number else None)
    issuer = committee(amendment.round.program.province)
    return Annex(
        "PHỤ LỤC",
        f"ĐIỀU CHỈNH DANH SÁCH HỘ ĐƯỢC HỖ TRỢ CỦA {amendment.district_list.district.name.upper()}",
        f"(Kèm theo Quyết định số {numbered(number) or f'{GAP}/{DECISION}'} {day} của {issuer})",
        tuple(blocks),
    )


def _row(line: AmendmentLine, numbers: Numbers) -> Row:
    out = _removed(line.removes, numbers) if line.removes else ("", "", "")
    into = _added(line.adds, line.snapshot, numbers) if line.adds else ("", "", "")
    form = FORM_WORDS[SupportForm(line.support_form)] if line.adds else ""
    return Row((str(line.position), *out, *into, form, line.reason))


def _removed(support: Support, numbers: Numbers) -> tuple[str, str, str]:
    """As the approved list names it; as the register does where it came by an amendment."""
    return _added(support.household, support.line.snapshot if support.line else {}, numbers)


def _added(household: Household, facts: dict[str, Any], numbers: Numbers) -> tuple[str, str, str]:
    commune = household.commune.name if household.commune else ""
    name = facts.get("head_name") or household.head_name
    year = facts.get("birth_year") or household.birth_year
    number = facts.get("national_id") or household.national_id
    return (
        f"{name} ({year})" if year else name,
        numbers.identity(number),
        address(facts.get("village") or household.village, commune),
    )
