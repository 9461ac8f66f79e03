"""Text of the fonts from before Unicode: TCVN3 (ABC, fonts ".VnTime" …) and VNI (fonts "VNI-Times" …).

Such a file stores Western letters and only the font draws them as Vietnamese: "Hé nghÌo" in .VnTime and
"Hoä ngheøo" in VNI-Times are both "Hộ nghèo". The font of a cell therefore decides; where no font is known
(a .csv), only the words of a whole column can. Pure functions; results are NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

TCVN3, VNI, UNICODE = "tcvn3", "vni", "unicode"

# Each pair: what the file stores, what the font draws. ư is stored as a soft hyphen, which programs like to
# drop; a word that lost it stays as it is, for nobody can know where it stood.
_TCVN3_PAIRS = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ ×ì Ýí Øỉ Üĩ Þị "
    "ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ \u00adư õừ øứ öử ÷ữ ùự úỳ ýý ûỷ üỹ þỵ "
    "®đ ¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ"
)
_TCVN3_TABLE = {ord(pair[0]): pair[1] for pair in _TCVN3_PAIRS.split(" ")}

# VNI writes a letter and, after it, a second one which the font draws as its marks.
_PLAIN_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOF_MARKS = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
               "ã": "\u0302\u0303", "ä": "\u0302\u0323"}  # fmt: skip
_BOWL_MARKS = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
               "ü": "\u0306\u0303", "ë": "\u0306\u0323"}  # fmt: skip
_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}
_MARKED = {"a": _PLAIN_MARKS | _ROOF_MARKS | _BOWL_MARKS, "e": _PLAIN_MARKS | _ROOF_MARKS,
           "o": _PLAIN_MARKS | _ROOF_MARKS, "u": _PLAIN_MARKS, "y": _PLAIN_MARKS,
           "ô": _PLAIN_MARKS, "ö": _PLAIN_MARKS}  # fmt: skip


def _vni_table() -> dict[str, str]:
    table = dict(_ALONE)
    for base, marks in _MARKED.items():
        letter = _ALONE.get(base, base)
        for mark, combining in marks.items():
            table[base + mark] = unicodedata.normalize("NFC", letter + combining)
    for stored, letter in list(table.items()):
        table[stored[0].upper() + stored[1:]] = letter.upper()
        table[stored.upper()] = letter.upper()
    return table


_VNI_TABLE = _vni_table()
_VNI_PARTS = re.compile("|".join(sorted(_VNI_TABLE, key=len, reverse=True)) + "|[^\x00-\x7f]")
_ASCII_LOWER = re.compile("[a-z]")
_TWO_CAPITALS = re.compile("[A-Z].{0,3}[A-Z]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_HARMLESS = frozenset("\u00a0“”‘’–—…•")  # never letters of either encoding


def encoding_of_font(font: str) -> tuple[str, bool]:
    """("tcvn3", capitals), ("vni", False), or ("", False) for a font of Unicode text.

    Fonts as .VnTimeH draw every letter as a capital.
    """
    name = font.strip().strip("'\"").lower()
    if name.startswith(".vn"):
        return TCVN3, name.endswith("h")
    if name.startswith("vni"):
        return VNI, False
    return "", False


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """TCVN3 text as Unicode; text that cannot be TCVN3 (it already holds Unicode letters) only as NFC.

    ``capitals``: the font draws capitals only. A text without small ASCII letters was typed in such a font
    too, whatever is known of it.
    """
    if text.isascii():
        return text.upper() if capitals else text
    latin = _seen_as_latin(text)
    if any(ord(c) not in _TCVN3_TABLE and c not in _HARMLESS for c in _NOT_ASCII.findall(latin)):
        return unicodedata.normalize("NFC", text)
    converted = latin.translate(_TCVN3_TABLE)
    if capitals or (_TWO_CAPITALS.search(latin) and not _ASCII_LOWER.search(latin)):
        return converted.upper()
    return converted


def from_vni(text: str) -> str:
    """VNI text as Unicode; text that cannot be VNI (a mark without its letter) only as NFC."""
    if text.isascii():
        return text
    for part in _VNI_PARTS.findall(text):
        if part not in _VNI_TABLE and part not in _HARMLESS:
            return unicodedata.normalize("NFC", text)
    return _VNI_PARTS.sub(lambda match: _VNI_TABLE.get(match[0], match[0]), text)


@lru_cache(maxsize=20_000)
def convert(text: str, encoding: str, capitals: bool = False) -> str:
    """The text of a cell known to be in ``encoding`` ("tcvn3" or "vni") as Unicode.

    People also type Unicode into cells of an old font: a text that reads well as it is, and would not after
    converting, stays.
    """
    converted = from_vni(text) if encoding == VNI else from_tcvn3(text, capitals=capitals)
    if converted == text or text.isascii():
        return converted
    if not _reads_well(converted) and _reads_well(text):
        return unicodedata.normalize("NFC", text)
    return converted


def evidence(text: str, encoding: str, capitals: bool = False) -> int:
    """1 for a text that reads well only after converting, -1 for one that is Unicode already, 0 for neither.

    "Ghi chú" is neither: it could be stored "Ghi chỳ".
    """
    if text.isascii():
        return 0
    if convert(text, encoding, capitals) == unicodedata.normalize("NFC", text):
        return -1
    return 0 if _reads_well(text) else 1


def _seen_as_latin(text: str) -> str:
    """Old binary files name code page 1258: their letters then came in as Ă, Đ and lone tone marks."""
    if all(ord(c) < 0x100 for c in text):
        return text
    try:
        latin = text.encode("cp1258").decode("cp1252")
    except UnicodeError:
        return text
    return text if _reads_well(text) else latin


# With the onsets and endings of highland names: Krông, Bhăm, Đrao, Đắk, Glơi, Tíh.
_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bdđgkmp][hlr]|[bcdđghklmnpqrstvx]"
_NUCLEUS = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|uya|uyê|uyu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|oo|"
    "ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:ch|ng|nh|[chklmnprt])?")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_WORDS = re.compile(r"[^\s\d.,;:!?()\[\]/\\\-–'\"“”’+*&%=_]+")


@lru_cache(maxsize=20_000)
def _is_syllable(word: str) -> bool:
    shape = unicodedata.normalize("NFD", word.lower())
    tones = sum(ord(c) in _TONES for c in shape)
    return tones < 2 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", shape.translate(_TONES))))


def _accented_words(text: str) -> list[str]:
    return [word for word in _WORDS.findall(text) if not word.isascii()]


def _reads_well(text: str) -> bool:
    """Every word with a letter beyond ASCII is a Vietnamese syllable."""
    words = _accented_words(text)
    return bool(words) and all(_is_syllable(word) for word in words)


def column_encoding(texts: Iterable[str]) -> str:
    """What a whole column of one sheet is in, judged by its words: "tcvn3", "vni" or "".

    Only strong evidence counts: at least ten different words that are Vietnamese syllables after converting
    and none before, nine in ten of the words with strange letters among them, and no Unicode word.
    """
    words = {word for text in texts for word in _accented_words(text)}
    if len(words) < 10 or any(_is_syllable(word) and max(word) > "\u00ff" for word in words):
        return ""
    strange = [word for word in words if not _is_syllable(word)]
    best, share = "", 0.0
    for encoding, read in ((TCVN3, from_tcvn3), (VNI, from_vni)):
        good = sum(_is_syllable(read(word)) for word in strange)
        # Words that read well as they are may also be legacy ("Lª" no, "Hå" no, but "Hé" could be either).
        if good >= 10 and good > share and good >= 0.9 * len(strange) and good >= 0.5 * len(words):
            best, share = encoding, good
    return best


def is_consistent(texts: Iterable[str], encoding: str) -> bool:
    """No word speaks against ``encoding``: for a column too short to prove anything, beside one that did."""
    for word in {word for text in texts for word in _accented_words(text)}:
        if max(word) > "\u00ff":
            return False
        if not _is_syllable(convert(word, encoding)) and _is_syllable(word):
            return False
    return True
