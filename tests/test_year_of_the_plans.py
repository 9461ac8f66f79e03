"""Both plans through 2024, by the doors people use: the right dues on the right days for each organisation,
fulfilled by the right events. The tables are written by hand from the printed plans and a wall calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from allocations import workflow as allocation
from allocations.models import Device, DistrictList
from allocations.rules.stored import load_rules
from allocations.workflow.devices import NewDevice, Stock, take_in
from beneficiaries import workflow as lists
from beneficiaries.services.workflow import confirmations, reports
from inspections.workflow.rounds import close_round
from programs.choices import DueState, HolidayKind, TriggerEffect
from programs.loading import load_plans
from programs.models import Holiday, PlanTask, Program, TaskDue, TaskTrigger
from programs.workflow.dues import accept_due, nothing_arose, open_dues, report_due
from programs.workflow.opening import upcoming
from smartphone_support.jobs.running import execute
from tests.allocations.conftest import Story
from tests.delivery_rows import imei
from tests.inspection_rows import inspection_round
from tests.spreadsheets.building import write_xlsx

OPERATORS = ("daknong-mobifone", "daknong-viettel", "daknong-vnpt")

#: Tasks of the Đắk Nông appendix and what the calendar makes of them in 2024, by hand: the month's own due is
#: the 5th of the next one, moved where it is a weekend (5 May and 5 January 2025 are Sundays, 5 October is a
#: Saturday); the review's is 15 December, a Sunday; what goes on all year is looked at on its last day.
MONTHLY = {
    "2024-01": date(2024, 2, 5), "2024-02": date(2024, 3, 5), "2024-03": date(2024, 4, 5),
    "2024-04": date(2024, 5, 6), "2024-05": date(2024, 6, 5), "2024-06": date(2024, 7, 5),
    "2024-07": date(2024, 8, 5), "2024-08": date(2024, 9, 5), "2024-09": date(2024, 10, 7),
    "2024-10": date(2024, 11, 5), "2024-11": date(2024, 12, 5), "2024-12": date(2025, 1, 6),
}  # fmt: skip
YEAR = {"2024": date(2024, 12, 31)}
BY_THE_CALENDAR = {
    ("I.1", "daknong-dic"): YEAR,
    **{("I.2", operator): YEAR for operator in OPERATORS},
    ("II.1", "daknong-dolisa"): {"2024-R": date(2024, 12, 16)},
    ("II.2", "daknong-dolisa"): MONTHLY,
    ("II.3", "daknong-dolisa"): YEAR,
    **{("II.5", operator): MONTHLY for operator in OPERATORS},
    ("IV.1", "daknong-dic"): YEAR,
    ("IV.2", "daknong-dic"): YEAR,
}
#: Ten working days after: Monday 10 June; Friday 15 March (from Monday the 18th to Friday the 29th).
BY_EVENTS = {
    ("II.4", "daknong-dic"): date(2024, 6, 24),
    ("III.1", "daknong-dic"): date(2024, 3, 29),
    ("III.2", "daknong-dic"): date(2024, 3, 29),
}
ALL_TASKS = ["I.1", "I.2", "II.1", "II.2", "II.3", "II.4", "II.5", "III.1", "III.2", "IV.1", "IV.2"]


class Year:
    """The people of a province, and the doors they go through."""

    def __init__(self, cast, time_machine, folder, program):
        self.cast, self.clock, self.folder, self.program = cast, time_machine, folder, program
        self.prefix = {"46": "hue", "67": "daknong"}[program.province.code]

    def go(self, month, day, year=2024):
        """It is this day, half past nine in the morning; the daily work has opened what begins."""
        self.clock.move_to(f"{year}-{month:02}-{day:02}T09:30+07:00")
        self.program.refresh_from_db()
        open_dues(self.program, upcoming(date(year, month, day)))

    def person(self, who):
        return self.cast(f"{self.prefix}-{who}")

    def late(self, month, day, year=2024):
        """What is overdue on a day: (task, organisation, period)."""
        self.go(month, day, year)
        rows = TaskDue.objects.filter(task__group__program=self.program).late(date(year, month, day))
        rows = rows.select_related("task__group", "organisation")
        return {(row.task.label, row.organisation.code, row.period_key) for row in rows}

    def dues(self, label=None, **known):
        rows = TaskDue.objects.filter(task__group__program=self.program, **known)
        rows = rows.select_related("task__group", "organisation").order_by("due_on", "pk")
        return [row for row in rows if label in (None, row.task.label)]

    def due(self, label, who, key):
        [row] = self.dues(label, organisation__code=f"{self.prefix}-{who}", period_key=key)
        return row

    def workbook(self, title, *rows):
        path = write_xlsx(self.folder / "list.xlsx", {"Danh sách": [[title], [], *rows]})
        return SimpleUploadedFile("danh-sach.xlsx", path.read_bytes())

    def list_applied(self, kind, period, file):
        dolisa = self.person("dolisa")
        batch = lists.upload_list(
            file, kind=kind, period=period, effective_on=period.replace(day=28), actor=dolisa,
            province=self.program.province,
        )  # fmt: skip
        execute(str(batch.job.key))
        batch.refresh_from_db()
        batch = lists.confirm_batch(batch, actor=dolisa, reason="Đã kiểm tra")
        execute(str(batch.job.key))
        batch.refresh_from_db()
        assert batch.state == "applied", batch.failure
        return batch

    def monthly(self, period):
        header = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Số CCCD", "Xã", "Huyện", "Số quyết định"]
        title = f"DANH SÁCH HỘ NGHÈO PHÁT SINH MỚI THÁNG {period:%m/%Y}"
        number = f"0670610000{period.month:02}"
        row = [1, "Y Bhăm Niê Kđăm", "14/08/1961", number, "Xã Nhân Cơ", "Huyện Đắk R'Lấp", "01/QĐ-UBND"]
        return self.list_applied("monthly", period, self.workbook(title, header, row))

    def annual(self, period):
        header = ["STT", "Họ và tên chủ hộ", "Ngày sinh", "Số CCCD", "Xã", "Huyện", "Phân loại hộ"]
        title = f"DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM {period.year}"
        rows = [
            [n, name, "14/08/1961", f"0670610000{n:02}", "Xã Nhân Cơ", "Huyện Đắk R'Lấp", "Hộ nghèo"]
            for n, name in ((2, "Y Bhăm Niê Kđăm"), (7, "Y Bhăm Niê Kđăm"), (21, "H'Blanh Mlô"))
        ]
        return self.list_applied("annual", period, self.workbook(title, header, *rows))

    def operator_list(self, title):
        header = ["STT", "Họ tên chủ thuê bao", "Số CCCD", "Số thuê bao", "Dịch vụ",
                  "Mức hỗ trợ (đồng/tháng)", "Biến động", "Ngày hiệu lực", "Xã", "Huyện"]  # fmt: skip
        row = [1, "Y Bhăm Niê Kđăm", "067061000002", "0912345678", "Di động mặt đất", 60000, "Hỗ trợ mới",
               "05/03/2024", "Xã Nhân Cơ", "Huyện Đắk R'Lấp"]  # fmt: skip
        return self.workbook(title, header, row)

    def update(self, who, month):
        """The operator's file of a month, read and confirmed."""
        operator = self.person(who)
        file = self.operator_list(f"CẬP NHẬT DANH SÁCH THÁNG {month:%m/%Y}")
        report = reports.upload_report(file, month=month, operator=operator.organisation, actor=operator)
        execute(str(report.job.key))
        report.refresh_from_db()
        report = reports.confirm_report(report, actor=operator)
        assert report.state == "applied", (report.failure, report.counts)
        return report

    def nothing_of(self, who, month):
        actor = self.person(who)
        return reports.nothing_arose(month=month, operator=actor.organisation, actor=actor)

    def reported(self, label, who, key, by="dic"):
        """Reported by the organisation, accepted by the department (its own by its leader)."""
        row = report_due(self.due(label, who, key), actor=self.person(who), report="Đã thực hiện.")
        return accept_due(row, actor=self.person(by))

    def allocated(self, communes):
        """Households of two districts wait; the Ministry's decision of 15 March is recorded on the 18th."""
        load_rules(self.program)
        story = Story(self.cast, self.prefix, self.program)
        for commune in communes:
            for _ in range(2):
                story.household(commune, since=date(2024, 1, 1))
        return story, story.round(total=4, day=date(2024, 3, 15), number="300/QĐ-BTTTT")

    def quotas(self, story, round_):
        plan = allocation.prepare_quota_plan(round_, actor=self.person("dic"))
        story.approve(allocation.submit_quota_plan(plan, actor=self.person("dic")), date(2024, 4, 1))
        rows = DistrictList.objects.filter(round=round_).select_related(
            "district", "round__program__province"
        )
        return sorted(rows, key=lambda row: row.district.code)

    def devices(self, round_, rows):
        """Devices taken in from the supplier, sent to each district and received there."""
        officer = self.person("dic")
        numbers = [imei(n) for n in range(1, 5)]
        take_in(
            Stock(round_), actor=officer, devices=[NewDevice(number) for number in numbers],
            model="Nokia G22", number="PN-1", day=date(2024, 6, 3),
        )  # fmt: skip
        for row in rows:
            imeis = [numbers.pop(0), numbers.pop(0)]
            shipment = allocation.dispatch(
                Stock(round_), row.district, actor=officer, number=f"GH-{row.district.code}",
                day=date(2024, 6, 4), imeis=imeis,
            )  # fmt: skip
            allocation.receive_shipment(shipment, actor=self.person(row.district.code))
        assert Device.objects.filter(round=round_, place="district").count() == 4

    def inspected(self, district=None):
        made = self.person(district.code if district else "dic")
        row = inspection_round(
            self.prefix, state="concluded", district=district, created_by=made, conclusion="Đúng quy định.",
            concluded_by=self.person(f"{district.code}-leader" if district else "dic-leader"),
        )  # fmt: skip
        return close_round(row, actor=made, closing_report="Đã kiểm tra xong.")


