"""Thông báo to a household: that it is approved, where and when to come, what to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from smartphone_support.documents.paper import Block, Paper, Paragraph
from smartphone_support.documents.words import DOTS, LONG_DOTS, day_in_words, numbered, unnumbered

from ..choices import SupportForm
from ..models import ApprovalDecision, Support
from .households import address
from .office import (
    committee,
    committee_head,
    committee_signature,
    device_words,
    place_day,
    province_of,
)


@dataclass(frozen=True)
class Appointment:
    """Where and when the household is to come, and whom it may call; what is not known stays dotted."""

    day: date | None = None
    hour: str = ""
    place: str = ""
    contact: str = ""


def household_notice(support: Support, appointment: Appointment, decision: tuple[str, date | None]) -> Paper:
    """The letter. The identity number is not in it: a letter passes through many hands."""
    household, district = support.household, support.district
    number, day = decision
    device = device_words(support.round) if support.round else "điện thoại thông minh"
    is_cash = support.form == SupportForm.CASH
    what = "tiền hỗ trợ mua điện thoại thông minh" if is_cash else f"{device} kèm dịch vụ viễn thông"
    cited = (
        f"theo Quyết định số {numbered(number) or DOTS} {day_in_words(day)} "
        f"của {committee(province_of(district))}"
        if support.round_id
        else "từ nguồn đóng góp, ủng hộ"
    )
    operator = support.operator.name if support.operator else DOTS
    when = f"{appointment.hour or DOTS}, {day_in_words(appointment.day)}"
    body: list[Block] = [
        Paragraph(
            f"{committee(district)} thông báo: hộ ông (bà) {household.head_name} được nhận {what} {cited}. "
            "Kính mời ông (bà) đến nhận như sau:"
        ),
        Paragraph(f"{when}.", lead="1. Thời gian:"),
        Paragraph(f"{appointment.place or LONG_DOTS}.", lead="2. Địa điểm:"),
        Paragraph(f"{operator}.", lead="3. Đơn vị bàn giao:"),
        Paragraph(_papers(is_cash=is_cash), lead="4. Giấy tờ mang theo:"),
        Paragraph(
            "Chủ hộ không đến được thì thành viên trong hộ hoặc người được ủy quyền nhận thay, mang theo "
            "giấy tờ "
            "tùy thân của mình và giấy ủy quyền.",
            lead="5. Nhận thay:",
        ),
        Paragraph(f"Cần hỏi thêm hoặc phản ánh, xin liên hệ: {appointment.contact or LONG_DOTS}./."),
    ]
    return Paper(
        letterhead=committee_head(district, "TB-UBND"),
        number=f"Số: {unnumbered('', 'TB-UBND')}",
        place_day=place_day(district, None),
        kind="THÔNG BÁO",
        summary=f"Về việc nhận hỗ trợ {device}",
        addressee=(
            f"Kính gửi: Hộ ông (bà) {household.head_name}, "
            f"{address(household.village, support.commune.name)}."
        ),
        blocks=tuple(body),
        signatures=(committee_signature("", district),),
        recipients=("- Như trên;", f"- UBND {support.commune.name_in_text};", "- Lưu: VT."),
    )


def _papers(*, is_cash: bool) -> str:
    own = "căn cước công dân (hoặc giấy tờ tùy thân); giấy chứng nhận hộ nghèo, hộ cận nghèo nếu có"
    invoice = "; hóa đơn mua điện thoại thông minh" if is_cash else ""
    return f"{own}{invoice}."


def decision_of(support: Support) -> tuple[str, date | None]:
    """Number and day of the decision a support rests on; empty where it came from a contribution."""
    if support.amendment_line is not None:
        amendment = support.amendment_line.amendment
        return amendment.decision_number, amendment.decision_date
    if support.line is None:
        return "", None
    decision = ApprovalDecision.objects.filter(proposal=support.line.district_list.proposal_id).first()
    return (decision.number, decision.date) if decision else ("", None)
