"""Whether a household may still get what was approved for it, on the day it is handed over.

What is lost between approval and hand-over puts the support on hold for the department's decision; after
the hand-over nothing is taken back because the register changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..choices import ConditionKind, HoldReason, Moment
from ..models import EligibilitySnapshot, Support
from ..permits.supports import sees_eligibility
from ..rules.eligibility import HouseholdFacts, RuleSet
from ..rules.snapshots import facts_on, rule_for, snapshot_of
from .decided import NOT_IN_REGISTER, Seen, covers, known_lacks

_KINDS = {
    ConditionKind.CLASS_IN: HoldReason.CLASS_CHANGED,
    ConditionKind.CLASS_OR_POLICY: HoldReason.CLASS_CHANGED,
    ConditionKind.NO_EARLIER_DEVICE: HoldReason.OTHER_DEVICE,
    ConditionKind.NEED: HoldReason.OTHER,
    ConditionKind.MEMBER_AGED: HoldReason.CLASS_CHANGED,
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What the register says of a support on a day: the snapshot (not saved), and why it must wait, if so."""

    snapshot: EligibilitySnapshot
    why: str = ""
    sentence: str = ""

    def said_to(self, user: Any) -> str:
        """The sentence for this person: class and earlier devices are not told to operators."""
        if sees_eligibility(user) or self.why == HoldReason.MOVED:
            return self.sentence
        return _("What the register says of “%(name)s” has changed since the approval.") % {
            "name": self.snapshot.support.household
        }


def look_again(rows: Iterable[tuple[Support, date]]) -> dict[int, Looked]:
    """Support id → what the register says on its day. Queries by day and round, not by household.

    Other lists that keep the household do not count here: the database holds one live support a household.
    What the register showed already at the approval was decided on with it, and holds nobody.
    """
    rows = list(rows)
    known = known_at_approval(support.pk for support, _on in rows)
    groups: dict[tuple[date, int | None], list[Support]] = defaultdict(list)
    for support, on in rows:
        groups[on, support.round_id].append(support)
    looked: dict[int, Looked] = {}
    for (on, round_id), supports in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        rule = rule_for(supports[0].round)
        province = supports[0].household.province
        households = [support.household_id for support in supports]
        facts = facts_on(province, on, households, rule=rule, except_round=round_id)
        for support in supports:
            then = known.get(support.pk, frozenset())
            looked[support.pk] = _judge(support, on, facts.get(support.household_id), rule, then)
    return looked


def known_at_approval(supports: Iterable[int]) -> dict[int, frozenset[str]]:
    """Support id → what the register lacked on the day of its approval, and whoever decided knew: codes of
    conditions, and `NOT_IN_REGISTER` where it did not know the household. One query.
    """
    kept = EligibilitySnapshot.objects.filter(support__in=list(supports), moment=Moment.APPROVAL)
    return {
        support: known_lacks(failed, bool(facts), checks)
        for support, facts, failed, checks in kept.order_by("pk").values_list(
            "support", "facts", "failed", "support__line__checks"
        )
    }


def _judge(
    support: Support, on: date, facts: HouseholdFacts | None, rule: RuleSet | None, then: frozenset[str]
) -> Looked:
    snapshot = snapshot_of(support, Moment.HAND_OVER, on, facts, rule)
    now = Seen("", support.household.district_id, 0)
    if facts is not None:
        now = Seen(facts.poverty_class or "", facts.district_id, len(facts.devices))
    for why, code, sentence in _losses(support, on, facts, rule, then):
        if not covers(support.released, support.hold_reason, why, now, code):
            return Looked(snapshot, why, sentence)
    return Looked(snapshot)


def _losses(
    support: Support, on: date, facts: HouseholdFacts | None, rule: RuleSet | None, then: frozenset[str]
) -> Iterator[tuple[HoldReason, str, str]]:
    """What the household has lost since its approval: reason, code of the condition, sentence."""
    name = str(support.household)
    if facts is None:
        if NOT_IN_REGISTER not in then:
            sentence = _("“%(name)s” no longer stands in the register.") % {"name": name}
            yield HoldReason.LEFT_REGISTER, "", sentence
        return
    for condition in rule.in_force(on) if rule else ():
        why = _KINDS.get(ConditionKind(condition.kind))
        if why is None or condition.code in then or condition.holds(facts, on):
            continue
        if why == HoldReason.CLASS_CHANGED and NOT_IN_REGISTER in then:
            continue  # without a class on the day of its approval either
        if why == HoldReason.CLASS_CHANGED and facts.poverty_class is None:
            why = HoldReason.LEFT_REGISTER
        yield (
            why,
            condition.code,
            _("On %(day)s “%(name)s” no longer meets: %(condition)s")
            % {
                "day": f"{on:%d/%m/%Y}",
                "name": name,
                "condition": condition.sentence,
            },
        )
    if facts.district_id and facts.district_id != support.district_id:
        yield HoldReason.MOVED, "", _("“%(name)s” has moved to another district.") % {"name": name}
