"""A list on its way into the register: upload, reading, confirmation, cancellation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress
from smartphone_support.web.errors import Refusal

from ..choices import BatchKind, BatchState, Outcome
from ..imports.apply import RegisterChanged, apply_batch
from ..imports.checking import check_upload
from ..imports.ordering import refuse_older
from ..imports.staging import counts_of, stage_batch
from ..models import ListBatch, RegisterVersion
from ..permissions import may_import
from .duplicates import queue_search
from .rows import answer_again, answers_of
from .steps import APPLY, READ, locked, move, queue, related

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
    if kind not in BatchKind.values:
        raise Refusal(_("Choose an annual list or monthly movements: other lists have a way of their own."))
    period = period.replace(day=1)
    if effective_on < period:
        raise Refusal(_("The list cannot take effect before the month it stands for."))
    RegisterVersion.objects.get_or_create(province=province)
    refuse_older(province, period)
    check_upload(file)
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
        queue(batch, READ, actor)
        record(
            "beneficiaries.listbatch.upload", batch, actor=actor,
            after={"file": stored.name, "sha256": stored.sha256, "effective_on": effective_on},
        )  # fmt: skip
    return batch


def read_batch(batch_id: str, job: Job, progress: Progress) -> None:
    """The job that reads a batch's file and leaves its preview, or its questions.

    What was said of the rows of a former preview is said again of the new one's.
    """
    batch = related().get(pk=batch_id)
    answers = answers_of(batch)
    stage_batch(batch, progress)
    answer_again(batch, answers)


def fail_batch(batch_id: str, job: Job, sentence: str) -> None:
    """What a given-up job leaves: the batch with the sentence, nothing in the register."""
    batch = related().get(pk=batch_id)
    working = [BatchState.UPLOADED, BatchState.APPLYING]
    failed = ListBatch.objects.filter(pk=batch.pk, state__in=working).update(
        state=BatchState.FAILED, failure=sentence
    )
    if failed:
        record("beneficiaries.listbatch.fail", batch, actor=job.owner, reason=sentence)


def read_again(batch: ListBatch, *, actor: Any) -> ListBatch:
    """Read a failed batch's file once more, or make its preview anew."""
    with transaction.atomic():
        batch = locked(
            batch, actor, BatchState.FAILED, BatchState.AWAITING_LAYOUT, BatchState.AWAITING_CONFIRMATION
        )
        move(batch, BatchState.UPLOADED, failure="", notice="")
        queue(batch, READ, actor)
        record("beneficiaries.listbatch.read", batch, actor=actor)
    return batch


# --- confirming and cancelling --------------------------------------------------------------------


#: Outcomes that say something of the register; a list of blocked rows alone would only pass for a period.
_WRITABLE = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.GONE, Outcome.AMBIGUOUS)


def confirm_batch(batch: ListBatch, *, actor: Any, reason: str = "") -> ListBatch:
    """Have the preview written to the register. ``reason`` is needed when the brake is on.

    Confirmed twice, it is written once. If another list was written since the preview was made, nothing
    is: the file is read again (state ``uploaded``), and ``notice`` says so.
    """
    with transaction.atomic():
        version = RegisterVersion.objects.select_for_update().get(province=batch.province_id)
        current = related().get(pk=batch.pk)
        if current.state in (BatchState.APPLYING, BatchState.APPLIED) and current.confirmed_by_id == actor.pk:
            return current
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        refuse_older(batch.province, batch.period)
        if not any(batch.counts.get(outcome, 0) for outcome in _WRITABLE):
            raise Refusal(
                _(
                    "No household of this list can be written: mend the rows in error, or upload a "
                    "mended file."
                )
            )
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
        move(batch, BatchState.APPLYING, confirmed_by=actor)
        queue(batch, APPLY, actor)
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
    batch = related().get(pk=batch_id)
    try:
        apply_batch(batch, progress)
    except RegisterChanged:
        with transaction.atomic():
            batch = related().select_for_update(of=("self",)).get(pk=batch_id)
            if batch.state == BatchState.APPLYING:
                _look_again(batch, job.owner)
    else:
        queue_search(batch.province, actor=job.owner)


def _look_again(batch: ListBatch, actor: Any) -> ListBatch:
    notice = _(
        "Another list was written to the register in the meantime, so this one was compared anew. Look again."
    )
    move(batch, BatchState.UPLOADED, notice=notice, confirmed_by=None)
    queue(batch, READ, actor)
    record("beneficiaries.listbatch.read", batch, actor=actor, reason=notice)
    return batch


def reject_batch(batch: ListBatch, *, actor: Any, reason: str = "") -> ListBatch:
    """Cancel a batch that was not written. Its file stays, the households read from it do not."""
    with transaction.atomic():
        batch = locked(
            batch,
            actor,
            BatchState.UPLOADED,
            BatchState.AWAITING_LAYOUT,
            BatchState.AWAITING_CONFIRMATION,
            BatchState.FAILED,
        )
        before = batch.state
        move(batch, BatchState.REJECTED)
        batch.rows.all().delete()
        batch.problems.all().delete()
        record("beneficiaries.listbatch.reject", batch, actor=actor, before={"state": before}, reason=reason)
    return batch
