"""The demo's inspections: the department's yearly round in the field, and a district's own, closed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Count
from django.utils import timezone

from allocations.models import Support
from inspections.choices import Answer, CheckSource, FindingKind, SampleState
from inspections.models import ChecklistItem, InspectedUnit, InspectionRound, SampledHousehold
from inspections.offline.incoming import Said, Visit
from inspections.rounds.prefill import conclusion_draft, minutes_draft, report_draft
from inspections.rules.sampling import Wanted
from inspections.sampling.frame import frame_supports
from inspections.workflow.minutes import sign_minutes, write_minutes
from inspections.workflow.receiving import receive_check
from inspections.workflow.rounds import (
    announce_round,
    close_fieldwork,
    close_round,
    conclude_round,
    open_fieldwork,
    plan_round,
)
from inspections.workflow.sampling import assign_inspector, draw
from inspections.workflow.teams import add_member
from inspections.workflow.units import add_units, receive_report, record_notice
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea

from .deliveries import imei
from .findings import WHITE_DOT
from .offices import Office

#: What the first visited households lack, one each; the others are as they should be.
FAILS = (
    FindingKind.FEE_COLLECTED, FindingKind.IMEI_DIFFERS, FindingKind.SIM_INACTIVE, FindingKind.NOT_IN_USE,
)  # fmt: skip
NOTES = {
    FindingKind.FEE_COLLECTED: "Hộ nói đã nộp 50.000 đồng tiền vận chuyển.",
    FindingKind.IMEI_DIFFERS: "Số trên máy khác số trong biên bản.",
    FindingKind.SIM_INACTIVE: "Gọi thử không liên lạc được.",
    FindingKind.NOT_IN_USE: "Con mang máy đi làm xa.",
}
SAMPLE, DISTRICT_SAMPLE = 24, 4
#: Of the yearly round's households those already visited.
VISITED = 10
#: The days of the district's own round, after the first hand-overs of 2023.
ASKED, FIRST, LAST = date(2023, 8, 1), date(2023, 8, 7), date(2023, 8, 11)


def play_inspections(office: Office) -> None:
    """The district's round where anything was handed over, the yearly one in any case."""
    served = _served(office)
    if served:
        play_district_round(office, served[0])
    province = office.program.province
    play_yearly_round(office, served or list(AdministrativeArea.objects.districts_of(province)[:2]))


def _served(office: Office) -> list[AdministrativeArea]:
    """The two districts in which most supports were handed over."""
    rows = Support.objects.filter(round__program=office.program, delivered_on__isnull=False)
    counted = rows.values("district").annotate(count=Count("pk")).order_by("-count", "district__code")[:2]
    areas = AdministrativeArea.objects.in_bulk([row["district"] for row in counted])
    return [areas[row["district"]] for row in counted]


def play_yearly_round(office: Office, districts: Sequence[AdministrativeArea]) -> None:
    """Planned, decided, drawn and in the field today: half of its households are visited."""
    officer, inspector, today = office.officer, office.person("inspector"), timezone.localdate()
    round_ = plan_round(
        office.program, actor=officer, name="Kiểm tra việc hỗ trợ điện thoại thông minh năm 2023",
        period_from=date(2023, 1, 1), period_to=date(2023, 12, 31), fieldwork_from=today - timedelta(days=2),
        fieldwork_to=today + timedelta(days=12), as_of=today - timedelta(days=2),
    )  # fmt: skip
    add_member(round_, actor=officer, user=officer, role="head")
    add_member(round_, actor=officer, user=inspector, role="secretary")
    add_member(
        round_, actor=officer, name="Người minh họa", role="member",
        position="Chuyên viên, Sở Lao động - Thương binh và Xã hội",
    )  # fmt: skip
    add_units(round_, actor=officer, areas=districts, operators=[office.organisation("viettel")])
    decided = today - timedelta(days=14)
    round_ = announce_round(
        round_, actor=officer, decision_number="45/QĐ-STTTT", decision_date=decided,
        issuer=office.organisation("dic").name,
    )  # fmt: skip
    units = list(round_.units.select_related("area", "organisation"))
    for number, unit in enumerate(units, start=31):
        record_notice(
            unit, actor=officer, notice_number=f"{number}/TB-STTTT", notice_date=decided + timedelta(days=2),
            visit_on=today - timedelta(days=1) if unit.area == districts[0] else today + timedelta(days=3),
        )  # fmt: skip
    _draw(round_, SAMPLE, officer, inspector)
    round_ = open_fieldwork(round_, actor=officer)
    at = timezone.now() - timedelta(hours=20)
    _visit(round_, VISITED, at, inspector, FAILS)
    first = next(unit for unit in units if unit.area == districts[0])
    report = ContentFile(b"%PDF-1.4 minh hoa", name="bao-cao-phuc-vu-kiem-tra.pdf")
    receive_report(first, actor=office.person(districts[0].code), report=report)
    _visit_office(first, at, inspector, fails="A4")
    _minutes(first, inspector, day=today - timedelta(days=1))


