"""From the confirmed preview to the register: one transaction, all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from smartphone_support.audit.recording import record
from smartphone_support.jobs.running import Progress

from ..choices import BatchState, Outcome, RowDecision, SpellReason
from ..models import BatchRow, Household, HouseholdMember, ListBatch, PovertySpell, RegisterVersion
from .diff import class_of, filled, merge_members
from .packing import unpack_record
from .records import HouseholdRecord
from .register import RegisterMember
from .snapshot import load_register
from .staging import counts_of
from .timeline import Spell, begin, first_day
from .units import Units

CHUNK = 1_000
#: Fields of a household a list may write, by the name they have in a record.
WRITTEN = (
    "head_name", "birth_date", "birth_year", "gender", "national_id", "ethnicity", "is_ethnic_minority",
    "village", "member_count", "phone", "merit", "social_policy", "no_labour_capacity", "b1_score",
    "b2_score", "poverty_cause", "household_code", "has_need",
)  # fmt: skip
_UPDATED = [*WRITTEN, "head_name_folded", "head_name_key", "commune", "district", "source", "updated_at"]
_PERSON = ("name", "relation", "birth_date", "birth_year", "gender", "national_id", "ethnicity")
_HEAD = {"head_name": "name"} | {name: name for name in _PERSON if name not in ("name", "relation")}

_NEW = Q(outcome=Outcome.NEW) | Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.NEW)
_SAME = Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.SAME)
_CHANGED = Q(outcome=Outcome.CHANGED) | _SAME
_NAMED = Q(outcome__in=[Outcome.UNCHANGED, Outcome.CHANGED]) | _SAME


class RegisterChanged(Exception):  # noqa: N818 - reads as what happened
    """Another list reached the register after this one's preview was made."""


def apply_batch(batch: ListBatch, progress: Progress) -> None:
    """Write a confirmed batch to the register and mark it applied, in one transaction.

    Whoever writes to a province's register takes its version first: a second list waits here, then finds
    another version and raises ``RegisterChanged``. A batch already applied is left alone, so the job may
    run again after its worker died.
    """
    if batch.state != BatchState.APPLYING:
        return
    started = time.monotonic()
    with transaction.atomic():
        _take_register(batch)
        _Writer(batch, progress).write()
        seconds = batch.seconds | {"apply": round(time.monotonic() - started, 2)}
        finished = ListBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
            state=BatchState.APPLIED, applied_at=timezone.now(), seconds=seconds, notice=""
        )
        if not finished:
            raise RegisterChanged
        record("beneficiaries.listbatch.apply", batch, actor=batch.confirmed_by, after=counts_of(batch))
    batch.refresh_from_db()


def _take_register(batch: ListBatch) -> None:
    version = RegisterVersion.objects.select_for_update().get(province=batch.province)
    latest = max(filter(None, (version.latest_annual, batch.period)))
    taken = RegisterVersion.objects.filter(pk=version.pk, version=batch.register_version).update(
        version=F("version") + 1, latest_annual=latest
    )
    if not taken:
        raise RegisterChanged


def pages(rows: models.QuerySet[BatchRow]) -> Iterator[list[BatchRow]]:
    """A batch's rows by their position, page by page: they are written to while they are walked."""
    last = 0
    while page := list(rows.filter(position__gt=last).order_by("position")[:CHUNK]):
        yield page
        last = page[-1].position


