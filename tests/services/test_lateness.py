"""By which day an operator's update is awaited, and who has let it pass."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile

from beneficiaries.models import OperatorReport
from beneficiaries.services import late
from programs.loading import load_plans
from programs.models import Program, TaskDue
from programs.workflow.dues import extend_due, open_dues, report_due, set_deadlines
from smartphone_support.accounts.models import Organisation
from smartphone_support.documents.storing import store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]
FEBRUARY = date(2024, 2, 1)


@pytest.fixture
def daknong(cast, time_machine):
    time_machine.move_to("2024-02-20T09:00+07:00")
    load_plans()
    program = Program.objects.get(province__code="67")
    open_dues(program, date(2024, 2, 29))
    return program


def awaited(province, month):
    rows = late.operators(province)
    return {row.code: late.deadlines(rows, [month])[row.pk, month] for row in rows}


def late_ones(program, day):
    rows = late.matrix(program.province, 2024, day)
    return {row.operator.code for row in rows if dict(row.cells)[FEBRUARY].status == late.LATE}


def test_the_plans_own_day_decides(daknong, cast):
    officer = cast("daknong-dic")
    everybody = {row.code for row in late.operators(daknong.province)}
    set_deadlines(daknong, actor=officer, month_day=20)
    held = TaskDue.objects.get(
        organisation__code="daknong-vnpt", period_key="2024-02", task__number="5", task__group__number="II"
    )
    extend_due(held, actor=officer, due_on=date(2024, 3, 25), reason="Mới triển khai")
    days = awaited(daknong.province, FEBRUARY)
    assert days.pop("daknong-vnpt") == date(2024, 3, 25)
    assert set(days.values()) == {date(2024, 3, 20)}
    assert late_ones(daknong, date(2024, 3, 20)) == set()
    assert late_ones(daknong, date(2024, 3, 21)) == everybody - {"daknong-vnpt"}
    assert late_ones(daknong, date(2024, 3, 26)) == everybody


def test_a_month_the_plan_asks_nothing_of_is_awaited_ten_days(daknong):
    assert set(awaited(daknong.province, date(2023, 12, 1)).values()) == {date(2024, 1, 10)}
    hue = Organisation.objects.get(code="hue-viettel").province
    assert set(awaited(hue, FEBRUARY).values()) == {date(2024, 3, 10)}


def test_a_file_its_operator_never_confirmed_is_late(daknong, cast):
    operator = Organisation.objects.get(code="daknong-viettel")
    known = {
        "province": daknong.province, "operator": operator, "uploaded_by": cast("daknong-viettel"),
        "month": FEBRUARY, "file": store(ContentFile(b"a", name="a.xlsx"), actor=cast("daknong-viettel")),
    }  # fmt: skip
    waiting = OperatorReport.objects.create(state="awaiting", **known)
    OperatorReport.objects.create(state="failed", **known)

    def shown(day):
        rows = {row.operator: row for row in late.matrix(daknong.province, 2024, day)}
        return dict(rows[operator].cells)[FEBRUARY]

    day = awaited(daknong.province, FEBRUARY)["daknong-viettel"]
    assert shown(day).status == late.WAITING
    assert shown(day + timedelta(days=1)).status == late.LATE
    assert shown(day).report == shown(day + timedelta(days=1)).report
    assert str(waiting.pk) in shown(day).report


def test_what_was_reported_on_the_plans_own_page_is_not_late(daknong, cast):
    dues = {
        due.organisation.code: due
        for due in TaskDue.objects.fulfilled_by("operator_report").filter(period_key="2024-02")
    }
    reported, nothing = dues["daknong-viettel"], dues["daknong-vnpt"]
    report_due(reported, actor=cast("daknong-viettel"), report="Gửi công văn 12/VTDN")
    TaskDue.objects.filter(pk=nothing.pk).update(state="nothing_arose")
    day = date(2024, 6, 1)
    rows = {row.operator.code: dict(row.cells)[FEBRUARY] for row in late.matrix(daknong.province, 2024, day)}
    assert {code: cell.status for code, cell in rows.items()} == {
        "daknong-viettel": late.REPORTED, "daknong-vnpt": late.NOTHING, "daknong-mobifone": late.LATE,
    }  # fmt: skip
    assert f"/dues/{reported.pk}/" in rows["daknong-viettel"].report
    assert late.missing_of(reported.organisation, [FEBRUARY]) == []
    assert late.missing_of(dues["daknong-mobifone"].organisation, [FEBRUARY]) == [FEBRUARY]
