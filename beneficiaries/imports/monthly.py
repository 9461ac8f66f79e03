"""The preview of a monthly list: which household each line is about, and what the line does to it.

A monthly list takes only what it names: nothing is gone by absence. Only the households that a line may be
about are read, so that the preview does not depend on the size of the register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold

from ..choices import Doubt, MatchBasis, MovementKind, Outcome
from ..household.moving import EFFECTS
from ..models import BatchRow, Household, HouseholdMember, ListBatch, Movement
from .diff import class_of
from .evidence import Evidence, evidence_changes, load_evidence, states_evidence
from .matching import Match, match_households
from .moves import Plan, moved, plan
from .packing import fit_record, pack_changes, pack_record, unpack_record
from .records import ERROR, WARNING, HouseholdRecord, MovementRecord, Problem
from .register import RegisterHousehold
from .snapshot import load_register
from .staged import StagedRow
from .units import Units

#: Values per query: both databases take that many.
MANY = 2_000
_NAME_LENGTH = 120
#: Kinds whose repetition shows in the register itself: doing them again finds nothing to change.
_SHOWS_ITSELF = frozenset({MovementKind.HEAD_CHANGED, MovementKind.CORRECTED})


@dataclass(slots=True)
class Done:
    """Which movements the register holds already, of some households."""

    month: set[tuple[int, str]] = field(default_factory=set)
    decisions: set[tuple[int, str, str]] = field(default_factory=set)

    def holds(self, household_id: int, movement: MovementRecord) -> bool:
        """Whether the same kind stands there for the same month, or by the same decision."""
        kind, number = movement.kind, movement.household.decision_number
        if kind in _SHOWS_ITSELF:
            return False
        return (household_id, kind) in self.month or (household_id, kind, number) in self.decisions


def load_done(batch: ListBatch, household_ids: Iterable[int]) -> Done:
    done = Done()
    for some in _portions(household_ids):
        rows = Movement.objects.filter(household__in=some, superseded_at__isnull=True).exclude(source=batch)
        columns = rows.order_by().values_list("household_id", "kind", "decision_number", "source__period")
        for household_id, kind, number, period in columns:
            if period == batch.period:
                done.month.add((household_id, kind))
            if number:
                done.decisions.add((household_id, kind, number))
    return done


def load_candidates(
    province: AdministrativeArea, movements: Iterable[MovementRecord]
) -> dict[int, RegisterHousehold]:
    """Every household of the register that one of the lines may be about or may name."""
    names: set[str] = set()
    numbers: set[str] = set()
    for movement in movements:
        record = movement.household
        names.update((fold(record.head_name), fold(movement.new_head), fold(movement.other_name)))
        numbers.update(member.national_id for member in record.members)
        numbers.add(record.national_id)
    found: set[int] = set()
    standing = Household.objects.standing().filter(province=province)
    for some in _portions(names - {""}):
        found.update(standing.filter(head_name_folded__in=some).values_list("pk", flat=True))
    members = HouseholdMember.objects.filter(household__in=standing)
    merged = Household.objects.filter(province=province, merged_into__isnull=False)
    for some in _portions(numbers - {""}):
        found.update(standing.filter(national_id__in=some).values_list("pk", flat=True))
        found.update(members.filter(national_id__in=some).values_list("household_id", flat=True))
        kept = merged.filter(national_id__in=some).values_list("merged_into", flat=True)
        found.update(pk for pk in kept if pk is not None)
    register: dict[int, RegisterHousehold] = {}
    for portion in _portions(found):
        register |= load_register(province, portion)
    return register


def _portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), MANY):
        yield ordered[start : start + MANY]


# --- matching ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One line with the household it is about; ``twin`` the earlier line it repeats, ``origin`` the
    household it split from or merged with."""

    movement: MovementRecord
    match: Match
    twin: HouseholdRecord | None = None
    origin: int | None = None


