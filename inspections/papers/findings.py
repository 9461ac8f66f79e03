"""Thông báo yêu cầu khắc phục and báo cáo khắc phục: what an organisation has to mend, and how it did.

One of each per organisation and round; of a finding without a round, one of its own, which says nothing of
where it came from. Households are named where the reader of the paper may see them; no identity number,
telephone number or IMEI is on either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from allocations.papers.office import (
    committee_head,
    committee_signature,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
)
from programs.models import Program
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import (
    Block,
    Column,
    Letterhead,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
)
from smartphone_support.documents.words import DOTS, counted, day_in_words, figure, numbered, short_day

from ..choices import FindingKind, FindingState, Severity
from ..models import InspectionRound

KIND_WORDS = {
    FindingKind.NOT_RECEIVED: "Chưa nhận được thiết bị",
    FindingKind.IMEI_DIFFERS: "Số IMEI khác với biên bản",
    FindingKind.NOT_IN_USE: "Đã bán, cho mượn, cầm cố hoặc không sử dụng",
    FindingKind.FEE_COLLECTED: "Có thu tiền của hộ",
    FindingKind.SIM_INACTIVE: "SIM hoặc gói cước không hoạt động",
    FindingKind.DECEASED_BEFORE: "Chủ hộ mất trước khi bàn giao",
    FindingKind.OTHER_DEVICE: "Đã nhận thiết bị khác",
    FindingKind.DOSSIER: "Hồ sơ thiếu hoặc sai",
    FindingKind.PROCEDURE: "Chưa thực hiện đúng trình tự",
    FindingKind.SERVICE: "Dịch vụ hoặc cước chưa đúng",
    FindingKind.OTHER: "Nội dung khác",
}
SEVERITY_WORDS = {
    Severity.REMINDER: "Nhắc nhở",
    Severity.REMEDY: "Khắc phục",
    Severity.SERIOUS: "Nghiêm trọng",
}
_ASKED = (
    Column("STT", 10, "center"),
    Column("Hộ, đơn vị", 42),
    Column("Nội dung tồn tại", 70),
    Column("Mức độ", 24, "center"),
    Column("Thời hạn khắc phục", 26, "center"),
)
_DONE = (
    Column("STT", 12, "center"),
    Column("Hộ, đơn vị", 36),
    Column("Nội dung tồn tại", 44),
    Column("Kết quả khắc phục", 52),
    Column("Minh chứng", 24, "center"),
    Column("Kết quả xác minh", 28, "center"),
)


@dataclass(frozen=True)
class Occasion:
    """What the findings came up by: whose paper it is (`district` None: the department's), and its words."""

    province: AdministrativeArea
    district: AdministrativeArea | None
    basis: str
    summary: str
    recipients: tuple[str, ...] = ()

    @property
    def issuer(self) -> str:
        """Who asks for the remedy, inside a sentence."""
        if self.district is not None:
            return f"Ủy ban nhân dân {self.district.name_in_text}"
        return department_name(self.province)


def of_round(round_: InspectionRound) -> Occasion:
    """The inspection round, by its decision."""
    return Occasion(
        round_.program.province, round_.district, _basis(round_), f"qua kiểm tra ({round_.name})",
        ("- Đoàn kiểm tra;",),
    )  # fmt: skip


def of_program(program: Program, district: AdministrativeArea | None) -> Occasion:
    """No round: the office that handles it looks after the programme. Never a word of who brought it up."""
    return Occasion(
        program.province, district, f"Qua theo dõi, rà soát việc thực hiện {_plan(program)}",
        "qua theo dõi, rà soát",
    )  # fmt: skip


def _plan(program: Program) -> str:
    """The plan by its number where it has one."""
    return f"Kế hoạch số {numbered(program.number)}" if program.number else str(program)


def remedy_request(occasion: Occasion, organisation: Organisation, findings: Sequence[Any]) -> Paper:
    """The letter that asks to remedy; `findings` are the unsettled ones, as the reader sees them."""
    province, district, issuer = occasion.province, occasion.district, occasion.issuer
    symbol = "TB-UBND" if district is not None else f"TB-{department_symbol(province)}"
    body: list[Block] = [
        Paragraph(
            f"{occasion.basis}, {issuer} thông báo các tồn tại, hạn chế thuộc trách nhiệm khắc phục của "
            f"{organisation.name}: {counted(len(findings))} nội dung, cụ thể như sau:"
        ),
        Table(_ASKED, tuple(_asked(number, row) for number, row in enumerate(findings, start=1))),
        Paragraph(
            f"Đề nghị {organisation.name} tổ chức khắc phục đúng thời hạn nêu trên, gửi báo cáo kết quả kèm "
            f"minh chứng về {issuer} để xác minh. Trường hợp cần thêm thời gian, đề nghị có văn bản nêu rõ "
            "lý do trước khi hết hạn./."
        ),
    ]
    return Paper(
        letterhead=committee_head(district, symbol) if district else department_head(province),
        number=number_line("", symbol),
        place_day=place_day(district or province, None),
        kind="THÔNG BÁO",
        summary=f"Yêu cầu khắc phục tồn tại, hạn chế {occasion.summary}",
        addressee=f"Kính gửi: {organisation.name}.",
        blocks=tuple(body),
        signatures=(committee_signature("", district) if district else director_signature(),),
        recipients=("- Như trên;", *occasion.recipients, "- Lưu: VT."),
    )


def _asked(number: int, finding: Any) -> Row:
    return Row(
        (
            str(number), _about(finding), _found(finding), SEVERITY_WORDS[Severity(finding.severity)],
            short_day(finding.due),
        )
    )  # fmt: skip


def remedy_report(occasion: Occasion, organisation: Organisation, findings: Sequence[Any]) -> Paper:
    """The organisation's report; `findings` are its own of the occasion but those not upheld."""
    today, asked_by = timezone.localdate(), occasion.issuer
    place = organisation.area or occasion.province
    body: list[Block] = [
        Paragraph(
            f"{occasion.basis}, {organisation.name} báo cáo kết quả khắc phục các tồn tại, hạn chế đến "
            f"{day_in_words(today)} như sau:"
        ),
        *_figures(findings, today),
        Table(_DONE, tuple(_done(number, row) for number, row in enumerate(findings, start=1))),
        Paragraph(f"{organisation.name} báo cáo {asked_by} xem xét, xác minh./."),
    ]
    is_district = organisation.kind == OrganisationKind.DISTRICT and organisation.area is not None
    return Paper(
        letterhead=_letterhead(organisation),
        number=number_line("", "BC-UBND" if is_district else "BC"),
        place_day=place_day(place, None),
        kind="BÁO CÁO",
        summary=f"Kết quả khắc phục tồn tại, hạn chế {occasion.summary}",
        addressee=f"Kính gửi: {asked_by}.",
        blocks=tuple(body),
        signatures=(
            committee_signature("", organisation.area)
            if is_district and organisation.area
            else Signature(("ĐẠI DIỆN ĐƠN VỊ",)),
        ),
        recipients=("- Như trên;", "- Lưu: VT."),
    )


def _letterhead(organisation: Organisation) -> Letterhead:
    if organisation.kind == OrganisationKind.DISTRICT and organisation.area is not None:
        return committee_head(organisation.area, "BC-UBND")
    return Letterhead("", organisation.name.upper(), "BC")


def _figures(findings: Sequence[Any], today: date) -> list[Block]:
    """How many are done, reported, open, and of these past their day."""
    states = [finding.state for finding in findings]
    late = sum(finding.is_overdue for finding in findings)
    return [
        Paragraph(f"{counted(len(findings))} nội dung.", lead="1. Tổng số:"),
        Paragraph(
            f"{figure(states.count(FindingState.CLOSED))} nội dung đã được xác minh; "
            f"{figure(states.count(FindingState.REMEDIED))} nội dung chờ xác minh.",
            lead="2. Đã khắc phục:",
        ),
        Paragraph(
            f"{figure(states.count(FindingState.OPEN))} nội dung, trong đó {figure(late)} nội dung quá hạn.",
            lead="3. Chưa khắc phục:",
        ),
        Paragraph("Chi tiết:", lead="4."),
    ]


def _done(number: int, finding: Any) -> Row:
    last = next(iter(reversed(finding.remediations.all())), None)
    done = (
        f"{last.text} (báo cáo ngày {short_day(timezone.localtime(last.reported_at).date())})" if last else ""
    )
    if finding.state == FindingState.CLOSED:
        verdict = f"Đã xác minh ngày {short_day(timezone.localtime(finding.closed_at).date())}"
    elif last is not None and last.accepted is False:
        verdict = f"Chưa đạt: {last.verdict_note}"
    else:
        verdict = "Chờ xác minh" if last else f"Thời hạn: {short_day(finding.due)}"
    return Row(
        (
            str(number), _about(finding), _found(finding), done or "Chưa báo cáo",
            "Có" if last is not None and last.evidence_id else "", verdict,
        )
    )  # fmt: skip


def _about(finding: Any) -> str:
    """The household with its commune, the unit, or the round as a whole."""
    if finding.support_id is not None:
        where = f"{finding.support.commune.name}, {finding.support.district.name}"
        return f"{finding.support}, {where}" if finding.names_household else f"Một hộ, {where}"
    if finding.unit_id is not None:
        return str(finding.unit)
    return (
        str(finding.district)
        if finding.district
        else "Cả đợt kiểm tra"
        if finding.round_id
        else "Nội dung chung"
    )


def _found(finding: Any) -> str:
    words = KIND_WORDS[FindingKind(finding.kind)]
    text = " ".join(finding.description.split())
    return f"{words}. {text}" if text else words


def _basis(round_: InspectionRound) -> str:
    """What the inspection rested on; dots where the number or the day are not known."""
    number = numbered(round_.decision_number) if round_.decision_number else DOTS
    issuer = f" của {round_.issuer}" if round_.issuer else ""
    return f"Qua kiểm tra theo Quyết định số {number} {day_in_words(round_.decision_date)}{issuer}"
