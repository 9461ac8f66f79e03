"""What every step of a batch shares: the locked re-read, the guarded move, the queue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from smartphone_support.jobs.models import Job
from smartphone_support.jobs.running import start
from smartphone_support.web.errors import Refusal

from ..choices import BatchState
from ..models import ListBatch
from ..permissions import may_change_batch

READ = "beneficiaries.read"
APPLY = "beneficiaries.apply"
REVERT = "beneficiaries.revert"


def related() -> Any:
    return ListBatch.objects.select_related("province", "file", "confirmed_by")


def locked(batch: ListBatch, actor: Any, *states: BatchState) -> ListBatch:
    """The batch as it is now, locked, in one of these states; a sentence for whoever comes too late."""
    if not may_change_batch(actor, batch):
        raise Refusal(
            _("Only a register officer of %(place)s may do this.") % {"place": batch.province.name_in_text}
        )
    current: ListBatch = related().select_for_update(of=("self",)).get(pk=batch.pk)
    if current.state not in states:
        who = f" ({current.confirmed_by})" if current.confirmed_by else ""
        raise Refusal(
            _("The list is meanwhile in another state: %(state)s%(who)s.")
            % {"state": current.get_state_display(), "who": who}
        )
    return current


def move(batch: ListBatch, state: BatchState, **fields: Any) -> None:
    """Change the state if it is still the one that was read (SQLite knows no row locks)."""
    moved = ListBatch.objects.filter(pk=batch.pk, state=batch.state).update(state=state, **fields)
    if not moved:
        raise Refusal(_("Somebody else was faster: look at the list again."))
    batch.state = state
    for name, value in fields.items():
        setattr(batch, name, value)


def queue(batch: ListBatch, kind: str, actor: Any) -> Job:
    job = start(kind, batch, actor=actor)
    batch.job = job
    batch.save(update_fields=["job"])
    return job
