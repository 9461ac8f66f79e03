"""Sheet names, titles and header rows of the workbooks, as they stand in the files really sent."""

from __future__ import annotations

from .population import EXITED_NEAR_POOR, EXITED_POOR

NATIONAL_SHEET = "HN, HCN"
EXIT_SHEETS = {
    EXITED_POOR: ("Thoát nghèo", "DANH SÁCH HỘ THOÁT NGHÈO SAU KHI RÀ SOÁT"),
    EXITED_NEAR_POOR: ("Thoát cận nghèo", "DANH SÁCH HỘ THOÁT CẬN NGHÈO SAU KHI RÀ SOÁT"),
}
NATIONAL_HEADER = (
    "STT", "STT hộ", "Họ và tên chủ hộ", "Họ và tên thành viên", "Quan hệ với chủ hộ", "Ngày sinh",
    "Giới tính", "CCCD", "Tỉnh", "Huyện", "Mã huyện", "Xã", "Mã xã", "Thôn", "Dân tộc", "Phân loại hộ",
    "Quyết định công nhận", "Ngày ban hành QĐ", "B1", "B2", "DTTS", "Không có khả năng lao động",
    "Có thành viên là người có công với cách mạng", "Nguyên nhân nghèo", None, "Tuổi", "Số nhân khẩu",
)  # fmt: skip
EXIT_HEADER = (
    "STT", "STT hộ", "Họ và tên", "Quan hệ với chủ hộ", "Giới tính", "Ngày sinh", "CCCD", "Dân tộc",
    "Địa chỉ", "B1", "B2", None, "Ghi chú", None, "Tuổi", "Số nhân khẩu",
)  # fmt: skip
FLAT_SHEET = "Danh sách"
FLAT_HEADER = (
    "STT", "Mã hộ", "Họ và tên chủ hộ", "Ngày sinh", "Giới tính", "Số CCCD/CMND", "Dân tộc", "Thôn/TDP",
    "Số nhân khẩu", "Phân loại hộ", None, "Đối tượng chính sách", None, "Số điện thoại", "Ghi chú",
)  # fmt: skip
FLAT_SUBHEADER = (None,) * 9 + ("Hộ nghèo", "Hộ cận nghèo", "Người có công", "Bảo trợ xã hội", None, None)
MOVEMENT_SHEETS = {
    "new_poor": ("Phát sinh hộ nghèo", "DANH SÁCH HỘ NGHÈO PHÁT SINH MỚI"),
    "relapsed_poor": ("Tái nghèo", "DANH SÁCH HỘ TÁI NGHÈO"),
    "near_to_poor": ("Cận nghèo thành nghèo", "DANH SÁCH HỘ CẬN NGHÈO TRỞ THÀNH HỘ NGHÈO"),
    "poor_to_near": ("Nghèo thành cận nghèo", "DANH SÁCH HỘ NGHÈO TRỞ THÀNH HỘ CẬN NGHÈO"),
    "exited_poor": ("Thoát nghèo", "DANH SÁCH HỘ THOÁT NGHÈO"),
    "exited_near_poor": ("Thoát cận nghèo", "DANH SÁCH HỘ THOÁT CẬN NGHÈO"),
    "moved_out": ("Chuyển đi", "DANH SÁCH HỘ CHUYỂN ĐI NƠI KHÁC"),
    "moved_in": ("Chuyển đến", "DANH SÁCH HỘ CHUYỂN ĐẾN"),
    "deceased": ("Chết", "DANH SÁCH HỘ ĐƠN THÂN CHẾT"),
    "head_changed": ("Đổi chủ hộ", "DANH SÁCH HỘ THAY ĐỔI CHỦ HỘ"),
    "corrected": ("Điều chỉnh", "DANH SÁCH HỘ ĐIỀU CHỈNH THÔNG TIN"),
}
MOVEMENT_HEADER = (
    "STT", "Họ và tên chủ hộ", "Ngày sinh", "Giới tính", "Số CCCD", "Dân tộc", "Thôn", "Xã", "Huyện",
    "Số nhân khẩu", "Số quyết định",
)  # fmt: skip
OPERATOR_SHEET = "CAP NHAT"
OPERATOR_TITLE = "CẬP NHẬT DANH SÁCH ĐỐI TƯỢNG ĐƯỢC HỖ TRỢ DỊCH VỤ VIỄN THÔNG CÔNG ÍCH"
OPERATOR_HEADER = (
    "STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ", "Mức hỗ trợ (đồng/tháng)",
    "Biến động", "Ngày hiệu lực", "Xã", "Huyện", "Lý do",
)  # fmt: skip
SERVICE_LABELS = {"mobile": "Di động mặt đất", "fixed": "Băng rộng cố định"}
CHANGE_LABELS = {"new": "Hỗ trợ mới", "stopped": "Ngừng hỗ trợ", "level_changed": "Thay đổi mức"}
CLASS_LABELS = {"poor": "Hộ nghèo", "near_poor": "Hộ cận nghèo"}
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
PREPARED_BY = "Lê Thị Biểu Mẫu"
SIGNED_BY = "Phan Văn Minh Họa"
EXPORT_SHEET = "Sheet1"
EXPORT_KEYS = (
    "date", "family.hostName", "family.code", "family.coDanTocTaiCho", "family.hostGender",
    "family.numberOfMembers", "quickReview.result", "b1Point", "b2Point", "classify", "reviewer",
)  # fmt: skip
EXPORT_HEADER = (
    "Thời gian rà soát", "Chủ hộ", "Mã hộ", "Dân tộc tại chỗ", "Giới tính", "Số nhân khẩu", "Phiếu A",
    "Phiếu B1", "Phiếu B2", "Kết quả rà soát", "Người rà soát",
)  # fmt: skip
DETAILED_SHEET = "Chi tiết"
DETAILED_HEADER = (
    "STT chủ hộ", "STT thành viên hộ",
    "HỌ, TÊN CHỦ HỘ VÀ THÀNH VIÊN TRONG HỘ; THÔN, BON, BUÔN, TỔ DÂN PHỐ", "NĂM SINH", None, "Dân tộc",
    "Quan hệ với chủ hộ", "CHIA HỘ NGHÈO THEO", None, None, "Hộ chính sách có công", "Hộ DTTC",
    "Hộ không có khả năng lao động", "Chính sách hỗ trợ tiếp cận với các dịch vụ xã hội cơ bản", *[None] * 5,
)  # fmt: skip
DETAILED_SUBHEADER = (
    None, None, None, "Nam", "Nữ", None, None, "Nghèo mới", "Tái nghèo", "Nghèo cũ", None, None, None,
    "Hỗ trợ y tế", "Hỗ trợ giáo dục", "Hỗ trợ sản xuất", "Hỗ trợ vay vốn tín dụng", "Hỗ trợ nhà ở",
    "Hỗ trợ khác",
)  # fmt: skip
DETAILED_INDEX = ("A", "B", "C", *range(1, 17))
