"""IMEI numbers as people type, paste and store them: read, checked, and what is wrong said. Pure.

An IMEI has 15 digits: 8 of the type, 6 of the device, and a check digit by Luhn's formula (3GPP TS 23.003).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LENGTH = 15
_SEPARATORS = re.compile(r"[\s\-./]+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+$", re.I)
_WHOLE = re.compile(r"^(\d{15})[.,]0+$")
_LABEL = re.compile(r"^imei\s*\d?\s*[:=]?\s*", re.I)

EMPTY, LETTERS, ROUNDED, SHORT, NO_CHECK_DIGIT, SOFTWARE, LONG, CHECK_DIGIT, ZEROS = (
    "empty", "letters", "rounded", "short", "no_check_digit", "software", "long", "check_digit", "zeros",
)  # fmt: skip

_SENTENCES: dict[str, Promise] = {
    EMPTY: _("The IMEI is missing: dial *#06# on the phone, or read it on the box."),
    LETTERS: _("The IMEI “%(text)s” holds “%(signs)s”: it consists of digits only."),
    ROUNDED: _(
        "“%(text)s” is a number rounded by the spreadsheet, its last digits are lost: format the column "
        "as text and paste the IMEI again."
    ),
    SHORT: _("The IMEI %(text)s has %(count)s digits, it needs 15: a digit is missing."),
    NO_CHECK_DIGIT: _(
        "The IMEI %(text)s has 14 digits, it needs 15. If only the last one is missing it is %(expected)s; "
        "if the spreadsheet dropped a leading zero, put it back. Check on the box."
    ),
    SOFTWARE: _(
        "%(text)s has 16 digits: that is an IMEISV, with the software's version at its end. Take the 15 "
        "digits called IMEI (dial *#06#)."
    ),
    LONG: _(
        "The IMEI %(text)s has %(count)s digits, it needs 15: a digit is too many, or two numbers are in one."
    ),
    CHECK_DIGIT: _(
        "The IMEI %(text)s does not check: with these first 14 digits the last one would be %(expected)s, "
        "not %(last)s. One digit is mistyped or two are swapped; compare with the box."
    ),
    ZEROS: _("The IMEI %(text)s is no device's number: all its digits are the same."),
}


@dataclass(frozen=True, slots=True)
class Imei:
    """What was read: `number` is the 15 digits, or "" with `code` and `params` saying what is wrong."""

    number: str
    code: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.code

    @property
    def sentence(self) -> str:
        """What is wrong and how to mend it, in the reader's language; "" for a good one."""
        return str(_SENTENCES[self.code]) % dict(self.params) if self.code else ""


def luhn_digit(digits: str) -> str:
    """The check digit that makes `digits` fit Luhn's formula: "49015420323751" → "8"."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


def fits_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return len(digits) > 1 and luhn_digit(digits[:-1]) == digits[-1]


def read_imei(value: object) -> Imei:
    """An IMEI from a cell or a form field of any type; spaces, dashes, dots and "IMEI:" do not matter."""
    text = _text(value)
    bare = _SEPARATORS.sub("", _WHOLE.sub(r"\1", _LABEL.sub("", text)))
    if not bare:
        return Imei("", EMPTY)
    if _SCIENTIFIC.match(_LABEL.sub("", text).replace(" ", "")):
        return _wrong(ROUNDED, text=text)
    foreign = "".join(dict.fromkeys(sign for sign in bare if sign not in "0123456789"))
    if foreign:
        return _wrong(LETTERS, text=text[:40], signs=foreign[:10])
    return _by_digits(bare)


def _by_digits(bare: str) -> Imei:
    count = len(bare)
    if count == LENGTH - 1:
        return _wrong(NO_CHECK_DIGIT, text=bare, expected=luhn_digit(bare))
    if count < LENGTH:
        return _wrong(SHORT, text=bare, count=str(count))
    if count == LENGTH + 1:
        return _wrong(SOFTWARE, text=bare)
    if count > LENGTH:
        return _wrong(LONG, text=bare[:40], count=str(count))
    if not fits_luhn(bare):
        return _wrong(CHECK_DIGIT, text=bare, expected=luhn_digit(bare[:-1]), last=bare[-1])
    if len(set(bare)) == 1:
        return _wrong(ZEROS, text=bare)
    return Imei(bare)


def _wrong(code: str, **params: str) -> Imei:
    return Imei("", code, tuple(params.items()))


def _text(value: object) -> str:
    """The value as text. A number keeps its digits; one of 10^15 and more was rounded by the spreadsheet."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        if value != value or not value.is_integer():
            return "" if value != value else str(value)
        return f"{value:.14E}" if abs(value) >= 1e15 else str(int(value))
    if isinstance(value, int):
        return f"{value:.14E}" if abs(value) >= 10**LENGTH else str(value)
    return str(value).replace("\u00a0", " ").strip().lstrip("'").strip()
