"""The order in which households come: the rule's ranks, then a published tie-breaker. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from smartphone_support.vietnamese.text import name_sort_key

from .eligibility import CIRCULAR_14, VTCI, HouseholdFacts, RuleSet, Text

#: Rank → who it is, of the packaged rule; of a round's own rule: `round_rule(round_).rank_words`.
RANKS: dict[int, Text] = VTCI.rank_words
RANKS_CITATION = CIRCULAR_14
TIE_BREAKER = _(
    "Within a rank: by the commune's code, then the head's given name in Vietnamese order, then the "
    "birth year (older first, unknown last), then the household's number in the register."
)


def priority(facts: HouseholdFacts, rule: RuleSet = VTCI) -> int:
    """The rank by the rule, 1 (first) and up. A rank only ranks; it never makes eligible."""
    return rule.rank(facts)


def rank_key(facts: HouseholdFacts, rule: RuleSet = VTCI) -> tuple[int, str, str, int, int]:
    """A total order: no two households share a key, so the same register gives the same list."""
    return (
        rule.rank(facts),
        facts.commune_code,
        name_sort_key(facts.head_name),
        facts.birth_year or 9999,
        facts.id,
    )


def ranked(households: Iterable[HouseholdFacts], rule: RuleSet = VTCI) -> list[HouseholdFacts]:
    """The households in the order of support."""
    return sorted(households, key=lambda facts: rank_key(facts, rule))


def out_of_order(decisions: Iterable[tuple[int, bool, bool]]) -> dict[int, int]:
    """Kept lines that took the place of a household ranked above them.

    `decisions`: (position, kept, passed over without a reason). Of as many lines as were kept, those
    that come first in rank should have been kept, lines left out for a stated reason aside. Returns
    for each kept line outside them the position of a household that was passed over; empty exactly
    when no kept line stands below one passed over without a reason.
    """
    lines = sorted(row for row in decisions if row[1] or row[2])
    kept = sum(1 for _position, is_kept, _passed in lines if is_kept)
    passed = [position for position, is_kept, _passed in lines[:kept] if not is_kept]
    intruders = [position for position, is_kept, _passed in lines[kept:] if is_kept]
    return dict(zip(intruders, passed, strict=True))
