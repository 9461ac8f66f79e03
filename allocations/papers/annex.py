"""The annex of the PPC's decision: the approved households, laid out as Decree 30/2020/NĐ-CP has lists.

Grouped by district (I, II, …) and commune (1, 2, …) with subtotals, a total and the closing sentence.
Before the decision the same paper is marked as a draft. It is an office paper: its words are Vietnamese
whatever the language of the screen.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from smartphone_support.documents.words import closing_sentence, day_in_words, figure
from smartphone_support.spreadsheets.writing import (
    FONT,
    prepare_print,
    set_widths,
    write_header,
    write_line,
    write_row,
)
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import Decision
from ..lists.effective import Decided, amendments_since
from ..lists.form_words import FormWords
from ..lists.review_workbook import GENDER_WORDS
from ..models import ApprovalDecision, DistrictList, ListLine, Proposal
from .households import Subtotal, roman, tick

SHEET = "Phụ lục"
TITLE = "DANH SÁCH HỘ ĐƯỢC HỖ TRỢ ĐIỆN THOẠI THÔNG MINH"
COLUMNS = (
    ("STT", 6),
    ("Họ và tên chủ hộ", 24),
    ("Năm sinh", 8),
    ("Giới tính", 7),
    ("Số CCCD", 15),
    ("Địa chỉ (thôn, xã)", 28),
    ("Hộ nghèo", 7),
    ("Hộ cận nghèo", 7),
    ("Gia đình NCC", 8),
    ("Gia đình CSXH", 8),
    ("Số điện thoại", 13),
    ("Hình thức hỗ trợ", 16),
    ("Doanh nghiệp", 11),
    ("Ghi chú", 14),
)
_WIDTH = len(COLUMNS)
_CENTRED = frozenset({1, 3, 4, 7, 8, 9, 10})


def decision_line(decision: ApprovalDecision | None, province: str) -> str:
    """The line under the title that ties the annex to its decision; dots before there is one."""
    issuer = f"của Ủy ban nhân dân {province[:1].lower()}{province[1:]}"
    if decision is None:
        return f"(Kèm theo Quyết định số …/QĐ-UBND ngày … tháng … năm … {issuer})"
    return f"(Kèm theo Quyết định số {decision.number} {day_in_words(decision.date)} {issuer})"


def write_annex(
    proposal: Proposal, lists: Iterable[DistrictList], *, in_full: bool, is_extract: bool = False
) -> bytes:
    """The annex over the kept lines of `lists` as an .xlsx file.

    `in_full`: identity and telephone numbers whole, for those who may; else with their middle hidden.
    `is_extract`: only some of the proposal's lists are in it, and the paper says so.
    """
    decision = ApprovalDecision.objects.filter(proposal=proposal).first()
    province = proposal.round.program.province
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    if decision is None:
        write_line(sheet, 1, "DỰ THẢO", last=_WIDTH, bold=True, italic=True, size=13, centred=False)
    write_line(sheet, 2, f"{SHEET} (trích)" if is_extract else SHEET, last=_WIDTH, bold=True, size=14)
    write_line(sheet, 3, TITLE, last=_WIDTH, bold=True, size=14)
    source = (
        f"{proposal.round.name}, theo Quyết định số {proposal.round.decision_number} "
        f"{day_in_words(proposal.round.decision_date)} của {proposal.round.issuer}"
    )
    write_line(sheet, 4, source, last=_WIDTH, size=13)
    write_line(sheet, 5, decision_line(decision, province.name), last=_WIDTH, italic=True, size=13)
    write_header(sheet, 7, [title for title, _width in COLUMNS])
    sheet.row_dimensions[7].height = 32
    set_widths(sheet, [width for _title, width in COLUMNS])
    prepare_print(sheet, header_rows=(7, 7), freeze_column="C")
    for part in (sheet.oddHeader.center, sheet.evenHeader.center):
        part.size, part.font = 13, "Times New Roman,Regular"
    rows = _Rows(sheet, 8, FormWords.of(proposal.round), in_full=in_full)
    shown = list(lists)
    for number, district_list in enumerate(shown, start=1):
        rows.district(number, district_list)
    rows.close(decision, masked=not in_full)
    rows.amended(amendments_since(shown) if decision is not None else [])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Rows:
    """Writes the body from a row on, numbering the households through the whole annex."""

    def __init__(self, sheet: Worksheet, row: int, forms: FormWords, *, in_full: bool) -> None:
        self.sheet, self.row, self.forms, self.in_full = sheet, row, forms, in_full
        self.first = row
        self.total = Subtotal()

    def district(self, number: int, district_list: DistrictList) -> None:
        lines = list(
            district_list.lines.filter(decision=Decision.KEEP)
            .select_related("commune")
            .order_by("commune__code", "position")
        )
        self._group(roman(number), district_list.district.name, Subtotal.of(lines))
        groups = groupby(lines, key=lambda line: line.commune)
        for count, (commune, members) in enumerate(groups, start=1):
            inside = list(members)
            self._group(str(count), commune.name, Subtotal.of(inside), italic=True)
            for line in inside:
                self._household(line)

    def _group(self, number: str, name: str, subtotal: Subtotal, *, italic: bool = False) -> None:
        self._write(
            [number, f"{name}: {figure(subtotal.households)} hộ", *_cells(subtotal)],
            bold=True,
            italic=italic,
        )

    def _household(self, line: ListLine) -> None:
        facts = line.snapshot
        self.total.add(line)
        values: list[Any] = [
            self.total.households,
            facts.get("head_name", ""),
            facts.get("birth_year"),
            GENDER_WORDS.get(facts.get("gender", ""), ""),
            facts.get("national_id", "") if self.in_full else masked_id(facts.get("national_id")),
            ", ".join(part for part in (facts.get("village", ""), line.commune.name) if part),
            tick(facts.get("poverty_class") == "poor"),
            tick(facts.get("poverty_class") == "near_poor"),
            tick(facts.get("merit")),
            tick(facts.get("social_policy")),
            facts.get("phone", "") if self.in_full else masked_phone(facts.get("phone")),
            self.forms.word(line.support_form),
            "",
            line.note,
        ]
        self._write(values)

    def _write(self, values: list[Any], *, bold: bool = False, italic: bool = False) -> None:
        write_row(self.sheet, self.row, values, bold=bold)
        for column in range(1, _WIDTH + 1):
            cell = self.sheet.cell(self.row, column)
            if column in _CENTRED:
                cell.alignment = Alignment(horizontal="center", vertical="top")
            if column in {1, 3}:
                cell.number_format = "0"
            if italic:
                cell.font = Font(name=FONT, size=11, bold=bold, italic=True)
        self.row += 1

    def close(self, decision: ApprovalDecision | None, *, masked: bool) -> None:
        self._write(["", f"Tổng cộng: {figure(self.total.households)} hộ", *_cells(self.total)], bold=True)
        self.row += 1
        self._line(closing_sentence(self.total.households), bold=True)
        if decision is not None:
            self._line(f"Mã kiểm tra nội dung (SHA-256): {decision.digest}", size=11)
        if masked:
            self._line("Bản che bớt số CCCD và số điện thoại, chỉ để tra cứu.", italic=True, size=11)

    def amended(self, decided: Iterable[Decided]) -> None:
        """What decisions after this one changed; the list above stays as it was approved."""
        for number, one in enumerate(decided):
            if not number:
                self._line("Điều chỉnh sau phê duyệt:", bold=True)
            amendment = one.amendment
            day = day_in_words(amendment.decision_date) if amendment.decision_date else ""
            self._line(
                f"Quyết định số {amendment.decision_number} {day} ({amendment.district_list.district.name}):"
            )
            for line in one.lines:
                parts = []
                if line.removes is not None:
                    parts.append(f"đưa ra: {line.removes.household}, {line.removes.commune.name}")
                if line.adds is not None:
                    place = f", {line.adds.commune.name}" if line.adds.commune else ""
                    parts.append(f"đưa vào: {line.adds}{place}")
                self._line(f"- {'; '.join(parts)}. {line.reason}", size=12)

    def _line(self, text: str, **style: Any) -> None:
        write_line(self.sheet, self.row, text, last=_WIDTH, centred=False, **({"size": 13} | style))
        self.row += 1


def _cells(subtotal: Subtotal) -> list[Any]:
    """Columns from the birth year to the last one of the table."""
    return ["", "", "", "", *subtotal.marks.values(), "", "", "", ""]


def file_name(proposal: Proposal) -> str:
    number = proposal.number.replace("/", "-")
    return f"Phu luc danh sach ho - {number}.xlsx"
