"""Finding duplicates against two naive ways and a bare blocking floor, with planted duplicates of 17 kinds.

A province's households come from the demo's generator (families, peoples, names and villages of Huế), with
more 01/01 birthdays, bare years and missing numbers than it makes by itself. Two of a hundred are planted
twice: the second time without members, and changed in the way its kind says. Recall is the share of planted
pairs found; what is found beyond them are namesakes that somebody would have to look at in vain.
"""

from __future__ import annotations

import pickle
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from beneficiaries.duplicates.blocking import find_pairs
from beneficiaries.duplicates.scoring import Facts, Person
from smartphone_support.demo.dice import Dice
from smartphone_support.demo.identity import OLD_CARD_PREFIXES
from smartphone_support.demo.population import make_population
from smartphone_support.demo.settlement import communes_of
from smartphone_support.vietnamese.text import fold

from ._measuring import _peak_mb, alone, median, print_table, seconds

PROVINCE = "46"
PLANTED_PER_MILLE = 20
#: Shares of the register in per cent: born "01/01", only a year known, no identity number.
NEW_YEAR, BARE_YEAR, NO_NUMBER = 10, 5, 3
#: A list read anew against the register, as a part of it.
NEW_PART = 5

ORDINARY = (
    "same_cccd_typo", "cccd_lost_zero", "cmnd_same_name", "cmnd_no_accents", "cmnd_typo", "cmnd_swapped_dm",
    "cmnd_year_only", "nocccd_typo", "cmnd_moved_commune", "cmnd_year_off1", "cmnd_dropped_middle",
)  # fmt: skip
HARD = (
    "hard_cccd_digit", "hard_day_digit", "hard_typo_swapped", "hard_typo_year_off1", "hard_typo_moved",
    "hard_noaccent_yearonly_typo",
)  # fmt: skip
Planted = tuple[str, int, int]


# --- the register and what is planted in it ----------------------------------------------------------


