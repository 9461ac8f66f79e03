"""How the rows below a header make households: one strategy for each way lists are laid out.

All of them meet the same rows that are not data: section rows for district, commune, village or class,
subtotals, totals, the closing sentence, repeated headers, signatures. ``RowSorter`` sorts those out; a
layout only says where a household begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from smartphone_support.areas.gazetteer import (
    NOTHING,
    Gazetteer,
    Resolution,
    is_village,
    province_of,
    split_prefix,
)
from smartphone_support.spreadsheets.cells import as_text
from smartphone_support.spreadsheets.headers import Table, is_index_row
from smartphone_support.vietnamese.text import clean_text, fold, title_case_name

from .kinds import movement_of

Row = tuple[int, Sequence[object]]

_LONGEST_SUM = 6

DATA, SKIP, UNCLEAR = "data", "skip", "unclear"

_MARKER = re.compile(r"(?:[ivxlc]+|\d+(?:\.\d+)*|[a-z])[.)]?", re.I)
_NUMBERING = re.compile(r"(?:[IVXLC]+|\d+(?:\.\d+)*|[A-Z])\s*[.)]\s*|[-+*•]\s*")
_COUNT = re.compile(r"\s*(?:\([^)]*\)|[:;]\s*[\d.]*\s*(?:ho|hộ|khẩu|người)?.*)$", re.I)
# With their accents, as "Tống Công" and "Trương Ban" are people; without any, as capitals are often typed.
_TOTAL = re.compile(
    r"(tổng cộng|tổng số|tổng|cộng|toàn tỉnh|toàn huyện|toàn xã|lũy kế|luỹ kế|tong cong|tong so|toan tinh)\b"
)
_CLOSING = re.compile(
    r"(danh sách (này )?(gồm|có)|danh sach (nay )?(gom|co)|ấn định danh sách|tổng cộng\s*:|.*\./\.$)"
)
_SIGNATURE = re.compile(
    r"((.*,\s*)?ngày\s*(\d+|\.+|…)?.*tháng.*năm|người lập|tm\.|kt\.|tl\.|tuq\.|(ủy|uỷ) ban nhân dân|"
    r"chủ tịch|nơi nhận|thủ trưởng|giám đốc|trưởng phòng|trưởng ban|trưởng thôn|xác nhận|cán bộ|"
    r"ban chỉ đạo|\(ký|nguoi lap|noi nhan|uy ban nhan dan)"
)


@dataclass(frozen=True, slots=True)
class Section:
    """What the section rows above a household (or the title) say about it."""

    district: Resolution = NOTHING
    district_text: str = ""
    commune: Resolution = NOTHING
    commune_text: str = ""
    village: str = ""
    poverty_class: str | None = None
    movement: str = ""
    row: int = 0
    column: int = 0


@dataclass(slots=True)
class Group:
    """The rows of one household, the first line first, and the sections they stand under."""

    rows: list[Row]
    section: Section


@dataclass(slots=True)
class Sorted:
    """What the sorter met besides data."""

    unclear: list[tuple[int, int, str]] = field(default_factory=list)
    has_district_sections: bool = False
    has_commune_sections: bool = False
    has_village_sections: bool = False
    has_class_sections: bool = False


@lru_cache(maxsize=2048)
def class_of_text(text: str) -> str | None:
    """The poverty class a cell or section names, None when it names none."""
    key = fold(text).strip(" .")
    if key in ("hn", "n", "ngheo"):
        return "poor"
    if key in ("hcn", "cn"):
        return "near_poor"
    if "thoat can ngheo" in key or "thoat hcn" in key:
        return "exited_near_poor"
    if "thoat ngheo" in key or "thoat hn" in key:
        return "exited_poor"
    if "khong ngheo" in key or "trung binh" in key or "het ngheo" in key:
        return "not_poor"
    if "can ngheo" in key:
        return "near_poor"
    return "poor" if "ngheo" in key else None


def class_of_title(lines: Iterable[str]) -> str | None:
    """The class of all households below a title: None when it names both poor and near-poor.

    Give it no letterhead: "Ban chỉ đạo rà soát hộ nghèo" is not a title.
    """
    for line in lines:
        key = fold(line)
        if "ngheo" not in key:
            continue
        if "thoat" in key:
            return class_of_text(line)
        both = "can ngheo" in key and "ngheo" in key.replace("can ngheo", "")
        return None if both else class_of_text(line)
    return None


def _lower(text: str) -> str:
    return clean_text(text).lower()


def _ends(texts: Sequence[tuple[int, str]]) -> bool:
    """The closing sentence, or the signatures below it."""
    return any(_CLOSING.match(text) or _SIGNATURE.match(text) for text in (_lower(t) for _, t in texts[:3]))


class RowSorter:
    """Sorts the rows below a header and remembers the section they stand under."""

    def __init__(
        self, table: Table, gazetteer: Gazetteer, start: Section, *, finds_movements: bool = False
    ) -> None:
        self.table = table
        self.finds_movements = finds_movements
        self.gazetteer = gazetteer
        self.section = start
        self.sorted = Sorted()
        self.ended = False
        self._order = table.index("order")
        if self._order is None:
            self._order = table.index("household_order")
        names = [table.index(name) for name in ("head_name", "member_name", "subscriber_name")]
        self._names = [index for index in names if index is not None]
        self._texts = [
            index
            for field_name in ("gender", "ethnicity", "national_id", "village", "commune", "relation")
            if (index := table.index(field_name)) is not None
        ]
        self._mapped = {column.index for column in table.columns.values()} - {self._order}

    def data_rows(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Section]]:
        """The rows that hold a household or a person, each with its section."""
        for number, values in rows:
            if number < self.table.first_row:
                continue
            verdict = self._sort(number, values)
            if verdict == DATA:
                yield (number, values), self.section

    def _sort(self, number: int, values: Sequence[object]) -> str:
        order = values[self._order] if self._order is not None and self._order < len(values) else None
        if type(order) is int and not self.ended and self._is_plain(values):
            return DATA
        numbered = type(order) is int or (isinstance(order, str) and order.strip().rstrip(".0").isdigit())
        # A sum typed as text is no text: in a .csv every number is.
        texts = [
            (index, value) for index, value in enumerate(values)
            if isinstance(value, str) and index != self._order and value.strip()
            and not (len(value) <= _LONGEST_SUM and value.strip().isdigit())
        ]  # fmt: skip
        if len(texts) >= 2 and numbered and not self.ended:
            return SKIP if is_index_row(values) else DATA
        if isinstance(order, str) and not numbered and not _MARKER.fullmatch(order.strip()) and order.strip():
            texts.insert(0, (self._order or 0, order))
        filled = sum(1 for i in self._mapped if i < len(values) and values[i] is not None and values[i] != "")
        if not texts:
            return DATA if numbered and filled >= 2 and not self.ended else SKIP
        if not numbered and not self._identified(values) and _ends(texts):
            self.ended = True
            return SKIP
        if self.table.repeats_header(values) or is_index_row(values):
            self.ended = False
            return SKIP
        if self.ended:
            return DATA if numbered and filled >= 3 else SKIP
        if len(texts) == 1:
            return self._sort_single(number, texts[0], numbered, filled)
        if _TOTAL.match(_lower(texts[0][1])) and not self._identified(values):
            return SKIP
        named = any(index in self._names for index, _ in texts)
        return DATA if filled >= 2 and (named or self._order is None) else self._leave(number, texts[0])

    def _is_plain(self, values: Sequence[object]) -> bool:
        """A numbered row with a name of two words and another text: certainly data, and most rows are."""
        for index in self._names:
            name = values[index] if index < len(values) else None
            if type(name) is str and " " in name.strip() and not name.isspace():
                return any(type(values[i]) is str and i != index for i in self._texts if i < len(values))
        return False

    def _identified(self, values: Sequence[object]) -> bool:
        """True when the row tells of a person more than a name: then it is no total and no signature."""
        indexes = (self.table.index(name) for name in ("national_id", "birth_date", "gender"))
        return any(index is not None and index < len(values) and values[index] for index in indexes)

    def _sort_single(self, number: int, cell: tuple[int, str], numbered: bool, filled: int) -> str:
        """A row with one text: a section, a total, or a household of which little is known."""
        index, text = cell
        if not numbered and _TOTAL.match(_lower(text)):
            return SKIP
        if self._is_section(number, index, text, numbered):
            return SKIP
        if index in self._names and (numbered or filled >= 2):
            return DATA
        if numbered and filled >= 3:
            return DATA
        return self._leave(number, cell)

    def _leave(self, number: int, cell: tuple[int, str]) -> str:
        self.sorted.unclear.append((number, cell[0], clean_text(cell[1])))
        return UNCLEAR

    def _is_section(self, number: int, index: int, text: str, numbered: bool) -> bool:
        text = clean_text(text)
        for wording in dict.fromkeys((text, _NUMBERING.sub("", text, count=1))):
            wording = _COUNT.sub("", wording).strip(" .:;")
            kind = split_prefix(wording)[0]
            if kind == "tinh" or (
                kind == "" and province_of(wording) and not self.gazetteer.resolve_district(wording)
            ):
                return True
            if is_village(wording) and not numbered:
                self.section = replace(
                    self.section, village=title_case_name(wording), row=number, column=index
                )
                self.sorted.has_village_sections = True
                return True
            if self._is_place_section(number, index, wording, kind, numbered):
                return True
            movement = movement_of(wording) if self.finds_movements and not numbered else ""
            if movement:
                self.section = replace(self.section, movement=movement)
                return True
            found = class_of_text(wording) if not numbered and "ngheo" in fold(wording) else None
            if found:
                self.section = replace(self.section, poverty_class=found)
                self.sorted.has_class_sections = True
                return True
        return False

    def _is_place_section(self, number: int, index: int, text: str, kind: str, numbered: bool) -> bool:
        address = self.gazetteer.resolve_address(text) if "," in text else None
        if address and address.commune and not numbered:
            self._enter_commune(number, index, address.commune, address.commune_text)
            return True
        if kind in ("huyen", "thi-xa", "thanh-pho", "quan"):
            self._enter_district(number, index, self.gazetteer.resolve_district(text), text)
            return True
        if kind in ("xa", "phuong", "thi-tran"):
            found = self.gazetteer.resolve_commune(text, self.section.district.code)
            self._enter_commune(number, index, found, text)
            return True
        if kind or numbered:
            return False
        district = self.gazetteer.resolve_district(text)
        if district:
            self._enter_district(number, index, district, text)
            return True
        commune = self.gazetteer.resolve_commune(text, self.section.district.code)
        if commune:
            self._enter_commune(number, index, commune, text)
        return bool(commune)

    def _enter_district(self, number: int, index: int, found: Resolution, text: str) -> None:
        now = self.section
        self.section = Section(
            found, text, poverty_class=now.poverty_class, movement=now.movement, row=number, column=index
        )
        self.sorted.has_district_sections = True

    def _enter_commune(self, number: int, index: int, found: Resolution, text: str) -> None:
        self.section = replace(
            self.section, commune=found, commune_text=text, village="", row=number, column=index
        )
        self.sorted.has_commune_sections = True


@dataclass(slots=True)
class FlatList:
    """One row is one household."""

    name: str = "flat"

    def groups(self, rows: Iterable[tuple[Row, Section]], table: Table) -> Iterator[Group]:
        for row, section in rows:
            yield Group([row], section)


@dataclass(slots=True)
class PersonList:
    """One row is one person; the household's own cells stand only on its first row."""

    name: str = "persons"

    def groups(self, rows: Iterable[tuple[Row, Section]], table: Table) -> Iterator[Group]:
        group: Group | None = None
        household_order = table.index("household_order")
        head_name = table.index("head_name") if table.index("member_name") is not None else None
        relation = table.index("relation")
        current_order: object = None
        has_head = False

        def cell(values: Sequence[object], index: int | None) -> object:
            return values[index] if index is not None and index < len(values) else None

        for row, section in rows:
            values = row[1]
            order = cell(values, household_order)
            is_head = is_head_relation(cell(values, relation))
            begins = group is None or (order is not None and order != current_order)
            if not begins and order is None:
                begins = bool(cell(values, head_name)) or (is_head and has_head)
            if begins or group is None:
                if group is not None:
                    yield group
                group, has_head = Group([row], section), is_head
                current_order = order
            else:
                group.rows.append(row)
                has_head = has_head or is_head
        if group is not None:
            yield group


