"""Quyết định thành lập đoàn kiểm tra and kế hoạch kiểm tra of a round."""

from __future__ import annotations

from allocations.papers.office import number_line, place_day
from smartphone_support.documents.paper import Block, Column, Heading, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import LONG_DOTS, figure

from ..choices import RoundState, SampleKind
from ..models import InspectionRound
from .frame import (
    ROLES,
    contents,
    decision_basis,
    head_of,
    issuer,
    lines,
    members,
    place,
    round_bases,
    signature,
    span,
    subject,
    symbol,
    unit_names,
)

_TEAM = (
    Column("STT", 10, "center"),
    Column("Họ và tên", 45),
    Column("Chức vụ, đơn vị", 75),
    Column("Nhiệm vụ trong đoàn", 35),
)


def team_table(round_: InspectionRound) -> Table:
    """Who is of the team and does what in it."""
    rows = tuple(
        Row((str(number), one.name, one.position, ROLES[one.role]))  # type: ignore[index]  # a TeamRole's value
        for number, one in enumerate(members(round_), start=1)
    )
    return Table(_TEAM, rows or (Row(("1", "", "", "Trưởng đoàn")),))


def decision(round_: InspectionRound) -> Paper:
    """The decision that sets up the team; a draft until it is recorded."""
    is_draft = round_.state == RoundState.PLANNED
    body: list[Block] = [
        Paragraph(
            f"Thành lập Đoàn {subject(round_)} ({round_.name}), gồm các ông (bà) sau:",
            lead="Điều 1.",
        ),
        team_table(round_),
        Paragraph("Đoàn kiểm tra có nhiệm vụ:", lead="Điều 2."),
        Paragraph(f"1. Kiểm tra tại: {'; '.join(unit_names(round_)) or LONG_DOTS}."),
        Paragraph(f"2. Nội dung: {_sentence(contents(round_))}"),
        Paragraph(f"3. Thời kỳ được kiểm tra: {span(round_.period_from, round_.period_to)}."),
        Paragraph(f"4. Thời gian làm việc tại cơ sở: {span(round_.fieldwork_from, round_.fieldwork_to)}."),
        Paragraph(
            "5. Lập biên bản kiểm tra với từng đơn vị; báo cáo kết quả kiểm tra khi kết thúc. Đoàn tự giải "
            "thể sau khi hoàn thành nhiệm vụ."
        ),
        Paragraph(
            "Quyết định này có hiệu lực kể từ ngày ký. Các ông (bà) có tên tại Điều 1, các đơn vị được kiểm "
            "tra và các cơ quan, đơn vị có liên quan chịu trách nhiệm thi hành Quyết định này./.",
            lead="Điều 3.",
        ),
    ]
    return Paper(
        letterhead=head_of(round_),
        number=number_line(round_.decision_number, symbol(round_, "QĐ")),
        place_day=place_day(place(round_), round_.decision_date),
        kind="QUYẾT ĐỊNH",
        summary=f"Về việc thành lập Đoàn {subject(round_)}",
        authority=_authority(round_),
        bases=round_bases(round_),
        enacting="QUYẾT ĐỊNH:",
        blocks=tuple(body),
        signatures=(signature(round_),),
        recipients=("- Như Điều 3;", "- Lưu: VT, hồ sơ kiểm tra."),
        is_draft=is_draft,
    )


def _authority(round_: InspectionRound) -> str:
    if round_.district is not None:
        return f"CHỦ TỊCH {issuer(round_).upper()}"
    return f"GIÁM ĐỐC {issuer(round_).upper()}"


def _sentence(text: str) -> str:
    """Several lines as one sentence that ends with a full stop."""
    joined = "; ".join(line.strip(" .;-") for line in text.splitlines() if line.strip())
    return f"{joined}."


