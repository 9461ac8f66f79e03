"""The only code that moves a list towards the register, and that shows an identity number in full."""

from __future__ import annotations

import tempfile
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress, start
from smartphone_support.spreadsheets.preflight import check_file
from smartphone_support.spreadsheets.refusals import SpreadsheetRefused
from smartphone_support.web.errors import Refusal

from .choices import BatchKind, BatchState, Outcome, RowDecision
from .imports.apply import RegisterChanged, apply_batch
from .imports.diff import compare
from .imports.messages import refusal_message
from .imports.packing import pack_changes, unpack_record
from .imports.snapshot import load_register
from .imports.staging import counts_of, gone_row, stage_batch, upload_limits
from .imports.summing import summarise
from .imports.units import Units
from .models import BatchRow, Household, ListBatch, RegisterVersion
from .permissions import may_change_batch, may_import, may_reveal

READ = "beneficiaries.read"
APPLY = "beneficiaries.apply"


# --- uploading and reading ------------------------------------------------------------------------


def upload_list(
    file: File[Any], *, kind: str, period: date, effective_on: date, province: AdministrativeArea, actor: Any
) -> ListBatch:
    """Take a list in and queue its reading. A file that is no workbook is refused before it is kept.

    ``period`` is the first day of the month the list stands for; ``effective_on`` the day classes without
    a decision date of their own begin.
    """
    if not may_import(actor, province):
        raise Refusal(
            _("Only a register officer of %(place)s may upload its lists.") % {"place": province.name_in_text}
        )
    if kind != BatchKind.ANNUAL:
        raise Refusal(_("Only annual lists can be uploaded so far."))
    period = period.replace(day=1)
    if effective_on < period:
        raise Refusal(_("The list cannot take effect before the month it stands for."))
    version, _created = RegisterVersion.objects.get_or_create(province=province)
    _refuse_older(version, period)
    _refuse_unreadable(file)
    with transaction.atomic():
        stored = store(file, actor=actor)
        batch = ListBatch.objects.create(
            kind=kind,
            province=province,
            period=period,
            effective_on=effective_on,
            file=stored,
            uploaded_by=actor,
        )
        _queue(batch, READ, actor)
        record(
            "beneficiaries.listbatch.upload", batch, actor=actor,
            after={"file": stored.name, "sha256": stored.sha256, "effective_on": effective_on},
        )  # fmt: skip
    return batch


def _refuse_older(version: RegisterVersion, period: date) -> None:
    if version.latest_annual and period < version.latest_annual:
        raise Refusal(
            _("The register already holds the list of %(latest)s; one of %(period)s is older.")
            % {"latest": f"{version.latest_annual:%m/%Y}", "period": f"{period:%m/%Y}"}
        )


def _refuse_unreadable(file: File[Any]) -> None:
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        file.seek(0)
        try:
            check_file(copy.name, upload_limits())
        except SpreadsheetRefused as refused:
            raise Refusal(refusal_message(refused)) from refused


def _queue(batch: ListBatch, kind: str, actor: Any) -> Job:
    job = start(kind, batch, actor=actor)
    batch.job = job
    batch.save(update_fields=["job"])
    return job


def read_batch(batch_id: str, job: Job, progress: Progress) -> None:
    """The job that reads a batch's file and leaves its preview."""
    batch = _related().get(pk=batch_id)
    stage_batch(batch, progress)


def fail_batch(batch_id: str, job: Job, sentence: str) -> None:
    """What a given-up job leaves: the batch with the sentence, nothing in the register."""
    batch = _related().get(pk=batch_id)
    working = [BatchState.UPLOADED, BatchState.APPLYING]
    failed = ListBatch.objects.filter(pk=batch.pk, state__in=working).update(
        state=BatchState.FAILED, failure=sentence
    )
    if failed:
        record("beneficiaries.listbatch.fail", batch, actor=job.owner, reason=sentence)


def read_again(batch: ListBatch, *, actor: Any) -> ListBatch:
    """Read a failed batch's file once more, or make its preview anew."""
    with transaction.atomic():
        batch = _locked(batch, actor, BatchState.FAILED, BatchState.AWAITING_CONFIRMATION)
        _move(batch, BatchState.UPLOADED, failure="", notice="")
        _queue(batch, READ, actor)
        record("beneficiaries.listbatch.read", batch, actor=actor)
    return batch


