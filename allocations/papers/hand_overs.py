"""Biên bản bàn giao: of one household, and of all of a commune on one paper with a place to sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from smartphone_support.areas.choices import Level
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Annex, Block, Column, Note, Paper, Paragraph, Row, Table
from smartphone_support.documents.words import (
    DOTS,
    LONG_DOTS,
    MASKED,
    counted,
    day_in_words,
    figure,
    money,
    numbered,
    short_day,
)

from ..choices import DeviceKind, PaymentMeans, Receiver, SupportForm
from ..models import AllocationRound, HandOver, Support
from .households import FORM_WORDS, Numbers, address
from .notices import decision_of
from .office import (
    DEVICE_WORDS,
    committee,
    committee_head,
    commune_head,
    device_words,
    place_day,
    province_of,
    sides,
)

_RECEIVERS = {
    Receiver.HEAD: "chủ hộ",
    Receiver.MEMBER: "thành viên trong hộ",
    Receiver.AUTHORISED: "người được ủy quyền",
}
_MEANS = {PaymentMeans.CASH: "tiền mặt", PaymentMeans.TRANSFER: "chuyển khoản"}
_COLUMNS = (
    Column("STT", 9, "center"),
    Column("Họ và tên chủ hộ", 34),
    Column("Năm sinh", 11, "center"),
    Column("Số CCCD", 25, "center"),
    Column("Thôn, tổ dân phố", 25),
    Column("Hình thức hỗ trợ", 25),
    Column("IMEI", 32, "center"),
    Column("Số thuê bao", 23, "center"),
    Column("Ngày nhận", 21, "center"),
    Column("Người nhận, quan hệ với chủ hộ", 29),
    Column("Ký nhận (điểm chỉ)", 28),
)
_SIGNED = 12  # millimetres a row needs for a hand-written signature


def hand_over_minutes(support: Support, hand_over: HandOver | None, *, in_full: bool) -> Paper:
    """The record of one hand-over; before it the same paper with dots, to be filled in by hand."""
    numbers = Numbers(in_full)
    household, commune = support.household, support.commune
    body: list[Block] = [
        Paragraph(_when(hand_over)),
        Paragraph(f"{_giver(support, hand_over)}, đại diện: ông (bà) {LONG_DOTS}", lead="Bên giao:"),
        Paragraph(f"hộ ông (bà) {household.head_name}, {_household(support, numbers)}.", lead="Bên nhận:"),
        Paragraph(_receiver(hand_over, numbers), lead="Người nhận:"),
        Paragraph(f"đại diện {committee(commune)}: ông (bà) {LONG_DOTS}", lead="Chứng kiến:"),
        Paragraph(f"{_approved(support)}, hai bên giao, nhận như sau:"),
        *(_cash(hand_over) if support.form == SupportForm.CASH else _bundle(support, hand_over)),
        Paragraph(
            "Bên nhận đã kiểm tra, nhận đủ và được hướng dẫn sử dụng."
            if support.form == SupportForm.BUNDLE
            else "Bên nhận đã nhận đủ số tiền trên."
        ),
    ]
    if hand_over and hand_over.note:
        body.append(Paragraph(f"Ghi chú: {hand_over.note}"))
    if hand_over and hand_over.reversed_at:
        body.append(Paragraph(f"Biên bản này đã bị hủy. Lý do: {hand_over.reversed_reason}", bold=True))
    body.append(Paragraph("Biên bản được lập thành 03 bản, mỗi bên giữ 01 bản và có giá trị như nhau./."))
    if not in_full:
        body.append(Note(MASKED))
    number = f"Số: {numbered(hand_over.number)}" if hand_over and hand_over.number else ""
    return Paper(
        letterhead=commune_head(commune),
        number=number,
        place_day=place_day(commune, hand_over.handed_on if hand_over else None),
        kind="BIÊN BẢN",
        summary=f"Bàn giao hỗ trợ {_support_words(support)}",
        blocks=tuple(body),
        signatures=sides("BÊN NHẬN", "UBND CẤP XÃ", "BÊN GIAO"),
    )


def _support_words(support: Support) -> str:
    if support.form == SupportForm.CASH:
        return DEVICE_WORDS[DeviceKind.CASH]
    return device_words(support.round) if support.round else DEVICE_WORDS[DeviceKind.SMARTPHONE]


def _when(hand_over: HandOver | None) -> str:
    if hand_over is None:
        return f"Hôm nay, {day_in_words(None)}, tại {LONG_DOTS}, chúng tôi gồm:"
    return f"Hôm nay, {day_in_words(hand_over.handed_on)}, tại {hand_over.place or DOTS}, chúng tôi gồm:"


def _giver(support: Support, hand_over: HandOver | None) -> str:
    """Who gave it: of a record its own operator, whoever the household has by now."""
    operator = hand_over.operator if hand_over else support.operator
    return operator.name if operator else LONG_DOTS


def _household(support: Support, numbers: Numbers) -> str:
    household = support.household
    parts = [f"sinh năm {household.birth_year}"] if household.birth_year else []
    if household.national_id:
        parts.append(f"số CCCD {numbers.identity(household.national_id)}")
    parts.append(f"địa chỉ: {address(household.village, support.commune.name)}, {support.district.name}")
    return ", ".join(parts)


def _receiver(hand_over: HandOver | None, numbers: Numbers) -> str:
    if hand_over is None:
        return f"ông (bà) {LONG_DOTS} Quan hệ với chủ hộ: {DOTS} Số CCCD: {DOTS}"
    parts = [f"ông (bà) {hand_over.receiver_name}, {_RECEIVERS[Receiver(hand_over.receiver)]}"]
    if hand_over.receiver_relation:
        parts.append(f"quan hệ với chủ hộ: {hand_over.receiver_relation}")
    if hand_over.receiver_national_id:
        parts.append(f"số CCCD {numbers.identity(hand_over.receiver_national_id)}")
    return f"{', '.join(parts)}."


def _approved(support: Support) -> str:
    """By which decision the household gets it, and where it stands on the list."""
    if support.contribution_id:
        return "Thực hiện việc tiếp nhận và phân phối nguồn đóng góp, ủng hộ"
    number, day = decision_of(support)
    place = support.amendment_line or support.line
    line = place.position if place else None
    issuer = committee(province_of(support.district))
    cited = f"Căn cứ Quyết định số {numbered(number) or DOTS} {day_in_words(day)} của {issuer}"
    return f"{cited} (dòng {line} của danh sách)" if line else cited


def _bundle(support: Support, hand_over: HandOver | None) -> list[Block]:
    device = hand_over.device if hand_over else None
    rows = [
        ("Thiết bị", device.model if device else DOTS),
        ("IMEI 1", device.imei if device else DOTS),
        ("IMEI 2", (device.imei2 or "không có") if device else DOTS),
        ("Số sê-ri", (device.serial or "không ghi") if device else DOTS),
        ("SIM (ICCID)", (hand_over.sim_number or "không ghi") if hand_over else DOTS),
        ("Số thuê bao", (hand_over.phone_number or "không ghi") if hand_over else DOTS),
        ("Gói cước", (hand_over.package or "không ghi") if hand_over else DOTS),
        ("Tình trạng, phụ kiện kèm theo", LONG_DOTS),
    ]
    return [_facts(rows)]


def _cash(hand_over: HandOver | None) -> list[Block]:
    if hand_over is None:
        names = ("Hóa đơn số", "Ngày hóa đơn", "Bên bán", "Giá trên hóa đơn", "Số tiền hỗ trợ", "Trả bằng")
        return [_facts([(name, DOTS) for name in names])]
    means = _MEANS[PaymentMeans(hand_over.payment_means)] if hand_over.payment_means else DOTS
    rows = [
        ("Hóa đơn số", hand_over.invoice_number),
        ("Ngày hóa đơn", short_day(hand_over.invoice_date)),
        ("Bên bán", hand_over.seller or DOTS),
        (
            "Giá trên hóa đơn",
            f"{figure(hand_over.invoice_amount)} đồng" if hand_over.invoice_amount else DOTS,
        ),
        ("Số tiền hỗ trợ", money(hand_over.cash_amount) if hand_over.cash_amount else DOTS),
        ("Trả bằng", means),
    ]
    return [_facts(rows)]


def _facts(rows: Iterable[tuple[str, str]]) -> Table:
    columns = (Column("Nội dung", 55), Column("Chi tiết", 110))
    return Table(columns, tuple(Row(row) for row in rows), size=13)


def hand_over_batch(
    round_: AllocationRound | None,
    supports: Sequence[Support],
    place: AdministrativeArea,
    *,
    in_full: bool,
) -> Paper:
    """One record for all supports given, by commune; who has not received yet has an empty line to sign.

    `place` is a commune or a district; supports without a round come from contributions.
    Each support needs its household, commune, operator and `recorded`, its standing hand-over or None.
    """
    device = device_words(round_) if round_ else DEVICE_WORDS[DeviceKind.SMARTPHONE]
    source = round_.name if round_ else "nguồn đóng góp, ủng hộ"
    of_commune = place.level == Level.COMMUNE
    head = commune_head(place) if of_commune else committee_head(place, "")
    # Whoever is named as witness above signs below.
    signed = sides("UBND CẤP XÃ" if of_commune else "UBND CẤP HUYỆN", "BÊN GIAO")
    given = sum(support.recorded is not None for support in supports)  # type: ignore[attr-defined]  # prefetched
    operators = sorted({support.operator.name for support in supports if support.operator})
    body: list[Block] = [
        Paragraph(f"Hôm nay, {day_in_words(None)}, tại {LONG_DOTS}, chúng tôi gồm:"),
        Paragraph(f"{', '.join(operators) or DOTS}, đại diện: ông (bà) {LONG_DOTS}", lead="Bên giao:"),
        Paragraph(
            "các hộ có tên trong danh sách kèm theo, ký nhận từng dòng.",
            lead="Bên nhận:",
        ),
        Paragraph(f"đại diện {committee(place)}: ông (bà) {LONG_DOTS}", lead="Chứng kiến:"),
        Paragraph(
            f"Hai bên giao, nhận hỗ trợ {device} theo {source} cho "
            f"{counted(len(supports))} hộ "
            f"của {place.name_in_text}; đến lúc in đã ghi nhận bàn giao {counted(given)} hộ. Từng hộ đã "
            "kiểm tra, "
            "nhận đủ và được hướng dẫn sử dụng trước khi ký nhận."
        ),
        Paragraph("Hộ chưa nhận, lý do: " + LONG_DOTS),
        Paragraph("Biên bản được lập thành 03 bản có giá trị như nhau./."),
    ]
    blocks: list[Block] = [_batch_table(supports, Numbers(in_full))]
    closing = f"Danh sách này gồm có {counted(len(supports))} hộ./."
    blocks.append(Paragraph(closing, bold=True, indent=False, align="left"))
    if not in_full:
        blocks.append(Note(MASKED))
    annex = Annex(
        "DANH SÁCH KÝ NHẬN",
        f"{device[:1].upper()}{device[1:]}, {source}, {place.name_in_text}",
        "(Kèm theo Biên bản bàn giao)",
        tuple(blocks),
        signatures=signed,
    )
    return Paper(
        letterhead=head,
        place_day=place_day(place, None),
        kind="BIÊN BẢN",
        summary=f"Bàn giao hỗ trợ {device} cho các hộ của {place.name_in_text}",
        blocks=tuple(body),
        signatures=signed,
        annexes=(annex,),
    )


def _batch_table(supports: Sequence[Support], numbers: Numbers) -> Table:
    rows: list[Row] = []
    number = 0
    for commune, members in groupby(supports, key=lambda support: support.commune):
        inside = list(members)
        rows.append(Row(("", f"{commune.name}: {figure(len(inside))} hộ"), (1, 10), bold=True))
        for support in inside:
            number += 1
            rows.append(_batch_row(number, support, numbers))
    return Table(_COLUMNS, tuple(rows), size=10.5)


def _batch_row(number: int, support: Support, numbers: Numbers) -> Row:
    household = support.household
    done: HandOver | None = support.recorded  # type: ignore[attr-defined]  # prefetched
    receiver = ""
    if done:
        relation = done.receiver_relation or _RECEIVERS[Receiver(done.receiver)]
        receiver = f"{done.receiver_name}, {relation}"
    return Row(
        (
            str(number), household.head_name, str(household.birth_year or ""),
            numbers.identity(household.national_id), household.village,
            FORM_WORDS[SupportForm(support.form)], done.device.imei if done and done.device else "",
            numbers.phone(done.phone_number) if done else "", short_day(done.handed_on) if done else "",
            receiver, "",
        ),
        height=_SIGNED,
    )  # fmt: skip