@pytest.fixture
def year(cast, time_machine, tmp_path):
    time_machine.move_to("2024-01-02T09:30+07:00")
    load_plans()
    tet = [date(2024, 2, day) for day in range(8, 15)]
    for day in (*tet, date(2024, 4, 18), date(2024, 4, 29), date(2024, 9, 3)):
        Holiday.objects.update_or_create(day=day, defaults={"name": "Nghỉ lễ"})
    Holiday.objects.create(day=date(2024, 5, 4), name="Làm bù", kind=HolidayKind.WORKING_DAY)

    def of(code):
        return Year(cast, time_machine, tmp_path, Program.objects.get(code=code))

    with translation.override("en"):
        yield of


def test_the_calendar_opens_what_the_appendix_asks_for_and_nothing_else(year):
    daknong = year("daknong-2023")
    for month in range(1, 13):
        daknong.go(month, 1)
    found = {}
    for row in daknong.dues():
        found.setdefault((row.task.label, row.organisation.code), {})[row.period_key] = row.due_on
    assert found == BY_THE_CALENDAR


def test_a_month_opens_on_its_first_day_and_no_sooner(year):
    daknong = year("daknong-2023")
    daknong.go(1, 31)
    assert {row.period_key for row in daknong.dues("II.2")} == {"2024-01"}
    daknong.go(2, 1)
    assert {row.period_key for row in daknong.dues("II.2")} == {"2024-01", "2024-02"}


