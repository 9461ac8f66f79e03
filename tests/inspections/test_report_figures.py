"""The inspection's section of periodic reports against counts made by hand; denunciations count nowhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from inspections.models import Complaint, Finding, InspectionRound
from inspections.reporting import inspection
from programs.models import Program
from programs.reporting import FigureTable, Sentence

FIRST, LAST = date(2024, 2, 1), date(2024, 2, 29)


@pytest.fixture
def plan(cast):
    return Program.objects.create(
        code="test", province=cast.area("46"), title="Kế hoạch", first_year=2023, last_year=2025
    )


def rows_of(blocks: Any, title: str) -> dict[str, tuple[Any, ...]]:
    table = next(one for one in blocks if isinstance(one, FigureTable) and one.title == title)
    return {str(row.cells[0]): tuple(row.cells[1:]) for row in table.rows}


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


def complaint(plan: Program, kind: str, received: date, **known: Any) -> Complaint:
    number = f"{Complaint.objects.count():05d}"
    return Complaint.objects.create(
        province=plan.province, program=plan, number=number, kind=kind, subject="other", channel="phone",
        received_on=received, content="Nội dung", **known,
    )  # fmt: skip


def test_complaints_as_counted_by_hand(plan):
    january, february, march = date(2024, 1, 20), date(2024, 2, 10), date(2024, 3, 2)
    answered = {"answer": "Đã xem xét", "state": "answered"}
    complaint(plan, "feedback", february)
    complaint(plan, "feedback", february, answered_on=february, upheld=True, **answered)
    complaint(plan, "feedback", january, answered_on=february, upheld=False, **answered)
    complaint(plan, "feedback", january, answered_on=march, upheld=True, **answered)  # later
    complaint(plan, "feedback", march)  # later
    complaint(plan, "complaint", february, state="refused", closed_reason="Không thuộc thẩm quyền")
    complaint(plan, "denunciation", february)

    blocks = inspection(plan, FIRST, LAST)

    # received, answered, of these right, under way at the end
    rows = rows_of(blocks, "Kiến nghị, phản ánh, khiếu nại")
    assert rows == {"Phản ánh": (2, 2, 1, 2), "Khiếu nại": (1, 0, 0, 0), "Tổng cộng": (3, 2, 1, 2)}


def test_an_appealed_complaint_is_under_way_until_the_appeal_is_answered(plan):
    january, february, march = date(2024, 1, 20), date(2024, 2, 10), date(2024, 3, 2)
    known = {"answer": "Đã xem xét", "answered_on": january, "upheld": False, "appeal": "Không đồng ý"}
    again = known | {"state": "answered", "appeal_answer": "Giữ nguyên"}
    complaint(plan, "complaint", january, state="appealed", appealed_on=february, **known)
    complaint(plan, "complaint", january, appealed_on=february, appeal_answered_on=march, **again)
    complaint(plan, "complaint", january, appealed_on=january, appeal_answered_on=february, **again)
    complaint(plan, "complaint", january, state="appealed", appealed_on=march, **known)

    rows = rows_of(inspection(plan, FIRST, LAST), "Kiến nghị, phản ánh, khiếu nại")
    assert rows["Khiếu nại"] == (0, 0, 0, 2)


def test_findings_as_counted_by_hand(cast, plan):
    january, february, march = date(2024, 1, 20), date(2024, 2, 10), date(2024, 3, 2)

    def finding(opened: date, closed: date | None = None, **known: Any) -> None:
        row = Finding.objects.create(
            program=plan, kind="dossier", severity="remedy", description="Thiếu chữ ký",
            state=known.pop("state", "closed" if closed else "open"),
            closed_by=cast("hue-dic") if closed else None, closed_at=at(closed) if closed else None,
            closed_reason="Xong" if closed else "", **known,
        )  # fmt: skip
        Finding.objects.filter(pk=row.pk).update(opened_at=at(opened))

    finding(january)
    finding(january, february)
    finding(february, march)  # closed after the month
    finding(february)
    finding(march)  # opened after the month
    finding(february, complaint=complaint(plan, "denunciation", february))
    finding(february, february, state="dropped")

    # opened in the month, closed in it, left at its end
    rows = rows_of(inspection(plan, FIRST, LAST), "Tồn tại, hạn chế qua kiểm tra, phản ánh")
    assert rows["Hồ sơ thiếu hoặc sai"] == (2, 1, 3)


def test_rounds_in_the_field(cast, plan):
    known = {
        "program": plan, "period_from": FIRST, "period_to": LAST, "as_of": FIRST,
        "created_by": cast("hue-dic"), "decision_number": "1/QĐ", "decision_date": FIRST,
    }  # fmt: skip
    for name, first, last, state in (
        ("Trong tháng", date(2024, 1, 30), date(2024, 2, 2), "fieldwork"),
        ("Trước đó", date(2024, 1, 10), date(2024, 1, 20), "fieldwork"),
        ("Mới dự kiến", date(2024, 2, 10), date(2024, 2, 20), "planned"),
    ):
        InspectionRound.objects.create(
            name=name, fieldwork_from=first, fieldwork_to=last, state=state, **known
        )

    words = next(one.text for one in inspection(plan, FIRST, LAST) if isinstance(one, Sentence))

    assert words.startswith("Trong kỳ có 1 đợt kiểm tra, 0 đợt đã có kết luận; đã kiểm tra 0 hộ và 0 đơn vị")
