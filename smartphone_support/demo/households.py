"""Synthetic households: what one is, and how one comes to be.

Nobody in them exists. Their make-up (ages, kinship, peoples, scores) is plausible rather than
representative, and every value agrees with every other: scores with the class, identity numbers with
sex and year of birth, relations with ages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from . import names
from .dice import Dice
from .identity import IdentityIssuer, phone_number
from .names import FEMALE, MALE
from .settlement import Commune

HEAD = "Chủ hộ"
WIFE = "Vợ"
HUSBAND = "Chồng"
CHILD = "Con"
FATHER = "Bố"
MOTHER = "Mẹ"
SIBLING = "Anh chị em"

POOR = "poor"
NEAR_POOR = "near_poor"
EXITED_POOR = "exited_poor"
EXITED_NEAR_POOR = "exited_near_poor"

TABLET = "tablet"
SVMTCE = "svmtce"

#: Up to this B1 score a household counts as poor or near-poor (Circular 07/2021/TT-BLĐTBXH).
RURAL_B1_LINE = 140
URBAN_B1_LINE = 175
#: Three deprivations of ten points each make a household under the line poor, fewer near-poor.
POOR_B2_LINE = 30

POVERTY_CAUSES = (
    "Thiếu đất sản xuất",
    "Thiếu vốn",
    "Thiếu lao động",
    "Thiếu công cụ sản xuất",
    "Thiếu kiến thức sản xuất",
    "Thiếu kỹ năng lao động",
    "Ốm đau, tai nạn",
    "Khác",
)
CAUSE_WEIGHTS = (18, 20, 15, 6, 14, 14, 10, 3)

SHAPES = ("alone", "single_parent", "couple", "family", "three_generations")
SHAPE_WEIGHTS = (10, 10, 9, 55, 16)
CARD_AGE = 14  # before it most children have no card and their number is left blank


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a household; ``relation`` is the Vietnamese word lists use, ``gender`` male or female."""

    name: str
    relation: str
    birth_date: date
    gender: str
    national_id: str
    ethnicity: str


@dataclass(frozen=True, slots=True)
class SyntheticHousehold:
    """One household of the list of ``year``.

    ``key`` is its identity for tests and never printed in a workbook; ``code`` the small running number
    of the commune which lists call "Mã hộ". ``members`` begins with the head. ``has_need`` is None where
    nobody asked yet. ``earlier_device`` is a tablet of the Programme ("tablet") or a device of "Sóng và
    máy tính cho em" ("svmtce") with the day it was given.
    """

    key: str
    code: str
    year: int
    province_code: str
    district_code: str
    commune_code: str
    village: str
    members: tuple[Person, ...]
    poverty_class: str
    is_ethnic_minority: bool
    merit: bool
    social_policy: bool
    no_labour_capacity: bool
    phone: str
    has_need: bool | None
    earlier_device: tuple[str, date] | None
    b1_score: int
    b2_score: int
    poverty_cause: str
    decision_number: str
    decision_date: date
    certificate_number: str
    certificate_date: date

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def member_count(self) -> int:
        return len(self.members)


