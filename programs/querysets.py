from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from smartphone_support.accounts.scope import scope


class ProgramQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ProgramQuerySet:
        """Plans of the user's own province."""
        return self.filter(scope(user, district=None))

    def with_matrix(self) -> ProgramQuerySet:
        """Everything the page of a plan shows, in a fixed number of queries."""
        return self.select_related("province").prefetch_related(
            "bases__document",
            "funding_sources__legal_basis",
            "parties__organisations",
            "groups__tasks__coordinations",
        )


class PlanTaskQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> PlanTaskQuerySet:
        """Tasks of the plans of the user's own province."""
        return self.filter(scope(user, province="group__program__province", district=None))

    def of(self, organisation: Any) -> PlanTaskQuerySet:
        """Tasks which the organisation leads or coordinates, through any party it belongs to."""
        leads = Q(lead__organisations=organisation)
        coordinates = Q(coordinations__party__organisations=organisation)
        return self.filter(leads | coordinates).distinct()
