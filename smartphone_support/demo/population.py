"""A synthetic population: the poor and near-poor households of a province, and what becomes of them.

For the demonstration, the tests and the benchmarks; no real person is in it. Everything follows from
the seed: the same arguments give the same households on every machine and every version of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .dice import Dice
from .households import (
    CHILD,
    EXITED_NEAR_POOR,
    EXITED_POOR,
    FATHER,
    HEAD,
    HUSBAND,
    MOTHER,
    NEAR_POOR,
    POOR,
    SIBLING,
    WIFE,
    HouseholdMaker,
    Person,
    SyntheticHousehold,
    decision_of,
    scores,
)
from .identity import IdentityIssuer, phone_number
from .names import MALE
from .settlement import Commune, commune_by_code, households_per_commune

__all__ = [
    "CHANGED",
    "EXITED_NEAR_POOR",
    "EXITED_POOR",
    "GONE",
    "NEAR_POOR",
    "NEW",
    "POOR",
    "UNCHANGED",
    "Fate",
    "Movement",
    "NextYear",
    "OperatorLine",
    "Person",
    "SyntheticHousehold",
    "advance_year",
    "make_population",
    "monthly_movements",
    "operator_lines",
]

UNCHANGED = "unchanged"
CHANGED = "changed"
NEW = "new"
GONE = "gone"

#: What becomes of a household within a year, with weights in per mille. Illustrative.
FATE_WEIGHTS = {
    UNCHANGED: 850,
    "poverty_class": 30,
    "phone": 15,
    "birth": 17,
    "head": 9,
    "village": 7,
    EXITED_POOR: 28,
    EXITED_NEAR_POOR: 28,
    GONE: 16,
}
NEW_PER_MILLE = 60

#: Kinds of monthly change, with how many a month there are for 10,000 households. Illustrative.
MOVEMENT_KINDS = {
    "new_poor": 42,
    "relapsed_poor": 10,
    "near_to_poor": 15,
    "poor_to_near": 37,
    "exited_poor": 23,
    "exited_near_poor": 28,
    "moved_out": 8,
    "moved_in": 4,
    "deceased": 5,
    "head_changed": 7,
    "corrected": 13,
}
NEWCOMER_KINDS = ("new_poor", "relapsed_poor", "moved_in")
#: Classes a household must have before it can make the movement; any class where not named.
CLASS_BEFORE = {
    "near_to_poor": NEAR_POOR,
    "poor_to_near": POOR,
    "exited_poor": POOR,
    "exited_near_poor": NEAR_POOR,
}
CLASS_AFTER = {
    "near_to_poor": POOR,
    "poor_to_near": NEAR_POOR,
    "exited_poor": EXITED_POOR,
    "exited_near_poor": EXITED_NEAR_POOR,
}

#: Monthly support in đồng as communes reported it for 2023: mobile package, fixed broadband.
SUPPORT_LEVELS = {"mobile": 60_000, "fixed": 130_000}
OPERATORS = {"viettel": 60, "vnpt": 30, "mobifone": 10}
NO_TRAFFIC = "Hai tháng liên tục không phát sinh lưu lượng"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one household between two lists.

    ``kind`` is unchanged, changed, new, gone (left out without a word), exited_poor or
    exited_near_poor; ``fields`` names what changed: poverty_class, phone, village, members, head.
    """

    key: str
    kind: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextYear:
    """The list of the year after: who is on it, who is on the two exit sheets, and every fate by key."""

    households: list[SyntheticHousehold]
    exited: list[SyntheticHousehold]
    fates: dict[str, Fate]

    def count(self, kind: str) -> int:
        """How many households met with this kind of fate."""
        return sum(fate.kind == kind for fate in self.fates.values())


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a monthly change file.

    ``household`` is what the register knew before (for a newcomer: what it has to learn), ``after`` the
    household once the change is applied, or None when it leaves the register. ``kind`` is one of
    ``MOVEMENT_KINDS``.
    """

    kind: str
    household: SyntheticHousehold
    after: SyntheticHousehold | None
    decision_number: str
    decision_date: date
    new_head: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """One line of an operator's monthly update; ``level`` in đồng a month."""

    household: SyntheticHousehold
    change: str
    service: str
    level: int
    subscriber: str
    effective: date
    reason: str = ""


def make_population(province_code: str, *, year: int, size: int, seed: int) -> list[SyntheticHousehold]:
    """``size`` poor and near-poor households of the province, as on the list of the given year.

    Ordered as lists are: by district, commune, village, running number. Raises ValueError for a province
    other than 46 and 67.
    """
    dice = Dice("population", province_code, year, seed)
    shares = households_per_commune(province_code, size)
    maker = HouseholdMaker(province_code, year, dice, IdentityIssuer(province_code, year))
    households = []
    for commune, count in shares:
        for code in range(1, count + 1):
            poverty_class = POOR if dice.chance(commune.poor_share) else NEAR_POOR
            key = f"{commune.code}-{year}-{code:04d}"
            households.append(maker.household(commune, key=key, code=code, poverty_class=poverty_class))
    return _in_list_order(households)


def advance_year(population: Sequence[SyntheticHousehold], *, seed: int) -> NextYear:
    """The list of the following year, some 85 % of it unchanged but for the new recognition decision.

    The decision's number and day are new for everyone, because every year's review ends in one. The
    population must not be empty and must come from one province.
    """
    province_code, year = population[0].province_code, population[0].year + 1
    dice = Dice("next year", province_code, year, seed)
    taken = [member.national_id for household in population for member in household.members]
    maker = HouseholdMaker(province_code, year, dice, IdentityIssuer(province_code, year, taken=taken))
    communes = commune_by_code(province_code)
    households: list[SyntheticHousehold] = []
    exited: list[SyntheticHousehold] = []
    fates: dict[str, Fate] = {}
    for before in population:
        fate = dice.weighted(tuple(FATE_WEIGHTS), tuple(FATE_WEIGHTS.values()))
        now, fates[before.key] = _one_year_on(before, fate, maker, communes[before.commune_code])
        if now is not None:
            (exited if now.poverty_class in (EXITED_POOR, EXITED_NEAR_POOR) else households).append(now)
    for newcomer in _newcomers(population, maker):
        households.append(newcomer)
        fates[newcomer.key] = Fate(newcomer.key, NEW)
    return NextYear(_in_list_order(households), _in_list_order(exited), fates)


def _one_year_on(
    before: SyntheticHousehold, fate: str, maker: HouseholdMaker, commune: Commune
) -> tuple[SyntheticHousehold | None, Fate]:
    number, day = decision_of(commune.code, maker.year)
    now = replace(before, year=maker.year, decision_number=number, decision_date=day)
    if fate == GONE:
        return None, Fate(before.key, GONE)
    if fate in (EXITED_POOR, EXITED_NEAR_POOR):
        kind = EXITED_POOR if before.poverty_class == POOR else EXITED_NEAR_POOR
        b1, b2 = scores(maker.dice, commune, kind)
        return replace(now, poverty_class=kind, b1_score=b1, b2_score=b2), Fate(before.key, kind)
    if fate == UNCHANGED:
        return now, Fate(before.key, UNCHANGED)
    changed = _CHANGES[fate](now, maker, commune)
    if changed is None:
        return None, Fate(before.key, GONE)
    return changed, Fate(before.key, CHANGED, _FIELDS[fate])


def _other_class(now: SyntheticHousehold, maker: HouseholdMaker, commune: Commune) -> SyntheticHousehold:
    other = NEAR_POOR if now.poverty_class == POOR else POOR
    b1, b2 = scores(maker.dice, commune, other)
    return replace(now, poverty_class=other, b1_score=b1, b2_score=b2)


def _other_phone(now: SyntheticHousehold, maker: HouseholdMaker, commune: Commune) -> SyntheticHousehold:
    return replace(now, phone=phone_number(maker.dice))


def _birth(now: SyntheticHousehold, maker: HouseholdMaker, commune: Commune) -> SyntheticHousehold:
    parent = next((member for member in now.members[:2] if member.gender == MALE), now.head)
    return replace(now, members=(*now.members, maker.baby(parent)))


