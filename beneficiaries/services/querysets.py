"""Who sees which subscriptions, updates and requests."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.scope import NOTHING, scope

from ..choices import LIVE


def _scope(user: Any, permission: str, *, operator: str, province: str, district: str | None) -> Q:
    """Rows of the province, of the own district for districts, of the own operator for operators."""
    if not user.has_perm(permission):
        return NOTHING
    rows = scope(user, province=province, district=district)
    if user.organisation is not None and user.organisation.kind == OrganisationKind.OPERATOR:
        rows &= Q(**{operator: user.organisation})
    return rows


class ServiceSubscriptionQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ServiceSubscriptionQuerySet:
        """Subscriptions of households in the user's area; an operator's own only."""
        return self.filter(
            _scope(
                user, "beneficiaries.view_servicesubscription", operator="operator",
                province="household__province", district="household__district",
            )
        )  # fmt: skip

    def standing(self) -> ServiceSubscriptionQuerySet:
        """Without those whose beginning was taken back."""
        return self.filter(taken_back_at__isnull=True)

    def live(self) -> ServiceSubscriptionQuerySet:
        """On their operator's list today: supported or suspended."""
        return self.filter(state__in=sorted(LIVE))


class OperatorReportQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> OperatorReportQuerySet:
        """Updates of the province; an operator's own only; districts have no right to them."""
        return self.filter(
            _scope(
                user, "beneficiaries.view_operatorreport", operator="operator",
                province="province", district=None,
            )
        )  # fmt: skip


class OperatorReportLineQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> OperatorReportLineQuerySet:
        return self.filter(
            _scope(
                user, "beneficiaries.view_operatorreport", operator="report__operator",
                province="report__province", district=None,
            )
        )  # fmt: skip


class ConfirmationRequestQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ConfirmationRequestQuerySet:
        """Requests of the province; an operator's own; for a district those with a line asked of it."""
        rows = self.filter(
            _scope(
                user, "beneficiaries.view_confirmationrequest", operator="operator",
                province="province", district=None,
            )
        )  # fmt: skip
        if user.district is not None:
            return rows.filter(lines__district=user.district).exclude(state="withdrawn").distinct()
        if not user.has_perm("beneficiaries.request_confirmation"):
            # What an operator has not sent yet is its own.
            return rows.filter(submitted_on__isnull=False)
        return rows


class ConfirmationLineQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ConfirmationLineQuerySet:
        """Lines of visible requests; for a district those asked of it."""
        rows = self.filter(
            _scope(
                user, "beneficiaries.view_confirmationrequest", operator="request__operator",
                province="request__province", district=None,
            )
        )  # fmt: skip
        return rows.filter(district=user.district) if user.district is not None else rows
