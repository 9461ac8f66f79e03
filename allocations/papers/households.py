"""Tables of households as papers print them: grouped by district and commune, with subtotals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from smartphone_support.documents.paper import Column, Row, Table
from smartphone_support.documents.words import figure
from smartphone_support.web.templatetags.web import masked_id, masked_phone

from ..choices import Decision, SupportForm
from ..models import DistrictList, ListLine

GENDER_WORDS = {"male": "Nam", "female": "Nữ"}
FORM_WORDS = {SupportForm.BUNDLE: "Điện thoại kèm dịch vụ", SupportForm.CASH: "Bằng tiền"}
CLASS_WORDS = {"poor": "Hộ nghèo", "near_poor": "Hộ cận nghèo", "not_poor": "Không nghèo"}
MARKS = ("poor", "near_poor", "merit", "social_policy")
APPROVED_COLUMNS = (
    Column("STT", 9, "center"),
    Column("Họ và tên chủ hộ", 32),
    Column("Năm sinh", 11, "center"),
    Column("Giới tính", 10, "center"),
    Column("Số CCCD", 25, "center"),
    Column("Địa chỉ (thôn, xã)", 40),
    Column("Hộ nghèo", 12, "center"),
    Column("Hộ cận nghèo", 12, "center"),
    Column("Gia đình NCC", 11, "center"),
    Column("Gia đình CSXH", 12, "center"),
    Column("Số điện thoại", 23),
    Column("Hình thức hỗ trợ", 25),
    Column("Doanh nghiệp", 18),
    Column("Ghi chú", 16),
)
#: A group's row: number, name over five columns, the four marks, the rest.
_GROUP = (1, 5, 1, 1, 1, 1, 4)


def roman(number: int) -> str:
    """1 → "I", 4 → "IV", 9 → "IX": the numbers of the district groups."""
    letters = ""
    for value, letter in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            letters += letter
            number -= value
    return letters


def tick(marked: object) -> str:
    return "x" if marked else ""


@dataclass
class Subtotal:
    """Households and how many of them are of each class, policy status and form."""

    households: int = 0
    cash: int = 0
    marks: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))

    @classmethod
    def of(cls, lines: Iterable[ListLine]) -> Subtotal:
        subtotal = cls()
        for line in lines:
            subtotal.add(line)
        return subtotal

    def add(self, line: ListLine) -> None:
        facts = line.snapshot
        self.households += 1
        self.cash += line.support_form == SupportForm.CASH
        for name in ("poor", "near_poor"):
            self.marks[name] += facts.get("poverty_class") == name
        for name in ("merit", "social_policy"):
            self.marks[name] += bool(facts.get(name))

    def __add__(self, other: Subtotal) -> Subtotal:
        marks = {name: self.marks[name] + other.marks[name] for name in MARKS}
        return Subtotal(self.households + other.households, self.cash + other.cash, marks)


@dataclass(frozen=True)
class Numbers:
    """How identity and telephone numbers are shown: whole for those who may, else the middle is hidden."""

    in_full: bool

    def identity(self, value: Any) -> str:
        return str(value or "") if self.in_full else masked_id(value)

    def phone(self, value: Any) -> str:
        return str(value or "") if self.in_full else masked_phone(value)


Part = tuple[DistrictList, list[ListLine]]


def kept_lines(lists: Sequence[DistrictList]) -> list[Part]:
    """Each list with its kept lines by commune and position; one query for all of them."""
    lines = (
        ListLine.objects.filter(district_list__in=lists, decision=Decision.KEEP)
        .select_related("commune", "support__operator")
        .order_by("commune__code", "position")
    )
    found: dict[int, list[ListLine]] = {row.pk: [] for row in lists}
    for line in lines:
        found[line.district_list_id].append(line)
    return [(row, found[row.pk]) for row in lists]


def approved_table(parts: Sequence[Part], numbers: Numbers) -> tuple[Table, Subtotal]:
    """The annex's table: I, II … districts, 1, 2 … communes, households numbered through."""
    rows: list[Row] = []
    total = Subtotal()
    for place, (district_list, lines) in enumerate(parts, start=1):
        rows.append(_group(roman(place), district_list.district.name, Subtotal.of(lines)))
        groups = groupby(lines, key=lambda line: line.commune)
        for count, (commune, members) in enumerate(groups, start=1):
            inside = list(members)
            rows.append(_group(str(count), commune.name, Subtotal.of(inside), italic=True))
            for line in inside:
                total.add(line)
                rows.append(_household(total.households, line, numbers))
    rows.append(_group("", "Tổng cộng", total))
    return Table(APPROVED_COLUMNS, tuple(rows), size=10.5), total


def _group(number: str, name: str, subtotal: Subtotal, *, italic: bool = False) -> Row:
    marks = (figure(count) for count in subtotal.marks.values())
    cells = (number, f"{name}: {figure(subtotal.households)} hộ", *marks, "")
    return Row(cells, _GROUP, bold=True, italic=italic)


def _household(number: int, line: ListLine, numbers: Numbers) -> Row:
    facts = line.snapshot
    support = getattr(line, "support", None)
    operator = support.operator.short_name if support and support.operator else ""
    return Row(
        (
            str(number), facts.get("head_name", ""), str(facts.get("birth_year") or ""),
            GENDER_WORDS.get(facts.get("gender", ""), ""), numbers.identity(facts.get("national_id")),
            address(facts.get("village", ""), line.commune.name),
            tick(facts.get("poverty_class") == "poor"), tick(facts.get("poverty_class") == "near_poor"),
            tick(facts.get("merit")), tick(facts.get("social_policy")), numbers.phone(facts.get("phone")),
            FORM_WORDS[SupportForm(line.support_form)], operator, line.note,
        )
    )  # fmt: skip


def address(village: str, commune: str) -> str:
    """ "Thôn 1, Xã Hồng Vân", of which the village may be unknown."""
    return ", ".join(part for part in (village, commune) if part)
