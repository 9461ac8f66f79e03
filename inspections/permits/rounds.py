"""Who plans and runs a round, writes its minutes, answers as the inspected unit, concludes.

A round of the province is its department's matter, a district's own round its district's. Whoever planned a
round does not conclude it.
"""

from __future__ import annotations

from typing import Any

from programs.models import Program
from smartphone_support.accounts.scope import in_province

from ..choices import MinutesState, TeamRole, UnitKind
from ..models import Checklist, InspectedUnit, InspectionMinutes, InspectionRound, TeamMember


def may_plan(user: Any, program: Program) -> bool:
    return user.has_perm("inspections.plan_round") and in_province(user, program.province_id)


def is_own(user: Any, round_: InspectionRound) -> bool:
    """Whether the round is of the person's own level: the province's, or their district's."""
    own = user.district.pk if user.district is not None else None
    return in_province(user, round_.program.province_id) and own == round_.district_id


def may_run(user: Any, round_: InspectionRound) -> bool:
    """Plan, announce, open and close the fieldwork, close or cancel."""
    return user.has_perm("inspections.plan_round") and is_own(user, round_)


def may_conclude(user: Any, round_: InspectionRound) -> bool:
    """The leader of the round's level, never the person who planned it."""
    in_place = user.has_perm("inspections.conclude_round") and is_own(user, round_)
    return in_place and user.pk != round_.created_by_id


def leads(user: Any, round_: InspectionRound) -> bool:
    """Head or secretary of the round's team, who does fieldwork at all."""
    if not user.has_perm("inspections.do_fieldcheck"):
        return False
    roles = (TeamRole.HEAD, TeamRole.SECRETARY)
    return TeamMember.objects.filter(round=round_, user=user, role__in=roles, left_at=None).exists()


def may_write_minutes(user: Any, unit: InspectedUnit) -> bool:
    """Whoever runs the round, and the head and the secretary of its team."""
    return may_run(user, unit.round) or leads(user, unit.round)


def may_read_minutes(user: Any, minutes: InspectionMinutes) -> bool:
    """Their writers, the leaders and viewers always; the inspected unit once it has signed them."""
    if minutes.state == MinutesState.SIGNED or may_write_minutes(user, minutes.unit):
        return True
    return not answers_for(user, minutes.unit)


def answers_for(user: Any, unit: InspectedUnit) -> bool:
    """Whether the person belongs to the inspected unit: the district it is, or the commune lies in."""
    if user.district is None or unit.kind == UnitKind.OPERATOR or unit.area is None:
        return False
    return user.district.pk in (unit.area_id, unit.area.parent_id) and not is_own(user, unit.round)


def may_hand_in_report(user: Any, unit: InspectedUnit) -> bool:
    """An officer of the unit; or whoever runs the round, for what came on paper (operators open no round)."""
    own = answers_for(user, unit) and user.has_perm("inspections.remedy_finding")
    return own or may_run(user, unit.round)


def may_manage_checklists(user: Any, checklist: Checklist) -> bool:
    return user.has_perm("inspections.manage_checklist") and in_province(user, checklist.province_id)
