"""What a person typed into the search box, read in every way it can be meant. Pure: no database.

Names are compared by their *key*: lower case without accents, y as i (Lý, Lí), no apostrophes, words parted
by one space. ``search_index`` makes the same key of stored names, so one text compares alike on every
database.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from smartphone_support.vietnamese.text import fold

#: Words of an area's kind as people shorten them.
KINDS = {
    "thanh pho": "tp", "thi xa": "tx", "thi tran": "tt", "huien": "h", "xa": "x", "phuong": "p", "quan": "q",
}  # fmt: skip
LONGEST_PLACE = 6
MOST_READINGS = 4
#: Longer texts are no search for a household: the rest is left out.
LONGEST_TEXT = 120
MOST_WORDS = 10
SHORTEST_MISTYPED = 3

_NOT_KEY = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile(r"'")
_CODE = re.compile(r"(?=.*\d)[\w./-]{4,30}")
#: Signs of patterns and programs, which no name and no place holds: whoever types one means that sign.
_NEVER_IN_A_NAME = re.compile(r"[%_*?<>=|~^$#@&{}\[\]\\]")
_YEAR = re.compile(r"19[0-9]{2}|20[0-4][0-9]")


def name_key(text: str) -> str:
    """The key a name is searched by: "Lý Thị K'Bră" and "LÍ THI KBRA" are "li thi kbra". Idempotent."""
    return _NOT_KEY.sub(" ", _APOSTROPHE.sub("", fold(text)).replace("y", "i")).strip()


@dataclass(frozen=True)
class Typed:
    """What was typed: whole ``numbers`` (identity, phone, code) or the ``words`` of names and places.

    ``year`` is a birth year typed beside the name.
    """

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    year: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.numbers


def read(text: str) -> Typed:
    """Take apart what was typed; never fails.

    A text of digits is a number, and a number is compared as a whole: with the beginning of one, whoever
    sees it masked could find out the hidden digits one by one, and nothing of it would be on the record.
    """
    text = " ".join(text[:LONGEST_TEXT].split())
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    solid = text.replace(" ", "")
    if len(digits) >= 3 and len(digits) >= len(solid) - 2:
        return Typed(numbers=_number_forms(digits, solid))
    if _CODE.fullmatch(text):
        return Typed(numbers=tuple(dict.fromkeys((text, text.upper()))))
    if _NEVER_IN_A_NAME.search(text):
        return Typed()
    words = name_key(text).split()[:MOST_WORDS]
    years = [word for word in words if _YEAR.fullmatch(word)]
    if len(years) == 1 and len(words) > 1:
        return Typed(tuple(word for word in words if word != years[0]), year=int(years[0]))
    return Typed(tuple(words))


def _number_forms(digits: str, solid: str) -> tuple[str, ...]:
    """A number as typed, with the zero a spreadsheet takes off its front, a phone without +84."""
    forms = [digits, solid]
    if len(digits) in (9, 11):
        forms.append(f"0{digits}")
    if digits.startswith("84") and len(digits) in (11, 12):
        forms.append(f"0{digits[2:]}")
    return tuple(dict.fromkeys(forms))


# --- places ---------------------------------------------------------------------------------------

#: The words of a place → the areas called so. An area is (its id, its parent's id).
Places = Mapping[tuple[str, ...], tuple[tuple[int, int | None], ...]]


@dataclass(frozen=True)
class Meaning:
    """One way to read the words: a name (empty: anybody) in one of the ``areas`` (None: anywhere)."""

    words: tuple[str, ...]
    areas: frozenset[int] | None = None
    #: Stands back while the whole text is somebody's name: "nguyen thi hue" is hardly the city of Huế.
    only_if_no_name: bool = False


def index_places(areas: Iterable[tuple[int, int | None, str]]) -> Places:
    """Areas (id, parent's id, name) by every wording: "xa hong van", "x hong van", "hong van"."""
    index: dict[tuple[str, ...], tuple[tuple[int, int | None], ...]] = {}
    for pk, parent, name in areas:
        for wording in _wordings(name_key(name)):
            key = tuple(wording.split())
            index[key] = (*index.get(key, ()), (pk, parent))
    return index


def _wordings(key: str) -> Iterator[str]:
    yield key
    for kind, short in KINDS.items():
        bare = key.removeprefix(f"{kind} ")
        if bare != key and not bare.isdigit():
            yield bare
            yield f"{short} {bare}"
        elif bare != key:
            yield f"{short} {bare}"


def meanings(words: tuple[str, ...], places: Places) -> list[Meaning]:
    """Every way to read the words, the name alone first, then with a place at the end or the beginning.

    The longest place comes first; a commune with its district counts as one place.
    """
    found = [Meaning(words)]
    for rest, areas, length in [*_place_at_end(words, places), *_place_at_start(words, places)]:
        meaning = Meaning(rest, areas, only_if_no_name=length == 1 and bool(rest))
        if all((other.words, other.areas) != (meaning.words, meaning.areas) for other in found):
            found.append(meaning)
    return found[:MOST_READINGS]


_Placed = tuple[tuple[str, ...], frozenset[int], int]


def _place_at_end(words: tuple[str, ...], places: Places) -> Iterator[_Placed]:
    for length in range(min(LONGEST_PLACE, len(words)), 0, -1):
        here = places.get(words[-length:])
        if not here:
            continue
        rest = words[:-length]
        for inner in range(min(LONGEST_PLACE, len(rest)), 0, -1):
            inside = _inside(places.get(rest[-inner:], ()), here)
            if inside:
                yield rest[:-inner], inside, length + inner
        yield rest, frozenset(pk for pk, _parent in here), length


def _place_at_start(words: tuple[str, ...], places: Places) -> Iterator[_Placed]:
    for length in range(min(LONGEST_PLACE, len(words) - 1), 0, -1):
        here = places.get(words[:length])
        if here:
            yield words[length:], frozenset(pk for pk, _parent in here), length


def _inside(
    smaller: Iterable[tuple[int, int | None]], larger: Iterable[tuple[int, int | None]]
) -> frozenset[int]:
    parents = {pk for pk, _parent in larger}
    return frozenset(pk for pk, parent in smaller if parent in parents)


# --- typing errors --------------------------------------------------------------------------------


def edits(word: str) -> set[str]:
    """All words one slip of the finger away: a letter left out, added, another one, or two swapped."""
    letters = string.ascii_lowercase.replace("y", "")
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    out = {a + b[1:] for a, b in cuts if b}
    out |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    out |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    out |= {a + c + b for a, b in cuts for c in letters}
    return out - {word, ""}


def doubtful(words: tuple[str, ...]) -> set[str]:
    """Words which, were they somebody's, would make a mistyped word right: to be looked up together."""
    out: set[str] = set()
    for word in words:
        out |= edits(word) if _may_be_mistyped(word, words) else set()
        out |= {half for cut in range(1, len(word)) for half in (word[:cut], word[cut:])}
    return out


def _may_be_mistyped(word: str, words: tuple[str, ...]) -> bool:
    """Two letters may stand for anything, unless the rest of the name says enough."""
    return len(word) >= (SHORTEST_MISTYPED if len(words) < 3 else SHORTEST_MISTYPED - 1)


def likenesses(words: tuple[str, ...], known: set[str]) -> list[str]:
    """Names one letter or one syllable away from the typed one, the likeliest first.

    ``known`` are words of stored names (at least those of ``doubtful``). A letter: one word becomes a known
    one. A syllable: two were written as one, one as two, or one is too many.
    """
    out: list[tuple[str, ...]] = []
    for i, word in enumerate(words):
        if _may_be_mistyped(word, words):
            out += [(*words[:i], other, *words[i + 1 :]) for other in sorted(edits(word) & known)]
        for cut in range(1, len(word)):
            if {word[:cut], word[cut:]} <= known:
                out.append((*words[:i], word[:cut], word[cut:], *words[i + 1 :]))
    for i in range(len(words) - 1):
        out.append((*words[:i], words[i] + words[i + 1], *words[i + 2 :]))
    if len(words) > 2:
        out += [(*words[:i], *words[i + 1 :]) for i in range(len(words))]
    return [" ".join(name) for name in dict.fromkeys(out)]


# --- ranking --------------------------------------------------------------------------------------


def likeness(words: tuple[str, ...], key: str) -> int:
    """How well a stored key answers the typed words, larger is better; for names that hold all of them.

    First that the words stand together, then that the given name (the last word) is among them as the last
    one typed, then that the words come in their order, then that little else is in the name.
    """
    stored = key.split()
    phrase = f" {' '.join(words)} " in f" {key} "
    last = bool(words) and bool(stored) and words[-1] == stored[-1]
    positions = [stored.index(word) for word in words if word in stored]
    ordered = positions == sorted(positions)
    return 8 * phrase + 4 * last + 2 * ordered + (len(stored) == len(words))
