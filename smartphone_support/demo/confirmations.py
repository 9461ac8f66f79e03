"""The demo's lists to confirm: one answered, one on the department's desk with a question to a district.

Illustrative like everything of the demo ("số liệu minh họa"); played by the public doors.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Q
from openpyxl import Workbook

from beneficiaries.choices import LineDecision, LineVerdict
from beneficiaries.models import ConfirmationRequest, Household
from beneficiaries.services.workflow.confirmations import (
    answer_request,
    decide_by_verdict,
    decide_lines,
    submit_request,
    upload_request,
)
from smartphone_support.jobs.running import execute
from smartphone_support.spreadsheets.writing import write_header, write_row

from .layouts import OPERATOR_HEADER
from .offices import Office

AS_OF = date(2023, 6, 30)
LINES = 12
LEVEL = 60_000


def play_confirmations(office: Office) -> None:
    """A list of one operator is answered; another's waits, with a line asked of its district."""
    supported = Household.objects.filter(
        Q(spells__valid_to__isnull=True) | Q(spells__valid_to__gt=AS_OF),
        province=office.officer.province, spells__valid_from__lte=AS_OF,
        spells__poverty_class__in=["poor", "near_poor"], spells__superseded_at__isnull=True,
        subscriptions__isnull=True, district__isnull=False,
    ).exclude(national_id="").standing().distinct().order_by("pk")  # fmt: skip
    households = list(supported[: 2 * LINES])
    first = _send(households[:LINES], "viettel", office)
    for verdict in (LineVerdict.GOOD, LineVerdict.REFUSED):
        count = first.lines.filter(verdict=verdict, decision=LineDecision.OPEN).count()
        if count:
            decide_by_verdict(first, verdict, expected=count, actor=office.officer)
    if first.lines.filter(decision=LineDecision.OPEN).exists():
        keys = first.lines.filter(decision=LineDecision.OPEN).values_list("pk", flat=True)
        decide_lines(first, list(keys), LineDecision.CONFIRMED, actor=office.officer)
    answer_request(first, number="118/TB-STTTT", actor=office.officer)
    second = _send(households[LINES:], "vnpt", office)
    line = second.lines.filter(household__isnull=False).order_by("pk").first()
    if line is not None:
        question = "Đề nghị kiểm tra hộ còn cư trú tại xã hay không."
        decide_lines(second, [line.pk], LineDecision.ASKED, actor=office.officer, reason=question)


def _send(households: list[Household], operator: str, office: Office) -> ConfirmationRequest:
    person = office.person(operator)
    organisation = office.organisation(operator)
    request = upload_request(
        _workbook(households),
        as_of=AS_OF,
        subject=f"Danh sách tháng {AS_OF:%m/%Y} (số liệu minh họa)",
        operator=organisation,
        actor=person,
    )
    if request.job is not None:
        execute(str(request.job.key))
    request.refresh_from_db()
    submit_request(request, actor=person)
    request.refresh_from_db()
    return request


def _workbook(households: list[Household]) -> ContentFile[Any]:
    """The operators' own layout; the last line's number belongs to nobody."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "DE NGHI XAC NHAN"
    write_row(sheet, 1, ["DANH SÁCH THUÊ BAO ĐỀ NGHỊ XÁC NHẬN (SỐ LIỆU MINH HỌA)"], bold=True, border=False)
    write_header(sheet, 3, OPERATOR_HEADER)
    for number, household in enumerate(households, start=1):
        card = household.national_id if number < len(households) else "046099000001"
        write_row(
            sheet, 3 + number,
            [number, household.head_name, card, f"0912{number:06}", "Di động mặt đất", LEVEL, "Hỗ trợ mới",
             "01/06/2023"],
        )  # fmt: skip
    content = io.BytesIO()
    book.save(content)
    return ContentFile(content.getvalue(), name="de-nghi-xac-nhan.xlsx")
