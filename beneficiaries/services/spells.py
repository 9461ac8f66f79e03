"""Writing what a subscription was when: many at once, never over what was written before.

A turn supersedes the open spell, writes it again with its end, and opens the next; taking back supersedes
both and opens the former one again. The caller holds the province's register (`hold_register`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.web.errors import Refusal
from smartphone_support.web.templatetags.web import masked_phone

from ..choices import LIVE, SubscriptionState
from ..models import OperatorReportLine, RegisterVersion, ServiceSubscription, SubscriptionSpell
from .rules.states import may_go

_DAY = timedelta(days=1)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """One subscription going on in another state or at another level from a day. `line`: the operator's line
    that says so; None: the department."""

    subscription: ServiceSubscription
    state: str
    level: int
    on: date
    line: OperatorReportLine | None = None
    reason: str = ""


def hold_register(province: int) -> None:
    """Whoever writes subscriptions or levels of a province holds its register until the commit: two updates
    never interleave, and neither class nor level changes under a check."""
    RegisterVersion.objects.get_or_create(province_id=province)
    RegisterVersion.objects.select_for_update().get(province=province)


def begin_all(
    rows: Sequence[tuple[ServiceSubscription, OperatorReportLine | None]], *, actor: Any, at: datetime
) -> None:
    """Write new subscriptions with their first spells; each row gets its key."""
    for subscription, _line in rows:
        subscription.state = SubscriptionState.ACTIVE
    ServiceSubscription.objects.bulk_create([row for row, _line in rows], batch_size=_BATCH)
    SubscriptionSpell.objects.bulk_create(
        [
            SubscriptionSpell(
                subscription=subscription, state=SubscriptionState.ACTIVE, level=subscription.level,
                valid_from=subscription.started_on, line=line, recorded_by=actor, recorded_at=at,
            )
            for subscription, line in rows
        ],
        batch_size=_BATCH,
    )  # fmt: skip


def open_spells(subscriptions: Iterable[int]) -> dict[int, SubscriptionSpell]:
    """The spell each subscription is in."""
    found: dict[int, SubscriptionSpell] = {}
    keys = sorted(set(subscriptions))
    for start in range(0, len(keys), 5_000):
        rows = SubscriptionSpell.objects.filter(
            subscription__in=keys[start : start + 5_000], valid_to__isnull=True, superseded_at__isnull=True
        )
        found.update({row.subscription_id: row for row in rows})
    return found


def turn_all(turns: Sequence[Turn], *, actor: Any, at: datetime) -> None:
    """Let subscriptions go on otherwise. One turn a subscription; what may not happen is refused."""
    current = open_spells(turn.subscription.pk for turn in turns)
    ended, begun = [], []
    for turn in turns:
        was = current.get(turn.subscription.pk)
        if was is None or not _fits(was, turn):
            raise Refusal(_("Somebody else was faster; look at the page again."))
        ended.append(_copy(was, actor, at, valid_to=turn.on))
        begun.append(
            SubscriptionSpell(
                subscription=turn.subscription, state=turn.state, level=turn.level, valid_from=turn.on,
                reason=turn.reason[:300], line=turn.line, recorded_by=actor, recorded_at=at,
            )
        )  # fmt: skip
    _supersede([row.pk for row in current.values()], at)
    SubscriptionSpell.objects.bulk_create([*ended, *begun], batch_size=_BATCH)
    for turn in turns:
        row = turn.subscription
        row.state, row.level, row.reason = turn.state, turn.level, turn.reason[:300]
        row.ended_on = None if turn.state in LIVE else turn.on - _DAY
    _save([turn.subscription for turn in turns])


def _fits(was: SubscriptionSpell, turn: Turn) -> bool:
    goes = turn.state == was.state or may_go(was.state, turn.state)
    return goes and was.state in LIVE and turn.on > was.valid_from


def _copy(row: SubscriptionSpell, actor: Any, at: datetime, *, valid_to: date | None) -> SubscriptionSpell:
    return SubscriptionSpell(
        subscription_id=row.subscription_id, state=row.state, level=row.level, valid_from=row.valid_from,
        valid_to=valid_to, reason=row.reason, line_id=row.line_id, recorded_by=actor, recorded_at=at,
    )  # fmt: skip


def _supersede(keys: Sequence[int], at: datetime) -> None:
    for start in range(0, len(keys), 5_000):
        part = keys[start : start + 5_000]
        SubscriptionSpell.objects.filter(pk__in=part).update(superseded_at=at)


def _save(rows: Collection[ServiceSubscription]) -> None:
    names = ["state", "level", "ended_on", "reason", "taken_back_at"]
    ServiceSubscription.objects.bulk_update(rows, names, batch_size=_BATCH)


# --- taking back ----------------------------------------------------------------------------------


def spells_of_lines(lines: Any) -> list[SubscriptionSpell]:
    """What lines brought that stands: the spells that began with them."""
    rows = SubscriptionSpell.objects.filter(line__in=lines, superseded_at__isnull=True)
    return list(rows.select_related("subscription__household").order_by("subscription_id", "valid_from"))


def obstacle(spells: Sequence[SubscriptionSpell]) -> str:
    """Why these spells cannot be taken back, as a sentence; "" when nothing later rests on them."""
    for spell in spells:
        if spell.valid_to is not None:
            return _(
                "The subscription %(number)s of %(name)s was changed again later: take that back first."
            ) % _named(spell)
    ended = {
        spell.subscription.household_id: spell for spell in spells if spell.subscription.state not in LIVE
    }
    others = ServiceSubscription.objects.standing().filter(household__in=ended)
    for other in others.exclude(pk__in=[spell.subscription_id for spell in spells]):
        spell = ended[other.household_id]
        if other.state in LIVE or (other.ended_on and other.ended_on >= spell.valid_from):
            return _(
                "The household of %(name)s has another supported service since: that one would have to be "
                "taken back first."
            ) % _named(spell)
    return ""


def _named(spell: SubscriptionSpell) -> dict[str, str]:
    row = spell.subscription
    shown = masked_phone(row.number) or row.get_service_display()
    return {"number": shown, "name": row.household.head_name}


def take_back(spells: Sequence[SubscriptionSpell], *, actor: Any) -> None:
    """Let everything be as before these spells, each the open one of its subscription. A subscription that
    began with one never was."""
    at = timezone.now()
    owners = [spell.subscription_id for spell in spells]
    _supersede([spell.pk for spell in spells], at)
    former: dict[int, SubscriptionSpell] = {}
    for start in range(0, len(owners), 5_000):
        rows = SubscriptionSpell.objects.filter(
            Q(valid_to__isnull=False), subscription__in=owners[start : start + 5_000],
            superseded_at__isnull=True,
        )  # fmt: skip
        for row in rows.order_by("valid_from"):
            former[row.subscription_id] = row
    _supersede([row.pk for row in former.values()], at)
    SubscriptionSpell.objects.bulk_create(
        [_copy(row, actor, at, valid_to=None) for row in former.values()], batch_size=_BATCH
    )
    changed = []
    for spell in spells:
        held, was = spell.subscription, former.get(spell.subscription_id)
        if was is None:
            held.state, held.ended_on, held.taken_back_at = SubscriptionState.STOPPED, held.started_on, at
        else:
            held.state, held.level, held.reason, held.ended_on = was.state, was.level, was.reason, None
        changed.append(held)
    _save(changed)
