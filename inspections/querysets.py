"""Who sees which rounds, samples, checks, findings and complaints."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from smartphone_support.accounts.roles import Role
from smartphone_support.accounts.scope import NOTHING, scope

from .choices import ComplaintKind, TeamRole

_LEADING = (TeamRole.HEAD, TeamRole.SECRETARY)


def of_team(user: Any, *, leading: bool = False) -> Q:
    """Rows of rounds whose team the person belongs to today, or leads. Who left sees nothing more."""
    member = Q(round__team__user=user, round__team__left_at__isnull=True)
    return member & Q(round__team__role__in=_LEADING) if leading else member


def rounds_seen(user: Any, prefix: str = "") -> Q:
    """Rounds of the province; a district its own and those that inspect it; an inspector those of its teams.

    `prefix` is the look-up path to the round, ending in two underscores.
    """
    if not user.has_perm("inspections.view_inspectionround"):
        return NOTHING
    seen = scope(user, province=f"{prefix}program__province", district=None)
    if user.role == Role.INSPECTOR:
        return seen & Q(**{f"{prefix}team__user": user, f"{prefix}team__left_at__isnull": True})
    if user.district is not None:
        own = Q(**{f"{prefix}district": user.district})
        inspected = Q(**{f"{prefix}units__area": user.district}) | Q(
            **{f"{prefix}units__area__parent": user.district}
        )
        member = Q(**{f"{prefix}team__user": user, f"{prefix}team__left_at__isnull": True})
        # A round that is still being planned is its planner's matter, not yet the inspected unit's.
        announced = ~Q(**{f"{prefix}state": "planned"})
        return seen & (own | member | (inspected & announced))
    # A district's own round is the district's matter until it is closed; the province reads it all the same.
    return seen


class ChecklistQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ChecklistQuerySet:
        """Checklists of the province, for whoever sees rounds."""
        if not user.has_perm("inspections.view_inspectionround"):
            return self.filter(NOTHING)
        return self.filter(scope(user, district=None))


class InspectionRoundQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> InspectionRoundQuerySet:
        return self.filter(rounds_seen(user)).distinct()


class InspectedUnitQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> InspectedUnitQuerySet:
        """Units of the rounds the user sees; a district that does not inspect sees its own units only."""
        rows = self.filter(rounds_seen(user, "round__"))
        if user.district is not None:
            rows = rows.filter(
                Q(round__district=user.district)
                | of_team(user)
                | Q(area=user.district)
                | Q(area__parent=user.district)
            )
        return rows.distinct()


class SampledHouseholdQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> SampledHouseholdQuerySet:
        """Households of the sample: an inspector those given to it (head and secretary: all), the department
        and viewers all.

        A district sees the sample of its own rounds, and of its own households once a round has concluded;
        before, knowing it would spoil it. Its people on the team of another round see what any member sees.
        """
        rows = self.filter(rounds_seen(user, "round__"))
        if user.role == Role.INSPECTOR:
            rows = rows.filter(Q(inspector=user) | of_team(user, leading=True))
        elif user.district is not None:
            after = Q(support__district=user.district, round__state__in=["concluded", "closed"])
            given = of_team(user) & Q(inspector=user) | of_team(user, leading=True)
            rows = rows.filter(Q(round__district=user.district) | given | after)
        return rows.distinct()


class FieldCheckQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> FieldCheckQuerySet:
        """An inspector's own checks (head and secretary: the team's), otherwise as the samples and units."""
        rows = self.filter(rounds_seen(user, "round__"))
        if user.role == Role.INSPECTOR:
            rows = rows.filter(Q(inspector=user) | of_team(user, leading=True))
        elif user.district is not None:
            after = Q(round__state__in=["concluded", "closed"]) & (
                Q(sampled__support__district=user.district)
                | Q(unit__area=user.district)
                | Q(unit__area__parent=user.district)
            )
            given = of_team(user) & Q(inspector=user) | of_team(user, leading=True)
            rows = rows.filter(Q(round__district=user.district) | given | after)
        return rows.distinct()


class FindingQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> FindingQuerySet:
        """Findings of the province; a district those about it or for it, an operator those it has to mend, an
        inspector those of its rounds that name no household, and of the households it was given or checked.
        """
        if not user.has_perm("inspections.view_finding"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="program__province", district=None))
        if user.role == Role.OPERATOR_OFFICER:
            return rows.filter(responsible=user.organisation)
        if user.role == Role.INSPECTOR:
            head = Q(round__team__role__in=["head", "secretary"])
            given = Q(support__samplings__inspector=user, support__samplings__round=F("round"))
            near = head | Q(support__isnull=True) | Q(check_row__inspector=user) | given
            member = Q(round__team__user=user, round__team__left_at__isnull=True)
            return rows.filter(member, near).distinct()
        if user.district is not None:
            own = (
                Q(district=user.district)
                | Q(responsible=user.organisation)
                | Q(round__district=user.district)
            )
            return rows.filter(own).distinct()
        return rows


class ComplaintClockQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ComplaintClockQuerySet:
        if not user.has_perm("inspections.view_complaint"):
            return self.filter(NOTHING)
        return self.filter(scope(user, district=None))


class ComplaintQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ComplaintQuerySet:
        """Complaints of the province; a district those of its area or given to it, an operator those given
        to it. A denunciation is seen by the people named for it and by nobody else."""
        if not user.has_perm("inspections.view_complaint"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, district=None))
        if user.district is not None:
            rows = rows.filter(Q(district=user.district) | Q(assigned_to=user.organisation))
        if user.role == Role.OPERATOR_OFFICER:
            rows = rows.filter(assigned_to=user.organisation)
        return rows.filter(~Q(kind=ComplaintKind.DENUNCIATION) | Q(named__user=user)).distinct()
