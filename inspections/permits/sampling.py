"""Who draws a round's sample, calls substitutes and gives households to inspectors; who looks at it."""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.roles import Role

from ..choices import RoundState
from ..models import InspectionRound, SampledHousehold
from .rounds import is_own, leads, may_run

#: Once a round has concluded, the inspected districts may know whom it visited.
_TOLD = frozenset({RoundState.CONCLUDED, RoundState.CLOSED})


def may_draw(user: Any, round_: InspectionRound) -> bool:
    """Whoever runs the round, and the head or the secretary of its team."""
    return may_run(user, round_) or leads(user, round_)


def may_replace(user: Any, sampled: SampledHousehold) -> bool:
    """Call a substitute: whoever draws, not the inspector who would rather visit somebody else."""
    return may_draw(user, sampled.round)


def may_see_sample(user: Any, round_: InspectionRound) -> bool:
    """The province, the round's own district and its team; an inspected district after the conclusion.

    Before, knowing whom the team will visit would spoil the visit. Which households of it a person then
    sees, the queryset says.
    """
    if user.district is None or is_own(user, round_) or round_.state in _TOLD:
        return bool(user.has_perm("inspections.view_inspectionround"))
    return round_.team.filter(user=user, left_at=None).exists()


def may_see_frame(user: Any, round_: InspectionRound) -> bool:
    """Everybody who could have been drawn, and what all answers together say: not a member of the team who
    only knows the households given to them."""
    if may_draw(user, round_):
        return True
    whole = is_own(user, round_) or user.district is None
    return bool(user.role != Role.INSPECTOR and whole and user.has_perm("inspections.view_inspectionround"))