def plan(round_: InspectionRound) -> Paper:
    """The plan of the inspection: purpose, contents, units, sample, days, who does what."""
    decided = round_.state != RoundState.PLANNED
    body: list[Block] = [
        *([Paragraph(f"{decision_basis(round_)}; {issuer(round_)} ban hành kế hoạch như sau:")]
          if decided else []),
        Heading("I. MỤC ĐÍCH, YÊU CẦU"),
        Paragraph(
            "1. Đánh giá việc thực hiện tại các đơn vị; kịp thời phát hiện, chấn chỉnh tồn tại, hạn chế; bảo "
            "đảm hỗ trợ đúng đối tượng, đúng trình tự, công khai."
        ),
        Paragraph(
            "2. Kiểm tra đúng nội dung, đúng thời gian; không gây phiền hà cho đơn vị và hộ được kiểm tra; "
            "mỗi tồn tại có đơn vị chịu trách nhiệm và thời hạn khắc phục."
        ),
        *([Paragraph(f"3. Lý do kiểm tra đột xuất: {_sentence(round_.reason)}")] if round_.reason else []),
        Heading("II. NỘI DUNG, THỜI KỲ KIỂM TRA"),
        *lines(contents(round_)),
        Paragraph(f"Thời kỳ được kiểm tra: {span(round_.period_from, round_.period_to)}."),
        Heading("III. ĐƠN VỊ ĐƯỢC KIỂM TRA"),
        *[Paragraph(f"{number}. {name}.") for number, name in enumerate(unit_names(round_), start=1)],
        Heading("IV. CHỌN HỘ KIỂM TRA THỰC TẾ"),
        Paragraph(_sampling(round_)),
        Heading("V. ĐOÀN KIỂM TRA"),
        team_table(round_),
        Heading("VI. TIẾN ĐỘ, TỔ CHỨC THỰC HIỆN"),
        Paragraph(
            f"1. Làm việc tại đơn vị và tại hộ {span(round_.fieldwork_from, round_.fieldwork_to)}; lịch làm "
            "việc cụ thể theo thông báo gửi từng đơn vị."
        ),
        Paragraph(
            "2. Đơn vị được kiểm tra chuẩn bị báo cáo theo đề cương, hồ sơ, tài liệu; cử người có thẩm quyền "
            "làm việc với Đoàn và phối hợp khi Đoàn đến hộ."
        ),
        Paragraph(
            "3. Kết thúc kiểm tra tại mỗi đơn vị, Đoàn lập biên bản có chữ ký của hai bên; báo cáo kết quả "
            "để kết luận và theo dõi việc khắc phục./."
        ),
    ]  # fmt: skip
    return Paper(
        letterhead=head_of(round_),
        number=number_line("", symbol(round_, "KH")),
        place_day=place_day(place(round_), None, year=round_.fieldwork_from.year),
        kind="KẾ HOẠCH",
        summary=f"{subject(round_)[:1].upper()}{subject(round_)[1:]}",
        blocks=tuple(body),
        signatures=(signature(round_),),
        recipients=("- Các đơn vị được kiểm tra;", "- Thành viên Đoàn kiểm tra;", "- Lưu: VT."),
        is_draft=not decided,
    )


def _sampling(round_: InspectionRound) -> str:
    """How households are chosen: as it was drawn, or that it will be."""
    rule = (
        "Hộ được chọn ngẫu nhiên theo địa bàn và diện hộ trong số hộ đã được phê duyệt và bàn giao tính đến "
        f"ngày {round_.as_of:%d/%m/%Y}; số khởi tạo và danh sách gốc được lưu để chọn lại được đúng như vậy"
    )
    drawn = round_.sample.filter(kind=SampleKind.RANDOM).count()  # whoever is called for them is no more
    added = round_.sample.filter(kind=SampleKind.RISK).count()
    sentences = [rule, f"Số hộ được chọn: {figure(drawn)} hộ" if drawn else ""]
    sentences.append(f"Số hộ kiểm tra thêm do có dấu hiệu cần xem xét: {figure(added)} hộ" if added else "")
    return " ".join(f"{one}." for one in sentences if one)
