"""Whose paper it is, where, when, and signed by whom: what every paper of the programme's offices has.

Bases are cited as domain texts have them verified: documents by number, articles never.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.documents.paper import Letterhead, Signature
from smartphone_support.documents.words import day_in_words, numbered, unnumbered

from ..models import Program


def committee(area: AdministrativeArea) -> str:
    """ "Ủy ban nhân dân huyện A Lưới": of a province, district or commune, inside a sentence."""
    return f"Ủy ban nhân dân {area.name_in_text}"


def committee_head(area: AdministrativeArea, symbol: str) -> Letterhead:
    """The letterhead of a People's Committee: it stands alone."""
    return Letterhead("", committee(area).upper(), symbol)


def department(province: AdministrativeArea) -> Organisation | None:
    """The department in charge of the programme, as it is called today."""
    rows = Organisation.objects.filter(province=province, kind=OrganisationKind.PROGRAM_LEAD, is_active=True)
    return rows.order_by("code").first()


def department_name(province: AdministrativeArea) -> str:
    lead = department(province)
    return lead.name if lead else "Sở Thông tin và Truyền thông"


def department_symbol(province: AdministrativeArea) -> str:
    """ "STTTT": the letters behind the kind of paper, from the department's short name."""
    lead = department(province)
    name = lead.short_name if lead else "Sở TTTT"
    return re.sub(r"[^\w]", "", name.replace("Sở ", "S"))


def department_head(province: AdministrativeArea) -> Letterhead:
    parent = f"UBND {province.name_in_text}".upper()
    return Letterhead(parent, department_name(province).upper(), department_symbol(province))


def number_line(number: str, symbol: str) -> str:
    """ "Số: 05/TTr-STTTT", or the gap a clerk writes into where there is no number yet."""
    return f"Số: {numbered(number) if number else unnumbered('', symbol)}"


def place_day(area: AdministrativeArea, day: date | None, *, year: int | None = None) -> str:
    """ "Thừa Thiên Huế, ngày 05 tháng 02 năm 2024": the place is the area's own name."""
    return f"{area.short_name}, {day_in_words(day, year=year)}"


def bases(sentences: Iterable[str]) -> tuple[str, ...]:
    """Each ends with a semicolon, the last with a full stop."""
    found = [sentence.rstrip(" .;") for sentence in sentences if sentence.strip()]
    return tuple(f"{text}{'.' if number == len(found) else ';'}" for number, text in enumerate(found, 1))


def plan_basis(program: Program) -> list[str]:
    """The province's plan, where its number and day are known."""
    if not program.number or program.issued_on is None:
        return []
    title = f"{program.title[:1].lower()}{program.title[1:]}"
    return [
        f"Căn cứ Kế hoạch số {program.number} {day_in_words(program.issued_on)} của "
        f"{committee(program.province)} {title}"
    ]


def director_signature(person: Any = None) -> Signature:
    """How the department's director or deputy signs; without a person the director's place is left open."""
    if person is None:
        return Signature(("GIÁM ĐỐC",))
    if "phó" in person.position.casefold():
        return Signature(("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), person.full_name)
    return Signature(("GIÁM ĐỐC",), person.full_name)
