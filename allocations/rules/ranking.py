"""The order in which households come: four statutory ranks, then a published tie-breaker. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from smartphone_support.vietnamese.text import name_sort_key

from .eligibility import CIRCULAR_14, POOR, HouseholdFacts, Text

#: Rank → who it is: Circular 14/2022/TT-BTTTT, order of priority of the smartphone section.
RANKS: dict[int, Text] = {
    1: _("Poor or near-poor, family of a person with merit to the revolution"),
    2: _("Poor or near-poor, social-policy family"),
    3: _("Poor"),
    4: _("Near-poor"),
}
RANKS_CITATION = CIRCULAR_14
TIE_BREAKER = _(
    "Within a rank: by the commune's code, then the head's given name in Vietnamese order, then the "
    "birth year (older first, unknown last), then the household's number in the register."
)


def priority(facts: HouseholdFacts) -> int:
    """The statutory rank, 1 (first) to 4. Policy status only ranks; it never makes eligible."""
    if facts.merit:
        return 1
    if facts.social_policy:
        return 2
    return 3 if facts.poverty_class == POOR else 4


def rank_key(facts: HouseholdFacts) -> tuple[int, str, str, int, int]:
    """A total order: no two households share a key, so the same register gives the same list."""
    return (
        priority(facts),
        facts.commune_code,
        name_sort_key(facts.head_name),
        facts.birth_year or 9999,
        facts.id,
    )


def ranked(households: Iterable[HouseholdFacts]) -> list[HouseholdFacts]:
    """The households in the order of support."""
    return sorted(households, key=rank_key)


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
