"""From the confirmed preview to the register: one transaction, all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from smartphone_support.audit.recording import record
from smartphone_support.jobs.running import Progress

from ..choices import BatchKind, BatchState, GoneReason, MovementKind, Outcome, RowDecision, SpellReason
from ..happenings import tell_applied
from ..household.moving import LISTED
from ..models import BatchRow, Household, ListBatch, PovertySpell, RegisterVersion
from ..signals import register_changed
from .apply_monthly import MonthlyWriter
from .bulk import assign
from .collecting import without_collecting
from .diff import class_of, filled, merge_members
from .evidence import EVIDENCE_FIELDS, Evidence, EvidenceWriter, evidence_changes, load_evidence
from .moves import kind_of_change
from .ordering import latest_period
from .packing import unpack_record
from .records import HouseholdRecord
from .register import RegisterMember
from .snapshot import hashed_joins
from .staging import counts_of
from .timeline import Spell, first_day
from .writing import CHUNK, PERSON, RegisterWriter, members_of, remember

_NEW = Q(outcome=Outcome.NEW) | Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.NEW)
_SAME = Q(outcome=Outcome.AMBIGUOUS, decision=RowDecision.SAME)
_CHANGED = Q(outcome=Outcome.CHANGED) | _SAME
_EXIT = {"poor": SpellReason.EXITED_POOR, "near_poor": SpellReason.EXITED_NEAR_POOR}
_NONE = Evidence()
_LEFT = (GoneReason.MOVED_OUT, GoneReason.DECEASED, GoneReason.MERGED)


class RegisterChanged(Exception):  # noqa: N818 - reads as what happened
    """Another list reached the register after this one's preview was made."""


@without_collecting()
def apply_batch(batch: ListBatch, progress: Progress) -> None:
    """Write a confirmed batch to the register and mark it applied, in one transaction.

    Whoever writes to a province's register takes its version first: a second list waits here, then finds
    another version and raises ``RegisterChanged``. A batch already applied is left alone, so the job may
    run again after its worker died.
    """
    if batch.state != BatchState.APPLYING:
        return
    started = time.monotonic()
    with transaction.atomic(), hashed_joins():
        _take_register(batch)
        writer = RegisterWriter(batch)
        if batch.kind == BatchKind.MONTHLY:
            MonthlyWriter(writer, progress).write()
        else:
            AnnualWriter(writer, progress).write()
        seconds = batch.seconds | {"apply": round(time.monotonic() - started, 2)}
        finished = ListBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
            state=BatchState.APPLIED, applied_at=writer.now, seconds=seconds, notice=""
        )
        if not finished:
            raise RegisterChanged
        RegisterVersion.objects.filter(province=batch.province).update(
            latest_annual=latest_period(batch.province, kind=BatchKind.ANNUAL)
        )
        register_changed.send(sender=ListBatch, province=batch.province, households=None)
        tell_applied(batch)
        record("beneficiaries.listbatch.apply", batch, actor=batch.confirmed_by, after=counts_of(batch))
    batch.refresh_from_db()


def _take_register(batch: ListBatch) -> None:
    version = RegisterVersion.objects.select_for_update().get(province=batch.province)
    taken = RegisterVersion.objects.filter(pk=version.pk, version=batch.register_version).update(
        version=F("version") + 1
    )
    if not taken:
        raise RegisterChanged


def pages(rows: models.QuerySet[BatchRow]) -> Iterator[list[BatchRow]]:
    """A batch's rows by their position, page by page: they are written to while they are walked."""
    last = 0
    while page := list(rows.filter(position__gt=last).order_by("position")[:CHUNK]):
        yield page
        last = page[-1].position


