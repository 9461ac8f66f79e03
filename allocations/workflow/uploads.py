"""An operator's delivery workbook: kept with what it would record, then recorded, all rows or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import Organisation
from smartphone_support.audit.recording import record
from smartphone_support.documents.models import StoredFile
from smartphone_support.web.errors import Refusal

from ..delivery.handing import HandOverFacts
from ..delivery.judging import HAND_OVER, HOLD, PROBLEM, SAME, UNDELIVERABLE, counts_of, judge
from ..delivery.reasons import written
from ..models import AllocationRound, BudgetLine, DeliveryUpload
from ..permits.delivery import may_apply_delivery, may_upload_delivery
from .delivery import Telling, hold_lost, locked_devices, locked_supports, new_devices, write_hand_overs
from .steps import locked, require, step
from .supports import mark_undeliverable

#: Outcomes that change something when the upload is confirmed.
CHANGING = (HAND_OVER, UNDELIVERABLE, HOLD)


def register_delivery_upload(
    round_: AllocationRound,
    operator: Organisation,
    *,
    actor: Any,
    file: StoredFile,
    rows: Sequence[dict[str, Any]],
) -> DeliveryUpload:
    """Keep a workbook that was read, with what each row would record; nothing is recorded yet."""
    require(may_upload_delivery(actor, round_, operator))
    with step():
        judged = judge(rows, operator, actor)
        upload = DeliveryUpload.objects.create(
            round=round_, operator=operator, file=file, uploaded_by=actor, rows=judged,
            counts=counts_of(judged),
        )  # fmt: skip
        after = {"file": file.name, "sha256": file.sha256, "operator": operator.short_name, **upload.counts}
        record("allocations.deliveryupload.upload", upload, actor=actor, after=after)
    return upload


def apply_delivery_upload(upload: DeliveryUpload, *, actor: Any) -> DeliveryUpload:
    """Record what the preview showed, all of it or nothing.

    Rows with a problem stay out, as the preview said. Everything is judged again under the locks: a row that
    comes to something else by now stops the whole upload, and is named.
    """
    with step():
        upload = _locked(upload)
        require(may_apply_delivery(actor, upload))
        _require_open(upload)
        planned = [row for row in upload.rows if row["outcome"] in CHANGING]
        if not planned:
            raise Refusal(_("Nothing of this workbook can be recorded: mend the rows and upload it again."))
        tellings = [
            Telling(row["support"], HandOverFacts.from_dict(row["facts"]), row["row"])
            for row in planned
            if row["outcome"] == HAND_OVER
        ]
        # Everything that is locked further down is locked here, in the order all steps keep.
        new_devices(tellings, actor)
        supports = locked_supports([row["support"] for row in planned])
        locked_devices(tellings)
        list(BudgetLine.objects.filter(rounds=upload.round_id).select_for_update(of=("self",)))
        _require_same(planned, upload.operator, actor)
        for row in planned:
            if row["outcome"] == UNDELIVERABLE:
                reason = written(row["why"], row["note"])
                mark_undeliverable(supports[row["support"]], actor=actor, reason=reason)
        hold_lost(
            [
                (supports[row["support"]], HandOverFacts.from_dict(row["facts"]).handed_on)
                for row in planned
                if row["outcome"] == HOLD
            ]
        )
        if tellings:
            write_hand_overs(tellings, actor=actor, upload=upload)
        upload.applied_at = timezone.now()
        upload.save(update_fields=["applied_at"])
        record("allocations.deliveryupload.record_rows", upload, actor=actor, after=counts_of(planned))
    return upload


def _require_same(planned: Sequence[dict[str, Any]], operator: Organisation, actor: Any) -> None:
    """Refuse, by line, where a row does not come to what the preview showed."""
    for before, now in zip(planned, judge(planned_as_read(planned), operator, actor), strict=True):
        if before["outcome"] == now["outcome"]:
            continue
        if now["outcome"] == SAME:
            sentence = _("Line %(line)s (%(name)s) has been recorded meanwhile: upload the workbook again.")
        elif now["outcome"] == PROBLEM:
            sentence = _("Line %(line)s (%(name)s): %(why)s Nothing was recorded; upload the workbook again.")
        else:
            sentence = _(
                "Line %(line)s (%(name)s) comes to something else by now. Nothing was recorded; upload the "
                "workbook again."
            )
        raise Refusal(sentence % {"line": now["row"], "name": now["name"], "why": now.get("sentence", "")})


def planned_as_read(planned: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they were read, so that they are judged from the beginning."""
    return [
        row | {"outcome": HAND_OVER if row["outcome"] == HOLD else row["outcome"], "sentence": ""}
        for row in planned
    ]


def discard_delivery_upload(upload: DeliveryUpload, *, actor: Any) -> DeliveryUpload:
    """Put an upload aside; nothing was recorded."""
    with step():
        upload = _locked(upload)
        require(may_apply_delivery(actor, upload))
        _require_open(upload)
        upload.discarded_at = timezone.now()
        upload.save(update_fields=["discarded_at"])
        record("allocations.deliveryupload.discard", upload, actor=actor)
    return upload


def _locked(upload: DeliveryUpload) -> DeliveryUpload:
    rows = DeliveryUpload.objects.select_related("round__program", "operator", "file")
    return locked(rows, upload.pk)


def _require_open(upload: DeliveryUpload) -> None:
    if not upload.is_open:
        raise Refusal(_("This upload is already applied or discarded."))