def match_movements(movements: list[MovementRecord], register: dict[int, RegisterHousehold]) -> list[Line]:
    """One ``Line`` per movement, in their order. Each kind is matched by itself: a household may be named
    by lines of several kinds, but only once by one of a kind. Pure."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for index, movement in enumerate(movements):
        by_kind[movement.kind].append(index)
    lines: dict[int, Line] = {}
    for kind, indexes in by_kind.items():
        records = [movements[index].household for index in indexes]
        for index, match in zip(indexes, match_households(records, register.values()), strict=True):
            line = Line(movements[index], match, None if match.twin is None else records[match.twin])
            if kind == MovementKind.SPLIT:
                _split_off(line)
            if kind in (MovementKind.SPLIT, MovementKind.MERGED) and line.origin is None:
                line.origin = _named(line.movement, register)
            if kind == MovementKind.HEAD_CHANGED and not match.is_settled:
                _after_new_head(line, register)
            lines[index] = line
    return [lines[index] for index in range(len(movements))]


def _split_off(line: Line) -> None:
    """A household that shares people with one of the register has split from it and is not that one."""
    match = line.match
    if match.basis == MatchBasis.MEMBER_ID:
        line.origin = match.household_id
        line.match = Match()
    elif match.doubts == [Doubt.SHARES_MEMBER] and match.candidates:
        line.origin = match.candidates[0].household_id
        line.match = Match()


def _named(movement: MovementRecord, register: dict[int, RegisterHousehold]) -> int | None:
    """The household of the commune whose head is named as the other one, if there is exactly one."""
    name, commune = fold(movement.other_name), movement.household.commune_code
    if not name:
        return None
    found = [h.id for h in register.values() if fold(h.head_name) == name and h.commune_code == commune]
    return found[0] if len(found) == 1 else None


def _after_new_head(line: Line, register: dict[int, RegisterHousehold]) -> None:
    """The former head has no number: the household under its new head, among whose people he is."""
    record, name = line.movement.household, fold(line.movement.new_head)
    former = (fold(record.head_name), record.birth_year)
    for household in register.values():
        if household.commune_code == record.commune_code and fold(household.head_name) == name:
            people = {(fold(one.name), one.birth_year) for one in household.members}
            if former in people:
                line.match = Match(household.id, MatchBasis.NAME_BIRTH_PLACE)
                return


# --- the preview's rows ------------------------------------------------------------------------------


class MonthlyStager:
    """Turns lines into the rows of a preview, in the order of the file."""

    def __init__(self, batch: ListBatch, movements: list[MovementRecord], units: Units) -> None:
        self.batch, self.units = batch, units
        for movement in movements:
            fit_record(movement.household)
            movement.new_head = movement.new_head[:_NAME_LENGTH].rstrip()
        self.register = load_candidates(batch.province, movements)
        self.lines = match_movements(movements, self.register)
        named = {line.match.household_id for line in self.lines if line.match.household_id is not None}
        self.done = load_done(batch, named)
        records = [movement.household for movement in movements]
        known = any(states_evidence(record) for record in records)
        self.evidence = load_evidence(batch, named) if known else Evidence()
        self.arrived: dict[Hashable, HouseholdRecord] = {}
        self.problems: list[Problem] = []

    def rows(self) -> list[StagedRow]:
        return [self._row(position, line) for position, line in enumerate(self.lines, 1)]

    def _row(self, position: int, line: Line) -> StagedRow:
        movement, match = line.movement, line.match
        record = movement.household
        if match.identity_disputed:
            drop_identity(record)
        household = self.register.get(match.household_id) if match.household_id is not None else None
        result = self._plan(line, household)
        old_commune = self.units.commune_id(household.commune_code) if household else None
        if household is not None and result.outcome == Outcome.CHANGED:
            self.register[household.id] = moved(household, result)
        row = StagedRow(
            batch_id=self.batch.pk,
            outcome=result.outcome,
            movement=movement.kind,
            position=position,
            sheet=record.sheet[:60],
            row=record.row,
            household_id=match.household_id,
            basis=match.basis,
            commune_id=self.units.commune_id(record.commune_code) or old_commune,
            old_commune_id=old_commune,
            old_class=household.poverty_class if household else "",
            new_class=result.new_class,
            head_name=record.head_name,
            record=pack_movement(line),
            changes=pack_changes(result.changes) if result.outcome == Outcome.CHANGED else [],
            candidates=[{"household": c.household_id, "reasons": list(c.reasons)} for c in match.candidates],
        )
        if line.twin is not None:
            place = {"sheet": line.twin.sheet, "row": line.twin.row}
            row.candidates.insert(0, {**place, "reasons": list(match.doubts)})
        return row

    def _plan(self, line: Line, household: RegisterHousehold | None) -> Plan:
        movement, match = line.movement, line.match
        record = movement.household
        if match.is_repeat and line.twin is not None:
            return self._repeats(record, line.twin)
        if record.blocked:
            return Plan(Outcome.BLOCKED)
        if match.is_ambiguous:
            begins = EFFECTS[MovementKind(movement.kind)].begins if movement.kind in EFFECTS else ""
            return Plan(Outcome.AMBIGUOUS, new_class=begins or class_of(record))
        done = household is not None and self.done.holds(household.id, movement)
        origin = self.register.get(line.origin) if line.origin is not None else None
        result = plan(movement, household, done=done, origin_class=origin.poverty_class if origin else "")
        if result.problem:
            self._report(record, result.problem, household)
        elif result.outcome == Outcome.NEW:
            if not (record.commune_code or record.district_code):
                self._report(record, "movement_no_place", None)
                return Plan(Outcome.BLOCKED)
            earlier = self.arrived.setdefault(_arrival_key(record), record)
            if earlier is not record:
                return self._repeats(record, earlier)
        elif not done:
            self._add_evidence(record, household, result)
        return result

    def _add_evidence(
        self, record: HouseholdRecord, household: RegisterHousehold | None, result: Plan
    ) -> None:
        pk = household.id if household else None
        news = evidence_changes(record, pk, self.evidence, self.batch.effective_on)
        if news and result.outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
            result.outcome = Outcome.CHANGED
            result.changes += news

    def _repeats(self, record: HouseholdRecord, earlier: HouseholdRecord) -> Plan:
        self.problems.append(repeat_problem(record, earlier))
        return Plan(Outcome.BLOCKED)

    def _report(self, record: HouseholdRecord, code: str, household: RegisterHousehold | None) -> None:
        self.problems.append(movement_problem(record, code, household))


def _arrival_key(record: HouseholdRecord) -> Hashable:
    if record.national_id:
        return record.national_id
    return (fold(record.head_name), record.birth_year, record.commune_code, fold(record.village))


def repeat_problem(record: HouseholdRecord, twin: HouseholdRecord) -> Problem:
    """The same household stands in the file already."""
    return Problem(
        record.sheet, record.row, "", "household_twice", WARNING, record.head_name,
        record.row, {"sheet": twin.sheet, "row": twin.row},
    )  # fmt: skip


def movement_problem(record: HouseholdRecord, code: str, household: RegisterHousehold | None) -> Problem:
    """Why a line does nothing; ``params`` hold the class the household has in the register."""
    params: dict[str, str | int] = {"class": household.poverty_class if household else ""}
    return Problem(record.sheet, record.row, "", code, ERROR, record.head_name, record.row, params)


def drop_identity(record: HouseholdRecord) -> None:
    """Forget a number that is somebody else's."""
    for member in record.members:
        if member.national_id == record.national_id:
            member.national_id = ""
    record.national_id = ""


