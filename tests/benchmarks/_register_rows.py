"""Very many households in a moment: invented names, written past the ORM with the indexes made afterwards."""

from __future__ import annotations

import io
import random
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from beneficiaries.search import index as search_index
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.demo import names as parts
from smartphone_support.vietnamese.text import fold, name_sort_key

#: The province's code; no real one has it.
PROVINCE = "99"
DISTRICTS, COMMUNES = 12, 14
CHUNK = 50_000
#: One name as five lists would have it: composed, decomposed, capitals, a look-alike letter, no accents.
STORED = (
    "Trương Lý Hòa Đức",
    unicodedata.normalize("NFD", "Trương Lý Hòa Đức"),
    "TRƯƠNG LÝ HÒA ĐỨC",
    "Trương Lí Hoà Ðức",
    "Truong Ly Hoa Duc",
)
#: How people type it: without accents, decomposed, capitals, tone elsewhere, i for y, Đ's look-alike,
#: spaces, a part of it, the given name first.
TYPED = (
    "Trương Lý Hòa Đức",
    "trương lý hòa đức",
    "truong ly hoa duc",
    unicodedata.normalize("NFD", "Trương Lý Hòa Đức"),
    "TRƯƠNG LÝ HÒA ĐỨC",
    "Trương Lý Hoà Đức",
    "Trương Lí Hòa Đức",
    "Trương Lý Hòa Ðức",
    "  Trương   Lý  Hòa Đức ",
    "đức trương lý hòa",
)
_HOUSEHOLD = (
    "id", "province_id", "district_id", "commune_id", "village", "head_name", "head_name_folded",
    "head_name_key", "birth_year", "gender", "national_id", "ethnicity", "is_ethnic_minority",
    "member_count", "phone", "merit", "social_policy", "no_labour_capacity", "poverty_cause",
    "household_code", "has_need", "created_at", "updated_at",
)  # fmt: skip
_MEMBER = (
    "id", "household_id", "position", "name", "relation", "birth_year", "gender", "national_id", "ethnicity",
)  # fmt: skip
_SPELL = (
    "id", "household_id", "poverty_class", "valid_from", "valid_to", "reason", "ended_by", "decision_number",
    "recorded_at",
)  # fmt: skip


class Names:
    """Invented names, each folded and keyed once."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.known: dict[str, tuple[str, str]] = {}
        self.highland = [a + b for a in parts.HIGHLAND_ONSETS for b in parts.HIGHLAND_RHYMES]

    def one(self, gender: str) -> str:
        dice = self.dice
        if dice.random() < 0.12:
            first = "Y" if gender == parts.MALE else "H’"
            return f"{first} {dice.choice(self.highland)} {dice.choice(self.highland)}"
        family = dice.choices(parts.KINH_FAMILIES, parts.KINH_WEIGHTS)[0]
        middle, given = dice.choice(parts.KINH_MIDDLES[gender]), dice.choice(parts.KINH_GIVEN[gender])
        second = f" {dice.choice(parts.KINH_GIVEN[gender])}" if dice.random() < 0.4 else ""
        return f"{family} {middle}{second} {given}"

    def keys(self, name: str) -> tuple[str, str]:
        if name not in self.known:
            self.known[name] = fold(name), name_sort_key(name)[:120]
        return self.known[name]


def make_areas() -> AdministrativeArea:
    """A province of its own with districts and communes; the benchmark's database is thrown away."""
    start = date(2000, 1, 1)
    province = AdministrativeArea.objects.create(
        code=PROVINCE, name="Tỉnh Thử Nghiệm", level="province", valid_from=start
    )
    for d in range(DISTRICTS):
        district = AdministrativeArea.objects.create(
            code=f"9{d:02}", name=f"Huyện Suối {d + 1}", level="district", parent=province, valid_from=start
        )
        AdministrativeArea.objects.bulk_create(
            AdministrativeArea(
                code=f"9{d:02}{c:02}",
                name=f"Xã Đồi {d + 1} {c + 1}",
                level="commune",
                parent=district,
                valid_from=start,
            )
            for c in range(COMMUNES)
        )
    return province


def write_households(province: AdministrativeArea, rows: int, seed: int) -> None:
    """``rows`` households with two more members each and their classes; five of them are ``STORED``."""
    search_index.remove(connection)
    communes = list(
        AdministrativeArea.objects.filter(parent__parent=province)
        .order_by("code")
        .values_list("pk", "parent")
    )
    names = Names(random.Random(seed))
    for start in range(0, rows, CHUNK):
        households: list[Any] = []
        members: list[Any] = []
        spells: list[Any] = []
        for number in range(start + 1, min(start + CHUNK, rows) + 1):
            _household(number, rows, province.pk, communes, names, (households, members, spells))
        _write("beneficiaries_household", _HOUSEHOLD, households)
        _write("beneficiaries_householdmember", _MEMBER, members)
        _write("beneficiaries_povertyspell", _SPELL, spells)
    search_index.install(connection)
    if connection.vendor == "postgresql":
        connection.set_autocommit(True)
        with connection.cursor() as cursor:
            for table in ("household", "householdmember", "povertyspell", "nameword"):
                cursor.execute(f"VACUUM ANALYZE beneficiaries_{table}")


def _household(
    number: int, rows: int, province: int, communes: list[Any], names: Names, out: tuple[list[Any], ...]
) -> None:
    dice, now = names.dice, timezone.now()
    gender = parts.MALE if dice.random() < 0.6 else parts.FEMALE
    # The five stand in the middle, so that no order brings them to a first page by itself.
    planted = number - rows // 2
    name = STORED[planted] if 0 <= planted < len(STORED) else names.one(gender)
    folded, key = names.keys(name)
    commune, district = communes[dice.randrange(len(communes))]
    missing = dice.random() < 0.02
    card = "" if missing else f"099{number % 4}{number:08}"
    phone = f"09{number:08}" if dice.random() < 0.7 else ""
    households, members, spells = out
    households.append((
        number, province, district, commune, f"Thôn {dice.randrange(12) + 1}", name, folded, key,
        1940 + dice.randrange(65), gender, card, "Kinh", dice.random() < 0.3, dice.randrange(1, 7), phone,
        dice.random() < 0.04, dice.random() < 0.06, dice.random() < 0.1, "", f"HN{number:07}",
        dice.choice((True, False, None)), now, now,
    ))  # fmt: skip
    for position in range(3):
        person = name if position == 0 else names.one(parts.FEMALE)
        members.append((number * 3 + position, number, position, person, "", 1980, "", "", "Kinh"))
    kind = dice.choices(("poor", "near_poor", "not_poor"), (48, 48, 4))[0]
    begun = date(2022, 12, 31)
    if dice.random() < 0.1:
        spells.append((number * 2, number, "poor", date(2021, 12, 31), begun, "listed", "", "", now))
    spells.append((number * 2 + 1, number, kind, begun, None, "listed", "", "", now))


def _write(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", _Lines(rows))
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


class _Lines(io.TextIOBase):
    """Rows as COPY reads them, made while it reads."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self.lines = self._make(rows)
        self.rest = ""

    def _make(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
        for row in rows:
            yield "\t".join("\\N" if value is None else str(value) for value in row) + "\n"

    def read(self, size: int | None = -1) -> str:
        wanted = size or 8192
        parts_, length = [self.rest], len(self.rest)
        while length < wanted and (line := next(self.lines, "")):
            parts_.append(line)
            length += len(line)
        text = "".join(parts_)
        self.rest = text[wanted:]
        return text[:wanted]
