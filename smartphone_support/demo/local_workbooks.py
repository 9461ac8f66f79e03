"""Workbooks of the review software and of districts: the export, the detailed list, lists made at home.

Like ``workbooks``, every writer returns the truth about its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from . import noise as spoil
from .drafting import Book, Truth, gender_word, household_truth, letterhead, letters, member_truth, signatures
from .layouts import (
    CLASS_LABELS,
    DETAILED_HEADER,
    DETAILED_INDEX,
    DETAILED_SHEET,
    DETAILED_SUBHEADER,
    EXPORT_HEADER,
    EXPORT_KEYS,
    EXPORT_SHEET,
)
from .names import FEMALE
from .noise import USUAL, Noise, Written
from .population import POOR, SyntheticHousehold
from .settlement import commune_by_code
from .sheets import SheetPen, save


def export_name(households: Sequence[SyntheticHousehold]) -> str:
    """The name the software gives a district's file, apostrophes dropped: "Huyện Đắk RLấp.xlsx"."""
    first = households[0]
    return commune_by_code(first.province_code)[first.commune_code].district.replace("'", "") + ".xlsx"


def write_export(
    path: str | Path,
    households: Sequence[SyntheticHousehold],
    *,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """The review software's export of one district: machine keys, then headers, most households twice.

    No commune, no birth date, no identity number; the district is in the file's name only.
    """
    book = Book("export", seed, clean, noise)
    pen = SheetPen(book.book, EXPORT_SHEET, (14, 26, 8, 12, 8, 10, 8, 8, 8, 16, 20))
    pen.write(EXPORT_KEYS, "plain")
    pen.write(EXPORT_HEADER, "plain")
    truth = []
    for household in households:
        row = pen.row + 1
        for time in range(1 if book.dice.chance(0.06) else 2):
            if time:
                place = {"sheet": pen.title, "row": pen.row + 1, "column": "B"}
                book.problems.append({**place, "code": "duplicate_in_file", "level": "warning"})
            pen.write(_export_row(book, household), "plain")
        nobody = {"name": household.head.name, "birth_date": None, "birth_year": None, "national_id": ""}
        nobody |= {"gender": household.head.gender, "ethnicity": ""}
        known = household_truth(household, pen.title, row, nobody)
        truth.append({**known, "commune_code": "", "village": "", "household_code": household.code})
    save(book.book, path)
    return {"households": truth, "problems": book.problems}


def _export_row(book: Book, household: SyntheticHousehold) -> tuple[Any, ...]:
    name = household.head.name
    return (
        f"10/10/{household.year}",
        name.upper() if book.dice.chance(book.noise.capital_names * 4) else name,
        household.code,
        "Có" if household.is_ethnic_minority else None,
        gender_word(household.head),
        str(household.member_count),
        "--",
        household.b1_score,
        household.b2_score,
        CLASS_LABELS[household.poverty_class],
        None,
    )


def write_detailed_list(
    path: str | Path, households: Sequence[SyntheticHousehold], *, seed: int, clean: bool = False
) -> Truth:
    """The detailed list of poor households: villages as rows in the column of names, the sex told by the
    column in which the year of birth stands."""
    book = Book("detailed list", seed, clean, USUAL)
    pen = SheetPen(book.book, DETAILED_SHEET, (8, 8, 34, 8, 8, 14, 14))
    first = households[0]
    pen.skip()
    letterhead(pen, first.province_code, "A{0}:G{0}", "I{0}:S{0}", 8)
    pen.write(["DANH SÁCH CHI TIẾT HỘ NGHÈO"], "title")
    pen.write(["(Kèm theo báo cáo kết quả rà soát định kỳ)"], "subtitle")
    pen.skip()
    pen.write(DETAILED_HEADER, "header")
    pen.write(DETAILED_SUBHEADER, "header")
    pen.skip(2)
    pen.write(DETAILED_INDEX, "index")
    poor = [household for household in households if household.poverty_class == POOR]
    truth: list[dict[str, Any]] = []
    communes = commune_by_code(first.province_code)
    before: tuple[str, str, str] = ("", "", "")
    for household in sorted(poor, key=_place_of):
        now = _place_of(household)
        commune = communes[household.commune_code]
        for level, name in enumerate((commune.district.upper(), commune.name, household.village)):
            if now[: level + 1] != before[: level + 1]:
                pen.write([None, None, name, *[None] * 16], "section")
        before = now
        truth.append(_detailed_household(book, pen, len(truth) + 1, household))
    pen.write([f"Danh sách gồm: {len(truth)} hộ./."], "signature")
    signatures(pen, date(first.year + 1, 1, 5), 15)
    save(book.book, path)
    return {"households": truth, "problems": book.problems}


def _place_of(household: SyntheticHousehold) -> tuple[str, str, str]:
    return household.district_code, household.commune_code, household.village


def _detailed_household(
    book: Book, pen: SheetPen, number: int, household: SyntheticHousehold
) -> dict[str, Any]:
    row, members = pen.row + 1, []
    for position, person in enumerate(household.members, 1):
        is_head = position == 1
        year = person.birth_date.year
        born = Written(year, spoil.KnownBirth(None, year))
        members.append(member_truth(person, pen.row + 1, born, Written(None, "")))
        years = (None, year) if person.gender == FEMALE else (year, None)
        marks = [
            spoil.tick(book.dice, book.noise, is_head and stated)
            for stated in (household.merit, household.is_ethnic_minority, household.no_labour_capacity)
        ]
        name = spoil.person_name(book.dice, book.noise, person.name)
        who = (number if is_head else None, position, name, *years, person.ethnicity, person.relation)
        pen.write((*who, "x" if is_head else None, None, None, *marks, *[None] * 6))
    known = household_truth(household, pen.title, row, members[0])
    return {**known, "merit": household.merit, "members": members}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one office words and orders its columns. ``header``: (field, words) from left to right."""

    name: str
    header: tuple[tuple[str, str], ...]
    classes: tuple[str, str] = ("Hộ nghèo", "Hộ cận nghèo")
    titled: bool = False
    sheet_per_commune: bool = False


#: Wordings and orders of columns as districts and communes really choose them (domain knowledge of the team).
DIALECTS = (
    Dialect(
        "plain",
        (
            ("number", "STT"), ("head_name", "Họ tên chủ hộ"), ("birth", "Năm sinh"), ("gender", "GT"),
            ("national_id", "CMND/CCCD"), ("ethnicity", "DT"), ("village", "Thôn/TDP"),
            ("commune", "Xã/Phường"),
            ("district", "Huyện/TX/TP"), ("member_count", "Số NK"), ("poverty_class", "Diện hộ"),
            ("phone", "SĐT"), ("own", "Số sổ đỏ"),
        ),
        classes=("HN", "HCN"),
    ),
    Dialect(
        "marks",
        (
            ("number", "TT"), ("household_code", "Mã số hộ"), ("head_name", "HỌ VÀ TÊN CHỦ HỘ"),
            ("birth", "Ngày, tháng, năm sinh"), ("gender", "Giới tính"),
            ("national_id", "Số định danh cá nhân"), ("village", "Thôn, bản"),
            ("commune", "Tên xã"), ("district", "Quận/Huyện"),
            ("member_count", "Nhân khẩu"), ("class_poor", "HN"), ("class_near_poor", "HCN"), ("merit", "NCC"),
            ("social_policy", "BTXH"), ("certificate_number", "Số GCN"), ("certificate_date", "Ngày cấp GCN"),
            ("phone", "Điện thoại liên hệ"), ("signature", "Ký nhận"),
        ),
    ),
    Dialect(
        "address",
        (
            ("number", "Số TT"), ("head_name", "Tên chủ hộ"), ("address", "Địa chỉ thường trú"),
            ("national_id", "Số căn cước"), ("birth", "Sinh năm"), ("gender", "Phái"),
            ("ethnicity", "Dân tộc"), ("poverty_class", "Phân loại hộ"), ("member_count", "Tổng số khẩu"),
            ("reviewed_on", "Ngày rà soát"),
            ("note", "Ghi chú"),
        ),
        titled=True,
    ),
    Dialect(
        "communes",
        (
            ("number", "STT"), ("head_name", "Chủ hộ"), ("birth", "Ngày sinh"), ("gender", "Giới tính"),
            ("national_id", "Số CCCD"), ("ethnicity", "Dân tộc"), ("village", "Tổ dân phố"),
            ("member_count", "Khẩu"), ("poverty_class", "Đối tượng hộ"), ("phone", "Số ĐT"),
        ),
        titled=True,
        sheet_per_commune=True,
    ),
)  # fmt: skip


def write_local_list(
    path: str | Path,
    households: Sequence[SyntheticHousehold],
    *,
    dialect: Dialect,
    seed: int,
    clean: bool = False,
    noise: Noise = USUAL,
) -> Truth:
    """A list an office made itself, in its own words: one row a household, often without any title."""
    book = Book(f"local {dialect.name}", seed, clean, noise)
    truth: list[dict[str, Any]] = []
    ordered = sorted(households, key=lambda household: household.commune_code)
    communes = commune_by_code(ordered[0].province_code)
    groups = groupby(ordered, key=lambda h: h.commune_code if dialect.sheet_per_commune else "")
    for code, group in groups:
        pen = SheetPen(book.book, communes[code].name if code else "Sheet1", [16] * len(dialect.header))
        if dialect.titled:
            place = f" {communes[code].name.upper()}, {communes[code].district.upper()}" if code else ""
            pen.write([f"DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO{place}"], "title")
            pen.skip()
        pen.write([words for _field, words in dialect.header], "header")
        truth += [_local_row(book, pen, dialect, n, household) for n, household in enumerate(group, 1)]
    save(book.book, path)
    return {"households": truth, "problems": book.problems}


def _local_row(
    book: Book, pen: SheetPen, dialect: Dialect, number: int, household: SyntheticHousehold
) -> dict[str, Any]:
    dice, noise, head = book.dice, book.noise, household.head
    commune = commune_by_code(household.province_code)[household.commune_code]
    at = {name: letter for (name, _words), letter in zip(dialect.header, letters(26), strict=False)}
    is_poor = household.poverty_class == POOR
    name = book.head_name(pen, at["head_name"], head.name)
    born = book.birth_date(pen, at["birth"], head)
    identity = book.national_id(pen, at["national_id"], head.national_id)
    phone = book.phone(pen, at["phone"], household.phone) if "phone" in at else Written(None, "")
    stated = {
        "number": number,
        "household_code": household.code,
        "head_name": name.cell,
        "birth": born.cell,
        "gender": gender_word(head),
        "national_id": identity.cell,
        "ethnicity": head.ethnicity,
        "village": household.village,
        "commune": spoil.place(dice, noise, commune.name),
        "district": spoil.place(dice, noise, commune.district),
        "address": f"{household.village}, {commune.name}, {commune.district}",
        "member_count": spoil.count(dice, noise, household.member_count),
        "poverty_class": dialect.classes[not is_poor],
        "class_poor": spoil.tick(dice, noise, is_poor),
        "class_near_poor": spoil.tick(dice, noise, not is_poor),
        "merit": spoil.tick(dice, noise, household.merit),
        "social_policy": spoil.tick(dice, noise, household.social_policy),
        "certificate_number": household.certificate_number,
        "certificate_date": f"{household.certificate_date:%d/%m/%Y}",
        "reviewed_on": f"15/11/{household.year}",
        "phone": phone.cell,
        "own": f"BK {number:06}",
    }
    row = pen.write([stated.get(field) for field, _words in dialect.header])
    known = household_truth(household, pen.title, row, member_truth(head, row, born, identity))
    known |= {"head_name": name.truth, "ethnicity": head.ethnicity if "ethnicity" in at else ""}
    if "phone" in at:
        known["phone"] = phone.truth
    if "certificate_number" in at:
        known["certificate_number"] = household.certificate_number
        known["certificate_date"] = household.certificate_date.isoformat()
        known["merit"], known["social_policy"] = household.merit, household.social_policy
    if "reviewed_on" in at:
        known["reviewed_on"] = date(household.year, 11, 15).isoformat()
    return known