# --- packed lines ------------------------------------------------------------------------------------

_BESIDE = ("new_head", "other_place", "other_name")


def pack_movement(line: Line) -> dict[str, Any]:
    """The line as the preview keeps it: its household, what stands beside it, and the household it split
    from or merged with."""
    packed = pack_record(line.movement.household, members=True, known=True)
    packed |= {name: value for name in _BESIDE if (value := getattr(line.movement, name))}
    if line.origin is not None:
        packed["origin"] = line.origin
    return packed


def unpack_movement(row: BatchRow) -> MovementRecord:
    beside = {name: row.record.get(name, "") for name in _BESIDE}
    household = unpack_record(row.record, sheet=row.sheet, row=row.row or 0)
    return MovementRecord(row.movement, household, **beside)


def decided_plan(row: BatchRow, household: RegisterHousehold | None) -> tuple[Plan, Problem | None]:
    """What the line of an ambiguous row does once a person says which household it is about, or that the
    register lacks it; with the problem why it cannot be."""
    movement = unpack_movement(row)
    done = household is not None and load_done(row.batch, [household.id]).holds(household.id, movement)
    origin = load_register(row.batch.province, [row.record["origin"]]) if "origin" in row.record else {}
    origin_class = next((one.poverty_class for one in origin.values()), "")
    result = plan(movement, household, done=done, origin_class=origin_class)
    if not result.problem:
        return result, None
    return result, movement_problem(movement.household, result.problem, household)