@dataclass(slots=True)
class ExportList:
    """The review software's export: one row is one household, and most stand there twice.

    The same code, name, class and size is the same household; ``repeats`` holds the rows of the second
    mentions with the row of the first.
    """

    name: str = "export"
    repeats: list[tuple[int, int, str]] = field(default_factory=list)

    def groups(self, rows: Iterable[tuple[Row, Section]], table: Table) -> Iterator[Group]:
        names = ("household_code", "head_name", "poverty_class", "member_count")
        indexes = [index for name in names if (index := table.index(name)) is not None]
        name = table.index("head_name")
        first: dict[tuple[str, ...], int] = {}
        for row, section in rows:
            number, values = row
            key = tuple(fold(as_text(values[i])) if i < len(values) else "" for i in indexes)
            known = first.setdefault(key, number)
            if known == number:
                yield Group([row], section)
            else:
                text = as_text(values[name]) if name is not None and name < len(values) else ""
                self.repeats.append((number, known, text))


Layout = FlatList | PersonList | ExportList


def is_head_relation(value: object) -> bool:
    return isinstance(value, str) and _names_head(value)


@lru_cache(maxsize=2048)
def _names_head(relation: str) -> bool:
    return fold(relation) in ("chu ho", "ban than", "chu ho gia dinh")