# --- deciding and confirming ----------------------------------------------------------------------


def decide_row(row: BatchRow, *, decision: str, household_id: int | None = None, actor: Any) -> BatchRow:
    """Say of an ambiguous row which register household it is, that it is a new one, or leave it out.

    An empty decision takes a former one back. What no row names any more becomes gone, and what one may
    still be is not.
    """
    with transaction.atomic():
        batch = _locked(row.batch, actor, BatchState.AWAITING_CONFIRMATION)
        row = BatchRow.objects.select_for_update().get(pk=row.pk)
        if row.outcome != Outcome.AMBIGUOUS:
            raise Refusal(_("There is nothing to decide for this household."))
        if decision not in ("", *RowDecision.values):
            raise Refusal(_("Say whether it is the same household, a new one, or to be left out."))
        _set_decision(row, decision, household_id)
        row.decided_by = actor if decision else None
        row.save(
            update_fields=[
                "decision",
                "household",
                "changes",
                "basis",
                "old_commune",
                "old_class",
                "decided_by",
            ]
        )
        _settle_gone(batch, row)
        summarise(batch)
        record(
            "beneficiaries.listbatch.decide", batch, actor=actor,
            after={"sheet": row.sheet, "row": row.row, "decision": decision, "household": row.household_id},
        )  # fmt: skip
    return row


def _set_decision(row: BatchRow, decision: str, household_id: int | None) -> None:
    row.decision, row.household_id, row.changes = decision, None, []
    row.basis, row.old_commune, row.old_class = "", None, ""
    if decision != RowDecision.SAME:
        return
    if household_id is None or household_id not in [c.get("household") for c in row.candidates]:
        raise Refusal(_("Choose one of the households shown."))
    rivals = BatchRow.objects.filter(batch=row.batch_id, household=household_id).exclude(pk=row.pk)
    rival = rivals.exclude(outcome=Outcome.GONE).first()
    if rival:
        raise Refusal(
            _("That household is already taken by row %(row)s of sheet “%(sheet)s”.")
            % {"row": rival.row, "sheet": rival.sheet}
        )
    household = load_register(row.batch.province, [household_id])[household_id]
    listed = unpack_record(row.record)
    row.household_id, row.basis = household_id, "decided"
    row.changes = pack_changes(compare(listed, household))
    row.old_commune_id = Household.objects.values_list("commune", flat=True).get(pk=household_id)
    row.old_class = household.poverty_class


def _settle_gone(batch: ListBatch, decided: BatchRow) -> None:
    """A candidate is gone when no row is it and none still may be; otherwise it is not."""
    candidates = {c["household"] for c in decided.candidates if c.get("household")}
    others = batch.rows.exclude(outcome=Outcome.GONE)
    taken = set(others.filter(household__in=candidates).values_list("household", flat=True))
    for row in others.filter(outcome=Outcome.AMBIGUOUS, decision__in=["", RowDecision.SKIP]).only(
        "candidates"
    ):
        taken |= {c.get("household") for c in row.candidates} & candidates
    batch.rows.filter(outcome=Outcome.GONE, household__in=taken).delete()
    known = set(batch.rows.filter(outcome=Outcome.GONE).values_list("household", flat=True))
    covered = set(others.values_list("commune__code", flat=True).distinct())
    units = Units(batch.province, batch.effective_on)
    position = batch.rows.aggregate(last=Max("position"))["last"]
    for household in load_register(batch.province, candidates - taken - known).values():
        if household.is_listed and household.commune_code in covered:
            position += 1
            gone_row(batch, position, household, units).save()


