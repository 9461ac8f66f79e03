"""Complaints of the demo: by phone, from a posting, by the public form, answered, appealed; denunciations.

Clocks are entered for one province and not for the other, so that both can be seen. Their days are
invented, and their citation says so.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from allocations.models import Objection, Support
from inspections.choices import ClockStep, ComplaintChannel, ComplaintKind, ComplaintSubject
from inspections.models import Complaint
from inspections.workflow import complaint_answers, complaints
from inspections.workflow.clocks import enter_clock
from inspections.workflow.denunciations import name_reader
from inspections.workflow.public_form import send_in
from smartphone_support.areas.models import AdministrativeArea

from .offices import Office

INVENTED = "Số liệu minh họa, không phải quy định"
DAYS = {ClockStep.TAKE_UP: 3, ClockStep.ANSWER: 10, ClockStep.ANSWER_APPEAL: 15}
#: A district of each province with households on lists.
DISTRICTS = {"46": "481", "67": "666"}
Said = complaints.Said


def play_complaints(province: str, office: Office) -> None:
    """A complaint in every state; through the same doors as everybody's."""
    today = timezone.localdate()
    area = AdministrativeArea.objects.get(code=province, level="province")
    if province == "46":
        play_clocks(office)
    district = AdministrativeArea.objects.get(code=DISTRICTS[province], level="district")
    play_answered(district, office, today)
    play_appealed(district, office, today)
    play_waiting(area, district, office, today)
    play_denunciation(area, office)


def play_clocks(office: Office) -> None:
    for kind in (ComplaintKind.PROPOSAL, ComplaintKind.FEEDBACK, ComplaintKind.COMPLAINT):
        for step, days in DAYS.items():
            enter_clock(
                office.program.province, actor=office.officer, kind=kind, step_=step, days=days,
                citation=INVENTED, valid_from=date(2023, 1, 1),
            )  # fmt: skip


def _record(office: Office, said: Said, channel: str, received: date, **links: object) -> Complaint:
    row, _code = complaints.record_complaint(
        said, actor=office.officer, province=office.program.province, channel=channel, received_on=received,
        **links,  # type: ignore[arg-type]  # rows of the demo, by the names of the door
    )  # fmt: skip
    return row


def play_answered(district: AdministrativeArea, office: Office, today: date) -> None:
    """A served household's phone did not work; its operator changed it, and the answer closed it."""
    served = Support.objects.filter(
        district__parent=district.parent, delivered_on__isnull=False, operator__isnull=False
    )
    support = served.select_related("household", "operator").order_by("pk").first()
    if support is None:
        return
    said = Said(
        ComplaintKind.FEEDBACK, ComplaintSubject.DEVICE, "Máy nhận về được hai tuần thì không sạc được pin.",
        sender_name=support.household.head_name,
    )  # fmt: skip
    row = _record(
        office, said, ComplaintChannel.PHONE, today - timedelta(days=2), household=support.household
    )
    operator = support.operator
    handler = office.person(operator.code.removeprefix(f"{office.prefix}-")) if operator else office.officer
    complaints.take_up(
        row, actor=office.officer, organisation=operator or office.organisation("dic"), handler=handler
    )
    complaint_answers.answer(
        row, actor=handler, answered_on=today, upheld=True, number="45/TB",
        text="Đơn vị đã kiểm tra máy tại nhà, xác nhận lỗi pin và đổi pin mới miễn phí cho hộ.",
    )  # fmt: skip
    complaints.close_complaint(row, actor=office.officer, reason="Hộ đã xác nhận máy hoạt động")


def play_appealed(district: AdministrativeArea, office: Office, today: date) -> None:
    """A household left out complained by letter and is not content with the district's answer."""
    said = Said(
        ComplaintKind.COMPLAINT, ComplaintSubject.NOT_LISTED,
        "Hộ tôi thuộc diện hộ nghèo, chưa có điện thoại nhưng không có tên trong danh sách được hỗ trợ.",
        sender_name="Hồ Thị Mười Hai", sender_phone="0912000012", sender_address="Thôn 2", district=district,
    )  # fmt: skip
    row = _record(office, said, ComplaintChannel.PAPER, today - timedelta(days=4))
    handler = office.person(district.code)
    complaints.take_up(
        row, actor=office.officer, organisation=office.organisation(district.code), handler=handler
    )
    complaint_answers.answer(
        row, actor=handler, answered_on=today, upheld=False, number="31/TB-UBND",
        text="Hộ đứng sau chỉ tiêu của huyện theo thứ tự ưu tiên và đang ở danh sách dự phòng.",
    )  # fmt: skip
    complaint_answers.write_appeal(
        row, actor=handler, appealed_on=today, text="Hộ khác ít khó khăn hơn lại được nhận, đề nghị xem lại."
    )


def play_waiting(area: AdministrativeArea, district: AdministrativeArea, office: Office, today: date) -> None:
    """One late to be taken up, one being answered, one from a posting, and one of the public form."""
    late = Said(
        ComplaintKind.PROPOSAL, ComplaintSubject.OTHER,
        "Đề nghị tổ chức bàn giao tại nhà văn hóa thôn vì đường lên xã xa.", district=district,
    )  # fmt: skip
    _record(office, late, ComplaintChannel.IN_PERSON, today - timedelta(days=12))
    asked = Said(
        ComplaintKind.FEEDBACK, ComplaintSubject.NOT_RECEIVED,
        "Có tên trong danh sách đã phê duyệt nhưng đến nay chưa được gọi đến nhận máy.", district=district,
        sender_name="A Viết Mười Ba",
    )  # fmt: skip
    row = _record(office, asked, ComplaintChannel.PHONE, today - timedelta(days=1))
    complaints.take_up(row, actor=office.officer, organisation=office.organisation(district.code))
    objections = Objection.objects.filter(posting__district_list__round__program=office.program)
    objection = objections.filter(complaints=None).order_by("pk").first()
    if objection is not None:
        posted = Said(
            ComplaintKind.FEEDBACK, ComplaintSubject.WRONGLY_LISTED, objection.content,
            sender_name=objection.from_whom, district=objection.posting.district_list.district,
        )  # fmt: skip
        _record(office, posted, ComplaintChannel.POSTING, today, objection=objection)
    sent = Said(
        ComplaintKind.FEEDBACK, ComplaintSubject.FEE,
        "Khi nhận máy có người yêu cầu nộp 20.000 đồng tiền sim. Xin hỏi khoản này có đúng không?",
        sender_phone="0913000014", district=district,
    )  # fmt: skip
    send_in(sent, province=area)


def play_denunciation(area: AdministrativeArea, office: Office) -> None:
    """A denunciation of the public form that the leader alone reads, and one nobody is named for yet."""
    for content, reader in (
        ("Tố cáo cán bộ thôn ghi tên người thân không đúng đối tượng vào danh sách.", office.leader),
        ("Tố cáo việc bán lại điện thoại được hỗ trợ.", None),
    ):
        said = Said(ComplaintKind.DENUNCIATION, ComplaintSubject.CONDUCT, content)
        row, _code = send_in(said, province=area)
        if reader is not None:
            name_reader(row, actor=office.officer, person=reader)