def test_every_task_of_the_appendix_has_its_way_to_be_done(year):
    program = year("daknong-2023").program
    tasks = PlanTask.objects.filter(group__program=program).select_related("group")
    assert [task.label for task in tasks] == ALL_TASKS
    opened = TaskTrigger.objects.filter(task__in=tasks, effect=TriggerEffect.OPENS)
    by_event = {trigger.task.label for trigger in opened.select_related("task__group")}
    assert by_event == {label for label, _who in BY_EVENTS}
    assert {label for label, _who in BY_THE_CALENDAR} | by_event == set(ALL_TASKS)


def test_a_year_in_dak_nong(year):
    plan = year("daknong-2023")

    # January: DOLISA has nothing; two operators say so, VNPT is silent until the 12th.
    plan.go(2, 2)
    nothing_arose(plan.due("II.2", "dolisa", "2024-01"), actor=plan.person("dolisa"), note="Không phát sinh.")
    plan.nothing_of("viettel", date(2024, 1, 1))
    plan.nothing_of("mobifone", date(2024, 1, 1))
    assert plan.late(2, 5) == set()
    assert plan.late(2, 6) == {("II.5", "daknong-vnpt", "2024-01")}
    plan.go(2, 15)
    plan.nothing_of("vnpt", date(2024, 1, 1))
    assert plan.due("II.5", "vnpt", "2024-01").done_on == date(2024, 2, 15)

    # February: the changes file comes on the 1st of March and is in the register; that is the answer.
    plan.go(3, 1)
    batch = plan.monthly(date(2024, 2, 1))
    february = plan.due("II.2", "dolisa", "2024-02")
    assert (february.state, february.done_on, february.decided_by) == ("accepted", date(2024, 3, 1), None)
    assert february.evidence.get().subject_key == f"beneficiaries.listbatch:{batch.pk}"
    for who in ("viettel", "mobifone", "vnpt"):
        plan.nothing_of(who, date(2024, 2, 1))
    assert plan.late(3, 6) == set()

    # The Ministry's decision of 15 March: two dues, ten working days.
    plan.go(3, 18)
    story, round_ = plan.allocated(["24751", "24611"])
    for label in ("III.1", "III.2"):
        [row] = plan.dues(label)
        assert (row.organisation.code, row.due_on, row.state) == (
            "daknong-dic", BY_EVENTS[label, "daknong-dic"], "open"
        )  # fmt: skip
    # Viettel's file of March: one household begins to be supported.
    plan.go(4, 2)
    plan.update("viettel", date(2024, 3, 1))
    assert plan.due("II.5", "viettel", "2024-03").state == "accepted"
    assert plan.due("II.5", "vnpt", "2024-03").state == "open"
    nothing_arose(plan.due("II.2", "dolisa", "2024-03"), actor=plan.person("dolisa"))
    for who in ("mobifone", "vnpt"):
        plan.nothing_of(who, date(2024, 3, 1))
    rows = plan.quotas(story, round_)
    waiting = {("III.1", "daknong-dic", f"allocations.allocationround:{round_.pk}"),
               ("III.2", "daknong-dic", f"allocations.allocationround:{round_.pk}")}  # fmt: skip
    assert plan.late(4, 6) == waiting

    # The first district's list is approved: a part. With the second one III.1 is done.
    plan.go(5, 20)
    _months(plan, 4)
    days = {"day": date(2024, 5, 10), "decided_on": date(2024, 5, 15)}
    story.decided(rows[0], number="20/TTr-STTTT", **days)
    [listed] = plan.dues("III.1")
    assert (listed.state, listed.evidence.count()) == ("open", 1)
    story.decided(rows[1], number="21/TTr-STTTT", **days)
    listed.refresh_from_db()
    assert (listed.state, listed.done_on) == ("accepted", date(2024, 5, 15))

    # June: the devices reach the last district; an operator asks to confirm its list.
    plan.go(6, 5)
    _months(plan, 5)
    plan.devices(round_, rows)
    [received] = plan.dues("III.2")
    assert (received.state, received.done_on) == ("accepted", date(2024, 6, 5))
    plan.go(6, 10)
    _ask_and_answer(plan)

    for month in (6, 7, 8):
        plan.go(month + 1, 4)
        _months(plan, month)
    # September: DOLISA is silent past Monday 7 October, then sends its file.
    plan.go(10, 4)
    _months(plan, 9, dolisa=False)
    assert plan.late(10, 7) == set()
    assert plan.late(10, 8) == {("II.2", "daknong-dolisa", "2024-09")}
    plan.go(10, 9)
    plan.monthly(date(2024, 9, 1))
    plan.go(11, 4)
    _months(plan, 10)

    # The yearly inspection closes both tasks of supervision, the annual review its own.
    plan.go(11, 20)
    round_ = plan.inspected()
    for label in ("IV.1", "IV.2"):
        [row] = plan.dues(label)
        assert (row.state, row.evidence.get().label) == ("accepted", round_.name)
    plan.go(12, 4)
    _months(plan, 11)
    plan.go(12, 10)
    plan.annual(date(2024, 12, 1))
    assert plan.due("II.1", "dolisa", "2024-R").state == "accepted"

    # What goes on all year is told at its end.
    plan.go(12, 30)
    plan.reported("I.1", "dic", "2024", by="dic-leader")
    plan.reported("II.3", "dolisa", "2024")
    for who in ("viettel", "mobifone"):
        plan.reported("I.2", who, "2024")
    plan.go(1, 3, 2025)
    _months(plan, 12)
    assert plan.late(1, 7, 2025) == {("I.2", "daknong-vnpt", "2024")}
    plan.reported("I.2", "vnpt", "2024")

    of_2024 = [row for row in plan.dues() if row.opened_on.year == 2024]
    assert {row.task.label for row in of_2024} == set(ALL_TASKS)
    assert {row.state for row in of_2024} <= {DueState.ACCEPTED, DueState.NOTHING_AROSE}
    assert len(of_2024) == 12 * 4 + 3 + 1 + 1 + 1 + 2 + 3  # monthly; I.2; I.1, II.1, II.3; IV; by events


