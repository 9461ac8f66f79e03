"""Writes a confirmed monthly list: each line's movement with the class, place, head and people it brings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from smartphone_support.jobs.running import Progress

from ..choices import MovementKind, Outcome, RowDecision, SpellReason
from ..household.moving import EFFECTS, Effect
from ..models import BatchRow
from .diff import filled
from .evidence import Evidence, EvidenceWriter, evidence_changes, load_evidence
from .monthly import load_done, unpack_movement
from .moves import Plan, plan, stated_class, without_people
from .records import HouseholdRecord, MovementRecord
from .register import RegisterHousehold, RegisterMember
from .snapshot import load_register
from .timeline import Spell, first_day
from .writing import CHUNK, RegisterWriter, remember

_WRITTEN = Q(outcome__in=[Outcome.NEW, Outcome.CHANGED]) | Q(
    outcome=Outcome.AMBIGUOUS, decision__in=[RowDecision.NEW, RowDecision.SAME]
)
_OWN_REASON = {MovementKind.MOVED_IN: SpellReason.MOVED_IN, MovementKind.SPLIT: SpellReason.SPLIT}


class MonthlyWriter:
    """Writes one monthly list's lines, a thousand at a time, each household at most once among them."""

    def __init__(self, writer: RegisterWriter, progress: Progress) -> None:
        self.writer, self.batch, self.progress = writer, writer.batch, progress
        self.evidence = EvidenceWriter(self.batch, writer.now)
        self.turn = 0

    def write(self) -> None:
        rows = list(BatchRow.objects.filter(_WRITTEN, batch=self.batch).order_by("position"))
        done = 0
        for chunk in in_turns(rows):
            for row in chunk:
                row.batch = self.batch
            # Reverting goes the way back: the households that split off last come first.
            self.turn += 2
            self._change([row for row in chunk if row.household_id is not None])
            self._create([row for row in chunk if row.household_id is None])
            self.writer.flush()
            done += len(chunk)
            self.progress.report(done, len(rows), "writing")

    # -- households the register knows ------------------------------------------------------------

    def _change(self, rows: list[BatchRow]) -> None:
        by_household = {row.household_id: row for row in rows if row.household_id is not None}
        register = load_register(self.batch.province, by_household)
        repeated = load_done(self.batch, by_household)
        lines = {pk: unpack_movement(row) for pk, row in by_household.items()}
        plans: dict[int, Plan] = {}
        for pk, line in lines.items():
            result = plan(line, register[pk], done=repeated.holds(pk, line))
            # A line that meanwhile does nothing was decided by a person: it is left out.
            if result.outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
                plans[pk] = result
        news = self._news(plans, lines)
        plans = {pk: p for pk, p in plans.items() if p.outcome == Outcome.CHANGED or pk in news}
        fields: dict[int, Mapping[str, Any]] = {pk: result.fields for pk, result in plans.items()}
        people = {pk: result.members for pk, result in plans.items() if result.members is not None}
        before = self.writer.change(fields, people)
        self._change_classes(plans, lines, register, by_household)
        beside = self.evidence.write({pk: lines[pk].household for pk in news}, news)
        for pk in plans:
            undo = {"turn": self.turn, "households": {str(pk): before[pk]}}
            by_household[pk].undo = undo | beside.get(pk, {})
        remember([by_household[pk] for pk in plans], ["undo"])

    def _news(self, plans: dict[int, Plan], lines: dict[int, MovementRecord]) -> dict[int, set[str]]:
        known = load_evidence(self.batch, plans)
        found = {
            pk: evidence_changes(lines[pk].household, pk, known, self.batch.effective_on) for pk in plans
        }
        return {pk: {change.field for change in changes} for pk, changes in found.items() if changes}

    def _change_classes(
        self,
        plans: dict[int, Plan],
        lines: dict[int, MovementRecord],
        register: dict[int, RegisterHousehold],
        rows: dict[int, BatchRow],
    ) -> None:
        beginning: dict[int, Spell] = {}
        ending: dict[int, tuple[date, str]] = {}
        days: dict[int, date] = {}
        for pk, result in plans.items():
            kind, record, household = MovementKind(lines[pk].kind), lines[pk].household, register[pk]
            effect = EFFECTS.get(kind, Effect())
            days[pk] = first_day(self.batch.effective_on, record.decision_date, household.class_since)
            if result.outcome != Outcome.CHANGED:
                continue
            if effect.ends:
                ending[pk] = (days[pk], effect.ends)
            elif result.new_class != household.poverty_class:
                beginning[pk] = self._spell(kind, record, result.new_class, days[pk])
        self.writer.begin(beginning)
        days |= self.writer.end(ending)
        for pk, result in plans.items():
            if result.outcome == Outcome.CHANGED:
                self._tell(pk, lines[pk], rows[pk], days[pk])

    def _spell(self, kind: MovementKind, record: HouseholdRecord, begins: str, day: date) -> Spell:
        effect = EFFECTS.get(kind, Effect())
        reason = effect.reason or _OWN_REASON.get(kind, SpellReason.LISTED)
        number, decided = record.decision_number, record.decision_date
        return Spell(begins, day, None, reason, number, decided, self.batch.pk)

    def _tell(self, household_id: int, line: MovementRecord, row: BatchRow, day: date) -> None:
        note = " · ".join(filter(None, (line.household.note, line.other_place, line.other_name)))
        moved = line.kind in (MovementKind.MOVED_IN, MovementKind.MOVED_OUT)
        from_commune = row.old_commune_id if moved else None
        to_commune = row.commune_id if line.kind == MovementKind.MOVED_IN else None
        self.writer.tell(
            household_id,
            line.kind,
            day,
            decision=(line.household.decision_number, line.household.decision_date),
            communes=(from_commune, to_commune),
            other=row.record.get("origin"),
            note=note,
        )

    # -- households new to the register -----------------------------------------------------------

    def _create(self, rows: list[BatchRow]) -> None:
        if not rows:
            return
        lines = [unpack_movement(row) for row in rows]
        created = self.writer.create([line.household for line in lines])
        origins = load_register(
            self.batch.province, [row.record["origin"] for row in rows if "origin" in row.record]
        )
        spells, news = {}, {}
        stated: dict[int, HouseholdRecord] = {}
        for pk, line, row in zip(created, lines, rows, strict=True):
            record, kind = line.household, MovementKind(line.kind)
            origin = origins.get(row.record.get("origin", 0))
            begins = EFFECTS[kind].begins or stated_class(record) or (origin.poverty_class if origin else "")
            day = first_day(self.batch.effective_on, record.decision_date, None)
            spells[pk] = self._spell(kind, record, begins, day)
            stated[pk] = record
            if changes := evidence_changes(record, None, Evidence(), self.batch.effective_on):
                news[pk] = {change.field for change in changes}
            self._tell(pk, line, row, day)
            row.household_id = pk
        self.writer.open(spells)
        self.evidence.write({pk: stated[pk] for pk in news}, news)
        self._leave_origins(rows, lines, origins)
        remember(rows, ["household", "undo"])

    def _leave_origins(
        self, rows: list[BatchRow], lines: list[MovementRecord], origins: dict[int, RegisterHousehold]
    ) -> None:
        """People of a household that split off are no longer of the one they came from."""
        leaving: dict[int, list[RegisterMember]] = defaultdict(list)
        first: dict[int, BatchRow] = {}
        for row, line in zip(rows, lines, strict=True):
            origin = row.record.get("origin")
            if origin in origins and line.kind == MovementKind.SPLIT:
                leaving[origin] += people_of(line.household)
                first.setdefault(origin, row)
        people = {}
        for pk, left in leaving.items():
            stay = without_people(origins[pk], left)
            if stay is not None:
                people[pk] = stay
        before = self.writer.change({pk: {"member_count": len(stay)} for pk, stay in people.items()}, people)
        for pk, was in before.items():
            first[pk].undo.setdefault("turn", self.turn + 1)
            first[pk].undo.setdefault("households", {})[str(pk)] = was


def people_of(record: HouseholdRecord) -> list[RegisterMember]:
    """The people a record names: its members, or at least its head."""
    if record.members:
        return [filled(member, None) for member in record.members]
    return [
        RegisterMember(
            record.head_name, "", record.birth_date, record.birth_year,
            record.gender or "", record.national_id, record.ethnicity,
        )
    ]  # fmt: skip


def in_turns(rows: list[BatchRow]) -> Iterator[list[BatchRow]]:
    """The rows in portions that hold each household at most once, so that a second line about one finds
    what the first did."""
    turns: dict[int, list[BatchRow]] = defaultdict(list)
    named: Counter[int] = Counter()
    for row in rows:
        turn = 0
        if row.household_id is not None:
            turn = named[row.household_id]
            named[row.household_id] += 1
        turns[turn].append(row)
    for turn in sorted(turns):
        for start in range(0, len(turns[turn]), CHUNK):
            yield turns[turn][start : start + CHUNK]
