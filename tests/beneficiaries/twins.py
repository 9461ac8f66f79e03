"""Households written straight into the register, for tests of pairs and merges."""

from __future__ import annotations

from datetime import date

from beneficiaries.models import Household, HouseholdMember, PovertySpell, RegisterVersion
from smartphone_support.areas.models import AdministrativeArea

BORN = date(1961, 4, 23)


def area(code: str) -> AdministrativeArea:
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    return AdministrativeArea.objects.select_related("parent").get(code=code, level=level)


def settle(
    name="Hồ Văn Brôi", commune="20044", people=(), spells=(("poor", date(2022, 12, 31), None),), **facts
):
    """A household, its head as first member; `people` as (name, born), `spells` as (class, from, to)."""
    place = area(commune)
    values = {"birth_date": BORN, "birth_year": BORN.year, "gender": "male", "village": "Thôn 1"} | facts
    RegisterVersion.objects.get_or_create(province=place.parent.parent)
    household = Household.objects.create(
        province=place.parent.parent, district=place.parent, commune=place, head_name=name, **values
    )
    members = [(name, values["birth_date"], values.get("national_id", "")), *[(*p, "") for p in people]]
    for position, (who, born, number) in enumerate(members):
        HouseholdMember.objects.create(
            household=household,
            position=position,
            name=who,
            birth_date=born,
            birth_year=born.year if born else None,
            national_id=number,
        )
    for poverty_class, start, end, *reason in spells:
        PovertySpell.objects.create(
            household=household,
            poverty_class=poverty_class,
            valid_from=start,
            valid_to=end,
            reason=reason[0] if reason else "listed",
        )
    return household


def twins(**second):
    """A household with a card of twelve digits and, in the register a second time, with the old one."""
    one = settle(national_id="046061000001")
    return one, settle(**{"national_id": "190123456", **second})
