"""Clean one cell: what people type, made into what a program can compare. Pure functions.

Each takes a cell of any type and returns ``(value, problem)``: the problem is None, or the code of what
is wrong; with an error code the value is empty. Nothing here raises, whatever the cell holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from smartphone_support.vietnamese.text import clean_text, fold, normal_apostrophes, title_case_name

_MISSING = frozenset({"", "-", "--", "---", "nan", "n/a", "null", "none", ".", "..", "...", "?"})
_OLDEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A date as far as it is known: ``day`` None where only the year is."""

    day: date | None = None
    year: int | None = None


UNKNOWN_BIRTH = BirthDate()


def is_blank(value: object) -> bool:
    """True for an empty cell and for the signs people put for "nothing": "-", "--", NaN."""
    if value is None:
        return True
    if isinstance(value, str):
        # Long texts are never a sign for "nothing": not worth folding.
        return (len(value) < 12 or value.isspace()) and fold(value) in _MISSING
    return isinstance(value, float) and value != value


def as_text(value: object) -> str:
    """The cell as the text a person sees; 12.0 is "12", dates are dd/mm/yyyy."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y") if value.time() == time() else value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return clean_text(str(value))


def clean_plain(value: object) -> tuple[str, str | None]:
    """Text with single spaces; the signs for "nothing" become ""."""
    return ("" if is_blank(value) else as_text(value)), None


_NUMBERING = re.compile(r"^\s*\d+\s*[.)]\s*")


def clean_name(value: object) -> tuple[str, str | None]:
    """A person's name: words, accents and order kept, all capitals turned to ordinary writing."""
    text = normal_apostrophes(as_text(value)) if isinstance(value, str) else as_text(value)
    text = _NUMBERING.sub("", text).strip(" ,;.*")
    if fold(text) in _MISSING or not any(c.isalpha() for c in text):
        return "", None
    return title_case_name(text), None


