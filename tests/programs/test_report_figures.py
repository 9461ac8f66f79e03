"""The plan's own sections of periodic reports against counts made by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from programs.models import CommunicationActivity, Obstacle, PlanTask, TaskDue
from programs.report_sections import activities, obstacles, plan_progress
from programs.reporting import FigureTable, Sentence, Subheading
from smartphone_support.accounts.models import Organisation

FIRST, LAST = date(2024, 2, 1), date(2024, 2, 29)
JANUARY, FEBRUARY, MARCH = date(2024, 1, 20), date(2024, 2, 10), date(2024, 3, 2)


def rows_of(blocks: Any, title: str) -> dict[str, tuple[Any, ...]]:
    table = next(one for one in blocks if isinstance(one, FigureTable) and one.title == title)
    return {str(row.cells[0]): tuple(row.cells[1:]) for row in table.rows}


def test_dues_as_counted_by_hand(cast, daknong):
    tasks = {
        task.label: task for task in PlanTask.objects.filter(group__program=daknong).select_related("group")
    }
    viettel, dic = (Organisation.objects.get(code=f"daknong-{name}") for name in ("viettel", "dic"))

    def due(
        label: str, organisation: Organisation, key: str, on: date, state: str, done: date | None = None
    ) -> None:
        TaskDue.objects.create(
            task=tasks[label], organisation=organisation, period_key=key, opened_on=JANUARY, due_on=on,
            state=state, done_on=done,
        )  # fmt: skip

    due("II.5", viettel, "2023-12", FEBRUARY, "accepted", JANUARY)  # in time
    due("II.5", viettel, "2024-01", FEBRUARY, "accepted", date(2024, 2, 11))  # late
    due("II.5", viettel, "2024-02", FEBRUARY, "accepted", MARCH)  # not yet done when the month ended
    due("II.5", viettel, "2024-03", MARCH, "open")  # not due in the month
    due("II.5", dic, "2024-01", FEBRUARY, "nothing_arose", FEBRUARY)
    due("IV.2", dic, "2024", LAST, "reported", LAST)
    due("III.1", dic, "x:1", FIRST, "open")

    due("II.2", dic, "2023-11", JANUARY, "open")  # owed from before, and still not done
    due("II.2", dic, "2023-12", JANUARY, "accepted", FEBRUARY)  # done in the month, late
    due("II.2", dic, "2024-01", JANUARY, "accepted", MARCH)  # not yet done when the month ended

    blocks = plan_progress(daknong, FIRST, LAST)

    sentences = [one.text for one in blocks if isinstance(one, Sentence)]
    assert sentences[1:] == ["Ngoài ra còn 2 lượt nhiệm vụ đến hạn từ trước kỳ chưa thực hiện."]
    # due, in time, late, nothing arose, reported, not done
    by_task = rows_of(blocks, "Theo nhiệm vụ")
    labels = {name.split(". ")[0]: row for name, row in by_task.items()}
    assert labels["II.5"] == (4, 1, 1, 1, 0, 1)
    assert labels["IV.2"] == (1, 0, 0, 0, 1, 0)
    assert labels["III.1"] == (1, 0, 0, 0, 0, 1)
    assert labels["Tổng cộng"] == (6, 1, 1, 1, 1, 2)
    assert list(labels) == ["II.5", "III.1", "IV.2", "Tổng cộng"]  # in the plan's order
    assert rows_of(blocks, "Theo đơn vị chủ trì")["Viettel Đắk Nông"] == (3, 1, 1, 0, 0, 1)
    undone = next(one for one in blocks if isinstance(one, FigureTable) and "chưa thực hiện" in one.title)
    assert [row.cells[1:] for row in undone.rows] == [
        ("III.1", "x:1", "01/02/2024"), ("II.5", "Tháng 02/2024", "10/02/2024"),
    ]  # fmt: skip
    assert next(one.text for one in blocks if isinstance(one, Sentence)).startswith(
        "Trong kỳ có 6 lượt nhiệm vụ đến hạn; đã hoàn thành 3 lượt (50%)"
    )


def test_activities_as_counted_by_hand(cast, hue):
    media, dic = (Organisation.objects.get(code=f"hue-{name}") for name in ("media", "dic"))

    def held(organisation: Organisation, kind: str, on: date, people: int | None, **known: Any) -> None:
        CommunicationActivity.objects.create(
            program=hue, organisation=organisation, kind=kind, title="Tin", held_on=on, people_reached=people,
            recorded_by=cast("hue-dic"), **known,
        )  # fmt: skip

    held(media, "broadcast", FIRST, 100)
    held(media, "broadcast", LAST, None)
    held(dic, "training", FEBRUARY, 30)
    held(dic, "training", MARCH, 999)
    held(dic, "training", FEBRUARY, 999, cancelled_at=timezone.now(), cancel_reason="Nhầm")

    blocks = activities(hue, FIRST, LAST)

    assert rows_of(blocks, "Theo hình thức") == {
        "Phát thanh, truyền hình": (2, 100), "Tập huấn, hướng dẫn kỹ năng": (1, 30), "Tổng cộng": (3, 130),
    }  # fmt: skip
    assert rows_of(blocks, "Theo đơn vị")["Tổng cộng"] == (3, 130)
    assert len(rows_of(activities(hue, FIRST, MARCH), "Theo tháng")) == 3  # two months and the sum
    assert len(blocks) == 4  # within a month there is no table of months


def test_obstacles_as_counted_by_hand(cast, hue):
    media = Organisation.objects.get(code="hue-media")

    def at(day: date) -> datetime:
        return timezone.make_aware(datetime(day.year, day.month, day.day, 8))

    def raised(
        title: str, on: date, answered: date | None = None, closed: date | None = None, **known: Any
    ) -> None:
        row = Obstacle.objects.create(
            program=hue, organisation=media, title=title, raised_by=cast("hue-media"), wish="Xin hướng dẫn",
            answer="Đã rõ" if answered else "", answered_at=at(answered) if answered else None,
            closed_at=at(closed) if closed else None, **({"state": "closed" if closed else "open"} | known),
        )  # fmt: skip
        Obstacle.objects.filter(pk=row.pk).update(raised_at=at(on))

    raised("Một", FEBRUARY, FEBRUARY, FEBRUARY)
    raised("Hai", FEBRUARY, MARCH, MARCH)  # when the month ended it still waited
    raised("Ba", JANUARY, FEBRUARY, for_committee=True)
    raised("Bốn", JANUARY, JANUARY, JANUARY, for_committee=True)  # settled before
    raised("Năm", FEBRUARY, state="withdrawn")
    raised("Sáu", MARCH)

    blocks = obstacles(hue, FIRST, LAST)

    words = next(one.text for one in blocks if isinstance(one, Sentence))
    assert "phản ánh 2 khó khăn" in words
    assert "còn 2 nội dung chưa giải quyết xong, trong đó 1 nội dung chưa được trả lời" in words
    assert rows_of(blocks, "Theo đơn vị")["Tổng cộng"] == (2, 1, 1)
    assert any(isinstance(one, Subheading) for one in blocks)
    committee = rows_of(blocks, "")
    assert list(committee.values()) == [("Ba", "Xin hướng dẫn", "Đã rõ")]