def _months(plan, month, *, dolisa=True):
    """Everybody's answer for a month in which nothing arose."""
    key, first = f"2024-{month:02}", date(2024, month, 1)
    if dolisa:
        nothing_arose(plan.due("II.2", "dolisa", key), actor=plan.person("dolisa"))
    for who in ("viettel", "mobifone", "vnpt"):
        plan.nothing_of(who, first)


def _ask_and_answer(plan):
    operator, officer = plan.person("viettel"), plan.person("dic")
    request = confirmations.upload_request(
        plan.operator_list("DANH SÁCH ĐỀ NGHỊ XÁC NHẬN"), as_of=date(2024, 6, 1),
        operator=operator.organisation, actor=operator,
    )  # fmt: skip
    execute(str(request.job.key))
    request.refresh_from_db()
    assert plan.dues("II.4") == []
    assert confirmations.submit_request(request, actor=operator) == 0
    [row] = plan.dues("II.4")
    assert (row.organisation.code, row.state) == ("daknong-dic", "open")
    assert row.due_on == BY_EVENTS["II.4", "daknong-dic"]
    plan.go(6, 20)
    lines = [line.pk for line in request.lines.all()]
    request.refresh_from_db()
    confirmations.decide_lines(request, lines, "refused", reason="Chưa đủ hồ sơ.", actor=officer)
    confirmations.answer_request(request, number="45/STTTT-BCVT", actor=officer)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("accepted", date(2024, 6, 20))


