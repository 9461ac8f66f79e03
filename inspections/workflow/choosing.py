"""Two inspectors at one household: both checks are kept, the head of the team says which one counts.

What the rules opened from the others goes and comes back with them: a finding stands on what counts.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from allocations.choices import SupportState
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import FindingState, RoundState, SampleState
from ..models import FieldCheck, Finding, InspectionRound
from ..permits.fieldwork import may_choose
from .finding_parts import first_due
from .finding_rules import openings_of
from .steps import locked, move, need_reason, require, require_state, step

#: Until the conclusion is drawn from them.
CHOOSING_STATES = frozenset({RoundState.FIELDWORK, RoundState.MINUTES})


def rivals_of(check: FieldCheck) -> Any:
    """The other checks of the same household, or of the same unit by the same checklist."""
    rows = FieldCheck.objects.filter(
        sampled=check.sampled_id, unit=check.unit_id, checklist=check.checklist_id
    )
    return rows.exclude(pk=check.pk)


def choose_check(check: FieldCheck, *, actor: Any, reason: str) -> FieldCheck:
    """Let this check count and the others of its household not; with a reason, again and again.

    Refuses where there is nothing to choose from, and a household that was replaced: its substitute counts.
    """
    reason = need_reason(reason)[:300]
    with step():
        round_ = locked(InspectionRound.objects.select_related("program__province"), check.round_id)
        check = locked(FieldCheck.objects.select_related("sampled"), check.pk)
        check.round = round_
        require(may_choose(actor, round_))
        require_state(round_, CHOOSING_STATES)
        if check.sampled is not None and check.sampled.state == SampleState.REPLACED:
            raise Refusal(_("This household was replaced: the check of its substitute counts."))
        rivals = rivals_of(check)
        if not rivals.exists():
            raise Refusal(_("There is only one check of this household, and it counts."))
        before = {"counted": sorted(rivals.filter(counts=True).values_list("pk", flat=True))}
        rivals.update(counts=False, chosen_at=None)
        check.counts, check.chosen_at = True, timezone.now()
        check.save(update_fields=["counts", "chosen_at"])
        record(
            "inspections.fieldcheck.choose", check, actor=actor, before=before,
            after={"round": round_.pk, "counts": check.pk}, reason=reason,
        )  # fmt: skip
        _follow(check, actor, reason)
    return check


def _follow(check: FieldCheck, actor: Any, reason: str) -> None:
    """Let the findings by rule say what the chosen check says.

    One somebody has reported on, or for which the support was put on hold or recovered, is left to people.
    """
    openings = openings_of(check)
    kinds = {str(row.kind) for row in openings}
    items = {answer.item for row in openings for answer in row.answers}
    rows = Finding.objects.select_for_update(of=("self",)).filter(
        check_row__in=[check.pk, *rivals_of(check).values_list("pk", flat=True)], opened_by__isnull=True
    )
    for finding in rows.select_related("support", "answer").order_by("pk"):
        says = (
            finding.kind in kinds if check.sampled_id else finding.answer and finding.answer.item_id in items
        )
        if says and finding.set_aside:
            _bring_back(finding, actor, reason)
        elif not says and finding.state == FindingState.OPEN and _untouched(finding):
            words = _("The check it came from does not count: %(reason)s") % {"reason": reason}
            before = {"state": finding.state}
            move(
                finding, FindingState.DROPPED, set_aside=True, closed_by=actor, closed_at=timezone.now(),
                closed_reason=words[:300],
            )  # fmt: skip
            _record("set_aside", finding, actor, before, words[:300])


def _untouched(finding: Finding) -> bool:
    decided = (SupportState.ON_HOLD, SupportState.RECOVERED)
    held = finding.support is not None and finding.support.state in decided
    return not held and not finding.remediations.exists()


def _bring_back(finding: Finding, actor: Any, reason: str) -> None:
    before = {"state": finding.state, "due": finding.due}
    move(
        finding, FindingState.OPEN, set_aside=False, closed_by=None, closed_at=None, closed_reason="",
        due=max(first_due(finding.severity), finding.due or timezone.localdate()),
    )  # fmt: skip
    _record("bring_back", finding, actor, before, reason)


def _record(verb: str, finding: Finding, actor: Any, before: dict[str, Any], reason: str) -> None:
    after = {"state": finding.state, "due": finding.due}
    record(f"inspections.finding.{verb}", finding, actor=actor, before=before, after=after, reason=reason)