def confirm_batch(batch: ListBatch, *, actor: Any, reason: str = "") -> ListBatch:
    """Have the preview written to the register. ``reason`` is needed when the brake is on.

    Confirmed twice, it is written once. If another list was written since the preview was made, nothing
    is: the file is read again (state ``uploaded``), and ``notice`` says so.
    """
    with transaction.atomic():
        version = RegisterVersion.objects.select_for_update().get(province=batch.province_id)
        current = _related().get(pk=batch.pk)
        if current.state in (BatchState.APPLYING, BatchState.APPLIED) and current.confirmed_by_id == actor.pk:
            return current
        batch = _locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        _refuse_older(version, batch.period)
        if batch.brakes and not reason.strip():
            raise Refusal(
                _("In %(n)s communes more than %(percent)s %% of the households would go: give the reason.")
                % {"n": len(batch.brakes), "percent": settings.LIST_BRAKE_PERCENT}
            )
        other = ListBatch.objects.filter(province=batch.province_id, state=BatchState.APPLYING).first()
        if other:
            raise Refusal(
                _("Another list is being written to the register (%(list)s): wait for it.") % {"list": other}
            )
        if version.version != batch.register_version:
            return _look_again(batch, actor)
        _move(batch, BatchState.APPLYING, confirmed_by=actor)
        _queue(batch, APPLY, actor)
        record(
            "beneficiaries.listbatch.confirm",
            batch,
            actor=actor,
            after=counts_of(batch),
            reason=reason.strip(),
        )
    return batch


def write_batch(batch_id: str, job: Job, progress: Progress) -> None:
    """The job that writes a confirmed batch to the register."""
    batch = _related().get(pk=batch_id)
    try:
        apply_batch(batch, progress)
    except RegisterChanged:
        with transaction.atomic():
            batch = _related().select_for_update(of=("self",)).get(pk=batch_id)
            if batch.state == BatchState.APPLYING:
                _look_again(batch, job.owner)


def _look_again(batch: ListBatch, actor: Any) -> ListBatch:
    notice = _(
        "Another list was written to the register in the meantime, so this one was compared anew. Look again."
    )
    _move(batch, BatchState.UPLOADED, notice=notice, confirmed_by=None)
    _queue(batch, READ, actor)
    record("beneficiaries.listbatch.read", batch, actor=actor, reason=notice)
    return batch


def reject_batch(batch: ListBatch, *, actor: Any, reason: str = "") -> ListBatch:
    """Cancel a batch that was not written. Its file stays, the households read from it do not."""
    with transaction.atomic():
        batch = _locked(
            batch, actor, BatchState.UPLOADED, BatchState.AWAITING_CONFIRMATION, BatchState.FAILED
        )
        before = batch.state
        _move(batch, BatchState.REJECTED)
        batch.rows.all().delete()
        batch.problems.all().delete()
        record("beneficiaries.listbatch.reject", batch, actor=actor, before={"state": before}, reason=reason)
    return batch


# --- identity numbers -----------------------------------------------------------------------------


def reveal_identity(household: Household, *, actor: Any, reason: str) -> str:
    """The full identity number, for a reason that stays on the record."""
    if not may_reveal(actor, household):
        raise Refusal(_("You may not read identity numbers of this household."))
    if not reason.strip():
        raise Refusal(_("Say why the full number is needed."))
    record("beneficiaries.household.reveal", household, actor=actor, reason=reason.strip())
    return household.national_id


# --- locks ----------------------------------------------------------------------------------------


def _related() -> Any:
    return ListBatch.objects.select_related("province", "file", "confirmed_by")


def _locked(batch: ListBatch, actor: Any, *states: BatchState) -> ListBatch:
    """The batch as it is now, locked, in one of these states; a sentence for whoever comes too late."""
    if not may_change_batch(actor, batch):
        raise Refusal(
            _("Only a register officer of %(place)s may do this.") % {"place": batch.province.name_in_text}
        )
    current: ListBatch = _related().select_for_update(of=("self",)).get(pk=batch.pk)
    if current.state not in states:
        who = f" ({current.confirmed_by})" if current.confirmed_by else ""
        raise Refusal(
            _("The list is meanwhile in another state: %(state)s%(who)s.")
            % {"state": current.get_state_display(), "who": who}
        )
    return current


def _move(batch: ListBatch, state: BatchState, **fields: Any) -> None:
    """Change the state if it is still the one that was read (SQLite knows no row locks)."""
    moved = ListBatch.objects.filter(pk=batch.pk, state=batch.state).update(state=state, **fields)
    if not moved:
        raise Refusal(_("Somebody else was faster: look at the list again."))
    batch.state = state
    for name, value in fields.items():
        setattr(batch, name, value)
