"""Whose paper it is, where, when, on what basis and signed by whom: what every paper of the office has.

Bases are cited as domain texts have them verified: documents by number, articles never.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from programs.choices import FundingKind
from programs.papers.office import (
    bases,
    committee,
    committee_head,
    department,
    department_head,
    department_name,
    department_symbol,
    director_signature,
    number_line,
    place_day,
    plan_basis,
)
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Letterhead, Signature
from smartphone_support.documents.words import day_in_words, numbered, unnumbered

from ..choices import DeviceKind
from ..models import AllocationRound, QuotaPlan

__all__ = [
    "DECISION",
    "DEVICE_WORDS",
    "SIGN_AND_SEAL",
    "SIGN_HERE",
    "bases",
    "committee",
    "committee_head",
    "committee_signature",
    "commune_head",
    "department",
    "department_head",
    "department_name",
    "department_symbol",
    "device_words",
    "director_signature",
    "in_a_row",
    "number_line",
    "place_day",
    "places",
    "plan_basis",
    "proposed_by",
    "province_of",
    "quota_basis",
    "round_bases",
    "sides",
    "their_committees",
]

DECISION = "QĐ-UBND"
SIGN_HERE = "(Ký, ghi rõ họ tên)"
SIGN_AND_SEAL = "(Ký tên, đóng dấu)"
DEVICE_WORDS = {
    DeviceKind.SMARTPHONE: "điện thoại thông minh",
    DeviceKind.TABLET: "máy tính bảng",
    DeviceKind.CASH: "kinh phí mua điện thoại thông minh",
}
#: The programme's own texts, as Plan 413/KH-UBND names them.
_PROGRAMME_BASES = (
    "Căn cứ Quyết định số 2269/QĐ-TTg ngày 31 tháng 12 năm 2021 của Thủ tướng Chính phủ phê duyệt Chương "
    "trình "
    "cung cấp dịch vụ viễn thông công ích đến năm 2025",
    "Căn cứ Thông tư số 14/2022/TT-BTTTT ngày 28 tháng 10 năm 2022 của Bộ Thông tin và Truyền thông quy "
    "định danh "
    "mục, chất lượng dịch vụ viễn thông công ích và hướng dẫn thực hiện Chương trình cung cấp dịch vụ "
    "viễn thông "
    "công ích đến năm 2025",
)
_FEW = 3
_LOCAL_GOVERNMENT = "Căn cứ Luật Tổ chức chính quyền địa phương"


def device_words(round_: AllocationRound) -> str:
    """What the round gives, inside a sentence."""
    return DEVICE_WORDS[DeviceKind(round_.device_kind)]


# --- whose paper ----------------------------------------------------------------------------------


def province_of(district: AdministrativeArea) -> AdministrativeArea:
    """The province a district lies in."""
    if district.parent is None:
        raise ValueError(f"{district} lies in no province")
    return district.parent


def commune_head(commune: AdministrativeArea) -> Letterhead:
    """The letterhead of a commune's People's Committee, under its district."""
    parent = f"UBND {commune.parent.name_in_text}".upper() if commune.parent else ""
    return Letterhead(parent, committee(commune).upper(), "")


# --- bases ----------------------------------------------------------------------------------------


def round_bases(round_: AllocationRound, *, of_committee: bool) -> list[str]:
    """What every paper of a round rests on: the law, the programme, the plan, the source decision."""
    found = [_LOCAL_GOVERNMENT] if of_committee else []
    if round_.funding_source.kind == FundingKind.PUBLIC_UTILITY_TELECOM:
        found += _PROGRAMME_BASES
    elif round_.rule_set is not None and round_.rule_set.citation:
        found.append(f"Căn cứ {round_.rule_set.citation}")
    found += plan_basis(round_.program)
    found.append(
        f"Căn cứ Quyết định số {numbered(round_.decision_number)} {day_in_words(round_.decision_date)} "
        f"của {round_.issuer}"
    )
    return found


def quota_basis(round_: AllocationRound, waves: Iterable[int]) -> list[str]:
    """The decisions that gave the districts their quotas, one a wave."""
    plans = QuotaPlan.objects.filter(round=round_, wave__in=set(waves), state="approved").order_by("wave")
    issuer = committee(round_.program.province)
    return [
        f"Căn cứ Quyết định số {numbered(plan.decision_number)} {day_in_words(plan.decision_date)} "
        f"của {issuer} về việc phân bổ chỉ tiêu {device_words(round_)}, {round_.name}"
        for plan in plans
    ]


def proposed_by(province: AdministrativeArea, number: str, day: date | None) -> str:
    """The last basis of a decision: who proposed it, and in which letter."""
    letter = numbered(number) if number else unnumbered("", f"TTr-{department_symbol(province)}")
    return (
        f"Theo đề nghị của Giám đốc {department_name(province)} tại Tờ trình số {letter} {day_in_words(day)}"
    )


# --- signatures -----------------------------------------------------------------------------------

_CHAIR = re.compile(
    r"(?P<deputy>phó\s+)?chủ\s+tịch(\s+(ubnd|ủy ban nhân dân|uỷ ban nhân dân))?(\s+(tỉnh|huyện|thị "
    "xã|thành phố))?",
    re.IGNORECASE,
)


def committee_signature(signer: str, area: AdministrativeArea) -> Signature:
    """How a committee's chair or deputy signs, from what was recorded as the signer.

    "Phó Chủ tịch UBND tỉnh Nguyễn Văn A" → TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH, Nguyễn Văn A.
    Where only a name was recorded its office is not made up.
    """
    body = "TM. ỦY BAN NHÂN DÂN"
    if not signer.strip():
        return Signature((body, "CHỦ TỊCH"))
    found = _CHAIR.search(signer)
    if found is None:
        return Signature((body,), signer.strip())
    rest = f"{signer[: found.start()]} {signer[found.end() :]}".replace(area.short_name, " ")
    name = re.sub(r"\s+", " ", re.sub(r"[,;:()–—]", " ", rest)).strip(" -.")
    offices = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH") if found.group("deputy") else ("CHỦ TỊCH",)
    return Signature((body, *offices), name)


def sides(*titles: str, hint: str = SIGN_HERE) -> tuple[Signature, ...]:
    """The parties of a record, side by side."""
    return tuple(Signature((title,), hint=hint) for title in titles)


def places(names: Sequence[str]) -> str:
    """The districts by name while they are few, then how many: "9 huyện, thị xã, thành phố"."""
    return in_a_row(names) if len(names) <= _FEW else f"{len(names)} huyện, thị xã, thành phố"


def their_committees(names: Sequence[str]) -> str:
    """Who carries it out: the districts' committees by name, or as those of the annex."""
    if len(names) <= _FEW:
        return f"Ủy ban nhân dân {in_a_row(names)}"
    return "Ủy ban nhân dân các huyện, thị xã, thành phố có tên trong Phụ lục"


def in_a_row(names: Sequence[str]) -> str:
    """ "huyện A Lưới, huyện Nam Đông và thị xã Hương Trà"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} và {names[-1]}" if names else ""
