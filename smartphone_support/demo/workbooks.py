"""Workbooks of the synthetic population, in the layouts departments and operators really send.

Every writer also returns the truth about its file: which household stands at which row with which
values a careful reader can get out of it, and every problem that reader has to report at its cell
(the keys are those of ``read_workbook --json``). With ``clean=True`` nothing is spoilt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from . import noise as spoil
from .drafting import (
    Book,
    Truth,
    gender_word,
    household_truth,
    letterhead,
    letters,
    member_truth,
    roman,
    signatures,
)
from .layouts import (
    CHANGE_LABELS,
    CLASS_LABELS,
    EXIT_HEADER,
    EXIT_SHEETS,
    FLAT_HEADER,
    FLAT_SHEET,
    FLAT_SUBHEADER,
    MOVEMENT_HEADER,
    MOVEMENT_SHEETS,
    NATIONAL_HEADER,
    NATIONAL_SHEET,
    OPERATOR_HEADER,
    OPERATOR_SHEET,
    OPERATOR_TITLE,
    SERVICE_LABELS,
)
from .noise import USUAL, Noise
from .population import (
    POOR,
    Movement,
    OperatorLine,
    SyntheticHousehold,
)
from .settlement import PROVINCES, commune_by_code
from .sheets import SheetPen, save


def write_national(
    path: str | Path,
    households: Sequence[SyntheticHousehold],
    exited: Sequence[SyntheticHousehold] = (),
    *,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """The national workbook of an annual review: one row a person, the exits on two sheets of their own."""
    book = Book("national", seed, clean, noise)
    truth = _national_sheet(book, households)
    for poverty_class in EXIT_SHEETS:
        leaving = [household for household in exited if household.poverty_class == poverty_class]
        truth += _exit_sheet(book, poverty_class, leaving)
    save(book.book, path)
    return {"households": truth, "problems": book.problems}


def _national_sheet(book: Book, households: Sequence[SyntheticHousehold]) -> list[dict[str, Any]]:
    pen = SheetPen(
        book.book, NATIONAL_SHEET, (6, 7, 24, 24, 12, 12, 8, 15, 22, 20, 8, 18, 8, 18, 14, 14, 14, 12)
    )
    pen.skip(3)
    pen.write(["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO SAU KHI RÀ SOÁT"], "title")
    pen.write(NATIONAL_HEADER, "header")
    pen.write([None] * len(NATIONAL_HEADER), "header")
    pen.write([None] * len(NATIONAL_HEADER), "header")
    pen.merge("A4:AA4", *(f"{column}5:{column}7" for column in letters(27)))
    truth, person_number = [], 0
    for number, household in enumerate(households, 1):
        first_row = pen.row + 1
        members: list[dict[str, Any]] = []
        for member in household.members:
            person_number += 1
            is_head = not members
            born = book.birth_date(pen, "F", member)
            identity = book.national_id(pen, "H", member.national_id)
            members.append(member_truth(member, pen.row + 1, born, identity))
            name = spoil.person_name(book.dice, book.noise, member.name)
            own = (person_number, number if is_head else None)
            person = (name, member.relation, born.cell, gender_word(member), identity.cell)
            place, review = _national_household(book, household) if is_head else ((None,) * 6, (None,) * 9)
            head = spoil.head_name(book.dice, book.noise, member.name) if is_head else None
            age = household.year - member.birth_date.year
            size = household.member_count if is_head else None
            pen.write((*own, head, *person, *place, member.ethnicity, *review, None, age, size), "plain")
        truth.append(
            {
                **household_truth(household, pen.title, first_row, members[0]),
                **_review_truth(household),
                "phone": "",
                "social_policy": None,
                "members": members,
            }
        )
    return truth


def _national_household(book: Book, household: SyntheticHousehold) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The cells filled in on the head's row only: where (I to N), and the outcome of the review (P to X)."""
    commune = commune_by_code(household.province_code)[household.commune_code]
    dice, noise = book.dice, book.noise
    place = (
        f"Tỉnh {PROVINCES[household.province_code]}",
        spoil.place(dice, noise, commune.district),
        commune.district_code,
        spoil.place(dice, noise, commune.name),
        commune.code,
        household.village,
    )
    review = (
        CLASS_LABELS[household.poverty_class],
        household.decision_number,
        f"{household.decision_date:%d/%m/%Y}",
        household.b1_score,
        household.b2_score,
        spoil.tick(dice, noise, household.is_ethnic_minority),
        spoil.tick(dice, noise, household.no_labour_capacity),
        spoil.tick(dice, noise, household.merit),
        household.poverty_cause or None,
    )
    return place, review


