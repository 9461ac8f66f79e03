"""From the file to the preview: read, match, compare, and write down what confirming would do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from smartphone_support.jobs.running import Progress
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.web.errors import Refusal

from ..choices import BatchKind, BatchState, Outcome
from ..models import BatchProblem, ListBatch, RegisterVersion
from .bulk import insert
from .causes import group_causes
from .checking import checked_before, upload_limits
from .collecting import without_collecting
from .coverage import class_not_covered, keep_promises
from .diff import class_of, compare
from .evidence import Evidence, evidence_changes, load_evidence, states_evidence
from .matching import Match, match_households
from .memory import options_of
from .messages import refusal_message
from .monthly import MonthlyStager, drop_identity, repeat_problem
from .options import ReadOptions
from .ordering import skipped_months
from .packing import fit_record, pack_changes, pack_record
from .reading import read_workbook
from .records import HouseholdRecord, Problem, ReadResult
from .register import RegisterHousehold
from .snapshot import hashed_joins, load_register
from .staged import StagedRow, write_rows
from .summing import summarise
from .units import Units


@dataclass(slots=True)
class Staged:
    """Everything a preview is made of, not yet written."""

    rows: list[StagedRow]
    problems: list[Problem]


def read_file(path: str | Path, units: Units, options: ReadOptions, progress: Progress) -> ReadResult:
    """The workbook's content; a file that is no such list is a ``Refusal`` with its sentence."""

    def report(done: int, total: int) -> None:
        progress.report(done, total, "reading")

    try:
        return read_workbook(path, units.gazetteer, upload_limits(), report, options, checked_before(path))
    except SpreadsheetRefused as refused:
        raise Refusal(refusal_message(refused)) from refused


@without_collecting()
def stage_batch(batch: ListBatch, progress: Progress) -> None:
    """Read the batch's file and leave its preview: rows, problems, counts, balance.

    Where the file does not settle how it is to be read, the batch waits for a person with its questions and
    without rows. The register itself is only read. Run again it replaces the former preview; a batch no
    longer waiting to be read is left alone.
    """
    if batch.state != BatchState.UPLOADED:
        return
    # Taken before the register is read: should a list be applied meanwhile, the preview knows it is old.
    version = RegisterVersion.objects.get_or_create(province=batch.province)[0].version
    started = time.monotonic()
    progress.report(0, 0, "reading")
    units = Units(batch.province, batch.effective_on)
    result = read_file(batch.file.file.path, units, options_of(batch), progress)
    if any(not question.settled for question in result.questions):
        _ask(batch, result)
        return
    read = time.monotonic()
    progress.report(0, len(result.households) + len(result.movements), "matching")
    with hashed_joins():
        staged = stage(batch, result, units)
    compared = time.monotonic()
    progress.report(0, len(staged.rows), "staging")
    with transaction.atomic(), hashed_joins():
        _write(batch, version, result, staged)
        progress.report(len(staged.rows), len(staged.rows), "staging")
        batch.seconds = {
            "read": round(read - started, 2),
            "match": round(compared - read, 2),
            "preview": round(time.monotonic() - compared, 2),
        }
        ListBatch.objects.filter(pk=batch.pk).update(seconds=batch.seconds)


def stage(batch: ListBatch, result: ReadResult, units: Units) -> Staged:
    """Decide what becomes of every listed household, and of those an annual list names no longer.

    Writes nothing.
    """
    staged = Staged([], list(result.problems))
    if batch.kind == BatchKind.MONTHLY:
        stager = MonthlyStager(batch, result.movements, units)
        staged.rows += stager.rows()
        staged.problems += stager.problems
        return staged
    for record in result.households:
        fit_record(record)
    register = load_register(batch.province)
    matches = match_households(result.households, register.values())
    stated = any(states_evidence(record) for record in result.households)
    evidence = load_evidence(batch) if stated else Evidence()
    reported = {(p.sheet, p.household_row) for p in result.problems if p.code == "duplicate_in_file"}
    for position, (record, match) in enumerate(zip(result.households, matches, strict=True), 1):
        row = _row(batch, position, record, match, register, units, evidence)
        if match.twin is not None:
            twin = result.households[match.twin]
            row.candidates.insert(0, {"sheet": twin.sheet, "row": twin.row, "reasons": list(match.doubts)})
            if match.is_repeat and (record.sheet, record.row) not in reported:
                staged.problems.append(repeat_problem(record, twin))
        staged.rows.append(row)
    staged.rows += _gone_rows(batch, result, staged.rows, register, units)
    return staged


