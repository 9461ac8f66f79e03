"""The demo's communication activities, difficulties and periodic reports, through everybody's doors.

What was held, and how many people it reached, is invented.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from programs.choices import ActivityKind, ReportKind
from programs.models import PlanTask, Program
from programs.rules.stretches import stretch_of
from programs.workflow.activities import ActivityFacts, record_activity, take_back_activity
from programs.workflow.obstacles import answer_obstacle, ask_again, raise_obstacle, settle_obstacle
from programs.workflow.reports import issue_report, prepare_report, write_texts

from .offices import Office

YEAR = 2024
#: Who held it, what kind, what about, day and month, on which channel, where, how many people.
HELD = (
    ("media", ActivityKind.BROADCAST, "Phóng sự: điện thoại thông minh cho hộ nghèo", (18, 1),
     "Thời sự tối", "", 42_000),
    ("media", ActivityKind.BROADCAST, "Tọa đàm: ai được hỗ trợ, thủ tục thế nào", (22, 3),
     "Chuyên mục Chính sách và cuộc sống", "", 35_000),
    ("dic", ActivityKind.ARTICLE, "Hướng dẫn đối tượng và trình tự hỗ trợ", (5, 2),
     "Cổng Thông tin điện tử tỉnh", "", 6_400),
    ("dic", ActivityKind.SOCIAL, "Ảnh đồ họa: năm việc hộ dân cần biết", (16, 4), "Trang của Sở", "", 9_150),
    ("viettel", ActivityKind.TRAINING, "Lớp kỹ năng dùng điện thoại thông minh", (9, 5), "",
     "Nhà văn hóa xã", 86),
    ("vnpt", ActivityKind.TRAINING, "Hướng dẫn cài đặt dịch vụ công trực tuyến", (13, 6), "",
     "Trụ sở UBND xã", 54),
    ("mobifone", ActivityKind.LEAFLET, "Tờ rơi về gói cước được hỗ trợ", (3, 7), "", "Điểm giao dịch", 500),
)  # fmt: skip
#: Where the plan gives the Front duties, it meets people.
MEETING = (
    ActivityKind.MEETING, "Họp thôn: bình xét công khai, không thu tiền", (20, 8), "",
    "Nhà sinh hoạt cộng đồng", 73,
)  # fmt: skip


def play_plan_work(office: Office) -> None:
    """Activities of a year, difficulties in every state, an issued report and a draft."""
    program = office.program
    for who, kind, title, day, channel, place, people in HELD:
        hold(program, office.person(who), kind, title, day, channel, place, people)
    hold(program, office.person("front"), *MEETING)
    mistaken = hold(program, office.person("media"), ActivityKind.OTHER, "Ghi trùng", (22, 3), "", "", None)
    take_back_activity(mistaken, actor=office.person("media"), reason="Ghi trùng với tọa đàm cùng ngày")
    play_difficulties(program, office)
    play_reports(program, office)


def hold(
    program: Program, actor: Any, kind: str, title: str, day: tuple[int, int], channel: str, place: str,
    people: int | None,
) -> Any:  # fmt: skip
    """Record one activity of the year, for the first task of its organisation that asks for such."""
    own = PlanTask.objects.filter(group__program=program).of(actor.organisation)  # type: ignore[attr-defined]  # its own queryset
    task = own.filter(triggers__event="activity_held").order_by("group__position", "position").first()
    facts = ActivityFacts(
        kind=kind, title=title, held_on=date(YEAR, day[1], day[0]), channel=channel, place=place,
        people_reached=people, task=task,
    )  # fmt: skip
    return record_activity(program, actor=actor, facts=facts)


def play_difficulties(program: Program, office: Office) -> None:
    """One of each state: waiting, answered for the Committee, asked again, settled."""
    officer, partner = office.officer, office.person("media")
    operator, register = office.person("viettel"), office.register_officer
    raise_obstacle(
        program, actor=partner, title="Chưa có tư liệu hình ảnh thống nhất để làm phóng sự",
        wish="Sở cung cấp bộ tư liệu dùng chung cho báo, đài.",
    )  # fmt: skip
    money = raise_obstacle(
        program, actor=register, title="Chưa bố trí kinh phí rà soát bổ sung trong năm",
        detail="Xã phát sinh hộ mới ngoài kỳ rà soát, chưa có nguồn chi cho điều tra viên.",
        wish="Bổ sung kinh phí rà soát thường xuyên trong dự toán năm sau.",
    )  # fmt: skip
    answer_obstacle(
        money, actor=officer, text="Vượt thẩm quyền của Sở, đã đưa vào báo cáo UBND tỉnh.", for_committee=True
    )
    ids = raise_obstacle(
        program, actor=operator, title="Nhiều hộ chưa có căn cước công dân gắn chip khi đăng ký thuê bao"
    )
    answer_obstacle(ids, actor=officer, text="Đề nghị lập danh sách theo xã gửi Sở để phối hợp Công an tỉnh.")
    ask_again(ids, actor=operator, text="Danh sách đã gửi, đề nghị cho biết lịch cấp căn cước lưu động.")
    signal = raise_obstacle(program, actor=operator, title="Một số thôn sóng yếu, hộ nhận máy chưa dùng được")
    answer_obstacle(signal, actor=officer, text="Doanh nghiệp bổ sung trạm phủ sóng trong quý.")
    settle_obstacle(signal, actor=operator, text="Đã phát sóng trạm mới.")


def play_reports(program: Program, office: Office) -> None:
    """The years of the plan so far are reported and issued; a quarter waits as a draft with its texts."""
    texts = {
        "assessment": "Các cơ quan, đơn vị cơ bản thực hiện đúng tiến độ (số liệu minh họa).",
        "next": "Tiếp tục bàn giao thiết bị cho các hộ còn lại.",
        "proposals": "Kính đề nghị Ủy ban nhân dân tỉnh bố trí kinh phí rà soát bổ sung.",
    }
    for year in range(program.first_year, YEAR + 1):
        first, last = stretch_of(ReportKind.YEARLY, year)
        yearly = prepare_report(program, actor=office.officer, kind=ReportKind.YEARLY, first=first, last=last)
        write_texts(yearly, actor=office.officer, texts=texts)
        issue_report(yearly, actor=office.leader, number="15/BC-STTTT", issued_on=date(year + 1, 1, 10))
    first, last = stretch_of(ReportKind.QUARTERLY, YEAR + 1, 1)
    draft = prepare_report(program, actor=office.officer, kind=ReportKind.QUARTERLY, first=first, last=last)
    write_texts(draft, actor=office.officer, texts={"assessment": "Dự thảo, số liệu minh họa."})
