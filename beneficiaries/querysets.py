"""Scope and time: who sees which households, and what class they had when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from smartphone_support.accounts.scope import NOTHING, scope
from smartphone_support.areas.models import AdministrativeArea

from .search.results import Search
from .search.typed import index_places


class HouseholdQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> HouseholdQuerySet:
        """Households of the user's province, or of their district; nothing for roles without the right."""
        if not user.has_perm("beneficiaries.view_household"):
            return self.filter(NOTHING)
        return self.standing().filter(scope(user))

    def standing(self) -> HouseholdQuerySet:
        """Without those merged into another one, and those whose list was reverted: history only."""
        return self.filter(merged_into__isnull=True, removed_at__isnull=True)

    def as_of(self, on: date, *, known_at: datetime | None = None) -> HouseholdQuerySet:
        """Annotate `class_as_of`, the poverty class on that day, as known now or at `known_at`.

        None for a household the register did not know then.
        """
        # By the relation, not by import: the models import this module.
        spell: Any = self.model._meta.get_field("spells").related_model
        spells = spell.objects.in_force(on, known_at=known_at).filter(household=OuterRef("pk"))
        return self.annotate(class_as_of=Subquery(spells.values("poverty_class")[:1]))

    def search(self, text: str) -> HouseholdQuerySet:
        """Households that fit what was typed, unranked; the register's page shows them best first.

        Names of heads and members as typed, with a place, or almost so; numbers only as a whole.
        """
        areas = AdministrativeArea.objects.filter(
            Q(parent__in=self.order_by().values("province")) | Q(pk__in=self.order_by().values("commune"))
        )
        search = Search(self, text, lambda: index_places(areas.values_list("pk", "parent", "name")))
        return cast("HouseholdQuerySet", search.queryset())


class PovertySpellQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def in_force(self, on: date, *, known_at: datetime | None = None) -> PovertySpellQuerySet:
        """The spell of each household that covers `on`, as known now or as it was known at a moment."""
        rows = self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        if known_at is None:
            return rows.filter(superseded_at__isnull=True)
        return rows.filter(
            Q(recorded_at__lte=known_at), Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at)
        )


class ListBatchQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> ListBatchQuerySet:
        """Batches of the province, for roles that may see batches (districts are not among them)."""
        if not user.has_perm("beneficiaries.view_listbatch"):
            return self.filter(NOTHING)
        return self.filter(scope(user, district=None))


class DuplicateCandidateQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> DuplicateCandidateQuerySet:
        """Pairs of the province, for roles that may see lists on their way (districts are not among them)."""
        if not user.has_perm("beneficiaries.view_listbatch"):
            return self.filter(NOTHING)
        return self.filter(scope(user, district=None))


class RegisterExportQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the model is not defined yet here
    def visible_to(self, user: Any) -> RegisterExportQuerySet:
        """One's own exports: a file may hold full numbers for one person's reason."""
        return self.filter(owner_id=user.pk)
