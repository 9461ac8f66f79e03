"""Sections of periodic reports that the plan itself knows: dues, activities, obstacles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import override

from smartphone_support.documents.words import figure, short_day
from smartphone_support.vietnamese.text import fold

from .choices import DONE, ActivityKind, DueState, ObstacleState
from .models import CommunicationActivity, Obstacle, Program, TaskDue
from .reporting import (
    Block,
    Cell,
    FigureColumn,
    FigureRow,
    FigureTable,
    Section,
    Sentence,
    Subheading,
    register,
    share,
    with_total,
)

#: More rows than these are told by their number; the lists themselves are on the pages.
MOST_LISTED = 200
KIND_WORDS = {
    ActivityKind.BROADCAST: "Phát thanh, truyền hình",
    ActivityKind.ARTICLE: "Tin, bài trên báo, trang thông tin điện tử",
    ActivityKind.SOCIAL: "Mạng xã hội",
    ActivityKind.LOUDSPEAKER: "Hệ thống truyền thanh cơ sở",
    ActivityKind.LEAFLET: "Tờ rơi, pa nô, áp phích",
    ActivityKind.MEETING: "Hội nghị, họp dân",
    ActivityKind.TRAINING: "Tập huấn, hướng dẫn kỹ năng",
    ActivityKind.OTHER: "Hình thức khác",
}


def register_all() -> None:
    register(Section("plan", "Tiến độ thực hiện nhiệm vụ của Kế hoạch", 100, plan_progress))
    register(Section("activities", "Công tác thông tin, tuyên truyền, tập huấn", 200, activities))
    register(Section("obstacles", "Khó khăn, vướng mắc", 800, obstacles))


# --- dues -----------------------------------------------------------------------------------------

_IN_TIME, _LATE, _NOTHING, _WAITING, _UNDONE = range(5)
_DUE_COLUMNS = (
    FigureColumn("Đến hạn", 16),
    FigureColumn("Hoàn thành đúng hạn", 19),
    FigureColumn("Hoàn thành quá hạn", 19),
    FigureColumn("Không phát sinh", 18),
    FigureColumn("Đã báo cáo, chờ xác nhận", 22),
    FigureColumn("Chưa thực hiện", 18),
)


def _standing(due: TaskDue, last: date) -> int:
    """How a due stood at the end of the stretch: what came later is the next report's."""
    known = due.done_on is not None and due.done_on <= last
    if due.state == DueState.NOTHING_AROSE and known:
        return _NOTHING
    if due.state in DONE and known:
        return _IN_TIME if due.done_on is not None and due.done_on <= due.due_on else _LATE
    return _WAITING if due.state == DueState.REPORTED and known else _UNDONE


def plan_progress(program: Program, first: date, last: date) -> Sequence[Block]:
    """Dues that fell due in the stretch, per task and per leading organisation."""
    known = TaskDue.objects.filter(task__group__program=program).order_by("due_on", "pk")
    rows = known.filter(due_on__range=(first, last))
    dues = list(rows.select_related("task__group", "organisation"))
    earlier = _owed_before(known, first, last)
    if not dues:
        return [Sentence("Trong kỳ không có nhiệm vụ đến hạn."), *earlier]
    standing = {due.pk: _standing(due, last) for due in dues}
    counts = Counter(standing.values())
    done = counts[_IN_TIME] + counts[_LATE] + counts[_NOTHING]
    by_task: dict[tuple[int, int, int], list[TaskDue]] = {}
    by_organisation: dict[tuple[str, str, int], list[TaskDue]] = {}
    for due in dues:
        task, organisation = due.task, due.organisation
        by_task.setdefault((task.group.position, task.position, task.pk), []).append(due)
        key = (organisation.kind, organisation.code, organisation.pk)
        by_organisation.setdefault(key, []).append(due)

    def figures(rows: Iterable[TaskDue]) -> tuple[int, ...]:
        found = Counter(standing[due.pk] for due in rows)
        return (sum(found.values()), *(found[name] for name in range(5)))

    late = [due for due in dues if standing[due.pk] == _UNDONE]
    return [
        Sentence(
            f"Trong kỳ có {figure(len(dues))} lượt nhiệm vụ đến hạn; đã hoàn thành {figure(done)} lượt "
            f"({share(done, len(dues))}), trong đó đúng hạn {figure(counts[_IN_TIME])}, quá hạn "
            f"{figure(counts[_LATE])}, báo cáo không phát sinh {figure(counts[_NOTHING])}; chờ xác nhận "
            f"{figure(counts[_WAITING])}; chưa thực hiện {figure(counts[_UNDONE])}."
        ),
        *earlier,
        FigureTable(
            "Theo nhiệm vụ",
            (FigureColumn("Nhiệm vụ", 75, "text"), *_DUE_COLUMNS),
            with_total(
                (f"{rows[0].task.label}. {_short(rows[0].task.content)}", *figures(rows))
                for _key, rows in sorted(by_task.items())
            ),
        ),
        FigureTable(
            "Theo đơn vị chủ trì",
            (FigureColumn("Đơn vị", 75, "text"), *_DUE_COLUMNS),
            with_total(
                (rows[0].organisation.name, *figures(rows)) for _key, rows in sorted(by_organisation.items())
            ),
        ),
        *_undone(late),
    ]