def _exit_sheet(
    book: Book, poverty_class: str, households: Sequence[SyntheticHousehold]
) -> list[dict[str, Any]]:
    name, title = EXIT_SHEETS[poverty_class]
    pen = SheetPen(book.book, name, (6, 7, 24, 14, 8, 12, 15, 14, 48, 6, 6, 4, 16, 4, 6, 8))
    pen.skip(4)
    pen.write([None, title], "title")
    pen.skip()
    pen.write(EXIT_HEADER, "header")
    pen.write([None] * len(EXIT_HEADER), "header")
    pen.write([None] * len(EXIT_HEADER), "header")
    pen.merge("B5:P5", *(f"{column}7:{column}9" for column in letters(16)))
    truth, person_number = [], 0
    for number, household in enumerate(households, 1):
        commune = commune_by_code(household.province_code)[household.commune_code]
        address = f"{household.village}, {commune.name}, {commune.district}"
        first_row = pen.row + 1
        members: list[dict[str, Any]] = []
        for member in household.members:
            person_number += 1
            is_head = not members
            born = book.birth_date(pen, "F", member)
            identity = book.national_id(pen, "G", member.national_id)
            members.append(member_truth(member, pen.row + 1, born, identity))
            full_name = spoil.person_name(book.dice, book.noise, member.name)
            own = (person_number, number if is_head else None, full_name, member.relation)
            person = (gender_word(member), born.cell, identity.cell, member.ethnicity)
            rest = (address, household.b1_score, household.b2_score, None, None, None)
            age = household.year - member.birth_date.year
            pen.write((*own, *person, *rest, age, household.member_count if is_head else None), "plain")
        truth.append(
            {
                **household_truth(household, pen.title, first_row, members[0]),
                "b1_score": household.b1_score,
                "b2_score": household.b2_score,
                "phone": "",
                "merit": None,
                "social_policy": None,
                "members": members,
            }
        )
    return truth


