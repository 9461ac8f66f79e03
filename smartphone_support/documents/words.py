"""Words of official papers as Decree 30/2020/NĐ-CP has them. Always Vietnamese: these are office papers."""

from __future__ import annotations

from datetime import date

from smartphone_support.vietnamese.numbers import amount_in_words

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
MASKED = "Bản che bớt số định danh cá nhân và số điện thoại, chỉ để tra cứu."
#: The gap left for a number or a day written in by hand (non-breaking spaces).
GAP = "\u00a0" * 6
#: Dots to write on; the long ones may break into the next line.
DOTS = "…" * 12
LONG_DOTS = " ".join(["…" * 6] * 5)


def closing_sentence(households: int) -> str:
    """ "Danh sách này gồm có 164 (một trăm sáu mươi tư) hộ./." as official lists close."""
    return f"Danh sách này gồm có {counted(households)} hộ./."


def counted(number: int) -> str:
    """1234 → "1.234 (một nghìn hai trăm ba mươi tư)"."""
    return f"{figure(number)} ({in_words(number)})"


def in_words(number: int) -> str:
    """The number read aloud as papers write it: a last four after the tens is "tư"."""
    words = amount_in_words(number)
    return words.removesuffix("bốn") + "tư" if words.endswith("mươi bốn") else words


def figure(number: int) -> str:
    """1234 → "1.234"."""
    return f"{number:,}".replace(",", ".")


def money(amount: int) -> str:
    """500000 → "500.000 đồng (Năm trăm nghìn đồng)": an amount in VND as papers state it."""
    words = in_words(amount)
    return f"{figure(amount)} đồng ({words[:1].upper()}{words[1:]} đồng)"


def day_in_words(day: date | None, *, year: int | None = None) -> str:
    """ "ngày 05 tháng 02 năm 2024": days below ten and the first two months with a leading zero.

    Without a day the gaps a clerk writes into, with `year` if that is known.
    """
    if day is None:
        return f"ngày{GAP}tháng{GAP}năm{f' {year}' if year else GAP}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def short_day(day: date | None) -> str:
    """05/02/2024, or dots where there is none."""
    return f"{day:%d/%m/%Y}" if day else "…/…/……"


def numbered(number: str) -> str:
    """ "5/TTr-STTTT" → "05/TTr-STTTT": a number below ten gets a zero before it."""
    figures, slash, symbol = number.strip().partition("/")
    if slash and figures.isdecimal() and len(figures) == 1:
        figures = f"0{figures}"
    return f"{figures}{slash}{symbol}"


def unnumbered(number: str, symbol: str = "") -> str:
    """The number line before the clerk gave a number: a gap and the symbol of `number`, or else `symbol`."""
    own = number.strip().partition("/")[2]
    return f"{GAP}/{own or symbol}"
