"""The demo's telecom services: three months of the operators' updates, and one that waits with refused lines.

Illustrative like everything of the demo ("số liệu minh họa"); played by the public doors.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Q
from openpyxl import Workbook

from beneficiaries.models import Household, OperatorReport, ServiceSubscription
from beneficiaries.services.workflow.reports import confirm_report, nothing_arose, upload_report
from smartphone_support.jobs.running import execute
from smartphone_support.spreadsheets.writing import write_header, write_row

from .layouts import OPERATOR_HEADER
from .offices import Office

FIRST, SECOND, THIRD, FOURTH = (date(2023, month, 1) for month in (3, 4, 5, 6))
LEVEL = 60_000
#: Households each operator supports: enough to see a settlement, few enough to be played in a moment.
SUPPORTED = {"viettel": 40, "vnpt": 25}
Cells = list[Any]


def play_services(office: Office) -> None:
    """Viettel and VNPT begin, Viettel changes some and has a file waiting; MobiFone has nothing to report."""
    households = _households(office, sum(SUPPORTED.values()) + 3)
    for operator, count in SUPPORTED.items():
        mine, households = households[:count], households[count:]
        rows = [_row(home, "Hỗ trợ mới", FIRST.replace(day=1 + n % 28)) for n, home in enumerate(mine)]
        _apply(rows, FIRST, operator, office)
    for operator, months in (("mobifone", (FIRST, SECOND, THIRD)), ("vnpt", (SECOND, THIRD))):
        for month in months:
            nothing_arose(month=month, operator=office.organisation(operator), actor=office.person(operator))
    held = _held("viettel", office)
    gone, silent = held[:3], held[3:5]
    stopped = [_row(home, "Ngừng hỗ trợ", SECOND.replace(day=12), why="Hộ chuyển đi") for home in gone]
    _apply(stopped, SECOND, "viettel", office)
    why = "Hai tháng liên tục không phát sinh lưu lượng"
    suspended = [_row(home, "Tạm dừng", THIRD.replace(day=10), why=why) for home in silent]
    _apply(suspended, THIRD, "viettel", office)
    waiting = [
        *(_row(home, "Hỗ trợ mới", FOURTH.replace(day=9)) for home in households[:2]),
        *(_row(home, "Khôi phục", FOURTH.replace(day=2)) for home in silent[:1]),
        *(_row(home, "Hỗ trợ mới", FOURTH.replace(day=9), level=90_000) for home in households[2:3]),
        *(_row(home, "Hỗ trợ mới", FOURTH.replace(day=9)) for home in _held("vnpt", office)[:1]),
        [0, "Nguyễn Văn Minh Họa", "046099000002", "0912000002", "Di động mặt đất", LEVEL, "Hỗ trợ mới",
         f"{FOURTH.replace(day=9):%d/%m/%Y}"],
    ]  # fmt: skip
    _read(waiting, FOURTH, "viettel", office)


def _households(office: Office, count: int) -> list[Household]:
    """Poor and near-poor households all through these months, without a service."""
    rows = Household.objects.standing().filter(
        Q(spells__valid_to__isnull=True) | Q(spells__valid_to__gt=FOURTH.replace(day=30)),
        province=office.officer.province, spells__valid_from__lte=FIRST,
        spells__poverty_class__in=["poor", "near_poor"], spells__superseded_at__isnull=True,
        subscriptions__isnull=True,
    )  # fmt: skip
    return list(rows.exclude(national_id="").distinct().order_by("-pk")[:count])


def _held(operator: str, office: Office) -> list[Household]:
    rows = ServiceSubscription.objects.live().filter(operator=office.organisation(operator))
    return [row.household for row in rows.select_related("household").order_by("pk")]


def _row(home: Household, change: str, on: date, *, level: int = LEVEL, why: str = "") -> Cells:
    number = f"0912{home.pk % 1_000_000:06}"
    return [
        0, home.head_name, home.national_id, number, "Di động mặt đất", level, change, f"{on:%d/%m/%Y}",
        home.commune.name if home.commune else "", home.district.name, why,
    ]  # fmt: skip


def _read(rows: Sequence[Cells], month: date, operator: str, office: Office) -> OperatorReport:
    report = upload_report(
        _workbook(rows, month), month=month, operator=office.organisation(operator),
        actor=office.person(operator),
    )  # fmt: skip
    if report.job is not None:
        execute(str(report.job.key))
    report.refresh_from_db()
    return report


def _apply(rows: Sequence[Cells], month: date, operator: str, office: Office) -> None:
    if rows:
        confirm_report(_read(rows, month, operator, office), actor=office.person(operator))


def _workbook(rows: Sequence[Cells], month: date) -> ContentFile[Any]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "CAP NHAT"
    title = f"CẬP NHẬT DANH SÁCH ĐƯỢC HỖ TRỢ THÁNG {month:%m/%Y} (SỐ LIỆU MINH HỌA)"
    write_row(sheet, 1, [title], bold=True, border=False)
    write_header(sheet, 3, OPERATOR_HEADER)
    for number, row in enumerate(rows, 1):
        write_row(sheet, 3 + number, [number, *row[1:]])
    content = io.BytesIO()
    book.save(content)
    return ContentFile(content.getvalue(), name=f"cap-nhat-{month:%Y-%m}.xlsx")