_CLOCK = r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s*[ap]m)?)?"
_DAY = re.compile(rf"(\d{{1,2}})\s*[/.\-\\, ]\s*(\d{{1,2}})\s*[/.\-\\, ]\s*(\d{{4}}|\d{{2}}){_CLOCK}\.?$")
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?$")
_WORDS = re.compile(
    r"(?:ngay\s*)?(\d{1,2})[\s\-/.]*(?:thang|thg|th)\.?\s*(\d{1,2})[\s\-/.,]*(?:nam\s*)?(\d{4})$"
)
_ENGLISH = re.compile(r"(\d{1,2})[\s\-/.]*([a-z]{3})[a-z]*[\s\-/.,]*(\d{4}|\d{2})$")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = re.compile(r"(?:\d{1,2}\s*[/.\-]\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_YEAR = re.compile(r"(?:nam\s*|sn\s*|sinh nam\s*)?((?:19|20)\d{2})(?:\.0)?$")
_NO_DAY = re.compile(r"[0\-_x?.]{1,2}\s*[/.\-]\s*[0\-_x?.]{1,2}\s*[/.\-]\s*(\d{4})$")
_NO_DAY_BUT_MONTH = re.compile(r"[0\-_x?.]{1,2}\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_EPOCH = date(1899, 12, 30)


def clean_birth_date(
    value: object, order: str = "dmy", *, today: date | None = None
) -> tuple[BirthDate, str | None]:
    """A date of birth: dd/mm/yyyy and its variants, a real date, an Excel serial, a year, mm/yyyy.

    ``order`` is that of the column ("dmy" or "mdy", see ``dates.column_order``); real dates and serials have
    none. ``bad_birth_date`` for what cannot be (31/02, words, the future, before 1900); ``ambiguous_date`` (a
    warning) for two-digit years and for dates that fit only the other order, which are read as such.
    """
    latest = today or date.today()
    if is_blank(value):
        return UNKNOWN_BIRTH, None
    day, year, code = _read_date(value, latest, order)
    if code == "bad":
        return UNKNOWN_BIRTH, "bad_birth_date"
    if day is not None:
        fits = day.year >= _OLDEST_YEAR and day <= latest
        return (BirthDate(day, day.year), code) if fits else (UNKNOWN_BIRTH, "bad_birth_date")
    if year is not None and _OLDEST_YEAR <= year <= latest.year:
        return BirthDate(None, year), code
    return UNKNOWN_BIRTH, "bad_birth_date"


def clean_date(value: object, order: str = "dmy") -> tuple[date | None, str | None]:
    """A full date (of a decision, say); ``bad_date`` where no day can be read."""
    if is_blank(value):
        return None, None
    day, _, code = _read_date(value, date(2100, 1, 1), order)
    return (None, "bad_date") if day is None else (day, code if code != "bad" else "bad_date")


def _read_date(value: object, latest: date, order: str) -> tuple[date | None, int | None, str | None]:
    """(day, year, code): code "bad", "ambiguous_date" or None."""
    if isinstance(value, datetime):
        return value.date(), None, None
    if isinstance(value, date):
        return value, None, None
    if isinstance(value, bool | time):
        return None, None, "bad"
    if isinstance(value, int | float):
        return _read_serial(value, latest)
    text = fold(as_text(value)).lstrip("'").strip()
    if match := _YEAR.match(text):
        return None, int(match.group(1)), None
    if match := _DAY.match(text):
        return _read_day(match.group(1), match.group(2), match.group(3), latest, order)
    if match := _WORDS.match(text):
        return _read_day(match.group(1), match.group(2), match.group(3), latest, "dmy")
    if (match := _ENGLISH.match(text)) and match.group(2) in _MONTHS:
        month = str(_MONTHS.index(match.group(2)) + 1)
        return _read_day(match.group(1), month, match.group(3), latest, "dmy")
    if match := _NO_DAY.match(text):
        return None, int(match.group(1)), None
    if match := _ISO.match(text):
        return _make_day(int(match.group(1)), int(match.group(2)), int(match.group(3))), None, _bad_if(match)
    if match := _NO_DAY_BUT_MONTH.match(text) or _MONTH.match(text):
        month_fits = int(match.group(1)) <= 12
        return None, int(match.group(2)) if month_fits else None, None if month_fits else "bad"
    if re.fullmatch(r"\d{5}(\.0+)?", text):
        return _read_serial(float(text), latest)
    return None, None, "bad"


def _bad_if(match: re.Match[str]) -> str | None:
    year, month, day = (int(group) for group in match.groups())
    return None if _make_day(year, month, day) else "bad"


def _read_serial(value: int | float, latest: date) -> tuple[date | None, int | None, str | None]:
    """A bare number: a year, or Excel's count of days since 1900."""
    if value != value or not 0 < value < 80_000:
        return None, None, "bad"
    if value == int(value) and _OLDEST_YEAR <= value <= latest.year:
        return None, int(value), None
    if value > 2_958:
        return _EPOCH + timedelta(days=int(value)), None, None
    return None, None, "bad"


def _read_day(
    first: str, second: str, year: str, latest: date, order: str
) -> tuple[date | None, int | None, str | None]:
    """The two numbers in the column's order, or in the other with a warning where only that one fits."""
    number, code = int(year), None
    if len(year) == 2:
        number += 2000 if number <= latest.year % 100 else 1900
        code = "ambiguous_date"
    day, month = (int(first), int(second)) if order == "dmy" else (int(second), int(first))
    if day == 0:
        months_fit = month <= 12
        return None, number if months_fit else None, code if months_fit else "bad"
    found = _make_day(number, month, day)
    if not found and month > 12:
        found, code = _make_day(number, day, month), "ambiguous_date"
    return (found, None, code) if found else (None, None, "bad")


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def clean_national_id(value: object) -> tuple[str, str | None]:
    """CCCD (12 digits) or CMND (9 digits).

    Excel drops the leading zeros of a number: 11 digits get one back, 10 digits two (provinces 001 to
    008), 8 digits become 9, all with the warning ``leading_zero_restored``. ``bad_national_id``: any other
    length, letters, 4.6E+10 and what became of it (46000000000).
    """
    if is_blank(value):
        return "", None
    if isinstance(value, bool | date | datetime | time):
        return "", "bad_national_id"
    if isinstance(value, int | float):
        if value == 0:
            return "", None
        if not 0 < value < 1e13 or value != int(value):
            return "", "bad_national_id"
        digits = str(int(value))
    else:
        text = normal_apostrophes(as_text(value)).strip("'\" ")
        if fold(text) in _MISSING or text == "0":
            return "", None
        text = re.sub(r"\.0+$", "", text)
        digits = re.sub(r"[\s.\-']", "", text).replace("O", "0").replace("o", "0")
        if not (digits.isascii() and digits.isdigit()):
            return "", "bad_national_id"
    if not digits.strip("0") or (len(digits) in (11, 12) and digits.endswith("000000")):
        # Nobody's number ends so: Excel wrote it as 4.6069E+10 and the rest is lost.
        return "", "bad_national_id"
    if len(digits) in (12, 9):
        return digits, None
    if len(digits) in (11, 8) and not digits.startswith("0"):
        return "0" + digits, "leading_zero_restored"
    if len(digits) == 10 and digits[0] in "12468":
        # Born in one of the provinces 001 to 008: two zeros are lost.
        return "00" + digits, "leading_zero_restored"
    return "", "bad_national_id"


#: Prefixes of 11-digit mobile numbers before 15/9/2018 and those which replaced them.
_OLD_PREFIXES = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_SCIENTIFIC = re.compile(r"\d[.,]?\d*e\+?\d")
_PHONE_SEPARATOR = re.compile(r"[/;,|&]| - |\bhoac\b|\bva\b")


def clean_phone(value: object) -> tuple[str, str | None]:
    """The first usable telephone number of the cell, ten digits as dialled today.

    +84, dots, spaces, a lost leading zero and 11-digit prefixes of before 2018 are put right;
    ``bad_phone`` (a warning) when no number in the cell can be one.
    """
    if is_blank(value) or value == 0 or value == "0":
        return "", None
    text = fold(as_text(value))
    if _SCIENTIFIC.search(text):
        return "", "bad_phone"
    for part in _PHONE_SEPARATOR.split(text):
        digits = re.sub(r"[^0-9]", "", re.sub(r"\.0$", "", part.strip().lstrip("'")))
        phone = _mobile(digits)
        if phone:
            return phone, None
    return "", "bad_phone"


def _mobile(digits: str) -> str:
    if digits.startswith("0084"):
        digits = "0" + digits[4:].lstrip("0")
    elif digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:].lstrip("0")
    if len(digits) in (9, 10) and not digits.startswith("0"):
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        digits = _OLD_PREFIXES[digits[:4]] + digits[4:]
    if len(digits) == 10 and digits[0] == "0" and digits[1] in "35789":
        return digits
    return digits if len(digits) == 11 and digits.startswith("02") else ""


_YES = frozenset({"x", "v", "1", "co", "yes", "y", "true", "✓", "✔", "☑", "+", "*", "√", "dung", "xx"})
#: What the tick and the crossed box of the Wingdings font are stored as.
_DRAWN = frozenset({"ü", "þ", "ý"})
_NO = frozenset({"0", "khong", "ko", "k", "no", "n", "false", "☐", "o", "x̶"})


def clean_tick(value: object) -> tuple[bool | None, str | None]:
    """A yes/no cell: True, False, or None when it is blank. Words that are neither count as yes with
    the warning ``unclear_tick``: people write "Thương binh" where an x is asked for."""
    if is_blank(value):
        return None, None
    if isinstance(value, bool):
        return value, None
    if isinstance(value, int | float):
        return (True, None) if value == 1 else (False, None) if value == 0 else (True, "unclear_tick")
    text = fold(as_text(value)).strip(" .()[]'")
    if text in _YES or value in _DRAWN:
        return True, None
    if not text or text in _NO:
        return False, None
    return True, "unclear_tick"


def clean_integer(value: object, *, highest: int = 10_000) -> tuple[int | None, str | None]:
    """A count or a score from 0 to ``highest``; ``bad_number`` for anything else that is not blank."""
    if is_blank(value):
        return None, None
    if isinstance(value, bool | date | time):
        return None, "bad_number"
    if isinstance(value, int | float):
        whole = abs(value) <= highest and value == int(value)
        return (int(value), None) if whole and value >= 0 else (None, "bad_number")
    match = re.fullmatch(r"'?(\d{1,9})(?:[.,]0+)?(?:\s*(?:khau|nguoi|nk|diem))?\.?", fold(as_text(value)))
    if match and int(match.group(1)) <= highest:
        return int(match.group(1)), None
    return None, "bad_number"


def clean_gender(value: object) -> tuple[str | None, str | None]:
    """ "male" or "female"; None when blank; ``bad_gender`` (a warning) for anything else."""
    if is_blank(value):
        return None, None
    text = fold(as_text(value)).strip(" .")
    if text in {"nam", "male", "m", "trai"}:
        return "male", None
    if text in {"nu", "female", "f", "gai"}:
        return "female", None
    return None, "bad_gender"


def check_identity(national_id: str, gender: str | None, year: int | None) -> bool:
    """True unless a 12-digit number contradicts sex or year of birth (Decree 137/2015/NĐ-CP art. 13,
    Circular 07/2016/TT-BCA art. 7: digit 4 is century and sex, digits 5-6 the year)."""
    if len(national_id) != 12:
        return True
    century, parity = divmod(int(national_id[3]), 2)
    if gender and parity != (1 if gender == "female" else 0):
        return False
    return not year or year == 1900 + 100 * century + int(national_id[4:6])