class AnnualWriter:
    """Writes one annual list's rows, a thousand at a time."""

    def __init__(self, writer: RegisterWriter, progress: Progress) -> None:
        self.writer, self.batch, self.progress = writer, writer.batch, progress
        self.evidence = EvidenceWriter(self.batch, writer.now)
        self.rows = BatchRow.objects.filter(batch=self.batch)
        self.total = self.rows.filter(_NEW | _CHANGED | Q(outcome=Outcome.GONE)).count()
        self.done = 0

    def write(self) -> None:
        # A household new to a commune that had no list yet has not become poor: it was only never listed.
        households = Household.objects.standing().filter(province=self.batch.province, commune__isnull=False)
        self.known_communes = set(households.order_by().values_list("commune", flat=True).distinct())
        for chunk in pages(self.rows.filter(_CHANGED)):
            self._change(chunk)
            self._advance(chunk)
        for chunk in pages(self.rows.filter(outcome=Outcome.GONE)):
            self._close(chunk)
            self._advance(chunk)
        # These rows are written to only when all are through, by one statement: they are walked in one go.
        new = self.rows.filter(_NEW).order_by("position").values_list("pk", "record").iterator(CHUNK)
        created: dict[int, int] = {}
        while page := list(islice(new, CHUNK)):
            created |= self._create({pk: unpack_record(packed) for pk, packed in page})
            self._advance(page)
        assign(BatchRow, "household_id", created)

    def _advance(self, chunk: Sequence[Any]) -> None:
        self.writer.flush()
        self.done += len(chunk)
        self.progress.report(self.done, self.total, "writing")

    # -- new households ---------------------------------------------------------------------------

    def _create(self, records: dict[int, HouseholdRecord]) -> dict[int, int]:
        """The households of records, the records by the id of the row that names each; returns the
        households' ids by the same."""
        ids = self.writer.create(list(records.values()))
        stated = dict(zip(ids, records.values(), strict=True))
        spells = {pk: self._spell_of(listed, None) for pk, listed in stated.items()}
        self.writer.open(spells)
        news: dict[int, set[str]] = {}
        for pk, listed in stated.items():
            if self.writer.units.commune_id(listed.commune_code) in self.known_communes:
                kind = kind_of_change("", class_of(listed), was_listed=False)
                self._tell(pk, kind, spells[pk])
            if changes := evidence_changes(listed, None, _NONE, self.batch.effective_on):
                news[pk] = {change.field for change in changes}
        self.evidence.write(stated, news)
        return dict(zip(records, ids, strict=True))

    # -- changed households -----------------------------------------------------------------------

    def _change(self, chunk: list[BatchRow]) -> None:
        rows = {row.household_id: row for row in chunk if row.household_id is not None}
        changes: dict[int, dict[str, Any]] = {
            pk: {change[0]: change[2] for change in row.changes} for pk, row in rows.items()
        }
        listed = {pk: unpack_record(row.record) for pk, row in rows.items()}
        self._add_decided_evidence(rows, listed, changes)
        changes = {pk: changed for pk, changed in changes.items() if changed}
        before = self.writer.change(changes, self._people(changes, listed))
        self._change_classes({pk: listed[pk] for pk in changes if "poverty_class" in changes[pk]})
        for pk, changed in changes.items():
            if "commune_code" in changed and rows[pk].old_commune_id and rows[pk].new_class in LISTED:
                communes = (rows[pk].old_commune_id, rows[pk].commune_id)
                self.writer.tell(pk, MovementKind.MOVED_IN, self.batch.effective_on, communes=communes)
        news = {pk: changed.keys() & EVIDENCE_FIELDS for pk, changed in changes.items()}
        beside = self.evidence.write(listed, {pk: names for pk, names in news.items() if names})
        for pk in changes:
            rows[pk].undo = {"households": {str(pk): before[pk]}, **beside.get(pk, {})}
        remember([rows[pk] for pk in changes], ["undo"])

    def _add_decided_evidence(
        self,
        rows: dict[int, BatchRow],
        listed: dict[int, HouseholdRecord],
        changes: dict[int, dict[str, Any]],
    ) -> None:
        """A person's decision compares the household only; what the row says beside it follows here."""
        decided = [pk for pk, row in rows.items() if row.outcome == Outcome.AMBIGUOUS]
        known = load_evidence(self.batch, decided) if decided else Evidence()
        for pk in decided:
            for change in evidence_changes(listed[pk], pk, known, self.batch.effective_on):
                changes[pk][change.field] = change.new

    @staticmethod
    def _people(
        changes: dict[int, dict[str, Any]], listed: dict[int, HouseholdRecord]
    ) -> dict[int, list[RegisterMember]]:
        replaced = [pk for pk, changed in changes.items() if "members" in changed]
        known = members_of(replaced)
        people = {}
        for pk in replaced:
            now = [
                RegisterMember(*(getattr(member, name) for name in PERSON)) for member in known.get(pk, ())
            ]
            people[pk] = [filled(member, person) for member, person in merge_members(listed[pk].members, now)]
        return people

    # -- classes ----------------------------------------------------------------------------------

    def _close(self, chunk: list[BatchRow]) -> None:
        """Households no longer listed: out of poverty, out of the register, or nobody knows yet."""
        closing: dict[int, Spell] = {}
        ending: dict[int, tuple[date, str]] = {}
        day = self.batch.effective_on
        for row in chunk:
            if row.household_id is None:
                continue
            if row.reason in _LEFT:
                ending[row.household_id] = (day, row.reason)
                continue
            known = row.reason == GoneReason.EXITED and row.old_class in _EXIT
            reason = _EXIT[row.old_class] if known else SpellReason.NOT_LISTED
            closing[row.household_id] = Spell("not_poor", day, None, reason, source=self.batch.pk)
        self.writer.begin(closing)
        for pk, spell in closing.items():
            if spell.reason != SpellReason.NOT_LISTED:
                self._tell(pk, spell.reason, spell)
        for pk, last in self.writer.end(ending).items():
            self.writer.tell(pk, ending[pk][1], last)

    def _change_classes(self, listed: dict[int, HouseholdRecord]) -> None:
        open_spells = PovertySpell.objects.filter(
            household__in=list(listed), valid_to=None, superseded_at__isnull=True
        )
        since = dict(open_spells.values_list("household_id", "valid_from"))
        spells = {pk: self._spell_of(entry, since.get(pk)) for pk, entry in listed.items()}
        for pk, known in self.writer.begin(spells).items():
            current = next((spell for spell in known if spell.valid_to is None), None)
            kind = kind_of_change(
                current.poverty_class if current else "",
                spells[pk].poverty_class,
                was_listed=any(spell.poverty_class in LISTED for spell in known),
                left_by=known[-1].ended_by if known and current is None else "",
            )
            self._tell(pk, kind, spells[pk])

    def _tell(self, household_id: int, kind: str, spell: Spell) -> None:
        if kind:
            decision = (spell.decision_number, spell.decision_date)
            self.writer.tell(household_id, kind, spell.valid_from, decision=decision)

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
