"""The settlement as a workbook and as a paper: months and đồng by operator, service and district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import Workbook

from programs.papers.office import (
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
)
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Block, Column, Note, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import day_in_words
from smartphone_support.spreadsheets.writing import (
    prepare_print,
    set_widths,
    sheet_title,
    write_header,
    write_line,
    write_row,
)

from ..choices import ServiceKind
from ..models import ServiceSubscription
from .figures import Line, Total
from .permits import number_for
from .rules.counting import Month


@dataclass(frozen=True, slots=True)
class Sums:
    """What all rows together come to."""

    subscriptions: int
    months: int
    amount: int


def sums(totals: Sequence[Total]) -> Sums:
    return Sums(
        sum(row.subscriptions for row in totals),
        sum(row.months for row in totals),
        sum(row.amount for row in totals),
    )


def method() -> str:
    """How months are counted, in one sentence; said wherever the totals are."""
    return _(
        "A month counts for a subscription that is supported on the month's last day, at the level of that "
        "day. No legal text on parts of months was found: this is how the programme counts."
    )


def settlement_workbook(
    totals: Sequence[Total], lines: Sequence[Line], first: date, last: date, reader: Any
) -> bytes:
    """Totals on the first sheet, the lines they are made of on the second, numbers as `reader` may read
    them."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = sheet_title(_("Settlement"))
    header = [
        _("No."),
        _("Operator"),
        _("Service"),
        _("District"),
        _("Subscriptions"),
        _("Months"),
        _("Đồng"),
    ]
    title = _("Support of telecom services from %(first)s to %(last)s") % {
        "first": f"{first:%m/%Y}", "last": f"{last:%m/%Y}",
    }  # fmt: skip
    write_line(sheet, 1, title, last=len(header), bold=True, size=14)
    write_line(sheet, 2, method(), last=len(header), italic=True, size=11)
    sheet.row_dimensions[2].height = 32
    write_header(sheet, 4, header)
    for number, row in enumerate(totals, 1):
        values = [
            number, row.operator_name, str(ServiceKind(row.service).label), row.district_name,
            row.subscriptions, row.months, row.amount,
        ]  # fmt: skip
        write_row(sheet, 4 + number, values)
    whole = sums(totals)
    closing = ["", _("Total"), "", "", whole.subscriptions, whole.months, whole.amount]
    write_row(sheet, 5 + len(totals), closing, bold=True)
    set_widths(sheet, (6, 18, 20, 24, 14, 12, 18))
    prepare_print(sheet, header_rows=(4, 4), landscape=False)
    _write_lines(book, lines, reader)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _write_lines(book: Workbook, lines: Sequence[Line], reader: Any) -> None:
    sheet = book.create_sheet(sheet_title(_("Lines")))
    header = [
        _("No."), _("Operator"), _("Service"), _("District"), _("Head of household"), _("Subscriber number"),
        _("Months"), _("Đồng"),
    ]  # fmt: skip
    write_header(sheet, 1, header)
    named = names_of(lines, reader)
    for number, line in enumerate(lines, 1):
        name, phone = named.get(line.subscription, ("", ""))
        values = [
            number, line.operator_name, str(ServiceKind(line.service).label), line.district_name, name, phone,
            line.months, line.amount,
        ]  # fmt: skip
        write_row(sheet, 1 + number, values)
    set_widths(sheet, (6, 18, 20, 24, 26, 16, 10, 16))
    prepare_print(sheet, header_rows=(1, 1))


def names_of(lines: Sequence[Line], reader: Any) -> dict[int, tuple[str, str]]:
    """Subscription → head of household, and subscriber number as `reader` may read it."""
    found: dict[int, tuple[str, str]] = {}
    keys = [line.subscription for line in lines]
    for start in range(0, len(keys), 5_000):
        rows = ServiceSubscription.objects.filter(pk__in=keys[start : start + 5_000])
        for pk, name, number in rows.values_list("pk", "household__head_name", "number"):
            found[pk] = (name, number_for(reader, number))
    return found


def months_text(months: Sequence[Month]) -> str:
    """ "01/2024, 02/2024"."""
    return ", ".join(f"{month.last_day:%m/%Y}" for month in months)


def settlement_paper(
    province: AdministrativeArea, totals: Sequence[Total], first: date, last: date, on: date
) -> Paper:
    """The totals as a paper of the department, in the layout of Decree 30/2020/NĐ-CP."""
    name = department_name(province)
    period = f"từ tháng {first:%m/%Y} đến tháng {last:%m/%Y}"
    whole = sums(totals)
    body: list[Block] = [
        Paragraph(
            f"{name} tổng hợp số tháng và kinh phí hỗ trợ sử dụng dịch vụ viễn thông công ích {period}, "
            f"theo số liệu cập nhật đến {day_in_words(on)}: {_n(whole.subscriptions)} thuê bao, "
            f"{_n(whole.months)} tháng, {_n(whole.amount)} đồng."
        ),
        _table(totals),
        Note(
            "Cách tính: tháng được tính khi thuê bao đang được hỗ trợ vào ngày cuối tháng, theo mức của "
            "ngày đó."
        ),
    ]
    return Paper(
        letterhead=department_head(province),
        number=number_line("", f"BC-{department_symbol(province)}"),
        place_day=place_day(province, None, year=on.year),
        kind="BÁO CÁO",
        summary=f"Tổng hợp hỗ trợ sử dụng dịch vụ viễn thông công ích {period}",
        blocks=tuple(body),
        signatures=(director_signature(),),
        recipients=("- Các doanh nghiệp viễn thông;", "- Lưu: VT."),
        is_draft=True,
    )


def _n(value: int) -> str:
    return str(number_format(value, force_grouping=True))


def _table(totals: Sequence[Total]) -> Table:
    columns = (
        Column("STT", 10, "center"), Column("Doanh nghiệp", 28), Column("Dịch vụ", 32),
        Column("Địa bàn", 34), Column("Thuê bao", 18, "right"), Column("Số tháng", 18, "right"),
        Column("Số tiền (đồng)", 28, "right"),
    )  # fmt: skip
    words = {ServiceKind.MOBILE: "Di động mặt đất", ServiceKind.FIXED: "Băng rộng cố định"}
    rows = [
        Row((
            str(number), row.operator_name, words[ServiceKind(row.service)], row.district_name,
            _n(row.subscriptions), _n(row.months), _n(row.amount),
        ))
        for number, row in enumerate(totals, 1)
    ]  # fmt: skip
    whole = sums(totals)
    closing = Row(
        ("Tổng cộng", _n(whole.subscriptions), _n(whole.months), _n(whole.amount)), (4, 1, 1, 1), bold=True
    )
    return Table(columns, (*rows, closing))
