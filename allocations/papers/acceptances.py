"""Biên bản nghiệm thu: what was delivered in a period, by district, with the hand-overs behind it.

By an operator, by a district that handed over itself, or of a contribution: then its donor signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet

from smartphone_support.documents.paper import (
    Annex,
    Block,
    Column,
    Note,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
)
from smartphone_support.documents.words import (
    DOTS,
    LONG_DOTS,
    MASKED,
    counted,
    figure,
    money,
    numbered,
    short_day,
)

from ..choices import AcceptanceState, ContributionKind, DeviceKind, SupportForm
from ..models import Acceptance, HandOver
from .households import FORM_WORDS, Numbers, address
from .office import (
    DEVICE_WORDS,
    SIGN_AND_SEAL,
    bases,
    committee,
    department_head,
    department_name,
    device_words,
    place_day,
    plan_basis,
    round_bases,
    sides,
)

_VOLUMES = (
    Column("STT", 10, "center"),
    Column("Huyện, thị xã, thành phố", 65),
    Column("Số thiết bị", 30, "right"),
    Column("Số hộ nhận tiền", 30, "right"),
    Column("Cộng", 30, "right"),
)
_LINES = (
    Column("STT", 10, "center"),
    Column("Họ và tên chủ hộ", 40),
    Column("Số CCCD", 26, "center"),
    Column("Địa chỉ (thôn, xã)", 48),
    Column("Hình thức", 28),
    Column("IMEI hoặc số hóa đơn", 36, "center"),
    Column("Số thuê bao", 24, "center"),
    Column("Ngày bàn giao", 22, "center"),
    Column("Số tiền (đồng)", 22, "right"),
)


@dataclass(frozen=True)
class _Party:
    """The other side of the record, and the words it changes."""

    name: str
    side: str
    verb: str
    what: str
    under: str
    use: str
    bases: Sequence[str]


def _party(acceptance: Acceptance) -> _Party:
    round_, gift = acceptance.round, acceptance.contribution
    if gift is not None:
        kind = DeviceKind.CASH if gift.kind == ContributionKind.MONEY else DeviceKind(gift.device_kind)
        name, under = gift.donor_name, "từ nguồn tài trợ"
        use = "theo dõi, quyết toán nguồn tài trợ"
        return _Party(
            name, "Bên tài trợ", "tài trợ", DEVICE_WORDS[kind], under, use, plan_basis(gift.program)
        )
    if round_ is None:
        raise ValueError("an acceptance is of a round or of a contribution")
    if acceptance.operator is not None:
        name = acceptance.operator.name
    else:
        name = committee(acceptance.district) if acceptance.district is not None else DOTS
    return _Party(
        name, "Bên thực hiện", "thực hiện", device_words(round_), f"theo {round_.name}",
        "thanh toán, quyết toán", round_bases(round_, of_committee=False),
    )  # fmt: skip


def _signed(party: _Party) -> tuple[Signature, ...]:
    return sides(f"ĐẠI DIỆN {party.side.upper()}", "ĐẠI DIỆN BÊN NGHIỆM THU", hint=SIGN_AND_SEAL)


def acceptance_minutes(acceptance: Acceptance, seen: QuerySet[HandOver], *, in_full: bool) -> Paper:
    """The record; a draft until the department's leader has confirmed it.

    `seen` are the hand-overs whose households may be named: a district reads its own, and the annex says so.
    """
    province, party = acceptance.program.province, _party(acceptance)
    is_draft = acceptance.state != AcceptanceState.CONFIRMED
    done = list(
        acceptance.hand_overs.select_related(
            "support__household", "support__commune", "district", "device"
        ).order_by("district__code", "support__commune__code", "handed_on", "pk")
    )
    may_name = set(seen.filter(acceptance=acceptance).values_list("pk", flat=True))
    named = [one for one in done if one.pk in may_name]
    office = department_name(province)
    amount = (
        f" Giá trị đề nghị nghiệm thu: {money(acceptance.amount)}." if acceptance.amount is not None else ""
    )
    total = acceptance.devices + acceptance.cash_households
    body: list[Block] = [
        Paragraph(f"Hôm nay, {DOTS}, tại {LONG_DOTS}, chúng tôi gồm:"),
        Paragraph(f"{office}, đại diện: ông (bà) {LONG_DOTS} Chức vụ: {DOTS}", lead="Bên nghiệm thu:"),
        Paragraph(f"{party.name}, đại diện: ông (bà) {LONG_DOTS} Chức vụ: {DOTS}", lead=f"{party.side}:"),
        Paragraph(
            f"Hai bên nghiệm thu khối lượng hỗ trợ {party.what} {party.under}, thực hiện từ ngày "
            f"{short_day(acceptance.from_day)} đến ngày {short_day(acceptance.to_day)}, như sau:"
        ),
        _volumes(done),
        Paragraph(
            f"Tổng cộng: {counted(total)} hộ, trong đó {counted(acceptance.devices)} hộ nhận thiết bị "
            "kèm dịch vụ, "
            f"{counted(acceptance.cash_households)} hộ nhận tiền.{amount}"
        ),
        Paragraph(
            f"Mỗi hộ có biên bản bàn giao; danh sách chi tiết kèm theo. Biên bản là căn cứ {party.use} "
            "theo quy định./."
        ),
    ]
    return Paper(
        letterhead=department_head(province),
        number=f"Số: {numbered(acceptance.number)}",
        place_day=place_day(
            province, None if is_draft else acceptance.date, year=None if is_draft else acceptance.date.year
        ),
        kind="BIÊN BẢN NGHIỆM THU",
        summary=f"Khối lượng hỗ trợ {party.what} do {party.name} {party.verb}",
        bases=bases(party.bases),
        blocks=tuple(body),
        signatures=_signed(party),
        annexes=(_annex(acceptance, named, Numbers(in_full), is_extract=len(named) < len(done)),),
        is_draft=is_draft,
    )


def _volumes(done: Sequence[HandOver]) -> Table:
    rows = []
    for number, (district, members) in enumerate(groupby(done, key=lambda one: one.district), start=1):
        rows.append(_volume(str(number), district.name, list(members)))
    rows.append(_volume("", "Tổng cộng", done, bold=True))
    return Table(_VOLUMES, tuple(rows), size=12)


def _volume(number: str, name: str, done: Sequence[HandOver], *, bold: bool = False) -> Row:
    cash = sum(one.form == SupportForm.CASH for one in done)
    return Row((number, name, figure(len(done) - cash), figure(cash), figure(len(done))), bold=bold)


def _annex(acceptance: Acceptance, done: Sequence[HandOver], numbers: Numbers, *, is_extract: bool) -> Annex:
    party = _party(acceptance)
    rows: list[Row] = []
    for number, one in enumerate(done, start=1):
        household = one.support.household
        proof = one.device.imei if one.device else one.invoice_number
        rows.append(
            Row(
                (
                    str(number), household.head_name, numbers.identity(household.national_id),
                    address(household.village, f"{one.support.commune.name}, {one.district.name}"),
                    FORM_WORDS[SupportForm(one.form)], proof, numbers.phone(one.phone_number),
                    short_day(one.handed_on), figure(one.cash_amount) if one.cash_amount else "",
                )
            )
        )  # fmt: skip
    blocks: list[Block] = [
        Table(_LINES, tuple(rows), size=10.5),
        Paragraph(f"Danh sách này gồm có {counted(len(done))} hộ./.", bold=True, indent=False, align="left"),
    ]
    if not numbers.in_full:
        blocks.append(Note(MASKED))
    return Annex(
        "DANH SÁCH HỘ ĐÃ BÀN GIAO" + " (TRÍCH)" * is_extract,
        f"{party.name}, từ ngày {short_day(acceptance.from_day)} đến ngày {short_day(acceptance.to_day)}",
        f"(Kèm theo Biên bản nghiệm thu số {numbered(acceptance.number)})",
        tuple(blocks),
        signatures=_signed(party),
    )
