"""What a person decides of single rows of a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import BatchKind, BatchState, GoneReason, Outcome, RowDecision
from ..imports.coverage import classes_covered
from ..imports.diff import compare
from ..imports.messages import problem_message
from ..imports.monthly import decided_plan
from ..imports.moves import Plan
from ..imports.packing import pack_changes, unpack_record
from ..imports.register import RegisterHousehold
from ..imports.snapshot import load_register
from ..imports.staged import write_rows
from ..imports.staging import gone_row
from ..imports.summing import summarise
from ..imports.units import Units
from ..models import BatchRow, Household, ListBatch
from .steps import locked

#: What a decision writes.
DECIDED_FIELDS = ["decision", "household", "changes", "basis", "old_commune", "old_class", "decided_by"]


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
        row.save(update_fields=DECIDED_FIELDS)
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
    if decision == RowDecision.NEW and row.movement:
        _plan_line(row, None)
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
    household = load_register(row.batch.province, [household_id]).get(household_id)
    if household is None:
        raise Refusal(
            _("This household was merged with another one or left the register since: read the file again.")
        )
    row.household_id, row.basis = household_id, "decided"
    if row.movement:
        row.changes = pack_changes(_plan_line(row, household).changes)
    else:
        row.changes = pack_changes(compare(unpack_record(row.record), household))
    row.old_commune_id = Household.objects.values_list("commune", flat=True).get(pk=household_id)
    row.old_class = household.poverty_class


def _plan_line(row: BatchRow, household: RegisterHousehold | None) -> Plan:
    """What a line of a monthly list does to that household; refused where it contradicts the register."""
    result, problem = decided_plan(row, household)
    if problem is not None:
        raise Refusal(problem_message(problem))
    return result


def _settle_gone(batch: ListBatch, decided: BatchRow) -> None:
    """A candidate is gone when no row is it and none still may be; otherwise it is not.

    Of a monthly list nothing is gone by absence.
    """
    if batch.kind == BatchKind.MONTHLY:
        return
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
    classes = classes_covered(batch)
    units = Units(batch.province, batch.effective_on)
    position = batch.rows.aggregate(last=Max("position"))["last"]
    missing = [
        household
        for household in load_register(batch.province, candidates - taken - known).values()
        if household.poverty_class in classes and household.commune_code in covered
    ]
    write_rows(
        gone_row(batch, place, household, units) for place, household in enumerate(missing, position + 1)
    )


# --- households no longer listed --------------------------------------------------------------------


def give_reasons(
    batch: ListBatch,
    reasons: dict[int, str],
    *,
    actor: Any,
) -> int:
    """Say why households stand no longer in the list: ``GoneReason`` by the pk of their row.

    Returns how many rows changed. Rows of another batch or outcome are refused.
    """
    _refuse_reasons(reasons.values())
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        gone = dict(batch.rows.filter(pk__in=reasons, outcome=Outcome.GONE).values_list("pk", "reason"))
        if set(reasons) - set(gone):
            raise Refusal(_("The list was read again meanwhile: look at its households once more."))
        changed = {pk: reason for pk, reason in reasons.items() if gone[pk] != reason}
        for reason in set(changed.values()):
            pks = [pk for pk, said in changed.items() if said == reason]
            batch.rows.filter(pk__in=pks).update(reason=reason, decided_by=actor)
        _record_reasons(batch, changed.values(), actor)
    return len(changed)


def give_reason_to_all(
    batch: ListBatch, reason: str, *, actor: Any, commune_id: int | None = None, only_open: bool = False
) -> int:
    """Say one reason for every household no longer listed, or for those of a commune; ``only_open`` leaves
    alone those that have one. Returns how many rows changed."""
    _refuse_reasons([reason])
    with transaction.atomic():
        batch = locked(batch, actor, BatchState.AWAITING_CONFIRMATION)
        rows = batch.rows.filter(outcome=Outcome.GONE).exclude(reason=reason)
        if commune_id is not None:
            rows = rows.filter(commune=commune_id)
        if only_open:
            rows = rows.filter(reason__in=OPEN_REASONS)
        changed = rows.update(reason=reason, decided_by=actor)
        _record_reasons(batch, [reason] * changed, actor)
    return changed


#: A household with one of these still has to be asked about.
OPEN_REASONS = ("", GoneReason.UNKNOWN)


def _refuse_reasons(reasons: Iterable[str]) -> None:
    if not set(reasons) <= set(GoneReason.values):
        raise Refusal(_("Choose one of the reasons."))


def _record_reasons(batch: ListBatch, reasons: Iterable[str], actor: Any) -> None:
    counts = Counter(reasons)
    if counts:
        record("beneficiaries.listbatch.give_reason", batch, actor=actor, after=dict(counts))


# --- what was said outlives a new reading -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """What was said of a preview's rows: decisions by place in the file, reasons by household."""

    decisions: list[tuple[str, int, str, str, int | None, int | None]]
    reasons: dict[str, list[int]]


def answers_of(batch: ListBatch) -> RowAnswers:
    """What was said of the rows so far; taken before the file is read again."""
    decided = batch.rows.filter(outcome=Outcome.AMBIGUOUS).exclude(decision="")
    reasons: dict[str, list[int]] = {}
    gone = batch.rows.filter(outcome=Outcome.GONE, household__isnull=False).exclude(reason__in=OPEN_REASONS)
    for reason, household in gone.values_list("reason", "household"):
        reasons.setdefault(reason, []).append(household)
    fields = ("sheet", "row", "head_name", "decision", "household", "decided_by")
    return RowAnswers(list(decided.order_by("position").values_list(*fields)), reasons)


def answer_again(batch: ListBatch, answers: RowAnswers) -> None:
    """Say the same of the new preview's rows, where they still ask and still offer the answer."""
    with transaction.atomic():
        current = ListBatch.objects.select_for_update().get(pk=batch.pk)
        if current.state != BatchState.AWAITING_CONFIRMATION:
            return
        for sheet, number, head_name, decision, household_id, actor_id in answers.decisions:
            rows = current.rows.filter(sheet=sheet, row=number, head_name=head_name, decision="")
            row = rows.filter(outcome=Outcome.AMBIGUOUS).select_related("batch__province").first()
            if row is not None:
                _decide_again(row, decision, household_id, actor_id)
        for reason, households in answers.reasons.items():
            for start in range(0, len(households), 500):
                chunk = households[start : start + 500]
                current.rows.filter(outcome=Outcome.GONE, household__in=chunk).update(reason=reason)
        if answers.decisions:
            summarise(current)


def _decide_again(row: BatchRow, decision: str, household_id: int | None, actor_id: int | None) -> None:
    try:
        _set_decision(row, decision, household_id)
    except Refusal:
        return  # what was chosen is not offered any more: the person is asked anew
    row.decided_by_id = actor_id
    row.save(update_fields=DECIDED_FIELDS)
    _settle_gone(row.batch, row)
