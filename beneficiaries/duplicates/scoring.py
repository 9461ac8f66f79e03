"""Which households of a register may be one and the same. Pure: plain facts in, scored pairs out.

No list agrees with the next on everything: cards of nine digits gave way to cards of twelve, accents and
middle names get lost, days and months change places, families move. What two households have in common and
what speaks against it is weighed here; which of them are worth weighing, ``blocking`` finds.

A score is no verdict. It orders a queue in which a person decides, with the reasons in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from smartphone_support.vietnamese.text import fold, tone_key


class Reason(TextChoices):
    """Why two households may be one, or what speaks against it."""

    SAME_IDENTITY = "same_identity", _("same identity number")
    LOST_ZERO = "lost_zero", _("same identity number, but for a lost zero")
    IDENTITY_SLIP = "identity_slip", _("identity numbers differ in one digit or two swapped ones")
    OLD_CARD = "old_card", _("one identity number of 9 digits (old card), one of 12")
    NO_IDENTITY = "no_identity", _("an identity number is missing")
    OTHER_IDENTITY = "other_identity", _("but different identity numbers")
    SAME_NAME = "same_name", _("same name")
    ACCENTS = "accents", _("same name but for accents or spaces")
    NAME_SLIP = "name_slip", _("names differ in one letter")
    MIDDLE_NAME = "middle_name", _("same name but for a middle name")
    OTHER_HEAD = "other_head", _("but another head of household")
    SAME_BIRTH = "same_birth", _("same birth date")
    DAY_MONTH = "day_month", _("birth dates with day and month swapped")
    BIRTH_SLIP = "birth_slip", _("birth dates differ in one digit of day or month")
    YEAR_OFF = "year_off", _("same birthday, year of birth off by one")
    YEAR_ONLY = "year_only", _("same year of birth; the day is not known for both")
    OTHER_BIRTH = "other_birth", _("but different birth dates")
    OTHER_SEX = "other_sex", _("but another sex")
    SHARED_NUMBER = "shared_number", _("a person with the same identity number in both")
    SHARED_PERSON = "shared_person", _("a person with the same name and birth date in both")
    SAME_PHONE = "same_phone", _("same telephone number")
    SAME_VILLAGE = "same_village", _("same commune and village")
    SAME_COMMUNE = "same_commune", _("same commune")
    OTHER_VILLAGE = "other_village", _("but another village")
    MOVED = "moved", _("another commune of the same district")
    MOVED_FAR = "moved_far", _("another district")


class Person(NamedTuple):
    """Somebody of a household other than its head. ``year`` where the day is not known."""

    name: str
    birth: date | None
    year: int | None
    number: str


class Facts(NamedTuple):
    """A household reduced to what can tell it from another one. Unknown texts are "".

    ``folded`` is ``fold(name)``, which registers keep; ``commune`` and ``district`` any codes or keys.
    """

    id: int
    name: str
    folded: str
    birth: date | None
    year: int | None
    gender: str
    number: str
    phone: str
    commune: int | str | None
    district: int | str | None
    village: str
    people: Sequence[Person] = ()


class Pair(NamedTuple):
    """Two households by their ids, the smaller first, how alike they are (0 to 100), and why."""

    first: int
    second: int
    score: int
    reasons: tuple[Reason, ...]


# --- comparing two values ---------------------------------------------------------------------------

_DROP = {ord("'"): None, ord("-"): None, ord(" "): None, ord("."): None}
_APART = {ord("'"): None, ord("-"): " ", ord("."): " "}


def one_slip(one: str, other: str) -> bool:
    """Whether one sign more, less or other, or two neighbours swapped, makes one text the other.

    Damerau's distance of at most 1, without its table: what is left between the common beginning and
    the common end decides.
    """
    if len(one) > len(other):
        one, other = other, one
    short, long = len(one), len(other)
    if long - short > 1:
        return False
    start = 0
    while start < short and one[start] == other[start]:
        start += 1
    while short > start and one[short - 1] == other[long - 1]:
        short, long = short - 1, long - 1
    if long - start <= 1:
        return True
    return short - start == 2 == long - start and one[start] == other[start + 1] and (
        one[start + 1] == other[start]
    )  # fmt: skip


def canonical_number(number: str) -> str:
    """An identity number with the zeros spreadsheets take from its beginning: 12 digits, or 9 of old."""
    if not number or len(number) in (9, 12):
        return number
    return number.zfill(12 if len(number) > 9 else 9)


def _name_reason(one: Facts, other: Facts) -> Reason | None:
    if one.folded == other.folded:
        return Reason.SAME_NAME if tone_key(one.name) == tone_key(other.name) else Reason.ACCENTS
    words = plain_name(one.folded).split(), plain_name(other.folded).split()
    a, b = "".join(words[0]), "".join(words[1])
    if a == b:
        return Reason.ACCENTS
    if without_middle(*words):
        return Reason.MIDDLE_NAME
    return Reason.NAME_SLIP if len(a) > 3 and one_slip(a, b) else None


def alike_names(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same but for accents, one letter or a middle name."""
    a, b = fold(one), fold(other)
    words = plain_name(a).split(), plain_name(b).split()
    return without_middle(*words) or one_slip("".join(words[0]), "".join(words[1]))


