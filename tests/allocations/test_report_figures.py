"""The allocation's and the money's sections of periodic reports against counts made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from allocations.models import (
    AllocationRound,
    BudgetEntry,
    BudgetLine,
    Contribution,
    ContributionReceipt,
    EligibilitySnapshot,
    HandOver,
    Shipment,
    Support,
)
from allocations.reporting import allocation, money
from allocations.workflow.taking_back import swap_device
from programs.models import FundingSource
from programs.reporting import FigureTable, Sentence

from .handing import Delivery, imei

FIRST, LAST = date(2024, 2, 1), date(2024, 2, 29)


def rows_of(blocks: Any, title: str) -> dict[str, tuple[Any, ...]]:
    table = next(one for one in blocks if isinstance(one, FigureTable) and one.title == title)
    return {str(row.cells[0]): tuple(row.cells[1:]) for row in table.rows}


def words_of(blocks: Any) -> str:
    return " ".join(one.text for one in blocks if isinstance(one, Sentence))


def round_of(story: Any, number: str, on: date) -> AllocationRound:
    program = story.program()
    source, _made = FundingSource.objects.get_or_create(
        program=program, kind="public_utility_telecom", defaults={"name": "VTCI"}
    )
    return AllocationRound.objects.create(
        program=program, funding_source=source, name=f"Đợt {number}", total=10, decision_number=number,
        decision_date=on, issuer="Bộ TTTT", created_by=story.person("dic"),
    )  # fmt: skip


def support(
    story: Any, round_: AllocationRound, approved: date, *, handed: date | None = None, **known: Any
) -> None:
    household = story.household(known.pop("commune", "20044"))
    place = {"district": household.district, "commune": household.commune}
    row = Support.objects.create(
        household=household, round=round_, form="cash", state=known.pop("state", "approved"),
        delivered_on=handed, **place, **known,
    )  # fmt: skip
    EligibilitySnapshot.objects.create(support=row, moment="approval", on=approved)
    if handed is not None:
        HandOver.objects.create(
            support=row, form="cash", handed_on=handed, district=household.district, receiver_name="A",
            invoice_number="1", invoice_date=handed, cash_amount=1, recorded_by=story.person("dic"),
        )  # fmt: skip


def test_supports_by_district_as_counted_by_hand(story):
    round_ = round_of(story, "1/QĐ-BTTTT", date(2024, 2, 3))
    january, february, march = date(2024, 1, 20), date(2024, 2, 10), date(2024, 3, 2)
    support(story, round_, january, handed=january)
    support(story, round_, january, handed=february)
    support(story, round_, february)
    support(story, round_, february, handed=march)  # handed over after the month
    support(story, round_, march)  # approved after the month
    support(story, round_, february, state="withdrawn", reason="Nhầm")
    support(story, round_, february, commune="20107")

    blocks = allocation(story.program(), FIRST, LAST)

    # approved by the end, handed over in the month, handed over by the end, left
    rows = rows_of(blocks, "Kết quả hỗ trợ theo địa bàn")
    assert rows["Huyện A Lưới"] == (4, 1, 2, 2)
    assert rows["Huyện Phú Lộc"] == (1, 0, 0, 1)
    assert rows["Tổng cộng"] == (5, 1, 2, 3)
    assert "bàn giao cho 2 hộ (40%)" in words_of(blocks)
    assert rows_of(blocks, "Quyết định phân bổ trong kỳ") == {
        "Đợt 1/QĐ-BTTTT": ("số 01/QĐ-BTTTT ngày 03/02/2024", "điện thoại thông minh", 10)
    }


def test_a_device_swapped_in_another_month_leaves_the_hand_over_where_it_was(story, a_luoi, cast):
    delivery = Delivery(story, cast, [a_luoi])
    delivery.at_district(1, 2)
    hand_over = delivery.hand_over(delivery.supports[0], 1, handed_on=date(2024, 2, 20))
    swap_device(
        hand_over, actor=cast("hue-dic"), imei=imei(2), back_to="examine", day=date(2024, 3, 12),
        reason="Máy lỗi", model="Vsmart Joy 4",
    )  # fmt: skip
    program = a_luoi.round.program

    def figures(first: date, last: date) -> tuple[Any, ...]:
        return rows_of(allocation(program, first, last), "Kết quả hỗ trợ theo địa bàn")["Huyện A Lưới"]

    assert figures(FIRST, LAST) == (3, 1, 1, 2)
    assert figures(date(2024, 3, 1), date(2024, 3, 31)) == (3, 0, 1, 2)


def test_devices_taken_in_and_sent_in_the_month(story):
    round_ = round_of(story, "1/QĐ-BTTTT", date(2024, 1, 3))
    known = {
        "province": story.program().province, "round": round_, "created_by": story.person("dic"),
        "received_at": timezone.now(), "received_by": story.person("dic"),
    }  # fmt: skip
    for number, (kind, on, received, state) in enumerate(
        (
            ("intake", date(2024, 2, 5), 7, "received"),
            ("intake", date(2024, 1, 5), 90, "received"),
            ("intake", date(2024, 2, 6), 80, "cancelled"),
        )
    ):
        Shipment.objects.create(
            kind=kind, number=str(number), date=on, declared=received, received=received, state=state, **known
        )

    assert "trong kỳ: 7; chuyển về địa phương: 0" in words_of(allocation(story.program(), FIRST, LAST))


def test_money_as_counted_by_hand(story):
    program, officer = story.program(), story.person("dic")
    source = FundingSource.objects.create(program=program, kind="provincial_budget", name="Ngân sách")
    line = BudgetLine.objects.create(
        funding_source=source,
        year=2024,
        name="Dòng",
        amount=1_000,
        committed=600,
        spent=250,
        created_by=officer,
    )
    BudgetLine.objects.filter(pk=line.pk).update(created_at="2024-01-02T00:00:00Z")
    entries = (("commit", 700), ("release", 100), ("spend", 300), ("refund", 50), ("commit", 40))
    for kind, amount in entries:
        BudgetEntry.objects.create(line=line, kind=kind, amount=amount, households=1, entered_by=officer)
    gift = Contribution.objects.create(
        program=program, funding_source=source, donor_name="A", donor_kind="person", kind="devices",
        device_kind="smartphone", pledged=9, received=5, pledged_on=date(2024, 2, 3), recorded_by=officer,
    )  # fmt: skip
    for on, quantity in ((date(2024, 2, 4), 3), (date(2024, 3, 4), 2)):
        ContributionReceipt.objects.create(
            contribution=gift, received_on=on, quantity=quantity, recorded_by=officer
        )

    today = timezone.localdate()
    blocks = money(program, FIRST, today)

    assert rows_of(blocks, "Kinh phí, lũy kế đến cuối kỳ")["Dòng (2024)"] == (1_000, 640, 250)
    # Entered today: in February nothing was committed yet.
    before = rows_of(money(program, FIRST, LAST), "Kinh phí, lũy kế đến cuối kỳ")
    assert before["Dòng (2024)"] == (1_000, 0, 0)
    assert "1 cam kết mới trong kỳ; đã tiếp nhận 3 thiết bị và 0 đồng" in words_of(
        money(program, FIRST, LAST)
    )
