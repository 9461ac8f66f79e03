"""The queue of households that may be one: searching, and what a person decides of a pair."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record
from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import start
from smartphone_support.web.errors import Refusal

from ..choices import DuplicateState
from ..duplicates.finding import FIND
from ..models import DuplicateCandidate, RegisterVersion
from ..permissions import may_resolve


def queue_search(province: AdministrativeArea, *, actor: Any) -> Job:
    """Have the province's register searched for duplicates; a search that waits already serves for both."""
    version, _created = RegisterVersion.objects.get_or_create(province=province)
    return start(FIND, version, actor=actor)


def search_duplicates(province: AdministrativeArea, *, actor: Any) -> Job:
    """The same, asked for by a person."""
    if not may_resolve(actor, province):
        raise Refusal(
            _("Only a register officer of %(place)s may do this.") % {"place": province.name_in_text}
        )
    return queue_search(province, actor=actor)


def locked_pair(pair: DuplicateCandidate, actor: Any, *states: DuplicateState) -> DuplicateCandidate:
    """The pair as it is now, locked, in one of these states; a sentence for whoever comes too late.

    The province's register is taken first: a search, a merge and a list being written wait for each other.
    """
    if not may_resolve(actor, pair.province):
        raise Refusal(
            _("Only a register officer of %(place)s may do this.") % {"place": pair.province.name_in_text}
        )
    RegisterVersion.objects.get_or_create(province=pair.province)
    RegisterVersion.objects.select_for_update().get(province=pair.province)
    current = (
        DuplicateCandidate.objects.select_for_update(of=("self",))
        .select_related("first", "second", "province")
        .filter(pk=pair.pk)
        .first()
    )
    if current is None:
        raise Refusal(_("The two households are no longer alike: the pair has left the queue."))
    if current.state not in states:
        who = str(current.decided_by) if current.decided_by else ""
        raise Refusal(
            _("Somebody was faster (%(who)s): the pair is decided, “%(state)s”.")
            % {"who": who, "state": current.get_state_display()}
        )
    return current


def decide(pair: DuplicateCandidate, state: DuplicateState, *, note: str, actor: Any) -> None:
    """Move a pair from the state it was read in; SQLite knows no row locks, so the state is asked again."""
    decided = state != DuplicateState.OPEN
    moved = DuplicateCandidate.objects.filter(pk=pair.pk, state=pair.state).update(
        state=state,
        note=note.strip(),
        decided_by=actor if decided else None,
        decided_at=timezone.now() if decided else None,
    )
    if not moved:
        raise Refusal(_("Somebody else was faster: look at the pair again."))
    pair.refresh_from_db()


def decide_different(pair: DuplicateCandidate, *, actor: Any, note: str = "") -> DuplicateCandidate:
    """Say that the two are different households; the pair is never asked again."""
    with transaction.atomic():
        pair = locked_pair(pair, actor, DuplicateState.OPEN)
        decide(pair, DuplicateState.DIFFERENT, note=note, actor=actor)
        record(
            "beneficiaries.duplicatecandidate.differ", pair, actor=actor,
            after={"first": pair.first_id, "second": pair.second_id, "score": pair.score},
            reason=note.strip(),
        )  # fmt: skip
    return pair


def reopen_pair(pair: DuplicateCandidate, *, actor: Any) -> DuplicateCandidate:
    """Take back that the two are different: the pair is to be decided again."""
    with transaction.atomic():
        pair = locked_pair(pair, actor, DuplicateState.DIFFERENT)
        if pair.first.merged_into_id or pair.second.merged_into_id:
            raise Refusal(_("One of the two was merged with another household meanwhile."))
        before = {"state": pair.state, "note": pair.note}
        decide(pair, DuplicateState.OPEN, note="", actor=actor)
        record("beneficiaries.duplicatecandidate.reopen", pair, actor=actor, before=before)
    return pair