def plain_name(folded: str) -> str:
    """A folded name without apostrophes, dashes and dots: "y - n'jrang" becomes "y njrang"."""
    return " ".join(folded.translate(_APART).split())


def without_middle(one: list[str], other: list[str]) -> bool:
    """Whether one name is the other without some of its middle words."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) < 2 or len(one) == len(other) or one[0] != other[0] or one[-1] != other[-1]:
        return False
    words = iter(other)
    return all(word in words for word in one)


def is_day(birth: date) -> bool:
    """Whether a birth date is one: the first of January stands for "some day of that year"."""
    return not (birth.day == 1 == birth.month)


def _birth_reason(one: Facts, other: Facts) -> Reason | None:
    """How two births agree; None when nothing is known of one of them."""
    a, b = one.birth, other.birth
    years = a.year if a else one.year, b.year if b else other.year
    if a is None or b is None or not is_day(a) or not is_day(b):
        if None in years:
            return None
        return Reason.YEAR_ONLY if years[0] == years[1] else Reason.OTHER_BIRTH
    if a == b:
        return Reason.SAME_BIRTH
    if a.year == b.year:
        if a.day == b.month and a.month == b.day:
            return Reason.DAY_MONTH
        slip = one_slip(f"{a.day:02}{a.month:02}", f"{b.day:02}{b.month:02}")
        return Reason.BIRTH_SLIP if slip else Reason.OTHER_BIRTH
    same_day = a.day == b.day and a.month == b.month
    return Reason.YEAR_OFF if same_day and abs(a.year - b.year) == 1 else Reason.OTHER_BIRTH


def _identity_reason(one: str, other: str) -> Reason:
    if not one or not other:
        return Reason.NO_IDENTITY
    if one == other:
        return Reason.SAME_IDENTITY
    a, b = canonical_number(one), canonical_number(other)
    if a == b:
        return Reason.LOST_ZERO
    if len(a) != len(b):
        return Reason.OLD_CARD
    return Reason.IDENTITY_SLIP if one_slip(a, b) else Reason.OTHER_IDENTITY


def _village(name: str) -> str:
    return fold(name).translate(_DROP)


def _place_reason(one: Facts, other: Facts) -> Reason:
    if one.commune is None or one.commune != other.commune:
        return Reason.MOVED if one.district == other.district else Reason.MOVED_FAR
    if not one.village or not other.village:
        return Reason.SAME_COMMUNE
    same = one.village == other.village or _village(one.village) == _village(other.village)
    return Reason.SAME_VILLAGE if same else Reason.OTHER_VILLAGE


# --- weighing two households ------------------------------------------------------------------------

#: What each agreement counts. A birth date is one of some twenty thousand days, a name one of some
#: hundreds in its commune, an identity number alone is nearly enough.
WEIGHTS: dict[Reason, int] = {
    Reason.SAME_IDENTITY: 60, Reason.LOST_ZERO: 60, Reason.IDENTITY_SLIP: 30, Reason.OLD_CARD: 5,
    Reason.NO_IDENTITY: 5, Reason.OTHER_IDENTITY: -30,
    Reason.SAME_NAME: 40, Reason.ACCENTS: 38, Reason.NAME_SLIP: 30, Reason.MIDDLE_NAME: 30,
    Reason.OTHER_HEAD: 0,
    Reason.SAME_BIRTH: 40, Reason.DAY_MONTH: 28, Reason.BIRTH_SLIP: 25, Reason.YEAR_OFF: 25,
    Reason.YEAR_ONLY: 15, Reason.OTHER_BIRTH: -30, Reason.OTHER_SEX: -15,
    Reason.SHARED_NUMBER: 30, Reason.SHARED_PERSON: 25, Reason.SAME_PHONE: 10,
    Reason.SAME_VILLAGE: 20, Reason.SAME_COMMUNE: 10, Reason.OTHER_VILLAGE: 5, Reason.MOVED: 0,
    Reason.MOVED_FAR: -5,
}  # fmt: skip
#: People in common, one, two or more: what they count when the heads are two different people.
_SHARED_BASE = {1: 32, 2: 60}
#: What speaks against: shown last, however much it weighs.
AGAINST = frozenset(
    {
        Reason.OTHER_IDENTITY,
        Reason.OTHER_HEAD,
        Reason.OTHER_BIRTH,
        Reason.OTHER_SEX,
        Reason.OTHER_VILLAGE,
        Reason.MOVED,
        Reason.MOVED_FAR,
        Reason.NO_IDENTITY,
    }
)


def likeness(one: Facts, other: Facts) -> tuple[int, tuple[Reason, ...]]:
    """How alike two households are, 0 to 100, and why, the weightiest reason first.

    The same whichever comes first. Two heads of whom nothing is alike are no reason against when the
    households have people in common: lists name the husband in one year, the wife in the next.
    """
    identity = _identity_reason(one.number, other.number)
    name = _name_reason(one, other)
    shared = _shared_people(one, other)
    found = [*shared, _place_reason(one, other)]
    if one.phone and one.phone == other.phone:
        found.append(Reason.SAME_PHONE)
    same_number = identity in (Reason.SAME_IDENTITY, Reason.LOST_ZERO)
    if name is None and not same_number:
        if not shared:
            return 0, ()
        score = _SHARED_BASE[min(2, len(shared))] + sum(WEIGHTS[reason] for reason in set(found))
        return _result(score, [*found, Reason.OTHER_HEAD])
    found += [name or Reason.OTHER_HEAD, identity]
    birth = _birth_reason(one, other)
    if birth is not None:
        found.append(birth)
    if one.gender and other.gender and one.gender != other.gender:
        found.append(Reason.OTHER_SEX)
    return _result(sum(WEIGHTS[reason] for reason in set(found)), found)


def _result(score: int, found: list[Reason]) -> tuple[int, tuple[Reason, ...]]:
    order = sorted(set(found), key=lambda reason: (reason in AGAINST, -WEIGHTS[reason], reason))
    return max(0, min(100, score)), tuple(order)


def _shared_people(one: Facts, other: Facts) -> list[Reason]:
    """One reason for each person both households have; that the heads are one is no news here."""
    if not one.people and not other.people:
        return []
    ours, theirs = _people(one), _people(other)
    numbers = {canonical_number(person.number) for person in ours}
    numbers &= {canonical_number(person.number) for person in theirs}
    numbers.discard("")
    if _same_person(ours[0], theirs[0]):
        numbers -= {canonical_number(one.number), canonical_number(other.number)}
    unnumbered = {
        (person.name, person.birth)
        for person, twin in ((a, b) for a in ours for b in theirs if a is not ours[0] or b is not theirs[0])
        if not (person.number and twin.number) and _same_person(person, twin)
    }
    names = {(fold(name), birth) for name, birth in unnumbered}
    return [Reason.SHARED_NUMBER] * len(numbers) + [Reason.SHARED_PERSON] * len(names)


def _people(household: Facts) -> list[Person]:
    head = Person(household.name, household.birth, household.year, household.number)
    return [head, *household.people]


def _same_person(a: Person, b: Person) -> bool:
    if a.number and b.number:
        return canonical_number(a.number) == canonical_number(b.number)
    return a.birth is not None and a.birth == b.birth and is_day(a.birth) and fold(a.name) == fold(b.name)
