"""Writing audit entries and checking that none was touched since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from .models import AuditEntry, ChainHead

SYSTEM = "system"


def record(
    action: str,
    obj: models.Model | None,
    *,
    actor: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    chain: str = "",
) -> AuditEntry:
    """Add an entry to the actor's province's chain (or `chain`), in the caller's transaction.

    Call it as the last write of a transaction: it holds the chain's row until the commit. `action`
    is dotted (`allocations.quotaplan.approve`); `before` and `after` hold plain values only.
    """
    membership = getattr(actor, "membership", None)
    if not chain:
        province = getattr(actor, "province", None)
        chain = province.code if province else SYSTEM
    with transaction.atomic():
        ChainHead.objects.get_or_create(chain=chain)
        head = ChainHead.objects.select_for_update().get(chain=chain)
        entry = AuditEntry(
            chain=chain,
            sequence=head.length + 1,
            # Microseconds survive both databases; the zone must not depend on the server's.
            at=timezone.now().astimezone(UTC),
            actor=actor if getattr(actor, "pk", None) else None,
            actor_name=getattr(actor, "full_name", "") or str(actor or SYSTEM),
            organisation_name=str(membership.organisation) if membership else "",
            action=action,
            object_type=obj._meta.label_lower if obj else "",
            object_id=str(obj.pk) if obj else "",
            object_text=str(obj)[:300] if obj else "",
            before=_plain(before or {}),
            after=_plain(after or {}),
            reason=reason,
            previous_hash=head.hash,
        )
        entry.hash = entry.content_hash()
        entry.save(force_insert=True)
        head.length, head.hash = entry.sequence, entry.hash
        head.save(update_fields=["length", "hash"])
    return entry


@dataclass(frozen=True)
class Verification:
    """`broken_at` is the id of the first entry that does not fit, or None."""

    entries: int
    broken_at: int | None


def verify() -> Verification:
    """Walk every chain from its start: content, links, gaps, and the stored end."""
    entries = 0
    for head in ChainHead.objects.order_by("chain"):
        previous, expected, last_id = "", 1, None
        for entry in AuditEntry.objects.filter(chain=head.chain).order_by("sequence").iterator(2000):
            entry.at = entry.at.astimezone(UTC)
            fits = entry.sequence == expected and entry.previous_hash == previous
            if not fits or entry.hash != entry.content_hash():
                return Verification(entries, entry.pk)
            previous, expected, last_id = entry.hash, expected + 1, entry.pk
            entries += 1
        if head.length != expected - 1 or head.hash != previous:
            return Verification(entries, last_id or 0)
    return Verification(entries, None)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """What JSON gives back after a round trip, so that the stored and the hashed content are one."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain
