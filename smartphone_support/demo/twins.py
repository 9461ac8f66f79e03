"""Households that stand on a list twice, so that the demonstration has duplicates to decide.

Each is a household of the population once more, under another running number and changed as lists change
people: the old card, a slip of the pen, a middle name left out, day and month swapped, another village.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from .dice import Dice
from .households import HEAD, HUSBAND, WIFE, Person, SyntheticHousehold
from .identity import IdentityIssuer
from .names import MALE
from .settlement import Commune, commune_by_code

MOST = 20
#: One in so many households of a small register, up to ``MOST``.
ONE_IN = 60
Change = Callable[[SyntheticHousehold, Dice], SyntheticHousehold | None]


def twins_of(population: Sequence[SyntheticHousehold], *, seed: int) -> list[SyntheticHousehold]:
    """Some households of the population a second time; the same seed gives the same ones.

    Their keys end in "-2"; their running numbers follow the last one of their commune.
    """
    first = population[0]
    dice = Dice("twins", first.province_code, first.year, seed)
    taken = [member.national_id for household in population for member in household.members]
    issuer = IdentityIssuer(first.province_code, first.year, month=12, taken=taken)
    last: dict[str, int] = {}
    for household in population:
        last[household.commune_code] = max(last.get(household.commune_code, 0), int(household.code))
    count = min(MOST, len(population) // ONE_IN)
    changes = list(_CHANGES)
    twins: list[SyntheticHousehold] = []
    for source in dice.shuffled([h for h in population if len(h.head.national_id) == 12]):
        if len(twins) == count:
            break
        changed = changes[len(twins) % len(changes)](source, dice)
        if changed is None:
            continue
        if changed.head.national_id == source.head.national_id:
            changed = _with_head(changed, national_id=issuer.old_card_number(dice))
        last[changed.commune_code] = last.get(changed.commune_code, 0) + 1
        code = last[changed.commune_code]
        twins.append(
            replace(changed, key=f"{source.key}-2", code=str(code), certificate_number=f"{code}/GCN-HN.HCN")
        )
    return twins


def _with_head(household: SyntheticHousehold, **changed: object) -> SyntheticHousehold:
    head: Person = replace(household.head, **changed)  # type: ignore[arg-type]  # fields of a person by name
    return replace(household, members=(head, *household.members[1:]))


def _other_village(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold:
    villages = _commune(household).villages
    return replace(household, village=dice.pick([v for v in villages if v != household.village]))


def _commune(household: SyntheticHousehold) -> Commune:
    return commune_by_code(household.province_code)[household.commune_code]


def _other_commune(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold:
    communes = commune_by_code(household.province_code).values()
    near = [
        c for c in communes if c.district_code == household.district_code and c.code != household.commune_code
    ]
    commune = dice.pick(near)
    return replace(household, commune_code=commune.code, village=dice.pick(commune.villages))


def _slip(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold:
    """The last letter twice, as a key held too long writes it."""
    name = household.head.name
    return _with_head(household, name=name + name[-1])


def _dropped_middle(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold | None:
    words = household.head.name.split()
    return _with_head(household, name=f"{words[0]} {' '.join(words[2:])}") if len(words) > 2 else None


def _swapped(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold | None:
    born = household.head.birth_date
    if born.day > 12 or born.day == born.month:
        return None
    return _with_head(household, birth_date=date(born.year, born.day, born.month))


def _year_off(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold | None:
    born = household.head.birth_date
    if (born.day, born.month) == (29, 2):
        return None
    return _with_head(household, birth_date=born.replace(year=born.year - 1))


def _number_slip(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold:
    """The card's last digit is another one; the household is written into another village."""
    number = household.head.national_id
    return _with_head(
        _other_village(household, dice), national_id=number[:-1] + str((int(number[-1]) + 3) % 10)
    )


def _spouse_heads(household: SyntheticHousehold, dice: Dice) -> SyntheticHousehold | None:
    """Listed under the other spouse: the same people, another head."""
    if len(household.members) < 2 or household.members[1].relation not in (WIFE, HUSBAND):
        return None
    head, spouse, *others = household.members
    relation = HUSBAND if head.gender == MALE else WIFE
    return replace(
        household, members=(replace(spouse, relation=HEAD), replace(head, relation=relation), *others)
    )


_CHANGES: tuple[Change, ...] = (
    _other_village,
    _slip,
    _swapped,
    _other_commune,
    _number_slip,
    _dropped_middle,
    _year_off,
    _spouse_heads,
)