class HouseholdMaker:
    """Makes households for the list of one province and year, one after the other.

    ``closing`` is the day after which nobody on the list is born: the end of November unless given.
    """

    def __init__(
        self,
        province_code: str,
        year: int,
        dice: Dice,
        issuer: IdentityIssuer,
        *,
        closing: date | None = None,
    ) -> None:
        self.province_code = province_code
        self.year = year
        self._days_open = ((closing or date(year, 11, 27)) - date(year, 1, 1)).days
        self.dice = dice
        self._issuer = issuer

    def household(self, commune: Commune, *, key: str, code: int, poverty_class: str) -> SyntheticHousehold:
        """A household living in the commune, of class ``poor`` or ``near_poor``."""
        dice = self.dice
        ethnicity = dice.weighted(commune.ethnicities, commune.ethnic_weights)
        members = self._members(ethnicity)
        youngest_adult = min(self.age(member) for member in members if self.age(member) >= 16)
        old = youngest_adult >= 60
        b1, b2 = scores(dice, commune, poverty_class)
        decision_number, decision_date = decision_of(commune.code, self.year)
        return SyntheticHousehold(
            key=key,
            code=str(code),
            year=self.year,
            province_code=commune.province_code,
            district_code=commune.district_code,
            commune_code=commune.code,
            village=dice.pick(commune.villages),
            members=members,
            poverty_class=poverty_class,
            is_ethnic_minority=ethnicity != "Kinh",
            merit=dice.chance(0.12 if self.age(members[0]) >= 65 else 0.045),
            social_policy=dice.chance(0.45 if old else 0.11),
            no_labour_capacity=dice.chance(0.55 if old else 0.01),
            phone=phone_number(dice) if dice.chance(0.7) else "",
            has_need=dice.weighted((True, False, None), (78, 9, 13)),
            earlier_device=self._earlier_device(members),
            b1_score=b1,
            b2_score=b2,
            poverty_cause=dice.weighted(POVERTY_CAUSES, CAUSE_WEIGHTS) if dice.chance(0.9) else "",
            decision_number=decision_number,
            decision_date=decision_date,
            certificate_number=f"{code}/GCN-HN.HCN",
            certificate_date=decision_date + timedelta(days=5),
        )

    def baby(self, parent: Person) -> Person:
        """A child born to the household in the list's year."""
        family = names.family_of(self.dice, parent.name, parent.ethnicity)
        return self.person(CHILD, 0, self.dice.pick((MALE, FEMALE)), parent.ethnicity, family)

    def person(self, relation: str, age: int, gender: str, ethnicity: str, family: str) -> Person:
        """A person who turns ``age`` in the list's year."""
        dice = self.dice
        last_day = self._days_open if age == 0 else 364
        born = date(self.year - age, 1, 1) + timedelta(days=dice.whole(0, last_day))
        share_with_number = 0.12 if age < CARD_AGE else 0.995 if relation == HEAD else 0.97
        if not dice.chance(share_with_number):
            number = ""
        elif age >= 45 and dice.chance(0.08):
            number = self._issuer.old_card_number(dice)
        else:
            number = self._issuer.citizen_number(dice, born=born, gender=gender, ethnicity=ethnicity)
        name = names.full_name(dice, ethnicity, gender, family)
        return Person(name, relation, born, gender, number, ethnicity)

    def age(self, person: Person) -> int:
        """Age reached in the list's year, as lists print it."""
        return self.year - person.birth_date.year

    def _members(self, ethnicity: str) -> tuple[Person, ...]:
        dice = self.dice
        family = names.family_name(dice, ethnicity)
        shape = dice.weighted(SHAPES, SHAPE_WEIGHTS)
        if shape == "alone":
            age = dice.whole(60, 90) if dice.chance(0.8) else dice.whole(22, 59)
            return (self.person(HEAD, age, FEMALE if dice.chance(0.66) else MALE, ethnicity, family),)
        if shape == "couple":
            age = dice.whole(58, 84) if dice.chance(0.75) else dice.whole(20, 57)
            return self._couple(age, ethnicity, family)
        if shape == "single_parent":
            gender = FEMALE if dice.chance(0.85) else MALE
            head = self.person(HEAD, dice.whole(24, 56), gender, ethnicity, family)
            return (head, *self._children(self.age(head), ethnicity, family))
        couple = self._couple(dice.whole(22, 58), ethnicity, family)
        mother_age = min(self.age(person) for person in couple)
        members = (*couple, *self._children(mother_age, ethnicity, family))
        if shape == "three_generations":
            members += (self._elder(couple[0], ethnicity, family),)
        return members

    def _couple(self, age: int, ethnicity: str, family: str) -> tuple[Person, Person]:
        dice = self.dice
        head = self.person(HEAD, age, MALE if dice.chance(0.74) else FEMALE, ethnicity, family)
        wife_is_younger_by = dice.whole(-2, 5)
        spouse_family = names.family_name(dice, ethnicity)
        if head.gender == MALE:
            wife_age = max(18, age - wife_is_younger_by)
            return head, self.person(WIFE, wife_age, FEMALE, ethnicity, spouse_family)
        return head, self.person(HUSBAND, age + wife_is_younger_by, MALE, ethnicity, spouse_family)

    def _children(self, mother_age: int, ethnicity: str, family: str) -> tuple[Person, ...]:
        """The children still at home, eldest first, two years or more apart."""
        dice = self.dice
        lowest, highest = max(0, mother_age - 42), min(30, mother_age - 18)
        weights = (18, 34, 27, 14, 7) if ethnicity == "Kinh" else (10, 24, 31, 21, 14)
        wanted = dice.weighted((1, 2, 3, 4, 5), weights)
        ages: list[int] = []
        for _ in range(wanted):
            age = dice.whole(lowest, highest) if highest >= lowest else lowest
            if all(abs(age - other) >= 2 for other in ages):
                ages.append(age)
        ages.sort(reverse=True)
        return tuple(self.person(CHILD, age, dice.pick((MALE, FEMALE)), ethnicity, family) for age in ages)

    def _elder(self, head: Person, ethnicity: str, family: str) -> Person:
        dice = self.dice
        age = min(97, self.age(head) + dice.whole(19, 36))
        if dice.chance(0.7):
            return self.person(MOTHER, age, FEMALE, ethnicity, names.family_name(dice, ethnicity))
        return self.person(FATHER, age, MALE, ethnicity, family)

    def _earlier_device(self, members: tuple[Person, ...]) -> tuple[str, date] | None:
        """Devices went to households with pupils, during and after the epidemic."""
        dice = self.dice
        has_pupil = any(6 <= self.age(member) <= 18 for member in members)
        if self.year < 2022 or not has_pupil or not dice.chance(0.08):
            return None
        if dice.chance(0.75):
            return SVMTCE, date(2021, 10, 1) + timedelta(days=dice.whole(0, 240))
        return TABLET, min(date(2022, 12, 1) + timedelta(days=dice.whole(0, 200)), date(self.year, 12, 31))


def scores(dice: Dice, commune: Commune, poverty_class: str) -> tuple[int, int]:
    """B1 and B2 scores which lead to the class, by the lines of Circular 07/2021/TT-BLĐTBXH."""
    line = URBAN_B1_LINE if commune.is_urban else RURAL_B1_LINE
    if poverty_class == POOR:
        return dice.whole(8, line // 5) * 5, dice.whole(POOR_B2_LINE // 10, 7) * 10
    if poverty_class == NEAR_POOR:
        return dice.whole(12, line // 5) * 5, dice.whole(0, POOR_B2_LINE // 10 - 1) * 10
    return line + dice.whole(1, 12) * 5, dice.whole(0, 4) * 10


def decision_of(commune_code: str, year: int) -> tuple[str, date]:
    """Number and day of the commune chairman's recognition decision for the year.

    The chairman recognises after the review of 1 September to 14 December (Decision 24/2021/QĐ-TTg).
    """
    dice = Dice("decision", commune_code, year)
    return f"{dice.whole(90, 290)}/QĐ-UBND", date(year, 12, dice.whole(5, 20))
