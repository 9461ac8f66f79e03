"""Sections of periodic reports that the allocation knows: rounds, approvals, hand-overs, devices, money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, Sum

from programs.models import Program
from programs.reporting import (
    Block,
    Cell,
    FigureColumn,
    FigureRow,
    FigureTable,
    Section,
    Sentence,
    register,
    share,
    with_total,
)
from smartphone_support.documents.words import figure, numbered, short_day

from .choices import (
    BudgetEntryKind,
    ContributionKind,
    HandOverState,
    Moment,
    ShipmentKind,
    ShipmentState,
    SupportState,
)
from .models import (
    AllocationRound,
    ApprovalDecision,
    BudgetEntry,
    BudgetLine,
    Contribution,
    ContributionReceipt,
    HandOver,
    Shipment,
    Support,
)
from .papers.office import DEVICE_WORDS


def register_all() -> None:
    register(Section("allocation", "Phân bổ, phê duyệt và bàn giao thiết bị", 400, allocation))
    register(Section("money", "Kinh phí và nguồn lực huy động", 600, money))


def allocation(program: Program, first: date, last: date) -> Sequence[Block]:
    """Rounds and approvals of the stretch, and per district what is approved and handed over by its end."""
    return [
        *_rounds(program, first, last),
        *_districts(program, first, last),
        *_devices(program, first, last),
    ]


def _rounds(program: Program, first: date, last: date) -> list[Block]:
    rounds = AllocationRound.objects.filter(program=program, decision_date__range=(first, last))
    decided = list(rounds.select_related("funding_source").order_by("decision_date", "pk"))
    decisions = ApprovalDecision.objects.filter(proposal__round__program=program, date__range=(first, last))
    approved = decisions.aggregate(n=Count("pk"), households=Sum("households"))
    blocks: list[Block] = [
        Sentence(
            f"Trong kỳ có {figure(len(decided))} quyết định phân bổ được ghi nhận; Ủy ban nhân dân tỉnh ban "
            f"hành {figure(approved['n'])} quyết định phê duyệt danh sách với "
            f"{figure(approved['households'] or 0)} hộ."
        )
    ]
    if decided:
        columns = (
            FigureColumn("Đợt phân bổ", 45, "text"), FigureColumn("Quyết định", 50, "text"),
            FigureColumn("Hình thức", 40, "text"), FigureColumn("Số lượng", 25),
        )  # fmt: skip
        rows = tuple(
            FigureRow(
                (
                    row.name, f"số {numbered(row.decision_number)} ngày {short_day(row.decision_date)}",
                    DEVICE_WORDS.get(row.device_kind, row.device_kind), row.total,  # type: ignore[call-overload]  # a choice is its text
                )
            )
            for row in decided
        )  # fmt: skip
        blocks.append(FigureTable("Quyết định phân bổ trong kỳ", columns, rows))
    return blocks


def _districts(program: Program, first: date, last: date) -> list[Block]:
    """Supports by the district they are given in; those taken off a list or never delivered are left out."""
    mine = Q(round__program=program) | Q(contribution__program=program)
    ended = [SupportState.WITHDRAWN, SupportState.UNDELIVERABLE]
    supports = Support.objects.filter(mine).exclude(state__in=ended)
    # A household of a contribution has no approval of its own: the day it was chosen counts.
    by_then = Q(snapshots__moment=Moment.APPROVAL, snapshots__on__lte=last) | Q(
        contribution__isnull=False, created_at__date__lte=last
    )
    approved = _per_district(supports.filter(by_then), "district__code", "district__name")
    # By the day the household first got something: a device swapped later is another record of that.
    hand_overs = HandOver.objects.exclude(state=HandOverState.REVERSED).filter(
        Q(support__round__program=program) | Q(support__contribution__program=program),
        support__delivered_on__lte=last,
    )
    handed = _per_district(hand_overs, "district__code", "district__name")
    in_period = _per_district(
        hand_overs.filter(support__delivered_on__gte=first), "district__code", "district__name"
    )
    rows: list[tuple[Cell, ...]] = []
    for key in sorted({*approved, *handed}):
        whole, done = approved.get(key, 0), handed.get(key, 0)
        rows.append((key[1], whole, in_period.get(key, 0), done, max(0, whole - done)))
    if not rows:
        return [Sentence("Chưa có hộ được phê duyệt hỗ trợ thiết bị.")]
    total, done = sum(approved.values()), sum(handed.values())
    columns = (
        FigureColumn("Địa bàn", 65, "text"), FigureColumn("Đã phê duyệt (lũy kế)", 26),
        FigureColumn("Bàn giao trong kỳ", 24), FigureColumn("Đã bàn giao (lũy kế)", 26),
        FigureColumn("Chưa bàn giao", 24),
    )  # fmt: skip
    return [
        Sentence(
            f"Lũy kế đến cuối kỳ đã phê duyệt hỗ trợ {figure(total)} hộ, đã bàn giao cho {figure(done)} hộ "
            f"({share(done, total)}); trong kỳ bàn giao cho {figure(sum(in_period.values()))} hộ."
        ),
        FigureTable("Kết quả hỗ trợ theo địa bàn", columns, with_total(rows)),
    ]


def _per_district(rows, code: str, name: str) -> dict[tuple[str, str], int]:  # type: ignore[no-untyped-def]  # a queryset
    found = rows.order_by().values_list(code, name).annotate(number=Count("pk", distinct=True))
    return {(key, words): number for key, words, number in found}


def _devices(program: Program, first: date, last: date) -> list[Block]:
    rows = Shipment.objects.filter(
        Q(round__program=program) | Q(contribution__program=program), date__range=(first, last)
    ).exclude(state=ShipmentState.CANCELLED)
    found = rows.aggregate(
        taken_in=Sum("received", filter=Q(kind=ShipmentKind.INTAKE)),
        sent=Sum("declared", filter=Q(kind=ShipmentKind.DISPATCH)),
    )
    return [
        Sentence(
            f"Thiết bị tiếp nhận từ nhà cung cấp trong kỳ: {figure(found['taken_in'] or 0)}; chuyển về địa "
            f"phương: {figure(found['sent'] or 0)}."
        )
    ]


# --- money ----------------------------------------------------------------------------------------

_SIGN = {
    BudgetEntryKind.COMMIT: ("committed", 1),
    BudgetEntryKind.RELEASE: ("committed", -1),
    BudgetEntryKind.SPEND: ("spent", 1),
    BudgetEntryKind.REFUND: ("spent", -1),
}


def money(program: Program, first: date, last: date) -> Sequence[Block]:
    """Budget lines with what was committed and spent by the end of the stretch, and contributions in it."""
    return [*_budget(program, last), *_contributions(program, first, last)]


def _budget(program: Program, last: date) -> list[Block]:
    lines = list(
        BudgetLine.objects.filter(funding_source__program=program, created_at__date__lte=last)
        .select_related("funding_source")
        .order_by("year", "pk")
    )
    if not lines:
        return [Sentence("Chưa có dự toán được ghi nhận.")]
    sums = {(line.pk, what): 0 for line in lines for what in ("committed", "spent")}
    entries = BudgetEntry.objects.filter(line__in=lines, entered_at__date__lte=last).order_by()
    for line, kind, amount in entries.values_list("line", "kind").annotate(Sum("amount")):
        what, sign = _SIGN[BudgetEntryKind(kind)]
        sums[line, what] += sign * amount
    rows: list[tuple[Cell, ...]] = [
        (f"{line.name} ({line.year})", line.amount, sums[line.pk, "committed"], sums[line.pk, "spent"])
        for line in lines
    ]
    columns = (
        FigureColumn("Nguồn kinh phí (đồng)", 75, "text"), FigureColumn("Dự toán", 30),
        FigureColumn("Đã cam kết", 30), FigureColumn("Đã chi", 30),
    )  # fmt: skip
    return [FigureTable("Kinh phí, lũy kế đến cuối kỳ", columns, with_total(rows))]


def _contributions(program: Program, first: date, last: date) -> list[Block]:
    pledged = Contribution.objects.filter(program=program, pledged_on__range=(first, last)).count()
    receipts = ContributionReceipt.objects.filter(
        contribution__program=program, received_on__range=(first, last)
    ).aggregate(
        devices=Sum("quantity", filter=~Q(contribution__kind=ContributionKind.MONEY)),
        money=Sum("quantity", filter=Q(contribution__kind=ContributionKind.MONEY)),
    )
    return [
        Sentence(
            f"Huy động, xã hội hóa: {figure(pledged)} cam kết mới trong kỳ; đã tiếp nhận "
            f"{figure(receipts['devices'] or 0)} thiết bị và {figure(receipts['money'] or 0)} đồng."
        )
    ]