def _other_village(now: SyntheticHousehold, maker: HouseholdMaker, commune: Commune) -> SyntheticHousehold:
    others = [village for village in commune.villages if village != now.village]
    return replace(now, village=maker.dice.pick(others))


def _head_died(now: SyntheticHousehold, maker: HouseholdMaker, commune: Commune) -> SyntheticHousehold | None:
    """The spouse or the eldest grown child becomes the head; nobody left: the household is gone."""
    return successor_household(now, keep_old_head=False)


_CHANGES: dict[str, Callable[[SyntheticHousehold, HouseholdMaker, Commune], SyntheticHousehold | None]] = {
    "poverty_class": _other_class,
    "phone": _other_phone,
    "birth": _birth,
    "head": _head_died,
    "village": _other_village,
}
_FIELDS = {
    "poverty_class": ("poverty_class",),
    "phone": ("phone",),
    "birth": ("members",),
    "head": ("head", "members"),
    "village": ("village",),
}


def successor_household(household: SyntheticHousehold, *, keep_old_head: bool) -> SyntheticHousehold | None:
    """The household under its next head, or None when no grown member is left to follow."""
    old_head, *others = household.members
    spouse = next((member for member in others if member.relation in (WIFE, HUSBAND)), None)
    children = [member for member in others if member.relation == CHILD]
    grown = [child for child in children if household.year - child.birth_date.year >= 18]
    heir = spouse or (grown[0] if grown else None)
    if heir is None:
        return None
    by_child = heir.relation == CHILD
    rest = [
        replace(member, relation=SIBLING) if by_child and member.relation == CHILD else member
        for member in others
        if member is not heir
    ]
    if keep_old_head:
        spouse_word, parent_word = (HUSBAND, FATHER) if old_head.gender == MALE else (WIFE, MOTHER)
        relation = parent_word if by_child else spouse_word
        rest.insert(0, replace(old_head, relation=relation))
    return replace(household, members=(replace(heir, relation=HEAD), *rest))


def _newcomers(population: Sequence[SyntheticHousehold], maker: HouseholdMaker) -> list[SyntheticHousehold]:
    last_code: dict[str, int] = {}
    for household in population:
        last_code[household.commune_code] = max(last_code.get(household.commune_code, 0), int(household.code))
    count = max(1, round(len(population) * NEW_PER_MILLE / 1000))
    newcomers = []
    for commune, share in households_per_commune(maker.province_code, count):
        for number in range(1, share + 1):
            code = last_code.get(commune.code, 0) + number
            poverty_class = POOR if maker.dice.chance(commune.poor_share) else NEAR_POOR
            key = f"{commune.code}-{maker.year}-{code:04d}"
            newcomers.append(maker.household(commune, key=key, code=code, poverty_class=poverty_class))
    return newcomers


def monthly_movements(population: Sequence[SyntheticHousehold], month: str, seed: int) -> list[Movement]:
    """What changes in one month ("2024-02") among the households known so far.

    Every kind occurs at least once where the population has a household for it; no household moves
    twice in the month. Ordered by kind as in ``MOVEMENT_KINDS``, then by list order.
    """
    year, number = (int(part) for part in month.split("-"))
    dice = Dice("movements", population[0].province_code, month, seed)
    taken = [member.national_id for household in population for member in household.members]
    issuer = IdentityIssuer(population[0].province_code, year, month=number, taken=taken)
    maker = HouseholdMaker(issuer.province_code, year, dice, issuer, closing=date(year, number, 1))
    waiting = dice.shuffled(population)
    movements: list[Movement] = []
    for kind, per_10000 in MOVEMENT_KINDS.items():
        count = max(1, round(len(population) * per_10000 / 10_000))
        if kind in NEWCOMER_KINDS:
            before = _arrivals(maker, month, len(movements), count)
        else:
            before = [household for household in waiting if _can_move(household, kind)][:count]
            moving = {household.key for household in before}
            waiting = [household for household in waiting if household.key not in moving]
        for household in _in_list_order(before):
            # Reviews begin on the 15th, lists go up on the 5th (Decision 24/2021/QĐ-TTg art. 5 and 7).
            day = date(year - (number == 1), (number - 2) % 12 + 1, dice.whole(16, 28))
            movements.append(_movement(kind, household, maker, day))
    return movements


