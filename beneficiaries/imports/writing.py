"""Writes households, people, spells and movements of a batch in bulk, and tells how to undo it.

Annual and monthly lists share it. Everything one batch writes carries the same moment: it becomes the
batch's ``applied_at``, and by it a revert finds what the batch displaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import models
from django.utils import timezone

from smartphone_support.areas.models import AdministrativeArea

from ..models import BatchRow, Household, HouseholdMember, ListBatch, Movement, PovertySpell
from ..models.households import name_keys
from .bulk import insert, insert_values, next_ids
from .diff import filled
from .records import HouseholdRecord
from .register import RegisterMember
from .timeline import Spell, begin, end
from .units import Units

CHUNK = 2_000
#: Fields of a household a list may write, by the name they have in a record.
WRITTEN = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "is_ethnic_minority",
    "village", "member_count", "phone", "merit", "social_policy", "no_labour_capacity", "b1_score",
    "b2_score", "poverty_cause", "household_code", "has_need",
)  # fmt: skip
_stated = attrgetter(*WRITTEN)
_TEXTS = [place for place, name in enumerate(WRITTEN) if not Household._meta.get_field(name).null]
_BIRTH_DATE, _BIRTH_YEAR = WRITTEN.index("birth_date"), WRITTEN.index("birth_year")
_UPDATED = [*WRITTEN, "head_name_folded", "head_name_key", "commune", "district", "source", "updated_at"]
PERSON = ("name", "relation", "birth_date", "birth_year", "gender", "national_id", "ethnicity")
#: Columns of new rows, in the order in which they are made.
_NEW_HOUSEHOLD = (
    "id", *WRITTEN, "head_name_folded", "head_name_key", "commune_id", "district_id", "province_id",
    "source_id", "created_at", "updated_at",
)  # fmt: skip
_NEW_SPELL = (
    "household_id", "poverty_class", "valid_from", "valid_to", "reason", "ended_by", "decision_number",
    "decision_date", "source_id", "recorded_at",
)  # fmt: skip
_NEW_MEMBER = ("household_id", "position", *PERSON)
_person = attrgetter(*PERSON)
_HEAD = {"head_name": "name"} | {name: name for name in PERSON if name not in ("name", "relation")}

#: What stood in a household before it was written: when it was changed last ("at"), its "fields", and its
#: "members" where they were replaced.
Before = dict[str, Any]


class RegisterWriter:
    """One batch's hand on the register; whoever uses it holds the province's ``RegisterVersion``."""

    def __init__(self, batch: ListBatch) -> None:
        self.batch = batch
        self.units = Units(batch.province, batch.effective_on)
        self.now: datetime = timezone.now()
        self.movements: list[Movement] = []

    # -- households -------------------------------------------------------------------------------

    def create(self, records: Sequence[HouseholdRecord]) -> Sequence[int]:
        """New households with their people, without a class yet; returns their ids."""
        ids = next_ids(Household, len(records)) if records else ()
        insert_values(Household, _NEW_HOUSEHOLD, map(self._household, ids, records))
        write_people(
            {
                pk: [filled(member, None) for member in listed.members]
                for pk, listed in zip(ids, records, strict=True)
                if listed.members
            }
        )
        return ids

    def _household(self, pk: int, listed: HouseholdRecord) -> tuple[Any, ...]:
        values = list(_stated(listed))
        for place in _TEXTS:
            if values[place] is None:
                values[place] = ""
        if listed.birth_date:
            values[_BIRTH_YEAR] = listed.birth_date.year
        commune, district = self._place(listed.commune_code, listed.district_code)
        return (
            pk, *values, *name_keys(listed.head_name), commune.pk if commune else None, district.pk,
            self.batch.province_id, self.batch.pk, self.now, self.now,
        )  # fmt: skip

    def _place(
        self, commune_code: str, district_code: str = ""
    ) -> tuple[AdministrativeArea | None, AdministrativeArea]:
        """A commune; or only a district where a list knows no more: completion must follow."""
        commune = self.units.commune(commune_code)
        district = commune.parent if commune else self.units.district(district_code)
        if district is None:
            place = commune_code or district_code
            raise ValueError(f"place {place} does not exist on {self.batch.effective_on}")
        return commune, district

    def change(
        self, changes: Mapping[int, Mapping[str, Any]], people: Mapping[int, Sequence[RegisterMember]]
    ) -> dict[int, Before]:
        """Give households new values by field name, and ``people`` in place of those they had.

        Where only the head changes, the register's first member follows. Returns what stood there before.
        """
        # No key changes: lines of lists that are opened meanwhile may point to these households. With
        # the stronger lock that opening and this would wait for each other.
        households = Household.objects.select_for_update(no_key=True).in_bulk(list(changes))
        followed = [
            pk for pk, changed in changes.items() if pk not in people and _HEAD.keys() & changed.keys()
        ]
        known = members_of([*people, *followed])
        before: dict[int, Before] = {pk: {} for pk in changes}
        for pk in (*people, *followed):
            before[pk]["members"] = [pack_member(member) for member in known.get(pk, ())]
        # A number may pass from one household to another within this list: let go first, then take.
        letting_go = [pk for pk in changes if "national_id" in changes[pk] and households[pk].national_id]
        for pk, household in households.items():
            before[pk]["at"] = household.updated_at.isoformat()
            before[pk]["fields"] = {"source": household.source_id} | self._set(household, changes[pk])
        Household.objects.filter(pk__in=letting_go).update(national_id="")
        update(Household, list(households.values()), _UPDATED)
        self._replace_people(people)
        self._follow([known[pk][0] for pk in followed if known.get(pk)], households)
        return before

    def _set(self, household: Household, changed: Mapping[str, Any]) -> dict[str, Any]:
        before: dict[str, Any] = {}
        for name, value in changed.items():
            if name == "commune_code":
                before |= {"commune": household.commune_id, "district": household.district_id}
                household.commune, household.district = self._place(value)
            elif name in WRITTEN:
                before[name] = _plain(getattr(household, name))
                is_day = name == "birth_date" and isinstance(value, str)
                setattr(household, name, date.fromisoformat(value) if is_day and value else value)
        household.index_name()
        household.source, household.updated_at = self.batch, self.now
        return before

    @staticmethod
    def _replace_people(people: Mapping[int, Sequence[RegisterMember]]) -> None:
        HouseholdMember.objects.filter(household__in=list(people)).delete()
        write_people(people)

    @staticmethod
    def _follow(heads: list[HouseholdMember], households: Mapping[int, Household]) -> None:
        for head in heads:
            for name, own in _HEAD.items():
                setattr(head, own, getattr(households[head.household_id], name))
        update(HouseholdMember, heads, list(_HEAD.values()))

    # -- classes ----------------------------------------------------------------------------------

    def open(self, spells: Mapping[int, Spell]) -> None:
        """The first spell of households that have none."""
        self._write_spells(spells.items())

    def begin(self, spells: Mapping[int, Spell]) -> dict[int, list[Spell]]:
        """Let each household's new spell begin; what it displaces is superseded, never rewritten.

        Returns the spells in force until now.
        """
        known = spells_of(spells)
        self._displace(known, {pk: begin(known[pk], new) for pk, new in spells.items()})
        return known

    def end(self, endings: Mapping[int, tuple[date, str]]) -> dict[int, date]:
        """End each household's open spell on a day, for a reason of ``SpellEnd``; none follows.

        Returns the day each ended.
        """
        known = spells_of(endings)
        results = {pk: end(known[pk], day, why) for pk, (day, why) in endings.items()}
        self._displace(known, results)
        return {
            pk: spell.valid_to for pk, (_gone, added) in results.items() for spell in added if spell.valid_to
        }

    def _displace(
        self,
        known: Mapping[int, list[Spell]],
        results: Mapping[int, tuple[list[Spell], list[Spell]]],
    ) -> None:
        superseded = [
            spell.id for displaced, _added in results.values() for spell in displaced if spell.id is not None
        ]
        PovertySpell.objects.filter(pk__in=superseded).update(superseded_at=self.now)
        self._write_spells((pk, spell) for pk, (_gone, added) in results.items() for spell in added)

    def _write_spells(self, spells: Iterable[tuple[int, Spell]]) -> None:
        rows = (
            (
                pk, spell.poverty_class, spell.valid_from, spell.valid_to, spell.reason, spell.ended_by,
                spell.decision_number, spell.decision_date, spell.source, self.now,
            )
            for pk, spell in spells
        )  # fmt: skip
        insert_values(PovertySpell, _NEW_SPELL, rows)

    # -- the story --------------------------------------------------------------------------------

    def tell(
        self,
        household_id: int,
        kind: str,
        on: date,
        *,
        decision: tuple[str, date | None] = ("", None),
        communes: tuple[int | None, int | None] = (None, None),
        other: int | None = None,
        note: str = "",
    ) -> None:
        """Note a movement; ``flush`` writes them. ``communes``: where from and where to."""
        self.movements.append(
            Movement(
                household_id=household_id,
                kind=kind,
                effective_on=on,
                decision_number=decision[0],
                decision_date=decision[1],
                from_commune_id=communes[0],
                to_commune_id=communes[1],
                other_id=other,
                note=note[:500],
                source=self.batch,
                recorded_by=self.batch.confirmed_by,
                recorded_at=self.now,
            )
        )

    def flush(self) -> None:
        insert(self.movements)
        self.movements = []


def spells_of(household_ids: Iterable[int]) -> dict[int, list[Spell]]:
    """The spells in force of each household, the earliest first."""
    known: dict[int, list[Spell]] = {pk: [] for pk in household_ids}
    rows = PovertySpell.objects.filter(household__in=list(known), superseded_at__isnull=True)
    for row in rows.order_by("household_id", "valid_from", "id"):
        known[row.household_id].append(
            Spell(
                row.poverty_class, row.valid_from, row.valid_to, row.reason, row.decision_number,
                row.decision_date, row.source_id, row.pk, row.ended_by,
            )
        )  # fmt: skip
    return known


def members_of(household_ids: Iterable[int]) -> dict[int, list[HouseholdMember]]:
    """The people of each household in their order."""
    found: dict[int, list[HouseholdMember]] = {}
    rows = HouseholdMember.objects.filter(household__in=list(household_ids))
    for member in rows.order_by("household_id", "position"):
        found.setdefault(member.household_id, []).append(member)
    return found


def write_people(people: Mapping[int, Iterable[RegisterMember]]) -> None:
    """Give households without people those named, in their order."""
    rows: Iterator[tuple[Any, ...]] = (
        (pk, place, *_person(person)) for pk, named in people.items() for place, person in enumerate(named)
    )
    insert_values(HouseholdMember, _NEW_MEMBER, rows)


def pack_member(member: HouseholdMember) -> list[Any]:
    """A member as JSON keeps it for a revert: the values of ``PERSON``."""
    return [_plain(getattr(member, name)) for name in PERSON]


def unpack_member(values: Sequence[Any]) -> RegisterMember:
    known = dict(zip(PERSON, values, strict=True))
    if known["birth_date"]:
        known["birth_date"] = date.fromisoformat(known["birth_date"])
    return RegisterMember(**known)


def remember(rows: Sequence[BatchRow], fields: list[str]) -> None:
    """Write named fields of a batch's rows. Their other values only satisfy the INSERT part of the
    statement and are not written."""
    update(BatchRow, list(rows), fields)


def update(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """Write named fields of existing rows in one statement a chunk; ``bulk_update`` is ten times slower."""
    if rows:
        model._default_manager.bulk_create(
            rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
