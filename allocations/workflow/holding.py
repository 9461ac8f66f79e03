"""What the register's changes mean for supports not handed over yet: on hold, until a person decides.

Domain 16.6: a household that left the register, lost the class its rule needs, or moved to another district
between approval and hand-over waits for the department. Delivered supports are never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from beneficiaries.models import PovertySpell
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.recording import record_each

from ..choices import ConditionKind, HoldReason, Moment, SupportState
from ..delivery.decided import CLAIM, Seen, about_class, covers, is_lost, known_lacks, matter_of
from ..models import EligibilitySnapshot, Support
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.snapshots import rule_for
from .supports import OPEN

#: Conditions whose loss puts a support on hold; what a household got since is asked of its devices.
_CLASS_KINDS = frozenset({ConditionKind.CLASS_IN, ConditionKind.CLASS_OR_POLICY})


@dataclass(frozen=True, slots=True)
class Hold:
    """Why one support goes on hold, and the sentence."""

    support: Support
    why: HoldReason
    reason: str


def hold_changed(province: AdministrativeArea, households: Collection[int] | None = None) -> int:
    """Put on hold what the register's change leaves without its ground; returns how many.

    Called inside the register's own transaction, which holds the province's register. `households`: those
    the change names; None: whichever. Two queries over the open supports, however many households there
    are; a support a person released is left alone while the register says what it said that day.
    """
    rows = _open_rows(province, households)
    rules = {row.round_id: rule_for(row.round) for row in {row.round_id: row for row in rows}.values()}
    with translation.override(settings.LANGUAGE_CODE):  # the office keeps the reason, whoever imports
        holds = [hold for row in rows if (hold := _hold_of(row, rules[row.round_id])) is not None]
    _forget(rows, rules)
    if not holds:
        return 0
    taken = _write(holds)
    record_each("allocations.support.hold", taken, actor=None, chain=province.code)
    return len(taken)


def _write(holds: list[Hold]) -> list[tuple[Support, dict[str, Any], dict[str, Any]]]:
    """Conditional updates: who hands over at this moment was first, or waits for us."""
    now, taken = timezone.now(), []
    for hold in holds:
        support = hold.support
        written = Support.objects.filter(pk=support.pk, state=support.state).update(
            state=SupportState.ON_HOLD,
            frozen_from=F("state"),
            hold_reason=hold.why,
            held_at=now,
            reason=hold.reason,
            changed_at=now,
        )
        if written:
            after = {"state": SupportState.ON_HOLD.value, "why": hold.why.value, "reason": hold.reason}
            taken.append((support, {"state": support.state}, after))
    return taken


def _open_rows(province: AdministrativeArea, households: Collection[int] | None) -> list[Support]:
    today = timezone.localdate()
    spell = PovertySpell.objects.in_force(today).filter(household=OuterRef("household"))
    at_approval = EligibilitySnapshot.objects.filter(support=OuterRef("pk"), moment=Moment.APPROVAL)
    rows = (
        Support.objects.filter(household__province=province, state__in=OPEN)
        .select_related("household__district", "household__commune", "district", "round")
        .annotate(
            class_today=Subquery(spell.values("poverty_class")[:1]),
            devices=Count("household__earlier_devices", distinct=True),
            devices_then=Subquery(at_approval.values("facts__devices")[:1]),
            failed_then=Subquery(at_approval.values("failed")[:1]),
            facts_then=Subquery(at_approval.values("facts")[:1]),
            line_checks=F("line__checks"),
        )
        .order_by("pk")
    )
    if households is not None:
        merged = Q(household__in=households) | Q(household__merged_into__in=households)
        rows = rows.filter(merged)
    return list(rows)


def _hold_of(row: Any, rule: RuleSet | None) -> Hold | None:
    now = Seen("" if _has_left(row) else row.class_today, row.household.district_id, row.devices)
    for why, reason in _losses(row, rule):
        if not covers(row.released, row.hold_reason, why, now):
            return Hold(row, why, reason)
    return None


def _has_left(row: Any) -> bool:
    household = row.household
    return bool(household.merged_into_id or household.removed_at or row.class_today is None)


def _losses(row: Any, rule: RuleSet | None) -> Iterator[tuple[HoldReason, str]]:
    household = row.household
    if not _was_known(row):
        if _has_left(row):
            reason = _("The household left the register after its approval.")
            if _failed_then(row):
                reason = _("The household left the register after the appraisal, before its approval.")
            yield HoldReason.LEFT_REGISTER, reason
        elif not _meets_class(row, rule):
            yield (
                HoldReason.CLASS_CHANGED,
                _("The household no longer has the class or status its rule needs."),
            )
    if household.district_id != row.district_id:
        reason = _("The household moved to %(district)s after its approval.") % {
            "district": household.district.name_in_text
        }
        yield HoldReason.MOVED, reason
    if row.devices_then is not None and row.devices > len(row.devices_then):
        # Without a snapshot (approved before there were any) nobody knows what was new.
        yield (
            HoldReason.OTHER_DEVICE,
            _("An earlier device of the household was recorded after its approval."),
        )


def _failed_then(row: Any) -> bool:
    """Whether the register lacked the class, or the household, on the day of the approval."""
    return row.facts_then == {} or any(about_class(code) for code in row.failed_then or ())


def _was_known(row: Any) -> bool:
    """Whether it lacked it, and the line was accepted with that finding."""
    if not _failed_then(row):
        return False
    return bool(known_lacks(("class_as_of",), row.facts_then != {}, row.line_checks))


def _forget(rows: list[Any], rules: dict[int | None, RuleSet | None]) -> None:
    """What a release decided on and is mended since is decided no more: if it comes again, it is new."""
    for row in rows:
        if not row.hold_reason and not row.released:
            continue
        over: set[str] = {HoldReason.MOVED.value} if row.household.district_id == row.district_id else set()
        if not _has_left(row) and _meets_class(row, rules[row.round_id]):
            over |= {CLAIM}
        kept: dict[str, Any] | None
        if row.released is None:
            kept = {} if row.hold_reason and matter_of(row.hold_reason) in over else None
        else:
            kept = {name: seen for name, seen in row.released.items() if not _is_over(name, seen, over)}
        if kept != row.released:
            Support.objects.filter(pk=row.pk).update(released=kept)


def _is_over(matter: str, seen: dict[str, Any], over: set[str]) -> bool:
    return matter in over and (matter != CLAIM or is_lost(seen))


def _meets_class(row: Any, rule: RuleSet | None) -> bool:
    if rule is None:
        return True
    household = row.household
    facts = HouseholdFacts(
        id=household.pk,
        poverty_class=row.class_today,
        merit=bool(household.merit),
        social_policy=bool(household.social_policy),
    )
    failed = set(rule.failed(facts, timezone.localdate()))
    return not any(
        condition.kind in _CLASS_KINDS and condition.code in failed for condition in rule.conditions
    )
