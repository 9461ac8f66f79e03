"""May this person carry this round's sample, check this household or unit, or choose between two checks?"""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.scope import in_province

from ..choices import TeamRole
from ..models import FieldCheck, InspectedUnit, InspectionRound, OfflinePack, SampledHousehold

CHECK = "inspections.do_fieldcheck"
_LEADING = (TeamRole.HEAD, TeamRole.SECRETARY)


def works_in(user: Any, round_: InspectionRound) -> bool:
    """Holds the verb in the round's province; an account made for another one reaches nothing here."""
    return bool(user.has_perm(CHECK)) and in_province(user, round_.program.province_id)


def is_on_team(user: Any, round_: InspectionRound) -> bool:
    """Belongs to the round's team today and may do checks: prepares a device, prints sheets."""
    return works_in(user, round_) and round_.team.filter(user=user, left_at__isnull=True).exists()


def leads(user: Any, round_: InspectionRound) -> bool:
    """The head or the secretary: sees the whole sample and sends in what others saved."""
    return (
        works_in(user, round_)
        and round_.team.filter(user=user, left_at__isnull=True, role__in=_LEADING).exists()
    )


def may_check(user: Any, sampled: SampledHousehold) -> bool:
    """Check this household: the member it is given to, and who leads the team."""
    round_ = sampled.round
    if sampled.inspector_id == user.pk:
        return is_on_team(user, round_)
    return leads(user, round_)


def may_check_unit(user: Any, unit: InspectedUnit) -> bool:
    """Check this office or operator: any member of the team."""
    return is_on_team(user, unit.round)


def may_report_lost(user: Any, pack: OfflinePack) -> bool:
    """Say that a device is lost: whose it is, also when no longer of the team, and who leads the team."""
    return pack.inspector_id == user.pk or leads(user, pack.round)


def may_choose(user: Any, round_: InspectionRound) -> bool:
    """Say which of two checks counts: the head; the secretary where the head has no account here."""
    standing = round_.team.filter(left_at__isnull=True)
    if standing.filter(role=TeamRole.HEAD, user__isnull=False).exists():
        return works_in(user, round_) and standing.filter(role=TeamRole.HEAD, user=user).exists()
    return leads(user, round_)


def may_choose_check(user: Any, check: FieldCheck) -> bool:
    return may_choose(user, check.round)