def _owed_before(rows: QuerySet[TaskDue], first: date, last: date) -> list[Block]:
    """What had fallen due before the stretch and was still not done at its end: told, not counted in it."""
    before = rows.filter(due_on__lt=first).exclude(state__in=sorted(DONE), done_on__lt=first)
    left = sum(_standing(due, last) == _UNDONE for due in before)
    if not left:
        return []
    return [Sentence(f"Ngoài ra còn {figure(left)} lượt nhiệm vụ đến hạn từ trước kỳ chưa thực hiện.")]


def _undone(dues: list[TaskDue]) -> list[Block]:
    """Who has not done what, by name, as long as a page can hold it."""
    if not dues or len(dues) > MOST_LISTED:
        return []
    with override("vi"):
        rows = tuple(
            FigureRow((due.organisation.name, due.task.label, due.period_words, short_day(due.due_on)))
            for due in dues
        )
    columns = (
        FigureColumn("Đơn vị", 70, "text"),
        FigureColumn("Nhiệm vụ", 20, "text"),
        FigureColumn("Kỳ", 45, "text"),
        FigureColumn("Thời hạn", 25, "text"),
    )
    return [FigureTable("Nhiệm vụ chưa thực hiện", columns, rows)]


def _short(text: str, most: int = 140) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"


# --- activities -----------------------------------------------------------------------------------

_COUNTS = (FigureColumn("Số hoạt động", 30), FigureColumn("Lượt người tiếp cận", 35))


def activities(program: Program, first: date, last: date) -> Sequence[Block]:
    """Communication and training held in the stretch, without those taken back."""
    rows = CommunicationActivity.objects.standing().filter(program=program, held_on__range=(first, last))
    held = list(rows.select_related("organisation", "commune").order_by("held_on", "pk"))
    if not held:
        return [Sentence("Trong kỳ chưa ghi nhận hoạt động thông tin, tuyên truyền, tập huấn.")]
    people = sum(row.people_reached or 0 for row in held)
    organisations = {row.organisation_id for row in held}
    blocks: list[Block] = [
        Sentence(
            f"Trong kỳ đã tổ chức {figure(len(held))} hoạt động của {figure(len(organisations))} đơn vị, với "
            f"{figure(people)} lượt người tiếp cận (theo số liệu các đơn vị ghi nhận)."
        ),
        FigureTable(
            "Theo hình thức",
            (FigureColumn("Hình thức", 100, "text"), *_COUNTS),
            with_total(
                (words, *_counted(row for row in held if row.kind == kind))
                for kind, words in KIND_WORDS.items()
                if any(row.kind == kind for row in held)
            ),
        ),
        FigureTable(
            "Theo đơn vị",
            (FigureColumn("Đơn vị", 100, "text"), *_COUNTS),
            with_total(_by(held, _organisation)),
        ),
    ]
    if (first.year, first.month) != (last.year, last.month):
        months = _by(held, lambda row: (f"{row.held_on:%Y%m}", "", f"Tháng {row.held_on:%m/%Y}"))
        blocks.append(
            FigureTable("Theo tháng", (FigureColumn("Tháng", 100, "text"), *_COUNTS), with_total(months))
        )
    return [*blocks, *_listed(held)]


def _organisation(row: CommunicationActivity) -> tuple[str, str, str]:
    return row.organisation.kind, row.organisation.code, row.organisation.name


def _counted(rows: Iterable[CommunicationActivity]) -> tuple[int, int]:
    found = list(rows)
    return len(found), sum(row.people_reached or 0 for row in found)


