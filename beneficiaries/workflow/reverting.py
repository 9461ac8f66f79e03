"""Taking an applied list back, while nothing later depends on it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programs.workflow.happenings import undone
from smartphone_support.audit.recording import record
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import Progress
from smartphone_support.web.errors import Refusal

from ..choices import BatchState
from ..imports.staging import counts_of
from ..imports.undo import Reverter, created_households, move_register_back, written_households
from ..models import (
    HouseholdMerge,
    InformationDeprivation,
    ListBatch,
    Movement,
    PovertyCertificate,
    RegisterVersion,
)
from ..signals import household_in_use, register_changed
from .duplicates import queue_search
from .steps import REVERT, locked, move, queue, related


def revert_obstacle(batch: ListBatch) -> str:
    """Why the batch cannot be taken back now, as a sentence; "" when it can."""
    if batch.state != BatchState.APPLIED or batch.applied_at is None:
        return _("Only a list that is in the register can be reverted.")
    others = ListBatch.objects.filter(province=batch.province_id)
    later = others.filter(state=BatchState.APPLIED).filter(
        Q(applied_at__gt=batch.applied_at) | Q(applied_at=batch.applied_at, pk__gt=batch.pk)
    )
    latest = later.order_by("-applied_at", "-pk").first()
    if latest:
        return _("“%(list)s” was written to the register later: revert that list first.") % {"list": latest}
    writing = others.filter(state=BatchState.APPLYING).first()
    if writing:
        return _("Another list is being written to the register (%(list)s): wait for it.") % {"list": writing}
    return _changed_by_hand(batch) or _in_use(batch)


def _changed_by_hand(batch: ListBatch) -> str:
    """The first household of the batch that somebody changed since it was written."""
    written, since = written_households(batch), batch.applied_at
    merge = HouseholdMerge.objects.filter(
        Q(kept__in=written) | Q(absorbed__in=written), undone_at__isnull=True, merged_at__gt=since
    ).first()
    if merge:
        return _("“%(first)s” and “%(second)s” were made one household since: undo that first.") % {
            "first": merge.absorbed,
            "second": merge.kept,
        }
    changed = written.filter(updated_at__gt=since).order_by("updated_at").first()
    movement = (
        Movement.objects.filter(household__in=written, superseded_at__isnull=True, recorded_at__gt=since)
        .exclude(source=batch)
        .select_related("household")
        .first()
    )
    if changed or movement:
        household = changed or movement.household  # type: ignore[union-attr]  # one of them is there
        when = changed.updated_at if changed else movement.recorded_at  # type: ignore[union-attr]  # as above
        return _("“%(name)s” was changed by hand on %(day)s: the list cannot be reverted any more.") % {
            "name": household,
            "day": date_format(timezone.localtime(when), "SHORT_DATE_FORMAT"),
        }
    created = created_households(batch)
    for model in (PovertyCertificate, InformationDeprivation):
        paper = model._default_manager.filter(household__in=created, recorded_at__gt=since)
        found = paper.select_related("household").first()
        if found:
            return _("Something was recorded since for “%(name)s”, which only this list brought.") % {
                "name": found.household
            }
    return ""


def _in_use(batch: ListBatch) -> str:
    """What the apps above say of the households that would leave the register."""
    answers = household_in_use.send(sender=ListBatch, households=created_households(batch))
    return next((str(sentence) for _receiver, sentence in answers if sentence), "")


def revert_batch(batch: ListBatch, *, actor: Any, reason: str) -> ListBatch:
    """Queue taking the batch back, with a reason that stays on the record.

    The register changes when the job has run; should something come to depend on the list meanwhile, nothing
    does and ``notice`` says why. Asked twice, it is one job.
    """
    if not reason.strip():
        raise Refusal(_("Say why the list is reverted."))
    with transaction.atomic():
        RegisterVersion.objects.select_for_update().get(province=batch.province_id)
        batch = locked(batch, actor, BatchState.APPLIED)
        obstacle = revert_obstacle(batch)
        if obstacle:
            raise Refusal(obstacle)
        move(batch, BatchState.APPLIED, notice=reason.strip()[:500])
        queue(batch, REVERT, actor)
        record("beneficiaries.listbatch.ask_revert", batch, actor=actor, reason=reason.strip())
    return batch


def is_reverting(batch: ListBatch) -> bool:
    """Whether the batch's way back is queued or under way."""
    job = batch.job
    return job is not None and job.kind == REVERT and not job.is_finished


def take_back(batch_id: str, job: Job, progress: Progress) -> None:
    """The job that takes an applied batch back: all of it or nothing."""
    batch = related().get(pk=batch_id)
    if batch.state != BatchState.APPLIED:
        return
    try:
        with transaction.atomic():
            RegisterVersion.objects.select_for_update().get(province=batch.province_id)
            batch = related().select_for_update(of=("self",)).get(pk=batch_id)
            if batch.state != BatchState.APPLIED:
                return
            obstacle = revert_obstacle(batch)
            if obstacle:
                raise Refusal(obstacle)
            reason = batch.notice
            Reverter(batch, progress).revert()
            move(
                batch, BatchState.REVERTED, reverted_by=job.owner, reverted_at=timezone.now(), notice=""
            )  # fmt: skip
            move_register_back(batch)
            register_changed.send(sender=ListBatch, province=batch.province, households=None)
            undone(batch, actor=job.owner)
            record(
                "beneficiaries.listbatch.revert", batch, actor=job.owner,
                before=counts_of(batch), reason=reason,
            )  # fmt: skip
    except IntegrityError as clash:
        raise Refusal(
            _("An identity number of the list belongs to another household by now: it cannot be reverted.")
        ) from clash
    queue_search(batch.province, actor=job.owner)


def fail_revert(batch_id: str, job: Job, sentence: str) -> None:
    """What a given-up revert leaves: the list in the register as it was, with the sentence."""
    batch = related().get(pk=batch_id)
    if ListBatch.objects.filter(pk=batch.pk, state=BatchState.APPLIED).update(notice=sentence):
        record("beneficiaries.listbatch.fail_revert", batch, actor=job.owner, reason=sentence)
