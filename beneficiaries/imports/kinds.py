"""Which kind of list a sheet is, and what the words of a monthly or an operator's list mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smartphone_support.spreadsheets.headers import Table
from smartphone_support.vietnamese.text import fold

ANNUAL, MONTHLY, OPERATOR, SUPPORTED = "annual", "monthly", "operator", "supported"

#: Words of each movement (values of ``choices.MovementKind``), without accents; the first that fits counts,
#: so the longer stand first.
_MOVEMENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words))
    for kind, words in (
        ("head_changed", r"(thay )?doi (ten )?chu ho|chu ho moi"),
        ("split", r"\btach (khau|ho)|\bho tach"),
        ("merged", r"\b(nhap|gop|sap nhap) ho"),
        ("moved_out", r"chuyen di|chuyen khoi|chuyen ra"),
        ("moved_in", r"chuyen den|chuyen vao|nhap cu"),
        ("deceased", r"\bchet\b|qua doi|tu tran|da mat"),
        (
            "near_to_poor",
            r"can ngheo (tro )?thanh (ho )?ngheo|can ngheo (chuyen )?sang (ho )?ngheo|cn\s*(->|sang)\s*n\b",
        ),
        (
            "poor_to_near",
            r"ngheo (tro )?thanh (ho )?can ngheo|ngheo (chuyen )?(sang|xuong) (ho )?can ngheo",
        ),
        ("exited_near_poor", r"thoat (ho )?(can ngheo|hcn)|ra khoi can ngheo"),
        ("exited_poor", r"thoat (ho )?(ngheo|hn)|ra khoi ngheo"),
        ("relapsed_near_poor", r"tai (ho )?can ngheo"),
        ("relapsed_poor", r"tai (ho )?ngheo"),
        (
            "new_near_poor",
            r"(phat sinh|bo sung)( moi)? (ho )?can ngheo|can ngheo (moi|phat sinh|bo sung)",
        ),
        ("new_poor", r"(phat sinh|bo sung)( moi)?|ngheo (moi|phat sinh|bo sung)"),
        ("corrected", r"dieu chinh|dinh chinh|sua (doi )?thong tin|thay doi (thong tin|nhan khau)"),
    )
)
_MONTH = re.compile(r"thang \d{1,2}\s*[/.-]\s*\d{4}|thang \d{1,2} nam \d{4}")
#: Movements whose words a review's own sheets use too: only with a month are they a monthly list.
_REVIEWED = frozenset({"exited_poor", "exited_near_poor", "corrected", "deceased"})
_SUPPORTED = re.compile("danh sach ho duoc ho tro dien thoai")

_CHANGES = (
    ("level_changed", re.compile(r"(thay )?doi muc|dieu chinh muc|thay doi")),
    ("restored", re.compile(r"khoi phuc|noi lai|mo lai|ho tro (tro )?lai|tiep tuc ho tro")),
    ("suspended", re.compile(r"tam (ngung|dung|khoa|ngat|cat|thoi)")),
    ("stopped", re.compile(r"ngung|dung|cat|thoi|huy|cham dut")),
    ("new", re.compile(r"moi|phat sinh|bo sung|dang ky")),
)
_SERVICES = (
    ("fixed", re.compile(r"co dinh|internet|ftth|bang rong c")),
    ("mobile", re.compile(r"di dong|mobile|thong tin di")),
)


def movement_of(text: str) -> str:
    """The movement a title, a sheet's name or a cell names; "" when it names none."""
    key = fold(text)
    return next((kind for kind, words in _MOVEMENTS if words.search(key)), "")


def change_of(text: str) -> str:
    """What an operator's line says: "new", "stopped", "level_changed", "suspended", "restored"; "" when it is
    not clear."""
    key = fold(text)
    return next((name for name, words in _CHANGES if words.search(key)), "")


def service_of(text: str) -> str:
    """ "mobile" or "fixed", "" when it is not clear."""
    key = fold(text)
    return next((name for name, words in _SERVICES if words.search(key)), "")


def titles_of(table: Table) -> list[str]:
    """The lines above a table that title it, the nearest first; its letterhead is none of them."""
    return [line for line in reversed(table.title) if "danh sach" in fold(line)]


def kind_of_list(table: Table, sheet_name: str, expected: str = "") -> tuple[str, str]:
    """The kind of a sheet's list and, of a monthly sheet about one movement, that movement.

    ``expected`` is the kind the file was sent as: with it words that a review's sheets use as well are
    believed without a month beside them.
    """
    names = set(table.columns)
    if {"subscriber", "support_level", "service"} & names or "subscriber_name" in names:
        return OPERATOR, ""
    titles = titles_of(table)
    lines = [*titles, sheet_name]
    if _SUPPORTED.search(" ".join(fold(line) for line in [*table.title, sheet_name])):
        # Our own review workbooks and annexes: taken for an annual list, everybody else would be gone.
        return SUPPORTED, ""
    movement = _first(movement_of(line) for line in lines)
    if movement and (expected == MONTHLY or movement not in _REVIEWED or _has_month(lines)):
        return MONTHLY, movement
    if "movement" in names:
        return MONTHLY, ""
    if any("bien dong" in fold(line) for line in lines):
        return MONTHLY, movement
    return ANNUAL, ""


def _first(found: Iterable[str]) -> str:
    return next((item for item in found if item), "")


def _has_month(lines: Iterable[str]) -> bool:
    return any(_MONTH.search(fold(line)) for line in lines)