def _by(rows: list[CommunicationActivity], key: Any) -> list[tuple[Cell, ...]]:
    """Counted by a key of (order, order, name)."""
    groups: dict[tuple[str, str, str], list[CommunicationActivity]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [(name[2], *_counted(found)) for name, found in sorted(groups.items())]


def _listed(rows: list[CommunicationActivity]) -> list[Block]:
    if len(rows) > MOST_LISTED:
        return []
    columns = (
        FigureColumn("Ngày", 22, "text"),
        FigureColumn("Đơn vị", 36, "text"),
        FigureColumn("Nội dung", 60, "text"),
        FigureColumn("Kênh, địa điểm", 36, "text"),
        FigureColumn("Lượt người", 18),
    )
    return [
        FigureTable(
            "Danh sách hoạt động",
            columns,
            tuple(
                FigureRow(
                    (
                        short_day(row.held_on), row.organisation.short_name, row.title,
                        ", ".join(part for part in (row.channel, row.place, _commune(row)) if part),
                        row.people_reached,
                    )
                )
                for row in rows
            ),
        )
    ]  # fmt: skip


def _commune(row: CommunicationActivity) -> str:
    """The commune, unless the place names it already."""
    name = row.commune.name if row.commune else ""
    return "" if fold(name) in fold(row.place) else name


# --- obstacles ------------------------------------------------------------------------------------


def obstacles(program: Program, first: date, last: date) -> Sequence[Block]:
    """Difficulties raised in the stretch and how they stood at its end; those for the Committee in full."""
    rows = Obstacle.objects.filter(program=program, raised_at__date__lte=last)
    standing = rows.exclude(state=ObstacleState.WITHDRAWN).select_related("organisation", "task__group")
    known = list(standing.order_by("raised_at", "pk"))
    raised = [row for row in known if localtime(row.raised_at).date() >= first]
    if not known:
        return [Sentence("Trong kỳ các đơn vị chưa phản ánh khó khăn, vướng mắc.")]
    open_ones = [row for row in known if not _by_then(row.closed_at, last)]
    waiting = [row for row in open_ones if not _by_then(row.answered_at, last)]
    counts: dict[tuple[str, str, int], list[Obstacle]] = {}
    for row in raised:
        organisation = row.organisation
        counts.setdefault((organisation.kind, organisation.code, organisation.pk), []).append(row)
    blocks: list[Block] = [
        Sentence(
            f"Trong kỳ các đơn vị phản ánh {figure(len(raised))} khó khăn, vướng mắc. Đến cuối kỳ còn "
            f"{figure(len(open_ones))} nội dung chưa giải quyết xong, trong đó "
            f"{figure(len(waiting))} nội dung chưa được trả lời."
        )
    ]
    if raised:
        columns = (
            FigureColumn("Đơn vị", 90, "text"), FigureColumn("Phản ánh trong kỳ", 25),
            FigureColumn("Đã trả lời", 25), FigureColumn("Đã giải quyết", 25),
        )  # fmt: skip
        totals = with_total(
            (
                found[0].organisation.name, len(found),
                sum(_by_then(row.answered_at, last) for row in found),
                sum(_by_then(row.closed_at, last) for row in found),
            )
            for _key, found in sorted(counts.items())
        )  # fmt: skip
        blocks.append(FigureTable("Theo đơn vị", columns, totals))
    for_committee = [row for row in known if row.for_committee and (row in raised or row in open_ones)]
    if for_committee:
        blocks += [Subheading("Nội dung báo cáo Ủy ban nhân dân tỉnh"), committee_table(for_committee)]
    return blocks


def _by_then(moment: Any, last: date) -> bool:
    return moment is not None and localtime(moment).date() <= last


def committee_table(rows: Iterable[Obstacle]) -> FigureTable:
    """Difficulty, proposal and answer, one row each."""
    columns = (
        FigureColumn("Đơn vị", 32, "text"),
        FigureColumn("Khó khăn, vướng mắc", 55, "text"),
        FigureColumn("Đề xuất của đơn vị", 42, "text"),
        FigureColumn("Ý kiến của cơ quan thường trực", 42, "text"),
    )
    return FigureTable(
        "",
        columns,
        tuple(
            FigureRow((row.organisation.name, described(row), _plain(row.wish), _plain(row.answer)))
            for row in rows
        ),
    )


def described(row: Obstacle) -> str:
    """ "Nhiệm vụ II.2: thiếu danh sách. Chi tiết…" in one paragraph."""
    task = f"Nhiệm vụ {row.task.label}: " if row.task else ""
    text = f"{task}{row.title.rstrip('.')}"
    return f"{text}. {_plain(row.detail)}" if row.detail.strip() else text


def _plain(text: str) -> str:
    return " ".join(text.split())
