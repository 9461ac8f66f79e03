"""Whose paper a round's is, in words and signatures: the department's, or the district's committee's.

Always Vietnamese, in the layout of Decree 30/2020/NĐ-CP.
"""

from __future__ import annotations

from datetime import date

from allocations.papers.office import (
    bases,
    committee,
    committee_head,
    committee_signature,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    plan_basis,
)
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Block, Letterhead, Paragraph, Signature
from smartphone_support.documents.words import DOTS, day_in_words, numbered, short_day

from ..choices import RoundKind, TeamRole, UnitKind
from ..models import InspectedUnit, InspectionRound, TeamMember

CIRCULAR_14 = (
    "Căn cứ Thông tư số 14/2022/TT-BTTTT ngày 28 tháng 10 năm 2022 của Bộ Thông tin và Truyền thông quy định "
    "danh mục, chất lượng dịch vụ viễn thông công ích và hướng dẫn thực hiện Chương trình cung cấp dịch vụ "
    "viễn thông công ích đến năm 2025"
)
ROLES = {TeamRole.HEAD: "Trưởng đoàn", TeamRole.SECRETARY: "Thư ký", TeamRole.MEMBER: "Thành viên"}
CONTENTS = (
    "Việc thực hiện mục tiêu, nhiệm vụ được giao; chính sách, chế độ hỗ trợ; trình tự, hồ sơ trong quản lý; "
    "kết quả và tác động của việc hỗ trợ."
)


def place(round_: InspectionRound) -> AdministrativeArea:
    """Where the paper is signed: the district of a district's own round, else the province."""
    return round_.district or round_.program.province


def issuer(round_: InspectionRound) -> str:
    """The body that inspects, inside a sentence."""
    if round_.district is not None:
        return committee(round_.district)
    return department_name(round_.program.province)


def head_of(round_: InspectionRound) -> Letterhead:
    """The letterhead of the body that inspects."""
    if round_.district is not None:
        return committee_head(round_.district, "")
    return department_head(round_.program.province)


def symbol(round_: InspectionRound, kind: str) -> str:
    """ "QĐ-STTTT" or "QĐ-UBND": the symbol behind a number."""
    own = "UBND" if round_.district is not None else department_symbol(round_.program.province)
    return f"{kind}-{own}"


def signature(round_: InspectionRound, person: object = None) -> Signature:
    """How the body that inspects signs; `person` is the leader who did."""
    if round_.district is not None:
        signer = f"{getattr(person, 'position', '')} {getattr(person, 'full_name', '')}" if person else ""
        return committee_signature(signer, round_.district)
    return director_signature(person)


def subject(round_: InspectionRound) -> str:
    """What is inspected, inside a sentence."""
    kind = "đột xuất" if round_.kind == RoundKind.AD_HOC else "định kỳ"
    return (
        f"kiểm tra {kind} việc hỗ trợ điện thoại thông minh, dịch vụ viễn thông cho hộ nghèo, hộ cận nghèo, "
        f"gia đình chính sách"
    )


def decision_basis(round_: InspectionRound) -> str:
    """The decision on the team as a basis of the papers that follow it."""
    return (
        f"Căn cứ Quyết định số {numbered(round_.decision_number) or DOTS} "
        f"{day_in_words(round_.decision_date)} của {round_.issuer or issuer(round_)} về việc thành lập Đoàn "
        f"{subject(round_)}"
    )


def round_bases(round_: InspectionRound) -> tuple[str, ...]:
    """What the decision and the plan rest on."""
    own = ["Căn cứ Luật Tổ chức chính quyền địa phương"] if round_.district is not None else []
    return bases([*own, CIRCULAR_14, *plan_basis(round_.program)])


def span(first: date, last: date) -> str:
    return f"từ ngày {short_day(first)} đến ngày {short_day(last)}"


def seat(unit: InspectedUnit) -> str:
    """The unit inside a sentence: a committee, or the operator by its name."""
    return committee(unit.area) if unit.area is not None else str(unit.organisation)


def unit_names(round_: InspectionRound) -> list[str]:
    """The inspected units, districts before communes before operators."""
    order = {UnitKind.DISTRICT: 0, UnitKind.COMMUNE: 1, UnitKind.OPERATOR: 2}
    rows = round_.units.select_related("area__parent", "organisation")
    return [_full(unit) for unit in sorted(rows, key=lambda unit: (order[UnitKind(unit.kind)], str(unit)))]


def _full(unit: InspectedUnit) -> str:
    if unit.kind == UnitKind.COMMUNE and unit.area is not None and unit.area.parent is not None:
        return f"{seat(unit)}, {unit.area.parent.name_in_text}"
    return seat(unit)


def members(round_: InspectionRound) -> list[TeamMember]:
    """The team, head first, secretary next."""
    order = {TeamRole.HEAD: 0, TeamRole.SECRETARY: 1, TeamRole.MEMBER: 2}
    team = round_.team.filter(left_at=None)
    return sorted(team, key=lambda member: (order[TeamRole(member.role)], member.pk))


def lines(text: str, *, indent: bool = True) -> list[Block]:
    """A text as people typed it: one paragraph a line."""
    return [Paragraph(line.strip(), indent=indent) for line in text.splitlines() if line.strip()]


def contents(round_: InspectionRound) -> str:
    return round_.scope_text or CONTENTS
