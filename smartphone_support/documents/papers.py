"""Words of official papers as Decree 30/2020/NĐ-CP has them. Always Vietnamese: these are office papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from smartphone_support.vietnamese.numbers import amount_in_words

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Letterhead:
    """The upper left of a paper: the body above the issuing one, the issuing body, its symbol."""

    parent: str
    issuer: str
    symbol: str

    nation: str = NATION
    motto: str = MOTTO


def closing_sentence(households: int) -> str:
    """ "Danh sách này gồm có 164 (một trăm sáu mươi tư) hộ./." as official lists close."""
    return f"Danh sách này gồm có {figure(households)} ({in_words(households)}) hộ./."


def in_words(number: int) -> str:
    """The number read aloud as papers write it: a last four after the tens is "tư"."""
    words = amount_in_words(number)
    return words.removesuffix("bốn") + "tư" if words.endswith("mươi bốn") else words


def figure(number: int) -> str:
    """1234 → "1.234"."""
    return f"{number:,}".replace(",", ".")


def day_in_words(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2024": days below ten and the first two months with a leading zero."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