def _can_move(household: SyntheticHousehold, kind: str) -> bool:
    if kind == "deceased":
        return household.member_count == 1
    if kind == "head_changed":
        return successor_household(household, keep_old_head=True) is not None
    return household.poverty_class == CLASS_BEFORE.get(kind, household.poverty_class)


def _arrivals(maker: HouseholdMaker, month: str, already: int, count: int) -> list[SyntheticHousehold]:
    arrivals = []
    shares = households_per_commune(maker.province_code, 1000)
    for number in range(already + 1, already + count + 1):
        commune = maker.dice.weighted(*zip(*shares, strict=True))
        key = f"{commune.code}-{month}-{number:04d}"
        arrivals.append(maker.household(commune, key=key, code=number, poverty_class=POOR))
    return arrivals


def _movement(kind: str, household: SyntheticHousehold, maker: HouseholdMaker, day: date) -> Movement:
    number = f"{maker.dice.whole(10, 99)}/QĐ-UBND"
    if kind in NEWCOMER_KINDS:
        household = replace(household, decision_number=number, decision_date=day, certificate_date=day)
    after = _after_movement(kind, household, maker)
    if after is not None and kind != "corrected":
        after = replace(after, decision_number=number, decision_date=day)
    new_head = after.head.name if after is not None and kind == "head_changed" else ""
    note = "Hộ nghèo, chuyển đến từ tỉnh khác" if kind == "moved_in" else ""
    return Movement(kind, household, after, number, day, new_head, note)


def _after_movement(
    kind: str, household: SyntheticHousehold, maker: HouseholdMaker
) -> SyntheticHousehold | None:
    if kind in ("moved_out", "deceased"):
        return None
    if kind == "head_changed":
        return successor_household(household, keep_old_head=True)
    if kind == "corrected":
        return _with_other_count(household, maker)
    if kind not in CLASS_AFTER:
        return household
    commune = commune_by_code(household.province_code)[household.commune_code]
    b1, b2 = scores(maker.dice, commune, CLASS_AFTER[kind])
    return replace(household, poverty_class=CLASS_AFTER[kind], b1_score=b1, b2_score=b2)


def _with_other_count(household: SyntheticHousehold, maker: HouseholdMaker) -> SyntheticHousehold:
    if household.member_count > 2 and maker.dice.chance(0.5):
        return replace(household, members=household.members[:-1])
    return replace(household, members=(*household.members, maker.baby(household.head)))


def operator_of(household: SyntheticHousehold) -> str:
    """The one operator a household is with: always the same, because support goes through one only."""
    return Dice("operator", household.key).weighted(tuple(OPERATORS), tuple(OPERATORS.values()))


def operator_lines(
    population: Sequence[SyntheticHousehold], month: str, *, operator: str, seed: int, size: int = 400
) -> list[OperatorLine]:
    """At most ``size`` lines of one operator's update for the month ("2024-03"), in list order.

    Raises ValueError for an operator other than viettel, vnpt and mobifone.
    """
    if operator not in OPERATORS:
        raise ValueError(f"Unknown operator {operator!r}: only {', '.join(OPERATORS)}.")
    year, number = (int(part) for part in month.split("-"))
    dice = Dice("operator", operator, month, seed)
    own = [household for household in population if operator_of(household) == operator]
    lines = []
    for household in _in_list_order(dice.shuffled(own)[:size]):
        service = dice.weighted(tuple(SUPPORT_LEVELS), (68, 32))
        change = dice.weighted(("new", "stopped", "level_changed"), (70, 19, 11))
        reason = NO_TRAFFIC if change == "stopped" and dice.chance(0.45) else ""
        subscriber = household.phone or phone_number(dice)
        day = date(year, number, dice.whole(1, 28))
        level = SUPPORT_LEVELS[service]
        lines.append(OperatorLine(household, change, service, level, subscriber, day, reason))
    return lines


def _in_list_order(households: Sequence[SyntheticHousehold]) -> list[SyntheticHousehold]:
    return sorted(households, key=lambda h: (h.district_code, h.commune_code, h.village, int(h.code), h.key))
