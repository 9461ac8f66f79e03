"""Sections of periodic reports that the register knows: movement of poor and near-poor households, services.

The movement is the net of the stretch: how each household stood on the day before it and on its last day. The
control equation of the review reports holds for every district and class by construction:
end = start − to the other class − above the line − other decrease + from the other class + relapsed + new
+ other increase (report 2 of the Đắk Nông set; domain text 6.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from programs.models import Program
from programs.reporting import (
    Block,
    Cell,
    FigureColumn,
    FigureTable,
    Section,
    Sentence,
    register,
    with_total,
)
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.words import figure

from .choices import BatchKind, BatchState, PovertyClass, ServiceKind, SpellReason
from .models import ListBatch, Movement, PovertySpell
from .services.figures import movements, settlement

LISTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
#: What a household's move between the two days counts as, in the order of the tables.
START, CROSSED_OUT, EXITED, LESS, CROSSED_IN, RELAPSED, NEW, MORE, END = range(9)
_SIGNS = {CROSSED_OUT: -1, EXITED: -1, LESS: -1, CROSSED_IN: 1, RELAPSED: 1, NEW: 1, MORE: 1}


def register_all() -> None:
    register(Section("register", "Biến động hộ nghèo, hộ cận nghèo", 300, register_movement))
    register(Section("services", "Hỗ trợ sử dụng dịch vụ viễn thông công ích", 500, services))


# --- the register ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stand:
    """A household on one day: its class and district; None where it was not listed."""

    poverty_class: str
    district: int


@dataclass(frozen=True, slots=True)
class Course:
    """A household between two days. `reason`: why its first class of the stretch began; `left`: it left the
    register, by moving away, death or merging."""

    before: Stand | None
    after: Stand | None
    reason: str = ""
    left: bool = False


Counts = dict[tuple[int, str], Counter[int]]


def count_courses(courses: Iterable[Course]) -> Counts:
    """Per district and class how many households start, leave, come and end. Pure."""
    counts: Counts = {}

    def add(stand: Stand, what: int) -> None:
        counts.setdefault((stand.district, stand.poverty_class), Counter())[what] += 1

    for course in courses:
        before, after = course.before, course.after
        if before is not None:
            add(before, START)
        if after is not None:
            add(after, END)
        if before == after:
            continue
        if before is not None and after is not None and before.district == after.district:
            add(before, CROSSED_OUT)
            add(after, CROSSED_IN)
            continue
        if before is not None:
            add(before, LESS if after is not None or course.left else EXITED)
        if after is not None:
            add(after, MORE if before is not None else _came_by(course.reason))
    return counts


def _came_by(reason: str) -> int:
    if reason in {SpellReason.MOVED_IN, SpellReason.SPLIT}:
        return MORE
    return RELAPSED if reason == SpellReason.RELAPSED else NEW


def is_balanced(counts: Counter[int]) -> bool:
    """Whether the control equation holds."""
    return counts[START] + sum(sign * counts[what] for what, sign in _SIGNS.items()) == counts[END]


_TITLES = {
    PovertyClass.POOR: (
        "Hộ nghèo",
        ("Đầu kỳ", "Thành hộ cận nghèo", "Vượt chuẩn cận nghèo", "Giảm khác", "Từ hộ cận nghèo",
         "Tái nghèo", "Phát sinh mới", "Tăng khác", "Cuối kỳ"),
    ),
    PovertyClass.NEAR_POOR: (
        "Hộ cận nghèo",
        ("Đầu kỳ", "Thành hộ nghèo", "Thoát cận nghèo", "Giảm khác", "Từ hộ nghèo", "Tái cận nghèo",
         "Phát sinh mới", "Tăng khác", "Cuối kỳ"),
    ),
}  # fmt: skip


def register_movement(program: Program, first: date, last: date) -> Sequence[Block]:
    """The register's movement between the day before the stretch and its last day, per district."""
    counts = count_courses(courses_of(program.province, first - timedelta(days=1), last))
    districts = AdministrativeArea.objects.filter(pk__in={district for district, _class in counts})
    areas = list(districts.order_by("code"))
    blocks: list[Block] = [*_lists_applied(program.province, first, last)]
    for poverty_class, (title, columns) in _TITLES.items():
        rows: list[tuple[Cell, ...]] = [
            (area.name, *(counts.get((area.pk, poverty_class), Counter())[what] for what in range(9)))
            for area in areas
        ]
        if not rows:
            continue
        total = [sum(int(row[what + 1] or 0) for row in rows) for what in range(9)]
        less = total[CROSSED_OUT] + total[EXITED] + total[LESS]
        more = total[CROSSED_IN] + total[RELAPSED] + total[NEW] + total[MORE]
        blocks += [
            Sentence(
                f"{title}: đầu kỳ {figure(total[START])} hộ; giảm {figure(less)} hộ; tăng {figure(more)} hộ; "
                f"cuối kỳ {figure(total[END])} hộ."
            ),
            FigureTable(
                title,
                (FigureColumn("Địa bàn", 40, "text"), *(FigureColumn(name, 14) for name in columns)),
                with_total(rows),
            ),
        ]
    if not areas:
        blocks.append(Sentence("Chưa có số liệu hộ nghèo, hộ cận nghèo trong kỳ."))
    return blocks


