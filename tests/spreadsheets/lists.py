"""Household lists in the layouts departments really send, as rows for ``building.write_xlsx``."""

from __future__ import annotations

NATIONAL_HEADER = [
    "STT",
    "STT hộ",
    "Họ và tên chủ hộ",
    "Họ và tên thành viên",
    "Quan hệ với chủ hộ",
    "Ngày sinh",
    "Giới tính",
    "CCCD",
    "Tỉnh",
    "Huyện",
    "Mã huyện",
    "Xã",
    "Mã xã",
    "Thôn",
    "Dân tộc",
    "Phân loại hộ",
    "Quyết định công nhận",
    "Ngày ban hành QĐ",
    "B1",
    "B2",
    "DTTS",
    "Không có khả năng lao động",
    "Có thành viên là người có công với cách mạng",
    "Nguyên nhân nghèo",
    None,
    "Tuổi",
    "Số nhân khẩu",
]
EXIT_HEADER = [
    "STT",
    "STT hộ",
    "Họ và tên",
    "Quan hệ với chủ hộ",
    "Giới tính",
    "Ngày sinh",
    "CCCD",
    "Dân tộc",
    "Địa chỉ",
    "B1",
    "B2",
    None,
    "Ghi chú",
    None,
    "Tuổi",
    "Số nhân khẩu",
]
FLAT_HEADER = [
    [
        "STT",
        "Mã hộ",
        "Họ và tên chủ hộ",
        "Ngày sinh",
        "Giới tính",
        "Số CCCD/CMND",
        "Dân tộc",
        "Thôn/TDP",
        "Số nhân khẩu",
        "Phân loại hộ",
        None,
        "Đối tượng chính sách",
        None,
        "Số điện thoại",
        "Ghi chú",
    ],
    [None] * 9 + ["Hộ nghèo", "Hộ cận nghèo", "Người có công", "Bảo trợ xã hội", None, None],
    ["A", "B", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
]


def head(number, order, name="Hồ Văn Đông", **cells):
    """A head's row of the national workbook; ``cells`` by column letter replace the ordinary ones."""
    row = [
        number,
        order,
        name.upper(),
        name,
        "Chủ hộ",
        "14/08/1961",
        "Nam",
        f"0460610000{order:02}",
        "Tỉnh Thừa Thiên Huế",
        "Huyện A Lưới",
        "481",
        "Xã Hồng Vân",
        "20047",
        "Thôn A Năm",
        "Tà Ôi",
        "Hộ nghèo",
        "121/QĐ-UBND",
        "15/12/2023",
        83,
        40,
        "x",
        None,
        None,
        "Thiếu vốn",
        None,
        62,
        1,
    ]
    return replaced(row, cells)


def member(number, name="Kăn Thơ", **cells):
    row = [number, None, None, name, "Vợ", "1963", "Nữ", None] + [None] * 6 + ["Tà Ôi"] + [None] * 12
    return replaced(row, cells)


def national(*rows):
    """The first sheet of the national workbook: title in row 4, header in 5 to 7, data from row 8."""
    return [[], [], [], ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO SAU KHI RÀ SOÁT"], NATIONAL_HEADER, [], [], *rows]


def exits(kind, *rows):
    """A sheet of households that left a class; data from row 10."""
    title = [None, f"DANH SÁCH HỘ {kind} SAU KHI RÀ SOÁT"]
    return [[], [], [], [], title, [], EXIT_HEADER, [], [], *rows]


def flat(*rows, header=FLAT_HEADER):
    """The flat list with its letterhead; data from row 10."""
    letterhead = [
        ["UBND TỈNH", None, None, None, None, None, None, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [
            "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
            None,
            None,
            None,
            None,
            None,
            None,
            "Độc lập - Tự do - Hạnh phúc",
        ],
        [],
        ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2023"],
        ["(Kèm theo Báo cáo số     /BC-SLĐTBXH ngày 05/01/2024)"],
        [],
    ]
    return [*letterhead, *header, *rows]


def line(number, name="Hồ Văn Đông", **cells):
    row = [
        number,
        number,
        name,
        "14/08/1961",
        "Nam",
        f"0460610000{number:02}",
        "Tà Ôi",
        "Thôn A Năm",
        4,
        "x",
        None,
        None,
        None,
        "0912345678",
        None,
    ]
    return replaced(row, cells)


def replaced(row, cells):
    for letter, value in cells.items():
        index = ord(letter[-1]) - 65 + (26 if len(letter) == 2 else 0)
        row[index] = value
    return row


A_LUOI = ["A", None, "HUYỆN A LƯỚI"]
HONG_VAN = ["I", None, "Xã Hồng Vân", None, None, None, None, None, 175]
SIGNATURES = [
    [None, None, "Tổng cộng", None, None, None, None, None, 3604],
    ["Danh sách này gồm có 2 hộ./."],
    [],
    [None] * 11 + ["ngày 05 tháng 01 năm 2024"],
    [None, "NGƯỜI LẬP BIỂU"] + [None] * 9 + ["TM. ỦY BAN NHÂN DÂN"],
    [None] * 11 + ["CHỦ TỊCH"],
    [None, "Nguyễn Văn Lập"] + [None] * 9 + ["Trần Văn Ký"],
]