def choose_layout(table: Table, *, is_export: bool = False) -> Layout:
    """The strategy for a table whose columns name people or households."""
    names = set(table.columns)
    if is_export and "household_code" in names:
        return ExportList()
    if "relation" in names or "member_name" in names:
        return PersonList()
    return FlatList()


_TITLE_PLACE = re.compile(r"\b(xã|phường|thị trấn|huyện|thị xã|thành phố)\s+([^,;:()\d]+)", re.I)


def section_of_title(lines: Iterable[str], sheet_name: str, gazetteer: Gazetteer) -> Section:
    """The place which the title, the letterhead or the sheet's name gives, if the rows do not."""
    section = Section()
    for line in [sheet_name, *lines]:
        text = as_text(line)
        for match in _TITLE_PLACE.finditer(text):
            phrase = re.split(
                r"\s+(?:-|–|năm|tháng|huyện|tỉnh|thị xã|thành phố|xã|phường)\b", match.group(0), flags=re.I
            )
            place = " ".join(phrase[:1]).strip()
            kind = split_prefix(place)[0]
            if kind in ("huyen", "thi-xa", "thanh-pho") and not section.district:
                section = replace(section, district=gazetteer.resolve_district(place), district_text=place)
            elif kind in ("xa", "phuong", "thi-tran") and not section.commune:
                found = gazetteer.resolve_commune(place, section.district.code)
                section = replace(section, commune=found, commune_text=place) if found else section
    if not section.commune:
        found = gazetteer.resolve_commune(sheet_name, section.district.code)
        if found:
            section = replace(section, commune=found, commune_text=sheet_name)
    return section
