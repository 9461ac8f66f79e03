"""The outline of the report an inspected unit hands in (đề cương báo cáo), where nobody wrote another.

Its points are the contents Circular 14/2022/TT-BTTTT art. 35 names for inspections: tasks, policies, steps
and dossiers, results. Stored as typed, so in Vietnamese.
"""

from __future__ import annotations

from ..models import InspectionRound

_LINES = (
    "I. Đặc điểm, tình hình",
    "1. Số hộ nghèo, hộ cận nghèo, hộ chính sách trên địa bàn; số hộ có nhu cầu hỗ trợ.",
    "2. Phân công đơn vị, cán bộ thực hiện; văn bản đã ban hành để chỉ đạo, hướng dẫn.",
    "II. Kết quả thực hiện (từ ngày {first} đến ngày {last})",
    "1. Rà soát, họp thôn, xét duyệt, niêm yết công khai; kiến nghị, phản ánh và kết quả trả lời.",
    "2. Số hộ được phê duyệt, đã bàn giao, chưa bàn giao và lý do; số thiết bị nhận, giao, trả lại.",
    "3. Hướng dẫn sử dụng; tình hình sử dụng thiết bị, dịch vụ viễn thông của hộ.",
    "4. Hỗ trợ, đóng góp từ các nguồn khác.",
    "5. Lập, lưu hồ sơ; chế độ báo cáo.",
    "III. Tồn tại, hạn chế và nguyên nhân",
    "IV. Khắc phục các tồn tại đã được nêu qua kiểm tra, phản ánh trước đây",
    "V. Kiến nghị, đề xuất",
    "Kèm theo: biểu số liệu theo xã; danh sách hộ chưa bàn giao.",
)


def default_outline(round_: InspectionRound) -> str:
    """The outline with the round's period in it."""
    first, last = f"{round_.period_from:%d/%m/%Y}", f"{round_.period_to:%d/%m/%Y}"
    return "\n".join(_LINES).format(first=first, last=last)
