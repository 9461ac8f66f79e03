"""Households as lists state them and as the register knows them, in a few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from beneficiaries.imports.diff import class_of, filled
from beneficiaries.imports.records import HouseholdRecord, MemberRecord
from beneficiaries.imports.register import RegisterHousehold

EVERY_FIELD = frozenset(HouseholdRecord.__slots__)


def person(name, number="", born=None, year=None, relation=""):
    day = date.fromisoformat(born) if born else None
    return MemberRecord(0, name, relation, day, day.year if day else year, None, number)


def listed(name="Hồ Văn Brôi", number="046070000001", born="1970-05-02", **stated):
    """A record of a list; the head is its first member unless `members` says otherwise."""
    head = person(name, number, born, stated.pop("year", None))
    others = stated.pop("others", [])
    values = {
        "commune_code": "20044", "district_code": "481", "village": "Thôn 1", "poverty_class": "poor",
        "known": EVERY_FIELD, "members": [head, *others],
    }  # fmt: skip
    values["member_count"] = len(values["members"])
    values |= stated
    return HouseholdRecord(
        "Danh sách", values.pop("row", 8), head.name, head.birth_date, head.birth_year,
        national_id=head.national_id, **values,
    )  # fmt: skip


def written(record, household_id=1):
    """The register's household after the record was written to an empty register."""
    names = set(RegisterHousehold.__slots__) & set(HouseholdRecord.__slots__) - {"members", "poverty_class"}
    values = {name: getattr(record, name) for name in names}
    values["gender"] = values["gender"] or ""
    return RegisterHousehold(
        household_id,
        **values,
        poverty_class=class_of(record),
        members=[filled(m, None) for m in record.members],
    )


def known(*arguments, household_id=1, **stated):
    return written(listed(*arguments, **stated), household_id)


def without(record, *fields):
    return replace(record, known=record.known - set(fields))