def _row(
    batch: ListBatch,
    position: int,
    record: HouseholdRecord,
    match: Match,
    register: dict[int, RegisterHousehold],
    units: Units,
    evidence: Evidence,
) -> StagedRow:
    if match.identity_disputed:
        drop_identity(record)
    household = register.get(match.household_id) if match.household_id is not None else None
    changes = compare(record, household) if household else []
    if household is not None:
        changes += evidence_changes(record, household.id, evidence, batch.effective_on)
    outcome = _outcome(record, match, household, bool(changes))
    members = outcome in (Outcome.NEW, Outcome.AMBIGUOUS) or any(c.field == "members" for c in changes)
    old_commune = units.commune_id(household.commune_code) if household else None
    return StagedRow(
        batch_id=batch.pk,
        outcome=outcome,
        position=position,
        sheet=record.sheet[:60],
        row=record.row,
        household_id=match.household_id,
        basis=match.basis,
        commune_id=units.commune_id(record.commune_code),
        old_commune_id=old_commune,
        old_class=household.poverty_class if household else "",
        # The second row of one household is not a second household of its commune.
        new_class="" if match.is_repeat else class_of(record),
        head_name=record.head_name,
        # Of an unchanged household the register says everything the list does.
        record={}
        if outcome == Outcome.UNCHANGED
        else pack_record(record, members=members, known=outcome == Outcome.AMBIGUOUS),
        changes=pack_changes(changes) if outcome == Outcome.CHANGED else [],
        candidates=[{"household": c.household_id, "reasons": list(c.reasons)} for c in match.candidates],
    )


def _outcome(
    record: HouseholdRecord, match: Match, household: RegisterHousehold | None, changed: bool
) -> Outcome:
    if record.blocked or match.is_repeat:
        return Outcome.BLOCKED
    if match.is_ambiguous:
        return Outcome.AMBIGUOUS
    if household is not None:
        return Outcome.CHANGED if changed else Outcome.UNCHANGED
    # A household nobody gives a class or a place cannot enter the register. One of which only the district
    # is known enters and waits for completion.
    place = record.commune_code or record.district_code
    return Outcome.NEW if place and class_of(record) else Outcome.BLOCKED


def _gone_rows(
    batch: ListBatch,
    result: ReadResult,
    rows: list[StagedRow],
    register: dict[int, RegisterHousehold],
    units: Units,
) -> Iterator[StagedRow]:
    """Poor and near-poor households of the communes the file covers that no row is, and none may be.

    A list that names no commune, as the review software exports it, never says who is gone; one of poor
    households alone says nothing of the near-poor.
    """
    classes = keep_promises(result)
    covered = {record.commune_code for record in result.households if record.commune_code}
    named = {row.household_id for row in rows}
    named.update(candidate.get("household") for row in rows for candidate in row.candidates)
    position = len(rows)
    for household in register.values():
        if (
            household.poverty_class in classes
            and household.commune_code in covered
            and household.id not in named
        ):
            position += 1
            yield gone_row(batch, position, household, units)


def gone_row(batch: ListBatch, position: int, household: RegisterHousehold, units: Units) -> StagedRow:
    commune = units.commune_id(household.commune_code)
    return StagedRow(
        batch_id=batch.pk,
        outcome=Outcome.GONE,
        position=position,
        household_id=household.id,
        commune_id=commune,
        old_commune_id=commune,
        old_class=household.poverty_class,
        new_class="not_poor",
        head_name=household.head_name,
    )


def _ask(batch: ListBatch, result: ReadResult) -> None:
    """Leave the batch waiting for how it is to be read, with its questions and without rows."""
    with transaction.atomic():
        asked = ListBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(
            state=BatchState.AWAITING_LAYOUT,
            questions=[asdict(question) for question in result.questions if not question.settled],
            sheets=[asdict(sheet) for sheet in result.sheets],
            counts={},
            balance=[],
            causes=[],
            brakes=[],
            failure="",
        )
        if asked:
            batch.rows.all().delete()
            batch.problems.all().delete()
    batch.refresh_from_db()


def _write(batch: ListBatch, version: int, result: ReadResult, staged: Staged) -> None:
    """Put the preview in place of any former one, if the batch still waits for it."""
    claimed = ListBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(
        state=BatchState.AWAITING_CONFIRMATION
    )
    if not claimed:
        return
    batch.rows.all().delete()
    batch.problems.all().delete()
    write_rows(staged.rows)
    insert(_problem_rows(batch, staged.problems))
    batch.state = BatchState.AWAITING_CONFIRMATION
    batch.register_version = version
    batch.failure = ""
    batch.sheets = [asdict(sheet) for sheet in result.sheets]
    batch.causes = group_causes(staged.problems)
    # Those settled stay, so that the file can be read another way.
    batch.questions = [asdict(question) for question in result.questions]
    for sentence in (skipped_months(batch), class_not_covered(batch)):
        if sentence and sentence not in batch.notice:
            batch.notice = f"{batch.notice} {sentence}".strip()
    batch.save(update_fields=["register_version", "failure", "sheets", "causes", "questions", "notice"])
    summarise(batch)


def _problem_rows(batch: ListBatch, problems: Iterable[Problem]) -> list[BatchProblem]:
    return [
        BatchProblem(
            batch=batch,
            position=position,
            sheet=problem.sheet[:60],
            row=problem.row,
            column=problem.column,
            code=problem.code,
            level=problem.level,
            value=problem.value[:200],
            household_row=problem.household_row,
            params=problem.params,
        )
        for position, problem in enumerate(problems, 1)
    ]


def counts_of(batch: ListBatch) -> dict[str, Any]:
    """The batch's counts with every key present, as commands and screens show them."""
    keys = ("households", *Outcome.values, "errors", "warnings", "undecided")
    return {key: batch.counts.get(key, 0) for key in keys}
