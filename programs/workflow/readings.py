"""A plan's document on its way to a draft: read, corrected, its questions answered, saved or put aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files import File
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.audit.steps import locked, require, step
from smartphone_support.documents.storing import store
from smartphone_support.web.errors import Refusal

from ..choices import TimingKind
from ..docx_reading import read_annex
from ..models import PlanReading, Program
from ..permits.plans import may_prepare_plans, may_work_on_reading
from ..plans.matching import party_book
from ..plans.sketch import (
    Answers,
    SketchRow,
    as_data,
    check_rows,
    from_data,
    rows_of_annex,
    settled,
    unknown_names,
    unknown_timings,
)
from ..plans.writing import take_over_settings, write_rows
from ..rules.timing import Timing
from .plans import PlanHead, begin_draft


def upload_plan(file: File[Any], *, actor: Any) -> PlanReading:
    """Read a document and keep it with what it said; a document that is no plan is refused and not kept."""
    require(may_prepare_plans(actor))
    annex = read_annex(file.read())
    file.seek(0)
    with step():
        rows = rows_of_annex(annex, party_book(actor.province))
        reading = PlanReading.objects.create(
            province=actor.province, file=store(file, actor=actor), uploaded_by=actor, rows=as_data(rows),
            reference_line=annex.reference_line, closing_line=annex.closing_line,
        )  # fmt: skip
        after = {"file": reading.file.name, "sha256": reading.file.sha256, "tasks": len(annex.tasks)}
        record("programs.planreading.upload", reading, actor=actor, after=after)
    return reading


def correct_reading(
    reading: PlanReading, rows: Sequence[SketchRow], *, version: int, actor: Any
) -> PlanReading:
    """Put corrected rows in the place of those read. `version`: the one the person's page showed."""
    with step():
        reading = _locked(reading, actor)
        _require_version(reading, version)
        check_rows(rows)
        _write(reading, rows=as_data(settled(row) for row in rows))
        tasks = sum(not row.is_group for row in rows)
        record("programs.planreading.change_rows", reading, actor=actor, after={"tasks": tasks})
    return reading


def answer_reading(
    reading: PlanReading, *, names: dict[str, list[int]], timings: dict[str, Timing], version: int, actor: Any
) -> PlanReading:
    """Keep who stands behind unknown names (nobody in particular: an empty list) and what timings mean."""
    with step():
        reading = _locked(reading, actor)
        _require_version(reading, version)
        answers = Answers.from_data(reading.answers)
        book = party_book(reading.province)
        for key, chosen in names.items():
            answers.names[key] = sorted(pk for pk in chosen if pk in book.everybody)
        for words, timing in timings.items():
            if timing.kind == TimingKind.BY_DATE and timing.due_by is None:
                raise Refusal(_("Give the day for “%(timing)s”.") % {"timing": words})
            answers.timings[words] = timing
        _write(reading, answers=answers.as_data())
        record(
            "programs.planreading.answer_questions", reading, actor=actor,
            after={"names": len(names), "timings": len(timings)},
        )  # fmt: skip
    return reading


def save_reading(reading: PlanReading, head: PlanHead, *, actor: Any, like: Program | None = None) -> Program:
    """Save what was read as a draft plan. `like`: the plan whose sources and deadlines it takes over.

    Refuses rows that cannot be saved and questions still open.
    """
    with step():
        reading = _locked(reading, actor)
        rows, answers = from_data(reading.rows), Answers.from_data(reading.answers)
        check_rows(rows)
        book = party_book(reading.province)
        if unknown_names(rows, answers, book) or unknown_timings(rows, answers):
            raise Refusal(_("Names or timings are still unknown: answer the questions first."))
        if like is not None and like.province_id != reading.province_id:
            raise Refusal(_("The plan to take settings from belongs to another province."))
        program = begin_draft(
            reading.province, head, actor=actor, document=reading.file,
            reference_line=reading.reference_line, closing_line=reading.closing_line,
        )  # fmt: skip
        write_rows(program, rows, answers, book)
        if like is not None:
            take_over_settings(program, like)
        PlanReading.objects.filter(pk=reading.pk).update(program=program)
        after = {
            "title": program.title,
            "file": reading.file.name,
            "tasks": sum(not r.is_group for r in rows),
        }
        record("programs.program.draft", program, actor=actor, after=after)
    return program


def discard_reading(reading: PlanReading, *, actor: Any) -> PlanReading:
    """Put the document aside; no plan comes of it."""
    with step():
        reading = _locked(reading, actor)
        reading.discarded_at = timezone.now()
        reading.save(update_fields=["discarded_at"])
        record("programs.planreading.discard", reading, actor=actor)
    return reading


def _locked(reading: PlanReading, actor: Any) -> PlanReading:
    reading = locked(PlanReading.objects.select_related("province", "file"), reading.pk)
    require(may_work_on_reading(actor, reading))
    if reading.program_id is not None:
        raise Refusal(_("This document is saved as a draft plan already: go on with the plan."))
    if reading.discarded_at is not None:
        raise Refusal(_("This document was put aside: upload it again."))
    return reading


def _require_version(reading: PlanReading, version: int) -> None:
    if reading.version != version:
        raise Refusal(_("Somebody corrected these rows meanwhile: look at the page again."))


def _write(reading: PlanReading, **values: Any) -> None:
    PlanReading.objects.filter(pk=reading.pk).update(version=F("version") + 1, **values)
    reading.refresh_from_db()


def first_year_of(reading: PlanReading, today: date) -> int:
    """The year the document itself names in the line that ties the annex to its plan, or the next one."""
    years = [int(word) for word in reading.reference_line.replace("/", " ").split() if word.isdigit()]
    return next((year for year in years if 2000 <= year <= 2100), today.year + (today.month > 9))
