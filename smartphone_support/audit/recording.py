"""Writing audit entries and checking that none was touched since."""

from __future__ import annotations

import json
from collections.abc import Iterable
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
    return record_each(action, [(obj, before or {}, after or {})], actor=actor, reason=reason, chain=chain)[0]


def record_each(
    action: str,
    rows: Iterable[tuple[models.Model | None, dict[str, Any], dict[str, Any]]],
    *,
    actor: Any,
    reason: str = "",
    chain: str = "",
) -> list[AuditEntry]:
    """One entry for each of many things one step did: (the thing, before, after).

    As `record`, with the chain's row taken once, so that a step over a thousand rows stays a step.
    """
    membership = getattr(actor, "membership", None)
    if not chain:
        province = getattr(actor, "province", None)
        chain = province.code if province else SYSTEM
    entries: list[AuditEntry] = []
    with transaction.atomic():
        ChainHead.objects.get_or_create(chain=chain)
        head = ChainHead.objects.select_for_update().get(chain=chain)
        for obj, before, after in rows:
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
                before=_plain(before),
                after=_plain(after),
                reason=reason,
                previous_hash=head.hash,
            )
            entry.hash = entry.content_hash()
            head.length, head.hash = entry.sequence, entry.hash
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries, batch_size=200)
        head.save(update_fields=["length", "hash"])
    return entries


@dataclass(frozen=True)
class Verification:
    """`broken_at` is the id of the first entry that does not fit, or None."""

    entries: int
    broken_at: int | None


def verify() -> Verification:
    """Walk every chain from its start: content, links, gaps, and the stored end.

    Nobody is kept from working meanwhile: entries added during the walk are walked too.
    """
    chains = {*ChainHead.objects.values_list("chain", flat=True)}
    # Entries whose chain has lost its stored end are looked at as well.
    chains |= {*AuditEntry.objects.order_by().values_list("chain", flat=True).distinct()}
    entries = 0
    for chain in sorted(chains):
        walked = _walk(chain)
        entries += walked.entries
        if walked.broken_at is not None:
            return Verification(entries, walked.broken_at)
    return Verification(entries, None)


def _walk(chain: str) -> Verification:
    length, previous, last_id = 0, "", 0
    while True:
        before = length
        rows = AuditEntry.objects.filter(chain=chain, sequence__gt=length).order_by("sequence")
        for entry in rows.iterator(2000):
            entry.at = entry.at.astimezone(UTC)
            fits = entry.sequence == length + 1 and entry.previous_hash == previous
            if not fits or entry.hash != entry.content_hash():
                return Verification(length, entry.pk)
            length, previous, last_id = entry.sequence, entry.hash, entry.pk
        # Read after the entries: an entry and the end it moves are written in one transaction.
        end = ChainHead.objects.filter(chain=chain).values_list("length", "hash").first()
        if end == (length, previous):
            return Verification(length, None)
        if end is None or end[0] <= length or length == before:
            return Verification(length, last_id)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """What JSON gives back after a round trip, so that the stored and the hashed content are one."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain
