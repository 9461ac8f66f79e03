"""What happens at the edges: of a plan's time, of a due's own state, and where holidays are entered late."""

from datetime import date

import pytest
from django.utils import translation

from programs.choices import HolidayKind, TaskEvent
from programs.models import DueEvidence, Holiday, PlanTask, TaskDue, TaskTrigger
from programs.workflow.dues import extend_due, open_dues, report_due, return_due
from programs.workflow.happenings import happened, undone
from programs.workflow.opening import follow_calendar
from programs.workflow.plans import close_plan
from programs.working_days import work_calendar
from tests.work_rows import activity


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def followed(daknong, time_machine):
    """Follow the plan from a day on: `followed("2024-02-20")`, from its first day unless told otherwise."""

    def follow(today, *, since=None):
        time_machine.move_to(f"{today}T09:00+07:00")
        if since is not None:
            daknong.in_force_from, daknong.dues_until = since, None
            daknong.save()
        open_dues(daknong, date.fromisoformat(today))
        return daknong

    return follow


def task(program, label):
    group, number = label.split(".")
    return PlanTask.objects.get(group__program=program, group__number=group, number=number)


def due(program, label, organisation, key):
    return TaskDue.objects.get(
        task=task(program, label), organisation__code=organisation, period_key=key
    )  # fmt: skip


def tell(program, event, on, **known):
    return happened(
        event, province=program.province, label="Danh sách", actor=None, on=on,
        **({"about": program} | known),
    )  # fmt: skip


def test_the_month_a_plan_began_in_the_middle_of_is_fulfilled_by_its_file(followed):
    plan = followed("2024-03-20", since=date(2024, 3, 15))
    (row,) = tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 3, 20), period=date(2024, 3, 1))
    assert (row.period_key, row.state) == ("2024-03", "accepted")
    assert tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 3, 20), period=date(2024, 2, 1)) == []


def test_what_was_opened_in_the_last_days_is_done_after_them(followed, time_machine):
    plan = followed("2025-12-29")
    asked = plan.groups.first()
    opened = tell(plan, TaskEvent.CONFIRMATION_REQUESTED, date(2025, 12, 29), about=asked)
    assert [row.state for row in opened] == ["open"]
    time_machine.move_to("2026-01-05T09:00+07:00")
    answered = tell(plan, TaskEvent.CONFIRMATION_ANSWERED, date(2026, 1, 5), about=asked)
    assert [(row.pk, row.state) for row in answered] == [(opened[0].pk, "accepted")]
    assert tell(plan, TaskEvent.CONFIRMATION_REQUESTED, date(2026, 1, 5), about=plan) == []


def test_a_due_of_a_closed_plan_is_still_fulfilled_and_no_new_one_opens(followed, cast):
    plan = followed("2024-02-20")
    close_plan(plan, actor=cast("daknong-dic-leader"), reason="Đã có kế hoạch mới")
    (row,) = tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 2, 21), period=date(2024, 2, 1))
    assert (row.period_key, row.state) == ("2024-02", "accepted")
    assert tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 2, 21), period=date(2024, 4, 1)) == []
    assert tell(plan, TaskEvent.CONFIRMATION_REQUESTED, date(2024, 2, 21)) == []


def test_an_activity_shows_the_task_it_was_recorded_for_alone(followed, cast):
    plan = followed("2024-05-20")
    own, other = task(plan, "I.2"), task(plan, "II.5")  # both led by the operators
    TaskTrigger.objects.create(task=other, event=TaskEvent.ACTIVITY_HELD, effect="fulfils")
    activity(plan, cast("daknong-viettel"), task=own, held_on=date(2024, 5, 6))
    assert {row.due.task for row in DueEvidence.objects.select_related("due__task")} == {own}
    assert due(plan, "II.5", "daknong-viettel", "2024-05").state == "open"


def test_what_was_reported_in_time_stays_in_time(followed, cast, time_machine):
    plan = followed("2024-02-20")
    row = report_due(
        due(plan, "II.2", "daknong-dolisa", "2024-02"), actor=cast("daknong-dolisa"), report="Gửi"
    )
    time_machine.move_to("2024-03-20T09:00+07:00")
    tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 3, 20), period=date(2024, 2, 1))
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("accepted", date(2024, 2, 20))
    undone(plan, actor=None)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("reported", date(2024, 2, 20))


def test_what_was_returned_is_returned_again(followed, cast):
    plan = followed("2024-02-20")
    row = report_due(
        due(plan, "II.2", "daknong-dolisa", "2024-02"), actor=cast("daknong-dolisa"), report="Gửi"
    )
    return_due(row, actor=cast("daknong-dic"), reason="Thiếu hai xã")
    tell(plan, TaskEvent.MONTHLY_CHANGES, date(2024, 2, 20))
    undone(plan, actor=None)
    row.refresh_from_db()
    assert (row.state, row.return_reason, row.done_on) == ("returned", "Thiếu hai xã", None)


def test_a_holiday_entered_late_moves_open_dues_and_leaves_what_people_touched(followed, cast):
    plan = followed("2024-02-20")
    officer = cast("daknong-dic")
    (asked, *_others) = tell(
        plan, TaskEvent.CONFIRMATION_REQUESTED, date(2024, 2, 20), about=plan.groups.first()
    )
    longer = due(plan, "II.5", "daknong-vnpt", "2024-02")
    extend_due(longer, actor=officer, due_on=date(2024, 3, 20), reason="Mới triển khai")
    before, event_day = work_calendar(), asked.due_on
    for day in (date(2024, 3, 5), date(2024, 3, 20), event_day):
        Holiday.objects.get_or_create(day=day, defaults={"name": "Nghỉ bù", "kind": HolidayKind.HOLIDAY})
    assert follow_calendar(before, actor=officer) > 0
    assert due(plan, "II.5", "daknong-viettel", "2024-02").due_on == date(2024, 3, 6)
    assert due(plan, "II.5", "daknong-vnpt", "2024-02").due_on == date(2024, 3, 20)
    asked.refresh_from_db()
    assert asked.due_on > event_day
    assert follow_calendar(work_calendar(), actor=officer) == 0
