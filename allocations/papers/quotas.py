"""Quyết định phân bổ chỉ tiêu: how a round's total is shared out to the districts."""

from __future__ import annotations

from smartphone_support.documents.paper import Annex, Block, Column, Paper, Paragraph, Row, Signature, Table
from smartphone_support.documents.words import GAP, counted, day_in_words, figure, numbered

from ..choices import DeviceKind, Method, PlanState
from ..models import DistrictQuota, QuotaPlan
from .office import (
    DECISION,
    bases,
    committee,
    committee_head,
    committee_signature,
    department_name,
    device_words,
    number_line,
    place_day,
    round_bases,
)

METHOD_WORDS = {
    Method.LARGEST_REMAINDER: "phương pháp số dư lớn nhất theo số hộ đủ điều kiện",
    Method.SAINTE_LAGUE: "phương pháp Sainte-Laguë theo số hộ đủ điều kiện",
    Method.DHONDT: "phương pháp D'Hondt theo số hộ đủ điều kiện",
    Method.EQUAL: "cách chia đều",
    Method.MANUAL: "cách xác định riêng cho từng địa phương",
}
_COLUMNS = (
    Column("STT", 10, "center"),
    Column("Huyện, thị xã, thành phố", 75),
    Column("Số hộ đủ điều kiện", 35, "right"),
    Column("Chỉ tiêu được phân bổ", 35, "right"),
)


def quota_decision(plan: QuotaPlan) -> Paper:
    """The PPC's decision on the quotas; a draft until it is recorded."""
    round_ = plan.round
    province = round_.program.province
    is_draft = plan.state != PlanState.APPROVED
    day = None if is_draft else plan.decision_date
    number = "" if is_draft else plan.decision_number
    return Paper(
        letterhead=committee_head(province, DECISION),
        number=number_line(number, DECISION),
        place_day=place_day(province, day, year=(day or plan.prepared_at).year),
        kind="QUYẾT ĐỊNH",
        summary=f"Phân bổ chỉ tiêu {device_words(round_)} cho các huyện, thị xã, thành phố, {round_.name}",
        authority=committee(province).upper(),
        bases=bases(
            [
                *round_bases(round_, of_committee=True),
                f"Theo đề nghị của Giám đốc {department_name(province)}",
            ]
        ),
        enacting="QUYẾT ĐỊNH:",
        blocks=_articles(plan),
        signatures=(_signature(plan),),
        recipients=(
            "- Như Điều 3;",
            "- Chủ tịch, các Phó Chủ tịch UBND tỉnh;",
            f"- {department_name(province)};",
            "- Lưu: VT.",
        ),
        annexes=(_annex(plan, number),),
        is_draft=is_draft,
    )


def _signature(plan: QuotaPlan) -> Signature:
    """Who signed is not recorded of quotas: a draft has the chair's place, a decision leaves it open."""
    if plan.state == PlanState.APPROVED:
        return Signature(("TM. ỦY BAN NHÂN DÂN",))
    return committee_signature("", plan.round.program.province)


def _articles(plan: QuotaPlan) -> tuple[Block, ...]:
    round_ = plan.round
    province = round_.program.province
    device, office = device_words(round_), department_name(province)
    unit = "suất" if round_.device_kind == DeviceKind.CASH else "chiếc"
    method = METHOD_WORDS[Method(plan.method)]
    told = f", lý do: {plan.method_reason.strip().rstrip('.')}" if plan.method_reason.strip() else ""
    wave = f" (lần {plan.wave}, từ chỉ tiêu các địa phương trả lại)" if plan.wave > 1 else ""
    return (
        Paragraph(
            f"Phân bổ {counted(plan.allocated)} {unit} {device}{wave} của {round_.name} cho các huyện, "
            "thị xã, "
            "thành phố theo Phụ lục kèm theo.",
            lead="Điều 1.",
        ),
        Paragraph(
            f"Chỉ tiêu được tính bằng {method}{told}; số hộ tính đến ngày {round_.as_of:%d/%m/%Y}; không địa "
            "phương nào nhận quá mức tối đa của mình."
        ),
        Paragraph(
            "Ủy ban nhân dân các huyện, thị xã, thành phố rà soát, xét duyệt, niêm yết công khai và lập "
            "danh sách "
            "hộ trong "
            f"phạm vi chỉ tiêu; chịu trách nhiệm về sự chuẩn xác của danh sách; gửi {office} thẩm định. "
            f"{office} "
            f"tổng hợp, trình {committee(province)} phê duyệt; chỉ tiêu không dùng hết được trả lại để "
            "phân bổ "
            "tiếp.",
            lead="Điều 2.",
        ),
        Paragraph(
            f"Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng {committee(province)}; Giám đốc "
            f"{office}; "
            "Chủ tịch Ủy ban nhân dân các huyện, thị xã, thành phố và Thủ trưởng các cơ quan, đơn vị "
            "liên quan "
            "chịu trách "
            "nhiệm thi hành Quyết định này./.",
            lead="Điều 3.",
        ),
    )


def _quotas(plan: QuotaPlan) -> list[DistrictQuota]:
    return list(plan.quotas.select_related("district").order_by("district__code"))


def _annex(plan: QuotaPlan, number: str) -> Annex:
    quotas = _quotas(plan)
    rows = [
        Row((str(place), quota.district.name, figure(quota.weight), figure(quota.quota)))
        for place, quota in enumerate(quotas, start=1)
    ]
    sums = (figure(sum(quota.weight for quota in quotas)), figure(sum(quota.quota for quota in quotas)))
    rows.append(Row(("", "Tổng cộng", *sums), bold=True))
    day = day_in_words(plan.decision_date if number else None)
    issuer = committee(plan.round.program.province)
    reference = f"(Kèm theo Quyết định số {numbered(number) or f'{GAP}/{DECISION}'} {day} của {issuer})"
    return Annex(
        "PHỤ LỤC",
        f"CHỈ TIÊU {device_words(plan.round).upper()} PHÂN BỔ CHO CÁC HUYỆN, THỊ XÃ, THÀNH PHỐ",
        reference,
        (
            Table(_COLUMNS, tuple(rows), size=13),
            Paragraph(
                f"Tổng số được phân bổ: {counted(plan.allocated)}./.", bold=True, indent=False, align="left"
            ),
        ),
        landscape=False,
    )
