"""Vietnamese text as people really type it: cleaning, folding, sorting, capital letters.

Every text cell goes through ``clean_text`` on the way in; every search, comparison and index key goes
through ``fold``. Unicode writes the same Vietnamese letter in several ways (composed, decomposed,
partly decomposed, with look-alikes of other alphabets), and Excel adds spaces that cannot be seen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries

# Characters that print like a space or like nothing at all.
_SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000], " ")
# Marks and overrides of direction among them: a name must not be able to show its letters in another order.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2065),
     *range(0x2066, 0x206A), 0xFEFF]
)  # fmt: skip
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_LETTER_LOOKALIKES = {0x00D0: "Đ", 0x0189: "Đ", 0x00F0: "đ", 0x0256: "đ"}
_APOSTROPHES = dict.fromkeys(
    [0x2018, 0x2019, 0x201B, 0x02B9, 0x02BB, 0x02BC, 0x02C8, 0x00B4, 0x0060, 0x2032], "'"
)
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x00AF], "-")

_CLEAN = _SPACES | _INVISIBLE | _CONTROLS | _LETTER_LOOKALIKES


def _folding_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {**_CLEAN, **_APOSTROPHES, **_DASHES}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        if plain != chr(code) and plain.isascii():
            table[code] = plain.lower()
    table |= dict.fromkeys([0x110, 0x111, 0xD0, 0xF0, 0x189, 0x256], "d")
    table |= dict.fromkeys(range(0x300, 0x370))  # combining marks of decomposed text
    return table


_FOLD = _folding_table()


def clean_text(text: str) -> str:
    """NFC, single plain spaces, nothing invisible, Đ instead of its look-alikes. Idempotent."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_CLEAN))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Search key: lower case without any accent, đ as d, plain apostrophes, dashes and spaces.

    The same for composed and decomposed text, and idempotent, so a stored key can be compared with
    the fold of what a person types.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split()).replace("`", "'")
    folded = text.translate(_FOLD).casefold().translate(_FOLD)
    if not folded.isascii():
        folded = _fold_rare(folded)
    return " ".join(folded.split())


def _fold_rare(text: str) -> str:
    """Letters outside Latin: strip what Unicode itself calls a mark, until nothing changes."""
    for _ in range(8):
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        bare = bare.translate(_FOLD).casefold()
        if bare == text:
            break
        text = bare
    return text


def normal_apostrophes(text: str) -> str:
    """One apostrophe and one dash for their many look-alikes: K’ and K` become K'."""
    return text.translate(_APOSTROPHES).translate(_DASHES)


_WORD = re.compile(r"[^\W\d_]+|\d+")
_VARIANTS = {"a": "aa", "ă": "ab", "â": "ac", "d": "da", "đ": "db", "e": "ea", "ê": "eb",
             "o": "oa", "ô": "ob", "ơ": "oc", "u": "ua", "ư": "ub"}  # fmt: skip


@lru_cache(maxsize=50_000)
def _word_key(word: str) -> tuple[str, str]:
    """Letters with their shape but without tone, spelled in a-z; and the tone as a digit 0-5."""
    tone = "0"
    letters = []
    for letter in word.casefold():
        decomposed = unicodedata.normalize("NFD", letter)
        for mark in decomposed[1:]:
            if mark in _TONES:
                tone = str(_TONES.index(mark) + 1)
        shape = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
        letters.append(_VARIANTS.get(shape) or fold(shape) or shape)
    return "".join(letters), tone


def tone_key(text: str) -> str:
    """Comparison key which keeps every accent but not the place of the tone mark: Hòa equals Hoà.

    Only letters and digits count: spaces, apostrophes and dashes differ from writer to writer
    ("Đắk R'Lấp", "Đắk RLấp"). The result is ASCII and is for comparing, not for showing.
    """
    letters, tones = [], []
    for word in _WORD.findall(clean_text(text)):
        spelled, tone = _word_key(word)
        letters.append(spelled)
        if tone != "0":
            tones.append(tone)
    return "".join(letters) + "." + "".join(tones)


def name_sort_key(name: str) -> str:
    """Key that sorts names as Vietnamese lists do: given name (last word), middle names, family name.

    Letters in the order of the Vietnamese alphabet (a ă â … d đ …), then tones. The key holds only
    a-z and 0-9, so every database collation sorts it alike.
    """
    words = _WORD.findall(clean_text(name))
    if len(words) > 1:
        words = [words[-1], *words[1:-1], words[0]]
    return "".join("".join(_word_key(word)) for word in words)


_PART = re.compile(r"([-'\s]+)")


def title_case_name(name: str) -> str:
    """A name in all capitals in ordinary writing; any other name is returned as it is.

    Apostrophes and dashes of the highland names are kept: "N'JRANG" → "N'Jrang", "Y - BHĂM NIÊ KĐĂM" →
    "Y - Bhăm Niê Kđăm", "K' MRAI" → "K' Mrai".
    """
    if name.upper() != name or name.lower() == name:
        return name
    return "".join(part[:1].upper() + part[1:].lower() for part in _PART.split(name))
