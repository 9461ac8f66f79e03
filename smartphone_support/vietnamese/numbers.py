"""Numbers in Vietnamese words, as the closing sentences of official lists want them."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")


def amount_in_words(number: int) -> str:
    """Read a whole number aloud: 1010 → "một nghìn không trăm mười", 21 → "hai mươi mốt".

    Any integer below 10**18 in size; ValueError beyond, as nobody counts households that far.
    """
    if abs(number) >= 10**18:
        raise ValueError("too large to be read aloud")
    if number < 0:
        return "âm " + amount_in_words(-number)
    if number >= 10**9:
        high, rest = divmod(number, 10**9)
        words = [amount_in_words(high), "tỷ"]
        return " ".join(words + _groups(rest, full=True)) if rest else " ".join(words)
    return " ".join(_groups(number, full=False)) or "không"


def _groups(number: int, *, full: bool) -> list[str]:
    """Words of a number below 10**9; ``full`` when a higher group stands before it."""
    words: list[str] = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            words += _hundreds(group, full=full or bool(words))
            if power:
                words.append(_GROUPS[power])
    return words


def _hundreds(number: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words: list[str] = []
    if hundreds or full:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0:
        if units and words:
            words.append("linh")
    elif tens == 1:
        words.append("mười")
    else:
        words += [_DIGITS[tens], "mươi"]
    if units == 1 and tens >= 2:
        words.append("mốt")
    elif units == 5 and tens >= 1:
        words.append("lăm")
    elif units:
        words.append(_DIGITS[units])
    return words