# --- Plan 413 -------------------------------------------------------------------------------------

#: Section IV states no times: each duty is looked at once a year, on its last day, for every organisation
#: behind the actor it is given to.
LEADERS_OF_413 = {
    "1": {"hue-dic"},
    "2": {"hue-dolisa"},
    "5": {f"hue-{code}" for code in (474, 476, 477, 478, 479, 480, 481, 482, 483)},
    "7": {"hue-mobifone", "hue-viettel", "hue-vnpt"},
}


def test_a_year_of_plan_413(year):
    plan = year("hue-413")
    plan.go(1, 2)
    rows = plan.dues()
    assert {(row.period_key, row.due_on) for row in rows} == {("2024", date(2024, 12, 31))}
    tasks = PlanTask.objects.filter(group__program=plan.program)
    assert {row.task_id for row in rows} == set(tasks.values_list("pk", flat=True))
    for group, organisations in LEADERS_OF_413.items():
        assert {row.organisation.code for row in rows if row.task.group.number == group} == organisations

    plan.go(3, 18)
    story, round_ = plan.allocated(["20044", "19753"])
    plan.go(4, 2)
    rows = plan.quotas(story, round_)
    assert plan.due("1.a", "dic", "2024").state == "accepted"
    plan.go(5, 20)
    days = {"day": date(2024, 5, 10), "decided_on": date(2024, 5, 15)}
    codes = [row.district.code for row in rows]
    story.decided(rows[0], number="20/TTr-STTTT", **days)
    assert plan.due("5.b", codes[0], "2024").state == "accepted"
    assert plan.due("5.b", codes[1], "2024").state == "open"
    assert plan.due("1.b", "dic", "2024").state == "open"
    story.decided(rows[1], number="21/TTr-STTTT", **days)
    assert plan.due("1.b", "dic", "2024").state == "accepted"

    plan.go(11, 4)
    plan.inspected(rows[0].district)
    assert plan.due("5.e", codes[0], "2024").state == "accepted"
    assert plan.due("5.e", codes[1], "2024").state == "open"
    assert plan.due("1.d", "dic", "2024").state == "open", "a district's round is not the department's"
    plan.inspected()
    assert plan.due("1.d", "dic", "2024").state == "accepted"

    late = plan.late(1, 1, 2025)
    done = {("1.a", "hue-dic"), ("1.b", "hue-dic"), ("1.d", "hue-dic"),
            *(("5.b", f"hue-{code}") for code in codes), ("5.e", f"hue-{codes[0]}")}  # fmt: skip
    assert {(label, who) for label, who, _key in late}.isdisjoint(done)
    assert len(late) == len(plan.dues(period_key="2024")) - len(done)
