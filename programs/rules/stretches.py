"""The stretch of days a periodic report covers, and how offices call it. Pure.

The names are Vietnamese whatever the language of the screen: they stand on papers of the office.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..choices import ReportKind

ROMAN = ("I", "II", "III", "IV")


def stretch_of(kind: ReportKind, year: int, number: int = 1) -> tuple[date, date]:
    """First and last day of the year's month `number`, its quarter `number`, or the year itself.

    Raises ValueError for a number the kind does not have, and for an ad hoc report, whose days are free.
    """
    if kind == ReportKind.YEARLY:
        return date(year, 1, 1), date(year, 12, 31)
    if kind == ReportKind.MONTHLY and 1 <= number <= 12:
        return date(year, number, 1), _before_month(year, number + 1)
    if kind == ReportKind.QUARTERLY and 1 <= number <= 4:
        return date(year, number * 3 - 2, 1), _before_month(year, number * 3 + 1)
    raise ValueError(f"no {kind} number {number}")


def _before_month(year: int, month: int) -> date:
    """The last day before a month; month 13 is the next year's January."""
    return date(year + month // 13, (month - 1) % 12 + 1, 1) - timedelta(days=1)


def stretch_words(kind: ReportKind, first: date, last: date) -> str:
    """ "tháng 02/2024", "quý I/2024", "năm 2024", "từ ngày 05/02/2024 đến ngày 10/03/2024"."""
    if kind == ReportKind.MONTHLY:
        return f"tháng {first:%m/%Y}"
    if kind == ReportKind.QUARTERLY:
        return f"quý {ROMAN[(first.month - 1) // 3]}/{first.year}"
    if kind == ReportKind.YEARLY:
        return f"năm {first.year}"
    return f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"


def title_of(kind: ReportKind, first: date, last: date) -> str:
    """What the report is about, as its paper says under the word BÁO CÁO."""
    return (
        "Kết quả thực hiện kế hoạch hỗ trợ điện thoại thông minh cho hộ nghèo, hộ cận nghèo và gia đình "
        f"chính sách {stretch_words(kind, first, last)}"
    )