def _lists_applied(province: AdministrativeArea, first: date, last: date) -> list[Block]:
    """How many lists came into the register in the stretch."""
    rows = ListBatch.objects.filter(
        province=province, state=BatchState.APPLIED, applied_at__date__range=(first, last)
    )
    found = rows.aggregate(
        annual=Count("pk", filter=Q(kind=BatchKind.ANNUAL)),
        monthly=Count("pk", filter=Q(kind=BatchKind.MONTHLY)),
    )
    if not (found["annual"] or found["monthly"]):
        return [Sentence("Trong kỳ không có danh sách mới được cập nhật vào phần mềm.")]
    return [
        Sentence(
            f"Trong kỳ đã cập nhật {figure(found['annual'])} danh sách rà soát năm và "
            f"{figure(found['monthly'])} danh sách biến động hàng tháng."
        )
    ]


def courses_of(province: AdministrativeArea, before: date, last: date) -> list[Course]:
    """How every household of the province that was listed on either day got from one to the other."""
    spells = (
        PovertySpell.objects.filter(
            household__province=province, household__merged_into__isnull=True,
            household__removed_at__isnull=True, superseded_at__isnull=True, valid_from__lte=last,
        )
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=before))
        .order_by("household_id", "valid_from", "pk")
        .values_list(
            "household_id", "poverty_class", "valid_from", "valid_to", "reason", "ended_by",
            "household__district_id",
        )
    )  # fmt: skip
    moves = _moves_after(province, before)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in spells.iterator(chunk_size=5_000):
        found.setdefault(row[0], []).append(row[1:])
    return [
        _course(rows, before, last, lambda day, pk=pk, rows=rows: _district(rows[-1][5], moves.get(pk), day))
        for pk, rows in found.items()
    ]


def _course(rows: list[tuple[Any, ...]], before: date, last: date, district: Any) -> Course:
    def on(day: date) -> Stand | None:
        for poverty_class, since, until, *_rest in rows:
            if since <= day and (until is None or until > day) and poverty_class in LISTED:
                return Stand(poverty_class, district(day))
        return None

    arrived = next((row[3] for row in rows if row[1] > before and row[0] in LISTED), "")
    ended = [row for row in rows if row[2] is not None and row[2] <= last]
    return Course(on(before), on(last), arrived, bool(ended and ended[-1][4]))


def _moves_after(province: AdministrativeArea, day: date) -> dict[int, list[tuple[date, int]]]:
    """Of each household its moves between communes after the day: (when, district it came from), in order."""
    rows = (
        Movement.objects.filter(
            household__province=province, superseded_at__isnull=True, effective_on__gt=day,
            from_commune__isnull=False, to_commune__isnull=False,
        )
        .order_by("household_id", "effective_on", "pk")
        .values_list("household_id", "effective_on", "from_commune__parent_id")
    )  # fmt: skip
    moves: dict[int, list[tuple[date, int]]] = {}
    for household, on, district in rows:
        if district is not None:
            moves.setdefault(household, []).append((on, district))
    return moves


def _district(now: int, moves: list[tuple[date, int]] | None, day: date) -> int:
    """Where the household was on the day: before its first move after it, or where it is now."""
    return next((district for on, district in moves or () if on > day), now)


# --- services -------------------------------------------------------------------------------------

_SERVICE_WORDS = {ServiceKind.MOBILE: "Di động", ServiceKind.FIXED: "Băng rộng cố định"}


def services(program: Program, first: date, last: date) -> Sequence[Block]:
    """How the operators' lists moved in the stretch, and what its months count for settlement."""
    moved = [one for one in movements(program.province, first, last) if one.start or one.new or one.end]
    if not moved:
        return [Sentence("Trong kỳ chưa có hộ được hỗ trợ sử dụng dịch vụ viễn thông công ích.")]
    end, suspended = sum(one.end for one in moved), sum(one.suspended for one in moved)
    columns = (
        FigureColumn("Doanh nghiệp, dịch vụ", 70, "text"), FigureColumn("Đầu kỳ", 19),
        FigureColumn("Hỗ trợ mới", 19), FigureColumn("Ngừng hỗ trợ", 19), FigureColumn("Cuối kỳ", 19),
        FigureColumn("Trong đó tạm dừng", 19),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (_named(one.operator_name, one.service), one.start, one.new, one.ended, one.end, one.suspended)
        for one in moved
    ]
    return [
        Sentence(
            f"Đến cuối kỳ danh sách hỗ trợ có {figure(end)} thuê bao, trong đó {figure(suspended)} thuê bao "
            "đang tạm dừng."
        ),
        FigureTable("Biến động danh sách hỗ trợ", columns, with_total(rows)),
        *_settlement(program.province, first, last),
    ]


def _named(operator: str, service: str) -> str:
    return f"{operator} – {_SERVICE_WORDS[ServiceKind(service)]}"


def _settlement(province: AdministrativeArea, first: date, last: date) -> list[Block]:
    """Months and đồng per operator and service: months of the stretch that are over."""
    sums: dict[str, list[int]] = {}
    for total in settlement(province, first, last):
        row = sums.setdefault(_named(total.operator_name, total.service), [0, 0, 0])
        for place, number in enumerate((total.subscriptions, total.months, total.amount)):
            row[place] += number
    if not sums:
        return []
    columns = (
        FigureColumn("Doanh nghiệp, dịch vụ", 75, "text"), FigureColumn("Số thuê bao", 25),
        FigureColumn("Số tháng hỗ trợ", 25), FigureColumn("Kinh phí (đồng)", 40),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(name, *numbers) for name, numbers in sorted(sums.items())]
    return [
        Sentence("Tháng được tính khi thuê bao đang được hỗ trợ vào ngày cuối tháng."),
        FigureTable("Khối lượng hỗ trợ theo tháng đã kết thúc", columns, with_total(rows)),
    ]