def write_flat_list(
    path: str | Path,
    households: Sequence[SyntheticHousehold],
    *,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """A department's printed list: letterhead, two header rows, district and commune section rows,
    subtotals, total, closing sentence, signatures. One row a household, of whichever districts are given;
    at least one.
    """
    book = Book("flat list", seed, clean, noise)
    pen = SheetPen(book.book, FLAT_SHEET, (6, 7, 26, 12, 8, 16, 14, 18, 8, 8, 8, 8, 8, 14, 14))
    year = households[0].year
    letterhead(pen, households[0].province_code, "A{0}:G{0}", "H{0}:O{0}", 7)
    pen.write([f"DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM {year}"], "title")
    pen.write([f"(Kèm theo Báo cáo số     /BC-SLĐTBXH ngày 05/01/{year + 1})"], "subtitle")
    pen.skip()
    pen.write(FLAT_HEADER, "header")
    pen.write(FLAT_SUBHEADER, "header")
    pen.write(["A", "B", *range(1, 14)], "index")
    pen.merge("A4:O4", "A5:O5", "J7:K7", "L7:M7", *(f"{column}7:{column}8" for column in "ABCDEFGHINO"))
    truth: list[dict[str, Any]] = []
    ordered = sorted(households, key=lambda household: (household.district_code, household.commune_code))
    by_district = groupby(ordered, key=lambda household: household.district_code)
    for letter, (_, district) in zip("ABCDEFGHIJ", by_district, strict=False):
        _flat_district(book, pen, letter, list(district), truth)
    people = sum(household.member_count for household in households)
    pen.write([None, None, "Tổng cộng", *[None] * 5, people, *[None] * 6], "section")
    pen.write([f"Danh sách này gồm có {len(truth)} hộ./."], "signature")
    signatures(pen, date(year + 1, 1, 5), 11)
    save(book.book, path)
    return {"households": truth, "problems": book.problems}


def _flat_district(
    book: Book,
    pen: SheetPen,
    letter: str,
    households: Sequence[SyntheticHousehold],
    truth: list[dict[str, Any]],
) -> None:
    """One district: its section row, then each commune's, with its households below it."""
    communes = commune_by_code(households[0].province_code)
    district = communes[households[0].commune_code].district
    pen.write(_section(letter, district.upper(), None), "section")
    by_commune = groupby(households, key=lambda household: household.commune_code)
    for ordinal, (code, in_commune) in enumerate(by_commune, 1):
        group = list(in_commune)
        name = spoil.place(book.dice, book.noise, communes[code].name)
        people = sum(household.member_count for household in group)
        pen.write(_section(roman(ordinal), name, people), "section")
        for household in group:
            truth.append(_flat_row(book, pen, len(truth) + 1, household))


def _section(ordinal: str, name: str, people: int | None) -> list[Any]:
    return [ordinal, None, name, *[None] * 5, people, *[None] * 6]


def _flat_row(book: Book, pen: SheetPen, number: int, household: SyntheticHousehold) -> dict[str, Any]:
    dice, noise, head = book.dice, book.noise, household.head
    name = book.head_name(pen, "C", head.name)
    born = book.birth_date(pen, "D", head)
    identity = book.national_id(pen, "F", head.national_id)
    phone = book.phone(pen, "N", household.phone)
    row = pen.write(
        (
            number,
            int(household.code),
            name.cell,
            born.cell,
            gender_word(head),
            identity.cell,
            head.ethnicity,
            household.village,
            spoil.count(dice, noise, household.member_count),
            spoil.tick(dice, noise, household.poverty_class == POOR),
            spoil.tick(dice, noise, household.poverty_class != POOR),
            spoil.tick(dice, noise, household.merit),
            spoil.tick(dice, noise, household.social_policy),
            phone.cell,
            None,
        )
    )
    return {
        **household_truth(household, pen.title, row, member_truth(head, row, born, identity)),
        "head_name": name.truth,
        "household_code": household.code,
        "merit": household.merit,
        "social_policy": household.social_policy,
        "phone": phone.truth,
    }


def write_monthly(
    path: str | Path,
    movements: Sequence[Movement],
    *,
    month: str,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """A month's changes ("2024-02"), one sheet a kind. A kind nothing happened in has no sheet."""
    book = Book("monthly", seed, clean, noise)
    year, number = month.split("-")
    changes: list[dict[str, Any]] = []
    for kind, (name, title) in MOVEMENT_SHEETS.items():
        of_kind = [movement for movement in movements if movement.kind == kind]
        if not of_kind:
            continue
        pen = SheetPen(book.book, name, (6, 26, 12, 8, 16, 14, 20, 20, 20, 8, 14, 24))
        letterhead(pen, of_kind[0].household.province_code, "A{0}:F{0}", "G{0}:L{0}", 6)
        pen.write([f"{title} THÁNG {number}/{year}"], "title")
        pen.write([f"(Kèm theo Công văn số      /SLĐTBXH-BTXH ngày 05/{number}/{year})"], "subtitle")
        pen.skip()
        pen.write((*MOVEMENT_HEADER, "Chủ hộ mới" if kind == "head_changed" else "Ghi chú"), "header")
        pen.merge("A4:L4", "A5:L5")
        changes += [_movement_row(book, pen, index, movement) for index, movement in enumerate(of_kind, 1)]
        pen.write([f"Tổng cộng: {len(of_kind)} hộ./."], "signature")
        signatures(pen, date(int(year), int(number), 5), 8)
    save(book.book, path)
    return {"changes": changes, "problems": book.problems}


def _movement_row(book: Book, pen: SheetPen, number: int, movement: Movement) -> dict[str, Any]:
    household, head = movement.household, movement.household.head
    commune = commune_by_code(household.province_code)[household.commune_code]
    size = household.member_count
    new: dict[str, Any] = {}
    if movement.kind == "corrected" and movement.after is not None:
        size = movement.after.member_count
        new = {"member_count": size}
    if movement.new_head:
        new = {"new_head": movement.new_head}
    name = book.head_name(pen, "B", head.name)
    born = book.birth_date(pen, "C", head)
    identity = book.national_id(pen, "E", head.national_id)
    who = (number, name.cell, born.cell, gender_word(head), identity.cell, head.ethnicity)
    where = (household.village, commune.name, commune.district)
    last = movement.new_head or movement.note or None
    row = pen.write((*who, *where, size, movement.decision_number, last))
    known = household_truth(household, pen.title, row, member_truth(head, row, born, identity))
    del known["poverty_class"]
    change = {"head_name": name.truth, "member_count": size, "decision": movement.decision_number}
    return {"kind": movement.kind, **known, **change, "new_head": movement.new_head, "new": new}


def write_operator_update(
    path: str | Path,
    lines: Sequence[OperatorLine],
    *,
    operator: str,
    month: str,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """An operator's monthly update ("2024-03"): new, stopped and changed support, one row a subscriber."""
    book = Book("operator", seed, clean, noise)
    year, number = month.split("-")
    pen = SheetPen(book.book, OPERATOR_SHEET, (6, 26, 16, 14, 18, 14, 16, 14, 20, 20, 36))
    pen.write([f"{operator.upper()} - {OPERATOR_TITLE} THÁNG {number}/{year}"], "title")
    pen.merge("A1:J1")
    pen.skip()
    pen.write(OPERATOR_HEADER, "header")
    changes = [_operator_row(book, pen, index, line) for index, line in enumerate(lines, 1)]
    save(book.book, path)
    return {"changes": changes, "problems": book.problems}


def _operator_row(book: Book, pen: SheetPen, number: int, line: OperatorLine) -> dict[str, Any]:
    household = line.household
    commune = commune_by_code(household.province_code)[household.commune_code]
    name = spoil.person_name(book.dice, book.noise, household.head.name)
    identity = book.national_id(pen, "C", household.head.national_id)
    what = (SERVICE_LABELS[line.service], line.level, CHANGE_LABELS[line.change])
    where = (commune.name, commune.district)
    who = (number, name, identity.cell, line.subscriber)
    row = pen.write((*who, *what, f"{line.effective:%d/%m/%Y}", *where, line.reason or None))
    return {
        "change": line.change,
        "sheet": pen.title,
        "row": row,
        "key": household.key,
        "head_name": household.head.name,
        "national_id": identity.truth,
        "subscriber": line.subscriber,
        "service": line.service,
        "level": line.level,
        "date": line.effective.isoformat(),
        "commune_code": commune.code,
        "reason": line.reason,
    }


def _review_truth(household: SyntheticHousehold) -> dict[str, Any]:
    return {
        "merit": household.merit,
        "is_ethnic_minority": household.is_ethnic_minority,
        "no_labour_capacity": household.no_labour_capacity,
        "decision_number": household.decision_number,
        "decision_date": household.decision_date.isoformat(),
        "b1_score": household.b1_score,
        "b2_score": household.b2_score,
        "poverty_cause": household.poverty_cause,
    }