def make_register(rows: int, seed: int) -> tuple[list[Facts], list[Planted]]:
    """``rows`` households, a part of them twice; the planted pairs as (kind, id, id)."""
    dice = Dice("duplicates", seed)
    facts = []
    for number, household in enumerate(make_population(PROVINCE, year=2022, size=rows, seed=seed), 1):
        head = household.head
        birth: date | None = head.birth_date
        year, card = head.birth_date.year, head.national_id
        roll = dice.whole(1, 100)
        if roll <= NEW_YEAR:
            birth = date(year, 1, 1)
        elif roll <= NEW_YEAR + BARE_YEAR:
            birth = None
        if dice.whole(1, 100) <= NO_NUMBER:
            card = ""
        facts.append(
            Facts(
                number, head.name, fold(head.name), birth, year, head.gender, card, household.phone,
                household.commune_code, household.district_code, household.village,
                tuple(Person(m.name, m.birth_date, m.birth_date.year, m.national_id)
                      for m in household.members[1:]),
            )
        )  # fmt: skip
    planted = []
    kinds = ORDINARY + HARD
    sources = iter(dice.shuffled([f for f in facts if _is_plain(f)]))
    for number in range(rows * PLANTED_PER_MILLE // 1000):
        kind = kinds[number % len(kinds)]
        source = next(sources)
        while not (changed := _CHANGES[kind](source, dice)):
            source = next(sources)
        name = changed.name
        twin = changed._replace(id=rows + number + 1, folded=fold(name), people=(), phone="")
        facts.append(_careless(twin, dice))
        planted.append((kind, source.id, twin.id))
    return facts, planted


def _is_plain(facts: Facts) -> bool:
    """Only a household with a whole birth date and a card of twelve digits can be changed in every way."""
    birth = facts.birth
    return len(facts.number) == 12 and birth is not None and not (birth.day == birth.month == 1)


def _careless(facts: Facts, dice: Dice) -> Facts:
    """Villages are written as people please, or not at all."""
    roll = dice.whole(1, 100)
    if roll <= 10:
        return facts._replace(village="")
    return facts._replace(village=fold(facts.village).upper()) if roll <= 25 else facts


def _old_card(facts: Facts, dice: Dice) -> Facts:
    number = f"{dice.pick(OLD_CARD_PREFIXES[PROVINCE])}{dice.whole(0, 999_999):06}"
    return facts._replace(number=number)


def _slip(text: str, dice: Dice) -> str:
    """One letter of one word doubled, dropped, changed or swapped with its neighbour."""
    words = text.split()
    place = dice.whole(0, len(words) - 1)
    word = words[place]
    at = dice.whole(0, len(word) - 1)
    letter = "bcghklmnptvx"[dice.whole(0, 11)]
    if len(word) > 2:
        words[place] = dice.pick(
            (
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            )
        )
    else:
        words[place] = word + letter
    return " ".join(words)


def _typo(facts: Facts, dice: Dice) -> Facts | None:
    name = _slip(facts.name, dice)
    return facts._replace(name=name) if fold(name) != facts.folded else None


def _bare(facts: Facts, dice: Dice) -> Facts:
    return facts._replace(name=fold(facts.name).title())


def _swapped(facts: Facts, dice: Dice) -> Facts | None:
    day = facts.birth
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return facts._replace(birth=date(day.year, day.day, day.month))


def _year_only(facts: Facts, dice: Dice) -> Facts:
    return facts._replace(birth=None)


def _year_off(facts: Facts, dice: Dice) -> Facts | None:
    day = facts.birth
    if day is None or (day.day, day.month) == (29, 2):
        return None
    other = day.replace(year=day.year + dice.pick((-1, 1)))
    return facts._replace(birth=other, year=other.year)


def _day_digit(facts: Facts, dice: Dice) -> Facts | None:
    """Another digit in the day, the month as it was: 3 for 8, 14 for 17."""
    day = facts.birth
    if day is None:
        return None
    start = day.day // 10 * 10
    others = [
        d for d in range(max(1, start), min(28, start + 9) + 1) if d != day.day and (d, day.month) != (1, 1)
    ]
    return facts._replace(birth=day.replace(day=dice.pick(others))) if others else None


def _moved(facts: Facts, dice: Dice) -> Facts:
    commune = dice.pick([c for c in communes_of(PROVINCE) if c.code != facts.commune])
    return facts._replace(
        commune=commune.code, district=commune.district_code, village=dice.pick(commune.villages)
    )


def _dropped_middle(facts: Facts, dice: Dice) -> Facts | None:
    words = facts.name.split()
    if len(words) < 3:
        return None
    del words[dice.whole(1, len(words) - 2)]
    return facts._replace(name=" ".join(words))


def _number_digit(facts: Facts, dice: Dice) -> Facts:
    at = dice.whole(0, 11)
    digit = dice.pick([d for d in "0123456789" if d != facts.number[at]])
    return facts._replace(number=facts.number[:at] + digit + facts.number[at + 1 :])


def _lost_zero(facts: Facts, dice: Dice) -> Facts:
    return facts._replace(number=facts.number.lstrip("0"))


def _no_card(facts: Facts, dice: Dice) -> Facts:
    return facts._replace(number="")


Change = Callable[[Facts, Dice], Facts | None]


def _all(*changes: Change) -> Change:
    def change(facts: Facts, dice: Dice) -> Facts | None:
        changed: Facts | None = facts
        for one in changes:
            if changed is not None:
                changed = one(changed, dice)
        return changed

    return change


_CHANGES: dict[str, Change] = {
    "same_cccd_typo": _typo,
    "cccd_lost_zero": _lost_zero,
    "cmnd_same_name": _old_card,
    "cmnd_no_accents": _all(_old_card, _bare),
    "cmnd_typo": _all(_old_card, _typo),
    "cmnd_swapped_dm": _all(_old_card, _swapped),
    "cmnd_year_only": _all(_old_card, _year_only),
    "nocccd_typo": _all(_no_card, _typo),
    "cmnd_moved_commune": _all(_old_card, _moved),
    "cmnd_year_off1": _all(_old_card, _year_off),
    "cmnd_dropped_middle": _all(_old_card, _dropped_middle),
    "hard_cccd_digit": _number_digit,
    "hard_day_digit": _all(_old_card, _day_digit),
    "hard_typo_swapped": _all(_old_card, _typo, _swapped),
    "hard_typo_year_off1": _all(_old_card, _typo, _year_off),
    "hard_typo_moved": _all(_old_card, _typo, _moved),
    "hard_noaccent_yearonly_typo": _all(_old_card, _typo, _bare, _year_only),
}


# --- ways to find them -------------------------------------------------------------------------------


def exact_number(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    """The naive check: the same identity number."""
    return _pairs([f.number for f in facts], facts)


def group_by(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    """GROUP BY folded name, birth date and commune."""
    keys = [(f.folded, f.birth, f.commune) if f.birth else None for f in facts]
    return _pairs(keys, facts)


def floor(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    """Bare blocking: every household under each of seven keys that the kinds leave untouched, the pairs only
    counted. No comparing, no scoring, no members."""
    keys: list[list[Any]] = [[] for _key in range(7)]
    numbers, births, days, lasts, firsts, near_lasts, near_firsts = keys
    for f in facts:
        first, _space, last = f.folded.rpartition(" ")
        numbers.append(f.number or f.id)
        births.append((f.folded, f.year, f.commune))
        birth = f.birth
        if birth:
            low, high = (birth.day, birth.month) if birth.day < birth.month else (birth.month, birth.day)
            days.append((f.folded, low, high))
            lasts.append((last, f.year, low, high))
            firsts.append((first, f.year, low, high))
            near_lasts.append((last, f.commune, low, high))
            near_firsts.append((first, f.commune, low, high))
    sum(count * (count - 1) // 2 for block in keys for count in Counter(block).values())
    return set()


def ours(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    return {(pair.first, pair.second) for pair in find_pairs(facts)}


def ours_without_members(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    return ours(facts, new)


def ours_new_list(facts: list[Facts], new: frozenset[int]) -> set[tuple[int, int]]:
    """A fifth of the households as a list just read, against the others."""
    return {(pair.first, pair.second) for pair in find_pairs(facts, new=new)}


METHODS: dict[str, Callable[[list[Facts], frozenset[int]], set[tuple[int, int]]]] = {
    method.__name__: method
    for method in (exact_number, group_by, floor, ours_without_members, ours, ours_new_list)
}


def _pairs(keys: list[Any], facts: list[Facts]) -> set[tuple[int, int]]:
    together: dict[Any, list[int]] = defaultdict(list)
    for key, f in zip(keys, facts, strict=True):
        if key:
            together[key].append(f.id)
    return {pair for ids in together.values() if len(ids) > 1 for pair in combinations(sorted(ids), 2)}


# --- measuring ---------------------------------------------------------------------------------------


def case(path: str, method: str) -> dict[str, Any]:
    """Run one way in this process: its pairs, its seconds, the memory it added in MB."""
    facts, _planted = pickle.loads(Path(path).read_bytes())
    if method != "ours" and method != "ours_new_list":
        facts = [f._replace(people=()) for f in facts]
    new = frozenset(f.id for f in facts if f.id % NEW_PART == 0)
    before = _peak_mb(reset=True)
    started = time.perf_counter()
    found = METHODS[method](facts, new)
    taken = time.perf_counter() - started
    return {"seconds": taken, "mb": max(0.0, _peak_mb() - before), "pairs": found}


def recall(found: set[tuple[int, int]], planted: list[Planted]) -> dict[str, float]:
    """Share of the planted pairs that were found, by kind."""
    total, hits = Counter(kind for kind, *_ids in planted), Counter[str]()
    for kind, one, other in planted:
        hits[kind] += (one, other) in found
    return {kind: hits[kind] / total[kind] for kind in total}


def run(*, rows: int = 150_000, seed: int = 1, runs: int = 3) -> dict[str, Any]:
    """Print the ways side by side: time, memory, recall by kind, pairs per 1,000 households."""
    facts, planted = make_register(rows, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register"
        path.write_bytes(pickle.dumps((facts, planted)))
        size = len(facts)
        del facts
        results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _turn in range(runs):
            for method in METHODS:  # one after the other, so that a slow minute meets all of them
                results[method].append(
                    alone("tests.benchmarks.duplicates:case", path=str(path), method=method).result
                )
    figures = {method: _figures(found, planted, size) for method, found in results.items()}
    _print(figures, size, seed, len(planted))
    return figures


def _figures(found: list[dict[str, Any]], planted: list[Planted], size: int) -> dict[str, Any]:
    pairs = found[0]["pairs"]
    kinds = recall(pairs, planted)
    return {
        "seconds": median(one["seconds"] for one in found),
        "mb": median(one["mb"] for one in found),
        "ordinary": sum(kinds[kind] for kind in ORDINARY) / len(ORDINARY),
        "hard": sum(kinds[kind] for kind in HARD) / len(HARD),
        "kinds": kinds,
        "beside": len(pairs - {(one, other) for _kind, one, other in planted}),
        "per_1000": 1000 * len(pairs) / size,
    }


def _print(figures: dict[str, dict[str, Any]], size: int, seed: int, planted: int) -> None:
    base = figures["floor"]["seconds"]
    rows = [
        (
            method,
            seconds(f["seconds"]),
            f"{f['seconds'] / base:.2f}",
            f"{size / f['seconds']:,.0f}",
            f"+{f['mb']:.0f}",
            f"{f['ordinary']:.3f}",
            f"{f['hard']:.3f}",
            f["beside"],
            f"{f['per_1000']:.1f}",
        )
        for method, f in figures.items()
    ]
    headings = (
        "way", "median", "x floor", "households/s", "peak MB", "recall, 11 ordinary", "recall, 6 hard",
        "not planted", "pairs per 1,000",
    )  # fmt: skip
    print_table(f"{size:,} households, {planted:,} planted, seed {seed}", headings, rows)
    shown = ("exact_number", "group_by", "ours_without_members", "ours")
    kinds = [
        (kind, *(f"{figures[method]['kinds'].get(kind, 0):.3f}" for method in shown))
        for kind in ORDINARY + HARD
    ]
    print_table("Recall by kind", ("kind", *shown), kinds)
