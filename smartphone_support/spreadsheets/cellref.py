"""Cell addresses: "AA17" and back. Columns count from 0 here, rows from 1 as in the sheet."""

from __future__ import annotations

from functools import cache


@cache
def column_letter(index: int) -> str:
    """0 → "A", 26 → "AA"."""
    letters = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letter: str) -> int:
    """The index from 0 of a column letter: "A" → 0, "AA" → 26."""
    return _column_number(letter) - 1


def cell_name(row: int, column: int) -> str:
    """Address of a row and a column counted from 1."""
    return f"{column_letter(column - 1)}{row}"


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number


def split_reference(reference: str) -> tuple[int, int]:
    """(row, column), both from 1, of "XFD1048576"; 0 for what is missing or malformed."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    column = _column_number(letters.upper()) if letters.isascii() and letters.isalpha() else 0
    return (int(digits) if digits and len(digits) < 9 else 0), column
