"""Who sees which rounds, quotas, lists and proposals."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from smartphone_support.accounts.roles import Role
from smartphone_support.accounts.scope import NOTHING, scope

from .choices import LIVE_SUPPORT, PlanState


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


class QuotaReturnQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> QuotaReturnQuerySet:
        """Returns of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(user, province="round__program__province", district="district_list__district")
        )


class RuleSetQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> RuleSetQuerySet:
        """Rules of the province: whoever sees its rounds sees by which rules."""
        if not user.has_perm("allocations.view_allocationround"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="program__province", district=None))


class SupportLevelQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> SupportLevelQuerySet:
        """Levels of the province."""
        if not user.has_perm("allocations.view_allocationround"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="program__province", district=None))


class DesignationEntryQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> DesignationEntryQuerySet:
        """Communes entered for the province."""
        if not user.has_perm("allocations.view_allocationround"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="province", district=None))


class ListVersionQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ListVersionQuerySet:
        """Versions of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(
                user, province="district_list__round__program__province", district="district_list__district"
            )
        )


class FieldHouseholdQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> FieldHouseholdQuerySet:
        """Finds of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(
                user,
                province="upload__district_list__round__program__province",
                district="upload__district_list__district",
            )
        )


class PostingQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> PostingQuerySet:
        """Postings of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(
                user, province="district_list__round__program__province", district="district_list__district"
            )
        )


class ObjectionQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ObjectionQuerySet:
        """Objections to the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(
                user,
                province="posting__district_list__round__program__province",
                district="posting__district_list__district",
            )
        )


class AmendmentQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> AmendmentQuerySet:
        """Amendments of the lists the user sees."""
        if not user.has_perm("allocations.view_districtlist"):
            return self.filter(NOTHING)
        return self.filter(
            scope(user, province="round__program__province", district="district_list__district")
        )


class SupportQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> SupportQuerySet:
        """Supports of the province; a district its own, an operator those assigned to it."""
        if not user.has_perm("allocations.view_support"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="district__parent", district="district"))
        return _of_own_operator(rows, user)

    def live(self) -> SupportQuerySet:
        """Supports that hold their household's one device."""
        return self.filter(state__in=LIVE_SUPPORT)


class DeviceQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> DeviceQuerySet:
        """Devices of the province; a district those at it or handed over in it, an operator its own."""
        if not user.has_perm("allocations.view_device"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="province", district="district"))
        return _of_own_operator(rows, user)


class ShipmentQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ShipmentQuerySet:
        """Shipments of the province; a district its own, an operator its own."""
        if not user.has_perm("allocations.view_device"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="province", district="district"))
        return _of_own_operator(rows, user)


class HandOverQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> HandOverQuerySet:
        """Hand-overs of the province; a district those in it, an operator those it made itself."""
        if not user.has_perm("allocations.view_support"):
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="district__parent", district="district"))
        return _of_own_operator(rows, user)


class DeliveryUploadQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> DeliveryUploadQuerySet:
        """Delivery workbooks of the province; an operator its own, a district none."""
        if not user.has_perm("allocations.view_support") or user.district is not None:
            return self.filter(NOTHING)
        rows = self.filter(scope(user, province="round__program__province", district=None))
        return _of_own_operator(rows, user)


class AcceptanceQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> AcceptanceQuerySet:
        """Acceptances of the province; an operator its own, a district none of another district."""
        if not user.has_perm("allocations.view_acceptance"):
            return self.filter(NOTHING)
        of_round = scope(user, province="round__program__province", district=None)
        rows = self.filter(of_round | scope(user, province="contribution__program__province", district=None))
        if user.district is not None:
            rows = rows.filter(Q(district=None) | Q(district=user.district))
        return _of_own_operator(rows, user)


class BudgetLineQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> BudgetLineQuerySet:
        """Budget lines of the province."""
        if not user.has_perm("allocations.view_budgetline"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="funding_source__program__province", district=None))


class BudgetEntryQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> BudgetEntryQuerySet:
        """Entries of the budget lines the user sees."""
        if not user.has_perm("allocations.view_budgetline"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="line__funding_source__program__province", district=None))


class ContributionQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ContributionQuerySet:
        """Contributions of the province."""
        if not user.has_perm("allocations.view_contribution"):
            return self.filter(NOTHING)
        return self.filter(scope(user, province="program__province", district=None))


def _of_own_operator(rows: Any, user: Any) -> Any:
    """An operator sees what is assigned to it and nothing of the others."""
    if user.role == Role.OPERATOR_OFFICER:
        return rows.filter(operator=user.organisation)
    return rows