class _Writer:
    """Writes one batch's rows, a thousand at a time."""

    def __init__(self, batch: ListBatch, progress: Progress) -> None:
        self.batch, self.progress = batch, progress
        self.units = Units(batch.province, batch.effective_on)
        self.now: datetime = timezone.now()
        self.rows = BatchRow.objects.filter(batch=batch)
        self.total = self.rows.filter(_NEW | _CHANGED | Q(outcome=Outcome.GONE)).count()
        self.done = 0

    def write(self) -> None:
        for chunk in pages(self.rows.filter(_CHANGED)):
            self._change(chunk)
            self._advance(chunk)
        for chunk in pages(self.rows.filter(outcome=Outcome.GONE)):
            self._close(chunk)
            self._advance(chunk)
        for chunk in pages(self.rows.filter(_NEW)):
            self._create(chunk)
            self._advance(chunk)
        named = self.rows.filter(_NAMED).values("household_id")
        Household.objects.filter(pk__in=named).update(source=self.batch)

    def _advance(self, chunk: list[BatchRow]) -> None:
        self.done += len(chunk)
        self.progress.report(self.done, self.total, "writing")

    # -- new households ---------------------------------------------------------------------------

    def _create(self, chunk: list[BatchRow]) -> None:
        records = [unpack_record(row.record) for row in chunk]
        households = [self._household(listed) for listed in records]
        Household.objects.bulk_create(households, batch_size=CHUNK)
        members, spells = [], []
        for household, listed in zip(households, records, strict=True):
            for position, member in enumerate(listed.members):
                members.append(_member_row(household.pk, position, filled(member, None)))
            spells.append(self._spell_row(household.pk, self._spell_of(listed, None)))
        HouseholdMember.objects.bulk_create(members, batch_size=CHUNK)
        PovertySpell.objects.bulk_create(spells, batch_size=CHUNK)
        self._remember(chunk, households)

    def _household(self, listed: HouseholdRecord) -> Household:
        household = Household(
            province=self.batch.province, source=self.batch, created_at=self.now, updated_at=self.now
        )
        for name in WRITTEN:
            value = getattr(listed, name)
            if value is not None:
                setattr(household, name, value)
        if listed.birth_date:
            household.birth_year = listed.birth_date.year
        self._place(household, listed.commune_code)
        household.index_name()
        return household

    def _place(self, household: Household, commune_code: str) -> None:
        commune = self.units.commune(commune_code)
        if commune is None or commune.parent is None:
            raise ValueError(f"commune {commune_code} does not exist on {self.batch.effective_on}")
        household.commune, household.district = commune, commune.parent

    def _remember(self, chunk: list[BatchRow], households: list[Household]) -> None:
        """Note on each row the household it became. Only ``household`` is written: the other values of
        these rows only satisfy the INSERT part of the statement."""
        rows = [
            BatchRow(
                pk=row.pk, batch=self.batch, outcome=row.outcome, position=row.position, household=household
            )
            for row, household in zip(chunk, households, strict=True)
        ]
        _update(BatchRow, rows, ["household"])

    # -- changed households -----------------------------------------------------------------------

    def _change(self, chunk: list[BatchRow]) -> None:
        rows = {row.household_id: row for row in chunk if row.household_id is not None}
        changes = {pk: {change[0]: change[2] for change in row.changes} for pk, row in rows.items()}
        listed = {pk: unpack_record(row.record) for pk, row in rows.items()}
        pks = [pk for pk, changed in changes.items() if changed]
        # No key changes: lines of lists that are opened meanwhile may point to these households. With
        # the stronger lock that opening and this would wait for each other.
        households = Household.objects.select_for_update(no_key=True).in_bulk(pks)
        # A number may pass from one household to another within this list: let go first, then take.
        letting_go = [pk for pk in pks if "national_id" in changes[pk] and households[pk].national_id]
        Household.objects.filter(pk__in=letting_go).update(national_id="")
        for pk, household in households.items():
            self._set(household, changes[pk])
        _update(Household, list(households.values()), _UPDATED)
        self._change_members({pk: changes[pk] for pk in pks}, listed, households)
        self._change_classes({pk: listed[pk] for pk in pks if "poverty_class" in changes[pk]})

    def _set(self, household: Household, changed: dict[str, Any]) -> None:
        for name, value in changed.items():
            if name == "commune_code":
                self._place(household, value)
            elif name == "birth_date":
                household.birth_date = date.fromisoformat(value) if value else None
            elif name in WRITTEN:
                setattr(household, name, value)
        household.index_name()
        household.source, household.updated_at = self.batch, self.now

    def _change_members(
        self,
        changes: dict[int, dict[str, Any]],
        listed: dict[int, HouseholdRecord],
        households: dict[int, Household],
    ) -> None:
        replaced = [pk for pk, changed in changes.items() if "members" in changed]
        register = load_register(self.batch.province, replaced)
        HouseholdMember.objects.filter(household__in=replaced).delete()
        HouseholdMember.objects.bulk_create(
            [
                _member_row(pk, position, filled(member, person))
                for pk in replaced
                for position, (member, person) in enumerate(
                    merge_members(listed[pk].members, register[pk].members)
                )
            ],
            batch_size=CHUNK,
        )
        # A list of heads only: the register's first member is the head and follows.
        followed = [
            pk for pk, changed in changes.items() if pk not in register and _HEAD.keys() & changed.keys()
        ]
        heads = list(HouseholdMember.objects.filter(household__in=followed, position=0))
        for head in heads:
            for name, own in _HEAD.items():
                setattr(head, own, getattr(households[head.household_id], name))
        _update(HouseholdMember, heads, list(_HEAD.values()))

    # -- classes ----------------------------------------------------------------------------------

    def _close(self, chunk: list[BatchRow]) -> None:
        closing = Spell(
            "not_poor", self.batch.effective_on, None, SpellReason.NOT_LISTED, source=self.batch.pk
        )
        self._begin({row.household_id: closing for row in chunk if row.household_id})

    def _change_classes(self, listed: dict[int, HouseholdRecord]) -> None:
        since = dict(self._in_force(listed).filter(valid_to=None).values_list("household_id", "valid_from"))
        self._begin({pk: self._spell_of(entry, since.get(pk)) for pk, entry in listed.items()})

    def _spell_of(self, listed: HouseholdRecord, current_since: date | None) -> Spell:
        stated = listed.poverty_class or ""
        return Spell(
            class_of(listed),
            first_day(self.batch.effective_on, listed.decision_date, current_since),
            None,
            SpellReason(stated) if stated.startswith("exited") else SpellReason.LISTED,
            listed.decision_number,
            listed.decision_date,
            self.batch.pk,
        )

    def _begin(self, spells: dict[int, Spell]) -> None:
        """Let each household's new spell begin; what it displaces is superseded, never rewritten."""
        known: dict[int, list[Spell]] = {pk: [] for pk in spells}
        for row in self._in_force(spells):
            known[row.household_id].append(_plain_spell(row))
        superseded: list[int] = []
        written = []
        for pk, new in spells.items():
            displaced, added = begin(known[pk], new)
            superseded += [spell.id for spell in displaced if spell.id is not None]
            written += [self._spell_row(pk, spell) for spell in added]
        PovertySpell.objects.filter(pk__in=superseded).update(superseded_at=self.now)
        PovertySpell.objects.bulk_create(written, batch_size=CHUNK)

    @staticmethod
    def _in_force(pks: Iterable[int]) -> Any:
        return PovertySpell.objects.filter(household__in=list(pks), superseded_at__isnull=True)

    def _spell_row(self, household_id: int, spell: Spell) -> PovertySpell:
        return PovertySpell(
            household_id=household_id,
            poverty_class=spell.poverty_class,
            valid_from=spell.valid_from,
            valid_to=spell.valid_to,
            reason=spell.reason,
            decision_number=spell.decision_number,
            decision_date=spell.decision_date,
            source_id=spell.source,
            recorded_at=self.now,
        )


def _plain_spell(row: PovertySpell) -> Spell:
    return Spell(
        row.poverty_class, row.valid_from, row.valid_to, row.reason, row.decision_number, row.decision_date,
        row.source_id, row.pk,
    )  # fmt: skip


def _member_row(household_id: int, position: int, person: RegisterMember) -> HouseholdMember:
    return HouseholdMember(
        household_id=household_id, position=position, **{name: getattr(person, name) for name in _PERSON}
    )


def _update(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """Write named fields of existing rows in one statement a chunk; ``bulk_update`` is ten times slower."""
    if rows:
        model._default_manager.bulk_create(
            rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )
