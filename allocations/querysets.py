"""Who sees which rounds, quotas, lists and proposals."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from smartphone_support.accounts.scope import NOTHING, scope

from .choices import PlanState


class RoundQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> RoundQuerySet:
        if not user.has_perm("allocations.view_allocationround"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="program__province", district=None))


class QuotaPlanQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> QuotaPlanQuerySet:
        """Plans of the province; whoever neither prepares nor approves them sees approved ones only."""
        if not user.has_perm("allocations.view_quotaplan"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="round__program__province", district=None))
        if user.has_perm("allocations.prepare_quotaplan") or user.has_perm("allocations.approve_quotaplan"):
            return rows
        return rows.filter(state=PlanState.APPROVED)


class DistrictListQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> DistrictListQuerySet:
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="round__program__province"))


class ListLineQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ListLineQuerySet:
        """Lines of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(user, province="round__program__province", district="district_list__district")
        )

    def live(self) -> ListLineQuerySet:
        """Lines that would get, or got, a device."""
        return self.filter(decision="keep")

    def flagged(self) -> ListLineQuerySet:
        """Lines of which some check is not clean."""
        return self.exclude(check_result="ok")


class ReviewUploadQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ReviewUploadQuerySet:
        """Uploads of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(
                user,
                province="district_list__round__program__province",
                district="district_list__district",
            )
        )


class ProposalQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ProposalQuerySet:
        """Proposals of the province; a district sees those that hold its list."""
        if not user.has_perm("allocations.view_proposal"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="round__program__province", district=None))
        if user.district is not None:
            rows = rows.filter(Q(lists__district=user.district)).distinct()
        return rows
