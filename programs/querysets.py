from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from smartphone_support.accounts.scope import scope


class ProgramQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ProgramQuerySet:
        """Plans of the user's own province; drafts only for who prepares or approves them."""
        rows = self.filter(scope(user, district=None))
        if user.has_perm("programs.manage_program") or user.has_perm("programs.approve_program"):
            return rows
        return rows.exclude(state="draft")

    def in_force(self) -> ProgramQuerySet:
        return self.filter(state="in_force")

    def standing(self) -> ProgramQuerySet:
        """In force or closed: work can rest on them. A draft carries nothing yet."""
        return self.exclude(state="draft")

    def with_matrix(self) -> ProgramQuerySet:
        """Everything the page of a plan shows, in a fixed number of queries."""
        return self.select_related("province").prefetch_related(
            "bases__document",
            "funding_sources__legal_basis",
            "parties__organisations",
            "groups__tasks__coordinations",
        )


class PlanReadingQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> PlanReadingQuerySet:
        """Readings of the province, for who prepares plans."""
        if not user.has_perm("programs.manage_program"):
            return self.none()
        return self.filter(scope(user, district=None))

    def open(self) -> PlanReadingQuerySet:
        """Neither saved as a draft nor put aside."""
        return self.filter(program__isnull=True, discarded_at__isnull=True)


class PlanTaskQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> PlanTaskQuerySet:
        """Tasks of the plans of the user's own province."""
        rows = self.filter(scope(user, province="group__program__province", district=None))
        if user.has_perm("programs.manage_program") or user.has_perm("programs.approve_program"):
            return rows
        return rows.exclude(group__program__state="draft")

    def of(self, organisation: Any) -> PlanTaskQuerySet:
        """Tasks which the organisation leads or coordinates, through any party it belongs to."""
        leads = Q(lead__organisations=organisation)
        coordinates = Q(coordinations__party__organisations=organisation)
        return self.filter(leads | coordinates).distinct()


def _of_own(user: Any, *, province: str) -> Q:
    """Rows of the province for who follows the whole plan, of the own organisation for everybody else.

    The plan is public between its organisations; what each of them reported is read by itself, by the
    department in charge, its leader and the People's Committee.
    """
    rows = scope(user, province=province, district=None)
    if user.has_perm("programs.follow_program"):
        return rows
    return rows & Q(organisation=user.organisation)


class TaskDueQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> TaskDueQuerySet:
        """Dues of plans in force: of the province for its followers, of the own organisation for others."""
        return self.filter(_of_own(user, province="task__group__program__province")).exclude(
            task__group__program__state="draft"
        )

    def undone(self) -> TaskDueQuerySet:
        return self.exclude(state__in=["accepted", "nothing_arose"])

    def late(self, today: date) -> TaskDueQuerySet:
        """Neither reported nor done, and the day has passed."""
        return self.filter(state__in=["open", "returned"], due_on__lt=today)

    def fulfilled_by(self, event: str) -> TaskDueQuerySet:
        """Dues of tasks which this event fulfils."""
        return self.filter(task__triggers__event=event, task__triggers__effect="fulfils").distinct()


class ActivityQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ActivityQuerySet:
        """Activities of the province for its followers, of the own organisation for others."""
        return self.filter(_of_own(user, province="program__province"))

    def standing(self) -> ActivityQuerySet:
        """Without those taken back."""
        return self.filter(cancelled_at__isnull=True)


class ObstacleQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ObstacleQuerySet:
        """Obstacles of the province for its followers, of the own organisation for others."""
        return self.filter(_of_own(user, province="program__province"))


class PeriodicReportQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> PeriodicReportQuerySet:
        """Issued reports for who follows the plan; drafts for who prepares or issues them."""
        if not user.has_perm("programs.follow_program"):
            return self.none()
        rows = self.filter(scope(user, province="program__province", district=None))
        if user.has_perm("programs.prepare_periodicreport") or user.has_perm("programs.issue_periodicreport"):
            return rows
        return rows.filter(state="issued")
