"""Workbooks of certificate and deprivation counts: office papers, Vietnamese in every language."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from smartphone_support.documents.words import closing_sentence
from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.templatetags.web import masked_id

from ..choices import PovertyClass
from .counting import CertificateCount, DeprivationCount

CLASS_WORDS = {PovertyClass.POOR: "Hộ nghèo", PovertyClass.NEAR_POOR: "Hộ cận nghèo"}
UNKNOWN_COMMUNE = "Chưa rõ xã"


def certificate_workbook(
    counts: Sequence[CertificateCount], missing: Iterable[Any], on: date, year: int
) -> tuple[bytes, list[int]]:
    """Two sheets: the counts per commune, and every household without a certificate; and who they are."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Tổng hợp"
    day = f"{on:%d/%m/%Y}"
    write_line(
        sheet, 1, f"TÌNH HÌNH CẤP GIẤY CHỨNG NHẬN HỘ NGHÈO, HỘ CẬN NGHÈO NĂM {year}", last=8, bold=True
    )
    write_line(sheet, 2, f"(Hộ nghèo, hộ cận nghèo tính đến ngày {day})", last=8, italic=True)
    titles = ["STT", "Huyện", "Xã", "Hộ nghèo", "Hộ cận nghèo", "Có GCN", "Bản sao chứng thực", "Chưa có GCN"]
    write_header(sheet, 4, titles)
    row = 5
    for row, count in enumerate(counts, 5):
        values = [
            row - 4, count.district.name, _commune(count), count.poor, count.near_poor, count.certified,
            count.copies, count.missing,
        ]  # fmt: skip
        write_row(sheet, row, values)
    sums = [sum(getattr(c, name) for c in counts) for name in _SUMMED]
    write_row(sheet, row + 1, ["", "", "Tổng cộng", *sums], bold=True)
    set_widths(sheet, [6, 24, 24, 11, 13, 11, 13, 13])
    prepare_print(sheet, header_rows=(4, 4))
    named = _missing_sheet(book, missing, year)
    return _content(book), named


_SUMMED = ("poor", "near_poor", "certified", "copies", "missing")


def _commune(count: CertificateCount | DeprivationCount) -> str:
    return count.commune.name if count.commune else UNKNOWN_COMMUNE


def _missing_sheet(book: Workbook, missing: Iterable[Any], year: int) -> list[int]:
    sheet = book.create_sheet("Chưa có GCN")
    write_line(sheet, 1, f"DANH SÁCH HỘ CHƯA CÓ GIẤY CHỨNG NHẬN NĂM {year}", last=8, bold=True)
    titles = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Số CCCD", "Thôn", "Xã", "Huyện", "Phân loại hộ"]
    write_header(sheet, 3, titles)
    ids = []
    for number, household in enumerate(missing, 1):
        ids.append(household.pk)
        values = [
            number, household.head_name, str(household.birth_year or ""), masked_id(household.national_id),
            household.village, household.commune.name if household.commune else UNKNOWN_COMMUNE,
            household.district.name, CLASS_WORDS.get(household.class_as_of, ""),
        ]  # fmt: skip
        write_row(sheet, number + 3, values)
    write_line(sheet, len(ids) + 5, closing_sentence(len(ids)), last=8, bold=True, centred=False)
    set_widths(sheet, [6, 26, 9, 15, 22, 22, 22, 13])
    prepare_print(sheet, header_rows=(3, 3))
    return ids


def deprivation_workbook(counts: Sequence[DeprivationCount], on: date) -> bytes:
    """One sheet: per commune and class, indicators 11 and 12 before and after support."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Thiếu hụt thông tin"
    write_line(
        sheet,
        1,
        "TỔNG HỢP THIẾU HỤT THÔNG TIN CỦA HỘ NGHÈO, HỘ CẬN NGHÈO (CHỈ SỐ 11, 12)",
        last=13,
        bold=True,
    )
    write_line(sheet, 2, f"(Tính đến ngày {on:%d/%m/%Y})", last=13, italic=True)
    part = ["đã đánh giá", "thiếu 11 (dịch vụ viễn thông)", "thiếu 12 (phương tiện)", "thiếu ít nhất một"]
    titles = ["STT", "Huyện", "Xã", "Phân loại hộ", "Số hộ"]
    titles += [f"Trước hỗ trợ: {name}" for name in part] + [f"Sau hỗ trợ: {name}" for name in part]
    write_header(sheet, 4, titles)
    row = 4
    for row, count in enumerate(counts, 5):
        values = [
            row - 4,
            count.district.name,
            _commune(count),
            CLASS_WORDS[PovertyClass(count.poverty_class)],
        ]
        write_row(sheet, row, [*values, count.households, *_cells(count)])
    totals = [sum(column) for column in zip(*(_cells(count) for count in counts), strict=True)]
    households = sum(count.households for count in counts)
    write_row(sheet, row + 1, ["", "", "Tổng cộng", "", households, *totals], bold=True)
    set_widths(sheet, [6, 22, 22, 13, 9, *[11] * 8])
    prepare_print(sheet, header_rows=(4, 4))
    return _content(book)


def _cells(count: DeprivationCount) -> list[int]:
    parts = (count.before, count.after)
    return [n for p in parts for n in (p.households, p.lacks_telecom, p.lacks_means, p.lacks_any)]


def _content(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
