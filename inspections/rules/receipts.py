"""Receipts of complaints: a number to name one by and a code that only its sender knows. Pure but for chance.

Numbers are drawn, not counted: a gap in a row of numbers would tell everybody that a denunciation came in.
"""

from __future__ import annotations

import secrets

#: Signs nobody mixes up when reading a paper aloud: no 0 and O, no 1, I and L.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_SIGNS = 7
CODE_SIGNS = 8
#: What people type longer than this is no number and no code.
LONGEST = 40


def new_number(year: int) -> str:
    """ "26-K7M2QXA": the year it was received in and drawn signs."""
    return f"{year % 100:02d}-{_drawn(NUMBER_SIGNS)}"


def new_code() -> str:
    """ "K7M2-QXAB": eight drawn signs, 850 billion of them."""
    return grouped(_drawn(CODE_SIGNS))


def _drawn(length: int) -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(length))


def grouped(code: str) -> str:
    """The code in two halves, as it is printed."""
    return f"{code[: CODE_SIGNS // 2]}-{code[CODE_SIGNS // 2 :]}"


def typed(text: str) -> str:
    """What somebody typed, as it is compared: capitals and figures alone."""
    return "".join(sign for sign in text[:LONGEST].upper() if sign.isascii() and sign.isalnum())


def typed_number(text: str) -> str:
    """A receipt number as it is kept, however its parts were set off: "26 k7m2qxa" → "26-K7M2QXA"."""
    signs = typed(text)
    return f"{signs[:2]}-{signs[2:]}"
