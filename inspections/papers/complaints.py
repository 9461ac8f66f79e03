"""Thông báo trả lời: the letter that answers a petition, feedback, complaint, denunciation or appeal."""

from __future__ import annotations

from datetime import date

from allocations.papers.office import (
    committee_head,
    committee_signature,
    department_head,
    department_symbol,
    director_signature,
    place_day,
)
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Block, Letterhead, Paper, Paragraph, Signature
from smartphone_support.documents.words import day_in_words, numbered, unnumbered

from ..choices import ComplaintChannel, ComplaintKind
from ..models import Complaint

KIND_WORDS = {
    ComplaintKind.PROPOSAL: "kiến nghị",
    ComplaintKind.FEEDBACK: "phản ánh",
    ComplaintKind.COMPLAINT: "khiếu nại",
    ComplaintKind.DENUNCIATION: "tố cáo",
}
CHANNEL_WORDS = {
    ComplaintChannel.PUBLIC_FORM: "qua biểu mẫu trực tuyến",
    ComplaintChannel.POSTING: "khi niêm yết công khai danh sách",
    ComplaintChannel.INSPECTION: "qua đợt kiểm tra",
    ComplaintChannel.PHONE: "qua điện thoại",
    ComplaintChannel.PAPER: "bằng đơn",
    ComplaintChannel.IN_PERSON: "trực tiếp",
}


def answer_letter(complaint: Complaint, *, appeal: bool = False) -> Paper:
    """The answer as it is sent; a draft until it has a number. `appeal`: the answer to the appeal."""
    number = complaint.appeal_answer_number if appeal else complaint.answer_number
    day = complaint.appeal_answered_on if appeal else complaint.answered_on
    text = complaint.appeal_answer if appeal else complaint.answer
    what = KIND_WORDS[ComplaintKind(complaint.kind)]
    head, symbol, signature = _issuer(complaint)
    body: list[Block] = [Paragraph(_received(complaint, what, appeal=appeal))]
    if complaint.upheld is not None:
        outcome = "có cơ sở" if complaint.upheld else "không có cơ sở"
        body.append(Paragraph(f"Sau khi xem xét, nội dung {what} {outcome}. Kết quả cụ thể như sau:"))
    else:
        body.append(Paragraph("Sau khi xem xét, chúng tôi trả lời như sau:"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    body += [Paragraph(line) for line in lines[:-1]]
    body.append(Paragraph(f"{lines[-1].rstrip('. ') if lines else ''}./."))
    return Paper(
        letterhead=head,
        number=f"Số: {numbered(number) if number else unnumbered('', symbol)}",
        place_day=place_day(_place(complaint), day if number else None),
        kind="THÔNG BÁO",
        summary=f"Về việc trả lời {what}{' lần hai' if appeal else ''} số {complaint.number}",
        addressee=f"Kính gửi: {_sender(complaint)}.",
        blocks=tuple(body),
        signatures=(signature,),
        recipients=("- Như trên;", "- Lưu: VT."),
        is_draft=not number,
    )


def _place(complaint: Complaint) -> AdministrativeArea:
    """Where it is signed: a district's committee in its district, everybody else in the province."""
    office = complaint.assigned_to
    return office.area if office is not None and office.area is not None else complaint.province


def _received(complaint: Complaint, what: str, *, appeal: bool) -> str:
    if appeal:
        first = _numbered_answer(complaint.answer_number, complaint.answered_on)
        return (
            f"Ngày {complaint.appealed_on or complaint.received_on:%d/%m/%Y}, ông (bà) không đồng ý với "
            f"kết quả trả lời {first} đối với {what} số {complaint.number}."
        )
    how = CHANNEL_WORDS[ComplaintChannel(complaint.channel)]
    return (
        f"Ngày {complaint.received_on:%d/%m/%Y}, chúng tôi nhận được {what} của ông (bà) {how}, "
        f"số tiếp nhận {complaint.number}, liên quan đến việc hỗ trợ điện thoại thông minh."
    )


def _numbered_answer(number: str, day: date | None) -> str:
    return f"số {numbered(number)} {day_in_words(day)}" if number else day_in_words(day)


def _sender(complaint: Complaint) -> str:
    name = f"ông (bà) {complaint.sender_name}" if complaint.sender_name else "người gửi"
    return f"{name}, {complaint.sender_address}" if complaint.sender_address else name


def _issuer(complaint: Complaint) -> tuple[Letterhead, str, Signature]:
    """Letterhead, symbol of the number and signature of whoever answers: a committee, a department, an
    operator."""
    office: Organisation | None = complaint.assigned_to
    if office is not None and office.kind == OrganisationKind.DISTRICT and office.area is not None:
        return committee_head(office.area, "TB-UBND"), "TB-UBND", committee_signature("", office.area)
    if office is not None and office.kind == OrganisationKind.OPERATOR:
        return Letterhead("", office.name.upper(), ""), "TB", Signature(("ĐẠI DIỆN DOANH NGHIỆP",))
    if office is not None and office.kind == OrganisationKind.REGISTER_OWNER:
        parent = f"UBND {complaint.province.name_in_text}".upper()
        symbol = "TB-" + "".join(sign for sign in office.short_name.replace("Sở ", "S") if sign.isalnum())
        return Letterhead(parent, office.name.upper(), symbol), symbol, director_signature()
    symbol = f"TB-{department_symbol(complaint.province)}"
    return department_head(complaint.province), symbol, director_signature()
