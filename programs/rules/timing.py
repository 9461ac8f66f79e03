"""What a plan's printed words about time mean.

Plans print a rhythm or an event in words ("Hàng tháng nếu có phát sinh"). Words that say one thing are
understood; words that say nothing known, or two things at once, are not guessed: a person is asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from smartphone_support.vietnamese.text import fold

from ..choices import TimingKind


@dataclass(frozen=True, slots=True)
class Timing:
    """The meaning of a timing; `due_by` for a task due by a fixed day, else None."""

    kind: TimingKind
    due_by: date | None = None


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\b")
_DAY_IN_WORDS = re.compile(r"\b(\d{1,2}) thang (\d{1,2}) nam (\d{4})\b")
_MONTH = re.compile(r"\bthang (\d{1,2}) ?(?:/|-| nam )? ?(\d{4})\b")
_QUARTER = re.compile(r"\bquy (iv|iii|ii|i|[1-4]) ?(?:/|-| nam )? ?(\d{4})\b")
_HALF = re.compile(r"\b(?:6|06|sau) thang (dau|cuoi) nam (\d{4})\b")
_YEAR = re.compile(r"^(?:trong |het |den het |truoc het |cuoi )?nam (\d{4})$")

# Each rhythm with the words that say it, in folded text ("hằng" and "hàng" fold alike).
_RHYTHMS: tuple[tuple[TimingKind, re.Pattern[str]], ...] = (
    (TimingKind.CONTINUOUS, re.compile(r"\b(thuong xuyen|lien tuc|trong suot|ca giai doan)\b")),
    (TimingKind.REVIEW_PERIOD, re.compile(r"\b(theo |tung |moi )?(cac )?(ky|dot) ra soat\b")),
    (TimingKind.MONTHLY, re.compile(r"\b(hang|moi|dinh ky|dinh ky hang) thang\b")),
    (TimingKind.QUARTERLY, re.compile(r"\b(hang|moi|dinh ky|dinh ky hang) quy\b|\b(3|03|ba) thang\b")),
    (TimingKind.HALF_YEARLY, re.compile(r"\b(6|06|sau) thang\b|\bnua nam\b")),
    (TimingKind.ON_ALLOCATION, re.compile(r"\bphan bo\b")),
    (TimingKind.ON_REQUEST, re.compile(r"\b(de nghi|yeu cau) xac nhan\b|\b(khi|theo) (co )?de nghi\b")),
    (TimingKind.YEARLY, re.compile(r"\b(hang|moi|dinh ky|dinh ky hang) nam\b")),
)  # fmt: skip
#: A day without a year ("Hàng năm, trước ngày 15/12", "ngày 25 hàng tháng") says more than the rhythm.
_DAY_WITHOUT_YEAR = re.compile(r"\b\d{1,2}\s*/\s*\d{1,2}\b(?!\s*/)|\bngay \d{1,2}\b")
#: A day from which something holds is not the day by which it is done.
_FROM = re.compile(r"\b(tu|sau|bat dau)\b")
_IF_ANY = re.compile(r"\bphat sinh\b")
_AUTHORITY = re.compile(r"\byeu cau\b")


def timing_of(text: str) -> Timing | None:
    """What the words mean; None where they have to be asked. No words at all: not stated."""
    words = " ".join(re.sub(r"[()\[\]{};:,.]+(?!\d)", " ", fold(text)).split())
    if not words:
        return Timing(TimingKind.UNSTATED)
    # What named a day names neither a month nor a rhythm ("ngày 06 tháng 6 năm 2024").
    rest = _DAY_IN_WORDS.sub(" ", _DAY.sub(" ", words))
    days = _fixed_days(words, rest)
    rhythms = {kind for kind, pattern in _RHYTHMS if pattern.search(rest)}
    if days:
        # A fixed day beside a rhythm, or two fixed days, say two things.
        half = {TimingKind.HALF_YEARLY} if _HALF.search(words) else set()
        unclear = rhythms - half or len(set(days)) > 1 or _FROM.search(rest) or _DAY_WITHOUT_YEAR.search(rest)
        return None if unclear else Timing(TimingKind.BY_DATE, days[0])
    if _AUTHORITY.search(words) and rhythms == {TimingKind.YEARLY}:
        return Timing(TimingKind.ON_AUTHORITY_REQUEST_OR_YEARLY)
    if len(rhythms) != 1 or _DAY_WITHOUT_YEAR.search(rest):
        return None
    kind = rhythms.pop()
    if _IF_ANY.search(words):
        # Only a monthly task can be "if anything arises"; anything else with these words is asked.
        return Timing(TimingKind.MONTHLY_IF_ANY) if kind == TimingKind.MONTHLY else None
    return Timing(kind)


def _fixed_days(words: str, rest: str) -> list[date]:
    """Days the words name, each the last day of its month, quarter, half or year; `rest`: words without days.

    The printed day itself is the due day, also after "trước ngày": it is what people read and remember.
    """
    found = [_day(y, m, d) for d, m, y in _DAY.findall(words)]
    found += [_day(y, m, d) for d, m, y in _DAY_IN_WORDS.findall(words)]
    found += [_last(y, int(m)) for m, y in _MONTH.findall(rest)]
    found += [_last(y, 3 * _ROMAN.get(q, int(q) if q.isdigit() else 0)) for q, y in _QUARTER.findall(rest)]
    found += [_last(y, 6 if half == "dau" else 12) for half, y in _HALF.findall(rest)]
    found += [_last(y, 12) for y in _YEAR.findall(rest.strip())]
    return [day for day in found if day is not None]


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _last(year: str, month: int) -> date | None:
    if not (1 <= month <= 12 and 1900 <= int(year) <= 2999):
        return None
    return date(int(year), month, monthrange(int(year), month)[1])