def play_district_round(office: Office, district: AdministrativeArea) -> None:
    """An ad hoc round of a district, concluded by its leader and closed."""
    officer, leader = office.person(district.code), office.person(f"{district.code}-leader")
    round_ = plan_round(
        office.program, actor=officer, name=f"Kiểm tra đột xuất tại {district.name_in_text}, tháng 8/2023",
        kind="ad_hoc", reason="Có phản ánh về việc bàn giao điện thoại tại một số xã.",
        period_from=date(2023, 6, 1), period_to=date(2023, 7, 31), fieldwork_from=FIRST, fieldwork_to=LAST,
        as_of=date(2023, 7, 31),
    )  # fmt: skip
    add_member(round_, actor=officer, user=officer, role="head")
    communes = frame_supports(round_).order_by("commune__code").values_list("commune", flat=True).distinct()
    areas = AdministrativeArea.objects.filter(pk__in=list(communes)[:2]).order_by("code")
    add_units(round_, actor=officer, areas=areas)
    round_ = announce_round(
        round_, actor=officer, decision_number="1520/QĐ-UBND", decision_date=ASKED,
        issuer=f"Ủy ban nhân dân {district.name_in_text}",
    )  # fmt: skip
    for unit in round_.units.all():
        record_notice(unit, actor=officer, notice_number="", notice_date=ASKED, visit_on=FIRST)
    _draw(round_, DISTRICT_SAMPLE, officer, officer)
    round_ = open_fieldwork(round_, actor=officer)
    at = timezone.make_aware(datetime(FIRST.year, FIRST.month, FIRST.day, 9, 0))
    _visit(round_, DISTRICT_SAMPLE, at, officer, ())
    for unit in round_.units.select_related("area", "organisation"):
        _visit_office(unit, at, officer)
        _minutes(unit, officer, day=FIRST)
    round_ = close_fieldwork(round_, actor=officer)
    round_ = conclude_round(
        round_, actor=leader, conclusion=conclusion_draft(round_), conclusion_number="96/TB-UBND",
        conclusion_date=date(2023, 8, 18),
    )  # fmt: skip
    close_round(round_, actor=officer, closing_report=report_draft(round_))


def _draw(round_: InspectionRound, size: int, officer: User, inspector: User) -> None:
    """Draw as many as there are, up to `size`, and give them all to one person; of none, nothing is drawn."""
    there = frame_supports(round_).count()
    if not there:
        return
    draw(round_, actor=officer, wanted=Wanted(fixed=min(size, there)), seed="so minh hoa 413")
    sample = round_.sample.values_list("pk", flat=True)
    assign_inspector(round_, sample, actor=officer, inspector=inspector)


def _visit(
    round_: InspectionRound, count: int, at: datetime, inspector: User, fails: Sequence[FindingKind]
) -> None:
    """Visit the first households of the sample, a quarter of an hour each."""
    assert round_.checklist_c is not None  # announced rounds have it
    items = list(round_.checklist_c.items.all())
    rows = round_.sample.filter(state=SampleState.PENDING).select_related("support__household")
    for number, sampled in enumerate(rows.order_by("stratum", "order")[:count]):
        kind = fails[number] if number < len(fails) else None
        _check_home(sampled, items, at + timedelta(minutes=15 * number), inspector, kind)


def _check_home(
    sampled: SampledHousehold,
    items: Sequence[ChecklistItem],
    at: datetime,
    inspector: User,
    kind: FindingKind | None,
) -> None:
    answers = tuple(_said(item, kind is not None and item.finding == kind, kind) for item in items)
    other = imei(9, sampled.pk) if kind == FindingKind.IMEI_DIFFERS else ""
    visit = Visit(
        uuid.uuid4(), items[0].checklist_id, at, answers, sampled=sampled.pk, imei_seen=other,
        signer_name=sampled.support.household.head_name,
    )  # fmt: skip
    receive_check(visit, actor=inspector, source=CheckSource.OFFLINE)


def _said(item: ChecklistItem, failed: bool, kind: Any = None) -> Said:
    if failed:
        return Said(item.pk, Answer.FAIL, NOTES.get(kind, "Chưa thấy ảnh chụp nơi niêm yết."))
    # Nobody is asked about an indicator the register says nothing of.
    return Said(item.pk, Answer.NA if item.code == "C12" else Answer.PASS)


def _visit_office(unit: InspectedUnit, at: datetime, inspector: User, fails: str = "") -> None:
    """Look at a unit's papers; the question with the code `fails` is not as it should be."""
    checklist = unit.round.checklist_a
    assert checklist is not None  # announced rounds with an office have it
    answers = tuple(_said(item, item.code == fails) for item in checklist.items.all())
    visit = Visit(uuid.uuid4(), checklist.pk, at, answers, unit=unit.pk, signer_name="Người minh họa")
    receive_check(visit, actor=inspector, source=CheckSource.ONLINE)


def _minutes(unit: InspectedUnit, actor: User, *, day: date) -> None:
    """Write the minutes from what was found, and sign them."""
    said = {name: value for name, value in minutes_draft(unit).items() if name != "date" and value}
    write_minutes(
        unit, actor=actor, date=day, number="03/BB-ĐKT", unit_people="Ông Người Minh Họa, Phó Chủ tịch",
        opinion="Nhất trí với nội dung biên bản.", **said,
    )  # fmt: skip
    sign_minutes(unit, actor=actor, scan=ContentFile(WHITE_DOT, name="bien-ban-da-ky.png"))
