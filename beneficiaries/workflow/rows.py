"""What a person decides of single rows of a preview."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import BatchState, Outcome, RowDecision
from ..imports.diff import compare
from ..imports.packing import pack_changes, unpack_record
from ..imports.snapshot import load_register
from ..imports.staging import gone_row
from ..imports.summing import summarise
from ..imports.units import Units
from ..models import BatchRow, Household, ListBatch
from .steps import locked


def decide_row(row: BatchRow, *, decision: str, household_id: int | None = None, actor: Any) -> BatchRow:
    """Say of an ambiguous row which register household it is, that it is a new one, or leave it out.

    An empty decision takes a former one back. What no row names any more becomes gone, and what one may
    still be is not.
    """
    with transaction.atomic():
        batch = locked(row.batch, actor, BatchState.AWAITING_CONFIRMATION)
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
