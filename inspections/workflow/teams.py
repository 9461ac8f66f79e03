"""The team of a round: who heads it, who keeps its minutes, who goes out; who left sees nothing more."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from smartphone_support.accounts.models import User
from smartphone_support.accounts.roles import Role
from smartphone_support.audit.recording import record
from smartphone_support.vietnamese.text import clean_text
from smartphone_support.web.errors import Refusal

from ..choices import RoundState, TeamRole
from ..models import InspectionRound, TeamMember
from ..permits.rounds import may_run
from .rounds import locked_round
from .steps import require, require_state, step

#: States in which the team can still change.
TEAM_STATES = frozenset({RoundState.PLANNED, RoundState.ANNOUNCED, RoundState.FIELDWORK, RoundState.MINUTES})


def candidates(round_: InspectionRound) -> QuerySet[User]:
    """Accounts that may go out with this round: of the department, inspectors and officers of districts; for
    a district's own round its own officers and inspectors. Others are named on paper."""
    place = Q(memberships__organisation__province=round_.program.province_id)
    roles = Q(memberships__role=Role.INSPECTOR)
    if round_.district_id is None:
        roles |= Q(memberships__role__in=(Role.PROGRAM_OFFICER, Role.DISTRICT_OFFICER))
    else:
        own = Q(memberships__organisation__area=round_.district_id)
        roles |= Q(memberships__role=Role.DISTRICT_OFFICER) & own
    rows = User.objects.filter(place & roles & Q(memberships__is_active=True, is_active=True))
    return rows.distinct().order_by("full_name", "pk")


def add_member(
    round_: InspectionRound,
    *,
    actor: Any,
    role: str,
    user: User | None = None,
    name: str = "",
    position: str = "",
) -> TeamMember:
    """Take somebody into the team: an account, or a name where the person has none.

    A new head makes the former one a member. Refuses a person of another place, and one who is in it already.
    """
    role, name, position = TeamRole(role), clean_text(name)[:150], clean_text(position)[:200]
    with step():
        round_ = locked_round(round_.pk)
        require(may_run(actor, round_))
        require_state(round_, TEAM_STATES)
        if user is not None:
            if not candidates(round_).filter(pk=user.pk).exists():
                raise Refusal(_("“%(name)s” cannot be of this team: choose from the list.") % {"name": user})
            name, position = user.full_name, position or _position(user)
        if not name:
            raise Refusal(_("Choose an account, or write the person's name."))
        _step_down(round_, role)
        member = TeamMember.objects.filter(round=round_, user=user).first() if user is not None else None
        if member is not None and member.left_at is None:
            raise Refusal(_("“%(name)s” is of the team already.") % {"name": name})
        member = member or TeamMember(round=round_, user=user)
        member.name, member.position, member.role, member.left_at = name, position, role, None
        member.save()
        after = {"name": name, "position": position, "role": str(role)}
        record("inspections.round.add_member", round_, actor=actor, after=after)
    return member


def _position(user: User) -> str:
    organisation = user.organisation
    return ", ".join(part for part in (user.position, organisation.name if organisation else "") if part)


def _step_down(round_: InspectionRound, role: str) -> None:
    """A team has one head: where a new one comes, the former stays as a member."""
    if role == TeamRole.HEAD:
        round_.team.filter(role=TeamRole.HEAD, left_at=None).update(role=TeamRole.MEMBER)


def change_role(member: TeamMember, *, actor: Any, role: str) -> TeamMember:
    """Make somebody head, secretary or member."""
    role = TeamRole(role)
    with step():
        round_ = locked_round(member.round_id)
        require(may_run(actor, round_))
        require_state(round_, TEAM_STATES)
        member = round_.team.get(pk=member.pk)
        _require_in(member)
        before = {"name": member.name, "role": str(member.role)}
        _step_down(round_, role)
        member.role = role
        member.save(update_fields=["role"])
        after = {"name": member.name, "role": str(role)}
        record("inspections.round.change_role", round_, actor=actor, before=before, after=after)
    return member


def remove_member(member: TeamMember, *, actor: Any) -> TeamMember:
    """Let somebody leave. Their checks stay; households given to them wait for another inspector."""
    with step():
        round_ = locked_round(member.round_id)
        require(may_run(actor, round_))
        require_state(round_, TEAM_STATES)
        member = round_.team.get(pk=member.pk)
        _require_in(member)
        member.left_at = timezone.now()
        member.save(update_fields=["left_at"])
        before = {"name": member.name, "role": str(member.role)}
        record("inspections.round.remove_member", round_, actor=actor, before=before)
    return member


def _require_in(member: TeamMember) -> None:
    if member.left_at is not None:
        raise Refusal(_("“%(name)s” has left the team.") % {"name": member.name})
